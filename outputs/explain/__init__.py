"""Explanations (giải thích): why a unit earned what it earned, in words that anybody can check.

Everything is told from the ledger and the criteria set; no answer is scored again.
"""

from outputs.explain.leaf import Explanation, explain_leaf
from outputs.explain.ledger_row import LedgerDisagrees
from outputs.explain.unit import UnitExplanation, UnitLine, explain_unit

__all__ = [
    "Explanation",
    "LedgerDisagrees",
    "UnitExplanation",
    "UnitLine",
    "explain_leaf",
    "explain_unit",
]
