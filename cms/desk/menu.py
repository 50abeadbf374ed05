"""Puts the desk's screens into its menu, in two groups."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from cms.desk.honours import HonourScreen, SchemeScreen
from cms.desk.people import AffiliationScreen, AppointmentScreen, MemberScreen, RoleScreen
from cms.desk.periods import PeriodScreen
from cms.desk.pledges import NoticeScreen, PledgeScreen
from cms.desk.records import AuditScreen, CalendarScreen, LedgerScreen, ProgrammeScreen, WishScreen
from cms.desk.service import ServiceScreen
from cms.desk.units import MembershipScreen, TeamScreen, UnitScreen, VenueScreen


class PeopleGroup(ViewSetGroup):
    """人员与组织."""

    menu_label = _("People and organisation")
    menu_icon = "group"
    menu_order = 210
    items = (
        MemberScreen(),
        AppointmentScreen(),
        AffiliationScreen(),
        UnitScreen(),
        RoleScreen(),
        TeamScreen(),
        MembershipScreen(),
        VenueScreen(),
    )


class RecordsGroup(ViewSetGroup):
    """记录."""

    menu_label = _("Records")
    menu_icon = "list-ol"
    menu_order = 220
    items = (
        WishScreen(),
        HonourScreen(),
        SchemeScreen(),
        PledgeScreen(),
        NoticeScreen(),
        ServiceScreen(),
        LedgerScreen(),
        AuditScreen(),
        CalendarScreen(),
        ProgrammeScreen(),
        PeriodScreen(),
    )


@hooks.register("register_admin_viewset")
def groups() -> list[ViewSetGroup]:
    """Both groups."""
    return [PeopleGroup(), RecordsGroup()]
