"""Random forms that could be published, with rules everywhere, and random answers to them."""

import random
from typing import Any

from tests.forms import grown_rows
from tests.forms.grown_rows import DAYS

KINDS = ("integer", "decimal", "money", "date", "yes_no", "choice", "multi_choice", "text", "group")
TEXTS = ("张伟", "abc", "10", "😀", "Ａ１")
OPTIONS = ("a", "b", "c", "d")
Json = Any


class GrownForm:
    """Grows forms; dice of the same seed grow the same ones."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice

    def maybe(self, chance: float) -> bool:
        return self.dice.random() < chance

    def document(self) -> dict[str, Json]:
        """A document of two sections whose rules read earlier fields."""
        fields: list[dict[str, Json]] = []
        sections: list[dict[str, Json]] = []
        for number in range(2):
            section: dict[str, Json] = {"id": f"s{number}", "fields": []}
            if number and self.maybe(0.5):
                section["show_if"] = self.truth(fields)
            for _ in range(self.dice.randint(3, 6)):
                one = self.field(f"q{len(fields)}", fields)
                fields.append(one)
                section["fields"].append(one)
            sections.append(section)
        asked = [one["key"] for one in fields if "calc" not in one]
        checks = [
            {"id": f"c{n}", "rule": self.truth(fields), "message": f"核对{n}", "at": self.dice.choice(asked)}
            for n in range(self.dice.randint(0, 2))
        ]
        return {"v": 1, "sections": sections, **({"checks": checks} if checks else {})}

    def field(self, key: str, earlier: list[dict[str, Json]]) -> dict[str, Json]:
        kind = self.dice.choice(KINDS)
        made: dict[str, Json] = {"id": key, "key": key, "kind": kind, "label": f"题目{key}"}
        if kind == "group":
            made = grown_rows.group(key, self.dice)
        if kind in ("choice", "multi_choice"):
            made["options"] = [{"id": name, "label": f"选项{name}"} for name in OPTIONS]
            for option in made["options"]:
                if earlier and self.maybe(0.4):
                    option["show_if"] = self.truth(earlier)
        if not earlier:
            return made
        if self.maybe(0.4):
            made["show_if"] = self.truth(earlier)
        if kind in ("integer", "decimal", "money", "yes_no") and self.maybe(0.35):
            made["calc"] = self.truth(earlier) if kind == "yes_no" else self.number(earlier, 2)
        elif self.maybe(0.3):
            made["required"] = True
        elif self.maybe(0.4):
            made["required_if"] = self.truth(earlier)
        return made

    def number(self, fields: list[dict[str, Json]], depth: int) -> Json:
        pick = self.dice.choice
        if depth == 0 or self.maybe(0.2):
            names = [one["key"] for one in fields if one["kind"] in ("integer", "decimal", "money")]
            groups = [one for one in fields if one["kind"] == "group"]
            if groups and self.maybe(0.5):
                return grown_rows.number(pick(groups), self.dice)
            return {"var": pick(names)} if names and self.maybe(0.8) else pick([0, 1, 2.5, -3, 100, 10**14])
        name = pick(["+", "-", "*", "/", "round", "if", "count"])
        if name == "count":
            lists = [one["key"] for one in fields if one["kind"] == "multi_choice"]
            return {name: {"var": pick(lists)}} if lists else 7
        if name == "round":
            return {name: [self.number(fields, depth - 1), 1]}
        if name == "if":
            return {name: [self.truth(fields), self.number(fields, depth - 1), self.number(fields, depth - 1)]}
        return {name: [self.number(fields, depth - 1), self.number(fields, depth - 1)]}

    def truth(self, fields: list[dict[str, Json]], depth: int = 1) -> Json:
        """A condition on one of the fields, or several joined."""
        if depth and self.maybe(0.35):
            joined = self.dice.choice(["and", "or", "!"])
            return {joined: [self.truth(fields, depth - 1) for _ in range(1 if joined == "!" else 2)]}
        one = self.dice.choice(fields)
        name, pick = {"var": one["key"]}, self.dice.choice
        if one["kind"] == "group":
            return grown_rows.truth(one, self.dice)
        if self.maybe(0.2):
            return pick([{"blank": name}, {"!": {"blank": name}}])
        if one["kind"] == "yes_no":
            return {pick(["==", "!="]): [name, pick([True, False])]}
        if one["kind"] == "choice":
            return pick([{"==": [name, pick(OPTIONS)]}, {"in": [name, ["a", "b"]]}])
        if one["kind"] == "multi_choice":
            return {"in": [pick(OPTIONS), name]}
        if one["kind"] == "text":
            return {pick(["==", "!=", "<"]): [name, pick(TEXTS)]}
        if one["kind"] == "date":
            return {pick(["<", ">=", "=="]): [name, pick([{"date": pick(DAYS)}, {"today": []}])]}
        return {pick(["<", "<=", ">", "=="]): [name, self.number(fields, 1)]}

    def answers(self, document: dict[str, Json]) -> dict[str, Json]:
        """Stored answers, some left out."""
        pick = self.dice.choice
        found: dict[str, Json] = {}
        for one in (one for section in document["sections"] for one in section["fields"]):
            if "calc" in one or self.maybe(0.25):
                continue
            if one["kind"] == "group":
                found[one["key"]] = grown_rows.rows(one, self.dice)
                continue
            found[one["key"]] = {
                "integer": lambda: pick([0, 1, 7, 100, -3]),
                "decimal": lambda: pick(["2.5", "0.01", "-3", "100"]),
                "money": lambda: pick(["0.00", "12.50", "500.00"]),
                "date": lambda: pick(DAYS),
                "yes_no": lambda: pick([True, False]),
                "choice": lambda: pick(OPTIONS),
                "multi_choice": lambda: [name for name in OPTIONS if self.maybe(0.5)] or ["a"],
                "text": lambda: pick(TEXTS),
            }[one["kind"]]()
        return found
