"""`parindex packs`: the criteria sets that come along."""

from __future__ import annotations

from cli.console import language_of, print_json, reporting_problems, say
from cli.options import Json, Lang


def packs(lang: Lang = None, json: Json = False) -> None:
    """List the packs of the library."""
    language = language_of(lang)
    with reporting_problems(language, json):
        from criteria.packs import load_pack, pack_ids

        found = [load_pack(name) for name in pack_ids()]
    if json:
        print_json(
            [
                {
                    "id": pack.id,
                    "title": pack.title,
                    "province": pack.province,
                    "year": pack.year,
                    "status": pack.status,
                    "sets": [str(path) for path in pack.sets],
                    "units": str(pack.units),
                    "plan": str(pack.plan) if pack.plan else None,
                    "answers": str(pack.answers) if pack.answers else None,
                }
                for pack in found
            ]
        )
        return
    from cli.tables import print_table
    from outputs.plan.words import group_name

    names = ("pack", "year", "title", "status", "sets", "data")
    print_table(
        [say(f"packs.{name}", language) for name in names],
        [
            [
                pack.id,
                str(pack.year),
                pack.title,
                say(f"status.{pack.status}", language),
                "; ".join(group_name(path.stem, language) for path in pack.sets),
                say("packs.published" if pack.answers else "packs.generated", language),
            ]
            for pack in found
        ],
        whole=(0,),
    )
