"""Finds personal data that must never be published in free text: pure functions, no Django."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["phone", "id_number", "bank_card", "house_number", "email"]

SEPARATOR = r"[ \-‐-―−·.\u00a0]{0,2}"
NUMBER = r"[0-9一二三四五六七八九十百零〇两]"
EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+\-]*@[a-z0-9\-]+(?:\.[a-z0-9\-]+)+", re.IGNORECASE)
ID_NUMBER = re.compile(rf"(?<![0-9a-z])[1-9](?:{SEPARATOR}[0-9]){{16}}{SEPARATOR}[0-9x](?![0-9a-z])", re.IGNORECASE)
BANK_CARD = re.compile(rf"(?<![0-9])[2-9](?:{SEPARATOR}[0-9]){{14,18}}(?![0-9])")
MOBILE = re.compile(
    rf"(?<![0-9])(?:(?:\+|00)?{SEPARATOR}86{SEPARATOR})?1{SEPARATOR}[3-9](?:{SEPARATOR}[0-9]){{9}}(?![0-9])"
)
LANDLINE = re.compile(
    rf"(?<![0-9])[(（]?0(?:10|2[0-9]|[3-9][0-9]{{2}})[)）]?{SEPARATOR}[2-8][0-9]{{2,3}}{SEPARATOR}[0-9]{{4}}(?![0-9])"
)
LOCAL_LINE = re.compile(r"(?:电话|座机|致电|热线|拨打|联系方式)[^0-9]{0,6}([2-8][0-9]{6,7})(?![0-9])")
SERVICE_LINE = re.compile(r"(?<![0-9])[48]00[ \-]?[0-9]{3}[ \-]?[0-9]{4}(?![0-9])")
BLOCK = rf"{NUMBER}{{1,4}} ?(?:号楼|号|栋|幢|座|弄|单元|号院)"
ROOM = rf"(?:{NUMBER}{{1,5}} ?(?:室|房|户)|[0-9]{{3,4}}(?![0-9年月日天元个名人次件米分号点:：%.多余]))"
HOUSE_NUMBER = re.compile(
    rf"(?:{BLOCK} ?[,，\-]?){{1,4}} ?(?:{NUMBER}{{1,3}} ?(?:楼|层) ?)?{ROOM}"  # 12号楼301室, 3栋2单元501
    rf"|{NUMBER}{{1,4}} ?弄 ?{NUMBER}{{1,4}} ?号"  # 88弄12号
    rf"|(?:[^全各本每里]村|宅|胡同) ?{NUMBER}{{1,4}} ?号(?![线楼文开上下前后晚举至到起])"  # 方塔村12号; not 人民路12号
    rf"|{NUMBER}{{1,4}} ?(?:栋|幢|号楼) ?{NUMBER}{{1,3}} ?单元"  # 3栋2单元
    rf"|(?<![0-9])[0-9]{{1,3}}-[0-9]{{1,2}}-[0-9]{{3,4}} ?(?:室|户)?(?![0-9])"  # 3-2-501
)
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK = "10X98765432"


@dataclass(frozen=True, order=True)
class Leak:
    """One find: text[start:end] is personal data of this kind."""

    start: int
    end: int
    kind: Kind


def leaks_in(text: str) -> list[Leak]:
    """Every phone, resident ID, bank card, e-mail address and house number in `text`, in order, without overlaps.

    Full-width digits, spaces and dashes between digits do not hide them. Dates, amounts and "3楼" alone pass.
    """
    plain = "".join(_plain(character) for character in text)
    found: list[Leak] = []
    for kind, pattern, is_real in _PATTERNS:
        for start, end in _spans(pattern, plain):
            if is_real(plain[start:end]) and not any(start < leak.end and leak.start < end for leak in found):
                found.append(Leak(start=start, end=end, kind=kind))
    return sorted(found)


def _plain(character: str) -> str:
    """The compatible ASCII form where that is one character too, so that positions stay the same."""
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(text):
        yield match.span(pattern.groups)  # the last group, or all of it when there is none


def _digits(text: str) -> str:
    return "".join(character for character in text.upper() if character.isascii() and character.isalnum())


def _is_id_number(text: str) -> bool:
    """Checksum of the 18 digits. Source: GB 11643-1999."""
    digits = _digits(text)
    month, day = int(digits[10:12]), int(digits[12:14])
    if not (1 <= month <= 12 and 1 <= day <= 31 and digits[6:8] in ("18", "19", "20")):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, ID_WEIGHTS, strict=False))
    return ID_CHECK[total % 11] == digits[17]


def _is_bank_card(text: str) -> bool:
    """Luhn checksum. Source: ISO/IEC 7812-1."""
    digits = [int(digit) for digit in _digits(text)]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return len(set(digits)) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_house_number(text: str) -> bool:
    """Whether it is not a calendar date such as 12-10-2026."""
    parts = text.split("-")
    return len(parts) != 3 or not (parts[2][:2] in ("19", "20") and len(parts[2]) == 4)


def _always(_text: str) -> bool:
    return True


_PATTERNS: list[tuple[Kind, re.Pattern[str], Callable[[str], bool]]] = [
    ("email", EMAIL, _always),
    ("id_number", ID_NUMBER, _is_id_number),
    ("bank_card", BANK_CARD, _is_bank_card),
    ("phone", MOBILE, _always),
    ("phone", LANDLINE, _always),
    ("phone", LOCAL_LINE, _always),
    ("phone", SERVICE_LINE, _always),
    ("house_number", HOUSE_NUMBER, _is_house_number),
]
