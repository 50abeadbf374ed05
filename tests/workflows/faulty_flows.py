"""A hundred and more flows that may not be published, each with the code of its fault; and what is around them."""

from typing import Any

from forms.schema import column_kinds, field_kinds
from tests.workflows.flows import (
    APPROVE,
    FORMS,
    GRID,
    REJECT,
    RETURN,
    approval,
    branch,
    chain,
    claim,
    effect,
    end,
    field,
    fill,
    flow,
    form,
    notice,
    parallel,
    simple,
)
from workflows.publishing import asked_without_condition, privacy_of_fields, required_columns
from workflows.schema import problems

SECRETS = form(
    *FORMS["ask"]["sections"][0]["fields"],
    field("secret", privacy={"level": "sensitive"}),
    field("diary", privacy={"level": "personal"}),
    field("name", privacy={"level": "personal", "mask": "name"}),
)
AROUND: dict[str, Any] = {
    "forms": {
        slug: {
            "kinds": field_kinds(document),
            "always": asked_without_condition(document),
            "privacy": privacy_of_fields(document),
            "columns": column_kinds(document),
            "required_columns": required_columns(document),
        }
        for slug, document in {**FORMS, "ask": SECRETS}.items()
    },
    "effects": {
        "log": {"inputs": {"text": "text"}, "optional": set()},
        "log.claimed": {"inputs": {}, "optional": set()},
        "log.released": {"inputs": {}, "optional": set()},
        "log.one": {"inputs": {}, "optional": set(), "for_one": True},
        "log.withdrawn": {"inputs": {}, "optional": set()},
    },
    "roles": {"community_secretary", "community_deputy", "grid_worker"},
    "unit_kinds": {"community", "district"},
}
BIG = {">": [{"var": "start.value"}, 100]}


def codes(document: Any) -> list[str]:
    return [problem.code for problem in problems(document, **AROUND)]


def without(step: dict[str, Any], name: str) -> dict[str, Any]:
    return {**step, "props": {key: value for key, value in step["props"].items() if key != name}}


def to(target: str) -> dict[str, str]:
    return {"id": "back", "label": "回", "effect": target}


def rows_at(step_id: str, access: dict[str, Any], form: str = "list") -> dict[str, Any]:
    return {**fill(step_id, form=form), "access": access}


def late(*rungs: dict[str, Any], kind: Any = approval, **props: Any) -> dict[str, Any]:
    return flow(kind("a", **props, deadline={"days": 1, "overdue": list(rungs)}))


CLAIMED = {"after": 0, "do": "outcome", "outcome": "claimed"}
WORK = fill("work", {"rule": "claimant", "step": "claim"})


STARTER = {"rule": "starter"}
REMIND = {"after": 0, "do": "remind"}
TAKE = {"after": 0, "do": "outcome", "outcome": "approve"}
NO = {**TAKE, "outcome": "reject"}
FAULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "rungs at the same time": ("rungs_in_order", late(REMIND, REMIND)),
    "a ladder without an end": ("too_many_rungs", late(*({"after": n, "do": "remind"} for n in range(11)))),
    "a rung behind a decision": ("rung_behind_last", late(TAKE, {"after": 1, "do": "remind"})),
    "a rung with what another needs": ("rung_of_other_kind", late({**REMIND, "outcome": "approve"})),
    "a rung with an unknown outcome": ("rung_unknown_outcome", late({**TAKE, "outcome": "maybe"})),
    "a rung that would need a form": ("rung_needs_form", late(TAKE, form="note")),
    "a rung up from nobody's role": ("rung_needs_role", late({"after": 0, "do": "up"}, kind=fill, assignee=STARTER)),
    "an offer that goes on with too few": ("rung_without_least", late(CLAIMED, kind=claim)),
    "an offer that is opened to nobody more": ("widens_never", late({"after": 0, "do": "widen"}, kind=claim)),
    "an offer that is opened to those who may already": (
        "widens_never",
        late({"after": 0, "do": "widen", "claimants": ["organisation"]}, kind=claim),
    ),
    "an offer that is opened to a level that is none": (
        "unknown_level",
        late({"after": 0, "do": "widen", "scope": {"level": "moon"}}, kind=claim),
    ),
    "a decision that is opened to more": (
        "widen_off_claim",
        late({"after": 0, "do": "widen", "claimants": ["team"]}, kind=approval),
    ),
    "more places to be taken than there are": (
        "least_of_places",
        flow(claim(slots=2, least=3, deadline={"days": 1, "overdue": [CLAIMED]})),
    ),
    "enough places, but nothing that asks for it": ("least_without_rung", flow(claim(slots=3, least=2))),
    "several who share a form": ("form_of_many", flow(claim(slots=2, form="note"))),
    "an effect that keeps one of several": ("effect_for_one", flow(claim(slots=2, on_claim="log.one"))),
    "a time in which nothing is to be done": ("hold_without_work", flow(claim(hold={"days": 1}))),
    "a time without days": ("property_missing", flow(claim(hold={"calendar": "working"}), WORK)),
    "no places": ("bad_value", flow(claim(slots=0))),
    "places counted by words": ("rule.result", flow(claim(slots={"var": "start.what"}))),
    "places counted by what nobody asked": ("unknown_field", flow(claim(slots={"var": "start.nothing"}))),
    "a fact that nobody knows of a claimant": ("unknown_field", flow(claim(eligible={"var": "claimant.age"}))),
    "a condition that is none": ("rule.result", flow(claim(eligible={"var": "claimant.hours"}))),
    "a claimant of no kind": (
        "rule.unknown_option",
        flow(claim(eligible={"==": [{"var": "claimant.kind"}, "robot"]})),
    ),
    "an offer that goes up": ("rung_on_claim", late({"after": 0, "do": "up"}, kind=claim)),
    "a rung that would need a reason": (
        "rung_needs_comment",
        flow(approval("a", APPROVE, {**REJECT, "comment": "required"}, deadline={"days": 1, "overdue": [NO]})),
    ),
    "an id with a capital": ("bad_id", flow(fill("Bad"))),
    "an id with two underscores": ("bad_id", flow(fill("a__b"))),
    "the id start": ("reserved_id", flow(fill("start"))),
    "an id used twice": ("duplicate_id", flow(fill("a"), parallel("p", [fill("a")], [fill("b")]))),
    "an unknown kind": ("unknown_kind", flow({"id": "a", "kind": "magic"})),
    "an unknown property": ("unknown_property", flow(fill("a", colour="red"))),
    "an unknown property of the step": ("unknown_property", flow({**fill("a"), "colour": "red"})),
    "nobody to do it": ("property_missing", flow({"id": "a", "kind": "form", "props": {}})),
    "an unknown rule": ("unknown_rule", flow(fill("a", {"rule": "oracle"}))),
    "a rule without its parameter": ("property_missing", flow(fill("a", {"rule": "role"}))),
    "an unknown role": ("unknown_role", flow(fill("a", {"rule": "role", "roles": ["king"]}))),
    "an unknown level": ("unknown_level", flow(fill("a", {**GRID, "level": "planet"}))),
    "an unknown form": ("unknown_form", flow(fill("a", form="nothing"))),
    "an unknown starting form": ("unknown_form", flow(fill("a"), form="nothing")),
    "a unit from a text": ("start_field", flow(fill("a"), unit_from="what")),
    "no outcomes": ("outcomes_missing", flow({**approval("a"), "outcomes": []})),
    "an unknown effect of an outcome": ("bad_outcome_effect", flow(approval("a", to("fly")))),
    "a return to nowhere": ("back_unknown", flow(approval("a", APPROVE, to("return:b")))),
    "a return forwards": ("back_not_earlier", flow(approval("a", APPROVE, to("return:b")), fill("b"))),
    "a return to itself": ("back_not_earlier", flow(approval("a", APPROVE, to("again:a")))),
    "a return beside": (
        "back_sibling",
        flow(parallel("p", [fill("x")], [approval("y", APPROVE, to("return:x"))])),
    ),
    "a return into a block": (
        "back_into_block",
        flow(parallel("p", [fill("x")], [fill("y")]), approval("z", APPROVE, to("return:x"))),
    ),
    "two defaults": (
        "one_default",
        flow(
            {
                "id": "b",
                "kind": "branch",
                "branches": [{"id": "x", "default": True, "steps": []}, {"id": "y", "default": True, "steps": []}],
            }
        ),
    ),
    "a condition on what is never asked": (
        "unknown_field",
        flow(branch("b", {"var": "start.nothing"}, [fill("x")], [])),
    ),
    "a condition on what another arm asks": (
        "not_asked_before",
        flow(branch("b", BIG, [fill("x")], []), branch("c", {"==": [{"var": "x.remark"}, "1"]}, [], [])),
    ),
    "a condition that compares unlike things": (
        "rule.unlike",
        flow(branch("b", {">": [{"var": "start.what"}, 3]}, [], [])),
    ),
    "a condition that is no question": ("rule.result", flow(branch("b", {"var": "start.what"}, [], []))),
    "a step behind the end": ("unreachable", flow(end("e", "done"), fill("a"))),
    "a step that no outcome leads to": ("unreachable", flow(approval("a", REJECT, RETURN), fill("b"))),
    "a claimant without a claim": ("claim_needed", flow(fill("a", {"rule": "claimant", "step": "claim"}))),
    "a claimant of one arm": (
        "claim_needed",
        flow(branch("b", BIG, [claim()], []), fill("a", {"rule": "claimant", "step": "claim"})),
    ),
    "a guest without a code": ("guest_needs_code", flow(fill("a", {"rule": "guest"}))),
    "a member who is chosen in a text": ("not_a_member", flow(fill("a", {"rule": "member", "field": "start.what"}))),
    "a team that is chosen in a text": ("not_a_team", flow(fill("a", {"rule": "team_head", "field": "start.what"}))),
    "a text that keeps somebody out": ("not_a_member", flow(fill("a", not_same_as=["start.what"]))),
    "names for whoever comes along": ("needs_login", flow(fill("a"), form="people", who="anyone")),
    "names for the guest": ("needs_login", flow(fill("a", {"rule": "guest"}, form="people"), status_code=True)),
    "an unknown effect": ("unknown_effect", flow(effect("e", "magic"))),
    "an effect without its input": ("input_missing", flow(effect("e", "log"))),
    "an effect with a strange input": ("unknown_input", flow(effect("e", "log", text="a", other="b"))),
    "an effect that reads what comes later": (
        "not_asked_before",
        flow(effect("e", "log", text={"var": "a.remark"}), fill("a")),
    ),
    "an effect that needs inputs at a claim": ("effect_needs_inputs", flow(claim(on_claim="log"))),
    "a wait without an end": ("wait_days_or_until", flow({"id": "w", "kind": "wait", "props": {}})),
    "a wait until a text": (
        "rule.result",
        flow({"id": "w", "kind": "wait", "props": {"until": {"var": "start.what"}}}),
    ),
    "a separation from what comes later": ("not_same_as_later", flow(fill("a", not_same_as=["b"]), fill("b"))),
    "a separation from nothing": ("unknown_step", flow(fill("a", not_same_as=["zzz"]))),
    "a starter kept from what only the starter does": (
        "separation_never",
        flow(fill("a", {"rule": "starter"}, not_same_as=["start"])),
    ),
    "two steps of the starter that must be apart": (
        "separation_never",
        flow(fill("a", {"rule": "starter"}), fill("b", {"rule": "starter"}, not_same_as=["a"])),
    ),
    "a parallel branch without steps": ("empty_branch", flow(parallel("p", [], [fill("a")]))),
    "a quorum without a number": ("property_missing", flow(approval("a", mode="quorum"))),
    "access to an unknown field": ("unknown_field", flow({**fill("a"), "access": {"start.nothing": "mask"}})),
    "access to an unknown column": ("unknown_field", flow(rows_at("a", {"needs.nothing": "mask"}))),
    "access to an unknown earlier column": (
        "unknown_field",
        flow(rows_at("a", {}), rows_at("b", {"a.needs.nothing": "mask"})),
    ),
    "access by a name of two things": (
        "access_unclear",
        flow(rows_at("needs", {}, form="costs"), rows_at("b", {"needs.cost": "read"})),
    ),
    "rights on a field": ("rights_without_rows", flow(rows_at("a", {"remark": "add"}))),
    "rights on rows of an earlier step": (
        "rights_without_rows",
        flow(rows_at("a", {}), rows_at("b", {"a.needs": "change"})),
    ),
    "a right that is none": ("bad_access", flow(rows_at("a", {"needs": "add+burn"}))),
    "a right twice": ("bad_access", flow(rows_at("a", {"needs": "add+add"}))),
    "rows where a state is wanted": ("bad_access", flow(rows_at("a", {"needs": ["add"]}))),
    "a required column that nobody can fill in": (
        "column_never_asked",
        flow(rows_at("a", {"needs": "add", "needs.what": "hide"})),
    ),
    "a group on a notice, with what is nobody's business": (
        "not_for_the_public",
        flow(rows_at("a", {}), notice(shows=["a.needs"])),
    ),
    "a secret column copied": (
        "sensitive_copied",
        flow(rows_at("a", {}), effect("e", "log", text={"var": "a.needs.secret"})),
    ),
    "a column compared as if it were one value": (
        "rule.unlike",
        flow(rows_at("a", {}), branch("b", {">": [{"var": "a.needs.cost"}, 5]}, [fill("c")], [])),
    ),
    "a strange access": ("bad_access", flow({**fill("a"), "access": {"start.what": "burn"}})),
    "a deadline without days": ("property_missing", flow(fill("a", deadline={"calendar": "working"}))),
    "a deadline of a thousand years": ("bad_count", flow(fill("a", deadline={"days": 365000}))),
    "a notice without outcomes": ("outcomes_missing", flow({**notice(), "outcomes": []})),
    "a notice with the outcome of nobody": ("reserved_id", flow(notice({"id": "none", "label": "无"}))),
    "a notice without a window": ("property_missing", flow(without(notice(), "days"))),
    "a notice that nobody decides on": ("property_missing", flow(without(notice(), "assignee"))),
    "a notice that shows nothing": ("bad_value", flow(notice(shows=[]))),
    "a notice of what comes later": ("not_asked_before", flow(notice(shows=["a.remark"]), fill("a"))),
    "a notice of what one arm asks": (
        "not_asked_before",
        flow(branch("b", BIG, [fill("x")], []), notice(shows=["x.remark"])),
    ),
    "a notice of what is sensitive": ("not_for_the_public", flow(notice(shows=["start.secret"]))),
    "an effect that is told what is sensitive": (
        "sensitive_copied",
        flow(effect("post", "log", text={"var": "start.secret"})),
    ),
    "a title that is sensitive": ("sensitive_copied", flow(approval("a"), title_from="secret")),
    "a notice of a person without a mask": ("not_for_the_public", flow(notice(shows=["start.diary"]))),
    "a notice that goes back to itself": ("back_not_earlier", flow(notice(to("again:posted")))),
    "a skip that cannot go on": ("skip_without_outcome", flow(fill("x"), approval("a", REJECT, when_self="skip"))),
    "a skip that leaves answers out": ("skip_with_form", flow(approval("a", form="note", when_again="skip"))),
    "a skip among those who sign in turn": ("skip_in_turn", flow(approval("a", mode="in_turn", when_self="skip"))),
    "a policy for whoever is kept out": (
        "self_kept_out",
        flow(approval("a", not_same_as=["start"], when_self="above")),
    ),
    "a stand-in with an unknown role": (
        "unknown_role",
        flow(approval("a", when_nobody={"rule": "role", "roles": ["king"]})),
    ),
    "too many steps": ("too_many_steps", chain(301)),
    "a small prefix": ("bad_prefix", {**simple(), "prefix": "xy"}),
    "another format": ("unknown_format", {**simple(), "v": 2}),
    "no steps": ("steps_missing", flow()),
}
