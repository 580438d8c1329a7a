"""The rooms and who may look into which: on the syntax trees, imports within functions and for types included."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

HOOK = Path(__file__).parent.parent / "hook"
NOUNS = {"cudnn_heal.catalog", "cudnn_heal.names", "cudnn_heal.model", "cudnn_heal.tuples"}
START = "cudnn_heal_start"
WORDS = ("cudnn_heal.report", "cudnn_heal.knowledge", "cudnn_heal.doctor", "cudnn_heal.cli")
FLOORS = 12

Arrows = dict[str, set[str]]


@cache
def modules() -> dict[str, Path]:
    """Return our modules by name."""
    names = {
        ".".join(path.relative_to(HOOK).with_suffix("").parts).removesuffix(".__init__"): path for path in HOOK.rglob("*.py")
    }
    assert len(names) > 50
    return names


def imported(source: str, *, types: bool, late: bool) -> set[str]:
    """Return what `source` imports, as it names it.

    :param types: also what is imported for types alone.
    :param late: also what functions import.
    """
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        for_types = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        within = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        if (for_types and not types) or (within and not late):
            return
        if isinstance(node, ast.Import):
            found.update(one.name for one in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            found.update(f"{node.module}.{one.name}" for one in node.names)
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(ast.parse(source))
    return found


@cache
def arrows(*, types: bool, late: bool) -> Arrows:
    """Return which of our modules imports which."""
    ours = modules()
    found: Arrows = {}
    for name, path in ours.items():
        wanted = imported(path.read_text(encoding="utf-8"), types=types, late=late)
        found[name] = {one if one in ours else one.rpartition(".")[0] for one in wanted} & ours.keys() - {name}
    return found


def circles(graph: Arrows) -> list[set[str]]:
    """Return the sets of modules that reach one another."""
    reached = {name: _reached(graph, name) for name in graph}
    found = [{other for other in reached[name] if name in reached[other]} for name in graph if name in reached[name]]
    return [one for number, one in enumerate(found) if one not in found[:number]]


def _reached(graph: Arrows, name: str) -> set[str]:
    seen: set[str] = set()
    left = list(graph[name])
    while left:
        one = left.pop()
        if one not in seen:
            seen.add(one)
            left += graph[one]
    return seen


def floors(graph: Arrows) -> list[str]:
    """Return the longest chain of imports, from the top down, in a graph without circles."""

    @cache
    def below(name: str) -> tuple[str, ...]:
        chains = [below(one) for one in sorted(graph[name])]
        return (name, *max(chains, key=len)) if chains else (name,)

    chain: tuple[str, ...] = max((below(name) for name in sorted(graph)), key=len)
    return list(chain)


def test_what_is_counted_here_is_seen_where_it_is_wrong() -> None:
    """The control."""
    source = "from a import b\nif TYPE_CHECKING:\n    import c\ndef f():\n    import d\n"
    assert imported(source, types=False, late=False) == {"a.b"}
    assert imported(source, types=True, late=True) == {"a.b", "c", "d"}
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == [{"b", "c"}]
    assert floors({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == ["a", "b", "c"]


def test_who_decides_knows_nouns_alone() -> None:
    graph = arrows(types=True, late=True)
    rooms = {name: graph[name] for name in graph if name.startswith("cudnn_heal.decide.")}
    assert len(rooms) >= 6
    above = {name: {one for one in found if one not in NOUNS and one not in rooms} for name, found in rooms.items()}
    assert not {name: found for name, found in above.items() if found}


@pytest.mark.parametrize("name", sorted(NOUNS))
def test_nouns_know_nobody(name: str) -> None:
    assert arrows(types=True, late=True)[name] <= {*NOUNS, START}


def test_words_are_above_everything_that_acts() -> None:
    graph = arrows(types=True, late=True)
    below = [name for name in graph if not name.startswith(WORDS) and name not in ("cudnn_heal", "cudnn_heal.__main__")]
    assert len(below) > 25
    found = {name: {one for one in graph[name] if one.startswith(WORDS)} for name in below}
    assert not {name: up for name, up in found.items() if up}


def test_there_is_no_circle() -> None:
    assert circles(arrows(types=True, late=True)) == []


def test_there_are_no_more_floors_than_one_can_keep_in_mind() -> None:
    chain = floors(arrows(types=False, late=False))
    assert len(chain) <= FLOORS, " > ".join(chain)
