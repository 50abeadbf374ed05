"""Named events: what happened in the programme, for flows that wait for it or begin with it.

A service raises an event in the transaction of its deed; a job, written in that transaction, tells the flows. What the
system itself puts on record (a pack that is loaded) counts for the past and raises no event of people.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.jobs.services import enqueue
from core.registry import Registry

DELIVER: Final = "workflows.deliver_event"
SUBJECTS: Final = ("member", "unit", "team")  # kinds of values that an event can be about


@dataclass(frozen=True)
class Event:
    """A kind of event. `label`: as designers read it; `values`: name → kind of field, in the form of an answer."""

    label: str | Promise
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def subjects(self) -> set[str]:
        """The kinds of what it can be about."""
        return {kind for kind in self.values.values() if kind in SUBJECTS}


EVENTS: Registry[Event] = Registry("events")
EVENTS.register("member.joined", Event(_("A member joined a unit"), {"member": "member", "unit": "unit"}))
EVENTS.register("team.joined", Event(_("A member joined a team"), {"member": "member", "team": "team"}))
EVENTS.register("wish.fulfilled", Event(_("A wish came true"), {"unit": "unit"}))
EVENTS.register(
    "service.counted",
    Event(_("A service was counted"), {"member": "member", "unit": "unit", "team": "team", "minutes": "duration"}),
)
EVENTS.register(
    "award.granted", Event(_("An honour was granted"), {"member": "member", "unit": "unit", "team": "team"})
)


def raise_event(name: str, *, occurrence: int, values: Mapping[str, Any], now: datetime) -> None:
    """Tell the flows that it happened. `occurrence`: primary key of the row that says so; the same one tells once.

    `values`: as the event declares them, those without a value left out. Raises: `LookupError` for an unknown event.
    """
    known = EVENTS[name].values
    told = {key: value for key, value in values.items() if key in known and value is not None}
    payload = {"event": name, "occurrence": occurrence, "values": told, "at": now.isoformat()}
    enqueue(key=f"event:{name}:{occurrence}", kind=DELIVER, payload=payload, now=now)
