"""Why a case stays in its version, as sentences."""

from collections.abc import Sequence
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from core.text import localised
from workflows.names import step_name
from workflows.tree import Tree
from workflows.versions.sides import Side
from workflows.versions.verdict import Reason

SENTENCES: Final[dict[str, Promise]] = {
    "gone": lazy("It is at “%(step)s”, which the new version does not have."),
    "other_kind": lazy("It is at “%(step)s”, which is of another kind in the new version."),
    "elsewhere": lazy("It is at “%(step)s”, which stands inside another block in the new version."),
    "skipped": lazy("It is already past the place where “%(step)s” comes in the new version, and would skip it."),
    "again": lazy("“%(step)s” is done already and comes later in the new version, so it would be done twice."),
    "round": lazy("“%(step)s” is under way, and the new version changes its terms in the middle of it."),
    "claim": lazy("What was taken on at “%(step)s” could not be given back by the rules of the new version."),
    "not_asked": lazy("“%(step)s” needs an answer (%(part)s) for which this case was not asked."),
    "not_claimed": lazy("“%(step)s” goes to whoever took it on at “%(part)s”, which nobody did in this case."),
    "outcome": lazy("“%(step)s” depends on a decision at “%(part)s” that the new version does not know."),
    "over": lazy("It is over."),
    "already": lazy("It is in this version already."),
    "broken": lazy("Its version or the new one cannot be read."),
    "other_flow": lazy("It belongs to another flow."),
    "held": lazy("It is on hold. Please resume it first."),
    "busy": lazy("Somebody was working on it. Please start moving once more for what is left."),
    "failed": lazy("Something unexpected happened, so it was left as it was. The technical log says more."),
}


def sentence(reason: Reason, old: Tree | None, new: Side) -> str:
    """One reason in the reader's language."""
    values = {"step": _name(reason.step_id, old, new), "part": reason.part}
    if reason.code == "not_asked":
        source, _dot, key = reason.part.partition(".")
        values["part"] = f"{_name(source, old, new)} · {new.label(source, key)}"
    elif reason.part:
        values["part"] = _name(reason.part, old, new)
    return str(SENTENCES[reason.code]) % values


def sentences(found: Sequence[Reason], old: Tree | None, new: Side) -> list[str]:
    """All of them."""
    return [sentence(one, old, new) for one in found]


def _name(step_id: str, old: Tree | None, new: Side) -> str:
    named = localised(new.tree.steps.get(step_id, {}).get("name"))
    return named or (step_name(old, step_id) if old is not None else "") or new.step(step_id)
