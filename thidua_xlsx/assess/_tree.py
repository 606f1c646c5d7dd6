"""The requirement tree and its two back-ends, kept side by side: what changes in one changes in the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from thidua_xlsx.campaign import Criterion, Leaf, Node

if TYPE_CHECKING:
    from collections.abc import Mapping

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[Any]
Results = npt.NDArray[np.int8]
"""A result per nominee: +1 met, 0 open, -1 not met."""


def evaluate(node: Node, leaves: Mapping[str, Results]) -> Results:
    """The results of a requirement from those of its criteria, for all nominees at once (Kleene's logic).

    AND is the smallest, OR the largest, "at least n" the n-th largest of the results; NOT changes the sign.
    """
    if isinstance(node, Leaf):
        return leaves[node.criterion]
    parts = np.stack([evaluate(child, leaves) for child in node.nodes])
    match node.op:
        case "all":
            return np.asarray(parts.min(axis=0))
        case "any":
            return np.asarray(parts.max(axis=0))
        case "at_least":
            return np.asarray(np.sort(parts, axis=0)[-node.count])
        case "not":
            return np.asarray(-parts[0])


def formula(node: Node, cell: Mapping[str, str]) -> str:
    """The same requirement as an Excel formula, without its "=", over the cells that hold the criteria's results as -1, 0, 1.

    Only MIN, MAX, IF and arithmetic, which Excel, WPS and LibreOffice compute alike; no arrays.
    """
    if isinstance(node, Leaf):
        return cell[node.criterion]
    parts = [formula(child, cell) for child in node.nodes]
    match node.op:
        case "all":
            return f"MIN({','.join(parts)})"
        case "any":
            return f"MAX({','.join(parts)})"
        case "at_least":
            met = "+".join(f"({part}=1)" for part in parts)
            not_failed = "+".join(f"({part}>=0)" for part in parts)
            return f"IF({met}>={node.count},1,IF({not_failed}>={node.count},0,-1))"
        case "not":
            return f"-({parts[0]})"


def measured_results(rows: npt.NDArray[np.int64], least: Numbers, possible: Numbers, figures: tuple[Numbers, Flags]) -> Results:
    """Compare what was found with a figure; ``figures`` are the values and whether they are set.

    Nothing found at all is not met whatever the figure; a total that no doubtful row can lift to the figure is not met either, and one
    that none can lower beneath it is met.
    """
    figure, is_set = figures
    rules = [rows == 0, ~is_set, (least >= figure).astype(bool), (possible < figure).astype(bool)]
    return np.select(rules, [-1, 0, 1, -1], default=0).astype(np.int8)


def leaf_formula(criterion: Criterion, rows_cell: str, least_cell: str, possible_cell: str, figure_cell: str) -> str:
    """The comparison of :func:`measured_results` as an Excel formula, without its "=".

    A ``least_cell``, ``possible_cell`` or ``figure_cell`` without a number in it means unbounded and unset: a leader's "chưa rõ" gives
    *open*.
    A criterion whose figure the plan itself fixes takes it from there, and ``figure_cell`` is not used.
    """
    figure = figure_cell if criterion.has_parameters else str(criterion.figure)
    doubtful = f"IF(ISNUMBER({possible_cell}),IF({possible_cell}<{figure},-1,0),0)"
    compared = f"IF(AND(ISNUMBER({least_cell}),{least_cell}>={figure}),1,{doubtful})"
    known = f"IF(ISNUMBER({figure}),{compared},0)" if criterion.has_parameters else compared
    return f"IF({rows_cell}=0,-1,{known})"
