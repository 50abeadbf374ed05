"""Bars as an SVG picture; the table beside it says the same in words and numbers."""

from collections.abc import Sequence
from html import escape
from typing import Final

from django.utils.safestring import SafeString, mark_safe

from workflows.diagram import fitted

WIDTH, ROW, LABEL, VALUE = 640, 34, 200, 90
LETTER: Final = 14
Bar = tuple[str, float, str, int]  # label, length, its words, heat 0 to 3


def bars(rows: Sequence[Bar], *, title: str) -> SafeString:
    """One bar a row, the longest as wide as there is room; "" without rows."""
    if not rows:
        return SafeString("")
    most = max(length for _label, length, _words, _heat in rows) or 1
    room, height = WIDTH - LABEL - VALUE, ROW * len(rows) + 8
    parts = [
        f'<svg class="bars" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}"><title>{escape(title)}</title>'
    ]
    for number, (label, length, words, heat) in enumerate(rows):
        y, long = number * ROW + 4, max(room * length / most, 2 if length else 0)
        parts.append(
            f'<text x="{LABEL - 12}" y="{y + 20}" text-anchor="end">'
            f"{escape(fitted(label, LETTER, LABEL - 16))}</text>"
            f'<rect class="mark heat-{heat}" x="{LABEL}" y="{y + 4}" width="{long:.1f}" height="{ROW - 12}" rx="2"/>'
            f'<text class="t-strong" x="{LABEL + long + 8:.1f}" y="{y + 20}">{escape(words)}</text>'
        )
    return mark_safe("".join(parts) + "</svg>")  # noqa: S308 – every text is escaped where it is added
