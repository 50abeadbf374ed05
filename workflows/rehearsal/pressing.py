"""One click of a rehearsal: replays the script, does what was pressed, and reads the stage before it is struck."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from core.actors import Actor
from core.exceptions import DandelionError, Invalid, Unreadable
from core.people.models import User
from forms.building import AnswerForm, FillContext, form_class
from forms.models import FormVersion
from forms.rowsets import BUTTONS
from workflows import scoring, selectors
from workflows.answers import form_asked, own_access, pinned_form, raw_answers
from workflows.handling import FILL_IN, chosen_in, is_shown_first, must_be_valid, put_beside_fields, typed_in
from workflows.models import Task
from workflows.presenters.actions import CLAIM, OUTCOME, RELEASE, Typed
from workflows.presenters.answers import own_access_of_guest
from workflows.rehearsal import script as scripts
from workflows.rehearsal.people import Names, Person, chooser, starters, units
from workflows.rehearsal.play import Play
from workflows.rehearsal.scene import Scene, pictures, scene_of
from workflows.rehearsal.script import Action, Script, packed, unpacked
from workflows.rehearsal.stage import Draft, on_stage
from workflows.selectors import step_of

TRY = "try:"


@dataclass
class Opening:
    """The page before the case begins: as whom, in which unit, with the starting form."""

    persons: list[Person]
    who: str
    units: list[tuple[int, str]]
    unit: int
    picture: str
    twin: str


@dataclass
class Turn:
    """What one click led to: the opening or a scene, with the form of whoever acts and what is wrong with it.

    `to_keep`: the script, when the tester wants it kept as a scenario.
    """

    script: str = ""
    count: int = 0
    opening: Opening | None = None
    scene: Scene | None = None
    form: AnswerForm | None = None
    typed: Typed = field(default_factory=Typed)
    problem: str = ""
    status: int = 200
    to_keep: Script | None = None


@dataclass(frozen=True)
class Pressed:
    """What the page sent. `do`: the button; `seat` and `who`: the task and the person that are being played."""

    do: str
    seat: str
    who: str
    unit: int | None
    is_post: bool


def pressed_in(request: HttpRequest) -> Pressed:
    """Reads the request; a button that chooses somebody else to play carries task and person in its value."""
    post = request.POST
    do, seat, who = post.get("do", ""), post.get("try-seat", ""), post.get("try-who", "")
    if do.startswith("try:seat:"):
        seat, _at, who = do.removeprefix("try:seat:").partition("@")
        do = ""
    unit = post.get("try-unit", "")
    is_number = unit.isdecimal() and len(unit) < 18
    return Pressed(do, seat[:60], who[:60], int(unit) if is_number else None, request.method == "POST")


def turn(request: HttpRequest, draft: Draft, tester: User, now: datetime) -> Turn:
    """Play one click. Nothing of it stays but the script that the page takes along."""
    flow, sent = draft.definition.pk, request.POST.get("try-script", "")
    script, problem = Script(now), ""
    if sent:
        found = unpacked(sent, flow=flow, user=tester.pk)
        script = found or script
        problem = "" if found else _("This rehearsal is too old to go on with. Please start over.")
    pressed = pressed_in(request)
    if pressed.do == f"{TRY}undo":
        script = script.first(max(len(script.actions) - 1, 0))
    with on_stage(draft, now=script.begun_at) as stage:
        play = Play(stage, script.begun_at)
        problem = play.replay(script) or problem
        done = _Click(request, play, tester, pressed)
        if problem:
            done.turn.problem = problem
        elif pressed.is_post:
            done.press()
        done.look()
        done.turn.script, done.turn.count = packed(play.script, flow=flow, user=tester.pk), len(play.past)
    return done.turn


class _Click:
    """A click while the stage stands."""

    def __init__(self, request: HttpRequest, play: Play, tester: User, pressed: Pressed) -> None:
        self.request, self.play, self.tester, self.pressed = request, play, tester, pressed
        self.turn = Turn(typed=typed_in(request))

    def press(self) -> None:
        """Does what was pressed; a refusal becomes a sentence, errors of fields go to the fields."""
        do = self.pressed.do
        if not do and self._rearranged():
            return
        if do in ("", f"{TRY}undo", f"{TRY}keep"):
            self.turn.typed = Typed()
            self.turn.to_keep = self.play.script if do == f"{TRY}keep" else None
            return
        try:
            action = self._starting() if do == f"{TRY}start" else self._acting(do)
            if action is None:
                self.turn.status = 200 if self.turn.problem else Invalid.status
                return
            self.play.perform(action)
        except Invalid as error:
            self.turn.problem, self.turn.status = put_beside_fields(error, self.turn.form), error.status
        except DandelionError as error:
            self.turn.problem, self.turn.status = str(error), error.status
        else:
            self.turn.form, self.turn.typed = None, Typed()
            self.pressed = Pressed("", "", "", None, is_post=True)

    def _rearranged(self) -> bool:
        """Whether a button of a group was pressed, which changes its rows and does nothing else."""
        if not any(name.endswith(BUTTONS) for name in self.request.POST):
            return False
        typed, seat = self.turn.typed, self.pressed.seat
        if seat:
            form = self._form_of(self.play.task(seat), self.pressed.who, chosen_in(typed.form_of), is_sent=True)
        else:
            form = self._start_form(is_sent=True)
        if form is None or not form.is_rearranged():
            return False
        self.turn.form, self.turn.typed = form, replace(typed, do=typed.form_of)
        return True

    def _starting(self) -> Action | None:
        form = self.turn.form = self._start_form(is_sent=True)
        if not form.is_valid():
            return None
        return Action("start", self.pressed.who, answers=form.answers(), unit=self.pressed.unit)

    def _acting(self, do: str) -> Action | None:
        typed = self.turn.typed
        name, _colon, choice = do.partition(":")
        who, seat = self.pressed.who, self.pressed.seat
        if do in (f"{TRY}time", f"{TRY}retry"):
            return Action(choice)
        if do == f"{TRY}withdraw":
            return Action("withdraw", self._starter(), comment=typed.reason("withdraw"))
        if do.startswith(f"{TRY}event:"):
            return Action("event", task=do.removeprefix(f"{TRY}event:"))
        if do.startswith(f"{TRY}child:"):
            step_id, _colon, result = do.removeprefix(f"{TRY}child:").partition(":")
            return Action("child", task=step_id, choice=result)
        if do.startswith(f"{TRY}object:"):
            step_id = choice.removeprefix("object:")
            return Action("object", scripts.VISITOR, step_id, comment=typed.reason(f"object-{step_id}"))
        if name == RELEASE:
            return Action("release", who, task=seat, comment=typed.reason(RELEASE))
        if name not in (OUTCOME, CLAIM):
            raise Unreadable
        task = self.play.task(seat)
        may = selectors.actions_on(task, self.play.actor(who), now=self.play.now)
        form = self.turn.form = self._form_of(task, who, choice, is_sent=True)
        if form is not None and is_shown_first(form, may, typed):
            self.turn.problem = str(FILL_IN)
            return None
        if form is not None and not form.is_valid() and must_be_valid(may, name, choice):
            return None
        answers = form.answers() if form is not None and form.is_valid() else None
        if name == CLAIM:
            mine = [f"{one.kind}:{one.pk}" for one in may.claimants]
            return Action("claim", who, seat, typed.claimant or (mine[0] if len(mine) == 1 else ""), answers)
        return Action("act", who, seat, choice, answers, typed.reason(choice) or typed.comment)

    def _starter(self) -> str:
        case = self.play.case
        return f"user:{case.starter_id}" if case is not None and case.starter_id else scripts.GUEST

    def look(self) -> None:
        """Reads what there is to see now."""
        if self.play.case is None:
            self.turn.opening = self._opening()
            if self.turn.form is None:
                self.turn.form = self._start_form(is_sent=False)
            return
        seat, who = self.pressed.seat, self.pressed.who
        scene = self.turn.scene = scene_of(self.play, self.tester, seat=seat, who=who, typed=self.turn.typed)
        is_open = scene.page is not None and scene.page.is_open
        if self.turn.form is None and is_open and scene.acting is not None:
            self.turn.form = self._form_of(self.play.task(scene.chosen), scene.acting.who, "", is_sent=False)

    def _opening(self) -> Opening:
        document = self.play.stage.version.document
        start = document["start"]
        persons = starters(start.get("who"), self.tester, Names(self.tester, localdate(self.play.now)))
        picture, twin = pictures(document, {}, str(self.play.stage.version.definition))
        asks_for_unit = bool(start.get("unit_from"))
        chosen = self.pressed.who or (persons[0].who if persons else "")
        return Opening(persons, chosen, [] if asks_for_unit else units(), self.pressed.unit or 0, picture, twin)

    def _start_form(self, *, is_sent: bool) -> AnswerForm:
        version = self.play.stage.version
        form = FormVersion.objects.get(pk=version.forms[version.document["start"]["form"]])
        by_hand = version.document["start"]["kind"] == "manual"
        actor = self.play.actor(self.pressed.who or scripts.VISITOR) if by_hand else Actor(user=chooser(self.tester))
        return self._filled(form, actor, {}, {}, is_sent=is_sent)

    def _form_of(self, task: Task, who: str, choice: str, *, is_sent: bool) -> AnswerForm | None:
        step, case = step_of(task), task.process
        slug, key = form_asked(step, choice)
        if step["kind"] == "score":
            return self._filled(scoring.sheet_of(step), self.play.actor(who), {}, {}, is_sent=is_sent)
        if not slug:
            return None
        version = pinned_form(case, slug)
        access = own_access(step, version)
        if who == scripts.GUEST:
            access = own_access_of_guest(version, access)
        earlier = raw_answers(case.pk).get(key, {})
        return self._filled(version, self.play.actor(who), access, earlier, is_sent=is_sent)

    def _filled(
        self, version: FormVersion, actor: Actor, access: dict[str, str], earlier: dict[str, Any], *, is_sent: bool
    ) -> AnswerForm:
        sent = (self.request.POST, self.request.FILES) if is_sent else (None, None)
        context = FillContext(user=actor.user, today=localdate(self.play.now))
        return form_class(version, access=access)(*sent, answers=earlier, context=context)
