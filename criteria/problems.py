"""Problems that a person can fix: what is wrong, where to look, what to do.

Every check in the project returns `Problem` values and goes on; whoever called decides.  A stage
that cannot go on raises one `ProblemsFound` with all of them, so that a workbook is mended in one
sitting.  The sentences stand in `criteria/wording/problems.toml`, in Vietnamese and English.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from criteria.wording import Language, wording


@dataclass(frozen=True, slots=True)
class Place:
    """A spot to look at: a line of a text file, or a cell of a workbook's sheet."""

    file: str
    line: int | None = None
    sheet: str | None = None
    cell: str | None = None

    def __str__(self) -> str:
        if self.sheet is not None:
            return f"{self.file}: {self.sheet}!{self.cell or 'A1'}"
        if self.line is not None:
            return f"{self.file}:{self.line}"
        return self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding (lỗi), complete enough to be mended without opening the code.

    `code` is stable and searchable; `values` fill the sentences of that code.  `advice` marks a
    finding that is worth a look but stops nothing.  `case` is a counter-example, spelled as a
    worked case to paste into the set.
    """

    code: str
    place: Place
    values: Mapping[str, str] = field(default_factory=dict)
    unit: str | None = None
    criterion: str | None = None
    set: str | None = None
    advice: bool = False
    case: str | None = None

    def found(self, language: Language) -> str:
        return wording("problems", f"{self.code}.found", language, **self.values)

    def fix(self, language: Language) -> str:
        return wording("problems", f"{self.code}.fix", language, **self.values)

    def about(self, language: Language) -> str:
        """Which set, unit and criterion it concerns: `set x, unit y`."""
        named = (("set", self.set), ("unit", self.unit), ("criterion", self.criterion))
        return ", ".join(
            f"{wording('problems', f'about.{label}', language)} {name}"
            for label, name in named
            if name
        )

    def text(self, language: Language) -> str:
        """The whole finding as printed: place, subject, finding [code], then the way out."""
        about = self.about(language)
        subject = f"{about}: " if about else ""
        fix_label = wording("problems", "about.fix", language)
        lines = [
            f"{self.place}: {subject}{self.found(language)} [{self.code}]",
            f"    {fix_label}: {self.fix(language)}",
        ]
        if self.case:
            lines.append(f"    {wording('problems', 'about.case', language)}:")
            lines += [f"      {line}" for line in self.case.splitlines()]
        return "\n".join(lines)

    def record(self, language: Language) -> dict[str, object]:
        """The finding for machines (`--json`)."""
        return {
            "code": self.code,
            "advice": self.advice,
            "place": str(self.place),
            "file": self.place.file,
            "line": self.place.line,
            "sheet": self.place.sheet,
            "cell": self.place.cell,
            "set": self.set,
            "unit": self.unit,
            "criterion": self.criterion,
            "found": self.found(language),
            "fix": self.fix(language),
            "case": self.case,
        }


class ProblemsFound(Exception):
    """One or more problems; `problems` holds them in reading order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.text("en") for problem in self.problems))


def stop_if_any(problems: Iterable[Problem]) -> None:
    """Raise `ProblemsFound` when at least one of `problems` is more than advice."""
    found = tuple(problems)
    if any(not problem.advice for problem in found):
        raise ProblemsFound(found)


def in_file_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Findings of one file by line."""
    return tuple(sorted(problems, key=lambda problem: problem.place.line or 0))


def each_once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The same findings, each of them once: two sets may meet the same fault of what they share."""
    return tuple({(p.code, p.place, tuple(p.values.items()), p.unit): p for p in problems}.values())
