"""The kind for an honour that may be granted: an award scheme open for nominations, or a level of one."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.honours.models import AwardScheme
from forms.context import FillContext
from forms.kinds.base import AnswerField, Definition, Kind, Stored, register
from forms.widgets import Selection

SEPARATOR = "/"


class AwardField(AnswerField):
    """A scheme, or a level of one; which ones are offered is decided when the form is filled in."""

    default_error_messages = {"award": _("Please choose an award from the list.")}
    allowed: frozenset[str] = frozenset()

    def parsed(self, text: str) -> str:
        """The code."""
        if text not in self.allowed:
            raise self.refuse("award")
        return text


class AwardKind(Kind):
    """An open award scheme for the wanted kinds of honorees; its levels stand under its name."""

    name = "award"
    is_chosen = True

    def form_field(self, definition: Definition) -> AnswerField:
        """A list to open; it is filled when somebody fills in the form."""
        return AwardField(definition, widget=Selection())

    def prepare(self, form_field: Any, definition: Definition, context: FillContext) -> None:
        """Offer what is open."""
        wanted = set(definition.get("subjects") or [])
        schemes = AwardScheme.objects.filter(is_open=True).order_by("pk")
        offered = [scheme for scheme in schemes if not wanted or wanted & set(scheme.subject_kinds)]
        choices = [_choice(scheme) for scheme in offered]
        form_field.allowed = frozenset(code for scheme in offered for code in _codes(scheme))
        form_field.widget.choices = [("", _("Please choose")), *choices]

    def shown(self, stored: Stored, definition: Definition) -> str:
        """The scheme's name, with the level after it; of a scheme that is gone, its code."""
        slug, _slash, level = str(stored).partition(SEPARATOR)
        scheme = AwardScheme.objects.filter(slug=slug).first()
        if scheme is None:
            return super().shown(stored, definition)
        return " · ".join(part for part in (str(scheme), scheme.level_name(level) if level else "") if part)


def _codes(scheme: AwardScheme) -> list[str]:
    return [f"{scheme.slug}{SEPARATOR}{level['slug']}" for level in scheme.levels] or [scheme.slug]


def _choice(scheme: AwardScheme) -> tuple[str, Any]:
    """The scheme itself, or a heading with its levels."""
    codes = _codes(scheme)
    if not scheme.levels:
        return codes[0], str(scheme)
    names = [scheme.level_name(level["slug"]) for level in scheme.levels]
    return str(scheme), list(zip(codes, names, strict=True))


register(AwardKind())
