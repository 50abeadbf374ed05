"""Lengths of service in words: minutes inside, hours and minutes on every screen."""

from django.utils.translation import ngettext

MINUTES_PER_HOUR = 60


def duration_text(minutes: int) -> str:
    """Whole minutes in words, e.g. 1 小时 30 分钟; 0 分钟 for none."""
    hours, rest = divmod(minutes, MINUTES_PER_HOUR)
    parts = []
    if hours:
        parts.append(ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": f"{hours:,}"})
    if rest or not hours:
        parts.append(ngettext("%(count)s minute", "%(count)s minutes", rest) % {"count": rest})
    return " ".join(parts)
