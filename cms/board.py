"""The wish board: which wishes a visitor asked for, the filters with their counts, and each wish as a card."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.filtering import Group, Option, changed, chips, without
from core.people.models import OrgUnit
from core.people.selectors import subtree_ids
from core.promises import selectors
from core.promises.models import Claim, Wish
from workflows.places import waiting_at

PAGE_SIZE = 12
URGENT = timedelta(days=3)
STEP = OrgUnit.steplen
STREET_DEPTH = 2
COMMUNITY_DEPTH = 3  # no card names a place below the community
KINDS = {"person": _("a person"), "team": _("a team"), "organisation": _("an organisation")}
ORDERS: dict[selectors.Order, Any] = {
    "waiting": _("Waiting longest"),
    "needed": _("Needed soonest"),
    "newest": _("Newest"),
}


@dataclass(frozen=True)
class Filters:
    """What the visitor asked for, cleaned: unknown values are dropped."""

    state: str | None = None
    categories: tuple[str, ...] = ()
    streets: tuple[int, ...] = ()
    kind: str | None = None
    order: selectors.Order = "waiting"

    @property
    def chosen(self) -> int:
        """How many filters are set."""
        return bool(self.state) + len(self.categories) + len(self.streets) + bool(self.kind)


@dataclass(frozen=True)
class Card:
    """A wish as the board shows it. `waiting`: how many wait for its place; None without a list."""

    pk: int
    case_id: int
    text: str
    state: str
    category: str
    place: str
    claimable_by: str
    claimant: str
    needed_by: date | None
    registered_at: datetime
    fulfilled_at: datetime | None
    is_urgent: bool
    days_taken: int
    waiting: int | None = None


@dataclass(frozen=True)
class Board:
    """Everything the page of the board shows."""

    filters: Filters
    page: Page[Wish]
    cards: list[Card]
    total: int
    open_total: int
    groups: list[Group] = field(default_factory=list)
    orders: list[Option] = field(default_factory=list)

    @property
    def chips(self) -> list[Option]:
        """The filters that are set, each with the address that drops it."""
        return chips(self.groups)


def filters_of(query: QueryDict) -> Filters:
    """The filters in an address."""
    state, kind, wanted = query.get("s"), query.get("w"), query.get("o")
    return Filters(
        state=state if state in {str(s) for s in selectors.ON_BOARD} else None,
        categories=tuple(c for c in query.getlist("c") if c in Wish.Category.values),
        streets=tuple(int(u) for u in query.getlist("u") if u.isdecimal() and len(u) < 10),
        kind=kind if kind in KINDS else None,
        order=next((order for order in ORDERS if order == wanted), "waiting"),
    )


def board(query: QueryDict) -> Board:
    """The board for an address; a page number out of range shows the nearest page."""
    filters = filters_of(query)
    unit_ids = [pk for street in filters.streets for pk in subtree_ids(street)]
    wishes = selectors.wishes_on_board(
        state=filters.state,
        categories=filters.categories,
        unit_ids=unit_ids if filters.streets else (),
        claimant_kind=filters.kind,
        order=filters.order,
    )
    paginator = Paginator(wishes, PAGE_SIZE)
    page = paginator.get_page(query.get("page"))
    groups, open_total = _groups(filters, query)
    return Board(
        filters=filters,
        page=page,
        cards=cards(list(page.object_list)),
        total=paginator.count,
        open_total=open_total,
        groups=groups,
        orders=[
            Option(value, label, None, value == filters.order, changed(query, "o", value))
            for value, label in ORDERS.items()
        ],
    )


def taste(count: int = 3) -> tuple[list[Card], int]:
    """For a front page: the wishes that have waited longest, the latest one come true; and how many are open."""
    waiting = selectors.wishes_on_board(state=Wish.State.OPEN, order="waiting")
    done = selectors.wishes_on_board(state=Wish.State.FULFILLED).order_by("-fulfilled_at", "-pk")
    return cards([*waiting[:count], *done[:1]]), waiting.count()


def card_of(pk: int) -> Card:
    """One wish. Raises `NotFound` when it is not on the board."""
    return cards([selectors.wish_on_board(pk)])[0]


def cards(wishes: list[Wish]) -> list[Card]:
    """The cards of these wishes; as many queries for many as for few."""
    names = names_of({wish.unit.path[: depth * STEP] for wish in wishes for depth in (STREET_DEPTH, COMMUNITY_DEPTH)})
    waiting = waiting_at([wish.case_id for wish in wishes if wish.state == Wish.State.CLAIMED])
    return [_card(wish, names, waiting.get(wish.case_id)) for wish in wishes]


def names_of(paths: Iterable[str]) -> dict[str, str]:
    """Path in the tree → name of the unit there."""
    return dict(OrgUnit.objects.filter(path__in=list(paths)).values_list("path", "name"))


def _card(wish: Wish, names: Mapping[str, str], waiting: int | None) -> Card:
    path = wish.unit.path
    levels = dict.fromkeys(path[: depth * STEP] for depth in (STREET_DEPTH, COMMUNITY_DEPTH))
    until = wish.needed_by
    is_open = wish.state == Wish.State.OPEN
    return Card(
        pk=wish.pk,
        case_id=wish.case_id,
        text=wish.public_text,
        state=wish.state,
        category=wish.get_category_display(),
        place=" · ".join(names[level] for level in levels if level in names),
        claimable_by=gettext(" or ").join(str(KINDS[kind]) for kind in wish.claimant_kinds if kind in KINDS),
        claimant=_claimant(wish),
        needed_by=until,
        registered_at=wish.registered_at,
        fulfilled_at=wish.fulfilled_at,
        is_urgent=bool(is_open and until and until - timezone.localdate() <= URGENT),
        days_taken=(wish.fulfilled_at - wish.registered_at).days if wish.fulfilled_at else 0,
        waiting=waiting,
    )


def _claimant(wish: Wish) -> str:
    standing: list[Claim] = wish.standing_claims  # type: ignore[attr-defined]  # prefetched by the selector
    if not standing:
        return ""
    claim = standing[0]
    if claim.organisation is not None:
        return claim.organisation.name
    if claim.team is not None:
        return claim.team.name
    return claim.member.public_name if claim.member is not None else ""


def _groups(filters: Filters, query: QueryDict) -> tuple[list[Group], int]:
    """The filter groups as (parameter, label, input type, options), and the number of open wishes."""
    by_state: Counter[str] = Counter()
    by_category: Counter[str] = Counter()
    by_street: Counter[str] = Counter()
    for state, category, path, count in (
        Wish.objects.filter(state__in=selectors.ON_BOARD)
        .values_list("state", "category", "unit__path")
        .annotate(n=Count("pk"))
    ):
        by_state[state] += count
        by_category[category] += count
        by_street[path[: STREET_DEPTH * STEP]] += count
    streets = OrgUnit.objects.filter(path__in=list(by_street)).order_by("path")

    def option(name: str, value: str, label: Any, count: int | None, chosen: bool) -> Option:
        return Option(value, label, count, chosen, without(query, name, value))

    states = [
        option("s", "", _("All"), by_state.total(), filters.state is None),
        *(option("s", str(s), s.label, by_state[s], filters.state == s) for s in selectors.ON_BOARD),
    ]
    categories = [option("c", c, label, by_category[c], c in filters.categories) for c, label in Wish.Category.choices]
    places = [option("u", str(u.pk), u.name, by_street[u.path], u.pk in filters.streets) for u in streets]
    kinds = [option("w", kind, label, None, filters.kind == kind) for kind, label in KINDS.items()]
    groups: list[Group] = [
        ("s", _("State"), "radio", states),
        ("c", _("Category"), "checkbox", categories),
        ("u", _("Area"), "checkbox", places),
        ("w", _("Who may claim"), "radio", kinds),
    ]
    return groups, by_state[Wish.State.OPEN]
