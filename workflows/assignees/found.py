"""What assignee rules are asked and what they give, and the registry in which they stand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.registry import Registry
from workflows.models import Case

ADMINS = "admins"
Why = dict[str, Any]  # {"code": …, …}: codes and primary keys, made a sentence by `workflows.reasons`


@dataclass(frozen=True)
class Assigned:
    """Whom one task goes to: an owner, or the keys of those who may take it; and why.

    `passes`: nobody is asked, the step goes on by itself, and `why` says why. `persons`: those whom the rules found.
    """

    keys: tuple[str, ...] = ()
    owner_id: int | None = None
    why: Why = field(default_factory=dict)
    passes: bool = False
    persons: tuple[int, ...] = ()


@dataclass(frozen=True)
class HeldRole:
    """A role in a unit and the persons who hold it and may act. `is_mixed`: somebody excluded holds it as well."""

    key: str
    users: list[int]
    is_mixed: bool


@dataclass
class Found:
    """What one rule gives: persons, roles in units, and other keys."""

    why: Why
    users: list[int] = field(default_factory=list)
    roles: list[HeldRole] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    @property
    def named(self) -> list[int]:
        """The persons among it, those who hold the roles included, each once."""
        return list(dict.fromkeys([*self.users, *(user_id for held in self.roles for user_id in held.users)]))

    def is_empty(self) -> bool:
        """Whether the rule found nobody."""
        return not (self.users or self.roles or self.keys)


@dataclass(frozen=True)
class Asked:
    """What a rule is asked about. `excluded`: who must not get the task; `above`: whose superiors are wanted."""

    case: Case
    excluded: frozenset[int]
    on: date
    above: int | None = None


Rule = Callable[[Mapping[str, Any], Asked], Found]
RULES: Registry[Rule] = Registry("assignee rules")


def rule(name: str) -> Callable[[Rule], Rule]:
    """Registers the decorated function as the assignee rule `name`."""
    return lambda function: RULES.register(name, function)
