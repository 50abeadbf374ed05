"""The addresses on which people act: starting, looking up by code, notices, cases, tasks, the inbox, my page."""

from django.urls import path

from workflows import (
    draft_views,
    feed_views,
    list_views,
    notice_views,
    paper_views,
    place_views,
    reading_views,
    substitute_views,
    together_views,
    views,
)
from workflows.insight import views as insight

urlpatterns = [
    path("start/", views.starts, name="starts"),
    path("start/<slug:slug>/", views.start, name="start"),
    path("start/<slug:slug>/done/", views.started, name="started"),
    path("status/", views.status, name="status"),
    path("case/<int:pk>/", views.case, name="case"),
    path("case/<int:pk>/paper/", paper_views.paper, name="paper"),
    path("case/<int:pk>/read/<slug:step>/<slug:key>/", reading_views.reading, name="reading"),
    path("task/<int:pk>/", views.task, name="task"),
    path("task/<int:pk>/places/", place_views.places, name="places"),
    path("notices/", notice_views.notices, name="notices"),
    path("notices/<int:pk>/", notice_views.notice, name="notice"),
    path("inbox/", list_views.inbox, name="inbox"),
    path("inbox/started/", list_views.started_by_me, name="started_by_me"),
    path("inbox/done/", list_views.done_by_me, name="done_by_me"),
    path("inbox/copies/", list_views.copied_to_me, name="copied_to_me"),
    path("inbox/together/<int:version>/<slug:step>/", together_views.together, name="together"),
    path("file/<str:key>/", views.file, name="file"),
    path("calendar/", feed_views.calendar, name="calendar"),
    path("calendar/<str:secret>.ics", feed_views.calendar_feed, name="calendar_feed"),
    path("overview/", insight.all_flows, name="overview"),
    path("overview/<slug:slug>/", insight.one_flow, name="overview_flow"),
    path("me/", views.me, name="me"),
    path("me/drafts/", draft_views.my_drafts, name="drafts"),
    path("me/away/", substitute_views.away, name="away"),
    path("me/welcome/", views.welcomed, name="welcomed"),
]
