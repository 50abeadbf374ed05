"""Addresses of one's own messages."""

from django.urls import path

from notifications import views

urlpatterns = [
    path("", views.list_messages, name="messages"),
    path("read/", views.mark_all_read, name="messages_read"),
    path("<int:pk>/", views.open_message, name="message_open"),
]
