"""Service counts once, after three persons and a public notice; it is reversed, never deleted."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM, VISITOR, Actor
from core.audit.models import AuditEntry
from core.durations import duration_text
from core.exceptions import DandelionError, Invalid, NotAllowed, WrongState
from core.ledger.models import LedgerEntry
from core.notices.models import PublicNotice
from core.service.models import ServiceRecord
from core.service.selectors import records_of, verified_minutes_of
from core.service.services import Behind, Served, post_service, refuse_unfit, reverse_service
from tests.cast import Cast


def served(cast: Cast, **changed: Any) -> Served:
    """Ninety minutes of 赵一平 two days ago, with six things repaired."""
    base = Served(
        member=cast.members["member1"],
        unit=cast.units["fangta"],
        day=cast.today - timedelta(days=2),
        minutes=90,
        content="在楼下摆修理摊。",
        evidence="B",
        team=cast.teams["repairs"],
        beneficiaries=12,
        outcomes=[(Decimal(6), "件")],
    )
    return replace(base, **changed)


def behind(cast: Cast, *logins: str) -> Behind:
    users = [cast.users[login] for login in logins or ("wanggexia", "zhoufu", "shenjie")]
    return Behind(*users)


def passed_notice(cast: Cast, case_id: int) -> None:
    PublicNotice.objects.create(
        case_id=case_id,
        step_id="publicly",
        unit=cast.units["fangta"],
        subject={},
        lines=[],
        opened_at=cast.now - timedelta(days=5),
        closes_at=cast.now,
        state=PublicNotice.State.CLEAR,
    )


def posted(cast: Cast, case_id: int = 1, *, actor: Actor = SYSTEM, **changed: Any) -> ServiceRecord:
    passed_notice(cast, case_id)
    return post_service(actor=actor, case_id=case_id, served=served(cast, **changed), behind=behind(cast), now=cast.now)


def errors(cast: Cast, **changed: Any) -> set[str]:
    with pytest.raises(Invalid) as refusal:
        refuse_unfit(served(cast, **changed), now=cast.now)
    return set(refusal.value.errors)


def test_a_service_writes_every_counted_quantity_once_with_its_evidence(cast):
    row = posted(cast)
    lines = {(line.kind, int(line.quantity), line.unit_of_measure) for line in LedgerEntry.objects.all()}
    assert lines == {
        ("service.minutes", 90, "minute"),
        ("service.count", 1, "visit"),
        ("beneficiary.count", 12, "visit"),
        ("outcome.qty", 6, "件"),
    }
    assert set(LedgerEntry.objects.values_list("evidence", "member", "case_id", "happened_on")) == {
        ("B", row.member_id, 1, row.day)
    }
    again = post_service(actor=SYSTEM, case_id=1, served=served(cast), behind=behind(cast), now=cast.now)
    assert again.pk == row.pk
    assert LedgerEntry.objects.count() == 4
    assert AuditEntry.objects.filter(verb="service.posted", object_id=str(row.pk)).count() == 1


def test_nothing_counts_before_its_public_notice_has_passed(cast):
    with pytest.raises(WrongState) as refusal:
        post_service(actor=SYSTEM, case_id=1, served=served(cast), behind=behind(cast), now=cast.now)
    assert refusal.value.code == "notice_missing"
    assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize(
    "logins",
    [
        ("wanggexia", "wanggexia", "shenjie"),
        ("wanggexia", "shenjie", "shenjie"),
        ("shenjie", "zhoufu", "shenjie"),
        ("wanggexia", "member1", "shenjie"),
        ("wanggexia", "zhoufu", "member1"),
        ("admin", "admin", "admin"),
    ],
)
def test_fewer_than_three_persons_or_the_member_himself_count_nothing(cast, logins):
    passed_notice(cast, 1)
    for actor in (SYSTEM, cast.actor("admin")):
        with pytest.raises(NotAllowed) as refusal:
            post_service(actor=actor, case_id=1, served=served(cast), behind=behind(cast, *logins), now=cast.now)
        assert refusal.value.code == "three_persons"
    assert not ServiceRecord.objects.exists()


def test_the_database_itself_refuses_two_persons_and_impossible_days(cast):
    row = posted(cast)
    for changed in ({"approved_by": row.recorded_by}, {"minutes": 721}, {"minutes": 0}, {"state": "reversed"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ServiceRecord.objects.filter(pk=row.pk).update(**changed)


def test_a_day_holds_twelve_hours_over_all_standing_records(cast):
    first = posted(cast, minutes=700)
    assert errors(cast, minutes=21) == {"minutes"}
    refuse_unfit(served(cast, minutes=20), now=cast.now)
    refuse_unfit(served(cast, minutes=720, day=cast.today), now=cast.now)
    refuse_unfit(served(cast, minutes=720, member=cast.members["zhoufu"]), now=cast.now)
    reverse_service(actor=SYSTEM, record_id=first.pk, reason="登记重复", now=cast.now)
    refuse_unfit(served(cast, minutes=720), now=cast.now)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": 721}, "minutes"),
        ({"content": " "}, "content"),
        ({"content": "请打 13800001111"}, "content"),
        ({"evidence": "E"}, "grade"),
        ({"beneficiaries": -1}, "beneficiaries"),
        ({"outcomes": [(Decimal(0), "件")]}, "quantity1"),
        ({"outcomes": [(Decimal(3), "")]}, "measure1"),
    ],
)
def test_what_no_record_may_hold_is_refused_at_its_input(cast, changed, field):
    assert errors(cast, **changed) == {field}


def test_the_day_is_not_to_come_and_not_older_than_ninety_days(cast):
    assert errors(cast, day=cast.today + timedelta(days=1)) == {"day"}
    assert errors(cast, day=cast.today - timedelta(days=91)) == {"day"}
    for fine in (cast.today, cast.today - timedelta(days=90)):
        refuse_unfit(served(cast, day=fine), now=cast.now)


def test_guests_and_visitors_post_nothing(cast):
    passed_notice(cast, 1)
    for actor in (VISITOR, Actor(guest_case=1)):
        with pytest.raises(NotAllowed):
            post_service(actor=actor, case_id=1, served=served(cast), behind=behind(cast), now=cast.now)


def test_the_text_does_not_keep_the_full_name(cast):
    assert posted(cast, content="赵一平修好了水管。").content == "赵*平修好了水管。"


def test_a_reversal_takes_every_line_back_and_keeps_all_rows(cast):
    row = posted(cast)
    other = posted(cast, 2, minutes=30)
    assert verified_minutes_of(row.member_id) == 120
    with pytest.raises(NotAllowed):
        reverse_service(actor=cast.actor("shenjie"), record_id=row.pk, reason="有误", now=cast.now)
    for reason in ("", "13800001111"):
        with pytest.raises(DandelionError):
            reverse_service(actor=cast.actor("admin"), record_id=row.pk, reason=reason, now=cast.now)
    reverse_service(actor=cast.actor("admin"), record_id=row.pk, reason="与另一份重复", now=cast.now)
    assert verified_minutes_of(row.member_id) == 30
    lines = LedgerEntry.objects.filter(case_id=1)
    assert lines.count() == 8
    assert sum(lines.values_list("quantity", flat=True)) == 0
    assert LedgerEntry.objects.filter(case_id=2, reversed_by__isnull=True).count() == 4
    assert [one.state for one in records_of(row.member_id)] == ["standing", "reversed"]
    assert AuditEntry.objects.filter(verb="service.reversed", object_id=str(row.pk)).count() == 1
    with pytest.raises(WrongState):
        reverse_service(actor=cast.actor("admin"), record_id=row.pk, reason="再来", now=cast.now)
    assert other.state == "standing"


def test_more_records_cost_no_more_queries(cast):
    counts = []
    for number in range(1, 5):
        posted(cast, number, minutes=30)
        with CaptureQueriesContext(connection) as found:
            rows = [(row.unit.name, str(row.team), len(row.outcomes.all())) for row in records_of(row_member(cast))]
        assert len(rows) == number
        counts.append(len(found))
    assert len(set(counts)) == 1
    assert duration_text(verified_minutes_of(row_member(cast))) in ("2 小时", "2 hours")


def row_member(cast: Cast) -> int:
    return cast.members["member1"].pk
