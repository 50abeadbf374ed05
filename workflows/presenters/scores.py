"""What a jury gave, as a table: only once all scores are in, and only for those who work on the case."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from core.actors import Actor
from core.text import localised
from workflows import scoring
from workflows.kinds import FAILED, PASSED
from workflows.models import Case, Task
from workflows.names import step_name
from workflows.presenters.story import masked
from workflows.tree import SCORED, Step, props_of
from workflows.visibility import discussion_read_by


@dataclass(frozen=True)
class ScoreRow:
    """What one juror gave: per criterion, with its words, and in all."""

    who: str
    scores: list[tuple[str, str]]
    total: str


@dataclass(frozen=True)
class ScoreTable:
    """The result of one score step."""

    name: str
    criteria: list[str]
    rows: list[ScoreRow]
    mean: str
    result: str
    note: str


def score_tables(case: Case, actor: Actor) -> list[ScoreTable]:
    """The tables of a case, in the order of its flow."""
    flow, given = case.flow_class, case.data.get("scores", {})
    if flow is None or not given or discussion_read_by(case, actor) != "all":
        return []
    tree = flow.tree
    return [
        _table(case, step, step_name(tree, step["id"]), Decimal(given[step["id"]]))
        for step in tree.walk()
        if step["id"] in given
    ]


def _table(case: Case, step: Step, name: str, mean: Decimal) -> ScoreTable:
    rows = Task.objects.filter(process=case, step_id=step["id"], status=STATUS.DONE, outcome=SCORED)
    rows = rows.filter(pk__gt=case.data.get("lapsed", {}).get(step["id"], 0))
    words = {PASSED: _("Passed"), FAILED: _("Not passed")}
    return ScoreTable(
        name=name,
        criteria=[_words(one) for one in props_of(step)["criteria"]],
        rows=[_row(step, row) for row in rows.select_related("owner__member").order_by("finished", "pk")],
        mean=_plain(mean),
        result=words.get(case.data.get("outcomes", {}).get(step["id"], ""), ""),
        note=_("The highest and the lowest score in all are left out.") if props_of(step).get("drop") else "",
    )


def _words(criterion: Mapping[str, Any]) -> str:
    return _("%(label)s (of %(most)s)") % {"label": localised(criterion["label"]), "most": criterion["max"]}


def _row(step: Step, row: Task) -> ScoreRow:
    given = row.data["scores"]
    return ScoreRow(
        masked(row.owner),
        [(_words(one), _plain(Decimal(str(given[scoring.key_of(one)])))) for one in props_of(step)["criteria"]],
        _plain(scoring.decimal_of(scoring.total_of(step, given))),
    )


def _plain(number: Decimal) -> str:
    """Without zeros that say nothing."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
