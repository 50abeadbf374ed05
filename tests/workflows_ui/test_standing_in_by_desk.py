"""Who manages cases names somebody who stands in for a person who is away: who may, what is kept, who is told."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils.timezone import localdate

from core.audit.models import AuditEntry
from core.exceptions import NotAllowed, NotFound
from core.people.models import Appointment, User
from notifications.models import Message
from tests.workflows.conftest import Bench, bench
from tests.workflows.flows import approval, flow
from tests.workflows_ui.test_handing_over import browser, today
from workflows import services
from workflows.inbox import inbox
from workflows.models import Substitution
from workflows.services.substituting import may_name_for

__all__ = ["bench", "today"]  # the fixtures
PAGE = reverse("desk_away")


def typed(bench: Bench, substitute: str = "zhoufu") -> dict[str, object]:
    day = localdate(bench.now)
    return {
        "of": bench.cast.users["lishuji"].pk,
        "do": "new",
        "substitute": bench.cast.users[substitute].pk,
        "since": day.isoformat(),
        "until": (day + timedelta(days=5)).isoformat(),
    }


def subjects(user: User) -> list[str]:
    return list(
        Message.objects.filter(user=user, kind="substitute.named").order_by("pk").values_list("subject", flat=True)
    )


def test_the_administrator_names_somebody_and_both_are_told(bench: Bench) -> None:
    case = bench.start(flow(approval("review")))
    desk = browser(bench)
    page = desk.get(PAGE, {"of": bench.cast.users["lishuji"].pk}).content.decode()
    assert "周芙" in page
    page = desk.post(PAGE, typed(bench), follow=True).content.decode()
    assert "已通知双方" in page
    made = Substitution.objects.get()
    assert (made.absent.username, made.substitute.username) == ("lishuji", "zhoufu")
    assert [row.case_id for row in inbox(bench.actor("zhoufu"), now=bench.now)] == [case.pk]
    (entry,) = AuditEntry.objects.filter(verb="substitute.named")
    assert entry.actor == bench.cast.users["admin"]
    assert entry.data == {"of": made.absent_id, "to": made.substitute_id}
    (to_substitute,) = subjects(made.substitute)
    (to_absent,) = subjects(made.absent)
    assert "李书记" in to_substitute or made.absent.display_name in to_substitute
    assert made.substitute.display_name in to_absent
    assert desk.post(PAGE, typed(bench)).status_code == 422, "only one at a time"
    desk.post(PAGE, {"of": made.absent_id, "do": f"end:{made.pk}"})
    made.refresh_from_db()
    assert made.ended_at is not None
    assert len(subjects(made.absent)) == 2
    assert [row.case_id for row in inbox(bench.actor("zhoufu"), now=bench.now)] == []


def test_whoever_is_away_ends_what_the_administrator_arranged(bench: Bench) -> None:
    browser(bench).post(PAGE, typed(bench))
    made = Substitution.objects.get()
    services.end_substitution(pk=made.pk, actor=bench.actor("lishuji"), now=bench.now)
    assert len(subjects(bench.cast.users["lishuji"])) == 1, "he ended it himself"


def test_nobody_else_may(bench: Bench) -> None:
    for login in ("member1", "zhoufu", "shenjie"):
        assert browser(bench, login).post(PAGE, typed(bench)).status_code in (302, 403, 404)
        with pytest.raises(NotAllowed):
            services.name_substitute(
                actor=bench.actor(login),
                absent=bench.cast.users["lishuji"],
                substitute=bench.cast.users["zhoufu"].pk,
                since=localdate(bench.now),
                until=localdate(bench.now),
                now=bench.now,
            )
    assert not Substitution.objects.exists()
    made = Substitution.objects.create(
        absent=bench.cast.users["lishuji"],
        substitute=bench.cast.users["zhoufu"],
        since=localdate(bench.now),
        until=localdate(bench.now),
        created_at=bench.now,
    )
    with pytest.raises(NotFound):
        services.end_substitution(pk=made.pk, actor=bench.actor("shenjie"), now=bench.now)
    assert browser(bench).get(PAGE, {"of": bench.cast.users["member1"].pk}).status_code == 404, "holds no appointment"


def test_who_manages_all_units_of_the_person_may_but_never_names_himself(bench: Bench) -> None:
    group = bench.cast.roles["street_clerk"].group
    assert group is not None
    group.permissions.add(*Permission.objects.filter(codename__in=["view_case", "manage_case"]))
    lishuji, day = bench.cast.users["lishuji"], localdate(bench.now)
    assert may_name_for(bench.actor("shenjie"), lishuji, day)
    answer = browser(bench, "shenjie").post(PAGE, typed(bench, "shenjie"))
    assert answer.status_code == 422
    assert "不能替别人指定您自己" in answer.content.decode()
    Appointment.objects.create(
        member=lishuji.member, role=bench.cast.roles["liaison"], unit=bench.cast.units["garden"], since=day
    )
    assert not may_name_for(bench.actor("shenjie"), lishuji, day), "one of his units is not hers"
