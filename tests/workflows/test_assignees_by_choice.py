"""Tasks that go to a member or to the head of a team that somebody chose in a form."""

from datetime import date
from typing import Any

import pytest

from core.actors import SYSTEM
from core.exceptions import Conflict, NotAllowed
from core.people import services as people
from core.people.models import TeamMembership
from tests.cast import SINCE
from tests.workflows.conftest import Bench
from tests.workflows.flows import approval, flow
from workflows import services
from workflows.following import progress
from workflows.models import Case, TaskCandidate
from workflows.reasons import why_sentence

HEAD = {"rule": "team_head", "field": "start.team", "roles": ["street_clerk"]}
MEMBER = {"rule": "member", "field": "start.who"}


def start(bench: Bench, assignee: Any = HEAD, login: str = "lishuji", **props: Any) -> Case:
    """A case in which the team and 周芙 were chosen by somebody of the same community."""
    bench.publish(flow(approval("a", assignee=assignee, **props), form="people", who="members"))
    answers = {"what": "一次服务", "who": bench.cast.members["zhoufu"].pk, "team": bench.cast.teams["repairs"].pk}
    unit = bench.cast.units["fangta"]
    return services.start_case(flow="flow", actor=bench.actor(login), answers=answers, now=bench.now, unit=unit).case


def join(bench: Bench, login: str, position: str, relation: str = "activity") -> TeamMembership:
    return people.join_team(
        actor=SYSTEM,
        team=bench.cast.teams["repairs"],
        member=bench.cast.members[login],
        relation=relation,
        position=position,
        since=SINCE,
        now=bench.now,
    )


def vacate(bench: Bench) -> None:
    """The team has no head any more."""
    TeamMembership.objects.filter(position="head").update(until=date(2026, 5, 1))


def owner(bench: Bench, case: Case) -> str:
    user = bench.task(case, "a").owner
    return user.username if user else ""


def keys(bench: Bench, case: Case) -> set[str]:
    return set(TaskCandidate.objects.filter(task=bench.task(case, "a")).values_list("key", flat=True))


def test_the_head_of_the_chosen_team_gets_the_task(bench: Bench) -> None:
    case = start(bench)
    assert owner(bench, case) == "member1"
    assert why_sentence(bench.task(case, "a")) == "您是方塔修缮队的队长。"
    bench.act(case, "a", "member1", "approve")
    assert bench.result(case)[0] == "DONE"


def test_where_the_head_is_missing_the_deputies_get_it(bench: Bench) -> None:
    vacate(bench)
    for login in ("zhoufu", "wanggexia"):
        join(bench, login, "deputy")
    case = start(bench)
    assert keys(bench, case) == {f"user:{bench.cast.users[login].pk}" for login in ("zhoufu", "wanggexia")}
    assert why_sentence(bench.task(case, "a")) == "您是方塔修缮队的副队长，队长不能办这件事。"


def test_a_team_without_anybody_goes_up_the_tree(bench: Bench) -> None:
    vacate(bench)
    case = start(bench)
    assert keys(bench, case) == {f"role:street_clerk@{bench.cast.units['fangta'].pk}"}
    assert why_sentence(bench.task(case, "a")) == "方塔修缮队里没有人能办这件事，所以转到了方塔社区的街道干部。"
    bench.act(case, "a", "shenjie", "approve")


def test_where_nobody_stands_in_the_administrators_get_it(bench: Bench) -> None:
    vacate(bench)
    case = start(bench, {"rule": "team_head", "field": "start.team"})
    assert keys(bench, case) == {"admins"}
    assert bench.task(case, "a").why["code"] == "nobody"


def test_a_head_who_recorded_it_himself_does_not_decide(bench: Bench) -> None:
    join(bench, "zhoufu", "deputy")
    case = start(bench, login="member1", not_same_as=["start"])
    assert owner(bench, case) == "zhoufu"
    with pytest.raises(Conflict):
        bench.act(case, "a", "member1", "approve")


def test_the_chosen_member_gets_the_task(bench: Bench) -> None:
    case = start(bench, MEMBER)
    assert owner(bench, case) == "zhoufu"
    assert why_sentence(bench.task(case, "a")) == "表单里选的是您。"


def test_a_chosen_member_without_login_or_excluded_is_never_skipped(bench: Bench) -> None:
    assert keys(bench, start(bench, MEMBER, login="zhoufu", not_same_as=["start"])) == {"admins"}
    bench.cast.users["zhoufu"].is_active = False
    bench.cast.users["zhoufu"].save(update_fields=["is_active"])
    assert keys(bench, start(bench, MEMBER)) == {"admins"}


def test_whoever_follows_the_case_reads_head_and_team_but_no_name(bench: Bench) -> None:
    case = start(bench)
    told = {row.step_id: row.with_whom for row in progress(case)}
    assert told["a"] == "方塔修缮队的队长"


def test_a_member_chosen_in_the_form_is_kept_out_of_a_step(bench: Bench) -> None:
    deputy = {"rule": "role", "roles": ["community_deputy", "community_secretary"]}
    case = start(bench, deputy, login="wanggexia", not_same_as=["start.who"])
    assert keys(bench, case) == {f"role:community_secretary@{bench.cast.units['fangta'].pk}"}
    with pytest.raises(NotAllowed):
        bench.act(case, "a", "zhoufu", "approve")
    bench.act(case, "a", "lishuji", "approve")
