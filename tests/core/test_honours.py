"""An honour is granted once, stands masked on the roll, and can be revoked but never deleted."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM, VISITOR, Actor
from core.audit.models import AuditEntry
from core.exceptions import Conflict, Invalid, NotAllowed, NotFound, WrongState
from core.honours import selectors, services
from core.honours.models import Commendation
from core.jobs.models import Job
from core.ledger.models import LedgerEntry
from core.people.models import User
from core.people.selectors import Claimant

LEVELS = [{"slug": "street", "name": {"zh-hans": "街道级"}}, {"slug": "district", "name": {"zh-hans": "区级"}}]


@pytest.fixture
def scheme(cast):
    return _scheme(cast)


@pytest.fixture
def honour(cast, scheme):
    return _grant(cast, scheme)


def _scheme(cast, slug="volunteer", **changes):
    given = {"name": {"zh-hans": "优秀志愿者"}, "subject_kinds": ["person"], "unit": cast.units["songjiang"]}
    return services.create_scheme(actor=SYSTEM, slug=slug, now=cast.now, **{**given, **changes})


def _person(cast, login="member1"):
    return Claimant("person", cast.members[login].pk, cast.members[login].name)


def _grant(cast, scheme, case_id=7, **changes):
    given = {
        "actor": cast.actor("shenjie"),
        "case_id": case_id,
        "scheme": scheme,
        "subject": _person(cast),
        "unit": cast.units["fangta"],
        "citation": "赵一平七年里修好了三百多件小家电",
        "is_named": True,
        "now": cast.now,
    }
    return services.grant_award(**{**given, **changes})


def _may(cast, login, *codes):
    cast.users[login].user_permissions.add(*Permission.objects.filter(codename__in=codes))
    return Actor(user=User.objects.get(pk=cast.users[login].pk))


def test_a_granted_honour_is_audited_and_in_the_ledger(cast, honour):
    line = LedgerEntry.objects.get()
    assert (line.kind, line.source, line.member) == ("award.granted", "case:7", cast.members["member1"])
    assert AuditEntry.objects.get(verb="commendation.granted").case_id == 7


def test_granting_twice_is_once(cast, scheme, honour):
    assert _grant(cast, scheme) == honour
    assert LedgerEntry.objects.count() == 1


def test_the_citation_never_keeps_the_full_name(cast, honour):
    assert honour.citation == "赵*平七年里修好了三百多件小家电"


@pytest.mark.parametrize("citation", ["", "电话 13800001234", "住在方塔路12号楼301室"])
def test_a_citation_that_is_empty_or_shows_personal_data_is_refused(cast, scheme, citation):
    with pytest.raises(Invalid) as refusal:
        _grant(cast, scheme, citation=citation)
    assert "citation" in refusal.value.errors
    assert not Commendation.objects.exists()


def test_an_award_for_people_is_not_granted_to_an_organisation(cast, scheme):
    library = Claimant("organisation", cast.units["library"].pk, "方塔图书馆")
    with pytest.raises(Invalid) as refusal:
        _grant(cast, scheme, subject=library)
    assert "scheme" in refusal.value.errors


def test_only_a_level_of_the_scheme_can_be_granted(cast):
    levelled = _scheme(cast, "levelled", levels=LEVELS)
    for level in ("", "county"):
        with pytest.raises(Invalid) as refusal:
            _grant(cast, levelled, level=level)
        assert "level" in refusal.value.errors
    assert _grant(cast, levelled, level="district").scheme.level_name("district") == "区级"


def test_a_closed_scheme_grants_nothing(cast):
    with pytest.raises(WrongState):
        _grant(cast, _scheme(cast, "old", is_open=False))


@pytest.mark.parametrize("actor", [VISITOR, Actor(guest_case=7)])
def test_neither_a_visitor_nor_a_guest_grants(cast, scheme, actor):
    with pytest.raises(NotAllowed):
        _grant(cast, scheme, actor=actor)


def test_a_code_of_a_scheme_is_used_once(cast, scheme):
    with pytest.raises(Conflict):
        _scheme(cast)


def test_setting_up_and_changing_a_scheme_takes_the_right_to(cast, scheme):
    for act in (
        lambda: services.create_scheme(actor=cast.actor("shenjie"), slug="x", unit=cast.units["fangta"], now=cast.now),
        lambda: services.change_scheme(
            actor=cast.actor("shenjie"), scheme=scheme, values={"is_open": False}, now=cast.now
        ),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_the_database_knows_exactly_one_honoree(cast, honour):
    with pytest.raises(IntegrityError), transaction.atomic():
        Commendation.objects.filter(pk=honour.pk).update(organisation=cast.units["library"])


def test_revoking_reverses_the_ledger_and_leaves_the_roll(cast, honour):
    actor = _may(cast, "shenjie", "change_commendation", "reverse_ledgerentry")
    services.revoke_award(actor=actor, commendation_id=honour.pk, reason="材料不实", now=cast.now)
    lines = [f"{line.kind} {line.quantity:+.0f}" for line in LedgerEntry.objects.order_by("pk")]
    assert lines == ["award.granted +1", "award.granted -1", "award.revoked +1"]
    assert not selectors.honours_on_roll().exists()
    honour.refresh_from_db()
    assert (honour.state, honour.reason, honour.revoked_at) == ("revoked", "材料不实", cast.now)
    assert Job.objects.get(kind="stories.hide").payload == {"case": 7}
    with pytest.raises(WrongState):
        services.revoke_award(actor=actor, commendation_id=honour.pk, reason="再来", now=cast.now)


def test_revoking_takes_the_right_a_reason_and_an_honour(cast, honour):
    with pytest.raises(NotAllowed):
        services.revoke_award(actor=cast.actor("shenjie"), commendation_id=honour.pk, reason="不实", now=cast.now)
    actor = _may(cast, "shenjie", "change_commendation", "reverse_ledgerentry")
    for reason in ("  ", "打 13800001234 核实过"):
        with pytest.raises(Invalid):
            services.revoke_award(actor=actor, commendation_id=honour.pk, reason=reason, now=cast.now)
    with pytest.raises(NotFound):
        services.revoke_award(actor=actor, commendation_id=honour.pk + 1, reason="不实", now=cast.now)
    honour.refresh_from_db()
    assert honour.state == "granted"


def test_the_honoree_takes_back_the_consent_and_the_honour_stays(cast, honour):
    for _turn in range(2):
        services.withdraw_consent(actor=cast.actor("member1"), commendation_id=honour.pk, now=cast.now)
    on_roll = selectors.honours_on_roll().get()
    assert selectors.public_name(on_roll) == ""
    assert Job.objects.filter(kind="stories.hide").count() == 1
    assert LedgerEntry.objects.count() == 1
    assert AuditEntry.objects.filter(verb="commendation.consent_withdrawn").count() == 1


def test_nobody_else_takes_back_the_consent(cast, honour):
    for actor in (cast.actor("lishuji"), VISITOR, Actor(guest_case=7)):
        with pytest.raises(NotFound):
            services.withdraw_consent(actor=actor, commendation_id=honour.pk, now=cast.now)


def test_the_liaison_takes_back_the_consent_of_an_organisation(cast):
    base = _scheme(cast, "base", subject_kinds=["organisation"])
    honour = _grant(cast, base, subject=Claimant("organisation", cast.units["library"].pk, "方塔图书馆"))
    with pytest.raises(NotFound):
        services.withdraw_consent(actor=cast.actor("org2"), commendation_id=honour.pk, now=cast.now)
    services.withdraw_consent(actor=cast.actor("org1"), commendation_id=honour.pk, now=cast.now)
    assert selectors.public_name(selectors.honours_on_roll().get()) == ""


def test_the_roll_masks_people_and_names_organisations(cast, scheme, honour):
    base = _scheme(cast, "base", subject_kinds=["organisation"])
    _grant(cast, base, 8, subject=Claimant("organisation", cast.units["library"].pk, "方塔图书馆"))
    assert [selectors.public_name(one) for one in selectors.honours_on_roll()] == ["方塔图书馆", "赵*平"]


def test_the_roll_narrows_by_scheme_year_and_kind(cast, scheme, honour):
    base = _scheme(cast, "base", subject_kinds=["organisation"])
    library = Claimant("organisation", cast.units["library"].pk, "方塔图书馆")
    other = _grant(cast, base, 8, subject=library, now=cast.now - timedelta(days=365))
    assert list(selectors.honours_on_roll(scheme="base")) == [other]
    assert list(selectors.honours_on_roll(year=2026)) == [honour]
    assert list(selectors.honours_on_roll(kind="organisation")) == [other]
    counts = selectors.roll_counts()
    assert counts.years == {2026: 1, 2025: 1}
    assert counts.kinds == {"person": 1, "organisation": 1, "team": 0}
    assert counts.total == 2


def test_a_member_finds_his_own_honours(cast, honour):
    assert list(selectors.honours_of(cast.members["member1"].pk)) == [honour]
    assert not selectors.honours_of(cast.members["zhoufu"].pk).exists()


def test_reading_the_roll_takes_the_same_queries_for_more_honours(cast, scheme, honour):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as spent:
            shown = [
                (selectors.public_name(one), str(one.scheme), one.unit.name) for one in selectors.honours_on_roll()
            ]
            selectors.roll_counts()
        return len(spent), len(shown)

    few, rows = queries()
    for case_id in range(8, 14):
        _grant(cast, scheme, case_id)
    assert queries() == (few, rows + 6)
