"""What the decisions of several signers amount to. Plain Python."""

from workflows.tree import Step, effect_of, outcomes_of, props_of


def quorum_result(step: Step, given: list[str], total: int) -> str | None:
    """The outcome that the signers' decisions amount to, or None while it is open.

    `given`: outcome ids in order of time. Going back decides at once; otherwise enough outcomes that continue, or so
    many that end that enough can no longer come.
    """
    effects = {outcome["id"]: effect_of(outcome)[0] for outcome in outcomes_of(step)}
    backward = [one for one in given if effects.get(one) in ("return", "again")]
    if backward:
        return backward[0]
    onward = [one for one in given if effects.get(one) == "continue"]
    against = [one for one in given if effects.get(one) == "end"]
    props = props_of(step)
    need = {"all": total, "any": 1}.get(props["mode"], min(props.get("need", 1), total))
    if len(onward) >= need:
        return onward[-1]
    if len(against) > total - need:
        return against[-1]
    return None
