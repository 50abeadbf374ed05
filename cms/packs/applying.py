"""Applies a checked pack: creates what is new, changes what the pack changed, keeps what administrators edited."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model

from cms.packs.models import PackItem
from cms.packs.problems import BadPack, PackProblem
from cms.packs.sections import Row
from cms.packs.shapes import Place
from core.actors import Actor
from core.audit.services import record
from core.exceptions import DandelionError, WrongState
from core.people.models import OrgUnit
from core.rights import require
from core.saving import change, save

Obj = TypeVar("Obj", bound=Model)


@dataclass
class Tally:
    """What became of the entries of one section. `kept`: keys that stayed as an administrator edited them."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: list[str] = field(default_factory=list)


@dataclass
class Loading:
    """One pack while it is being applied."""

    pack: str
    version: str
    sha256: str
    actor: Actor
    now: datetime
    checked: dict[str, list[Row]]
    section: str = ""
    tallies: dict[str, Tally] = field(default_factory=dict)
    changed: set[tuple[str, str]] = field(default_factory=set)
    problems: list[PackProblem] = field(default_factory=list)

    @property
    def by(self) -> dict[str, Any]:
        """Who acts and when, as every service asks."""
        return {"actor": self.actor, "now": self.now}

    def rows(self, section: str) -> list[Row]:
        """The checked entries of a section."""
        return self.checked.get(section, [])

    def count(self, what: str, key: str = "") -> None:
        """Add one to the tally of the running section."""
        tally = self.tallies.setdefault(self.section, Tally())
        if what == "kept":
            tally.kept.append(key)
        else:
            setattr(tally, what, getattr(tally, what) + 1)

    def settle(
        self,
        section: str,
        key: str,
        *,
        wanted: dict[str, Any],
        current: dict[str, Any] | None,
        create: Callable[[], Any],
        change: Callable[[dict[str, Any]], Any],
        extends: bool = False,
    ) -> None:
        """Bring one thing to what the pack wants of it.

        `current`: the same values as they stand, None when the thing does not exist. The pack wins where it changed a
        value since its last load; a value that differs for another reason was edited here and stays. A thing that a
        later pack extends is left to that pack.
        """
        item = PackItem.objects.filter(section=section, key=key).first()
        if item is not None and item.pack != self.pack:
            built_upon = self.pack in item.values.get("extends", [])
            if built_upon or not extends:
                self.count("unchanged")
                return
        before = item.values if item is not None else {}
        if current is None:
            create()
            self.count("created")
        else:
            differing = {name: value for name, value in wanted.items() if current.get(name) != value}
            ours = {name: value for name, value in differing.items() if name in before and before[name] != value}
            if ours:
                change(dict(ours))
                self.changed.add((section, key))
            what = "changed" if ours else "kept" if differing else "unchanged"
            self.count(what, key)
        if item is None or item.pack != self.pack or item.values != wanted:
            PackItem.objects.update_or_create(section=section, key=key, defaults={"pack": self.pack, "values": wanted})

    def brought_by(self, section: str, key: str) -> str:
        """The pack that brought a thing; "" when none did."""
        return PackItem.objects.filter(section=section, key=key).values_list("pack", flat=True).first() or ""

    def last(self, section: str, key: str) -> dict[str, Any] | None:
        """What this or another pack said of a thing at its last load; for what cannot be read back."""
        item = PackItem.objects.filter(section=section, key=key).first()
        return item.values if item is not None else None

    def insert(self, obj: Model, verb: str) -> None:
        """Save a new row that has no service of its own, and audit it."""
        require(self.actor, f"{obj._meta.app_label}.add_{obj._meta.model_name}")
        save(obj, refusals={})
        record(verb=verb, obj=obj, **self.by)

    def save(self, obj: Model | None, verb: str, changes: dict[str, Any]) -> None:
        """Change a row that has no service of its own, and audit it."""
        obj = self.there(obj)
        require(self.actor, f"{obj._meta.app_label}.change_{obj._meta.model_name}")
        self.audit(verb, obj, change(obj, changes, refusals={}))

    def audit(self, verb: str, obj: Model, fields: list[str]) -> None:
        """Note which fields the pack changed."""
        record(verb=verb, obj=obj, data={"fields": fields, "pack": self.pack}, **self.by)

    @contextmanager
    def told_at(self, place: Place) -> Iterator[None]:
        """Note a refusal inside the block as a problem at `place` and go on, so that a load tells all of a section."""
        try:
            with transaction.atomic():
                yield
        except BadPack as error:
            self.problems += error.problems
        except DandelionError as error:
            self.problems += self.refused(place, error).problems

    def refused(self, place: Place, error: DandelionError) -> BadPack:
        """The refusal of a service as a problem of the pack, at the place that asked for it."""
        words = [
            str(error.sentence),
            *(f"{key}: {' '.join(texts)}" for key, texts in getattr(error, "errors", {}).items()),
        ]
        return BadPack([PackProblem(place.sheet.file, place.line, " ".join(words))])

    def there(self, obj: Obj | None) -> Obj:
        """The row that `settle` found. Raises: `WrongState` when it is gone."""
        if obj is None:
            raise WrongState
        return obj

    def with_unit(self, values: dict[str, Any]) -> dict[str, Any]:
        """The same values with the unit itself in place of its code."""
        if "unit" not in values:
            return values
        return {**values, "unit": OrgUnit.objects.get(slug=values["unit"])}
