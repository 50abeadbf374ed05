"""How an offer that is open to be taken on is set up: places, limits, times, and the waiting list."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from forms.designer.controls import Control, control, group, options

COUNTED = [("working", _("Working days")), ("calendar", _("Days of the calendar"))]


def _effect(path: str, label: Any) -> Control:
    return control("choice", path, label, source="plain_effects", empty=_("Nothing else happens"))


def _days(path: str, label: Any, help: Any) -> list[Control]:
    return [
        control("number", f"{path}.days", label, least=1, most=366, help=help),
        control("choice", f"{path}.calendar", _("Counted as"), options=options(COUNTED), empty=COUNTED[0][1]),
    ]


def claimants() -> dict[str, Any]:
    """Who may take it on."""
    return group(
        _("Who"),
        control("choices", "props.claimants", _("Who may take it on"), source="claimants"),
        control(
            "choice", "props.scope.level", _("From where"), source="unit_kinds", empty=_("From the unit of the case")
        ),
        control(
            "condition",
            "props.eligible",
            _("Only those for whom this holds"),
            facts=True,
            help=_("For example at least ten verified hours. Whoever does not meet it reads what is asked."),
        ),
    )


def places() -> dict[str, Any]:
    """How many may take it on, how often and for how long."""
    return group(
        _("Places"),
        control(
            "expression",
            "props.slots",
            _("How many places there are"),
            types=["number"],
            optional=True,
            help=_("One, if nothing is said here; or as many as a field of a form says."),
        ),
        control(
            "number",
            "props.least",
            _("Enough if so many are taken when time is up"),
            least=1,
            most=1000,
            help=_("Needs “Go on as it stands” among what happens when it is overdue."),
        ),
        control(
            "number",
            "props.per_claimant",
            _("At most so many at the same time for each claimant"),
            least=1,
            most=1000,
            help=_("Counted over all cases of this flow that are still going."),
        ),
        *_days(
            "props.hold",
            _("Must be carried out within so many days"),
            _("Otherwise the place is open again by itself. Without it, there is no limit."),
        ),
        closed=True,
    )


def waiting_list() -> dict[str, Any]:
    """For those who come too late."""
    return group(
        _("Waiting list"),
        *_days(
            "props.waitlist",
            _("A place that gets free is kept for so many days"),
            _("For whoever has waited longest, then for the next. Without it, there is no waiting list."),
        ),
        control("number", "props.waitlist.most", _("At most so many wait"), least=1, most=1000),
        closed=True,
    )


def happenings() -> list[Control]:
    """What is carried out when it is taken on, given back and opened to more."""
    return [
        _effect("props.on_claim", _("When it is taken on")),
        _effect("props.on_release", _("When it is given back")),
        _effect("props.on_widen", _("When it is opened to more")),
    ]
