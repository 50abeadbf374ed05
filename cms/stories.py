"""Stories that come from cases: a draft page made with the honoree's consent, reviewed, and hidden when it ends.

The draft is for an editor: it says nothing that the case did not say, names nobody in full, and has no owner.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Locale
from wagtail.permission_policies.pages import PagePermissionPolicy

from cms import page_bodies
from cms.models import StoryIndexPage, StoryPage
from core.honours.models import Commendation
from core.honours.services import subject_of
from core.jobs.services import enqueue
from core.leaks import leaks_in
from core.people.models import User
from core.people.selectors import unit_path_name
from core.programme.models import Theme
from core.templatetags.dandelion import full_day
from core.text import masked_name
from notifications.services import send
from workflows.answers import given_at
from workflows.effects import EffectContext, effect
from workflows.models import Case
from workflows.tree import Tree, props_of

SUBMIT_STORY = "stories.submit"
LONG = 10_000  # characters; shorter texts are one line


@effect(
    "story.draft",
    inputs={"consent": "bool", "title": "text", "lede": "text", "deeds": "text", "theme": "text"},
    optional=["title", "lede", "deeds", "theme"],
    needs="award.grant",
)
def draft(ctx: EffectContext) -> None:
    """Draft a story about the honoree for the site's editors, if the honoree agreed; nothing happens otherwise."""
    honour = Commendation.objects.select_related("scheme", "member", "team", "organisation", "unit").filter(
        case_id=ctx.case.pk, state=Commendation.State.GRANTED, is_named=True
    )
    agreed = honour.first()
    if agreed is None or ctx.inputs.get("consent") is not True:
        return
    with translation.override(settings.LANGUAGE_CODE):
        draft_story(honour=agreed, case=ctx.case, texts=ctx.inputs, consent=_consent(ctx), now=ctx.now)


def draft_story(
    *, honour: Commendation, case: Case, texts: Mapping[str, Any], consent: str, now: datetime
) -> StoryPage | None:
    """The draft about the honour of a case, once; editors are told and it goes to their review.

    `texts`: title, lede, deeds and theme as the case has them. None where the site has no page of stories.
    """
    existing: StoryPage | None = StoryPage.objects.filter(case_id=case.pk).first()
    index: StoryIndexPage | None = StoryIndexPage.objects.filter(locale=Locale.get_default()).order_by("path").first()
    if existing is not None or index is None:
        return existing
    page = _page(honour, case, texts, consent)
    index.add_child(instance=page)
    page.save_revision(log_action=True)
    for editor in editors_of(index):
        send(
            key=f"story-draft:{case.pk}:{editor.pk}",
            kind="story.draft",
            subject=_("A story to look at: %(number)s") % {"number": case.number},
            body=_("The honoree agreed to a story. A draft was made from the case; please read, edit and publish it."),
            link=f"/desk/pages/{page.pk}/edit/",
            user=editor,
            now=now,
        )
    enqueue(key=f"submit-story:{page.pk}", kind=SUBMIT_STORY, payload={"page": page.pk}, now=now)
    return page


def editors_of(page: Any) -> list[User]:
    """Active logins that may publish below the page, except system administrators, who are told of nothing."""
    users = PagePermissionPolicy().users_with_permission_for_instance("publish", page)
    return list(users.filter(is_active=True, is_superuser=False).order_by("pk"))


def hide_story(case_id: int, *, now: datetime) -> int:
    """Take the stories of a case off the site and out of review; how many there were. Twice is once.

    The pages stay as drafts, and none of them can be published again while its honoree does not agree.
    """
    pages = list(StoryPage.objects.filter(case_id=case_id))
    for page in pages:
        state = page.current_workflow_state
        if state is not None:
            state.cancel(user=None)
        if page.live:
            UnpublishPageAction(page, user=None).execute(skip_permission_checks=True)
            _tell_hidden(page, now)
        page.revisions.update(approved_go_live_at=None)
    return len(pages)


def submit_for_review(page_id: int) -> None:
    """Hand a draft to the review before publishing, where one is set up; twice is once."""
    page = StoryPage.objects.filter(pk=page_id, live=False).first()
    workflow = page.get_workflow() if page is not None else None
    if page is not None and workflow is not None and not page.workflow_in_progress:
        workflow.start(page, user=None)


def _tell_hidden(page: StoryPage, now: datetime) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        for editor in editors_of(page):
            send(
                key=f"story-hidden:{page.pk}:{now.isoformat()}:{editor.pk}",
                kind="story.hidden",
                subject=_("A story was taken off the site: %(title)s") % {"title": page.title},
                body=_("The consent was withdrawn, or the honour revoked. The page must not be published again."),
                link=f"/desk/pages/{page.pk}/edit/",
                user=editor,
                now=now,
            )


def _page(honour: Commendation, case: Case, texts: Mapping[str, Any], consent: str) -> StoryPage:
    subject = subject_of(honour)
    is_person = subject.kind == "person"
    shown = masked_name(subject.name) if is_person else subject.name

    def public(name: str, limit: int, otherwise: str = "") -> str:
        text = without_leaks(str(texts.get(name) or otherwise)).replace(subject.name, shown)
        return " ".join(text.split())[:limit] if limit < LONG else text[:limit]

    page = StoryPage(
        locale=Locale.get_default(),
        slug=slugify(case.number),
        live=False,
        case_id=case.pk,
        title=public("title", 100, f"{honour.scheme}：{shown}"),
        lede=public("lede", 300, honour.citation),
        person=shown[:60],
        is_about_a_group=not is_person,
        theme=Theme.objects.filter(slug=texts.get("theme") or "").first(),
        place=unit_path_name(honour.unit).split(" · ")[0][:60],
        service="",
        consent=consent[:200],
    )
    page.body = page_bodies.stream(page, "body", [{"text": public("deeds", LONG, honour.citation)}], "zh-hans")
    entry = {"when": full_day(timezone.localdate(honour.granted_at)), "title": _award(honour), "text": ""}
    page.deeds = page_bodies.stream(page, "deeds", [entry], "zh-hans")
    return page


def _award(honour: Commendation) -> str:
    level = honour.scheme.level_name(honour.level) if honour.level else ""
    return " · ".join(part for part in (str(honour.scheme), level) if part)


def without_leaks(text: str) -> str:
    """The text with what looks like personal data taken out, so that a slip does not hold the whole case up."""
    for leak in reversed(leaks_in(text)):
        text = f"{text[: leak.start]}…{text[leak.end :]}"
    return text


def _consent(ctx: EffectContext) -> str:
    """To what the honoree agreed, and on which day: from the answer that the input `consent` reads."""
    expression = (props_of(Tree(ctx.definition).steps[ctx.step_id]).get("inputs") or {}).get("consent")
    step_id, _dot, key = str((expression or {}).get("var", "") if isinstance(expression, Mapping) else "").partition(
        "."
    )
    answer, at = given_at(ctx.case.pk, step_id, key)
    text = answer.get("text", "") if isinstance(answer, dict) else ""
    return f"{full_day(timezone.localdate(at or ctx.now))}：{text or _('agreed in the case')}（{ctx.case.number}）"
