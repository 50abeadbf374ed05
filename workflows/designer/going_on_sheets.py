"""The property sheets of what goes on by itself: waits, and the start of another flow."""

from django.utils.translation import gettext_lazy as _

from forms.designer.controls import Sheet, control, group, options
from workflows.kinds import START_OF

CALENDARS = [("working", _("Working days")), ("calendar", _("Calendar days"))]


def wait() -> Sheet:
    """A pause."""
    return [
        group(
            _("How long"),
            control(
                "number",
                "props.days",
                _("Number of days"),
                least=1,
                most=366,
                help=_("For an event: how long it is waited for at most."),
            ),
            control("choice", "props.calendar", _("Counted as"), options=options(CALENDARS), empty=CALENDARS[1][1]),
            control(
                "expression",
                "props.until",
                _("Or until a day from a form"),
                types=["date"],
                optional=True,
                no_constant=True,
            ),
            control(
                "choice",
                "props.event",
                _("Or until something happens"),
                source="events",
                empty=_("Nothing"),
                redraws=True,
                help=_("Whether it happened or the time was over can be asked for in the conditions that follow."),
            ),
            control(
                "choice", "props.about", _("Whom it must concern"), source="subject_fields", empty=_("Whomever it may")
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


STARTS = [("manual", _("By hand")), ("event", _("When something happens")), ("schedule", _("By the calendar"))]
EVERY = [("day", _("Every day")), ("week", _("Every week")), ("month", _("Every month"))]
OF_KIND = {kind: sorted(own) for kind, own in START_OF.items()}


def by_itself() -> Sheet:
    """How a case begins, and what it is told when nobody fills in the form."""
    by_day = {"path": "start.kind", "is": ["schedule"]}
    is_event = {"path": "start.kind", "is": ["event"]}
    return [
        group(
            _("How it begins"),
            control("start_kind", "start.kind", _("It begins"), options=options(STARTS), own=OF_KIND),
            control(
                "choice", "start.event", _("Which event"), source="events", needed=True, redraws=True, only=is_event
            ),
        ),
        group(
            "",
            control(
                "choice", "start.every", _("How often"), options=options(EVERY), empty=_("Once, on a date"), only=by_day
            ),
            control(
                "number",
                "start.on",
                _("On which day"),
                least=1,
                most=31,
                help=_("Of the week (1 is Monday) or of the month; the first without it."),
                only=by_day,
            ),
            control("day", "start.date", _("On which date, if only once"), fixed=True, only=by_day),
            control("text", "start.at", _("At what time"), most=5, help=_("For example 09:00."), only=by_day),
            control(
                "choice",
                "start.calendar",
                _("If nobody works on that day"),
                options=options([("working", _("On the next working day"))]),
                empty=_("On that day all the same"),
                only=by_day,
            ),
            control(
                "choice",
                "start.level",
                _("One case for each"),
                source="unit_kinds",
                empty=_("Only one, for the whole programme"),
                only=by_day,
            ),
        ),
        group(
            "",
            control("told", "start.inputs", _("What the form takes from it"), none=_("Nothing fits."), only=is_event),
            control(
                "preset",
                "start.answers",
                _("What else the form is told"),
                none=_("It asks nothing else."),
                only={"path": "start.kind", "is": [kind for kind in OF_KIND if kind != "manual"]},
            ),
        ),
    ]
