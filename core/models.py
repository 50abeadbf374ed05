"""Gathers the models of the core's areas for Django; each area holds its own."""

from core.audit.models import AuditEntry
from core.honours.models import AwardScheme, Commendation
from core.jobs.models import Heartbeat, Job
from core.ledger.models import LedgerEntry, Metric, OpeningBalance
from core.notices.models import Objection, PublicNotice
from core.people.models import (
    Affiliation,
    Appointment,
    Member,
    OrgUnit,
    Role,
    Team,
    TeamMembership,
    UnitKind,
    User,
)
from core.places.models import Venue
from core.programme.models import Programme, Theme, ThemePeriod, WorkDay
from core.promises.models import Claim, Pledge, PledgeItem, Wish
from core.service.models import ServiceOutcome, ServiceRecord

__all__ = [
    "Affiliation",
    "Appointment",
    "AuditEntry",
    "AwardScheme",
    "Claim",
    "Commendation",
    "Heartbeat",
    "Job",
    "LedgerEntry",
    "Member",
    "Metric",
    "Objection",
    "OpeningBalance",
    "OrgUnit",
    "Pledge",
    "PledgeItem",
    "Programme",
    "PublicNotice",
    "Role",
    "ServiceOutcome",
    "ServiceRecord",
    "Team",
    "TeamMembership",
    "Theme",
    "ThemePeriod",
    "UnitKind",
    "User",
    "Venue",
    "Wish",
    "WorkDay",
]
