"""`parindex explain`: why did this unit earn these points?

The results are the folder that comes first, or `--run DIR`; inside a working folder its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.console import language_of, print_json, report, reporting_problems, say
from cli.options import START, Json, Lang
from criteria.wording import Language

if TYPE_CHECKING:
    from criteria.model import CriteriaSet
    from outputs.explain import UnitLine
    from outputs.run_folder import Run


def explain(
    first: Annotated[str, typer.Argument(metavar="[DIR]", help=say("option.run-dir", START))],
    second: Annotated[
        str | None, typer.Argument(metavar="UNIT", help=say("option.unit", START))
    ] = None,
    third: Annotated[
        str | None, typer.Argument(metavar="[LEAF]", help=say("option.leaf", START))
    ] = None,
    run_dir: Annotated[
        Path | None, typer.Option("--run", metavar="DIR", help=say("option.dir", START))
    ] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Explain one leaf of a unit, or list where the unit lost points, largest first."""
    language = language_of(lang)
    folder, unit, leaf = meant_by([first, second, third], run_dir, language)
    with reporting_problems(language, json):
        from criteria.problems import Place, Problem, ProblemsFound
        from outputs.explain import LedgerDisagrees
        from outputs.run_folder import read_run

        run = read_run(folder)
        line = find_unit(run, unit)
        if _is_older(run) and not json:
            place = Place(str(folder))
            report([Problem("results-older", place, advice=True)], language)
        try:
            if leaf is None:
                _explain_unit(run, line, language, json)
            else:
                _explain_leaf(run, line, leaf, language, json)
        except LedgerDisagrees as error:
            values = {"reason": str(error)}
            raise ProblemsFound([Problem("run-broken", Place(str(folder)), values)]) from error


def meant_by(
    words: Sequence[str | None], run_dir: Path | None, language: Language
) -> tuple[Path, str, str | None]:
    """Folder of results, unit and leaf.

    Without `--run` the first word is the folder where there are three, or it holds results, or
    there is no working folder here; else the results are those of the working folder.
    """
    given = [word for word in words if word is not None]
    folder = run_dir
    if folder is None and len(given) < len(words):
        folder = _own_results(Path(given[0]))
    if folder is None:
        folder, given = Path(given[0]), given[1:]
    if len(given) not in (1, 2):
        typer.echo(
            say("use.missing", language, name="UNIT")
            if not given
            else say("use.too-many-words", language, word=given[2]),
            err=True,
        )
        typer.echo(say("use.see-help", language, command="parindex explain"), err=True)
        raise typer.Exit(2)
    return folder, given[0], given[1] if len(given) > 1 else None


def _own_results(first: Path) -> Path | None:
    """The results of the working folder here, unless `first` holds results itself."""
    from cli.score import RESULTS
    from criteria.assessment.load import find_folder
    from outputs.run_folder import MANIFEST

    here = None if (first / MANIFEST).is_file() else find_folder(Path.cwd())
    return None if here is None else here / RESULTS


def _is_older(run: Run) -> bool:
    """Whether the store of a working folder around the run holds facts that the run has not."""
    from criteria.assessment.load import find_folder, load_assessment
    from criteria.assessment.model import STAGES
    from criteria.problems import ProblemsFound
    from inputs.store.store import FILE, opened_store

    folder = find_folder(run.folder)
    if folder is None or run.stage is None or not run.has_history:
        return False
    try:
        assessment = load_assessment(folder)
        with opened_store(folder / FILE, assessment.id) as store:
            newest = store.newest(STAGES[: STAGES.index(run.stage) + 1])
    except ProblemsFound:
        return False  # explaining needs no store
    return newest > run.newest_fact


def find_unit(run: Run, asked: str) -> dict[str, str]:
    """The line of `scores.csv` of a unit, by id or by name.

    Raises: ProblemsFound when there is none, or several of that name.
    """
    from criteria.problems import Place, Problem, ProblemsFound
    from inputs.names import meant

    by_id = {line["unit"]: line for line in run.units}
    found = meant(asked, {unit: line["name"] for unit, line in by_id.items()})
    if found.unit is not None:
        return by_id[found.unit]
    code = "unit-name-not-unique" if found.several else "unit-not-in-results"
    values = {"value": asked, "known": ", ".join(found.known)}
    raise ProblemsFound([Problem(code, Place(str(run.folder)), values)])


def _explain_unit(run: Run, line: dict[str, str], language: Language, as_json: bool) -> None:
    """The unit's result and where it lost points."""
    from outputs.explain import explain_unit

    criteria_set = run.set_of(line["group"])
    rows = {row["leaf"]: row for row in run.rows(line["unit"])}
    told = explain_unit(rows.values(), criteria_set, language)
    stages = run.stages(line["unit"])
    if as_json:
        leaves = [
            _record(rows[each.leaf])
            | {"title": each.title, "why": each.why}
            | _stages_record(stages.get(each.leaf))
            for each in told.lines
        ]
        print_json({"unit": _unit_record(line), "generated": run.generated, "leaves": leaves})
        return
    from cli.tables import print_table

    _print_heading(run, line, rows, language)
    earned = _earned(told.lines, criteria_set, stages, language)
    names = ("maximum", "lost", "why")
    heads = [say(f"explain.{name}", language) for name in ("leaf", "what")]
    print_table(
        [*heads, *earned, *(say(f"explain.{name}", language) for name in names)],
        [
            [e.leaf, e.title, *(each[n] for each in earned.values()), e.maximum, e.lost, e.why]
            for n, e in enumerate(told.lines)
        ],
        numeric=range(2, 4 + len(earned)),
    )


def _earned(
    lines: Sequence[UnitLine],
    criteria_set: CriteriaSet,
    stages: Mapping[str, Sequence[Mapping[str, Any]]],
    language: Language,
) -> dict[str, list[str]]:
    """Heads and cells of the columns of points: one, or one a stage where there are several."""
    from outputs.explain.story import points_or_state
    from outputs.explain.voice import Voice
    from outputs.stages.compared import columns_of_stages

    told = next(iter(stages.values()), ())
    columns = columns_of_stages(tuple(row["stage"] for row in told))
    if len(columns) < 2:
        return {say("explain.earned", language): [line.points for line in lines]}
    voice, items = Voice(language), {item.id: item for item in criteria_set.items}
    earned: dict[str, list[str]] = {voice.say(f"stage.{stage}"): [] for stage in columns}
    for line in lines:
        by_stage = {row["stage"]: row for row in stages[line.leaf]}
        for stage, cells in zip(columns, earned.values(), strict=True):
            item = items[line.leaf]
            cells.append(points_or_state(by_stage[stage], item, criteria_set, voice))
    return earned


def _explain_leaf(
    run: Run, line: dict[str, str], leaf: str, language: Language, as_json: bool
) -> None:
    """One leaf, sentence by sentence.

    Raises: ProblemsFound when the unit's set has no such leaf.
    """
    from difflib import get_close_matches

    from criteria.problems import Place, Problem, ProblemsFound
    from outputs.explain import explain_leaf

    criteria_set = run.set_of(line["group"])
    items = {item.id: item for item in criteria_set.items}
    if leaf not in items:
        near = get_close_matches(leaf, items, n=5) or [n for n in items if n.startswith(leaf)]
        values = {"value": leaf, "known": ", ".join(near or list(items)[:8])}
        place = Place(str(run.folder))
        raise ProblemsFound([Problem("leaf-not-in-results", place, values, unit=line["unit"])])
    rows = {row["leaf"]: row for row in run.rows(line["unit"])}
    row = rows[leaf]
    told = explain_leaf(items[leaf], row, criteria_set, language)
    facts = run.history(line["unit"], leaf) if run.has_history else []
    stages = run.stages(line["unit"]).get(leaf)
    if as_json:
        shown = {"title": told.title, "why": told.why, "sentences": told.sentences}
        whole = {"unit": _unit_record(line), "generated": run.generated}
        history = {"history": facts} if run.has_history else {}
        print_json(whole | _record(row) | shown | _stages_record(stages) | history)
        return
    _print_heading(run, line, rows, language)
    typer.echo(f"\n{told.leaf}  {told.title}")
    for sentence in told.sentences:
        typer.echo(f"  • {sentence}")
    if stages is not None:
        from outputs.explain.story import story

        whole_story = story(items[leaf], criteria_set, facts, stages, language)
        typer.echo(f"\n{whole_story.title}")
        for each in (*whole_story.lines, whole_story.points):
            typer.echo(f"  • {each}")


_EXACT = ("leaf", "state", "points_exact", "branch", "clause", "inputs")


def _record(row: dict[str, Any]) -> dict[str, object]:
    """A ledger row for machines: codes and exact numbers, the same in every language."""
    kept = {name: row[name] for name in _EXACT}
    numbers = {n: None if row[n] is None else str(row[n]) for n in ("points", "maximum")}
    return kept | numbers


def _stages_record(stages: Sequence[Mapping[str, Any]] | None) -> dict[str, object]:
    """The points of a leaf at each stage so far, where the run tells of stages."""
    if stages is None:
        return {}
    exact = ("stage", "state", "points_exact")
    return {
        "stages": [
            {name: row[name] for name in exact}
            | {n: None if row[n] is None else str(row[n]) for n in ("points", "maximum")}
            for row in stages
        ]
    }


def _unit_record(line: dict[str, str]) -> dict[str, object]:
    return {name: value or None for name, value in line.items()} | {
        "rank": int(line["rank"]) if line["rank"] else None
    }


def _print_heading(
    run: Run, line: dict[str, str], rows: Mapping[str, dict[str, Any]], language: Language
) -> None:
    """Whose points these are, of what, and what they came to."""
    from cli.tables import number

    criteria_set = run.set_of(line["group"])
    notes = [say("reference", language)] if criteria_set.status == "reference" else []
    notes += [say("generated", language)] if run.generated else []
    day = run.as_of.get(criteria_set.id)
    notes += [say("as-of", language, day=day.strftime("%d/%m/%Y"))] if day else []
    notes += [say(f"stage.title.{run.stage}", language)] if run.stage else []
    suffix = f" ({'; '.join(notes)})" if notes else ""
    typer.echo(f"{criteria_set.title}{suffix}")
    values = {name: line[name] for name in ("name", "unit")}
    values |= {name: number(line[name], language) for name in ("points", "maximum", "index")}
    key = "title" if line["index"] else "no-index"
    typer.echo(say(f"explain.{key}", language, **values))
    ranked = sum(1 for other in run.units if other["group"] == line["group"] and other["rank"])
    place = {"rank": line["rank"], "ranked": ranked, "grade": line["grade"] or "–"}
    place |= {"group": criteria_set.group_title or criteria_set.group}
    typer.echo(say("explain.rank" if line["rank"] else "explain.no-rank", language, **place))
    _print_what_else(run, line, rows, language)
    if line["status"] not in ("ranked", "unranked"):
        typer.echo(say(f"unit-status.{line['status']}", language))


def _print_what_else(
    run: Run, line: dict[str, str], rows: Mapping[str, dict[str, Any]], language: Language
) -> None:
    """Bonuses and penalties in the index, and a grade that an answer forbids."""
    from fractions import Fraction

    from cli.tables import number
    from criteria.exact import fixed
    from outputs.printed import barred_because, barred_grade, printed_line

    criteria_set = run.set_of(line["group"])
    added = [rows[item.id]["points_exact"] or 0 for item in criteria_set.adjustments]
    total = sum(map(Fraction, added), Fraction(0))
    limit = criteria_set.adjustments_limit
    if limit is not None:
        total = min(max(total, -limit), limit)
    if total:
        shown = number(fixed(total, criteria_set.rounding.index), language)
        typer.echo(say("explain.adjusted", language, sum=shown if total < 0 else f"+{shown}"))
    barred = barred_grade(criteria_set, printed_line(line))
    if barred is not None:
        because = barred_because(criteria_set, barred)
        typer.echo(say("explain.barred", language, grade=barred.name, because=because))
