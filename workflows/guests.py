"""Guests: the status code that opens one case without a login, and who is acting in a request."""

import hashlib
import secrets
import unicodedata
from typing import Final

from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.exceptions import NotFound, TooMany
from core.people.models import User
from workflows.limits import Limit
from workflows.models import Case, GuestAccess

SESSION_KEY: Final = "guest_case"
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Source: Crockford base 32, which has no I, L, O, U
LENGTH: Final = 16  # × 5 bits = 80 bits
GROUP: Final = 4
MAX_WRONG_TRIES: Final = 10
WINDOW_SECONDS: Final = 600
WRONG_CODES: Final = Limit("guest-tries", MAX_WRONG_TRIES, WINDOW_SECONDS)

LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
UNKNOWN_CODE = _("We do not know this code. Please compare it with your note, character by character.")
TOO_MANY_TRIES = _("Too many wrong codes from this place. Please wait ten minutes and try again; your case is safe.")


def normalised(code: str) -> str:
    """What was meant: upper case and half width, no spaces or dashes, O read as 0, I and L as 1."""
    plain = unicodedata.normalize("NFKC", code).upper()
    kept = "".join(character for character in plain if character.isalnum())
    return kept.translate(LOOKALIKES)


def _digest(code: str) -> str:
    return hashlib.sha256(normalised(code).encode()).hexdigest()


def _written(code: str) -> str:
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


@transaction.atomic
def new_code(case: Case, email: str = "") -> str:
    """A status code for `case`, which replaces an earlier one; only its digest is kept, so show it now."""
    code = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))
    GuestAccess.objects.update_or_create(case=case, defaults={"code_sha256": _digest(code), "email": email})
    return _written(code)


def code_of_token(case: Case, token: str) -> str | None:
    """The code of a case for whoever holds the token of its starting form, the same however often he asks.

    None when the case has no code. Made from the token, which only his browser knows, and our secret: a doubled click
    drops the answer that showed the code, and only digests are kept.
    """
    digest = salted_hmac("workflows.guests.code", token, algorithm="sha256").digest()
    code = "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:LENGTH])
    found = GuestAccess.objects.filter(case=case).update(code_sha256=_digest(code))
    return _written(code) if found else None


def open_by_code(code: str, address: str) -> int:
    """Primary key of the case that `code` opens.

    `address`: where the try comes from; wrong tries are counted per address.

    Raises: TooMany after too many wrong codes; NotFound for an unknown code.
    """
    if WRONG_CODES.is_reached(address):
        raise TooMany(TOO_MANY_TRIES, code="too_many_codes")
    if len(normalised(code)) == LENGTH:
        case_id = GuestAccess.objects.filter(code_sha256=_digest(code)).values_list("case_id", flat=True).first()
        if case_id is not None:
            return case_id
    WRONG_CODES.count(address)
    raise NotFound(UNKNOWN_CODE, code="unknown_code")


def enter(request: HttpRequest, case_id: int) -> None:
    """Let this browser see the case; the session gets a new key so that a planted one is worth nothing."""
    request.session.cycle_key()
    request.session[SESSION_KEY] = case_id


def leave(request: HttpRequest) -> None:
    """Forget the case in this browser."""
    if request.session.pop(SESSION_KEY, None) is not None:
        request.session.cycle_key()


def actor_of(request: HttpRequest) -> Actor:
    """Who acts in `request`: the signed-in user, the guest of one case, both, or a visitor."""
    user = request.user if isinstance(request.user, User) and request.user.is_active else None
    guest_case = request.session.get(SESSION_KEY)
    return Actor(user=user, guest_case=guest_case if isinstance(guest_case, int) else None)
