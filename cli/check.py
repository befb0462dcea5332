"""`parindex check`: is a criteria set right, and if not, on which line?"""

from __future__ import annotations

import typer

from cli.console import language_of, print_json, report, reporting_problems, say
from cli.options import Json, Lang, Sets


def check(sets: Sets, lang: Lang = None, json: Json = False) -> None:
    """Check criteria sets: strict reading, sums, proofs at every breakpoint, worked cases."""
    language = language_of(lang)
    with reporting_problems(language, json):
        from cli.sets import check_files, set_files
        from criteria.problems import each_once

        checked = check_files(set_files(sets))
        problems = each_once(problem for each in checked for problem in each.problems)
    if json:
        print_json(
            {
                "sets": [
                    {
                        "file": str(each.path),
                        "id": each.set.id if each.set else None,
                        "ok": each.good,
                        "leaves": len(each.set.leaves) if each.set else None,
                        "cases": len(each.set.cases) if each.set else None,
                    }
                    for each in checked
                ],
                "problems": [problem.record(language) for problem in problems],
            }
        )
    else:
        for each in checked:
            if each.set is not None and each.good:
                values = {"id": each.set.id, "leaves": len(each.set.leaves)}
                values |= {"fields": len(each.set.fields), "cases": len(each.set.cases)}
                typer.echo(say("check.good", language, file=each.path, **values))
            else:
                typer.echo(say("check.bad", language, file=each.path))
        if problems:
            report(problems, language)
    if not all(each.good for each in checked):
        raise typer.Exit(1)
