"""The actions of a scenario: what a rehearsal did, told by codes so that it can be done again on another day.

An action is {"do", "step", "place", "who", "choice", "answers", "comment", "unit"}; what is not said is left out.
Without `who`, somebody whom the flow finds acts; else `visitor`, `guest` or `login:<user name>`. `choice` is the
outcome, for whom is claimed (`organisation:<code>`, `team:<code>`, `person:<number>`) or the result with which a flow
that was started ends.
"""

from collections.abc import Mapping
from typing import Any

from core.exceptions import NotFound
from core.people.models import Member, OrgUnit, Team, User
from forms.models import FormVersion
from workflows import selectors
from workflows.answers import form_of
from workflows.portable import portable, resolved
from workflows.rehearsal import script as scripts
from workflows.rehearsal.people import first_starter, first_to_do
from workflows.rehearsal.play import Play
from workflows.rehearsal.script import Action

Told = dict[str, Any]
LOGIN = "login:"
CLAIMANTS: dict[str, tuple[Any, str]] = {
    "organisation": (OrgUnit, "slug"),
    "team": (Team, "slug"),
    "person": (Member, "number"),
}


def told(action: Action, play: Play) -> Told:
    """An action of a rehearsal that has not been played yet, as a scenario keeps it."""
    step, _colon, place = action.task.partition(":")
    found: Told = {"do": action.do, "step": step, "choice": action.choice, "comment": action.comment}
    if place not in ("", "0"):
        found["place"] = int(place)
    if action.unit is not None:
        found["unit"] = OrgUnit.objects.filter(pk=action.unit).values_list("slug", flat=True).first() or ""
    if action.do == "claim":
        found["choice"] = _claimant_by_code(action.choice)
    if action.answers:
        found["answers"] = _portable(action, play)
    if action.who != _somebody(action, play):
        found["who"] = _named(action.who)
    return {key: value for key, value in found.items() if value not in ("", None)}


def action_of(kept: Mapping[str, Any], play: Play) -> Action:
    """The action as it can be played now. Raises: NotFound when a person, unit or team of it is not there any more."""
    do, step = str(kept["do"]), str(kept.get("step", ""))
    seated = do in ("act", "claim", "release")
    action = Action(
        do=do,
        task=f"{step}:{kept.get('place', 0)}" if seated and step else step,
        choice=str(kept.get("choice", "")),
        answers=resolved(kept["answers"], play.now) if "answers" in kept else None,
        comment=str(kept.get("comment", "")),
        unit=_key_of(OrgUnit, "slug", kept["unit"]) if "unit" in kept else None,
    )
    who = _login(str(kept["who"])) if "who" in kept else _somebody(action, play)
    return Action(do, who, action.task, _choice(action, who, play), action.answers, action.comment, action.unit)


def _choice(action: Action, who: str, play: Play) -> str:
    if action.do != "claim":
        return action.choice
    if action.choice:
        kind, _colon, code = action.choice.partition(":")
        if kind not in CLAIMANTS:
            raise NotFound
        model, name = CLAIMANTS[kind]
        return f"{kind}:{_key_of(model, name, code)}"
    may = selectors.actions_on(play.task(action.task), play.actor(who), now=play.now)
    return f"{may.claimants[0].kind}:{may.claimants[0].pk}" if may.claimants else ""


def _claimant_by_code(choice: str) -> str:
    kind, _colon, pk = choice.partition(":")
    if kind not in CLAIMANTS:
        return choice
    model, name = CLAIMANTS[kind]
    return f"{kind}:{model.objects.filter(pk=pk).values_list(name, flat=True).first()}"


def _key_of(model: Any, name: str, code: Any) -> int:
    pk: int | None = model.objects.filter(**{name: code}).values_list("pk", flat=True).first()
    if pk is None:
        raise NotFound
    return pk


def _somebody(action: Action, play: Play) -> str:
    """Who acts where the scenario does not say."""
    if action.do == "start":
        return first_starter(play.stage.version.document["start"].get("who"), play.now)
    if action.do in ("act", "claim"):
        return first_to_do(play.task(action.task), play.now)
    case = play.case
    if action.do == "withdraw" and case is not None:
        return f"user:{case.starter_id}" if case.starter_id else scripts.GUEST
    if action.do == "release":
        claimed = [one.action.who for one in play.past if one.action.do == "claim"]
        return claimed[-1] if claimed else scripts.SYSTEM
    return scripts.VISITOR if action.do == "object" else scripts.SYSTEM


def _named(who: str) -> str:
    if not who.startswith("user:"):
        return who
    name = User.objects.filter(pk=who.removeprefix("user:")).values_list("username", flat=True).first()
    return f"{LOGIN}{name}"


def _login(who: str) -> str:
    if not who.startswith(LOGIN):
        return who
    return f"user:{_key_of(User, 'username', who.removeprefix(LOGIN))}"


def _portable(action: Action, play: Play) -> dict[str, Any]:
    version, answers = play.stage.version, action.answers or {}
    start = version.document["start"]["form"]
    slug = start if action.do == "start" else form_of(selectors.step_of(play.task(action.task)))
    form = FormVersion.objects.filter(pk=version.forms.get(slug)).first()
    return portable(form, answers, play.now) if form is not None else dict(answers)
