"""Versions of a form in the desk: what differs in words, how one looked, going back to it."""

from copy import deepcopy
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils.translation import override

from core.actors import Actor
from core.audit.models import AuditEntry
from forms.carrying import carried
from forms.display import shown
from forms.models import FormDefinition, FormVersion, Submission
from forms.schema import problems
from forms.services import submit
from forms.versions.diff import changes
from forms.versions.words import differences
from tests.forms.conftest import NOW, field
from tests.stories.browsing import text_of

OPTIONS = [{"id": "a", "label": "自己去"}, {"id": "b", "label": "送上门"}]
OLD: dict[str, Any] = {
    "v": 1,
    "sections": [
        {
            "id": "wish",
            "title": "心愿",
            "fields": [
                field("text", "long_text", label="想要什么", max_length=200),
                field("value", "money", label="大约多少钱", max=500),
                field("way", "choice", label="怎么拿", options=OPTIONS),
            ],
        },
        {"id": "contact", "title": "联系", "fields": [field("phone", "phone", label="电话")]},
    ],
}


def changed(**more: Any) -> dict[str, Any]:
    """OLD with changes to a field: `text={"required": True}`; a value of None takes a property away."""
    made: dict[str, Any] = deepcopy(OLD)
    for section in made["sections"]:
        for one in section["fields"]:
            for name, value in more.get(one["key"], {}).items():
                one[name] = value
                if value is None:
                    del one[name]
    return made


def told(old: Any, new: Any) -> list[str]:
    with override("zh-hans"):
        return [sentence for group in differences(old, new) for sentence in group.sentences]


def test_the_same_document_differs_in_nothing():
    assert changes(OLD, deepcopy(OLD)) == []
    assert told(OLD, deepcopy(OLD)) == []


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (changed(text={"label": "您的心愿"}), "“想要什么”改问“您的心愿”。"),
        (changed(text={"required": True}), "“想要什么”现在必须填写。"),
        (changed(text={"kind": "text"}), "“想要什么”换了填法：从多行文字改成单行文字。"),
        (changed(value={"max": 300}), "“大约多少钱”的最大值：由500改为300。"),
        (changed(text={"max_length": None}), "“想要什么”的最多多少字：由200改为未设置。"),
        (changed(way={"options": OPTIONS[:1]}), "“怎么拿”去掉了选项“送上门”。"),
        (changed(way={"options": [*OPTIONS, {"id": "c", "label": "寄来"}]}), "“怎么拿”新增选项“寄来”。"),
        (changed(way={"options": OPTIONS[::-1]}), "“怎么拿”的选项换了顺序。"),
        (
            changed(way={"options": [OPTIONS[0], {"id": "b", "label": "邻居带"}]}),
            "“怎么拿”的选项“送上门”改名为“邻居带”。",
        ),
        (changed(value={"show_if": {"==": [{"var": "way"}, "b"]}}), "“大约多少钱”出现：只有当“怎么拿”是“送上门”。"),
        (changed(value={"required_if": {">": [{"var": "value"}, 5]}}), "“大约多少钱”必填：只有当“大约多少钱” > 5。"),
        (
            changed(phone={"privacy": {"level": "sensitive", "retain_days": 30}}),
            "“电话”的谁能看：由按这类字段的默认改为敏感：泄露会造成伤害。",
        ),
        (changed(phone={"privacy": {"level": "personal", "retain_days": 30}}), "“电话”的保存多少天：由未设置改为30。"),
        ({**OLD, "sections": OLD["sections"][::-1]}, "分组“联系”移到了第 1 位。"),
    ],
)
def test_each_difference_is_said_in_words(new, sentence):
    found = told(OLD, new)
    assert sentence in found


def test_fields_that_move_come_and_go_are_told_with_their_sections():
    new: dict[str, Any] = deepcopy(OLD)
    first, second = new["sections"]
    second["fields"].append(first["fields"].pop(2))
    second["title"] = "怎样联系您"
    first["fields"] = first["fields"][::-1]
    second["fields"].append(field("email", "email", label="邮箱"))
    new["sections"].append({"id": "more", "title": "其他", "fields": [first["fields"].pop(0)]})
    assert set(told(OLD, new)) == {
        "“怎么拿”从“心愿”移到了“怎样联系您”。",
        "分组“联系”改名为“怎样联系您”。",
        "“大约多少钱”从“心愿”移到了“其他”。",
        "新增“邮箱”（电子邮箱），在“怎样联系您”里。",
        "新增分组“其他”。",
    }
    assert "不再问“邮箱”。" in told(new, OLD)
    assert "删除了分组“其他”。" in told(new, OLD)


@pytest.mark.parametrize(
    "draft",
    [
        None,
        [],
        {},
        {"sections": 5},
        {"sections": [5, {"id": 3}, {"id": "wish", "fields": [{"id": "text", "kind": 7}]}]},
    ],
)
def test_a_draft_may_hold_anything(draft):
    assert told(OLD, draft)
    assert told(draft, OLD)
    broken = changed(text={"show_if": {"nonsense": [{}]}, "options": 5, "privacy": [], "label": {"x": 1}, "min": {}})
    assert told(OLD, broken)


# the desk


@pytest.fixture
def desk(client: Client, db: None) -> Client:
    client.force_login(get_user_model().objects.create_superuser("form_admin", password="not-a-secret-1"))
    return client


@pytest.fixture
def form(publish: Any) -> FormDefinition:
    """A form of two versions, the first with an answer."""
    first = publish(OLD)
    submit(version=first, answers={"text": "一台收音机"}, actor=Actor(user=first.published_by), now=NOW)
    publish(changed(way={"options": OPTIONS[:1]}))
    found: FormDefinition = first.definition
    return found


def base(form: FormDefinition) -> str:
    return f"/desk/forms/{form.pk}/"


def test_the_page_lists_every_version_with_what_was_handed_in(desk, form):
    page = desk.get(base(form) + "versions/")
    rows = page.context["rows"]
    assert [(row.version.number, row.submissions, row.is_current) for row in rows] == [(2, 0, True), (1, 1, False)]
    assert "form_author" in text_of(page)


def test_two_versions_are_compared_in_words_and_an_old_one_is_shown_as_it_was(desk, form):
    page = text_of(desk.get(base(form) + "compare/", {"from": "1", "to": "2"}))
    assert "“怎么拿”去掉了选项“送上门”。" in page
    old = text_of(desk.get(base(form) + "versions/1/"))
    assert "送上门" in old
    assert "收音机" not in old
    assert "送上门" not in text_of(desk.get(base(form) + "versions/2/"))
    for wrong in ("versions/9/", "versions/1000000000/", "compare/?from=9", "compare/?from=1&to=x"):
        assert desk.get(base(form) + wrong).status_code == 404


def test_an_old_version_comes_back_as_the_draft_and_nothing_is_lost(desk, form):
    """open-forms#2135: restoring an old version deleted what was handed in."""
    before = list(Submission.objects.values())
    versions = list(FormVersion.objects.values())
    form.refresh_from_db()
    drafted = changed(text={"label": "写到一半的草稿"})
    form.document = drafted
    half = form.save_revision()
    answer = desk.post(base(form) + "versions/1/", follow=True)
    assert "第 1 版已经恢复成草稿" in text_of(answer)
    form.refresh_from_db()
    assert form.get_latest_revision_as_object().document == OLD
    assert form.document == changed(way={"options": OPTIONS[:1]})  # what is in use stays in use
    assert form.revisions.get(pk=half.pk).as_object().document == drafted
    assert list(Submission.objects.values()) == before
    assert list(FormVersion.objects.values()) == versions
    assert AuditEntry.objects.filter(verb="form.restored").count() == 1
    assert problems(form.get_latest_revision_as_object().document) == []
    form.get_latest_revision().publish()
    assert form.current_version.number == 3
    assert Submission.objects.get().version.number == 1


def test_what_was_answered_is_read_as_it_was_asked_whatever_became_of_the_question(publish):
    """kobocat#376, #251, formpack#99: renaming or removing a question must not lose what was answered."""
    first = publish(OLD, slug="other")
    answers = {"text": "一台收音机", "way": "b"}
    kept = submit(version=first, answers=answers, actor=Actor(user=first.published_by), now=NOW)
    renamed = changed(text={"label": "您的心愿"}, way={"options": OPTIONS[:1]})
    renamed["sections"][0]["fields"].pop(1)
    second = publish(renamed, slug="other")
    kept.refresh_from_db()
    assert [(row.label, row.value) for row in shown(kept.version, kept.answers)] == [
        ("想要什么", "一台收音机"),
        ("怎么拿", "送上门"),
    ]
    found = carried(first.document, second.document, kept.answers, today=NOW.date())
    assert found.answers == {"text": "一台收音机"}
    assert [one.code for one in found.misfits] == ["option"]


def test_a_form_that_somebody_locked_is_not_overwritten(desk, form):
    FormDefinition.objects.update(locked=True, locked_by=form.versions.first().published_by)
    answer = desk.post(base(form) + "versions/1/", follow=True)
    assert "锁定" in text_of(answer)
    assert form.revisions.count() == 2


def test_only_designers_see_versions(client, form, django_user_model):
    user = django_user_model.objects.create_user("just_desk", password="not-a-secret-1")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    for page in ("versions/", "versions/1/", "compare/"):
        assert client.get(base(form) + page).status_code in (302, 403)
    assert client.post(base(form) + "versions/1/").status_code in (302, 403)
    assert form.revisions.count() == 2


def with_checks(*checks: dict[str, Any]) -> dict[str, Any]:
    return {**deepcopy(OLD), "checks": list(checks)}


def test_checks_across_answers_are_told_one_by_one():
    cheap = {"id": "c1", "rule": {"<": [{"var": "value"}, 300]}, "message": "先问过再填", "at": "value"}
    dear = {"id": "c2", "rule": {">": [{"var": "value"}, 5]}, "message": "太少了", "at": "value"}
    assert told(OLD, with_checks(cheap)) == ["新增检查：“大约多少钱” < 300；不满足时提示“先问过再填”。"]
    assert told(with_checks(cheap), OLD) == ["检查“先问过再填”去掉了。"]
    assert told(with_checks(cheap, dear), with_checks(dear, cheap)) == []
    other = {**cheap, "rule": {"<=": [{"var": "value"}, 400]}, "message": "请先商量", "at": "text"}
    assert told(with_checks(cheap), with_checks(other)) == [
        "检查“请先商量”现在要求：“大约多少钱” ≤ 400。原来：“大约多少钱” < 300。",
        "检查“先问过再填”的提示改为“请先商量”。",
        "检查“请先商量”的提示改到“想要什么”旁边。",
    ]


def test_when_an_option_is_offered_is_told():
    options = [{**OPTIONS[0], "show_if": {">": [{"var": "value"}, 100]}}, OPTIONS[1]]
    assert told(OLD, changed(way={"options": options})) == ["“怎么拿”的选项“自己去”出现：只有当“大约多少钱” > 100。"]


@pytest.mark.parametrize("checks", [None, 5, [5], [{"id": 3}], [{"id": "c"}], [{"id": "c", "rule": "x", "message": 5}]])
def test_checks_of_a_draft_may_be_anything(checks: Any):
    assert isinstance(told(OLD, {**OLD, "checks": checks}), list)
    assert isinstance(told({**OLD, "checks": checks}, with_checks({"id": "c", "rule": {}, "message": "好"})), list)
