"""Progress on stderr: which step is being done, for work that may take a while."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cli.console import say
from criteria.wording import Language


@contextmanager
def steps(language: Language, quiet: bool) -> Iterator[Callable[..., None]]:
    """Gives a function that names the step now being done; silent where nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield lambda key, **values: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:

        def step(key: str, **values: object) -> None:
            status.update(say(f"step.{key}", language, **values))

        yield step


@contextmanager
def counting(
    key: str, language: Language, total: int, *, quiet: bool
) -> Iterator[Callable[[], None]]:
    """Gives a function to call for each of `total` things done; silent where nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say(key, language), total=total)
        yield lambda: bar.advance(task)
