"""Reads photos that people send, and writes them anew: smaller, and without what cameras hide in them."""

from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

SIGNATURES: Final = {"JPEG": (b"\xff\xd8\xff", 0), "PNG": (b"\x89PNG\r\n\x1a\n", 0), "WEBP": (b"WEBP", 8)}
CONTENT_TYPES: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
MOST_PIXELS: Final = 50_000_000  # a picture in memory takes three or four bytes for each
LONGEST_SIDE: Final = 2_000
QUALITY: Final = 85
SMALL_SIDE: Final = 400


class NotAPhoto(Exception):
    """The content is none of the formats, or damaged."""


class TooManyPixels(Exception):
    """The picture would take too much memory."""


def rewritten(content: bytes) -> tuple[bytes, str]:
    """The photo as we keep it, and its content type. Raises: `NotAPhoto`, `TooManyPixels`."""
    kind = _kind(content)
    try:
        with Image.open(BytesIO(content), formats=[kind]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise TooManyPixels
            image.verify()
        with Image.open(BytesIO(content), formats=[kind]) as image:
            return _written(image, kind), CONTENT_TYPES[kind]
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixels from None
    except TooManyPixels:
        raise
    except Exception:  # Pillow raises whatever its decoders meet in a damaged file
        raise NotAPhoto from None


def small(content: bytes) -> bytes:
    """A small picture of a photo as `rewritten` gives it, for pages that show several."""
    kind = _kind(content)
    with Image.open(BytesIO(content), formats=[kind]) as image:
        image.thumbnail((SMALL_SIDE, SMALL_SIDE))
        return _saved(image, kind)


def _kind(content: bytes) -> str:
    for kind, (signature, place) in SIGNATURES.items():
        if content[place : place + len(signature)] == signature and (kind != "WEBP" or content[:4] == b"RIFF"):
            return kind
    raise NotAPhoto


def _written(image: Image.Image, kind: str) -> bytes:
    """The picture alone, upright: neither place nor camera nor comments."""
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is read smaller at once
    upright = ImageOps.exif_transpose(image)
    see_through = kind != "JPEG" and upright.has_transparency_data
    plain = upright.convert("RGBA" if see_through else "RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain.info = {}
    return _saved(plain, kind)


def _saved(image: Image.Image, kind: str) -> bytes:
    out = BytesIO()
    image.save(out, kind, **({"optimize": True} if kind == "PNG" else {"quality": QUALITY}))
    return out.getvalue()
