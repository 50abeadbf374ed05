"""Shows answers to those who may read them, whole or masked, and gives them typed to rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import linebreaksbr
from django.utils.safestring import SafeString

from core.text import localised
from forms.kinds import KINDS
from forms.markers import in_words, marker_in
from forms.masks import HIDDEN
from forms.models import FormVersion
from forms.uploads import keys_of


@dataclass(frozen=True)
class Row:
    """One answer. `value`: safe HTML. `kind` is "" for an answer whose key the version does not know."""

    key: str
    label: str
    value: SafeString
    kind: str
    masked: bool
    may_be_whole: bool = False  # whether there is more to read than the mask leaves


def shown(version: FormVersion, answers: Mapping[str, Any], *, access: Mapping[str, str] | None = None) -> list[Row]:
    """The answers in the form's order; unanswered and hidden ones are left out.

    `access`: field key → `edit`, `read`, `mask` or `hide`; read when not said. Answers with keys that the version does
    not know come last under their keys, whole only to those without restriction, so that nothing disappears silently.
    """
    rules = access or {}
    rows = []
    for field in version.fields:
        state = rules.get(field["key"], "read")
        if answers.get(field["key"]) is None or state not in ("edit", "read", "mask"):
            continue
        masked = state == "mask"
        value = value_html(answers[field["key"]], field, masked=masked)
        whole = masked and not marker_in(answers[field["key"]]) and not keys_of(answers[field["key"]])
        rows.append(Row(field["key"], localised(field["label"]), value, field["kind"], masked, whole))
    known = {field["key"] for field in version.fields}
    for key in answers:
        if key not in known and rules.get(key, "read") != "hide":
            masked = bool(rules) and rules.get(key) not in ("read", "edit")
            rows.append(
                Row(
                    key,
                    key,
                    _safe(HIDDEN if masked else in_words(answers[key]) or str(answers[key])[:2_000]),
                    "",
                    masked,
                )
            )
    return rows


def value_html(stored: Any, definition: dict[str, Any], *, masked: bool) -> SafeString:
    """One stored answer as safe HTML, whole or masked."""
    kind = KINDS[definition["kind"]]
    if masked:
        return _safe(kind.masked(stored, definition))
    return kind.shown_html(stored, definition) or _safe(kind.shown(stored, definition))


def plain(version: FormVersion, answers: Mapping[str, Any], key: str) -> str:
    """One answer as its kind shows it, as plain text; "" when there is none."""
    definition = next((field for field in version.fields if field["key"] == key), None)
    if definition is None or answers.get(key) is None:
        return ""
    return KINDS[definition["kind"]].shown(answers[key], definition)


def _safe(text: str) -> SafeString:
    return linebreaksbr(text, autoescape=True)


def typed(version: FormVersion, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Field key → value as rules see it: text, Decimal, date, bool, list; None when unanswered or not of its kind."""
    return {field["key"]: KINDS[field["kind"]].typed(answers.get(field["key"])) for field in version.fields}
