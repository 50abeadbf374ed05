"""Turns a published form into a Django form: one class per version and access, cached; the server decides."""

import json
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.text import localised
from forms.access import FILLED_IN, column_states, field_state, stricter
from forms.context import FillContext as FillContext
from forms.groupschema import GROUP, columns_of, row_document
from forms.kinds import KINDS
from forms.kinds.choices import labels_of
from forms.layout import ErrorLink, Part, parts
from forms.live import logic_of, not_on_offer
from forms.logic import Check, Outcome, Plan, plan, worked_out
from forms.models import FormVersion
from forms.paging import LAST_LOOK, Glance, Leaf, Spread, error_links, glances, leaves, spreads
from forms.rowsets import FIXED, OPEN, RowSet, post_rows
from forms.rules import RuleError
from forms.schema import Document, fields_of, located_fields, name_of
from forms.shapes import SHAPES
from forms.widgets import Renderer

CACHED_CLASSES = 200
Made = TypeVar("Made", bound="AnswerForm")
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
    row_classes: Mapping[str, Mapping[str, type["RowForm"]]]
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
        self.earlier = {**(dict(answers) if answers else self._preset()), **self._fixed()}
        self.standing = dict(self.earlier)
        super().__init__(data, files, prefix=prefix, use_required_attribute=False)
        self.outcome: Outcome | None = None
        self.row_sets = {key: RowSet(self, key) for key in self.fields if self.definitions[key]["kind"] == GROUP}
        self.prefilled: dict[str, Any] = {}
        self.prepare()
        for key, field in self.fields.items():
            definition = self.definitions[key]
            kind = KINDS[definition["kind"]]
            if not answers and key in self.context.known:
                self._prefill(key, field)
            usual = self.prefilled.get(key, kind.default(definition, self.context))
            stored = self.earlier.get(key) if answers else usual
            if stored is not None:
                self.standing[key] = stored
            self.initial[key] = kind.initial(None if self.keeps(key) else stored, definition)

    def prepare(self) -> None:
        """Adapt each field to who fills in the form."""
        for key, field in self.fields.items():
            KINDS[self.definitions[key]["kind"]].prepare(field, self.definitions[key], self.context)

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

    def _fixed(self) -> dict[str, Any]:
        """What the definition says of fields that nobody sees; rules read it."""
        hidden = {key: field for key, field in self.definitions.items() if SHAPES[field["kind"]].is_hidden}
        return {key: KINDS[field["kind"]].default(field, self.context) for key, field in hidden.items()}

    @cached_property
    def definitions(self) -> dict[str, dict[str, Any]]:
        """Key → field of the document, of those that hold an answer."""
        return {field["key"]: field for field in fields_of(self.document)}

    def state(self, key: str) -> str:
        """What access allows for a field: edit, replace, read, mask or hide. What is worked out is never edited."""
        state = field_state(self.access.get(key, "edit"))
        if SHAPES[self.definitions[key]["kind"]].is_hidden:
            return "hide"
        return "read" if state in FILLED_IN and not is_asked(self.definitions[key]) else state

    def keeps(self, key: str) -> bool:
        """Whether the answer that stands is not shown and stays unless somebody writes another one."""
        return self.state(key) == "replace" and key in self.earlier and key not in self.row_sets

    @property
    def kept(self) -> dict[str, Any]:
        """The answers that stand and stay: those that may not be edited, and those that were left alone."""
        return {key: value for key, value in self.earlier.items() if key not in self.fields or self._left_alone(key)}

    def gathered(self) -> dict[str, Any]:
        """What was entered and what stands beside it, before the logic."""
        if not self.is_bound or self.errors is None:
            return dict(self.earlier)
        entered = {
            key: KINDS[self.definitions[key]["kind"]].stored(value, self.definitions[key])
            for key, value in self.cleaned_data.items()
            if value is not None
        }
        kept = self.kept
        rows = {key: one.gathered() for key, one in self.row_sets.items()}
        return {**kept, **{key: value for key, value in entered.items() if key not in kept}, **rows}

    def clean(self) -> dict[str, Any]:
        """Apply the form's logic: what it hides is dropped, what it requires is demanded, what it calculates is set."""
        try:
            answers = self.gathered()
            cells = {name for rows in self.row_sets.values() for name in rows.settled()}
            outcome = worked_out(self.plan, answers, today=self.context.today, settled=cells | self.kept.keys())
        except RuleError:
            self.add_error(None, _("The rules of this form could not be worked out. Please tell your administrator."))
        else:
            self.judge(outcome)
        return self.cleaned_data

    def judge(self, outcome: Outcome) -> None:
        """Take over what the logic came to: no errors where nothing is asked, and what is missing is demanded."""
        self.outcome = outcome
        for rows in self.row_sets.values():
            rows.judge(outcome)
        for key in self.fields if self.is_bound else ():
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
        if kind == GROUP:
            return gettext("Please add at least one row: %(label)s.") % {"label": field.label}
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

    def is_rearranged(self) -> bool:
        """Whether a button of a group was pressed: its rows change, nothing is judged, and nothing is handed in."""
        if not any(rows.is_pressed for rows in self.row_sets.values()):
            return False
        self.is_valid()  # so that files which came with it are kept
        self.errors.clear()
        return True

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


class RowForm(AnswerForm):
    """One row of a group; it is judged with the form that it stands in, never alone. `stands`: it is not new."""

    row_id = ""
    stands = False

    def __init__(self, *args: Any, sibling: "RowForm | None" = None, **kwargs: Any) -> None:
        self.sibling = sibling
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """As in the first row of its kind: what a list offers is looked up once."""
        if self.sibling is None:
            super().prepare()
        else:
            self.fields = self.sibling.fields

    @property
    def usual(self) -> dict[str, Any]:
        """Column key → what stands in a new row before anybody has entered anything."""
        found = {key: KINDS[one["kind"]].default(one, self.context) for key, one in self.definitions.items()}
        return {key: value for key, value in found.items() if value is not None}

    def clean(self) -> dict[str, Any]:
        """Nothing yet: the logic needs what stands around the row."""
        return self.cleaned_data


def form_class(version: FormVersion, *, access: Mapping[str, str] | None = None) -> type[AnswerForm]:
    """The form of a version. `access`: field key, or `group.column`, → state, edit when not said.

    `edit`: shown and changed. `replace`: changed without being shown, empty keeps what stands. `read`: shown.
    `mask`: shown in part. `hide`: not there at all. Of a group also rights on its rows, see `forms.access`.
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
    return _made(document, dict(access or {}), AnswerForm)


def _made(document: Document, said: dict[str, str], base: type[Made]) -> type[Made]:
    asked = [one for one in fields_of(document) if field_state(said.get(one["key"], "edit")) in FILLED_IN]
    fields = {field["key"]: KINDS[field["kind"]].form_field(field) for field in asked if is_asked(field)}
    rows = {field["key"]: _row_classes(field, said) for field in asked if field["kind"] == GROUP}
    members = {
        "document": document,
        "plan": plan(document),
        "access": said,
        "base_fields": fields,
        "declared_fields": fields,
        "row_classes": rows,
    }
    made: type[Made] = type("AnswerForm", (base,), members)
    return made


def _row_classes(group: dict[str, Any], access: Mapping[str, str]) -> dict[str, type[RowForm]]:
    """The forms of its rows: those whose cells follow their access, and those that stand and may not be changed."""
    most = field_state(access.get(group["key"], "edit"))
    states = column_states(group, columns_of(group), access, most=most)
    fixed = {key: stricter(state, "read") for key, state in states.items()}
    document = row_document(group)
    return {
        OPEN: _made(document, states, RowForm),
        FIXED: _made(document, fixed, RowForm),
    }


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
        if field["kind"] == GROUP:
            post_rows(posted, field, answers.get(field["key"]))
            continue
        values = KINDS[field["kind"]].posted(answers.get(field["key"]))
        if values:
            posted.setlist(field["key"], values)
    return posted
