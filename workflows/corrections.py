"""What undoes effects when their case goes back behind them to be corrected."""

from contextlib import suppress

from core.exceptions import NotFound
from core.promises import services
from workflows.effects import EffectContext, undo


@undo("wish.post")
def take_wish_down(ctx: EffectContext) -> None:
    """Take the wish off the board until it is approved again."""
    with suppress(NotFound):
        services.take_down_wish(actor=ctx.actor, case_id=ctx.case.pk, now=ctx.now)
