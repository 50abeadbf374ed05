"""Random groups of rows: columns with rules of their own, rules of the form that read columns, and rows of answers."""

import random
from typing import Any

DAYS = ("2024-02-29", "2026-09-10", "2026-09-11", "2026-12-31")
KINDS = ("integer", "money", "text", "date", "yes_no", "choice")
OPTIONS = ("a", "b")
Json = Any


def group(key: str, dice: random.Random) -> dict[str, Json]:
    """A group of one number and up to three more columns; some are asked, demanded or worked out by others."""
    columns: list[dict[str, Json]] = [{"kind": "integer"}]
    columns += [{"kind": dice.choice(KINDS)} for _ in range(dice.randint(0, 3))]
    for number, column in enumerate(columns):
        name = f"k{number}"
        column |= {"id": f"{key}_{name}", "key": name, "label": f"列{name}"}
        if column["kind"] == "choice":
            column["options"] = [{"id": one, "label": f"选项{one}"} for one in OPTIONS]
        if number:
            _with_rule(column, dice)
    limits = {"min": 1} if dice.random() < 0.2 else {}
    return {"id": key, "key": key, "kind": "group", "label": f"题目{key}", "fields": columns, "max": 5, **limits}


def _with_rule(column: dict[str, Json], dice: random.Random) -> None:
    rule = {dice.choice([">", "<=", "=="]): [{"var": "k0"}, dice.choice([0, 1, 7])]}
    if dice.random() < 0.3:
        column["show_if"] = rule
    if column["kind"] in ("integer", "money") and dice.random() < 0.3:
        column["calc"] = {"*": [{"var": "k0"}, 2]}
    elif dice.random() < 0.3:
        column["required_if"] = rule


def number(group_: dict[str, Json], dice: random.Random) -> Json:
    """A number that the rows come to."""
    name = group_["key"]
    every, first = {"var": name}, {"var": "item.k0"}
    return dice.choice(
        [
            {"sum": {"var": f"{name}.k0"}},
            {"count": every},
            {"count": {"filter": [every, {">": [first, 1]}]}},
            {"sum": {"map": [every, {"*": [first, 3]}]}},
        ]
    )


def truth(group_: dict[str, Json], dice: random.Random) -> Json:
    """A condition on the rows."""
    every, more = {"var": group_["key"]}, {">": [{"var": "item.k0"}, 1]}
    return dice.choice([{"blank": every}, {"some": [every, more]}, {"all": [every, more]}, {"none": [every, more]}])


def rows(group_: dict[str, Json], dice: random.Random) -> list[dict[str, Json]]:
    """Stored rows, some answers left out; what is worked out is left to the server."""
    asked = [one for one in group_["fields"] if "calc" not in one]
    found = []
    for place in range(dice.randint(1, 4)):
        row = {one["key"]: _value(one["kind"], dice) for one in asked if dice.random() < 0.8}
        found.append({"_id": f"{place:08x}", **(row or {"k0": 1})})
    return found


def _value(kind: str, dice: random.Random) -> Json:
    values: dict[str, tuple[Json, ...]] = {
        "integer": (0, 1, 7),
        "money": ("0.00", "12.50"),
        "text": ("张伟", "abc"),
        "date": DAYS,
        "yes_no": (True, False),
        "choice": OPTIONS,
    }
    return dice.choice(values[kind])
