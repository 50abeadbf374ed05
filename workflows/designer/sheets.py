"""The property sheets of flows: the start, each kind of step, the ways of a branch, and the assignee rules."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from forms.designer.configuration import names_in
from forms.designer.controls import Control, Sheet, control, group, options
from workflows.designer.cards import DEFAULTS, ICONS
from workflows.designer.deciding_sheets import criteria, outcomes, together
from workflows.designer.effect_words import INPUT_WORDS
from workflows.designer.going_on_sheets import CALENDARS, by_itself, subcase, wait
from workflows.designer.ladder_sheets import ladder
from workflows.designer.policy_sheets import assignee, policies, standing_in
from workflows.designer.pool_sheets import claimants, happenings, places, waiting_list
from workflows.designer.rule_sheets import RULE_WORDS, rules
from workflows.kinds import KINDS, RULES
from workflows.letters import PLACEHOLDERS
from workflows.names import KIND_NAMES

PLACEHOLDER_WORDS = {
    "case.number": _("number of the case"),
    "flow.title": _("name of the flow"),
    "unit.name": _("name of the unit"),
}


def kinds() -> dict[str, dict[str, Any]]:
    """Kind of step → label, icon, sheet, defaults; `_start`, `_case` and `_way` are sheets that are no step."""
    found: dict[str, dict[str, Any]] = {
        name: {
            "label": KIND_NAMES[name],
            "icon": ICONS.get(name, "cog"),
            "sheet": [_name(), *SHEETS[name]()],
            "defaults": DEFAULTS.get(name, {}),
        }
        for name in KINDS
    }
    found["_start"] = {"label": _("Beginning"), "icon": "user", "sheet": _start()}
    found["_case"] = {"label": _("One way of a choice"), "icon": "resubmit", "sheet": [_name(), group("", _when())]}
    found["_way"] = {"label": _("One of the ways"), "icon": "resubmit", "sheet": [_name()]}
    return found


def _name() -> dict[str, Any]:
    return group("", control("text2", "name", _("What it is called"), most=60))


def _when() -> Control:
    return control("condition", "when", _("Taken when"), help=_("Conditions are tried from left to right."))


def _start() -> Sheet:
    return [
        *by_itself(),
        group(
            _("The form"),
            control(
                "who",
                "start.who",
                _("Who may start"),
                source="who",
                roles="roles",
                roles_label=_("Only certain roles"),
                only={"path": "start.kind", "is": ["manual"]},
            ),
            control("choice", "start.form", _("With which form"), source="forms", needed=True, redraws=True),
            control("flag", "start.status_code", _("Give a code that opens the case without a login"), redraws=True),
        ),
        group(
            _("Where things are taken from"),
            control(
                "choice",
                "start.unit_from",
                _("Whose case it is"),
                source="start_fields:unit",
                empty=_("The unit of whoever starts"),
            ),
            control(
                "choice",
                "start.title_from",
                _("What the case is called"),
                source="start_fields:text,long_text,choice",
                empty=_("As the flow"),
            ),
            control(
                "choice",
                "start.guest_email_from",
                _("Where news is sent"),
                source="start_fields:email",
                empty=_("Nowhere"),
            ),
        ),
        group(
            _("Time for the whole case"),
            control("number", "start.limit.days", _("Days (empty: no limit)"), least=1, most=366),
            control(
                "choice", "start.limit.calendar", _("Which days"), options=options(CALENDARS), empty=_("Working days")
            ),
            control("number", "start.limit.warn_percent", _("Warn after so many percent"), least=1, most=99),
            control("number", "start.limit.repeat_days", _("Then again every so many days"), least=1, most=60),
            control("choices", "start.limit.tell", _("Who else hears once it is over"), source="roles"),
            control("number", "start.limit.end_after", _("End it so many days after that (empty: never)"), most=366),
            control("choice", "start.limit.end_result", _("With which result"), source="results", empty=_("Not ended")),
            closed=True,
        ),
        group(
            _("More"),
            control(
                "text",
                "prefix",
                _("Letters before the number"),
                most=6,
                help=_("One to six capital letters, for example XY."),
            ),
            control(
                "choice",
                "start.on_withdraw",
                _("When it is withdrawn"),
                source="plain_effects",
                empty=_("Nothing else happens"),
            ),
            control("text2", "help", _("What people read before they start"), long=True),
        ),
    ]


def _deadline(*, is_offer: bool = False) -> dict[str, Any]:
    return group(
        _("Deadline"),
        control("number", "props.deadline.days", _("Number of days"), least=1, most=366),
        control(
            "choice", "props.deadline.calendar", _("Counted as"), options=options(CALENDARS), empty=CALENDARS[0][1]
        ),
        control(
            "number",
            "props.deadline.warn_percent",
            _("Remind when so many percent of the time are gone"),
            least=1,
            most=99,
        ),
        control(
            "number", "props.deadline.repeat_days", _("When overdue, remind again every so many days"), least=1, most=60
        ),
        ladder(None if is_offer else {**assignee(_("Who gets it")), "path": "assignee"}),
    )


def _form() -> Control:
    return control(
        "choice", "props.form", _("Form to fill in"), source="forms", empty=_("None: only a decision"), redraws=True
    )


def _apart() -> dict[str, Any]:
    return group(
        _("Not the same person as at"),
        control("choices", "props.not_same_as", _("Steps"), source="earlier_steps"),
        control("choices", "props.not_same_unit_as", _("Nobody of the same unit as at"), source="earlier_steps"),
        closed=True,
    )


def _copies() -> dict[str, Any]:
    return group(
        _("Copies"),
        control(
            "receivers",
            "props.copy_to",
            _("Who gets a copy once it is done"),
            plain=options(one for one in RECEIVERS if one[0] != "guest"),
            rules=[name for name in RULES if name in RULE_WORDS and name != "guest"],
            rule_label=_("How the person is found"),
            rule_choice=_("Somebody found by a rule"),
        ),
        closed=True,
    )


def _help() -> dict[str, Any]:
    return group("", control("text2", "props.help", _("What the person should know"), long=True))


def _access() -> dict[str, Any]:
    levels = {"edit": _("fill in"), "read": _("read"), "mask": _("read masked"), "hide": _("not see")}
    usual = {
        "public": _("as usual: read"),
        "internal": _("as usual: read"),
        "personal": _("as usual: masked"),
        "sensitive": _("as usual: not see"),
        "rows": _("as usual: each column by its own"),
        "own": _("as usual: fill in"),
    }
    rights = {
        "add": _("add rows"),
        "change": _("change rows that are there"),
        "delete": _("delete rows that are there"),
    }
    return group(
        _("Who sees and fills in what"),
        control(
            "access",
            "access",
            _("Fields at this step"),
            levels=levels,
            usual=usual,
            rights=rights,
            own=_("The form of this step"),
            lost=_("No longer asked"),
        ),
        closed=True,
    )


def _form_step() -> Sheet:
    return [
        group("", assignee(_("Who does it"))),
        standing_in(),
        group("", _form()),
        _help(),
        outcomes(),
        _deadline(),
        _apart(),
        _copies(),
        _access(),
    ]


def _approval() -> Sheet:
    return [
        group("", assignee(_("Who decides"))),
        standing_in(),
        together(),
        policies(),
        group("", _form()),
        _help(),
        outcomes(),
        _deadline(),
        _apart(),
        _copies(),
        _access(),
    ]


def _score() -> Sheet:
    return [
        group("", assignee(_("Who scores"))),
        criteria(),
        _help(),
        _deadline(),
        _apart(),
        _copies(),
        _access(),
    ]


def _claim() -> Sheet:
    return [
        claimants(),
        places(),
        waiting_list(),
        group(
            _("What happens"),
            *happenings(),
            _form(),
        ),
        _help(),
        _deadline(is_offer=True),
        _apart(),
        _copies(),
        _access(),
    ]


def _notice() -> Sheet:
    return [
        group(
            _("The notice"),
            control("text2", "props.subject", _("Heading"), placeholders=_placeholders()),
            control("choices", "props.shows", _("What it shows, masked"), source="shown_fields"),
            control("number", "props.days", _("How many days"), least=1, most=366),
            control("choice", "props.calendar", _("Counted as"), options=options(CALENDARS), empty=CALENDARS[0][1]),
        ),
        group(_("If somebody objects"), assignee(_("Who decides on it"))),
        standing_in(),
        _help(),
        outcomes(),
        _deadline(),
        _apart(),
        _copies(),
        _access(),
    ]


def _effect() -> Sheet:
    return [
        group(
            _("What is done"),
            control("choice", "props.effect", _("Entry"), source="effects", needed=True, redraws=True),
            control("inputs", "props.inputs", _("From where it is taken"), none=_("It needs nothing.")),
        )
    ]


def _notify() -> Sheet:
    return [
        group(
            _("The message"),
            control(
                "receivers",
                "props.to",
                _("To whom"),
                plain=options(RECEIVERS),
                rules=[name for name in RULES if name in RULE_WORDS],
                rule_label=_("How the person is found"),
                rule_choice=_("Somebody found by a rule"),
            ),
            control("text2", "props.subject", _("Subject"), placeholders=_placeholders()),
            control("text2", "props.body", _("Text"), long=True, placeholders=_placeholders()),
        )
    ]


def _end() -> Sheet:
    return [group("", control("result", "props.result", _("Result"), other=_("Another result, called as this step")))]


def _plain() -> Sheet:
    return []


def _placeholders() -> list[dict[str, Any]]:
    return options((name, PLACEHOLDER_WORDS.get(name, name)) for name in sorted(PLACEHOLDERS))


SHEETS = {
    "form": _form_step,
    "approval": _approval,
    "score": _score,
    "claim": _claim,
    "notice": _notice,
    "branch": _plain,
    "parallel": _plain,
    "wait": wait,
    "subcase": subcase,
    "effect": _effect,
    "notify": _notify,
    "end": _end,
}
RECEIVERS = [
    ("starter", _("Whoever started")),
    ("guest", _("Whoever holds the code")),
    ("claimant", _("Whoever took it on")),
]


def names() -> dict[str, Any]:
    """Property → what its control is called, for sentences about problems."""
    found = names_in(group for kind in kinds().values() for group in kind["sheet"])
    params = {one["path"]: one["label"] for rule in rules().values() for one in rule["controls"]}
    inputs = {key: str(label) for key, label in INPUT_WORDS.items()}
    return {**inputs, **params, **found, "label": _("Text of the button"), "steps": _("Steps")}
