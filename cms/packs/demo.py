"""Pack sections of invented demo data: people with logins, the accounts to print, and cases played by real services."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cms.packs.applying import Loading
from cms.packs.demo_answers import check_answer
from cms.packs.problems import BadPack, PackProblem, did_you_mean, joined
from cms.packs.sections import Checking, Row
from cms.packs.shapes import Key, Place, Shape, day, list_of, mapping, one_of, rows, slug, text, whole, yes_no
from core.actors import VISITOR, Actor
from core.exceptions import Conflict, DandelionError, NotFound
from core.notices.selectors import standing_notice
from core.people.models import Member, OrgUnit, Role, Team, User
from core.people.selectors import claimants_for
from core.people.services import affiliate, appoint, create_member, give_login, join_team
from workflows.models import OPEN_HUMAN, Case, Task
from workflows.portable import resolved
from workflows.schema import shape_problems
from workflows.services import act, claim, let_pass, object_to_notice, release, start_case
from workflows.tree import START, Tree, outcomes_of, props_of

GUEST = "guest"
SINCE = date(2026, 1, 1)
LOGIN_TAKEN = _("The login “{code}” exists here already and belongs to somebody else. Please choose another.")
NOT_OPEN = _("This step does not wait for anybody at that hour.")
NUMBER_TAKEN = _("The number “{code}” exists here already and belongs to somebody else. Please choose another.")
PERSON: Shape = {
    "number": Key(text(30), required=True),
    "name": Key(text(60), required=True),
    "category": Key(one_of(*Member.Category.values)),
    "phone": Key(text(20)),
    "email": Key(text(100)),
    "login": Key(slug),
    "home": Key(slug),
    "residence": Key(slug),
    "reported_in": Key(list_of(slug)),
    "appointments": Key(rows),
    "teams": Key(rows),
}
APPOINTMENT: Shape = {
    "role": Key(slug, required=True),
    "unit": Key(slug, required=True),
    "with_units_below": Key(yes_no),
    "since": Key(day),
}
PLACE_IN_TEAM: Shape = {
    "team": Key(slug, required=True),
    "relation": Key(one_of("organisational", "activity"), required=True),
    "position": Key(one_of("head", "deputy", "member")),
}
ACCOUNT: Shape = {
    "username": Key(slug, required=True),
    "role": Key(text(40), required=True),
    "unit": Key(text(60)),
    "note": Key(text(100)),
}
CASE: Shape = {
    "key": Key(slug, required=True),
    "flow": Key(slug, required=True),
    "by": Key(slug, required=True),
    "hours_ago": Key(whole(1, 24 * 366), required=True),
    "answers": Key(mapping, required=True),
    "then": Key(rows),
}
MOVE: Shape = {
    "step": Key(slug, required=True),
    "by": Key(slug, required=True),
    "after_hours": Key(whole(0, 24 * 366), required=True),
    "outcome": Key(slug),
    "claim_for": Key(slug),
    "release": Key(text(200)),
    "objection": Key(text(200)),
    "comment": Key(text(200)),
    "answers": Key(mapping),
}


def check_people(checking: Checking) -> None:
    """`demo/people.yaml`."""
    for place in checking.entries("demo/people.yaml"):
        row = place.checked(PERSON)
        for name in ("home", "residence"):
            if name in row:
                checking.known.require("unit", row[name], place / name)
        for number, code in enumerate(row.get("reported_in", [])):
            checking.known.require("unit", code, place / "reported_in" / number)
        posts = [_post(checking, post) for post in _entries(place, row, "appointments")]
        teams = [_place_in_team(checking, post) for post in _entries(place, row, "teams")]
        if "login" in row:
            checking.claim("account", row["login"], place / "login")
        if checking.claim("member", row.get("number"), place / "number"):
            checking.add("people", row["number"], {**row, "appointments": posts, "teams": teams}, place)


def _entries(place: Place, row: dict[str, Any], name: str) -> Iterator[Place]:
    """The places of the list under `name`, if there is a correct one."""
    if name in row:
        yield from (place / name).rows()


def _post(checking: Checking, place: Place) -> dict[str, Any]:
    row = place.checked(APPOINTMENT)
    checking.known.require("role", row.get("role"), place / "role")
    checking.known.require("unit", row.get("unit"), place / "unit")
    return row


def _place_in_team(checking: Checking, place: Place) -> dict[str, Any]:
    row = place.checked(PLACE_IN_TEAM)
    checking.known.require("team", row.get("team"), place / "team")
    return row


def apply_people(loading: Loading) -> None:
    """People that are not there yet, by their number; those that are there stay as they are."""
    # All demo logins share one well-known password: hashing it once saves seconds of the first start.
    password = make_password(settings.DANDELION_DEMO_PASSWORD) if loading.rows("people") else ""
    for row in loading.rows("people"):
        with loading.told_at(row.place):
            _apply_person(loading, row, password)


def _apply_person(loading: Loading, row: Row, password: str) -> None:
    member = Member.objects.select_related("user").filter(number=row.key).first()
    if member is not None and not _is_ours(loading, row, member):
        raise Conflict(format_lazy(NUMBER_TAKEN, code=row.key))
    loading.settle(
        "people",
        row.key,
        wanted={},
        current=None if member is None else {},
        create=lambda: _create_person(loading, row, password),
        change=lambda _changes: None,
    )


def _is_ours(loading: Loading, row: Row, member: Member) -> bool:
    """Whether this pack brought the member; one that none brought is taken for it when name and login agree."""
    pack = loading.brought_by("people", row.key)
    login = member.user.username if member.user is not None else None
    return pack == loading.pack or (not pack and member.name == row.values["name"] and login == row.values.get("login"))


def _create_person(loading: Loading, row: Row, password: str) -> None:
    values, by = row.values, loading.by
    own = {name: values[name] for name in ("category", "phone", "email") if name in values}
    member = create_member(number=row.key, name=values["name"], **own, **by)
    relations = [("home", values.get("home")), ("residence", values.get("residence"))]
    relations += [("reported_in", code) for code in values.get("reported_in", [])]
    for relation, code in relations:
        if code:
            affiliate(member=member, unit=_unit(code), relation=relation, since=SINCE, **by)
    for post in values["appointments"]:
        appoint(
            member=member,
            role=Role.objects.get(slug=post["role"]),
            unit=_unit(post["unit"]),
            since=date.fromisoformat(post.get("since", SINCE.isoformat())),
            include_children=post.get("with_units_below", False),
            **by,
        )
    for post in values["teams"]:
        team = Team.objects.get(slug=post["team"])
        more = {"position": post["position"]} if "position" in post else {}
        join_team(team=team, member=member, relation=post["relation"], since=SINCE, **more, **by)
    if "login" not in values:
        return
    with loading.told_at(row.place / "login"):
        if User.objects.filter(username=values["login"]).exists():
            raise Conflict(format_lazy(LOGIN_TAKEN, code=values["login"]))
        user = give_login(member=member, username=values["login"], password=None, **by)
        user.password = password
        user.save(update_fields=["password"])


def _unit(code: str) -> OrgUnit:
    unit: OrgUnit = OrgUnit.objects.get(slug=code)
    return unit


def check_accounts(checking: Checking) -> None:
    """`demo/accounts.yaml`: which logins `make run` prints."""
    for place in checking.entries("demo/accounts.yaml"):
        row = place.checked(ACCOUNT)
        if checking.known.require("account", row.get("username"), place / "username"):
            values = {name: row.get(name, "") for name in ("role", "unit", "note")}
            checking.add("accounts", row["username"], values, place)


def apply_accounts(loading: Loading) -> None:
    """Notes the accounts where `manage.py up` finds them to print."""
    for row in loading.rows("accounts"):
        loading.settle(
            "accounts",
            row.key,
            wanted=row.values,
            current=loading.last("accounts", row.key),
            create=lambda: None,
            change=lambda _changes: None,
        )


def check_cases(checking: Checking) -> None:
    """`demo/cases.yaml`: who did what, some hours after the start."""
    for place in checking.entries("demo/cases.yaml"):
        row = place.checked(CASE)
        checking.known.require("flow", row.get("flow"), place / "flow")
        _check_actor(checking, row.get("by"), place / "by")
        document = _document_of(checking, row.get("flow"))
        _check_answers(checking, place / "answers", document.get("start"))
        moves = []
        for move in _entries(place, row, "then"):
            entry = move.checked(MOVE)
            if document:
                _check_move(checking, move, entry, document)
            _check_actor(checking, entry.get("by"), move / "by")
            if "claim_for" in entry:
                checking.known.require("unit", entry["claim_for"], move / "claim_for")
            if len({"outcome", "claim_for", "release", "objection"} & entry.keys()) != 1:
                move.refuse(_("A move has exactly one of outcome, claim_for, release and objection."))
            moves.append(entry)
        if checking.claim("demo_case", row.get("key"), place / "key"):
            checking.add("cases", row["key"], {**row, "then": moves}, place)


def _document_of(checking: Checking, flow: Any) -> dict[str, Any]:
    """The document of a flow in this load, when its shape is right; else nothing."""
    source = checking.known.flows.get(flow) if isinstance(flow, str) else None
    return source.document if source is not None and not shape_problems(source.document) else {}


def _check_move(checking: Checking, place: Place, move: dict[str, Any], document: dict[str, Any]) -> None:
    """The step, the outcome and the fields of a move must be in the flow."""
    steps = Tree(document).steps
    if "step" not in move or "release" in move or move["step"] == START:
        return
    step = steps.get(move["step"])
    if step is None:
        sentence = format_lazy(_("The flow has no step “{step}”."), step=move["step"])
        (place / "step").refuse(joined(sentence, did_you_mean(move["step"], list(steps))))
        return
    outcomes = [outcome["id"] for outcome in outcomes_of(step)]
    if "outcome" in move and move["outcome"] not in outcomes:
        sentence = format_lazy(_("The step has no outcome “{outcome}”."), outcome=move["outcome"])
        (place / "outcome").refuse(joined(sentence, did_you_mean(move["outcome"], outcomes)))
    _check_answers(checking, place / "answers", props_of(step))


def _check_answers(checking: Checking, place: Place, asked: Any) -> None:
    """Every answer must belong to a field of the form that is filled in. `asked`: what names the form."""
    form = checking.known.forms.get(str(asked.get("form"))) if isinstance(asked, dict) else None
    if form is None or not isinstance(place.value, dict):
        return
    for key, value in place.value.items():
        if key not in form["kinds"]:
            sentence = format_lazy(_("The form has no field “{key}”."), key=key[:60])
            (place / key).refuse(joined(sentence, did_you_mean(key, list(form["kinds"]))))
        check_answer(checking, place / key, value)


def _check_actor(checking: Checking, code: Any, place: Place) -> None:
    if code != GUEST:
        checking.known.require("account", code, place)


def apply_cases(loading: Loading) -> None:
    """Plays each case once."""
    for row in loading.rows("cases"):
        with loading.told_at(row.place):
            _apply_case(loading, row)


def _apply_case(loading: Loading, row: Row) -> None:
    key = f"{loading.pack}/{row.key}"
    loading.settle(
        "cases",
        key,
        wanted={"key": row.key},
        current=loading.last("cases", key),
        create=lambda: _play(loading, row),
        change=lambda _changes: None,
    )


@dataclass
class _Played:
    """A case in the making."""

    case: Case
    row: Row
    begun: datetime
    now: datetime

    def actor(self, code: str) -> Actor:
        """The login, or the guest of this case."""
        if code == GUEST:
            return Actor(guest_case=self.case.pk)
        return Actor(user=User.objects.get(username=code))

    def task(self, step: str) -> Task:
        """The open task of the step."""
        task: Task | None = Task.objects.filter(OPEN_HUMAN, process=self.case, step_id=step).last()
        if task is None:
            raise NotFound(NOT_OPEN)
        return task


def _play(loading: Loading, row: Row) -> None:
    """Start the case and make its moves at their hours, through the services that people use.

    Raises: `BadPack` with the place in the file when a service refuses a move.
    """
    begun = loading.now - timedelta(hours=row.values["hours_ago"])
    starter = VISITOR if row.values["by"] == GUEST else Actor(user=User.objects.get(username=row.values["by"]))
    try:
        answers = resolved(row.values["answers"], loading.now)
        started = start_case(flow=row.values["flow"], actor=starter, answers=answers, now=begun)
    except DandelionError as error:
        raise _refused(loading, row.place, error) from error
    played = _Played(started.case, row, begun, begun)
    for number, move in enumerate(row.values["then"]):
        played.now = min(begun + timedelta(hours=move["after_hours"]), loading.now)
        try:
            let_pass(case_id=played.case.pk, until=played.now)
            _move(played, move, resolved(move.get("answers", {}), loading.now))
        except DandelionError as error:
            raise _refused(loading, row.place / "then" / number, error) from error
    let_pass(case_id=played.case.pk, until=loading.now)


def _refused(loading: Loading, place: Place, error: DandelionError) -> BadPack:
    """The refusal at the answers that it is about, else at the case or move."""
    answers = (place / "answers").value or {}
    errors = {key: texts for key, texts in getattr(error, "errors", {}).items() if key in answers}
    found = []
    for key, texts in errors.items():
        at = place / "answers" / key
        found.append(PackProblem(at.sheet.file, at.line, f"{key}: {' '.join(map(str, texts))}"))
    return BadPack(found) if found else loading.refused(place, error)


def _move(played: _Played, move: dict[str, Any], answers: dict[str, Any]) -> None:
    actor, now = played.actor(move["by"]), played.now
    if "release" in move:
        release(case_id=played.case.pk, actor=actor, reason=move["release"], now=now)
        return
    if "objection" in move:
        notice, about = standing_notice(played.case.pk, move["step"]), move["objection"]
        if notice is None:
            raise NotFound
        object_to_notice(notice=notice, actor=actor, about=about, reason=move.get("comment", about), now=now)
        return
    task_id = played.task(move["step"]).pk
    if "claim_for" in move:
        unit = _unit(move["claim_for"])
        on = timezone.localdate(now)
        if actor.user is None:
            raise NotFound
        mine = claimants_for(actor.user, kinds=["organisation"], scope_unit_id=unit.get_root().pk, on=on)
        claimant = next((one for one in mine if one.pk == unit.pk), None)
        if claimant is None:
            raise NotFound
        claim(task_id=task_id, actor=actor, claimant=claimant, answers=answers or None, now=now)
        return
    act(
        task_id=task_id,
        actor=actor,
        outcome=move["outcome"],
        answers=answers or None,
        comment=move.get("comment", ""),
        now=now,
    )
