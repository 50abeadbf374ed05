"""The page on jobs tells about every handler there is."""

from django.conf import settings

from core.jobs.registry import handlers


def test_every_handler_is_described():
    page = (settings.BASE_DIR / "docs" / "jobs.md").read_text()
    assert [kind for kind in handlers if f"`{kind}`" not in page] == []
