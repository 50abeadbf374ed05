"""Which flows use a form, what a draft of the form would break in them, and what running cases answered to it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from viewflow.workflow.status import PROCESS

from forms.carrying import carried
from forms.impact import USES, Use
from forms.models import FormDefinition, FormVersion
from forms.problem import Problem
from workflows.messages import sentence
from workflows.models import Case, FlowVersion, StepSubmission
from workflows.names import step_name
from workflows.publishing import find_problems, form_slugs, newest_forms
from workflows.tree import START, Tree, outcomes_of, props_of

MOST_READ = 500  # answers of running cases that are tried in the new version


def flows_with(definition: FormDefinition, document: Any) -> list[Use]:
    """Every live flow whose version in use asks for the form, judged with `document` as the form's next version."""
    rows = FlowVersion.objects.filter(definition__live=True, pinned_forms__form_version__definition=definition)
    newest = {row.definition_id: row for row in rows.select_related("definition").order_by("number")}
    in_use = definition.current_version
    return [_use(flow, definition, document, in_use) for flow in newest.values() if _is_in_use(flow)]


def _is_in_use(flow: FlowVersion) -> bool:
    return not FlowVersion.objects.filter(definition=flow.definition_id, number__gt=flow.number).exists()


def _use(flow: FlowVersion, definition: FormDefinition, document: Any, in_use: FormVersion | None) -> Use:
    tree = Tree(flow.document)
    cases = Case.objects.filter(version__definition=flow.definition_id, status=PROCESS.NEW)
    is_behind = in_use is not None and flow.forms.get(definition.slug) != in_use.pk
    waiting = cases.exclude(version=flow).count()
    return Use(
        name=_("Flow “%(name)s”") % {"name": flow.title},
        url=reverse("desk_flow_versions", args=[flow.definition_id]),
        where=[step_name(tree, step_id) for step_id in steps_with(flow.document, definition.slug)],
        breaks=newly_wrong(flow, definition.slug, document),
        waiting=cases.count() if is_behind else waiting,
        misfits=_misfits(definition, document, cases.values_list("pk", flat=True)),
        is_behind=is_behind,
    )


def steps_with(document: Any, slug: str) -> list[str]:
    """The steps of a flow that ask for a form, the beginning among them."""
    tree = Tree(document)
    found = [START] if tree.start.get("form") == slug else []
    for step_id, step in tree.steps.items():
        forms = [props_of(step).get("form"), *(one.get("form") for one in outcomes_of(step))]
        found += [step_id] * (slug in forms)
    return found


def newly_wrong(flow: FlowVersion, slug: str, document: Any) -> list[str]:
    """What would keep the flow from being published with this form, and does not with the form in use.

    Conditions, access, inputs of effects, letters, public notices, whatever a flow reads of a form: one judge for all.
    """
    pinned = newest_forms(form_slugs(flow.document))
    if slug not in pinned:
        return []
    drafted = {**pinned, slug: FormVersion(definition=pinned[slug].definition, document=document)}
    before = {_identity(one) for one in _problems(flow, pinned)}
    return [_told(one, flow.document) for one in _problems(flow, drafted) if _identity(one) not in before]


def _problems(flow: FlowVersion, forms: Mapping[str, FormVersion]) -> Iterator[Problem]:
    return (one for one in find_problems(flow.slug, flow.document, forms) if not one.is_warning)


def _identity(problem: Problem) -> tuple[str, str, str]:
    return problem.code, problem.place, repr(sorted(problem.params.items()))


def _told(problem: Problem, document: Any) -> str:
    """The problem with the name of its step instead of its place in the document."""
    tree = Tree(document)
    step_id = _step_at(problem.place, document, tree)
    words = sentence(replace(problem, place=""))
    return _("%(place)s: %(sentence)s") % {"place": step_name(tree, step_id), "sentence": words} if step_id else words


def _step_at(place: str, document: Any, tree: Tree) -> str:
    """The id of the innermost step on the way to a place like `steps[1].branches[0].when`."""
    if place in tree.steps or place == START or place.startswith(f"{START}."):
        return place.partition(".")[0]
    found, value = "", document
    for part in place.replace("[", ".").replace("]", "").split("."):
        if isinstance(value, list):
            value = value[int(part)] if part.isdecimal() and int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, Mapping) else None
        if isinstance(value, Mapping) and value.get("id") in tree.steps:
            found = str(value["id"])
    return found


def _misfits(definition: FormDefinition, document: Any, cases: Any) -> list[tuple[str, int]]:
    """(sentence, how often) of what was answered in these running cases and does not fit the document."""
    rows = StepSubmission.objects.filter(case__in=cases, is_current=True, submission__version__definition=definition)
    told: Counter[str] = Counter()
    today = localdate()
    for row in rows.select_related("submission__version").order_by("-pk")[:MOST_READ]:
        was = row.submission
        if was.version.document != document:
            told.update(
                one.sentence for one in carried(was.version.document, document, was.answers, today=today).misfits
            )
    return told.most_common()


USES.register("workflows.flows", flows_with)
