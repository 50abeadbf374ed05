"""A page with one form on it, served to the browser without an installation."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Route

from forms.building import build_form_class
from tests.browser.installation import ROOT

ADDRESS = "https://forms.test/"


def opened(
    chromium: Browser | BrowserContext, document: dict[str, Any], *, access: dict[str, str] | None = None, **more: Any
) -> Page:
    """The form of a document in the browser, its scripts run. `more`: what the form takes, such as data and answers."""
    form = build_form_class(document, access=access)(**more)
    html = f"<!doctype html><html lang=zh-Hans><title>表</title><form>{form.render()}</form>"

    def served(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        if name.endswith(".js"):
            route.fulfill(path=ROOT / "forms" / "static" / "forms" / name, content_type="text/javascript")
        else:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")

    page = chromium.new_page()
    page.route(f"{ADDRESS}**", served)
    page.goto(ADDRESS)
    return page
