"""The Django app of forms."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FormsConfig(AppConfig):
    """Names the forms app and has it look every day for what is to be removed."""

    name = "forms"
    verbose_name = _("Forms")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the ticks, and the store of encrypted answers."""
        from core.jobs.ticks import ticks
        from forms import keeping, lookup  # noqa: F401  # register themselves
        from forms.jobs import clear_daily, purge_daily

        ticks.register("forms.purge_uploads", purge_daily)
        ticks.register("forms.clear_answers", clear_daily)
