"""Fixtures of the stories: the shipped packs with their invented people, loaded as `make run` loads them."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from cms.packs.loading import load_pack
from core.actors import SYSTEM


@pytest.fixture
def songjiang(db, tmp_path: Path) -> datetime:
    """The packs base and songjiang with their people, without cases in progress; the moment of loading."""
    cache.clear()
    shutil.copytree(settings.BASE_DIR / "packs", tmp_path / "packs")
    (tmp_path / "packs" / "songjiang" / "demo" / "cases.yaml").unlink()
    now = timezone.now()
    load_pack(tmp_path / "packs" / "songjiang", actor=SYSTEM, now=now, demo=True)
    return now
