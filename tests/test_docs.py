"""The documentation is true: its commands run, its printed lines are printed, its links lead on."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.main import make_app
from criteria.wording import LANGUAGES, catalogue, wording
from outputs.run_folder import VERSION

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "benchmarks" / "README.md")
)
DECISIONS = ROOT / "docs" / "decisions"
APP = make_app("en")
GROUPS = [group.name or "" for group in APP.registered_groups]
COMMANDS = [
    *(command.name or "" for command in APP.registered_commands),
    *(
        f"{group.name} {command.name}"
        for group in APP.registered_groups
        if group.typer_instance is not None
        for command in group.typer_instance.registered_commands
    ),
]
"""Commands as they are typed: `check`, `plan check`."""

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
_TYPED = ("parindex ", "cd ")
_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)


# --- the commands of the README -------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One `parindex` line of the README, and what it says the command prints."""

    line: str
    printed: tuple[str, ...] = ()


def steps() -> list[Step]:
    """The commands (and `cd`) in fenced `sh` blocks, in order.

    A `text` block tells what the last one prints, `...` in it that lines were left out.
    """
    found: list[Step] = []
    for language, block in _FENCE.findall(README):
        if language == "sh":
            found += [Step(line) for line in block.splitlines() if line.startswith(_TYPED)]
        elif language == "text":
            lines = map(evened, block.splitlines())
            shown = tuple(line for line in lines if line not in ("", "..."))
            found[-1] = Step(found[-1].line, shown)
    return found


def evened(line: str) -> str:
    """A line with every run of blanks as one, and times of day as one: no matter here."""
    return _TIME.sub("<time>", " ".join(line.split()))


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run one command line in `folder`; `> file` writes what it prints there."""
    line, _, target = line.partition(" > ")
    kept = {k: v for k, v in os.environ.items() if k not in ("PARINDEX_LANG", "PARINDEX_DEBUG")}
    done = subprocess.run(
        [sys.executable, "-m", "cli", *shlex.split(line)[1:]],
        cwd=folder,
        env=kept | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if target:
        (folder / target.strip()).write_text(done.stdout, encoding="utf-8")
    return done


def test_the_commands_of_the_readme_run_and_print_what_it_shows(tmp_path: Path) -> None:
    folder = tmp_path
    for step in steps():
        if step.line.startswith("cd "):
            folder = folder / step.line.removeprefix("cd ")
            continue
        done = run(step.line, folder)
        assert (done.returncode, done.stderr) == (0, ""), step.line
        printed = {evened(line) for line in done.stdout.splitlines()}
        assert [line for line in step.printed if line not in printed] == [], (
            f"README.md no longer shows what `{step.line}` prints: paste it again"
        )
    assert (tmp_path / "out" / "results.xlsx").is_file()


def test_the_readme_runs_the_main_commands_and_shows_what_two_of_them_print() -> None:
    told = steps()
    assert {"demo", "check", "score", "explain"} <= {step.line.split()[1] for step in told}
    assert {"demo", "explain"} <= {step.line.split()[1] for step in told if step.printed}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme_and_its_help_has_an_example(command: str) -> None:
    assert f"`parindex {command}" in README
    for language in LANGUAGES:
        example = wording("cli", f"help.{command.replace(' ', '-')}", language)
        assert f"parindex {command}" in example, f"{command} ({language})"


def test_no_command_is_told_that_does_not_exist() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for typed in re.findall(
            r"(?:^|`|uv run )parindex ([a-z]+(?: [a-z]+)?)", text, re.MULTILINE
        ):
            first = typed.split()[0]
            command = typed if first in GROUPS else first
            assert command in (*COMMANDS, *GROUPS), f"{page.name}: parindex {typed}"
    keys = {command.replace(" ", "-") for command in COMMANDS}
    assert set(catalogue("cli")["help"]) == {"app", *keys, *GROUPS}


def test_every_make_target_that_is_told_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        told = re.findall(r"(?:^    |`)make ([a-z]+)", text, re.MULTILINE)
        assert set(told) <= targets, page.name


# --- the pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    for link in _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8"))):
        if "://" not in link:
            assert (page.parent / link).exists(), link


def test_files_that_decisions_name_exist() -> None:
    """`criteria/exact.py` and the like: a decision must not outlive the file it talks about."""
    for page in (*DECISIONS.glob("*.md"), ROOT / "CONTRIBUTING.md"):
        for name in re.findall(r"`((?:\w+/)+\w+\.\w+)`", page.read_text(encoding="utf-8")):
            if name.split("/")[0] != "sets":
                assert (ROOT / name).is_file(), f"{page.name}: {name}"


def test_decisions_are_numbered_listed_and_short() -> None:
    pages = sorted(path for path in DECISIONS.glob("*.md") if path.name != "README.md")
    index = (DECISIONS / "README.md").read_text(encoding="utf-8")
    for number, page in enumerate(pages, start=1):
        text = page.read_text(encoding="utf-8")
        assert page.name.startswith(f"{number:04}-")
        assert text.startswith(f"# {number:04}: ")
        title = text.partition("\n")[0].partition(": ")[2]
        assert f"| [{number:04}]({page.name}) | {title} |" in index
        assert len(text.split()) < 600, f"{page.name}: half a page, not a book"


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d[^\]]*)\]", changes, re.MULTILINE)
    assert project["version"] == VERSION == released[0]
    for section in re.split(r"^## ", changes, flags=re.MULTILINE)[1:]:
        title, _, text = section.partition("\n")
        assert not text.strip() or "**Can a score move?**" in text, title


def test_nothing_leans_on_files_outside_the_project() -> None:
    """A clone stands alone; a test may read what lies beside it, if it skips where nothing does."""
    outside = b"../" + b"shared"
    for path in own_files():
        text = path.read_bytes()
        tested = path.suffix == ".py" and path.is_relative_to(ROOT / "tests")
        assert outside not in text or (tested and b"skip" in text), path


def own_files() -> Iterator[Path]:
    """Every file that belongs to the project: what lies in the root, and in the folders we name."""
    yield from (path for path in ROOT.iterdir() if path.is_file())
    packages = ("criteria", "inputs", "scoring", "outputs", "cli")
    for name in (*packages, "tests", "docs", "tools", "benchmarks", ".ci"):
        for folder, below, files in os.walk(ROOT / name):
            below[:] = [each for each in below if each not in ("__pycache__", ".work")]
            yield from (Path(folder) / file for file in files)
