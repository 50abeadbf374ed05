"""Keeping scenarios with a flow: from a rehearsal or a pack, expecting something else, and dropping them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.audit.services import record
from core.exceptions import Conflict, Invalid, NotFound
from core.rights import require
from workflows.lengths import fitting
from workflows.models import FlowDefinition, Scenario

LONGEST_NAME = 80
CHANGE = "workflows.change_flowdefinition"
NAME_NEEDED = _("Please give the scenario a name, so that others know what it is about.")
NAME_TAKEN = _("This flow has a scenario of that name already. Please choose another name.")
NOTHING_DONE = _("Nothing was done in this rehearsal yet. Start a case first, then keep it as a scenario.")


@transaction.atomic
def keep_scenario(
    *,
    flow: FlowDefinition,
    name: str,
    actions: Sequence[Mapping[str, Any]],
    expected: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> Scenario:
    """Keep a scenario; docs/flows.md has its parts. Raises: NotAllowed; Invalid; Conflict for a name in use."""
    require(actor, CHANGE)
    name = fitting(name, LONGEST_NAME, "name")
    if not name:
        raise Invalid(NAME_NEEDED, code="name_missing")
    if not actions:
        raise Invalid(NOTHING_DONE, code="nothing_done")
    values = {"actions": list(actions), "expected": dict(expected), "created_at": now}
    try:
        with transaction.atomic():
            scenario = Scenario.objects.create(flow=flow, name=name, **values)
    except IntegrityError as error:
        raise Conflict(NAME_TAKEN, code="name_taken") from error
    record(actor=actor, verb="scenario.kept", obj=scenario, now=now)
    return scenario


@transaction.atomic
def expect_anew(
    *, scenario: Scenario, expected: Mapping[str, Any], actor: Actor, now: datetime, actions: Any = None
) -> Scenario:
    """Expect from now on where the flow leads today; `actions` when these change too. Raises: NotAllowed."""
    require(actor, CHANGE)
    scenario.expected = dict(expected)
    scenario.actions = scenario.actions if actions is None else list(actions)
    scenario.save(update_fields=["expected", "actions"])
    record(actor=actor, verb="scenario.changed", obj=scenario, now=now)
    return scenario


@transaction.atomic
def drop_scenario(*, scenario_id: int, flow: FlowDefinition, actor: Actor, now: datetime) -> None:
    """Forget a scenario of a flow. Raises: NotAllowed; NotFound."""
    require(actor, CHANGE)
    scenario = Scenario.objects.filter(pk=scenario_id, flow=flow).first()
    if scenario is None:
        raise NotFound
    record(actor=actor, verb="scenario.dropped", obj=scenario, now=now)
    scenario.delete()
