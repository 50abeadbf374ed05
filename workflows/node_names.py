"""What the nodes of a compiled flow are called. Plain Python."""

from workflows.tree import Step, is_together


def node_name(step: Step, suffix: str = "") -> str:
    """The node of a step; Viewflow takes a name that ends with _path for a URL."""
    name = f"n_{step['id']}{suffix}"
    return f"{name}_" if name.endswith("_path") else name


def jump_name(step: Step, target: str) -> str:
    """The node that goes back from a step to an earlier one."""
    return node_name(step, f"__back_{target}")


def entry_of(step: Step) -> str:
    """The node at which a step begins."""
    return node_name(step, "__split") if is_together(step) else node_name(step)
