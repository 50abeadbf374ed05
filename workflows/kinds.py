"""The step kinds and their properties, the assignee rules and their parameters: the vocabulary of a flow document."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from core.registry import Registry
from workflows.tree import ID

FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\.[A-Za-z_][A-Za-z0-9_]{0,59}")
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
EFFECT = re.compile(r"[a-z][a-z0-9_.]{0,59}")
CAME, TIMEOUT = "came", "timeout"  # the outcomes of a wait for an event
PASSED, FAILED = "passed", "failed"  # the outcomes of a score step with a threshold
NOBODY_OBJECTED = "none"  # the outcome of a notice that ended by itself
Check = Callable[[Any], bool]


def is_text(value: Any) -> bool:
    """Text, or language code → text, not empty."""
    if isinstance(value, dict):
        return bool(value) and all(isinstance(k, str) and isinstance(v, str) and v.strip() for k, v in value.items())
    return isinstance(value, str) and bool(value.strip())


def is_id(value: Any) -> bool:
    """An id of a step, outcome or branch: `[a-z][a-z0-9_]*`, at most 40 characters, no double underscore."""
    return isinstance(value, str) and bool(ID.fullmatch(value)) and "__" not in value


def is_slug(value: Any) -> bool:
    """The code of a form, role or kind of unit."""
    return isinstance(value, str) and bool(SLUG.fullmatch(value))


def is_effect(value: Any) -> bool:
    """The name of an effect."""
    return isinstance(value, str) and bool(EFFECT.fullmatch(value))


def is_field(value: Any) -> bool:
    """`<step>.<field key>`."""
    return isinstance(value, str) and bool(FIELD_NAME.fullmatch(value))


@dataclass(frozen=True)
class is_count:  # noqa: N801  # reads like the checks beside it
    """A whole number from `low` to `high`."""

    low: int
    high: int

    def __call__(self, value: Any) -> bool:
        """Whether the value passes."""
        return isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high

    @property
    def wanted(self) -> tuple[str, dict[str, Any]]:
        """The code and parameters of the problem that names the limits."""
        return "bad_count", {"least": self.low, "most": self.high}


class is_one_of:  # noqa: N801
    """One of the given words."""

    def __init__(self, *choices: str) -> None:
        self.choices = choices

    def __call__(self, value: Any) -> bool:
        """Whether the value passes."""
        return isinstance(value, str) and value in self.choices

    @property
    def wanted(self) -> tuple[str, dict[str, Any]]:
        """The code and parameters of the problem that names the choices."""
        return "bad_choice", {"allowed": ", ".join(self.choices)}


def is_list_of(check: Check) -> Check:
    """A list with at least one entry, all of which pass `check`."""
    return lambda value: isinstance(value, list) and 0 < len(value) <= 50 and all(check(one) for one in value)


def is_flag(value: Any) -> bool:
    """True or false."""
    return isinstance(value, bool)


def is_object(value: Any) -> bool:
    """A mapping whose keys are text."""
    return isinstance(value, dict) and all(isinstance(key, str) for key in value)


def is_unit(value: Any) -> bool:
    """`case`, or a unit field `<step>.<key>`."""
    return value == "case" or is_field(value)


def is_date(value: Any) -> bool:
    """A day as text: 2026-12-05."""
    return isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None and _reads(date, value)


def is_time(value: Any) -> bool:
    """A time of day as text: 09:00."""
    return isinstance(value, str) and re.fullmatch(r"\d\d:\d\d", value) is not None and _reads(time, value)


def _reads(kind: type[date] | type[time], text: str) -> bool:
    try:
        kind.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_apart(value: Any) -> bool:
    """Whom a step keeps out: whoever did a step, or the member chosen in a field `<step>.<key>`."""
    return is_id(value) or is_field(value)


def is_places(value: Any) -> bool:
    """How many places: a number from 1 to 1000, or an expression that gives one."""
    return is_object(value) or is_count(1, 1000)(value)


def is_receivers(value: Any) -> bool:
    """A list of those who get something; what it may hold is checked one by one."""
    return isinstance(value, list)


CRITERION: dict[str, Check] = {"id": is_id, "label": is_text, "max": is_count(1, 1000), "weight": is_count(1, 100)}


def is_criteria(value: Any) -> bool:
    """What a jury scores: a list of `{id, label, max, weight}`, ids unlike each other, the weight left out for 1."""
    if not isinstance(value, list) or not 0 < len(value) <= 20:
        return False
    fits = all(
        isinstance(one, dict)
        and {"id", "label", "max"} <= one.keys() <= CRITERION.keys()
        and all(CRITERION[key](inner) for key, inner in one.items())
        for one in value
    )
    return fits and len({one["id"] for one in value}) == len(value)


is_days = is_count(1, 366)
MODES = ("any", "all", "quorum", "ratio", "in_turn")  # how several decide together
MODE_NUMBERS = {"quorum": "need", "ratio": "percent"}  # mode → the number that it needs
is_calendar = is_one_of("working", "calendar")
is_claimant = is_one_of("person", "team", "organisation")
DEADLINE: dict[str, Check] = {
    "days": is_days,
    "calendar": is_calendar,
    "warn_percent": is_count(1, 99),
    "repeat_days": is_count(1, 60),
    "overdue": is_list_of(is_object),
}
LIMIT: dict[str, Check] = {
    "days": is_days,
    "calendar": is_calendar,
    "warn_percent": is_count(1, 99),
    "repeat_days": is_count(1, 60),
    "tell": is_list_of(is_slug),
    "end_after": is_count(0, 366),
    "end_result": is_id,
}
RUNG: dict[str, Check] = {
    "after": is_count(0, 366),
    "do": is_one_of("remind", "reassign", "up", "outcome", "step", "widen"),
    "assignee": bool,
    "roles": is_list_of(is_slug),
    "outcome": is_id,
    "step": is_id,
    "claimants": is_list_of(is_claimant),
    "scope": is_object,
}
RUNG_OF: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {  # what is done → its own properties, those it must have
    "remind": (frozenset(), ()),
    "reassign": (frozenset({"assignee"}), ("assignee",)),
    "up": (frozenset({"roles"}), ()),
    "outcome": (frozenset({"outcome"}), ("outcome",)),
    "step": (frozenset({"step"}), ("step",)),
    "widen": (frozenset({"claimants", "scope"}), ()),
}
SCOPE: dict[str, Check] = {"level": is_slug}
HOLD: dict[str, Check] = {"days": is_days, "calendar": is_calendar}
WAITLIST: dict[str, Check] = {**HOLD, "most": is_count(1, 1000)}
PARTS = {"deadline": DEADLINE, "scope": SCOPE, "hold": HOLD, "waitlist": WAITLIST}  # properties with properties
START: dict[str, Check] = {
    "kind": is_one_of("manual", "event", "schedule"),
    "who": lambda value: value in ("anyone", "members") or is_list_of(is_slug)(value),
    "form": is_slug,
    "unit_from": is_slug,
    "title_from": is_slug,
    "guest_email_from": is_slug,
    "status_code": is_flag,
    "limit": is_object,
    "on_withdraw": is_effect,
    "event": is_effect,
    "inputs": is_object,
    "answers": is_object,
    "every": is_one_of("day", "week", "month"),
    "on": is_count(1, 31),
    "date": is_date,
    "at": is_time,
    "calendar": is_calendar,
    "level": is_slug,
}
START_NEEDS: dict[str, tuple[str, ...]] = {
    "manual": ("who",),
    "event": ("event",),
    "schedule": (),
}  # beside `kind` and `form`
START_OF: dict[str, frozenset[str]] = {  # kind of start → its own properties
    "manual": frozenset({"who"}),
    "event": frozenset({"event", "inputs", "answers"}),
    "schedule": frozenset({"every", "on", "date", "at", "calendar", "level", "answers"}),
}


@dataclass(frozen=True)
class StepKind:
    """One kind of step. `props`: property → check; `needed`: those it must have; `human`: a person does it."""

    props: dict[str, Check] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    human: bool = False
    outcomes: bool = False
    branches: bool = False


@dataclass(frozen=True)
class RuleParams:
    """The parameters of one assignee rule."""

    params: dict[str, Check] = field(default_factory=dict)
    needed: tuple[str, ...] = ()


HUMAN: dict[str, Check] = {
    "form": is_slug,
    "copy_to": is_receivers,
    "deadline": is_object,
    "not_same_as": is_list_of(is_apart),
    "not_same_unit_as": is_list_of(is_apart),
    "help": is_text,
}
FOUND: dict[str, Check] = {"assignee": bool, "when_nobody": bool}
POLICIES: dict[str, Check] = {
    "when_self": is_one_of("allow", "skip", "above", "admins"),
    "when_again": is_one_of("ask", "skip", "in_a_row"),
}
KINDS: Registry[StepKind] = Registry("step kinds")
KINDS.register("form", StepKind({**HUMAN, **FOUND}, human=True, outcomes=True))
KINDS.register(
    "approval",
    StepKind(
        {
            **HUMAN,
            **FOUND,
            **POLICIES,
            "mode": is_one_of(*MODES),
            "need": is_count(1, 100),
            "percent": is_count(1, 100),
            "may_add": is_list_of(is_one_of("before", "beside", "after")),
        },
        human=True,
        outcomes=True,
    ),
)
KINDS.register(
    "score",
    StepKind(
        {
            **{name: check for name, check in HUMAN.items() if name != "form"},
            "assignee": bool,
            "criteria": is_criteria,
            "drop": is_flag,
            "need": is_count(1, 100),
            "pass": is_count(0, 100_000),
        },
        ("criteria",),
        human=True,
    ),
)
KINDS.register(
    "claim",
    StepKind(
        {
            **HUMAN,
            "claimants": is_list_of(is_claimant),
            "scope": is_object,
            "slots": is_places,
            "least": is_count(1, 1000),
            "per_claimant": is_count(1, 1000),
            "eligible": is_object,
            "hold": is_object,
            "waitlist": is_object,
            "on_claim": is_effect,
            "on_release": is_effect,
            "on_widen": is_effect,
        },
        ("claimants",),
        human=True,
    ),
)
KINDS.register(
    "notice",
    StepKind(
        {
            "days": is_days,
            "calendar": is_calendar,
            "subject": is_text,
            "shows": is_list_of(is_field),
            **FOUND,
            "deadline": is_object,
            "not_same_as": is_list_of(is_apart),
            "not_same_unit_as": is_list_of(is_apart),
            "copy_to": is_receivers,
            "help": is_text,
        },
        ("days", "subject", "shows"),
        human=True,
        outcomes=True,
    ),
)
KINDS.register("branch", StepKind(branches=True))
KINDS.register("parallel", StepKind(branches=True))
KINDS.register(
    "wait",
    StepKind({"days": is_days, "calendar": is_calendar, "until": is_object, "event": is_effect, "about": is_field}),
)
KINDS.register(
    "subcase",
    StepKind({"flow": is_slug, "inputs": is_object, "unit": is_unit, "wait": is_flag}, ("flow",)),
)
KINDS.register("effect", StepKind({"effect": is_effect, "inputs": is_object}, ("effect",)))
KINDS.register(
    "notify",
    StepKind({"to": is_receivers, "subject": is_text, "body": is_text}, ("to", "subject")),
)
KINDS.register("end", StepKind({"result": is_id}, ("result",)))

RULES: Registry[RuleParams] = Registry("assignee rules")
RULES.register("role", RuleParams({"roles": is_list_of(is_slug), "unit": is_unit, "level": is_slug}, needed=("roles",)))
RULES.register("starter", RuleParams())
RULES.register("guest", RuleParams())
RULES.register("claimant", RuleParams({"step": is_id}, needed=("step",)))
RULES.register("field", RuleParams({"field": is_field, "roles": is_list_of(is_slug)}, needed=("field", "roles")))
RULES.register("member", RuleParams({"field": is_field}, needed=("field",)))
RULES.register("team_head", RuleParams({"field": is_field, "roles": is_list_of(is_slug)}, needed=("field",)))
RULES.register("user", RuleParams({"user": is_count(1, 2**53)}, needed=("user",)))
