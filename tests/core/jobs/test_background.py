"""Wagtail's background work as job rows."""

import pytest
from django_tasks import task
from wagtail.models import Page
from wagtail.search import index

from core.jobs import running
from core.jobs.models import Job

pytestmark = pytest.mark.django_db

CALLS: list[tuple[str, bool]] = []


@task()
def note(word: str, *, loud: bool = False) -> None:
    CALLS.append((word, loud))


@task()
def stumble() -> None:
    raise RuntimeError("13800000000")


def test_a_task_is_a_row_and_runs_when_the_row_does():
    CALLS.clear()
    result = note.enqueue("hello", loud=True)
    job = Job.objects.get(key=f"background:{result.id}")
    assert job.payload["args"] == ["hello"]
    assert CALLS == []
    running.drain()
    assert CALLS == [("hello", True)]
    job.refresh_from_db()
    assert job.state == "done"


def test_a_task_that_fails_is_seen_and_tried_again():
    stumble.enqueue()
    running.drain()
    job = Job.objects.get()
    assert (job.state, job.error_class) == ("ready", "RuntimeError")


def test_a_payload_that_names_no_task_runs_nothing():
    job = Job.objects.create(
        key="x", kind="background", payload={"task": "os.getcwd", "args": [], "kwargs": {}}, run_at="2020-01-01T00:00Z"
    )
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error_class) == ("ready", "LookupError")


def test_saving_a_page_leaves_its_indexing_to_a_job():
    root = Page.objects.filter(depth=1).first()
    page = root.add_child(instance=Page(title="读报会", slug="read"))
    kinds = set(Job.objects.values_list("kind", flat=True))
    assert kinds == {"background"}
    running.drain()
    assert not Job.objects.exclude(state="done").exists()
    assert index.get_indexed_instance(page) is not None
