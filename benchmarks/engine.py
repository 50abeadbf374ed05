"""Start a case, and approve it to its end: ours, the same flow by hand on stock Viewflow, and raw SQL of equal writes.

All three write the same submission, audit, message, delivery and job rows. Raw SQL repeats the very statements that
ours wrote, without any reading, deciding or Python in between: a lower bound that no engine can reach.

    .venv/bin/python -m benchmarks.engine [rounds]
"""

import sys
from collections.abc import Callable
from typing import Any

from benchmarks.common import interleaved, report
from benchmarks.ground import ready


def main(rounds: int) -> None:
    """Measure and print."""
    bench = ready()
    from benchmarks.engine_sides import Ours, Raw, Stock

    ours, stock = Ours(bench), Stock(bench)
    raw = Raw(ours)
    sides = {"ours": ours, "stock Viewflow, by hand": stock, "raw SQL of equal writes": raw}
    starts: dict[str, Callable[[], Any]] = {name: _timed_start(side) for name, side in sides.items()}
    report("Start a case", interleaved(starts, rounds=rounds), base="stock Viewflow, by hand")
    ends = {name: _timed_approval(side) for name, side in sides.items()}
    report("Approve → end", interleaved(ends, rounds=rounds), base="stock Viewflow, by hand")
    print("\nThe bar: ours ≤ 0.60 × stock, and ≤ 5 × raw SQL.")


def _timed_start(side: Any) -> Callable[[], Any]:
    return lambda: side.start


def _timed_approval(side: Any) -> Callable[[], Any]:
    def prepared() -> Any:
        case = side.start()
        return lambda: side.approve(case)

    return prepared


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
