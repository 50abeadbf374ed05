"""What somebody may do with an answer at a step: the states of a field, and the rights on the rows of a group."""

from collections.abc import Mapping
from typing import Any, Final

from forms.groupschema import column_name

STATES: Final = ("edit", "replace", "read", "mask", "hide")  # each stricter than the one before
FILLED_IN: Final = ("edit", "replace")
RIGHTS: Final = ("add", "change", "delete")  # on rows; joined by + they stand for `edit` with these rights alone

Access = Mapping[str, str]  # field key, or `group.column` → state; of a group also its rights, e.g. `add+change`


def rights_in(state: str) -> frozenset[str]:
    """What may be done with the rows of a group: all of it, the rights that are named, or nothing."""
    if state in FILLED_IN:
        return frozenset(RIGHTS)
    named = state.split("+")
    return frozenset(named) if len(set(named)) == len(named) and set(named) <= set(RIGHTS) else frozenset()


def field_state(state: str) -> str:
    """The state of the field itself: some rights on its rows are `edit`; what is unknown is `hide`."""
    if state in STATES:
        return state
    return "edit" if rights_in(state) else "hide"


def stricter(one: str, other: str) -> str:
    """The stricter of two states; an unknown one counts as hidden."""
    return max(field_state(one), field_state(other), key=STATES.index)


def column_states(group: dict[str, Any], columns: list[dict[str, Any]], access: Access, *, most: str) -> dict[str, str]:
    """Column key → state in a group that is itself in the state `most`; edit when not said."""
    return {column["key"]: stricter(most, access.get(column_name(group, column), "edit")) for column in columns}
