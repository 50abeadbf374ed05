"""What is wrong with a start by itself or with a wait for an event: the event exists, and the form gets its answers."""

from typing import TYPE_CHECKING, Any

from workflows.subcase_checks import check_answers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workflows.checks import Known, Meaning

NOTHING: "Known" = frozenset()


def check_start(meaning: "Meaning") -> None:
    """Reports what would keep an event or a day of the calendar from beginning a case."""
    start = meaning.tree.start
    limit = start.get("limit") or {}
    meaning._known_codes(limit.get("tell") or (), meaning.roles, "unknown_role", "start.limit.tell")
    for name, other in (("end_after", "end_result"), ("end_result", "end_after")):
        if name in limit and other not in limit:
            meaning._report("property_missing", "start.limit", name=other)
    if start["kind"] == "manual":
        return
    form = meaning.forms.get(start.get("form", ""))
    if form is None:
        return
    inputs, answers = start.get("inputs") or {}, start.get("answers") or {}
    if start["kind"] == "event":
        _told_by_event(meaning, form, inputs)
    if start.get("level") is not None:
        meaning._known_codes([start["level"]], meaning.unit_kinds, "unknown_level", "start.level")
    others = {**form, "required": set(form.get("required") or ()) - set(inputs)}
    check_answers(meaning, others, answers, "start.answers", NOTHING)


def _told_by_event(meaning: "Meaning", form: "Mapping[str, Any]", inputs: "Mapping[str, Any]") -> None:
    event = meaning.events.get(meaning.tree.start.get("event", ""))
    if event is None:
        meaning._report("unknown_event", "start.event", name=meaning.tree.start.get("event", ""))
        return
    for key, name in inputs.items():
        place = f"start.inputs.{key}"
        if key not in form["kinds"]:
            meaning._report("unknown_target", "start.inputs", name=key)
        elif name not in event["values"]:
            meaning._report("unknown_value", place, name=str(name))
        elif form["kinds"][key] != event["values"][name]:
            meaning._report("target_kind", place, name=key)


def check_event_wait(meaning: "Meaning", props: "Mapping[str, Any]", place: str, known: "Known") -> None:
    """Reports an unknown event, and a field in which nothing is chosen that the event can be about."""
    event = meaning.events.get(props["event"])
    if event is None:
        meaning._report("unknown_event", f"{place}.event", name=props["event"])
        return
    if "about" in props and meaning._read(props["about"], f"{place}.about", known):
        kind = meaning.types[props["about"]]
        if kind not in set(event["values"].values()) & {"member", "unit", "team"}:
            meaning._report("not_about", f"{place}.about", name=props["about"])
