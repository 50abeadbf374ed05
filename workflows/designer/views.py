"""Answers the designer of flows while somebody edits: problems, the picture, and who a rule would find."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.people.models import OrgUnit
from forms.designer.configuration import told
from forms.designer.views import posted_json, require_editor
from forms.problem import Problem
from workflows.designer import sheets, who
from workflows.diagram import svg
from workflows.messages import sentence
from workflows.outline import outline
from workflows.publishing import find_problems, form_slugs, newest_forms
from workflows.schema import shape_problems

EDITORS = ("workflows.change_flowdefinition", "workflows.add_flowdefinition")


@require_POST
def check(request: HttpRequest) -> JsonResponse:
    """Problems of the document as it stands, and its picture with the list beside it when it can be drawn."""
    require_editor(request, *EDITORS)
    content = posted_json(request)
    document = content.get("document")
    slug = str(content.get("slug", ""))
    found = _problems(slug, document)
    names = sheets.names()
    picture, steps = ("", "") if shape_problems(document) else _drawn(document)
    return JsonResponse(
        {"problems": [told(one, sentence, names) for one in found], "picture": picture, "outline": steps}
    )


def _problems(slug: str, document: Any) -> list[Problem]:
    found = find_problems(slug, document, newest_forms(form_slugs(document)))
    return [one for one in found if one.code != "bad_slug"]  # the field of the code says that itself


def _drawn(document: Any) -> tuple[str, str]:
    return (
        svg(document, {}, title=_("The flow as it stands"), with_automatic=True),
        outline(document, {}, with_automatic=True),
    )


@require_POST
def who_now(request: HttpRequest) -> JsonResponse:
    """Whom the given rules find in the given unit today. Names only: for people who may edit flows."""
    require_editor(request, *EDITORS)
    content = posted_json(request)
    rules, slug = content.get("rules"), content.get("unit")
    unit = OrgUnit.objects.filter(slug=slug, is_active=True).first() if isinstance(slug, str) else None
    if unit is None:
        return JsonResponse({"lines": [_("Please choose a unit.")]})
    return JsonResponse({"lines": who.lines(rules if isinstance(rules, list) else [], unit, localdate())})
