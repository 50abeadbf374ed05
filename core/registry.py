"""Named entries by which upper apps extend lower ones: field kinds, step kinds, effects, rules, job handlers."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

Entry = TypeVar("Entry")
NAME = re.compile(r"[a-z][a-z0-9_.]{0,59}")


class Registry(Generic[Entry]):
    """Name → entry, in order of registration. Refuses bad and duplicate names with `ValueError`."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._entries: dict[str, Entry] = {}

    def register(self, name: str, entry: Entry) -> Entry:
        """Add `entry` under `name`."""
        if not NAME.fullmatch(name):
            raise ValueError(f"{self.what}: {name!r} is not a valid name")
        if name in self._entries:
            raise ValueError(f"{self.what}: {name!r} is registered twice")
        self._entries[name] = entry
        return entry

    def get(self, name: str) -> Entry | None:
        """The entry called `name`, or None."""
        return self._entries.get(name)

    def __getitem__(self, name: str) -> Entry:
        return self._entries[name]

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def items(self) -> Iterator[tuple[str, Entry]]:
        """(name, entry) in order of registration."""
        return iter(self._entries.items())

    @contextmanager
    def temporarily(self, name: str, entry: Entry) -> Iterator[None]:
        """Add `entry` for the time of a `with` block; for tests."""
        self.register(name, entry)
        try:
            yield
        finally:
            del self._entries[name]
