"""Pages of a form: which apply to whoever fills it in, turning them, and the last look before handing in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from core.text import localised
from forms import uploads
from forms.access import column_states
from forms.display import value_html
from forms.groupschema import GROUP, columns_of
from forms.layout import ErrorLink, Part, has_row, links_of, parts
from forms.rowdisplay import rows_html
from forms.schema import Document, located_fields, name_of

if TYPE_CHECKING:
    from forms.building import AnswerForm

LOOKED_AT: Final = {"edit": "read", "replace": "mask"}  # columns that stand and are replaced stay masked
LAST_LOOK: Final = "*"  # where somebody checks what he has written; no section can have this id
TURN: Final = "form-turn"  # the name of the buttons that turn pages; with a dash, as no field has it
PAGE: Final = "form-page"  # the name under which a page tells which one it is
NEXT, BACK, TO = "next", "back", "to:"


@dataclass(frozen=True)
class Leaf:
    """One page. `keys`: of its fields and notes for this person; `number`: 1, 2 … of those that apply, 0 of others."""

    id: str
    number: int
    title: str
    keys: frozenset[str]
    sections: tuple[str, ...]


@dataclass(frozen=True)
class Spread:
    """A page with what is on it. `is_away`: not in view, but its inputs are sent along."""

    leaf: Leaf
    parts: list[Part]
    is_away: bool


@dataclass(frozen=True)
class Answered:
    """One row of the last look; `value` is safe HTML, "" when nothing was answered."""

    label: str
    value: SafeString | str


@dataclass(frozen=True)
class Glance:
    """One page in the last look."""

    leaf: Leaf
    rows: list[Answered]


def page_of_sections(document: Document) -> dict[str, str]:
    """Section id → id of its page, which is that of the page's first section. Sections begin a page by saying so."""
    found: dict[str, str] = {}
    here = ""
    for section in document["sections"]:
        here = section["id"] if section.get("page") or not here else here
        found[section["id"]] = here
    return found


def leaves(form: "AnswerForm") -> list[Leaf]:
    """The pages that hold something for this person, in order; those that the form's logic leaves out have number 0."""
    pages = page_of_sections(form.document)
    keys: dict[str, set[str]] = {}
    for _place, section, definition in located_fields(form.document):
        if has_row(form, definition):
            keys.setdefault(pages[section["id"]], set()).add(name_of(definition))
    found, number = [], 0
    for page in dict.fromkeys(pages.values()):
        if page not in keys:
            continue
        applies = not keys[page].isdisjoint(form.applying)
        number += applies
        sections = [one for one in form.document["sections"] if pages[one["id"]] == page]
        title = next((localised(one["title"]) for one in sections if one.get("title")), "")
        title = title or gettext("Page %(number)s") % {"number": number}
        ids = tuple(one["id"] for one in sections)
        found.append(Leaf(page, number if applies else 0, title, frozenset(keys[page]), ids))
    return found


def spreads(form: "AnswerForm") -> list[Spread]:
    """All pages for the template: the one in view, and the others, whose inputs wait out of sight."""
    found = {part.section: part for part in parts(form)}
    return [
        Spread(leaf, [found[one] for one in leaf.sections if one in found], _away(form, leaf)) for leaf in leaves(form)
    ]


def _away(form: "AnswerForm", leaf: Leaf) -> bool:
    return bool(form.here) and leaf.id != form.here


def open_at(form: "AnswerForm", page: str = "") -> None:
    """Let a form of several pages show one: `page`, else the first; other forms stay in one piece."""
    found = leaves(form)
    if len(found) < 2:
        return
    ids = [leaf.id for leaf in found if leaf.number] or [found[0].id]
    form.here = page if page in (*ids, LAST_LOOK) else ids[0]


def turn(form: "AnswerForm", way: str) -> None:
    """Turn the page of a bound form; going on is refused while this page, or at the end any page, has errors.

    `way`: next, back, or `to:` and the id of a page. What is wrong elsewhere is not told before somebody gets there.
    """
    form.is_valid()
    target = _target(form, way) if form.here else ""
    wrong = _wrong_pages(form)
    if way == NEXT and form.here in wrong:
        target = form.here
    elif target == LAST_LOOK and form.errors:
        target = next(iter(wrong), form.here)
    else:
        form.errors.clear()
    here = next((leaf.keys for leaf in leaves(form) if leaf.id == target), frozenset())
    for key in form.errors.keys() - here - {NON_FIELD_ERRORS}:
        del form.errors[key]
    form.here, form.is_turned = target, True


def _target(form: "AnswerForm", way: str) -> str:
    found = leaves(form)
    ids = [leaf.id for leaf in found]
    here = ids.index(form.here) if form.here in ids else len(ids)
    before = [leaf.id for leaf in found[:here] if leaf.number]
    after = [leaf.id for leaf in found[here + 1 :] if leaf.number]
    if way == NEXT:
        return after[0] if after else LAST_LOOK
    if way == BACK:
        return before[-1] if before else form.here
    wanted = way.removeprefix(TO)
    return wanted if wanted in (*before, *after) else form.here


def lead_to_errors(form: "AnswerForm") -> None:
    """After handing in failed: the first page with something to correct comes into view."""
    wrong = _wrong_pages(form)
    if form.here and wrong and form.here not in wrong:
        form.here = wrong[0]


def _wrong_pages(form: "AnswerForm") -> list[str]:
    return [leaf.id for leaf in leaves(form) if not leaf.keys.isdisjoint(form.errors)]


def error_links(form: "AnswerForm") -> list[ErrorLink]:
    """Every error in the order of the form, those of the whole first; of other pages only how many there are."""
    whole = [ErrorLink("", str(sentence)) for sentence in form.errors.get(NON_FIELD_ERRORS, [])]
    return [*whole, *_links(form)]


def _links(form: "AnswerForm") -> Iterator[ErrorLink]:
    for leaf in leaves(form):
        links = links_of(form, leaf.keys)
        if not _away(form, leaf):
            yield from links
        elif links:
            words = {"title": leaf.title, "count": len(links)}
            yield ErrorLink("", gettext("On the page “%(title)s” too: %(count)s to correct.") % words)


def glances(form: "AnswerForm") -> list[Glance]:
    """What was answered, page by page, to be looked at before it is handed in."""
    answers = form.outcome.answers if form.outcome is not None else {}
    found = []
    for leaf in leaves(form):
        fields = [one for one in form.definitions.values() if one["key"] in leaf.keys & form.applying]
        rows = [Answered(localised(one["label"]), _seen(form, answers.get(one["key"]), one)) for one in fields]
        if leaf.number and rows:
            found.append(Glance(leaf, rows))
    return found


def _seen(form: "AnswerForm", stored: Any, definition: dict[str, Any]) -> SafeString | str:
    if stored is None:
        return ""
    key = definition["key"]
    if definition["kind"] == GROUP:
        states = column_states(definition, columns_of(definition), form.access, most=form.state(key))
        return rows_html(stored, definition, {one: LOOKED_AT.get(state, state) for one, state in states.items()})
    masked = form.state(key) == "mask" or (form.keeps(key) and stored == form.earlier.get(key))
    # files that are not handed in yet have no address, so they are only counted
    return value_html(stored, definition, masked=masked or bool(uploads.keys_of(stored)))
