"""Is a flow document well formed? Shape, ids, kinds, properties; its meaning is `workflows.checks`. Plain Python."""

import re
from collections.abc import Mapping, Set
from typing import Any

from core.registry import Registry
from forms.problem import Problem
from workflows.access_checks import check_shape as check_access
from workflows.checks import Meaning
from workflows.claim_checks import check_shape as check_pool_shape
from workflows.kinds import (
    KINDS,
    LIMIT,
    MODE_NUMBERS,
    NOBODY_OBJECTED,
    PARTS,
    RULES,
    START,
    START_NEEDS,
    START_OF,
    Check,
    RuleParams,
    StepKind,
    is_id,
    is_slug,
    is_text,
)
from workflows.ladder_checks import check_shape as check_ladder
from workflows.references import reference_problems

MAX_STEPS, MAX_DEPTH, MAX_BRANCHES, MAX_NODES, MAX_NESTING = 300, 8, 20, 20_000, 60
PREFIX = re.compile(r"[A-Z]{1,6}")
EFFECTS = re.compile(r"continue|(?:return|again|end):[a-z][a-z0-9_]{0,39}")
TOP_KEYS = {"v", "prefix", "start", "steps", "title", "help"}
STEP_KEYS = {"id", "kind", "name", "props"}
OUTCOME_KEYS = {"id", "label", "effect", "comment", "tone", "help", "form", "then"}
BRANCH_KEYS = {"id", "name", "default", "when", "steps"}

__all__ = ["Problem", "problems", "shape_problems"]


def problems(
    document: Any,
    *,
    forms: Mapping[str, Mapping[str, Any]],
    effects: Mapping[str, Mapping[str, Any]],
    roles: Set[str],
    unit_kinds: Set[str],
    flows: Mapping[str, Mapping[str, Any]] | None = None,
    slug: str = "",
    events: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Problem]:
    """Everything that keeps `document` from being published, and warnings; never raises, whatever the document is.

    `forms`: slug → {"kinds": field key → kind, "always": keys that are always asked, "privacy": field key → level, or
    `masked` for a personal one that others may read in part, "options": field key → ids of its options, "required":
    keys that are always asked and may not stay empty, "columns": `group.column` → kind, "required_columns": those that
    every row must answer, "limits": field key → (least, most), "labels": field key → {"label", "options": id →
    label}}; privacy and options know columns, too.
    `effects`: name → {"inputs": name → kind, "optional": names, "choices": input → words that it takes}. `roles` and
    `unit_kinds`: the codes that exist. `flows`: slug → what `subflows.flow_facts` tells of every flow that may be
    started from here; `slug`: the flow's own; `events`: name → {"values": name → kind of field}.
    """
    found = shape_problems(document)
    if not found:
        return Meaning(document, forms, effects, roles, unit_kinds, flows, slug, events).problems()
    if _is_too_large(document):
        return found
    return found + reference_problems(
        document, forms=forms.keys(), effects=effects.keys(), roles=roles, unit_kinds=unit_kinds
    )


def shape_problems(document: Any) -> list[Problem]:
    """What is wrong with the form of the document, regardless of what exists around it."""
    if not isinstance(document, dict):
        return [Problem("not_an_object")]
    if _is_too_large(document):
        return [Problem("too_large")]
    shape = _Shape()
    shape.document(document)
    return shape.found


def _is_too_large(document: Any) -> bool:
    """Counted without recursion, so that no nesting can exhaust the stack."""
    waiting: list[tuple[Any, int]] = [(document, 0)]
    count = 0
    while waiting:
        value, depth = waiting.pop()
        count += 1
        if count > MAX_NODES or depth > MAX_NESTING:
            return True
        if isinstance(value, dict):
            waiting.extend((inner, depth + 1) for inner in value.values())
        elif isinstance(value, list):
            waiting.extend((inner, depth + 1) for inner in value)
    return False


class _Shape:
    """Collects findings while walking a document of unknown form."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self.ids: set[str] = set()

    def report(self, code: str, place: str, **params: Any) -> None:
        self.found.append(Problem(code, place, params))

    def known(self, value: Mapping[Any, Any], keys: Set[str], place: str) -> None:
        """Reports every key of `value` outside `keys`."""
        for key in value:
            if key not in keys:
                self.report("unknown_property", place, name=str(key)[:60])

    def checked(self, value: Mapping[Any, Any], checks: Mapping[str, Check], place: str) -> None:
        """Reports unknown and malformed properties of `value`."""
        self.known(value, checks.keys(), place)
        for key, check in checks.items():
            if key in value and not check(value[key]):
                wanted = getattr(check, "wanted", None)
                code, params = wanted if wanted is not None else ("bad_value", {})
                self.report(code, f"{place}.{key}", name=key, **params)

    def document(self, document: Mapping[Any, Any]) -> None:
        self.known(document, TOP_KEYS, "")
        if document.get("v") != 1 or isinstance(document.get("v"), bool):
            self.report("unknown_format", "v")
        prefix = document.get("prefix")
        if not isinstance(prefix, str) or not PREFIX.fullmatch(prefix):
            self.report("bad_prefix", "prefix")
        self.start(document.get("start"))
        steps = document.get("steps")
        if not isinstance(steps, list) or not steps:
            self.report("steps_missing", "steps")
        else:
            self.sequence(steps, "steps", 0)
        if len(self.ids) > MAX_STEPS:
            self.report("too_many_steps", "steps", most=MAX_STEPS)

    def start(self, start: Any) -> None:
        if not isinstance(start, dict):
            self.report("start_missing", "start")
            return
        self.checked(start, START, "start")
        self.time_limit(start)
        kind = start.get("kind")
        needed = START_NEEDS.get(kind, ()) if isinstance(kind, str) else ()
        for key in ("kind", "form", *needed):
            if key not in start:
                self.report("property_missing", "start", name=key)
        if kind == "schedule" and ("every" in start) == ("date" in start):
            self.report("every_or_date", "start")
        if start.get("every") == "week" and isinstance(start.get("on"), int) and start["on"] > 7:
            self.report("bad_count", "start.on", name="on", least=1, most=7)
        if isinstance(kind, str) and kind in START_OF:
            for key in sorted(frozenset().union(*START_OF.values()) - START_OF[kind]):
                if key in start:
                    self.report("start_of_other_kind", f"start.{key}", name=key)

    def time_limit(self, start: Mapping[str, Any]) -> None:
        if isinstance(start.get("limit"), dict):
            self.checked(start["limit"], LIMIT, "start.limit")
            if "days" not in start["limit"]:
                self.report("property_missing", "start.limit", name="days")

    def sequence(self, steps: Any, place: str, depth: int) -> None:
        if not isinstance(steps, list):
            self.report("steps_missing", place)
            return
        if depth > MAX_DEPTH:
            self.report("too_deep", place, most=MAX_DEPTH)
            return
        for index, step in enumerate(steps):
            self.step(step, f"{place}[{index}]", depth)

    def step(self, step: Any, place: str, depth: int) -> None:
        if not isinstance(step, dict):
            self.report("step_not_an_object", place)
            return
        self.step_id(step.get("id"), place)
        name = step.get("kind")
        kind = KINDS.get(name) if isinstance(name, str) else None
        if kind is None:
            if name is None:
                self.report("property_missing", place, name="kind")
            else:
                self.report("unknown_kind", f"{place}.kind", name=str(name)[:60])
            return
        self.step_keys(step, kind, place)
        if "name" in step and not is_text(step["name"]):
            self.report("bad_value", f"{place}.name", name="name")
        self.props(step, kind, place)
        if kind.human:
            check_access(self, step.get("access", {}), f"{place}.access")
        if kind.outcomes:
            self.outcomes(step, f"{place}.outcomes")
        if kind.branches:
            self.branches(step, f"{place}.branches", depth)

    def step_id(self, value: Any, place: str) -> None:
        if not is_id(value):
            self.report("bad_id", f"{place}.id", name=str(value)[:60])
        elif value == "start" or value == "outcomes":
            self.report("reserved_id", f"{place}.id", name=value)
        elif value in self.ids:
            self.report("duplicate_id", f"{place}.id", name=value)
        else:
            self.ids.add(value)

    def step_keys(self, step: Mapping[Any, Any], kind: StepKind, place: str) -> None:
        allowed = set(STEP_KEYS)
        if kind.human:
            allowed.add("access")
        if kind.outcomes:
            allowed.add("outcomes")
        if kind.branches:
            allowed.add("branches")
        self.known(step, allowed, place)

    def props(self, step: Mapping[Any, Any], kind: StepKind, place: str) -> None:
        props = step.get("props", {})
        if not isinstance(props, dict):
            self.report("bad_value", f"{place}.props", name="props")
            return
        place = f"{place}.props"
        self.checked(props, kind.props, place)
        for key in kind.needed:
            if key not in props:
                self.report("property_missing", place, name=key)
        if "assignee" in kind.props:
            self.assignees(props, place)
        for key, checks in PARTS.items():
            if isinstance(props.get(key), dict):
                self.checked(props[key], checks, f"{place}.{key}")
        if isinstance(props.get("deadline"), dict):
            self.deadline(props["deadline"], f"{place}.deadline")
        if step["kind"] == "wait":
            self.wait(props, place)
        if step["kind"] == "claim":
            check_pool_shape(self, props, place)
        for mode, number in MODE_NUMBERS.items():
            if props.get("mode") == mode and number not in props:
                self.report("property_missing", place, name=number)
        if step["kind"] == "score":
            self.score(props, kind, place)
        if step["kind"] == "notify":
            self.receivers(props.get("to"), f"{place}.to", ("starter", "guest", "claimant"))
        if "copy_to" in props and "copy_to" in kind.props:
            self.receivers(props["copy_to"], f"{place}.copy_to", ("starter", "claimant"))

    def deadline(self, deadline: Mapping[str, Any], place: str) -> None:
        if "days" not in deadline:
            self.report("property_missing", place, name="days")
        if "overdue" in deadline:
            check_ladder(self, deadline["overdue"], f"{place}.overdue")

    def score(self, props: Mapping[str, Any], kind: StepKind, place: str) -> None:
        """Two scores are dropped of at least three; nobody passes with more than there is to give."""
        if props.get("drop") is True and isinstance(props.get("need"), int) and props["need"] < 3:
            self.report("bad_count", f"{place}.need", name="need", least=3, most=100)
        criteria, wanted = props.get("criteria"), props.get("pass")
        if kind.props["criteria"](criteria) and isinstance(criteria, list) and isinstance(wanted, int):
            most = sum(one["max"] * one.get("weight", 1) for one in criteria)
            if wanted > most:
                self.report("bad_count", f"{place}.pass", name="pass", least=0, most=most)

    def wait(self, props: Mapping[str, Any], place: str) -> None:
        """Days, or a day, or an event, which may have a limit in days."""
        if sum(key in props for key in ("until", "event" if "event" in props else "days")) != 1:
            self.report("wait_days_or_until", place)
        if "about" in props and "event" not in props:
            self.report("property_missing", place, name="event")

    def assignees(self, props: Mapping[str, Any], place: str) -> None:
        if "assignee" not in props:
            self.report("property_missing", place, name="assignee")
            return
        for key in ("assignee", "when_nobody"):
            if key in props:
                self.rules(props[key], f"{place}.{key}", key)

    def rules(self, value: Any, place: str, name: str) -> None:
        if isinstance(value, list):
            if not 0 < len(value) <= 20:
                self.report("bad_value", place, name=name)
            for index, rule in enumerate(value):
                self.rule(rule, f"{place}[{index}]")
        else:
            self.rule(value, place)

    def receivers(self, value: Any, place: str, words: tuple[str, ...]) -> None:
        if not isinstance(value, list) or not 0 < len(value) <= 20:
            self.report("bad_value", place, name=place.rpartition(".")[2])
            return
        for index, one in enumerate(value):
            if isinstance(one, str):
                if one not in words:
                    self.report("unknown_rule", f"{place}[{index}]", name=one[:60])
            else:
                self.rule(one, f"{place}[{index}]")

    def rule(self, rule: Any, place: str) -> None:
        name = rule.get("rule") if isinstance(rule, dict) else None
        params: RuleParams | None = self._rules.get(name) if isinstance(name, str) else None
        if params is None:
            self.report("unknown_rule", place, name=str(name)[:60])
            return
        self.checked({k: v for k, v in rule.items() if k != "rule"}, params.params, place)
        for key in params.needed:
            if key not in rule:
                self.report("property_missing", place, name=key)

    _rules: Registry[RuleParams] = RULES

    def outcomes(self, step: Mapping[str, Any], place: str) -> None:
        outcomes = step.get("outcomes", [])
        if not isinstance(outcomes, list) or len(outcomes) > 20:
            self.report("bad_value", place, name="outcomes")
            return
        if step["kind"] in ("approval", "notice") and not outcomes:
            self.report("outcomes_missing", place)
        seen: set[str] = set()
        for index, outcome in enumerate(outcomes):
            self.outcome(outcome, f"{place}[{index}]", seen)
        if step["kind"] == "notice" and NOBODY_OBJECTED in seen:
            self.report("reserved_id", place, name=NOBODY_OBJECTED)

    def outcome(self, outcome: Any, place: str, seen: set[str]) -> None:
        if not isinstance(outcome, dict):
            self.report("bad_value", place, name="outcomes")
            return
        self.known(outcome, OUTCOME_KEYS, place)
        name = outcome.get("id")
        if not is_id(name):
            self.report("bad_id", f"{place}.id", name=str(name)[:60])
        elif name in seen:
            self.report("duplicate_id", f"{place}.id", name=name)
        else:
            seen.add(str(name))
        if not is_text(outcome.get("label")):
            self.report("property_missing", place, name="label")
        effect = outcome.get("effect", "continue")
        if not isinstance(effect, str) or not EFFECTS.fullmatch(effect):
            self.report("bad_outcome_effect", f"{place}.effect", name=str(effect)[:60])
        if outcome.get("comment", "optional") not in ("required", "optional", "none"):
            self.report("bad_value", f"{place}.comment", name="comment")
        if "form" in outcome and not is_slug(outcome["form"]):
            self.report("bad_value", f"{place}.form", name="form")
        if "then" in outcome and (outcome["then"] not in ("walk", "straight") or not str(effect).startswith("return:")):
            self.report("bad_then", f"{place}.then")
        if outcome.get("tone", "") not in ("", "primary", "plain", "danger"):
            self.report("bad_value", f"{place}.tone", name="tone")

    def branches(self, step: Mapping[str, Any], place: str, depth: int) -> None:
        branches = step.get("branches")
        if not isinstance(branches, list) or not 1 < len(branches) <= MAX_BRANCHES:
            self.report("branches_missing", place, most=MAX_BRANCHES)
            return
        seen: set[str] = set()
        for index, branch in enumerate(branches):
            self.branch(branch, f"{place}[{index}]", step["kind"], seen, depth)
        defaults = sum(1 for b in branches if isinstance(b, dict) and b.get("default") is True)
        if step["kind"] == "branch" and defaults > 1:
            self.report("one_default", place)

    def branch(self, branch: Any, place: str, kind: str, seen: set[str], depth: int) -> None:
        if not isinstance(branch, dict):
            self.report("bad_value", place, name="branches")
            return
        self.known(branch, BRANCH_KEYS if kind == "branch" else BRANCH_KEYS - {"when", "default"}, place)
        name = branch.get("id")
        if not is_id(name) or name in seen:
            self.report("bad_id", f"{place}.id", name=str(name)[:60])
        else:
            seen.add(str(name))
        if "name" in branch and not is_text(branch["name"]):
            self.report("bad_value", f"{place}.name", name="name")
        if "default" in branch and not isinstance(branch["default"], bool):
            self.report("bad_value", f"{place}.default", name="default")
        if kind == "branch" and branch.get("default") is not True and not branch.get("when"):
            self.report("property_missing", place, name="when")
        if kind == "branch" and branch.get("default") is True and "when" in branch:
            self.report("default_with_condition", place)
        steps = branch.get("steps")
        if kind == "parallel" and not steps:
            self.report("empty_branch", place)
            return
        self.sequence(steps if steps is not None else [], f"{place}.steps", depth + 1)
