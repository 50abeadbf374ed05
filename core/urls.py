"""The site map: every address of ours, by area; upper apps are mounted by string."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from django.views.static import serve

from core import health, views

one_door = RedirectView.as_view(pattern_name="login", query_string=True)  # in place of Wagtail's own login pages

handler400 = "core.views.bad_request"

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("desk/login/", one_door),
    path("_util/login/", one_door),
    path("desk/", include("wagtail.admin.urls")),
    path("documents/", include("wagtail.documents.urls")),
    path("", include("cms.root_urls")),
]

if settings.DANDELION_SERVE_MEDIA:  # pictures only: documents go through their own view
    urlpatterns += [
        path("media/images/<path:path>", serve, {"document_root": settings.MEDIA_ROOT / "images"}, name="media"),
    ]

urlpatterns += i18n_patterns(
    path("login/", views.sign_in, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("display/", views.set_display, name="display"),
    path("messages/", include("notifications.urls")),
    path("", include("workflows.urls")),
    path("", include("cms.urls")),
    path("", include("wagtail.urls")),
    prefix_default_language=False,
)
