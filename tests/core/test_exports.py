"""Tables as files: nothing in them is taken for a formula, numbers stay numbers."""

import csv
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from core.exports import STARTS_A_FORMULA, safe_cell, table_response

HOSTILE = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    " =1",
    "\u200b=1",
    "﹢1+1",
    "\0=1",
    "\n=1",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_would_begin_a_formula_is_text(text):
    assert safe_cell(text).startswith("'")


@pytest.mark.parametrize(
    "text", ["-5", "+86 138 0013 8000", "+86-13800138000", "-3.5", "", "方塔", "2026-11-01", "a=b"]
)
def test_numbers_telephones_and_words_stay_as_they_are(text):
    assert safe_cell(text) == text


@given(st.text())
def test_no_cell_ever_begins_like_a_formula(text):
    cell = safe_cell(text)
    assert (
        not cell
        or cell[0] not in STARTS_A_FORMULA
        or cell[1:].replace(" ", "").replace("-", "").replace(".", "", 1).isdecimal()
    )


def test_a_csv_has_a_mark_for_spreadsheets_and_every_row():
    answer = table_response("t", ["甲", "乙"], [["=1", 2], ["a,b", None]])
    text = answer.content.decode("utf-8-sig")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(StringIO(text))) == [["甲", "乙"], ["'=1", "2"], ["a,b", ""]]
    assert answer["Content-Disposition"] == 'attachment; filename="t.csv"'


def test_an_xlsx_keeps_numbers_and_has_no_formula():
    answer = table_response("t", ["甲", "乙"], [["=1", 2.5], ["x", 3]], "xlsx")
    sheet = load_workbook(BytesIO(answer.content)).active
    assert [[cell.value for cell in row] for row in sheet.rows] == [["甲", "乙"], ["'=1", 2.5], ["x", 3]]
    assert {cell.data_type for row in sheet.rows for cell in row} == {"s", "n"}
