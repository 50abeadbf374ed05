"""Small documents made by hand, right ones and hostile ones."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

MAIN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}
ODF = {
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
}
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
MIB = 1024 * 1024


def packed(parts: list[tuple[str, bytes]], *, stored: tuple[str, ...] = ()) -> bytes:
    """An archive of these members, in order."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content, ZIP_STORED if name in stored else ZIP_DEFLATED)
    return out.getvalue()


def ooxml(kind: str, *more: tuple[str, bytes], main: str = "") -> bytes:
    """A Word, Excel or PowerPoint document; `main`: another type of its main part."""
    types = f'<Types><Override PartName="/main.xml" ContentType="{main or MAIN[kind]}"/></Types>'
    parts = [("[Content_Types].xml", types.encode()), ("_rels/.rels", b"<r/>"), ("main.xml", b"<w/>"), *more]
    return packed(parts, stored=("main.xml",))


def odf(kind: str, *more: tuple[str, bytes], manifest: bytes = b"<m/>") -> bytes:
    """An OpenDocument file."""
    parts = [("mimetype", ODF[kind].encode()), ("META-INF/manifest.xml", manifest), ("content.xml", b"<c/>"), *more]
    return packed(parts, stored=("mimetype",))


def named_member(name: str) -> bytes:
    """A document with a member of a name that `zipfile` itself would make harmless."""
    stand_in = "x" * len(name)
    return ooxml("docx", (stand_in, b"x")).replace(stand_in.encode(), name.encode())


def lying_bomb() -> bytes:
    """A document one of whose members unpacks to more than it says."""
    content = bytearray(ooxml("docx", ("big.xml", b"\0" * 5 * MIB)))
    size = (5 * MIB).to_bytes(4, "little")
    return bytes(content).replace(size, (100).to_bytes(4, "little"))


def overlapping() -> bytes:
    """A document that names one member many times."""
    whole = ooxml("docx", ("a.xml", bytes(range(256)) * 400))
    start = whole.rindex(b"PK\x01\x02")
    entry, end = whole[start:-22], bytearray(whole[-22:])
    size = int.from_bytes(end[12:16], "little") + 50 * len(entry)
    end[8:12] = (54).to_bytes(2, "little") * 2
    end[12:16] = size.to_bytes(4, "little")
    copies = b"".join(entry.replace(b"a.xml", f"{n:05d}"[-5:].encode()) for n in range(50))
    return whole[:-22] + copies + bytes(end)
