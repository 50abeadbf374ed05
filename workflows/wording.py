"""Keeps personal data out of what is written for the public, at the step where somebody writes it."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.exceptions import Invalid
from core.leaks import leaks_in
from workflows.effects import EFFECTS
from workflows.models import Case
from workflows.remarks import personal_words
from workflows.tree import Tree, props_of

PERSONAL = _(
    "Everybody will read this, and it holds a name, a phone number, an address or other personal data of this case. "
    "Please take it out."
)


def refuse_personal(case: Case, texts: Mapping[str, Any]) -> None:
    """Refuses texts (key → text) that hold what looks personal, or what the forms of the case gave as personal.

    Raises: Invalid (code `leak`) with a sentence per key.
    """
    words = {_folded(word) for word in personal_words(case)} if texts else set()
    bad = [key for key, text in texts.items() if isinstance(text, str) and (leaks_in(text) or _names(text, words))]
    if bad:
        raise Invalid(PERSONAL, code="leak", errors={key: [str(PERSONAL)] for key in bad})


def refuse_personal_answers(case: Case, tree: Tree, step_id: str, answers: Mapping[str, Any]) -> None:
    """Refuses what a step answered and an effect will publish word for word; later nobody there could correct it."""
    keys = _published(tree, step_id)
    refuse_personal(case, {key: answers[key] for key in keys if key in answers})


def _published(tree: Tree, step_id: str) -> set[str]:
    """The keys of the step's fields that an effect of the flow makes public."""
    found = set()
    for step in tree.walk():
        effect = EFFECTS.get(str(props_of(step).get("effect")))
        for name, expression in (props_of(step).get("inputs") or {}).items() if effect is not None else ():
            source, _dot, key = str(expression.get("var") if isinstance(expression, Mapping) else "").partition(".")
            if effect is not None and name in effect.public and source == step_id:
                found.add(key)
    return found


def _names(text: str, words: set[str]) -> bool:
    folded = _folded(text)
    return any(word in folded for word in words if len(word) > 1)


def _folded(text: str) -> str:
    """Without what would hide a name: width, capitals, spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
