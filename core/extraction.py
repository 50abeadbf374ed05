"""Finds the marked texts of our Python files and templates, without gettext's tools."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import templatize

APPS = ("core", "forms", "notifications", "workflows", "cms")

# function → positions of (context, singular, plural) among its arguments
ARGUMENTS: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
ALIASES = {f"{name}{suffix}": name for name in ARGUMENTS for suffix in ("", "_lazy", "_noop")} | {"_": "gettext"}
CALL = re.compile(r"\b(_|gettext|ngettext|pgettext|npgettext)\(")
LITERAL = re.compile(r"""\s*,?\s*[uU]?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")""", re.DOTALL)


class Text(NamedTuple):
    """One marked text. `plural` is empty when it has none."""

    context: str | None
    singular: str
    plural: str


def texts_in(root: Path) -> dict[Text, str]:
    """Every marked text of our apps under `root` → the first file that has it, as a relative path."""
    found: dict[Text, str] = {}
    for app in APPS:
        for path in sorted((root / app).rglob("*")):
            if path.suffix not in (".py", ".html", ".txt") or "static" in path.parts:
                continue
            source = path.read_text(encoding="utf-8")
            for text in texts_in_python(source) if path.suffix == ".py" else texts_in_template(source):
                found.setdefault(text, str(path.relative_to(root)))
    return found


def texts_in_python(source: str) -> Iterator[Text]:
    """The marked texts of a Python file; calls whose text is not a literal are left out."""
    tree = ast.parse(source)
    names = dict(ALIASES)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {
                alias.asname: ALIASES[alias.name] for alias in node.names if alias.asname and alias.name in ALIASES
            }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (kind := names.get(_name_of(node.func))):
            text = _text(kind, [a.value if isinstance(a, ast.Constant) else None for a in node.args])
            if text:
                yield text


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def texts_in_template(source: str) -> Iterator[Text]:
    """The marked texts of a Django template: translate, blocktranslate and _("…")."""
    python_like = templatize(source)
    for call in CALL.finditer(python_like):
        literals: list[object] = []
        position = call.end()
        while literal := LITERAL.match(python_like, position):
            literals.append(ast.literal_eval(literal[1]))
            position = literal.end()
        text = _text(ALIASES[call[1]], literals)
        if text:
            yield text


def _text(kind: str, arguments: list[object]) -> Text | None:
    context_at, singular_at, plural_at = ARGUMENTS[kind]
    values = dict(enumerate(arguments))
    singular = values.get(singular_at)
    if not isinstance(singular, str) or not singular:
        return None
    context = values.get(context_at) if context_at is not None else None
    plural = values.get(plural_at) if plural_at is not None else None
    return Text(context if isinstance(context, str) else None, singular, plural if isinstance(plural, str) else "")
