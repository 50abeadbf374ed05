"""The page of a case says why something was asked, to those who may read the answers it rests on."""

from typing import Any

from django.test import Client
from django.urls import reverse

from core.actors import SYSTEM
from forms.models import FormDefinition
from forms.services import publish_form
from tests.cast import NOW
from tests.workflows.conftest import Bench
from tests.workflows.flows import APPROVE, approval, field, flow, form

MORE = {">": [{"var": "value"}, 500]}


def page_of(bench: Bench, username: str, **of_value: Any) -> str:
    fields = [
        field("what"),
        field("where", "unit"),
        field("value", "money", label="价值", **of_value),
        field("why", label="理由", show_if=MORE),
    ]
    definition = FormDefinition.objects.create(slug="worth", title="表", document=form(*fields))
    publish_form(definition=definition, actor=SYSTEM, now=NOW)
    case = bench.start(flow(approval("check", APPROVE), form="worth"), value="123.00")
    reader = Client()
    reader.force_login(bench.cast.users[username])
    return reader.get(reverse("case", args=(case.pk,))).content.decode()


def test_whoever_works_on_a_case_reads_why_a_question_was_not_asked(bench: Bench):
    assert "没有问“理由”，因为：“价值”是 123 元，不超过 500 元。" in page_of(bench, "lishuji")


def test_an_answer_that_is_masked_for_the_reader_is_no_reason_that_he_reads(bench: Bench):
    page = page_of(bench, "lishuji", privacy={"level": "personal", "purpose": "核实"})
    assert "“理由”：这是由不向您显示的回答决定的。" in page
    assert "123 元" not in page
    assert "500 元" not in page
