"""What every request passes: an id for the logs, the content policy of its path, refusals as pages."""

import logging
import re
import uuid
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.defaults import bad_request

from core import logs
from core.exceptions import DandelionError, Invalid, TryLater

log = logging.getLogger("dandelion.requests")
GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
NUL = re.compile(r"\x00|%00")  # PostgreSQL cannot look for it, so no search or filter may ask
BUSY = re.compile(r"lock timeout|database is locked|deadlock detected", re.IGNORECASE)


class RequestId:
    """Gives each request an id, or takes that of the proxy, for the log lines and the answer's X-Request-ID."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request under its id."""
        given = request.headers.get("X-Request-ID", "")
        number = given if GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        token = logs.request_id.set(number)
        try:
            response = self.get_response(request)
        finally:
            logs.request_id.reset(token)
        response["X-Request-ID"] = number
        return response


class ClientAddress:
    """Behind proxies, makes REMOTE_ADDR the address of the client, so that limits count people and not the proxy.

    Each proxy appends to X-Forwarded-For the address that it was called from; what stands further left, anybody may
    have written. `DANDELION_PROXIES` says how many of the last ones are ours.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request under the address of its client."""
        proxies: int = settings.DANDELION_PROXIES
        named = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        if 0 < proxies <= len(named):
            with suppress(ValueError):
                request.META["REMOTE_ADDR"] = str(ip_address(named[-proxies]))
        return self.get_response(request)


class PolicyByPath(CSPMiddleware):
    """The strict content policy everywhere, Wagtail's own under the desk."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """What the header is built from."""
        parts = super().get_policy_parts(request, response, report_only)
        if parts.config is None and not report_only and request.path_info.startswith(settings.DESK_PREFIX):
            parts.config = settings.DESK_CONTENT_SECURITY_POLICY
        return parts


class Refusals:
    """Turns a refusal that reaches it into a page or JSON with its status and sentence."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request; `process_exception` does most of the work."""
        if NUL.search(request.META.get("QUERY_STRING", "")):
            return bad_request(request, SuspiciousOperation())
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer to a refusal; None lets Django handle what is a fault of ours."""
        if isinstance(exception, OperationalError) and BUSY.search(str(exception)):
            exception = TryLater(code="busy")
        if not isinstance(exception, DandelionError):
            return None
        log.info("refused %s", exception.code)
        return refusal(request, exception)


def refusal(request: HttpRequest, error: DandelionError) -> HttpResponse:
    """The page (or JSON, for who asks for it) that says what happened and what to do next."""
    response: HttpResponse
    if request.accepts("text/html"):
        response = render(request, "errors/refused.html", {"sentence": str(error)}, status=error.status)
    else:
        content: dict[str, object] = {"code": error.code, "sentence": str(error)}
        if isinstance(error, Invalid):
            content["errors"] = error.errors
        response = JsonResponse(content, status=error.status)
    if isinstance(error, TryLater):
        response["Retry-After"] = "60"
    return response
