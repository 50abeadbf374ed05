"""What is known of whoever fills in a form for himself: his profile, and his last answers to the same form."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from core.people.models import Affiliation
from core.people.selectors import in_force
from forms.models import FormVersion, Submission
from forms.shapes import LAST

if TYPE_CHECKING:
    from core.people.models import User


def known_of(version: FormVersion, user: "User | None", *, on: date) -> dict[str, Any]:
    """Field key → what stands in the field at first, in JSON form, where its document says `prefill`.

    Only ever what belongs to this very person; nothing for a guest.
    """
    wanted = {field["key"]: field["prefill"] for field in version.fields if "prefill" in field}
    if user is None or not wanted:
        return {}
    known = {} if set(wanted.values()) == {LAST} else _profile(user, on)
    last = _last(version, user) if LAST in wanted.values() else {}
    found = {key: last.get(key) if source == LAST else known.get(source) for key, source in wanted.items()}
    return {key: value for key, value in found.items() if value not in (None, "")}


def words(source: str) -> str:
    """What stands beside a field that was filled in so."""
    if source == LAST:
        return _("Filled in as you answered last time; please check it.")
    return _("Filled in from your profile; please check it.")


def _profile(user: "User", on: date) -> dict[str, str]:
    member = getattr(user, "member", None)
    home = Affiliation.objects.filter(in_force(on), member__user=user, relation=Affiliation.Relation.HOME)
    return {
        "profile.name": member.name if member is not None else user.get_full_name(),
        "profile.phone": member.phone if member is not None else "",
        "profile.email": (member.email if member is not None else "") or user.email,
        "profile.unit": home.values_list("unit__slug", flat=True).first() or "",
    }


def _last(version: FormVersion, user: "User") -> Mapping[str, Any]:
    """The answers to the newest submission of this person to the same form, by the keys of fields that stayed."""
    own = Submission.objects.filter(version__definition=version.definition_id, submitted_by=user)
    submission = own.select_related("version").order_by("-submitted_at", "-pk").first()
    if submission is None:
        return {}
    kinds = {field["key"]: field["kind"] for field in submission.version.fields}
    same = {field["key"] for field in version.fields if kinds.get(field["key"]) == field["kind"]}
    return {key: value for key, value in submission.answers.items() if key in same}
