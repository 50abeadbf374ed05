"""What stands in the place of an answer that is not there to be read: cleared when its time was over, or unreadable.

A marker is a dictionary of one entry, of a shape that no kind stores: {"cleared": "2026-09-30"}, {"unreadable": token}.
No kind ever sees one: `guarded` answers for them all.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.utils.translation import gettext as _

CLEARED: Final = "cleared"
UNREADABLE: Final = "unreadable"
SEALED: Final = "sealed"  # as it is kept; whoever reads answers meets the value, or `unreadable`


def entry_of(value: Any, name: str) -> str | None:
    """The text in a dictionary that has nothing but this entry, else None."""
    if isinstance(value, dict) and len(value) == 1 and isinstance(value.get(name), str):
        return str(value[name])
    return None


def marker_in(value: Any) -> str:
    """`cleared` or `unreadable` for a marker, "" for everything else."""
    return next((name for name in (CLEARED, UNREADABLE) if entry_of(value, name) is not None), "")


def in_words(value: Any) -> str:
    """A marker as people read it, "" for everything else."""
    return {CLEARED: _("cleared when its time was over"), UNREADABLE: _("cannot be read")}.get(marker_in(value), "")


INSTEAD: Final[dict[str, Callable[[Any], Any]]] = {
    "shown": in_words,
    "masked": in_words,
    "exported": in_words,
    "shown_html": lambda _marker: None,
    "typed": lambda _marker: None,
    "initial": lambda _marker: None,
    "posted": lambda _marker: [],
    "words": lambda _marker: [],
    "written": lambda _marker: None,
    "carried": lambda marker: marker,  # into the next version of a form as it stands
}


def guarded(kind: type) -> None:
    """Let the methods of a kind that take a stored value answer for markers by themselves."""
    for name, answer in INSTEAD.items():
        method = kind.__dict__.get(name)
        if method is not None:
            setattr(kind, name, _guard(method, answer))


def _guard(method: Callable[..., Any], answer: Callable[[Any], Any]) -> Callable[..., Any]:
    @wraps(method)
    def answers(self: Any, stored: Any, *rest: Any, **named: Any) -> Any:
        return answer(stored) if marker_in(stored) else method(self, stored, *rest, **named)

    return answers
