"""What a well-formed flow document means: targets of returns, what is asked before it is read. Plain Python."""

from collections.abc import Mapping, Sequence, Set
from typing import Any

from forms.problem import Problem
from forms.rules import check_types, misspelt_times, names_in, unknown_options
from forms.shapes import SHAPES
from workflows.access_checks import check_access
from workflows.arm_checks import check_arms, holding_inside
from workflows.arms import Condition
from workflows.claim_checks import check_pool
from workflows.copy_checks import check_inputs, check_start_copies
from workflows.kinds import CAME, FAILED, KINDS, NOBODY_OBJECTED, PASSED, TIMEOUT
from workflows.ladder_checks import check_meaning as check_ladder
from workflows.outcome_checks import behind_outcome, check_outcome_forms
from workflows.policy_checks import check_policies
from workflows.separation_checks import check_apart
from workflows.start_checks import check_event_wait, check_start
from workflows.straight_rules import check_straight
from workflows.subcase_checks import check_subcase
from workflows.tree import (
    DONE,
    START,
    BackError,
    Step,
    Tree,
    assignees_of,
    branch_steps,
    effect_of,
    outcomes_of,
    own_form_key,
    props_of,
    waits_for_child,
)
from workflows.undo_checks import check_undo

Known = frozenset[str]  # names that every path has asked: `step.key`, `outcomes.step`, `done:step`, `did:effect`
NEVER: Known = frozenset({"*"})  # the state behind a step that nothing passes
START_FIELDS = {
    "unit_from": frozenset({"unit"}),
    "title_from": frozenset({"text", "long_text", "choice"}),
    "guest_email_from": frozenset({"email"}),
}
MAY_LACK_LOGIN = frozenset({"guest", "starter"})
NOT_OF_KIND = {"unit": "not_a_unit", "member": "not_a_member", "team": "not_a_team"}
FIELD_KINDS = {"field": "unit", "member": "member", "team_head": "team"}  # assignee rule → kind of the field it reads


def outcome_name(step_id: str) -> str:
    """The name under which conditions read the outcome of a step."""
    return f"outcomes.{step_id}"


def score_name(step_id: str) -> str:
    """The name under which conditions and effects read what a jury gave in the mean."""
    return f"{step_id}.score"


class Meaning:
    """Judges a document whose shape is right."""

    def __init__(
        self,
        document: Mapping[str, Any],
        forms: Mapping[str, Mapping[str, Any]],
        effects: Mapping[str, Mapping[str, Any]],
        roles: Set[str],
        unit_kinds: Set[str],
        flows: Mapping[str, Mapping[str, Any]] | None = None,
        slug: str = "",
        events: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.tree = Tree(document)
        self.forms, self.effects, self.roles, self.unit_kinds = forms, effects, roles, unit_kinds
        self.flows, self.slug, self.events = flows or {}, slug, events or {}
        self.found: list[Problem] = []
        self.holding: list[Condition] = []  # what holds where the walk is, by the branches around it
        self.required: set[str] = set()
        self.limits: dict[str, tuple[Any, Any]] = {}
        self.labels: dict[str, Mapping[str, Any]] = {}
        self.types: dict[str, str] = {}
        self.options: dict[str, Sequence[str]] = {}
        self.privacy: dict[str, str] = {}  # public, internal, masked, personal, sensitive

    def problems(self) -> list[Problem]:
        """Everything found, in document order."""
        self._start()
        self._learn_types()
        check_start_copies(self)
        self._sequence(self.tree.root, "steps", self._asked(START, self.tree.start.get("form")))
        return self.found

    def _report(self, code: str, place: str, **params: Any) -> None:
        self.found.append(Problem(code, place, params))

    # what a step adds to what is known

    def _fields(self, slug: Any) -> Mapping[str, str]:
        form = self.forms.get(slug) if isinstance(slug, str) else None
        return form["kinds"] if form is not None else {}

    def _asked(self, step_id: str, slug: Any) -> Known:
        form = self.forms.get(slug) if isinstance(slug, str) else None
        keys = set(form["always"]) if form is not None else set()
        keys |= {name for name in (form or {}).get("columns") or () if name.partition(".")[0] in keys}
        return frozenset(f"{step_id}.{key}" for key in keys) | {f"done:{step_id}"}

    def _learn_types(self) -> None:
        self._learn(START, self.tree.start.get("form"))
        for step in self.tree.walk():
            if step["kind"] == "score":
                name, passes = outcome_name(step["id"]), "pass" in props_of(step)
                self.types |= {name: "text", score_name(step["id"]): "decimal"}
                self.options[name] = [PASSED, FAILED] if passes else [DONE]
                self.required |= {name, score_name(step["id"])}
            elif KINDS[step["kind"]].human:
                self.types[outcome_name(step["id"])] = "text"
                self.required.add(outcome_name(step["id"]))
                nobody = [NOBODY_OBJECTED] if step["kind"] == "notice" else []
                self.options[outcome_name(step["id"])] = [*nobody, *(one["id"] for one in outcomes_of(step))]
                self._learn(step["id"], props_of(step).get("form"))
                for one in outcomes_of(step):
                    self._learn(own_form_key(step["id"], one["id"]), one.get("form"))
            elif step["kind"] == "wait" and "event" in props_of(step):
                self.types[outcome_name(step["id"])] = "text"
                self.options[outcome_name(step["id"])] = [CAME, TIMEOUT]
            elif waits_for_child(step):
                self.types[outcome_name(step["id"])] = "text"
                flow = self.flows.get(props_of(step)["flow"])
                self.options[outcome_name(step["id"])] = flow["results"] if flow is not None else []

    def _learn(self, step_id: str, slug: Any) -> None:
        form = self.forms.get(slug) if isinstance(slug, str) else None
        parts: list[tuple[str, dict[str, Any]]]
        parts = [
            ("kinds", self.types),
            ("privacy", self.privacy),
            ("options", self.options),
            ("limits", self.limits),
            ("labels", self.labels),
        ]
        for part, learnt in parts:
            learnt.update({f"{step_id}.{key}": value for key, value in ((form or {}).get(part) or {}).items()})
        self.types |= {f"{step_id}.{name}": "list" for name in (form or {}).get("columns") or ()}
        self.required |= {f"{step_id}.{key}" for key in (form or {}).get("required") or ()}

    # the start

    def _start(self) -> None:
        start = self.tree.start
        self._form(start.get("form"), "start.form")
        fields = self._fields(start.get("form"))
        for name, kinds in START_FIELDS.items():
            key = start.get(name)
            if key is not None and fields.get(key) not in kinds:
                self._report("start_field", f"start.{name}", name=key)
        if isinstance(start.get("who"), list):
            self._known_codes(start["who"], self.roles, "unknown_role", "start.who")
        self._plain_effect(start.get("on_withdraw"), "start.on_withdraw", frozenset())
        if start.get("who") == "anyone":
            self._without_login(start.get("form"), "start.form")
        check_start(self)

    def _without_login(self, slug: Any, place: str) -> None:
        """A form that is filled in by somebody who may have no login asks nothing that needs one."""
        form = self.forms.get(slug) if isinstance(slug, str) else None
        for key, kind in {**self._fields(slug), **((form or {}).get("columns") or {})}.items():
            if SHAPES[kind].needs_login:
                self._report("needs_login", place, name=key)

    def _form(self, slug: Any, place: str) -> None:
        if slug is not None and slug not in self.forms:
            self._report("unknown_form", place, name=slug)

    def _known_codes(self, codes: Sequence[str], known: Set[str], problem: str, place: str) -> None:
        for code in codes:
            if code not in known:
                self._report(problem, place, name=code)

    # sequences and steps

    def _sequence(self, steps: Sequence[Step], place: str, known: Known) -> Known:
        for index, step in enumerate(steps):
            here = f"{place}[{index}]"
            if known == NEVER:
                self._report("unreachable", here, name=step["id"])
                return NEVER
            known = self._step(step, here, known)
        return known

    def _step(self, step: Step, place: str, known: Known) -> Known:
        kind = step["kind"]
        if kind == "branch":
            return self._branch(step, place, known)
        if kind == "parallel":
            return self._parallel(step, place, known)
        if kind == "end":
            return NEVER
        if KINDS[kind].human:
            return self._human(step, place, known)
        if kind == "effect":
            self._effect(step, f"{place}.props", known)
            return known | {f"did:{props_of(step)['effect']}"}
        if kind == "subcase":
            check_subcase(self, step, f"{place}.props", known)
            return known | {f"done:{step['id']}"} | ({outcome_name(step["id"])} if waits_for_child(step) else set())
        if kind == "wait" and "event" in props_of(step):
            check_event_wait(self, props_of(step), f"{place}.props", known)
            return known | {f"done:{step['id']}", outcome_name(step["id"])}
        if kind == "wait" and "until" in props_of(step):
            self._expression(props_of(step)["until"], f"{place}.props.until", known, expects="date")
        elif kind == "notify":
            self._receivers(props_of(step)["to"], f"{place}.props.to", known)
        return known

    def _receivers(self, wanted: Sequence[Any], place: str, known: Known) -> None:
        for number, one in enumerate(wanted):
            if one == "claimant":
                self._any_claim(f"{place}[{number}]", known)
            else:
                self._rule({"rule": one} if isinstance(one, str) else one, f"{place}[{number}]", known)

    def _branch(self, step: Step, place: str, known: Known) -> Known:
        ends, before, around = [], len(self.found), list(self.holding)
        for number, branch in enumerate(step["branches"]):
            if "when" in branch:
                self._expression(branch["when"], f"{place}.branches[{number}].when", known, expects="bool")
        is_sound = len(self.found) == before
        if is_sound:
            self.found.extend(check_arms(self, step, f"{place}.branches"))
        for number, (branch, steps) in enumerate(zip(step["branches"], branch_steps(step), strict=True)):
            self.holding = holding_inside(step, number, around) if is_sound else around
            inside = known | behind_outcome(self, branch.get("when"))
            ends.append(self._sequence(steps, f"{place}.branches[{number}].steps", inside))
        self.holding = around
        passing = [end for end in ends if end != NEVER]
        return frozenset.intersection(*passing) if passing else NEVER

    def _parallel(self, step: Step, place: str, known: Known) -> Known:
        ends = [
            self._sequence(steps, f"{place}.branches[{number}].steps", known)
            for number, steps in enumerate(branch_steps(step))
        ]
        return NEVER if NEVER in ends else frozenset.union(*ends)

    def _human(self, step: Step, place: str, known: Known) -> Known:
        props, step_id = props_of(step), step["id"]
        self._form(props.get("form"), f"{place}.props.form")
        for index, rule in enumerate(assignees_of(step)):
            self._rule(rule, f"{place}.props.assignee[{index}]" if index else f"{place}.props.assignee", known)
        if any(rule["rule"] in MAY_LACK_LOGIN for rule in assignees_of(step)) and self.tree.start.get("status_code"):
            self._without_login(props.get("form"), f"{place}.props.form")
        check_policies(self, step, f"{place}.props", known)
        check_apart(self, step, f"{place}.props", known)
        check_ladder(self, step, f"{place}.props.deadline.overdue", known)
        self._receivers(props.get("copy_to") or (), f"{place}.props.copy_to", known)
        check_access(self, step, f"{place}.access")
        level = (props.get("scope") or {}).get("level")
        if level is not None:
            self._known_codes([level], self.unit_kinds, "unknown_level", f"{place}.props.scope.level")
        if step["kind"] == "claim":
            check_pool(self, step, f"{place}.props", known)
        for name in ("on_claim", "on_release", "on_widen"):
            self._plain_effect(props.get(name), f"{place}.props.{name}", known)
            known |= {f"did:{props[name]}"} if name == "on_claim" and name in props else set()
        goes_on = False
        for index, outcome in enumerate(outcomes_of(step)):
            effect, target = effect_of(outcome)
            goes_on = goes_on or effect == "continue"
            if effect in ("return", "again"):
                self._back(step_id, target, f"{place}.outcomes[{index}].effect")
        check_straight(self, step, f"{place}.outcomes")
        known |= check_outcome_forms(self, step, f"{place}.outcomes")
        if step["kind"] == "notice":  # it goes on by itself when nobody objects
            self._shown(props["shows"], f"{place}.props.shows", known)
        elif not goes_on:
            return NEVER
        scored = {score_name(step_id)} if step["kind"] == "score" else set()
        return known | self._asked(step_id, props.get("form")) | {outcome_name(step_id)} | scored

    def _shown(self, names: Sequence[str], place: str, known: Known) -> None:
        """A notice shows only what was asked, and of persons only what a mask leaves."""
        for index, name in enumerate(names):
            here = f"{place}[{index}]"
            if self._read(name, here, known, may_lack=True) and self.privacy.get(name) in ("sensitive", "personal"):
                self._report("not_for_the_public", here, name=name)

    def _back(self, source: str, target: str, place: str) -> None:
        try:
            self.tree.back(source, target)
        except BackError as error:
            self._report(error.code, place, name=target)
        else:
            check_undo(self, source, target, place)

    # assignees, effects, expressions

    def _any_claim(self, place: str, known: Known) -> None:
        claims = [step["id"] for step in self.tree.walk() if step["kind"] == "claim"]
        if not any(f"done:{step_id}" in known for step_id in claims):
            self._report("claim_needed", place, name="claimant")

    def _rule(self, rule: Mapping[str, Any], place: str, known: Known) -> None:
        name = rule["rule"]
        self._known_codes(rule.get("roles") or (), self.roles, "unknown_role", f"{place}.roles")
        if rule.get("level") is not None:
            self._known_codes([rule["level"]], self.unit_kinds, "unknown_level", f"{place}.level")
        if name == "guest" and not self.tree.start.get("status_code"):
            self._report("guest_needs_code", place)
        if name == "claimant":
            step = self.tree.steps.get(rule.get("step", ""))
            if step is None or step["kind"] != "claim" or f"done:{step['id']}" not in known:
                self._report("claim_needed", place, name=rule.get("step", ""))
        wanted = FIELD_KINDS.get(name, "unit")
        chosen = rule.get("field") if name in FIELD_KINDS else rule.get("unit")
        if chosen is not None and chosen != "case":
            self._chosen(chosen, wanted, place, known)

    def _chosen(self, name: str, wanted: str, place: str, known: Known) -> None:
        """A field in which a unit, member or team is chosen before."""
        self._read(name, place, known)
        if self.types.get(name, wanted) != wanted:
            self.found.append(Problem(NOT_OF_KIND[wanted], place, {"name": name}))

    def _plain_effect(self, name: Any, place: str, known: Known) -> None:
        """An effect that is named without inputs."""
        if name is None:
            return
        if name not in self.effects:
            self._report("unknown_effect", place, name=name)
            return
        entry = self.effects[name]
        if set(entry["inputs"]) - set(entry.get("optional") or ()):
            self._report("effect_needs_inputs", place, name=name)
        self._after(name, place, known)

    def _after(self, name: str, place: str, known: Known) -> None:
        """What the effect builds upon must have been done on every way before."""
        needs = self.effects[name].get("needs")
        if needs and f"did:{needs}" not in known:
            self._report("effect_too_early", place, name=name, needs=needs)

    def _effect(self, step: Step, place: str, known: Known) -> None:
        props = props_of(step)
        entry = self.effects.get(props["effect"])
        if entry is None:
            self._report("unknown_effect", f"{place}.effect", name=props["effect"])
            return
        self._after(props["effect"], f"{place}.effect", known)
        given = props.get("inputs") or {}
        check_inputs(self, given, f"{place}.inputs")
        for name in given:
            if name not in entry["inputs"]:
                self._report("unknown_input", f"{place}.inputs", name=name)
        for name in entry["inputs"]:
            if name not in given and name not in (entry.get("optional") or ()):
                self._report("input_missing", f"{place}.inputs", name=name)
        for name, expression in given.items():
            may_lack = name in (entry.get("optional") or ())
            self._expression(expression, f"{place}.inputs.{name}", known, may_lack=may_lack)
            allowed = (entry.get("choices") or {}).get(name) or ()
            strange = [one for one in self._possible(expression) if allowed and one not in allowed]
            if strange:
                params = {"name": name, "found": ", ".join(strange), "allowed": ", ".join(allowed)}
                self._report("input_option", f"{place}.inputs.{name}", **params)

    def _possible(self, expression: Any) -> Sequence[str]:
        """The words that an expression can give, as far as that is plain to see."""
        name = expression.get("var") if isinstance(expression, Mapping) else None
        if isinstance(expression, str):
            return [expression]
        return self.options.get(name, ()) if isinstance(name, str) else ()

    def _read(self, name: str, place: str, known: Known, *, may_lack: bool = False) -> bool:
        """`may_lack`: enough that its step was passed, even if the field is asked only under a condition."""
        if name not in self.types:
            self._report("unknown_field", place, name=name)
        elif name not in known and not (may_lack and f"done:{name.split('.')[0]}" in known):
            self._report("not_asked_before", place, name=name)
        else:
            return True
        return False

    def _expression(
        self, expression: Any, place: str, known: Known, *, expects: str | None = None, may_lack: bool = False
    ) -> None:
        """Reads only what every path has asked, and gives what is expected."""
        readable = [self._read(name, place, known, may_lack=may_lack) for name in sorted(names_in(expression))]
        if all(readable):
            self.found.extend(check_types(expression, self.types, place=place, expects=expects))
            self.found.extend(unknown_options(expression, self.options, place=place))
            self.found.extend(misspelt_times(expression, self.types, place=place))
