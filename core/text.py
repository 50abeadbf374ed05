"""Text that administrators write per language, and public forms of names: pure functions on plain values."""

from typing import Any

from django.utils.translation import get_language

DEFAULT_LANGUAGE = "zh-hans"

LocalText = dict[str, str] | str


def localised(value: Any, language: str | None = None) -> str:
    """The text of `value` in the reader's language.

    `value`: a plain string, or language code → text, e.g. `{"zh-hans": "心愿", "en": "Wish"}`. Falls back to
    Chinese, then to any language that has text, then to "".
    """
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return ""
    wanted = language or get_language() or DEFAULT_LANGUAGE
    for code in (wanted, wanted.split("-")[0], DEFAULT_LANGUAGE, "en", *value):
        text = value.get(code)
        if text:
            return str(text)
    return ""


def masked_name(name: str) -> str:
    """A personal name as public pages show it: 王小清 → 王*清, 王清 → 王*, anything else → first letter and *."""
    name = name.strip()
    if len(name) <= 1:
        return "*" if name else ""
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]
