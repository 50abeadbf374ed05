"""Whoever has a task may leave: it never stays with nobody."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM
from core.audit.models import AuditEntry
from core.exceptions import NotAllowed, WrongState
from core.people import services as people
from core.people.models import Appointment
from core.people.selectors import Claimant
from notifications.models import Message
from tests.cast import SINCE
from tests.workflows.conftest import Bench
from tests.workflows.flows import DEPUTY, GRID, approval, claim, fill, flow, simple
from workflows import services
from workflows.models import Case, Task, TaskCandidate
from workflows.stranded import stranded_tasks

SIGN = {"mode": "all"}
BOTH = {"rule": "role", "roles": ["community_secretary", "community_deputy"]}


def stranded(bench: Bench) -> list[str]:
    return sorted(stranded_tasks(bench.now.date()).values_list("step_id", flat=True))


def keys(case: Case, step: str) -> list[str]:
    return sorted(TaskCandidate.objects.filter(task__process=case, task__step_id=step).values_list("key", flat=True))


def ends(bench: Bench, login: str) -> None:
    """The appointment of the login ends before today."""
    held = Appointment.objects.get(pk=bench.cast.appointments[login].pk)
    held.until = bench.now.date() - timedelta(days=1)
    held.save()


def leaves(bench: Bench, login: str) -> None:
    people.change_member(actor=SYSTEM, member=bench.cast.members[login], changes={"is_active": False}, now=bench.now)


def deactivated(bench: Bench, login: str) -> None:
    bench.cast.users[login].is_active = False
    bench.cast.users[login].save(update_fields=["is_active"])


def test_with_everybody_in_place_nothing_is_stranded(bench: Bench) -> None:
    steps = [claim(), fill("fulfil", {"rule": "claimant", "step": "claim"})]
    bench.start(simple())
    case = bench.start(flow(*steps), slug="other")
    bench.claim(case)
    bench.start(flow(approval("review", assignee=BOTH, **SIGN)), slug="signed")
    assert stranded(bench) == []
    assert services.mend_stranded(now=bench.now) == 0


@pytest.mark.parametrize("gone", [ends, leaves, deactivated])
def test_the_last_holder_of_a_role_leaves_and_the_task_goes_up_the_tree(bench: Bench, gone: Any) -> None:
    case = bench.start(flow(approval("review", assignee=DEPUTY)))
    gone(bench, "zhoufu")
    above = people.appoint(
        actor=SYSTEM,
        member=bench.cast.members["shenjie"],
        role=bench.cast.roles["community_deputy"],
        unit=bench.cast.units["yueyang"],
        since=SINCE,
        now=bench.now,
    )
    assert stranded(bench) == ["review"]
    due = bench.task(case, "review").due_at
    assert services.mend_stranded(now=bench.now) == 1
    assert keys(case, "review") == [f"role:community_deputy@{above.unit_id}"]
    task = bench.task(case, "review")
    assert (task.why["code"], task.due_at) == ("role_up", due)
    assert Message.objects.filter(user=bench.cast.users["shenjie"], kind="task.opened").count() == 1
    assert AuditEntry.objects.filter(verb="task.found_again", case_id=case.pk).count() == 1
    assert stranded(bench) == []
    bench.act(case, "review", "shenjie", "approve")


def test_with_nobody_left_it_comes_to_the_administrators(bench: Bench) -> None:
    case = bench.start(simple())
    leaves(bench, "lishuji")
    services.mend_stranded(now=bench.now)
    assert keys(case, "review") == ["admins"]
    bench.act(case, "review", "admin", "approve")


def test_the_starter_who_left_is_not_asked_any_more(bench: Bench) -> None:
    case = bench.start(flow(fill("more", {"rule": "starter"})))
    assert bench.task(case, "more").owner == bench.cast.users["member1"]
    deactivated(bench, "member1")
    assert stranded(bench) == ["more"]
    services.mend_stranded(now=bench.now)
    assert keys(case, "more") == ["admins"]


def test_a_signer_who_lost_his_appointment_is_replaced_by_somebody_who_does_not_sign_already(bench: Bench) -> None:
    case = bench.start(flow(approval("review", assignee=BOTH, **SIGN)))
    ends(bench, "zhoufu")
    assert stranded(bench) == ["review"]
    services.mend_stranded(now=bench.now)
    open_ones = Task.objects.filter(
        process=case, step_id="review", flow_task_type="HUMAN", status__in=["NEW", "ASSIGNED"]
    )
    assert sorted(str(task.owner) for task in open_ones) == sorted([str(bench.cast.users["lishuji"]), "None"])
    assert keys(case, "review") == ["admins"]


def test_a_merged_unit_hands_its_tasks_to_its_successor(bench: Bench) -> None:
    case = bench.start(flow(approval("review")))
    people.appoint(
        actor=SYSTEM,
        member=bench.cast.members["zhoufu"],
        role=bench.cast.roles["community_secretary"],
        unit=bench.cast.units["xilin"],
        since=SINCE,
        now=bench.now,
    )
    people.merge_unit(actor=SYSTEM, unit=bench.cast.units["fangta"], into=bench.cast.units["xilin"], now=bench.now)
    assert stranded(bench) == []
    bench.act(case, "review", "zhoufu", "approve")


def test_a_team_without_a_head_does_not_keep_what_it_took_on(bench: Bench) -> None:
    case = bench.start(flow(claim(claimants=["team"]), fill("fulfil", {"rule": "claimant", "step": "claim"})))
    team = Claimant("team", bench.cast.teams["repairs"].pk, "")
    services.claim(task_id=bench.task(case, "claim").pk, actor=bench.actor("member1"), claimant=team, now=bench.now)
    assert stranded(bench) == []
    leaves(bench, "member1")
    assert stranded(bench) == ["fulfil"]
    services.mend_stranded(now=bench.now)
    assert keys(case, "fulfil") == ["admins"]


def test_without_any_administrator_nothing_is_written_again_and_again(bench: Bench) -> None:
    bench.start(flow(approval("review", assignee=GRID), unit_from="where"), where="xilin")
    deactivated(bench, "admin")
    before = AuditEntry.objects.count()
    assert stranded(bench) == ["review"]
    assert services.mend_stranded(now=bench.now) == 0
    assert AuditEntry.objects.count() == before


def test_only_managers_of_the_unit_may_ask_again_and_only_when_it_helps(bench: Bench) -> None:
    case = bench.start(simple())
    task = bench.task(case, "review")
    with pytest.raises(NotAllowed):
        services.find_again(task_id=task.pk, actor=bench.actor("lishuji"), now=bench.now)
    with pytest.raises(WrongState):
        services.find_again(task_id=task.pk, actor=bench.actor("admin"), now=bench.now)
    manager(bench, "outsider", "guangfulin")
    leaves(bench, "lishuji")
    with pytest.raises(NotAllowed):
        services.find_again(task_id=task.pk, actor=bench.actor("outsider"), now=bench.now)
    manager(bench, "org1", "yueyang")
    assert services.find_again(task_id=task.pk, actor=bench.actor("org1"), now=bench.now).why["code"] == "nobody"


def manager(bench: Bench, login: str, unit: str, *rights: str) -> None:
    """Appoint the login to a role that manages the cases of a unit, or has only the rights named."""
    codes = ["access_admin", *(rights or ("view_case", "manage_case"))]
    group = Group.objects.create(name=f"办件管理 {unit}")
    group.permissions.set(Permission.objects.filter(codename__in=codes))
    names = {"zh-hans": "办件管理"}
    role = people.create_role(actor=SYSTEM, slug=f"manager_{unit}", name=names, group=group, now=bench.now)
    people.appoint(
        actor=SYSTEM,
        member=bench.cast.members[login],
        role=role,
        unit=bench.cast.units[unit],
        since=SINCE,
        now=bench.now,
    )


def test_who_manages_the_cases_of_everybody_is_the_last_resort(bench: Bench) -> None:
    manager(bench, "org2", "songjiang")
    deactivated(bench, "admin")
    case = bench.start(flow(approval("review", assignee=GRID), unit_from="where"), where="xilin")
    bench.act(case, "review", "org2", "approve")


def test_looking_for_the_stranded_costs_the_same_with_twice_as_many(bench: Bench) -> None:
    bench.publish(simple())
    for _ in range(2):
        bench.start()
    leaves(bench, "lishuji")
    with CaptureQueriesContext(connection) as few:
        assert stranded(bench) == ["review"] * 2
    bench.start(login="zhoufu")
    people.change_member(actor=SYSTEM, member=bench.cast.members["lishuji"], changes={"is_active": True}, now=bench.now)
    for _ in range(3):
        bench.start()
    leaves(bench, "lishuji")
    with CaptureQueriesContext(connection) as many:
        assert len(stranded(bench)) == 5
    assert len(many) <= len(few) + 1
