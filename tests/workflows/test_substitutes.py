"""Somebody stands in for whoever is away: what comes to him then, what never does, and that each case says so.

Threads: frappe/hrms#1268 (leave without a stand-in), camunda-bpm-platform#3096 (a substitute who may approve himself).
"""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from core.exceptions import DandelionError, Invalid, NotAllowed, NotFound, WrongState
from notifications.models import Message
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, DEPUTY, SECRETARY, approval, claim, fill, flow
from workflows import services
from workflows.models import Case, Substitution, Task
from workflows.presenters.actions import Typed
from workflows.presenters.cases import events_of
from workflows.presenters.dates import clock_at
from workflows.presenters.tasks import task_page
from workflows.selectors import actions_on, done_by, inbox


def stands_in(bench: Bench, substitute: str = "zhoufu", absent: str = "lishuji", days: int = 5) -> Substitution:
    today = localdate(bench.now)
    return services.name_substitute(
        actor=bench.actor(absent),
        substitute=bench.cast.users[substitute].pk,
        since=today,
        until=today + timedelta(days=days),
        now=bench.now,
    )


def in_inbox(bench: Bench, login: str) -> list[int]:
    return [row.case_id for row in inbox(bench.actor(login), now=bench.now)]


def act(bench: Bench, case: Case, login: str, step: str = "review") -> None:
    bench.act(case, step, login, outcome="approve")


@pytest.mark.parametrize("assignee", [SECRETARY, "user"])
def test_what_comes_to_the_one_who_is_away_comes_to_both_and_either_does_it(bench: Bench, assignee: Any) -> None:
    if assignee == "user":
        assignee = {"rule": "user", "user": bench.cast.users["lishuji"].pk}
    case = bench.start(flow(approval("review", assignee=assignee), fill("last")))
    assert in_inbox(bench, "zhoufu") == []
    stands_in(bench)
    assert in_inbox(bench, "zhoufu") == in_inbox(bench, "lishuji") == [case.pk], "what waits already comes too"
    task = bench.task(case, "review")
    assert actions_on(task, bench.actor("zhoufu"), now=bench.now).can_act
    act(bench, case, "zhoufu")
    assert bench.open(case) == ["last"]
    done = Task.objects.get(pk=task.pk)
    assert (done.owner, done.data["stood_in_for"]) == (bench.cast.users["zhoufu"], bench.cast.users["lishuji"].pk)
    assert any(event.who == "周*（代李*华）" for event in events_of(Case.objects.get(pk=case.pk)))
    assert [deed.case.pk for deed in done_by(bench.actor("zhoufu"))] == [case.pk]
    assert done_by(bench.actor("lishuji")) == [], "only who really acted"


def test_he_reads_for_whom_and_until_when(bench: Bench) -> None:
    case = bench.start(flow(approval("review"), fill("last")))
    stands_in(bench)
    actor, task = bench.actor("zhoufu"), bench.task(case, "review")
    may = actions_on(task, actor, now=bench.now)
    page = task_page(task, actor, may, clock_at(bench.now), Typed(), is_guest=False)
    assert page.why == ["您代李书华办理，李书华外出到5月16日。"]


def test_a_new_task_is_told_to_both(bench: Bench) -> None:
    stands_in(bench)
    bench.start(flow(approval("review"), fill("last")))
    for login in ("zhoufu", "lishuji"):
        assert Message.objects.filter(user=bench.cast.users[login], kind="task.opened").exists()


def test_it_ends_by_itself_and_early(bench: Bench) -> None:
    case = bench.start(flow(approval("review"), fill("last")))
    made = stands_in(bench, days=2)
    bench.now += timedelta(days=3)
    assert in_inbox(bench, "zhoufu") == []
    with pytest.raises(NotAllowed):
        act(bench, case, "zhoufu")
    bench.now -= timedelta(days=3)
    with pytest.raises(NotFound):
        services.end_substitution(pk=made.pk, actor=bench.actor("zhoufu"), now=bench.now)
    services.end_substitution(pk=made.pk, actor=bench.actor("lishuji"), now=bench.now)
    assert in_inbox(bench, "zhoufu") == []
    with pytest.raises(WrongState):
        services.end_substitution(pk=made.pk, actor=bench.actor("lishuji"), now=bench.now)


def test_who_decided_before_does_not_decide_as_a_substitute(bench: Bench) -> None:
    """He would be the same person in both steps."""
    first = approval("first", assignee=DEPUTY)
    case = bench.start(flow(first, approval("review", not_same_as=["first"]), fill("last")))
    stands_in(bench)
    bench.act(case, "first", "zhoufu", outcome="approve")
    with pytest.raises(NotAllowed) as refusal:
        act(bench, case, "zhoufu")
    assert refusal.value.code == "same_person"
    act(bench, case, "lishuji")


def test_who_must_not_decide_himself_has_nobody_decide_for_him(bench: Bench) -> None:
    """The task is of a role that both hold by their keys; the one who is away started the case."""
    both = {"rule": "role", "roles": ["community_secretary", "community_deputy"]}
    case = bench.start(flow(approval("review", assignee=both, not_same_as=["start"]), fill("last")), login="lishuji")
    stands_in(bench, substitute="shenjie")
    with pytest.raises(DandelionError):
        act(bench, case, "shenjie")
    act(bench, case, "zhoufu")


def test_nobody_has_two_voices_where_several_decide_together(bench: Bench) -> None:
    rules = [{"rule": "user", "user": bench.cast.users[login].pk} for login in ("lishuji", "zhoufu")]
    case = bench.start(flow(approval("review", APPROVE, assignee=rules, mode="all"), fill("last")))
    stands_in(bench)
    theirs = Task.objects.get(process=case, owner=bench.cast.users["lishuji"], status="ASSIGNED")
    with pytest.raises(NotAllowed):
        services.act(task_id=theirs.pk, actor=bench.actor("zhoufu"), outcome="approve", now=bench.now)


def test_it_passes_to_nobody_further(bench: Bench) -> None:
    case = bench.start(flow(approval("review"), fill("last")))
    stands_in(bench, "zhoufu", "lishuji")
    stands_in(bench, "shenjie", "wanggexia")
    with pytest.raises(Invalid) as refusal:
        stands_in(bench, "shenjie", "zhoufu") and stands_in(bench, "lishuji", "shenjie")
    assert "substitute" in refusal.value.errors
    assert in_inbox(bench, "shenjie") == []
    with pytest.raises(NotAllowed):
        act(bench, case, "shenjie")


def test_taking_on_what_is_offered_and_an_opinion_pass_to_nobody(bench: Bench) -> None:
    case = bench.start(flow(claim(), approval("review"), fill("last")))
    assert in_inbox(bench, "org1") == [case.pk]
    Substitution.objects.create(
        absent=bench.cast.users["org1"],
        substitute=bench.cast.users["zhoufu"],
        since=localdate(bench.now),
        until=localdate(bench.now),
        created_at=bench.now,
    )
    assert in_inbox(bench, "zhoufu") == []
    bench.claim(case)
    stands_in(bench, "shenjie", "zhoufu")
    services.delegate(
        task_id=bench.task(case, "review").pk,
        actor=bench.actor("lishuji"),
        to_user=bench.cast.users["zhoufu"],
        words="您看呢",
        now=bench.now,
    )
    with pytest.raises(NotAllowed):
        services.answer(
            task_id=bench.task(case, "review").pk, actor=bench.actor("shenjie"), words="可以", now=bench.now
        )


@pytest.mark.parametrize(
    ("substitute", "since", "until", "field"),
    [
        ("lishuji", 0, 1, "substitute"),
        ("member1", 0, 1, "substitute"),
        ("zhoufu", -1, 1, "since"),
        ("zhoufu", 3, 1, "until"),
        ("zhoufu", 0, 400, "until"),
    ],
)
def test_who_and_when_cannot_be(bench: Bench, substitute: str, since: int, until: int, field: str) -> None:
    today = localdate(bench.now)
    with pytest.raises(Invalid) as refusal:
        services.name_substitute(
            actor=bench.actor("lishuji"),
            substitute=bench.cast.users[substitute].pk,
            since=today + timedelta(days=since),
            until=today + timedelta(days=until),
            now=bench.now,
        )
    assert field in refusal.value.errors
    assert not Substitution.objects.exists()


def test_only_one_at_a_time_and_none_who_is_away_too(bench: Bench) -> None:
    stands_in(bench, "zhoufu", "lishuji")
    with pytest.raises(Invalid) as twice:
        stands_in(bench, "shenjie", "lishuji")
    assert "since" in twice.value.errors
    with pytest.raises(Invalid) as away:
        stands_in(bench, "lishuji", "wanggexia")
    assert "substitute" in away.value.errors


def test_the_database_refuses_what_makes_no_sense(bench: Bench) -> None:
    one, other, day = bench.cast.users["zhoufu"], bench.cast.users["lishuji"], date(2026, 5, 1)
    for values in (
        {"absent": one, "substitute": one, "since": day, "until": day},
        {"absent": one, "substitute": other, "since": day, "until": day - timedelta(days=1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Substitution.objects.create(created_at=bench.now, **values)


def test_on_the_page_somebody_is_named_and_it_is_ended(bench: Bench) -> None:
    client, address = Client(), reverse("away")
    client.force_login(bench.cast.users["lishuji"])
    today = timezone.localdate()
    page = client.get(address).content.decode()
    assert "社区副书记" in page
    sent = {"do": "new", "substitute": bench.cast.users["zhoufu"].pk, "since": today, "until": today}
    wrong = client.post(address, {**sent, "until": today - timedelta(days=1)})
    assert wrong.status_code == 422
    assert "最后一天不能早于第一天" in wrong.content.decode()
    assert client.post(address, {**sent, "substitute": "x"}).status_code == 422
    assert client.post(address, {"do": "nonsense"}).status_code == 400
    assert client.post(address, sent).status_code == 302
    made = Substitution.objects.get()
    page = client.get(address).content.decode()
    assert f'value="end:{made.pk}"' in page
    other = Client()
    other.force_login(bench.cast.users["zhoufu"])
    assert "李书华" in other.get(address).content.decode()
    assert other.post(address, {"do": f"end:{made.pk}"}).status_code == 404
    for number in ("", "x", "9" * 30):
        assert client.post(address, {"do": f"end:{number}"}).status_code == 404
    assert client.post(address, {"do": f"end:{made.pk}"}).status_code == 302
    assert Message.objects.filter(user=bench.cast.users["zhoufu"], kind="substitute.named").exists()
