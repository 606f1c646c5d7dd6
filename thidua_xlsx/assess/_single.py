"""One verdict looked at closely: what its result rests on, and which single change would turn it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from thidua_xlsx.campaign import Campaign, Group, Leaf, Node, leaves
from thidua_xlsx.model import Reason, Result

Found = Mapping[str, Reason]
"""The reasons of a verdict by criterion."""


def result_of(node: Node, found: Found) -> Result:
    """A requirement's result for one nominee; :func:`evaluate` does the same for all at once."""
    if isinstance(node, Leaf):
        return found[node.criterion].result
    return _combined(node, [result_of(child, found) for child in node.nodes])


def _combined(group: Group, values: Sequence[Result]) -> Result:
    match group.op:
        case "all":
            return min(values)
        case "any":
            return max(values)
        case "at_least":
            return sorted(values, reverse=True)[group.count - 1]
        case "not":
            return Result(-values[0])


def decisive(group: Group, found: Found) -> list[Node]:
    """The parts of a requirement that its result rests on."""
    values = [result_of(child, found) for child in group.nodes]
    result = _combined(group, values)
    return [child for child, value in zip(group.nodes, values, strict=True) if group.op == "not" or value == result]


def deciding(node: Node, found: Found) -> Iterator[Reason]:
    """The reasons that a requirement's result rests on: what would have to change for it to change."""
    if isinstance(node, Leaf):
        yield found[node.criterion]
        return
    for child in decisive(node, found):
        yield from deciding(child, found)


def single_changes(node: Node, found: Found, campaign: Campaign) -> Iterator[tuple[Reason, Result]]:
    """The criteria that alone would make the requirement met, each with the result it needs; none where several have to change.

    What makes a sum or a count reach a figure makes it reach the lower figures of other criteria too.
    """
    for code in dict.fromkeys(leaves(node)):
        for wanted in (Result.MET, Result.NOT_MET):
            moved = {other: replace(found[other], result=wanted) for other in _moved(code, wanted, found, campaign)}
            if found[code].result is not wanted and result_of(node, {**found, **moved}) is Result.MET:
                yield found[code], wanted


def _moved(code: str, wanted: Result, found: Found, campaign: Campaign) -> Iterator[str]:
    """The criteria that change together when one is brought to a result: itself, and those that compare the same measure."""
    yield code
    measure, figure = campaign.criteria[code].measure, found[code].required
    for other, reason in found.items():
        asked = reason.required
        is_another = other != code and measure is not None and campaign.criteria[other].measure == measure
        if is_another and isinstance(figure, int | float) and isinstance(asked, int | float):
            reached = asked <= figure if wanted is Result.MET else asked >= figure
            yield from (other,) if reached else ()


def excluding(node: Node, *, against: bool = False) -> Mapping[str, bool]:
    """The criteria of a requirement, and whether each only stands where it must not be met: under an odd number of NOTs."""
    if isinstance(node, Leaf):
        return {node.criterion: against}
    found: dict[str, bool] = {}
    for child in node.nodes:
        for code, excludes in excluding(child, against=against is not (node.op == "not")).items():
            found[code] = found.get(code, True) and excludes
    return found
