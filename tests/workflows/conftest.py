"""Fixtures of the engine: published forms, a bench that starts and acts by login, effects that write a log."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.actors import SYSTEM, VISITOR, Actor
from core.exceptions import Invalid
from core.people.selectors import Claimant
from forms.models import FormDefinition
from forms.services import publish_form
from tests.cast import NOW, Cast
from tests.workflows.flows import FORMS
from workflows import services
from workflows.effects import EFFECTS, Effect, EffectContext
from workflows.models import Case, FlowDefinition, FlowVersion, Task

OPEN = ["NEW", "ASSIGNED", "STARTED", "SCHEDULED"]


@dataclass
class Bench:
    """Starts cases and acts in them; `now` moves by hand; `log` is what the test effects wrote."""

    cast: Cast
    log: list[str] = field(default_factory=list)
    now: datetime = NOW
    codes: dict[int, str] = field(default_factory=dict)

    def publish(self, document: dict[str, Any], slug: str = "flow") -> FlowVersion:
        definition, _ = FlowDefinition.objects.get_or_create(slug=slug, defaults={"title": "流程"})
        definition.document = document
        try:
            return services.publish_flow(definition=definition, actor=SYSTEM, now=self.now)
        except Invalid as error:
            error.add_note("\n".join(error.errors["document"]))
            raise

    def start(
        self, document: dict[str, Any] | None = None, login: str = "member1", slug: str = "flow", **answers: Any
    ) -> Case:
        if document is not None:
            self.publish(document, slug)
        actor = self.actor(login) if login else VISITOR
        answers = {"what": "一件事", "where": "fangta", **answers}
        started = services.start_case(
            flow=slug, actor=actor, answers=answers, now=self.now, unit=self.cast.units["fangta"]
        )
        if started.status_code:
            self.codes[started.case.pk] = started.status_code
        return started.case

    def actor(self, login: str) -> Actor:
        return self.cast.actor(login)

    def guest(self, case: Case) -> Actor:
        return Actor(guest_case=case.pk)

    def open(self, case: Case) -> list[str]:
        """Steps with open rows, reminders left out."""
        rows = Task.objects.filter(process=case, status__in=OPEN).exclude(flow_task_type__in=["REMINDER", "JOIN"])
        return sorted(rows.values_list("step_id", flat=True))

    def timers(self, case: Case) -> int:
        return Task.objects.filter(process=case, status="SCHEDULED", flow_task_type="REMINDER").count()

    def task(self, case: Case, step: str, **which: Any) -> Task:
        return Task.objects.get(process=case, step_id=step, status__in=["NEW", "ASSIGNED"], **which)

    def act(
        self, case: Case, step: str, who: str | Actor = "lishuji", outcome: str = "", comment: str = "", **answers: Any
    ) -> Case:
        actor = who if isinstance(who, Actor) else self.actor(who)
        which = (
            {"owner": actor.user}
            if Task.objects.filter(process=case, step_id=step, status="ASSIGNED").count() > 1
            else {}
        )
        services.act(
            task_id=self.task(case, step, **which).pk,
            actor=actor,
            outcome=outcome,
            answers=answers or None,
            comment=comment,
            now=self.now,
        )
        case.refresh_from_db()
        return case

    def claim(self, case: Case, login: str = "org1", unit: str = "library", step: str = "claim") -> Case:
        claimant = Claimant("organisation", self.cast.units[unit].pk, "")
        services.claim(task_id=self.task(case, step).pk, actor=self.actor(login), claimant=claimant, now=self.now)
        case.refresh_from_db()
        return case

    def later(self, **delta: int) -> int:
        """Moves the clock and fires what is due; how many fired."""
        self.now += timedelta(**delta)
        return services.fire_due(now=self.now)

    def result(self, case: Case) -> tuple[str, str, list[str]]:
        case.refresh_from_db()
        return case.status, case.result, self.open(case)


@pytest.fixture
def bench(cast: Cast) -> Iterator[Bench]:
    """The cast with two published forms, and effects that write to `bench.log`."""
    bench = Bench(cast)
    for slug, document in FORMS.items():
        definition = FormDefinition.objects.create(slug=slug, title="表", document=document)
        publish_form(definition=definition, actor=SYSTEM, now=NOW)

    def writes(text: str = "") -> Any:
        def function(ctx: EffectContext) -> None:
            bench.log.append(text or str(ctx.inputs.get("text")))

        return function

    def fails(ctx: EffectContext) -> None:
        raise RuntimeError("secret words")

    with ExitStack() as stack:
        for name, function, inputs in [
            ("log", writes(), {"text": "text"}),
            ("log.claimed", writes("claimed"), {}),
            ("log.released", writes("released"), {}),
            ("log.withdrawn", writes("withdrawn"), {}),
            ("fail", fails, {}),
        ]:
            stack.enter_context(EFFECTS.temporarily(name, Effect(name, function, inputs, rewrites=True)))
        yield bench
