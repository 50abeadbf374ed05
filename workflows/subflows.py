"""What a flow must know of the flows that it starts: their starting form, how they end, and whom they start."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from forms.models import FormVersion
from workflows.models import FlowVersion
from workflows.tree import Step, effect_of, props_of

WITHDRAWN = "withdrawn"
DONE = "done"
FormFacts = Callable[[Any], Mapping[str, Any]]


def steps_in(steps: Any) -> Iterator[Step]:
    """Every step of a document whose shape may be wrong."""
    for step in steps if isinstance(steps, list) else ():
        if isinstance(step, dict):
            yield step
            branches = step.get("branches")
            for branch in branches if isinstance(branches, list) else ():
                yield from steps_in(branch.get("steps") if isinstance(branch, dict) else None)


def flows_started(document: Mapping[str, Any]) -> set[str]:
    """The codes of the flows that a document starts."""
    props = (one.get("props") for one in steps_in(document.get("steps")) if one.get("kind") == "subcase")
    named = (one.get("flow") for one in props if isinstance(one, dict))
    return {slug for slug in named if isinstance(slug, str)}


def results_of(document: Mapping[str, Any]) -> list[str]:
    """Every result with which a case of the flow can end; it can always be withdrawn."""
    found = [DONE, WITHDRAWN]
    limit = (document.get("start") or {}).get("limit")
    if isinstance(limit, Mapping) and "end_result" in limit:
        found.append(str(limit["end_result"]))
    for step in steps_in(document.get("steps")):
        if step.get("kind") == "end":
            found.append(str(props_of(step).get("result")))
        ends = [effect_of(outcome) for outcome in step.get("outcomes") or ()]
        found += [target for kind, target in ends if kind == "end"]
    return list(dict.fromkeys(found))


def flow_facts(document: Mapping[str, Any], form: Mapping[str, Any]) -> dict[str, Any]:
    """What `schema.problems` must know of a flow. `form`: the facts of its starting form."""
    return {"form": form, "results": results_of(document), "starts": flows_started(document)}


def described_flows(facts_of: FormFacts, wanted: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The facts of the live flows named, and of all that those start in their turn; newest versions."""
    found: dict[str, dict[str, Any]] = {}
    waiting = set(wanted)
    while waiting:
        rows = FlowVersion.objects.filter(slug__in=waiting, definition__live=True).order_by("number")
        newest = {row.slug: row for row in rows}
        waiting = set()
        for slug, version in newest.items():
            form = FormVersion.objects.get(pk=version.forms[version.document["start"]["form"]])
            found[slug] = flow_facts(version.document, facts_of(form.document))
            waiting |= found[slug]["starts"]
        waiting -= found.keys()
    return found
