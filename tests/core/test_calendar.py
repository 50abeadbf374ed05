"""The working calendar knows public holidays and make-up days, and says which years are provisional."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from core.actors import SYSTEM
from core.exceptions import NotAllowed, NotFound
from core.programme import calendar, selectors, services
from core.programme.models import WorkDay

SHANGHAI = ZoneInfo("Asia/Shanghai")
FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 5, day) for day in (8, 9, 10, 11))
MAKE_UP = {SATURDAY: True}


def test_the_plain_week_and_its_exceptions():
    assert calendar.is_working(FRIDAY, {})
    assert not calendar.is_working(SATURDAY, {})
    assert calendar.is_working(SATURDAY, MAKE_UP)
    assert not calendar.is_working(FRIDAY, {FRIDAY: False})


def test_a_limit_begins_the_day_after():
    assert calendar.add_working_days(FRIDAY, 1, {}) == MONDAY
    assert calendar.add_working_days(FRIDAY, 1, MAKE_UP) == SATURDAY
    assert calendar.add_working_days(SATURDAY, 0, {}) == MONDAY
    assert calendar.add_working_days(FRIDAY, 0, {}) == FRIDAY
    with pytest.raises(ValueError, match="negative"):
        calendar.add_working_days(FRIDAY, -1, {})


def test_days_between_count_the_end_and_not_the_start():
    assert calendar.working_days_between(FRIDAY, MONDAY, {}) == 1
    assert calendar.working_days_between(FRIDAY, MONDAY, MAKE_UP) == 2
    assert calendar.working_days_between(MONDAY, FRIDAY, {}) == 0


@pytest.mark.django_db
def test_a_year_with_an_official_notice_has_its_make_up_days():
    services.seed_working_days(years=[2026], actor=SYSTEM, now=_at(2026, 1, 1))
    assert WorkDay.objects.get(pk=date(2026, 10, 1)).is_working is False
    make_up = WorkDay.objects.get(pk=date(2026, 10, 10))
    assert (make_up.is_working, make_up.name, make_up.is_provisional) == (True, "调休上班", False)
    assert selectors.provisional_years([2026]) == []


@pytest.mark.django_db
def test_a_year_without_an_official_notice_is_provisional():
    services.seed_working_days(years=[2026, 2050], actor=SYSTEM, now=_at(2026, 1, 1))
    assert selectors.provisional_years([2026, 2050, 2051]) == [2050, 2051]
    services.set_working_day(day=date(2050, 10, 8), is_working=True, actor=SYSTEM, now=_at(2026, 1, 1))
    assert selectors.provisional_years([2050]) == [2050]


@pytest.mark.django_db
def test_seeding_again_leaves_days_set_by_hand():
    services.seed_working_days(years=[2026], actor=SYSTEM, now=_at(2026, 1, 1))
    services.set_working_day(day=date(2026, 10, 1), is_working=True, name="值班", actor=SYSTEM, now=_at(2026, 1, 2))
    count = WorkDay.objects.count()
    services.seed_working_days(years=[2026], actor=SYSTEM, now=_at(2026, 1, 3))
    assert WorkDay.objects.count() == count
    assert WorkDay.objects.get(pk=date(2026, 10, 1)).name == "值班"


@pytest.mark.django_db
def test_a_deadline_passes_over_the_holidays():
    services.seed_working_days(years=[2026], actor=SYSTEM, now=_at(2026, 1, 1))
    start = _at(2026, 9, 30)
    assert selectors.due_at(start, days=3) == datetime(2026, 10, 10, 17, tzinfo=SHANGHAI)  # 8, 9, make-up
    assert selectors.due_at(start, days=3, calendar="calendar") == datetime(2026, 10, 3, 17, tzinfo=SHANGHAI)


@pytest.mark.django_db
def test_the_day_of_a_deadline_is_that_of_shanghai():
    late_evening_in_utc = datetime(2026, 5, 10, 23, 0, tzinfo=ZoneInfo("UTC"))  # already Monday in Shanghai
    assert selectors.due_at(late_evening_in_utc, days=1).date() == date(2026, 5, 12)


def test_only_who_may_edits_the_calendar(cast):
    with pytest.raises(NotAllowed):
        services.set_working_day(day=MONDAY, is_working=False, actor=cast.actor("shenjie"), now=cast.now)
    services.set_working_day(day=MONDAY, is_working=False, actor=cast.actor("admin"), now=cast.now)
    services.forget_working_day(day=MONDAY, actor=cast.actor("admin"), now=cast.now)
    with pytest.raises(NotFound):
        services.forget_working_day(day=MONDAY, actor=cast.actor("admin"), now=cast.now)


def _at(year, month, day):
    return datetime(year, month, day, 10, tzinfo=SHANGHAI)
