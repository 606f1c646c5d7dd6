"""One verdict looked at closely: what its result rests on, and which single change would turn it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from thidua_xlsx.campaign import Group, Leaf, Node, leaves
from thidua_xlsx.model import Reason, Result

Found = Mapping[str, Reason]
"""The reasons of a verdict by criterion."""


def result_of(node: Node, found: Found) -> Result:
    """A requirement's result for one nominee; :func:`evaluate` does the same for all at once."""
    return _result(node, {code: reason.result for code, reason in found.items()})


def _result(node: Node, results: Mapping[str, Result]) -> Result:
    if isinstance(node, Leaf):
        return results[node.criterion]
    values = [_result(child, results) for child in node.nodes]
    match node.op:
        case "all":
            return min(values)
        case "any":
            return max(values)
        case "at_least":
            return sorted(values, reverse=True)[node.count - 1]
        case "not":
            return Result(-values[0])


def decisive(group: Group, found: Found) -> list[Node]:
    """The parts of a requirement that its result rests on."""
    result = result_of(group, found)
    return [child for child in group.nodes if group.op == "not" or result_of(child, found) == result]


def deciding(node: Node, found: Found) -> Iterator[Reason]:
    """The reasons that a requirement's result rests on: what would have to change for it to change."""
    if isinstance(node, Leaf):
        yield found[node.criterion]
        return
    for child in decisive(node, found):
        yield from deciding(child, found)


def single_changes(node: Node, found: Found) -> Iterator[tuple[Reason, Result]]:
    """The criteria that alone would make the requirement met, each with the result it needs; none where several have to change."""
    results = {code: reason.result for code, reason in found.items()}
    for code in dict.fromkeys(leaves(node)):
        for wanted in (Result.MET, Result.NOT_MET):
            if results[code] is not wanted and _result(node, {**results, code: wanted}) is Result.MET:
                yield found[code], wanted
