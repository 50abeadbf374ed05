"""Measurements side by side in one run; README.md says how to run each and what was measured."""
