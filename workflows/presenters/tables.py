"""The lists of tasks and cases as tables for files: one row each, one fact per column."""

from typing import Any, Final

from django.utils.translation import gettext as _

from core.exports import Row
from workflows.presenters.lists import CasesPage, InboxPage

MOST_CASES: Final = 5_000  # in one file; what somebody did in years

Table = tuple[list[Any], list[Row]]  # heads, rows


def tasks_table(page: InboxPage) -> Table:
    """The inbox, the most urgent first, each with its deadline as a moment and in words."""
    heads = [_("Number"), _("Case"), _("Flow"), _("Step"), _("With"), _("Deadline"), _("Urgency"), _("Waiting in all")]
    rows: list[Row] = [
        (row.number, row.title, row.flow, row.step, row.with_whom, row.due_at, row.due.text, row.waited)
        for group in page.groups
        for row in group.rows
    ]
    return heads, rows


def cases_table(page: CasesPage) -> Table:
    """Cases in the order of their list; what the reader did in them, or what was said to him, in its own column."""
    says_what = any(row.what for row in page.rows)
    heads = [_("Number"), _("Case"), _("Flow"), *([page.what_label] if says_what else []), _("Where it stands")]
    rows: list[Row] = [
        (row.number, row.title, row.flow, *([row.what] if says_what else []), row.state, row.at) for row in page.rows
    ]
    return [*heads, page.when_label], rows
