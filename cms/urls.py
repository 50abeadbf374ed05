"""Addresses of the public site beside the page tree, per language; mounted before Wagtail's."""

from django.urls import path

from cms import demo, views

urlpatterns = [
    path("wishes/<int:pk>/", views.wish, name="wish"),
    path("figures/<slug:slug>/", views.one_figure, name="figure"),
    path("me/honours/", views.my_honours, name="my_honours"),
    path("search/", views.search, name="search"),
    path("demo/", demo.roles, name="demo"),
    path("source/", views.source, name="source"),
]
