"""The sections of a pack as registry entries: which file, how it is checked, how it is applied; and what they share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cms.packs.problems import PackProblem, did_you_mean, joined
from cms.packs.reading import PackFolder
from cms.packs.shapes import Place
from core.registry import Registry

if TYPE_CHECKING:
    from cms.packs.applying import Loading


@dataclass(frozen=True)
class Row:
    """One checked entry of a section: its key within the section, its values, and where it stands."""

    key: str
    values: dict[str, Any]
    place: Place


@dataclass
class Known:
    """The codes that exist: in the database, in required packs, and so far in this one. Kind of code → code → pack.

    `extensions`: flows of this load that a pack outside it extends: code → (that pack, the packs it builds on).
    """

    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    forms: dict[str, dict[str, Any]] = field(default_factory=dict)
    flows: dict[str, FlowSource] = field(default_factory=dict)
    extensions: dict[str, tuple[str, list[str]]] = field(default_factory=dict)

    def has(self, kind: str, code: str) -> bool:
        """Whether the code exists."""
        return code in self.codes.get(kind, {})

    def require(self, kind: str, code: Any, place: Place) -> bool:
        """Whether the code exists; notes a problem with a suggestion when it does not."""
        if not isinstance(code, str):
            return False  # its shape was refused already
        if self.has(kind, code):
            return True
        sentence = format_lazy(KINDS_OF_CODES[kind], code=code)
        place.refuse(joined(sentence, did_you_mean(code, list(self.codes.get(kind, {})))))
        return False


@dataclass(frozen=True)
class FlowSource:
    """A flow as a pack writes it, so that another pack can extend it. `packs`: who wrote it so far, first one first."""

    title: Any
    document: dict[str, Any]
    packs: tuple[str, ...]


KINDS_OF_CODES = {
    "unit_kind": _("No kind of unit has the code “{code}”."),
    "unit": _("No unit has the code “{code}”."),
    "role": _("No role has the code “{code}”."),
    "team": _("No team has the code “{code}”."),
    "metric": _("No figure has the code “{code}”."),
    "ledger_kind": _("No effect writes ledger lines of the kind “{code}”."),
    "award": _("No award has the code “{code}”."),
    "theme": _("No theme has the code “{code}”."),
    "form": _("No form has the code “{code}”."),
    "flow": _("No flow has the code “{code}”."),
    "permission": _("No permission has the code “{code}”."),
    "member": _("No person of this pack has the number “{code}”."),
    "account": _("No person of this pack has the login “{code}”."),
}
TWICE = _("The code “{code}” is used already, by the pack {pack}. Every code is used once.")


@dataclass
class Checking:
    """One pack while it is being checked. `rows`: section → its correct entries."""

    slug: str
    folder: PackFolder
    known: Known
    problems: list[PackProblem]
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def place(self, file: str) -> Place | None:
        """The top of a file, or None when the pack has no such file or it could not be read."""
        sheet = self.folder.sheets.get(file)
        return Place(sheet, self.problems) if sheet is not None else None

    def documents(self, folder: str) -> Iterator[tuple[str, Place]]:
        """(name without `.yaml`, top) of each file in a sub-folder."""
        for name, sheet in sorted(self.folder.below(folder).items()):
            yield name, Place(sheet, self.problems)

    def entries(self, file: str) -> Iterator[Place]:
        """The entries of a file that holds a list; nothing when the pack has no such file."""
        top = self.place(file)
        if top is not None:
            yield from top.rows(optional=True)

    def claim(self, kind: str, code: Any, place: Place) -> bool:
        """Register a code of this pack; notes a problem when this or a required pack has it already."""
        if not isinstance(code, str):
            return False
        owner = self.known.codes.setdefault(kind, {}).get(code, "")
        if owner:
            place.refuse(format_lazy(TWICE, code=code, pack=owner))
            return False
        self.known.codes[kind][code] = self.slug
        return True

    def add(self, section: str, key: str, values: dict[str, Any], place: Place) -> None:
        """Note a correct entry."""
        self.rows.setdefault(section, []).append(Row(key, values, place))


@dataclass(frozen=True)
class Section:
    """One section. `file`: `units.yaml`, or `forms/` for a folder; `validate` and `apply` do its work."""

    title: Promise
    file: str
    validate: Callable[[Checking], None]
    apply: Callable[[Loading], None]
    demo: bool = False


SECTIONS: Registry[Section] = Registry("pack sections")
"""Filled by `cms.packs.registered`, in the order in which sections are checked and applied."""


def file_names() -> set[str]:
    """The names of the YAML files that a pack may hold, apart from those in `forms` and `flows`."""
    return {"pack.yaml", *(section.file for _name, section in SECTIONS.items() if not section.file.endswith("/"))}
