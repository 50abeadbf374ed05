"""Public figures: the historic number with its source beside the system's own, never added, open to their lines."""

from core.actors import SYSTEM
from core.ledger.models import LedgerEntry
from core.ledger.services import reverse
from core.promises import services
from tests.cast import NOW


def one_claim(wish, cast, library) -> None:
    claimed = wish()
    services.claim_wish(actor=cast.actor("org1"), case_id=claimed.case_id, claimant=library, now=NOW)


def test_the_two_numbers_stand_side_by_side_and_are_never_added(client, site, wish, cast, library) -> None:
    one_claim(wish, cast, library)
    for address in ("/", "/figures/", "/figures/wishes_claimed/"):
        html = client.get(address).content.decode()
        assert '<span class="fig__num">344</span>' in html, address
        assert "345" not in html, address
    assert "1个" in client.get("/").content.decode()


def test_an_approximate_figure_keeps_its_word(client, site) -> None:
    html = client.get("/").content.decode()
    assert '<span class="fig__num">600</span><span class="fig__q">多</span><span class="fig__unit">人次</span>' in html


def test_a_figure_opens_to_definition_source_and_masked_lines(client, site, wish, cast, library) -> None:
    one_claim(wish, cast, library)
    html = client.get("/figures/wishes_claimed/").content.decode()
    for said in ("每次认领记一笔。", "2016 年公开报道", "2016年12月31日", "方塔图书馆", "2026年5月11日"):
        assert said in html


def test_a_correction_shows_as_a_reversal_beside_the_line(client, site, wish, cast, library) -> None:
    claimed = wish()
    services.claim_wish(actor=cast.actor("org1"), case_id=claimed.case_id, claimant=library, now=NOW)
    entry = LedgerEntry.objects.get(kind="wish.claimed")
    reverse(entry=entry, actor=SYSTEM, reason="没有梯子", now=NOW)
    html = client.get("/figures/wishes_claimed/").content.decode()
    assert html.count("方塔图书馆") == 2
    assert "冲正" in html.split("<tbody>")[1]
    assert "没有梯子" not in html


def test_a_member_appears_masked_in_the_lines(client, site, wish, cast) -> None:
    from core.people.selectors import Claimant

    member = cast.members["member1"]
    claimed = wish(kinds=("person",))
    services.claim_wish(
        actor=cast.actor("member1"),
        case_id=claimed.case_id,
        claimant=Claimant(kind="person", pk=member.pk, name=member.name),
        now=NOW,
    )
    html = client.get("/figures/wishes_claimed/").content.decode()
    assert "赵*平" in html
    assert "赵一平" not in html


def test_an_unknown_figure_is_not_found(client, site) -> None:
    assert client.get("/figures/nothing/").status_code == 404
