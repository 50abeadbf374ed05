"""What is worth a look in a form that could be published: rules that come to the same whatever is answered."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from forms.checkschema import checks_of
from forms.fieldschema import bound, option_ids, option_rules
from forms.problem import Problem
from forms.rules.prospects import prospects
from forms.schema import Document, fields_of, located_fields
from forms.shapes import SHAPES


def hints(document: Any, *, today: date) -> list[Problem]:
    """Warnings about rules that always or never hold. `document`: a valid one."""
    domains = {field["key"]: _domain(field) for field in fields_of(document)}
    found = []
    for code, place, rule in _rules(document):
        always = prospects(rule, domains, today=today)
        if always is not None:
            found.append(Problem(f"hint.{code}_{always}", place, is_warning=True))
    return found


def _rules(document: Document) -> Iterator[tuple[str, str, Any]]:
    """(what it decides, place, rule) of every condition."""
    for number, section in enumerate(document["sections"]):
        if "show_if" in section:
            yield "shown", f"sections[{number}].show_if", section["show_if"]
    for place, _section, field in located_fields(document):
        if "show_if" in field:
            yield "shown", f"{place}.show_if", field["show_if"]
        if "required_if" in field:
            yield "required", f"{place}.required_if", field["required_if"]
        for number, option in enumerate(field["options"] if option_rules(field) else []):
            if "show_if" in option:
                yield "offered", f"{place}.options[{number}].show_if", option["show_if"]
    for place, check in checks_of(document):
        yield "broken", f"{place}.rule", {"==": [check["rule"], False]}


def _domain(field: dict[str, Any]) -> dict[str, Any]:
    """What may be answered to a field, as `prospects` wants it."""
    kind = field["kind"]
    domain: dict[str, Any] = {"type": SHAPES[kind].value, "whole": kind in ("integer", "duration", "rating")}
    if "options" in field:
        domain["options"] = option_ids(field)
    if domain["type"] in ("number", "date") and "calc" not in field:
        for name in ("min", "max"):
            limit = bound(field.get(name), kind)
            domain[name] = None if isinstance(limit, str) else limit
    return domain
