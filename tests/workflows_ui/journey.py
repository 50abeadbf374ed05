"""A wish as the tests of the pages drive it: the flow, its forms, and a browser per person."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse

from core.actors import SYSTEM
from forms.models import FormDefinition
from forms.services import publish_form
from tests.cast import NOW, Cast
from workflows import services
from workflows.models import Case, FlowDefinition, Task

# Values that must never reach a page of the guest; the tests grep for them.
NAME, PHONE, DOOR, INCOME = "吴秀兰甲乙", "13912345678", "乐都路88弄12号301室", "低保户证号77012"
TITLE = "想有人每周来读一次报纸"


def question(key: str, kind: str = "text", level: str = "internal", **more: Any) -> dict[str, Any]:
    return {"id": key, "key": key, "kind": kind, "label": more.pop("label", key), "privacy": {"level": level}, **more}


def form(*questions: dict[str, Any]) -> dict[str, Any]:
    return {"v": 1, "sections": [{"id": "main", "title": "登记", "fields": list(questions)}]}


FORMS: dict[str, Any] = {
    "ui_wish": form(
        question("text", label="心愿", required=True, max_length=60),
        question("name", level="personal", label="受益人", required=True),
        question("phone", "phone", level="personal", label="电话", required=True),
        question("door", level="personal", label="门牌"),
        question("income", level="sensitive", label="困难情况"),
        question("where", "unit", label="社区", required=True),
    ),
    "ui_verify": form(
        question("public_text", "long_text", level="public", label="公开的文字", required=True),
        question("visit", label="上门情况"),
        question("hidden_note", label="内部记号"),
    ),
    "ui_confirm": form(question("words", label="想说的话")),
    "ui_done": form(question("what", label="做了什么", required=True)),
}
FLOW: dict[str, Any] = {
    "v": 1,
    "prefix": "UI",
    "title": {"zh-hans": "微心愿", "en": "Wish"},
    "start": {
        "kind": "manual",
        "who": "anyone",
        "form": "ui_wish",
        "unit_from": "where",
        "title_from": "text",
        "status_code": True,
    },
    "steps": [
        {
            "id": "verify",
            "kind": "approval",
            "name": {"zh-hans": "核实", "en": "Verify"},
            "props": {
                "assignee": {"rule": "role", "roles": ["grid_worker", "community_deputy"], "unit": "case"},
                "form": "ui_verify",
                "deadline": {"days": 3, "calendar": "working"},
            },
            "access": {"start.phone": "mask", "start.name": "read", "hidden_note": "hide"},
            "outcomes": [
                {"id": "verified", "label": "属实，交社区书记", "effect": "continue"},
                {"id": "back", "label": "退回补正", "effect": "return:start", "comment": "required"},
                {"id": "decline", "label": "不予受理", "effect": "end:declined", "comment": "required"},
            ],
        },
        {
            "id": "claim",
            "kind": "claim",
            "name": {"zh-hans": "认领", "en": "Claim"},
            "props": {"claimants": ["organisation"], "scope": {"level": "district"}},
        },
        {
            "id": "fulfil",
            "kind": "form",
            "name": {"zh-hans": "实现", "en": "Fulfil"},
            "props": {"assignee": {"rule": "claimant", "step": "claim"}, "form": "ui_done"},
        },
        {
            "id": "confirm",
            "kind": "approval",
            "name": {"zh-hans": "请您确认", "en": "Confirm"},
            "props": {"assignee": {"rule": "guest"}, "form": "ui_confirm"},
            "outcomes": [
                {"id": "yes", "label": "实现了", "effect": "continue"},
                {"id": "no", "label": "还没有", "effect": "again:fulfil", "comment": "required"},
            ],
        },
        {
            "id": "done",
            "kind": "end",
            "name": {"zh-hans": "已实现", "en": "Fulfilled"},
            "props": {"result": "fulfilled"},
        },
    ],
}
ANSWERS = {
    "text": TITLE,
    "name": NAME,
    "phone": PHONE,
    "door": DOOR,
    "income": INCOME,
    "where": "fangta-1",
}
ONCE = re.compile(r'name="once" value="([^"]+)"')
CODE = re.compile(r'<p class="code" translate="no">(.*?)</p>', re.DOTALL)


@dataclass
class Journey:
    """Browsers by login, and what they do; `guest` is a browser without a login."""

    cast: Cast
    guest: Client = field(default_factory=Client)

    def publish(self) -> None:
        for slug, document in FORMS.items():
            definition = FormDefinition.objects.create(slug=slug, title="表", document=document)
            publish_form(definition=definition, actor=SYSTEM, now=NOW)
        definition = FlowDefinition.objects.create(slug="wish", title={"zh-hans": "微心愿"}, document=FLOW)
        services.publish_flow(definition=definition, actor=SYSTEM, now=NOW)

    def browser(self, login: str) -> Client:
        client = Client()
        client.force_login(self.cast.users[login])
        return client

    def token(self, client: Client | None = None) -> str:
        page = (client or self.guest).get(reverse("start", args=("wish",)))
        found = ONCE.search(page.content.decode())
        assert found is not None
        return found[1]

    def hand_in(self, client: Client | None = None, token: str = "", **answers: Any):
        posted = {**ANSWERS, "where": self.where(), **answers, "once": token or self.token(client)}
        return (client or self.guest).post(reverse("start", args=("wish",)), posted)

    def where(self) -> str:
        return "fangta-1"

    def started(self) -> tuple[Case, str]:
        """A case handed in by the guest, and its code; the guest's browser has opened it."""
        answer = self.hand_in()
        assert answer.status_code == 302, answer.content.decode()
        page = self.guest.get(answer["Location"]).content.decode()
        shown = CODE.search(page)
        assert shown is not None
        code = "-".join(re.findall(r"<span>(\w{4})</span>", shown[1]))
        return Case.objects.latest("pk"), code

    def task(self, case: Case, step: str) -> Task:
        return Task.objects.get(process=case, step_id=step, status__in=["NEW", "ASSIGNED"], flow_task_type="HUMAN")

    def press(self, client: Client, case: Case, step: str, do: str, **more: Any):
        return client.post(reverse("task", args=(self.task(case, step).pk,)), {"do": do, **more})

    def verified(self) -> tuple[Case, str]:
        case, code = self.started()
        answer = self.press(
            self.browser("wanggexia"),
            case,
            "verify",
            "outcome:verified",
            public_text="盼人读报",
            visit="家中只有她一人",
        )
        assert answer.status_code == 302, answer.content.decode()
        return case, code

    def claimed(self) -> tuple[Case, str]:
        case, code = self.verified()
        assert self.press(self.browser("org1"), case, "claim", "claim").status_code == 302
        return case, code
