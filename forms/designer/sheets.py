"""The property sheets of forms: one for sections, and one per kind of field, made from the shape of the kind."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from forms.designer.controls import Control, Sheet, control, group, options
from forms.fieldschema import (
    FILTERED,
    LEAST_STARS,
    MAX_FILES,
    MAX_LABEL,
    MAX_LENGTH,
    MAX_MEGABYTES,
    MAX_OPTIONS,
    MAX_PLACES,
    MAX_ROWS,
    MAX_TEXT,
    MOST_STARS,
)
from forms.groupschema import GROUP
from forms.shapes import FILE_TYPES, LAST, PREFILLS, REACHES, SHAPES, UPLOADED, Shape

ICONS = {
    "text": "pilcrow",
    "long_text": "doc-full",
    "note": "info-circle",
    "integer": "order",
    "decimal": "sliders",
    "money": "tag",
    "date": "date",
    "time": "time",
    "datetime": "calendar-alt",
    "rating": "pick",
    "quantity": "decimal",
    "choice": "radio-full",
    "multi_choice": "list-ul",
    "yes_no": "check",
    "phone": "mobile-alt",
    "email": "mail",
    "unit": "site",
    "venue": "home",
    "address": "globe",
    "id_number": "key",
    "hidden": "no-view",
    "photos": "image",
    "files": "doc-empty",
    "consent": "pick",
    "member": "user",
    "team": "group",
    "duration": "time",
    "award": "pick",
    "ledger_snapshot": "list-ol",
    "group": "table",
}
FILLED_IN = [
    ("name", _("Name")),
    ("tel", _("Phone")),
    ("email", _("E-mail")),
    ("street-address", _("Address")),
    ("organization", _("Organisation")),
    ("off", _("Nothing: staff fill in for others")),
]
SUBJECT_WORDS = [("person", _("Persons")), ("team", _("Teams")), ("organisation", _("Organisations"))]
REACH_WORDS = {
    "own": _("Those of the units and teams to which the person belongs"),
    "led": _("Those whom the person looks after, and himself"),
    "any": _("All"),
}
PREFILL_WORDS = {
    "profile.name": _("His name"),
    "profile.phone": _("His phone number"),
    "profile.email": _("His e-mail address"),
    "profile.unit": _("His home unit"),
    LAST: _("What he answered to this form last time"),
}
NUMBERS = ("integer", "decimal", "money", "duration")
KIND_WORDS = {
    "text": _("One line of text"),
    "long_text": _("Several lines of text"),
    "note": _("Text to read"),
    "integer": _("Whole number"),
    "decimal": _("Number with decimals"),
    "money": _("Amount of money"),
    "date": _("Date"),
    "time": _("Time of day"),
    "datetime": _("Date and time"),
    "rating": _("Stars"),
    "quantity": _("Number with a unit"),
    "choice": _("One of several"),
    "multi_choice": _("Some of several"),
    "yes_no": _("Yes or no"),
    "phone": _("Phone number"),
    "email": _("E-mail address"),
    "unit": _("Organisation unit"),
    "venue": _("Venue"),
    "address": _("Place down to the county"),
    "id_number": _("ID number of a resident"),
    "hidden": _("Fixed value that nobody sees"),
    "photos": _("Photos"),
    "files": _("Files"),
    "consent": _("Consent"),
    "member": _("Member"),
    "team": _("Team"),
    "duration": _("Hours and minutes"),
    "award": _("Award"),
    "ledger_snapshot": _("What the ledger says of somebody"),
    "group": _("Rows of several columns"),
}


def kind_words(name: str) -> str:
    """What a kind of field is called; of one that has no name here, its code."""
    return str(KIND_WORDS.get(name, name))


def kinds() -> dict[str, dict[str, Any]]:
    """Kind → label, icon, sheet, defaults, and its type in rules; `section` is the sheet of sections."""
    found: dict[str, dict[str, Any]] = {
        "section": {"label": _("Section"), "icon": "folder-open-inverse", "sheet": section_sheet(), "type": None}
    }
    for name, shape in SHAPES.items():
        found[name] = {
            "label": kind_words(name),
            "icon": ICONS.get(name, "form"),
            "sheet": field_sheet(name, shape),
            "defaults": {"kind": name, **_defaults(name, shape)},
            "type": shape.value,
        }
    return found


def _defaults(name: str, shape: Shape) -> dict[str, Any]:
    """What a new field holds, so that it can be published as soon as its question is written."""
    made: dict[str, Any] = {} if shape.value is None else {"label": kind_words(name)}
    if "options" in shape.needed:
        made["options"] = [{"id": f"o{n}", "label": now("Option %(n)s") % {"n": n}} for n in (1, 2)]
    if "units" in shape.needed:
        made["units"] = [{"id": "o1", "label": now("piece")}]
    if "default" in shape.needed:
        made["default"] = now("fixed value")
    if "text" in shape.needed:
        made["text"] = _("Please write the text here.")
    if "fields" in shape.needed:
        made["fields"] = [
            {"id": "", "key": "what", "kind": "text", "label": now("Item")},
            {"id": "", "key": "count", "kind": "integer", "label": now("How many"), "min": 1},
        ]
    return made


def section_sheet() -> Sheet:
    """What a section may say."""
    return [
        group(
            "",
            control("text2", "title", _("Title"), most=MAX_TEXT),
            control("text2", "help", _("Explanation"), long=True),
            control("flag", "page", _("Begins a new page"), help=_("Whoever fills it in goes from page to page.")),
        ),
        group(_("When it is asked"), control("condition", "show_if", _("Only if")), closed=True),
    ]


def field_sheet(name: str, shape: Shape) -> Sheet:
    """What a field of a kind may say."""
    asks = shape.value is not None
    own = [_property(one, name) for one in PROPERTIES if one in shape.properties]
    question = [control("text2", "label", _("Question"), most=MAX_LABEL)] if asks else []
    sheet = [
        group(
            "",
            *question,
            *own[:1] if "text" in shape.properties else [],
            control("text2", "help", _("Help below it"), long=True, most=MAX_TEXT),
        ),
        group("", *(own[1:] if "text" in shape.properties else own)),
    ]
    if asks and not shape.is_computed:
        sheet += [_requirement(), *_prefill(name)]
    sheet.append(group(_("When it is asked"), control("condition", "show_if", _("Only if")), closed=True))
    if asks:
        sheet += [_code()] if name == GROUP else [_privacy(), _code()]
    if shape.may_calc:
        sheet.append(_worked_out(str(shape.value)))
    return [one for one in sheet if one["controls"]]


def _code() -> dict[str, Any]:
    freezes = _("Small letters, digits and _. It freezes with the first publishing.")
    return group(
        _("Code of the field"), control("text", "key", _("Code of the field"), most=40, help=freezes), closed=True
    )


def _worked_out(result: str) -> dict[str, Any]:
    """How the value comes about; of a yes or no by a condition. `result`: the type of the value."""
    is_condition = result == "bool"
    value = control("condition" if is_condition else "calculation", "calc", _("Value"), result=result)
    return group(_("Worked out instead of asked"), value, closed=True)


def _property(name: str, kind: str) -> Control:
    entry = PROPERTIES[name]
    return entry(kind) if callable(entry) else entry


def document_sheet() -> Sheet:
    """What a form may say as a whole."""
    checks = control(
        "checks",
        "checks",
        _("What must hold across several answers"),
        help=_("Told beside the field as soon as it is broken. What is not answered yet breaks nothing."),
        rule_label=_("This must hold"),
        message_label=_("What is said if it does not"),
        at_label=_("Beside which field"),
        most=MAX_TEXT,
    )
    return [group("", checks)]


def _options(kind: str) -> Control:
    rule_label = _("Offered only if") if kind in FILTERED else ""
    return control(
        "options",
        "options",
        _("Options"),
        item_label=_("Option"),
        help_label=_("Help for this option"),
        rule_label=rule_label,
    )


def _scope(kind: str) -> Control:
    if kind in REACHES:
        reaches = options((reach, REACH_WORDS[reach]) for reach in REACHES[kind])
        return control("choice", "scope.unit", _("Who may be chosen"), options=reaches, empty=REACH_WORDS["own"])
    label = _("Venues of which kinds of units") if kind == "venue" else _("Which kinds of units may be chosen")
    return control("choices", "scope.kinds", label, source="unit_kinds")


def _requirement() -> dict[str, Any]:
    return group(
        "",
        control("flag", "required", _("Must be answered"), redraws=True),
        control(
            "condition", "required_if", _("Must be answered only if"), only={"path": "required", "is": [None, False]}
        ),
    )


def _prefill(name: str) -> Sheet:
    """Where an answer may come from before anybody fills it in."""
    found = [(source, PREFILL_WORDS[source]) for source, kinds in PREFILLS.items() if name in kinds]
    label, help_text = (
        _("Filled in already"),
        _("Only for somebody signed in; he reads that it was, and may change it."),
    )
    choices = options(found)
    shown = control("choice", "prefill", label, options=choices, empty=_("Not filled in already"), help=help_text)
    return [group("", shown)] if found else []


def _privacy() -> dict[str, Any]:
    levels = [
        ("public", _("Public: everybody may see it")),
        ("internal", _("Internal: for those who work on the case")),
        ("personal", _("Personal: tells who somebody is or how to reach them")),
        ("sensitive", _("Sensitive: harms when it leaks")),
    ]
    masks = [
        ("phone", "138****1234"),
        ("name", "王*清"),
        ("email", "w***@example.com"),
        ("id_number", "3101**********1234"),
        ("all", "•••"),
    ]
    return group(
        _("Privacy"),
        control(
            "choice", "privacy.level", _("Who may see it"), options=options(levels), empty=_("As usual for this kind")
        ),
        control(
            "choice", "privacy.mask", _("How it is masked"), options=options(masks), empty=_("As usual for this kind")
        ),
        control("text2", "privacy.purpose", _("What it is used for only"), most=MAX_LABEL),
        control("number", "privacy.retain_days", _("Kept for how many days"), least=1, most=36_500),
        closed=True,
    )


def _limit(path: str, kind: str) -> Control:
    if kind in ("date", "time", "datetime"):
        drawn = "clock" if kind == "time" else "day"
        return control(drawn, path, _("Not before") if path == "min" else _("Not after"))
    if kind == GROUP:
        label = _("At least how many rows") if path == "min" else _("At most how many rows")
        return control("number", path, label, least=1, most=MAX_ROWS)
    if kind == "rating":
        return control("number", path, _("How many stars at most"), least=LEAST_STARS, most=MOST_STARS)
    if kind in ("multi_choice", *UPLOADED):
        most = MAX_FILES if kind in UPLOADED else MAX_OPTIONS
        return control(
            "number", path, _("At least how many") if path == "min" else _("At most how many"), least=1, most=most
        )
    return control("number", path, _("Smallest") if path == "min" else _("Largest"), step=_step(kind))


def _step(kind: str) -> str:
    return "any" if kind in ("decimal", "money", "quantity") else "1"


def _default(kind: str) -> Control:
    label = _("The fixed value") if kind == "hidden" else _("What stands there at first")
    if kind == "date":
        return control("day", "default", label)
    if kind == "yes_no":
        return control("maybe", "default", label)
    if kind == "choice":
        return control("choice", "default", label, source="own_options")
    if kind == "multi_choice":
        return control("choices", "default", label, source="own_options")
    return control("number" if kind in NUMBERS else "text", "default", label, step=_step(kind))


def _styles(kind: str) -> Control:
    styles = [("cards", _("Large cards"))]
    if kind == "choice":
        styles = [("radio", _("Buttons below each other")), ("select", _("A list to open")), *styles]
    return control(
        "choice", "style", _("How it looks"), options=options(styles), empty=_("As fits the number of options")
    )


PROPERTIES: dict[str, Control | Callable[[str], Control]] = {
    "text": control("text2", "text", _("Text"), long=True),
    "options": lambda kind: _options(kind),
    "units": control("options", "units", _("Units to choose from"), item_label=_("Unit of measure"), help_label=""),
    "scope": lambda kind: _scope(kind),
    "of": control("choice", "of", _("Of whom"), source="subject_fields", needed=True),
    "subjects": control("choices", "subjects", _("For whom the awards are"), options=options(SUBJECT_WORDS)),
    "min": lambda kind: _limit("min", kind),
    "max": lambda kind: _limit("max", kind),
    "max_mb": control("number", "max_mb", _("At most how many MB each"), least=1, most=MAX_MEGABYTES),
    "accept": control(
        "choices",
        "accept",
        _("Which types may be given"),
        options=options((one, one.upper()) for one in FILE_TYPES),
        help=_("All, unless some are ticked. What a file is, is found out from what it holds."),
    ),
    "street": control("flag", "street", _("Also asks for street and number")),
    "low": control("text2", "low", _("What one star means"), most=20),
    "high": control("text2", "high", _("What all stars mean"), most=20),
    "max_length": control("number", "max_length", _("At most how many characters"), least=1, most=MAX_LENGTH),
    "unit": control("text2", "unit", _("Unit behind it"), most=20),
    "places": control("number", "places", _("Digits after the point"), least=0, most=MAX_PLACES),
    "style": _styles,
    "default": _default,
    "autocomplete": control("choice", "autocomplete", _("What the browser may fill in"), options=options(FILLED_IN)),
}
