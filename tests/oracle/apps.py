"""The test-only app of the oracle, so that Viewflow can name its flows."""

from django.apps import AppConfig


class OracleConfig(AppConfig):
    name = "tests.oracle"
    label = "oracle"
