"""What steps and outcomes are called in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.text import localised
from workflows.tree import RECUSED, SCORED, START, Step, Tree

KIND_NAMES: dict[str, str | Promise] = {
    "form": _("Fill in"),
    "approval": _("Decide"),
    "score": _("Score"),
    "claim": _("Take on"),
    "notice": _("Public notice"),
    "branch": _("Choice"),
    "parallel": _("At the same time"),
    "wait": _("Wait"),
    "subcase": _("Start another flow"),
    "effect": _("Carry out"),
    "notify": _("Tell"),
    "end": _("End"),
}


def step_name(tree: Tree, step_id: str) -> str:
    """The name of a step, else what its kind is called."""
    if step_id == START:
        return localised(tree.start.get("name")) or str(_("Hand in"))
    step = tree.steps.get(step_id)
    return name_of(step) if step is not None else ""


def name_of(step: Step) -> str:
    """The name of a step as its document has it, else what its kind is called."""
    return localised(step.get("name")) or str(KIND_NAMES.get(step["kind"], step["id"]))


def outcome_label(outcome: Mapping[str, Any]) -> str:
    """What a button for the outcome says."""
    if "label" in outcome:
        return localised(outcome["label"])
    words = {"claimed": _("Take on"), "done": _("Done"), SCORED: _("Hand in my scores"), RECUSED: _("Recuse myself")}
    return str(words.get(outcome["id"], outcome["id"]))


RUNG_NAMES: dict[str, str | Promise] = {
    "remind": _("Remind"),
    "reassign": _("Give it to somebody else"),
    "up": _("Take it one unit up"),
    "outcome": _("Take a decision by itself"),
    "step": _("Go back to a step"),
    "widen": _("Open it to more"),
}


def ladder_words(deadline: Mapping[str, Any]) -> str:
    """What happens when a step is overdue, in a few words; "" when it only reminds."""
    found = [
        ngettext("%(days)d day late: %(what)s", "%(days)d days late: %(what)s", rung["after"])
        % {"days": rung["after"], "what": RUNG_NAMES.get(rung["do"], rung["do"])}
        for rung in deadline.get("overdue") or ()
        if isinstance(rung, Mapping) and isinstance(rung.get("after"), int) and isinstance(rung.get("do"), str)
    ]
    return str(_("; ")).join(found)
