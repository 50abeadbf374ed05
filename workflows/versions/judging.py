"""The verdict on running cases: one under its lock, or many with few reads."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from viewflow.workflow.status import PROCESS, STATUS

from forms.models import FormVersion
from forms.schema import field_kinds
from workflows.activations.cancelling import UNFINISHED
from workflows.deadlines import REMINDER
from workflows.models import Case, FlowVersion, StepClaim, StepSubmission, Task
from workflows.pauses import is_held
from workflows.registry import flow_of
from workflows.tree import START, Tree, props_of
from workflows.versions.verdict import BLOCKS, Kinds, Reason, Trace, reasons

UNDER_WAY = [*UNFINISHED, STATUS.STARTED]
MEETINGS = ("JOIN", "PARALLEL_GATEWAY")
PORTION = 200


@dataclass
class Judge:
    """Judges cases against one version; what many cases have in common is read and decided once."""

    target: FlowVersion
    _trees: dict[int, Tree | None] = field(default_factory=dict)
    _forms: dict[int, dict[str, str]] = field(default_factory=dict)
    _known: dict[Any, list[Reason]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._new = readable(self.target)
        self._fields = self._fields_of(self._new, self.target.forms) if self._new is not None else {}

    def all(self, cases: Iterable[Case]) -> Iterator[tuple[Case, list[Reason]]]:
        """Each case with its reasons to stay; none means that it may move."""
        waiting = iter(cases)
        while portion := [case for case, _number in zip(waiting, range(PORTION), strict=False)]:
            rows, asked, claims = _rows_of(portion), self._asked(portion), _claims_of(portion)
            for case in portion:
                yield case, self._judged(case, rows[case.pk], asked[case.pk], claims[case.pk])

    def one(self, case: Case) -> list[Reason]:
        """The reasons of one case."""
        return next(iter(self.all([case])))[1]

    def tree_of(self, version: FlowVersion) -> Tree | None:
        """The tree of a version, None when it cannot be read."""
        if version.pk not in self._trees:
            self._trees[version.pk] = readable(version)
        return self._trees[version.pk]

    def _judged(
        self, case: Case, rows: Sequence[tuple[int, str, str]], asked: Kinds, claims: Iterable[str]
    ) -> list[Reason]:
        early = self._early(case)
        if early:
            return [Reason(early)]
        old = self.tree_of(case.version)
        if old is None or self._new is None:
            return [Reason("broken")]
        trace = trace_of(case, old, rows, asked, claims)
        key = (case.version_id, trace.open, trace.done, trace.failed, trace.claims, repr(trace.outcomes), repr(asked))
        if key not in self._known:
            self._known[key] = reasons(old, self._new, trace, self._fields)
        return self._known[key]

    def _early(self, case: Case) -> str:
        if case.status != PROCESS.NEW:
            return "over"
        if case.version_id == self.target.pk:
            return "already"
        if case.version.definition_id != self.target.definition_id:
            return "other_flow"
        return "held" if is_held(case) else ""

    def _asked(self, cases: Sequence[Case]) -> Mapping[int, Kinds]:
        """Case → step → field key → kind, as it was asked."""
        found: dict[int, dict[str, dict[str, str]]] = defaultdict(dict)
        rows = StepSubmission.objects.filter(case__in=[case.pk for case in cases], is_current=True)
        for case_id, step_id, form in rows.values_list("case_id", "step_id", "submission__version").order_by("pk"):
            found[case_id][step_id] = self._kinds(form)
        return found

    def _kinds(self, form: int) -> dict[str, str]:
        if form not in self._forms:
            self._forms[form] = field_kinds(FormVersion.objects.get(pk=form).document)
        return self._forms[form]

    def _fields_of(self, tree: Tree, forms: Mapping[str, int]) -> Kinds:
        """Step → field key → kind, as a version asks."""
        slugs = {step_id: str(props_of(step).get("form")) for step_id, step in tree.steps.items()}
        slugs[START] = str(tree.start.get("form"))
        return {step_id: self._kinds(forms[slug]) for step_id, slug in slugs.items() if slug in forms}


def readable(version: FlowVersion) -> Tree | None:
    """The tree of a version, None when it cannot be compiled any more."""
    try:
        return flow_of(version).tree
    except Exception:  # whatever is wrong with one version, the others are judged
        return None


def _rows_of(cases: Sequence[Case]) -> Mapping[int, list[tuple[int, str, str]]]:
    """Case → (primary key, step, status) of its rows, without timers, splits and joins."""
    found: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    rows = Task.objects.filter(process__in=[case.pk for case in cases]).exclude(step_id="")
    rows = rows.exclude(flow_task_type__in=[REMINDER, *MEETINGS])
    for case_id, *row in rows.values_list("process_id", "pk", "step_id", "status").order_by("pk"):
        found[case_id].append((row[0], row[1], row[2]))
    return found


def _claims_of(cases: Sequence[Case]) -> Mapping[int, set[str]]:
    """Case → the steps at which somebody holds a claim."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = StepClaim.objects.filter(case__in=[case.pk for case in cases], state=StepClaim.HELD)
    for case_id, step_id in rows.values_list("case_id", "step_id"):
        found[case_id].add(step_id)
    return found


def trace_of(
    case: Case, tree: Tree, rows: Sequence[tuple[int, str, str]], asked: Kinds, claims: Iterable[str]
) -> Trace:
    """What a case did in its present round. `tree`: of the version by which it runs."""
    lapsed: Mapping[str, int] = case.data.get("lapsed", {})
    blocks = {step_id for step_id, step in tree.steps.items() if step["kind"] in BLOCKS}
    under_way = {step_id for _pk, step_id, status in rows if status in UNDER_WAY} - blocks
    done = {step_id for pk, step_id, status in rows if status == STATUS.DONE and pk > lapsed.get(step_id, 0)}
    return Trace(
        open=frozenset(under_way),
        done=frozenset(done - under_way - {START}),
        failed=frozenset(step_id for _pk, step_id, status in rows if status == STATUS.ERROR),
        claims=frozenset(claims),
        outcomes=case.data.get("outcomes", {}),
        asked=asked,
    )
