"""What the cards of flows look like, in which groups they are offered, and what a new one holds."""

from typing import Any

from django.utils.translation import gettext_lazy as _

ICONS = {
    "form": "form",
    "approval": "check",
    "score": "order",
    "claim": "pick",
    "notice": "glasses",
    "branch": "resubmit",
    "parallel": "list-ul",
    "wait": "time",
    "subcase": "doc-full-inverse",
    "effect": "cogs",
    "notify": "mail",
    "end": "crosshairs",
}
GROUPS = [
    (_("People act"), ["form", "approval", "score", "claim", "notice"]),
    (_("By itself"), ["effect", "notify", "wait", "subcase"]),
    (_("Which way"), ["branch", "parallel", "end"]),
]
DEFAULTS: dict[str, dict[str, Any]] = {
    "form": {"props": {"assignee": {"rule": "starter"}}},
    "approval": {
        "props": {"assignee": {"rule": "role", "roles": []}},
        "outcomes": [
            {"id": "agree", "label": _("Agree"), "effect": "continue"},
            {"id": "decline", "label": _("Do not agree"), "effect": "end:declined", "comment": "required"},
        ],
    },
    "score": {
        "props": {
            "assignee": {"rule": "role", "roles": []},
            "criteria": [{"id": "criterion_1", "label": _("Overall impression"), "max": 100}],
        }
    },
    "claim": {"props": {"claimants": ["organisation"]}},
    "notice": {
        "props": {"days": 5, "calendar": "working", "assignee": {"rule": "role", "roles": []}},
        "outcomes": [
            {"id": "stands", "label": _("The objection does not hold"), "effect": "continue", "comment": "required"},
            {"id": "upheld", "label": _("The objection holds"), "effect": "end:declined", "comment": "required"},
        ],
    },
    "wait": {"props": {"days": 1, "calendar": "working"}},
    "subcase": {"props": {"wait": True}},
    "notify": {"props": {"to": ["starter"]}},
    "end": {"props": {"result": "done"}},
}
