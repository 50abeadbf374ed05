"""The records of the desk read in words."""

import re
from pathlib import Path

import pytest
from django.utils.translation import override

from core import words
from core.actors import SYSTEM
from core.audit.services import record

SOURCES = Path(__file__).parents[2]
VERBS = sorted(
    {
        verb
        for app in ("core", "forms", "workflows", "cms", "notifications")
        for path in (SOURCES / app).rglob("*.py")
        for verb in re.findall(r'verb="([a-z_.]+)"', path.read_text())
    }
)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_that_a_service_writes_has_a_word(verb):
    with override("zh-hans"):
        assert not re.search("[a-z]", words.deed(verb)), f"add {verb} to DEEDS in core/words.py"


def test_codes_become_words():
    with override("zh-hans"):
        assert words.reference("wish:5") == "心愿 5"
        assert words.reference("case:7") == "办件 7"
        assert words.result("wish.claimed") == "心愿 · 认领"
        assert words.measure("item") == "个"
        assert words.kind_of_object("unknown.thing") == "unknown.thing"


def test_the_details_name_fields_and_never_values(cast):
    data = {"fields": ["phone", "name"], "unit": 3}
    entry = record(actor=SYSTEM, verb="member.changed", obj=cast.members["member1"], now=cast.now, data=data)
    with override("zh-hans"):
        assert words.details(entry) == "修改的项目：电话、名称；单位：3"
