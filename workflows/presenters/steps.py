"""The steps of a case, one row each, in sentences: what is done, where it is now, what comes next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.templatetags.dandelion import day, moment
from workflows.names import outcome_label
from workflows.outline import BEHIND, UNNUMBERED, Node, all_nodes, nodes_of, state_word
from workflows.selectors import StepProgress
from workflows.tree import START, Tree, outcomes_of, own_form_key
from workflows.whereabouts import sentence_of


@dataclass(frozen=True)
class StepRow:
    """One step in the list of steps. `lines`: whole sentences below its name."""

    name: str
    state: str
    lines: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether it is behind."""
        return self.state in BEHIND

    @property
    def is_here(self) -> bool:
        """Whether the case is here now."""
        return self.state == "current"

    @property
    def css(self) -> str:
        """The class of its list item."""
        return {"done": "is-done", "passed": "is-done", "current": "is-now"}.get(self.state, "is-next")

    @property
    def word(self) -> str:
        """Its state in a word, for those who listen."""
        return state_word(self.state)


def step_rows(progress: Sequence[StepProgress], *, mine: frozenset[str] = frozenset()) -> list[StepRow]:
    """The steps that were, are or will be; ways not taken and what the system does are left to the picture.

    `mine`: steps that wait for the reader himself.
    """
    return [
        StepRow(step.name, step.state, _lines(step, is_mine=step.step_id in mine))
        for step in progress
        if step.state != "skipped" and step.kind not in UNNUMBERED
    ]


def _lines(step: StepProgress, *, is_mine: bool) -> tuple[str, ...]:
    if step.state in BEHIND:
        if step.at is None:
            return (step.with_whom,) if step.with_whom else ()
        if step.with_whom:
            return (_("%(day)s, %(whom)s") % {"day": day(step.at), "whom": step.with_whom},)
        return (day(step.at),)
    if step.state == "current":
        return tuple(_current_lines(step, is_mine=is_mine))
    if step.is_conditional:
        return (_("Only if it is needed"),)
    return (step.with_whom,) if step.with_whom else ()


def _current_lines(step: StepProgress, *, is_mine: bool) -> list[str]:
    lines = []
    if is_mine:
        lines.append(_("It is waiting for you."))
    elif step.kind == "notice" and not step.with_whom:
        lines.append(sentence_of(step))
        return lines
    elif step.kind in ("claim", "wait", "subcase"):
        lines.append(sentence_of(step))
    elif step.with_whom:
        lines.append(_("It is now with: %(whom)s.") % {"whom": step.with_whom})
    lines += step.tally
    if step.at is not None:
        lines.append(_("There since %(day)s.") % {"day": day(step.at)})
    if step.due_at is not None and step.kind not in ("claim", "wait"):
        lines.append(_("To be answered by %(moment)s at the latest.") % {"moment": moment(step.due_at)})
    return [line for line in lines if line]


def steps_ahead(document: Mapping[str, Any]) -> list[StepRow]:
    """What a case of this flow will or may go through, for somebody who is about to start one."""
    return list(_ahead(nodes_of(document, {}), is_conditional=False))


def _ahead(nodes: Sequence[Node], *, is_conditional: bool) -> Iterator[StepRow]:
    lines = (_("Only if it is needed"),) if is_conditional else ()
    for node in nodes:
        if node.kind not in UNNUMBERED:
            yield StepRow(node.name, "current" if node.id == START else "next", lines)
        for arm in node.arms:
            yield from _ahead(arm.nodes, is_conditional=is_conditional or node.kind == "branch")


def states_of(progress: Sequence[StepProgress]) -> dict[str, str]:
    """Step id → state, for the picture."""
    return {step.step_id: step.state for step in progress}


def names_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Step id → name in the reader's language, those inside branches included."""
    names = {node.id: node.name for node in all_nodes(nodes_of(document, {}, with_automatic=True))}
    for step in Tree(document).walk():
        for outcome in outcomes_of(step):
            if outcome.get("form"):
                name = f"{names.get(step['id'], step['id'])} · {outcome_label(outcome)}"
                names[own_form_key(step["id"], outcome["id"])] = name
    return names
