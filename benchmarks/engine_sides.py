"""The three sides of benchmarks.engine; only to be imported after `django.setup`."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from django.db import connection, transaction
from viewflow import this
from viewflow.workflow import nodes
from viewflow.workflow.base import Flow
from viewflow.workflow.models import Process
from viewflow.workflow.models import Task as StockTask

from core.audit.services import record
from core.exceptions import NotAllowed
from core.people.models import Appointment
from core.people.selectors import in_force
from forms.models import FormVersion
from forms.services import submit
from notifications.services import Letter, send_all
from tests.oracle import published
from tests.workflows.flows import approval, flow
from workflows import services
from workflows.models import Task

ANSWERS = {"what": "一件事", "where": "fangta"}
Write = tuple[str, list[Any], list[int]]  # a statement, its parameters, the keys that came back
WRITE = re.compile(r"(INSERT|UPDATE|DELETE)\b", re.I)


class Ours:
    """The services of the product."""

    def __init__(self, bench: Any) -> None:
        self.bench = bench
        bench.publish(flow(approval("review")))
        self.starter, self.approver = bench.actor("member1"), bench.actor("lishuji")

    def start(self) -> int:
        """A case; answers the task that waits."""
        started = services.start_case(
            flow="flow", actor=self.starter, answers=ANSWERS, now=self.bench.now, unit=self.bench.cast.units["fangta"]
        )
        return int(Task.objects.values_list("pk", flat=True).get(process=started.case, step_id="review"))

    def approve(self, task: int) -> None:
        """To the end."""
        services.act(task_id=task, actor=self.approver, outcome="approve", now=self.bench.now)


class StockFlow(Flow):
    """As somebody would write it by hand."""

    __module__ = published.__name__
    process_class = Process
    process_title = "-"
    start = nodes.StartHandle(lambda activation, data: _given(activation, data)).Next(this.review)
    review = nodes.View(view=None).Permission("workflows.view_case").Next(this.check)
    check = nodes.If(lambda activation: activation.process.data["outcome"] == "approve").Then(this.end).Else(this.no)
    end = nodes.End()
    no = nodes.End()


published.StockFlow = StockFlow


def _given(activation: Any, data: dict[str, Any]) -> Any:
    activation.process.data = dict(data)
    return activation.process


class Stock:
    """Viewflow's own nodes and tables, with the rows around them that ours writes too."""

    numbers = count(1)

    def __init__(self, bench: Any) -> None:
        self.bench = bench
        self.form = FormVersion.objects.filter(definition__slug="ask").latest("number")
        self.starter, self.approver = bench.actor("member1"), bench.actor("lishuji")

    def start(self) -> int:
        """A process; answers the task that waits."""
        now = self.bench.now
        with transaction.atomic():
            process = StockFlow.start.run(data=ANSWERS)
            submit(version=self.form, actor=self.starter, answers=ANSWERS, now=now)
            record(actor=self.starter, verb="case.started", obj=process, now=now, data={"flow": "stock"})
            told = [(self.holder(), "task.opened"), (self.starter.user, "case.received")]
            send_all([self.letter(process, user, kind) for user, kind in told], now=now)
            return int(StockTask.objects.values_list("pk", flat=True).get(process=process, flow_task_type="HUMAN"))

    def holder(self) -> Any:
        """Whoever holds the role that approves, as a flow written for one unit would ask."""
        held = Appointment.objects.filter(
            in_force(self.bench.now.date()), role__slug="community_secretary", unit=self.bench.cast.units["fangta"]
        )
        return held.select_related("member__user").get().member.user

    def letter(self, process: Any, user: Any, kind: str) -> Letter:
        """One message."""
        key, link = f"stock:{next(self.numbers)}", f"/task/{process.pk}/"
        return Letter(key, kind, "请您办理：审核", "到您这里了。", link, user)

    def approve(self, pk: int) -> None:
        """To the end, with the lock that a correct stock flow needs."""
        now = self.bench.now
        with transaction.atomic():
            task = StockTask.objects.get(pk=pk)
            Process.objects.select_for_update().get(pk=task.process_id)
            user = self.holder()
            if user.pk != self.approver.user_id:
                raise NotAllowed
            with task.activation() as activation:
                activation.assign(user)
                activation.start(None)
                activation.process.data["outcome"] = "approve"
                activation.process.save()
                activation.execute()
            record(actor=self.approver, verb="task.done", obj=task.process, now=now, data={"task": pk})
            send_all([self.letter(task.process, self.starter.user, "case.closed")], now=now)


class Raw:
    """The writes of ours, sent again with new keys over the same connection."""

    def __init__(self, ours: Ours) -> None:
        _spread_sequences()
        self.numbers = count(1)
        with recorded() as self.start_writes:
            task = ours.start()
        with recorded() as self.end_writes:
            ours.approve(task)
        self.task = task
        self.after: dict[int, dict[int, int]] = {}

    def start(self) -> int:
        """Answers the key of the new task."""
        renamed = self.repeat(self.start_writes, {})
        self.after[renamed[self.task]] = renamed
        return renamed[self.task]

    def approve(self, task: int) -> None:
        """To the end."""
        self.repeat(self.end_writes, self.after.pop(task))

    def repeat(self, writes: list[Write], known: dict[int, int]) -> dict[int, int]:
        """Send the statements; rows keep pointing at each other. `known`: old key → new one."""
        renamed, salt = dict(known), next(self.numbers)
        with transaction.atomic(), connection.cursor() as cursor:
            for sql, params, returned in writes:
                cursor.cursor.execute(sql, [_renewed(value, renamed, salt) for value in params])
                if returned:
                    renamed.update(zip(returned, (key for (key,) in cursor.fetchall()), strict=True))
        return renamed


def _renewed(value: Any, renamed: dict[int, int], salt: int) -> Any:
    if isinstance(value, list):  # one parameter for a column of several rows
        return [_renewed(one, renamed, salt) for one in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return renamed.get(value, value)
    if isinstance(value, str) and any(str(old) in value for old in renamed) and not value.startswith("/"):
        return f"{value}:{salt}"[-120:]
    if isinstance(value, str) and re.fullmatch(r"(delivery|task-open|case-[a-z]+):[\d:]+", value):
        return f"{value}:{salt}"
    return value


def _spread_sequences() -> None:
    """Let keys of different tables differ, so that a key says which row it means."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1")
        for number, (name,) in enumerate(cursor.fetchall(), start=1):
            cursor.execute(f"SELECT setval('{name}', {number * 1_000_000})")


@contextmanager
def recorded() -> Iterator[list[Write]]:
    """Collects the writes of the block."""
    found: list[Write] = []

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if WRITE.match(sql):
            found.append((sql, list(params or ()), []))
            if " RETURNING " in sql:
                keys = [key for (key,) in context["cursor"].cursor.fetchall()]
                found[-1] = (sql, list(params or ()), keys)
                again = ", ".join(f"({key:d})" for key in keys)  # for whoever reads them next
                context["cursor"].cursor.execute(f"VALUES {again}")
        return answer

    with connection.execute_wrapper(wrapper):
        yield found
