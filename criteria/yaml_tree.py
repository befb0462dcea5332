"""YAML with places: read a file into a tree that knows its lines, refuse what YAML would guess.

The tree is PyYAML's own node tree.  `plain_value` turns it into dicts, lists and strings, keeping
every unquoted number, date or `no` as `Plain` so that each type reads it exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from criteria.problems import Place, Problem, ProblemsFound
from criteria.scalars import Plain

Loc: TypeAlias = tuple[int | str, ...]

_LARGEST = 5_000_000
"""Bytes of the largest criteria file that is read; real ones have some hundred kilobytes."""
_DEEPEST = 60
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_WORDS = frozenset({"on"})
"""Keys of the language that YAML 1.1 takes for a boolean; as keys they can only be themselves."""


def read_tree(path: Path) -> yaml.MappingNode:
    """The tree of one YAML file.

    Raises: ProblemsFound when there is no file, no text, no YAML, no mapping, or an alias in it.
    """
    text = read_text(path)
    place = Place(str(path))
    try:
        refused = list(_refused(text, str(path)))
        if refused:
            raise ProblemsFound(refused)
        tree = _compose(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        values = {"reason": " ".join(str(error.problem or error.context).split())}
        raise ProblemsFound([Problem("yaml-broken", Place(str(path), line), values)]) from error
    except yaml.YAMLError as error:
        values = {"reason": " ".join(str(error).split())}
        raise ProblemsFound([Problem("yaml-broken", place, values)]) from error
    except RecursionError:
        raise ProblemsFound([Problem("yaml-too-deep", place)]) from None
    if tree is None:
        raise ProblemsFound([Problem("file-empty", place)])
    if not isinstance(tree, yaml.MappingNode):
        raise ProblemsFound([Problem("not-a-mapping", Place(str(path), node_line(tree)))])
    return tree


def read_text(path: Path) -> str:
    """The text of a UTF-8 file (a BOM is dropped).

    Raises: ProblemsFound when the file is missing, too large, or not UTF-8.
    """
    place = Place(str(path))
    try:
        if path.is_dir():
            raise ProblemsFound([Problem("file-is-folder", place)])
        if path.stat().st_size > _LARGEST:
            raise ProblemsFound([Problem("file-too-large", place, {"limit": str(_LARGEST)})])
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ProblemsFound([Problem("file-missing", place)]) from None
    except PermissionError:
        raise ProblemsFound([Problem("file-locked", place)]) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ProblemsFound([Problem("not-utf8", Place(str(path), line))]) from None
    except OSError as error:
        values = {"reason": error.strerror or str(error)}
        raise ProblemsFound([Problem("file-unreadable", place, values)]) from None


def _refused(text: str, file: str) -> Iterator[Problem]:
    """Aliases, and depth that no set needs.

    Looked at event by event, because composing a tree calls itself once a level: thousands of
    brackets would overrun the stack of the C loader, which no `except` can catch.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            yield Problem("yaml-alias", Place(file, _line(event)))
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                yield Problem("yaml-too-deep", Place(file, _line(event)))
                return
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _compose(text: str) -> yaml.Node | None:
    node: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    return node


def tree_faults(tree: yaml.Node, file: str) -> Iterator[Problem]:
    """Duplicate keys, and keys that are no text."""
    stack: list[yaml.Node] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, yaml.SequenceNode):
            stack += node.value
        elif isinstance(node, yaml.MappingNode):
            yield from _key_faults(node, file)
            stack += [value for _, value in node.value]


def _key_faults(node: yaml.MappingNode, file: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            yield Problem("key-not-text", Place(file, node_line(key)))
            continue
        if not _is_text(key) and key.value not in _WORDS:
            values = {"value": key.value}
            yield Problem("ambiguous-scalar", Place(file, node_line(key)), values)
        if key.value in first:
            values = {"key": key.value, "first": str(first[key.value])}
            yield Problem("duplicate-key", Place(file, node_line(key)), values)
        else:
            first[key.value] = node_line(key)


def plain_value(node: yaml.Node) -> Any:
    """The node as dict, list, str or `Plain`."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: plain_value(value) for key, value in node.value if _is_scalar(key)}
    if isinstance(node, yaml.SequenceNode):
        return [plain_value(child) for child in node.value]
    return node.value if _is_text(node) else Plain(node.value, node.tag.rpartition(":")[2])


def _is_scalar(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode)


def _is_text(node: yaml.Node) -> bool:
    return node.tag == "tag:yaml.org,2002:str"


def child(node: yaml.Node, step: int | str) -> yaml.Node | None:
    """The node one step down, or None when the step names none (a missing key, a union's tag)."""
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step] if step < len(node.value) else None
    if isinstance(node, yaml.MappingNode) and isinstance(step, str):
        return next((value for key, value in node.value if key.value == step), None)
    return None


def keys_of(node: yaml.Node | None) -> frozenset[str]:
    """The keys of a mapping; nothing of anything else."""
    if not isinstance(node, yaml.MappingNode):
        return frozenset()
    return frozenset(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))


def line_of(tree: yaml.Node, loc: Loc) -> int:
    """Line of the deepest node on the way to `loc`; of its key where a key stands before it."""
    line = node_line(tree)
    for step in loc:
        if isinstance(tree, yaml.MappingNode) and isinstance(step, str):
            line = next((node_line(k) for k, _ in tree.value if k.value == step), line)
        below = child(tree, step)
        if below is not None:
            tree = below
            if isinstance(step, int):
                line = node_line(tree)
    return line


def node_line(node: yaml.Node) -> int:
    """Line, from 1, on which a node begins."""
    return _line(node)


def _line(part: yaml.Node | yaml.Event) -> int:
    return int(part.start_mark.line) + 1 if part.start_mark else 1


def drop(tree: yaml.Node, loc: Loc) -> None:
    """Take the node at `loc` (and its key) out of the tree."""
    for step in loc[:-1]:
        below = child(tree, step)
        if below is None:
            return
        tree = below
    last = loc[-1]
    if isinstance(tree, yaml.SequenceNode) and isinstance(last, int):
        del tree.value[last]
    elif isinstance(tree, yaml.MappingNode):
        tree.value[:] = [(key, value) for key, value in tree.value if key.value != last]
