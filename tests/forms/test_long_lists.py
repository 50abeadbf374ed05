"""A list is offered for searching when it is long; the list itself is in the page all the same."""

import pytest

from forms.building import build_form_class
from forms.widgets import SEARCHED
from tests.forms.conftest import document, field
from tests.forms.test_filling import CONTEXT


def page_of(kind: str, count: int, **more: str) -> str:
    options = [{"id": f"o{number}", "label": f"第 {number} 项"} for number in range(count)]
    return str(build_form_class(document(field("f", kind, options=options, **more)))(context=CONTEXT))


@pytest.mark.parametrize(("kind", "more"), [("choice", {}), ("choice", {"style": "radio"}), ("multi_choice", {})])
def test_only_a_long_list_is_searched(kind, more):
    spare = 1 if kind == "choice" and not more else 0  # the line that asks to choose
    short, long = page_of(kind, SEARCHED - spare, **more), page_of(kind, SEARCHED + 1, **more)
    assert "forms/choosing.js" not in short
    assert "data-found" not in short
    assert 'data-found="共 {count} 项" data-none="没有找到" data-find="找选项"' in long
    assert long.count("forms/choosing.js") == 1
    assert all(f'value="o{number}"' in long for number in range(SEARCHED + 1))
