"""What every page of ours shows in its frame: programme, navigation, unread messages, open tasks, display settings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from core.programme.models import Programme
from core.registry import Registry
from core.text import localised

DISPLAY_COOKIE = "display"
WELCOME_AGAIN = "welcome_again"  # session: greet this browser once more, although its login was greeted before
TEXT_SIZES = ("normal", "large")
THEMES = ("auto", "light", "dark")


@dataclass(frozen=True)
class NavItem:
    """One entry of the main navigation."""

    label: str
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class Display:
    """How the visitor wants to read: `text` and `theme` as in `TEXT_SIZES` and `THEMES`."""

    text: str = "normal"
    theme: str = "auto"


@dataclass(frozen=True)
class DemoAccount:
    """A login of the demo data that everybody may try. `is_me`: the one signed in now."""

    username: str
    role: str
    unit: str
    note: str
    is_me: bool = False


# What upper apps put into the frame: name → function of the request. Names in use: `nav` (list of `NavItem`),
# `unread` and `waiting` (numbers, asked for signed-in users only), `demo_accounts` (list of `DemoAccount`).
frame: Registry[Callable[[HttpRequest], Any]] = Registry("frame")


def display_of(request: HttpRequest) -> Display:
    """The display settings in the visitor's cookie; anything unknown falls back to the default."""
    text, _, theme = request.COOKIES.get(DISPLAY_COOKIE, "").partition(".")
    return Display(text if text in TEXT_SIZES else "normal", theme if theme in THEMES else "auto")


def _from_frame(name: str, request: HttpRequest, default: Any) -> Any:
    provider = frame.get(name)
    return provider(request) if provider is not None else default


def _number(name: str, request: HttpRequest) -> Any:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return 0
    return SimpleLazyObject(lambda: _from_frame(name, request, 0))


def _programme() -> Programme | None:
    return Programme.objects.select_related("unit").order_by("pk").first()


def site(request: HttpRequest) -> dict[str, Any]:
    """Template variables of the frame. Everything that asks the database is lazy: the desk pays for none of it."""
    other = "en" if (get_language() or "").startswith("zh") else settings.LANGUAGE_CODE
    return {
        "site_name": settings.WAGTAIL_SITE_NAME if other == "en" else "Dandelion",
        "is_demo": settings.DANDELION_DEMO,
        "demo_accounts": SimpleLazyObject(lambda: _from_frame("demo_accounts", request, [])),
        "programme": SimpleLazyObject(_programme),
        "programme_name": SimpleLazyObject(lambda: localised(getattr(_programme(), "name", ""))),
        "nav": SimpleLazyObject(lambda: _from_frame("nav", request, [])),
        "unread": _number("unread", request),
        "waiting": _number("waiting", request),
        "display": display_of(request),
        "other_language": other,
        "other_language_url": SimpleLazyObject(lambda: translate_url(request.get_full_path(), other)),
        "source_url": settings.DANDELION_SOURCE_URL,
    }
