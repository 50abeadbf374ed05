"""The pack section for the pages of the public site; what may stand in them is described in docs/packs-pages.md."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.models import HomePage
from cms.packs.applying import Loading
from cms.packs.documents import digest
from cms.packs.sections import Checking, Row
from cms.packs.shapes import Place
from cms.page_problems import problems
from cms.site_content import build_site
from core.actors import Actor
from core.exceptions import DandelionError
from core.rights import is_permitted, require


def check_pages(checking: Checking) -> None:
    """`pages.yaml`: the document that `cms.site_content` builds."""
    top = checking.place("pages.yaml")
    if top is None:
        return
    if not isinstance(top.value, dict):
        top.refuse(_("Keys with values are expected here (lines like “key: value”)."))
        return
    found = list(problems(top.value))
    for problem in found:
        place: Place = top
        for key in problem.path:
            place /= key
        place.refuse(problem.sentence)
    _check_codes(checking, top / "home")
    if not found:
        checking.add("pages", checking.slug, {"document": top.value}, top)


def _check_codes(checking: Checking, page: Place) -> None:
    """The themes, figures and flows that a page and those below it name must exist."""
    node = page.value if isinstance(page.value, dict) else {}
    if "theme" in node:
        checking.known.require("theme", node["theme"], page / "theme")
    body, children = node.get("body"), node.get("children")
    for number, block in enumerate(body if isinstance(body, list) else []):
        for name, value in block.items() if isinstance(block, dict) else ():
            _check_block(checking, name, value, page / "body" / number / name)
    for number in range(len(children) if isinstance(children, list) else 0):
        _check_codes(checking, page / "children" / number)


def _check_block(checking: Checking, name: str, value: Any, place: Place) -> None:
    """The figures that a block shows and the flow that it starts must exist."""
    if not isinstance(value, dict):
        return
    if name == "figures":
        named = value.get("figures")
        for position, code in enumerate(named if isinstance(named, list) else []):
            checking.known.require("metric", code, place / "figures" / position)
    if name == "start" and "flow" in value:
        checking.known.require("flow", value["flow"], place / "flow")


def apply_pages(loading: Loading) -> None:
    """Pages, whenever the pack changed; those that editors changed since are kept by the site."""
    for row in loading.rows("pages"):
        _apply_site(loading, row)


def make_plain_home(title: Any, *, actor: Actor, now: datetime) -> None:
    """A home page with no more than a title, where no pack brought one, in place of Wagtail's welcome to developers."""
    if is_permitted(actor, "wagtailcore.publish_page") and not HomePage.objects.exists():
        build_site({"home": {"title": title}}, actor=actor, now=now)


def _apply_site(loading: Loading, row: Row) -> None:
    loading.settle(
        "pages",
        row.key,
        wanted={"document": digest(row.values["document"])},
        current=loading.last("pages", row.key),
        create=lambda: _build(loading, row),
        change=lambda _changes: _build(loading, row),
    )


def _build(loading: Loading, row: Row) -> Any:
    require(loading.actor, "wagtailcore.publish_page")
    try:
        return build_site(row.values["document"], **loading.by)
    except DandelionError as error:
        raise loading.refused(row.place, error) from error
