"""Fixtures of the pack tests: a workshop that writes packs into a folder and checks or loads them."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cms.packs.loading import Loaded, check_pack, load_pack
from cms.packs.problems import BadPack
from core.actors import SYSTEM, Actor

NOW = datetime(2026, 5, 11, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
HEAD = 'schema: 1\nslug: {slug}\nversion: "1"\nname: 试验包\n'
KINDS = "- {slug: street, name: 街道}\n- {slug: company, name: 企业, organisation: true}\n"
UNITS = "- slug: east\n  name: 东街道\n  kind: street\n  children:\n  - {slug: mill, name: 磨坊公司, kind: company}\n"
FORM = """title: 问一句
v: 1
sections:
- id: one
  title: 问题
  fields:
  - {id: a, key: a, kind: text, label: 说吧, required: true}
  - {id: u, key: u, kind: unit, label: 哪里, required: true, scope: {kinds: [street, company]}}
"""
FLOW = """title: 问一句
v: 1
prefix: WY
start: {kind: manual, who: anyone, form: ask, unit_from: u, title_from: a}
steps:
- id: look
  kind: approval
  name: 看一看
  props:
    assignee: {rule: role, roles: [reader], unit: case}
  outcomes:
  - {id: fine, label: 好, effect: continue}
- id: done
  kind: end
  name: 完
  props: {result: done}
"""
SMALL = {
    "unit_kinds.yaml": KINDS,
    "units.yaml": UNITS,
    "roles.yaml": "- {slug: reader, name: 读者}\n",
    "metrics.yaml": "- {slug: sessions, name: 场次, definition: 借用的场次, unit_of_measure: 场}\n",
    "balances.yaml": "- {metric: sessions, unit: east, value: 12, qualifier: 余, as_of: 2016-12-31, source: 报道}\n",
    "forms/ask.yaml": FORM,
    "flows/ask.yaml": FLOW,
}


class Workshop:
    """Writes packs below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, files: dict[str, str | bytes], slug: str = "small") -> Path:
        """A pack of these files; `pack.yaml` is added when it is not among them."""
        folder = self.root / slug
        for name, content in {"pack.yaml": HEAD.format(slug=slug), **files}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    def problems(self, files: dict[str, str | bytes], slug: str = "small") -> list[str]:
        """What is wrong with a pack of these files, as the command prints it."""
        try:
            check_pack(self.write(files, slug), actor=SYSTEM, now=NOW, demo=True)
        except BadPack as error:
            return [str(problem) for problem in error.problems]
        return []

    def load(self, folder: Path, *, actor: Actor = SYSTEM, demo: bool = False) -> Loaded:
        """Load a pack at the fixed moment of the tests."""
        return load_pack(folder, actor=actor, now=NOW, demo=demo)


@pytest.fixture
def workshop(tmp_path: Path, db) -> Workshop:
    return Workshop(tmp_path)


@pytest.fixture(autouse=True)
def _sentences_in_english():
    from django.utils import translation

    with translation.override("en"):
        yield
