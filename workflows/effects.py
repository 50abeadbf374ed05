"""Named effects: what a step makes of answers, by calling services of the programme, in the step's transaction."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.exceptions import DandelionError, Invalid
from core.people.selectors import Claimant
from core.registry import Registry
from workflows.answers import value_of
from workflows.claims import claimant_of, latest
from workflows.models import Case, StepClaim
from workflows.tree import Step, props_of

if TYPE_CHECKING:
    from workflows.running import Run

log = logging.getLogger(__name__)

UNKNOWN = _("This flow uses something that is not installed here. Please tell your administrator; nothing was changed.")
FAILED = _("Something went wrong while carrying this out, so nothing was changed. Please tell your administrator.")


@dataclass(frozen=True)
class EffectContext:
    """What an effect may use. `inputs`: name → typed value; `definition`: the flow document; `comment`: the actor's."""

    case: Case
    actor: Actor
    now: datetime
    inputs: Mapping[str, Any]
    claimant: Claimant | None
    definition: Mapping[str, Any]
    step_id: str = ""
    comment: str = ""


Function = Callable[[EffectContext], None]


@dataclass(frozen=True)
class Effect:
    """A registered effect.

    `inputs`: name → kind of value; `optional`: those that may be left out; `needs`: the effect that every way to it
    must have carried out before; `public`: the inputs that everybody will read word for word; `choices`: of inputs that
    take only certain words, those words; `rewrites`: called again it records what is true then, so that going back
    behind it needs no undo; `for_one`: it keeps one claimant a case, so that it suits no step with several places.
    """

    name: str
    function: Function
    inputs: Mapping[str, str] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    needs: str = ""
    public: frozenset[str] = frozenset()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rewrites: bool = False
    for_one: bool = False


EFFECTS: Registry[Effect] = Registry("effects")
UNDOS: Registry[Function] = Registry("undos of effects")


def effect(
    name: str,
    *,
    inputs: Mapping[str, str] | None = None,
    optional: Iterable[str] = (),
    needs: str = "",
    public: Iterable[str] = (),
    choices: Mapping[str, Sequence[str]] | None = None,
    rewrites: bool = False,
    for_one: bool = False,
) -> Callable[[Function], Function]:
    """Registers the decorated `f(ctx)` under `name`. Its first docstring line is what designers read."""

    def register(function: Function) -> Function:
        entry = Effect(
            name,
            function,
            dict(inputs or {}),
            frozenset(optional),
            needs,
            frozenset(public),
            dict(choices or {}),
            rewrites,
            for_one,
        )
        EFFECTS.register(name, entry)
        return function

    return register


def undo(name: str) -> Callable[[Function], Function]:
    """Registers the decorated `f(ctx)` as what undoes the effect `name` when the case goes back behind it."""
    return lambda function: UNDOS.register(name, function)


def described() -> dict[str, dict[str, Any]]:
    """Name → {"inputs", "optional", "needs", "choices", "may_go_back"}, as `schema.problems` wants it."""
    return {
        name: {
            "inputs": dict(entry.inputs),
            "optional": set(entry.optional),
            "needs": entry.needs,
            "choices": entry.choices,
            "may_go_back": entry.rewrites or name in UNDOS,
            "for_one": entry.for_one,
        }
        for name, entry in EFFECTS.items()
    }


def perform(
    name: str | None,
    run: "Run",
    *,
    step: Step | None = None,
    claim: StepClaim | None = None,
    within: Registry[Function] | None = None,
) -> None:
    """Carries out an effect, or what `within` has under its name; None does nothing.

    Raises: whatever refusal the effect raises, with its field errors at the fields that fed the inputs; Invalid for an
    effect that is not installed, and for one that fails in a way nobody foresaw.
    """
    if not name:
        return
    entry = EFFECTS.get(name)
    if entry is None:
        raise Invalid(UNKNOWN, code="unknown_effect", effect=name)
    expressions = props_of(step).get("inputs") or {} if step is not None else {}
    context = EffectContext(
        case=run.case,
        actor=run.actor,
        now=run.now,
        inputs={key: value_of(expression, run.case) for key, expression in expressions.items()},
        claimant=claimant_of(standing) if (standing := claim or latest(run.case)) is not None else None,
        definition=run.case.version.document,
        step_id=claim.step_id if claim is not None else step["id"] if step is not None else "",
        comment=run.reason,
    )
    function = entry.function if within is None else within[name]
    try:
        function(context)
    except Invalid as error:
        raise Invalid(error.sentence, code=error.code, errors=at_fields(error.errors, expressions)) from error
    except DandelionError:
        raise
    except Exception as error:
        if run.background:  # the task is parked with the error's class
            raise
        log.error("effect %s failed in case %s: %s", name, run.case.pk, type(error).__name__)
        raise Invalid(FAILED, code="effect_failed", effect=name) from error


def at_fields(errors: Mapping[str, list[str]], expressions: Mapping[str, Any]) -> dict[str, list[str]]:
    """Moves errors from the name of an input to the key of the form field that fed it."""
    moved: dict[str, list[str]] = {}
    for name, sentences in errors.items():
        expression = expressions.get(name)
        variable = expression.get("var") if isinstance(expression, Mapping) else None
        key = str(variable).split(".", 1)[-1] if variable else name
        moved.setdefault(key, []).extend(sentences)
    return moved
