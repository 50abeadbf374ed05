"""The pledge wall: which pledges a visitor asked for, the filters with their counts, and each pledge as a card."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cms.filtering import Group, Option, chips, without
from core.people.models import OrgUnit
from core.people.selectors import subtree_ids
from core.programme.models import Theme
from core.promises import selectors
from core.promises.models import Pledge

PAGE_SIZE = 12
STEP = OrgUnit.steplen
STREET_DEPTH = 2
COMMUNITY_DEPTH = 3  # no card names a place below the community


@dataclass(frozen=True)
class Filters:
    """What the visitor asked for, cleaned: unknown values are dropped."""

    categories: tuple[str, ...] = ()
    themes: tuple[int, ...] = ()
    streets: tuple[int, ...] = ()

    @property
    def chosen(self) -> int:
        """How many filters are set."""
        return len(self.categories) + len(self.themes) + len(self.streets)


@dataclass(frozen=True)
class Thing:
    """One promised thing."""

    text: str
    quantity: Any  # Decimal, for the filter `number`
    measure: str
    due: date | None


@dataclass(frozen=True)
class Card:
    """A pledge as the wall shows it. `colour`: of its theme, or ""."""

    pk: int
    who: str
    category: str
    theme: str
    colour: str
    place: str
    posted_at: datetime
    things: list[Thing]


@dataclass(frozen=True)
class Wall:
    """Everything the page of the wall shows. `everything`: how many pledges there are without filters."""

    filters: Filters
    page: Page[Pledge]
    cards: list[Card]
    total: int
    everything: int
    groups: list[Group] = field(default_factory=list)

    @property
    def chips(self) -> list[Option]:
        """The filters that are set, each with the address that drops it."""
        return chips(self.groups)


def filters_of(query: QueryDict) -> Filters:
    """The filters in an address."""
    return Filters(
        categories=tuple(c for c in query.getlist("c") if c in Pledge.Category.values),
        themes=_numbers(query.getlist("t")),
        streets=_numbers(query.getlist("u")),
    )


def _numbers(values: Iterable[str]) -> tuple[int, ...]:
    return tuple(int(value) for value in values if value.isdecimal() and len(value) < 10)


def wall(query: QueryDict) -> Wall:
    """The wall for an address; a page number out of range shows the nearest page."""
    filters = filters_of(query)
    unit_ids = [pk for street in filters.streets for pk in subtree_ids(street)]
    pledges = selectors.pledges_on_wall(
        unit_ids=(unit_ids or [0]) if filters.streets else (),
        categories=filters.categories,
        theme_ids=filters.themes,
    )
    paginator = Paginator(pledges, PAGE_SIZE)
    page = paginator.get_page(query.get("page"))
    groups, everything = _groups(filters, query)
    return Wall(filters, page, cards(list(page.object_list)), paginator.count, everything, groups)


def latest(count: int, *, theme_id: int | None = None) -> list[Card]:
    """The cards of the pledges posted last; only those of a theme when it is given."""
    return cards(list(selectors.pledges_on_wall(theme_ids=[theme_id] if theme_id is not None else [])[:count]))


def cards(pledges: list[Pledge]) -> list[Card]:
    """The cards of these pledges; one query for all their places."""
    paths = {pledge.unit.path[: depth * STEP] for pledge in pledges for depth in (STREET_DEPTH, COMMUNITY_DEPTH)}
    names = dict(OrgUnit.objects.filter(path__in=paths).values_list("path", "name"))
    return [_card(pledge, names) for pledge in pledges]


def _card(pledge: Pledge, names: dict[str, str]) -> Card:
    levels = dict.fromkeys(pledge.unit.path[: depth * STEP] for depth in (STREET_DEPTH, COMMUNITY_DEPTH))
    return Card(
        pk=pledge.pk,
        who=pledge.public_name,
        category=pledge.get_category_display(),
        theme=str(pledge.theme) if pledge.theme is not None else "",
        colour=pledge.theme.colour if pledge.theme is not None else "",
        place=" · ".join(names[level] for level in levels if level in names),
        posted_at=pledge.posted_at,
        things=[Thing(item.text, item.quantity, item.unit_of_measure, item.due) for item in pledge.items.all()],
    )


def _groups(filters: Filters, query: QueryDict) -> tuple[list[Group], int]:
    """The filter groups, and how many pledges are on the wall in all."""
    by_theme: Counter[int | None] = Counter()
    by_category: Counter[str] = Counter()
    by_street: Counter[str] = Counter()
    rows = selectors.pledges_on_wall().order_by().values_list("theme", "category", "unit__path")
    for theme, category, path, count in rows.annotate(n=Count("pk")):
        by_theme[theme] += count
        by_category[category] += count
        by_street[path[: STREET_DEPTH * STEP]] += count

    def option(name: str, value: str, label: Any, count: int, chosen: bool) -> Option:
        return Option(value, label, count, chosen, without(query, name, value))

    themes = [
        option("t", str(theme.pk), theme, by_theme[theme.pk], theme.pk in filters.themes)
        for theme in Theme.objects.all()
    ]
    categories = [
        option("c", c, label, by_category[c], c in filters.categories) for c, label in Pledge.Category.choices
    ]
    streets = OrgUnit.objects.filter(path__in=list(by_street)).order_by("path")
    places = [option("u", str(u.pk), u.name, by_street[u.path], u.pk in filters.streets) for u in streets]
    groups: list[Group] = [
        ("t", _("Theme"), "checkbox", themes),
        ("c", _("Category"), "checkbox", categories),
        ("u", _("Area"), "checkbox", places),
    ]
    return groups, by_category.total()
