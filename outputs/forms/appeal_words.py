"""What the workbooks of appeals say of a case (lời văn): who cut and why, what it is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from criteria.exact import fixed, shortest
from criteria.model import Input
from criteria.wording import Language, wording
from inputs.workbooks.appeal_case import Correction, CutLeaf, Said
from scoring.worth import Standing, Worth


@dataclass(frozen=True)
class AppealWords:
    """Sentences in one language; `names`: agencies by id."""

    language: Language
    names: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        return wording("appeal_form", key, self.language, **values)

    def number(self, text: str) -> str:
        """A printed number with the decimal mark of the language."""
        return text.replace(".", ",") if self.language == "vi" else text

    def points(self, case: CutLeaf, value: Fraction | None) -> str:
        """Points as the set prints them, with more decimals where a shorter text would mislead."""
        if value is None:
            return self.say("said.not-applicable")
        return self.number(fixed(value, case.set.printed_points))

    def bound(self, value: Fraction) -> str:
        """A bound of points; one that no decimal spells to six digits."""
        spelled = shortest(value)
        return self.number(spelled if "/" not in spelled else f"≈ {fixed(value, 6)}")

    def who(self, agency: str) -> str:
        return self.names.get(agency, agency)

    def why(self, case: CutLeaf) -> str:
        """Who cut the leaf and why: its decision, then every number that was corrected."""
        return "\n".join(self._why(case))

    def _why(self, case: CutLeaf) -> Iterator[str]:
        decided = case.decided
        if decided is not None and decided.decision is not None:
            points = self.number(decided.points or "")
            yield self.say(
                f"why.{decided.decision}",
                who=self.who(decided.who),
                points=points,
                reason=self._reason(decided.reason),
            )
        if not case.corrections and (decided is None or decided.decision == "agreed"):
            yield self.say("why.nobody")
        for each in case.corrections:
            shared = each not in case.restorable
            yield self.say(
                "why.shared" if shared else "why.correction",
                who=self.who(each.who),
                title=title_of(case, each),
                told=self.value(case, each, each.told),
                reviewed=(
                    self.say(f"why.input-{each.status}")
                    if each.status
                    else self.value(case, each, each.reviewed)
                ),
                home=each.home,
                reason=self._reason(each.reason),
            )

    def value(self, case: CutLeaf, correction: Correction, text: str | None) -> str:
        """An answer as the store spells it, as people write it."""
        if text is None:
            return self.say("why.blank")
        declared = _declared(case, correction)
        match declared.type:
            case "date":
                return "/".join(reversed(text.split("-")))
            case "yes_no" if self.language == "vi":
                return {"yes": "có", "no": "không"}.get(text, text)
            case "count" | "amount" | "percent" | "points":
                return self.number(text)
            case _:
                return text

    def _reason(self, reason: str | None) -> str:
        return self.say("why.reason", reason=reason) if reason else ""

    def proof(self, said: Said | None) -> str:
        """An explanation and the evidence beside it."""
        if said is None:
            return self.say("said.none")
        lines = [said.reason] if said.reason else []
        if said.evidence:
            lines.append(self.say("said.evidence", text=said.evidence))
        return "\n".join(lines) or self.say("said.none")

    def ruled(self, case: CutLeaf) -> str:
        """How the council ruled; that it has not, where it was asked to."""
        ruling = case.ruling
        if ruling is None or ruling.decision is None:
            return self.say("ruling.open" if case.appeal is not None else "ruling.none")
        return self.say(
            f"ruling.{ruling.decision}",
            points=self.number(ruling.points or ""),
            reason=self._reason(ruling.reason),
        )

    def worth(self, case: CutLeaf, worth: Worth | None) -> str:
        """What granting the appeal is worth, a line each for points, index, rank and grade."""
        if worth is None:
            kept = ", ".join(dict.fromkeys(title_of(case, each) for each in case.kept))
            return self.say("worth.unknown", kept=kept or "–")
        return "\n".join(self.worth_lines(worth))

    def worth_lines(self, worth: Worth) -> Iterator[str]:
        before, after = worth.own.before, worth.own.after
        if not worth.own.moved and not worth.others:
            yield self.say("worth.nothing")
            return
        yield self._same_or("points", self.number(before.points), self.number(after.points))
        yield self._same_or("index", self.number(before.index), self.number(after.index))
        yield self._same_or("rank", _rank(before), _rank(after))
        if before.grade or after.grade:
            yield self._same_or("grade", before.grade, after.grade)
        if worth.others:
            yield self.say("worth.others", count=len(worth.others))

    def _same_or(self, key: str, before: str, after: str) -> str:
        name = f"worth.{key}-same" if before == after else f"worth.{key}"
        return self.say(name, before=before or "–", after=after or "–")


def _rank(standing: Standing) -> str:
    return "" if standing.rank is None else str(standing.rank)


def _declared(case: CutLeaf, correction: Correction) -> Input:
    return case.set.inputs[correction.column.partition(":")[0]]


def title_of(case: CutLeaf, correction: Correction) -> str:
    """What a corrected input is called; of a tally with its option."""
    title = _declared(case, correction).title
    option = correction.column.partition(":")[2]
    return f"{title}: {option}" if option else title
