"""Step 1,000 of one case beside its step 10: what the length of a case adds to the cost of a step.

.venv/bin/python -m benchmarks.long_case [steps]
"""

import statistics
import sys
import time

from benchmarks.common import report
from benchmarks.ground import ready

AROUND = 20  # steps on both sides over which the median is taken


def main(steps: int) -> None:
    """Let one case go round and round, and time each step."""
    bench = ready()
    from tests.workflows.flows import approval, flow
    from workflows import services
    from workflows.models import Task

    again = {"id": "again", "label": "再来", "effect": "again:first"}
    onward = {"id": "approve", "label": "通过", "effect": "continue"}
    case = bench.start(flow(approval("first", onward), approval("second", onward, again)))
    actor = bench.actor("lishuji")
    spent = []
    for _number in range(steps + AROUND + 1):
        waiting = Task.objects.filter(process=case, status="NEW", flow_task_type="HUMAN")
        task, step = waiting.values_list("pk", "step_id").get()
        begin = time.perf_counter()
        services.act(task_id=task, actor=actor, outcome="approve" if step == "first" else "again", now=bench.now)
        spent.append(time.perf_counter() - begin)
    medians = {f"step {n:,}": statistics.median(spent[max(n - AROUND, 3) : n + AROUND]) for n in (10, steps)}
    report(f"One step of a case that has {steps:,}", medians, base="step 10")
    print("\nThe bar: ≤ 1.20 ×.")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
