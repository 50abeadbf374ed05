"""The desk: who sees which screen, what its forms do, and that reading screens only read."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM
from core.audit.models import AuditEntry
from core.ledger.services import post
from core.people import services
from core.people.models import Appointment, Member, OrgUnit, Role, Team, User
from core.places.services import create_venue
from core.programme.models import Programme, Theme, ThemePeriod, WorkDay
from core.programme.services import seed_working_days
from core.promises.services import post_wish

WRITABLE = {
    "members": "member",
    "appointments": "appointment",
    "affiliations": "affiliation",
    "units": "orgunit",
    "roles": "role",
    "teams": "team",
    "team-memberships": "teammembership",
    "venues": "venue",
    "calendar": "workday",
    "periods": "themeperiod",
}
READ_ONLY = {"wishes": "wish", "ledger": "ledgerentry", "audit": "auditentry", "programme": "programme"}
ALL = {**WRITABLE, **READ_ONLY}


@pytest.mark.parametrize("name", ALL)
def test_an_administrator_sees_every_list(at_desk, name):
    assert at_desk("admin").get(f"/desk/{name}/").status_code == 200


@pytest.mark.parametrize(("name", "model"), ALL.items())
def test_a_list_is_shown_to_those_with_the_right_to_view_it_and_to_nobody_else(at_desk, name, model):
    assert at_desk("lishuji", f"view_{model}").get(f"/desk/{name}/").status_code == 200
    others = [f"view_{other}" for other in ALL.values() if other != model]
    assert at_desk("zhoufu", *others).get(f"/desk/{name}/").status_code == 302


def test_a_desk_user_sees_only_the_menu_of_his_rights(at_desk):
    page = at_desk("lishuji", "view_member").get("/desk/").content.decode()
    assert "/desk/members/" in page
    assert "/desk/audit/" not in page


@pytest.mark.parametrize("name", WRITABLE)
def test_an_administrator_sees_every_form_for_a_new_record(at_desk, name):
    assert at_desk("admin").get(f"/desk/{name}/new/").status_code == 200


@pytest.mark.parametrize(("name", "model"), WRITABLE.items())
def test_the_right_to_view_is_not_the_right_to_write(at_desk, cast, name, model):
    client = at_desk("lishuji", f"view_{model}")
    assert client.get(f"/desk/{name}/new/").status_code == 302
    assert client.post(f"/desk/{name}/edit/1/", {}).status_code in (302, 404)


@pytest.mark.parametrize("name", READ_ONLY)
@pytest.mark.parametrize("address", ["new/", "edit/1/", "delete/1/", "copy/1/"])
def test_records_that_are_only_read_have_no_address_to_write(at_desk, name, address):
    client = at_desk("admin")
    assert client.get(f"/desk/{name}/{address}").status_code == 404
    assert client.post(f"/desk/{name}/{address}", {}).status_code == 404


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_deleted_at_the_desk(at_desk, name):
    assert at_desk("admin").post(f"/desk/{name}/delete/1/").status_code == 404


def test_a_member_is_registered_through_the_service(at_desk, cast):
    data = {"number": "V77", "name": "孙新", "category": "retired", "phone": "13812345678", "email": ""}
    answer = at_desk("admin").post("/desk/members/new/", data)
    member = Member.objects.get(number="V77")
    assert answer.status_code == 302
    entry = AuditEntry.objects.get(verb="member.created", object_id=str(member.pk))
    assert entry.actor == cast.users["admin"]


def test_a_taken_number_comes_back_as_a_sentence(at_desk, cast):
    data = {"number": "V0001", "name": "孙新", "category": "retired", "phone": "", "email": ""}
    answer = at_desk("admin").post("/desk/members/new/", data)
    assert answer.status_code == 200
    assert "这个志愿者编号已有人使用" in answer.content.decode()
    assert "孙新" in answer.content.decode()


def test_a_change_of_a_member_names_the_field_in_the_audit_trail_and_not_its_value(at_desk, cast):
    member = cast.members["member1"]
    data = {"number": member.number, "name": member.name, "category": "employed", "is_active": "on"}
    at_desk("admin").post(f"/desk/members/edit/{member.pk}/", {**data, "phone": "13899990000", "email": member.email})
    member.refresh_from_db()
    assert member.phone == "13899990000"
    assert AuditEntry.objects.get(verb="member.changed").data == {"fields": ["phone"]}


def test_phones_are_masked_in_lists_and_for_those_who_only_look(at_desk, cast):
    reader, writer = at_desk("lishuji", "view_member"), at_desk("zhoufu", "view_member", "change_member")
    address = f"/desk/members/inspect/{cast.members['member1'].pk}/"
    for page in (reader.get("/desk/members/"), writer.get("/desk/members/"), reader.get(address)):
        assert "138****0007" in page.content.decode()
        assert "13800000007" not in page.content.decode()
    assert "13800000007" in writer.get(address).content.decode()


def test_a_member_page_shows_only_the_lists_one_may_see(at_desk, cast):
    address = f"/desk/members/inspect/{cast.members['member1'].pk}/"
    assert "方塔修缮队" not in at_desk("lishuji", "view_member").get(address).content.decode()
    assert "方塔修缮队" in at_desk("zhoufu", "view_member", "view_teammembership").get(address).content.decode()


def test_an_appointment_is_made_and_ended_through_the_service(at_desk, cast):
    admin = at_desk("admin")
    data = {"member": "V0007", "role": cast.roles["street_clerk"].pk, "unit": cast.units["yueyang"].pk}
    admin.post("/desk/appointments/new/", {**data, "since": "2026-05-01"})
    appointment = Appointment.objects.get(member=cast.members["member1"])
    assert cast.roles["street_clerk"].group in cast.users["member1"].groups.all()
    admin.post(f"/desk/appointments/edit/{appointment.pk}/", {"until": "2026-05-02"})
    appointment.refresh_from_db()
    assert str(appointment.until) == "2026-05-02"
    assert not cast.users["member1"].groups.exists()
    verbs = AuditEntry.objects.filter(object_type="core.appointment", actor=cast.users["admin"]).order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["appointment.made", "appointment.ended"]


def test_an_unknown_volunteer_number_is_said_at_the_field(at_desk, cast):
    data = {"member": "V9999", "role": cast.roles["liaison"].pk, "unit": cast.units["library"].pk}
    answer = at_desk("admin").post("/desk/appointments/new/", {**data, "since": "2026-05-01"})
    assert "没有这个志愿者编号" in answer.content.decode()


def test_a_clerk_cannot_appoint_somebody_to_more_than_he_may_himself(at_desk, cast):
    client = at_desk("lishuji", "view_appointment", "add_appointment")
    data = {"member": "V0007", "role": cast.roles["street_clerk"].pk, "unit": cast.units["yueyang"].pk}
    answer = client.post("/desk/appointments/new/", {**data, "since": "2026-05-01"})
    assert answer.status_code == 200
    assert not Appointment.objects.filter(member=cast.members["member1"]).exists()


def test_a_unit_is_added_below_another_and_the_list_shows_the_tree(at_desk, cast):
    admin = at_desk("admin")
    data = {"parent": cast.units["fangta"].pk, "name": "第三网格", "slug": "fangta-3", "kind": "grid"}
    admin.post("/desk/units/new/", data)
    assert OrgUnit.objects.get(slug="fangta-3").get_parent() == cast.units["fangta"]
    page = admin.get("/desk/units/").content.decode()
    assert page.index("方塔社区") < page.index("　　　第三网格") < page.index("西林社区")


def test_a_role_keeps_its_names_in_both_languages(at_desk, cast):
    role = cast.roles["liaison"]
    data = {"slug": "liaison", "name_zh": "联络人", "name_en": "Contact", "represents": "on", "group": ""}
    at_desk("admin").post(f"/desk/roles/edit/{role.pk}/", data)
    assert Role.objects.get(pk=role.pk).name == {"zh-hans": "联络人", "en": "Contact"}


def test_the_list_of_teams_says_what_a_team_lacks(at_desk, cast):
    page = at_desk("admin").get("/desk/teams/").content.decode()
    assert "人数不足、缺副队长" in page
    assert "缺队长" not in page.replace("缺副队长", "")


def test_a_team_takes_its_kinds_from_one_line(at_desk, cast):
    data = {"name": "护绿队", "slug": "green", "unit": cast.units["xilin"].pk, "kinds": "护绿、保洁,宣传"}
    at_desk("admin").post("/desk/teams/new/", {**data, "min_strength": 5, "target_strength": 7})
    assert Team.objects.get(slug="green").kinds == ["护绿", "保洁", "宣传"]


def test_a_login_is_given_at_the_desk(at_desk, cast):
    newcomer = services.create_member(actor=SYSTEM, number="V77", name="孙新", now=cast.now)
    address = f"/desk/members/login/{newcomer.pk}/"
    assert at_desk("lishuji", "view_member").get(address).status_code == 302
    admin = at_desk("admin")
    assert "太常见" in admin.post(address, {"username": "sunxin", "password": "password123"}).content.decode()
    admin.post(address, {"username": "sunxin", "password": "langes-Wort-9"})
    assert User.objects.get(username="sunxin").member == newcomer


def test_the_calendar_is_edited_and_warns_of_provisional_years(at_desk, cast):
    seed_working_days(years=[2026, 2050], actor=SYSTEM, now=cast.now)
    admin = at_desk("admin")
    page = admin.get("/desk/calendar/").content.decode()
    assert "2050" in page[page.index("help-warning") :][:300]
    admin.post("/desk/calendar/edit/2026-10-01/", {"is_working": "on", "name": "值班"})
    assert WorkDay.objects.get(pk="2026-10-01").is_edited
    admin.post("/desk/calendar/new/", {"date": "2026-11-03", "name": "停电"})
    assert WorkDay.objects.get(pk="2026-11-03").is_working is False


def test_a_period_is_added_and_changed_at_the_desk_and_never_overlaps(at_desk, cast):
    programme = Programme.objects.create(slug="seasons", name={"zh-hans": "四季"}, unit=cast.units["songjiang"])
    theme = Theme.objects.create(programme=programme, slug="green", colour="green", name={"zh-hans": "绿色"})
    admin = at_desk("admin")
    typed = {
        "theme": theme.pk, "slug": "q3", "name_zh": "第三季度", "focus_zh": "文明交通", "since": "2026-07-01",
        "until": "2026-09-30", "service_day": "2026-09-19",
    }  # fmt: skip
    admin.post("/desk/periods/new/", typed)
    period = ThemePeriod.objects.get()
    assert (period.name, period.focus, period.summary) == ({"zh-hans": "第三季度"}, {"zh-hans": "文明交通"}, {})
    refused = admin.post("/desk/periods/new/", {**typed, "slug": "other"}).content.decode()
    assert "这个主题已有一期占了其中的几天" in refused
    assert "文明交通" in admin.get(f"/desk/periods/edit/{period.pk}/").content.decode()
    admin.post(f"/desk/periods/edit/{period.pk}/", {**typed, "focus_en": "Traffic"})
    assert ThemePeriod.objects.get().focus == {"zh-hans": "文明交通", "en": "Traffic"}
    assert "第三季度" in admin.get("/desk/periods/").content.decode()


def test_the_audit_trail_reads_in_words(at_desk, cast):
    page = at_desk("admin").get("/desk/audit/").content.decode()
    assert "任职" in page
    assert "appointment.made" not in page


@pytest.mark.parametrize("name", ALL)
def test_a_list_asks_as_often_for_twice_as_many_rows(at_desk, cast, name):
    admin = at_desk("admin")
    _fill(cast, 1, 4)
    admin.get(f"/desk/{name}/")
    few = _queries(admin, name)
    _fill(cast, 5, 12)
    assert _queries(admin, name) == few


def _queries(client, name):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(f"/desk/{name}/").status_code == 200
    return len(queries)


def _fill(cast, first, last):
    """One more record of every kind for each number."""
    given = {"actor": SYSTEM, "now": cast.now}
    for number in range(first, last + 1):
        unit = services.create_unit(
            parent=cast.units["songjiang"], slug=f"u{number}", name=f"单位{number}", kind=cast.kinds["agency"], **given
        )
        member = services.create_member(number=f"N{number}", name=f"某{number}", **given)
        services.affiliate(member=member, unit=unit, relation="home", since=cast.today, **given)
        role = services.create_role(slug=f"r{number}", name={"zh-hans": f"角色{number}"}, **given)
        services.appoint(member=member, role=role, unit=unit, since=cast.today, **given)
        team = services.create_team(slug=f"t{number}", name=f"队{number}", unit=unit, **given)
        services.join_team(team=team, member=member, relation="organisational", since=cast.today, **given)
        create_venue(slug=f"v{number}", name=f"阵地{number}", unit=unit, **given)
        WorkDay.objects.create(date=cast.today + timedelta(days=number), is_working=True)
        post_wish(
            case_id=number,
            public_text="一本书",
            category="goods",
            unit=unit,
            claimant_kinds=["team"],
            registered_at=cast.now,
            **given,
        )
        post(
            source=f"case:{number}",
            kind="wish.fulfilled",
            subject="x",
            unit=unit,
            unit_of_measure="item",
            happened_on=cast.today,
            now=cast.now,
        )


def test_a_calendar_address_without_a_day_is_not_found(at_desk):
    """Addresses such as /desk/calendar/edit/1/ used to end in a server error."""
    for way in ("edit", "inspect"):
        for odd in ("1", "2026-13-45", "x"):
            assert at_desk("admin").get(f"/desk/calendar/{way}/{odd}/").status_code == 404


def test_a_login_without_the_desk_reads_so_instead_of_going_round_in_circles(cast):
    # The desk sent him to the sign-in, which sent him back to the desk, and so on for ever.
    client = Client()
    client.force_login(cast.users["member1"])
    answer = client.get("/desk/", follow=True)
    assert answer.status_code == 403
    assert "打不开管理后台" in answer.content.decode()
    assert client.get("/login/?next=/inbox/")["Location"] == "/inbox/"
