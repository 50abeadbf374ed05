"""Versions of a form in the desk: what differs, how one looked, going back to it."""
