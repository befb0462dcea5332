"""One row of the ledger, read back: what was reported, typed again, and what came of it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from criteria.model import Adjustment, CriteriaSet, Leaf


@dataclass(frozen=True, slots=True)
class Answer:
    """One input (or one option of a tally) as the ledger holds it; `text` None: not reported."""

    column: str
    text: str | None
    status: str
    place: str | None
    reason: str | None


class LedgerDisagrees(AssertionError):
    """The row does not follow from its own inputs: another set, or a fault of the program."""


@dataclass(frozen=True)
class LedgerRow:
    """A ledger row beside the leaf and the set that it belongs to.

    `given`, `decided`: what a reviewer decided of the leaf as a whole; points, or a status.
    """

    item: Leaf | Adjustment
    set: CriteriaSet
    state: str
    points: Fraction | None
    branch: str
    clause: str | None
    answers: Mapping[str, Answer]
    given: Answer | None = None
    decided: Answer | None = None

    @classmethod
    def of(
        cls, row: Mapping[str, Any], item: Leaf | Adjustment, criteria_set: CriteriaSet
    ) -> LedgerRow:
        exact = row["points_exact"]
        found = [
            Answer(each["input"], each["value"], each["status"], each["place"], each["reason"])
            for each in row["inputs"]
        ]
        answers = {answer.column: answer for answer in found}
        given = answers.pop(f"given:{item.id}", None)
        decided = answers.pop(f"decided:{item.id}", None)
        return cls(
            item=item,
            set=criteria_set,
            state=row["state"],
            points=None if exact is None else Fraction(exact),
            branch=row["branch"],
            clause=row["clause"],
            answers=answers,
            given=given,
            decided=decided,
        )

    @property
    def points_given(self) -> Fraction | None:
        """What a reviewer gave the leaf itself, before its points are rounded."""
        text = None if self.given is None else self.given.text
        return None if text is None else Fraction(text)

    def text(self, column: str) -> str | None:
        answer = self.answers.get(column)
        return None if answer is None else answer.text

    def number(self, name: str) -> Fraction | None:
        """The value of a numeric input; a percent input as a rate (95 is 0.95)."""
        text = self.text(name)
        if text is None:
            return None
        value = Fraction(text)
        return value / 100 if self.is_percent(name) else value

    def is_percent(self, name: str) -> bool:
        return self.set.inputs[name].type == "percent"

    def yes(self, name: str) -> bool | None:
        text = self.text(name)
        return None if text is None else text == "yes"

    def day(self, name: str) -> datetime.date | None:
        text = self.text(name)
        return None if text is None else datetime.date.fromisoformat(text)

    def counts(self, name: str) -> dict[str, int] | None:
        """The counts of a tally by option; None when one is not reported."""
        options = self.set.inputs[name].options or ()
        texts = {option: self.text(f"{name}:{option}") for option in options}
        known = {option: int(text) for option, text in texts.items() if text is not None}
        return known if len(known) == len(options) else None

    def title(self, name: str) -> str:
        return self.set.inputs[name].title
