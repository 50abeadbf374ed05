"""Masked forms of personal values, shown to those who need not know the whole: pure functions on text."""

from collections.abc import Callable

from core.text import masked_name

HIDDEN = "•••"


def masked_phone(number: str) -> str:
    """138****1234; of a landline the area code and the last two digits; anything else whole hidden."""
    digits = number.replace("-", "")
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]}****{digits[-4:]}"
    area, dash, rest = number.partition("-")
    return f"{area}-****{rest[-2:]}" if dash and len(rest) > 4 else HIDDEN


def masked_email(address: str) -> str:
    """w***@example.com: the first letter and the domain."""
    name, at, domain = address.rpartition("@")
    return f"{name[0]}***@{domain}" if at and name else HIDDEN


def masked_id_number(number: str) -> str:
    """3101**********1234; anything else whole hidden."""
    return f"{number[:4]}{'*' * 10}{number[-4:]}" if len(number) == 18 else HIDDEN


def masked_all(_value: str) -> str:
    """Nothing of it, not even its length."""
    return HIDDEN


MASK_RULES: dict[str, Callable[[str], str]] = {
    "phone": masked_phone,
    "name": masked_name,
    "email": masked_email,
    "id_number": masked_id_number,
    "all": masked_all,
}
