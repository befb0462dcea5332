"""`parindex appeal collect`: appeals of units and rulings of the council, read into the store."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import typer

from cli.appeal.options import By
from cli.console import language_of, print_json, report, reporting_problems, say
from cli.options import START, Json, Lang
from criteria.problems import Place, Problem, ProblemsFound
from criteria.wording import Language

if TYPE_CHECKING:
    from cli.appeal.opened import Appeals
    from inputs.store.admission import Admission
    from inputs.store.facts import Batch
    from inputs.store.store import Store
    from inputs.workbooks.appeal_case import CaseKey
    from inputs.workbooks.appeal_reading import Returned

State: TypeAlias = Literal["taken", "nothing", "again", "superseded", "refused", "unread"]
"""What became of a file: facts taken; nothing new in it; here before; a newer one of the same unit
came with it; refused; of nobody that we know."""


@dataclass(frozen=True)
class Entered:
    """A file and what became of it; `batch` None: it adds nothing to the record."""

    returned: Returned
    state: State
    batch: Batch | None

    @property
    def facts(self) -> int:
        return 0 if self.batch is None else len(self.batch.facts)


def collect(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE|DIR...", help=say("appeals.option-files", START))
    ],
    by: By = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Read workbooks of appeals and rulings back; what is good is kept, what is not is told."""
    language = language_of(lang)
    with reporting_problems(language, json):
        from cli.appeal.opened import open_appeals
        from cli.folder import now, open_year
        from inputs.originals import RECEIVED, keep_original
        from inputs.workbooks.received import files_in

        year = open_year()
        paths, strays = files_in(files)
        if not paths:
            raise ProblemsFound(strays)
        moment = now()
        with year.store(write=True) as store:
            appeals = open_appeals(year, store, language)
            entered = _entered(appeals, store, paths, by, moment)
            batches = [each.batch for each in entered if each.batch is not None]
            for each in entered:
                if each.batch is not None:
                    returned = each.returned
                    keep_original(year.folder / RECEIVED, returned.sha256, returned.data)
            store.add(batches)
    problems = [*strays, *(p for each in entered for p in each.returned.problems)]
    if json:
        _print_record(entered, problems, language)
    else:
        _print(appeals, entered, language)
        if problems:
            report(problems, language)
    if any(not problem.advice for problem in problems):
        raise typer.Exit(1)


def _entered(
    appeals: Appeals,
    store: Store,
    paths: Sequence[Path],
    by: str | None,
    moment: datetime.datetime,
) -> list[Entered]:
    """Every file with the batch that it adds, the oldest first."""
    from cli.desk import desk_of
    from inputs.store.admission import admission
    from inputs.workbooks.appeal_reading import read_returned

    desk = desk_of(appeals.year, store, moment)
    read = [read_returned(path, desk, appeals.by_key) for path in paths]
    read.sort(key=lambda each: (each.saved_at or datetime.datetime.min, str(each.file)))
    read = _consistent(appeals, store, [_weighed(appeals, each) for each in _at_odds(read)])
    batches = store.batches()
    # One that was superseded may be handed in again, alone.
    taken = (batches["outcome"] == "taken") & batches["note"].ne_missing("superseded")
    known = set(batches.filter(taken)["sha256"])
    newest = {
        each.who: each
        for each in read
        if each.kind == "appeal" and not each.refused and each.sha256 not in known
    }
    entered: list[Entered] = []
    for each in read:
        place, assessment = Place(str(each.file)), appeals.year.assessment
        reached = admission(assessment, appeals.closed, "appeal", moment, place)
        state = _state(appeals, each, known, newest, reached)
        entered.append(_batch(each, state, by, moment, reached))
        if state in ("taken", "nothing"):
            known.add(each.sha256)
    return entered


def _state(
    appeals: Appeals,
    each: Returned,
    known: set[str],
    newest: dict[str, Returned],
    reached: Admission,
) -> State:
    if each.sha256 in known:
        return "again"
    if not each.who:
        return "unread"
    if each.refused or reached.refusal is not None:
        return "refused"
    if each.kind == "appeal" and newest[each.who].sha256 != each.sha256:
        return "superseded"
    if each.faulty and appeals.year.assessment.policy.faulty == "hold":
        return "refused"
    return "taken" if each.facts else "nothing"


def _batch(
    each: Returned, state: State, by: str | None, moment: datetime.datetime, reached: Admission
) -> Entered:
    from inputs.store.facts import Batch

    place = Place(str(each.file))
    told = list(each.problems)
    if state == "again":
        told = [Problem("workbook-again", place, advice=True)]
    elif state == "unread":
        pass
    elif reached.refusal is not None:
        told.append(reached.refusal)
    elif state == "superseded":
        told = [Problem("appeal-superseded", place, unit=each.who, advice=True)]
    elif state == "refused" and not each.refused:
        values = {"count": str(sum(not problem.advice for problem in told))}
        told.append(Problem("workbook-held-back", place, values, advice=True))
    each = replace(each, problems=tuple(told))
    if state in ("again", "unread"):
        return Entered(each, state, None)
    facts = [fact for found in each.facts.values() for fact in found]
    who = by if by and each.kind == "rulings" else each.who
    batch = Batch(
        stage="appeal",
        kind="ruling" if each.kind == "rulings" else "appeal",
        who=who,
        file=str(each.file),
        sha256=each.sha256,
        at=moment,
        outcome="refused" if state == "refused" else "taken",
        late=reached.late,
        problems=sum(not problem.advice for problem in told),
        basis=each.basis,
        note=state if state == "superseded" else None,
        facts=tuple(facts) if state == "taken" else (),
    )
    return Entered(each, state, batch)


def _at_odds(read: Sequence[Returned]) -> list[Returned]:
    """Rulings without those that two files, handed in together, put differently."""
    said: dict[CaseKey, list[tuple[Returned, str]]] = {}
    for each in read:
        for key, (ruling, _) in each.rulings.items():
            text = f"{ruling.decision} {ruling.points} {ruling.reason}"
            said.setdefault(key, []).append((each, text))
    odd = {key for key, found in said.items() if len({text for _, text in found}) > 1}
    return [_without(each, odd, "ruling-twice") for each in read]


def _without(each: Returned, keys: set[CaseKey], code: str) -> Returned:
    found = [key for key in each.rulings if key in keys]
    problems = [Problem(code, each.rulings[key][1], unit=key[0], criterion=key[1]) for key in found]
    return replace(
        each,
        facts={key: facts for key, facts in each.facts.items() if key not in found},
        rulings={key: ruling for key, ruling in each.rulings.items() if key not in found},
        problems=(*each.problems, *problems),
    )


def _weighed(appeals: Appeals, each: Returned) -> Returned:
    """Without the rulings that would leave their unit worse off than review did."""
    worths = appeals.weighed({key: ruling for key, (ruling, _) in each.rulings.items()})
    worse = appeals.worse(worths, {key: place for key, (_, place) in each.rulings.items()})
    return replace(
        each,
        facts={key: facts for key, facts in each.facts.items() if key not in worse},
        problems=(*each.problems, *worse.values()),
    )


def _consistent(appeals: Appeals, store: Store, read: list[Returned]) -> list[Returned]:
    """Without the rulings whose numbers cannot stand beside all others."""
    while True:
        rulings = [each.facts for each in read if each.kind == "rulings"]
        facts = {key: said for found in rulings for key, said in found.items()}
        wrong = appeals.contradicting(store, facts)
        if not wrong:
            return read
        read = [_held_back(each, wrong) for each in read]


def _held_back(each: Returned, wrong: Mapping[CaseKey, dict[str, str]]) -> Returned:
    own = {} if each.kind != "rulings" else {key: wrong[key] for key in each.facts if key in wrong}
    problems = []
    for key, values in own.items():
        said = each.facts[key][0]
        place = Place(str(each.file), sheet=said.sheet, cell=said.cell)
        problems.append(Problem("ruling-contradicts", place, values, *key))
    facts = {key: said for key, said in each.facts.items() if key not in own}
    return replace(each, facts=facts, problems=(*each.problems, *problems))


def _print(appeals: Appeals, entered: Sequence[Entered], language: Language) -> None:
    from cli.tables import MOST_ROWS, print_table

    rows = []
    # Of many files, first those that need a look.
    shown = sorted(entered, key=lambda each: each.state == "taken" and not each.returned.faulty)
    for each in shown[:MOST_ROWS]:
        returned = each.returned
        kind = say(f"appeals.kind-{returned.kind or 'none'}", language)
        name = appeals.names.get(returned.who, returned.who) or "–"
        problems = sum(not problem.advice for problem in returned.problems)
        late = each.batch is not None and each.batch.late and each.state != "refused"
        state = say(f"appeals.file-{each.state}", language)
        if late:
            state = say("appeals.file-late", language, state=state)
        leaves = len(returned.facts) if each.state == "taken" else 0
        rows.append([returned.file.name, kind, name, str(leaves), str(problems), state])
    names = ("file", "kind", "who", "leaves", "problems", "state")
    heads = [say(f"appeals.{name}", language) for name in names]
    print_table(heads, rows, numeric=(3, 4))
    if len(shown) > MOST_ROWS:
        typer.echo(say("appeals.more-files", language, left=len(shown) - MOST_ROWS))
    taken = sum(each.facts for each in entered)
    typer.echo(say("appeals.collected", language, files=len(entered), facts=taken))


def _print_record(
    entered: Sequence[Entered], problems: Sequence[Problem], language: Language
) -> None:
    files: list[dict[str, Any]] = [
        {
            "file": str(each.returned.file),
            "sha256": each.returned.sha256,
            "kind": each.returned.kind,
            "who": each.returned.who or None,
            "state": each.state,
            "late": each.batch is not None and each.batch.late,
            "leaves": [list(key) for key in each.returned.facts] if each.state == "taken" else [],
            "facts": each.facts,
        }
        for each in entered
    ]
    print_json({"files": files, "problems": [problem.record(language) for problem in problems]})
