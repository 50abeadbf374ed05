"""Changes people, units, roles and teams, one file per noun; the only way in which their records change."""

from core.people.services.appointments import affiliate, appoint, end_affiliation, end_appointment
from core.people.services.members import change_member, close_welcome, create_member, give_login
from core.people.services.roles import change_role, create_role
from core.people.services.teams import change_membership, change_team, create_team, join_team, leave_team
from core.people.services.units import change_unit, create_kind, create_unit, merge_unit

__all__ = [
    "affiliate",
    "appoint",
    "change_member",
    "change_membership",
    "change_role",
    "change_team",
    "change_unit",
    "close_welcome",
    "create_kind",
    "create_member",
    "create_role",
    "create_team",
    "create_unit",
    "end_affiliation",
    "end_appointment",
    "give_login",
    "join_team",
    "leave_team",
    "merge_unit",
]
