"""A round of signing: its token, the row that opened it, and in that row the line of those who are still to come.

Only who signs in turn waits in the line; everybody else has a task of his own from the start.
"""

from collections.abc import Sequence
from typing import Any

from workflows.models import Task

Waiting = dict[str, Any]  # {"owner": primary key or None, "keys": […], "why": {…}}


def prefix_of(task: Task) -> str:
    """What the tokens of all tasks of the signer's round begin with: `start/7_`."""
    return str(task.token.token).rpartition("_")[0] + "_"


def opener_of(prefix: str) -> Task:
    """The row that opened the round; its `data` holds the line."""
    return Task.objects.get(pk=int(prefix.rpartition("/")[2].rstrip("_")))


def line_of(opener: Task) -> list[Waiting]:
    """Those who are still to come, the next one first."""
    return list(opener.data.get("line") or ())


def keep_line(opener: Task, line: Sequence[Waiting]) -> None:
    """Stores who is still to come."""
    opener.data = {**opener.data, "line": list(line)}
    opener.save(update_fields=["data"])


def waiting_users(task: Task) -> frozenset[int]:
    """Logins that are still to come in the round of a signer's task."""
    line = line_of(opener_of(prefix_of(task)))
    return frozenset(one["owner"] for one in line if one["owner"] is not None)
