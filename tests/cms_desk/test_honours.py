"""The desk reads honours and schemes, and revokes an honour only with a reason."""

import pytest

from core.actors import SYSTEM
from core.honours.models import Commendation
from core.honours.services import create_scheme, grant_award
from core.people.selectors import Claimant


@pytest.fixture
def honour(cast):
    scheme = create_scheme(
        actor=SYSTEM,
        slug="volunteer",
        name={"zh-hans": "优秀志愿者"},
        subject_kinds=["person"],
        levels=[{"slug": "street", "name": {"zh-hans": "街道级"}}],
        unit=cast.units["songjiang"],
        now=cast.now,
    )
    return grant_award(
        actor=cast.actor("shenjie"),
        case_id=7,
        scheme=scheme,
        level="street",
        subject=Claimant("person", cast.members["member1"].pk, "赵一平"),
        unit=cast.units["fangta"],
        citation="修了七年小家电",
        is_named=True,
        now=cast.now,
    )


def test_the_desk_shows_an_honour_and_its_scheme_in_words(at_desk, honour):
    client = at_desk("lishuji", "view_commendation", "view_awardscheme")
    rows = client.get("/desk/honours/").content.decode()
    assert "优秀志愿者" in rows
    assert "赵一平" in rows
    assert "街道级" in client.get(f"/desk/honours/inspect/{honour.pk}/").content.decode()
    assert "个人" in client.get("/desk/awards/").content.decode()
    assert "街道级" in client.get(f"/desk/awards/inspect/{honour.scheme_id}/").content.decode()


def test_whoever_only_reads_cannot_revoke(at_desk, honour):
    client = at_desk("lishuji", "view_commendation")
    assert client.post(f"/desk/honours/edit/{honour.pk}/", {"reason": "不实"}).status_code == 302
    assert Commendation.objects.get().state == "granted"


def test_an_honour_is_revoked_with_a_reason(at_desk, honour):
    client = at_desk("lishuji", "view_commendation", "change_commendation", "reverse_ledgerentry")
    assert "撤销" in client.get(f"/desk/honours/inspect/{honour.pk}/").content.decode()
    assert client.post(f"/desk/honours/edit/{honour.pk}/", {"reason": ""}).status_code == 200
    assert Commendation.objects.get().state == "granted"
    assert client.post(f"/desk/honours/edit/{honour.pk}/", {"reason": "材料不实"}).status_code == 302
    assert Commendation.objects.get().state == "revoked"


def test_a_revoked_honour_offers_nothing_more_and_says_why(at_desk, honour):
    client = at_desk("lishuji", "view_commendation", "change_commendation", "reverse_ledgerentry")
    client.post(f"/desk/honours/edit/{honour.pk}/", {"reason": "材料不实"})
    assert f"/desk/honours/edit/{honour.pk}/" not in client.get("/desk/honours/").content.decode()
    again = client.post(f"/desk/honours/edit/{honour.pk}/", {"reason": "再来一次"})
    assert "已经撤销" in again.content.decode()


@pytest.mark.parametrize("address", ["new/", "delete/1/"])
def test_nobody_grants_or_deletes_an_honour_at_the_desk(at_desk, honour, address):
    client = at_desk("admin")
    assert client.get(f"/desk/honours/{address}").status_code == 404
    assert client.post(f"/desk/honours/{address}", {}).status_code == 404
    assert client.post(f"/desk/awards/{address}", {}).status_code == 404
