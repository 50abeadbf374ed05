"""The kind for what the ledger says of somebody: worked out by the server as the answers are handed in, then fixed."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.ledger.selectors import Account, account_of
from core.people.models import Member, OrgUnit, Team
from core.people.selectors import ClaimantKind
from core.templatetags.dandelion import moment
from forms.kinds.base import Definition, Kind, Stored, register

MINUTES_PER_HOUR = Decimal(60)
ROWS: dict[str, tuple[str, Promise]] = {  # code → kind of ledger line, what it is called
    "hours": ("service.minutes", _("Verified hours")),
    "services": ("service.count", _("Verified services")),
    "pledges": ("pledge.posted", _("Pledges posted")),
    "wishes": ("wish.fulfilled", _("Wishes fulfilled")),
    "honours": ("award.granted", _("Honours")),
}
SUBJECTS: dict[str, tuple[ClaimantKind, Any, str]] = {  # kind of field → who it is, the model, by what it is stored
    "member": ("person", Member, "pk"),
    "team": ("team", Team, "pk"),
    "unit": ("organisation", OrgUnit, "slug"),
}


class LedgerSnapshotKind(Kind):
    """What the ledger counted for the member, team or organisation of another field, at the moment of handing in."""

    name = "ledger_snapshot"

    def posted(self, stored: Stored) -> list[Any]:
        """Nothing: nobody sends it."""
        return []

    def computed(self, definition: Definition, answers: dict[str, Any], kinds: dict[str, str], now: datetime) -> Stored:
        """`{"as_of": moment, "numbers": code → exact number as text}`; None without a known subject."""
        of = definition["of"]
        found = _subject(kinds.get(of, ""), answers.get(of))
        if found is None:
            return None
        account = account_of(*found)
        return {"as_of": now.isoformat(), "numbers": {code: str(_number(code, account)) for code in ROWS}}

    def typed(self, stored: Stored) -> Any:
        """Nothing that rules could read."""
        return None

    def shown(self, stored: Stored, definition: Definition) -> str:
        """The numbers in one line each."""
        lines = [f"{label}：{number}" for label, number in _rows(stored)]
        return "\n".join([*lines, _as_of(stored)]).strip()

    def shown_html(self, stored: Stored, definition: Definition) -> SafeString | None:
        """A small table."""
        rows = format_html_join("", '<tr><th scope="row">{}</th><td class="num">{}</td></tr>', _rows(stored))
        return format_html(
            '<table class="snapshot"><caption>{}</caption><tbody>{}</tbody></table>', _as_of(stored), rows
        )


def _subject(kind: str, answer: Any) -> tuple[ClaimantKind, int] | None:
    if kind not in SUBJECTS or answer in (None, ""):
        return None
    who, model, key = SUBJECTS[kind]
    try:
        pk = model.objects.filter(**{key: str(answer)}).values_list("pk", flat=True).first()
    except ValueError:
        return None
    return (who, pk) if pk is not None else None


def _number(code: str, account: Account) -> Decimal:
    """Minutes as hours with one decimal, rounded down; counts of lines; services by their quantity."""
    kind = ROWS[code][0]
    if code == "hours":
        tenths = account.sums.get(kind, Decimal(0)) * 10 // MINUTES_PER_HOUR
        return tenths / 10
    if code == "services":
        return account.sums.get(kind, Decimal(0)).normalize()
    return Decimal(account.counts.get(kind, 0))


def _rows(stored: Stored) -> list[tuple[str, str]]:
    numbers = stored.get("numbers") if isinstance(stored, dict) else None
    known = numbers if isinstance(numbers, dict) else {}
    return [(str(label), _plain(known[code])) for code, (_kind, label) in ROWS.items() if code in known]


def _plain(number: Any) -> str:
    text = str(number)[:20]
    return text.rstrip("0").rstrip(".") if "." in text else text


def _as_of(stored: Stored) -> str:
    text = stored.get("as_of") if isinstance(stored, dict) else None
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return ""
    return gettext("As the ledger stood on %(moment)s") % {"moment": moment(at)}


register(LedgerSnapshotKind())
