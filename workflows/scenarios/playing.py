"""Plays a scenario on the stage of a rehearsal and compares where it led with what was expected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from viewflow.workflow.status import STATUS

from core.exceptions import DandelionError, NotFound
from workflows.models import Case, Scenario, Task
from workflows.rehearsal.play import Play
from workflows.rehearsal.script import Script
from workflows.rehearsal.stage import Draft, on_stage
from workflows.scenarios.acting import Told, action_of, told

ONLY_ONE = ("", "done", "claimed")  # what a step without a choice is left with
SILENT = ("REMINDER", "SPLIT", "JOIN", "END", "EXCLUSIVE", "IF", "SWITCH")


@dataclass(frozen=True)
class Led:
    """Where a case was led. `path`: `step` or `step:outcome` as it was finished; `open`: steps that wait; `result`."""

    path: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    result: str = ""

    def as_json(self) -> dict[str, Any]:
        """As a scenario keeps what it expects."""
        return {"path": self.path, "open": self.open, "result": self.result}


@dataclass(frozen=True)
class Verdict:
    """What came of playing a scenario, by `code`.

    `as_expected`; `refused` (action number `at` was refused, with the sentence), `other_path` (at place `at`, with
    what was `expected` and what `came`), `other_result`, `other_wait`; `unplayable` when somebody or something that it
    names is not there any more.
    """

    code: str
    led: Led
    at: int = 0
    expected: str = ""
    came: str = ""
    sentence: str = ""

    @property
    def is_fine(self) -> bool:
        """Whether it went as expected."""
        return self.code == "as_expected"

    @property
    def is_broken(self) -> bool:
        """Whether the flow leads elsewhere, rather than that it cannot be played here today."""
        return not self.is_fine and self.code != "unplayable"


def played(draft: Draft, actions: Sequence[Told], expected: Mapping[str, Any], *, now: datetime) -> Verdict:
    """Play the actions through the real engine; nothing of it stays. Raises: TryLater while SQLite's writer is busy."""
    with on_stage(draft, now=now) as stage:
        play = Play(stage, now)
        for number, kept in enumerate(actions):
            try:
                action = action_of(kept, play)
            except NotFound as gone:
                return Verdict("unplayable", led_by(play), at=number, sentence=str(gone))
            except DandelionError as refusal:
                return _refused(number, refusal, play)
            if not action.who:
                return Verdict("unplayable", led_by(play), at=number)
            try:
                play.perform(action)
            except DandelionError as refusal:
                return _refused(number, refusal, play)
        return compared(led_by(play), expected)


def _refused(number: int, refusal: DandelionError, play: Play) -> Verdict:
    if refusal.code == "login_gone":
        return Verdict("unplayable", led_by(play), at=number)
    beside = [sentence for sentences in getattr(refusal, "errors", {}).values() for sentence in sentences]
    return Verdict("refused", led_by(play), at=number, sentence=" ".join(beside) or str(refusal))


def compared(led: Led, expected: Mapping[str, Any]) -> Verdict:
    """Where a case was led beside what was expected: the first difference."""
    path = list(expected.get("path", []))
    for at in range(max(len(path), len(led.path))):
        wanted, came = (one[at] if at < len(one) else "" for one in (path, led.path))
        if wanted != came:
            return Verdict("other_path", led, at, wanted, came)
    if led.result != expected.get("result", ""):
        return Verdict("other_result", led, expected=expected.get("result", ""), came=led.result)
    if led.open != list(expected.get("open", [])):
        return Verdict("other_wait", led, expected=" ".join(expected.get("open", [])), came=" ".join(led.open))
    return Verdict("as_expected", led)


def led_by(play: Play) -> Led:
    """Where the case of a play stands."""
    case: Case | None = play.case
    if case is None:
        return Led()
    rows = Task.objects.filter(process_id=case.pk).exclude(flow_task_type__in=SILENT).exclude(step_id="")
    done = rows.filter(status=STATUS.DONE).order_by("finished", "pk").values_list("step_id", "outcome")
    waiting = rows.exclude(status__in=[STATUS.DONE, STATUS.CANCELED]).values_list("step_id", flat=True)
    path = [step if outcome in ONLY_ONE else f"{step}:{outcome}" for step, outcome in done]
    return Led(path, sorted(set(waiting)), case.result)


def recorded(draft: Draft, script: Script) -> tuple[list[Told], Led]:
    """A rehearsal as actions that can be played on any day, and where it led.

    Raises: whatever the draft refuses of it now.
    """
    with on_stage(draft, now=script.begun_at) as stage:
        play, actions = Play(stage, script.begun_at), []
        for action in script.actions:
            actions.append(told(action, play))
            play.perform(action)
        return actions, led_by(play)


def broken(scenarios: Sequence[Scenario], draft: Draft, *, now: datetime) -> list[tuple[Scenario, Verdict]]:
    """Those that the draft would lead elsewhere, each with its verdict."""
    found = [(one, played(draft, one.actions, one.expected, now=now)) for one in scenarios]
    return [(one, verdict) for one, verdict in found if verdict.is_broken]
