"""Texts of administrators: names and nothing else."""

import pytest

from notifications.placeholders import one_line, problems, render


def test_names_are_replaced_by_their_values():
    assert render("{{ member.name }},您好:{{title}}。", {"member.name": "小蒲", "title": "读报"}) == "小蒲,您好:读报。"


def test_a_value_is_not_read_as_a_text_with_names():
    assert render("{{ a }}", {"a": "{{ b }}", "b": "secret"}) == "{{ b }}"


@pytest.mark.parametrize("text", ["{% now 'Y' %}", "{{ user.password }}", "{{ a|safe }}", "{{ a.__class__ }}", "{{ }}"])
def test_neither_logic_nor_lookups_nor_filters_work(text):
    assert problems(text, {"a", "user"})
    assert render(text, {"a": "x", "user": "y"}) in ("", text)


def test_unknown_names_are_reported_once_in_order():
    assert problems("{{ b }} {{ a }} {{ b }} {{ c }}", {"a"}) == ["b", "c"]


def test_braces_that_do_not_close_are_reported():
    assert problems("{{ a", {"a"}) == [""]
    assert problems("a }}", {"a"}) == [""]


def test_a_good_text_has_no_problems():
    assert problems("{{ a }} 与 {{a}}", {"a"}) == []


@pytest.mark.parametrize("separator", ["\n", "\r\n", "\r", "\x0b", "\x85", "\u2028"])
def test_a_subject_is_one_line(separator):
    assert one_line(f"心愿{separator}Bcc: x@example.org") == "心愿 Bcc: x@example.org"
