"""The figures of flows are those of their rows."""

from datetime import timedelta

import pytest

from tests.workflows.conftest import Bench
from tests.workflows.flows import approval, flow
from workflows.insight.charts import bars
from workflows.insight.figures import figures_of
from workflows.models import Case

RETURN = {"id": "back", "label": "退回", "effect": "return:start"}
GO = {"id": "ok", "label": "同意"}
RETURNING = {("first", "back")}


@pytest.fixture
def run(bench: Bench) -> Case:
    """One case that went through in three days, returned once; another one that waits at its first step."""
    document = flow(approval("first", GO, RETURN, deadline={"days": 2}), approval("second"))
    case = bench.start(document)
    bench.now += timedelta(days=1)
    bench.act(case, "first", outcome="back")
    bench.act(case, "start", "member1", what="改过", where="fangta")
    bench.act(case, "first", outcome="ok")
    bench.now += timedelta(days=2)
    bench.act(case, "second", outcome="approve")
    bench.start(document)
    bench.now += timedelta(days=10)
    return case


def test_counts_times_returns_and_what_is_late(bench: Bench, run: Case):
    found = figures_of(Case.objects.all(), RETURNING, since=run.created, now=bench.now)
    steps = {step.step_id: step for step in found.steps}
    assert (found.running, found.started, found.finished, found.results) == (1, 2, 1, {"done": 1})
    assert found.days == pytest.approx(3)
    assert (steps["first"].done, steps["first"].returns, found.returned) == (2, 1, 1)
    assert (steps["first"].open, steps["first"].overdue) == (1, 1)
    assert steps["first"].waiting == pytest.approx(10)
    assert steps["first"].heat == 3
    assert steps["second"].days == pytest.approx(2)
    assert steps["second"].heat == 0
    assert steps["first"].on_time == 1
    assert [(load.name, load.open, load.overdue) for load in found.units] == [(run.unit.name, 1, 1)]


def test_what_was_finished_before_the_period_does_not_count(bench: Bench, run: Case):
    found = figures_of(Case.objects.all(), RETURNING, since=bench.now - timedelta(days=5), now=bench.now)
    assert (found.finished, found.days, found.returned, found.running) == (0, None, 0, 1)


def test_no_cases_have_no_figures(bench: Bench):
    found = figures_of(Case.objects.none(), frozenset(), since=bench.now, now=bench.now)
    assert (found.running, found.days, found.on_time, list(found.steps)) == (0, None, None, [])


def test_bars_escape_what_administrators_wrote():
    drawn = bars([("<b>核实", 2.0, "2", 3), ("空", 0.0, "0", 0)], title='a"b')
    assert "&lt;b&gt;核实" in drawn
    assert "a&quot;b" in drawn
    assert bars([], title="x") == ""
