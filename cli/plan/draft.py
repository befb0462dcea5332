"""`parindex plan draft`: the first version of a plan file, from the text that was issued."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.console import language_of, print_json, reporting_problems, say
from cli.options import START, Json, Lang
from criteria.wording import Language, wording

if TYPE_CHECKING:
    from inputs.draft import Draft


def draft(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("option.draft-file", START))],
    out: Annotated[
        Path, typer.Option("--out", metavar="plan.yaml", help=say("option.draft-out", START))
    ],
    force: Annotated[bool, typer.Option("--force", help=say("option.force", START))] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Draft a plan file from a text, a Word file or a workbook; a person goes on from there."""
    language = language_of(lang)
    with reporting_problems(language, json):
        from criteria.problems import Place, Problem, ProblemsFound
        from inputs.draft import draft_plan
        from inputs.draft.write import draft_yaml
        from outputs.whole_files import write_file

        if out.resolve() == file.resolve():
            raise ProblemsFound([Problem("out-is-source", Place(str(out)), {"value": str(out)})])
        if out.exists() and not force:
            raise ProblemsFound([Problem("out-exists", Place(str(out)), {"value": str(out)})])
        with _watched(language, json) as step:
            found = draft_plan(file, step)
        text = draft_yaml(found, language)
        write_file(out, lambda path: _write(path, text))
    counts = _counts(found)
    missing = [name for name in _HEAD if getattr(found.head, name) is None]
    if json:
        print_json(
            {
                "out": str(out),
                "counts": counts,
                "head_missing": missing,
                "draft": _plain(found),
            }
        )
        return
    typer.echo(wording("plan", "draft.written", language, out=out))
    typer.echo(wording("draft", "summary.found", language, **counts))
    if not found.tasks:
        seen = any(leftover.why == "table" for leftover in found.leftovers)
        typer.echo(wording("draft", f"summary.no_{'tasks' if seen else 'tables'}", language))
    if any(counts[name] for name in _REVIEW):
        typer.echo(wording("draft", "summary.review", language, **counts))
    if missing:
        typer.echo(wording("plan", "draft.head", language, keys=", ".join(missing)))
    typer.echo(wording("plan", "draft.next", language, out=out))


_HEAD = ("title", "number", "signed", "province", "starts", "ends")

_REVIEW = ("not_understood", "unsure", "reports", "leftovers")
"""What stands at the end of a draft, for a person to look at."""


@contextmanager
def _watched(language: Language, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Gives a function that names slow work on the terminal; silent where nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield lambda name: None
        return
    from rich.console import Console

    console = Console(stderr=True)
    with console.status(wording("draft", "step.reading", language)) as status:
        yield lambda name: status.update(wording("draft", f"step.{name}", language))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _counts(found: Draft) -> dict[str, int]:
    sure = sum(target.sure for target in found.targets)
    doubted = {(doubt.task, doubt.field) for doubt in found.doubts}
    return {
        "sections": len(found.sections),
        "tasks": len(found.tasks),
        "lead": sum(
            task.lead is not None and (task.id, "lead") not in doubted for task in found.tasks
        ),
        "deadline": sum(
            task.deadline is not None and (task.id, "deadline") not in doubted
            for task in found.tasks
        ),
        "not_understood": len(found.doubts),
        "sure": sure,
        "unsure": len(found.targets) - sure,
        "reports": len(found.reports),
        "leftovers": len(found.leftovers),
    }


def _plain(value: Any) -> Any:
    """A draft as plain data; places as `file:line` or `file: sheet!cell`."""
    from dataclasses import fields, is_dataclass

    from criteria.problems import Place

    if isinstance(value, Place):
        return str(value)
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value
