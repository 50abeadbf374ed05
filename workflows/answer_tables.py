"""The answers to a form as a table: a row per case and step, a column per question over all versions of the form."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO, Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.exports import plain, write_table
from core.people.selectors import subtree_ids
from core.text import localised
from forms.kinds import KINDS
from forms.models import FormDefinition, FormVersion
from workflows.models import FlowVersion, StepSubmission
from workflows.presenters.answers import access_to
from workflows.repairs.attention import cases_of

BATCH: Final = 500
FILES: Final = ("xlsx", "csv", "json")


@dataclass(frozen=True)
class Wanted:
    """Which answers: of one version (its number, None for all), handed in from `since` to `until`, of units in `unit`.

    `unmasked`: personal answers whole instead of masked. What is sensitive is never in a table.
    """

    version: int | None = None
    since: date | None = None
    until: date | None = None
    unit: int | None = None
    unmasked: bool = False

    def as_json(self) -> dict[str, Any]:
        """To be kept with the export."""
        days = {name: day.isoformat() for name, day in (("since", self.since), ("until", self.until)) if day}
        return {"version": self.version, "unit": self.unit, "unmasked": self.unmasked, **days}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Wanted":
        """What `as_json` kept."""
        days = {name: date.fromisoformat(kept[name]) for name in ("since", "until") if name in kept}
        return cls(kept["version"], unit=kept["unit"], unmasked=kept["unmasked"], **days)


@dataclass(frozen=True)
class Column:
    """One question. `label`: of the newest version that asks it."""

    id: str
    key: str
    label: str


@dataclass
class AnswerTable:
    """The table of one form for one person. `rows` are read in batches; nothing is held."""

    definition: FormDefinition
    actor: Actor
    wanted: Wanted
    on: date
    versions: dict[int, FormVersion] = field(init=False)
    columns: list[Column] = field(init=False)

    def __post_init__(self) -> None:
        found = self.definition.versions.order_by("-number")
        if self.wanted.version is not None:
            found = found.filter(number=self.wanted.version)
        self.versions = {one.pk: one for one in found if not one.is_draft}
        self._flows: dict[int, FlowVersion] = {}
        self._access = {pk: self._access_to(one) for pk, one in self.versions.items()}
        self.columns = self._columns()

    def _access_to(self, version: FormVersion) -> dict[str, str]:
        access = access_to(version, "", step=None, reader="staff")
        return {key: "read" if state == "mask" and self.wanted.unmasked else state for key, state in access.items()}

    def _columns(self) -> list[Column]:
        """The questions of the newest version in order, then those that only older ones ask; none that is hidden."""
        newest = max((one.number for one in self.versions.values()), default=0)
        found: dict[str, Column] = {}
        for pk, version in self.versions.items():
            for one in version.fields:
                if one["id"] not in found and self._access[pk].get(one["key"], "hide") != "hide":
                    label = localised(one["label"])
                    label = label if version.number == newest else _("%(label)s (no longer asked)") % {"label": label}
                    found[one["id"]] = Column(one["id"], one["key"], label)
        return list(found.values())

    @property
    def heads(self) -> list[str]:
        """The first row."""
        fixed = [_("Number"), _("Unit"), _("Handed in"), _("Version")]
        return [*fixed, *(column.label for column in self.columns)]

    def submissions(self) -> QuerySet[StepSubmission]:
        """What one may read of what is wanted, the current round of each step."""
        rows = StepSubmission.objects.filter(
            is_current=True, submission__version__in=list(self.versions), case__in=cases_of(self.actor, on=self.on)
        )
        if self.wanted.since is not None:
            rows = rows.filter(submission__submitted_at__gte=_midnight(self.wanted.since, time.min))
        if self.wanted.until is not None:
            rows = rows.filter(submission__submitted_at__lte=_midnight(self.wanted.until, time.max))
        if self.wanted.unit is not None:
            rows = rows.filter(case__unit_id__in=subtree_ids(self.wanted.unit))
        return rows

    def batches(self) -> Iterator[list[list[Any]]]:
        """The rows, some at a time."""
        last = 0
        while True:
            rows = self.submissions().filter(pk__gt=last).select_related("submission", "case__unit")
            batch = list(rows.order_by("pk")[:BATCH])
            if not batch:
                return
            last = batch[-1].pk
            yield [self._row(row) for row in batch]

    def _row(self, row: StepSubmission) -> list[Any]:
        case, version = row.case, self.versions[row.submission.version_id]
        if case.version_id not in self._flows:
            self._flows[case.version_id] = FlowVersion.objects.get(pk=case.version_id)
        case.version = self._flows[case.version_id]
        by_id = {one["id"]: one for one in version.fields}
        answers, access = row.submission.answers, self._access[version.pk]
        cells = [_cell(by_id.get(column.id), answers, access) for column in self.columns]
        return [case.number, case.unit.name, row.submission.submitted_at, version.number, *cells]


def _cell(definition: dict[str, Any] | None, answers: dict[str, Any], access: dict[str, str]) -> Any:
    stored = answers.get(definition["key"]) if definition is not None else None
    if definition is None or stored is None:
        return None
    state, kind = access.get(definition["key"], "hide"), KINDS[definition["kind"]]
    if state == "mask":
        return kind.masked(stored, definition)
    return kind.exported(stored, definition) if state == "read" else None


def _midnight(day: date, moment: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, moment))


def write(file: BinaryIO, table: AnswerTable, batches: Iterator[list[list[Any]]], kind: str) -> None:
    """Write a table as xlsx, csv or json, as its batches come."""
    rows = (row for batch in batches for row in batch)
    if kind == "json":
        _write_json(file, table, rows)
    else:
        write_table(file, table.heads, rows, kind)


def _write_json(file: BinaryIO, table: AnswerTable, rows: Iterator[Sequence[Any]]) -> None:
    columns = [{"id": one.id, "key": one.key, "label": one.label} for one in table.columns]
    names = ["number", "unit", "handed_in", "version"]
    file.write(f'{{"form": {_json(table.definition.slug)}, "columns": {_json(columns)}, "rows": ['.encode())
    for position, row in enumerate(rows):
        known = dict(zip(names, row[:4], strict=True))
        answers = {one.key: value for one, value in zip(table.columns, row[4:], strict=True) if value is not None}
        file.write(f"{',' if position else ''}\n{_json({**known, 'answers': answers})}".encode())
    file.write(b"\n]}\n")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain_json)


def _plain_json(value: Any) -> Any:
    """Numbers as numbers, days and moments in words."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date | time) else plain(value)
