"""How often something may be tried from one place within some minutes; places are kept as digests only."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass

from django.core.cache import cache


@dataclass(frozen=True)
class Limit:
    """At most `most` tries per address within `seconds`."""

    name: str
    most: int
    seconds: int

    def is_reached(self, address: str) -> bool:
        """Whether no further try is welcome from there."""
        return bool(cache.get(self._key(address), 0) >= self.most)

    def count(self, address: str) -> None:
        """One more try from there."""
        key = self._key(address)
        cache.add(key, 0, self.seconds)
        with suppress(ValueError):  # the window ended between the two lines
            cache.incr(key)

    def _key(self, address: str) -> str:
        return f"{self.name}:{hashlib.sha256(address.encode()).hexdigest()[:32]}"
