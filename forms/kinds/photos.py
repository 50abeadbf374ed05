"""The kind for photos: read, made smaller and stripped when they arrive, and named in the answer."""

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from forms.images import CONTENT_TYPES
from forms.kinds.base import AnswerField, Definition, Stored, register
from forms.kinds.uploaded import Received, UploadField, UploadKind, most_of, pairs, picture
from forms.widgets import Uploads


class PhotosField(UploadField):
    """Photos."""

    default_error_messages = {
        "not_a_photo": _("“%(name)s” is not a photo. Please choose a JPG, PNG or WebP instead."),
        "too_large": _("“%(name)s” has %(size)s MB; each photo may have %(limit)s MB at most."),
        "too_many": _("“%(name)s” was one too many: %(limit)s photos at most."),
        "gone": _("A photo that you chose earlier was kept for one day only. Please choose it again."),
    }
    content_types = frozenset(CONTENT_TYPES.values())

    def __init__(self, definition: Definition) -> None:
        accept = ",".join(CONTENT_TYPES.values())
        super().__init__(definition, widget=Uploads(accept=accept, most=most_of(definition), largest=self.largest))

    def received(self, content: bytes, name: str) -> Received:
        """The photo, written anew. Raises: `NotAPhoto`, `TooManyPixels`."""
        return picture(content, name)


class PhotosKind(UploadKind):
    """Some photos."""

    name = "photos"

    def form_field(self, definition: Definition) -> AnswerField:
        """A file input, and the photos that are there already."""
        return PhotosField(definition)

    def counted(self, count: int) -> str:
        """So many photos."""
        return ngettext("%(count)d photo", "%(count)d photos", count) % {"count": count}

    def too_many(self, most: int) -> str:
        """Only so many photos."""
        sentence = ngettext("only %(count)d photo may be given now.", "only %(count)d photos may be given now.", most)
        return sentence % {"count": most}

    def shown_html(self, stored: Stored, definition: Definition) -> SafeString | None:
        """Small pictures that lead to the large ones; the address `file` decides again who may see them."""
        pictures = ((reverse("file", args=(key,)), name) for key, name in pairs(stored))
        links = format_html_join(
            "",
            '<a href="{0}"><img src="{0}?small=1" alt="{1}" loading="lazy"></a>',
            ((url, name) for url, name in pictures),
        )
        return format_html('<span class="photos">{}</span>', links) if links else None


register(PhotosKind())
