"""Activations on Viewflow's graph, state machine and tokens, with own rows and few statements.

Switches, returns and joins of choices leave no row; automatic rows are inserted once, finished; the case is updated
once per transaction (`workflows.running`). Boundary events are not used: deadlines are rows of `workflows.deadlines`.
"""
