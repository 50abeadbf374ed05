"""Log lines as JSON with the request's id: codes and places, never texts of errors, which may be personal."""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")


class WithRequestId(logging.Filter):
    """Adds `request_id` to every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record through, with the id of the current request or an empty text."""
        record.request_id = request_id.get()
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line. An exception becomes its class and the places it passed, without its text."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        if request := getattr(record, "request_id", ""):
            line["request"] = request
        if status := getattr(record, "status_code", None):
            line["status"] = status
        if route := getattr(getattr(getattr(record, "request", None), "resolver_match", None), "route", None):
            line["route"] = route
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["places"] = [
                f"{frame.filename.rsplit('site-packages/', 1)[-1]}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])[-12:]
            ]
        return json.dumps(line, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    """The message. Django's own request lines end in an address, which may hold what people typed: reason only."""
    if record.name.startswith("django.") and isinstance(record.args, tuple) and record.args:
        return str(record.args[0])
    return record.getMessage()
