"""Checking: every mistake has a sentence with file and line, all of them come at once, and nothing is written."""

# ruff: noqa: E501  # one mistake per line reads best as a table

import shutil

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from cms.packs.models import PackItem
from cms.packs.problems import BadPack
from cms.packs.reading import MAX_FILES
from core.audit.models import AuditEntry
from core.people.models import OrgUnit, UnitKind, User
from forms.models import FormDefinition
from tests.cms_packs.conftest import FLOW, FORM, HEAD, KINDS, SMALL, UNITS
from workflows.models import Case


def test_a_small_pack_is_in_order(workshop):
    assert workshop.problems(SMALL) == []


CASE = (
    "- key: c\n  flow: ask\n  by: guest\n  hours_ago: 9\n  answers: {a: 你好, u: mill}\n"
    "  then:\n  - {step: look, by: guest, after_hours: 2, outcome: fine}\n"
)
BRANCH = """- id: which
  kind: branch
  branches:
  - id: x
    when: {"==": [{var: outcomes.look}, okay]}
    steps: [{id: w, kind: wait, props: {days: 1}}]
  - {id: y, default: true, steps: []}
- id: done"""
CHOICE = """  - {id: c, key: c, kind: choice, label: 色, options: [{id: red, label: 红}, {id: blue, label: 蓝}]}
  - {id: d, key: d, kind: text, label: 为什么, show_if: {in: [{var: c}, [red, bleu]]}}
"""
POST = """- id: post
  kind: effect
  props: {effect: wish.post, inputs: {public_text: {var: start.a}, category: weird}}
- id: done"""


@pytest.mark.parametrize(
    ("file", "content", "line", "words"),
    [
        ("unit_kinds.yaml", "slug: a\n", 1, "list is expected"),
        ("unit_kinds.yaml", "- {slug: street}\n", 1, "“name” is missing"),
        ("unit_kinds.yaml", "- {slug: street, name: x, territoral: true}\n", 1, "Did you mean “territorial”?"),
        ("unit_kinds.yaml", "- {slug: Street 1, name: x}\n", 1, "slug: a code is expected"),
        ("unit_kinds.yaml", "- {slug: street, name: {fr: x}}\n", 1, "one text per language"),
        ("unit_kinds.yaml", KINDS + "- {slug: street, name: x}\n", 3, "used already"),
        ("units.yaml", "- {slug: e, name: 东, kind: stret}\n", 1, "No kind of unit has the code “stret”. Did you mean “street”?"),
        ("units.yaml", UNITS + "- {slug: mill, name: 磨, kind: street}\n", 6, "used already"),
        ("units.yaml", "- slug: e\n  name: 东\n  kind: street\n  children:\n  - {slug: f, name: 西, kind: street, under: e}\n", 5, "top of the tree"),
        ("roles.yaml", "- slug: r\n  name: 角色\n  desk:\n    permissions: [core.view_membr]\n", 4, "Did you mean “core.view_member”?"),
        ("venues.yaml", "- {slug: v, name: 馆, unit: eastt}\n", 1, "Did you mean “east”?"),
        ("teams.yaml", "- {slug: t, name: 队, unit: east, min_strength: 9}\n", 1, "below the minimum"),
        ("themes.yaml", "- {slug: t, name: 题, colour: green}\n", 1, "belong to a programme"),
        ("metrics.yaml", "- {slug: sessions, name: 场次, definition: 次, unit_of_measure: 场, aggregation: summ}\n", 1, "Did you mean “sum”?"),
        ("metrics.yaml", "- {slug: sessions, name: 场次, definition: 次, unit_of_measure: 场, kinds: [wish.climbed]}\n", 1, "Did you mean “wish.claimed”?"),
        ("flows/ask.yaml", FLOW.replace("- id: done", "- {id: keep, kind: claim, props: {claimants: [organisation], on_claim: wish.claim}}\n- id: done"), 13, "“wish.claim” needs “wish.post” before it"),
        ("flows/ask.yaml", FLOW.replace("- id: done", "- {id: far, kind: effect, props: {effect: wish.fulfil}}\n- id: done"), 13, "“wish.fulfil” needs “wish.claim” before it"),
        ("balances.yaml", "- {metric: session, unit: east, value: 1, as_of: 2016-12-31, source: 报}\n", 1, "Did you mean “sessions”?"),
        ("balances.yaml", "- {metric: sessions, unit: east, value: 1, as_of: 2016-13-31, source: 报}\n", 1, "as_of: a date is expected"),
        ("balances.yaml", "- {metric: sessions, unit: east, value: 1, as_of: 2016-12-31}\n", 1, "“source” is missing"),
        ("calendar.yaml", "years: [yesterday]\n", 1, "year is expected"),
        ("forms/ask.yaml", FORM.replace("kind: text", "kind: txt"), 7, "txt"),
        ("forms/ask.yaml", FORM.replace("[street, company]", "[street, cmpany]"), 8, "Did you mean “company”?"),
        ("forms/ask.yaml", FORM.removeprefix("title: 问一句\n"), 1, "title"),
        ("forms/Ask It.yaml", FORM, 1, "name of this file"),
        ("flows/ask.yaml", FLOW.replace("form: ask", "form: asks"), 4, "asks"),
        ("flows/ask.yaml", FLOW.replace("[reader]", "[redder]"), 10, "redder"),
        ("flows/ask.yaml", FLOW.replace("effect: continue", 'effect: "return:nowhere"'), 12, "nowhere"),
        ("flows/ask.yaml", FLOW.replace("kind: end", "kind: effect").replace("result: done", "effect: moon.reach"), 16, "moon.reach"),
        ("flows/ask.yaml", FLOW.replace("- id: done", "- {id: tell, kind: notify, props: {to: [starter], subject: '{{ who }}'}}\n- id: done"), 13, "who"),
        ("flows/ask.yaml", FLOW.replace("unit: case}", "unit: case}\n    deadline:\n      days: 400"), 12, "“days” must be a whole number from 1 to 366"),
        ("flows/ask.yaml", FLOW.replace("unit: case}", "unit: case}\n    deadline:\n      days: 3\n      calendar: moon"), 13, "must be one of: working, calendar"),
        ("flows/ask.yaml", FLOW.replace("unit: case}", "unit: case}\n    colour: red"), 11, "no property “colour”"),
        ("flows/ask.yaml", FLOW.replace("unit: case}", "unit: case}\n  access:\n    start.zz: read"), 12, "start.zz"),
        ("flows/ask.yaml", FLOW.replace("  kind: end\n", ""), 13, "“kind” is missing"),
        ("flows/ask.yaml", FLOW.replace("- id: done", "- id: tell\n  kind: notify\n  props:\n    to: [starter]\n    subject: '{% load x %}'\n- id: done"), 17, "no placeholder"),
        ("flows/ask.yaml", FLOW.removeprefix("title: 问一句\n"), 1, "The key “title” is missing here"),
        ("forms/ask.yaml", FORM.replace(" kind: text,", ""), 7, "does not say its “kind”"),
        ("forms/ask.yaml", FORM.replace("  - {id: a, key: a, kind: text, label: 说吧, required: true}", "  - 5"), 7, "A field is written as keys with values"),
        ("flows/other.yaml", "extends: nothing\n", 1, "No flow has the code “nothing”"),
        ("demo/people.yaml", "- {number: '1', name: 甲, home: est}\n", 1, "Did you mean “east”?"),
        ("demo/accounts.yaml", "- {username: ghost, role: 鬼}\n", 1, "No person of this pack"),
        ("demo/cases.yaml", CASE.replace("step: look", "step: lok"), 7, "no step “lok”. Did you mean “look”?"),
        ("demo/cases.yaml", CASE.replace("outcome: fine", "outcome: fin"), 7, "no outcome “fin”. Did you mean “fine”?"),
        ("demo/cases.yaml", CASE.replace("{a: 你好", "{what: 你好"), 5, "no field “what”"),
        ("demo/cases.yaml", CASE.replace("{a: 你好", "{a: {member: X1}"), 5, "No person of this pack has the number “X1”"),
        ("demo/cases.yaml", CASE.replace("{a: 你好", "{a: {team: x-1}"), 5, "No team has the code “x-1”"),
        ("demo/cases.yaml", CASE.replace("{a: 你好", "{a: {days: soon}"), 5, "days: a whole number"),
        ("flows/ask.yaml", FLOW.replace("- id: done", BRANCH), 17, "“outcomes.look” has no option “okay”"),
        ("forms/ask.yaml", FORM + CHOICE, 10, "“c” has no option “bleu”"),
        ("flows/ask.yaml", FLOW.replace("- id: done", POST), 15, "takes as “category” only: goods, service"),
        ("demo/cases.yaml", "- {key: c, flow: aks, by: guest, hours_ago: 1, answers: {}}\n", 1, "Did you mean “ask”?"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_line(workshop, file, content, line, words):
    found = workshop.problems({**SMALL, file: content})
    assert any(problem.startswith(f"small/{file}:{line}: ") and words in problem for problem in found), found


PAGE = "home:\n  title: x\n  children:\n  - kind: text\n    slug: a\n    title: x\n"
BODY = PAGE + "    body:\n"


@pytest.mark.parametrize(
    ("pages", "line", "words"),
    [
        (PAGE.replace("slug: a", "slug: Bad Slug"), 5, "a part of an address is expected"),
        (PAGE.replace("slug: a", "slug: desk"), 5, "belongs to the program"),
        (PAGE.replace("slug: a", "slug: login"), 5, "belongs to the program"),
        (PAGE.replace("slug: a", "slug: en"), 5, "belongs to the program"),
        (PAGE + "  - {kind: text, slug: a, title: y}\n", 7, "has this address already"),
        (PAGE + "  - {kind: story, slug: b, title: y, person: 甲, consent: z}\n", 7, "cannot stand below"),
        (PAGE.replace("  title: x\n  ch", f"  title: {'长' * 256}\n  ch"), 2, "at most 255"),
        (PAGE.replace("    title: x", "    title: 5"), 6, "text is expected"),
        (PAGE + "    person: 甲\n", 7, "There is no key “person” here"),
        (PAGE + "    menu: often\n", 7, "true or false"),
        (PAGE.replace("kind: text", "kind: campaign") + "    children: [{kind: theme, slug: g, title: x, theme: geen}]\n", 7, "No theme has the code “geen”"),
        (BODY + "    - text: 5\n", 8, "text is expected"),
        (BODY + "    - quote: {text: a, source: b}\n", 8, "A block of this page is one of"),
        (BODY + "    - scrolls: {heading: b}\n", 8, "A block of this page is one of"),
        (BODY + "    - figures: {heading: b, figures: [sesions]}\n", 8, "Did you mean “sessions”?"),
        (BODY + "    - wishes: {}\n", 8, "“heading” is missing"),
        (BODY + "    - start: {heading: h, flow: aks}\n", 8, "No flow has the code “aks”. Did you mean “ask”?"),
        (BODY + "    - ways:\n        heading: h\n        ways: [{title: t, text: u}]\n        link: javascript:alert(1)\n", 11, "address of this site"),
        (BODY + "    - ways:\n        heading: h\n        ways: [{title: t}]\n        link: //evil.example\n", 11, "address of this site"),
        (BODY + "    - ways:\n        heading: h\n        ways:\n        - {title: t}\n", 11, "“text” is missing"),
        (PAGE.replace("kind: text", "kind: stories") + "    children:\n    - {kind: story, slug: s, title: 打 13812345678, person: 甲, consent: z}\n", 8, "a phone number"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_page_is_told_at_its_line(workshop, pages, line, words):
    found = workshop.problems({**SMALL, "pages.yaml": pages})
    assert any(problem.startswith(f"small/pages.yaml:{line}: ") and words in problem for problem in found), found


def test_a_page_in_order_is_passed(workshop):
    pages = (
        BODY + "    - text: 好\n    - ways: {heading: h, ways: [{title: t, text: u}], button: b, link: /start/ask/}\n"
    )
    assert workshop.problems({**SMALL, "pages.yaml": pages}) == []


PROGRAMME = HEAD.format(slug="small") + "programme: {name: 四季, unit: east}\n"
THEME = "- slug: green\n  name: 绿\n  colour: green\n  periods:\n"
QUARTER = "  - {slug: q3, name: 三季度, focus: 文明交通, since: 2026-07-01, until: 2026-09-30}\n"


@pytest.mark.parametrize(
    ("themes", "line", "words"),
    [
        (THEME + QUARTER.replace("2026-09-30", "2026-06-30"), 5, "lies before the first"),
        (THEME + QUARTER.replace("2026-09-30", "2026-09-31"), 5, "until: a date is expected"),
        (THEME + QUARTER.replace("2026-07-01", "this-02-29"), 5, "since: a date is expected"),
        (THEME + QUARTER.replace("focus: 文明交通, ", ""), 5, "“focus” is missing"),
        (THEME + QUARTER.replace("focus", "fokus"), 5, "Did you mean “focus”?"),
        (THEME + QUARTER.replace("}", ", service_day: 2026-10-01}"), 5, "must lie inside the period"),
        (THEME + QUARTER + QUARTER.replace("q3", "again"), 6, "shares days with “q3”"),
        (THEME + QUARTER + QUARTER.replace("2026", "2027"), 6, "period with this code already"),
        (THEME.replace("periods:", "periods: often"), 4, "list is expected"),
    ],
)
def test_a_mistake_in_a_period_is_told_at_its_line(workshop, themes, line, words):
    found = workshop.problems({**SMALL, "pack.yaml": PROGRAMME, "themes.yaml": themes})
    assert any(problem.startswith(f"small/themes.yaml:{line}: ") and words in problem for problem in found), found


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (HEAD.format(slug="other"), "must be called “other”"),
        (HEAD.format(slug="small").replace("schema: 1", "schema: 2"), "schema 1 only"),
        (HEAD.format(slug="small") + "requires: [absent]\n", "“absent” is not beside this one"),
        (HEAD.format(slug="small") + "requires: [small]\n", "in a circle"),
        (HEAD.format(slug="small") + "colour: red\n", "Unknown key “colour”"),
    ],
)
def test_a_wrong_head_is_refused(workshop, head, words):
    assert any(words in problem for problem in workshop.problems({"pack.yaml": head}))


def test_a_flow_of_the_base_pack_without_the_step_that_its_claim_builds_upon_is_refused(workshop):
    """Without the posting nobody could ever claim."""
    shutil.copytree(settings.BASE_DIR / "packs" / "base", workshop.root / "base")
    head = 'schema: 1\nslug: small\nversion: "1"\nname: 包\nrequires: [base]\n'
    found = workshop.problems({"pack.yaml": head, "flows/wish.yaml": "extends: wish\nremove: [post]\n"})
    (problem,) = [problem for problem in found if "“wish.claim” needs “wish.post” before it" in problem]
    assert problem.startswith("small/flows/wish.yaml:2: claim: ")


def test_a_folder_without_pack_yaml_is_no_pack(workshop, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadPack) as error:
        workshop.load(tmp_path / "empty")
    assert [problem.file for problem in error.value.problems] == ["empty/pack.yaml"]


def test_unknown_files_and_folders_are_refused(workshop):
    found = workshop.problems({"unit.yaml": "[]", "ledger.yaml": "[]", "code/run.py": "x", "demo/more.yaml": "[]"})
    assert [problem.split(":")[0] for problem in found] == [
        "small/code",
        "small/demo/more.yaml",
        "small/ledger.yaml",
        "small/unit.yaml",
    ]


@pytest.mark.parametrize("name", ["services.yaml", "demo/services.yaml", "demo/ledger.yaml", "demo/hours.yaml"])
def test_no_pack_brings_ledger_lines_service_records_or_hours(workshop, name):
    found = workshop.problems({name: "- {member: V1, minutes: 600}"})
    assert [problem.split(":")[0] for problem in found] == [f"small/{name}"]


def test_all_problems_of_all_files_come_at_once(workshop):
    found = workshop.problems(
        {
            **SMALL,
            "unit_kinds.yaml": KINDS + "- {slug: third}\n",
            "units.yaml": UNITS.replace("kind: company", "kind: compny"),
            "flows/ask.yaml": FLOW.replace("[reader]", "[redder]"),
            "venues.yaml": "- [\n",
        }
    )
    assert [problem.split(": ")[0] for problem in found] == [
        "small/flows/ask.yaml:10",
        "small/unit_kinds.yaml:3",
        "small/units.yaml:5",
        "small/venues.yaml:2",
    ]


def test_what_a_flow_names_is_checked_together_with_its_shape(workshop):
    flow = (
        FLOW.replace("[reader]", "[redder]").replace("form: ask", "form: asks").replace("result: done", "reslt: done")
    )
    found = workshop.problems({**SMALL, "flows/ask.yaml": flow})
    assert [problem.split(": ")[0] for problem in found] == [f"small/flows/ask.yaml:{line}" for line in (4, 10, 16, 16)]
    assert "asks" in found[0]
    assert "redder" in found[1]


def test_a_pack_of_too_many_files_is_told_so_and_nothing_else(workshop):
    files = {f"forms/f{number}.yaml": FORM for number in range(MAX_FILES + 1)}
    head = HEAD.format(slug="small") + "programme: {name: 试, unit: east}\n"
    assert workshop.problems({**SMALL, **files, "pack.yaml": head}) == ["small: A pack holds at most 200 files."]


def test_a_pack_with_one_mistake_changes_nothing(workshop):
    folder = workshop.write({**SMALL, "flows/ask.yaml": FLOW.replace("[reader]", "[redder]")})
    with pytest.raises(BadPack):
        workshop.load(folder)
    for model in (UnitKind, OrgUnit, FormDefinition, PackItem, AuditEntry):
        assert not model._default_manager.exists()


def test_the_command_prints_every_problem_and_fails(workshop, capsys):
    folder = workshop.write({**SMALL, "unit_kinds.yaml": KINDS + "- {slug: third}\n- {name: x}\n"})
    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("load_pack", str(folder))
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[0] for line in lines] == ["small/unit_kinds.yaml:3", "small/unit_kinds.yaml:4"]


def test_the_command_only_checks_when_asked(workshop, capsys):
    call_command("load_pack", str(workshop.write(SMALL)), check=True)
    assert "in order" in capsys.readouterr().out
    assert not UnitKind.objects.exists()


def test_no_section_writes_ledger_entries(workshop):
    (problem,) = workshop.problems({**SMALL, "ledger.yaml": "- {kind: wish.fulfilled, quantity: 1000}\n"})
    assert problem.startswith("small/ledger.yaml: A pack has no file of this name")


def test_a_published_key_that_changes_is_told_by_the_check_at_its_line(workshop):
    """A pack renamed the key of a published field: --check was content, and loading failed without file or line."""
    workshop.load(workshop.write(SMALL))
    found = workshop.problems({**SMALL, "forms/ask.yaml": FORM.replace("key: a", "key: b")})
    assert "small/forms/ask.yaml:7: This field was published with the key “a”; it cannot become “b”." in found
    found = workshop.problems({**SMALL, "forms/ask.yaml": FORM.replace("id: a", "id: b")})
    assert found == ["small/forms/ask.yaml:7: The key “a” belongs to another field that was published before."]


PEOPLE = (
    "- number: '1'\n  name: 甲乙\n  login: jia\n  home: east\n  appointments: [{role: reader, unit: east}]\n"
    "- {number: '2', name: 乙丙, login: yi}\n"
)
CASES = (
    "- {key: empty, flow: ask, by: guest, hours_ago: 3, answers: {u: mill}}\n"
    "- {key: lost, flow: ask, by: guest, hours_ago: 3, answers: {a: 你好, u: nowhere}}\n"
    "- key: stranger\n  flow: ask\n  by: guest\n  hours_ago: 9\n  answers: {a: 你好, u: mill}\n"
    "  then:\n  - {step: look, by: yi, after_hours: 2, outcome: fine}\n"
)


def test_every_demo_case_that_cannot_be_played_is_told_by_the_check(workshop):
    """A missing answer, a unit that is not offered, a move by a stranger: --check was content with all of them."""
    found = workshop.problems({**SMALL, "demo/people.yaml": PEOPLE, "demo/cases.yaml": CASES})
    assert [problem.rpartition(":")[0].partition(": ")[0] for problem in found] == [
        "small/demo/cases.yaml:1",
        "small/demo/cases.yaml:2",
        "small/demo/cases.yaml:9",
    ]


def test_a_check_leaves_nothing_behind(workshop):
    cases = CASES.splitlines()
    playable = "\n".join(cases[2:]).replace("by: yi", "by: jia")
    assert workshop.problems({**SMALL, "demo/people.yaml": PEOPLE, "demo/cases.yaml": playable}) == []
    assert not any(model.objects.exists() for model in (UnitKind, FormDefinition, User, Case, PackItem, AuditEntry))


def test_a_number_of_another_packs_person_is_told(workshop):
    """Two packs gave the number 1 to different people: the second load ended well, and its login never came."""
    workshop.load(workshop.write({**SMALL, "demo/people.yaml": PEOPLE}), demo=True)
    assert workshop.problems({**SMALL, "demo/people.yaml": PEOPLE}) == []
    found = workshop.problems({"demo/people.yaml": "- {number: '1', name: 丙丁, login: bing}\n"}, slug="other")
    assert found == [
        "other/demo/people.yaml:1: The number “1” exists here already and belongs to somebody else. "
        "Please choose another."
    ]
