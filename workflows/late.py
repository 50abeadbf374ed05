"""What people hear when the ladder of a deadline moves a task: those who had it, and why those have it who get it."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core.people.models import User
from workflows.announcements import values_of
from workflows.letters import FEW, task_path, write_users
from workflows.models import Task

if TYPE_CHECKING:
    from workflows.running import Run


PASSED_ON = lazy("It was due by %(due)s, so it has gone to somebody else. Nothing is left to do for you here.")
PASSED_BY = lazy("It was due by %(due)s, so it has gone on by itself. Nothing is left to do for you here.")


def passed_on(task: Task, users: list[User], run: "Run") -> None:
    """Those who had an overdue task hear that others have it now."""
    _write(task, users, PASSED_ON, run)


def passed_by(task: Task, users: list[User], run: "Run") -> None:
    """Those who had an overdue task hear that it went on without them."""
    _write(task, users, PASSED_BY, run)


def _write(task: Task, users: list[User], body: Any, run: "Run") -> None:
    with translation.override(settings.LANGUAGE_CODE):
        values = values_of(task, run)
        write_users(
            users if len(users) <= FEW else [],
            key=f"task-late:{task.pk}:{task.data.get('handed', 0)}",
            kind="task.passed_on",
            subject=_("No longer with you: %(step)s (%(number)s)") % values,
            body=str(body) % values,
            link=task_path(task),
            run=run,
        )
