"""What keeps a document of pages (format: docs/packs-pages.md) from being built: its shape, addresses and texts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Field
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cms import models, prose
from cms.blocks import is_own_address
from cms.packs.problems import Sentence
from cms.packs.shapes import Check, Key, Shape, local_text, one_of, slug, yes_no
from core.leaks import leaks_in

Path = tuple[str | int, ...]
KINDS: dict[str, type[models.SitePage]] = {
    "home": models.HomePage,
    "campaign": models.CampaignPage,
    "theme": models.ThemePage,
    "stories": models.StoryIndexPage,
    "story": models.StoryPage,
    "wish_board": models.WishBoardPage,
    "honour_roll": models.HonourRollPage,
    "pledge_wall": models.PledgeWallPage,
    "figures": models.FiguresPage,
    "text": models.StandardPage,
}
TEXTS = ("lede", "eyebrow", "place", "service", "person", "consent")
OF_EVERY_PAGE = ("kind", "slug", "title", "menu", "children")
OF_SOME_PAGES = (*TEXTS, "theme", "portrait", "body", "deeds")
ADDRESS = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
LINE = local_text(200)
WAY: Shape = {"title": Key(LINE, required=True), "text": Key(local_text(1000), required=True)}
ACTIVITY: Shape = {"when": Key(LINE, required=True), "title": Key(LINE, required=True), "text": Key(local_text(1000))}


def _link(value: Any) -> Sentence | None:
    """An address of this site."""
    if isinstance(value, str) and is_own_address(value):
        return None
    return _("an address of this site is expected, beginning with one slash.")


def _address(value: Any) -> Sentence | None:
    """The last part of a page's address."""
    if isinstance(value, str) and ADDRESS.fullmatch(value):
        return None
    return _("a part of an address is expected: small letters, digits, - and _, at most 60.")


def _entries(most: int) -> Check:
    """A list of one to `most` entries, which are checked one by one."""

    def check(value: Any) -> Sentence | None:
        if isinstance(value, list) and 0 < len(value) <= most:
            return None
        return format_lazy(_("a list of 1 to {most} entries is expected."), most=most)

    return check


BLOCKS: dict[str, Shape] = {
    "text": {"text": Key(local_text(20_000), required=True)},
    "quote": {"text": Key(local_text(2000), required=True), "source": Key(LINE)},
    "scrolls": {"heading": Key(LINE)},
    "figures": {"heading": Key(LINE), "note": Key(local_text(1000)), "figures": Key(_entries(20), required=True)},
    "wishes": {"heading": Key(LINE, required=True)},
    "stories": {"heading": Key(LINE, required=True)},
    "pledges": {"heading": Key(LINE, required=True)},
    "honours": {"heading": Key(LINE, required=True)},
    "focus": {"heading": Key(LINE, required=True)},
    "start": {
        "flow": Key(slug, required=True),
        "heading": Key(local_text(60), required=True),
        "text": Key(local_text(400)),
        "button": Key(local_text(20)),
    },
    "activities": {"heading": Key(LINE), "entries": Key(_entries(50), required=True)},
    "ways": {
        "heading": Key(LINE, required=True),
        "ways": Key(_entries(4), required=True),
        "button": Key(LINE),
        "link": Key(_link),
    },
}
INSIDE: dict[str, tuple[str, Shape]] = {"activities": ("entries", ACTIVITY), "ways": ("ways", WAY)}


@dataclass(frozen=True)
class PageProblem:
    """What is wrong with the document, and where: `path` are keys and indexes from the top."""

    path: Path
    sentence: Sentence


def problems(document: Any) -> Iterator[PageProblem]:
    """What keeps `document` from being built; reads no database."""
    home = document.get("home") if isinstance(document, dict) else None
    if not isinstance(home, dict):
        yield PageProblem((), _("The pages need one entry “home”."))
        return
    for key in document.keys() - {"home"}:
        yield PageProblem((key,), _lacking(_("Pages do not know the key “{key}”."), key))
    yield from _of_page({"kind": "home", "slug": "site", **home}, ("home",), ())


def _lacking(sentence: Any, key: str) -> Sentence:
    return format_lazy(sentence, key=str(key)[:60])


def _of_page(node: Any, path: Path, above: tuple[str, ...]) -> Iterator[PageProblem]:
    """`above`: the kinds of the pages around it, outermost first."""
    if not isinstance(node, dict):
        yield PageProblem(path, _("A page is written as keys and values."))
        return
    kind = node.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        missing = "kind" not in node
        words = _lacking(_("The page lacks “{key}”."), "kind") if missing else _no_kind(kind)
        yield PageProblem(path if missing else (*path, "kind"), words)
        return
    page_class = KINDS[kind]
    if above and page_class not in KINDS[above[-1]].allowed_subpage_models():
        sentence = _("A page of the kind “{kind}” cannot stand below one of the kind “{above}”.")
        yield PageProblem((*path, "kind"), format_lazy(sentence, kind=kind, above=above[-1]))
    for name, sentence_of_key in _of_keys(node, _shape_of(page_class)):
        yield PageProblem((*path, *name), sentence_of_key)
    if kind == "story":
        yield from _leaks(node, path)
    yield from _of_body(node.get("body", []), page_class, kind, (*path, "body"))
    yield from _of_deeds(node.get("deeds", []), (*path, "deeds"))
    yield from _of_children(node.get("children", []), (*path, "children"), (*above, kind))


def _no_kind(kind: Any) -> Sentence:
    return format_lazy(_("There is no kind of page “{kind}”."), kind=str(kind)[:60])


def _shape_of(page_class: type[models.SitePage]) -> dict[str, Key]:
    """The keys of a kind of page, with the limits of its fields."""
    fields: dict[str, Field[Any, Any]] = {
        field.name: field for field in page_class._meta.get_fields() if field.concrete
    }
    shape = {name: Key(lambda _value: None) for name in ("children", "body", "deeds")}
    shape |= {"kind": Key(slug), "menu": Key(yes_no), "slug": Key(_address, required=True)}
    for name in ("title", *TEXTS):
        if name in fields:
            shape[name] = Key(local_text(fields[name].max_length or 300), required=not fields[name].blank)
    if "theme" in fields:
        shape["theme"] = Key(slug, required=not fields["theme"].blank)
    if "portrait" in fields:
        shape["portrait"] = Key(one_of(*models.StoryPage.Portrait.values))
    return {name: key for name, key in shape.items() if name in OF_EVERY_PAGE or name in fields}


def _of_keys(value: Any, shape: Shape) -> Iterator[tuple[Path, Sentence]]:
    """What is wrong with the keys of a mapping."""
    if not isinstance(value, dict):
        yield (), _("Keys with values are expected here (lines like “key: value”).")
        return
    for key in value.keys() - shape.keys():
        yield (key,), _lacking(_("There is no key “{key}” here."), key)
    for key, wanted in shape.items():
        if key not in value:
            if wanted.required:
                yield (), _lacking(_("The key “{key}” is missing here."), key)
        elif (problem := wanted.check(value[key])) is not None:
            yield (key,), format_lazy("{key}: {problem}", key=key, problem=problem)


def _leaks(node: dict[str, Any], path: Path) -> Iterator[PageProblem]:
    """Personal data in the texts of a story, which would refuse it when it is stored."""
    for key in ("title", "lede", "place", "service", "body", "deeds"):
        for kind in sorted({leak.kind for part in prose.texts(node.get(key)) for leak in leaks_in(part)}):
            yield PageProblem((*path, key), models.leak_refusal(kind))


def _of_body(body: Any, page_class: type[models.SitePage], kind: str, path: Path) -> Iterator[PageProblem]:
    if not isinstance(body, list):
        yield PageProblem(path, _("A body is a list of blocks."))
        return
    allowed = _blocks_of(page_class, kind)
    for number, block in enumerate(body):
        name = next(iter(block)) if isinstance(block, dict) and len(block) == 1 else None
        if name not in allowed:
            sentence = format_lazy(_("A block of this page is one of: {names}."), names=", ".join(allowed))
            yield PageProblem((*path, number), sentence)
            continue
        value = {"text": block[name]} if name == "text" else block[name]
        here = (*path, number) if name == "text" else (*path, number, name)
        for inner, sentence_of_key in _of_block(name, value):
            yield PageProblem((*here, *inner), sentence_of_key)


def _blocks_of(page_class: type[models.SitePage], kind: str) -> list[str]:
    """The blocks that the body of such a page may hold."""
    if not hasattr(page_class, "body"):
        return []
    known = page_class._meta.get_field("body").stream_block.child_blocks
    return [name for name in BLOCKS if name in known and (name != "scrolls" or kind == "campaign")]


def _of_block(name: str, value: Any) -> Iterator[tuple[Path, Sentence]]:
    yield from _of_keys(value, BLOCKS[name])
    if not isinstance(value, dict) or name not in INSIDE:
        return
    key, shape = INSIDE[name]
    entries = value.get(key)
    for number, entry in enumerate(entries if isinstance(entries, list) else []):
        for inner, sentence in _of_keys(entry, shape):
            yield (key, number, *inner), sentence


def _of_deeds(deeds: Any, path: Path) -> Iterator[PageProblem]:
    if not isinstance(deeds, list):
        yield PageProblem(path, _("A list is expected here (lines that begin with “- ”)."))
        return
    for number, deed in enumerate(deeds):
        for inner, sentence in _of_keys(deed, ACTIVITY):
            yield PageProblem((*path, number, *inner), sentence)


def _of_children(children: Any, path: Path, above: tuple[str, ...]) -> Iterator[PageProblem]:
    if not isinstance(children, list):
        yield PageProblem(path, _("A list is expected here (lines that begin with “- ”)."))
        return
    seen: set[str] = set()
    for number, child in enumerate(children):
        yield from _of_page(child, (*path, number), above)
        address = child.get("slug") if isinstance(child, dict) else None
        if not isinstance(address, str):
            continue
        if address in seen:
            yield PageProblem((*path, number, "slug"), _("Another page at this place has this address already."))
        if above == ("home",) and ADDRESS.fullmatch(address) and _is_taken(address):
            sentence = _("The address /{slug}/ belongs to the program, so this page could never be reached.")
            yield PageProblem((*path, number, "slug"), format_lazy(sentence, slug=address))
        seen.add(address)


def _is_taken(address: str) -> bool:
    """Whether something other than the page tree answers at /address/."""
    if address in dict(settings.LANGUAGES):
        return True
    with translation.override(settings.LANGUAGE_CODE):
        try:
            return resolve(f"/{address}/").url_name != "wagtail_serve"
        except Resolver404:
            return False
