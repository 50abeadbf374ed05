"""What is wrong with a pack: sentences that name file and line, collected before anything is changed."""

from dataclasses import dataclass
from difflib import get_close_matches

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.exceptions import Invalid

Sentence = str | Promise


@dataclass(frozen=True)
class PackProblem:
    """One problem: the file inside the pack's folder, the line in it (1 = first; 0 = the file as a whole)."""

    file: str
    line: int
    sentence: Sentence

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}" if self.line else f"{self.file}: {self.sentence}"


class BadPack(Invalid):
    """The pack cannot be loaded. `problems` lists everything that is wrong with it."""

    code = "bad_pack"
    sentence = _("This pack cannot be loaded; nothing was changed. Please correct what is listed and try again.")

    def __init__(self, problems: list[PackProblem]) -> None:
        super().__init__(errors={"": [str(problem) for problem in problems]})
        self.problems = problems


def did_you_mean(word: str, known: list[str]) -> Sentence:
    """A hint that ends a sentence: the nearest known word, or nothing."""
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return format_lazy(_(" Did you mean “{word}”?"), word=near[0]) if near else ""


def joined(sentence: Sentence, hint: Sentence) -> Sentence:
    """`sentence` followed by `hint`, still lazy."""
    return format_lazy("{sentence}{hint}", sentence=sentence, hint=hint)
