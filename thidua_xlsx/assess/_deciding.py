"""What one verdict rests on: the reasons that would have to change for it to change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from thidua_xlsx.campaign import Group, Leaf, Node
from thidua_xlsx.model import Reason, Result


def result_of(node: Node, found: Mapping[str, Reason]) -> Result:
    """A requirement's result from the results of its criteria (Kleene: and is least, or is greatest)."""
    if isinstance(node, Leaf):
        return found[node.criterion].result
    values = [result_of(child, found) for child in node.nodes]
    match node.op:
        case "all":
            return min(values)
        case "any":
            return max(values)
        case "at_least":
            return sorted(values, reverse=True)[node.count - 1]
        case "not":
            return Result(-values[0])


def deciding(node: Node, found: Mapping[str, Reason]) -> Iterator[Reason]:
    """The reasons that a requirement's result rests on: what would have to change for it to change."""
    if isinstance(node, Leaf):
        yield found[node.criterion]
        return
    for child in decisive(node, found):
        yield from deciding(child, found)


def decisive(group: Group, found: Mapping[str, Reason]) -> list[Node]:
    """The parts of a requirement that its result rests on."""
    result = result_of(group, found)
    return [child for child in group.nodes if group.op == "not" or result_of(child, found) == result]
