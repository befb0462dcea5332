"""`parindex record`: tables of a reviewing agency become facts of the year."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import language_of, print_json, report, reporting_problems, say
from cli.options import START, Json, Lang, stage_of

if TYPE_CHECKING:
    from inputs.store.facts import Batch


def record(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help=say("year-option.record-files", START))
    ],
    stage: Annotated[
        str,
        typer.Option(
            "--stage", metavar="review|final", help=say("year-option.record-stage", START)
        ),
    ],
    by: Annotated[
        str, typer.Option("--by", metavar="AGENCY", help=say("year-option.record-by", START))
    ],
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Check the tables and add them to the store: all of them, or none."""
    language = language_of(lang)
    wanted = stage_of(stage, language)
    with reporting_problems(language, json):
        from hashlib import sha256

        from cli.folder import now, open_year
        from cli.progress import steps
        from criteria.problems import Place, Problem, each_once, stop_if_any
        from inputs.originals import RECEIVED, keep_original
        from inputs.store.facts_at import facts_at
        from inputs.store.history import history
        from inputs.store.record_tables import Desk, record_tables
        from inputs.tables import read_bytes

        year = open_year()
        if wanted not in ("review", "final"):
            stop_if_any([Problem("record-stage", Place(str(files[0])), {"stage": stage})])
        assert wanted is not None  # an unknown one was wrong use
        sets = [each.set for each in year.sets]
        with steps(language, json) as step, year.store(write=True) as store:
            step("reading")
            desk = Desk(year.assessment, sets, year.units, history(store), store.closed())
            taken = record_tables(files, wanted, by, now(), desk)
            if any(batch.outcome == "refused" for batch in taken.batches):
                store.add([batch for batch in taken.batches if batch.outcome == "refused"])
            stop_if_any(taken.problems)
            step("writing")
            known = (wanted, year.assessment, sets, year.units)
            after = facts_at(store, *known, taken.batches).problems
            if any(not problem.advice for problem in after):
                before = set(map(str, facts_at(store, *known).problems))
                stop_if_any(problem for problem in after if str(problem) not in before)
            for path in files:
                data = read_bytes(path)
                digest = sha256(data).hexdigest()
                keep_original(year.folder / RECEIVED, digest, data, path.suffix.lower())
            store.add(taken.batches)
    told = set(map(str, year.advice))
    advice = [problem for problem in each_once(taken.problems) if str(problem) not in told]
    if json:
        problems = [problem.record(language) for problem in advice]
        print_json({"batches": [_batch(each) for each in taken.batches], "problems": problems})
        return
    if advice:
        report(advice, language)
    for each in taken.batches:
        values = {"file": each.file, "facts": len(each.facts)}
        values["units"] = len({fact.unit for fact in each.facts})
        typer.echo(say("record.late" if each.late else "record.done", language, **values))


def _batch(batch: Batch) -> dict[str, object]:
    return {
        "file": batch.file,
        "sha256": batch.sha256,
        "stage": batch.stage,
        "by": batch.who,
        "late": batch.late,
        "facts": len(batch.facts),
        "units": len({fact.unit for fact in batch.facts}),
    }
