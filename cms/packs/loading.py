"""Loads a pack: checks everything first, then applies it in one transaction, or changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from cms.packs.applying import Loading, Tally
from cms.packs.problems import BadPack
from cms.packs.registered import SECTIONS
from cms.packs.site import make_plain_home
from cms.packs.validating import check
from core.actors import Actor
from core.audit.services import record
from core.exceptions import NotAllowed

NO_DEMO = _("Demo data is for trying things out and is never loaded in production. Load the pack without it.")
Progress = Callable[[str, Promise, Tally], None]
"""Called after each section with the pack, the section's title and what became of its entries."""


@dataclass
class Loaded:
    """What a load did, section by section: (pack, title, tally)."""

    sections: list[tuple[str, Promise, Tally]] = field(default_factory=list)


def check_pack(path: Path, *, actor: Actor, now: datetime, demo: bool = False) -> None:
    """Check the pack at `path` and those it requires, in the end by loading them for trial and taking all of it back.

    Raises: what `load_pack` would raise.
    """
    with transaction.atomic():
        try:
            load_pack(path, actor=actor, now=now, demo=demo)
        finally:
            transaction.set_rollback(True)
            Site.clear_site_root_paths_cache()  # it may name pages that are about to vanish


def refuse_demo_in_production() -> None:
    """Raises: `NotAllowed` where invented people and cases have no place."""
    if not settings.DANDELION_DEMO:
        raise NotAllowed(NO_DEMO, code="no_demo")


def load_pack(
    path: Path, *, actor: Actor, now: datetime, demo: bool = False, progress: Progress | None = None
) -> Loaded:
    """Load the pack at `path` and those it requires; with `demo`, its invented people and cases as well.

    Raises: `BadPack`; `NotAllowed` for demo data in production, or when the actor may not do something that the pack
    does. After an error nothing has changed.
    """
    if demo:
        refuse_demo_in_production()
    packs, problems = check(path)
    if problems:
        raise BadPack(problems)
    loaded = Loaded()
    changed: set[tuple[str, str]] = set()
    with transaction.atomic():
        for pack in packs:
            loading = Loading(pack.slug, pack.version, pack.sha256, actor, now, pack.checking.rows, changed=changed)
            loaded.sections += _apply(loading, demo=demo, progress=progress)
            data = {"version": pack.version, "sha256": pack.sha256}
            record(actor=actor, verb="pack.loaded", obj=("pack", pack.slug), now=now, data=data)
        make_plain_home(packs[-1].title, actor=actor, now=now)
    return loaded


def _apply(loading: Loading, *, demo: bool, progress: Progress | None) -> list[tuple[str, Promise, Tally]]:
    """Apply the sections of one pack that have entries."""
    done = []
    for name, section in SECTIONS.items():
        if not loading.rows(name) or (section.demo and not demo):
            continue
        loading.section = name
        section.apply(loading)
        if loading.problems:  # what follows would only stumble over them
            raise BadPack(loading.problems)
        tally = loading.tallies.get(name, Tally())
        done.append((loading.pack, section.title, tally))
        if progress is not None:
            progress(*done[-1])
    return done
