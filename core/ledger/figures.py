"""Arithmetic and wording of approximate figures: pure functions on numbers and qualifiers.

余 and 多 say "more than": they keep the floor at the precision of the source. 近 says "nearly": it keeps the ceiling.
Source: the programme reports, whose approximations must survive on screen (docs/glossary.md, "approximate figure").
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

MORE_THAN = ("余", "多")
NEARLY = "近"
WAN = Decimal(10_000)
WAN_STEP = Decimal(1_000)  # figures in 万 are printed with one decimal


def precision_of(value: Decimal, qualifier: str = "") -> Decimal:
    """The step to which a printed number is precise: 1250余 → 10, 16.4万余 → 1000, 0.5 → 0.1; exact numbers → 1.

    An exact number keeps its decimals: 0.5 → 0.1.
    """
    _sign, digits, exponent = value.normalize().as_tuple()
    step = Decimal(1).scaleb(int(exponent)) if any(digits) else Decimal(1)
    if not qualifier:
        return min(step, Decimal(1))
    return min(step, WAN_STEP) if value >= WAN else step


def combined(value: Decimal, qualifier: str, counted: Decimal) -> Decimal | None:
    """The historic `value` and what was `counted` since as one number, at the precision of the source.

    None when that precision cannot show what was counted (30多 and 0.5): then they stay two numbers.
    """
    step = precision_of(value, qualifier)
    if not qualifier:
        return value + counted
    if abs(counted) < step:
        return None
    rounding = ROUND_CEILING if qualifier == NEARLY else ROUND_FLOOR
    return ((value + counted) / step).to_integral_value(rounding=rounding) * step


def worded(value: Decimal, qualifier: str = "", unit: str = "", language: str = "zh-hans") -> str:
    """The number as it is read: 1250余次, 600多人次, 近80个, 16.4万余名; in English: over 1250, nearly 80."""
    if not language.startswith("zh"):
        prefix = "over " if qualifier in MORE_THAN else "nearly " if qualifier == NEARLY else ""
        return f"{prefix}{_plain(value)} {unit}".strip()
    number = _plain(value)
    if qualifier and value >= WAN:
        number = f"{_plain(value / WAN)}万"
    if qualifier == NEARLY:
        return f"{NEARLY}{number}{unit}"
    return f"{number}{qualifier}{unit}"


def _plain(value: Decimal) -> str:
    """Digits without exponent and without trailing zeros after the point."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
