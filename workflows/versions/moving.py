"""What the page of versions shows of moving running cases: the verdicts before, and what became of each move."""

from collections import Counter
from dataclasses import dataclass

from workflows.models import CaseMove, FlowDefinition, FlowVersion, MassMove
from workflows.services.migrating import cases_to_move, from_data
from workflows.versions.judging import Judge
from workflows.versions.sides import of_version
from workflows.versions.why import sentences


@dataclass(frozen=True)
class Verdicts:
    """How many cases may move, and why how many others stay."""

    moving: int
    staying: int
    why: list[tuple[str, int]]


@dataclass(frozen=True)
class MoveRow:
    """One move: how many cases moved and stayed so far, why, and how many are left."""

    mass: MassMove
    found: Verdicts
    left: int


def verdicts_on(target: FlowVersion) -> Verdicts:
    """The dry run: what would happen to every running case, changing nothing."""
    judge, side, why = Judge(target), of_version(target), Counter[str]()
    moving = staying = 0
    for case, found in judge.all(cases_to_move(target).iterator(chunk_size=200)):
        moving, staying = moving + (not found), staying + bool(found)
        why.update(sentences(found, judge.tree_of(case.version), side))
    return Verdicts(moving, staying, why.most_common())


def moves_of(flow: FlowDefinition) -> list[MoveRow]:
    """The moves of a flow, the newest first."""
    moves = MassMove.objects.filter(target__definition=flow).select_related("target").order_by("-pk")
    return [_row(mass) for mass in moves[:10]]


def _row(mass: MassMove) -> MoveRow:
    judge, side, why = Judge(mass.target), of_version(mass.target), Counter[str]()
    rows = list(CaseMove.objects.filter(mass=mass).select_related("source"))
    for row in rows:
        why.update(sentences(from_data(row.reasons), judge.tree_of(row.source), side))
    staying = sum(bool(row.reasons) for row in rows)
    return MoveRow(mass, Verdicts(len(rows) - staying, staying, why.most_common()), max(mass.total - len(rows), 0))
