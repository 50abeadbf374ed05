"""`workflows.published.<slug>_v<n>` is the class of a published flow version, compiled on first access (PEP 562)."""

from typing import Any

from workflows.registry import flow_named


def __getattr__(name: str) -> Any:
    return flow_named(name)
