"""Finds the words for problems of a definition: code → translated sentence, with the place in the reader's terms."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.exceptions import Invalid
from forms.problem import Problem

SENTENCES: dict[str, Promise] = {
    "document.not_an_object": _("A form is written as keys with values."),
    "document.too_deep": _("The form is nested more than %(limit)s levels deep."),
    "document.not_json": _("The form holds a value that is not JSON, such as NaN."),
    "document.control": _("The document holds invisible control characters. Please remove them."),
    "document.version": _("The form must say which format it follows: “v”: 1."),
    "document.no_sections": _("The form needs at least one section."),
    "document.too_many_sections": _("The form has more than %(limit)s sections."),
    "document.no_fields": _("The form needs at least one field."),
    "document.too_many_fields": _("The form has more than %(limit)s fields."),
    "document.cycle": _("These fields depend on each other in a circle: %(names)s."),
    "section.not_an_object": _("A section is written as keys with values."),
    "section.id": _("The section needs an id: letters, digits, “_”, “.” or “-”, at most 60."),
    "section.repeated_id": _("Another section already has the id “%(name)s”."),
    "section.no_fields": _("The section needs a list of fields."),
    "field.not_an_object": _("A field is written as keys with values."),
    "field.id": _("The field needs an id: letters, digits, “_”, “.” or “-”, at most 60."),
    "field.key": _("The field needs a key: small letters, digits and “_”, beginning with a letter, at most 40."),
    "field.no_kind": _("The field does not say its “kind”."),
    "field.kind": _("There is no kind of field called “%(kind)s”."),
    "field.no_label": _("The field has no label."),
    "field.needs": _("A field of the kind “%(kind)s” needs “%(name)s”."),
    "field.property": _("A field of the kind “%(kind)s” has no property “%(name)s”."),
    "field.calc_is_not_asked": _("A calculated field is not asked, so it cannot be required or have a default."),
    "field.requires_itself": _("Whether a field is required cannot depend on the field itself."),
    "field.repeated_id": _("Another field already has the id “%(name)s”."),
    "field.repeated_key": _("Another field already has the key “%(name)s”."),
    "field.reserved_key": _("The key “%(name)s” has a meaning of its own in rules. Please choose another."),
    "field.key_changed": _("This field was published with the key “%(was)s”; it cannot become “%(name)s”."),
    "field.key_taken": _("The key “%(name)s” belongs to another field that was published before."),
    "field.of": _(
        "A snapshot of the ledger is about a field that chooses a member, a team or a unit; “%(name)s” is none."
    ),
    "group.no_columns": _("The group needs at least one column."),
    "group.too_many_columns": _("The group has more than %(limit)s columns."),
    "group.column_kind": _("A field of the kind “%(kind)s” cannot be a column of a group."),
    "field.limit": _("The limit does not suit a field of the kind “%(kind)s”."),
    "field.limits_crossed": _("The smallest value is greater than the greatest."),
    "field.default": _("The default does not suit the field."),
    "field.prefill": _("A field of the kind “%(kind)s” cannot be filled in from “%(name)s”."),
    "field.prefill_last": _(
        "What is personal is never filled in from the last time: it may have been about somebody else."
    ),
    "options.none": _("The field needs at least one option."),
    "options.too_many": _("The field has more than %(limit)s options."),
    "option.not_an_object": _("An option is written as keys with values: an id and a label."),
    "option.id": _("The option needs an id: letters, digits, “_”, “.” or “-”, at most 60."),
    "option.repeated_id": _("Another option already has the id “%(name)s”."),
    "checks.not_a_list": _("The checks of a form are written as a list."),
    "checks.too_many": _("The form has more than %(limit)s checks."),
    "check.not_an_object": _("A check is written as keys with values: id, rule, message and at."),
    "check.id": _("The check needs an id: letters, digits, “_”, “.” or “-”, at most 60."),
    "check.repeated_id": _("Another check already has the id “%(name)s”."),
    "check.no_rule": _("The check needs a rule: what must hold."),
    "check.at": _("The check must name the field beside which it is told, and somebody must fill that field in."),
    "hint.shown_always": _("This condition always holds, whatever is answered; it is not needed."),
    "hint.shown_never": _("This condition can never hold, so nobody is ever asked this."),
    "hint.required_always": _("This condition always holds; simply say that it must be answered."),
    "hint.required_never": _("This condition can never hold, so it never has to be answered."),
    "hint.offered_always": _("The condition of an option always holds; it is not needed."),
    "hint.offered_never": _("The condition of an option can never hold, so nobody can ever choose it."),
    "hint.broken_always": _("This check is broken whatever is answered, so the form can never be handed in."),
    "hint.broken_never": _("This check can never be broken; it is not needed."),
    "property.unknown": _("The format has no property “%(name)s” here."),
    "property.not_one_of": _("This must be one of: %(allowed)s."),
    "property.not_yes_or_no": _("This must be true or false."),
    "property.not_a_number": _("This must be a whole number from %(least)s to %(most)s."),
    "text.languages": _("A text is written plainly or per language, e.g. {“zh-hans”: “…”, “en”: “…”}."),
    "text.not_a_text": _("This must be a text."),
    "text.empty": _("The text is empty."),
    "text.too_long": _("The text is longer than %(limit)s characters."),
    "text.control": _("The text holds invisible control characters. Please type it again."),
    "scope.not_an_object": _(
        "A scope is written as keys with values: “kinds” and “under”, or for members and teams “unit”."
    ),
    "scope.kinds": _("“kinds” is a list of codes of kinds of units."),
    "scope.under": _("“under” is the code of a unit."),
    "privacy.not_an_object": _("Privacy is written as keys with values, with a “level”."),
    "rule.shape": _("A rule has exactly one operator per object."),
    "rule.unknown_operator": _("Rules have no operator “%(operator)s”."),
    "rule.arguments": _("The operator “%(operator)s” has the wrong number of values."),
    "rule.unknown_name": _("The rule names “%(name)s”, which does not exist."),
    "rule.unknown_option": _("“%(name)s” has no option “%(option)s”, so this can never come true."),
    "rule.time": _("“%(name)s” is a time such as 09:30, so it cannot be compared with “%(text)s”."),
    "rule.datetime": _("“%(name)s” is a moment such as 2026-09-30T09:30, so it cannot be compared with “%(text)s”."),
    "rule.literal": _("The rule holds a value that rules cannot work with."),
    "rule.type": _("The operator “%(operator)s” needs %(expected)s, not %(found)s."),
    "rule.unlike": _("The operator “%(operator)s” cannot compare %(left)s with %(right)s."),
    "rule.result": _("The rule must give %(expected)s, not %(found)s."),
    "rule.too_deep": _("The rule is nested more than %(limit)s levels deep."),
    "rule.too_long": _("The rule has more than %(limit)s parts."),
}
TYPE_NAMES: dict[str, Promise] = {
    "any": _("any value"),
    "null": _("nothing"),
    "bool": _("yes or no"),
    "number": _("a number"),
    "text": _("a text"),
    "date": _("a date"),
    "list": _("a list"),
}
TYPED_PARAMS = ("expected", "found", "left", "right")


def sentence(problem: Problem) -> str:
    """The problem in words, with its place in front."""
    params = {name: _type_name(value) if name in TYPED_PARAMS else value for name, value in problem.params.items()}
    words = str(SENTENCES[problem.code]) % params
    if not problem.place:
        return words
    return gettext("%(place)s: %(sentence)s") % {"place": problem.place, "sentence": words}


def _type_name(value: str) -> str:
    return gettext(" or ").join(str(TYPE_NAMES.get(name, name)) for name in str(value).split("|"))


def refusal(found: Sequence[Problem]) -> Invalid:
    """The error that tells everything wrong with a document, each with its place."""
    headline = ngettext(
        "The form cannot be published: %(count)d thing needs correcting.",
        "The form cannot be published: %(count)d things need correcting.",
        len(found),
    ) % {"count": len(found)}
    return Invalid(headline, code="form_problems", errors={"document": [sentence(p) for p in found]}, problems=found)
