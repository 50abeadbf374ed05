"""A tester in front of the try-out screen: presses buttons and reads, over HTTP alone."""

import html
import re
from typing import Any

from django.apps import apps
from django.test import Client
from django.urls import reverse

from tests.stories.browsing import text_of
from workflows.models import FlowDefinition

HIDDEN = re.compile(r'<input type="hidden" name="(try-[a-z]+|form-of)" value="([^"]*)"')
SEATS = re.compile(r'value="try:seat:([^"]+)"')
PRESSED = re.compile(r'value="try:seat:([^"]+)" aria-pressed="true"')
BUTTONS = re.compile(r'name="do" value="([^"]+)"')


class Tester:
    """One browser on the try-out of one flow."""

    __test__ = False

    def __init__(self, client: Client, flow: FlowDefinition) -> None:
        self.client, self.url = client, reverse("desk_try_flow", args=[flow.pk])
        self.page = ""

    def opens(self) -> str:
        return self._read(self.client.get(self.url))

    def presses(self, do: str, /, status: int = 200, **more: Any) -> str:
        """Press a button of the page as it stands; `more`: what is typed, with _ for - in names of ours."""
        typed = {name.replace("try_", "try-").replace("reason_", "reason-"): value for name, value in more.items()}
        hidden = {name: html.unescape(value) for name, value in HIDDEN.findall(self.page)}
        return self._read(self.client.post(self.url, {**hidden, "do": do, **typed}), status)

    def starts(self, who: str = "visitor", /, status: int = 200, **answers: Any) -> str:
        self.opens()
        answers = {"what": "一件事", "where": "fangta", **answers}
        return self.presses("try:start", status=status, try_who=who, **answers)

    def plays(self, step: str, who: str = "") -> str:
        """Take the seat of somebody at a step."""
        seat = next(one for one in self.seats if one.startswith(f"{step}:") and one.endswith(who))
        return self.presses(f"try:seat:{seat}")

    @property
    def seats(self) -> list[str]:
        return SEATS.findall(self.page)

    @property
    def playing(self) -> list[str]:
        return PRESSED.findall(self.page)

    @property
    def buttons(self) -> set[str]:
        return {one for one in BUTTONS.findall(self.page) if not one.startswith("try:seat")}

    def _read(self, answer: Any, status: int = 200) -> str:
        assert answer.status_code == status, (answer.status_code, text_of(answer)[:2000])
        self.page = answer.content.decode()
        return text_of(answer)


def counts() -> dict[str, int]:
    """How many rows every table of the installation has."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models() if model._meta.managed}
