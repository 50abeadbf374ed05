"""Judges the checks of a form document: sentences that hold across several answers. Their rules: forms.schema."""

from collections.abc import Iterator, Mapping
from typing import Any

from forms.fieldschema import MAX_TEXT, is_identifier, text_problems, unknown_properties
from forms.problem import Problem
from forms.shapes import SHAPES

MAX_CHECKS = 100
PROPERTIES = frozenset({"id", "rule", "message", "at"})


def check_problems(document: Mapping[str, Any], fields: Mapping[str, Any]) -> list[Problem]:
    """Everything wrong with the checks but their rules. `fields`: key → field, of those that hold an answer."""
    checks = document.get("checks", [])
    if not isinstance(checks, list):
        return [Problem("checks.not_a_list", "checks")]
    if len(checks) > MAX_CHECKS:
        return [Problem("checks.too_many", "checks", {"limit": MAX_CHECKS})]
    found: list[Problem] = []
    seen: set[str] = set()
    for number, check in enumerate(checks):
        place = f"checks[{number}]"
        if not isinstance(check, dict):
            found.append(Problem("check.not_an_object", place))
            continue
        found += unknown_properties(check, PROPERTIES, place)
        if not is_identifier(check.get("id")):
            found.append(Problem("check.id", f"{place}.id"))
        elif check["id"] in seen:
            found.append(Problem("check.repeated_id", f"{place}.id", {"name": check["id"]}))
        else:
            seen.add(check["id"])
        if "rule" not in check:
            found.append(Problem("check.no_rule", f"{place}.rule"))
        found += text_problems(check.get("message"), f"{place}.message", MAX_TEXT)
        if not _is_asked(check.get("at"), fields):
            found.append(Problem("check.at", f"{place}.at"))
    return found


def _is_asked(key: Any, fields: Mapping[str, Any]) -> bool:
    field = fields.get(key) if isinstance(key, str) else None
    return field is not None and "calc" not in field and not SHAPES[field["kind"]].is_computed


def checks_of(document: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """(place, check) of everything that looks like one, in order."""
    checks = document.get("checks") if isinstance(document, dict) else None
    for number, check in enumerate(checks if isinstance(checks, list) else []):
        if isinstance(check, dict):
            yield f"checks[{number}]", check
