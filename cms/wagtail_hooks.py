"""How the desk looks and what its menus are called; the desk's own screens are in cms/desk."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from cms.desk import jobs, menu, retention  # noqa: F401  # registers the screens
from cms.desk.home import WorkPanel

# Wagtail's word for its page moderation would collide with our flows: here "workflow" means one thing.
MODERATION = {"workflows": _("Publishing review"), "workflow-tasks": _("Publishing review steps")}


@hooks.register("insert_global_admin_css")
def desk_style() -> SafeString:
    """The site's colours in the desk."""
    return format_html('<link rel="stylesheet" href="{}">', static("cms/desk.css"))


@hooks.register("construct_homepage_panels")
def first_page(_request: HttpRequest, panels: list[Any]) -> None:
    """What can be done here, before what Wagtail knows of one's pages."""
    panels.append(WorkPanel())


@hooks.register("construct_homepage_summary_items", order=1000)  # after those that add some
def no_counts(_request: HttpRequest, items: list[Any]) -> None:
    """How many pages and pictures there are helps nobody."""
    items.clear()


@hooks.register("construct_settings_menu")
@hooks.register("construct_reports_menu")
def name_moderation(_request: HttpRequest, items: Iterable[Any]) -> None:
    """Call Wagtail's workflow menus what they are: review before publishing."""
    for item in items:
        item.label = MODERATION.get(item.name, item.label)
