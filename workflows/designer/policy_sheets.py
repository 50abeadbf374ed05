"""Who does a step and what happens where that is nobody, oneself or the same person once more, as designers set it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from forms.designer.controls import Control, control, group, options
from workflows.designer.rule_sheets import RULE_WORDS
from workflows.kinds import RULES

WHEN_SELF = [
    ("allow", _("He decides all the same")),
    ("skip", _("It is passed by itself, visibly")),
    ("above", _("Whoever is above him decides")),
    ("admins", _("The administrators decide")),
]
WHEN_AGAIN = [
    ("ask", _("He is asked again")),
    ("skip", _("He is asked once only, it is passed by itself, visibly")),
    ("in_a_row", _("It is passed by itself if he decided right before")),
]
PLACES_TO_ADD = [("before", _("Before")), ("beside", _("Beside each other")), ("after", _("After"))]


def assignee(label: Any) -> Control:
    """The rules of a step."""
    return control(
        "assignees",
        "props.assignee",
        label,
        rules=[name for name in RULES if name in RULE_WORDS],
        rule_label=_("How the person is found"),
        more_label=_("Somebody else as well"),
        who_label=_("Who would that be now?"),
        unit_label=_("For a case of"),
    )


def standing_in() -> dict[str, Any]:
    """Who gets it when the rules find nobody."""
    rules = [name for name in RULES if name in RULE_WORDS]
    return group(
        _("If nobody is found"),
        control(
            "assignees",
            "props.when_nobody",
            _("Who stands in, before the administrators"),
            rules=rules,
            rule_label=_("How the person is found"),
            more_label=_("Somebody else as well"),
            who_label=_("Who would that be now?"),
            unit_label=_("For a case of"),
        ),
        closed=True,
    )


def policies() -> dict[str, Any]:
    """Deciding on one's own matter, and twice on the same one."""
    return group(
        _("Own matters, and deciding twice"),
        control(
            "choice",
            "props.when_self",
            _("If whoever started would decide"),
            options=options(WHEN_SELF[1:]),
            empty=WHEN_SELF[0][1],
        ),
        control(
            "choice",
            "props.when_again",
            _("If he agreed already at an earlier step"),
            options=options(WHEN_AGAIN[1:]),
            empty=WHEN_AGAIN[0][1],
        ),
        control("choices", "props.may_add", _("Whoever decides may add an approver"), source="places_to_add"),
        closed=True,
    )
