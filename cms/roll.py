"""The roll of honour: which honours a visitor asked for, the filters with their counts, and each honour as a card."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cms.board import COMMUNITY_DEPTH, STEP, STREET_DEPTH, names_of
from cms.filtering import Option
from core.honours import selectors
from core.honours.models import Commendation

PAGE_SIZE = 24
KINDS = {"person": _("People"), "team": _("Teams"), "organisation": _("Organisations")}
UNNAMED = {
    "person": _("A volunteer who prefers not to be named"),
    "team": _("A team that prefers not to be named"),
    "organisation": _("An organisation that prefers not to be named"),
}


@dataclass(frozen=True)
class Card:
    """An honour as the roll shows it. `story_url`: "" until its story is published."""

    pk: int
    name: str
    is_named: bool
    kind: str
    award: str
    level: str
    colour: str
    place: str
    citation: str
    document_number: str
    granted_at: Any
    story_url: str


@dataclass(frozen=True)
class Roll:
    """Everything the page of the roll shows. `groups`: (parameter, label, options)."""

    page: Page[Commendation]
    cards: list[Card]
    found: int
    total: int
    chosen: int
    groups: list[tuple[str, Any, list[Option]]]

    @property
    def chips(self) -> list[Option]:
        """The filters that are set, each with the address that drops it."""
        return [option for *_rest, options in self.groups for option in options if option.is_chosen and option.value]


def roll(query: QueryDict) -> Roll:
    """The roll for an address; unknown filters are dropped, a page number out of range shows the nearest page."""
    counts = selectors.roll_counts()
    schemes = {scheme.slug: scheme for scheme in selectors.schemes() if counts.schemes[scheme.pk]}
    years = {str(year): year for year in sorted(counts.years, reverse=True)}
    scheme, year, kind = query.get("a"), query.get("y"), query.get("k")
    chosen = {
        "a": scheme if scheme in schemes else None,
        "y": year if year in years else None,
        "k": kind if kind in KINDS else None,
    }
    honours = selectors.honours_on_roll(scheme=chosen["a"], year=years.get(chosen["y"] or ""), kind=chosen["k"])
    page = Paginator(honours, PAGE_SIZE).get_page(query.get("page"))

    def group(name: str, label: Any, entries: list[tuple[str, Any, int]]) -> tuple[str, Any, list[Option]]:
        options = [Option("", _("All"), counts.total, chosen[name] is None)]
        rest = query.copy()
        rest.pop(name, None)
        rest.pop("page", None)
        without = "?" + rest.urlencode()
        options += [Option(value, text, number, chosen[name] == value, without) for value, text, number in entries]
        return name, label, options

    return Roll(
        page=page,
        cards=cards(list(page.object_list)),
        found=page.paginator.count,
        total=counts.total,
        chosen=sum(value is not None for value in chosen.values()),
        groups=[
            group("a", _("Award"), [(slug, str(row), counts.schemes[row.pk]) for slug, row in schemes.items()]),
            group("k", _("Who"), [(code, label, counts.kinds[code]) for code, label in KINDS.items()]),
            group("y", _("Year"), [(text, text, counts.years[number]) for text, number in years.items()]),
        ],
    )


def latest(number: int) -> list[Card]:
    """The honours granted last that stand, for a few lines on other pages."""
    return cards(list(selectors.honours_on_roll()[:number]))


def cards(honours: list[Commendation]) -> list[Card]:
    """The cards of these honours; one query for all their places, one for all their stories."""
    depths = (STREET_DEPTH, COMMUNITY_DEPTH)
    places = names_of({honour.unit.path[: depth * STEP] for honour in honours for depth in depths})
    stories = story_urls([honour.case_id for honour in honours])
    return [_card(honour, places, stories) for honour in honours]


def story_urls(case_ids: list[int]) -> dict[int, str]:
    """Case → address of its published story, in the reader's language where there is one."""
    from cms.models import StoryPage  # the page of the roll is made of this module

    language = get_language() or ""
    pages = StoryPage.objects.live().public().filter(case_id__in=case_ids).select_related("locale")
    by_language = sorted(pages, key=lambda page: page.locale.language_code == language)  # the reader's own comes last
    return {page.case_id: page.url or "" for page in by_language if page.case_id is not None}


def _card(honour: Commendation, places: dict[str, str], stories: dict[int, str]) -> Card:
    kind = selectors.kind_of(honour)
    name = selectors.public_name(honour)
    levels = dict.fromkeys(honour.unit.path[: depth * STEP] for depth in (STREET_DEPTH, COMMUNITY_DEPTH))
    return Card(
        pk=honour.pk,
        name=name or str(UNNAMED[kind]),
        is_named=bool(name),
        kind=kind,
        award=str(honour.scheme),
        level=honour.scheme.level_name(honour.level) if honour.level else "",
        colour=honour.scheme.colour,
        place=" · ".join(places[level] for level in levels if level in places),
        citation=honour.citation if name or kind != "person" else _without_name(honour),
        document_number=honour.document_number,
        granted_at=honour.granted_at,
        story_url=stories.get(honour.case_id, "") if name else "",
    )


def _without_name(honour: Commendation) -> str:
    """The citation of somebody who is not named: not even the masked name stands in it."""
    masked = honour.member.public_name if honour.member is not None else ""
    return honour.citation.replace(masked, "…") if masked else honour.citation
