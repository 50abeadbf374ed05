"""Tells by what a file holds whether it is one of the documents we take; its name decides nothing but txt or csv."""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo, is_zipfile

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
CONTENT_TYPES: Final = {
    "pdf": "application/pdf",
    "docx": f"{_OOXML}wordprocessingml.document",
    "xlsx": f"{_OOXML}spreadsheetml.sheet",
    "pptx": f"{_OOXML}presentationml.presentation",
    "odt": f"{_ODF}text",
    "ods": f"{_ODF}spreadsheet",
    "txt": "text/plain",
    "csv": "text/csv",
    "jpg": "image/jpeg",
    "png": "image/png",
}
PICTURES: Final = {"image/jpeg": "jpg", "image/png": "png"}
MOST_MEMBERS: Final = 5_000  # a presentation with hundreds of slides has about 2,000
MOST_DIRECTORY: Final = MOST_MEMBERS * 300  # bytes
MOST_UNPACKED: Final = 100 * 1024 * 1024  # bytes
MOST_RATIO: Final = 100  # XML is packed to a tenth or a thirtieth, nothing but zeros to a thousandth
UNSUSPICIOUS: Final = 10 * 1024 * 1024  # bytes, whatever the ratio
MOST_LISTED: Final = 1024 * 1024  # bytes of a list of contents, usually some thousand
END: Final = 22  # bytes of the record that ends an archive without a comment
OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # of .doc, and of each document with a password
PDF_HEAD: Final = re.compile(rb"%PDF-[12]\.\d")
SPACE: Final = b"\0\t\n\f\r "
MAIN_PARTS: Final = {
    b"wordprocessingml.document.main+xml": "docx",
    b"spreadsheetml.sheet.main+xml": "xlsx",
    b"presentationml.presentation.main+xml": "pptx",
}
MACROS: Final = re.compile(r"(^|/)(vbaproject\.bin|vbadata\.xml|macrosheets/|activex/)|^(basic|scripts)/")
MARKUP: Final = ("<", "{\\rtf", "%!", "%PDF")  # texts that are programs for something else
ENDING: Final = re.compile(r"\.([A-Za-z0-9]{1,5})$")
ALIKE: Final = {"jpeg": "jpg", "jpe": "jpg"}


class NotTaken(Exception):
    """`code`: unknown, damaged, old_office (or with a password), protected, macros, or bomb."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def type_of(content: bytes, name: str) -> str:
    """The type of a document, one of `CONTENT_TYPES`; pictures are judged by `forms.images`. Raises: `NotTaken`."""
    if content.startswith(b"%PDF"):
        return _pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return _packed(content)
    if content.startswith(OLD_OFFICE):
        raise NotTaken("old_office")
    ending = ending_of(name)
    if ending in ("txt", "csv") and _is_text(content):
        return ending
    raise NotTaken("unknown")


def ending_of(name: str) -> str:
    """The ending of a name, in small letters and without the dot; "" when it has none."""
    found = ENDING.search(name)
    ending = found[1].lower() if found else ""
    return ALIKE.get(ending, ending)


def named_as(name: str, kind: str) -> str:
    """The name with the ending of what the file is, in place of that of another type that we know."""
    ending = ending_of(name)
    if ending == kind:
        return name
    stem = name[: name.rindex(".")] if ending in CONTENT_TYPES else name
    return f"{stem}.{kind}"


def _pdf(content: bytes) -> str:
    ended = content.rstrip(SPACE)
    is_whole = PDF_HEAD.match(content) and ended.endswith(b"%%EOF") and b"startxref" in ended[-1024:]
    if not is_whole or is_zipfile(BytesIO(content)):  # what is two things at once is neither
        raise NotTaken("damaged")
    return "pdf"


def _is_text(content: bytes) -> bool:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not text.lstrip().startswith(MARKUP) and not any(
            letter < " " and letter not in "\t\n\r\f" for letter in text
        )
    return False


def _packed(content: bytes) -> str:
    """The type of an Office or OpenDocument file; every other archive is unknown. Raises: `NotTaken`."""
    _judge_end(content)
    try:
        with ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            _judge_members(members, len(content))
            kind = _ooxml(archive, members) or _odf(archive, members)
            if kind is None:
                raise NotTaken("unknown")
            if archive.testzip() is not None:  # reads no more than the sizes that were judged
                raise NotTaken("damaged")
            return kind
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, NotImplementedError, RuntimeError):
        raise NotTaken("damaged") from None


def _judge_end(content: bytes) -> None:
    """The last bytes, before anything is read by them: nothing behind the archive, and no endless list of members."""
    end = content[-END:]
    if len(content) < END or not end.startswith(b"PK\x05\x06"):
        raise NotTaken("damaged")
    listed, size = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    if listed > MOST_MEMBERS or size > MOST_DIRECTORY or content[-END - 20 : -END - 16] == b"PK\x06\x07":
        raise NotTaken("bomb")


def _judge_members(members: list[ZipInfo], length: int) -> None:
    unpacked = sum(one.file_size for one in members)
    is_dense = unpacked > UNSUSPICIOUS and unpacked > MOST_RATIO * length
    # parts that overlap are packed in more bytes than there are
    overlap = sum(one.compress_size for one in members) > length
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED or is_dense or overlap:
        raise NotTaken("bomb")
    names = [one.filename for one in members]
    if any(one.flag_bits & 1 for one in members):
        raise NotTaken("protected")
    is_odd = (
        len({name.lower() for name in names}) < len(names)
        or any(_leads_out(name) for name in names)
        or any(one.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for one in members)
        or min((one.header_offset for one in members), default=1) > 0  # something stands before the archive
    )
    if is_odd:
        raise NotTaken("damaged")
    if any(MACROS.search(name.lower()) for name in names):
        raise NotTaken("macros")


def _leads_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")


def _ooxml(archive: ZipFile, members: list[ZipInfo]) -> str | None:
    listed = _part(archive, members, "[Content_Types].xml")
    if b"macroenabled" in listed.lower():
        raise NotTaken("macros")
    found = {kind for part, kind in MAIN_PARTS.items() if part in listed}
    has_root = any(one.filename == "_rels/.rels" for one in members)
    return found.pop() if len(found) == 1 and has_root else None


def _odf(archive: ZipFile, members: list[ZipInfo]) -> str | None:
    if not members or members[0].filename != "mimetype" or members[0].compress_type != ZIP_STORED:
        return None
    said = _part(archive, members, "mimetype").decode("latin-1").strip()
    if b"encryption-data" in _part(archive, members, "META-INF/manifest.xml"):
        raise NotTaken("protected")
    return next((kind for kind in ("odt", "ods") if CONTENT_TYPES[kind] == said), None)


def _part(archive: ZipFile, members: list[ZipInfo], name: str) -> bytes:
    """The content of a short part, b"" when it is not there. Raises: `NotTaken` when it is not short."""
    for one in _called(members, name):
        if one.file_size > MOST_LISTED:
            raise NotTaken("bomb")
        return archive.read(one)
    return b""


def _called(members: list[ZipInfo], name: str) -> Iterator[ZipInfo]:
    return (one for one in members if one.filename == name)
