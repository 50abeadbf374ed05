"""Two people at the same moment: exactly one wins, the other gets a sentence, never an error page."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from core.actors import SYSTEM, VISITOR
from core.exceptions import Conflict, WrongState
from core.ledger.models import LedgerEntry
from core.notices import services as notices
from core.people import services
from core.people.models import Affiliation, TeamMembership
from core.people.selectors import Claimant
from core.promises.models import Claim
from core.promises.services import claim_wish, post_wish
from core.saving import save
from tests.core.test_ledger import Desk


def _race(*acts):
    """Run the acts at the same moment, each on its own connection; returns the codes of the refusals."""
    refusals, barrier = [], Barrier(len(acts))

    def run(act):
        try:
            barrier.wait(timeout=10)
            act()
        except Conflict as refusal:
            refusals.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return refusals


def _in_turn(*acts):
    """Run the acts one after the other; returns the codes of the refusals."""
    refusals = []
    for act in acts:
        try:
            act()
        except Conflict as refusal:
            refusals.append(refusal.code)
    return refusals


def _homes(cast):
    def home(slug):
        return lambda: services.affiliate(
            actor=SYSTEM, member=newcomer, unit=cast.units[slug], relation="home", since=cast.today, now=cast.now
        )

    newcomer = services.create_member(actor=SYSTEM, number="V90", name="孙新", now=cast.now)
    return home("fangta"), home("xilin")


def _teams(cast):
    newcomer = services.create_member(actor=SYSTEM, number="V90", name="孙新", now=cast.now)
    other = services.create_team(actor=SYSTEM, slug="green", name="护绿队", unit=cast.units["xilin"], now=cast.now)

    def join(team):
        return lambda: services.join_team(
            actor=SYSTEM, team=team, member=newcomer, relation="organisational", since=cast.today, now=cast.now
        )

    return join(cast.teams["repairs"]), join(other)


def _claims(cast):
    post_wish(
        actor=SYSTEM,
        case_id=1,
        public_text="想要一本大字版的《唐诗三百首》",
        category="goods",
        unit=cast.units["fangta"],
        claimant_kinds=["organisation"],
        registered_at=cast.now,
        now=cast.now,
    )

    def claim(login, slug):
        claimant, actor = Claimant("organisation", cast.units[slug].pk, ""), cast.actor(login)
        return lambda: claim_wish(actor=actor, case_id=1, claimant=claimant, now=cast.now)

    return claim("org1", "library"), claim("org2", "garden")


HOME = (_homes, "affiliation_one_open_home", lambda: Affiliation.objects.filter(relation="home", member__number="V90"))
TEAM = (_teams, "membership_one_open_organisational", lambda: TeamMembership.objects.filter(member__number="V90"))
CLAIM = (_claims, "already_claimed", lambda: Claim.objects.filter(state="held"))
RULES = pytest.mark.parametrize(("acts", "code", "rows"), [HOME, TEAM, CLAIM], ids=["home", "team", "claim"])


@RULES
def test_of_two_in_turn_the_first_wins(cast, acts, code, rows):
    assert _in_turn(*acts(cast)) == [code]
    assert rows().count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@RULES
def test_of_two_at_the_same_moment_one_wins(cast, acts, code, rows):
    assert _race(*acts(cast)) == [code]
    assert rows().count() == 1


@pytest.mark.django_db
def test_the_database_itself_refuses_a_second_held_claim(cast):
    """The row lock of `claim_wish` comes first; the constraint holds even without it."""
    first, _second = _claims(cast)
    held = first()
    second = Claim(
        wish=held.wish, organisation=cast.units["garden"], claimed_by=cast.users["org2"], claimed_at=cast.now
    )
    with pytest.raises(Conflict), transaction.atomic():
        save(second, refusals={})
    assert Claim.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_same_effect_at_the_same_moment_is_one_line_of_the_ledger(cast):
    desk = Desk(cast)
    assert _race(desk.post, desk.post) == []
    assert LedgerEntry.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_objection_in_the_last_second_counts_or_is_refused_but_never_lost(cast):
    step = {"actor": SYSTEM, "case_id": 7, "step_id": "posted", "now": cast.now}
    lines = [{"label": "做什么", "value": "修车"}]
    text = {"subject": {"zh-hans": "公示"}, "lines": lines, "closes_at": cast.now + timedelta(days=5)}
    notice = notices.open_notice(unit=cast.units["fangta"], **text, **step)
    refused = []

    def objects():
        words = {"about": "第一项", "reason": "不对"}
        try:
            notices.object_to_notice(actor=VISITOR, notice_id=notice.pk, now=cast.now, **words)
        except WrongState:
            refused.append(True)

    assert _race(objects, lambda: notices.close_notice(**step)) == []
    notice.refresh_from_db()
    assert (notice.state, notice.objections.count()) == (("clear", 0) if refused else ("deciding", 1))
