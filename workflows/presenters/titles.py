"""Titles of cases as lists and strangers may see them: without phone, door and other numbers that lead to somebody."""

from core.leaks import leaks_in
from core.promises.selectors import public_texts
from workflows.answers import pinned_form
from workflows.models import Case
from workflows.presenters.answers import level_in


def without_leaks(title: str) -> str:
    """The title with an ellipsis for everything that would give somebody away."""
    for leak in reversed(leaks_in(title)):
        title = f"{title[: leak.start]}…{title[leak.end :]}"
    return title


def veiled(text: str, words: set[str]) -> str:
    """What somebody wrote, without numbers and addresses and without the `personal_words` of its case."""
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "…")
    return without_leaks(text)


def offered_title(case: Case) -> str:
    """The title for those to whom the case is only open to be claimed: what the board says, else a public field."""
    return public_texts([case.pk]).get(case.pk, "") or title_if(case, "public")


def title_if(case: Case, *levels: str) -> str:
    """The title without leaks, if the field that it comes from has one of these levels of privacy; else none."""
    start = case.version.document["start"]
    if not case.version.is_legible or level_in(pinned_form(case, start["form"]), start.get("title_from")) not in levels:
        return ""
    return without_leaks(case.title)
