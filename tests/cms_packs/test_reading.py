"""Hostile and broken files: each is refused with file and line, and nothing runs or grows."""

import pytest

from cms.packs.reading import MAX_FILE_BYTES
from tests.cms_packs.conftest import SMALL


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("- {slug: a, name: x}\n- &a {slug: b, name: x}\n", 2, "Anchors"),
        ("- {slug: a, name: x}\n- *a\n", 2, "Anchors"),
        ("- slug: a\n  name: !!python/object/apply:os.system [true]\n", 2, "Tags"),
        ("- !!set {a}\n", 1, "Tags"),
        ("- slug: a\n\tname: x\n", 2, "tab"),
        ("- {slug: a, name: x\n", 2, "not valid YAML"),
        ("- slug: a\n  name: x\n  slug: b\n", 3, "“slug” appears twice"),
        ("- ? [a, b]\n  : x\n", 1, "one word"),
        ("- {slug: a, name: x}\n---\n- {slug: b, name: x}\n", 2, "one document"),
        ('- {slug: a, name: x}\n- {slug: b, name: "\u202egnol"}\n', 2, "control character"),
        ('- {slug: a, name: x}\n- {slug: b, name: "\x00"}\n', 2, "control character"),
        (r"- {slug: a, name: x}" "\n" r'- {slug: b, name: "\ud800"}', 2, "control character"),
        (r"- {slug: a, name: x}" "\n" r'- {slug: b, name: "\u202egnol"}', 2, "control character"),
        (r'- {slug: a, "na\0me": x}', 1, "control character"),
        ("[" * 60 + "]" * 60, 1, "too deeply"),
        ("<<: 1\n", 1, "list is expected"),
    ],
)
def test_a_hostile_file_is_refused_at_its_line(workshop, content, line, words):
    found = workshop.problems({"unit_kinds.yaml": content})
    assert any(problem.startswith(f"small/unit_kinds.yaml:{line}: ") and words in problem for problem in found), found


@pytest.mark.parametrize("name", [r"\ud800", r"\0", r"\u202e", r"\u2066位"])
@pytest.mark.parametrize(
    ("file", "written", "line"),
    [
        ("units.yaml", "东街道", 2),
        ("roles.yaml", "读者", 1),
        ("flows/ask.yaml", "看一看", 8),
        ("forms/ask.yaml", "说吧", 7),
    ],
)
def test_an_escaped_invisible_character_is_refused_wherever_it_stands(workshop, name, file, written, line):
    content = SMALL[file].replace(written, f'"{written}{name}"')
    found = workshop.problems({**SMALL, file: content})
    assert found == [f"small/{file}:{line}: This line holds an invisible control character. Please remove it."]


def test_a_file_in_another_encoding_is_refused_at_the_line_of_its_first_foreign_byte(workshop):
    content = b"- {slug: a, name: x}\n" + "- {slug: b, name: 街道}\n".encode("gb18030")
    assert workshop.problems({"unit_kinds.yaml": content}) == [
        "small/unit_kinds.yaml:2: This file is not in UTF-8. Please save it again as UTF-8."
    ]


def test_a_byte_order_mark_does_no_harm(workshop):
    assert workshop.problems({"unit_kinds.yaml": b"\xef\xbb\xbf- {slug: a, name: x}\n"}) == []


def test_a_huge_file_is_refused_before_it_is_read(workshop):
    (problem,) = workshop.problems({"unit_kinds.yaml": b"#" * (MAX_FILE_BYTES + 1)})
    assert problem.startswith("small/unit_kinds.yaml: This file is too large")


def test_a_file_with_very_many_values_is_refused(workshop):
    (problem,) = workshop.problems({"unit_kinds.yaml": "- 1\n" * 60_000})
    assert problem == "small/unit_kinds.yaml:50000: This file is too large or nested too deeply."


def test_links_are_refused(workshop, tmp_path):
    folder = workshop.write({})
    (tmp_path / "secret.yaml").write_text("- {slug: a, name: x}\n")
    (folder / "unit_kinds.yaml").symlink_to(tmp_path / "secret.yaml")
    (folder / "forms").symlink_to(tmp_path)
    found = workshop.problems({})
    assert [problem.split(":")[0] for problem in found] == ["small/forms", "small/unit_kinds.yaml"]


def test_a_required_pack_cannot_be_named_by_a_path(workshop):
    head = 'schema: 1\nslug: small\nversion: "1"\nname: 包\nrequires: ["../../etc"]\n'
    (problem,) = workshop.problems({"pack.yaml": head})
    assert problem.startswith("small/pack.yaml:5: requires: a code is expected")


def test_words_that_other_programs_take_for_truth_stay_words(workshop):
    files = {"unit_kinds.yaml": "- {slug: no, name: 否, territorial: yes}\n"}
    assert workshop.problems(files) == ["small/unit_kinds.yaml:1: territorial: true or false is expected."]
