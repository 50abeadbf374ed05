"""Fixtures of the pages: a published wish flow with browsers, and an empty count of wrong codes."""

import pytest
from django.core.cache import cache

from tests.cast import Cast
from tests.workflows_ui.journey import Journey


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def journey(cast: Cast) -> Journey:
    """A wish flow ready to be started, and a browser for everybody of the cast."""
    journey = Journey(cast)
    journey.publish()
    return journey
