"""The Django app of cms; here upper apps put navigation and counts into the frame of every page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    """Names the cms app and fills the frame."""

    name = "cms"
    verbose_name = _("Site and desk")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the frame of every page shows."""
        from cms import first_steps, in_frame, stories  # noqa: F401  # importing stories registers its effect

        in_frame.fill()
        first_steps.fill()
