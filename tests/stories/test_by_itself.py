"""The shipped flows that begin by themselves or start another: a newcomer's welcome and the monthly check of wishes."""

from datetime import datetime, timedelta

from django.utils import timezone

from core.actors import SYSTEM, Actor
from core.jobs.running import drain
from core.people.models import Member, OrgUnit, User
from core.people.services import affiliate, create_member
from workflows.models import Case, FlowVersion, Task
from workflows.services import act, fire_due
from workflows.services.scheduling import start_due


def test_who_joins_is_called_and_called_again_when_nothing_comes(songjiang: datetime) -> None:
    assert not Case.objects.filter(version__slug="welcome").exists(), "the people of the demo are no newcomers"
    admin = Actor(user=User.objects.filter(is_superuser=True).first() or User.objects.get(username="admin"))
    now = timezone.now()
    home = OrgUnit.objects.filter(kind__slug="community").order_by("path").first()
    assert home is not None
    member = create_member(actor=admin, number="N-1", name="新志愿者", now=now)
    affiliate(actor=admin, member=member, unit=home, relation="home", since=timezone.localdate(now), now=now)
    drain()
    case = Case.objects.get(version__slug="welcome")
    assert case.unit == home
    task = Task.objects.get(process=case, step_id="call", flow_task_type="HUMAN")
    act(task_id=task.pk, actor=SYSTEM, outcome="", answers={"wants": "周末陪老人读报"}, now=now)
    assert not Task.objects.filter(process=case, step_id="again").exists()
    fire_due(now=now + timedelta(days=61))
    assert Task.objects.filter(process=case, step_id="again", status__in=["NEW", "ASSIGNED"]).exists()
    assert Member.objects.get(pk=member.pk).is_active


def test_the_wishes_are_checked_once_a_month(songjiang: datetime) -> None:
    for day in range(0, 65, 5):
        start_due(now=songjiang + timedelta(days=day))
    drain()
    cases = Case.objects.filter(version__slug="wish_checkup")
    assert 1 <= cases.count() <= 3
    months = [f"{timezone.localtime(case.created):%Y-%m}" for case in cases]
    assert len(set(months)) == len(months)
    assert {case.title for case in cases} == {"核对无人认领的心愿"}
    assert FlowVersion.objects.filter(slug="star_review").exists()
