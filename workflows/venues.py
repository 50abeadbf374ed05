"""The effect of lending a venue: a session that took place goes into the ledger."""

from django.utils import timezone

from core.people.selectors import Claimant, claimants_for
from core.places.services import record_loan
from workflows.effects import EffectContext, effect


@effect("venue.lent", inputs={"day": "date"})
def lent(ctx: EffectContext) -> None:
    """Note that the venue of the case's unit was lent for a session on that day."""
    record_loan(
        actor=ctx.actor,
        unit=ctx.case.unit,
        day=ctx.inputs["day"],
        case_id=ctx.case.pk,
        step_id=ctx.step_id,
        claimant=_borrower(ctx),
        now=ctx.now,
    )


def _borrower(ctx: EffectContext) -> Claimant | None:
    """The organisation that the applicant speaks for; nobody when it is not clear which."""
    starter = ctx.case.starter
    if starter is None:
        return None
    root = ctx.case.unit.get_root()
    on = timezone.localdate(ctx.now)
    mine = claimants_for(starter, kinds=["organisation"], scope_unit_id=root.pk, on=on)
    return mine[0] if len(mine) == 1 else None
