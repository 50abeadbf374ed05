"""May a running case move to another version, and if not, why? Plain Python over two trees and what the case did.

A case moves when what it did could just as well have happened in the new version: it stands at the same steps inside
the same blocks, has passed exactly what the new version puts before them, and was asked for all that lies ahead. Then
it can go on to its end by the rules of the new version alone.
Source: state compliance of process instances (ADEPT), on trees.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from workflows.claimant_facts import is_fact
from workflows.kinds import is_field
from workflows.separation_checks import APART
from workflows.tree import START, Step, Tree, assignees_of, effect_of, outcomes_of, props_of

BLOCKS: Final = ("branch", "parallel")
OUTCOMES: Final = "outcomes"
FREE: Final = frozenset({"form", "approval", "claim", "effect", "notify"})  # kinds whose open task follows new rules
SOFT: Final = frozenset({"help", "deadline", "copy_to", *APART, "assignee", "form", "inputs"})
NAMES_OF_OTHERS: Final = frozenset({"effect", "on_claim", "on_release", "on_widen", "event", "subject", "body", "help"})
Way = tuple[str, str]  # a block and one of its ways
Chain = tuple[Way, ...]
Kinds = Mapping[str, Mapping[str, str]]  # step → field key → kind of field


@dataclass(frozen=True)
class Trace:
    """What a case did in its present round. `open`: steps under way; `failed`: those of them whose effect failed;
    `done`: finished; `claims`: held; `asked`: fields by step as they were asked.
    """

    open: frozenset[str]
    done: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    claims: frozenset[str] = frozenset()
    outcomes: Mapping[str, str] = field(default_factory=dict)
    asked: Kinds = field(default_factory=dict)


@dataclass(frozen=True)
class Reason:
    """Why a case stays. `step_id`: where in either version; `part`: the field, way or outcome that matters."""

    code: str
    step_id: str = ""
    part: str = ""


def reasons(old: Tree, new: Tree, trace: Trace, fields: Kinds) -> list[Reason]:
    """Everything that keeps the case where it is; nothing when it may move. `fields`: what each step of the new version
    asks for.
    """
    found = [*_places(old, new, trace)]
    if found:
        return found
    return [*_order(old, new, trace), *_rounds(old, new, trace), *_claims(old, new, trace), *_reads(new, trace, fields)]


# where it stands


def _places(old: Tree, new: Tree, trace: Trace) -> Iterator[Reason]:
    """Every open step is there, of the same kind, inside the same ways of the same blocks."""
    for step_id in sorted(trace.open - {START}):
        if step_id not in new.steps:
            yield Reason("gone", step_id)
        elif step_id not in old.steps or old.steps[step_id]["kind"] != new.steps[step_id]["kind"]:
            yield Reason("other_kind", step_id)
        elif bool(_mode(old.steps[step_id])) != bool(_mode(new.steps[step_id])):
            yield Reason("round", step_id)
        elif chain(old, step_id) != chain(new, step_id):
            yield Reason("elsewhere", step_id)


def chain(tree: Tree, step_id: str) -> Chain:
    """The ways that enclose a step, the outermost first."""
    hops = tree.position[step_id]
    blocks = [(hop.container[0], hop.container[1]) for hop in hops if hop.container[0]]
    return tuple((block, str(tree.steps[block]["branches"][number]["id"])) for block, number in blocks)


def _mode(step: Step) -> Any:
    return props_of(step).get("mode")


# what it passed, and what lies ahead


def passed(tree: Tree, here: Iterable[str]) -> set[str]:
    """The steps before those where a case stands, with the finished ways beside them; not the blocks themselves."""
    open_ones = set(here)
    found: set[str] = set()
    for step_id in open_ones & tree.steps.keys():
        for hop in tree.position[step_id]:
            for step in tree.sequence(hop.container)[: hop.index]:
                found.update(tree.subtree(step))
            found.update(_finished_beside(tree, hop.container[0], open_ones))
    return {one for one in found if tree.steps[one]["kind"] not in BLOCKS}


def _finished_beside(tree: Tree, block: str, open_ones: set[str]) -> Iterator[str]:
    """What stands in those ways of a parallel block in which nothing is under way."""
    if not block or tree.steps[block]["kind"] != "parallel":
        return
    for number, _way in enumerate(tree.steps[block]["branches"]):
        inside = [one for step in tree.sequence((block, number)) for one in tree.subtree(step)]
        if open_ones.isdisjoint(inside):
            yield from inside


def ahead(tree: Tree, here: Iterable[str]) -> set[str]:
    """The steps and blocks that come after those where a case stands."""
    if START in here:
        return set(tree.steps)
    found: set[str] = set()
    for step_id in here:
        for hop in tree.position[step_id]:
            for step in tree.sequence(hop.container)[hop.index + 1 :]:
                found.update(tree.subtree(step))
    return found


def _order(old: Tree, new: Tree, trace: Trace) -> Iterator[Reason]:
    """Nothing is skipped in silence, and nothing is done twice."""
    was_before, is_before = passed(old, trace.open), passed(new, trace.open)
    for step_id in new.steps:
        if step_id in is_before and not _accounted(old, new, trace, was_before, step_id):
            yield Reason("skipped", step_id)
    twice = trace.done & ahead(new, trace.open)
    yield from (Reason("again", step_id) for step_id in new.steps if step_id in twice)


def _accounted(old: Tree, new: Tree, trace: Trace, before: set[str], step_id: str) -> bool:
    """Whether a step that the new version puts before the case was done, or rightly not taken."""
    if step_id in trace.done or (step_id in before and chain(old, step_id) == chain(new, step_id)):
        return True
    return any(_not_taken(new, trace, way) for way in chain(new, step_id))


def _not_taken(new: Tree, trace: Trace, way: Way) -> bool:
    """Whether the case certainly went another way of the same choice."""
    block, _name = way
    if new.steps[block]["kind"] != "branch":
        return False
    taken = {link for one in trace.done & new.steps.keys() for link in chain(new, one) if link[0] == block}
    return bool(taken) and way not in taken


# what is under way


def _rounds(old: Tree, new: Tree, trace: Trace) -> Iterator[Reason]:
    """What several people or the public were told must not change while they are at it."""
    for step_id in sorted(trace.open - trace.failed - {START}):
        was, now = old.steps[step_id], new.steps[step_id]
        if (was["kind"] not in FREE or _mode(was)) and _terms(was) != _terms(now):
            yield Reason("round", step_id)


def _terms(step: Step) -> Any:
    """The terms of a round: days may change where only the engine waits."""
    props = {key: value for key, value in props_of(step).items() if key not in SOFT}
    if step["kind"] == "wait":
        return {"event": props.get("event"), "about": props.get("about")}
    outcomes = [(one["id"], one.get("effect", "continue")) for one in outcomes_of(step)] if _mode(step) else []
    return props, outcomes


def _claims(old: Tree, new: Tree, trace: Trace) -> Iterator[Reason]:
    """What was taken on can be given back just as it was taken."""
    for step_id in sorted(trace.claims):
        was, now = old.steps.get(step_id), new.steps.get(step_id)
        if now is None or now["kind"] != "claim" or was is None or _undoing(was) != _undoing(now):
            yield Reason("claim", step_id)


def _undoing(step: Step) -> tuple[Any, ...]:
    return tuple(props_of(step).get(name) for name in ("on_claim", "on_release", "slots"))


# what is read


def _reads(new: Tree, trace: Trace, fields: Kinds) -> Iterator[Reason]:
    """Whatever is read ahead was asked, decided or taken on before, or will be; also after going back once more."""
    found: dict[Reason, None] = {}
    for coming in _stretches(new, ahead(new, trace.open) | trace.open, trace.claims):
        for step_id in new.steps:
            if step_id in coming:
                found.update(dict.fromkeys(_read_at(new, trace, fields, coming, step_id)))
    yield from found


def _stretches(new: Tree, coming: set[str] | frozenset[str], claims: Iterable[str]) -> list[frozenset[str]]:
    """What may still be walked in one go: the way ahead, and the way from each step to which one may go back."""
    found = [frozenset(coming)]
    known: set[frozenset[str]] = set(found)
    held = [new.anew(step_id).region for step_id in claims if step_id in new.steps]
    waiting = [*found, *held]
    while waiting:
        stretch = waiting.pop()
        if stretch not in known:
            known.add(stretch)
            found.append(stretch)
        waiting += [region for region in _regions_back(new, stretch) if region not in known]
    return found


def _regions_back(new: Tree, stretch: frozenset[str]) -> Iterator[frozenset[str]]:
    for step_id in sorted(stretch & new.steps.keys()):
        for outcome in outcomes_of(new.steps[step_id]) if new.steps[step_id].get("outcomes") else ():
            kind, target = effect_of(outcome)
            if kind in ("return", "again"):
                yield new.back(step_id, target).region


def _read_at(new: Tree, trace: Trace, fields: Kinds, coming: frozenset[str], step_id: str) -> Iterator[Reason]:
    for name in sorted(names_read(new.steps[step_id])):
        source, _dot, key = name.partition(".")
        if source == OUTCOMES:
            yield from _decided(new, trace, coming, step_id, key)
        elif (
            (source == START or source in new.steps)
            and source not in coming
            and not _was_asked(trace, fields, source, key)
        ):
            yield Reason("not_asked", step_id, name)
    for claim in sorted(_claimants(new.steps[step_id]) - coming - trace.claims):
        yield Reason("not_claimed", step_id, claim)


def _was_asked(trace: Trace, fields: Kinds, source: str, key: str) -> bool:
    wanted = fields.get(source, {}).get(key)
    return wanted is not None and trace.asked.get(source, {}).get(key) == wanted


def _decided(new: Tree, trace: Trace, coming: frozenset[str], step_id: str, source: str) -> Iterator[Reason]:
    """A decision that is read was one of those that the new version knows."""
    step, outcome = new.steps.get(source), trace.outcomes.get(source)
    if source in coming or step is None or outcome is None or step["kind"] in ("wait", "subcase", "notice"):
        return
    if outcome not in {one["id"] for one in outcomes_of(step)}:
        yield Reason("outcome", step_id, source)


def names_read(step: Step) -> set[str]:
    """`<step>.<field key>` and `outcomes.<step>`: whatever a step reads, without what stands inside its ways."""
    waiting: list[Any] = [props_of(step), *(one.get("when") for one in step.get("branches") or ())]
    found: set[str] = set()
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += [inner for key, inner in value.items() if key not in NAMES_OF_OTHERS]
        elif isinstance(value, list):
            waiting += value
        elif is_field(value) and not is_fact(value):
            found.add(value)
    return found


def _claimants(step: Step) -> set[str]:
    """The claims whose claimant a step goes to."""
    return {str(rule["step"]) for rule in assignees_of(step) if rule.get("rule") == "claimant"}
