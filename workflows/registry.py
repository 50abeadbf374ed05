"""The compiled class of each flow version: one object per version and interpreter, made once, kept for ever.

Viewflow compares flow classes and nodes by identity, so two compilations of one version must never coexist. The key
carries the digest of the document, so a version number that a rolled-back transaction gave away is never mistaken.
"""

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from workflows.compiler import compile_flow
from workflows.legible import IllegibleError
from workflows.models import FlowVersion
from workflows.nodes import CompiledFlow

log = logging.getLogger(__name__)
Key = tuple[str, int, str]  # slug, number, digest
NAME = re.compile(r"([a-z][a-z0-9_-]*)_v([0-9]+)")
_lock = threading.RLock()
_flows: dict[Key, type[CompiledFlow]] = {}
_on_trial: ContextVar[tuple[tuple[str, int, str], type[CompiledFlow]] | None] = ContextVar(
    "flow on trial", default=None
)


def class_name(slug: str, number: int) -> str:
    """The name of the class under `workflows.published`."""
    return f"{slug}_v{number}"


def flow_of(version: FlowVersion) -> type[CompiledFlow]:
    """The class of a version. Raises whatever makes a stored document impossible to compile."""
    if not version.is_legible:
        raise IllegibleError(f"the stored document of {version} cannot be read")
    key = (version.slug, version.number, version.sha256)
    on_trial = _on_trial.get()
    if on_trial is not None and on_trial[0] == key:
        return on_trial[1]
    flow = _flows.get(key)
    if flow is None:
        with _lock:
            flow = _flows.get(key)
            if flow is None:
                flow = _flows[key] = compile_flow(version.document, class_name(version.slug, version.number))
    return flow


def can_run(version: FlowVersion) -> bool:
    """Whether the version compiles."""
    try:
        flow_of(version)
    except Exception as error:  # whatever is wrong with one version, the others count
        log.error("flow version %s cannot run: %s", version, type(error).__name__)
        return False
    return True


def flow_named(name: str) -> type[CompiledFlow]:
    """The class called `<slug>_v<number>`. Raises: AttributeError when no such version was published."""
    match = NAME.fullmatch(name)
    if match is not None:
        version = FlowVersion.objects.filter(slug=match[1], number=int(match[2])).first()  # outside the lock
        if version is not None:
            return flow_of(version)
    raise AttributeError(f"no published flow version {name!r}")


@contextmanager
def on_trial(version: FlowVersion, flow: type[CompiledFlow]) -> Iterator[None]:
    """`flow` is the class of `version` inside the block only: it never gets into the cache of published ones."""
    token = _on_trial.set(((version.slug, version.number, version.sha256), flow))
    try:
        yield
    finally:
        _on_trial.reset(token)
