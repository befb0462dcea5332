"""The message catalogue: every sentence that a person reads, in Vietnamese and English.

One TOML file a subject, or a few where it is large; each entry holds its two languages side by
side, so that neither can be changed without seeing the other.  Values are put in by `str.format`.
"""

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT_LANGUAGE: Language = "vi"


def wording(subject: str, key: str, language: Language, /, **values: object) -> str:
    """The sentence `key` (dotted) of the file `<subject>.toml`, filled with `values`.

    Raises: KeyError when the catalogue has no such entry: a fault of the program, never of a user.
    """
    entry: Any = catalogue(subject)
    for step in key.split("."):
        entry = entry[step]
    return str(entry[language]).format(**values)


def has_wording(subject: str, key: str) -> bool:
    """Whether the catalogue holds an entry (used for names that sets may choose freely)."""
    entry: Any = catalogue(subject)
    for step in key.split("."):
        if not isinstance(entry, dict) or step not in entry:
            return False
        entry = entry[step]
    return isinstance(entry, dict) and set(entry) == set(LANGUAGES)


@cache
def catalogue(subject: str) -> dict[str, Any]:
    """All entries of one subject, read once: `problems.toml` and its `problems_*.toml`."""
    entries: dict[str, Any] = {}
    folder = Path(__file__).parent
    for path in (folder / f"{subject}.toml", *sorted(folder.glob(f"{subject}_*.toml"))):
        entries |= tomllib.loads(path.read_text(encoding="utf-8"))
    return entries


def chosen_language(asked: str | None = None) -> Language:
    """The language asked for, else `PARINDEX_LANG`, else Vietnamese."""
    for name in (asked, os.environ.get("PARINDEX_LANG")):
        for language in LANGUAGES:
            if name is not None and name.lower().startswith(language):
                return language
    return DEFAULT_LANGUAGE
