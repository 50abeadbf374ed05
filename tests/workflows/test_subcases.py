"""A case starts a case of another flow: it waits, goes on by its result, and never hangs."""

from typing import Any

import pytest
from django.urls import reverse

from core.actors import SYSTEM
from core.exceptions import Invalid
from core.jobs.models import Job
from core.jobs.running import drain
from forms import storage, uploads
from forms.models import FormDefinition, Upload
from forms.services import publish_form
from tests.cast import NOW
from tests.forms.test_photos import photo
from tests.workflows import flows
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, RETURN, approval, branch, end, fill, flow, parallel
from workflows import services
from workflows.answers import raw_answers
from workflows.models import Case, Task
from workflows.presenters.cases import case_page
from workflows.presenters.dates import clock_at
from workflows.selectors import progress
from workflows.services.subcases import resume_parent
from workflows.whereabouts import sentence_of

REJECTED = {"==": [{"var": "outcomes.sub"}, "rejected"]}


def subcase(wait: bool = True, **props: Any) -> dict[str, Any]:
    given = {"flow": "child", "inputs": {"what": {"var": "start.what"}}, **props}
    return {"id": "sub", "kind": "subcase", "props": {**given, "wait": True} if wait else given}


@pytest.fixture
def child(bench: Bench) -> None:
    bench.publish(flow(approval("review"), title_from="what"), "child")


def child_of(case: Case) -> Case:
    return Case.objects.filter(parent_task__process=case).latest("pk")


def test_the_case_waits_for_the_end_of_the_other_and_goes_on_by_its_result(bench: Bench, child: None) -> None:
    case = bench.start(flow(subcase(), branch("b", REJECTED, [end("no", "refused")], [fill("after")])), "member1")
    other = child_of(case)
    assert (other.title, other.starter, other.unit) == (case.title, case.starter, case.unit)
    assert bench.open(case) == ["sub"]
    bench.act(other, "review", outcome="reject")
    assert bench.open(case) == ["sub"]  # by a job, under the lock of this case alone
    drain()
    assert bench.result(case) == ("DONE", "refused", [])
    assert case.data["outcomes"]["sub"] == "rejected"


@pytest.mark.parametrize("kind", ["photos", "files"])
def test_files_are_passed_on_as_copies_of_their_own(bench: Bench, kind: str) -> None:
    asked = flows.form(flows.field("what"), flows.field("proof", kind))
    form = FormDefinition.objects.create(slug="seen", title="材料", document=asked)
    publish_form(definition=form, actor=SYSTEM, now=NOW)
    bench.publish(flow(approval("review"), form="seen"), "child")
    passing = subcase(wait=False, inputs={"what": {"var": "start.what"}, "proof": {"var": "look.proof"}})
    case = bench.start(flow(fill("look", form="seen"), passing, fill("after")))
    user = bench.actor("lishuji").user
    kept = uploads.keep(content=photo(), content_type="image/jpeg", name="门口.jpg", user=user, now=NOW, small=b"small")
    bench.act(case, "look", outcome="done", proof=[{"key": kept.key, "name": kept.name}])
    other = child_of(case)
    [entry] = raw_answers(other.pk)["start"]["proof"]
    copy = Upload.objects.get(key=entry["key"])
    assert (entry["name"], copy.kind, copy.size_bytes) == ("门口.jpg", "image/jpeg", kept.size_bytes)
    assert copy.pk != kept.pk
    assert (storage.read(copy.path), storage.read_small(copy.path)) == (photo(), b"small")
    uploads.remove([kept.key])
    assert storage.read(copy.path) == photo()


def test_a_job_delivered_twice_goes_on_once(bench: Bench, child: None) -> None:
    case = bench.start(flow(subcase(), fill("after")))
    other = child_of(case)
    bench.act(other, "review", outcome="approve")
    assert resume_parent(child_id=other.pk)
    assert not resume_parent(child_id=other.pk)
    drain()
    assert bench.open(case) == ["after"]
    assert Job.objects.get(kind="workflows.resume_parent").state == "done"


def test_without_waiting_the_case_goes_on_at_once_and_is_not_touched_by_the_end(bench: Bench, child: None) -> None:
    case = bench.start(flow(subcase(wait=False), fill("after")))
    assert bench.open(case) == ["after"]
    bench.act(child_of(case), "review", outcome="approve")
    drain()
    assert bench.open(case) == ["after"]


def test_a_withdrawn_child_lets_the_case_go_on(bench: Bench, child: None) -> None:
    case = bench.start(flow(subcase(), fill("after")))
    services.withdraw(case_id=child_of(case).pk, actor=bench.actor("member1"), now=bench.now)
    drain()
    assert bench.open(case) == ["after"]
    case.refresh_from_db()
    assert case.data["outcomes"]["sub"] == "withdrawn"


@pytest.mark.parametrize("how", ["withdraw", "return", "end"])
def test_what_nobody_waits_for_any_more_is_withdrawn(bench: Bench, child: None, how: str) -> None:
    stop = {"id": "stop", "label": "停", "effect": "end:stopped"}
    beside = approval("beside", APPROVE, RETURN, stop)
    case = bench.start(flow(parallel("p", [subcase()], [beside])))
    first = child_of(case)
    if how == "withdraw":
        services.withdraw(case_id=case.pk, actor=bench.actor("member1"), now=bench.now)
    else:
        bench.act(case, "beside", outcome="return" if how == "return" else "stop")
    drain()
    first.refresh_from_db()
    assert (first.status, first.result) == ("CANCELED", "withdrawn")
    if how == "return":
        bench.act(case, "start", "member1", what="改过了")
        second = child_of(case)
        assert second.pk != first.pk
        drain()
        second.refresh_from_db()
        assert (second.title, second.status) == ("改过了", "NEW")
        assert bench.open(case) == ["beside", "p", "sub"] or bench.open(case) == ["beside", "sub"]


def test_what_the_other_form_refuses_is_told_and_nothing_begins(bench: Bench, child: None) -> None:
    bench.publish(flow(subcase(inputs={"what": {"var": "start.what"}, "mail": "no address"})), "parent")
    with pytest.raises(Invalid) as refused:
        bench.start(slug="parent")
    assert list(refused.value.errors) == ["mail"]
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("props", "code", "place"),
    [
        ({"flow": "nothing"}, "unknown_flow", "flow"),
        ({"flow": "parent"}, "starts_itself", "flow"),
        ({"inputs": {}}, "target_missing", "inputs"),
        ({"inputs": {"what": {"var": "start.what"}, "nope": 1}}, "unknown_target", "inputs"),
        ({"inputs": {"what": {"var": "start.where"}}}, "target_kind", "inputs.what"),
        ({"inputs": {"what": {"var": "start.day"}}}, "target_kind", "inputs.what"),
        ({"inputs": {"what": {"var": "later.remark"}}}, "not_asked_before", "inputs.what"),
        ({"unit": "start.what"}, "not_a_unit", "unit"),
    ],
)
def test_a_faulty_step_is_not_published(
    bench: Bench, child: None, props: dict[str, Any], code: str, place: str
) -> None:
    with pytest.raises(Invalid) as refused:
        bench.publish(flow(subcase(**props), fill("later")), "parent")
    assert refused.value.data["problems"] == [(code, f"steps[0].props.{place}")]


def test_flows_that_start_each_other_in_a_circle_are_refused(bench: Bench, child: None) -> None:
    bench.publish(flow(subcase()), "middle")
    with pytest.raises(Invalid) as refused:
        bench.publish(flow({**subcase(flow="middle"), "id": "round"}), "child")
    assert refused.value.data["problems"] == [("starts_itself", "steps[0].props.flow")]


def test_a_condition_may_only_ask_for_results_that_there_are(bench: Bench, child: None) -> None:
    wrong = {"==": [{"var": "outcomes.sub"}, "rejekted"]}
    with pytest.raises(Invalid):
        bench.publish(flow(subcase(), branch("b", wrong, [end("no", "refused")], [fill("after")])), "parent")


def test_pages_lead_from_one_to_the_other_for_those_who_may_see_them(bench: Bench, child: None) -> None:
    case = bench.start(flow(subcase(), fill("after")))
    other, clock = child_of(case), clock_at(bench.now)
    page = case_page(case, bench.actor("member1"), clock, is_guest=False)
    assert [one.url for one in page.started] == [reverse("case", args=[other.pk])]
    back = case_page(other, bench.actor("member1"), clock, is_guest=False).started_by
    assert back is not None
    assert back.url == reverse("case", args=[case.pk])
    hidden = case_page(case, bench.actor("org1"), clock, is_guest=False)
    assert [one.url for one in hidden.started] == [""]
    (row,) = [one for one in progress(case) if one.step_id == "sub"]
    assert other.number in sentence_of(row)
    assert other.number in page.subline


def test_a_start_that_fails_behind_a_wait_is_parked_and_tried_again(bench: Bench, child: None) -> None:
    pause = {"id": "pause", "kind": "wait", "props": {"days": 1}}
    case = bench.start(flow(pause, subcase(), fill("after")))
    bench.publish(flow(fill("x"), form="note", title_from="remark"), "child")  # asks for something else by now
    bench.later(days=2)
    assert Task.objects.get(process=case, step_id="sub").status == "ERROR"
    bench.publish(flow(approval("review"), title_from="what"), "child")
    services.retry(task_id=Task.objects.get(process=case, step_id="sub").pk, actor=bench.actor("admin"), now=bench.now)
    assert bench.open(case) == ["sub"]
    bench.act(child_of(case), "review", outcome="approve")
    drain()
    assert bench.open(case) == ["after"]
