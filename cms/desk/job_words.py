"""What kinds of background jobs, queues and errors are called on the desk."""

from typing import Any

from django.utils.translation import gettext_lazy as _

KINDS: dict[str, Any] = {
    "background": _("Bring the search and files up to date"),
    "forms.clear_answers": _("Clear answers whose time is over"),
    "forms.purge_drafts": _("Remove drafts that nobody touched for a long time"),
    "forms.purge_uploads": _("Remove files that were not handed in"),
    "notifications.deliver": _("Deliver a message"),
    "people.follow_dates": _("Follow an appointment that begins or ends"),
    "stories.hide": _("Take a story off the site"),
    "stories.submit": _("Hand in the draft of a story"),
    "workflows.call_off_child": _("Call off a started case"),
    "workflows.deliver_event": _("Tell an event to cases and flows"),
    "workflows.end_wait": _("End a wait for an event"),
    "workflows.export_answers": _("Write a file with answers"),
    "workflows.move_cases": _("Move running cases to another version"),
    "workflows.resume_parent": _("Go on after a started case"),
    "workflows.start_by_event": _("Begin a case by an event"),
    "workflows.start_by_schedule": _("Begin a case by the calendar"),
}
QUEUES: dict[str, Any] = {"fast": _("At once"), "notify": _("Messages"), "bulk": _("In the background")}
ERRORS: dict[str, Any] = {
    "NoHandler": _("This kind is not known here"),
    "AttemptLost": _("Nobody knows whether it arrived"),
    "WorkerLost": _("The worker was lost"),
}


def kind_words(kind: str) -> str:
    """A kind of job in words; its code when it has none."""
    return str(KINDS.get(kind, kind))


def queue_words(queue: str) -> str:
    """A queue in words."""
    return str(QUEUES.get(queue, queue))


def error_words(error_class: str) -> str:
    """The class of an error in words where we give it ourselves; else the class, for whoever looks for its cause."""
    return str(ERRORS.get(error_class, error_class))
