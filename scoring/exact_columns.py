"""The columns of some units as Python lists, for `exact_terms`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from inputs.facts import Facts


@dataclass(frozen=True)
class ExactColumns:
    """The columns of some units as Python lists, for `exact_terms`."""

    facts: Facts
    units: Sequence[int]

    @cached_property
    def columns(self) -> Mapping[str, list[Any]]:
        """Every column of the facts, one value for each of `units`."""
        frame = self.facts.frame
        chosen = frame if self.units == range(frame.height) else frame[list(self.units)]
        return chosen.to_dict(as_series=False)

    @cached_property
    def rows(self) -> range:
        return range(len(self.units))
