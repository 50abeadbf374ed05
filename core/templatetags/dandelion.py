"""Tags and filters of the visual language: icons, figures, masked names, dates as Chinese readers write them."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from core.text import localised, masked_name

register = template.Library()

ART = {
    "logo": ("logo__mark", "0 0 40 40"),
    "drift": ("art drift", "0 0 380 210"),
    "gone": ("art art--bare", "0 0 420 340"),
    "roundel-green": ("roundel", "0 0 48 48"),
    "roundel-red": ("roundel", "0 0 48 48"),
    "roundel-gold": ("roundel", "0 0 48 48"),
    "roundel-silver": ("roundel", "0 0 48 48"),
}
_EN_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_EN_QUALIFIERS = {"余": "over", "多": "over", "近": "nearly"}
_EN_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


@register.simple_tag
def icon(name: str, extra_class: str = "") -> SafeString:
    """A decorative icon of static/dandelion/icons.svg, e.g. `{% icon "pin" %}`; say in words what it means."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>',
        f" {extra_class}" if extra_class else "",
        static("dandelion/icons.svg"),
        name,
    )


@register.simple_tag
def art(name: str) -> SafeString:
    """A drawing of static/dandelion/art.svg in the colour of its surroundings: `logo`, `drift`, `gone`, `roundel-…`."""
    css_class, view_box = ART[name]
    return format_html(
        '<svg class="{}" viewBox="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        css_class,
        view_box,
        static("dandelion/art.svg"),
        name,
    )


@register.filter
def number(value: Any) -> str:
    """A quantity without empty decimals: 344.00 → 344, 2.50 → 2.5."""
    amount = Decimal(str(value or 0))
    whole = amount.to_integral_value()
    return f"{whole}" if amount == whole else f"{amount.normalize():f}"


@register.filter
def said_before(qualifier: str) -> str:
    """The word that stands before an approximate number: 近 in Chinese, "over" or "nearly" in English."""
    if _in_chinese():
        return qualifier if qualifier == "近" else ""
    return _EN_QUALIFIERS.get(qualifier, "")


@register.filter
def said_after(qualifier: str) -> str:
    """The word that stands behind an approximate number: 余 or 多 in Chinese, nothing in English."""
    return qualifier if _in_chinese() and qualifier != "近" else ""


@register.filter
def masked(name: str | None) -> SafeString:
    """A personal name as public pages show it (王*清), kept on one line."""
    return format_html('<span class="nowrap">{}</span>', masked_name(name or ""))


@register.filter
def local(value: Any) -> str:
    """The reader's language of a text that administrators wrote per language."""
    return localised(value)


def _in_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def _local_day(value: dt.date) -> dt.date:
    return timezone.localtime(value).date() if isinstance(value, dt.datetime) else value


@register.filter
def day(value: dt.date | None) -> str:
    """9月12日; with the year when it is not the current one: 2025年9月12日."""
    if value is None:
        return ""
    date = _local_day(value)
    with_year = date.year != timezone.localdate().year
    if _in_chinese():
        return f"{date.year}年{date.month}月{date.day}日" if with_year else f"{date.month}月{date.day}日"
    return f"{date.day} {_EN_MONTHS[date.month - 1]}" + (f" {date.year}" if with_year else "")


@register.filter
def full_day(value: dt.date | None) -> str:
    """2026年9月12日, always with the year."""
    if value is None:
        return ""
    date = _local_day(value)
    if _in_chinese():
        return f"{date.year}年{date.month}月{date.day}日"
    return f"{date.day} {_EN_MONTHS[date.month - 1]} {date.year}"


@register.filter
def moment(value: dt.datetime | None) -> str:
    """9月18日 17:00, in the programme's time zone."""
    if value is None:
        return ""
    return f"{day(value)} {timezone.localtime(value):%H:%M}"


@register.filter
def weekday(value: dt.date | None) -> str:
    """周五."""
    if value is None:
        return ""
    index = _local_day(value).weekday()
    return "周" + "一二三四五六日"[index] if _in_chinese() else _EN_DAYS[index]


@register.filter
def days_since(value: dt.date | None) -> int:
    """Whole days from that day to today, never negative."""
    if value is None:
        return 0
    return max((timezone.localdate() - _local_day(value)).days, 0)


@register.filter
def waited(value: dt.date | None) -> str:
    """How long somebody has waited since then, in words: 已等 8 天, or 今天 on the first day."""
    days = days_since(value)
    if days == 0:
        return gettext("Since today")
    return ngettext("Waiting for %(days)s day", "Waiting for %(days)s days", days) % {"days": days}


@register.filter
def page_numbers(page: Page[Any]) -> Iterator[int | str]:
    """The page numbers to offer, with "…" for those left out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)


@register.filter
def capped(count: int) -> str:
    """A count as a badge shows it: 99+ from one hundred on."""
    return "99+" if count > 99 else str(count)  # lazy numbers know ">", not ">="
