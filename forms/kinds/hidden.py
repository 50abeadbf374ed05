"""The kind that nobody sees or enters: its value stands in the definition, for rules, flows and exports."""

from datetime import datetime
from typing import Any

from forms.kinds.base import Definition, Kind, Stored, register


class HiddenKind(Kind):
    """A fixed text. Whatever a browser sends for it is ignored."""

    name = "hidden"

    def posted(self, stored: Stored) -> list[Any]:
        """Nothing: nobody sends it."""
        return []

    def computed(self, definition: Definition, answers: dict[str, Any], kinds: dict[str, str], now: datetime) -> Stored:
        """What the definition says."""
        return definition["default"]

    def words(self, stored: Stored) -> list[str]:
        """None: nobody entered it."""
        return []


register(HiddenKind())
