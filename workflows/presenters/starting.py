"""What the pages before and right after starting a case show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.urls import reverse
from django.utils.translation import gettext as _

from core.actors import Actor
from core.exceptions import NotFound
from core.people.models import Role
from core.text import localised
from forms.models import FormVersion
from workflows.models import Case, FlowVersion
from workflows.presenters.steps import StepRow, step_rows, steps_ahead
from workflows.selectors import progress
from workflows.services.starting import latest_version, latest_versions, refusal_to_start, roles_held
from workflows.starting import starting_form
from workflows.whereabouts import named


@dataclass(frozen=True)
class StartPage:
    """The page with the starting form."""

    title: str
    intro: str
    gets_code: bool
    steps: list[StepRow]


@dataclass(frozen=True)
class StartedPage:
    """The page right after. `code_groups`: the status code in its groups, shown this once, or empty."""

    number: str
    slug: str
    next_sentence: str
    code_groups: list[str]
    had_code: bool
    url: str
    steps: list[StepRow]


@dataclass(frozen=True)
class Offer:
    """A flow that one may start."""

    slug: str
    title: str
    text: str
    url: str


@dataclass(frozen=True)
class StartsPage:
    """Everything that one may start: at once, and after signing in."""

    now: list[Offer]
    after_sign_in: list[Offer]


DoorState = Literal["open", "sign_in", "not_yours", "closed"]


@dataclass(frozen=True)
class Door:
    """The way into a flow. `open` and `sign_in` lead to `url`; `not_yours`: other roles may; `closed`: nobody."""

    state: DoorState
    title: str = ""
    text: str = ""
    who: str = ""
    url: str = ""


def starting_name(version: FlowVersion) -> str:
    """What starting a case of this version is called: as its form, e.g. 提一个微心愿."""
    return localised(starting_form(version).definition.title) or localised(version.definition.title) or version.slug


def start_page(version: FlowVersion, *, is_guest: bool) -> StartPage:
    """What a person about to start a case of this version reads."""
    start: dict[str, Any] = version.document["start"]
    return StartPage(
        title=starting_name(version),
        intro=localised(start.get("help")),
        gets_code=is_guest and bool(start.get("status_code")),
        steps=steps_ahead(version.document),
    )


def started_page(case: Case, *, code: str, had_code: bool, may_follow: bool) -> StartedPage:
    """What a person reads right after starting a case."""
    rows = progress(case)
    here = next((row for row in rows if row.state == "current" and row.with_whom), None)
    sentence = _("Next comes %(step)s") % {"step": named(here)} if here else ""
    return StartedPage(
        number=case.number,
        slug=case.version.slug,
        next_sentence=sentence,
        code_groups=code.split("-") if code else [],
        had_code=had_code,
        url=reverse("case", args=(case.pk,)) if may_follow else "",
        steps=step_rows(rows),
    )


def offers(actor: Actor, now: datetime) -> list[Offer]:
    """The flows that the actor may start, by title."""
    roles = roles_held(actor, now)
    return _offers([version for version in _all_by_hand() if refusal_to_start(version, actor, roles) is None])


def starts_page(actor: Actor, now: datetime) -> StartsPage:
    """What this reader may start now and, for a visitor, what any member may start after signing in."""
    versions = _all_by_hand() if actor.user is None else []
    for_members = [version for version in versions if version.document["start"]["who"] == "members"]
    return StartsPage(offers(actor, now), _offers(for_members))


def _all_by_hand() -> list[FlowVersion]:
    return [version for version in latest_versions() if _by_hand(version)]


def _offers(versions: list[FlowVersion]) -> list[Offer]:
    """What starting them is called and about, by title."""
    names = _starting_names(versions)
    found = [
        Offer(version.slug, names[version.pk], localised(version.document["start"].get("help")), _address(version))
        for version in versions
    ]
    return sorted(found, key=lambda offer: offer.title)


def startable() -> list[tuple[str, str]]:
    """(code, what starting it is called) of every published flow that people start, for editors to choose from."""
    versions = _all_by_hand()
    names = _starting_names(versions)
    return sorted(((version.slug, names[version.pk]) for version in versions), key=lambda pair: pair[1])


def door_to(flow: str, actor: Actor, now: datetime) -> Door:
    """The way into a flow for this reader: never an address that would refuse him."""
    try:
        version = latest_version(flow)
    except NotFound:
        return Door("closed")
    if not _by_hand(version):
        return Door("closed")
    refusal = refusal_to_start(version, actor, roles_held(actor, now))
    state: DoorState = "open" if refusal is None else "sign_in" if actor.user is None else "not_yours"
    url = "" if state == "not_yours" else _address(version)
    return Door(state, starting_name(version), localised(version.document["start"].get("help")), _who(version), url)


def _by_hand(version: FlowVersion) -> bool:
    return bool(version.document["start"].get("kind", "manual") == "manual")


def _address(version: FlowVersion) -> str:
    return reverse("start", args=(version.slug,))


def _starting_names(versions: list[FlowVersion]) -> dict[int, str]:
    """`starting_name` of many versions, by primary key, with one query."""
    wanted = {version.pk: version.forms[version.document["start"]["form"]] for version in versions}
    forms = FormVersion.objects.select_related("definition").in_bulk(list(wanted.values()))
    return {
        version.pk: localised(forms[wanted[version.pk]].definition.title)
        or localised(version.definition.title)
        or version.slug
        for version in versions
    }


def _who(version: FlowVersion) -> str:
    """Who may start it, in words."""
    who = version.document["start"]["who"]
    if who == "anyone":
        return _("anybody, no login is needed")
    if who == "members":
        return _("members with a login")
    names = [
        localised(name) for name in Role.objects.filter(slug__in=who).order_by("pk").values_list("name", flat=True)
    ]
    return _(" or ").join(names)
