"""What people hear of a case whose time as a whole is nearly or quite over."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from core.people.models import User
from core.people.selectors import successor
from core.templatetags.dandelion import moment
from workflows import time_limits
from workflows.asides import holders
from workflows.assignees import Asked, role_in
from workflows.letters import FEW, case_path, flow_title, write_users
from workflows.models import TimeLimit

if TYPE_CHECKING:
    from workflows.running import Run


def reason() -> str:
    """Why a case was ended by its time limit, as its starter and its story read it."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("Its time as a whole was over.")


def tell(row: TimeLimit, roles: Sequence[str], run: "Run") -> None:
    """Whoever has something of the case in hand hears it, and those whom the flow names once the time is over."""
    users = holders(run)
    if row.is_over and roles:
        found = role_in(successor(run.case.unit), {"roles": roles}, Asked(run.case, frozenset(), localdate(run.now)))
        others = User.objects.filter(pk__in=found.named, is_active=True).select_related("member")
        users |= {user.pk: user for user in others[:FEW]}
    with translation.override(settings.LANGUAGE_CODE):
        values = {"flow": flow_title(run.case), "number": run.case.number, "due": moment(row.due_at)}
        if row.is_over:
            subject = _("Takes too long: %(flow)s (%(number)s)") % values
            body = _("The whole of it was to be over by %(due)s. Please see what it waits for.") % values
            ends = time_limits.ends_at(time_limits.limit_in(run.case.version.document) or {}, row.due_at)
            if ends is not None:
                body += "\n" + _("If it is not over by %(ends)s, it is ended automatically.") % {"ends": moment(ends)}
        else:
            subject = _("Its time is nearly over: %(flow)s (%(number)s)") % values
            body = _("The whole of it is to be over by %(due)s. Please take care of your part soon.") % values
        write_users(
            users.values(),
            key=f"time-limit:{run.case.pk}:{row.times}",
            kind="case.too_old",
            subject=subject,
            body=body,
            link=case_path(run.case),
            run=run,
        )
