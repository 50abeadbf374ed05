"""Turns a published form into a Django form: one class per version and access, cached; the server decides."""

import json
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.text import localised
from forms.context import FillContext as FillContext
from forms.kinds import KINDS
from forms.kinds.choices import labels_of
from forms.layout import ErrorLink, Part, parts
from forms.live import logic_of, not_on_offer
from forms.logic import Check, Outcome, Plan, plan, worked_out
from forms.models import FormVersion
from forms.paging import LAST_LOOK, Glance, Leaf, Spread, error_links, glances, leaves, spreads
from forms.rules import RuleError
from forms.schema import Document, fields_of, located_fields, name_of
from forms.shapes import SHAPES
from forms.widgets import Renderer

ACCESS = ("edit", "replace", "read", "mask", "hide")
FILLED_IN = ("edit", "replace")
CACHED_CLASSES = 200
_classes: OrderedDict[tuple[Any, ...], type["AnswerForm"]] = OrderedDict()


class AnswerForm(forms.BaseForm):
    """Answers to one published form. `answers`: those that stand, shown for correction or reading and kept otherwise.

    A value for a field that may not be edited, or that the form's own logic hides, is never accepted.
    `here`: the page in view, as `forms.paging` turns them; "" while all of the form is. `is_turned`: somebody comes to
    it from another page.
    """

    here: str = ""
    is_turned: bool = False

    document: Document
    plan: Plan
    access: Mapping[str, str]
    default_renderer = Renderer
    base_fields: dict[str, forms.Field] = {}
    declared_fields: dict[str, forms.Field] = {}

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        answers: dict[str, Any] | None = None,
        context: FillContext | None = None,
        prefix: str | None = None,
    ) -> None:
        self.context = context or FillContext()
        self.told: list[str] = []  # what became of answers to an earlier version, for the top of the form
        self.earlier = dict(answers) if answers else self._preset()
        self.standing = dict(self.earlier)
        super().__init__(data, files, prefix=prefix, use_required_attribute=False)
        self.outcome: Outcome | None = None
        self.prefilled: dict[str, Any] = {}
        for key, field in self.fields.items():
            definition = self.definitions[key]
            kind = KINDS[definition["kind"]]
            kind.prepare(field, definition, self.context)
            if not answers and key in self.context.known:
                self._prefill(key, field)
            usual = self.prefilled.get(key, kind.default(definition, self.context))
            stored = self.earlier.get(key) if answers else usual
            if stored is not None:
                self.standing[key] = stored
            self.initial[key] = kind.initial(None if self.keeps(key) else stored, definition)

    def _prefill(self, key: str, field: forms.Field) -> None:
        """Take what is known of the person, if the field would take it from him."""
        kind = KINDS[self.definitions[key]["kind"]]
        posted: MultiValueDict[str, Any] = MultiValueDict({key: kind.posted(self.context.known[key])})
        with suppress(ValidationError):
            value = field.clean(field.widget.value_from_datadict(posted, MultiValueDict(), key))
            if value is not None:
                self.prefilled[key] = kind.stored(value, self.definitions[key])

    def is_as_prefilled(self, key: str) -> bool:
        """Whether a field holds what was known of the person, and nobody changed it yet."""
        if key not in self.prefilled:
            return False
        posted = KINDS[self.definitions[key]["kind"]].posted(self.prefilled[key])
        data: Any = self.data  # what a browser sent: several values per name
        return not self.is_bound or data.getlist(self.add_prefix(key)) == [str(one) for one in posted]

    def _preset(self) -> dict[str, Any]:
        """The defaults of fields that are only read: nobody can enter them, so they stand from the beginning."""
        read = {key: field for key, field in self.definitions.items() if self.state(key) in ("read", "mask")}
        found = {key: KINDS[field["kind"]].default(field, self.context) for key, field in read.items()}
        return {key: value for key, value in found.items() if value is not None and "calc" not in read[key]}

    @cached_property
    def definitions(self) -> dict[str, dict[str, Any]]:
        """Key → field of the document, of those that hold an answer."""
        return {field["key"]: field for field in fields_of(self.document)}

    def state(self, key: str) -> str:
        """What access allows for a field: edit, replace, read, mask or hide. What is worked out is never edited."""
        state = self.access.get(key, "edit")
        if state in FILLED_IN and not is_asked(self.definitions[key]):
            return "read"
        return state if state in ACCESS else "hide"

    def keeps(self, key: str) -> bool:
        """Whether the answer that stands is not shown and stays unless somebody writes another one."""
        return self.state(key) == "replace" and key in self.earlier

    def clean(self) -> dict[str, Any]:
        """Apply the form's logic: what it hides is dropped, what it requires is demanded, what it calculates is set."""
        entered = {
            key: KINDS[self.definitions[key]["kind"]].stored(value, self.definitions[key])
            for key, value in self.cleaned_data.items()
            if value is not None
        }
        kept = {key: value for key, value in self.earlier.items() if key not in self.fields or self._left_alone(key)}
        entered = {key: value for key, value in entered.items() if key not in kept}
        try:
            self.outcome = worked_out(self.plan, {**kept, **entered}, today=self.context.today, settled=kept.keys())
        except RuleError:
            self.add_error(None, _("The rules of this form could not be worked out. Please tell your administrator."))
            return self.cleaned_data
        for key in self.fields:
            if key not in self.outcome.visible:
                self.errors.pop(key, None)
            elif key in self.outcome.refused:
                self.add_error(key, self._not_on_offer(key, self.outcome.refused[key]))
            elif key in self.outcome.required and key not in self.errors and self._is_missing(key):
                self.add_error(key, self._demand(key))
        for check in self.outcome.broken:
            if self.concerns(check):
                is_there = check.at in self.fields and check.at in self.outcome.visible
                self.add_error(check.at if is_there else None, localised(check.message))
        return self.cleaned_data

    def concerns(self, check: Check) -> bool:
        """Whether the reader can put right what a check objects to: nobody is held up by what others answered."""
        return not self.fields.keys().isdisjoint({*check.names, check.at})

    def _not_on_offer(self, key: str, options: list[str]) -> list[str]:
        labels = labels_of(self.definitions[key])
        return [not_on_offer() % {"option": labels.get(option, option)} for option in options]

    def _left_alone(self, key: str) -> bool:
        if not self.keeps(key) or key in self.errors:
            return False
        definition, value = self.definitions[key], self.cleaned_data.get(key)
        kind = KINDS[definition["kind"]]
        return value is None or kind.is_missing(kind.stored(value, definition))

    def _is_missing(self, key: str) -> bool:
        assert self.outcome is not None  # noqa: S101  # set just before
        return KINDS[self.definitions[key]["kind"]].is_missing(self.outcome.answers.get(key))

    def _demand(self, key: str) -> str:
        field = self.fields[key]
        kind = self.definitions[key]["kind"]
        if kind == "consent":
            return gettext("Please agree to “%(label)s” to go on.") % {"label": field.label}
        if KINDS[kind].is_chosen:
            return gettext("Please choose: %(label)s.") % {"label": field.label}
        return gettext("Please fill in: %(label)s.") % {"label": field.label}

    def answers(self) -> dict[str, Any]:
        """The whole answers of a valid form: field key → value in JSON form; what was not answered has no key."""
        if not self.is_valid() or self.outcome is None:
            raise ValueError("answers of a form that is not valid")
        return self.outcome.answers

    def sentences(self) -> dict[str, list[str]]:
        """Field key → what is wrong; "" for what concerns the whole."""
        return {
            "" if key == NON_FIELD_ERRORS else key: [str(error) for error in errors]
            for key, errors in self.errors.items()
        }

    @property
    def applying(self) -> set[str]:
        """The names of the fields and notes that the form's logic shows, by what is entered or else stands in it."""
        if self.outcome is None:
            try:
                settled = self.standing.keys() - self.fields.keys()
                return worked_out(self.plan, self.standing, today=self.context.today, settled=settled).visible
            except RuleError:
                return {name_of(field) for _place, _section, field in located_fields(self.document)}
        return self.outcome.visible

    @property
    def parts(self) -> list[Part]:
        """The sections with their rows, for the template."""
        return parts(self)

    @cached_property
    def logic(self) -> str:
        """What the browser needs to show the form's logic at once, as JSON; "" when it has none."""
        found = logic_of(self)
        return json.dumps(found, ensure_ascii=False) if found is not None else ""

    @property
    def spreads(self) -> list[Spread]:
        """The pages with their sections, for the template."""
        return spreads(self)

    @property
    def leaves(self) -> list[Leaf]:
        """The pages that apply, in order."""
        return [leaf for leaf in leaves(self) if leaf.number]

    @property
    def glances(self) -> list[Glance]:
        """What was answered, page by page; nothing unless the last look is in view."""
        return glances(self) if self.is_last_look else []

    @property
    def is_last_look(self) -> bool:
        """Whether everything was gone through, and only handing in is left."""
        return self.here == LAST_LOOK

    @property
    def can_be_handed_in(self) -> bool:
        """Whether the button for it belongs on the page."""
        return not self.here or self.is_last_look

    @property
    def error_links(self) -> list[ErrorLink]:
        """The summary on top: each error with a link to its field."""
        return error_links(self)


def form_class(version: FormVersion, *, access: Mapping[str, str] | None = None) -> type[AnswerForm]:
    """The form of a version. `access`: field key → state, edit when not said.

    `edit`: shown and changed. `replace`: changed without being shown, empty keeps what stands. `read`: shown.
    `mask`: shown in part. `hide`: not there at all.
    """
    if version.is_draft:
        return build_form_class(version.document, access=access)
    cache_key = (version.pk, version.sha256, tuple(sorted((access or {}).items())))
    found = _classes.get(cache_key)
    if found is None:
        found = _classes[cache_key] = build_form_class(version.document, access=access)
        if len(_classes) > CACHED_CLASSES:
            _classes.popitem(last=False)
    return found


def build_form_class(document: Document, *, access: Mapping[str, str] | None = None) -> type[AnswerForm]:
    """The form of a valid document that may not be published yet."""
    fields = {
        field["key"]: KINDS[field["kind"]].form_field(field)
        for field in fields_of(document)
        if (access or {}).get(field["key"], "edit") in FILLED_IN and is_asked(field)
    }
    members = {
        "document": document,
        "plan": plan(document),
        "access": dict(access or {}),
        "base_fields": fields,
        "declared_fields": fields,
    }
    return type("AnswerForm", (AnswerForm,), members)


def is_asked(field: Mapping[str, Any]) -> bool:
    """Whether somebody enters this answer, rather than a rule or the server working it out."""
    return "calc" not in field and not SHAPES[field["kind"]].is_computed


def with_computed(form: AnswerForm, *, now: datetime) -> dict[str, Any]:
    """The answers of a valid form with what the server works out; whatever stood there or was sent is replaced."""
    answers = form.answers()
    kinds = {key: field["kind"] for key, field in form.definitions.items()}
    for key, field in form.definitions.items():
        if not SHAPES[field["kind"]].is_computed:
            continue
        answers.pop(key, None)
        is_visible = form.outcome is not None and key in form.outcome.visible
        value = KINDS[field["kind"]].computed(field, answers, kinds, now) if is_visible else None
        if value is not None:
            answers[key] = value
    return answers


def as_posted(document: Document, answers: Mapping[str, Any]) -> MultiValueDict[str, Any]:
    """Stored answers as a browser would send them."""
    posted: MultiValueDict[str, Any] = MultiValueDict()
    for field in fields_of(document):
        values = KINDS[field["kind"]].posted(answers.get(field["key"]))
        if values:
            posted.setlist(field["key"], values)
    return posted
