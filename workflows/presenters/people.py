"""My page: who I am here, what waits for me, what I started, what I may start."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.people.models import Affiliation, Appointment, TeamMembership, User
from core.people.selectors import in_force, unit_path_names, units_answered_for
from core.registry import Registry
from core.text import localised
from forms import drafts
from notifications.selectors import unread_count
from workflows import selectors
from workflows.models import FlowDefinition
from workflows.presenters.dates import Clock
from workflows.presenters.lists import CaseRow, TaskRow, case_rows, task_rows
from workflows.presenters.records import Records, records_of
from workflows.presenters.starting import Offer, offers

SHOWN_TASKS = 5
SHOWN_CASES = 5
GOLD = ("theme-gold", "roundel-gold")
SILVER = ("theme-silver", "roundel-silver")
GREEN = ("theme-green", "roundel-green")
WELCOME_TRIES = 3


@dataclass(frozen=True)
class PlaceRow:
    """One thing I am or belong to."""

    label: str
    value: str


@dataclass(frozen=True)
class Try:
    """One thing to try, with its drawing."""

    title: str
    text: str
    label: str
    url: str
    theme: str
    art: str


FIRST_STEPS: Registry[Callable[[User], list[Try]]] = Registry("first steps")
"""What upper apps give somebody new to try, by what his login may do; asked in the order of registration."""


@dataclass(frozen=True)
class Welcome:
    """What greets somebody who has not been here: who he is, what his roles do, three things to try."""

    who: str
    texts: list[str]
    tries: list[Try]


@dataclass(frozen=True)
class MePage:
    """My page. `welcome`: None once it was closed."""

    welcome: Welcome | None

    greeting: str
    name: str
    belonging: str
    member_number: str
    places: list[PlaceRow]
    tasks: list[TaskRow]
    open_count: int
    started: list[CaseRow]
    records: Records
    tries: list[Try]
    messages_url: str
    messages_text: str
    desk_url: str
    overview_url: str
    drafts: int


def me_page(user: User, clock: Clock, *, is_new: bool) -> MePage:
    """Everything my page shows; `is_new`: with the welcome."""
    actor = Actor(user=user)
    member = getattr(user, "member", None)
    held = appointments_of(user, clock.today)
    places = places_of(user, held, clock.today)
    tasks = task_rows(selectors.inbox(actor, limit=SHOWN_TASKS, now=clock.now), clock, actor)
    startable = [_to_start(offer) for offer in offers(actor, clock.now)]
    unread = unread_count(user)
    return MePage(
        welcome=_welcome(user, held, places, tasks, startable) if is_new else None,
        greeting=_greeting(user.display_name, clock),
        name=user.display_name,
        belonging=places[0].value if places else "",
        member_number=member.number if member is not None else "",
        places=places,
        tasks=tasks,
        open_count=selectors.open_count(actor, now=clock.now),
        started=case_rows(selectors.started_by(actor)[:SHOWN_CASES]),
        records=records_of(member.pk if member is not None else None, clock.today),
        tries=startable,
        messages_url=reverse("messages"),
        messages_text=_("%(count)s not read yet") % {"count": "99+" if unread > 99 else unread}
        if unread
        else _("No new messages"),
        desk_url=reverse("wagtailadmin_home") if user.has_perm("wagtailadmin.access_admin") else "",
        overview_url=reverse("overview") if user.is_superuser or units_answered_for(user, on=clock.today) else "",
        drafts=drafts.count(user),
    )


def _welcome(
    user: User, held: list[Appointment], places: list[PlaceRow], tasks: list[TaskRow], startable: list[Try]
) -> Welcome:
    """Who the login is here, and the first three of: its desk, its most urgent task, what it may start, a look."""
    parts = [_("%(what)s of %(where)s") % {"what": row.label, "where": row.value} for row in places[: len(held)]]
    texts = [text for role in dict.fromkeys(row.role for row in held) if (text := localised(role.welcome))]
    tries = [*_at_the_desk(user), *(_to_do(row) for row in tasks[:1]), *startable, _to_look_at()]
    return Welcome(
        who=_("; ").join(parts or list(dict.fromkeys(row.value for row in (places[:1] + places[-1:])))),
        texts=texts or [_("You may start what stands below; what becomes of it, you see on this page.")],
        tries=tries[:WELCOME_TRIES],
    )


def _at_the_desk(user: User) -> list[Try]:
    found = []
    if user.has_perm("workflows.change_flowdefinition"):
        text = _("Add a step, change who does it or by when. Publish it, and the next case follows.")
        url = reverse(FlowDefinition.snippet_viewset.get_url_name("list"))
        found.append(Try(_("Change a flow"), text, _("To the flows"), url, *GREEN))
    return [*found, *(step for _name, steps in FIRST_STEPS.items() for step in steps(user))]


def _to_do(row: TaskRow) -> Try:
    title = _("Waiting for you: %(step)s") % {"step": row.step}
    return Try(title, f"{row.number} · {row.title}", _("Take care of it"), row.url, *GREEN)


def _to_start(offer: Offer) -> Try:
    return Try(
        offer.title, offer.text or _("Takes a few minutes; you can follow it here."), _("Start"), offer.url, *GOLD
    )


def _to_look_at() -> Try:
    text = _("With its code, as a resident sees it: where it is, with whom, and what comes next.")
    return Try(_("See where a case stands"), text, _("Enter a code"), reverse("status"), *SILVER)


def _greeting(name: str, clock: Clock) -> str:
    hour = timezone.localtime(clock.now).hour
    if hour < 5 or hour >= 18:
        return _("Good evening, %(name)s") % {"name": name}
    if hour < 12:
        return _("Good morning, %(name)s") % {"name": name}
    return _("Good afternoon, %(name)s") % {"name": name}


def appointments_of(user: User, on: date) -> list[Appointment]:
    """The user's appointments in force, longest first, each with role and unit."""
    appointments = Appointment.objects.filter(in_force(on), member__user=user).select_related("role", "unit")
    return list(appointments.order_by("since", "pk"))


def places_of(user: User, held: list[Appointment], on: date) -> list[PlaceRow]:
    """Appointments, then units and teams of the user's member, in words."""
    affiliations = Affiliation.objects.filter(in_force(on), member__user=user).select_related("unit")
    memberships = TeamMembership.objects.filter(in_force(on), member__user=user).select_related("team")
    belongs = list(affiliations.order_by("since", "pk"))
    names = unit_path_names([*(row.unit for row in held), *(row.unit for row in belongs)])
    return [
        *(PlaceRow(localised(row.role.name), names[row.unit_id]) for row in held),
        *(PlaceRow(row.get_relation_display(), names[row.unit_id]) for row in belongs),
        *(PlaceRow(_("Team"), _team_text(row)) for row in memberships.order_by("since", "pk")),
    ]


def _team_text(row: TeamMembership) -> str:
    if row.position == TeamMembership.Position.MEMBER:
        return row.team.name
    return _("%(team)s (%(position)s)") % {"team": row.team.name, "position": row.get_position_display()}
