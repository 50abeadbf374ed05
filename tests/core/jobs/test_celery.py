"""Real Celery workers with Redis: messages may be lost, doubled or late, workers may be killed; the rows decide."""

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import transaction
from redis import Redis

from core.celery import app
from core.jobs import selectors
from core.jobs.models import Job
from core.jobs.services import enqueue

pytestmark = [pytest.mark.django_db, pytest.mark.celery, pytest.mark.timeout(300)]

BROKER = os.environ.get("CELERY_BROKER_URL", "")  # these tests are selected when it is set
OUR_KEYS = ("fast", "notify", "bulk", "unacked", "unacked_index", "unacked_mutex")


@pytest.fixture
def broker(world) -> Iterator[str]:
    """Redis with empty queues, which the children use; it must be there."""
    redis = Redis.from_url(BROKER, socket_timeout=5)
    redis.delete(*OUR_KEYS)
    world.environment["CELERY_BROKER_URL"] = BROKER
    yield BROKER
    world.kill_all()
    redis.delete(*OUR_KEYS)
    redis.close()


def start_worker(world, *options: str):
    include = ("--include", "tests.core.jobs.registered")
    return world.start_module("celery", "-A", "core.celery", "worker", "--concurrency", "2", *include, *options)


def with_beat(world) -> tuple[str, ...]:
    return ("--beat", "--schedule", str(world.folder / "beat"))


def send(job: Job) -> None:
    """One message, as a worker would get it, whatever the row says."""
    with app.connection_for_write(BROKER) as link:
        app.send_task("core.celery.run_job", args=[job.pk], queue=job.queue, connection=link)


def test_a_job_runs_when_its_transaction_has_committed(world, broker):
    start_worker(world)
    assert world.start("enqueue", "wake", "20").wait(60) == 0
    world.wait_until(lambda: world.effects().total() >= 20 and world.all_done(), "all jobs are done")
    assert world.effects() == Counter(f"wake:{number}" for number in range(20))


def test_doubled_and_late_messages_do_nothing(world, broker):
    keys = [f"job:{number}" for number in range(20)]
    jobs = [enqueue(key=key, kind="test.count", payload={"seconds": 0.02}) for key in keys]
    for job in jobs:
        send(job)
        send(job)
    start_worker(world)
    world.wait_until(world.all_done, "all jobs are done")
    for job in jobs:  # late
        send(job)
    last = enqueue(key="last", kind="test.count", payload={})
    send(last)
    world.wait_until(world.all_done, "the last job is done")
    assert world.effects() == Counter([*keys, "last"])
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}


def test_the_sweep_finds_jobs_whose_messages_were_lost(world, broker):
    keys = [f"job:{number}" for number in range(10)]
    with transaction.atomic():
        for key in keys:  # no broker in this process: nobody is woken
            enqueue(key=key, kind="test.count", payload={})
    start_worker(world, *with_beat(world))
    world.wait_until(world.all_done, "beat swept and all jobs are done")
    assert world.effects() == Counter(keys)
    world.wait_until(selectors.last_beat, "the sweep left its sign of life")


def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(world, broker):
    keys = [f"job:{number}" for number in range(40)]
    for key in keys:
        send(enqueue(key=key, kind="test.count", payload={"seconds": 0.05}))
    worker = start_worker(world)
    world.wait_until(lambda: world.effects().total() >= 10, "ten jobs are done")
    world.kill(worker)
    assert not world.all_done()
    start_worker(world, *with_beat(world))
    world.wait_until(world.all_done, "all jobs are done")
    assert world.effects() == Counter(keys)
