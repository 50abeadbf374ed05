"""What uses a form, and what a draft of it would break there. Upper apps say so in a registry; forms only asks.

What people have begun to fill in and not handed in belongs to nobody's registry: it is counted here.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from core.registry import Registry
from forms import drafts
from forms.models import Draft, FormDefinition, FormVersion


@dataclass(frozen=True)
class Use:
    """One thing that uses a form.

    `name`, `url`: what it is and where it is looked after; `where`: the places in it, such as steps; `breaks`: a
    sentence per thing that would no longer hold with the draft; `waiting`: how many running cases or drafts are in
    other versions than the one in use; `misfits`: (sentence, how often) of answers in them that do not fit the form.
    `is_behind`: it still uses an earlier version of the form than the one in use.
    """

    name: str
    url: str
    where: Sequence[str]
    breaks: Sequence[str] = ()
    waiting: int = 0
    misfits: Sequence[tuple[str, int]] = ()
    is_behind: bool = False


@dataclass(frozen=True)
class Begun:
    """What people have begun to fill in: how many, and (sentence, how often) of what of it does not fit."""

    count: int
    misfits: Sequence[tuple[str, int]] = ()


Finder = Callable[[FormDefinition, Any], list[Use]]  # (form, document of its draft or of what is in use)
MOST_TRIED = 200
USES: Registry[Finder] = Registry("use of forms")


def uses_of(definition: FormDefinition, document: Any) -> list[Use]:
    """Everything that uses the form, judged with this valid document in place of the version in use."""
    return [use for _name, find in USES.items() for use in find(definition, document)]


def begun_with(definition: FormDefinition, document: Any) -> Begun:
    """What is begun and not handed in, judged with this valid document as the form's next version.

    Of more than `MOST_TRIED` only the newest are tried.
    """
    rows = Draft.objects.filter(version__definition=definition).select_related("version__definition", "user")
    draft_of_form = FormVersion(definition=definition, document=document)
    told: Counter[str] = Counter()
    for row in rows.order_by("-saved_at")[:MOST_TRIED]:
        told.update(set(drafts.misfits(row, draft_of_form)))
    return Begun(rows.count(), told.most_common())


def broken_by(definition: FormDefinition, document: Any) -> list[str]:
    """A sentence for each thing that the document would break, with the name of what uses it in front."""
    if definition.pk is None or definition.current_version is None:
        return []
    return [f"{use.name}: {sentence}" for use in uses_of(definition, document) for sentence in use.breaks]
