"""The checks before publishing and the picture of a flow of 100 steps, with forms, arms and returns; no database.

.venv/bin/python -m benchmarks.checks [steps]
"""

import os
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.common import interleaved

ROUNDS = 40
BARS = {"checks": 0.200, "picture": 0.005}  # seconds


def main(count: int) -> int:
    """Prints the medians; 1 when a bar is not met at 100 steps."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings.test")
    import django

    django.setup()
    from tests.workflows.test_schema import AROUND
    from workflows.diagram import svg
    from workflows.schema import problems

    document = long_flow(count)
    assert not [one for one in problems(document, **AROUND) if not one.is_warning]  # noqa: S101  # it is a good flow
    checks: Callable[[], Any] = lambda: problems(document, **AROUND)  # noqa: E731
    picture: Callable[[], Any] = lambda: svg(document, {}, title="流程", with_automatic=True)  # noqa: E731
    medians = interleaved({"checks": lambda: checks, "picture": lambda: picture}, rounds=ROUNDS)
    print(f"\nA flow of {count} steps")
    for name, seconds in medians.items():
        print(f"  {name:<12} {seconds * 1000:8.2f} ms   (bar: {BARS[name] * 1000:.0f} ms)")
    return int(any(medians[name] > bar for name, bar in BARS.items()))


def long_flow(count: int) -> dict[str, Any]:
    """`count` steps, by fives: an approval that may return, a form, a branch of three arms, a step in two of them."""
    from tests.workflows.flows import APPROVE, REJECT, RETURN, approval, fill, flow

    steps: list[dict[str, Any]] = []
    for n in range(0, count, 5):
        value = {"var": "start.value"}
        arms = [
            {"id": f"low{n}", "when": {"<": [value, 100 + n]}, "steps": [fill(f"small{n}")]},
            {"id": f"mid{n}", "when": {"and": [{">=": [value, 100 + n]}, {"<": [value, 900]}]}, "steps": []},
            {"id": f"rest{n}", "default": True, "steps": [approval(f"big{n}", not_same_as=[f"review{n}"])]},
        ]
        steps += [approval(f"review{n}", APPROVE, REJECT, RETURN), fill(f"fill{n}")]
        steps.append({"id": f"tier{n}", "kind": "branch", "branches": arms})
    return flow(*steps)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
