"""Writes messages about a case: to logins, and to the guest who left an e-mail address; texts never name anybody."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation
from django.utils.timezone import localdate

from core.people.models import User
from core.text import localised
from notifications.placeholders import render
from notifications.services import Letter
from workflows.assignees import RULES, Asked, persons_behind
from workflows.claims import steps_of
from workflows.models import Case, Task
from workflows.tree import Step, props_of

if TYPE_CHECKING:
    from workflows.running import Run

FEW = 20  # more people than this are not written to one by one: the task waits in their inboxes
PLACEHOLDERS = frozenset({"case.number", "flow.title", "unit.name"})

# Paths without a language prefix lead every reader to his own language.
STATUS_PATH = "/status/"


def case_path(case: Case) -> str:
    """The page of a case."""
    return f"/case/{case.pk}/"


def task_path(task: Task) -> str:
    """The page of a task."""
    return f"/task/{task.pk}/"


def flow_title(case: Case) -> str:
    """The title of the case's flow."""
    return str(case.version.title)


def placeholder_values(case: Case) -> dict[str, str]:
    """What the placeholders stand for that designers may write, in the reader's language."""
    return {"case.number": case.number, "flow.title": flow_title(case), "unit.name": case.unit.name}


def write_users(users: Iterable[User], *, key: str, kind: str, subject: str, body: str, link: str, run: "Run") -> None:
    """One message to each of them, when the work on the case is done; texts in the language of this moment."""
    subject, body = str(subject), str(body)
    run.letters += [Letter(f"{key}:{user.pk}", kind, subject, body, link, user) for user in users]


def write_guest(*, key: str, kind: str, subject: str, body: str, run: "Run") -> None:
    """An e-mail to the guest of the case, if he left an address."""
    if run.guest is not None and run.guest.email:
        run.letters.append(Letter(f"{key}:guest", kind, str(subject), str(body), STATUS_PATH, email=run.guest.email))


def write_starter(*, key: str, kind: str, subject: str, body: str, run: "Run") -> None:
    """To whoever started the case, by login or by e-mail."""
    starter = run.case.starter
    if starter is not None:
        write_users([starter], key=key, kind=kind, subject=subject, body=body, link=case_path(run.case), run=run)
    write_guest(key=key, kind=kind, subject=subject, body=body, run=run)


def receivers(wanted: Any, run: "Run") -> tuple[list[User], bool]:
    """(logins, whether the guest too) for one entry of a notify step's `to`."""
    case = run.case
    if wanted == "guest":
        return [], True
    if wanted == "starter":
        return ([case.starter] if case.starter is not None else []), True
    if wanted == "claimant":
        wanted = {"rule": "claimant", "step": next(iter(steps_of(case)), "")}
    found = RULES[wanted["rule"]](wanted, Asked(case, frozenset(), localdate(run.now)))
    keys = [*found.keys, *(f"user:{pk}" for pk in found.users)]
    keys += [held.key for held in found.roles]
    return persons_behind(keys, localdate(run.now)), f"guest:{case.pk}" in keys


def send_step(step: Step, task: Task, run: "Run") -> None:
    """The message of a notify step, with its placeholders filled; once per task."""
    case, props = run.case, props_of(step)
    with translation.override(settings.LANGUAGE_CODE):
        values = placeholder_values(case)
        subject = render(localised(props["subject"]), values)
        body = render(localised(props.get("body")), values)
    # A notify step has no row before it is finished; its predecessor and its id name it.
    key = f"flow:{case.pk}:{step['id']}:{task.previous_task_id}"
    users: dict[int, User] = {}
    to_guest = False
    for wanted in props["to"]:
        logins, guest = receivers(wanted, run)
        users.update({user.pk: user for user in logins})
        to_guest = to_guest or guest
    write_users(users.values(), key=key, kind="flow.step", subject=subject, body=body, link=case_path(case), run=run)
    if to_guest:
        write_guest(key=key, kind="flow.step", subject=subject, body=body, run=run)
    run.told_starter = run.told_starter or to_guest or case.starter_id in users
