"""Approximate figures keep the precision and the qualifier of their source."""

from decimal import Decimal

import pytest

from core.ledger.figures import combined, precision_of, worded


@pytest.mark.parametrize(
    ("value", "qualifier", "step"),
    [("1250", "余", "10"), ("600", "多", "100"), ("80", "近", "10"), ("164000", "余", "1000"), ("344", "", "1")],
)
def test_a_printed_number_is_as_precise_as_its_last_digit(value, qualifier, step):
    assert precision_of(Decimal(value), qualifier) == Decimal(step)


@pytest.mark.parametrize(
    ("value", "qualifier", "counted", "both"),
    [
        ("344", "", "5", "349"),
        ("1250", "余", "37", "1280"),  # floor to the precision of the source
        ("600", "多", "250", "800"),
        ("80", "近", "12", "100"),  # ceiling
        ("164000", "余", "1500", "165000"),  # 万 with one decimal
    ],
)
def test_old_and_new_are_combined_at_the_precision_of_the_source(value, qualifier, counted, both):
    assert combined(Decimal(value), qualifier, Decimal(counted)) == Decimal(both)


@pytest.mark.parametrize(("value", "qualifier", "counted"), [("30", "多", "0.5"), ("80", "近", "3"), ("20", "余", "0")])
def test_what_the_precision_cannot_show_stays_two_numbers(value, qualifier, counted):
    assert combined(Decimal(value), qualifier, Decimal(counted)) is None


@pytest.mark.parametrize(
    ("value", "qualifier", "unit", "text"),
    [
        ("1250.00", "余", "次", "1250余次"),
        ("600", "多", "人次", "600多人次"),
        ("80", "近", "个", "近80个"),
        ("164000", "余", "名", "16.4万余名"),
        ("12000.00", "余", "人次", "1.2万余人次"),
        ("16000", "近", "名", "近1.6万名"),
        ("344.00", "", "个", "344个"),
        ("0.50", "", "吨", "0.5吨"),
        ("100", "", "名", "100名"),
    ],
)
def test_a_figure_reads_as_in_its_source(value, qualifier, unit, text):
    assert worded(Decimal(value), qualifier, unit) == text


def test_in_english_the_qualifier_becomes_a_word():
    assert worded(Decimal(1250), "余", "sessions", "en") == "over 1250 sessions"
    assert worded(Decimal(80), "近", "", "en") == "nearly 80"
