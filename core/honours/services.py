"""Grants and revokes honours, and lets an honoree take back the consent to be named; audited and in the ledger.

Whether an honour is due is decided by the flow and its effect (workflows/honours.py); here is what always holds.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.audit.services import record
from core.events import raise_event
from core.exceptions import Invalid, NotAllowed, NotFound, WrongState
from core.honours.models import AwardScheme, Commendation
from core.jobs.services import enqueue
from core.leaks import leaks_in
from core.ledger.kinds import ledger_kind
from core.ledger.models import LedgerEntry
from core.ledger.services import post, reverse
from core.people.models import Member, OrgUnit, Team
from core.people.selectors import Claimant, may_act_for
from core.rights import is_permitted, require
from core.saving import change, save
from core.text import masked_name

GRANTED = ledger_kind("award.granted")
REVOKED = ledger_kind("award.revoked")
HIDE_STORY = "stories.hide"  # the job that takes the story of a case off the site; whoever makes stories handles it
SUBJECTS: dict[str, tuple[str, type[Member] | type[Team] | type[OrgUnit]]] = {
    "person": ("member", Member),
    "team": ("team", Team),
    "organisation": ("organisation", OrgUnit),
}
SCHEME_REFUSALS = {"slug": _("Another award scheme already has this code. Please choose a different one.")}
CLOSED = _("This award is not open at the moment. Please choose another one.")
WRONG_KIND = _("This award is not given to honorees of this kind. Please choose another award.")
NO_LEVEL = _("This award does not have that level. Please choose one that it has.")
NO_CITATION = _("Please write in one sentence what the honour is for.")
CITATION_LEAKS = _(
    "The citation holds a phone number, an address or other personal data. Please take it out: everybody can read it."
)


@transaction.atomic
def create_scheme(*, actor: Actor, slug: str, unit: OrgUnit, now: datetime, **values: Any) -> AwardScheme:
    """Set up an award scheme; `values` as in the model. Raises: `NotAllowed`, `Conflict` when the code is taken."""
    require(actor, "core.add_awardscheme")
    scheme = AwardScheme(slug=slug, unit=unit, **values)
    save(scheme, refusals=SCHEME_REFUSALS)
    record(actor=actor, verb="award_scheme.created", obj=scheme, now=now)
    return scheme


@transaction.atomic
def change_scheme(*, actor: Actor, scheme: AwardScheme, values: Mapping[str, Any], now: datetime) -> AwardScheme:
    """Change an award scheme. Raises: `NotAllowed`."""
    require(actor, "core.change_awardscheme")
    fields = change(scheme, values, refusals=SCHEME_REFUSALS)
    if fields:
        record(actor=actor, verb="award_scheme.changed", obj=scheme, now=now, data={"fields": fields})
    return scheme


@transaction.atomic
def grant_award(
    *,
    actor: Actor,
    case_id: int,
    scheme: AwardScheme,
    level: str = "",
    subject: Claimant,
    unit: OrgUnit,
    citation: str,
    document_number: str = "",
    is_named: bool = False,
    step_id: str = "",
    now: datetime,
) -> Commendation:
    """Grant the honour of a case; a second call for the same case changes nothing.

    `is_named`: the honoree agreed to be named. Raises: `NotAllowed`, `WrongState` when the scheme is closed, `Invalid`
    with `errors` per input when it does not fit the scheme or the citation holds personal data.
    """
    if actor.kind not in ("user", "system"):
        raise NotAllowed
    existing = Commendation.objects.filter(case_id=case_id).first()
    if existing is not None:
        return existing
    _refuse_unfit(scheme, level, subject)
    honour = Commendation(
        case_id=case_id,
        scheme=scheme,
        level=level,
        unit=unit,
        citation=_fit_citation(citation, subject),
        document_number=document_number,
        is_named=is_named,
        granted_at=now,
    )
    setattr(honour, f"{SUBJECTS[subject.kind][0]}_id", subject.pk)
    save(honour, refusals={})
    _write(honour, actor, "granted", GRANTED, now, step_id)
    values = {"member": honour.member_id, "unit": honour.unit.slug, "team": honour.team_id}
    raise_event("award.granted", occurrence=honour.pk, values=values, now=now)
    return honour


@transaction.atomic
def revoke_award(*, actor: Actor, commendation_id: int, reason: str, now: datetime) -> Commendation:
    """Take an honour back: its ledger line is reversed, it leaves the roll, and its story leaves the site.

    Raises: `NotFound`, `NotAllowed`, `WrongState` when it is revoked already, `Invalid` when the reason is empty or
    holds personal data.
    """
    require(actor, "core.change_commendation")
    honour = _locked(commendation_id)
    if honour.state != Commendation.State.GRANTED:
        raise WrongState(_("This honour is revoked already."))
    reason = reason.strip()[:200]
    entry = LedgerEntry.objects.get(source=f"case:{honour.case_id}", kind=GRANTED, subject=f"commendation:{honour.pk}")
    reverse(entry=entry, actor=actor, reason=reason, now=now)
    honour.state, honour.reason, honour.revoked_at = Commendation.State.REVOKED, reason, now
    honour.save(update_fields=["state", "reason", "revoked_at"])
    _write(honour, actor, "revoked", REVOKED, now)
    _hide_story(honour, now)
    return honour


@transaction.atomic
def withdraw_consent(*, actor: Actor, commendation_id: int, now: datetime) -> Commendation:
    """Stop naming the honoree and take the story off the site; the honour and the figures stay. Twice is once.

    For the honoree, whoever acts for the honoured team or organisation, and the desk. Raises: `NotFound`, also for
    everybody else.
    """
    honour = _locked(commendation_id)
    if not may_withdraw(actor, honour, now=now):
        raise NotFound
    if honour.is_named:
        honour.is_named = False
        honour.save(update_fields=["is_named"])
        record(actor=actor, verb="commendation.consent_withdrawn", obj=honour, now=now, case_id=honour.case_id)
        _hide_story(honour, now)
    return honour


def may_withdraw(actor: Actor, honour: Commendation, *, now: datetime) -> bool:
    """Whether the actor may take back the consent of the honoree."""
    if is_permitted(actor, "core.change_commendation"):
        return True
    if actor.user is None or not actor.user.is_active:
        return False
    if honour.member is not None:  # his consent stays his, wherever he belongs today
        return honour.member.user_id == actor.user.pk
    return may_act_for(actor.user, subject_of(honour), on=timezone.localdate(now))


def subject_of(honour: Commendation) -> Claimant:
    """Who was honoured, with the full name: never for public pages."""
    if honour.organisation is not None:
        return Claimant("organisation", honour.organisation.pk, honour.organisation.name)
    if honour.team is not None:
        return Claimant("team", honour.team.pk, honour.team.name)
    if honour.member is None:
        raise AssertionError("commendation_of_exactly_one guarantees an honoree")
    return Claimant("person", honour.member.pk, honour.member.name)


def _refuse_unfit(scheme: AwardScheme, level: str, subject: Claimant) -> None:
    if not scheme.is_open:
        raise WrongState(CLOSED)
    if subject.kind not in scheme.subject_kinds:
        raise Invalid(WRONG_KIND, errors={"scheme": [str(WRONG_KIND)]})
    if level not in ([entry["slug"] for entry in scheme.levels] or [""]):
        raise Invalid(NO_LEVEL, errors={"level": [str(NO_LEVEL)]})
    if not SUBJECTS[subject.kind][1].objects.filter(pk=subject.pk).exists():
        raise NotFound


def _fit_citation(citation: str, subject: Claimant) -> str:
    """The citation with the honoree's full name masked. Raises: `Invalid`."""
    citation = citation.strip()
    if not citation:
        raise Invalid(NO_CITATION, errors={"citation": [str(NO_CITATION)]})
    if leaks_in(citation):
        raise Invalid(CITATION_LEAKS, code="leak", errors={"citation": [str(CITATION_LEAKS)]})
    if subject.kind == "person" and len(subject.name) > 1:
        citation = citation.replace(subject.name, masked_name(subject.name))
    return citation


def _locked(commendation_id: int) -> Commendation:
    honours = Commendation.objects.select_for_update(of=("self",)).select_related("scheme", "unit")
    honour = honours.filter(pk=commendation_id).first()
    if honour is None:
        raise NotFound
    return honour


def _hide_story(honour: Commendation, now: datetime) -> None:
    enqueue(key=f"hide-story:{honour.pk}:{now.isoformat()}", kind=HIDE_STORY, payload={"case": honour.case_id}, now=now)


def _write(honour: Commendation, actor: Actor, verb: str, kind: str, now: datetime, step_id: str = "") -> None:
    """Audit the act and post its line to the ledger."""
    post(
        source=f"case:{honour.case_id}",
        kind=kind,
        subject=f"commendation:{honour.pk}",
        unit=honour.unit,
        unit_of_measure="item",
        happened_on=timezone.localdate(now),
        now=now,
        claimant=subject_of(honour),
        case_id=honour.case_id,
        step_id=step_id,
    )
    record(
        actor=actor,
        verb=f"commendation.{verb}",
        obj=honour,
        now=now,
        case_id=honour.case_id,
        data={"scheme": honour.scheme_id},
    )
