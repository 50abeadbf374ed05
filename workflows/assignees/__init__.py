"""To whom a task goes and why: the assignee rules, what happens when nobody is found, and separation of duties."""

from workflows.assignees import persons, roles  # noqa: F401  # registers the rules
from workflows.assignees.administrators import administrators, managing
from workflows.assignees.behind import persons_behind
from workflows.assignees.deciding import for_step, found_by, merged, nobody, scope_unit, signers
from workflows.assignees.found import ADMINS, RULES, Asked, Assigned, Found, HeldRole, Rule, Why, rule
from workflows.assignees.policies import passing_outcome
from workflows.assignees.roles import role_in
from workflows.assignees.separation import barred_users, excluded_users, unit_kept_out

__all__ = [
    "ADMINS",
    "RULES",
    "Asked",
    "Assigned",
    "Found",
    "HeldRole",
    "Rule",
    "Why",
    "administrators",
    "barred_users",
    "excluded_users",
    "for_step",
    "found_by",
    "managing",
    "merged",
    "nobody",
    "passing_outcome",
    "persons_behind",
    "role_in",
    "rule",
    "scope_unit",
    "signers",
    "unit_kept_out",
]
