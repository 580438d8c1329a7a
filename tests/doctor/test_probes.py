"""What probes are made of: their text must run alone, in an interpreter without cudnn-heal."""

from __future__ import annotations

import ast
import builtins
import dis
import importlib
import inspect
import pkgutil
import subprocess
import sys
import wave
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from cudnn_heal import doctor
from cudnn_heal.doctor import checks, driver, prelude, proving, stack

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the doctor knows Linux only")

MODULES = [importlib.import_module(f"{checks.__name__}.{found.name}") for found in pkgutil.iter_modules(checks.__path__)]
HELPERS = {"tiny_whisper", "toy", "calculate", "one_operator", "memory", "memory_at", "heard", "next_size", "in_turn"}
"""Functions that probes are given with ``uses``."""
PROBES = [
    function
    for module in [*MODULES, driver, proving]
    for name, function in vars(module).items()
    if inspect.isfunction(function)
    and function.__module__ == module.__name__
    and (name.startswith("probe_") or name in HELPERS)
]


def test_there_are_probes() -> None:
    assert len(PROBES) >= 17


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: f"{probe.__module__.rpartition('.')[2]}.{probe.__name__}")
def test_a_probe_uses_only_what_goes_with_it(probe: FunctionType) -> None:
    known = {*vars(prelude), *vars(builtins), *HELPERS}
    assert sorted(_globals(probe.__code__) - known) == []


def test_probes_have_names_of_their_own() -> None:
    """One process may run several."""
    names = [probe.__name__ for probe in PROBES]
    assert len(set(names)) == len(names)


def test_the_prelude_imports_the_standard_library_only() -> None:
    code = "import sys, runpy; sys.path[:] = [p for p in sys.path if 'site-packages' not in p]; runpy.run_path(sys.argv[1])"
    subprocess.run([sys.executable, "-I", "-S", "-c", code, prelude.__file__], check=True)


def test_no_module_needs_one_that_needs_it_not_even_within_a_function() -> None:
    paths = {found.name: found for found in pkgutil.walk_packages(doctor.__path__, f"{doctor.__name__}.")}
    graph = {name: _imports(Path(inspect.getfile(importlib.import_module(name)))) & (paths.keys() - {name}) for name in paths}
    while leaves := {name for name, needs in graph.items() if not needs}:
        graph = {name: needs - leaves for name, needs in graph.items() if name not in leaves}
    assert graph == {}


def test_checks_have_names_of_their_own_and_rest_on_earlier_ones() -> None:
    every = [*checks.CHECKS, *checks.WITH_MODEL]
    names = [check.name for check in every]
    assert len(set(names)) == len(names)
    assert all(names.index(one) < names.index(check.name) for check in every for one in check.rests_on)


def test_the_sample_is_small_speech_that_the_standard_library_reads() -> None:
    with wave.open(stack.SAMPLE) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (1, 16000, 1)
        assert 3 < file.getnframes() / file.getframerate() < 8
        assert file.getnframes() < 100_000


def _imports(path: Path) -> set[str]:
    """Return what the module at `path` imports from the package anywhere, for types alone aside."""
    found: set[str] = set()
    nodes: list[ast.AST] = [ast.parse(path.read_text())]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom):
            found.update({str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)})
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        nodes += ast.iter_child_nodes(node)
    return found


def _globals(code: CodeType) -> set[str]:
    """Return the global names that `code` and the functions within it load."""
    names: set[str] = {one.argval for one in dis.get_instructions(code) if one.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names |= _globals(constant)
    return names
