"""The Django app of the core: people, places, records, the ledger, jobs and the audit trail."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """Names the core app and finds the job handlers of all apps, each in its module `jobs`."""

    name = "core"
    verbose_name = _("People and records")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load `<app>.jobs` of every app, where job handlers register themselves."""
        autodiscover_modules("jobs", "jobs.background", "people.jobs")
