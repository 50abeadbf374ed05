"""How a case stands or ended, in the words of its flow."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core.text import localised
from workflows.models import Case
from workflows.pauses import is_held

KNOWN: Final = {
    "withdrawn": lazy("Withdrawn"),
    "cancelled": lazy("Cancelled"),
    "expired": lazy("Ended because its time was over"),
    "declined": lazy("Not accepted"),
    "fulfilled": lazy("Fulfilled"),
    "done": lazy("Completed"),
}


def is_finished(case: Case) -> bool:
    """Whether nothing more will happen."""
    return case.finished is not None


def result_text(case: Case) -> str:
    """What the end of the case is called: by its flow, else by us."""
    return result_name(case.version.document, case.result)


def state_text(case: Case) -> str:
    """How the case stands in a word: how it ended, that it is on hold, or that it is under way."""
    if is_finished(case):
        return result_text(case)
    return _("On hold") if is_held(case) else _("In progress")


def result_name(document: Mapping[str, Any], result: str) -> str:
    """What a result of the flow is called."""
    for step in _ends(document.get("steps", [])):
        if step.get("props", {}).get("result", "done") == result and step.get("name"):
            return localised(step["name"])
    return str(KNOWN.get(result, _("Closed")))


def _ends(steps: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for step in steps:
        if step["kind"] == "end":
            yield step
        for branch in step.get("branches", []):
            yield from _ends(branch.get("steps", []))


def flow_title(case: Case) -> str:
    """What the flow of the case is called."""
    return str(case.version.title)
