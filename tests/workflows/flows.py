"""Flow and form documents for the tests, smallest first; `wish` is the whole journey with invented effects."""

from copy import deepcopy
from typing import Any


def field(key: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"id": key, "key": key, "kind": kind, "label": key, **more}


def form(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"v": 1, "sections": [{"id": "main", "title": "表", "fields": list(fields)}]}


FORMS = {
    "ask": form(
        field("what", required=True),
        field("value", "integer"),
        field("where", "unit"),
        field("mail", "email"),
        field("day", "date"),
        field("phone", "phone"),
    ),
    "note": form(field("remark", required=True)),
    "list": form(
        field(
            "needs",
            "group",
            fields=[
                field("what", required=True),
                field("cost", "money"),
                field("contact", "phone"),
                field("secret", privacy={"level": "sensitive"}),
            ],
        ),
        field("remark"),
    ),
    "costs": form(field("cost", "money")),
    "people": form(field("what", required=True), field("who", "member"), field("team", "team")),
}
APPROVE = {"id": "approve", "label": "通过", "effect": "continue"}
REJECT = {"id": "reject", "label": "驳回", "effect": "end:rejected"}
RETURN = {"id": "return", "label": "退回", "effect": "return:start"}
SECRETARY = {"rule": "role", "roles": ["community_secretary"]}
DEPUTY = {"rule": "role", "roles": ["community_deputy"]}
GRID = {"rule": "role", "roles": ["grid_worker"]}


def flow(*steps: dict[str, Any], **start: Any) -> dict[str, Any]:
    begin = {"kind": "manual", "who": "anyone", "form": "ask", "title_from": "what", **start}
    return deepcopy({"v": 1, "prefix": "T", "start": begin, "steps": list(steps)})


def approval(step_id: str, *outcomes: dict[str, Any], assignee: Any = None, **props: Any) -> dict[str, Any]:
    props = {"assignee": assignee or SECRETARY, **props}
    return {"id": step_id, "kind": "approval", "props": props, "outcomes": list(outcomes or (APPROVE, REJECT))}


def fill(step_id: str, assignee: Any = None, **props: Any) -> dict[str, Any]:
    props = {"assignee": assignee or SECRETARY, "form": "note", **props}
    return {"id": step_id, "kind": "form", "props": props}


def parallel(step_id: str, *branches: list[dict[str, Any]]) -> dict[str, Any]:
    numbered = [{"id": f"b{number}", "steps": steps} for number, steps in enumerate(branches)]
    return {"id": step_id, "kind": "parallel", "branches": numbered}


def branch(step_id: str, when: Any, steps: list[dict[str, Any]], default: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": step_id,
        "kind": "branch",
        "branches": [{"id": "hit", "when": when, "steps": steps}, {"id": "other", "default": True, "steps": default}],
    }


def effect(step_id: str, name: str, **inputs: Any) -> dict[str, Any]:
    return {"id": step_id, "kind": "effect", "props": {"effect": name, "inputs": inputs}}


def end(step_id: str, result: str) -> dict[str, Any]:
    return {"id": step_id, "kind": "end", "props": {"result": result}}


def claim(step_id: str = "claim", **props: Any) -> dict[str, Any]:
    given = {"claimants": ["organisation"], "scope": {"level": "district"}, **props}
    return {"id": step_id, "kind": "claim", "props": given}


KEEP = {"id": "dismissed", "label": "异议不成立", "effect": "continue"}
BACK = {"id": "corrected", "label": "退回更正", "effect": "return:start", "comment": "required"}
STOP = {"id": "upheld", "label": "异议成立", "effect": "end:declined", "comment": "required"}


def notice(*outcomes: dict[str, Any], **props: Any) -> dict[str, Any]:
    given = {
        "days": 5,
        "subject": "{{ flow.title }} {{ case.number }} 公示",
        "shows": ["start.what"],
        "assignee": SECRETARY,
        **props,
    }
    return {"id": "posted", "kind": "notice", "props": given, "outcomes": list(outcomes or (KEEP, BACK, STOP))}


def simple() -> dict[str, Any]:
    return flow(approval("review"))


def wish() -> dict[str, Any]:
    return flow(
        approval(
            "verify",
            {"id": "verified", "label": "属实", "effect": "continue"},
            {"id": "back", "label": "退回补正", "effect": "return:start", "comment": "required"},
            {"id": "decline", "label": "不予受理", "effect": "end:declined", "comment": "required"},
            assignee={"rule": "role", "roles": ["grid_worker", "community_deputy"], "level": "community"},
            deadline={"days": 3, "calendar": "working", "repeat_days": 1},
        ),
        approval("approve", not_same_as=["verify"], form="note"),
        effect("post", "log", text={"var": "approve.remark"}),
        claim(on_claim="log.claimed", on_release="log.released", deadline={"days": 7, "calendar": "calendar"}),
        fill("fulfil", {"rule": "claimant", "step": "claim"}),
        {
            "id": "confirm",
            "kind": "form",
            "props": {"assignee": {"rule": "guest"}},
            "outcomes": [
                {"id": "yes", "label": "已实现", "effect": "continue"},
                {"id": "not_yet", "label": "还没有", "effect": "again:fulfil"},
            ],
        },
        {"id": "tell", "kind": "notify", "props": {"to": ["starter", "claimant"], "subject": "好 {{ case.number }}"}},
        end("done", "fulfilled"),
        status_code=True,
        unit_from="where",
        guest_email_from="mail",
        on_withdraw="log.withdrawn",
    )


def chain(length: int) -> dict[str, Any]:
    return flow(*(approval(f"s{number}") for number in range(length)))
