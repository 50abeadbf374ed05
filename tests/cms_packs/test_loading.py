"""Loading: what a pack brings arrives once, changes follow, edits made here stay, and errors leave nothing behind."""

from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from wagtail.models import GroupPagePermission

from cms.packs.loading import load_pack
from cms.packs.problems import BadPack
from core.actors import SYSTEM, Actor
from core.audit.models import AuditEntry
from core.exceptions import NotAllowed
from core.ledger.models import LedgerEntry, Metric, OpeningBalance
from core.management.commands import up
from core.people.models import OrgUnit, UnitKind, User
from core.people.services import change_unit
from core.programme.models import Programme, Theme, ThemePeriod, WorkDay
from forms.models import FormDefinition, FormVersion
from tests.cms_packs.conftest import FLOW, FORM, HEAD, NOW, SMALL, UNITS
from workflows.models import FlowDefinition, FlowVersion


def counts(loaded) -> dict[str, int]:
    """The tallies of a load, added up."""
    tallies = [tally for _pack, _title, tally in loaded.sections]
    return {
        "created": sum(tally.created for tally in tallies),
        "changed": sum(tally.changed for tally in tallies),
        "kept": sum(len(tally.kept) for tally in tallies),
    }


def test_everything_in_a_pack_arrives(workshop):
    workshop.load(workshop.write(SMALL))
    assert OrgUnit.objects.get(slug="mill").get_parent().slug == "east"
    assert UnitKind.objects.get(pk="company").is_organisation
    balance = OpeningBalance.objects.get()
    assert (balance.metric.slug, balance.unit.slug, int(balance.value), balance.qualifier) == (
        "sessions",
        "east",
        12,
        "余",
    )
    assert FormVersion.objects.get().definition.slug == "ask"
    assert FlowVersion.objects.get().slug == "ask"
    assert AuditEntry.objects.get(verb="pack.loaded").object_id == "small"
    assert not LedgerEntry.objects.exists()


def test_loading_twice_changes_nothing(workshop):
    folder = workshop.write(SMALL)
    workshop.load(folder)
    before = AuditEntry.objects.count()
    assert counts(workshop.load(folder)) == {"created": 0, "changed": 0, "kept": 0}
    assert (FormVersion.objects.count(), FlowVersion.objects.count(), OrgUnit.objects.count()) == (1, 1, 2)
    assert AuditEntry.objects.count() == before + 1  # that the pack was loaded again


def test_what_the_pack_changed_follows(workshop):
    workshop.load(workshop.write(SMALL))
    changed = {
        **SMALL,
        "units.yaml": UNITS.replace("东街道", "东城街道"),
        "forms/ask.yaml": FORM.replace("说吧", "请说"),
    }
    assert counts(workshop.load(workshop.write(changed))) == {"created": 0, "changed": 2, "kept": 0}
    assert OrgUnit.objects.get(slug="east").name == "东城街道"
    newest = FormVersion.objects.get(number=2)
    assert FlowVersion.objects.get(number=2).forms == {"ask": newest.pk}  # the flow uses the form's new version


def test_the_periods_of_a_theme_arrive_once_and_follow_the_pack(workshop):
    theme = "- slug: green\n  name: 绿\n  colour: green\n  periods:\n"
    fixed = "  - {slug: y2016, name: 三季度, focus: 文明交通, since: 2016-07-01, until: 2016-09-30}\n"
    yearly = (
        "  - {slug: q4, name: 四季度, focus: 过冬, since: this-10-01, until: this-12-31, service_day: this-12-05}\n"
    )
    head = HEAD.format(slug="small") + "programme: {name: 四季, unit: east}\n"
    folder = workshop.write({**SMALL, "pack.yaml": head, "themes.yaml": theme + fixed + yearly})
    workshop.load(folder)
    assert counts(workshop.load(folder)) == {"created": 0, "changed": 0, "kept": 0}
    year = timezone.localdate().year
    found = [(row.slug, row.since.year, row.service_day) for row in ThemePeriod.objects.order_by("since")]
    assert found == [("y2016", 2016, None), (f"q4-{year}", year, date(year, 12, 5))]
    changed = theme + fixed.replace("文明交通", "路口") + yearly
    assert counts(workshop.load(workshop.write({**SMALL, "pack.yaml": head, "themes.yaml": changed})))["changed"] == 1
    assert ThemePeriod.objects.get(slug="y2016").focus == {"zh-hans": "路口"}


def test_what_was_edited_here_stays_and_is_told(workshop):
    folder = workshop.write(SMALL)
    workshop.load(folder)
    change_unit(actor=SYSTEM, unit=OrgUnit.objects.get(slug="east"), changes={"name": "东门街道"}, now=NOW)
    loaded = workshop.load(folder)
    assert [tally.kept for _pack, _title, tally in loaded.sections if tally.kept] == [["east"]]
    assert OrgUnit.objects.get(slug="east").name == "东门街道"


def test_the_pack_wins_where_it_changed_what_was_edited_here(workshop):
    workshop.load(workshop.write(SMALL))
    change_unit(actor=SYSTEM, unit=OrgUnit.objects.get(slug="east"), changes={"name": "东门街道"}, now=NOW)
    workshop.load(workshop.write({**SMALL, "units.yaml": UNITS.replace("东街道", "东城街道")}))
    assert OrgUnit.objects.get(slug="east").name == "东城街道"


def test_what_leaves_the_pack_is_not_deleted(workshop):
    workshop.load(workshop.write(SMALL))
    workshop.load(workshop.write({**SMALL, "units.yaml": "- {slug: east, name: 东街道, kind: street}\n"}))
    assert OrgUnit.objects.filter(slug="mill").exists()


def test_desk_rights_of_a_role_follow_the_pack(workshop):
    role = "- slug: clerk\n  name: 干事\n  desk: {{permissions: [{codes}], pages: [{pages}]}}\n"
    roles = SMALL["roles.yaml"] + role.format(codes="wagtailadmin.access_admin, core.view_member", pages="add")
    workshop.load(workshop.write({**SMALL, "roles.yaml": roles}))
    group = Group.objects.get(role__slug="clerk")
    assert group.name == "干事"
    assert set(group.permissions.values_list("codename", flat=True)) == {"access_admin", "view_member"}
    fewer = SMALL["roles.yaml"] + role.format(codes="wagtailadmin.access_admin", pages="add, publish")
    assert counts(workshop.load(workshop.write({**SMALL, "roles.yaml": fewer})))["changed"] == 1
    assert set(group.permissions.values_list("codename", flat=True)) == {"access_admin"}
    assert GroupPagePermission.objects.filter(group=group).count() == 2


def test_a_programme_with_themes_and_calendar_arrives(workshop):
    head = HEAD.format(slug="small") + "programme: {name: 试验, tagline: 试一试, unit: east}\n"
    files = {
        **SMALL,
        "pack.yaml": head,
        "themes.yaml": "- {slug: leaf, name: 叶, colour: green}\n",
        "calendar.yaml": "years: [this]\ndays:\n- {date: 2026-05-13, working: false, name: 停电}\n",
    }
    workshop.load(workshop.write(files))
    programme = Programme.objects.get()
    assert (programme.slug, str(programme.unit), programme.pack_version) == ("small", "东街道", "1")
    assert Theme.objects.get().colour == "green"
    assert WorkDay.objects.get(pk="2026-05-13").name == "停电"
    assert WorkDay.objects.filter(date__year=2026).count() > 10
    assert counts(workshop.load(workshop.write(files))) == {"created": 0, "changed": 0, "kept": 0}


EXTENSION = """extends: ask
prefix: ZZ
change:
  look:
    name: 仔细看
    props: {help: 慢慢看。}
insert:
- after: look
  step:
    id: again
    kind: approval
    name: 再看
    props:
      assignee: {rule: role, roles: [reader], unit: case}
      not_same_as: [look]
    outcomes:
    - {id: fine, label: 好, effect: continue}
"""
BIG = 'schema: 1\nslug: big\nversion: "1"\nname: 大包\nrequires: [small]\n'


def test_a_pack_changes_the_flow_of_a_pack_that_it_requires(workshop):
    small = workshop.write(SMALL)
    big = workshop.write({"pack.yaml": BIG, "flows/ask.yaml": EXTENSION}, slug="big")
    workshop.load(small)
    workshop.load(big)
    document = FlowVersion.objects.get(number=2).document
    assert [step["id"] for step in document["steps"]] == ["look", "again", "done"]
    assert document["steps"][0]["name"] == "仔细看"
    assert document["steps"][0]["props"]["assignee"]["roles"] == ["reader"]
    assert document["prefix"] == "ZZ"
    assert counts(workshop.load(small)) == {"created": 0, "changed": 0, "kept": 0}  # the extension stays in force
    assert counts(workshop.load(big)) == {"created": 0, "changed": 0, "kept": 0}


def test_a_flow_of_another_pack_is_not_dropped_in_silence_but_refused(workshop):
    workshop.load(workshop.write(SMALL))
    head = 'schema: 1\nslug: other\nversion: "1"\nname: 别的包\n'
    found = workshop.problems({"pack.yaml": head, "flows/ask.yaml": FLOW}, slug="other")
    assert found == [
        "other/flows/ask.yaml:1: The code “ask” is used already, by the pack small. Every code is used once."
    ]


def test_two_packs_cannot_extend_the_same_flow_in_turn(workshop):
    workshop.write(SMALL)
    workshop.load(workshop.write({"pack.yaml": BIG, "flows/ask.yaml": EXTENSION}, slug="big"))
    huge = {"pack.yaml": BIG.replace("big", "huge"), "flows/ask.yaml": EXTENSION.replace("ZZ", "YY")}
    found = workshop.problems(huge, slug="huge")
    assert found == [
        "huge/flows/ask.yaml:1: The pack big, which is loaded here, extends the flow “ask” already; only one pack can."
    ]


def test_an_extension_can_be_extended_and_loading_it_again_changes_nothing(workshop):
    workshop.write(SMALL)
    big = workshop.write({"pack.yaml": BIG, "flows/ask.yaml": EXTENSION}, slug="big")
    head = BIG.replace("big", "huge").replace("[small]", "[big]")
    huge = workshop.write({"pack.yaml": head, "flows/ask.yaml": "extends: ask\nprefix: YY\n"}, slug="huge")
    workshop.load(huge)
    for pack in (huge, big, workshop.root / "small"):
        assert counts(workshop.load(pack)) == {"created": 0, "changed": 0, "kept": 0}
    assert FlowVersion.objects.latest("pk").document["prefix"] == "YY"


def test_a_flow_of_a_pack_that_is_not_required_cannot_be_extended(workshop):
    workshop.load(workshop.write(SMALL))
    head = BIG.replace("requires: [small]\n", "")
    found = workshop.problems({"pack.yaml": head, "flows/ask.yaml": EXTENSION}, slug="big")
    assert found == ["big/flows/ask.yaml:1: The flow “ask” is not of a pack that this one names under “requires”."]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("extends: ask\nchange:\n  lok: {name: x}\n", 3, "no step “lok”. Did you mean “look”?"),
        ("extends: ask\nchange:\n  look:\n    kind: form\n", 4, "“kind” of a step cannot be changed"),
        ("extends: ask\nremove: [absent]\n", 2, "no step “absent”"),
        ("extends: ask\ninsert:\n- {after: look}\n", 3, "“after” or “before”"),
        ("extends: ask\nchange:\n  look:\n    props:\n      assignee: {rule: role, roles: [ghost]}\n", 5, "ghost"),
        (EXTENSION.replace("[look]", "[done]"), 15, "done"),
    ],
)
def test_a_mistake_in_an_extension_is_told_at_its_line(workshop, content, line, words):
    workshop.write(SMALL)
    found = workshop.problems({"pack.yaml": BIG, "flows/ask.yaml": content}, slug="big")
    assert any(problem.startswith(f"big/flows/ask.yaml:{line}: ") and words in problem for problem in found), found


def test_two_packs_cannot_bring_the_same_unit(workshop):
    workshop.load(workshop.write(SMALL))
    found = workshop.problems({"units.yaml": "- {slug: east, name: 东, kind: street}\n"}, slug="other")
    assert found == ["other/units.yaml:1: The code “east” is used already, by the pack small. Every code is used once."]


def test_whoever_may_not_do_it_cannot_load_it_either(workshop):
    user = User.objects.create_user("nobody")
    with pytest.raises(NotAllowed):
        workshop.load(workshop.write(SMALL), actor=Actor(user=user))
    assert not UnitKind.objects.exists()


def test_the_command_can_act_as_a_login(workshop):
    User.objects.create_superuser("boss")
    call_command("load_pack", str(workshop.write(SMALL)), username="boss", verbosity=0)
    assert AuditEntry.objects.filter(verb="pack.loaded", actor__username="boss").count() == 1
    with pytest.raises(CommandError, match="no active login"):
        call_command("load_pack", str(workshop.write(SMALL)), username="ghost")


def test_the_command_says_what_it_did(workshop, capsys):
    folder = workshop.write(SMALL)
    call_command("load_pack", str(folder))
    assert capsys.readouterr().out.splitlines()[-1] == "9 new, 0 changed, 0 as before, 0 kept as edited"
    call_command("load_pack", str(folder))
    assert capsys.readouterr().out.splitlines()[-1] == "0 new, 0 changed, 9 as before, 0 kept as edited"


def test_the_command_names_what_it_kept_as_edited_here(workshop, capsys):
    folder = workshop.write(SMALL)
    call_command("load_pack", str(folder), verbosity=0)
    change_unit(actor=SYSTEM, unit=OrgUnit.objects.get(slug="east"), changes={"name": "东门街道"}, now=NOW)
    call_command("load_pack", str(folder))
    assert "    kept as edited here: east" in capsys.readouterr().out.splitlines()


DEMO = {
    **SMALL,
    "demo/people.yaml": "- number: '1'\n  name: 甲乙\n  login: jia\n  home: east\n"
    "  appointments: [{role: reader, unit: east}]\n",
    "demo/cases.yaml": "- key: first\n  flow: ask\n  by: guest\n  hours_ago: 30\n  answers: {a: 你好, u: mill}\n"
    "  then:\n  - {step: look, by: jia, after_hours: 2, outcome: fine}\n",
}


def test_demo_data_comes_only_when_asked_for(workshop):
    folder = workshop.write(DEMO)
    workshop.load(folder)
    assert not User.objects.exists()
    workshop.load(folder, demo=True)
    assert User.objects.get().check_password("pugongying2026")
    assert FlowVersion.objects.get().case_set.get().result == "done"
    assert counts(workshop.load(folder, demo=True)) == {"created": 0, "changed": 0, "kept": 0}


def test_production_refuses_demo_data(workshop, settings):
    settings.DANDELION_DEMO = False
    folder = workshop.write(DEMO)
    with pytest.raises(CommandError, match="never loaded in production"):
        call_command("load_pack", str(folder), demo=True)
    assert not UnitKind.objects.exists()


def test_a_demo_move_that_the_flow_refuses_is_told_and_undoes_the_whole_load(workshop):
    people = DEMO["demo/people.yaml"] + "- {number: '2', name: 乙丙, login: yi}\n"
    wrong = {
        **DEMO,
        "demo/people.yaml": people,
        "demo/cases.yaml": DEMO["demo/cases.yaml"].replace("by: jia, after", "by: yi, after"),
    }
    with pytest.raises(BadPack) as error:
        workshop.load(workshop.write(wrong), demo=True)
    assert [(problem.file, problem.line) for problem in error.value.problems] == [("small/demo/cases.yaml", 7)]
    for model in (UnitKind, FormDefinition, FlowDefinition, User, Metric):
        assert not model._default_manager.exists()


def test_progress_is_told_after_each_section(workshop):
    told = []
    load_pack(
        workshop.write({"unit_kinds.yaml": SMALL["unit_kinds.yaml"], "roles.yaml": SMALL["roles.yaml"]}),
        actor=SYSTEM,
        now=NOW,
        progress=lambda pack, title, tally: told.append((pack, str(title), tally.created)),
    )
    assert told == [("small", "Kinds of units", 2), ("small", "Roles", 1)]


def test_a_flow_can_be_replaced_by_an_administrators_edit_without_losing_it(workshop):
    folder = workshop.write(SMALL)
    workshop.load(folder)
    definition = FlowDefinition.objects.get()
    definition.document = {**definition.document, "prefix": "HM"}
    definition.save()
    loaded = workshop.load(folder)
    assert counts(loaded)["kept"] == 1
    assert FlowDefinition.objects.get().document["prefix"] == "HM"
    workshop.load(workshop.write({**SMALL, "flows/ask.yaml": FLOW.replace("prefix: WY", "prefix: NW")}))
    assert FlowVersion.objects.get(number=2).document["prefix"] == "NW"


def test_a_login_that_is_taken_is_told_at_its_line(workshop):
    User.objects.create_user("jia")
    with pytest.raises(BadPack) as error:
        workshop.load(workshop.write(DEMO), demo=True)
    assert [str(problem) for problem in error.value.problems] == [
        "small/demo/people.yaml:3: "
        "The login “jia” exists here already and belongs to somebody else. Please choose another."
    ]


def test_a_demo_answer_that_the_form_refuses_names_its_field(workshop):
    cases = DEMO["demo/cases.yaml"].replace("u: mill", "u: nowhere")
    with pytest.raises(BadPack) as error:
        workshop.load(workshop.write({**DEMO, "demo/cases.yaml": cases}), demo=True)
    (problem,) = error.value.problems
    assert (problem.file, problem.line) == ("small/demo/cases.yaml", 5)
    assert str(problem.sentence).startswith("u: ")


def test_an_unprepared_database_is_told_in_a_sentence(workshop):
    MigrationRecorder.Migration.objects.filter(app="cms").delete()
    with pytest.raises(CommandError, match="not prepared yet"):
        call_command("load_pack", str(workshop.write(SMALL)), check=True)


def accounts_told(capsys) -> str:
    up.Command()._say_accounts()
    return str(capsys.readouterr().out)


def test_starting_tells_the_accounts_of_the_pack_that_is_loaded_and_no_other(workshop, capsys, monkeypatch):
    monkeypatch.setenv("DANDELION_VAR", "my var")
    accounts = "- {username: jia, role: 读者, note: 读一读}\n"
    workshop.load(workshop.write({**DEMO, "demo/accounts.yaml": accounts}), demo=True)
    told = accounts_told(capsys)
    assert "jia          读一读" in told
    assert "wanggexia" not in told
    # This pack brings no administrator; the line makes one where this installation looks for it.
    assert "DANDELION_VAR='my var' .venv/bin/python manage.py createsuperuser" in told


def test_starting_tells_no_accounts_of_a_pack_loaded_without_demo(workshop, capsys):
    User.objects.create_superuser("boss")
    workshop.load(workshop.write({**DEMO, "demo/accounts.yaml": "- {username: jia, role: 读者}\n"}))
    assert accounts_told(capsys) == ""
