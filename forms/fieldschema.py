"""Judges one field of a form document: identifiers, texts, properties of its kind, options, limits, privacy."""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from forms.problem import Problem
from forms.rules.moments import TIME
from forms.rules.values import as_date
from forms.shapes import (
    AUTOCOMPLETE,
    FILE_TYPES,
    LAST,
    LEVELS,
    MASKS,
    PREFILLS,
    REACHES,
    SHAPES,
    STYLES,
    SUBJECTS,
    UPLOADED,
    Shape,
)

MAX_LABEL = 300
MAX_TEXT = 2_000
MAX_LONG_TEXT = 20_000
MAX_OPTIONS = 500
MAX_LENGTH = 10_000
MAX_NUMBER = Decimal(10) ** 15
MAX_PLACES = 6
MAX_FILES = 9
MAX_MEGABYTES = 20
MAX_ROWS = 50
LEAST_STARS, USUAL_STARS, MOST_STARS = 2, 5, 10
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{2,8})?")
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
UNSEEN = frozenset({"Cf", "Cc", "Zs", "Zl", "Zp"})
FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols that are drawn as nothing
COMMON = frozenset({"id", "key", "kind", "label", "help", "required", "required_if", "show_if", "privacy", "prefill"})
PRIVACY = frozenset({"level", "purpose", "mask", "retain_days"})
OPTION = frozenset({"id", "label", "help"})
FILTERED = ("choice", "multi_choice")  # kinds whose options may be offered under a condition only

Found = list[Problem]


def is_identifier(value: Any) -> bool:
    """True for 1 to 60 letters, digits, `_`, `.` or `-`, beginning with a letter or digit."""
    return isinstance(value, str) and IDENTIFIER.fullmatch(value) is not None


def is_hostile(text: str) -> bool:
    """True when a text holds control characters, direction overrides or broken Unicode."""
    return any(
        (unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t\r") or letter in BIDI for letter in text
    )


def is_blank(text: str) -> bool:
    """True when nothing of a text can be seen: only spaces, zero-width letters and the like."""
    return all(unicodedata.category(letter) in UNSEEN or letter in FILLERS for letter in text)


def unknown_properties(value: dict[Any, Any], known: frozenset[str], place: str) -> Found:
    """One problem per property that the format does not have."""
    dot = f"{place}." if place else ""
    return [
        Problem("property.unknown", f"{dot}{str(name)[:60]}", {"name": str(name)[:60]})
        for name in value
        if name not in known
    ]


def text_problems(value: Any, place: str, limit: int) -> Found:
    """What is wrong with a text: a plain one, or language → text."""
    if isinstance(value, dict):
        if not value or any(not isinstance(code, str) or not LANGUAGE.fullmatch(code) for code in value):
            return [Problem("text.languages", place)]
        return [problem for code in value for problem in _one_text(value[code], f"{place}.{code}", limit)]
    return _one_text(value, place, limit)


def _one_text(value: Any, place: str, limit: int) -> Found:
    if not isinstance(value, str):
        return [Problem("text.not_a_text", place)]
    if not value.strip():
        return [Problem("text.empty", place)]
    if len(value) > limit:
        return [Problem("text.too_long", place, {"limit": limit})]
    return [Problem("text.control", place)] if is_hostile(value) else []


def field_problems(field: Any, place: str) -> Found:
    """Everything wrong with a field itself; its rules are judged with the whole document."""
    if not isinstance(field, dict):
        return [Problem("field.not_an_object", place)]
    found: Found = []
    if not is_identifier(field.get("id")):
        found.append(Problem("field.id", f"{place}.id"))
    key = field.get("key")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        found.append(Problem("field.key", f"{place}.key"))
    kind = field.get("kind")
    if kind is None:
        return [*found, Problem("field.no_kind", place)]
    if not isinstance(kind, str) or kind not in SHAPES:
        return [*found, Problem("field.kind", f"{place}.kind", {"kind": str(kind)[:40]})]
    return found + _of_kind(field, SHAPES[kind], kind, place)


def _of_kind(field: dict[str, Any], shape: Shape, kind: str, place: str) -> Found:
    known = COMMON | shape.properties | ({"calc"} if shape.may_calc else frozenset())
    if shape.value is None:
        known -= {"required", "required_if", "privacy", "prefill"}
    if shape.is_computed:
        known -= {"required", "required_if", "prefill"}
    if kind == "group":
        known -= {"privacy", "prefill"}  # its columns have their own
    found = [
        Problem("field.property", problem.place, {**problem.params, "kind": kind})
        for problem in unknown_properties(field, known, place)
    ]
    if "label" not in field and shape.value is not None:
        found.append(Problem("field.no_label", f"{place}.label"))
    found += [
        Problem("field.needs", f"{place}.{name}", {"name": name, "kind": kind})
        for name in sorted(shape.needed - field.keys())
    ]
    if field.get("calc") is not None and (field.get("required") or "required_if" in field or "default" in field):
        found.append(Problem("field.calc_is_not_asked", f"{place}.calc"))
    for name in field:
        check = CHECKS.get(name) if name in known else None
        if check is not None:
            found += check(field, kind, f"{place}.{name}")
    return found


def _text(limit: int) -> Callable[[dict[str, Any], str, str], Found]:
    def check(field: dict[str, Any], kind: str, place: str) -> Found:  # noqa: ARG001  # one signature for all checks
        return text_problems(field[place.rsplit(".", 1)[1]], place, limit)

    return check


def _one_of(*allowed: str) -> Callable[[dict[str, Any], str, str], Found]:
    def check(field: dict[str, Any], kind: str, place: str) -> Found:  # noqa: ARG001
        value = field[place.rsplit(".", 1)[1]]
        known = isinstance(value, str) and value in allowed
        return [] if known else [Problem("property.not_one_of", place, {"allowed": ", ".join(allowed)})]

    return check


def _flag(field: dict[str, Any], kind: str, place: str) -> Found:  # noqa: ARG001
    return [] if isinstance(field[place.rsplit(".", 1)[1]], bool) else [Problem("property.not_yes_or_no", place)]


def whole(value: Any, least: int, most: int) -> bool:
    """True for a whole number within bounds; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def exact(value: Any) -> Decimal | None:
    """The number that a JSON number, or a text like 12.50, stands for; None for anything else or beyond 10¹⁵."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)) or len(str_of(value)) > 30:
        return None
    try:
        number = Decimal(str_of(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < MAX_NUMBER else None


def str_of(value: int | float | str) -> str:
    """Shortest writing of a number; enormous whole numbers become a text too long to be one."""
    if isinstance(value, int) and value.bit_length() > 200:
        return "9" * 61
    return repr(value) if isinstance(value, float) else str(value)


def _whole(least: int, most: int) -> Callable[[dict[str, Any], str, str], Found]:
    def check(field: dict[str, Any], kind: str, place: str) -> Found:  # noqa: ARG001
        fine = whole(field[place.rsplit(".", 1)[1]], least, most)
        return [] if fine else [Problem("property.not_a_number", place, {"least": least, "most": most})]

    return check


def _limit(field: dict[str, Any], kind: str, place: str) -> Found:
    """`min` and `max`: a number, a day, or for multi_choice, files and groups how many."""
    name = place.rsplit(".", 1)[1]
    value = bound(field[name], kind)
    if value is None:
        return [Problem("field.limit", place, {"kind": kind})]
    other = bound(field.get("min"), kind)
    if name == "max" and other is not None and type(other) is type(value) and other > value:
        return [Problem("field.limits_crossed", place)]
    return []


def bound(value: Any, kind: str) -> Any:  # Any: Decimal, date, or the word today, by kind
    """A limit as a comparable value: Decimal, date or time of day, or the text `today`; None when it is none."""
    if kind == "time":
        return value if isinstance(value, str) and TIME.fullmatch(value) else None
    if kind == "rating":
        return Decimal(value) if whole(value, LEAST_STARS, MOST_STARS) else None
    if kind in ("date", "datetime"):
        return value if value == "today" and isinstance(value, str) else as_date(value)
    if kind in UPLOADED:
        return Decimal(value) if whole(value, 1, MAX_FILES) else None
    if kind == "multi_choice":
        return Decimal(value) if whole(value, 1, MAX_OPTIONS) else None
    if kind == "group":
        return Decimal(value) if whole(value, 1, MAX_ROWS) else None
    number = exact(value)
    return (
        None
        if kind in ("integer", "duration") and number is not None and number != number.to_integral_value()
        else number
    )


def _options(field: dict[str, Any], kind: str, place: str) -> Found:
    """`options`, and `units` of a quantity, which are written alike."""
    options = field[place.rsplit(".", 1)[1]]
    if not isinstance(options, list) or not options:
        return [Problem("options.none", place)]
    if len(options) > MAX_OPTIONS:
        return [Problem("options.too_many", place, {"limit": MAX_OPTIONS})]
    found: Found = []
    seen: set[str] = set()
    for number, option in enumerate(options):
        where = f"{place}[{number}]"
        if not isinstance(option, dict):
            found.append(Problem("option.not_an_object", where))
            continue
        found += unknown_properties(option, OPTION | ({"show_if"} if kind in FILTERED else frozenset()), where)
        if not is_identifier(option.get("id")):
            found.append(Problem("option.id", f"{where}.id"))
        elif option["id"] in seen:
            found.append(Problem("option.repeated_id", f"{where}.id", {"name": option["id"]}))
        else:
            seen.add(option["id"])
        found += text_problems(option.get("label"), f"{where}.label", MAX_LABEL)
        found += text_problems(option["help"], f"{where}.help", MAX_LABEL) if "help" in option else []
    return found


def option_ids(field: dict[str, Any]) -> list[str]:
    """The ids of a field's options."""
    options = field.get("options")
    return [
        option["id"]
        for option in (options if isinstance(options, list) else [])
        if isinstance(option, dict) and isinstance(option.get("id"), str)
    ]


def option_rules(field: dict[str, Any]) -> dict[str, Any]:
    """Id → `show_if`, of the options that are offered only sometimes."""
    options = field.get("options")
    return {
        option["id"]: option["show_if"]
        for option in (options if isinstance(options, list) else [])
        if isinstance(option, dict) and isinstance(option.get("id"), str) and "show_if" in option
    }


def _default(field: dict[str, Any], kind: str, place: str) -> Found:
    return [] if _is_default(field["default"], field, kind) else [Problem("field.default", place, {"kind": kind})]


def _is_default(value: Any, field: dict[str, Any], kind: str) -> bool:
    if kind in ("text", "long_text", "hidden"):
        return isinstance(value, str) and len(value) <= MAX_TEXT and not is_hostile(value)
    if kind in ("integer", "decimal", "money", "date"):
        return bound(value, kind) is not None
    if kind == "yes_no":
        return isinstance(value, bool)
    ids = option_ids(field)
    if kind == "choice":
        return isinstance(value, str) and value in ids
    return isinstance(value, list) and all(isinstance(entry, str) and entry in ids for entry in value)


def _scope(field: dict[str, Any], kind: str, place: str) -> Found:
    scope = field["scope"]
    if not isinstance(scope, dict):
        return [Problem("scope.not_an_object", place)]
    if kind in REACHES:
        reach = scope.get("unit", "own")
        known = isinstance(reach, str) and reach in REACHES[kind]
        wrong = (
            [] if known else [Problem("property.not_one_of", f"{place}.unit", {"allowed": ", ".join(REACHES[kind])})]
        )
        return unknown_properties(scope, frozenset({"unit"}), place) + wrong
    found = unknown_properties(scope, frozenset({"kinds", "under"}), place)
    kinds = scope.get("kinds", [])
    if not isinstance(kinds, list) or not all(map(is_identifier, kinds)):
        found.append(Problem("scope.kinds", f"{place}.kinds"))
    if scope.get("under") is not None and not is_identifier(scope["under"]):
        found.append(Problem("scope.under", f"{place}.under"))
    return found


def _of(field: dict[str, Any], kind: str, place: str) -> Found:  # noqa: ARG001
    """Which field it is about; that there is one is judged with the whole document."""
    fine = isinstance(field["of"], str) and KEY.fullmatch(field["of"]) is not None
    return [] if fine else [Problem("field.key", place)]


def _some_of(*allowed: str) -> Callable[[dict[str, Any], str, str], Found]:
    def check(field: dict[str, Any], kind: str, place: str) -> Found:  # noqa: ARG001
        wanted = field[place.rsplit(".", 1)[1]]
        if isinstance(wanted, list) and wanted and all(isinstance(one, str) and one in allowed for one in wanted):
            return []
        return [Problem("property.not_one_of", place, {"allowed": ", ".join(allowed)})]

    return check


def _privacy(field: dict[str, Any], kind: str, place: str) -> Found:  # noqa: ARG001
    privacy = field["privacy"]
    if not isinstance(privacy, dict):
        return [Problem("privacy.not_an_object", place)]
    found = unknown_properties(privacy, PRIVACY, place)
    if not isinstance(privacy.get("level"), str) or privacy["level"] not in LEVELS:
        found.append(Problem("property.not_one_of", f"{place}.level", {"allowed": ", ".join(LEVELS)}))
    mask = privacy.get("mask", "all")
    if not isinstance(mask, str) or mask not in MASKS:
        found.append(Problem("property.not_one_of", f"{place}.mask", {"allowed": ", ".join(MASKS)}))
    if "purpose" in privacy:
        found += text_problems(privacy["purpose"], f"{place}.purpose", MAX_LABEL)
    if "retain_days" in privacy and not whole(privacy["retain_days"], 1, 36_500):
        found.append(Problem("property.not_a_number", f"{place}.retain_days", {"least": 1, "most": 36_500}))
    return found


def _prefill(field: dict[str, Any], kind: str, place: str) -> Found:
    source = field["prefill"]
    if not isinstance(source, str) or source not in PREFILLS:
        return [Problem("property.not_one_of", place, {"allowed": ", ".join(PREFILLS)})]
    if kind not in PREFILLS[source] or "calc" in field:
        return [Problem("field.prefill", place, {"kind": kind, "name": source})]
    privacy = field.get("privacy")
    level = privacy.get("level") if isinstance(privacy, dict) else None
    if source == LAST and (level or SHAPES[kind].level) not in ("public", "internal"):
        return [Problem("field.prefill_last", place)]
    return []


CHECKS: dict[str, Callable[[dict[str, Any], str, str], Found]] = {
    "label": _text(MAX_LABEL),
    "help": _text(MAX_TEXT),
    "text": _text(MAX_LONG_TEXT),
    "unit": _text(20),
    "required": _flag,
    "street": _flag,
    "max_length": _whole(1, MAX_LENGTH),
    "places": _whole(0, MAX_PLACES),
    "min": _limit,
    "max": _limit,
    "options": _options,
    "units": _options,
    "low": _text(20),
    "high": _text(20),
    "default": _default,
    "style": _one_of(*STYLES),
    "autocomplete": _one_of(*AUTOCOMPLETE),
    "scope": _scope,
    "of": _of,
    "subjects": _some_of(*SUBJECTS),
    "accept": _some_of(*FILE_TYPES),
    "max_mb": _whole(1, MAX_MEGABYTES),
    "privacy": _privacy,
    "prefill": _prefill,
}
