"""Reads verified service: what counts for a member, and his records."""

from django.db.models import QuerySet, Sum

from core.service.models import ServiceRecord


def verified_minutes_of(member_id: int) -> int:
    """Minutes that were verified, publicly posted and not reversed; `core.durations.duration_text` makes them words."""
    standing = ServiceRecord.objects.filter(member=member_id, state=ServiceRecord.State.STANDING)
    return standing.aggregate(total=Sum("minutes"))["total"] or 0


def records_of(member_id: int) -> QuerySet[ServiceRecord]:
    """His records, the latest day first, reversed ones among them; each with `unit`, `team` and `outcomes`."""
    rows = ServiceRecord.objects.filter(member=member_id).select_related("unit", "team").prefetch_related("outcomes")
    return rows.order_by("-day", "-pk")


def standing_records_of(member_id: int) -> QuerySet[ServiceRecord]:
    """Those of his records that count, the latest day first, each with `unit`."""
    standing = ServiceRecord.objects.filter(member=member_id, state=ServiceRecord.State.STANDING)
    return standing.select_related("unit").order_by("-day", "-pk")
