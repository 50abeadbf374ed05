"""`python -m tests.core.jobs.child drain --loop | enqueue PREFIX NUMBER`: what a test runs in another process."""

import sys

import django
from django.core.management import call_command
from django.db import transaction

django.setup()

from core.jobs.services import enqueue  # noqa: E402  needs django.setup()
from tests.core.jobs import registered  # noqa: E402, F401


def main(command: str, *arguments: str) -> None:
    if command == "enqueue":
        prefix, number = arguments
        with transaction.atomic():
            for index in range(int(number)):
                enqueue(key=f"{prefix}:{index}", kind="test.count", payload={})
    else:
        call_command(command, *arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
