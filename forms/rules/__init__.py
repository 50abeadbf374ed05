"""Expressions: JSON in JsonLogic shape, an own strict profile (docs/expressions.md). Pure functions on plain values."""

from forms.rules.checking import check_types, names_in
from forms.rules.choices import unknown_options
from forms.rules.evaluation import evaluate
from forms.rules.moments import misspelt_times
from forms.rules.operators import OPERATORS, BudgetExceeded, MalformedRule, RuleError

__all__ = [
    "OPERATORS",
    "BudgetExceeded",
    "MalformedRule",
    "RuleError",
    "check_types",
    "evaluate",
    "misspelt_times",
    "names_in",
    "unknown_options",
]
