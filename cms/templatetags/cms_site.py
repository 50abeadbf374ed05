"""Tags of the public site that need to know its pages."""

from django import template
from django.apps import apps
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.models import Locale, Page

register = template.Library()


@register.simple_tag
def page_of_kind(model_name: str) -> Page | None:
    """The live page of this class in the reader's language, e.g. `{% page_of_kind "WishBoardPage" as board %}`."""
    model = apps.get_model("cms", model_name)
    page: Page | None = model._default_manager.live().public().filter(locale=Locale.get_active()).first()
    return page


@register.simple_tag
def portrait(name: str) -> SafeString:
    """The drawn portrait of a story; it says nothing that the text does not."""
    return format_html('<img class="portrait" src="{}" alt="">', static(f"dandelion/art/portrait-{name}.svg"))
