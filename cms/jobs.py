"""The jobs of stories: handing a draft to its review, and taking a story off the site when its consent ends."""

from django.utils import timezone

from cms import stories
from core.honours.services import HIDE_STORY
from core.jobs.models import Job
from core.jobs.registry import handler


@handler(stories.SUBMIT_STORY, where="outside", queue="fast")
def submit_story(job: Job) -> None:
    """Begin the review of a draft; Wagtail writes to the reviewers by e-mail, so this runs outside."""
    stories.submit_for_review(job.payload["page"])


@handler(HIDE_STORY, where="inside", queue="fast")
def hide_story(job: Job) -> None:
    """Take the stories of the case off the site."""
    stories.hide_story(job.payload["case"], now=timezone.now())
