"""The inbox as one statement: per candidate key the newest few rows of an index, merged, then the page of them.

On PostgreSQL its cost depends on the number of keys and the page size, never on the backlog. The states are literals:
it cannot match a partial index against a parameter.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from core.actors import Actor
from core.promises.selectors import public_texts
from workflows.access import keys_of
from workflows.delegations import is_delegated
from workflows.models import StepClaim, Task
from workflows.names import step_name
from workflows.pauses import is_held
from workflows.places import Standing, offers_with_place, standings
from workflows.substitutes import absent_of
from workflows.time_limits import limit_of, sooner

MOST_COUNTED = 100
OWNED = (
    "SELECT created, id FROM workflows_task WHERE owner_id = %s AND flow_task_type = 'HUMAN'"
    " AND status IN ('NEW', 'ASSIGNED'){later} ORDER BY created DESC, id DESC LIMIT %s"
)
TAKEN = "SELECT created, id FROM workflows_task WHERE id IN ({pks}){later} ORDER BY created DESC, id DESC LIMIT %s"
# SQLite has no LATERAL; its installations are small, so it may sort what is open for the actor.
PER_KEY = {
    "postgresql": "SELECT x.* FROM unnest(%s) AS k CROSS JOIN LATERAL (SELECT created, task_id"
    " FROM workflows_taskcandidate WHERE key = k{later} ORDER BY created DESC, task_id DESC LIMIT %s) AS x",
    "sqlite": "SELECT DISTINCT created, task_id FROM workflows_taskcandidate"
    " WHERE key IN (SELECT value FROM json_each(%s)){later} ORDER BY created DESC, task_id DESC LIMIT %s",
}
Cursor = tuple[datetime, int]  # (created, primary key) of the last row of a page


@dataclass(frozen=True)
class InboxRow:
    """One open task as the inbox lists it. `is_mine`: the actor holds it already; `why`: code and parameters.

    `is_asked`: he was only asked for his opinion; `sent_back`: the case came back to this step; `is_held`: its case
    is on hold, so that no deadline runs; `for_whom`: who has it in hand and is away; `offer`: how an offer with
    places stands.
    """

    task_id: int
    case_id: int
    number: str
    case_title: str
    version_id: int
    flow_slug: str
    flow_title: dict[str, Any] | str
    step_id: str
    step_name: str
    kind: str
    unit_id: int
    unit_name: str
    created: datetime
    due_at: datetime | None
    is_overdue: bool
    is_mine: bool
    is_returned: bool
    why: dict[str, Any]
    urged: int = 0
    is_asked: bool = False
    sent_back: bool = False
    is_held: bool = False
    for_whom: str = ""
    offer: Standing | None = None

    @property
    def cursor(self) -> Cursor:
        """What to pass as `before` for the page after this row."""
        return self.created, self.task_id


def inbox(
    actor: Actor, *, scope: str = "all", before: Cursor | None = None, limit: int = 20, now: datetime | None = None
) -> list[InboxRow]:
    """The newest open tasks of the actor. `scope`: `mine` he holds, `pool` he may take, `all` both.

    An offer at which he has a place, or somebody for whom he acts, is his, although it is open to others still.
    """
    moment = now or timezone.now()
    ids = [pk for _created, pk in _newest(actor, scope, before, limit, moment)]
    tasks = Task.objects.select_related(
        "process__version__definition", "process__unit", "process__time_limit", "owner__member"
    ).in_bulk(ids)
    stand = standings(tasks.values(), actor.user, timezone.localdate(moment))
    # Those who may claim read no more than the board shows: what was handed in is not theirs yet.
    offered = {task.process_id for task in tasks.values() if task.why.get("code") == "pool"}
    titles = dict.fromkeys(offered, "") | public_texts(offered)
    return [_row(tasks[pk], actor, moment, titles, stand.get(pk)) for pk in ids if pk in tasks]


def open_count(actor: Actor, *, now: datetime | None = None) -> int:
    """How many open tasks wait for the actor, counted up to 100."""
    return len(_newest(actor, "all", None, MOST_COUNTED, now or timezone.now()))


def _newest(actor: Actor, scope: str, before: Cursor | None, limit: int, now: datetime) -> list[tuple[datetime, int]]:
    parts: list[str] = []
    params: list[Any] = []
    moment = [connection.ops.adapt_datetimefield_value(before[0]), before[1]] if before is not None else []
    owners = owners_for(actor, timezone.localdate(now)) if scope in ("all", "mine") else []
    for owner in owners:
        later = " AND (created, id) < (%s, %s)" if before is not None else ""
        parts.append(OWNED.format(later=later))
        params += [owner, *moment, limit]
    on = timezone.localdate(now)
    taken = offers_with_place(actor.user, on) if actor.user is not None and scope in ("mine", "pool") else []
    if taken and scope == "mine":
        later = " AND (created, id) < (%s, %s)" if before is not None else ""
        parts.append(TAKEN.format(later=later, pks=", ".join(map(str, taken))))
        params += [*moment, limit]
    keys = keys_of(actor, on) if scope in ("all", "pool") else []
    if keys:
        later = " AND (created, task_id) < (%s, %s)" if before is not None else ""
        if taken:
            later += f" AND task_id NOT IN ({', '.join(map(str, taken))})"
        parts.append(PER_KEY[connection.vendor].format(later=later))
        given = keys if connection.vendor == "postgresql" else json.dumps(keys)
        params += [given, *moment, limit]
    if not parts:
        return []
    # UNION, not UNION ALL: a task may be open to several keys of one person.
    merged = " UNION ".join(f"SELECT * FROM ({part}) AS p{n}" for n, part in enumerate(parts))  # noqa: S608  # literals
    with connection.cursor() as cursor:
        cursor.execute(f"{merged} ORDER BY 1 DESC, 2 DESC LIMIT %s", [*params, limit])
        return [(row[0], row[1]) for row in cursor.fetchall()]


def owners_for(actor: Actor, on: date) -> list[int]:
    """Whose tasks the actor may do: his own, and those of whom he stands in for."""
    if actor.user is None:
        return []
    return [actor.user.pk, *(one.pk for one in absent_of(actor.user, on))]


def _row(task: Task, actor: Actor, now: datetime, titles: dict[int, str], offer: Standing | None) -> InboxRow:
    case = task.process
    flow = case.flow_class
    has_place = offer is not None and offer.mine == StepClaim.HELD  # by when others take it on is not his to see to
    due_at = None if is_held(case) or has_place else sooner(task.due_at, limit_of(case))
    return InboxRow(
        task_id=task.pk,
        case_id=case.pk,
        number=case.number,
        case_title=titles.get(case.pk, case.title),
        version_id=case.version_id,
        flow_slug=case.version.slug,
        flow_title=case.version.document.get("title") or case.version.definition.title,
        step_id=task.step_id,
        step_name=step_name(flow.tree, task.step_id) if flow is not None else task.step_id,
        kind=str(flow.tree.steps.get(task.step_id, {}).get("kind", "")) if flow is not None else "",
        unit_id=case.unit_id,
        unit_name=case.unit.name,
        created=task.created,
        due_at=due_at,
        is_overdue=due_at is not None and due_at < now,
        is_mine=has_place or (task.owner_id is not None and task.owner_id == actor.user_id),
        is_returned=task.step_id == "start",
        why=task.why,
        urged=int(task.data.get("urged", 0)),
        is_asked=is_delegated(task),
        sent_back="sent_back" in task.data,
        is_held=is_held(case),
        for_whom=task.owner.display_name if task.owner_id not in (None, actor.user_id) and task.owner else "",
        offer=offer,
    )
