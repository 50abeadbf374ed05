"""What effects and their inputs are called where designers choose them."""

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.promises.models import Wish
from forms.designer.controls import options
from forms.shapes import value_type
from workflows.effects import EFFECTS

WORDS: dict[str, Any] = {
    "wish.post": _("Put the wish on the board"),
    "wish.claim": _("Note who took the wish on"),
    "wish.release": _("Put the wish back on the board"),
    "wish.fulfil": _("Note that the wish came true"),
    "wish.withdraw": _("Take the wish off the board"),
    "venue.lent": _("Note that the venue was lent"),
    "pledge.post": _("Put the pledge on the wall"),
    "pledge.withdraw": _("Take the pledge off the wall"),
    "service.check": _("Refuse what could not be counted"),
    "service.post": _("Enter the verified service into the ledger"),
    "award.grant": _("Grant the honour"),
    "story.draft": _("Draft a story for the editors"),
}
INPUT_WORDS: dict[str, Any] = {
    "public_text": _("Public wording"),
    "category": _("Category"),
    "needed_by": _("Needed by"),
    "day": _("Day"),
    "display": _("How the person is named"),
    "theme": _("Theme"),
    **{f"item{n}": format_lazy(_("Pledge {n}"), n=n) for n in (1, 2, 3)},
    **{f"quantity{n}": format_lazy(_("Quantity {n}"), n=n) for n in (1, 2, 3)},
    **{f"measure{n}": format_lazy(_("Unit of quantity {n}"), n=n) for n in (1, 2, 3)},
    **{f"due{n}": format_lazy(_("Day until which pledge {n} is kept"), n=n) for n in (1, 2, 3)},
    "minutes": _("Length of service"),
    "adjusted": _("Length as verified"),
    "content": _("What was done"),
    "grade": _("Grade of evidence"),
    "beneficiaries": _("People served"),
    "award": _("Award"),
    "citation": _("Citation"),
    "member": _("Member"),
    "team": _("Team"),
    "organisation": _("Organisation"),
    "level": _("Level"),
    "document_number": _("Number of the document"),
    "named": _("Whether the name may be shown"),
    "consent": _("Consent"),
    "title": _("Title"),
    "lede": _("Lede"),
    "deeds": _("Deeds"),
}
CHOICES: dict[tuple[str, str], Any] = {("wish.post", "category"): Wish.Category.choices}


def described_effects() -> dict[str, dict[str, Any]]:
    """Effect → label and inputs, each with name, label, the types that fit, whether it may be left out."""
    return {
        name: {
            "label": WORDS.get(name, name),
            "inputs": [
                {
                    "name": key,
                    "label": INPUT_WORDS.get(key, key),
                    "types": [value_type(kind)],
                    "optional": key in entry.optional,
                    "options": options(CHOICES[name, key]) if (name, key) in CHOICES else None,
                }
                for key, kind in entry.inputs.items()
            ],
        }
        for name, entry in EFFECTS.items()
    }


def is_plain(entry: dict[str, Any]) -> bool:
    """Whether an effect can be carried out without inputs."""
    return all(one["optional"] for one in entry["inputs"])
