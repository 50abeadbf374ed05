"""A real installation in an empty data folder, started as `make run` starts it, and Chromium to use it with."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.installation import FLAGS, PASSWORD, ROOT, Installation, installed

AXE = ROOT / "tests" / "browser" / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs Chromium."""
    for item in items:
        if item.path.is_relative_to(ROOT / "tests" / "browser"):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an embedded installation after its first start, with the demo people; one for all workers."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "fresh"
    done = folder.with_suffix(".done")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            with installed(folder):
                pass
            done.touch()
    return folder


@pytest.fixture(scope="module")
def installation(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation for one file, so that no file meets what another one did."""
    folder = tmp_path_factory.mktemp("installation")
    shutil.copytree(fresh, folder, dirs_exist_ok=True)
    with installed(folder) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One headless Chromium per file: its event loop must end before tests that use the database in this process."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS)
        yield browser
        browser.close()


Opened = Callable[..., Page]


@pytest.fixture
def open_as(chromium: Browser, installation: Installation) -> Iterator[Opened]:
    """`open_as("lishuji", width=375)`: a page of a signed-in person; without a name, of a visitor."""
    contexts: list[BrowserContext] = []

    def opened(username: str = "", *, width: int = 375, scheme: str = "light", scripts: bool = True) -> Page:
        context = chromium.new_context(
            base_url=installation.address,
            viewport={"width": width, "height": 812 if width < 500 else 900},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="zh-CN",
            java_script_enabled=scripts,
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        if username:
            page.goto("/login/")
            page.locator("#id_username").fill(username)
            page.locator("input[name=password]").fill(PASSWORD)
            page.locator("form:has(input[name=password]) button").first.click()
            page.wait_for_url(lambda url: "/login/" not in url)
        return page

    yield opened
    for context in contexts:
        context.close()


def problems_of(page: Page) -> list[str]:
    """What axe finds on the page as it is shown now, and whether it scrolls sideways."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    problems = [f"{one['id']}: {one['nodes'][0]['target']}" for one in found["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        problems.append("scrolls sideways")
    return problems
