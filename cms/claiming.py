"""How a visitor may claim a wish: sign in first, go to the claim task, or learn why not."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from cms.board import Card
from core.actors import Actor
from core.exceptions import NotFound
from core.promises.models import Wish
from workflows import selectors
from workflows.places import line_of


@dataclass(frozen=True)
class Way:
    """`claim`, `wait` and `sign_in` lead to `url`; `not_yours`: this login may not; `closed`: nobody may any more.

    `wait`: to the waiting list, for whoever is or may be on it.
    """

    kind: Literal["claim", "wait", "sign_in", "not_yours", "closed"]
    url: str = ""


def way_for(request: HttpRequest, card: Card) -> Way:
    """What the person looking at this wish can do about it."""
    if card.state != Wish.State.OPEN and card.waiting is None:
        return Way("closed")
    if not request.user.is_authenticated:
        return Way("sign_in", f"{reverse('login')}?next={quote(request.get_full_path())}")
    actor = Actor(user=request.user)
    if card.waiting is not None:
        line = line_of(card.case_id, actor, timezone.now())
        return Way("wait", reverse("places", args=[line.pk])) if line is not None else Way("not_yours")
    try:
        case = selectors.case_for(actor, card.case_id)
    except NotFound:
        return Way("not_yours")
    for task in selectors.open_tasks_of(case):
        if selectors.actions_on(task, actor).can_claim:
            return Way("claim", reverse("task", args=[task.pk]))
    return Way("not_yours")
