"""The kinds of ledger lines that exist; whoever writes lines of a kind registers it, so that figures can name it."""

from core.registry import Registry

KINDS: Registry[str] = Registry("ledger kinds")


def ledger_kind(name: str) -> str:
    """Register a kind of ledger line, like `wish.claimed`."""
    return KINDS.register(name, name)
