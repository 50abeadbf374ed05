"""What editors put together on pages: text, figures of the ledger, wishes, stories, ways to take part."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms import board, figures, pledge_wall, roll
from core.actors import VISITOR, Actor
from workflows.guests import actor_of
from workflows.presenters import starting

OWN_ADDRESS = re.compile(r"/(?:[^/\\\s][^\\\s]*)?")
TEXT_FEATURES = ["h2", "h3", "bold", "italic", "link", "ol", "ul", "hr"]


def is_own_address(link: str) -> bool:
    """Whether a link stays on this site. Browsers read two slashes of either kind at its beginning as another host."""
    return bool(OWN_ADDRESS.fullmatch(link))


def text_block() -> blocks.RichTextBlock:
    """Running text."""
    return blocks.RichTextBlock(
        features=TEXT_FEATURES, label=_("Text"), icon="pilcrow", template="cms/blocks/text.html"
    )


class QuoteBlock(blocks.StructBlock):
    """Somebody's own words."""

    text = blocks.TextBlock(label=_("Words"))
    source = blocks.CharBlock(label=_("Who says so"), required=False)

    class Meta:
        label = _("Quote")
        icon = "openquote"
        template = "cms/blocks/quote.html"


class FigureChoiceBlock(blocks.ChoiceBlock):
    """One of the public figures, by its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "choices": figures.choices})

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Migrations know a plain text: which figures there are is data."""
        return "wagtail.blocks.CharBlock", [], {}


class FiguresBlock(blocks.StructBlock):
    """Public figures side by side: opening balance with its source, beside what the system counted. Never added up."""

    heading = blocks.CharBlock(label=_("Heading"), required=False)
    note = blocks.CharBlock(label=_("Explanation"), required=False)
    figures = blocks.ListBlock(FigureChoiceBlock(label=_("Figure")), label=_("Figures"))

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Adds the figures as they stand now."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["figures"] = figures.shown(list(value["figures"]))
        return context

    class Meta:
        label = _("Figures")
        icon = "decimal"
        template = "cms/blocks/figures.html"


class WishesBlock(blocks.StructBlock):
    """The wishes that have waited longest, and the latest one that came true."""

    heading = blocks.CharBlock(label=_("Heading"))

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Adds the wishes as cards, and how many wait in all."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["cards"], context["open_total"] = board.taste()
        return context

    class Meta:
        label = _("Wishes")
        icon = "pick"
        template = "cms/blocks/wishes.html"


class StoriesBlock(blocks.StructBlock):
    """The latest stories."""

    heading = blocks.CharBlock(label=_("Heading"))

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Adds the stories."""
        from cms.selectors import latest_stories

        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["stories"] = latest_stories(3, theme_id=getattr(context.get("page"), "theme_id", None))
        return context

    class Meta:
        label = _("Stories")
        icon = "user"
        template = "cms/blocks/stories.html"
        help_text = _("The three latest stories; on a theme's page, those of the theme.")


class PledgesBlock(blocks.StructBlock):
    """The latest pledges on the wall."""

    heading = blocks.CharBlock(label=_("Heading"))

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Adds the pledges as cards."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        theme_id = getattr(context.get("page"), "theme_id", None)
        context["cards"] = pledge_wall.latest(3, theme_id=theme_id)
        return context

    class Meta:
        label = _("Pledges")
        icon = "form"
        template = "cms/blocks/pledges.html"
        help_text = _("The three latest pledges; on a theme's page, those of the theme.")


class HonoursBlock(blocks.StructBlock):
    """The latest honours of the roll, masked, with what they were given for."""

    heading = blocks.CharBlock(label=_("Heading"))

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Adds the honours."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["cards"] = roll.latest(4)
        return context

    class Meta:
        label = _("Honours")
        icon = "pick"
        template = "cms/blocks/honours.html"
        help_text = _("The four latest honours of the roll; nobody who did not agree is named.")


class FocusBlock(blocks.StructBlock):
    """What each theme of the campaign is about today, by its periods."""

    heading = blocks.CharBlock(label=_("Heading"))

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Adds the themes with their current period; themes without one are left out."""
        from cms.selectors import campaign, theme_cards

        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        page = campaign()
        cards = theme_cards(page, on=timezone.localdate()) if page is not None else []
        context["theme_cards"] = [card for card in cards if card.current is not None]
        return context

    class Meta:
        label = _("Focus of today")
        icon = "date"
        template = "cms/blocks/focus.html"
        help_text = _("What every theme is about at present. The periods are kept under Records, periods of themes.")


class FlowChoiceBlock(blocks.ChoiceBlock):
    """One of the published flows that people start, by its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "choices": starting.startable})

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Migrations know a plain text: which flows there are is data."""
        return "wagtail.blocks.CharBlock", [], {}


def reader(request: Any) -> Actor:
    """Who reads the page; a visitor where the page is rendered without a whole request."""
    if isinstance(request, HttpRequest) and hasattr(request, "user") and hasattr(request, "session"):
        return actor_of(request)
    return VISITOR


class StartFlowBlock(blocks.StructBlock):
    """A call to action that starts a flow, with who may start it. A flow that is closed gets a sentence, no link."""

    flow = FlowChoiceBlock(
        label=_("What it starts"), help_text=_("A flow that is published. The page also says who may start it.")
    )
    heading = blocks.CharBlock(label=_("Heading"), max_length=60)
    text = blocks.TextBlock(label=_("Text"), required=False, max_length=400)
    button = blocks.CharBlock(
        label=_("Text of the button"),
        required=False,
        max_length=20,
        help_text=_("Left empty, the button bears the title of the form."),
    )

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Adds the way into the flow for whoever reads the page."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["door"] = starting.door_to(value["flow"], reader(context.get("request")), timezone.now())
        return context

    class Meta:
        label = _("Call to take part")
        icon = "arrow-right"
        template = "cms/blocks/start.html"


class WayBlock(blocks.StructBlock):
    """One way to take part."""

    title = blocks.CharBlock(label=_("Title"))
    text = blocks.TextBlock(label=_("Text"))


class WaysBlock(blocks.StructBlock):
    """How to take part, in a few numbered steps."""

    heading = blocks.CharBlock(label=_("Heading"))
    ways = blocks.ListBlock(WayBlock(), label=_("Steps"), min_num=1, max_num=4)
    button = blocks.CharBlock(label=_("Text of the button"), required=False)
    link = blocks.CharBlock(label=_("Address that the button opens"), required=False, default="/login/")

    def clean(self, value: Any) -> Any:
        """Refuse a button that leads to another site."""
        cleaned = super().clean(value)
        if cleaned["link"] and not is_own_address(cleaned["link"]):
            error = ValidationError(_("Give an address of this site, beginning with one slash."))
            raise blocks.StructBlockValidationError(block_errors={"link": error})
        return cleaned

    class Meta:
        label = _("Ways to take part")
        icon = "list-ol"
        template = "cms/blocks/ways.html"


class ScrollsBlock(blocks.StructBlock):
    """The themes of the campaign as hanging scrolls (四条屏)."""

    heading = blocks.CharBlock(label=_("Heading"), required=False)

    class Meta:
        label = _("Themes")
        icon = "palette"
        template = "cms/blocks/scrolls.html"


class ActivityBlock(blocks.StructBlock):
    """One thing that was or will be done, with its time in words."""

    when = blocks.CharBlock(label=_("When"))
    title = blocks.CharBlock(label=_("What"))
    text = blocks.CharBlock(label=_("Details"), required=False)


class ActivitiesBlock(blocks.StructBlock):
    """A list of activities or deeds in order of time."""

    heading = blocks.CharBlock(label=_("Heading"), required=False)
    entries = blocks.ListBlock(ActivityBlock(), label=_("Activities"))

    class Meta:
        label = _("Activities")
        icon = "date"
        template = "cms/blocks/activities.html"


class BodyBlock(blocks.StreamBlock):
    """The body of a page."""

    text = text_block()
    scrolls = ScrollsBlock()
    figures = FiguresBlock()
    wishes = WishesBlock()
    stories = StoriesBlock()
    pledges = PledgesBlock()
    honours = HonoursBlock()
    focus = FocusBlock()
    start = StartFlowBlock()
    activities = ActivitiesBlock()
    ways = WaysBlock()


class StoryBlock(blocks.StreamBlock):
    """The body of a story."""

    text = text_block()
    quote = QuoteBlock()
