"""One side of a comparison: a published version or the newest draft, with the forms that it pins."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from core.exceptions import NotFound
from core.text import localised
from forms.groupschema import column_name, columns_of
from forms.models import FormVersion
from workflows.models import FlowDefinition, FlowVersion
from workflows.names import outcome_label, step_name
from workflows.publishing import form_slugs, newest_forms
from workflows.schema import shape_problems
from workflows.tree import START, Tree, outcomes_of, props_of

DRAFT = "draft"


@dataclass(frozen=True)
class Side:
    """A document with its forms (slug → version). `name`: what the side is called; `number`: of the version, 0 for a
    draft.
    """

    name: str
    number: int
    document: Mapping[str, Any]
    forms: Mapping[str, FormVersion]

    @cached_property
    def tree(self) -> Tree:
        """The index over the document."""
        return Tree(self.document)

    @cached_property
    def fields(self) -> dict[str, dict[str, Mapping[str, Any]]]:
        """Form slug → field key, or `group.column`, → what stands there."""
        return {slug: {**_by_key(form), **_columns(form)} for slug, form in self.forms.items()}

    def step(self, step_id: str) -> str:
        """The name of a step, its code where this side does not know it."""
        return step_name(self.tree, step_id) or step_id

    def field(self, step_id: str, key: str) -> Mapping[str, Any]:
        """The field, or column of a group, that a step asks for, {} when it asks for none of that key.

        `key` may name another step in front.
        """
        found = self._asked(step_id, key)
        return found or self._asked(*key.split(".", 1)) if "." in key else found

    def _asked(self, step_id: str, key: str) -> Mapping[str, Any]:
        step = self.tree.steps.get(step_id)
        slug = self.tree.start.get("form") if step_id == START else props_of(step).get("form") if step else None
        return self.fields.get(str(slug), {}).get(key, {})

    def label(self, step_id: str, key: str) -> str:
        """What a field asks, its key where this side does not know it."""
        return localised(self.field(step_id, key).get("label", "")) or key

    def group(self, step_id: str, key: str) -> Mapping[str, Any]:
        """The group of rows that `key` names a column of, {} when it is no column."""
        around = self.field(step_id, key.rpartition(".")[0]) if "." in key else {}
        return around if self.field(step_id, key) in columns_of(around) else {}

    def outcome(self, step_id: str, outcome_id: str) -> str:
        """The label of an outcome."""
        step = self.tree.steps.get(step_id)
        found = [one for one in outcomes_of(step) if one["id"] == outcome_id] if step else []
        return outcome_label(found[0]) if found else outcome_id

    def way(self, block: str, way: str) -> str:
        """The name of one way of a choice, or of one of several at the same time."""
        ways = self.tree.steps.get(block, {}).get("branches") or ()
        for number, one in enumerate(ways, start=1):
            if one["id"] == way:
                own = localised(one.get("name"))
                return own or (_("Otherwise") if one.get("default") else _("Way %(n)d") % {"n": number})
        return way


def _by_key(form: FormVersion) -> dict[str, Mapping[str, Any]]:
    return {one["key"]: one for one in form.fields}


def _columns(form: FormVersion) -> dict[str, Mapping[str, Any]]:
    return {column_name(group, one): one for group in form.fields for one in columns_of(group)}


def version_name(number: int) -> str:
    """What a version is called."""
    return _("Version %(number)d") % {"number": number}


def of_version(version: FlowVersion) -> Side:
    """A published version."""
    rows = FormVersion.objects.filter(pk__in=version.forms.values()).select_related("definition")
    return Side(
        version_name(version.number), version.number, version.document, {row.definition.slug: row for row in rows}
    )


def of_draft(definition: FlowDefinition) -> Side:
    """What was saved last, with the forms that it would pin if it were published now.

    Raises: NotFound while its shape is so wrong that there is nothing to compare.
    """
    revision = definition.latest_revision
    document = revision.as_object().document if revision is not None else definition.document
    return of_document(document)


def of_document(document: Any) -> Side:
    """A document that is not published. Raises: NotFound as `of_draft`."""
    if shape_problems(document):
        raise NotFound(_("This draft is not whole enough to be compared. Please put right what the editor marks."))
    return Side(_("Draft"), 0, document, newest_forms(form_slugs(document)))


def side_of(definition: FlowDefinition, named: str) -> Side:
    """The side that an address names: the number of a version, or `draft`. Raises: NotFound."""
    if named == DRAFT:
        return of_draft(definition)
    number = int(named) if named.isdecimal() and len(named) < 9 else 0
    version = definition.versions.filter(number=number).first()
    if version is None:
        raise NotFound
    return of_version(version)
