"""The script of a rehearsal: what was done, with the answers. Replayed from the start at each click, kept nowhere."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.core import signing

KEPT_FOR: Final = timedelta(hours=8)
MOST_ACTIONS: Final = 60  # each click replays all of them, while SQLite lets nobody else write
VISITOR, GUEST, SYSTEM = "visitor", "guest", "system"


@dataclass(frozen=True)
class Action:
    """One thing that was done.

    `do`: start, act, claim, release, object, withdraw, time, child, event, retry. `who`: `user:5`, guest …
    `task`: step and place among the open tasks of that step, `verify:0`; of an objection or a child the step. `choice`:
    outcome, for whom is claimed, or the result with which the child ends. `unit`: the unit in which the case starts.
    """

    do: str
    who: str = SYSTEM
    task: str = ""
    choice: str = ""
    answers: Mapping[str, Any] | None = None
    comment: str = ""
    unit: int | None = None


@dataclass(frozen=True)
class Script:
    """When the rehearsal began, and everything that was done since."""

    begun_at: datetime
    actions: tuple[Action, ...] = field(default=())

    def with_one_more(self, action: Action) -> "Script":
        """The script with this action at its end."""
        return Script(self.begun_at, (*self.actions, action))

    def first(self, count: int) -> "Script":
        """The script up to its first so many actions."""
        return Script(self.begun_at, self.actions[:count])

    @property
    def is_full(self) -> bool:
        """Whether nothing more fits."""
        return len(self.actions) >= MOST_ACTIONS


def packed(script: Script, *, flow: int, user: int) -> str:
    """The script as the page carries it: signed for this flow and this login, in the browser that typed it only."""
    actions = [{key: value for key, value in asdict(one).items() if value not in ("", None)} for one in script.actions]
    return signing.dumps([script.begun_at.isoformat(), actions], salt=_salt(flow, user), compress=True)


def unpacked(text: str, *, flow: int, user: int) -> Script | None:
    """The script in a page; None when it is forged, foreign, or older than some hours."""
    try:
        begun_at, actions = signing.loads(text, salt=_salt(flow, user), max_age=KEPT_FOR)
        return Script(datetime.fromisoformat(begun_at), tuple(Action(**one) for one in actions))
    except (signing.BadSignature, TypeError, ValueError):  # also one that an earlier release signed
        return None


def _salt(flow: int, user: int) -> str:
    return f"workflows.rehearsal:{flow}:{user}"
