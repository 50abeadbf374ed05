"""What a job row promises, each seen through the services and the runner."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from core.actors import SYSTEM
from core.audit.models import AuditEntry
from core.exceptions import Invalid, NotFound, WrongState
from core.jobs import running, selectors
from core.jobs.models import Job
from core.jobs.registry import handler
from core.jobs.services import beat, discard_job, enqueue, retry_job

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Surprise(Exception):
    """What a handler of these tests raises."""


def fail(job):
    raise Surprise("call 13800000000")


def due_again(job):
    Job.objects.filter(pk=job.pk).update(run_at=LONG_AGO)


def leave_mark(job):
    AuditEntry.objects.create(
        at=timezone.now(), actor_kind="system", verb="test.done", object_type="job", object_id=job.key
    )


def marks(key):
    return AuditEntry.objects.filter(verb="test.done", object_id=key).count()


def test_the_same_key_is_one_job(handle):
    handle("test.mark", leave_mark)
    first = enqueue(key="a", kind="test.mark", payload={"pk": 1})
    assert enqueue(key="a", kind="test.mark", payload={"pk": 2}) == first
    assert Job.objects.get().payload == {"pk": 1}


def test_a_kind_without_a_handler_cannot_be_enqueued():
    with pytest.raises(ValueError, match="no handler"):
        enqueue(key="a", kind="test.unheard_of", payload={})


def test_a_handler_cannot_name_an_unknown_queue():
    with pytest.raises(ValueError, match="unknown queue"):
        handler("test.nowhere", where="inside", queue="nowhere")


@pytest.mark.parametrize("where", ["inside", "outside"])
def test_a_due_job_runs_once_however_often_it_is_asked_to(handle, where):
    handle("test.mark", leave_mark, where=where)
    job = enqueue(key="a", kind="test.mark", payload={})
    assert running.run(job.pk) is True
    assert running.run(job.pk) is False  # doubled, or late
    assert running.drain() == 0
    job.refresh_from_db()
    assert (job.state, job.attempts, job.lease_until, marks("a")) == ("done", 1, None, 1)
    assert job.finished_at is not None


def test_a_job_of_the_future_waits(handle):
    handle("test.mark", leave_mark)
    job = enqueue(key="a", kind="test.mark", payload={}, run_at=timezone.now() + timedelta(hours=1))
    assert running.run(job.pk) is False
    assert running.drain() == 0


def test_a_job_caused_by_a_future_that_is_only_tried_runs_today(handle):
    """`fire_due --at` a day ahead wrote mails due on that day, so the drain sent none of them."""
    handle("test.mark", leave_mark)
    enqueue(key="a", kind="test.mark", payload={}, now=timezone.now() + timedelta(days=9))
    assert running.drain() == 1


def test_an_idle_drain_serves_fast_jobs_before_bulk_ones(handle):
    order = []
    handle("test.order", lambda job: order.append(job.key))
    for queue in ("bulk", "notify", "fast"):
        enqueue(key=queue, kind="test.order", payload={}, queue=queue)
    assert running.drain() == 3
    assert order == ["fast", "notify", "bulk"]


def test_a_failed_inside_job_leaves_no_effect_and_names_only_the_class_of_the_error(handle):
    def mark_then_fail(job):
        leave_mark(job)
        fail(job)

    handle("test.fail", mark_then_fail)
    job = enqueue(key="a", kind="test.fail", payload={})
    before = timezone.now()
    running.run(job.pk)
    job.refresh_from_db()
    assert marks("a") == 0
    assert (job.state, job.error_class, job.attempts, job.lease_until) == ("ready", "Surprise", 1, None)
    assert job.run_at >= before


@pytest.mark.parametrize("where", ["inside", "outside"])
def test_a_job_that_fails_too_often_is_dead_and_stays_visible(handle, where):
    handle("test.fail", fail, where=where, max_attempts=3)
    job = enqueue(key="a", kind="test.fail", payload={})
    for _attempt in range(5):
        running.run(job.pk)
        due_again(job)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("dead", 3)
    [group] = selectors.dead_groups()
    assert (group.kind, group.error_class, group.count) == ("test.fail", "Surprise", 1)
    assert selectors.standing(now=timezone.now()).dead == 1


def test_the_wait_between_attempts_is_random_below_a_bound_that_doubles_to_an_hour():
    for attempts, bound in [(1, 4), (2, 8), (5, 64), (30, 3600), (30_000, 3600)]:
        waits = {running.backoff(attempts) for _ in range(50)}
        assert len(waits) > 1
        assert max(waits) <= timedelta(seconds=bound)
        assert min(waits) >= timedelta(0)


def test_an_outside_attempt_is_on_record_before_the_world_is_called(handle):
    seen = []
    handle("test.look", lambda job: seen.append(Job.objects.get(pk=job.pk).state), where="outside")
    enqueue(key="a", kind="test.look", payload={})
    running.drain()
    assert seen == ["attempting"]


def died_in_the_middle(job, *, state="attempting", attempts=1):
    Job.objects.filter(pk=job.pk).update(state=state, attempts=attempts, lease_until=LONG_AGO)


def test_an_outside_attempt_that_died_is_visible_and_made_again(handle):
    told = []
    handle("test.call", leave_mark, where="outside", on_unknown=lambda job: told.append(job.pk))
    job = enqueue(key="a", kind="test.call", payload={})
    died_in_the_middle(job)
    running.settle_lost(now=timezone.now())
    job.refresh_from_db()
    assert (job.state, job.error_class, told) == ("ready", running.LOST, [job.pk])
    due_again(job)
    running.drain()
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error_class, marks("a")) == ("done", 2, "", 1)


def test_an_outside_attempt_that_must_not_be_repeated_is_dead_when_it_died(handle):
    handle("test.pay", leave_mark, where="outside", retry_unknown=False)
    job = enqueue(key="a", kind="test.pay", payload={})
    died_in_the_middle(job)
    running.drain()
    job.refresh_from_db()
    assert (job.state, job.error_class, marks("a")) == ("dead", running.LOST, 0)


def test_an_inside_attempt_that_died_is_made_again_when_its_lease_ends(handle):
    handle("test.mark", leave_mark)
    job = enqueue(key="a", kind="test.mark", payload={})
    died_in_the_middle(job, state="ready")
    running.drain()
    job.refresh_from_db()
    assert (job.state, job.attempts, marks("a")) == ("done", 2, 1)


def test_a_job_under_lease_is_left_alone(handle):
    handle("test.mark", leave_mark)
    job = enqueue(key="a", kind="test.mark", payload={})
    Job.objects.filter(pk=job.pk).update(attempts=1, lease_until=timezone.now() + timedelta(seconds=20))
    assert running.drain() == 0
    assert marks("a") == 0


def test_a_job_that_kills_each_worker_is_dead_after_its_last_attempt(handle):
    handle("test.poison", leave_mark, max_attempts=2)
    job = enqueue(key="a", kind="test.poison", payload={})
    died_in_the_middle(job, state="ready", attempts=2)
    assert running.run(job.pk) is False
    running.drain()
    job.refresh_from_db()
    assert (job.state, job.error_class, marks("a")) == ("dead", running.WORKER_LOST, 0)


def test_a_worker_that_lost_its_claim_does_not_complete_the_job_of_another(handle):
    def stall(job):
        Job.objects.filter(pk=job.pk).update(attempts=2, lease_until=timezone.now() + timedelta(hours=1))

    handle("test.stall", stall, where="outside")
    job = enqueue(key="a", kind="test.stall", payload={})
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("attempting", 2)


def test_a_job_whose_handler_is_gone_waits_for_a_version_that_knows_it(handle):
    job = Job.objects.create(key="a", kind="test.retired", run_at=LONG_AGO)
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error_class) == ("ready", running.NO_HANDLER)


def test_a_dead_job_can_be_retried_and_the_trail_says_so(handle):
    handle("test.mark", leave_mark)
    now = timezone.now()
    job = Job.objects.create(key="a", kind="test.mark", run_at=now, state="dead", attempts=8, error_class="Surprise")
    retry_job(job_id=job.pk, actor=SYSTEM, now=now)
    running.drain()
    job.refresh_from_db()
    assert (job.state, job.attempts, marks("a")) == ("done", 1, 1)
    entry = AuditEntry.objects.get(verb="job.retried")
    assert entry.data == {"kind": "test.mark", "error_class": "Surprise", "attempts": 8}


def test_a_job_is_discarded_only_with_a_reason(handle):
    handle("test.mark", leave_mark)
    job = enqueue(key="a", kind="test.mark", payload={})
    now = timezone.now()
    with pytest.raises(Invalid):
        discard_job(job_id=job.pk, actor=SYSTEM, reason="  ", now=now)
    discard_job(job_id=job.pk, actor=SYSTEM, reason="sent by hand", now=now)
    running.drain()
    job.refresh_from_db()
    assert (job.state, job.discard_reason, marks("a")) == ("discarded", "sent by hand", 0)
    assert AuditEntry.objects.get(verb="job.discarded").data == {"kind": "test.mark"}


def test_a_done_job_can_neither_be_retried_nor_discarded(handle):
    handle("test.mark", leave_mark)
    job = enqueue(key="a", kind="test.mark", payload={})
    running.drain()
    now = timezone.now()
    with pytest.raises(WrongState):
        retry_job(job_id=job.pk, actor=SYSTEM, now=now)
    with pytest.raises(WrongState):
        discard_job(job_id=job.pk, actor=SYSTEM, reason="late", now=now)
    with pytest.raises(NotFound):
        retry_job(job_id=0, actor=SYSTEM, now=now)


def test_a_sign_of_life_ages():
    now = timezone.now()
    assert selectors.is_alive(now=now) is False
    beat(name="drain", now=now)
    assert selectors.is_alive(now=now) is True
    assert selectors.is_alive(now=now + timedelta(minutes=5)) is False


def test_the_standing_names_the_oldest_due_job(handle):
    handle("test.mark", leave_mark)
    enqueue(key="a", kind="test.mark", payload={}, run_at=LONG_AGO)
    enqueue(key="b", kind="test.mark", payload={}, run_at=timezone.now() + timedelta(days=1))
    standing = selectors.standing(now=timezone.now())
    assert (standing.waiting, standing.dead, standing.oldest_due) == (2, 0, LONG_AGO)
