"""What was chosen in a form of the case: units, and the keys of members and teams."""

from decimal import Decimal

from core.people.models import OrgUnit
from workflows.answers import typed_answers
from workflows.models import Case


def unit_answered(name: str, case: Case) -> OrgUnit | None:
    """The unit that the answer to a unit field names, or None."""
    step_id, key = name.split(".", 1)
    value = typed_answers(case.pk, [step_id]).get(step_id, {}).get(key)
    return OrgUnit.objects.filter(slug=value).first() if isinstance(value, str) else None


def key_answered(name: str, case: Case) -> int:
    """The primary key that the answer to a member or team field holds; 0, which no row has, without an answer."""
    step_id, key = name.split(".", 1)
    value = typed_answers(case.pk, [step_id]).get(step_id, {}).get(key)
    return int(value) if isinstance(value, Decimal) else 0
