"""The pages of the public site: they show what editors write and what selectors answer, and keep no figures."""

import json
from collections.abc import Iterator
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from cms import board, pledge_wall, prose, roll, selectors
from cms.blocks import BodyBlock, StoryBlock, reader
from cms.packs.models import PackItem as PackItem
from core.honours.selectors import is_named_in
from core.leaks import leaks_in
from core.ledger.selectors import public_figures
from core.programme.models import Theme
from core.programme.selectors import periods_of
from core.text import masked_name
from workflows.presenters.starting import door_to

LEAK_WORDS = {
    "phone": _("a phone number"),
    "id_number": _("an identity number"),
    "bank_card": _("a bank card number"),
    "house_number": _("a house number"),
    "email": _("an e-mail address"),
}

NO_CONSENT = _("The honoree does not agree to this story any more, or the honour was revoked. It must stay hidden.")


def leak_refusal(kind: str) -> Any:
    """Why a story with personal data of this kind is refused."""
    sentence = _("This text contains %(what)s. Stories never show one; please take it out, then publish again.")
    return sentence % {"what": LEAK_WORDS.get(kind, kind)}


class SitePage(Page):
    """What every page of ours has: a lede under the title, and the addresses of its translations."""

    lede = models.CharField(_("Lede"), max_length=300, blank=True, default="")

    content_panels = [*Page.content_panels, FieldPanel("lede")]
    search_fields = [*Page.search_fields, index.SearchField("lede")]

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the way to this page, and its address in the other language."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["crumbs"] = [
            (page.title, page.get_url(request)) for page in self.get_ancestors().filter(depth__gt=2).live()
        ]
        translation = self.get_translations().live().first()
        if translation is not None:
            context["other_language_url"] = translation.get_url(request)
        return context


class WithBody(models.Model):
    """A page whose body is put together from blocks."""

    body = StreamField(BodyBlock(), blank=True, verbose_name=_("Body"))

    class Meta:
        abstract = True


class HomePage(WithBody, SitePage):
    """The front page: the campaign with its themes, figures, wishes, stories."""

    eyebrow = models.CharField(_("Line above the title"), max_length=60, blank=True, default="")

    content_panels = [FieldPanel("title"), FieldPanel("eyebrow"), FieldPanel("lede"), FieldPanel("body")]
    search_fields = [*SitePage.search_fields, index.SearchField("body")]
    parent_page_types = ["wagtailcore.Page"]
    max_count_per_parent = 2  # one per language

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the campaign with its themes, and the board for the main button."""
        context = super().get_context(request, *args, **kwargs)
        context["campaign"] = selectors.campaign()
        context["themes"] = selectors.theme_pages(context["campaign"]) if context["campaign"] else []
        return context


class CampaignPage(WithBody, SitePage):
    """A campaign, with one page below it for each theme."""

    content_panels = [*SitePage.content_panels, FieldPanel("body")]
    search_fields = [*SitePage.search_fields, index.SearchField("body")]
    parent_page_types = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = ["cms.ThemePage", "cms.StandardPage"]

    class Meta:
        verbose_name = _("campaign")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the themes, each with its period of today."""
        context = super().get_context(request, *args, **kwargs)
        context["theme_cards"] = selectors.theme_cards(self, on=timezone.localdate())
        context["themes"] = [card.page for card in context["theme_cards"]]
        return context


class ThemePage(WithBody, SitePage):
    """One theme of a campaign, in its colour."""

    theme = models.ForeignKey(
        Theme,
        verbose_name=_("Theme"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Gives the colour, the focus of today and the periods; those are kept under Records."),
    )

    content_panels = [*SitePage.content_panels, FieldPanel("theme"), FieldPanel("body")]
    search_fields = [*SitePage.search_fields, index.SearchField("body")]
    parent_page_types = ["cms.CampaignPage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("theme page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the sister themes, and the periods of this one."""
        context = super().get_context(request, *args, **kwargs)
        context["themes"] = selectors.theme_pages(self.get_parent())
        periods = periods_of([self.theme_id], on=timezone.localdate())[self.theme_id]
        context["periods"] = periods
        context["current"] = next((row.period for row in periods if row.state == "current"), None)
        return context


class StoryIndexPage(SitePage):
    """All stories, latest first."""

    parent_page_types = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = ["cms.StoryPage"]

    class Meta:
        verbose_name = _("list of stories")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the stories."""
        context = super().get_context(request, *args, **kwargs)
        stories = StoryPage.objects.child_of(self).live().public().select_related("theme")
        context["stories"] = stories.order_by("-first_published_at", "-pk")[:60]
        return context


class StoryPage(SitePage):
    """A story about a person, team or organisation. A name is stored masked only, and nothing that identifies
    a person is accepted. `case_id`: the case whose honour it tells of; without the honoree's consent it stays hidden.
    """

    class Portrait(models.TextChoices):
        TEACHER = "teacher", _("Person with glasses")
        CARER = "carer", _("Person with long hair")
        BUILDER = "builder", _("Person with a cap")

    person = models.CharField(
        _("Person"),
        max_length=60,
        help_text=_("Shown and stored masked, e.g. 王*清; also wherever the text names them."),
    )
    portrait = models.CharField(_("Portrait"), max_length=12, choices=Portrait.choices, default=Portrait.TEACHER)
    theme = models.ForeignKey(
        Theme, verbose_name=_("Theme"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    place = models.CharField(_("Street or town"), max_length=60, blank=True, default="")
    service = models.CharField(_("Kind of service"), max_length=60, blank=True, default="")
    body = StreamField(StoryBlock(), blank=True, verbose_name=_("Body"))
    deeds = StreamField(
        [("deed", BodyBlock().child_blocks["activities"])], blank=True, max_num=1, verbose_name=_("What they did")
    )
    is_about_a_group = models.BooleanField(
        _("About a team or an organisation"), default=False, help_text=_("It is named in full; a person never is.")
    )
    case_id = models.BigIntegerField(_("case"), null=True, blank=True, editable=False, db_index=True)
    consent = models.CharField(
        _("Consent"),
        max_length=200,
        help_text=_("When and to what the person agreed. Without consent there is no story."),
    )

    content_panels = [
        *SitePage.content_panels,
        *(
            FieldPanel(name)
            for name in (
                "person",
                "is_about_a_group",
                "portrait",
                "theme",
                "place",
                "service",
                "body",
                "deeds",
                "consent",
            )
        ),
    ]
    search_fields = [*SitePage.search_fields, index.SearchField("person"), index.SearchField("body")]
    parent_page_types = ["cms.StoryIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("story")

    @property
    def colour(self) -> str:
        """The colour of its theme; gold without one."""
        return self.theme.colour if self.theme is not None else "gold"

    def clean(self) -> None:
        """Mask the person's name everywhere, then refuse text that could identify somebody."""
        super().clean()
        if self.case_id is not None and not is_named_in(self.case_id):
            raise ValidationError(NO_CONSENT)
        self._mask_person()
        found = {leak.kind for text in self._texts() for leak in leaks_in(text)}
        if found:
            raise ValidationError([leak_refusal(kind) for kind in sorted(found)])

    def _mask_person(self) -> None:
        if self.is_about_a_group or not self.person or "*" in self.person:
            return
        name, mask = self.person.strip(), masked_name(self.person)
        self.person = mask
        if len(name) < 2:
            return
        for text in ("title", "lede", "seo_title", "search_description"):
            setattr(self, text, getattr(self, text).replace(name, mask))
        for stream in ("body", "deeds"):
            field = self._meta.get_field(stream)
            blocks = json.loads(field.value_to_string(self))
            setattr(self, stream, field.to_python(json.dumps(prose.replaced(blocks, name, mask))))

    def _texts(self) -> Iterator[str]:
        yield from (self.title, self.lede, self.place, self.service, self.seo_title, self.search_description)
        for stream in ("body", "deeds"):
            yield from prose.texts(json.loads(self._meta.get_field(stream).value_to_string(self)))


class WishBoardPage(SitePage):
    """The wish board."""

    parent_page_types = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("wish board")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the wishes that the address asks for."""
        context = super().get_context(request, *args, **kwargs)
        context["board"] = board.board(request.GET)
        return context


class PledgeWallPage(SitePage):
    """The wall of pledges."""

    parent_page_types = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("pledge wall")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the pledges that the address asks for."""
        context = super().get_context(request, *args, **kwargs)
        context["wall"] = pledge_wall.wall(request.GET)
        return context


class HonourRollPage(SitePage):
    """The roll of honour."""

    parent_page_types = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("roll of honour")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the honours that the address asks for, and the way to nominate somebody."""
        context = super().get_context(request, *args, **kwargs)
        context["roll"] = roll.roll(request.GET)
        context["nominate"] = door_to("commendation", reader(request), timezone.now())
        return context


class FiguresPage(WithBody, SitePage):
    """All public figures."""

    content_panels = [*SitePage.content_panels, FieldPanel("body")]
    parent_page_types = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("figures page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the figures."""
        context = super().get_context(request, *args, **kwargs)
        context["figures"] = public_figures()
        return context


class StandardPage(WithBody, SitePage):
    """A page of text."""

    content_panels = [*SitePage.content_panels, FieldPanel("body")]
    search_fields = [*SitePage.search_fields, index.SearchField("body")]
    parent_page_types = ["cms.HomePage", "cms.CampaignPage", "cms.StandardPage"]

    class Meta:
        verbose_name = _("text page")
