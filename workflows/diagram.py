"""The picture of a flow document: an SVG drawn from the tree alone, coloured by diagram.css; its twin is outline.py."""

from collections.abc import Mapping
from html import escape
from typing import Any, Final
from unicodedata import east_asian_width

from django.utils.safestring import SafeString, mark_safe

from workflows.outline import AUTOMATIC, BEHIND, MARKS, Arm, Node, all_nodes, back_text, nodes_of, state_word, summary

CARD_WIDTH, CARD_HEIGHT, SMALL_HEIGHT = 268, 62, 34
ARM_HEIGHT, GAP, COLUMN_GAP, DROP, PADDING = 34, 30, 24, 16, 16
ICONS: Final = {  # on a 16 × 16 field
    "start": "M8 2v12M2 8h12",
    "form": "M3 2h10v12H3zM5.5 6h5M5.5 9h5",
    "approval": "M2.5 8.5l3.5 3.5 7.5-8",
    "score": "M3 13v-4M8 13v-9M13 13v-6",
    "claim": "M8 14s-5.5-3.200-5.5-7A3 3 0 0 1 8 5.200 3 3 0 0 1 13.5 7c0 3.800-5.5 7-5.5 7z",
    "notice": "M2.5 6.500v3h2l6 3.500v-10l-6 3.500zM4.5 9.500v3.500M13 6.200v3.600",
    "wait": "M8 2.5a5.5 5.5 0 1 0 .01 0M8 5v3.300l2.300 1.400",
    "subcase": "M2.5 2.500h6v6h-6zM7.5 7.500h6v6h-6z",
    "branch": "M8 2v4M8 6L3.5 13M8 6l4.5 7",
    "parallel": "M4 3v10M8 3v10M12 3v10",
    "effect": "M9 1.5L3.5 9h4l-.8 5.5 5.800-7.5h-4z",
    "notify": "M8 2.5a3.5 3.5 0 0 1 3.5 3.5v2.5l1.5 2.5H3l1.5-2.5V6A3.5 3.5 0 0 1 8 2.5",
    "end": "M4.5 4.5h7v7h-7z",
}


def svg(
    document: Mapping[str, Any],
    states: Mapping[str, str],
    *,
    title: str,
    with_automatic: bool = False,
    load: Mapping[str, tuple[int, str]] | None = None,
    key: str = "flow",
) -> SafeString:
    """The flow as an SVG picture with a title and a description.

    `states`: step id → done | current | next | skipped, or passed or one of `MARKS`, which are also written before
    the name; the start is the step `start`. `with_automatic` also shows what the system does by itself, which residents
    need not see. `load`: step id → (heat from 0 to 3, what to say of it). `key`: begins the ids, for pages with several
    pictures. Presentation is by class, see diagram.css.
    """
    nodes = nodes_of(document, states, with_automatic=with_automatic)
    for node in all_nodes(nodes):
        if node.state in {*MARKS, "passed"}:
            node.name = f"{state_word(node.state)} · {node.name}"
        if load and node.id in load:
            node.heat, node.detail = load[node.id]
            node.back_to = ""
    width, height = _size(nodes)
    drawing = _Drawing()
    drawing.sequence(nodes, PADDING + width / 2, PADDING)
    box_width, box_height = width + 2 * PADDING, height + 2 * PADDING
    head = (
        f'<svg class="flow" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {box_width:.0f} {box_height:.0f}" '
        f'width="{box_width:.0f}" height="{box_height:.0f}" role="img" aria-labelledby="{key}-title {key}-desc">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(summary(nodes))}</desc>'
    )
    return mark_safe(head + "".join(drawing.parts) + "</svg>")  # noqa: S308 – every text is escaped where it is added


def _text_width(text: str, size: float) -> float:
    return sum(size if east_asian_width(character) in "WF" else size * 0.56 for character in text)


def fitted(text: str, size: float, width: float) -> str:
    """`text`, cut with an ellipsis where it would be wider than `width` pixels at `size`."""
    if _text_width(text, size) <= width:
        return text
    while text and _text_width(text + "…", size) > width:
        text = text[:-1]
    return text + "…"


def _own_height(node: Node) -> int:
    return SMALL_HEIGHT if node.kind in {"end", "branch", "parallel"} | AUTOMATIC else CARD_HEIGHT


def _size(nodes: list[Node]) -> tuple[float, float]:
    if not nodes:
        return CARD_WIDTH, 0
    sizes = [_node_size(node) for node in nodes]
    return max(width for width, _height in sizes), sum(height for _width, height in sizes) + GAP * (len(nodes) - 1)


def _node_size(node: Node) -> tuple[float, float]:
    if not node.arms:
        return CARD_WIDTH, _own_height(node)
    arms = [_arm_size(arm) for arm in node.arms]
    width = sum(width for width, _height in arms) + COLUMN_GAP * (len(arms) - 1)
    return width, _own_height(node) + 4 * DROP + max(height for _width, height in arms)


def _arm_size(arm: Arm) -> tuple[float, float]:
    width, height = _size(arm.nodes)
    return width, ARM_HEIGHT + (GAP + height if arm.nodes else 0)


class _Drawing:
    """Collects the pieces of one picture; y grows downwards, cx is the middle of what is drawn."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def sequence(self, nodes: list[Node], cx: float, y: float) -> float:
        """Draw steps below each other; answers the bottom."""
        for place, node in enumerate(nodes):
            if place:
                reached = node.state in {*BEHIND, "current"} or any(arm.is_taken for arm in node.arms)
                self.line((cx, y), (cx, y + GAP), is_done=reached, arrow=True)
                y += GAP
            y = self.block(node, cx, y) if node.arms else self.step(node, cx, y)
        return y

    def step(self, node: Node, cx: float, y: float) -> float:
        """Draw one card or, for ends and what the system does, one small pill."""
        x, height = cx - CARD_WIDTH / 2, _own_height(node)
        label = f"{node.name} · {state_word(node.state)}" if node.state not in {"", *MARKS} else node.name
        heat = f" heat-{node.heat}" if node.heat else ""
        self.parts.append(
            f'<g class="flow-step flow-{node.kind} is-{node.state or "plain"}{heat}"><title>{escape(label)}</title>'
        )
        self.box(x, y, CARD_WIDTH, height, radius=4 if height == CARD_HEIGHT else height / 2)
        if height == CARD_HEIGHT:
            self.card(node, x, y)
        else:
            self.mark(node, x + 18, y + height / 2, radius=9)
            self.text(fitted(node.name, 15, CARD_WIDTH - 52), x + 36, y + height / 2 + 5, 15, "flow-name")
        self.parts.append("</g>")
        return y + height

    def card(self, node: Node, x: float, y: float) -> None:
        """The inside of a card: mark, name, detail, and where it may send back to."""
        self.mark(node, x + 26, y + CARD_HEIGHT / 2, radius=13)
        room = CARD_WIDTH - 50 - 12
        self.text(fitted(node.name, 15, room), x + 50, y + 27, 15, "flow-name")
        if node.back_to:
            back = back_text(node)
            self.text(back, x + CARD_WIDTH - 12, y + 47, 14, "flow-back", anchor="end")
            room -= int(_text_width(back, 14)) + 8
        self.text(fitted(node.detail, 14, room), x + 50, y + 47, 14, "flow-detail")

    def mark(self, node: Node, cx: float, cy: float, *, radius: float) -> None:
        """A tick when done, else the number of the step or the icon of its kind."""
        self.parts.append(f'<circle class="flow-mark" cx="{cx:.1f}" cy="{cy:.1f}" r="{radius:g}" fill="none"/>')
        if node.state in BEHIND and radius > 9:
            self.icon("approval", cx, cy)
        elif node.number and radius > 9:
            self.text(node.number, cx, cy + 5, 14, "flow-number", anchor="middle")
        else:
            self.icon("approval" if node.state in BEHIND else node.kind, cx, cy, scale=0.75)

    def block(self, node: Node, cx: float, y: float) -> float:
        """Draw a branch or parallel block: its pill, the arms side by side, and where they meet again."""
        width = min(_text_width(node.name, 15) + 56, CARD_WIDTH)
        self.parts.append(f'<g class="flow-step flow-{node.kind} is-{node.state or "plain"}">')
        self.box(cx - width / 2, y, width, SMALL_HEIGHT, radius=SMALL_HEIGHT / 2)
        self.icon(node.kind, cx - width / 2 + 20, y + SMALL_HEIGHT / 2)
        self.text(fitted(node.name, 15, width - 48), cx - width / 2 + 36, y + SMALL_HEIGHT / 2 + 5, 15, "flow-name")
        self.parts.append("</g>")
        total, height = _node_size(node)
        bottom, fork = y + height, y + SMALL_HEIGHT + DROP
        self.line((cx, y + SMALL_HEIGHT), (cx, fork), is_done=any(arm.is_taken for arm in node.arms))
        left = cx - total / 2
        for arm in node.arms:
            arm_width, _height = _arm_size(arm)
            self.arm(arm, cx, left + arm_width / 2, fork, bottom)
            left += arm_width + COLUMN_GAP
        if not all(arm.ends for arm in node.arms):
            self.line((cx, bottom - DROP), (cx, bottom))
        return bottom

    def arm(self, arm: Arm, trunk: float, cx: float, fork: float, bottom: float) -> None:
        """Draw one way: from the fork through its name and steps to where the arms meet."""
        self.line((trunk, fork), (cx, fork), is_done=arm.is_taken)
        self.line((cx, fork), (cx, fork + DROP), is_done=arm.is_taken, arrow=True)
        top, y = fork + DROP, fork + DROP + ARM_HEIGHT
        self.parts.append(f'<g class="flow-arm{" is-taken" if arm.is_taken else ""}">')
        self.box(cx - CARD_WIDTH / 2 + 20, top, CARD_WIDTH - 40, ARM_HEIGHT, radius=2)
        self.text(fitted(arm.name or "·", 15, CARD_WIDTH - 60), cx, top + 22, 15, "flow-name", anchor="middle")
        self.parts.append("</g>")
        if arm.nodes:
            self.line((cx, y), (cx, y + GAP), is_done=arm.is_taken, arrow=True)
            y = self.sequence(arm.nodes, cx, y + GAP)
        if not arm.ends:
            finished = bool(arm.nodes) and arm.nodes[-1].state in BEHIND
            self.line((cx, y), (cx, bottom - DROP), is_done=finished)
            self.line((cx, bottom - DROP), (trunk, bottom - DROP), is_done=finished)

    def box(self, x: float, y: float, width: float, height: float, *, radius: float) -> None:
        """A rectangle with rounded corners."""
        self.parts.append(
            f'<rect class="flow-box" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
            f'rx="{radius:g}" fill="none" stroke="currentColor"/>'
        )

    def icon(self, kind: str, cx: float, cy: float, *, scale: float = 1) -> None:
        """The icon of a kind of step, centred."""
        place = f"translate({cx - 8 * scale:.1f} {cy - 8 * scale:.1f}) scale({scale:g})"
        self.parts.append(
            f'<path class="flow-icon" transform="{place}" d="{ICONS.get(kind, ICONS["form"])}" '
            f'fill="none" stroke="currentColor"/>'
        )

    def text(self, text: str, x: float, y: float, size: int, css_class: str, *, anchor: str = "start") -> None:
        """One line of text, escaped."""
        self.parts.append(
            f'<text class="{css_class}" x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
            f'fill="currentColor">{escape(text)}</text>'
        )

    def line(
        self, start: tuple[float, float], end: tuple[float, float], *, is_done: bool = False, arrow: bool = False
    ) -> None:
        """A straight line, with a small arrow head at its end when it leads to something."""
        (x1, y1), (x2, y2) = start, end
        head = f"M{x2 - 4:.1f} {y2 - 6:.1f}L{x2:.1f} {y2 - 1:.1f}L{x2 + 4:.1f} {y2 - 6:.1f}" if arrow else ""
        self.parts.append(
            f'<path class="flow-line{" is-done" if is_done else ""}" d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}{head}" '
            f'fill="none" stroke="currentColor"/>'
        )
