"""The assignee rules as designers choose them: their names, and a control for each parameter."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from forms.designer.controls import Control, control
from workflows.kinds import RULES

RULE_WORDS: dict[str, tuple[Any, Any]] = {
    "role": (_("Whoever holds a role"), _("In the unit of the case; where nobody does, in the next unit above.")),
    "starter": (_("Whoever started"), _("With a login or with the code.")),
    "guest": (_("Whoever holds the code"), _("Needs a code given at the start.")),
    "claimant": (_("Whoever took it on"), _("The member, the heads of the team, or who represents the organisation.")),
    "field": (
        _("A role in a unit chosen in a form"),
        _("The unit that somebody chose; where nobody holds the role, above it."),
    ),
    "member": (_("The member chosen in a form"), _("His login gets the task.")),
    "team_head": (_("The head of a team chosen in a form"), _("Else a deputy, else the unit above.")),
}
PARAMS: dict[str, dict[str, Control]] = {
    "role": {
        "roles": control("choices", "roles", _("Role"), source="roles"),
        "level": control(
            "choice", "level", _("From which level on"), source="unit_kinds", empty=_("From the unit itself")
        ),
        "unit": control(
            "choice", "unit", _("In which unit"), source="case_or_unit_fields", empty=_("The unit of the case")
        ),
    },
    "claimant": {"step": control("choice", "step", _("At which step"), source="earlier_claims", needed=True)},
    "field": {
        "field": control("choice", "field", _("Unit chosen in"), source="unit_fields", needed=True),
        "roles": control("choices", "roles", _("Role"), source="roles"),
    },
    "member": {"field": control("choice", "field", _("Member chosen in"), source="member_fields", needed=True)},
    "team_head": {
        "field": control("choice", "field", _("Team chosen in"), source="team_fields", needed=True),
        "roles": control("choices", "roles", _("Else whoever holds a role"), source="roles"),
    },
}


def rules() -> dict[str, dict[str, Any]]:
    """Assignee rule → label, help and controls of its parameters; rules for tests are left out."""
    found = {}
    for name, described in RULES.items():
        if name in RULE_WORDS:
            known = PARAMS.get(name, {})
            controls = [known.get(param) or control("text", param, param) for param in described.params]
            found[name] = {"label": RULE_WORDS[name][0], "help": RULE_WORDS[name][1], "controls": controls}
    return found
