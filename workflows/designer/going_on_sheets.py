"""The property sheets of what goes on by itself: waits, and the start of another flow."""

from django.utils.translation import gettext_lazy as _

from forms.designer.controls import Sheet, control, group, options

CALENDARS = [("working", _("Working days")), ("calendar", _("Calendar days"))]


def wait() -> Sheet:
    """A pause."""
    return [
        group(
            _("How long"),
            control("number", "props.days", _("Days"), least=1, most=366),
            control("choice", "props.calendar", _("Counted as"), options=options(CALENDARS), empty=CALENDARS[1][1]),
            control(
                "expression",
                "props.until",
                _("Or until a day from a form"),
                types=["date"],
                optional=True,
                no_constant=True,
            ),
        )
    ]


def subcase() -> Sheet:
    """A step that starts another flow."""
    return [
        group(
            _("Which flow"),
            control("choice", "props.flow", _("Flow to start"), source="flows", needed=True, redraws=True),
            control(
                "choice",
                "props.unit",
                _("For which unit"),
                source="case_or_unit_fields",
                empty=_("The unit of the case"),
            ),
            control(
                "flag",
                "props.wait",
                _("Wait until it has ended"),
                help=_("Then its result can be asked for in the conditions that follow."),
            ),
        ),
        group("", control("answers", "props.inputs", _("What its starting form is told"), none=_("It asks nothing."))),
    ]
