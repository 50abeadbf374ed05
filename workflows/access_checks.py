"""What `access` of a step may say: states of fields and columns, rights on the rows of its own form. Plain Python."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from forms.access import field_state, rights_in
from forms.groupschema import GROUP
from forms.problem import Problem
from workflows.tree import Step, props_of

if TYPE_CHECKING:
    from workflows.checks import Meaning

ACCESS: Final = ("edit", "read", "mask", "hide")
NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}(\.[A-Za-z_][A-Za-z0-9_]{0,59}){0,2}")


def is_entry(name: Any, state: Any) -> bool:
    """Whether an entry is well formed: `field`, `group.column`, `step.field` or `step.group.column` → a state.

    Instead of `edit` there may stand rights on rows, e.g. `add+change`.
    """
    is_state = isinstance(state, str) and (state in ACCESS or is_rights(state))
    return is_state and isinstance(name, str) and NAME.fullmatch(name) is not None


def is_rights(state: str) -> bool:
    """Whether a state is made of rights on rows."""
    return state not in ACCESS and state != "replace" and bool(rights_in(state))


def check_shape(shape: Any, access: Any, place: str) -> None:
    """Reports entries that are none."""
    if not isinstance(access, dict):
        shape.report("bad_value", place, name="access")
        return
    for name, state in access.items():
        if not is_entry(name, state):
            shape.report("bad_access", place, name=str(name)[:60])


def check_access(meaning: "Meaning", step: Step, place: str) -> None:
    """Reports names that nothing or two things have, rights on what has no rows, and columns that nobody can fill in.

    A name with one dot may stand for a column of the step's own form and for a field of an earlier step.
    """
    access, facts = step.get("access") or {}, meaning.forms.get(props_of(step).get("form") or "") or {}
    fields = facts.get("kinds") or {}
    own = {*fields, *(facts.get("columns") or ())}
    for name, state in access.items():
        is_earlier = "." in name and name in meaning.types
        if name in own and is_earlier:
            meaning._report("access_unclear", place, name=name)
        elif name not in own and not is_earlier:
            meaning._report("unknown_field", place, name=name)
        elif is_rights(state) and (name not in own or fields.get(name) != GROUP):
            meaning._report("rights_without_rows", place, name=name)
    meaning.found.extend(_never_asked(access, facts, place))


def _never_asked(access: Mapping[str, str], facts: Mapping[str, Any], place: str) -> Iterator[Problem]:
    """Required columns of rows that may be added here, but that nobody at this step can fill in."""
    for name in sorted(facts.get("required_columns") or ()):
        rows = access.get(name.partition(".")[0], "edit")
        if "add" in rights_in(rows) and field_state(access.get(name, "edit")) != "edit":
            yield Problem("column_never_asked", place, {"name": name}, is_warning=True)
