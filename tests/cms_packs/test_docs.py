"""docs/packs.md is held to account: every section and key is on it, and the pack it shows loads as written."""

import re

from django.conf import settings

from cms.packs import demo, documents, figures, people, validating
from cms.packs.registered import SECTIONS
from tests.cms_packs.conftest import Workshop
from workflows.models import FlowVersion

PAGE = (settings.BASE_DIR / "docs" / "packs.md").read_text()
SHAPES = [
    validating.PACK,
    people.UNIT_KIND,
    people.UNIT,
    people.ROLE,
    people.DESK,
    people.VENUE,
    people.TEAM,
    figures.PROGRAMME,
    figures.THEME,
    figures.METRIC,
    figures.BALANCE,
    figures.CALENDAR,
    figures.CALENDAR_DAY,
    documents.EXTENSION,
    demo.PERSON,
    demo.APPOINTMENT,
    demo.PLACE_IN_TEAM,
    demo.ACCOUNT,
    demo.CASE,
    demo.MOVE,
]


def test_every_section_is_described_with_its_file_in_the_order_of_loading():
    rows = re.findall(r"^\| `(\w+)` \| `([\w/*.]+)` \|", PAGE, re.MULTILINE)
    registered = [(name, section.file.replace("/", "/*.yaml", 1) if section.file.endswith("/") else section.file)
                  for name, section in SECTIONS.items()]  # fmt: skip
    assert rows == registered


def test_every_key_is_described():
    words = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`[^`]*`|```.*?```", PAGE, re.DOTALL))))
    assert {key for shape in SHAPES for key in shape} <= words


def test_the_pack_on_the_page_loads_as_written(workshop: Workshop):
    example = PAGE.split("## A whole pack on one page")[1].split("```yaml\n")[1].split("```")[0]
    parts = re.split(r"^# library/(\S+)\n", example, flags=re.MULTILINE)
    workshop.load(workshop.write(dict(zip(parts[1::2], parts[2::2], strict=True)), slug="library"))
    assert FlowVersion.objects.get().slug == "book"
