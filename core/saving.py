"""Saves records so that a rule of the database that would break becomes a sentence for the person."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model, UniqueConstraint
from django.utils.functional import Promise

from core.exceptions import Conflict, DandelionError, Invalid

Refusals = Mapping[str, str | Promise]


def save(obj: Model, *, refusals: Refusals, fields: Iterable[str] | None = None) -> None:
    """Save `obj` (only `fields` when given, and only when it exists).

    `refusals`: name of a constraint, or of a unique field → the sentence that says why. Raises: `Conflict` when it
    is not unique (code: that name), `Invalid` when another rule is broken, with `errors` per field.
    """
    _check_fields(obj, fields)
    refuse_broken(obj, refusals)
    try:
        with transaction.atomic():
            obj.save(update_fields=None if fields is None else list(fields))
    except IntegrityError:
        refuse_broken(obj, refusals)  # the rival's row is visible by now
        raise Conflict from None


def change(obj: Model, changes: Mapping[str, Any], *, refusals: Refusals) -> list[str]:
    """Give `obj` the values of `changes` and save what differs; returns the names of the changed fields."""
    changed = [name for name, value in changes.items() if getattr(obj, name) != value]
    for name in changed:
        setattr(obj, name, changes[name])
    if changed:
        save(obj, refusals=refusals, fields=changed)
    return changed


def refuse_broken(obj: Model, refusals: Refusals) -> None:
    """Raise the refusal of the first rule that `obj` breaks, if any; see `save`."""
    for field in obj._meta.concrete_fields:
        if field.unique and field.name in refusals and _is_taken(obj, field.name):
            raise _refusal(refusals[field.name], field.name, unique=True)
    for constraint in obj._meta.constraints:
        try:
            constraint.validate(type(obj), obj)
        except ValidationError:
            sentence = refusals.get(constraint.name)
            raise _refusal(sentence, constraint.name, unique=isinstance(constraint, UniqueConstraint)) from None


def _is_taken(obj: Model, name: str) -> bool:
    value = getattr(obj, name)
    return value is not None and type(obj)._default_manager.filter(**{name: value}).exclude(pk=obj.pk).exists()


def _refusal(sentence: str | Promise | None, code: str, *, unique: bool) -> DandelionError:
    return Conflict(sentence, code=code) if unique else Invalid(sentence, code=code)


def _check_fields(obj: Model, fields: Iterable[str] | None) -> None:
    wanted = None if fields is None else set(fields)
    skipped = [
        field.name
        for field in obj._meta.concrete_fields
        if field.is_relation or field.primary_key or (wanted is not None and field.name not in wanted)
    ]
    try:
        obj.clean_fields(exclude=skipped)
    except ValidationError as problem:
        raise Invalid(errors=problem.message_dict) from None
