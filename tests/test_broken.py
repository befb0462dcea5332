"""Every fault that a criteria set can have, one a file: right code, right line, nothing else.

Each file of `broken/` begins with what must be found:

    # expect: <code>          or  # advice: <code>
    # line: <n>               the line that is named; - where no line can be
    # says: <words>           optional, from the English finding or its fix
"""

import re
import shutil
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.check import check_set
from criteria.load import load_set, read_set
from criteria.problems import Problem, ProblemsFound
from criteria.wording import LANGUAGES, catalogue
from scoring.cases import check_cases

FOLDER = Path(__file__).with_name("broken")
ONE_FAULT = sorted(path for path in FOLDER.glob("*.yaml") if path.stem != "ten-faults")
GOOD = Path(__file__).parents[1] / "criteria" / "library" / "dong-nai-2017" / "communes.yaml"
GOOD_ONES = [GOOD, *sorted(Path(__file__).with_name("cases").glob("*.yaml"))]

_SECTIONS = (
    *("YAML", "criteria language", "references and sums", "proofs", "worked cases"),
    "sets and their plans",
)
"""Headings of the catalogue under which the problems of sets stand."""

_NO_FILE: dict[str, str] = {
    "value-wrong": "a net under faults of shape that no other code names; none is known",
}
"""Problems of sets that no file of the folder can show, and why."""

_OF_THE_FILE_ITSELF = {
    "file-missing": "tested below with a path that leads nowhere",
    "file-is-folder": "tested below with a folder",
    "file-too-large": "tested below with a file made on the spot",
    "file-locked": "needs a file that the system withholds",
    "file-unreadable": "needs a failing disk",
}


def problems_of(path: Path) -> tuple[Problem, ...]:
    """Everything that `parindex check` has to say of one file."""
    loaded = read_set(path)
    problems = loaded.problems
    if loaded.set is not None and loaded.source is not None:
        problems += check_set(loaded.set, loaded.source)
        if all(problem.advice for problem in problems):
            problems += check_cases(loaded.set, loaded.source)
    return problems


def expected(path: Path) -> dict[str, str]:
    head = path.read_bytes().decode("utf-8", errors="replace")
    return dict(re.findall(r"^# (expect|advice|line|says): (.+)$", head, re.MULTILINE))


@pytest.mark.parametrize("path", ONE_FAULT, ids=lambda path: path.stem)
def test_one_fault_one_problem(path: Path) -> None:
    wanted = expected(path)
    found = problems_of(path)
    faults = [problem.code for problem in found if not problem.advice]
    advice = [problem.code for problem in found if problem.advice]
    assert faults == ([wanted["expect"]] if "expect" in wanted else []), _told(found)
    assert advice == ([wanted["advice"]] if "advice" in wanted else []), _told(found)
    (problem,) = found
    assert str(problem.place.line or "-") == wanted["line"], _told(found)
    assert wanted.get("says", "") in problem.text("en")


@pytest.mark.parametrize("path", ONE_FAULT, ids=lambda path: path.stem)
def test_both_languages_are_whole(path: Path) -> None:
    for problem in problems_of(path):
        for language in LANGUAGES:
            text = problem.text(language)
            assert path.name in text
            assert not re.search(r"\{[a-z_]+\}", text), text
            assert f"[{problem.code}]" in text
            assert problem.found(language).strip()
            assert problem.fix(language).strip()
        values = set(problem.values)
        sentences = catalogue("problems")[problem.code]
        asked = {
            name
            for part in ("found", "fix")
            for sentence in sentences[part].values()
            for _, name, _, _ in string.Formatter().parse(sentence)
            if name
        }
        assert asked <= values


@pytest.mark.parametrize("path", ONE_FAULT, ids=lambda path: path.stem)
def test_loading_refuses_faults_and_lets_advice_pass(path: Path) -> None:
    wanted = expected(path)
    if "advice" in wanted or wanted["expect"].startswith(("case-fails", "case-unreadable")):
        assert load_set(path).leaves
    else:
        with pytest.raises(ProblemsFound) as refusal:
            load_set(path)
        assert [problem.code for problem in refusal.value.problems] == [wanted["expect"]]


def _with_case() -> list[Path]:
    return [path for path in ONE_FAULT if any(problem.case for problem in problems_of(path))]


@pytest.mark.parametrize("path", _with_case(), ids=lambda path: path.stem)
def test_a_counter_example_can_be_pasted_back(path: Path, tmp_path: Path) -> None:
    (problem,) = problems_of(path)
    assert problem.case is not None
    pasted = tmp_path / path.name
    text = path.read_text(encoding="utf-8")
    pasted.write_text(f"{text}cases:\n  {problem.case}\n", encoding="utf-8")
    loaded = read_set(pasted)
    assert not loaded.problems
    assert loaded.set is not None
    assert loaded.source is not None
    assert [each.code for each in check_set(loaded.set, loaded.source)] == [problem.code]
    assert not check_cases(loaded.set, loaded.source)  # the engine says what the proof says


def test_every_problem_of_sets_has_a_file() -> None:
    covered = {code for path in ONE_FAULT for code in _codes(path)}
    wanted = _set_codes() - _NO_FILE.keys()
    assert wanted - covered == set()
    assert not covered & _NO_FILE.keys()


def test_every_problem_of_the_file_itself_is_accounted_for() -> None:
    covered = {code for path in ONE_FAULT for code in _codes(path)}
    assert _codes_under("files") - covered == set(_OF_THE_FILE_ITSELF)


def test_ten_faults_are_ten_problems_in_one_run() -> None:
    path = FOLDER / "ten-faults.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    wanted = [
        (number, marked[1])
        for number, line in enumerate(lines, start=1)
        if (marked := re.search(r" # ([a-z-]+)$", line))
    ]
    assert len(wanted) == len({code for _, code in wanted}) == 10
    found = problems_of(path)
    told = sorted((problem.place.line or 0, problem.code) for problem in found)
    assert told == wanted, _told(found)
    with pytest.raises(ProblemsFound) as refusal:
        load_set(path)
    assert len(refusal.value.problems) == 10


def test_files_that_are_no_files(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_bytes(b"# " + b"x" * 5_000_001)
    for path, code in (
        (tmp_path / "nowhere.yaml", "file-missing"),
        (tmp_path, "file-is-folder"),
        (large, "file-too-large"),
    ):
        assert [problem.code for problem in problems_of(path)] == [code]


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "set.yaml"
    text = GOOD.read_text(encoding="utf-8").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode("utf-8"))
    shutil.copy(GOOD.with_name("plan.yaml"), tmp_path)
    assert problems_of(path) == problems_of(GOOD)


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 100_000,
        "a: " + "{b: " * 50_000,
        "- " * 50_000,
        "? " * 50_000,
        "\0",
        "\u0085: \u2028",
        "%YAML 3.0\n---\na: 1",
        "parindex: 1\nid: !!python/object/apply:os.system [ls]",
        "<<: {a: 1}",
        "a: !!binary x",
        "parindex: 1\ninputs: [a]\nfields: []",
        "parindex: 1\ninputs:\nfields:",
        "parindex: 9" + "9" * 5_000,
        "parindex: 1\nyear: 0x7E1",
        "fields: [{criteria: [{rule: {kind: [a]}}]}]",
        "fields: [{criteria: [{rule: {kind: {a: b}, of: {ratio: 5}}}]}]",
        "fields: [{criteria: [{rule: {kind: formula, of: '" + "(" * 10_000 + "'}}]}]",
    ],
    ids=lambda text: text[:20],
)
def test_nasty_files_are_refused_in_words(text: str, tmp_path: Path) -> None:
    path = tmp_path / "set.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    found = problems_of(path)
    assert found
    for problem in found:
        assert problem.text("vi")
        assert problem.text("en")


# --- whatever is done to a good file, it is read or refused, never a traceback ---------------

_TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in GOOD_ONES}
_WORDS = sorted(set(re.findall(r"[\w.%]+|[{}\[\]:,\"-]", "\n".join(_TEXTS.values()))))
_PLACES = st.integers(0, 400)
_GARBAGE = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        (
            *("null", "~", "", "no", "{}", "[]", "{", "]", '"', "&a", "*a", "!x", "|", ">", "%"),
            *("-1", "0", "1e999", ".nan", ".inf", "0x1F", "1_000", "12:30", "2017-02-30", "95%"),
            *("maximum", "kind: steps", "? x", "- - -", "\t", "---", "<<: {}", "9" * 4_500),
        )
    ),
)


_EDITS = st.lists(
    st.tuples(
        st.sampled_from(("delete", "repeat", "swap", "garbage", "word", "indent")),
        _PLACES,
        _PLACES,
        st.one_of(_GARBAGE, st.sampled_from(_WORDS)),
    ),
    min_size=1,
    max_size=4,
)


def _mutilated(text: str, edits: list[tuple[str, int, int, str]]) -> str:
    lines = text.splitlines()
    for what, first, second, new in edits:
        at, other = first % len(lines), second % len(lines)
        indent = " " * (second % 13)
        match what:
            case "delete":
                del lines[at]
            case "repeat":
                lines.insert(at, lines[at])
            case "swap":
                lines[at], lines[other] = lines[other], lines[at]
            case "garbage":
                lines.insert(at, indent + new)
            case "word":
                words = list(re.finditer(r"[^\s{}\[\],:]+", lines[at]))
                if words:
                    word = words[second % len(words)]
                    lines[at] = lines[at][: word.start()] + new + lines[at][word.end() :]
            case "indent":
                lines[at] = indent + lines[at].lstrip()
    return "\n".join(lines)


@given(name=st.sampled_from(sorted(_TEXTS)), edits=_EDITS)
def test_a_mutilated_file_gives_problems_or_a_set(
    name: str, edits: list[tuple[str, int, int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "mutilated.yaml"
    text = _mutilated(_TEXTS[name], edits)
    path.write_text(text, encoding="utf-8", errors="replace", newline="")
    loaded = read_set(path)
    assert loaded.set is not None or any(not problem.advice for problem in loaded.problems)
    for problem in problems_of(path):
        assert problem.text("vi")
        assert problem.text("en")
        assert problem.place.line is None or 1 <= problem.place.line <= text.count("\n") + 2


def _codes(path: Path) -> set[str]:
    wanted = expected(path)
    return {wanted[key] for key in ("expect", "advice") if key in wanted}


def _set_codes() -> set[str]:
    return set().union(*(_codes_under(section) for section in _SECTIONS))


def _codes_under(section: str) -> set[str]:
    """The codes between the heading `# --- section ---` of the catalogue and the next."""
    from criteria import wording

    text = Path(wording.__file__).with_name("problems.toml").read_text(encoding="utf-8")
    (part,) = re.findall(rf"# --- {re.escape(section)} ---\n(.*?)(?=\n# --- |\Z)", text, re.DOTALL)
    return set(re.findall(r"^\[([a-z-]+)\]$", part, re.MULTILINE))


def _told(found: Any) -> str:
    return "\n".join(problem.text("en") for problem in found)
