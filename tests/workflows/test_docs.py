"""docs/flows.md describes every kind, property, rule and effect, and its example may be published."""

from pathlib import Path

import yaml

from forms.rules import names_in
from workflows.effects import EFFECTS, described
from workflows.kinds import DEADLINE, KINDS, RULES, START
from workflows.schema import problems

PAGE = (Path(__file__).parents[2] / "docs" / "flows.md").read_text()


def test_every_kind_rule_effect_and_property_is_described() -> None:
    words = [*KINDS, *RULES, *EFFECTS, *START]
    words += [name for _kind, kind in KINDS.items() for name in kind.props]
    words += [name for _rule, rule in RULES.items() for name in rule.params]
    missing = {word for word in words if f"`{word}`" not in PAGE}
    assert missing == set()
    assert all(f"{name}:" in PAGE for name in DEADLINE)


def test_the_example_may_be_published() -> None:
    document = yaml.safe_load(PAGE.split("## Example")[1].split("```yaml")[1].split("```")[0])
    fields = {
        "wish": {"community": "unit", "email": "email", "category": "choice"},
        "wording": {"public_text": "text"},
        "fulfilment": {"remark": "text"},
    }
    forms = {slug: {"kinds": kinds, "always": set(kinds)} for slug, kinds in fields.items()}
    roles = {"grid_worker", "community_deputy", "community_secretary"}
    found = problems(document, forms=forms, effects=described(), roles=roles, unit_kinds={"community", "district"})
    assert found == []
    assert names_in(document["steps"][2]["props"]["inputs"]["public_text"]) == {"approve.public_text"}
