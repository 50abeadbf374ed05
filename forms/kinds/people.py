"""The kinds for a member and for a team, chosen among those within reach of the person who fills in the form."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.people.models import Member, Team
from core.people.reach import Reach, members_within, teams_within
from forms.context import FillContext
from forms.fieldschema import exact
from forms.kinds.base import AnswerField, Definition, Kind, Stored, register
from forms.widgets import Selection


class OfferedField(AnswerField):
    """One of the rows on offer, by primary key; which ones is decided when the form is filled in."""

    default_error_messages = {"choice": _("Please choose from the list.")}
    allowed: frozenset[str] = frozenset()
    is_there: Callable[[str], bool] | None = None

    def parsed(self, text: str) -> int:
        """The primary key."""
        if text not in self.allowed and not (self.is_there and self.is_there(text)):
            raise self.refuse("choice")
        return int(text)


class OfferedKind(Kind):
    """What members and teams share: stored by primary key, offered only to somebody who is signed in."""

    def offered(self, reach: Reach, context: FillContext) -> list[tuple[str, str]]:
        """(primary key, label) of the rows within reach."""
        raise NotImplementedError

    def name_of(self, pk: int) -> str:
        """The name of the row, "" when it is gone."""
        raise NotImplementedError

    def is_active(self, text: str) -> bool:
        """Whether there is such a row, still active."""
        raise NotImplementedError

    def form_field(self, definition: Definition) -> AnswerField:
        """A list to open; it is filled when somebody fills in the form."""
        return OfferedField(definition, widget=Selection())

    def prepare(self, form_field: Any, definition: Definition, context: FillContext) -> None:
        """Offer the rows within reach; the system passes on any row that is active."""
        if context.by_system:
            form_field.is_there = self.is_active
            return
        rows = self.offered((definition.get("scope") or {}).get("unit", "own"), context)
        form_field.allowed = frozenset(pk for pk, _label in rows)
        form_field.widget.choices = [("", _("Please choose")), *rows]

    def posted(self, stored: Stored) -> list[Any]:
        """The primary key as text."""
        return super().posted(str(stored) if is_key(stored) else stored)

    def initial(self, stored: Stored, definition: Definition) -> Any:
        """The primary key as text."""
        return str(stored) if is_key(stored) else None

    def typed(self, stored: Stored) -> Any:
        """The primary key: rules can compare two of them, effects find the row."""
        return exact(stored) if is_key(stored) else None

    def shown(self, stored: Stored, definition: Definition) -> str:
        """The name; of a row that is gone, its key."""
        return (self.name_of(stored) if is_key(stored) else "") or super().shown(stored, definition)

    def exported(self, stored: Stored, definition: Definition) -> str:
        """The name, not the key that rules see."""
        return self.shown(stored, definition)

    def words(self, stored: Stored) -> list[str]:
        """The name."""
        name = self.name_of(stored) if is_key(stored) else ""
        return [name] if name else []


class MemberKind(OfferedKind):
    """A member, by name and home unit; the number tells apart two of the same name. Never the phone."""

    name = "member"
    is_chosen = True

    def offered(self, reach: Reach, context: FillContext) -> list[tuple[str, str]]:
        """The members within reach of who fills in the form."""
        found = members_within(context.user, reach=reach, on=context.today)
        rows = list(found.values_list("pk", "name", "home", "number"))
        often = Counter((name, home) for _pk, name, home, _number in rows)
        return [
            (str(pk), " · ".join(part for part in (name, home, number if often[name, home] > 1 else "") if part))
            for pk, name, home, number in rows
        ]

    def name_of(self, pk: int) -> str:
        """The member's name."""
        return Member.objects.filter(pk=pk).values_list("name", flat=True).first() or ""

    def is_active(self, text: str) -> bool:
        """Whether there is such a member, still active."""
        return text.isdecimal() and Member.objects.filter(pk=int(text), is_active=True).exists()


class TeamKind(OfferedKind):
    """A team, by name and unit."""

    name = "team"
    is_chosen = True

    def offered(self, reach: Reach, context: FillContext) -> list[tuple[str, str]]:
        """The teams within reach of who fills in the form."""
        found = teams_within(context.user, reach=reach, on=context.today)
        return [(str(team.pk), f"{team.name} · {team.unit.name}") for team in found]

    def name_of(self, pk: int) -> str:
        """The team's name."""
        return Team.objects.filter(pk=pk).values_list("name", flat=True).first() or ""

    def is_active(self, text: str) -> bool:
        """Whether there is such a team, still active."""
        return text.isdecimal() and Team.objects.filter(pk=int(text), is_active=True).exists()


def is_key(stored: Stored) -> bool:
    """True for what may be a primary key."""
    return isinstance(stored, int) and not isinstance(stored, bool) and 0 < stored < 2**63


register(MemberKind())
register(TeamKind())
