"""The kind for documents and pictures: known by what they hold, kept as they are or, pictures, written anew."""

from typing import Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from forms.context import FillContext
from forms.filetypes import CONTENT_TYPES, PICTURES, NotTaken, ending_of, named_as, type_of
from forms.images import SIGNATURES
from forms.kinds.base import MAX_SHOWN, AnswerField, Definition, NotCarried, Stored, register
from forms.kinds.uploaded import Received, UploadField, UploadKind, most_of, pairs, picture
from forms.shapes import FILE_TYPES
from forms.uploads import cleaned_name
from forms.widgets import Uploads

LARGEST = 10  # megabytes, unless the field says otherwise


def types_of(definition: Definition) -> list[str]:
    """The types that a field takes, in the order in which they are told."""
    wanted = definition.get("accept") or FILE_TYPES
    return [one for one in FILE_TYPES if one in wanted]


def largest_of(definition: Definition) -> int:
    """Megabytes that each file may have."""
    return int(definition.get("max_mb", LARGEST))


class FilesField(UploadField):
    """Documents and pictures."""

    default_error_messages = {
        "unknown": _("“%(name)s” is of a type that cannot be taken here. Please choose one of these: %(types)s."),
        "not_a_photo": _("“%(name)s” is a picture that cannot be read. Please save it again and choose it again."),
        "damaged": _(
            "“%(name)s” is damaged or not what it says it is. Please open it, save it again, and choose it again."
        ),
        "old_office": _(
            "“%(name)s” is from an older Office or has a password. Please open it, remove the password if it has one, "
            "save it as DOCX, XLSX or PPTX, and choose it again."
        ),
        "protected": _("“%(name)s” has a password. Please save it without one and choose it again."),
        "macros": _("“%(name)s” holds macros. Please save it without them (DOCX, XLSX, PPTX) and choose it again."),
        "bomb": _(
            "“%(name)s” would unpack to too much. Please make it smaller, for example as PDF, and choose it again."
        ),
        "too_large": _("“%(name)s” has %(size)s MB; each file may have %(limit)s MB at most."),
        "too_many": _("“%(name)s” was one too many: %(limit)s files at most."),
        "gone": _("A file that you chose earlier was kept for one day only. Please choose it again."),
    }

    def __init__(self, definition: Definition) -> None:
        self.types = types_of(definition)
        self.content_types = frozenset(CONTENT_TYPES[one] for one in self.types)
        self.largest = largest_of(definition)
        accept = ",".join(f".{one}" for one in [*self.types, *(["jpeg"] if "jpg" in self.types else [])])
        widget = Uploads(accept=accept, most=most_of(definition), largest=self.largest, takes=_takes_lazy(definition))
        super().__init__(definition, widget=widget)

    def received(self, content: bytes, name: str) -> Received:
        """The file, if its type may be given here. Raises: `ValidationError`, `NotAPhoto`, `TooManyPixels`."""
        if any(content.startswith(SIGNATURES[kind][0]) for kind in ("JPEG", "PNG")):
            one = picture(content, name)
            kind = PICTURES[one.content_type]
        else:
            kind = self._type_of(content, name)
            one = Received(content, CONTENT_TYPES[kind], name)
        if kind not in self.types:
            raise self._unknown(name)
        return Received(one.content, one.content_type, cleaned_name(named_as(name.lstrip(". "), kind)), one.small)

    def _type_of(self, content: bytes, name: str) -> str:
        try:
            return type_of(content, name)
        except NotTaken as why:
            raise self._unknown(name) if why.code == "unknown" else self.refuse(why.code, name=name) from None

    def _unknown(self, name: str) -> Any:
        return self.refuse("unknown", name=name, types=_list_of(self.types))


class FilesKind(UploadKind):
    """Some documents and pictures."""

    name = "files"

    def form_field(self, definition: Definition) -> AnswerField:
        """A file input, and the files that are there already."""
        return FilesField(definition)

    def counted(self, count: int) -> str:
        """So many files."""
        return ngettext("%(count)d file", "%(count)d files", count) % {"count": count}

    def too_many(self, most: int) -> str:
        """Only so many files."""
        sentence = ngettext("only %(count)d file may be given now.", "only %(count)d files may be given now.", most)
        return sentence % {"count": most}

    def carried(self, stored: Stored, was: Definition, definition: Definition, context: FillContext) -> Stored:
        """As many files as may still be given, of the types that are still taken. Raises: `NotCarried`."""
        types = types_of(definition)
        kept: list[Any] = super().carried(stored, was, definition, context)
        suits = [one for one in kept if isinstance(one, dict) and ending_of(str(one.get("name"))) in types]
        if len(suits) < len(kept):
            why = _("only these types may be given now: %(types)s.") % {"types": _list_of(types)}
            raise NotCarried("limit", why, kept=suits or None)
        return kept

    def shown(self, stored: Stored, definition: Definition) -> str:
        """Their names."""
        entries = stored if isinstance(stored, list) else []
        names = [str(one.get("name", ""))[:200] for one in entries if isinstance(one, dict)]
        return str(_(", ")).join(names)[:MAX_SHOWN] or self.counted(0)

    def shown_html(self, stored: Stored, definition: Definition) -> SafeString | None:
        """Their names, each leading to the file; the address `file` decides again who may have it."""
        links = format_html_join(
            "",
            '<li><a href="{}">{}</a></li>',
            ((reverse("file", args=(key,)), name) for key, name in pairs(stored)),
        )
        return format_html('<ul class="files">{}</ul>', links) if links else None


def _list_of(types: list[str]) -> str:
    return str(_(", ")).join(one.upper() for one in types)


def _takes(definition: Definition) -> str:
    sentence = ngettext(
        "%(count)d file at most, up to %(size)d MB: %(types)s",
        "%(count)d files at most, up to %(size)d MB each: %(types)s",
        most_of(definition),
    )
    types = _list_of(types_of(definition))
    return sentence % {"count": most_of(definition), "types": types, "size": largest_of(definition)}


_takes_lazy = lazy(_takes, str)


register(FilesKind())
