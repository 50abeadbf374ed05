"""Effects of the pledge flow: what was drafted, reviewed and publicly posted becomes a pledge on the wall."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.exceptions import Invalid, NotAllowed, NotFound
from core.people.models import Member
from core.programme.models import Theme
from core.promises import services
from core.promises.models import Pledge
from workflows.effects import EffectContext, effect
from workflows.separation import others_who_acted

ITEM_INPUTS = {"item": "text", "quantity": "number", "measure": "text", "due": "date"}
INPUTS = {f"{name}{number}": kind for number in (1, 2, 3) for name, kind in ITEM_INPUTS.items()}
OPTIONAL = ["theme", "due1", *(name for name in INPUTS if name[-1] in "23")]
MEMBERS_ONLY = _("Only a member can pledge something; this login belongs to none.")
SECOND_PERSON = _("A pledge counts only when somebody other than whoever makes it has agreed to it.")


@effect(
    "pledge.post",
    inputs={"category": "text", "display": "text", "theme": "text", **INPUTS},
    optional=OPTIONAL,
    choices={"category": Pledge.Category.values},
)
def post(ctx: EffectContext) -> None:
    """Put the pledge of whoever started the case on the wall; needs a passed public notice and a second person."""
    member = Member.objects.filter(user_id=ctx.case.starter_id).first() if ctx.case.starter_id else None
    if member is None:
        raise Invalid(MEMBERS_ONLY, code="no_member")
    if not others_who_acted(ctx.case, {ctx.case.starter_id}):
        raise NotAllowed(SECOND_PERSON, code="second_person")
    theme = ctx.inputs.get("theme")
    services.post_pledge(
        actor=ctx.actor,
        case_id=ctx.case.pk,
        member=member,
        unit=ctx.case.unit,
        category=ctx.inputs["category"],
        items=_items(ctx.inputs),
        theme=Theme.objects.filter(slug=theme).first() if theme else None,
        shows_name=ctx.inputs["display"] == "masked",
        step_id=ctx.step_id,
        now=ctx.now,
    )


def _items(inputs: Any) -> list[services.Promised]:
    """The things that were filled in, in their order."""
    return [
        services.Promised(
            text=inputs[f"item{number}"],
            quantity=Decimal(inputs.get(f"quantity{number}") or 0),
            unit_of_measure=inputs.get(f"measure{number}") or "",
            due=inputs.get(f"due{number}"),
        )
        for number in (1, 2, 3)
        if inputs.get(f"item{number}")
    ]


@effect("pledge.withdraw")
def withdraw(ctx: EffectContext) -> None:
    """Take the pledge off the wall, if it got that far."""
    with suppress(NotFound):
        services.withdraw_pledge(actor=ctx.actor, case_id=ctx.case.pk, now=ctx.now)
