"""The pack section of scenarios: what is done in a case of a flow of this load, and where that must lead."""

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cms.packs.applying import Loading
from cms.packs.demo_answers import check_answer
from cms.packs.sections import Checking, Row
from cms.packs.shapes import Key, Place, Shape, list_of, mapping, one_of, rows, slug, text, whole
from workflows.models import FlowDefinition, Scenario
from workflows.services.keeping_scenarios import expect_anew, keep_scenario

FILE = "demo/scenarios.yaml"
DEEDS = ("start", "act", "claim", "release", "object", "withdraw", "time", "child", "event", "retry")
SCENARIO: Shape = {
    "flow": Key(slug, required=True),
    "name": Key(text(80), required=True),
    "actions": Key(rows, required=True),
    "expect": Key(mapping, required=True),
}
ACTION: Shape = {
    "do": Key(one_of(*DEEDS), required=True),
    "step": Key(slug),
    "place": Key(whole(0, 99)),
    "who": Key(text(60)),
    "choice": Key(text(80)),
    "unit": Key(slug),
    "comment": Key(text(200)),
    "answers": Key(mapping),
}
EXPECTED: Shape = {"path": Key(list_of(text(90)), required=True), "open": Key(list_of(slug)), "result": Key(slug)}


def check_scenarios(checking: Checking) -> None:
    """`demo/scenarios.yaml`."""
    for place in checking.entries(FILE):
        row = place.checked(SCENARIO)
        checking.known.require("flow", row.get("flow"), place / "flow")
        actions = [_action(checking, place / "actions" / number) for number in range(len(row.get("actions", [])))]
        expected = (place / "expect").checked(EXPECTED)
        if checking.claim("scenario", f"{row.get('flow')}/{row.get('name')}", place / "name"):
            values = {"actions": actions, "expected": {"open": [], "result": "", **expected}}
            checking.add("scenarios", f"{row['flow']}/{row['name']}", {**row, **values}, place)


def _action(checking: Checking, place: Place) -> dict[str, Any]:
    action = place.checked(ACTION)
    for key, answer in (action.get("answers") or {}).items():
        check_answer(checking, place / "answers" / key, answer)
    if str(action.get("who", "")).startswith("login:"):
        checking.known.require("account", action["who"].removeprefix("login:"), place / "who")
    elif action.get("who", "guest") not in ("guest", "visitor"):
        (place / "who").refuse(format_lazy(_("who: guest, visitor or login:…, not “{who}”."), who=action["who"]))
    return action


def apply_scenarios(loading: Loading) -> None:
    """Keeps each scenario with its flow."""
    for row in loading.rows("scenarios"):
        with loading.told_at(row.place):
            _apply(loading, row)


def _apply(loading: Loading, row: Row) -> None:
    flow = FlowDefinition.objects.get(slug=row.values["flow"])
    name, wanted = row.values["name"], {key: row.values[key] for key in ("actions", "expected")}
    scenario = Scenario.objects.filter(flow=flow, name=name).first()
    loading.settle(
        "scenarios",
        row.key,
        wanted=wanted,
        current={key: getattr(scenario, key) for key in wanted} if scenario is not None else None,
        create=lambda: keep_scenario(flow=flow, name=name, **wanted, **loading.by),
        change=lambda _changes: expect_anew(scenario=loading.there(scenario), **wanted, **loading.by),
    )
