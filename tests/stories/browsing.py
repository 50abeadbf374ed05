"""People in front of browsers: they open pages, press buttons and read, over HTTP alone."""

import html
import re
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse

from core.people.models import User
from workflows.models import Task

ONCE = re.compile(r'name="once" value="([^"]+)"')
CODE = re.compile(r'<p class="code" translate="no">(.*?)</p>', re.DOTALL)
DO = re.compile(r'name="do"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="do"')
CLAIMANT = re.compile(r'name="claimant"[^>]*value="([^"]+)"')


def text_of(answer: Any) -> str:  # the test client's response, which has no type of its own to name
    """The page as somebody reads it: without tags, spaces folded."""
    content = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", content)))


@dataclass
class Person:
    """One browser, with a login or without."""

    login: str = ""
    client: Client = field(default_factory=Client)
    seen: str = ""

    def __post_init__(self) -> None:
        if self.login:
            self.client.force_login(User.objects.get(username=self.login))

    def opens(self, name: str, *args: Any) -> str:
        """The text of the page at a named address."""
        answer = self.client.get(name if name.startswith("/") else reverse(name, args=args), follow=True)
        assert answer.status_code == 200, (name, args, answer.status_code)
        self.seen = answer.content.decode()
        return text_of(answer)

    def sends(self, name: str, /, *args: Any, expects: int = 302, **data: Any) -> str:
        """The text of the answer to a posted form; follows the way on after success."""
        answer = self.client.post(reverse(name, args=args), data)
        assert answer.status_code == expects, (answer.status_code, text_of(answer)[:3000])
        return text_of(self.client.get(answer["Location"], follow=True) if expects == 302 else answer)

    def starts(self, flow: str, /, **data: Any) -> str:
        """Hand in a starting form; returns the status code that the next page shows."""
        self.opens("start", flow)
        once = ONCE.search(self.seen)
        assert once is not None
        answer = self.client.post(reverse("start", args=[flow]), {**data, "once": once[1]})
        assert answer.status_code == 302, text_of(answer)[:3000]
        page = self.client.get(answer["Location"]).content.decode()
        code = CODE.search(page)
        return "-".join(re.findall(r"<span>(\w{4})</span>", code[1])) if code else ""

    def does(self, case: int, step: str, choice: str, /, *, expects: int = 302, **data: Any) -> str:
        """Open the task of a step and press one of its buttons: `outcome:verified`, `claim` …"""
        task = open_task(case, step)
        self.opens("task", task)
        offered = {one or other for one, other in DO.findall(self.seen)}
        assert choice in offered, offered
        return self.sends("task", task, do=choice, expects=expects, **data)


def open_task(case: int, step: str) -> int:
    """Primary key of the open human task of the step."""
    found = Task.objects.filter(process_id=case, step_id=step, flow_task_type="HUMAN", status__in=["NEW", "ASSIGNED"])
    return int(found.get().pk)
