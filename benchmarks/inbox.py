"""A page of the inbox with a thousand cases in the database, and with a million cases and three million tasks.

.venv/bin/python -m benchmarks.inbox [cases]
"""

import sys
from typing import Any

from benchmarks.common import interleaved, report
from benchmarks.ground import ready

SMALL = 1_000
CASES = """
INSERT INTO workflows_case (id, flow_class, version_id, status, created, finished, data, unit_id,
  starter_id, title, result)
SELECT n, 'workflows/published.flow_v1', %(version)s, CASE WHEN n %% 10 = 0 THEN 'NEW' ELSE 'DONE' END,
  now() - n * interval '94 seconds', CASE WHEN n %% 10 = 0 THEN NULL ELSE now() END, '{"outcomes": {}}', %(unit)s,
  %(user)s, '一件事', '' FROM generate_series(%(first)s, %(last)s) n
"""
TASKS = """
INSERT INTO workflows_task (id, process_id, step_id, flow_task, flow_task_type, status, created, finished, token,
  outcome, owner_id, why, data)
SELECT n * 3 + part, n, CASE part WHEN 0 THEN 'start' ELSE 'review' END,
  'workflows/published.flow_v1.' || CASE part WHEN 0 THEN 'n_start' ELSE 'n_review' END,
  CASE part WHEN 0 THEN 'HUMAN_START' ELSE 'HUMAN' END,
  CASE WHEN part = 2 AND n %% 10 = 0 THEN CASE WHEN n %% 20 = 0 THEN 'ASSIGNED' ELSE 'NEW' END ELSE 'DONE' END,
  now() - n * interval '94 seconds', CASE WHEN part = 2 AND n %% 10 = 0 THEN NULL ELSE now() END, 'start', '',
  CASE WHEN part = 2 AND n %% 20 = 10 THEN NULL ELSE %(user)s END, '{}', '{}'
FROM generate_series(%(first)s, %(last)s) n, generate_series(0, 2) part
"""
CANDIDATES = """
INSERT INTO workflows_taskcandidate (task_id, key, created)
SELECT id, 'role:community_secretary@' || %(unit)s, created FROM workflows_task
WHERE id > %(first)s * 3 - 1 AND status = 'NEW' AND owner_id IS NULL
"""


def main(cases: int) -> None:
    """Measure with few, load many, measure again."""
    bench = ready()
    from django.db import connection

    from tests.workflows.flows import approval, flow
    from workflows.inbox import inbox

    version = bench.publish(flow(approval("review")))
    actor = bench.actor("lishuji")
    fixed = {"version": version.pk, "unit": bench.cast.units["fangta"].pk, "user": actor.user_id}

    def load(first: int, last: int) -> None:
        with connection.cursor() as cursor:
            for sql in (CASES, TASKS, CANDIDATES):
                cursor.execute(sql, {**fixed, "first": first, "last": last})
            cursor.execute("VACUUM ANALYZE")

    def page() -> Any:
        return lambda: inbox(actor, now=bench.now)

    load(1, SMALL)
    before = interleaved({f"{SMALL:,} cases": page}, rounds=200)
    load(SMALL + 1, cases)
    after = interleaved({f"{cases:,} cases, {cases * 3:,} tasks": page}, rounds=200)
    report("One page of the inbox (20 tasks, a tenth of the cases open)", before | after, base=f"{SMALL:,} cases")
    print("\nThe bar: ≤ 1.50 ×.")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
