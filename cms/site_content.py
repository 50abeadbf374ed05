"""Builds the public pages from plain data (format: docs/packs-pages.md) without undoing what editors did."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page, Site

from cms import models, page_bodies
from cms.page_problems import KINDS, TEXTS, problems
from core.actors import Actor
from core.audit.services import record
from core.exceptions import Invalid
from core.programme.models import Theme
from core.text import localised

LANGUAGES = ("zh-hans", "en")


@dataclass
class Built:
    """How many pages were made, brought up to date, and left alone because somebody edited them at the desk."""

    created: int = 0
    updated: int = 0
    kept: int = 0


@transaction.atomic
def build_site(document: dict[str, Any], *, actor: Actor, now: datetime) -> Built:
    """Create or bring up to date the page tree, in every language; pages edited at the desk stay as they are.

    Raises: `Invalid` when the document has problems or a text shows personal data.
    """
    found = list(problems(document))
    if found:
        raise Invalid(found[0].sentence)
    built = Built()
    root = Page.get_first_root_node()
    node = {"kind": "home", "slug": "site", **document["home"]}
    homes: dict[str, Page] = {}
    for language in LANGUAGES:
        locale = Locale.objects.get_or_create(language_code=language)[0]
        slug = node["slug"] if language == LANGUAGES[0] else f"{node['slug']}-{language}"
        homes[language] = _build({**node, "slug": slug}, root, locale, built, original=homes.get(LANGUAGES[0]))
    _make_default_site(homes[LANGUAGES[0]])
    record(
        actor=actor, verb="site.built", obj=("site", document["home"].get("slug", "home")), now=now, data=asdict(built)
    )
    return built


def _build(node: dict[str, Any], parent: Page, locale: Locale, built: Built, original: Page | None) -> Page:
    page_class = KINDS[node["kind"]]
    page = page_class.objects.child_of(parent).filter(slug=node["slug"], locale=locale).first()
    if page is None:
        page = _create(page_class, node, parent, locale, original)
        built.created += 1
    elif _edited_at_the_desk(page):
        built.kept += 1
    elif _fill(page, node, locale.language_code):
        _publish(page)
        built.updated += 1
    for child in node.get("children", []):
        twin = original.get_children().filter(slug=child["slug"]).first() if original is not None else None
        _build(child, page, locale, built, twin)
    return page


def _create(
    page_class: type[models.SitePage], node: dict[str, Any], parent: Page, locale: Locale, original: Page | None
) -> Page:
    page = page_class(slug=node["slug"], locale=locale)
    if original is not None:
        page.translation_key = original.translation_key
    _fill(page, node, locale.language_code)
    try:
        parent.add_child(instance=page)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from error
    _publish(page)
    return page


def _fill(page: Page, node: dict[str, Any], language: str) -> bool:
    """Put the document's values into the page; whether anything changed."""
    values: dict[str, Any] = {"title": localised(node["title"], language), "show_in_menus": bool(node.get("menu"))}
    values |= {name: localised(node[name], language) for name in TEXTS if name in node}
    if "portrait" in node:
        values["portrait"] = node["portrait"]
    if "theme" in node:
        values["theme"] = _theme(node["theme"])
    for stream in ("body", "deeds"):
        if stream in node:
            values[stream] = page_bodies.stream(page, stream, node[stream], language)
    before = page_bodies.fingerprint(page, values) if page.pk else ""
    for name, value in values.items():
        setattr(page, name, value)
    if page.pk is None:
        return True
    try:
        page.clean()
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from error
    return page_bodies.fingerprint(page, values) != before


def _theme(slug: str) -> Theme:
    theme = Theme.objects.filter(slug=slug).first()
    if theme is None:
        raise Invalid(_("There is no theme “%(slug)s”.") % {"slug": slug})
    return theme


def _edited_at_the_desk(page: Page) -> bool:
    return bool(page.revisions.filter(user__isnull=False).exists())


def _publish(page: Page) -> None:
    try:
        page.save_revision(clean=True).publish()
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from error


def _make_default_site(home: Page) -> None:
    """Point the site at our home; Wagtail's welcome page goes when nothing else was built on it."""
    site = Site.objects.filter(is_default_site=True).first() or Site(hostname="localhost", is_default_site=True)
    site.root_page = home
    site.save()
    for page in Page.objects.filter(depth=2).exact_type(Page).exclude(pk=home.pk):
        if page.numchild == 0:
            page.delete()
