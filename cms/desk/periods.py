"""The desk's screen of the periods of themes: which theme is about what, from which day to which."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from cms.desk.fields import day_input
from cms.desk.screens import ListView, RecordForm, Screen
from core.actors import Actor
from core.programme.models import ThemePeriod
from core.programme.services import add_period, change_period
from core.text import localised

LANGUAGES = ("zh-hans", "en")
TEXTS = ("name", "focus", "summary")


class FocusColumn(Column):
    """The focus in the reader's language."""

    def get_value(self, instance: Any) -> str:
        """Such as 文明交通."""
        return localised(instance.focus)


class PeriodList(ListView):
    """Periods with their themes."""

    related = ("theme",)


class PeriodChangeForm(RecordForm):
    """A period, its texts in Chinese and English."""

    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=40, help_text=_("Such as 第三季度."))
    name_en = forms.CharField(label=_("Name in English"), max_length=40, required=False)
    focus_zh = forms.CharField(
        label=_("Focus in Chinese"), max_length=60, help_text=_("A few words, shown large: 文明交通.")
    )
    focus_en = forms.CharField(label=_("Focus in English"), max_length=60, required=False)
    summary_zh = forms.CharField(label=_("Sentence in Chinese"), max_length=300, required=False)
    summary_en = forms.CharField(label=_("Sentence in English"), max_length=300, required=False)

    class Meta:
        model = ThemePeriod
        fields = ["since", "until", "service_day"]
        widgets = {"since": day_input(), "until": day_input(), "service_day": day_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in TEXTS:
            text = getattr(self.instance, name)
            for language in LANGUAGES:
                self.fields[f"{name}_{language[:2]}"].initial = text.get(language, "")

    def values(self) -> dict[str, Any]:
        """The texts by language, beside the days."""
        typed = dict(self.cleaned_data)
        texts = {
            name: {language: text for language in LANGUAGES if (text := typed.pop(f"{name}_{language[:2]}"))}
            for name in TEXTS
        }
        return {**typed, **texts}


class PeriodForm(PeriodChangeForm):
    """The same for a new period, with its theme and code."""

    field_order = ["theme", "slug"]

    class Meta(PeriodChangeForm.Meta):
        fields = ["theme", "slug", "since", "until", "service_day"]


class PeriodScreen(Screen):
    """The periods of all themes."""

    model = ThemePeriod
    name = "periods"
    icon = "date"
    index_view_class = PeriodList
    inspect_view_fields = ["theme", "slug", "since", "until", "service_day"]
    list_display = [
        "__str__",
        Column("theme", label=_("Theme")),
        FocusColumn("focus", label=_("Focus")),
        "since",
        "until",
        "service_day",
    ]
    list_filter = ["theme"]
    search_fields = ["slug"]
    ordering = ["-since", "theme"]
    may_create = may_change = True
    create_form, change_form = PeriodForm, PeriodChangeForm

    def create(self, *, actor: Actor, now: datetime, **values: Any) -> Model:
        """Give the theme a period."""
        return add_period(actor=actor, now=now, **values)

    def change(self, *, actor: Actor, obj: ThemePeriod, values: dict[str, Any], now: datetime) -> Model:
        """Change texts and days."""
        return change_period(period=obj, changes=values, actor=actor, now=now)
