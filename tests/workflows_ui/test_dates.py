"""Deadlines in words, on the working calendar."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from workflows.presenters.dates import Clock, due_text, waited_days, waited_text

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 5, 11, 9, 0, tzinfo=SHANGHAI)
CLOCK = Clock(MONDAY, {})


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


def at(days, hour=17):
    return (MONDAY + timedelta(days=days)).replace(hour=hour)


def test_the_days_left_are_working_days():
    assert due_text(at(1), CLOCK).text == "还剩 1 个工作日"
    assert due_text(at(7), CLOCK).text == "还剩 5 个工作日"


def test_a_holiday_is_not_counted():
    clock = Clock(MONDAY, {at(1).date(): False})
    assert due_text(at(2), clock).text == "还剩 1 个工作日"


def test_the_moment_stands_beside_it_on_request():
    assert due_text(at(1), CLOCK, with_moment=True).text.startswith("还剩 1 个工作日（")
    assert "17:00" in due_text(at(1), CLOCK, with_moment=True).text


def test_today_says_the_hour():
    shown = due_text(at(0), CLOCK)
    assert (shown.text, shown.level) == ("今天 17:00", "today")


def test_late_counts_working_days():
    shown = due_text(at(-4), CLOCK)
    assert (shown.text, shown.level) == ("逾期 2 个工作日", "late")


def test_late_since_this_morning_is_said_so():
    assert due_text(at(0, hour=8), CLOCK).text == "今天起逾期"


def test_no_deadline_says_nothing():
    assert due_text(None, CLOCK).text == ""


def test_waiting_counts_days_of_the_calendar():
    assert waited_days(at(-8, hour=23), MONDAY) == 8
    assert waited_text(8) == "已等 8 天"
    assert waited_text(0) == "今天刚提出"
