"""Answers as a file can hold them: days counted from now, members and teams by their codes."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from core.exceptions import NotFound
from core.people.models import Member, Team
from forms.models import FormVersion

CODES = (("member", Member.objects, "number"), ("team", Team.objects, "slug"))


def resolved(answers: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The answers with `{days: 10}` as the date ten days after `now`, `{member: SJ0008}` and `{team: …}` as their keys.

    Raises: NotFound when there is no such member or team.
    """
    return {key: _resolved(value, now) for key, value in answers.items()}


def _resolved(value: Any, now: datetime) -> Any:
    if not isinstance(value, dict):
        return value
    if list(value) == ["days"]:
        return (localdate(now) + timedelta(days=value["days"])).isoformat()
    for name, found, code in CODES:
        if list(value) == [name]:
            pk = found.filter(**{code: value[name]}).values_list("pk", flat=True).first()
            if pk is None:
                raise NotFound
            return pk
    return value


def portable(version: FormVersion, answers: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The opposite: what `resolved` turns into these answers again, on any day."""
    kinds = {field["key"]: field["kind"] for field in version.fields}
    return {key: _portable(kinds.get(key, ""), value, now) for key, value in answers.items()}


def _portable(kind: str, value: Any, now: datetime) -> Any:
    if kind == "date" and isinstance(value, str):
        return {"days": (date.fromisoformat(value) - localdate(now)).days}
    for name, found, code in CODES:
        if kind == name and isinstance(value, int):
            return {name: found.filter(pk=value).values_list(code, flat=True).first() or ""}
    return value
