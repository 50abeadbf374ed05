"""The desk's screens of pledges and public notices: to read; both move by their flows."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from cms.desk.screens import ListView, Screen
from core.notices.models import PublicNotice
from core.promises.models import Pledge
from core.text import localised


class SubjectColumn(Column):
    """The subject of a notice in the reader's language."""

    def get_value(self, instance: Any) -> str:
        """The text."""
        return localised(instance.subject)


class PledgeList(ListView):
    """Pledges with their units and themes."""

    related = ("unit", "theme", "member")


class PledgeScreen(Screen):
    """Pledges on the wall and those taken down; the member by the public form of the name."""

    model = Pledge
    name = "pledges"
    icon = "check"
    index_view_class = PledgeList
    inspect_view_fields = ["case_id", "category", "theme", "unit", "state", "shows_name", "posted_at", "withdrawn_at"]
    list_display = [
        "case_id",
        Column("public_name", label=_("member")),
        "category",
        Column("unit", label=_("Unit")),
        "state",
        "posted_at",
    ]
    list_filter = ["state", "category"]
    ordering = ["-posted_at", "-pk"]


class NoticeList(ListView):
    """Notices with their units."""

    related = ("unit",)


class NoticeScreen(Screen):
    """Public notices; objections are read in the task of whoever decides, never here."""

    model = PublicNotice
    name = "notices"
    icon = "info-circle"
    index_view_class = NoticeList
    inspect_view_fields = ["case_id", "step_id", "unit", "state", "opened_at", "closes_at", "ended_at"]
    list_display = [
        "case_id",
        SubjectColumn("subject", label=_("subject")),
        Column("unit", label=_("Unit")),
        "state",
        "closes_at",
    ]
    list_filter = ["state"]
    ordering = ["-opened_at", "-pk"]
