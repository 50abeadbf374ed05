"""The ledger takes each result once, takes results back by reversal, and feeds the figures."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission

from core.actors import SYSTEM
from core.exceptions import Invalid, NotAllowed, NotFound, WrongState
from core.ledger import selectors
from core.ledger.models import LedgerEntry, Metric, OpeningBalance
from core.ledger.services import digest, post, reverse
from core.people.selectors import Claimant
from tests.cast import Cast


@dataclass
class Desk:
    cast: Cast

    def post(self, number=1, **changes):
        given = {
            "source": f"case:{number}",
            "kind": "wish.fulfilled",
            "subject": f"wish:{number}",
            "unit": self.cast.units["fangta"],
            "unit_of_measure": "item",
            "happened_on": self.cast.today,
            "now": self.cast.now,
            "case_id": number,
        }
        return post(**{**given, **changes})


@pytest.fixture
def desk(cast):
    return Desk(cast)


def _metric(**changes):
    given = {"slug": "fulfilled", "name": {"zh-hans": "实现心愿"}, "kinds": ["wish.fulfilled"]}
    return Metric.objects.create(**{**given, "unit_of_measure": {"zh-hans": "个", "en": "wishes"}, **changes})


def test_the_same_effect_is_written_once(desk):
    first = desk.post(quantity=3)
    assert desk.post(quantity=99) == first
    assert LedgerEntry.objects.get().quantity == 3


def test_an_entry_keeps_the_path_of_its_unit_and_its_claimant(desk):
    library = desk.cast.units["library"]
    entry = desk.post(claimant=Claimant("organisation", library.pk, library.name))
    assert entry.unit_path == desk.cast.units["fangta"].path
    assert (entry.organisation, entry.member, entry.team) == (library, None, None)


def test_the_digest_can_be_recomputed_from_the_stored_row(desk):
    entry = desk.post(quantity=Decimal("2.5"))
    stored = LedgerEntry.objects.get()
    assert len(entry.row_hash) == 64
    assert digest(stored) == entry.row_hash
    stored.quantity = Decimal(3)
    assert digest(stored) != entry.row_hash


def test_a_reversal_is_a_second_line_and_leaves_the_first(desk):
    entry = desk.post(quantity=3)
    reversal = reverse(entry=entry, actor=SYSTEM, reason="重复登记", now=desk.cast.now)
    assert (reversal.quantity, reversal.reverses, reversal.kind) == (Decimal(-3), entry, entry.kind)
    assert digest(LedgerEntry.objects.get(pk=reversal.pk)) == reversal.row_hash
    with pytest.raises(WrongState):
        reverse(entry=entry, actor=SYSTEM, reason="再来一次", now=desk.cast.now)
    with pytest.raises(WrongState):
        reverse(entry=reversal, actor=SYSTEM, reason="撤回撤回", now=desk.cast.now)


def test_a_reversal_needs_the_right_and_a_reason_without_personal_data(desk):
    entry = desk.post()
    with pytest.raises(NotAllowed):
        reverse(entry=entry, actor=desk.cast.actor("shenjie"), reason="重复登记", now=desk.cast.now)
    desk.cast.users["shenjie"].user_permissions.set(Permission.objects.filter(codename="reverse_ledgerentry"))
    clerk = desk.cast.actor("shenjie")
    for reason in ("  ", "请联系13812345678"):
        with pytest.raises(Invalid):
            reverse(entry=entry, actor=clerk, reason=reason, now=desk.cast.now)


def test_a_figure_stands_beside_its_historic_one_and_is_not_added(desk):
    metric = _metric()
    OpeningBalance.objects.create(
        metric=metric, unit=desk.cast.units["songjiang"], value=1250, qualifier="余", as_of="2016-12-31"
    )
    desk.post(quantity=37)
    figure = selectors.figure("fulfilled")
    assert (figure.opening_text, figure.counted_text, figure.combined_text) == ("1250余个", "37个", "1280余个")


def test_reversed_entries_leave_every_kind_of_figure(desk):
    by_sum, by_count = _metric(), _metric(slug="count", aggregation="count")
    by_organisation = _metric(slug="organisations", aggregation="organisations")
    for number, slug in ((1, "library"), (2, "library"), (3, "garden")):
        unit = desk.cast.units[slug]
        desk.post(number, quantity=2, claimant=Claimant("organisation", unit.pk, unit.name))

    def counted():
        return [selectors.figure(metric.slug).counted for metric in (by_sum, by_count, by_organisation)]

    assert counted() == [6, 3, 2]
    reverse(entry=LedgerEntry.objects.get(case_id=3), actor=SYSTEM, reason="登记有误", now=desk.cast.now)
    assert counted() == [4, 2, 1]


def test_only_public_figures_are_shown(desk):
    _metric()
    _metric(slug="inner", is_public=False)
    assert [figure.metric.slug for figure in selectors.public_figures()] == ["fulfilled"]
    with pytest.raises(NotFound):
        selectors.figure("inner")
