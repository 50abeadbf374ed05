"""What goes wrong around a case: it stays whole, visible and repairable, and no record of it tells of a person.

The marks stand for what a person typed; nothing but his own answers may hold them afterwards.
"""

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.serializers import serialize
from django.db import transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse

from core.exceptions import Conflict, Invalid
from core.jobs.running import drain
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, DEPUTY, REJECT, approval, effect, fill, flow
from workflows import services
from workflows.effects import EFFECTS, Effect, EffectContext
from workflows.models import Case, Task
from workflows.selectors import inbox, progress

NAME, PHONE = "赵钱孙甲乙", "13987654321"
WAIT = {"id": "later", "kind": "wait", "props": {"days": 1}}
OWN = {"forms.submission", "workflows.case", "auth.user"}  # answers, and the title taken from them


def leaky(ctx: EffectContext) -> None:
    """An effect whose error holds what somebody typed, in its words, its arguments and its locals."""
    secret = {"name": NAME, "phone": PHONE}
    raise RuntimeError(f"{secret['name']} {secret['phone']} cannot be written", secret, ctx.case.title)


def everything_stored() -> dict[str, str]:
    """Model → all its rows as text, without what holds the answers themselves."""
    found = {}
    for model in apps.get_models():
        if model._meta.label_lower not in OWN and model._meta.managed:
            found[model._meta.label_lower] = serialize("json", model._default_manager.all(), ensure_ascii=False)
    return found


def holders(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Where a mark is found that must not be there."""
    where = [label for label, text in everything_stored().items() if NAME in text or PHONE in text]
    logged = " ".join([*(record.getMessage() for record in caplog.records), caplog.text])
    return [*where, *(["log"] if NAME in logged or PHONE in logged else [])]


def test_an_effect_that_fails_in_the_background_parks_the_case_and_tells_nothing_of_the_person(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with EFFECTS.temporarily("leaky", Effect("leaky", leaky)):
        case = bench.start(flow(WAIT, effect("break", "leaky"), approval("review")), phone=PHONE)
        bench.later(days=2)
        drain()
        failed = Task.objects.get(process=case, status="ERROR")
        assert failed.data == {"error": "RuntimeError"}
        assert holders(caplog) == []
        desk = Client()
        desk.force_login(bench.cast.users["admin"])
        for address in ("/desk/cases/?state=attention", "/desk/", reverse("case", args=[case.pk])):
            page = desk.get(address)
            assert page.status_code == 200
            assert PHONE not in page.content.decode()
            assert NAME not in page.content.decode()
        assert case.number in desk.get("/desk/cases/?state=attention").content.decode()
        with pytest.raises(Invalid) as refusal:
            services.retry(task_id=failed.pk, actor=bench.actor("admin"), now=bench.now)
        assert NAME not in str(refusal.value) + json.dumps(refusal.value.errors, ensure_ascii=False)
    with EFFECTS.temporarily("leaky", Effect("leaky", lambda _ctx: None)):
        services.retry(task_id=failed.pk, actor=bench.actor("admin"), now=bench.now)
    assert bench.open(case) == ["review"]


def test_an_effect_that_fails_before_somebodys_eyes_undoes_his_decision_and_says_so(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with EFFECTS.temporarily("leaky", Effect("leaky", leaky)):
        case = bench.start(flow(approval("review"), effect("break", "leaky"), fill("last")), phone=PHONE)
        before = everything_stored()
        client = Client()
        client.force_login(bench.cast.users["lishuji"])
        address = reverse("task", args=[bench.task(case, "review").pk])
        answer = client.post(address, {"do": "outcome:approve"})
        assert answer.status_code == 422
        assert "没有" in answer.content.decode()
        assert PHONE not in answer.content.decode()
    kept = {label: text for label, text in everything_stored().items() if label.startswith("workflows.")}
    assert kept == {label: text for label, text in before.items() if label in kept}, "nothing of it stays"
    assert holders(caplog) == []
    assert bench.open(case) == ["review"]


def test_a_login_that_is_closed_in_the_middle_leaves_a_case_that_others_see_and_mend(bench: Bench) -> None:
    case = bench.start(flow(approval("review", APPROVE, REJECT, deadline={"days": 2}), fill("last")))
    task = bench.task(case, "review")
    services.reassign(
        task_id=task.pk, actor=bench.actor("lishuji"), to_user=bench.cast.users["zhoufu"], reason="出差", now=bench.now
    )
    leaver = bench.cast.users["zhoufu"]
    leaver.is_active = False
    leaver.save()
    with pytest.raises(Conflict):
        bench.act(case, "review", "zhoufu", outcome="approve")
    assert bench.open(case) == ["review"]
    bench.later(days=3)  # reminders to somebody who is gone break nothing
    desk = Client()
    desk.force_login(bench.cast.users["admin"])
    assert case.number in desk.get("/desk/cases/?state=attention").content.decode()
    assert desk.get(reverse("case", args=[case.pk])).status_code == 200
    services.mend_stranded(now=bench.now)
    bench.act(case, "review", outcome="approve")
    assert bench.open(case) == ["last"]


def test_a_unit_that_is_closed_or_cannot_be_deleted_breaks_no_list(bench: Bench) -> None:
    case = bench.start(flow(approval("review"), approval("second", assignee=DEPUTY), fill("last")))
    unit = bench.cast.units["fangta"]
    with pytest.raises(ProtectedError), transaction.atomic():
        unit.delete()
    unit.is_active = False
    unit.save()
    bench.act(case, "review", outcome="approve")
    assert bench.open(case) == ["second"], "somebody is found although the unit is closed"
    desk = Client()
    desk.force_login(bench.cast.users["admin"])
    for address in ("/desk/cases/?state=attention", reverse("overview"), reverse("inbox"), "/desk/"):
        assert desk.get(address).status_code == 200
    assert case.number in desk.get("/desk/cases/?state=attention").content.decode()


@pytest.mark.parametrize("jump", [-400, 400])
def test_a_clock_that_jumps_fires_nothing_twice_and_loses_nothing(bench: Bench, jump: int) -> None:
    case = bench.start(flow(approval("review", deadline={"days": 2, "repeat_days": 1}), WAIT, fill("last")))
    bench.now += timedelta(days=jump)
    fired = [services.fire_due(now=bench.now) for _number in range(3)]
    assert fired[0] == (0 if jump < 0 else 1)
    assert fired[1:] == [0, 0] if jump < 0 else fired[2] == 0
    assert bench.timers(case) == 1
    assert [row.state for row in progress(Case.objects.get(pk=case.pk))][1] == "current"
    bench.now -= timedelta(days=jump)  # the clock is right again
    assert [row.case_id for row in inbox(bench.actor("lishuji"), now=bench.now)] == [case.pk]
    bench.act(case, "review", outcome="approve")
    bench.later(days=3)
    assert (bench.open(case), bench.timers(case)) == (["last"], 0)


def test_what_a_dispatcher_delivers_twice_happens_once(bench: Bench) -> None:
    case = bench.start(flow(WAIT, effect("once", "log", text="once"), fill("last")))
    bench.now += timedelta(days=2)
    timer = Task.objects.get(process=case, step_id="later")
    values: dict[str, Any] = {"now": bench.now}
    assert services.fire_due(**values) == 1
    Task.objects.filter(pk=timer.pk).update(scheduled=bench.now)  # a second message about the same row
    assert services.fire_due(**values) == 0
    assert bench.log == ["once"]
