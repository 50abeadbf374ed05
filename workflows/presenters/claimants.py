"""On whose behalf somebody may take something on, as choices of a form."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.people.selectors import Claimant


@dataclass(frozen=True)
class ClaimantChoice:
    """On whose behalf one may claim. `key`: what the form sends."""

    key: str
    name: str
    kind: str
    is_chosen: bool


def claimant_key(claimant: Claimant) -> str:
    """What the form sends for a claimant."""
    return f"{claimant.kind}:{claimant.pk}"


def claimant_choice(claimant: Claimant, chosen: str, total: int) -> ClaimantChoice:
    """One of several. `chosen`: the key that was posted."""
    kinds = {"person": _("Myself"), "team": _("Team"), "organisation": _("Organisation")}
    key = claimant_key(claimant)
    return ClaimantChoice(key, claimant.name, kinds[claimant.kind], total == 1 or chosen == key)
