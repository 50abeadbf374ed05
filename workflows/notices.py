"""What a notice step does: makes the masked text, opens and closes the public notice, notes what became of it."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils import translation

from core.notices import services
from core.notices.models import PublicNotice
from core.people.models import Member
from core.text import localised, masked_name
from forms.kinds import KINDS
from forms.schema import level_of
from notifications.placeholders import render
from workflows import deadlines
from workflows.letters import placeholder_values
from workflows.models import Case, StepSubmission
from workflows.remarks import personal_words
from workflows.tree import Step, Tree, effect_of, outcomes_of, props_of

if TYPE_CHECKING:
    from workflows.running import Run

LANGUAGES: Final = [code for code, _name in settings.LANGUAGES]


def open_notice(step: Step, run: "Run") -> PublicNotice:
    """Posts what the step shows. Raises: Invalid when it holds personal data."""
    case, subject = run.case, props_of(step)["subject"]
    return services.open_notice(
        actor=run.actor,
        case_id=case.pk,
        step_id=step["id"],
        unit=case.unit,
        subject={code: _in(code, lambda: render(localised(subject), placeholder_values(case))) for code in LANGUAGES},
        lines=_lines(step, case),
        closes_at=deadlines.notice_until(props_of(step), run),
        now=run.now,
    )


def close_window(step: Step, run: "Run") -> bool:
    """Ends the window; whether somebody objected."""
    notice = services.close_notice(actor=run.actor, case_id=run.case.pk, step_id=step["id"], now=run.now)
    return notice.state == PublicNotice.State.DECIDING


def decide(step: Step, outcome: str, run: "Run") -> None:
    """Notes what was decided: who lets the case go on found that the objections did not hold."""
    effect = next(effect_of(one)[0] for one in outcomes_of(step) if one["id"] == outcome)
    services.decide_notice(
        actor=run.actor, case_id=run.case.pk, step_id=step["id"], is_upheld=effect != "continue", now=run.now
    )


def call_off(run: "Run", steps: Collection[str] | None = None) -> int:
    """Takes standing notices down: of all steps when the case is over, else of those it goes back behind; how many."""
    concerned = [one for one in _posted_at(run) if not steps or one in steps]
    if not concerned:
        return 0
    return services.call_off_notices(
        actor=run.actor, case_id=run.case.pk, step_ids=concerned, with_passed=steps is not None, now=run.now
    )


def _posted_at(run: "Run") -> list[str]:
    """The steps that may have a notice; of a version that cannot be read, those that have one."""
    if run.case.flow_class is None:
        return list(PublicNotice.objects.filter(case_id=run.case.pk).values_list("step_id", flat=True))
    tree: Tree = run.tree
    return [step["id"] for step in tree.walk() if step["kind"] == "notice"]


# the masked text


def _in(language: str, text: Callable[[], str]) -> str:
    with translation.override(language):
        return text()


def _lines(step: Step, case: Case) -> list[services.Line]:
    """What the public reads, field by field in every language; unanswered fields are left out."""
    rows = StepSubmission.objects.filter(case=case, is_current=True).select_related("submission__version__definition")
    by_step = {row.step_id: row.submission for row in rows}
    names = _names_in(case)
    lines: list[services.Line] = []
    for name in props_of(step)["shows"]:
        step_id, _dot, key = name.partition(".")
        submission = by_step.get(step_id)
        fields = submission.version.fields if submission is not None else []
        definition = next((field for field in fields if field["key"] == key), None)
        if submission is None or definition is None or submission.answers.get(key) is None:
            continue
        public = partial(_public, submission.answers[key], definition, names)
        value = {code: _in(code, public) for code in LANGUAGES}
        group = next(section for section in submission.version.document["sections"] if definition in section["fields"])
        lines.append({"label": definition["label"], "value": value, "group": group.get("title", "")})
    return lines


def _public(stored: Any, definition: dict[str, Any], names: Mapping[str, str]) -> str:
    """One answer as everybody may read it: a personal one masked, and names masked wherever they stand in free text."""
    kind = KINDS[definition["kind"]]
    if level_of(definition) in ("personal", "sensitive"):
        return kind.masked(stored, definition)
    text = kind.shown(stored, definition)
    for name, mask in names.items():
        text = text.replace(name, mask)
    return text


def _names_in(case: Case) -> dict[str, str]:
    """What was given as personal in the case, and the starter's name → its mask; the longest first."""
    words = personal_words(case)
    if case.starter_id is not None:
        words |= set(Member.objects.filter(user_id=case.starter_id).values_list("name", flat=True))
    return {word: masked_name(word) for word in sorted(words, key=len, reverse=True) if len(word) > 1}
