"""Checks the answers of demo cases and scenarios: days counted from now, members and teams by their codes."""

from typing import Any

from django.utils.text import format_lazy

from cms.packs.sections import Checking
from cms.packs.shapes import Place, whole

DAYS = whole(-3660, 3660)


def check_answer(checking: Checking, place: Place, answer: Any) -> None:
    """The days must be a number; the member and the team must be known to this load."""
    if not isinstance(answer, dict):
        return
    problem = DAYS(answer["days"]) if "days" in answer else None
    if problem is not None:
        place.refuse(format_lazy("days: {problem}", problem=problem))
    for kind in ("member", "team"):
        if list(answer) == [kind]:
            checking.known.require(kind, answer[kind], place / kind)
