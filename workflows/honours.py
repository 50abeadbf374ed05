"""The effect of granting an honour: it refuses what no flow may allow, then hands the rest to the core."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.exceptions import Invalid, WrongState
from core.honours.models import AwardScheme
from core.honours.services import grant_award
from core.notices.selectors import has_passed_notice
from core.people.models import Member, OrgUnit, Team
from core.people.selectors import Claimant
from workflows.effects import EffectContext, effect
from workflows.models import Case, StepSubmission, Task
from workflows.tree import START, Tree, effect_of, outcomes_of

NO_NOTICE = _("An honour is granted only after its public notice has ended without an objection that held.")
NOT_THREE = _(
    "An honour takes three persons: who nominates, who decides in the branch, and who decides for the awarding body; "
    "none of them the honoree. Please have it decided by somebody else."
)
NO_SCHEME = _("There is no such award any more. Please choose another one.")
NOT_ONE = _("It is not clear who is to be honoured: exactly one person, team or organisation must be chosen.")


@effect(
    "award.grant",
    inputs={
        "award": "text",
        "citation": "text",
        "member": "number",
        "team": "number",
        "organisation": "text",
        "level": "text",
        "document_number": "text",
        "named": "bool",
    },
    optional=["member", "team", "organisation", "level", "document_number", "named"],
)
def grant(ctx: EffectContext) -> None:
    """Grant the honour, after a public notice and decisions of two persons, neither nominator nor honoree."""
    scheme_slug, _slash, level = str(ctx.inputs["award"] or "").partition("/")
    scheme = AwardScheme.objects.filter(slug=scheme_slug).first()
    if scheme is None:
        raise Invalid(NO_SCHEME, errors={"award": [str(NO_SCHEME)]})
    subject, honoured = _subject(ctx.inputs)
    if not has_passed_notice(ctx.case.pk):
        raise WrongState(NO_NOTICE, code="no_notice")
    if not has_two_other_deciders(ctx.case, Tree(ctx.definition), honoured):
        raise WrongState(NOT_THREE, code="not_three_persons")
    grant_award(
        actor=ctx.actor,
        case_id=ctx.case.pk,
        scheme=scheme,
        level=ctx.inputs.get("level") or level,
        subject=subject,
        unit=ctx.case.unit,
        citation=ctx.inputs["citation"] or "",
        document_number=ctx.inputs.get("document_number") or "",
        is_named=ctx.inputs.get("named") is True,
        step_id=ctx.step_id,
        now=ctx.now,
    )


def has_two_other_deciders(case: Case, tree: Tree, honoured: int | None) -> bool:
    """Whether two persons let the nomination pass at two steps, neither of them its nominator or the honoree.

    Counted are decisions on the nomination as it stands, not those before it was last corrected. `honoured`: the
    honoree's login. A nomination by somebody without a login has no nominator who could be told apart.
    """
    if case.starter_id is None:
        return False
    passed = {
        (step["id"], outcome["id"])
        for step in tree.walk()
        if step["kind"] == "approval"
        for outcome in outcomes_of(step)
        if effect_of(outcome)[0] == "continue"
    }
    handed_in = StepSubmission.objects.filter(case=case, step_id=START, is_current=True).select_related("submission")
    nomination = handed_in.first()
    done = Task.objects.filter(process=case, flow_task_type="HUMAN", status="DONE", owner__isnull=False)
    if nomination is not None:
        done = done.filter(finished__gte=nomination.submission.submitted_at)
    deciders: dict[str, set[int]] = {}
    for step_id, outcome, owner_id in done.values_list("step_id", "outcome", "owner_id"):
        if (step_id, outcome) in passed and owner_id not in (case.starter_id, honoured):
            deciders.setdefault(step_id, set()).add(owner_id)
    steps = list(deciders.values())
    return any(len(one | other) > 1 for index, one in enumerate(steps) for other in steps[index + 1 :])


def _subject(inputs: Any) -> tuple[Claimant, int | None]:
    """Who is to be honoured, and the login of that person. Raises: `Invalid` unless exactly one is chosen."""
    chosen: list[tuple[Claimant, int | None]] = []
    if inputs.get("member"):
        chosen += [(Claimant("person", row.pk, row.name), row.user_id) for row in _rows(Member, pk=inputs["member"])]
    if inputs.get("team"):
        chosen += [(Claimant("team", row.pk, row.name), None) for row in _rows(Team, pk=inputs["team"])]
    if inputs.get("organisation"):
        rows = _rows(OrgUnit, slug=inputs["organisation"])
        chosen += [(Claimant("organisation", row.pk, row.name), None) for row in rows]
    if len(chosen) != 1:
        raise Invalid(NOT_ONE, code="no_honoree")
    return chosen[0]


def _rows(model: Any, **key: Any) -> list[Any]:
    try:
        return list(model.objects.filter(**{name: str(value) for name, value in key.items()})[:1])
    except ValueError:  # an answer that is no primary key
        return []
