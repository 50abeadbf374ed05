"""Placeholders in texts that administrators write: `{{ name }}` and nothing else; no logic, no lookups, no Django."""

import re
from collections.abc import Mapping

PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
LINE_BREAKS = re.compile(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")


def render(text: str, values: Mapping[str, str]) -> str:
    """`text` with each `{{ name }}` replaced once by its value; unknown names become empty, values stay as they are."""
    return PLACEHOLDER.sub(lambda match: values.get(match[1], ""), text)


def problems(text: str, allowed: set[str]) -> list[str]:
    """The names in `text` that are not allowed, in order; "" stands for braces that do not close or hold no name."""
    found = [name for name in PLACEHOLDER.findall(text) if name not in allowed]
    rest = PLACEHOLDER.sub("", text)
    if "{{" in rest or "}}" in rest or "{%" in rest:
        found.append("")
    return list(dict.fromkeys(found))


def one_line(text: str) -> str:
    """`text` without line breaks, as headers and subjects need it."""
    return LINE_BREAKS.sub(" ", text).strip()
