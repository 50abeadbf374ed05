"""Cases from start to end, one after the other, in transitions of nodes per second: ours beside SpiffWorkflow.

SpiffWorkflow runs the same flow (start, a person's step, end) in memory; between two steps of a person it is kept as
its own JSON in one row and read anew, each step in a transaction. It writes nothing else. Ours keeps rows that can be
listed and asked, finds whom the step goes to, and writes answers, audit trail, messages, deliveries and jobs.

    .venv/bin/python -m pip install "spiffworkflow>=3.2,<4"
    .venv/bin/python -m benchmarks.transitions [seconds]
"""

import sys
import time
from typing import Any

from benchmarks.ground import ready

TRANSITIONS = 4  # start done, review opened, review done, end done
ROUNDS = 5
BPMN = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="dandelion">
<process id="flow" isExecutable="true">
<startEvent id="start"><outgoing>a</outgoing></startEvent>
<sequenceFlow id="a" sourceRef="start" targetRef="review"/>
<userTask id="review" name="review"><incoming>a</incoming><outgoing>b</outgoing></userTask>
<sequenceFlow id="b" sourceRef="review" targetRef="end"/>
<endEvent id="end"><incoming>b</incoming></endEvent>
</process></definitions>"""


class Spiff:
    """SpiffWorkflow, kept in one row per case."""

    def __init__(self) -> None:
        from django.db import connection
        from lxml import etree
        from SpiffWorkflow.bpmn.parser import BpmnParser
        from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(BPMN))
        self.spec = parser.get_spec("flow")
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE bench_spiff (id bigserial PRIMARY KEY, state jsonb NOT NULL, done boolean)")

    def start(self) -> int:
        """A case that waits for a person."""
        from django.db import connection, transaction
        from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

        from benchmarks.engine_sides import ANSWERS

        workflow = BpmnWorkflow(self.spec)
        workflow.data.update(ANSWERS)
        workflow.do_engine_steps()
        with transaction.atomic(), connection.cursor() as cursor:
            state = self.serializer.serialize_json(workflow)
            cursor.execute("INSERT INTO bench_spiff (state, done) VALUES (%s, false) RETURNING id", [state])
            return int(cursor.fetchone()[0])

    def approve(self, pk: int) -> None:
        """To the end."""
        from django.db import connection, transaction
        from SpiffWorkflow.util.task import TaskState

        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT state::text FROM bench_spiff WHERE id = %s FOR UPDATE", [pk])
            workflow = self.serializer.deserialize_json(cursor.fetchone()[0])
            [task] = workflow.get_tasks(state=TaskState.READY, manual=True)
            task.data["outcome"] = "approve"
            task.run()
            workflow.do_engine_steps()
            state = self.serializer.serialize_json(workflow)
            cursor.execute("UPDATE bench_spiff SET state = %s, done = true WHERE id = %s", [state, pk])


def main(seconds: float) -> None:
    """Measure in turns and print."""
    bench = ready()
    from benchmarks.engine_sides import Ours, Stock

    sides: dict[str, Any] = {"ours": Ours(bench), "stock Viewflow, by hand": Stock(bench), "SpiffWorkflow": Spiff()}
    cases = dict.fromkeys(sides, 0)
    for side in sides.values():
        side.approve(side.start())
    for _round in range(ROUNDS):
        for name, side in sides.items():
            until = time.perf_counter() + seconds / ROUNDS
            while time.perf_counter() < until:
                side.approve(side.start())
                cases[name] += 1
    print(f"\nStart → approve → end, one process, {seconds:g} s for each, in {ROUNDS} turns")
    for name, number in cases.items():
        rate = number * TRANSITIONS / seconds
        print(
            f"  {name:<28} {rate:9.0f} transitions/s   {number / max(1, cases['SpiffWorkflow']):6.2f} × SpiffWorkflow"
        )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 20)
