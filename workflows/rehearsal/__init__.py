"""Trying a draft of a flow: the real engine in a transaction that is rolled back, with everything it sends muted."""
