"""Award schemes of a pack: checked with file and line, loaded once, and kept as edited here."""

import pytest

from core.actors import SYSTEM
from core.honours.models import AwardScheme
from core.honours.services import change_scheme
from tests.cms_packs.conftest import NOW, SMALL

AWARDS = """- slug: volunteer
  name: {zh-hans: 优秀志愿者, en: Volunteer}
  description: 一年一评。
  subjects: [person]
  unit: east
  colour: green
  levels:
  - {slug: street, name: 街道级}
  - {slug: district, name: 区级}
"""


def test_a_pack_brings_award_schemes(workshop):
    workshop.load(workshop.write({**SMALL, "awards.yaml": AWARDS}))
    scheme = AwardScheme.objects.select_related("unit").get()
    assert (scheme.unit.slug, scheme.subject_kinds, scheme.colour, scheme.is_open) == (
        "east",
        ["person"],
        "green",
        True,
    )
    assert scheme.level_name("district") == "区级"


def test_loading_again_keeps_what_was_edited_here_and_brings_what_the_pack_changed(workshop):
    workshop.load(workshop.write({**SMALL, "awards.yaml": AWARDS}))
    change_scheme(actor=SYSTEM, scheme=AwardScheme.objects.get(), values={"is_open": False}, now=NOW)
    workshop.load(workshop.write({**SMALL, "awards.yaml": AWARDS.replace("一年一评", "两年一评")}))
    scheme = AwardScheme.objects.get()
    assert (scheme.description, scheme.is_open) == ({"zh-hans": "两年一评。"}, False)


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (AWARDS.replace("  unit: east\n", ""), 1, "“unit” is missing"),
        (AWARDS.replace("unit: east", "unit: eastt"), 5, "Did you mean “east”?"),
        (AWARDS.replace("[person]", "[persona]"), 4, "Did you mean “person”?"),
        (AWARDS.replace("[person]", "[]"), 4, "at least one kind of honoree"),
        (AWARDS.replace("colour: green", "colour: gren"), 6, "Did you mean “green”?"),
        (AWARDS.replace("slug: district", "slug: street"), 9, "stands here twice"),
        (AWARDS.replace("name: 区级", "title: 区级"), 9, "“name” is missing"),
        (AWARDS + "- {slug: volunteer, name: 又一个, subjects: [team], unit: east}\n", 10, "used already"),
    ],
)
def test_each_mistake_has_its_line(workshop, content, line, words):
    found = workshop.problems({**SMALL, "awards.yaml": content})
    assert any(problem.startswith(f"small/awards.yaml:{line}: ") and words in problem for problem in found), found
    assert not AwardScheme.objects.exists()
