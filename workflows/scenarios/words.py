"""What came of a scenario, in sentences with the names of the flow's steps and outcomes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from workflows.names import outcome_label, step_name
from workflows.results import result_name
from workflows.scenarios.playing import Verdict
from workflows.tree import Tree, outcomes_of


def sentence_of(verdict: Verdict, document: Mapping[str, Any], actions: Sequence[Mapping[str, Any]]) -> str:
    """Where and how it went another way; "" when it did not."""
    tree = Tree(document)
    values = {"number": verdict.at + 1, "expected": verdict.expected, "came": verdict.came, "why": verdict.sentence}
    if verdict.code == "refused":
        where = {"step": step_name(tree, str(actions[verdict.at].get("step") or "start"))}
        return _("Action %(number)d (%(step)s) is refused: %(why)s") % {**values, **where}
    if verdict.code == "unplayable":
        return _("Action %(number)d cannot be played here: somebody or something that it names is not there.") % values
    if verdict.code == "other_path":
        steps = {name: visit_name(tree, getattr(verdict, name)) or _("nothing") for name in ("expected", "came")}
        return _("As number %(number)d came “%(came)s”; expected was “%(expected)s”.") % {**values, **steps}
    if verdict.code == "other_result":
        ends = {name: _end(document, getattr(verdict, name)) for name in ("expected", "came")}
        return _("It ends with “%(came)s”; expected was “%(expected)s”.") % ends
    if verdict.code == "other_wait":
        waits = {name: _steps(tree, getattr(verdict, name)) for name in ("expected", "came")}
        return _("It waits at “%(came)s”; expected was “%(expected)s”.") % waits
    return ""


def visit_name(tree: Tree, visit: str) -> str:
    """`verify:verified` as 核实：属实."""
    step_id, _colon, outcome = visit.partition(":")
    name = step_name(tree, step_id) or step_id
    step = tree.steps.get(step_id, {"id": step_id, "kind": "form"})
    labels = {one["id"]: outcome_label(one) for one in outcomes_of(step) if "label" in one}
    return f"{name}：{labels[outcome]}" if outcome in labels else name


def _end(document: Mapping[str, Any], result: str) -> str:
    return result_name(document, result) if result else _("no end yet")


def _steps(tree: Tree, steps: str) -> str:
    return "、".join(step_name(tree, one) or one for one in steps.split()) or _("nothing")
