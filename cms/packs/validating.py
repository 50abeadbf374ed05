"""Checks a pack and those it requires as a whole, and collects every problem before anything is written."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Permission
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cms.packs import documents
from cms.packs.models import PackItem
from cms.packs.problems import PackProblem
from cms.packs.reading import PackFolder, read_pack
from cms.packs.registered import SECTIONS
from cms.packs.sections import Checking, Known, file_names
from cms.packs.shapes import Key, Place, Shape, list_of, local_text, mapping, slug, text, whole
from core.honours.models import AwardScheme
from core.ledger.kinds import KINDS as LEDGER_KINDS
from core.ledger.models import Metric
from core.people.models import OrgUnit, Role, Team, UnitKind
from core.programme.models import Theme
from forms.models import FormDefinition
from workflows.models import FlowDefinition
from workflows.publishing import facts_of

SCHEMA = 1
MAX_REQUIRED = 10
PACK: Shape = {
    "schema": Key(whole(1, 1000), required=True),
    "slug": Key(slug, required=True),
    "version": Key(text(20), required=True),
    "name": Key(local_text(60), required=True),
    "requires": Key(list_of(slug)),
    "programme": Key(mapping),
}
OWNED = {
    "unit_kinds": "unit_kind",
    "units": "unit",
    "roles": "role",
    "venues": "venue",
    "teams": "team",
    "metrics": "metric",
    "awards": "award",
    "forms": "form",
    "flows": "flow",
}


@dataclass
class CheckedPack:
    """A pack that was read and checked. `title`: its programme's, else its own; `checking.rows` holds its entries."""

    slug: str
    title: Any
    version: str
    sha256: str
    checking: Checking


def check(path: Path) -> tuple[list[CheckedPack], list[PackProblem]]:
    """The pack at `path` after those it requires, in the order of loading, and everything that is wrong with them."""
    problems: list[PackProblem] = []
    folders = _with_required(path, problems)
    known = _known({slug for slug, _folder in folders})
    packs = []
    for name, folder in folders:
        checking = Checking(name, folder, known, problems)
        for name_of_section in SECTIONS:
            SECTIONS[name_of_section].validate(checking)
        top = checking.place("pack.yaml")
        head = top.value if top is not None and isinstance(top.value, dict) else {}
        title = (head["programme"] if isinstance(head.get("programme"), dict) else head).get("name", name)
        packs.append(CheckedPack(name, title, str(head.get("version", "")), _digest(folder), checking))
    return packs, sorted(problems, key=lambda problem: (problem.file, problem.line))


def _with_required(path: Path, problems: list[PackProblem]) -> list[tuple[str, PackFolder]]:
    """(slug, folder) of the pack and all it requires, required ones first; notes circles and missing packs."""
    ordered: list[tuple[str, PackFolder]] = []
    under_way: list[str] = []

    def visit(folder_path: Path, asked_by: Place | None) -> None:
        name = folder_path.name
        if name in under_way or len(under_way) > MAX_REQUIRED:
            if asked_by is not None:
                asked_by.refuse(_("These packs require each other in a circle."))
            return
        if any(slug == name for slug, _folder in ordered):
            return
        if asked_by is not None and not folder_path.is_dir():
            asked_by.refuse(format_lazy(_("The required pack “{pack}” is not beside this one."), pack=name))
            return
        under_way.append(name)
        folder = read_pack(folder_path, file_names=file_names())
        problems.extend(folder.problems)
        for place in _check_head(folder, problems):
            visit(folder_path.parent / str(place.value), place)
        under_way.pop()
        ordered.append((name, folder))

    visit(path, None)
    return ordered


def _check_head(folder: PackFolder, problems: list[PackProblem]) -> list[Place]:
    """Checks `pack.yaml`; returns the places of the packs it requires."""
    sheet = folder.sheets.get("pack.yaml")
    if sheet is None:
        if (
            folder.is_whole
            and not any(problem.file.endswith("/pack.yaml") for problem in folder.problems)
            and folder.path.is_dir()
        ):
            sentence = _("This folder has no pack.yaml, so it is not a pack.")
            problems.append(PackProblem(f"{folder.path.name}/pack.yaml", 0, sentence))
        return []
    top = Place(sheet, problems)
    row = top.checked(PACK)
    if row.get("schema", SCHEMA) != SCHEMA:
        (top / "schema").refuse(format_lazy(_("This program reads packs of schema {schema} only."), schema=SCHEMA))
    if row.get("slug", folder.path.name) != folder.path.name:
        (top / "slug").refuse(format_lazy(_("The folder of the pack must be called “{slug}”."), slug=row["slug"]))
    return [top / "requires" / number for number in range(len(row.get("requires", [])))]


def _digest(folder: PackFolder) -> str:
    """A SHA-256 of the content of all files."""
    sheets = sorted(folder.sheets.items())
    return hashlib.sha256(documents.digest([(name, sheet.data) for name, sheet in sheets]).encode()).hexdigest()


def _known(loading: set[str]) -> Known:
    """What the database has; a code that a pack outside this load brought belongs to that pack."""
    permissions = Permission.objects.values_list("content_type__app_label", "codename")
    codes: dict[str, dict[str, str]] = {
        "unit_kind": dict.fromkeys(UnitKind.objects.values_list("slug", flat=True), ""),
        "unit": dict.fromkeys(OrgUnit.objects.values_list("slug", flat=True), ""),
        "role": dict.fromkeys(Role.objects.values_list("slug", flat=True), ""),
        "team": dict.fromkeys(Team.objects.values_list("slug", flat=True), ""),
        "metric": dict.fromkeys(Metric.objects.values_list("slug", flat=True), ""),
        "ledger_kind": dict.fromkeys(LEDGER_KINDS, ""),
        "theme": dict.fromkeys(Theme.objects.values_list("slug", flat=True), ""),
        "award": dict.fromkeys(AwardScheme.objects.values_list("slug", flat=True), ""),
        "flow": dict.fromkeys(FlowDefinition.objects.values_list("slug", flat=True), ""),
        "form": dict.fromkeys(FormDefinition.objects.values_list("slug", flat=True), ""),
        "permission": dict.fromkeys((f"{app}.{code}" for app, code in permissions), ""),
    }
    known = Known(codes)
    for item in PackItem.objects.filter(section__in=OWNED).exclude(pack__in=loading):
        builds_on = item.values.get("extends", [])
        if loading.isdisjoint(builds_on):
            codes.setdefault(OWNED[item.section], {})[item.key] = item.pack
        else:
            known.extensions[item.key] = (item.pack, builds_on)
    for definition in FormDefinition.objects.filter(live=True):
        known.forms[definition.slug] = facts_of(definition.document)
    return known
