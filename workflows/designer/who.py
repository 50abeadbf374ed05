"""Answers "who would that be now?": the persons whom assignee rules find for a case of a unit, today."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.people.models import OrgUnit, User
from workflows.assignees import RULES, Asked
from workflows.designer.rule_sheets import RULE_WORDS
from workflows.models import Case
from workflows.reasons import role_names

BY_UNIT = ("role", "field")  # what these find depends on the unit alone


def lines(rules: Sequence[Any], unit: OrgUnit, on: date) -> list[str]:
    """One sentence per rule: who it finds, or what it depends on."""
    found = [_line(rule, unit, on) for rule in rules if isinstance(rule, Mapping)]
    return found or [_("No rule yet, so nobody.")]


def _line(rule: Mapping[str, Any], unit: OrgUnit, on: date) -> str:
    name = rule.get("rule")
    if name not in RULE_WORDS:
        return _("This rule is not known here.")
    if name not in BY_UNIT:
        return _("%(rule)s: that depends on the case.") % {"rule": RULE_WORDS[name][0]}
    roles = [role for role in rule.get("roles") or [] if isinstance(role, str)]
    if not roles:
        return _("Please choose a role first.")
    wanted = {"rule": "role", "roles": roles, "unit": "case", "level": rule.get("level")}
    answer = RULES["role"](wanted, Asked(Case(unit=unit), frozenset(), on))
    persons = [user_id for held in answer.roles for user_id in held.users]
    if not persons:
        return _("Nobody in %(unit)s or above holds this role, so the administrators would get it.") % {
            "unit": unit.name
        }
    users = User.objects.filter(pk__in=persons).select_related("member").order_by("pk")
    names = _(", ").join(user.member.name if user.member is not None else user.username for user in users)
    where = OrgUnit.objects.filter(pk=answer.why.get("unit")).first() or unit
    return _("%(names)s, %(roles)s of %(unit)s") % {"names": names, "roles": role_names(roles), "unit": where.name}
