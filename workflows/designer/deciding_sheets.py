"""The property sheets of deciding: the outcomes of a step, and how several decide together."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from forms.designer.controls import control, group, options

MODES = [
    ("any", _("One agreement is enough")),
    ("all", _("All must agree")),
    ("quorum", _("So many must agree")),
    ("ratio", _("A share of all must agree")),
    ("in_turn", _("All must agree, one after the other")),
]
THENS = [
    ("walk", _("It goes through all steps again")),
    ("straight", _("It comes straight back to whoever sent it back")),
]


def outcomes() -> dict[str, Any]:
    """What may be chosen, and where each choice leads."""
    comments = [("required", _("Must be given")), ("optional", _("May be given")), ("none", _("Is not asked"))]
    tones = [("primary", _("Strong")), ("plain", _("Plain")), ("danger", _("Warning"))]
    effects = [
        {"value": "continue", "label": _("Go on to the next step")},
        {"value": "return", "label": _("Send back for correction to")},
        {"value": "again", "label": _("Do it once more from")},
        {"value": "end", "label": _("End the case as")},
    ]
    more = [
        control("choice", "comment", _("A reason"), options=options(comments), empty=_("May be given")),
        control("choice", "then", _("Once corrected"), options=options(THENS), empty=THENS[0][1], only_effect="return"),
        control("choice", "form", _("Form asked for it"), source="forms", empty=_("None")),
        control("choice", "tone", _("Looks"), options=options(tones), empty=_("As usual")),
    ]
    return group(
        "",
        control(
            "outcomes",
            "outcomes",
            _("Decisions to choose from"),
            effects=effects,
            more=more,
            label_label=_("Text of the button"),
            effect_label=_("What happens"),
            target_label=_("Where to"),
            help_label=_("Explanation"),
        ),
    )


def together() -> dict[str, Any]:
    """Whether several decide, and how many of them must agree."""
    return group(
        _("When several decide together"),
        control(
            "choice",
            "props.mode",
            _("How they decide"),
            options=options(MODES),
            empty=_("Whoever takes it decides alone"),
            redraws=True,
        ),
        control(
            "number",
            "props.need",
            _("How many agreements"),
            least=1,
            most=100,
            only={"path": "props.mode", "is": ["quorum"]},
        ),
        control(
            "number",
            "props.percent",
            _("How many percent must agree"),
            least=1,
            most=100,
            only={"path": "props.mode", "is": ["ratio"]},
        ),
    )


def criteria() -> dict[str, Any]:
    """What a jury scores, how many scores it takes, and what passes."""
    return group(
        _("The scores"),
        control(
            "criteria",
            "props.criteria",
            _("Criteria"),
            item_label=_("What is judged"),
            max_label=_("Highest score"),
            weight_label=_("Weight (1 if empty)"),
        ),
        control("flag", "props.drop", _("Leave out the highest and the lowest score")),
        control("number", "props.need", _("How many scores are enough (all if empty)"), least=1, most=100),
        control(
            "number", "props.pass", _("Passed from how many points on (empty: no threshold)"), least=0, most=100000
        ),
    )
