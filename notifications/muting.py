"""Hearing what would be sent, without sending it: inside `muted` no message, delivery or job is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from core.people.models import User


@dataclass(frozen=True)
class Heard:
    """A message that would have been written. `by`: the channels outside the application that would carry it."""

    kind: str
    subject: str
    body: str
    user: User | None
    by: tuple[str, ...]


_heard: ContextVar[dict[str, Heard] | None] = ContextVar("messages heard", default=None)


@contextmanager
def muted() -> Iterator[dict[str, Heard]]:
    """Key → message, of everything that `services.send` is asked to write inside the block."""
    heard: dict[str, Heard] = {}
    before = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(before)


def ears() -> dict[str, Heard] | None:
    """Where messages go instead of out; None when they go out."""
    return _heard.get()
