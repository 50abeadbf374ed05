"""Whether the reader of a case may remind those who have it in hand, and if not yet, from when."""

from dataclasses import dataclass

from core.actors import Actor
from core.templatetags.dandelion import day
from workflows.models import Case
from workflows.presenters.dates import Clock
from workflows.services.urging import AGAIN_FROM, tasks_to_urge, urging_again
from workflows.visibility import may_urge


@dataclass(frozen=True)
class Urging:
    """`is_offered`: there is a button; `wait`: why there is none now, or ""."""

    is_offered: bool = False
    wait: str = ""


def urging_of(case: Case, actor: Actor, clock: Clock) -> Urging:
    """What the page says about it to this reader."""
    if not tasks_to_urge(case, actor, clock.now) or not may_urge(case, actor):
        return Urging()
    again = urging_again(case, actor)
    if again is not None and clock.today < again:
        return Urging(wait=AGAIN_FROM % {"day": day(again)})
    return Urging(is_offered=True)
