"""Answers of demo cases: days counted from now, members and teams by their codes."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.text import format_lazy

from cms.packs.sections import Checking
from cms.packs.shapes import Place, whole
from core.exceptions import NotFound
from core.people.models import Member, Team

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


def dated(answers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The answers with `{days: 10}` as the date ten days after `now`, members and teams as their keys."""
    today = timezone.localdate(now)
    return {
        key: (today + timedelta(days=value["days"])).isoformat()
        if isinstance(value, dict) and "days" in value
        else _key_of(value)
        for key, value in answers.items()
    }


def _key_of(value: Any) -> Any:
    """`{member: SJ0008}` and `{team: fangta-repair}` as the primary key, which no file can know; the rest unchanged.

    Raises: `NotFound` when there is none.
    """
    for name, found, code in (("member", Member.objects, "number"), ("team", Team.objects, "slug")):
        if isinstance(value, dict) and list(value) == [name]:
            pk = found.filter(**{code: value[name]}).values_list("pk", flat=True).first()
            if pk is None:
                raise NotFound
            return pk
    return value
