"""Drafts of forms where people look: in the inbox, and before a form is published anew."""

from typing import Any

import pytest
from django.test import Client
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override

from forms import drafts
from forms.building import FillContext, form_class
from forms.impact import begun_with
from forms.models import FormDefinition
from tests.stories.browsing import text_of
from tests.workflows.conftest import Bench
from tests.workflows.flows import FORMS, fill, flow, form
from workflows.models import Case
from workflows.subjects import start_subject, task_subject


def save(bench: Bench, login: str, subject: str, **entered: str) -> None:
    version = FormDefinition.objects.get(slug="ask").current_version
    assert version is not None
    user = bench.cast.users[login]
    data = MultiValueDict({name: [value] for name, value in entered.items()})
    filled = form_class(version)(data, context=FillContext(user=user))
    drafts.save(filled, version=version, user=user, subject=subject, now=bench.now, seen=0, leaf="one")


@pytest.fixture
def asked(bench: Bench) -> Case:
    """A case that waits for a form of the community secretary."""
    return bench.start(flow(fill("fill", form="ask")))


def test_the_inbox_tells_what_one_has_begun(client: Client, bench: Bench, asked: Case) -> None:
    client.force_login(bench.cast.users["lishuji"])
    before = text_of(client.get("/inbox/"))
    assert "填了一半" not in before
    save(bench, "lishuji", task_subject(bench.task(asked, "fill").pk), what="一半")
    after = client.get("/inbox/")
    assert "填了一半，没提交" in text_of(after)
    assert "1 份表填了一半没提交，接着填" in text_of(after)
    assert 'href="/me/drafts/"' in after.content.decode()


def test_what_others_have_begun_is_not_told(client: Client, bench: Bench, asked: Case) -> None:
    save(bench, "wanggexia", task_subject(bench.task(asked, "fill").pk), what="一半")
    client.force_login(bench.cast.users["lishuji"])
    assert "填了一半" not in text_of(client.get("/inbox/"))


def changed(**of: Any) -> dict[str, Any]:
    """The form `ask` without its phone, with some fields changed."""
    fields = [one for one in FORMS["ask"]["sections"][0]["fields"] if one["key"] != "phone"]
    return form(*({**one, **of.get(one["key"], {})} for one in fields))


def test_before_publishing_it_is_told_what_is_begun_and_what_does_not_fit(client: Client, bench: Bench) -> None:
    """What people have begun is brought over like the answers of running cases; nothing of it is shown."""
    save(bench, "member1", start_subject("flow"), what="我的愿望", phone="13812345678", value="50")
    save(bench, "org1", start_subject("flow"), what="别的", value="7")
    definition = FormDefinition.objects.get(slug="ask")
    with override("zh-hans"):
        found = begun_with(definition, changed(value={"max": 9}))
        same = begun_with(definition, definition.document)
    assert (same.count, list(same.misfits)) == (2, [])
    assert found.count == 2
    assert {count for _sentence, count in found.misfits} == {1}
    assert len(found.misfits) == 2
    definition.document = changed(value={"max": 9})
    definition.save_revision()
    client.force_login(bench.cast.users["admin"])
    page = text_of(client.get(f"/desk/forms/{definition.pk}/compare/"))
    assert "2 人填了一半" in page
    assert "13812345678" not in page
    assert "我的愿望" not in page
