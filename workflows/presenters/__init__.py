"""Builds what the pages of acting show: rows and whole sentences, so that templates hold only `if` and `for`."""
