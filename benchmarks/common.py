"""What every benchmark needs: interleaved rounds, medians, and a table of ratios."""

import gc
import platform
import random
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

Prepared = Callable[[], Callable[[], Any]]  # makes what one round needs, untimed; what it returns is timed


def interleaved(
    candidates: Mapping[str, Prepared], *, rounds: int, warm_up: int = 5, seed: int = 1
) -> dict[str, float]:
    """Median seconds of each candidate, all of them in each round, in random order."""
    dice = random.Random(seed)  # noqa: S311  # an order, not a secret
    times: dict[str, list[float]] = {name: [] for name in candidates}
    names = list(candidates)
    gc.collect()
    for number in range(rounds + warm_up):
        dice.shuffle(names)
        for name in names:
            timed = candidates[name]()
            begin = time.perf_counter()
            timed()
            spent = time.perf_counter() - begin
            if number >= warm_up:
                times[name].append(spent)
    return {name: statistics.median(found) for name, found in times.items()}


def report(title: str, medians: Mapping[str, float], *, base: str) -> None:
    """Print the medians in milliseconds and as multiples of `base`."""
    print(f"\n{title}   (Python {platform.python_version()}, {platform.machine()})")
    for name, seconds in sorted(medians.items(), key=lambda one: one[1]):
        print(f"  {name:<44} {seconds * 1000:9.3f} ms   {seconds / medians[base]:7.2f} ×")
