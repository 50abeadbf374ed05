"""The figures of flows as pages and tables show them, for the units somebody answers for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from core.actors import Actor
from core.exceptions import NotFound
from core.people.models import OrgUnit
from core.people.selectors import subtree_ids, units_answered_for
from core.text import localised
from workflows.diagram import svg
from workflows.insight.charts import bars
from workflows.insight.figures import FlowFigures, Load, StepFigures, figures_of
from workflows.models import Case, FlowVersion
from workflows.names import step_name
from workflows.presenters.dates import Clock, days_text, waited_days
from workflows.repairs.attention import cases_of
from workflows.results import KNOWN
from workflows.tree import Tree, effect_of, outcomes_of, props_of

PERIODS: Final[dict[str, str | Promise]] = {
    "30": lazy("Last 30 days"),
    "90": lazy("Last 90 days"),
    "365": lazy("Last 365 days"),
}
INDENT: Final = "　"


@dataclass(frozen=True)
class Lens:
    """What is looked at: the units of one person, perhaps narrowed to a subtree, in the last `days`."""

    actor: Actor
    clock: Clock
    days: int
    unit: int | None
    units: Sequence[tuple[int, str]]

    @property
    def cases(self) -> QuerySet[Case]:
        """The cases in sight."""
        found = cases_of(self.actor, on=self.clock.today)
        return found.filter(unit_id__in=subtree_ids(self.unit)) if self.unit is not None else found

    @property
    def sees_people(self) -> bool:
        """Whether the work of single persons is the viewer's business: of those who look after cases at the desk."""
        return self.actor.user is not None and self.actor.user.has_perm("workflows.view_case")

    @property
    def query(self) -> str:
        """The lens as part of an address."""
        return f"days={self.days}" + (f"&unit={self.unit}" if self.unit is not None else "")


def lens_of(actor: Actor, clock: Clock, asked: Mapping[str, str]) -> Lens:
    """The lens that an address asks for. Raises: NotFound for somebody who answers for no unit."""
    units = OrgUnit.objects.filter(is_active=True).order_by("path")
    if actor.user is None or not actor.user.is_active:
        raise NotFound
    if not actor.user.is_superuser:
        units = units.filter(pk__in=units_answered_for(actor.user, on=clock.today))
    offered = [(unit.pk, f"{INDENT * (unit.depth - 1)}{unit.name}") for unit in units]
    if not offered and not actor.user.is_superuser:
        raise NotFound
    days = asked.get("days", "")
    chosen = asked.get("unit", "")
    unit = next((pk for pk, _name in offered if str(pk) == chosen), None)
    return Lens(actor, clock, int(days) if days in PERIODS else 90, unit, offered)


@dataclass(frozen=True)
class FlowRow:
    """One flow in the overview."""

    slug: str
    title: str
    figures: FlowFigures

    @property
    def overdue(self) -> int:
        """Open tasks past their deadline."""
        return sum(step.overdue for step in self.figures.steps)

    @property
    def on_time(self) -> str:
        """The share of decisions in time."""
        return percent(self.figures.on_time)

    @property
    def in_limit(self) -> str:
        """The share of finished cases that kept to their time as a whole; "" in a flow without one."""
        return percent(self.figures.in_limit) if self.figures.in_limit is not None else ""

    @property
    def days(self) -> str:
        """The median length of a case."""
        return number_of_days(self.figures.days)

    @property
    def cells(self) -> list[Any]:
        """The row of a file."""
        known = self.figures
        return [self.title, known.running, known.finished, self.on_time, self.days, known.returned, self.overdue]


@dataclass(frozen=True)
class Table:
    """A table that is shown and exported alike. `name` is part of the address of its file."""

    name: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]

    @property
    def labelled(self) -> list[list[tuple[Any, str]]]:
        """The rows with the head of each cell beside it, for narrow screens."""
        return [list(zip(row, self.heads, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class FlowPage:
    """One flow."""

    slug: str
    title: str
    row: FlowRow
    picture: SafeString
    chart: SafeString
    tables: Sequence[Table]


def overview(lens: Lens) -> list[FlowRow]:
    """Every flow that has cases in sight, by its title."""
    slugs = lens.cases.order_by().values_list("version__slug", flat=True).distinct()
    rows = [_row(version, lens) for version in newest(slugs)]
    return sorted(rows, key=lambda row: (-row.overdue, row.title))


def heads_of_overview() -> list[str]:
    """The heads of the overview as a file."""
    first = [_("Flow"), _("Under way"), _("Finished"), _("On time"), _("Median")]
    return [*first, _("Times sent back"), _("Overdue")]


def newest(slugs: Any) -> list[FlowVersion]:
    """The newest version of each of the flows."""
    found: dict[str, FlowVersion] = {}
    for version in FlowVersion.objects.filter(slug__in=slugs).select_related("definition").order_by("number"):
        found[version.slug] = version
    return list(found.values())


def _row(version: FlowVersion, lens: Lens) -> FlowRow:
    since = lens.clock.now - timedelta(days=lens.days)
    cases = lens.cases.filter(version__slug=version.slug)
    figures = figures_of(cases, _returning(version.slug), since=since, now=lens.clock.now)
    return FlowRow(version.slug, version.title, figures)


def _returning(slug: str) -> set[tuple[str, str]]:
    """The outcomes of every version of the flow that send back for correction."""
    return {
        (step["id"], outcome["id"])
        for document in FlowVersion.objects.filter(slug=slug).values_list("document", flat=True)
        for step in Tree(document).walk()
        for outcome in outcomes_of(step)
        if effect_of(outcome)[0] == "return"
    }


def flow_page(slug: str, lens: Lens) -> FlowPage:
    """The figures of one flow. Raises: NotFound unless it has cases in sight."""
    version = next(iter(newest([slug])), None)
    if version is None or not lens.cases.filter(version__slug=slug).exists():
        raise NotFound
    row = _row(version, lens)
    tree = Tree(version.document)
    order = {step_id: place for place, step_id in enumerate(["start", *(step["id"] for step in tree.walk())])}
    steps = sorted(row.figures.steps, key=lambda one: (order.get(one.step_id, len(order)), one.step_id))
    names = {one.step_id: step_name(tree, one.step_id) if one.step_id in order else one.step_id for one in steps}
    load = {one.step_id: (one.heat, _load(one)) for one in steps}
    drawn = [(names[one.step_id], one.days or 0.0, number_of_days(one.days), one.heat) for one in steps if one.done]
    return FlowPage(
        slug=slug,
        title=row.title,
        row=row,
        picture=svg(version.document, {}, title=row.title, load=load),
        chart=bars(drawn, title=_("Median days per step")),
        tables=_tables(row.figures, steps, names, version, lens),
    )


def _load(step: StepFigures) -> str:
    """What stands on the card of a step."""
    here = ngettext("%(count)d here", "%(count)d here", step.open) % {"count": step.open}
    return f"{here} · {number_of_days(step.days)}" if step.days is not None else here


def _tables(
    figures: FlowFigures, steps: Sequence[StepFigures], names: Mapping[str, str], version: FlowVersion, lens: Lens
) -> list[Table]:
    by_step = [
        [
            names[one.step_id],
            one.done,
            number_of_days(one.days),
            percent(one.on_time),
            one.returns,
            one.open,
            one.overdue,
            days_text(round(one.waiting)),
        ]
        for one in steps
    ]
    heads = [_("Step"), _("Done"), _("Median"), _("On time"), _("Times sent back"), _("Waiting now"), _("Overdue")]
    results = [[_result(version, result), count] for result, count in figures.results.items()]
    people = figures.people if lens.sees_people else ()
    return [
        Table("steps", _("Steps"), [*heads, _("Waiting in all")], by_step),
        Table("results", _("How cases ended"), [_("Result"), _("Cases")], results),
        _loads("units", _("Work per unit"), _("Unit"), _("Running cases"), figures.units, lens.clock),
        _loads("people", _("Work per person"), _("With"), _("Open tasks"), people, lens.clock),
    ]


def _loads(name: str, title: str, who: str, what: str, loads: Sequence[Load], clock: Clock) -> Table:
    rows = [
        [one.name, one.open, one.overdue, days_text(waited_days(one.oldest, clock.now)) if one.oldest else "–"]
        for one in loads
    ]
    return Table(name, title, [who, what, _("Overdue"), _("Oldest")], rows)


def _result(version: FlowVersion, result: str) -> str:
    for step in Tree(version.document).walk():
        if step["kind"] == "end" and props_of(step).get("result") == result and step.get("name"):
            return localised(step["name"])
    return str(KNOWN.get(result, result or _("Closed")))


def percent(share: float | None) -> str:
    """A share in words; a dash for none."""
    return "–" if share is None else f"{share * 100:.0f}%"


def number_of_days(days: float | None) -> str:
    """A length in days with one decimal; a dash for none."""
    if days is None:
        return "–"
    return _("%(days)s days") % {"days": f"{days:.1f}"} if days >= 0.05 else _("under an hour")
