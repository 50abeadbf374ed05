"""The sections of a pack, in the order of checking and applying; each may refer to those before it."""

from django.utils.translation import gettext_lazy as _

from cms.packs import demo, documents, figures, honours, people, periods, scenarios, site
from cms.packs.sections import SECTIONS, Section

__all__ = ["SECTIONS"]

SECTIONS.register(
    "unit_kinds", Section(_("Kinds of units"), "unit_kinds.yaml", people.check_unit_kinds, people.apply_unit_kinds)
)
SECTIONS.register("units", Section(_("Organisation units"), "units.yaml", people.check_units, people.apply_units))
SECTIONS.register("roles", Section(_("Roles"), "roles.yaml", people.check_roles, people.apply_roles))
SECTIONS.register("venues", Section(_("Venues"), "venues.yaml", people.check_venues, people.apply_venues))
SECTIONS.register("teams", Section(_("Teams"), "teams.yaml", people.check_teams, people.apply_teams))
SECTIONS.register("programme", Section(_("Programme"), "pack.yaml", figures.check_programme, figures.apply_programme))
SECTIONS.register("themes", Section(_("Themes"), "themes.yaml", figures.check_themes, figures.apply_themes))
SECTIONS.register(
    "periods", Section(_("Periods of themes"), "themes.yaml", periods.check_periods, periods.apply_periods)
)
SECTIONS.register("metrics", Section(_("Figures"), "metrics.yaml", figures.check_metrics, figures.apply_metrics))
SECTIONS.register(
    "balances", Section(_("Opening balances"), "balances.yaml", figures.check_balances, figures.apply_balances)
)
SECTIONS.register(
    "calendar", Section(_("Working calendar"), "calendar.yaml", figures.check_calendar, figures.apply_calendar)
)
SECTIONS.register("awards", Section(_("Award schemes"), "awards.yaml", honours.check_schemes, honours.apply_schemes))
SECTIONS.register("forms", Section(_("Forms"), "forms/", documents.check_forms, documents.apply_forms))
SECTIONS.register("flows", Section(_("Flows"), "flows/", documents.check_flows, documents.apply_flows))
SECTIONS.register("pages", Section(_("Pages of the site"), "pages.yaml", site.check_pages, site.apply_pages))
SECTIONS.register(
    "people", Section(_("Demo people"), "demo/people.yaml", demo.check_people, demo.apply_people, demo=True)
)
SECTIONS.register(
    "accounts", Section(_("Demo accounts"), "demo/accounts.yaml", demo.check_accounts, demo.apply_accounts, demo=True)
)
SECTIONS.register(
    "scenarios",
    Section(_("Scenarios"), scenarios.FILE, scenarios.check_scenarios, scenarios.apply_scenarios, demo=True),
)
SECTIONS.register("cases", Section(_("Demo cases"), "demo/cases.yaml", demo.check_cases, demo.apply_cases, demo=True))
