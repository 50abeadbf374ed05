"""Rules of the layout that the import linter cannot see."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
LEVELS = {"core": 0, "forms": 1, "notifications": 1, "workflows": 2, "cms": 3}
PURE = {"schema", "rules", "tree"}
VAGUE = {"utils", "helpers", "common", "misc", "manager", "managers", "util", "helper"}
MOST_LINES = 400
EVENT_ATTRIBUTE = re.compile(r"\son[a-z]+\s*=", re.IGNORECASE)
INLINE = re.compile(
    r"<style\b|\sstyle\s*=|<script\b(?![^>]*\bsrc\s*=)(?![^>]*type=\"application/json\")", re.IGNORECASE
)
COMMENT = re.compile(r"{#.*?#}|{% comment.*?endcomment %}|<!--.*?-->", re.DOTALL)


def sources(*folders: str, suffix: str = ".py") -> Iterator[Path]:
    for folder in folders or (*LEVELS, "tests"):
        yield from sorted((ROOT / folder).rglob(f"*{suffix}"))


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def pure_modules() -> list[Path]:
    return [path for path in sources(*LEVELS) if PURE & {path.stem, *(part for part in path.parts[-3:-1])}]


def test_schema_rules_and_tree_modules_are_plain_python():
    for path in pure_modules():
        heavy = [name for name in imports_of(path) if name.split(".")[0] in {"django", "wagtail", "viewflow", "celery"}]
        assert not heavy, f"{relative(path)} imports {heavy}"


@pytest.mark.parametrize("app", LEVELS)
def test_imports_point_downwards_even_those_for_types_alone(app: str):
    for path in sources(app):
        for name in imports_of(path):
            target = name.split(".")[0]
            if target in LEVELS and target != app:
                assert LEVELS[target] < LEVELS[app], f"{relative(path)} imports {name}"


def test_links_between_apps_live_in_the_upper_one():
    for model in (model for app in LEVELS for model in apps.get_app_config(app).get_models()):
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if field.auto_created or not target or isinstance(target, str):
                continue
            here, there = model._meta.app_label, target._meta.app_label
            if there in LEVELS and here != there:
                assert LEVELS[there] < LEVELS[here], f"{model.__name__}.{field.name}"


def test_modules_are_named_for_what_they_hold():
    assert not [relative(path) for path in sources() if path.stem in VAGUE or VAGUE & set(path.parts)]


def test_files_stay_small():
    paths = [*sources(), *sources(*LEVELS, suffix=".js"), *sources(*LEVELS, suffix=".html")]
    long = {
        relative(path): count
        for path in paths
        if "vendor" not in path.parts
        and "migrations" not in path.parts
        and (count := len(path.read_text(encoding="utf-8").splitlines())) >= MOST_LINES
    }
    assert not long


def test_every_test_folder_is_a_package():
    folders = {path.parent for path in sources("tests")}
    assert not [relative(folder) for folder in folders if not (folder / "__init__.py").exists()]


def test_every_module_says_what_it_is_for():
    silent = [
        relative(path)
        for path in sources(*LEVELS)
        if path.name != "__init__.py"
        and "migrations" not in path.parts
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent


def test_views_read_through_selectors():
    views = [path for path in sources(*LEVELS) if path.stem == "views" or path.parent.name == "views"]
    assert not [relative(path) for path in views if ".objects.get(" in path.read_text(encoding="utf-8")]


def test_templates_hold_no_inline_code():
    """The content policy forbids it; templates of the desk keep to the rule as well."""
    for path in sources(*LEVELS, suffix=".html"):
        text = COMMENT.sub("", path.read_text(encoding="utf-8"))
        found = INLINE.findall(text) + EVENT_ATTRIBUTE.findall(re.sub(r"{[{%].*?[%}]}", "", text))
        assert not found, f"{relative(path)}: {found}"


def test_nothing_is_fetched_from_elsewhere():
    """Pages work without the internet: no address of another server in an attribute that loads something."""
    loads = re.compile(
        r"""(?:src|srcset|data-src)\s*=\s*["'](?:https?:)?//|<link[^>]+href=["'](?:https?:)?//|url\(["']?https?:"""
    )
    paths = [*sources(*LEVELS, suffix=".html"), *sources(*LEVELS, suffix=".css")]
    assert not [relative(path) for path in paths if loads.search(path.read_text(encoding="utf-8"))]
