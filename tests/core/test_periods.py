"""Periods of themes: in order of time, never two on one day, and the database agrees."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from core.actors import SYSTEM
from core.audit.models import AuditEntry
from core.exceptions import Conflict, Invalid, NotAllowed
from core.programme.models import Programme, Theme, ThemePeriod
from core.programme.selectors import periods_of
from core.programme.services import add_period, change_period

SUMMER = {"since": date(2026, 7, 1), "until": date(2026, 9, 30)}
AUTUMN = {"since": date(2026, 10, 1), "until": date(2026, 12, 31)}


@pytest.fixture
def themes(cast):
    programme = Programme.objects.create(slug="seasons", name={"zh-hans": "四季"}, unit=cast.units["songjiang"])
    return [
        Theme.objects.create(programme=programme, slug=colour, colour=colour, name={"zh-hans": colour}, position=n)
        for n, colour in enumerate(("green", "red"))
    ]


@pytest.fixture
def period(cast):
    def add(theme: Theme, slug: str, actor=SYSTEM, **values) -> ThemePeriod:
        texts = {"name": {"zh-hans": slug}, "focus": {"zh-hans": "文明交通"}}
        return add_period(theme=theme, slug=slug, actor=actor, now=cast.now, **{**texts, **values})

    return add


def test_periods_come_in_order_and_know_where_they_lie(themes, period):
    period(themes[0], "q4", **AUTUMN)
    period(themes[0], "q3", **SUMMER, service_day=date(2026, 9, 19))
    on = {day: periods_of([theme.pk for theme in themes], on=day) for day in (date(2026, 9, 30), date(2026, 10, 1))}
    states = {day: [(row.period.slug, row.state) for row in rows[themes[0].pk]] for day, rows in on.items()}
    assert states[date(2026, 9, 30)] == [("q3", "current"), ("q4", "coming")]
    assert states[date(2026, 10, 1)] == [("q3", "past"), ("q4", "current")]
    assert on[date(2026, 10, 1)][themes[1].pk] == []


def test_many_themes_take_one_query(themes, period, django_assert_num_queries):
    for theme in themes:
        period(theme, "q3", **SUMMER)
    with django_assert_num_queries(1):
        periods_of([theme.pk for theme in themes], on=date(2026, 8, 1))


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"since": date(2026, 9, 30), "until": date(2026, 11, 1)}, "since"),
        ({"since": date(2026, 8, 2), "until": date(2026, 8, 1)}, "until"),
        ({**AUTUMN, "service_day": date(2026, 9, 1)}, "service_day"),
    ],
)
def test_days_that_cannot_be_are_refused_at_their_field(themes, period, days, field):
    period(themes[0], "q3", **SUMMER)
    with pytest.raises(Invalid) as refusal:
        period(themes[0], "other", **days)
    assert list(refusal.value.errors) == [field]
    assert ThemePeriod.objects.count() == 1


def test_two_themes_may_have_their_periods_at_the_same_time(themes, period):
    for theme in themes:
        period(theme, "q3", **SUMMER)
    assert ThemePeriod.objects.count() == 2


def test_a_code_is_used_once_per_theme(themes, period):
    period(themes[0], "q3", **SUMMER)
    with pytest.raises(Conflict):
        period(themes[0], "q3", **AUTUMN)


def test_a_change_is_judged_like_a_new_period_and_leaves_a_trace(themes, period, cast):
    period(themes[0], "q3", **SUMMER)
    autumn = period(themes[0], "q4", **AUTUMN)
    with pytest.raises(Invalid):
        change_period(period=autumn, changes={"since": date(2026, 9, 1)}, actor=SYSTEM, now=cast.now)
    autumn.refresh_from_db()
    change_period(period=autumn, changes={"focus": {"zh-hans": "温暖过冬"}}, actor=SYSTEM, now=cast.now)
    assert ThemePeriod.objects.get(pk=autumn.pk).focus == {"zh-hans": "温暖过冬"}
    assert AuditEntry.objects.get(verb="period.changed").data == {"fields": ["focus"]}


def test_it_takes_the_right_to_do_it(themes, period, cast):
    with pytest.raises(NotAllowed):
        period(themes[0], "q3", actor=cast.actor("lishuji"), **SUMMER)


def test_the_database_itself_refuses_an_overlap(themes, period):
    period(themes[0], "q3", **SUMMER)
    autumn = period(themes[0], "q4", **AUTUMN)
    with pytest.raises(IntegrityError), transaction.atomic():
        ThemePeriod.objects.create(theme=themes[0], slug="x", since=date(2026, 9, 30), until=date(2026, 9, 30))
    with pytest.raises(IntegrityError), transaction.atomic():
        ThemePeriod.objects.filter(pk=autumn.pk).update(since=date(2026, 9, 1))
    ThemePeriod.objects.filter(pk=autumn.pk).update(since=date(2026, 11, 1))
