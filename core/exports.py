"""Tables as files that a spreadsheet opens and never executes: CSV and XLSX."""

import csv
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any, Final

from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

STARTS_A_FORMULA: Final = "=+-@\t\r\0"
MOST_ROWS: Final = 50_000
LONGEST_CELL: Final = 32_767  # of a spreadsheet
KINDS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Row = Sequence[Any]


def safe_cell(value: Any) -> str:
    """A value as text that no spreadsheet takes for a formula.

    An apostrophe goes before whatever would begin one once blanks and full-width forms are set aside; plain numbers
    and telephone numbers stay as they are. Control characters that a file cannot hold are left out.
    """
    text = "".join(letter for letter in plain(value) if letter in "\n\t\r" or unicodedata.category(letter) != "Cc")
    normal = unicodedata.normalize("NFKC", text).lstrip(" \n\u00a0\u200b\ufeff")
    if normal[:1] and normal[0] in STARTS_A_FORMULA and not _is_number(normal):
        text = "'" + text
    return text[:LONGEST_CELL]


def plain(value: Any) -> str:
    """A value in words: moments in local time, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return f"{local:%Y-%m-%d %H:%M}"
    return str(value)


def _is_number(text: str) -> bool:
    return text[1:].replace(" ", "").replace("-", "").replace(".", "", 1).isdecimal() and text[0] in "+-"


def table_response(name: str, heads: Sequence[Any], rows: Iterable[Row], kind: str = "csv") -> HttpResponse:
    """The table as an attachment called `name`. `kind`: csv (with a mark for Excel) or xlsx; at most 50,000 rows."""
    limited = (row for row, _number in zip(rows, range(MOST_ROWS), strict=False))
    body = _xlsx(heads, limited) if kind == "xlsx" else _csv(heads, limited)
    ending = "xlsx" if kind == "xlsx" else "csv"
    return HttpResponse(
        body,
        content_type=KINDS[ending],
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{ending}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def _csv(heads: Sequence[Any], rows: Iterable[Row]) -> bytes:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([safe_cell(head) for head in heads])
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(heads: Sequence[Any], rows: Iterable[Row]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (heads, *rows):
        sheet.append([_cell(sheet, value) for value in row])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _cell(sheet: Any, value: Any) -> WriteOnlyCell:
    """Numbers as numbers, everything else as text that is no formula."""
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, safe_cell(value))
    cell.data_type = "s"
    return cell
