"""What somebody who works at the desk may try at the first login: people and their roles, pages of the site."""

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.permissions import page_permission_policy

from core.people.models import User
from workflows.presenters.people import FIRST_STEPS, GREEN, SILVER, Try


def at_the_desk(user: User) -> list[Try]:
    """The appointments for whoever may see them, else the pages for whoever may change some."""
    if user.has_perm("core.view_appointment"):
        text = _("Who holds which role in which unit: it decides to whom tasks come.")
        return [
            Try(_("See the people and their roles"), text, _("To the people"), reverse("appointments:index"), *SILVER)
        ]
    if page_permission_policy.user_has_any_permission(user, ["add", "change"]):
        text = _("Pages are put together from blocks; the preview shows at once how it will look.")
        address = reverse("wagtailadmin_explore_root")
        return [Try(_("Write a story or change a page"), text, _("To the pages"), address, *GREEN)]
    return []


def fill() -> None:
    """Register them."""
    FIRST_STEPS.register("desk", at_the_desk)
