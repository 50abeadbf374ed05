"""Tables as files that a spreadsheet opens and never executes: CSV and XLSX."""

import csv
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, TextIOWrapper
from itertools import chain
from typing import Any, BinaryIO, Final

from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

STARTS_A_FORMULA: Final = "=+-@\t\r\0"
MOST_ROWS: Final = 50_000
FIRST_YEAR: Final = 1900  # that a spreadsheet knows as a day
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
    ending = "xlsx" if kind == "xlsx" else "csv"
    content = BytesIO()
    write_table(content, heads, limited, ending)
    return HttpResponse(
        content.getvalue(),
        content_type=KINDS[ending],
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{ending}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def write_table(file: BinaryIO, heads: Sequence[Any], rows: Iterable[Row], kind: str) -> None:
    """Write the table row by row, however long it is. `kind`: csv or xlsx."""
    (_xlsx if kind == "xlsx" else _csv)(file, heads, rows)


def _csv(file: BinaryIO, heads: Sequence[Any], rows: Iterable[Row]) -> None:
    text = TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([safe_cell(head) for head in heads])
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    text.flush()
    text.detach()


def _xlsx(file: BinaryIO, heads: Sequence[Any], rows: Iterable[Row]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in chain([heads], rows):
        sheet.append([_cell(sheet, value) for value in row])
    book.save(file)


def _cell(sheet: Any, value: Any) -> WriteOnlyCell:
    """Numbers as numbers, days as days, everything else as text that is no formula."""
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return WriteOnlyCell(sheet, value)
    if isinstance(value, date) and not isinstance(value, datetime) and value.year >= FIRST_YEAR:
        day = WriteOnlyCell(sheet, value)
        day.number_format = "yyyy-mm-dd"
        return day
    cell = WriteOnlyCell(sheet, safe_cell(value))
    cell.data_type = "s"
    return cell
