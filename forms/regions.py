"""The regions of China down to the county, by their codes (GB/T 2260): names, ways down, and what people write.

The data lie in static/forms/regions.json, code → name, since the browser reads the same file; docs/forms.md names its
source. A city without counties, such as 东莞市, is as far down as one can go, as is a province without any.
"""

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "static" / "forms" / "regions.json"
ENDINGS = re.compile(
    r"(特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|自治州|自治县|自治旗|地区|新区|林区|省|市|区|县|旗|盟)$"
)
BETWEEN = re.compile(r"[\s,，、·/-]+")
MOST_FOUND = 6


@cache
def regions() -> dict[str, str]:
    """Code of six digits → name."""
    found: dict[str, str] = json.loads(DATA.read_text(encoding="utf-8"))
    return found


def above(code: str) -> str:
    """The code of the region that a region lies in; "" for a province."""
    for up in (code[:4] + "00", code[:2] + "0000"):
        if up != code and up in regions():
            return up
    return ""


@cache
def places() -> dict[str, tuple[str, ...]]:
    """Code → names from the province down, of those below which there is nothing more."""
    inner = {above(code) for code in regions()}
    return {code: path_of(code) for code in regions() if code not in inner}


def path_of(code: str) -> tuple[str, ...]:
    """Names from the province down: ("上海市", "松江区"); () for a code that is none."""
    if code not in regions():
        return ()
    up = above(code)
    return (*(path_of(up) if up else ()), regions()[code])


def matching(text: str) -> list[str]:
    """Codes of all the places that a text may name: 310117, 上海市松江区, 上海 松江, 松江区."""
    plain = BETWEEN.sub("", text)
    if plain in places():
        return [plain]
    whole = [code for code, names in places().items() if _fits(plain, names, short=False)]
    return whole or [code for code, names in places().items() if _fits(plain, names, short=True)]


def _fits(text: str, names: Sequence[str], *, short: bool) -> bool:
    """Whether a text is these names in order; all but the last may be left out, with `short` their endings too."""
    if not names:
        return text == ""
    first, rest = names[0], names[1:]
    for form in {first, _short(first)} if short else {first}:
        if text.startswith(form) and _fits(text[len(form) :], rest, short=short):
            return True
    return bool(rest) and _fits(text, rest, short=short)


@cache
def _short(name: str) -> str:
    bare = ENDINGS.sub("", name)
    return bare if len(bare) > 1 else name
