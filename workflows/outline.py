"""A flow document as nested ordered lists with the state of each step: the twin of the picture in diagram.py."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from core.events import EVENTS
from core.text import localised
from workflows.names import KIND_NAMES, ladder_words

AUTOMATIC: Final = frozenset({"effect", "notify"})
UNNUMBERED: Final = AUTOMATIC | {"branch", "parallel", "end"}
STATE_WORDS: Final = {
    "done": lazy("Done"),
    "passed": lazy("Passed by itself"),
    "current": lazy("In progress"),
    "next": lazy("Not yet"),
    "skipped": lazy("Not taken"),
    "added": lazy("Added"),
    "removed": lazy("Removed"),
    "moved": lazy("Moved"),
    "changed": lazy("Changed"),
}
TOGETHER_WORDS: Final = {
    "any": lazy("one agreement is enough"),
    "all": lazy("all must agree"),
    "in_turn": lazy("one after the other"),
}
BEHIND: Final = frozenset({"done", "passed"})  # what a case has left behind itself
MARKS: Final = frozenset({"added", "removed", "moved", "changed"})  # what two versions differ in


@dataclass
class Node:
    """One step as it is drawn. `state`: done, passed, current, next, skipped, one of `MARKS` or "".

    `heat`: 0 to 3, where work piles up.
    """

    id: str
    kind: str
    number: str
    name: str
    state: str
    detail: str = ""
    back_to: str = ""
    arms: list["Arm"] = field(default_factory=list)
    heat: int = 0


@dataclass
class Arm:
    """One way through a branch or one lane of a parallel block."""

    name: str
    nodes: list[Node]

    @property
    def ends(self) -> bool:
        """Whether nothing comes after it."""
        if not self.nodes:
            return False
        last = self.nodes[-1]
        return last.kind == "end" or (bool(last.arms) and all(arm.ends for arm in last.arms))

    @property
    def is_taken(self) -> bool:
        """Whether the case went or goes this way."""
        return any(node.state in {*BEHIND, "current"} for node in self.nodes)


def outline(document: Mapping[str, Any], states: Mapping[str, str], *, with_automatic: bool = False) -> SafeString:
    """The flow as nested ordered lists, for phones and screen readers; see `diagram.svg` for the arguments."""
    items = _list(nodes_of(document, states, with_automatic=with_automatic))
    return mark_safe(items)  # noqa: S308 – every text is escaped where it is added


def nodes_of(document: Mapping[str, Any], states: Mapping[str, str], *, with_automatic: bool = False) -> list[Node]:
    """The tree as it is drawn: localised, numbered, with the state of each step."""
    steps = document.get("steps", [])
    numbers = {step_id: str(number) for number, step_id in enumerate(["start", *_numbered(steps)], start=1)}
    name = localised(document.get("start", {}).get("name")) or _("Hand in")
    start = Node("start", "start", "1", name, states.get("start", ""), kind_name("form"))
    return [start, *_nodes(steps, states, numbers, with_automatic)]


def _shown(steps: list[dict[str, Any]], with_automatic: bool) -> Iterator[dict[str, Any]]:
    return (step for step in steps if with_automatic or step["kind"] not in AUTOMATIC)


def _numbered(steps: list[dict[str, Any]]) -> Iterator[str]:
    """Ids of the steps that get a number, in reading order: those on which somebody works or waits."""
    for step in steps:
        if step["kind"] not in UNNUMBERED:
            yield step["id"]
        for branch in step.get("branches", []):
            yield from _numbered(branch.get("steps", []))


def _nodes(
    steps: list[dict[str, Any]], states: Mapping[str, str], numbers: Mapping[str, str], with_automatic: bool
) -> list[Node]:
    return [
        Node(
            id=step["id"],
            kind=step["kind"],
            number=numbers.get(step["id"], ""),
            name=localised(step.get("name")) or kind_name(step["kind"]),
            state=states.get(step["id"], ""),
            detail=_detail(step),
            back_to=_back_to(step, numbers),
            arms=[
                Arm(
                    _arm_name(branch, step["kind"]),
                    _nodes(branch.get("steps", []), states, numbers, with_automatic),
                )
                for branch in step.get("branches", [])
            ],
        )
        for step in _shown(steps, with_automatic)
    ]


def kind_name(kind: str) -> str:
    """What a step of this kind is called where it has no name of its own."""
    return str(KIND_NAMES.get(kind, kind))


def _detail(step: Mapping[str, Any]) -> str:
    props = step.get("props", {})
    if step["kind"] == "wait" and props.get("event") in EVENTS:
        return str(EVENTS[props["event"]].label)
    if step["kind"] == "wait" and isinstance(props.get("days"), int):
        return _days(props)
    if step["kind"] == "notice" and isinstance(props.get("days"), int):
        return _("posted for %(days)s") % {"days": _days(props)}
    deadline, together = props.get("deadline"), together_words(props)
    if not isinstance(deadline, dict):
        return together or kind_name(step["kind"])
    within, late = _("within %(days)s") % {"days": _days(deadline)}, ladder_words(deadline)
    within = _("%(within)s; %(late)s") % {"within": within, "late": late} if late else within
    return _("%(together)s, %(within)s") % {"together": together, "within": within} if together else within


def together_words(props: Mapping[str, Any]) -> str:
    """How several decide together, in a few words; "" where one decides alone."""
    mode = props.get("mode")
    if mode == "quorum":
        return _("%(need)s must agree") % {"need": props.get("need", 1)}
    if mode == "ratio":
        return _("%(percent)s%% must agree") % {"percent": props.get("percent", 100)}
    return str(TOGETHER_WORDS.get(str(mode), ""))


def _days(limit: Mapping[str, Any]) -> str:
    days = int(limit.get("days", 0))
    if limit.get("calendar", "working") == "working":
        return ngettext("%(days)d working day", "%(days)d working days", days) % {"days": days}
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def _back_to(step: Mapping[str, Any], numbers: Mapping[str, str]) -> str:
    """Number of the step to which this one may send back for correction, or ""."""
    for outcome in step.get("outcomes", []):
        verb, _colon, target = str(outcome.get("effect", "")).partition(":")
        if verb == "return":
            return numbers.get(target, "")
    return ""


def _arm_name(branch: Mapping[str, Any], kind: str) -> str:
    named = localised(branch.get("name"))
    if named or kind == "parallel":
        return named
    return _("Otherwise") if branch.get("default") else ""


def summary(nodes: list[Node]) -> str:
    """One sentence: how far it is and where it is now."""
    current = [node.name for node in all_nodes(nodes) if node.state == "current"]
    done = sum(1 for node in all_nodes(nodes) if node.state in BEHIND)
    if current:
        return _("%(done)d steps are done; now at: %(names)s.") % {"done": done, "names": _("; ").join(current)}
    return _("The way this takes, step by step.")


def all_nodes(nodes: list[Node]) -> Iterator[Node]:
    """Every step of the tree, those inside arms included."""
    for node in nodes:
        yield node
        for arm in node.arms:
            yield from all_nodes(arm.nodes)


def state_word(state: str) -> str:
    """The state of a step in a word, so that colour never speaks alone."""
    return str(STATE_WORDS.get(state, ""))


def _list(nodes: list[Node]) -> str:
    return '<ol class="flow-list">' + "".join(_item(node) for node in nodes) + "</ol>"


def _item(node: Node) -> str:
    here = ' aria-current="step"' if node.state == "current" else ""
    word = state_word(node.state) if node.state != "next" else ""
    parts = [
        f'<li class="flow-list__step is-{node.state or "plain"}"{here}>',
        f'<span class="flow-list__number">{node.number}</span> <b>{escape(node.name)}</b>',
        f' <span class="muted">{escape(node.detail)}</span>' if node.detail and node.detail != node.name else "",
        f' <span class="tag flow-list__state">{escape(word)}</span>' if word else "",
        f' <span class="flow-list__back">{escape(back_text(node))}</span>' if node.back_to else "",
    ]
    if node.arms:
        parts += ['<ul class="flow-list__arms">', *(_arm_item(arm) for arm in node.arms), "</ul>"]
    return "".join(parts) + "</li>"


def _arm_item(arm: Arm) -> str:
    name = f"<b>{escape(arm.name)}</b>" if arm.name else ""
    return f"<li>{name}{_list(arm.nodes) if arm.nodes else ' ' + escape(_('goes on directly'))}</li>"


def back_text(node: Node) -> str:
    """Says to which step this one may send back."""
    return _("may go back to %(number)s") % {"number": node.back_to}
