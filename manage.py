#!/usr/bin/env python
"""Django's command line for Dandelion. The settings default to development."""

import os
import sys


def main() -> None:
    """Run a management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def run() -> None:
    """The same; Ctrl-C ends it with a sentence instead of a traceback, from the first import on."""
    try:
        main()
    except KeyboardInterrupt:
        print("\n已停止。 Stopped.", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    run()
