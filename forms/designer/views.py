"""Answers the designer of forms while somebody edits: what keeps the form from being published."""

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from core.exceptions import Unreadable
from forms.designer.configuration import names_in, told
from forms.designer.sheets import document_sheet, kinds
from forms.hints import hints
from forms.messages import sentence
from forms.models import FormDefinition

LARGEST_BYTES = 2_000_000


def posted_json(request: HttpRequest) -> dict[str, Any]:
    """The object that a script posted. Raises: Unreadable."""
    try:
        content = json.loads(request.body) if len(request.body) <= LARGEST_BYTES else None
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise Unreadable
    return content


def require_editor(request: HttpRequest, *permissions: str) -> None:
    """Raises: PermissionDenied unless the person may do one of these."""
    if not any(request.user.has_perm(permission) for permission in permissions):
        raise PermissionDenied


@require_POST
def check(request: HttpRequest, pk: int) -> JsonResponse:
    """Problems of the document as it stands; how it looks is shown by Wagtail's preview."""
    require_editor(request, "forms.change_formdefinition", "forms.add_formdefinition")
    document = posted_json(request).get("document")
    definition = FormDefinition.objects.filter(pk=pk).first() or FormDefinition()
    found = definition.problems_with(document) or hints(document, today=localdate())
    names = names_in(
        group for sheet in [*(kind["sheet"] for kind in kinds().values()), document_sheet()] for group in sheet
    )
    return JsonResponse({"problems": [told(problem, sentence, names) for problem in found]})
