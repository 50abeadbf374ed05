"""What the page of a comparison shows: sentences in groups, both pictures with their marks, what it means for cases."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from viewflow.workflow.status import PROCESS

from forms.models import FormVersion
from workflows.diagram import svg
from workflows.models import Case, FlowDefinition, FlowVersion
from workflows.outline import outline
from workflows.tree import Tree
from workflows.versions.diff import changes, marks
from workflows.versions.sides import Side, of_version, version_name
from workflows.versions.words import Group, differences


@dataclass(frozen=True)
class Picture:
    """One side drawn: the picture, and its twin for phones and screen readers."""

    name: str
    picture: SafeString
    twin: SafeString


@dataclass(frozen=True)
class Comparison:
    """Two sides beside each other."""

    old: Side
    new: Side
    groups: list[Group]
    pictures: list[Picture]


def compared(old: Side, new: Side) -> Comparison:
    """Everything the page shows."""
    marked = marks(changes(old.document, new.document))
    return Comparison(old, new, differences(old, new), [_drawn(side, marked) for side in (old, new)])


def _drawn(side: Side, marked: dict[str, str]) -> Picture:
    known = {"start", *Tree(side.document).steps}
    states = {step_id: mark for step_id, mark in marked.items() if step_id in known}
    drawn = svg(side.document, states, title=side.name, with_automatic=True, key=f"flow{side.number}")
    return Picture(side.name, drawn, outline(side.document, states, with_automatic=True))


@dataclass(frozen=True)
class VersionRow:
    """One version in the list, with how many cases run by it. `is_current`: new cases begin in it."""

    version: FlowVersion
    running: int
    is_current: bool

    @property
    def name(self) -> str:
        """What it is called."""
        return version_name(self.version.number)


def versions_of(definition: FlowDefinition) -> list[VersionRow]:
    """Every version, the newest first."""
    running = Count("case", filter=Q(case__status=PROCESS.NEW))
    rows = definition.versions.select_related("published_by").annotate(running=running).order_by("-number")
    return [VersionRow(row, row.running, place == 0) for place, row in enumerate(rows)]


@dataclass(frozen=True)
class NewerForm:
    """A form that was published anew since the flow pinned it."""

    name: str
    pinned: int
    newest: int


def newer_forms(version: FlowVersion) -> list[NewerForm]:
    """The forms of a version of which a newer one is published; publishing the flow again makes it use them."""
    pinned = of_version(version).forms
    rows = FormVersion.objects.filter(definition__slug__in=pinned, definition__live=True)
    newest = {row.definition_id: row.number for row in rows.order_by("number")}
    found = [(form, newest.get(form.definition_id, 0)) for form in pinned.values()]
    return [NewerForm(str(form.definition), form.number, number) for form, number in found if number > form.number]


@dataclass(frozen=True)
class Impact:
    """What publishing would mean: the differences, and how many running cases stay on their versions."""

    current: str
    groups: list[Group]
    staying: int


def impact_of(definition: FlowDefinition, new: Side) -> Impact | None:
    """What publishing `new` would mean; None before the first version."""
    current = definition.versions.order_by("number").last()
    if current is None:
        return None
    staying = Case.objects.filter(version__definition=definition, status=PROCESS.NEW).count()
    return Impact(version_name(current.number), differences(of_version(current), new), staying)


def told_after(definition: FlowDefinition) -> str:
    """After publishing: how many cases still run by earlier versions; "" when none does."""
    current = definition.versions.order_by("number").last()
    if current is None:
        return ""
    earlier = Case.objects.filter(version__definition=definition, status=PROCESS.NEW).exclude(version=current).count()
    values: dict[str, Any] = {"number": current.number, "count": earlier}
    return (
        _("New cases begin in version %(number)d; %(count)d running cases stay on earlier ones.")
        % values
        * bool(earlier)
    )
