"""50,000 random expressions worked out in Python and in the browser: how many differ, and how long Python takes."""

import os
import sys
import time

from playwright.sync_api import sync_playwright

from tests.browser.installation import FLAGS
from tests.browser.rules import results_in
from tests.forms.expressions import TODAY, Grower, result_of, tagged

COUNT, BATCH, SEED = 50_000, 5_000, 7


def main() -> int:
    """Prints the result; 1 when anything differs."""
    grower, differ, here = Grower(SEED), 0, 0.0
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS)
        for _batch in range(COUNT // BATCH):
            grown = [(grower.data(), grower.expression()) for _number in range(BATCH)]
            begin = time.perf_counter()
            ours = [result_of(expression, data) for data, expression in grown]
            here += time.perf_counter() - begin
            cases = [{"data": tagged(data)["row"], "expression": expression} for data, expression in grown]
            theirs = results_in(chromium, cases, TODAY.isoformat())
            differ += sum(one != other for one, other in zip(ours, theirs, strict=True))
        chromium.close()
    print(f"{COUNT} random expressions: {differ} differ")
    print(f"Python: {here / COUNT * 1e6:.1f} µs each")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
