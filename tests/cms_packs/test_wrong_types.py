"""Whatever stands where something else is expected, checking answers with problems and never breaks."""

import copy
from typing import Any

import pytest
import yaml

from tests.cms_packs.test_loading import BIG, DEMO, EXTENSION

WRONG: list[Any] = [None, True, 7, "x", [], [[1]], {"a": 1}, [{"id": 1}]]
FILES = {
    **DEMO,
    "pack.yaml": "schema: 1\nslug: small\nversion: '1'\nname: 包\nprogramme: {name: 活动, unit: east}\n",
    "themes.yaml": "- {slug: leaf, name: 叶, summary: 叶子, colour: green}\n",
    "venues.yaml": "- {slug: v, name: 馆, unit: east, facilities: [灯]}\n",
    "teams.yaml": "- {slug: t, name: 队, unit: east, kinds: [修], min_strength: 2, target_strength: 3}\n",
    "calendar.yaml": "years: [2026]\ndays: [{date: 2026-05-13, working: false, name: 停电}]\n",
    "demo/accounts.yaml": "- {username: jia, role: 读者}\n",
    "pages.yaml": "home: {title: 首页, children: [{kind: text, slug: about, title: 关于}]}\n",
}


def paths_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, child in inner for found in paths_in(child, (*path, key)))]


def replaced(data: Any, path: tuple[Any, ...], wrong: Any) -> Any:
    if not path:
        return wrong
    data = copy.deepcopy(data)
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = wrong
    return data


@pytest.mark.parametrize("name", sorted(FILES))
def test_wrong_types_in_a_file_are_problems(workshop, name):
    data = yaml.load(FILES[name], Loader=yaml.BaseLoader)
    workshop.write(FILES)
    for path in paths_in(data):
        for wrong in WRONG:
            workshop.problems({name: yaml.safe_dump(replaced(data, path, wrong), allow_unicode=True)})


def test_wrong_types_in_an_extension_are_problems(workshop):
    workshop.write({**FILES, "flows/ask.yaml": DEMO["flows/ask.yaml"]})
    data = yaml.load(EXTENSION, Loader=yaml.BaseLoader)
    for path in paths_in(data):
        for wrong in WRONG:
            text = yaml.safe_dump(replaced(data, path, wrong), allow_unicode=True)
            workshop.problems({"pack.yaml": BIG, "flows/ask.yaml": text}, slug="big")
