"""What is wrong with a definition, as data: a code, a place and parameters; `forms.messages` finds the words."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One finding. `place`: path into the document, e.g. `sections[0].fields[2].show_if`, "" for the whole.

    `is_warning`: worth a look, but nothing that keeps the document from being published.
    """

    code: str
    place: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    is_warning: bool = False
