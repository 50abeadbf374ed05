"""Words for the codes in the audit trail and in the ledger."""

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext_lazy as _

from core.audit.models import AuditEntry

NOUNS = {
    "award": _("commendation"),
    "beneficiary": _("people served in a service"),
    "case": _("case"),
    "ledger": _("ledger entry"),
    "notice": _("public notice"),
    "outcome": _("outcome of service"),
    "scenario": _("scenario"),
    "service": _("counted service"),
}
MEASURES = {
    "item": _("pieces"),
    "minute": _("minutes"),
    "person": _("persons"),
    "visit": _("person-times"),
    "session": _("sessions"),
    "time": _("occasions"),
}
DETAILS = {
    "claim": _("claim"),
    "entry": _("ledger entry"),
    "fields": _("fields"),
    "hold": _("pause"),
    "cases": _("cases"),
    "kind": _("kind"),
    "items": _("number"),
    "into": _("merged into"),
    "is_working": _("working day"),
    "member": _("member"),
    "note": _("remark in a discussion"),
    "number": _("number"),
    "objection": _("objection"),
    "parent": _("unit above"),
    "position": _("Position in the team"),
    "relation": _("relation"),
    "role": _("role"),
    "state": _("state"),
    "reason": _("reason"),
    "export": _("export"),
    "rows": _("rows"),
    "unmasked": _("in full"),
    "field": _("field"),
    "submissions": _("submissions"),
    "cleared": _("answers cleared"),
    "step": _("step"),
    "scheme": _("award scheme"),
    "team": _("team"),
    "times": _("how often"),
    "unit": _("unit"),
    "to": _("to"),
    "until": _("until"),
    "years": _("years"),
}
DEEDS = {
    "answered": _("gave an opinion"),
    "built": _("set up"),
    "copied": _("sent a copy"),
    "count": _("occasions"),
    "minutes": _("minutes"),
    "qty": _("quantity counted"),
    "called_back": _("called back"),
    "called_off": _("called off"),
    "cancelled": _("cancelled"),
    "changed": _("changed"),
    "dropped": _("dropped"),
    "kept": _("kept"),
    "child_ended": _("went on after a case it had started"),
    "child_started": _("started another case"),
    "claimed": _("claimed"),
    "cleared": _("cleared answers whose time was over"),
    "closed": _("brought to its end"),
    "completed": _("completed"),
    "consent_withdrawn": _("consent withdrawn"),
    "created": _("created"),
    "day_forgotten": _("day taken out"),
    "day_set": _("day set"),
    "decided": _("decided"),
    "approver_added": _("added an approver"),
    "approver_removed": _("removed an approver"),
    "delegated": _("asked for an opinion"),
    "discarded": _("discarded"),
    "effect_failed": _("effect failed"),
    "effect_undone": _("effect undone"),
    "effect_retried": _("effect tried again"),
    "ended": _("brought to an end"),
    "escalated": _("moved on because it was overdue"),
    "exported": _("took answers along"),
    "found_again": _("brought to those who can do it now"),
    "fulfilled": _("fulfilled"),
    "given": _("login given"),
    "given_back": _("given back without an opinion"),
    "granted": _("granted"),
    "held": _("put on hold"),
    "joined": _("joined"),
    "lapsed": _("lapsed"),
    "left": _("left the team"),
    "left_list": _("left the waiting list"),
    "offer_lapsed": _("an offered place lapsed"),
    "offered": _("offered a place"),
    "waits": _("joined the waiting list"),
    "lent": _("lent"),
    "looked_up": _("looked up who gave something"),
    "loaded": _("loaded"),
    "made": _("made an appointment or affiliation"),
    "merged": _("merged"),
    "migrated": _("moved to another version"),
    "moving": _("began to move running cases to another version"),
    "moving_stopped": _("stopped moving running cases to another version"),
    "nearly_too_old": _("nearly too old"),
    "too_old": _("too old"),
    "expired": _("ended because its time was over"),
    "named": _("named somebody to stand in"),
    "objected": _("objected to"),
    "opened": _("opened"),
    "overdue": _("overdue"),
    "position_changed": _("position changed"),
    "posted": _("posted"),
    "published": _("published"),
    "put_back": _("put on the board again"),
    "reassigned": _("handed over"),
    "registered": _("put on record"),
    "restored": _("brought back as the draft"),
    "resumed": _("resumed"),
    "reworded": _("worded anew"),
    "released": _("given back"),
    "reminded": _("reminded"),
    "read_in_full": _("read a masked answer in full"),
    "retracted": _("retracted"),
    "retried": _("tried again"),
    "returned": _("sent back"),
    "reversed": _("reversed"),
    "revoked": _("revoked"),
    "seeded": _("calendar filled"),
    "started": _("begun"),
    "submitted": _("handed in"),
    "taken_down": _("taken off the board"),
    "taken_back": _("took a decision back"),
    "urged": _("reminded by somebody who waits"),
    "welcomed": _("closed the welcome"),
    "withdrawn": _("withdrawn"),
    "written": _("wrote in the discussion"),
}


def deed(verb: str) -> str:
    """What happened, in words: `wish.claimed` → 认领; the code itself when it has no word."""
    return str(DEEDS.get(verb.rpartition(".")[2], verb))


def kind_of_object(label: str) -> str:
    """The name of a model by its label, `core.wish` → 心愿; the label itself when it is no model."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        return label


def reference(code: str) -> str:
    """An object named by kind and number, `wish:5` → 心愿 5."""
    noun, _colon, number = code.partition(":")
    return f"{NOUNS.get(noun) or kind_of_object(f'core.{noun}')} {number}".strip()


def measure(code: str) -> str:
    """A unit of measure in words."""
    return str(MEASURES.get(code, code))


def details(entry: AuditEntry) -> str:
    """What an audit entry holds besides, in one line: which fields, which unit, until when."""
    parts = []
    for key, value in entry.data.items():
        shown = "、".join(_field(entry.object_type, name) for name in value) if key == "fields" else value
        if isinstance(shown, list):
            shown = "、".join(str(item) for item in shown)
        parts.append(f"{DETAILS.get(key, key)}：{shown}")
    return "；".join(parts)


def _field(label: str, name: str) -> str:
    """The name of a model's field as people read it."""
    try:
        return str(apps.get_model(label)._meta.get_field(name).verbose_name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return name


def result(kind: str) -> str:
    """A ledger kind in words: `wish.claimed` → 心愿 · 认领."""
    noun, _dot, _deed = kind.partition(".")
    return f"{NOUNS.get(noun) or kind_of_object(f'core.{noun}')} · {deed(kind)}"
