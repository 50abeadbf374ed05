"""Kinds for a time of day and for a moment: a day with a time, always meant in the programme's time zone."""

import re
from datetime import datetime
from typing import Any

from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext_lazy as _

from forms.context import FillContext
from forms.fieldschema import bound
from forms.kinds import dates
from forms.kinds.base import AnswerField, Definition, Stored, WrittenKind, register
from forms.rules.moments import MOMENT, TIME
from forms.widgets import Text

NUMERALS = {letter: number for number, letters in enumerate("零一二三四五六七八九") for letter in letters}
NUMERALS |= {"〇": 0, "两": 2}
CHINESE = re.compile(r"[零〇一二两三四五六七八九十]{1,3}")
PARTS = "凌晨|清晨|早晨|早上|上午|中午|下午|傍晚|晚上|夜里|半夜|午夜|am|pm"
CLOCK = re.compile(
    rf"(?P<part>{PARTS})?(?P<hour>\d{{1,2}})[:点點时時](?:(?P<minute>\d{{1,2}})[分]?(?::00)?|整|钟)?(?P<after>am|pm)?",
    re.ASCII,
)
DIGITS = re.compile(r"(?P<hour>\d{2})(?P<minute>\d{2})", re.ASCII)
WITH_OFFSET = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})", re.ASCII)
DAY_FIRST = re.compile(rf"({dates.WRITTEN.pattern})[\sT,]*(.*)", re.ASCII)
SHIFTED = {  # part of the day → (first, last hour) that mean so many hours later
    **dict.fromkeys(("下午", "傍晚", "pm"), ((1, 11), 12)),
    **dict.fromkeys(("晚上", "夜里", "半夜"), ((6, 11), 12)),
    "中午": ((1, 2), 12),
}
MIDNIGHT = frozenset({"凌晨", "晚上", "夜里", "半夜", "午夜", "am"})  # 12 o'clock of these is 0:00


def clock_time(text: str) -> str | None:
    """15:30 of what people write: 15:30, 1530, 3:30 pm, 下午3点半, 晚上八点一刻; None for anything else."""
    plain = re.sub(r"[\s.]", "", text.lower()).replace("一刻", "15分").replace("三刻", "45分").replace("半", "30分")
    plain = plain.replace("30分夜", "半夜")
    plain = CHINESE.sub(lambda found: str(_count(found[0])), plain)
    match = CLOCK.fullmatch(plain) or DIGITS.fullmatch(plain)
    if match is None:
        return None
    parts = match.groupdict()
    hour, minute = int(parts["hour"]), int(parts["minute"] or 0)
    hour = _in_day(hour, parts.get("part") or parts.get("after") or "")
    return f"{hour:02}:{minute:02}" if 0 <= hour <= 23 and minute <= 59 else None


def _in_day(hour: int, part: str) -> int:
    """The hour of 24; -1 when the part of the day says otherwise, as 上午 does of 15."""
    if hour == 12 and part in MIDNIGHT:
        return 0
    (first, last), later = SHIFTED.get(part, ((0, -1), 0))
    if first <= hour <= last:
        return hour + later
    morning = part in ("凌晨", "清晨", "早晨", "早上", "上午", "am")
    return -1 if morning and hour > 12 else hour


def _count(numeral: str) -> int:
    tens, ten, ones = numeral.partition("十")
    if ten:
        return NUMERALS.get(tens, 1) * 10 + NUMERALS.get(ones, 0)
    return int("".join(str(NUMERALS[letter]) for letter in numeral))


class TimeField(AnswerField):
    """A time of day between `min` and `max`."""

    default_error_messages = {
        "time": _("Please enter a time such as 15:30."),
        "min": _("Please enter a time not before %(limit)s."),
        "max": _("Please enter a time not after %(limit)s."),
    }

    def parsed(self, text: str) -> str | None:
        """15:30."""
        plain = self.plain(text, 40)
        if not plain:
            return None
        time = clock_time(plain)
        if time is None:
            raise self.refuse("time")
        least, most = (bound(self.definition.get(name), "time") for name in ("min", "max"))
        if least and time < least:
            raise self.refuse("min", limit=least)
        if most and time > most:
            raise self.refuse("max", limit=most)
        return time


class TimeKind(WrittenKind):
    """A time of day, stored and seen by rules as 15:30, so that texts in order are times in order."""

    name = "time"

    def form_field(self, definition: Definition) -> AnswerField:
        """The browser's time picker."""
        limits: dict[str, str] = {name: str(definition[name]) for name in ("min", "max") if name in definition}
        attrs = {"autocomplete": "off", **limits}
        return TimeField(definition, widget=Text(attrs=attrs, input_type="time", short=True))

    def typed(self, stored: Stored) -> str | None:
        """15:30."""
        return stored if isinstance(stored, str) and TIME.fullmatch(stored) else None

    def words(self, stored: Stored) -> list[str]:
        """None: a time stands in many a text."""
        return []


class DateTimeField(dates.DateField):
    """A day and a time; `min` and `max` are days, either of which may be `today`."""

    default_error_messages = {
        "datetime": _("Please enter a date with a time, such as 2026-09-30 15:30."),
        "min": _("Please enter a date not before %(limit)s."),
        "max": _("Please enter a date not after %(limit)s."),
    }

    def parsed(self, text: str) -> datetime | None:
        """The moment, written as 2026-09-30 15:30, 2026年9月30日下午3点半 or, by programs, with an offset."""
        plain = self.plain(text, 80)
        if not plain:
            return None
        at = moment_of(plain) if WITH_OFFSET.fullmatch(plain) else self._written(plain)
        if at is None or not dates.FIRST_YEAR < at.year <= dates.LAST_YEAR:
            raise self.refuse("datetime")
        self.within(at.date())
        return at

    def _written(self, plain: str) -> datetime | None:
        match = DAY_FIRST.fullmatch(plain)
        day, time = (dates.written_day(match[1]), clock_time(match[5])) if match else (None, None)
        return moment_of(f"{day.isoformat()}T{time}") if day and time else None


class DateTimeKind(WrittenKind):
    """A moment, stored with its offset: 2026-09-30T15:30+08:00. Rules see 2026-09-30T15:30."""

    name = "datetime"

    def form_field(self, definition: Definition) -> AnswerField:
        """The browser's picker for day and time."""
        return DateTimeField(definition, widget=Text(attrs={"autocomplete": "off"}, input_type="datetime-local"))

    def prepare(self, form_field: Any, definition: Definition, context: FillContext) -> None:
        """Today is the day of filling in; the picker learns the limits."""
        form_field.today = context.today
        for name, time in (("min", "00:00"), ("max", "23:59")):
            limit = form_field.limit(name)
            if limit:
                form_field.widget.attrs[name] = f"{limit.isoformat()}T{time}"

    def stored(self, value: datetime, definition: Definition) -> Stored:
        """The ISO form to the minute."""
        return value.isoformat(timespec="minutes")

    def initial(self, stored: Stored, definition: Definition) -> Any:
        """As the picker wants it: local time without offset."""
        return self.typed(stored)

    def typed(self, stored: Stored) -> str | None:
        """Local time without offset, so that texts in order are moments in order."""
        at = moment_of(stored)
        return f"{at:%Y-%m-%dT%H:%M}" if at else None

    def words(self, stored: Stored) -> list[str]:
        """None, as of a time."""
        return []

    def shown(self, stored: Stored, definition: Definition) -> str:
        """Day and time in the reader's way of writing."""
        at = moment_of(stored)
        return f"{dates.in_words(at.date())} {at:%H:%M}" if at else super().shown(stored, definition)

    def exported(self, stored: Stored, definition: Definition) -> Any:
        """The moment."""
        return moment_of(stored) or super().exported(stored, definition)


def moment_of(stored: Stored) -> datetime | None:
    """The moment in the programme's time zone that an ISO text names; without offset it is meant there."""
    if not isinstance(stored, str) or not (MOMENT.fullmatch(stored) or WITH_OFFSET.fullmatch(stored)):
        return None
    zone = get_default_timezone()
    try:
        at = datetime.fromisoformat(stored)
        local = at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        return None
    return local.replace(second=0, microsecond=0)


register(TimeKind())
register(DateTimeKind())
