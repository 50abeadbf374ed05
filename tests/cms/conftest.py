"""A small public site: the songjiang pages on the cast's units, with two figures and wishes to order."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission, Page

from cms.site_content import build_site
from core.actors import SYSTEM
from core.ledger.models import Metric, OpeningBalance
from core.people.models import User
from core.people.selectors import Claimant
from core.programme.models import Programme, Theme
from core.promises import services
from core.promises.models import Wish
from tests.cast import NOW, Cast
from workflows.models import Case, FlowDefinition, FlowVersion

PAGES = Path(settings.BASE_DIR) / "packs" / "songjiang" / "pages.yaml"
TEXTS = ["厨房的灯一闪一闪，想换一盏。", "想学会用手机挂号。", "老棋友搬走了，想有人来下棋。", "窗户关不严，想修好。"]


@pytest.fixture
def document() -> dict[str, Any]:
    plain: dict[str, Any] = yaml.safe_load(PAGES.read_text(encoding="utf-8"))
    return plain


@pytest.fixture
def programme(cast: Cast) -> Programme:
    programme = Programme.objects.create(
        slug="songjiang", name={"zh-hans": "多彩四季", "en": "Colourful Seasons"}, unit=cast.units["songjiang"]
    )
    for position, colour in enumerate(Theme.Colour.values):
        Theme.objects.create(programme=programme, slug=colour, colour=colour, name=colour, position=position)
    claimed = Metric.objects.create(
        slug="wishes_claimed",
        name={"zh-hans": "微心愿被认领", "en": "Wishes claimed"},
        definition={"zh-hans": "每次认领记一笔。", "en": "Each claim counts once."},
        kinds=["wish.claimed"],
        unit_of_measure={"zh-hans": "个", "en": ""},
    )
    turns = Metric.objects.create(
        slug="green_volunteers",
        name={"zh-hans": "参加便民服务", "en": "Volunteers"},
        kinds=["visit"],
        unit_of_measure={"zh-hans": "人次", "en": "turns"},
    )
    source = {"zh-hans": "2016 年公开报道", "en": "Public report, 2016"}
    for metric, value, qualifier in ((claimed, 344, ""), (turns, 600, "多")):
        OpeningBalance.objects.create(
            metric=metric,
            unit=cast.units["songjiang"],
            value=Decimal(value),
            qualifier=qualifier,
            as_of=date(2016, 12, 31),
            source=source,
        )
    return programme


@pytest.fixture
def site(programme: Programme, document: dict[str, Any]) -> Programme:
    """The pages are built; returns the programme they belong to."""
    build_site(document, actor=SYSTEM, now=NOW)
    return programme


@pytest.fixture
def wish(cast: Cast) -> Callable[..., Wish]:
    """Posts the next wish; what is not said is the same for all."""
    count = 0

    def post(
        *, unit: str = "fangta", category: str = "service", text: str = "", kinds: tuple[str, ...] = ("organisation",)
    ) -> Wish:
        nonlocal count
        count += 1
        return services.post_wish(
            actor=SYSTEM,
            case_id=9000 + count,
            public_text=text or TEXTS[count % len(TEXTS)],
            category=category,
            unit=cast.units[unit],
            claimant_kinds=list(kinds),
            needed_by=None,
            registered_at=NOW - timedelta(days=count),
            now=NOW,
        )

    return post


@pytest.fixture
def library(cast: Cast) -> Claimant:
    unit = cast.units["library"]
    return Claimant(kind="organisation", pk=unit.pk, name=unit.name)


@pytest.fixture
def case(cast: Cast) -> Case:
    """A finished case of some flow, for what is made from cases."""
    definition = FlowDefinition.objects.create(slug="praise", title={"zh-hans": "表彰"}, document={})
    version = FlowVersion.objects.create(
        definition=definition, slug="praise", number=1, document={"prefix": "BZ"}, sha256="0" * 64, published_at=NOW
    )
    return Case.objects.create(version=version, unit=cast.units["fangta"], created=NOW)


@pytest.fixture
def editor(cast: Cast) -> User:
    """何知雨, who may change and publish every page."""
    group = Group.objects.create(name="网站编辑")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for code in ("add", "change", "publish"):
        permission = Permission.objects.get(codename=f"{code}_page")
        GroupPagePermission.objects.create(group=group, page=Page.get_first_root_node(), permission=permission)
    user = User.objects.create_user("editor1", password="x")
    user.groups.add(group)
    return user
