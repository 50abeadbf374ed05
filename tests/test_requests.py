"""What every request passes: ids, refusals, health, and logs that keep personal data out."""

import json
import logging

import pytest
from django.db import IntegrityError, OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory

from core import logs
from core.exceptions import Conflict, Invalid, NotFound, TryLater
from core.middleware import ClientAddress, Refusals, refusal

PAGE = {"Accept": "text/html"}
DATA = {"Accept": "application/json"}


def _unused(_request):
    raise AssertionError("the middleware only looks at exceptions here")


@pytest.mark.parametrize("error", [Conflict(), NotFound(), Invalid(), TryLater()])
def test_a_refusal_is_a_page_with_its_status_and_sentence(db, error):
    answer = refusal(_request(PAGE), error)
    assert answer.status_code == error.status
    assert str(error) in answer.content.decode()


def _request(headers):
    """A request as it looks after the middleware that the base template relies on."""
    request = RequestFactory().get("/", headers=headers)
    request.session = Client().session
    from django.contrib.auth.models import AnonymousUser

    request.user = AnonymousUser()
    return request


def test_a_program_gets_the_refusal_as_json():
    answer = refusal(RequestFactory().get("/", headers=DATA), Invalid(errors={"name": ["Missing."]}, code="wrong"))
    assert answer.status_code == 422
    assert json.loads(answer.content)["code"] == "wrong"
    assert json.loads(answer.content)["errors"] == {"name": ["Missing."]}


@pytest.mark.parametrize("text", ["database is locked", "canceling statement due to lock timeout", "deadlock detected"])
def test_a_busy_database_asks_to_try_again(text):
    answer = Refusals(_unused).process_exception(RequestFactory().get("/", headers=DATA), OperationalError(text))
    assert answer is not None
    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"


def test_a_fault_of_ours_is_not_dressed_up_as_a_refusal():
    assert Refusals(_unused).process_exception(RequestFactory().get("/"), OperationalError("no such table")) is None
    assert Refusals(_unused).process_exception(RequestFactory().get("/"), ValueError("x")) is None


def test_the_id_of_a_proxy_is_kept_and_a_strange_one_replaced(client):
    assert client.get("/livez", headers={"X-Request-ID": "abc-12345678"})["X-Request-ID"] == "abc-12345678"
    assert client.get("/livez", headers={"X-Request-ID": "<script>"})["X-Request-ID"] != "<script>"


def test_the_log_keeps_what_people_typed_out():
    try:
        raise IntegrityError("Key (phone)=(13800001234) already exists")
    except IntegrityError as error:
        record = logging.LogRecord("django.request", 40, "a.py", 1, "%s: %s", ("Not Found", "/13800001234/"), None)
        record.exc_info = (type(error), error, error.__traceback__)
    logs.WithRequestId().filter(record)
    line = logs.JsonLines().format(record)
    assert "13800001234" not in line
    assert json.loads(line)["message"] == "Not Found"
    assert json.loads(line)["error"] == "IntegrityError"


def test_health_says_what_is_ready_without_details(db, client):
    assert client.get("/livez").content == b"ok"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"database": True, "migrations": True, "jobs": False}


FORWARDED = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}


@pytest.mark.parametrize(
    ("proxies", "headers", "expected"),
    [
        (0, FORWARDED, "127.0.0.1"),
        (1, FORWARDED, "198.51.100.7"),
        (2, FORWARDED, "203.0.113.9"),
        (3, FORWARDED, "127.0.0.1"),
        (1, {}, "127.0.0.1"),
        (1, {"X-Forwarded-For": "<script>"}, "127.0.0.1"),
        (1, {"X-Forwarded-For": "2001:DB8::1"}, "2001:db8::1"),
    ],
)
def test_limits_count_the_client_that_our_own_proxy_names(settings, proxies, headers, expected):
    """Behind a proxy everybody had its address: ten wrong codes of one person shut all residents out."""
    settings.DANDELION_PROXIES = proxies
    request = RequestFactory().get("/", headers=headers)
    ClientAddress(lambda _request: HttpResponse())(request)
    assert request.META["REMOTE_ADDR"] == expected
