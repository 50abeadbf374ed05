"""Form fields and columns that several screens of the desk use."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from core.people.models import Member, OrgUnit
from forms.masks import masked_phone

SEPARATORS = re.compile(r"[,，、;；\n]+")
INDENT = "　"


class MemberField(forms.CharField):
    """A member by volunteer number: fits a city's members, and shows nobody a list of names."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Volunteer number"))
        kwargs.setdefault("help_text", _("The number of the member, as in the list of members."))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Member | None:
        """The member with this number."""
        number = super().clean(value)
        member = Member.objects.filter(number=number).first()
        if member is None:
            raise ValidationError(_("There is no member with this volunteer number."), code="unknown_member")
        return member


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """An active unit, shown as a tree."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Unit"))
        super().__init__(queryset=OrgUnit.objects.filter(is_active=True).order_by("path"), **kwargs)

    def label_from_instance(self, obj: Model) -> str:
        """The name, indented by its depth."""
        assert isinstance(obj, OrgUnit)  # noqa: S101  # the queryset says so
        return f"{INDENT * (obj.depth - 1)}{obj.name}"


class WordsField(forms.CharField):
    """A list of words in one line."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Several are separated by commas."))
        super().__init__(required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The list as one line."""
        return "、".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """The line as a list."""
        return [word.strip() for word in SEPARATORS.split(value or "") if word.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare lists, not lines."""
        return bool(self.to_python(data) != (initial or []))


class LocalNameMixin(forms.Form):
    """Two fields for a name in Chinese and English."""

    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=60)
    name_en = forms.CharField(label=_("Name in English"), max_length=60, required=False)

    def local_name(self) -> dict[str, str]:
        """Language → text, without empty ones."""
        texts = {"zh-hans": self.cleaned_data["name_zh"], "en": self.cleaned_data["name_en"]}
        return {language: text for language, text in texts.items() if text}


class PhoneColumn(Column):
    """A phone number with its middle hidden."""

    def get_value(self, instance: Any) -> str:
        """The masked number, or a dash."""
        number = super().get_value(instance)
        return masked_phone(number) if number else "–"


class YesNoColumn(Column):
    """Yes or no in words."""

    def get_value(self, instance: Any) -> str:
        """The word."""
        return yes_no(bool(super().get_value(instance)))


def yes_no(value: bool) -> str:
    """Yes or no in the reader's language."""
    return str(_("Yes") if value else _("No"))


def day_input() -> forms.DateInput:
    """A native date input."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
