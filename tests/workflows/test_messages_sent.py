"""What people are told, and that nothing they are told names the resident."""

import pytest
from django.core import mail

from core.exceptions import Invalid
from notifications.models import Message
from tests.workflows.conftest import Bench
from tests.workflows.flows import approval, effect, fill, flow, wish
from workflows import services
from workflows.effects import EFFECTS, Effect, EffectContext
from workflows.models import Task


def kinds(bench: Bench, login: str) -> list[str]:
    return list(Message.objects.filter(user=bench.cast.users[login]).order_by("pk").values_list("kind", flat=True))


def test_everybody_concerned_hears_at_each_turn(bench: Bench) -> None:
    case = bench.start(wish(), login="", what="王小清想要一袋米", phone="13912345678", mail="guest@example.org")
    assert kinds(bench, "zhoufu") == ["task.opened"]
    bench.act(case, "verify", "zhoufu", "back", comment="请补电话")
    bench.act(case, "start", bench.guest(case), what="王小清想要一袋米", where="fangta", mail="guest@example.org")
    bench.act(case, "verify", "zhoufu", "verified")
    bench.act(case, "approve", "lishuji", "approve", remark="一袋米")
    assert kinds(bench, "org1") == []
    bench.claim(case)
    services.release(case_id=case.pk, actor=bench.actor("org1"), reason="来不及", now=bench.now)
    bench.claim(case, "org2", "garden")
    bench.act(case, "fulfil", "org2", remark="好")
    bench.act(case, "confirm", bench.guest(case), "yes")
    guest = list(Message.objects.filter(user=None).order_by("pk").values_list("kind", flat=True))
    assert guest == [
        *("case.received", "task.returned", "case.received", "case.moved", "case.moved", "case.claimed"),
        *("claim.released", "case.claimed", "task.opened", "flow.step", "case.closed"),
    ]
    assert "flow.step" in kinds(bench, "org2")
    for message in Message.objects.all():
        text = f"{message.subject}{message.body}{message.link}"
        for secret in ("王小清", "13912345678", "1391234", "139****5678"):
            assert secret not in text
    assert mail.outbox == []  # deliveries are jobs


def test_a_repeated_notice_is_written_once(bench: Bench) -> None:
    case = bench.start(flow(approval("review", deadline={"days": 1, "calendar": "calendar"})))
    bench.later(days=2)
    before = Message.objects.count()
    timer = Task.objects.get(process=case, flow_task_type="REMINDER")
    Task.objects.filter(pk=timer.pk).update(scheduled=bench.now, data={"stage": "warn", "times": 0})
    services.fire_due(now=bench.now)
    assert Message.objects.count() == before


def test_a_refusal_of_an_effect_stands_at_the_field_that_fed_it(bench: Bench) -> None:
    def refuses(ctx: EffectContext) -> None:
        raise Invalid(errors={"text": [f"不合适：{ctx.inputs['text']}"]}, code="leaks")

    with EFFECTS.temporarily("refuse", Effect("refuse", refuses, {"text": "text"})):
        case = bench.start(flow(fill("a"), effect("e", "refuse", text={"var": "a.remark"}), fill("b")))
        with pytest.raises(Invalid) as refusal:
            bench.act(case, "a", remark="住在三楼")
    assert (refusal.value.code, refusal.value.errors) == ("leaks", {"remark": ["不合适：住在三楼"]})
    assert bench.open(case) == ["a"]


def test_every_action_leaves_a_line_in_the_trail_without_personal_data(bench: Bench) -> None:
    from core.audit.models import AuditEntry

    case = bench.start(wish(), login="", what="王小清想要一袋米")
    bench.act(case, "verify", "zhoufu", "verified")
    services.cancel_case(case_id=case.pk, actor=bench.actor("admin"), reason="王小清不要了", now=bench.now)
    trail = AuditEntry.objects.filter(case_id=case.pk).order_by("pk")
    assert [entry.verb for entry in trail] == ["case.started", "task.done", "case.cancelled"]
    assert all("王小清" not in str(entry.data) for entry in trail)
