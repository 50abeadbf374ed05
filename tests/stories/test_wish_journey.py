"""The whole journey of a wish over HTTP, with the packs as they are shipped."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from core.ledger.models import LedgerEntry
from core.ledger.selectors import figure
from core.people.models import OrgUnit
from core.promises.models import Wish
from notifications.models import Message
from tests.stories.browsing import CLAIMANT, Person, open_task
from workflows.models import Case
from workflows.services import fire_due

NAME, PHONE, DOOR, MAIL = "吴秀兰", "13800001234", "示例路 88 弄 12 号 301 室", "xiulan@example.org"
PUBLIC = "盼着有人每周来读一次报纸，字太小看不清了。"


def answers(**changed: str) -> dict[str, Any]:
    """What the resident types."""
    return {
        "wish": "眼睛看不清了，想有人每周来读一次报纸。",
        "category": "company",
        "needed_by": (timezone.localdate() + timedelta(days=30)).isoformat(),
        "unit": "fangta-1",
        "name": NAME,
        "phone": PHONE,
        "address": DOOR,
        "email": MAIL,
        "consent_handle": "on",
        "consent_contact": "on",
        **changed,
    }


def subjects(login: str) -> list[str]:
    """What the messages of a login are about, oldest first."""
    return list(Message.objects.filter(user__username=login).order_by("pk").values_list("subject", flat=True))


def reads_status(code: str, *expected: str) -> str:
    """What a fresh browser shows for the code: where the wish is, never how to reach who made it."""
    browser = Person()
    page = browser.sends("status", code=code)
    for words in expected:
        assert words in page, (words, page)
    for secret in (PHONE, DOOR):
        assert secret not in page
    return page


def test_a_wish_travels_from_a_resident_to_the_public_board(songjiang):
    resident, worker, secretary = Person(), Person("wanggexia"), Person("lishuji")
    first, second, anybody = Person("org1"), Person("org2"), Person()

    # 1. A resident without a login registers a wish and gets a status code.
    code = resident.starts("wish", **answers(wish="想有人来读报纸。"))
    assert len(code.replace("-", "")) == 16
    case = Case.objects.get().pk
    reads_status(code, "核实", "审核公开", "等待认领")
    assert "想有人来读报纸" in worker.opens("inbox")
    assert len(subjects("wanggexia")) == 1

    # 2. The grid worker returns it for correction, and the resident corrects it with his code.
    worker.does(case, "verify", "outcome:back", expects=422, comment="")
    worker.does(case, "verify", "outcome:back", comment="请写清楚多久读一次。")
    reads_status(code, "提交")
    corrector = Person()
    corrector.sends("status", code=code)
    assert "请写清楚多久读一次。" in corrector.opens("task", open_task(case, "start"))
    corrector.does(case, "start", "outcome:done", **answers())
    assert "每周来读一次报纸" in worker.opens("inbox")
    missing = worker.does(case, "verify", "outcome:verified", expects=422, genuine="yes")
    assert "核实后大约值多少钱" in missing
    worker.does(case, "verify", "outcome:verified", genuine="yes", how=["visit"], value="0")
    reads_status(code, "审核公开")

    # 3. The secretary approves the public wording; a leak comes back to the field; then it is on the board, masked.
    leak = secretary.does(case, "approve", "outcome:publish", expects=422, public_text=f"请联系{PHONE}")
    assert "手机" in leak or "电话" in leak
    assert not Wish.objects.exists()
    secretary.does(case, "approve", "outcome:publish", public_text=PUBLIC)
    board = anybody.opens("/wishes/")
    assert PUBLIC in board
    wish = Wish.objects.get()
    detail = anybody.opens("wish", wish.pk)
    for secret in (NAME, PHONE, DOOR, "301"):
        assert secret not in board
        assert secret not in detail
    reads_status(code, "等待认领")

    # 4. Two organisations have the claim open: one gets it, the other reads a kind sentence.
    task = open_task(case, "claim")
    second.opens("task", task)
    claimant = CLAIMANT.search(second.seen)
    assert claimant is not None
    first.does(case, "claim", "claim")
    late = second.sends("task", task, do="claim", claimant=claimant[1], expects=409)
    assert "谢谢" in late
    reads_status(code, "去实现")
    fulfilling = first.opens("task", open_task(case, "fulfil"))
    assert NAME in fulfilling
    assert PHONE in fulfilling  # whoever took it on may call; the resident agreed to that

    # 5. The claimant reports it done.
    first.does(
        case, "fulfil", "outcome:done", done_on=timezone.localdate().isoformat(), what="读了一个小时的报。", people="2"
    )
    reads_status(code, "请您确认")

    # 6. The resident confirms with the code.
    confirmer = Person()
    confirmer.sends("status", code=code)
    confirmer.does(case, "confirm", "outcome:confirmed", satisfaction="5", words="谢谢")
    reads_status(code, "已实现")

    # 7. The board shows it fulfilled; the ledger holds the three lines, once each; the figures count them.
    assert "已实现" in anybody.opens("wish", wish.pk)
    lines = LedgerEntry.objects.order_by("pk").values_list("kind", "organisation__slug", "case_id", "step_id")
    assert list(lines) == [
        ("wish.registered", None, case, "post"),
        ("wish.claimed", "qingsong-property", case, "claim"),
        ("wish.fulfilled", "qingsong-property", case, "fulfilled"),
    ]
    assert figure("wishes_claimed").counted == 1
    assert "344" in anybody.opens("figure", "wishes_claimed")
    finished = Case.objects.get()
    assert (finished.status, finished.result) == ("DONE", "fulfilled")

    # Everybody concerned heard of it, and no message names the resident.
    for login, at_least in (("wanggexia", 2), ("lishuji", 1), ("org1", 1)):
        assert len(subjects(login)) >= at_least, (login, subjects(login))
    to_the_resident = Message.objects.filter(user=None, deliveries__address=MAIL)
    assert to_the_resident.count() >= 3  # returned to him, his turn to confirm, fulfilled
    for message in Message.objects.all():
        for secret in (NAME, PHONE, DOOR, MAIL):
            assert secret not in message.subject + message.body + message.link


def to_the_board(value: str = "0") -> int:
    """A wish on the board; returns its case."""
    Person().starts("wish", **answers())
    case = int(Case.objects.latest("pk").pk)
    Person("wanggexia").does(case, "verify", "outcome:verified", genuine="yes", how=["visit"], value=value)
    Person("lishuji").does(case, "approve", "outcome:publish", public_text=PUBLIC)
    return case


def test_a_costly_wish_needs_the_street(songjiang):
    case = to_the_board(value="800")
    assert not Wish.objects.exists()
    Person("shenjie").does(case, "street", "outcome:agree")
    assert Wish.objects.get().state == "open"


def test_a_claim_given_back_goes_to_the_next_organisation(songjiang):
    case = to_the_board()
    Person("org2").does(case, "claim", "claim")
    Person("org2").sends("case", case, do="release", reason="没有合适的工具。")
    assert Wish.objects.get().state == "open"
    Person("org1").does(case, "claim", "claim")
    kinds = list(LedgerEntry.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["wish.registered", "wish.claimed", "wish.released", "wish.claimed"]


def test_not_yet_fulfilled_goes_back_to_the_claimant(songjiang):
    resident = Person()
    code = resident.starts("wish", **answers())
    case = Case.objects.get().pk
    Person("wanggexia").does(case, "verify", "outcome:verified", genuine="yes", how=["phone"], value="0")
    Person("lishuji").does(case, "approve", "outcome:publish", public_text=PUBLIC)
    Person("org1").does(case, "claim", "claim")
    report: dict[str, Any] = {"done_on": timezone.localdate().isoformat(), "what": "去过了。"}
    Person("org1").does(case, "fulfil", "outcome:done", **report)
    guest = Person()
    guest.sends("status", code=code)
    guest.does(case, "confirm", "outcome:not_yet", satisfaction="2", comment="还没有读报。")
    assert not LedgerEntry.objects.filter(kind="wish.fulfilled").exists()
    Person("org1").does(case, "fulfil", "outcome:done", **report)
    guest.does(case, "confirm", "outcome:confirmed", satisfaction="4")
    assert LedgerEntry.objects.filter(kind="wish.fulfilled").count() == 1


def test_a_member_cannot_claim_where_only_organisations_may(songjiang):
    case = to_the_board()
    answer = Person("member1").client.get(f"/task/{open_task(case, 'claim')}/")
    assert answer.status_code == 404


def test_an_overdue_task_reminds_whoever_has_it(songjiang):
    Person().starts("wish", **answers())
    before = len(subjects("wanggexia"))
    assert fire_due(now=songjiang + timedelta(hours=1)) == 0
    fire_due(now=songjiang + timedelta(days=20))
    later = subjects("wanggexia")[before:]
    assert later
    assert any("逾期" in subject or "超" in subject or "到期" in subject for subject in later), later


def test_a_withdrawn_wish_leaves_no_trace_in_the_ledger(songjiang):
    resident = Person()
    code = resident.starts("wish", **answers())
    resident.sends("status", code=code)
    resident.sends("case", Case.objects.get().pk, do="withdraw")
    assert Case.objects.get().result == "withdrawn"
    assert not LedgerEntry.objects.exists()


def test_a_lent_venue_is_counted_once_its_session_took_place(songjiang):
    liaison, clerk = Person("org1"), Person("centre1")
    day = timezone.localdate() + timedelta(days=6)
    asked: dict[str, Any] = {
        "centre": "yueyang-centre",
        "day": day.isoformat(),
        "purpose": "物业技能交流",
        "people": "40",
    }
    assert liaison.starts("venue_loan", **asked) == ""
    case = Case.objects.get().pk
    clerk.does(case, "agree", "outcome:back", comment="那天有安排，请换一天。")
    liaison.does(case, "start", "outcome:done", **asked)
    clerk.does(case, "agree", "outcome:agree")
    assert not Case.objects.get().task_set.filter(step_id="report").exists()
    fire_due(now=timezone.now() + timedelta(days=7))
    liaison.does(case, "report", "outcome:done", held="held")
    line = LedgerEntry.objects.get()
    organisation = OrgUnit.objects.get(slug="qingsong-property").pk
    assert (line.kind, line.happened_on, line.organisation_id) == ("venue.session", day, organisation)
    assert figure("venue_sessions").counted == 1
    assert Case.objects.get().result == "held"


def test_a_session_that_did_not_take_place_is_not_counted(songjiang):
    liaison = Person("org1")
    day = timezone.localdate() + timedelta(days=1)
    liaison.starts("venue_loan", centre="yueyang-centre", day=day.isoformat(), purpose="沙龙", people="10")
    case = Case.objects.get().pk
    Person("centre1").does(case, "agree", "outcome:agree")
    fire_due(now=timezone.now() + timedelta(days=2))
    liaison.does(case, "report", "outcome:done", held="cancelled")
    assert not LedgerEntry.objects.exists()
    assert Case.objects.get().result == "not_held"


def test_personal_data_in_the_public_wording_stops_whoever_writes_it(songjiang):
    # A resident's name went onto the board. A phone number was refused only after the street had agreed, to the clerk
    # of the street, who has no wording to correct.
    Person().starts("wish", **answers(name="测试居民甲"))
    case = Case.objects.get().pk
    Person("wanggexia").does(case, "verify", "outcome:verified", genuine="yes", how=["visit"], value="600")
    secretary = Person("lishuji")
    for wording in (
        "测试居民甲家的水龙头漏水",
        "测试 居民甲家的水龙头漏水",
        f"水龙头漏水，联系{PHONE}",
        f"{DOOR}的水龙头",
    ):
        page = secretary.does(case, "approve", "outcome:publish", expects=422, public_text=wording)
        assert "请删去" in page, wording
    secretary.does(case, "approve", "outcome:publish", public_text=PUBLIC)
    Person("shenjie").does(case, "street", "outcome:agree")
    assert Wish.objects.get().public_text == PUBLIC
