"""What drafts of forms are for: starting a case of a flow, or doing a task."""

STARTING, DOING = "start:", "task:"


def start_subject(flow: str) -> str:
    """Starting a case of a flow."""
    return f"{STARTING}{flow}"


def task_subject(task_id: int) -> str:
    """Doing a task."""
    return f"{DOING}{task_id}"
