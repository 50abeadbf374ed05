"""Forms to fill in, and the units that they offer."""

import datetime as dt
from typing import Any

import pytest

from core.actors import Actor
from core.people.models import OrgUnit, UnitKind, User
from forms.models import FormDefinition, FormVersion
from forms.services import publish_form

NOW = dt.datetime(2026, 9, 11, 10, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 9, 11)


def field(key: str, kind: str = "text", /, **more: Any) -> dict[str, Any]:
    """One field of a document; its id is its key."""
    base: dict[str, Any] = {
        "id": key,
        "key": key,
        "kind": kind,
        "label": {"zh-hans": f"题目 {key}", "en": f"Question {key}"},
    }
    if kind in ("choice", "multi_choice"):
        base["options"] = [{"id": name, "label": f"选项 {name}"} for name in "abc"]
    if kind == "quantity":
        base["units"] = [{"id": "box", "label": {"zh-hans": "箱", "en": "boxes"}}, {"id": "kg", "label": "公斤"}]
    if kind in ("note", "consent"):
        base["text"] = "请读一读。"
    return {**base, **more}


def document(*fields: Any, **section: Any) -> dict[str, Any]:
    """A document of one section."""
    return {"v": 1, "sections": [{"id": "main", "fields": list(fields), **section}]}


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_user("form_author", password="not-a-secret-1")


@pytest.fixture
def publish(staff: User):
    """publish(document, slug=…) → FormVersion"""

    def _publish(content: dict[str, Any], slug: str = "wish") -> FormVersion:
        definition, _created = FormDefinition.objects.get_or_create(
            slug=slug, defaults={"title": {"zh-hans": "心愿"}, "live": False}
        )
        definition.document = content
        return publish_form(definition=definition, actor=Actor(user=staff), now=NOW)

    return _publish


@pytest.fixture
def units(db: None) -> dict[str, OrgUnit]:
    """A district with two streets; the first has two communities, one of them dissolved."""
    kinds = {slug: UnitKind.objects.create(slug=f"t_{slug}", name=slug) for slug in ("district", "street", "community")}
    district = OrgUnit.add_root(slug="t-district", name="松江区", kind=kinds["district"])
    street = district.add_child(slug="t-street", name="岳阳街道", kind=kinds["street"])
    other = OrgUnit.objects.get(pk=district.pk).add_child(slug="t-other", name="广富林街道", kind=kinds["street"])
    community = OrgUnit.objects.get(pk=street.pk).add_child(slug="t-fangta", name="方塔社区", kind=kinds["community"])
    closed = OrgUnit.objects.get(pk=street.pk).add_child(
        slug="t-closed", name="撤销社区", kind=kinds["community"], is_active=False
    )
    return {"district": district, "street": street, "other": other, "community": community, "closed": closed}
