"""Makes the pictures of the README from a fresh installation: `make pictures`."""

import os
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.installation import FLAGS, PASSWORD, ROOT, installed
from tests.browser.test_wish_journey import enter_code, register

FOLDER = ROOT / "docs" / "pictures"
WIDE, PHONE = (1280, 860), (390, 844)


def keep(page: Page, name: str) -> None:
    """Store what the page shows now, with 256 colours: small enough to live in the repository."""
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(256).save(FOLDER / f"{name}.png", optimize=True)


def opened(browser: Browser, address: str, size: tuple[int, int], username: str = "") -> Page:
    """A page of this size, signed in when a name is given."""
    context = browser.new_context(
        base_url=address, viewport={"width": size[0], "height": size[1]}, locale="zh-CN", color_scheme="light"
    )
    page = context.new_page()
    if username:
        page.goto("/login/")
        page.locator("#id_username").fill(username)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form:has(input[name=password]) button").first.click()
        page.wait_for_url(lambda url: "/login/" not in url)
    return page


def take(browser: Browser, address: str) -> None:
    """All pictures."""
    for name, path in (("home", "/"), ("board", "/wishes/"), ("pledges", "/pledges/")):
        page = opened(browser, address, WIDE)
        page.goto(path)
        keep(page, name)
    resident = opened(browser, address, PHONE)
    resident.goto("/start/wish/")
    keep(resident, "start")
    enter_code(resident, register(resident))
    keep(resident, "status")
    worker = opened(browser, address, WIDE, "wanggexia")
    worker.goto("/inbox/")
    keep(worker, "inbox")
    worker.locator("a[href*='/task/']").last.click()
    worker.wait_for_url("**/task/*/")
    keep(worker, "task")
    designer = opened(browser, address, (1440, 900), "admin")
    designer.goto("/desk/snippets/workflows/flowdefinition/")
    designer.get_by_role("link", name="微心愿", exact=True).first.click()
    designer.locator("[data-cd='s:verify']").click()
    designer.locator(".cd-fine").wait_for()
    designer.evaluate("document.querySelector('.cd').scrollIntoView()")
    keep(designer, "designer")


def main() -> None:
    """Start an installation, take the pictures, stop it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, installed(Path(folder)) as running, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS)
        take(browser, running.address)
        browser.close()


if __name__ == "__main__":
    main()
