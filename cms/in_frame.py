"""What the site and the upper apps show in the frame of every page."""

from django.http import HttpRequest

from cms.demo import demo_accounts
from cms.selectors import main_navigation
from core.actors import Actor
from core.context import frame
from core.people.models import User
from notifications.selectors import unread_count
from workflows.selectors import open_count


def unread(request: HttpRequest) -> int:
    """Unread messages of the signed-in person."""
    return unread_count(request.user) if isinstance(request.user, User) else 0


def waiting(request: HttpRequest) -> int:
    """Open tasks in the inbox of the signed-in person."""
    return open_count(Actor(user=request.user)) if isinstance(request.user, User) else 0


def fill() -> None:
    """Register the four with the frame."""
    frame.register("nav", main_navigation)
    frame.register("unread", unread)
    frame.register("waiting", waiting)
    frame.register("demo_accounts", demo_accounts)
