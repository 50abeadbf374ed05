"""The shipped packs: in order, the same when loaded again, with the figures of the source and a living demo."""

from decimal import Decimal

from django.conf import settings

from cms.models import StoryPage
from cms.packs.loading import check_pack, load_pack
from core.actors import SYSTEM
from core.honours.models import Commendation
from core.leaks import leaks_in
from core.ledger.models import LedgerEntry, OpeningBalance
from core.programme.selectors import current_programme
from core.promises.models import Wish
from forms.models import FormVersion
from tests.cms_packs.conftest import NOW
from workflows.models import Case, FlowVersion, Task

PACKS = settings.BASE_DIR / "packs"
# Source: the public report of 2016; qualifiers as printed there.
PRINTED = {
    "wishes_claimed": (344, ""),
    "wish_organisations": (79, ""),
    "wish_resident_units": (34, ""),
    "teams": (244, ""),
    "activities": (480, ""),
    "venue_sessions": (465, ""),
    "green_sessions": (20, "余"),
    "green_volunteers": (600, "多"),
    "red_places": (22, ""),
    "community_schools": (17, ""),
    "month_items": (40, "余"),
    "month_members": (1200, "余"),
    "q3_members": (3000, "多"),
    "fusion_organisations": (30, "余"),
    "fusion_people": (300, "余"),
    "stations": (12, ""),
    "station_partners": (80, "近"),
}


def load(**options):
    return load_pack(PACKS / "songjiang", actor=SYSTEM, now=NOW, **options)


def test_every_shipped_pack_is_in_order(db):
    for folder in sorted(PACKS.iterdir()):
        check_pack(folder, actor=SYSTEM, now=NOW, demo=True)


def test_the_songjiang_pack_tells_its_figures_as_the_source_printed_them(db):
    load()
    balances = OpeningBalance.objects.select_related("metric")
    assert {row.metric.slug: (row.value, row.qualifier) for row in balances} == {
        slug: (Decimal(value), qualifier) for slug, (value, qualifier) in PRINTED.items()
    }
    assert all(row.source["zh-hans"] for row in balances)
    assert not LedgerEntry.objects.exists()
    assert str(current_programme()) == "Colourful Seasons"


def test_only_organisations_claim_wishes_in_songjiang(db):
    load()
    steps = {step["id"]: step for step in FlowVersion.objects.get(slug="wish", number=1).document["steps"]}
    newest = FlowVersion.objects.filter(slug="wish").order_by("number").last()
    assert newest is not None
    changed = {step["id"]: step for step in newest.document["steps"]}
    assert steps["claim"]["props"]["claimants"] == ["person", "team", "organisation"]
    assert changed["claim"]["props"]["claimants"] == ["organisation"]
    assert changed["verify"] == steps["verify"]


def test_loading_the_shipped_packs_again_changes_nothing(db):
    load(demo=True)
    before = (
        FormVersion.objects.count(),
        FlowVersion.objects.count(),
        Case.objects.count(),
        LedgerEntry.objects.count(),
    )
    again = load(demo=True)
    load_pack(PACKS / "base", actor=SYSTEM, now=NOW)
    assert {(tally.created, tally.changed, len(tally.kept)) for _pack, _title, tally in again.sections} == {(0, 0, 0)}
    after = (
        FormVersion.objects.count(),
        FlowVersion.objects.count(),
        Case.objects.count(),
        LedgerEntry.objects.count(),
    )
    assert after == before


def test_the_demo_has_work_at_every_turn_and_shows_no_private_data(db):
    load(demo=True)
    open_steps = set(
        Task.objects.filter(flow_task_type="HUMAN", status__in=["NEW", "ASSIGNED"]).values_list("step_id", flat=True)
    )
    assert open_steps >= {"start", "verify", "approve", "street", "claim", "fulfil", "confirm", "agree", "decide"}
    assert set(Wish.objects.values_list("state", flat=True)) == {"open", "claimed", "fulfilled"}
    assert sorted(Commendation.objects.values_list("is_named", flat=True)) == [False, True]
    assert StoryPage.objects.get(case_id__isnull=False).live is False
    for wish in Wish.objects.all():
        assert not leaks_in(wish.public_text)
        assert len(wish.public_text) <= 40
