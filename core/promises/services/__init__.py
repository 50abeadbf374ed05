"""Everything that changes wishes, claims and pledges."""

from core.promises.services.pledges import Promised, post_pledge, withdraw_pledge
from core.promises.services.wishes import (
    claim_wish,
    claimant_of,
    fulfil_wish,
    post_wish,
    release_wish,
    take_down_wish,
    withdraw_wish,
)

__all__ = [
    "Promised",
    "claim_wish",
    "claimant_of",
    "fulfil_wish",
    "post_pledge",
    "post_wish",
    "release_wish",
    "take_down_wish",
    "withdraw_pledge",
    "withdraw_wish",
]
