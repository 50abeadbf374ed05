"""People, units, appointments: who may do what to whom, and what follows."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission

from core.actors import SYSTEM, VISITOR, Actor
from core.audit.models import AuditEntry
from core.exceptions import Conflict, Invalid, NotAllowed, WrongState
from core.jobs.models import Job
from core.jobs.running import run
from core.people import selectors, services
from core.people.models import Appointment, OrgUnit
from core.people.selectors import Claimant
from tests.cast import SINCE

NEXT_WEEK = timedelta(days=7)


def test_the_subtree_of_a_community_is_itself_and_its_grids(cast):
    ids = selectors.subtree_ids(cast.units["fangta"].pk)
    assert ids == [cast.units[slug].pk for slug in ("fangta", "fangta-1", "fangta-2")]
    assert selectors.subtree_ids(0) == []


def test_the_lineage_of_a_grid_leads_to_the_district(cast):
    slugs = [unit.slug for unit in selectors.lineage(cast.units["fangta-1"])]
    assert slugs == ["fangta-1", "fangta", "yueyang", "songjiang"]


def test_the_path_name_leaves_out_the_root(cast):
    assert selectors.unit_path_name(cast.units["fangta-1"]) == "岳阳街道 · 方塔社区 · 第一网格"
    assert selectors.unit_path_name(cast.units["songjiang"]) == "松江区"


def test_path_names_of_many_units_take_one_query(cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        selectors.unit_path_names(cast.units.values())


def test_a_role_is_held_in_exactly_its_unit(cast):
    grid = cast.units["fangta-1"].pk
    assert selectors.holders(role="grid_worker", unit_id=grid, on=cast.today) == [cast.users["wanggexia"]]
    assert selectors.holders(role="grid_worker", unit_id=cast.units["fangta-2"].pk, on=cast.today) == []
    assert selectors.holders(role="liaison", unit_id=grid, on=cast.today) == []


def test_an_appointment_that_includes_the_units_below_is_found_from_there(cast):
    grid = cast.units["fangta-1"].pk
    assert selectors.holders(role="street_clerk", unit_id=grid, on=cast.today) == []
    assert selectors.holders(role="street_clerk", unit_id=grid, on=cast.today, up=True) == [cast.users["shenjie"]]
    other = cast.units["yunjian-1"].pk
    assert selectors.holders(role="street_clerk", unit_id=other, on=cast.today, up=True) == []


def test_the_first_and_the_last_day_of_an_appointment_count(cast):
    grid, last = cast.units["fangta-1"].pk, date(2026, 6, 30)
    appointment = cast.appointments["wanggexia"]
    services.end_appointment(actor=SYSTEM, appointment=appointment, until=last, now=cast.now)

    def holders(on):
        return selectors.holders(role="grid_worker", unit_id=grid, on=on)

    assert holders(appointment.since)
    assert not holders(appointment.since - timedelta(days=1))
    assert holders(last)
    assert not holders(last + timedelta(days=1))


def test_a_grid_worker_is_a_candidate_for_herself_her_role_and_wishes_for_persons(cast):
    keys = selectors.candidate_keys(cast.users["wanggexia"], on=cast.today)
    up = [cast.units[slug].pk for slug in ("songjiang", "yueyang", "fangta")]
    assert keys == [
        f"user:{cast.users['wanggexia'].pk}",
        f"role:grid_worker@{cast.units['fangta-1'].pk}",
        *(f"claim:person@{pk}" for pk in up),
    ]


def test_a_liaison_is_a_candidate_for_claims_in_every_unit_above_the_organisation(cast):
    keys = selectors.candidate_keys(cast.users["org1"], on=cast.today)
    for slug in ("library", "yueyang", "songjiang"):
        assert f"claim:organisation@{cast.units[slug].pk}" in keys
    assert f"claim:organisation@{cast.units['guangfulin'].pk}" not in keys


def test_the_head_of_a_team_is_a_candidate_for_claims_by_teams(cast):
    keys = selectors.candidate_keys(cast.users["member1"], on=cast.today)
    assert f"claim:team@{cast.units['yueyang'].pk}" in keys
    assert not [key for key in keys if key.startswith("role:")]


def test_an_appointment_with_the_units_below_makes_candidate_there(cast):
    keys = selectors.candidate_keys(cast.users["shenjie"], on=cast.today)
    assert f"role:street_clerk@{cast.units['fangta-1'].pk}" in keys
    assert f"role:street_clerk@{cast.units['yunjian-1'].pk}" not in keys


def test_a_locked_login_is_a_candidate_for_nothing(cast):
    cast.users["wanggexia"].is_active = False
    assert selectors.candidate_keys(cast.users["wanggexia"], on=cast.today) == []


def test_claimants_are_those_the_login_may_act_for_inside_the_scope(cast):
    district, street = cast.units["songjiang"].pk, cast.units["guangfulin"].pk

    def claimants(login, kinds, scope):
        return selectors.claimants_for(cast.users[login], kinds=kinds, scope_unit_id=scope, on=cast.today)

    library = Claimant("organisation", cast.units["library"].pk, "方塔图书馆")
    assert claimants("org1", ["organisation"], district) == [library]
    assert claimants("org1", ["organisation"], street) == []
    assert claimants("wanggexia", ["organisation"], district) == []
    both = claimants("member1", ["person", "team"], district)
    assert [(claimant.kind, claimant.name) for claimant in both] == [("person", "赵一平"), ("team", "方塔修缮队")]


def test_a_visitor_and_a_member_without_rights_may_not_create_units(cast):
    for actor in (VISITOR, cast.actor("member1"), Actor(guest_case=1)):
        with pytest.raises(NotAllowed):
            services.create_unit(
                actor=actor, parent=None, slug="x", name="x", kind=cast.kinds["district"], now=cast.now
            )
    assert not OrgUnit.objects.filter(slug="x").exists()


def test_a_code_of_a_unit_is_used_once(cast):
    with pytest.raises(Conflict) as refusal:
        services.create_unit(
            actor=cast.actor("admin"),
            parent=cast.units["yueyang"],
            slug="fangta",
            name="方塔",
            kind=cast.kinds["community"],
            now=cast.now,
        )
    assert refusal.value.code == "slug"


def test_every_change_leaves_one_audit_entry_without_personal_data(cast):
    before = AuditEntry.objects.count()
    services.change_member(
        actor=cast.actor("admin"), member=cast.members["member1"], changes={"phone": "13911112222"}, now=cast.now
    )
    entry = AuditEntry.objects.latest("pk")
    assert AuditEntry.objects.count() == before + 1
    assert (entry.verb, entry.actor, entry.data) == ("member.changed", cast.users["admin"], {"fields": ["phone"]})


def test_a_change_that_changes_nothing_leaves_no_trace(cast):
    before = AuditEntry.objects.count()
    services.change_member(actor=SYSTEM, member=cast.members["member1"], changes={"name": "赵一平"}, now=cast.now)
    assert AuditEntry.objects.count() == before


def test_an_appointment_brings_the_desk_group_and_its_end_takes_it(cast):
    group, user = cast.roles["street_clerk"].group, cast.users["zhoufu"]
    appointment = _appoint_clerk(cast, "zhoufu")
    assert group in user.groups.all()
    services.end_appointment(actor=SYSTEM, appointment=appointment, until=cast.today - timedelta(days=1), now=cast.now)
    assert group not in user.groups.all()


def test_the_desk_group_stays_while_another_appointment_gives_it(cast):
    group, user = cast.roles["street_clerk"].group, cast.users["zhoufu"]
    first = _appoint_clerk(cast, "zhoufu")
    _appoint_clerk(cast, "zhoufu", unit="guangfulin")
    services.end_appointment(actor=SYSTEM, appointment=first, until=cast.today - timedelta(days=1), now=cast.now)
    assert group in user.groups.all()


def test_the_desk_group_follows_the_dates_of_an_appointment(cast):
    """An appointment made ahead gave the group never, and one that ran out kept it for ever."""
    group, user = cast.roles["street_clerk"].group, cast.users["zhoufu"]
    with time_machine.travel(cast.now, tick=False):
        _appoint_clerk(cast, "zhoufu", since=cast.today + NEXT_WEEK, until=cast.today + NEXT_WEEK)
    assert group not in user.groups.all()
    _run_jobs(cast.now + NEXT_WEEK)
    assert group in user.groups.all()
    _run_jobs(cast.now + NEXT_WEEK + timedelta(days=1))
    assert group not in user.groups.all()


def test_groups_that_belong_to_no_role_are_left_alone(cast, django_user_model):

    own = Group.objects.create(name="手工添加")
    cast.users["zhoufu"].groups.add(own)
    _appoint_clerk(cast, "zhoufu")
    assert own in cast.users["zhoufu"].groups.all()


def test_a_role_that_gets_a_group_gives_it_to_its_holders(cast):

    group = Group.objects.create(name="网格员")
    services.change_role(actor=SYSTEM, role=cast.roles["grid_worker"], changes={"group": group}, now=cast.now)
    assert group in cast.users["wanggexia"].groups.all()
    services.change_role(actor=SYSTEM, role=cast.roles["grid_worker"], changes={"group": None}, now=cast.now)
    assert group not in cast.users["wanggexia"].groups.all()


def test_nobody_appoints_himself(cast):
    clerk = _clerk_who_may_appoint(cast)
    with pytest.raises(NotAllowed):
        services.appoint(
            actor=clerk,
            member=cast.members["shenjie"],
            role=cast.roles["grid_worker"],
            unit=cast.units["fangta-2"],
            since=cast.today,
            now=cast.now,
        )


def test_nobody_hands_out_more_rights_than_he_has(cast):

    clerk = _clerk_who_may_appoint(cast)
    mighty = Group.objects.create(name="管理员")
    mighty.permissions.set(Permission.objects.filter(codename="delete_user"))
    services.change_role(actor=SYSTEM, role=cast.roles["community_deputy"], changes={"group": mighty}, now=cast.now)
    kwargs = {"member": cast.members["member1"], "unit": cast.units["xilin"], "since": cast.today, "now": cast.now}
    with pytest.raises(NotAllowed):
        services.appoint(actor=clerk, role=cast.roles["community_deputy"], **kwargs)
    assert services.appoint(actor=clerk, role=cast.roles["grid_worker"], **kwargs).pk


def test_the_same_role_in_the_same_unit_is_held_once(cast):
    with pytest.raises(Conflict) as refusal:
        services.appoint(
            actor=SYSTEM,
            member=cast.members["wanggexia"],
            role=cast.roles["grid_worker"],
            unit=cast.units["fangta-1"],
            since=cast.today,
            now=cast.now,
        )
    assert refusal.value.code == "appointment_one_open"


def test_an_appointment_cannot_end_before_it_began(cast):
    with pytest.raises(Invalid) as refusal:
        services.end_appointment(
            actor=SYSTEM, appointment=cast.appointments["wanggexia"], until=date(2025, 1, 1), now=cast.now
        )
    assert refusal.value.code == "appointment_until_after_since"
    assert Appointment.objects.get(pk=cast.appointments["wanggexia"].pk).until is None


def test_an_ended_appointment_is_not_ended_again(cast):
    yesterday = cast.today - timedelta(days=1)
    appointment = cast.appointments["wanggexia"]
    services.end_appointment(actor=SYSTEM, appointment=appointment, until=yesterday, now=cast.now)
    with pytest.raises(WrongState):
        services.end_appointment(actor=SYSTEM, appointment=appointment, until=cast.today, now=cast.now)


def test_a_member_has_one_home_and_any_number_of_units_reported_in_to(cast):
    member = cast.members["member1"]
    for slug in ("xilin", "yunjian"):
        services.affiliate(
            actor=SYSTEM,
            member=member,
            unit=cast.units[slug],
            relation="reported_in",
            since=cast.today,
            now=cast.now,
        )
    with pytest.raises(Conflict) as refusal:
        services.affiliate(
            actor=SYSTEM, member=member, unit=cast.units["xilin"], relation="home", since=cast.today, now=cast.now
        )
    assert refusal.value.code == "affiliation_one_open_home"


def test_a_member_belongs_to_one_team_and_takes_part_in_others(cast):
    other = services.create_team(
        actor=SYSTEM, slug="green", name="护绿队", unit=cast.units["xilin"], kinds=[], now=cast.now
    )
    join = {"actor": SYSTEM, "team": other, "member": cast.members["member1"], "since": cast.today, "now": cast.now}
    with pytest.raises(Conflict) as refusal:
        services.join_team(relation="organisational", **join)
    assert refusal.value.code == "membership_one_open_organisational"
    assert services.join_team(relation="activity", **join).pk


def test_a_team_has_one_head(cast):
    with pytest.raises(Conflict) as refusal:
        services.join_team(
            actor=SYSTEM,
            team=cast.teams["repairs"],
            member=cast.members["zhoufu"],
            relation="activity",
            position="head",
            since=cast.today,
            now=cast.now,
        )
    assert refusal.value.code == "membership_one_open_head"


def test_after_leaving_a_member_may_join_another_team(cast):
    membership = cast.members["member1"].team_memberships.get()
    services.leave_team(actor=SYSTEM, membership=membership, until=cast.today, now=cast.now)
    other = services.create_team(actor=SYSTEM, slug="green", name="护绿队", unit=cast.units["xilin"], now=cast.now)
    joined = services.join_team(
        actor=SYSTEM,
        team=other,
        member=cast.members["member1"],
        relation="organisational",
        since=cast.today,
        now=cast.now,
    )
    assert joined.until is None


def test_whoever_represents_an_organisation_acts_for_those_merged_into_it(cast):
    """The liaison of the new organisation could not give back what the old one had claimed."""
    claimant = selectors.Claimant("organisation", cast.units["library"].pk, "方塔图书馆")
    on = cast.today
    assert not selectors.may_act_for(cast.users["org2"], claimant, on=on)
    services.merge_unit(actor=SYSTEM, unit=cast.units["library"], into=cast.units["garden"], now=cast.now)
    assert selectors.may_act_for(cast.users["org2"], claimant, on=on)


def test_a_merged_unit_hands_over_what_it_has(cast):
    services.merge_unit(actor=SYSTEM, unit=cast.units["fangta"], into=cast.units["xilin"], now=cast.now)
    dissolved = OrgUnit.objects.get(slug="fangta")
    assert not dissolved.is_active
    assert selectors.successor(dissolved).slug == "xilin"
    assert [unit.slug for unit in selectors.lineage(OrgUnit.objects.get(slug="fangta-1"))][1] == "xilin"
    cast.teams["repairs"].refresh_from_db()
    assert cast.teams["repairs"].unit.slug == "xilin"
    home = cast.members["member1"].affiliations.get(until__isnull=True)
    assert (home.unit.slug, home.since) == ("xilin", cast.today)
    assert selectors.holders(role="community_secretary", unit_id=dissolved.pk, on=cast.today) == []
    assert OrgUnit.find_problems() == ([], [], [], [], [])


def test_a_unit_is_not_merged_into_one_below_it(cast):
    with pytest.raises(Invalid):
        services.merge_unit(actor=SYSTEM, unit=cast.units["fangta"], into=cast.units["fangta-1"], now=cast.now)


def test_a_login_is_given_once_and_under_a_free_name(cast):
    with pytest.raises(WrongState):
        services.give_login(
            actor=SYSTEM, member=cast.members["member1"], username="zhao", password="langes-Wort-9", now=cast.now
        )
    newcomer = services.create_member(actor=SYSTEM, number="V9", name="孙新", now=cast.now)
    with pytest.raises(Conflict) as refusal:
        services.give_login(actor=SYSTEM, member=newcomer, username="member1", password=None, now=cast.now)
    assert refusal.value.code == "username"
    with pytest.raises(Invalid):
        services.give_login(actor=SYSTEM, member=newcomer, username="sunxin", password="12345", now=cast.now)


def _appoint_clerk(cast, login, unit="yueyang", **dates):
    return services.appoint(
        actor=SYSTEM,
        member=cast.members[login],
        role=cast.roles["street_clerk"],
        unit=cast.units[unit],
        now=cast.now,
        **{"since": SINCE, **dates},
    )


def _clerk_who_may_appoint(cast):

    cast.users["shenjie"].user_permissions.set(Permission.objects.filter(codename="add_appointment"))
    return cast.actor("shenjie")


def _run_jobs(now):
    """Run what is due, as the drain does."""
    with time_machine.travel(now, tick=False):
        for job in Job.objects.filter(kind="people.follow_dates", state="ready", run_at__lte=now):
            run(job.pk)
