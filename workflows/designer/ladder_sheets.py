"""The control for what happens when a step is overdue, one thing after the other."""

from django.utils.translation import gettext_lazy as _

from forms.designer.controls import Control, control, options
from workflows.names import RUNG_NAMES


def ladder(assignees: Control | None) -> Control:
    """`assignees`: the control with which a designer says who gets a task; None for an offer open to be taken on."""
    of_offer = {"remind": RUNG_NAMES["remind"], "widen": RUNG_NAMES["widen"], "outcome": _("Go on as it stands")}
    deeds = {name: word for name, word in RUNG_NAMES.items() if name != "widen"} if assignees is not None else of_offer
    return control(
        "ladder",
        "props.deadline.overdue",
        _("What happens when it is overdue"),
        help=_("One after the other, each once; reminders go on in between and afterwards."),
        deeds=options(deeds.items()),
        after=control("number", "after", _("So many days after the deadline"), least=0, most=366),
        of={
            "reassign": [assignees] if assignees is not None else [],
            "up": [
                control(
                    "choices",
                    "roles",
                    _("To which role there"),
                    source="roles",
                    help=_("Without one, to the same role as at this step."),
                )
            ],
            "outcome": [control("choice", "outcome", _("Which decision"), source="own_outcomes", needed=True)],
            "widen": [
                control("choices", "claimants", _("Who may take it on"), source="claimants"),
                control("choice", "scope.level", _("From where"), source="unit_kinds", empty=_("As before")),
            ],
            "step": [control("choice", "step", _("To which step"), source="back_targets", needed=True)],
        },
    )
