"""Effects of the wish flow: each hands what a step found out to the promises of the programme."""

from contextlib import suppress

from core.exceptions import NotFound
from core.promises import services
from core.promises.models import Wish
from workflows.effects import EffectContext, effect
from workflows.tree import Tree, props_of
from workflows.wording import refuse_personal


@effect(
    "wish.post",
    inputs={"public_text": "text", "category": "text", "needed_by": "date"},
    optional=["needed_by"],
    public=["public_text"],
    choices={"category": Wish.Category.values},
)
def post(ctx: EffectContext) -> None:
    """Put the wish on the public board, with the approved wording."""
    refuse_personal(ctx.case, {"public_text": ctx.inputs["public_text"]})
    services.post_wish(
        actor=ctx.actor,
        case_id=ctx.case.pk,
        public_text=ctx.inputs["public_text"],
        category=ctx.inputs["category"],
        unit=ctx.case.unit,
        claimant_kinds=_who_may_claim(ctx),
        needed_by=ctx.inputs.get("needed_by"),
        registered_at=ctx.case.created,
        step_id=ctx.step_id,
        now=ctx.now,
    )


def _who_may_claim(ctx: EffectContext) -> list[str]:
    """What the flow's claim step says, so that board and step never disagree."""
    for step in Tree(ctx.definition).walk():
        if props_of(step).get("on_claim") == "wish.claim":
            return list(props_of(step)["claimants"])
    return []


@effect("wish.claim", needs="wish.post", for_one=True)
def claim(ctx: EffectContext) -> None:
    """Note who took the wish on."""
    if ctx.claimant is not None:
        services.claim_wish(
            actor=ctx.actor, case_id=ctx.case.pk, claimant=ctx.claimant, step_id=ctx.step_id, now=ctx.now
        )


@effect("wish.release", needs="wish.claim")
def release(ctx: EffectContext) -> None:
    """Put the wish back on the board, for somebody else to take on."""
    services.release_wish(actor=ctx.actor, case_id=ctx.case.pk, reason=ctx.comment, step_id=ctx.step_id, now=ctx.now)


@effect("wish.fulfil", needs="wish.claim")
def fulfil(ctx: EffectContext) -> None:
    """Note that the wish came true."""
    services.fulfil_wish(actor=ctx.actor, case_id=ctx.case.pk, step_id=ctx.step_id, now=ctx.now)


@effect("wish.withdraw")
def withdraw(ctx: EffectContext) -> None:
    """Take the wish off the board, if it got that far."""
    with suppress(NotFound):
        services.withdraw_wish(actor=ctx.actor, case_id=ctx.case.pk, step_id=ctx.step_id, now=ctx.now)
