"""What the public site reads of its own pages: navigation, stories, the campaign. Live and public pages only."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.models import Locale, Page, Site

from core.context import NavItem
from core.programme.models import ThemePeriod
from core.programme.selectors import periods_of

if TYPE_CHECKING:
    from cms.models import CampaignPage, StoryPage


def home_of(request: HttpRequest) -> Page | None:
    """The home page in the language of the request."""
    site = Site.find_for_request(request)
    return site.root_page.localized if site is not None else None


def main_navigation(request: HttpRequest) -> list[NavItem]:
    """Home and the pages that editors put into the menu; public notices, which are no page, before the figures."""
    from cms.models import FiguresPage

    home = home_of(request)
    if home is None:
        return []
    pages = list(home.get_children().live().public().in_menu().specific(defer=True))
    here = request.path
    items = [NavItem(gettext("Home"), home.get_url(request) or "/", here == home.get_url(request))]
    for page in pages:
        url = page.get_url(request) or "/"
        items.append(NavItem(page.title, url, here.startswith(url)))
    notices = reverse("notices")
    before = next((number for number, page in enumerate(pages, 1) if page.specific_class is FiguresPage), len(items))
    items.insert(before, NavItem(gettext("Public notices"), notices, here.startswith(notices)))
    return items


@dataclass(frozen=True)
class ThemeCard:
    """A theme's page with its period of the day, or None between two."""

    page: Any
    current: ThemePeriod | None


def latest_stories(count: int, *, theme_id: int | None = None) -> list["StoryPage"]:
    """The stories published last, in the reader's language; only those of a theme when it is given."""
    from cms.models import StoryPage

    stories = StoryPage.objects.live().public().filter(locale=Locale.get_active())
    if theme_id is not None:
        stories = stories.filter(theme=theme_id)
    return list(stories.select_related("theme").order_by("-first_published_at", "-pk")[:count])


def campaign() -> "CampaignPage | None":
    """The campaign in the reader's language."""
    from cms.models import CampaignPage

    found: CampaignPage | None = (
        CampaignPage.objects.live().public().filter(locale=Locale.get_active()).order_by("path").first()
    )
    return found


def theme_pages(campaign_page: Page) -> list[Any]:
    """The theme pages below a campaign, in the order of their themes."""
    from cms.models import ThemePage

    pages = ThemePage.objects.live().public().child_of(campaign_page).select_related("theme")
    return sorted(pages, key=lambda page: page.theme.position)


def theme_cards(campaign_page: Page, *, on: date) -> list[ThemeCard]:
    """The theme pages below a campaign, each with the period that holds the day."""
    pages = theme_pages(campaign_page)
    dated = periods_of([page.theme_id for page in pages], on=on)
    current = {
        theme_id: next((row.period for row in rows if row.state == "current"), None) for theme_id, rows in dated.items()
    }
    return [ThemeCard(page, current[page.theme_id]) for page in pages]


def search(query: str, *, limit: int) -> list[Any]:
    """Public pages in the reader's language that contain every word of `query`."""
    if not query.strip():
        return []
    pages = Page.objects.live().public().filter(locale=Locale.get_active()).not_exact_type(Page)
    return [page.specific for page in pages.search(query)[:limit]]


def crumbs_to(page_class: type[Page], request: HttpRequest) -> list[tuple[str, str]]:
    """The way to the page of this kind, e.g. the wish board, for addresses below it; empty when there is none."""
    page = page_class.objects.live().public().filter(locale=Locale.get_active()).first()
    return [(page.title, page.get_url(request) or "/")] if page is not None else []
