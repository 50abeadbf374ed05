"""Effects of the service flow: what was recorded, verified, approved and publicly posted becomes counted service."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.exceptions import Invalid, NotAllowed
from core.people.models import Member, Team, User
from core.service import services
from core.service.services import NOT_THREE, Behind, Served
from workflows.effects import EffectContext, effect
from workflows.models import Case
from workflows.separation import two_who_let_it_pass

INPUTS = {
    "member": "member",
    "team": "team",
    "day": "date",
    "minutes": "duration",
    "adjusted": "duration",
    "content": "text",
    "grade": "text",
    "beneficiaries": "number",
    "quantity1": "number",
    "measure1": "text",
    "quantity2": "number",
    "measure2": "text",
}
OPTIONAL = ["team", "adjusted", "beneficiaries", "quantity1", "measure1", "quantity2", "measure2"]
NO_MEMBER = _("It is not clear who served. Please choose the member again.")
ONLY_LESS = _("The time can only be shortened here. If it was longer, return the record to whoever made it.")


@effect("service.check", inputs=INPUTS, optional=OPTIONAL, rewrites=True)
def check(ctx: EffectContext) -> None:
    """Refuse before the public notice what could not be counted after it: day, hours, words or persons."""
    served = _served(ctx)
    _behind(ctx, served.member)
    services.refuse_unfit(served, now=ctx.now)


@effect("service.post", inputs=INPUTS, optional=OPTIONAL)
def post(ctx: EffectContext) -> None:
    """Count the service of a member; needs three persons and a public notice that passed, whatever the flow says."""
    served = _served(ctx)
    services.post_service(
        actor=ctx.actor,
        case_id=ctx.case.pk,
        served=served,
        behind=_behind(ctx, served.member),
        step_id=ctx.step_id,
        now=ctx.now,
    )


def _behind(ctx: EffectContext, member: Member) -> Behind:
    """Who recorded, verified and approved, from the finished tasks. Raises: `NotAllowed` unless they are three."""
    case: Case = ctx.case
    two = two_who_let_it_pass(case, ctx.definition, {case.starter_id, member.user_id})
    if case.starter is None or two is None:
        raise NotAllowed(NOT_THREE, code="three_persons")
    users = User.objects.in_bulk(two)
    return Behind(recorded_by=case.starter, verified_by=users[two[0]], approved_by=users[two[1]])


def _served(ctx: EffectContext) -> Served:
    inputs = ctx.inputs
    member = Member.objects.filter(pk=_whole(inputs.get("member"))).first()
    if member is None:
        raise Invalid(NO_MEMBER, code="no_member", errors={"member": [str(NO_MEMBER)]})
    minutes, adjusted = _whole(inputs.get("minutes")), inputs.get("adjusted")
    if adjusted is not None:
        if _whole(adjusted) > minutes:
            raise Invalid(ONLY_LESS, code="only_less", errors={"adjusted": [str(ONLY_LESS)]})
        minutes = _whole(adjusted)
    return Served(
        member=member,
        team=Team.objects.filter(pk=_whole(inputs.get("team"))).first(),
        unit=ctx.case.unit,
        day=inputs["day"],
        minutes=minutes,
        content=inputs["content"] or "",
        evidence=inputs["grade"] or "",
        beneficiaries=_whole(inputs.get("beneficiaries")),
        outcomes=_outcomes(inputs),
    )


def _whole(value: Any) -> int:
    """A number as rules give it; 0 for none."""
    return int(value) if isinstance(value, (int, Decimal)) else 0


def _outcomes(inputs: Mapping[str, Any]) -> list[tuple[Decimal, str]]:
    """The quantities that were filled in, each with its unit of measure."""
    return [
        (Decimal(inputs[f"quantity{number}"]), inputs.get(f"measure{number}") or "")
        for number in (1, 2)
        if inputs.get(f"quantity{number}")
    ]
