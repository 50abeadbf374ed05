"""Real worker processes, killed with `kill -9` in the middle of their work: nothing lost, nothing twice."""

import signal
from collections import Counter

import pytest

from core.jobs import running, selectors
from core.jobs.models import Job
from core.jobs.services import enqueue

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]


def test_a_worker_killed_inside_its_transaction_leaves_no_effect_and_the_next_one_makes_it_once(world, tmp_path):
    marker = tmp_path / "started"
    job = enqueue(key="stuck", kind="test.stuck", payload={"marker": str(marker)})
    first = world.start("drain", "--loop")
    world.wait_until(marker.exists, "the handler had its effect and got stuck")
    world.kill(first)
    assert world.effects() == Counter()
    world.start("drain", "--loop")
    world.wait_until(world.all_done, "the job is done")
    job.refresh_from_db()
    assert world.effects() == Counter({"stuck": 1})
    assert job.attempts == 2


def test_killed_again_and_again_every_job_has_its_effect_exactly_once(world):
    keys = [f"job:{number}" for number in range(60)]
    for key in keys:
        enqueue(key=key, kind="test.count", payload={"seconds": 0.03})
    for kills in range(1, 4):
        worker = world.start("drain", "--loop")
        world.wait_until(lambda goal=kills * 10: world.effects().total() >= goal, f"{kills * 10} jobs are done")
        world.kill(worker)
    assert not world.all_done()
    world.start("drain", "--loop")
    world.start("drain", "--loop")
    world.wait_until(world.all_done, "all jobs are done")
    assert world.effects() == Counter(keys)


def test_a_worker_killed_while_calling_the_world_leaves_a_visible_attempt_that_is_made_again(world, tmp_path):
    marker, outside = tmp_path / "started", tmp_path / "outside"
    job = enqueue(key="call", kind="test.call", payload={"marker": str(marker), "world": str(outside)})
    worker = world.start("drain", "--loop")
    world.wait_until(marker.exists, "the world was called")
    world.kill(worker)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("attempting", 1)
    world.start("drain", "--loop")
    world.wait_until(world.all_done, "the job is done")
    job.refresh_from_db()
    assert job.attempts == 2
    assert outside.read_text().split() == ["call", "call"]  # at least once, under the same key


def test_a_call_that_must_not_be_repeated_waits_for_a_person_when_its_worker_was_killed(world, tmp_path):
    marker, outside = tmp_path / "started", tmp_path / "outside"
    job = enqueue(key="pay", kind="test.pay", payload={"marker": str(marker), "world": str(outside)})
    worker = world.start("drain", "--loop")
    world.wait_until(marker.exists, "the world was called")
    world.kill(worker)
    world.start("drain", "--loop")
    world.wait_until(lambda: Job.objects.filter(pk=job.pk, state="dead").exists(), "the job is dead")
    job.refresh_from_db()
    assert job.error_class == running.LOST
    assert outside.read_text().split() == ["pay"]


def test_sigterm_lets_the_running_job_finish_and_leaves_the_rest(world):
    for number in range(20):
        enqueue(key=f"job:{number}", kind="test.count", payload={"seconds": 0.3})
    worker = world.start("drain", "--loop")
    world.wait_until(lambda: world.effects().total() >= 2, "two jobs are done")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    done = Job.objects.filter(state="done").count()
    assert world.effects().total() == done < 20
    assert not Job.objects.filter(lease_until__isnull=False).exists()


def test_the_drain_leaves_a_sign_of_life(world):
    assert selectors.last_beat() is None
    world.start("drain", "--loop")
    world.wait_until(selectors.last_beat, "the drain shows up")


def test_a_broker_that_does_not_answer_costs_neither_the_job_nor_the_request(world):
    world.environment["CELERY_BROKER_URL"] = "redis://127.0.0.1:1/0"
    child = world.start("enqueue", "wake", "3")
    assert child.wait(60) == 0
    assert Job.objects.filter(state="ready").count() == 3
    assert "the broker does not answer" in (world.folder / "children.log").read_text()
    assert running.drain() == 3
    assert world.effects() == Counter([f"wake:{number}" for number in range(3)])


def test_several_drains_at_once_share_the_work_without_doubling_it(world):
    keys = [f"job:{number}" for number in range(90)]
    for key in keys:
        enqueue(key=key, kind="test.count", payload={})
    workers = [world.start("drain") for _number in range(3)]
    for worker in workers:
        assert worker.wait(90) == 0
    world.wait_until(lambda: running.drain() == 0 and world.all_done(), "what a busy database put off is done")
    assert world.effects() == Counter(keys)
