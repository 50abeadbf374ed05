"""What a flow may ask about whoever wants to take something on: names, types and words. Plain Python."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

CLAIMANT = "claimant"  # conditions read the facts as `claimant.<name>`


@dataclass(frozen=True)
class Fact:
    """One fact. `type`: as expressions know it; `options`: code → words, where only some are possible."""

    label: Any
    type: str
    options: tuple[tuple[str, Any], ...] = ()


FACTS: dict[str, Fact] = {
    "kind": Fact(
        _("Who takes it on"),
        "text",
        (("person", _("A person")), ("team", _("A team")), ("organisation", _("An organisation"))),
    ),
    "category": Fact(
        _("Category of the person"),
        "text",
        (
            ("employed", _("Employed")),
            ("mobile", _("Mobile")),
            ("retired", _("Retired")),
            ("entrusted", _("Entrusted")),
            ("other", _("Other")),
        ),
    ),
    "unit_kind": Fact(_("Kind of their unit"), "text"),
    "skills": Fact(_("Kinds of service of the team, or of the person's teams"), "list"),
    "hours": Fact(_("Verified hours of service"), "number"),
    "honours": Fact(_("Honours that stand"), "number"),
    "days": Fact(_("Days since the person joined"), "number"),
    "members": Fact(_("Members of the team"), "number"),
}
TYPES = {f"{CLAIMANT}.{name}": fact.type for name, fact in FACTS.items()}
OPTIONS = {
    f"{CLAIMANT}.{name}": [code for code, _words in fact.options] for name, fact in FACTS.items() if fact.options
}
LABELS = {f"{CLAIMANT}.{name}": fact.label for name, fact in FACTS.items()}


def is_fact(name: str) -> bool:
    """Whether a name of an expression means a fact about the claimant, known or not."""
    return name.startswith(f"{CLAIMANT}.")
