"""The translation catalogue: comparing it with the texts of the code, completing it, compiling it."""

import re
from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.reloader import translation_file_changed

from core.extraction import Text, texts_in

CATALOGUE = Path(settings.BASE_DIR) / "core" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
WIDTH = 110
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")


def load(path: Path = CATALOGUE) -> polib.POFile:
    """The catalogue as a polib file."""
    return polib.pofile(str(path), wrapwidth=WIDTH)


def compile_catalogues() -> list[Path]:
    """Write each .mo that is missing or older than its .po; returns those written. Takes effect in this process too."""
    written = []
    for path in _catalogues():
        compiled = path.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime:
            continue
        load(path).save_as_mofile(str(compiled))
        written.append(compiled)
    for compiled in written:
        translation_file_changed(sender=None, file_path=compiled)
    return written


def problems(catalogue: polib.POFile, texts: dict[Text, str]) -> Iterator[str]:
    """What keeps the catalogue from being complete: one line for each missing, unfinished or unused text."""
    entries = {_key(entry): entry for entry in catalogue if not entry.obsolete}
    for text, path in texts.items():
        entry = entries.get((text.context, text.singular))
        if entry is None:
            yield f"missing: {text.singular!r} ({path})"
        elif text.plural and entry.msgid_plural != text.plural:
            yield f"plural differs: {text.singular!r} ({path})"
    used = {(text.context, text.singular) for text in texts}
    for key, entry in entries.items():
        if key not in used:
            yield f"unused: {entry.msgid!r}"
        yield from _unfinished(entry)


def _unfinished(entry: polib.POEntry) -> Iterator[str]:
    translations = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if entry.fuzzy:
        yield f"fuzzy: {entry.msgid!r}"
    if not translations or not all(translations):
        yield f"not translated: {entry.msgid!r}"
        return
    wanted = _placeholders(entry.msgid_plural or entry.msgid)
    if any(_placeholders(text) != wanted for text in translations):
        yield f"placeholders differ: {entry.msgid!r}"


def _placeholders(text: str) -> set[str]:
    return {match[0] for match in PLACEHOLDER.finditer(text)}


def _key(entry: polib.POEntry) -> tuple[str | None, str]:
    return entry.msgctxt, entry.msgid


def complete(catalogue: polib.POFile, texts: dict[Text, str]) -> tuple[int, int]:
    """Add what the code has and drop what it no longer has. Returns (added, dropped)."""
    used = {(text.context, text.singular) for text in texts}
    dropped = [entry for entry in catalogue if entry.obsolete or _key(entry) not in used]
    for entry in dropped:
        catalogue.remove(entry)
    known = {_key(entry): entry for entry in catalogue}
    added = 0
    for text in texts:
        present = known.get((text.context, text.singular))
        if present is None:
            present = polib.POEntry(msgid=text.singular, msgctxt=text.context)
            known[text.context, text.singular] = present
            catalogue.append(present)
            added += 1
        if text.plural and present.msgid_plural != text.plural:
            present.msgid_plural = text.plural
            present.msgstr_plural = present.msgstr_plural or {0: present.msgstr}
            present.msgstr = ""
    catalogue.sort(key=lambda entry: entry.msgid)
    return added, len(dropped)


def check() -> list[str]:
    """The problems of our catalogue, and the unfinished entries of the others that we ship."""
    found = list(problems(load(), texts_in(Path(settings.BASE_DIR))))
    for path in _catalogues():
        if path != CATALOGUE:
            found += [line for entry in load(path) for line in _unfinished(entry)]
    return found


def _catalogues() -> list[Path]:
    return sorted(path for folder in settings.LOCALE_PATHS for path in Path(folder).rglob("*.po"))
