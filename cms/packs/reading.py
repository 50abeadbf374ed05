"""Reads the YAML files of a pack into plain data, remembering the line of everything; trusts nothing it reads."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cms.packs.problems import PackProblem, Sentence

MAX_FILE_BYTES = 512 * 1024
MAX_FILES = 200
MAX_DEPTH = 40
MAX_VALUES = 50_000
FOLDERS = ("forms", "flows", "demo", "pictures")

Path_ = tuple[str | int, ...]

WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
DECIMAL = re.compile(r"[-+]?[0-9]{1,15}\.[0-9]{1,15}")
WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
# Control characters other than tab and newline, characters that reorder the text around them (bidi), halves of pairs.
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
INVISIBLE = _("This line holds an invisible control character. Please remove it.")


@dataclass
class Sheet:
    """One file of a pack: its data, and the line of each value by its path in the data."""

    file: str
    data: Any = None
    lines: dict[Path_, int] = field(default_factory=dict)

    def line(self, path: Path_) -> int:
        """The line of the value at `path`, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


@dataclass
class PackFolder:
    """A pack as found on disk: file name (with `/`) → sheet. Files with problems are missing.

    `is_whole`: false when it was given up, so that nothing should be concluded from what is missing.
    """

    path: Path
    sheets: dict[str, Sheet] = field(default_factory=dict)
    problems: list[PackProblem] = field(default_factory=list)
    is_whole: bool = True

    def below(self, folder: str) -> dict[str, Sheet]:
        """The sheets of one sub-folder by the name of the file without `.yaml`."""
        return {
            PurePosixPath(name).stem: sheet
            for name, sheet in self.sheets.items()
            if PurePosixPath(name).parent.as_posix() == folder
        }


class _SheetError(Exception):
    """Reading a file ended at `line`."""

    def __init__(self, line: int, sentence: Sentence) -> None:
        super().__init__()
        self.line = line
        self.sentence = sentence


def read_pack(folder: Path, *, file_names: set[str]) -> PackFolder:
    """Everything in `folder`; `file_names`: the YAML files that it may hold apart from forms and flows."""
    found = PackFolder(folder)
    if not folder.is_dir() or folder.is_symlink():
        found.problems.append(PackProblem(folder.name, 0, _("There is no pack folder at this place.")))
        return found
    for number, path in enumerate(_files(folder, found.problems)):
        name = path.relative_to(folder).as_posix()
        if number >= MAX_FILES:
            sentence = format_lazy(_("A pack holds at most {limit} files."), limit=MAX_FILES)
            return PackFolder(folder, problems=[PackProblem(folder.name, 0, sentence)], is_whole=False)
        if name == "README.md" or name.startswith("pictures/"):
            continue
        if not _is_expected(name, file_names):
            sentence = format_lazy(
                _("A pack has no file of this name here. Known are: {names}, and *.yaml in forms and flows."),
                names=", ".join(sorted(file_names)),
            )
            found.problems.append(PackProblem(f"{folder.name}/{name}", 0, sentence))
            continue
        sheet = read_sheet(path, f"{folder.name}/{name}", found.problems)
        if sheet is not None:
            found.sheets[name] = sheet
    return found


def _files(folder: Path, problems: list[PackProblem]) -> Iterator[Path]:
    """The files in `folder` and its known sub-folders, in order; links are refused, as they lead elsewhere."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_symlink():
            problems.append(
                PackProblem(
                    f"{folder.name}/{path.name}", 0, _("Links are not allowed in a pack. Please copy the file itself.")
                )
            )
        elif path.is_dir() and path.name in FOLDERS:
            for inner in sorted(path.iterdir()):
                name = inner.relative_to(folder.parent).as_posix()
                if inner.is_symlink() or not inner.is_file():
                    problems.append(PackProblem(name, 0, _("Only plain files are allowed in this folder.")))
                else:
                    yield inner
        elif path.is_file():
            yield path
        else:
            sentence = format_lazy(
                _("A pack has no folder of this name. Known are: {names}."), names=", ".join(FOLDERS)
            )
            problems.append(PackProblem(f"{folder.name}/{path.name}", 0, sentence))


def _is_expected(name: str, file_names: set[str]) -> bool:
    parent, suffix = PurePosixPath(name).parent.as_posix(), PurePosixPath(name).suffix
    return suffix == ".yaml" if parent in ("forms", "flows") else name in file_names


def read_sheet(path: Path, name: str, problems: list[PackProblem]) -> Sheet | None:
    """One YAML file, or None after adding to `problems` what is wrong with it."""
    try:
        text = _decoded(path)
        sheet = Sheet(name)
        _Builder(sheet, problems).build(text)
    except _SheetError as error:
        problems.append(PackProblem(name, error.line, error.sentence))
        return None
    return sheet


def _decoded(path: Path) -> str:
    if path.stat().st_size > MAX_FILE_BYTES:
        sentence = _("This file is too large: at most {limit} kilobytes are read.")
        raise _SheetError(0, format_lazy(sentence, limit=MAX_FILE_BYTES // 1024))
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _SheetError(line, _("This file is not in UTF-8. Please save it again as UTF-8.")) from None
    strange = UNPRINTABLE.search(text)
    if strange:
        line = text.count("\n", 0, strange.start()) + 1
        raise _SheetError(line, INVISIBLE)
    return text


class _Builder:
    """Builds plain data from parser events. Nothing recurses, so depth cannot hurt; nothing constructs objects."""

    def __init__(self, sheet: Sheet, problems: list[PackProblem]) -> None:
        self.sheet = sheet
        self.problems = problems
        self.open: list[tuple[dict[str, Any] | list[Any], Path_]] = []
        self.keys: list[str | None] = []
        self.values = 0
        self.documents = 0

    def build(self, text: str) -> None:
        """Fill the sheet from `text`. Raises `_SheetError` where reading cannot go on."""
        try:
            for event in yaml.parse(text, Loader=yaml.SafeLoader):
                self._take(event)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise _SheetError(mark.line + 1 if mark else 1, _syntax_sentence(error)) from None
        except yaml.YAMLError:
            raise _SheetError(1, _("This file is not valid YAML.")) from None

    def _take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise _SheetError(line, _("A file holds one document; please remove the line “---” here."))
        elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _SheetError(line, _("Anchors and aliases (& and *) are not allowed; please write the value out."))
        elif isinstance(event, yaml.NodeEvent):
            if getattr(event, "tag", None) is not None:
                raise _SheetError(line, _("Tags (words that begin with !) are not allowed."))
            self._start(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.open.pop()
            self.keys.pop()

    def _start(self, event: yaml.NodeEvent, line: int) -> None:
        self.values += 1
        if self.values > MAX_VALUES or len(self.open) > MAX_DEPTH:
            raise _SheetError(line, _("This file is too large or nested too deeply."))
        if self.open and isinstance(self.open[-1][0], dict) and self.keys[-1] is None:
            self._key(event, line)
            return
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            written = self._printable(event.value, line)
            self._put(_plain(written) if event.implicit[0] else written, line)
            return
        value = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._put(value, line)
        self.open.append((value, path))
        self.keys.append(None)

    def _key(self, event: yaml.NodeEvent, line: int) -> None:
        mapping, path = self.open[-1]
        if not isinstance(event, yaml.ScalarEvent):
            raise _SheetError(line, _("A key must be one word."))
        key = self._printable(event.value, line)
        if key in mapping:
            sentence = format_lazy(_("The key “{key}” appears twice here."), key=key[:60])
            self.problems.append(PackProblem(self.sheet.file, line, sentence))
        self.keys[-1] = key
        self.sheet.lines.setdefault((*path, key), line)

    def _printable(self, text: str, line: int) -> str:
        """The text without what cannot be seen, which quoted text can hold in escapes; notes a problem."""
        if UNPRINTABLE.search(text):
            self.problems.append(PackProblem(self.sheet.file, line, INVISIBLE))
        return UNPRINTABLE.sub("", text)

    def _put(self, value: Any, line: int) -> Path_:
        """Place `value` where the parser stands, and say where that is."""
        if not self.open:
            self.sheet.data = value
            self.sheet.lines[()] = line
            return ()
        container, path = self.open[-1]
        if isinstance(container, list):
            container.append(value)
            path = (*path, len(container) - 1)
            self.sheet.lines[path] = line
            return path
        key = self.keys[-1] or ""
        self.keys[-1] = None
        container[key] = value
        return (*path, key)


def _plain(text: str) -> Any:
    """What an unquoted word means: true, false, null, a number, else the text (so `no` and 2026-06-01 stay text)."""
    if text in WORDS:
        return WORDS[text]
    if WHOLE.fullmatch(text):
        return int(text)
    return float(text) if DECIMAL.fullmatch(text) else text


def _syntax_sentence(error: yaml.MarkedYAMLError) -> Sentence:
    if "\\t" in str(error.problem):
        return _("This line is indented with a tab. Please use spaces.")
    return _("This is not valid YAML: check indentation, colons, quotes and brackets on this line and the one before.")
