"""A public notice by itself: posted once, objected to in time, closed, decided, called off; each move audited."""

from datetime import timedelta
from typing import Any

import pytest

from core.actors import SYSTEM, VISITOR
from core.audit.models import AuditEntry
from core.exceptions import Invalid, NotFound, WrongState
from core.notices import selectors, services
from core.notices.models import Objection, PublicNotice

WORDS = {"about": "第一项", "reason": "不是他做的。"}


def opened(cast: Any, case_id: int = 7, **changes: Any) -> PublicNotice:
    given: dict[str, Any] = {
        "actor": SYSTEM,
        "case_id": case_id,
        "step_id": "posted",
        "unit": cast.units["fangta"],
        "subject": {"zh-hans": "承诺公示"},
        "lines": [{"label": "做什么", "value": {"zh-hans": "修理自行车"}}],
        "closes_at": cast.now + timedelta(days=7),
        "now": cast.now,
    }
    return services.open_notice(**{**given, **changes})


def move(cast: Any, what: str, **more: Any) -> PublicNotice:
    step = {"actor": SYSTEM, "case_id": 7, "step_id": "posted", "now": cast.now + timedelta(days=8)}
    result: PublicNotice = getattr(services, what)(**{**step, **more})
    return result


def verbs() -> list[str]:
    return list(AuditEntry.objects.filter(verb__startswith="notice.").order_by("pk").values_list("verb", flat=True))


def test_opening_twice_posts_one_notice(cast):
    assert opened(cast) == opened(cast)
    assert verbs() == ["notice.opened"]


def test_a_notice_to_which_nobody_objects_is_clear(cast):
    opened(cast)
    assert not selectors.has_passed_notice(7)
    assert move(cast, "close_notice").state == "clear"
    assert selectors.has_passed_notice(7)
    assert not selectors.has_passed_notice(8)
    assert verbs() == ["notice.opened", "notice.closed"]


@pytest.mark.parametrize(("is_upheld", "state", "passed"), [(False, "dismissed", True), (True, "upheld", False)])
def test_objections_are_decided_on_after_the_end(cast, is_upheld, state, passed):
    notice = opened(cast)
    services.object_to_notice(actor=VISITOR, notice_id=notice.pk, now=cast.now, **WORDS)
    with pytest.raises(WrongState):
        move(cast, "decide_notice", is_upheld=is_upheld)  # while its window is open
    assert move(cast, "close_notice").state == "deciding"
    with pytest.raises(WrongState):
        services.object_to_notice(actor=VISITOR, notice_id=notice.pk, now=cast.now, about="二", reason="二")
    assert move(cast, "decide_notice", is_upheld=is_upheld).state == state
    assert selectors.has_passed_notice(7) == passed
    assert verbs() == ["notice.opened", "notice.objected", "notice.closed", "notice.decided"]


def test_the_audit_trail_never_holds_what_an_objection_says(cast):
    notice = opened(cast)
    services.object_to_notice(actor=VISITOR, notice_id=notice.pk, contact="13900001111", now=cast.now, **WORDS)
    entry = AuditEntry.objects.get(verb="notice.objected")
    assert entry.data == {"objection": Objection.objects.get().pk}
    assert entry.actor is None


def test_a_text_with_personal_data_is_not_posted(cast):
    for changes in (
        {"subject": {"zh-hans": "请打 13812345678"}},
        {"lines": [{"label": "做什么", "value": "到12号楼301室"}]},
    ):
        with pytest.raises(Invalid) as refusal:
            opened(cast, **changes)
        assert refusal.value.code == "leak"
    assert not PublicNotice.objects.exists()


def test_a_notice_that_shows_nothing_is_refused_with_a_sentence(cast):
    with pytest.raises(Invalid) as refusal:
        opened(cast, lines=[])
    assert refusal.value.code == "nothing_to_show"


def test_going_back_makes_a_passed_notice_void_and_the_end_of_the_case_does_not(cast):
    opened(cast)
    move(cast, "close_notice")
    steps = {"actor": SYSTEM, "case_id": 7, "step_ids": ["posted"], "now": cast.now}
    assert services.call_off_notices(**steps) == 0
    assert selectors.has_passed_notice(7)
    assert services.call_off_notices(**steps, with_passed=True) == 1
    assert not selectors.has_passed_notice(7)
    assert opened(cast).state == "open"


def test_objecting_to_what_is_not_there_is_not_found(cast):
    with pytest.raises(NotFound):
        services.object_to_notice(actor=VISITOR, notice_id=404, now=cast.now, **WORDS)


def test_what_ended_long_ago_is_not_shown_any_more(cast):
    notice = opened(cast)
    move(cast, "close_notice")
    later = notice.closes_at + timedelta(days=29)
    assert list(selectors.notices_ended(later)) == [selectors.public_notice(notice.pk, later)]
    later += timedelta(days=2)
    assert not selectors.notices_ended(later).exists()
    with pytest.raises(NotFound):
        selectors.public_notice(notice.pk, later)


def test_more_objections_than_anybody_can_read_are_refused_kindly(cast):
    notice = opened(cast)
    many = [Objection(notice=notice, received_at=cast.now, about=str(n), reason="x") for n in range(200)]
    Objection.objects.bulk_create(many)
    with pytest.raises(WrongState) as refusal:
        services.object_to_notice(actor=VISITOR, notice_id=notice.pk, now=cast.now, **WORDS)
    assert refusal.value.code == "too_many_objections"
