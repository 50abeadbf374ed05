"""What the rows of a pack's files must look like: keys, types, what is required; not what they refer to."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cms.packs.problems import PackProblem, Sentence, did_you_mean, joined
from cms.packs.reading import Path_, Sheet

SLUG = re.compile(r"[a-z][a-z0-9_-]{0,59}")
LANGUAGES = ("zh-hans", "en")

Check = Callable[[Any], Sentence | None]
"""Takes a value; returns what is wrong with it, or None."""


@dataclass(frozen=True)
class Key:
    """One key of a row: how its value is checked, and whether it must be there."""

    check: Check
    required: bool = False


Shape = Mapping[str, Key]


@dataclass(frozen=True)
class Place:
    """A value inside a sheet; knows where it stands, so that problems name file and line."""

    sheet: Sheet
    problems: list[PackProblem] = field(repr=False)
    path: Path_ = ()

    def __truediv__(self, key: str | int) -> "Place":
        return Place(self.sheet, self.problems, (*self.path, key))

    @property
    def value(self) -> Any:
        """The value at this place, or None."""
        value = self.sheet.data
        for key in self.path:
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    @property
    def line(self) -> int:
        """The line in the file."""
        return self.sheet.line(self.path)

    def refuse(self, sentence: Sentence) -> None:
        """Note a problem at this place."""
        self.problems.append(PackProblem(self.sheet.file, self.line, sentence))

    def rows(self, *, optional: bool = False) -> Iterator["Place"]:
        """The places of the entries of a list; notes a problem when it is none."""
        value = self.value
        if optional and value is None:
            return
        if not isinstance(value, list):
            self.refuse(_("A list is expected here (lines that begin with “- ”)."))
            return
        for number in range(len(value)):
            yield self / number

    def keys(self) -> list[str]:
        """The keys of a mapping; notes a problem when it is none."""
        value = self.value
        if isinstance(value, dict):
            return list(value)
        self.refuse(_("Keys with values are expected here (lines like “key: value”)."))
        return []

    def checked(self, shape: Shape) -> dict[str, Any]:
        """The correct values of a row; notes a problem for each unknown, missing or wrong key."""
        good: dict[str, Any] = {}
        keys = self.keys()
        for key in keys:
            if key not in shape:
                sentence = format_lazy(_("Unknown key “{key}”."), key=key[:60])
                (self / key).refuse(joined(sentence, did_you_mean(key, list(shape))))
                continue
            problem = shape[key].check(self.value[key])
            if problem is None:
                good[key] = self.value[key]
            else:
                (self / key).refuse(format_lazy("{key}: {problem}", key=key, problem=problem))
        if isinstance(self.value, dict):
            for key, expected in shape.items():
                if expected.required and key not in keys:
                    self.refuse(format_lazy(_("The key “{key}” is missing here."), key=key))
        return good


def slug(value: Any) -> Sentence | None:
    """A code."""
    if isinstance(value, str) and SLUG.fullmatch(value):
        return None
    return _("a code is expected: small letters, digits, - and _, beginning with a letter, at most 60.")


def text(limit: int) -> Check:
    """Text of at most `limit` characters."""

    def check(value: Any) -> Sentence | None:
        if not isinstance(value, str) or not value.strip():
            return _("text is expected (numbers and dates that are meant as text stand in quotes).")
        return format_lazy(_("at most {limit} characters are allowed."), limit=limit) if len(value) > limit else None

    return check


def local_text(limit: int) -> Check:
    """Text, or one text per language."""
    plain = text(limit)

    def check(value: Any) -> Sentence | None:
        if not isinstance(value, dict):
            return plain(value)
        if "zh-hans" not in value or not set(value) <= set(LANGUAGES):
            return _("text is expected, or one text per language under zh-hans and en.")
        return next((problem for part in value.values() if (problem := plain(part)) is not None), None)

    return check


def whole(low: int, high: int) -> Check:
    """A whole number from `low` to `high`."""

    def check(value: Any) -> Sentence | None:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return None
        return format_lazy(_("a whole number from {low} to {high} is expected."), low=low, high=high)

    return check


def number(value: Any) -> Sentence | None:
    """A number that is not negative."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return None
    return _("a number that is not negative is expected.")


def yes_no(value: Any) -> Sentence | None:
    """True or false."""
    return None if isinstance(value, bool) else _("true or false is expected.")


def day(value: Any) -> Sentence | None:
    """A date as in 2026-06-01."""
    try:
        date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        return _("a date is expected, like 2026-06-01.")
    return None


def one_of(*choices: str) -> Check:
    """One of some words."""

    def check(value: Any) -> Sentence | None:
        if value in choices:
            return None
        sentence = format_lazy(_("one of these is expected: {choices}."), choices=", ".join(filter(None, choices)))
        return joined(sentence, did_you_mean(str(value), list(choices)))

    return check


def list_of(each: Check) -> Check:
    """A list whose entries pass `each`."""

    def check(value: Any) -> Sentence | None:
        if not isinstance(value, list):
            return _("a list is expected.")
        return next((problem for entry in value if (problem := each(entry)) is not None), None)

    return check


def mapping(value: Any) -> Sentence | None:
    """Keys with values, checked elsewhere."""
    return None if isinstance(value, dict) else _("keys with values are expected.")


def rows(value: Any) -> Sentence | None:
    """A list, checked elsewhere."""
    return None if isinstance(value, list) else _("a list is expected.")


def per_language(value: Any) -> dict[str, str]:
    """Text as the database keeps it: language → text."""
    if isinstance(value, dict):
        return value
    return {"zh-hans": value} if value else {}
