"""The page of an offer's places: how many are taken, how one stands in line, and who has taken it on."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.actors import Actor
from core.exceptions import NotFound
from core.people.selectors import Claimant, may_act_for
from core.templatetags.dandelion import moment
from workflows.access import may_repair
from workflows.claims import claimant_of, pools_of, slots_of
from workflows.models import Case, StepClaim, Task
from workflows.names import step_name
from workflows.places import Standing, full_offers, has_places
from workflows.pools import free_places, open_pool
from workflows.presenters.claimants import ClaimantChoice, claimant_choice
from workflows.presenters.dates import Clock
from workflows.presenters.titles import offered_title
from workflows.results import flow_title, is_finished
from workflows.services.claiming import claimants_at
from workflows.services.waiting import ended_rows, may_wait, open_rows
from workflows.tree import Step, props_of
from workflows.versions.phrases import condition
from workflows.versions.sides import of_version
from workflows.visibility import is_only_offered, may_see


@dataclass(frozen=True)
class ClaimRow:
    """One who has a place, is offered one or waits. `state`: waiting, offered, held; `words`: what that means now."""

    pk: int
    name: str
    state: str
    words: str
    may_leave: bool
    may_release: bool


@dataclass(frozen=True)
class PastClaim:
    """One who had a place and has it no more. `words`: what became of it, and when; `reason`: what was written."""

    name: str
    words: str
    reason: str


@dataclass(frozen=True)
class FullRow:
    """An offer that others have taken on and the reader may wait for."""

    title: str
    number: str
    flow: str
    line: str
    url: str


@dataclass(frozen=True)
class PlacesPage:
    """What the page shows. `mine`: for whom the reader acts; `others` and `past`: only for those in the case."""

    url: str
    step: str
    name: str
    flow: str
    number: str
    case_url: str
    claim_url: str
    taken: str
    line: str
    terms: str
    asked_of_claimants: str
    is_over: bool
    mine: list[ClaimRow]
    others: list[ClaimRow]
    past: list[PastClaim]
    may_join: list[ClaimantChoice]


def places_url(case: Case) -> str:
    """The page of the places of the latest offer of a case; "" where there is none to look at."""
    if case.flow_class is None:
        return ""
    steps = [step["id"] for step in case.flow_class.tree.walk() if has_places(step)]
    if not steps:
        return ""
    found = Task.objects.filter(process=case, flow_task_type="HUMAN", step_id__in=steps).order_by("-pk").first()
    return reverse("places", args=(found.pk,)) if found is not None else ""


def place_words(offer: Standing | None) -> str:
    """How the reader stands at an open offer with places, in a few words; "" where there is nothing to say."""
    if offer is None:
        return ""
    if offer.mine:
        said = {"held": _("You have a place"), "offered": _("A place is kept for you")}
        return said.get(offer.mine, _("On the waiting list"))
    if offer.has_list and offer.waiting:
        return _("Full; %(line)s") % {"line": waiting_words(offer.waiting)}
    if offer.taken:
        return ngettext("%(count)d place is taken", "%(count)d places are taken", offer.taken) % {"count": offer.taken}
    return ""


def full_rows(actor: Actor, clock: Clock) -> list[FullRow]:
    """What the reader may wait for because others have taken it on."""
    return [
        FullRow(
            title=offered_title(one.task.process) or flow_title(one.task.process),
            number=one.task.process.number,
            flow=flow_title(one.task.process),
            line=line_words(one.waiting),
            url=reverse("places", args=(one.task.pk,)),
        )
        for one in full_offers(actor, clock.now)
    ]


def waiting_words(waiting: int) -> str:
    """How many wait, in a few words."""
    return ngettext("%(count)d waits", "%(count)d wait", waiting) % {"count": waiting}


def offer_for(actor: Actor, pk: int, clock: Clock) -> Task:
    """An offer, for those who may take it on, stand in line or see its case.

    Raises: NotFound for what is none, what is unknown and what is forbidden alike.
    """
    task = Task.objects.select_related("process__version__definition", "process__unit").filter(pk=pk).first()
    if task is None or actor.user is None or not actor.user.is_active or task.process.flow_class is None:
        raise NotFound
    case = task.process
    step = case.flow_class.tree.steps.get(task.step_id)
    if step is None or not has_places(step):
        raise NotFound
    himself = Actor(user=actor.user)
    rows = open_rows(case, task.step_id)
    pool = pools_of(case, task.step_id).first()
    pool.process = case
    is_his = any(_acts_for(himself, row, clock) for row in rows) or bool(claimants_at(pool, actor.user, clock.now))
    if not (is_his or may_see(case, himself)):
        raise NotFound
    return task


def places_page(task: Task, actor: Actor, clock: Clock, chosen: str = "") -> PlacesPage:
    """Everything the page shows to this reader."""
    case, flow = task.process, task.process.flow_class
    step = flow.tree.steps[task.step_id]
    himself = Actor(user=actor.user)
    rows = open_rows(case, task.step_id)
    own = [row for row in rows if _acts_for(himself, row, clock)]
    is_in_it = may_see(case, himself) and not is_only_offered(case, himself)
    pool, slots = open_pool(case, task.step_id), slots_of(step, case)
    held = sum(row.state == StepClaim.HELD for row in rows)
    waiting = [row for row in rows if row.state == StepClaim.WAITING]
    offered_to_him = any(row.state == StepClaim.OFFERED for row in own)
    may_take = pool is not None and (offered_to_him or bool(free_places(case, step)))
    able = may_wait(task, himself, clock.now)
    manages = may_repair(case, himself)
    return PlacesPage(
        url=reverse("places", args=(task.pk,)),
        step=step_name(flow.tree, task.step_id),
        name=case.title if is_in_it else offered_title(case),
        flow=flow_title(case),
        number=case.number,
        case_url=reverse("case", args=(case.pk,)) if may_see(case, himself) else "",
        claim_url=reverse("task", args=(pool.pk,)) if pool is not None and may_take else "",
        taken=taken_words(held, slots),
        line=line_words(len(waiting)) if "waitlist" in props_of(step) else "",
        terms=_terms(step),
        asked_of_claimants=eligible_words(case, step),
        is_over=is_finished(case),
        mine=[_row(row, waiting, may_leave=True, may_release=True) for row in own],
        others=[_row(row, waiting, may_release=manages) for row in rows if is_in_it and row not in own],
        past=[_past(row) for row in ended_rows(case, task.step_id)] if is_in_it else [],
        may_join=[claimant_choice(one, chosen, len(able)) for one in able],
    )


def taken_words(held: int, slots: int) -> str:
    """How many places are taken, as a sentence."""
    if slots == 1:
        return _("Somebody has taken it on.") if held else _("Nobody has taken it on yet.")
    return _("%(held)d of %(slots)d places are taken.") % {"held": held, "slots": slots}


def eligible_words(case: Case, step: Step) -> str:
    """What is asked of whoever takes it on, as a sentence; "" when nothing is."""
    wanted = props_of(step).get("eligible")
    if not wanted:
        return ""
    return _("Asked of whoever takes it on: %(condition)s.") % {
        "condition": condition(wanted, of_version(case.version))
    }


def line_words(waiting: int) -> str:
    """How many wait, as a sentence."""
    if not waiting:
        return _("Nobody is on the waiting list.")
    return ngettext("%(count)d is on the waiting list.", "%(count)d are on the waiting list.", waiting) % {
        "count": waiting
    }


def _terms(step: Step) -> str:
    terms = props_of(step).get("waitlist")
    if terms is None:
        return ""
    if terms.get("calendar", "working") == "working":
        days = ngettext("%(days)d working day", "%(days)d working days", terms["days"])
    else:
        days = ngettext("%(days)d day", "%(days)d days", terms["days"])
    sentence = _("A place that gets free is kept %(time)s for whoever has waited longest, then for the next.")
    return sentence % {"time": days % {"days": terms["days"]}}


def _acts_for(actor: Actor, row: StepClaim, clock: Clock) -> bool:
    return actor.user is not None and may_act_for(actor.user, claimant_of(row), on=localdate(clock.now))


def _row(row: StepClaim, waiting: list[StepClaim], *, may_release: bool, may_leave: bool = False) -> ClaimRow:
    claimant: Claimant = claimant_of(row)
    is_held = row.state == StepClaim.HELD
    return ClaimRow(
        row.pk,
        claimant.name,
        row.state,
        _words(row, waiting),
        may_leave=may_leave and not is_held,
        may_release=may_release and is_held,
    )


def _past(row: StepClaim) -> PastClaim:
    gave_back = row.state == StepClaim.RELEASED
    words = _("Gave it back on %(at)s") if gave_back else _("Lost it on %(at)s")
    return PastClaim(claimant_of(row).name, words % {"at": moment(row.ended_at)}, row.reason)


def _words(row: StepClaim, waiting: list[StepClaim]) -> str:
    if row.state == StepClaim.WAITING:
        return _("Number %(place)d on the waiting list") % {"place": waiting.index(row) + 1}
    if row.state == StepClaim.OFFERED:
        return _("A place is kept until %(until)s") % {"until": moment(row.until)}
    if row.until is not None:
        return _("Has taken it on; to be carried out by %(until)s") % {"until": moment(row.until)}
    return _("Has taken it on")
