"""Mutation run over the start-up file, ``decide/`` and the stamp: which faults there would the fast tests not notice.

    uv run python tests/mutation.py [PART OF A MODULE'S NAME ...]

Each mutant changes one expression or statement.  The tests are collected once and traced once; then each mutant runs in a
fork, in which the changed code takes the place of the loaded one, with the tests that reach its line, the quickest first,
until one fails.  What survives and is not in ``mutation_survivors.toml``, with the reason why it is equivalent or harmless, is
printed; the exit status is 1 where a module is below the bar.
"""

from __future__ import annotations

import ast
import copy
import gc
import importlib
import os
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
HOOK = ROOT / "hook"
MODULES = [
    "cudnn_heal_start",
    "cudnn_heal.memory.stamp",
    *sorted(f"cudnn_heal.decide.{path.stem}" for path in (HOOK / "cudnn_heal/decide").glob("*.py") if path.stem != "__init__"),
]
TESTS = ["tests/test_start.py", "tests/inprocess/test_watch.py", "tests/memory", "tests/decide", "tests/test_service.py"]
BAR = 0.93
"""The part of a module's mutants that must be killed, or explained."""
FAST_SECONDS = 0.5
"""Slower tests are left out; traced they take several times as long as otherwise."""
OTHERS_RUN = 100
"""How many tests are run for a mutant besides those of the file that mirrors its module: the quickest that reach it."""
TIMEOUT_SECONDS = 60
PROCESSES = 2

COMPARED = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
CALCULATED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.BitAnd: ast.BitOr}
OTHERS = {"any": "all", "all": "any", "min": "max", "max": "min", "startswith": "endswith", "endswith": "startswith"}


class Mutant:
    """One change of one module: `node` of `tree` becomes what `changed` is."""

    def __init__(self, module: str, scope: tuple[str, ...], tree: ast.Module, node: ast.AST, changed: ast.AST) -> None:
        self.module, self.scope, self.tree, self.line = module, scope, tree, node.lineno  # type: ignore[attr-defined]
        self._change = node, changed.__class__, {**node.__dict__, **changed.__dict__}
        before = ast.unparse(node).partition("\n")[0]
        undo = node, node.__class__, dict(node.__dict__)
        self.apply()
        self.text = f"{'.'.join(scope) or 'module'}: {before} -> " + ast.unparse(node).partition("\n")[0]
        _become(*undo)

    def apply(self) -> None:
        """Change the tree, for good."""
        _become(*self._change)


def _become(node: ast.AST, kind: type, fields: dict[str, Any]) -> None:
    node.__class__, node.__dict__ = kind, fields


def mutants(module: str) -> list[Mutant]:
    """Return all mutants of `module`."""
    path = HOOK / (module.replace(".", "/") + ".py")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [Mutant(module, scope, tree, node, changed) for node, scope in _nodes(tree, ()) for changed in _changed(node, scope)]


def _nodes(node: ast.AST, scope: tuple[str, ...]) -> Iterator[tuple[ast.AST, tuple[str, ...]]]:
    """Yield what can be changed, and the outermost function or method in which it stands."""
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        inner = (*scope, node.name)
        body = node.body[1:] if ast.get_docstring(node) is not None else node.body
        for one in body:
            yield from _nodes(one, inner)
        return
    if isinstance(node, ast.AnnAssign):
        if node.value:
            yield from _nodes(node.value, scope)
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):  # a docstring
        return
    if isinstance(node, ast.Assign) and "Literal[" in ast.unparse(node.value):
        return
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.Assert)):  # an assertion tells mypy what can't be otherwise
        return
    if not isinstance(node, ast.Module):
        yield node, scope
    for child in ast.iter_child_nodes(node):
        if not isinstance(node, ast.JoinedStr) or isinstance(child, ast.FormattedValue):
            yield from _nodes(child, scope)


def _changed(node: ast.AST, scope: tuple[str, ...]) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        for number, operator in enumerate(node.ops):
            if type(operator) in COMPARED:
                ops = [*node.ops[:number], COMPARED[type(operator)](), *node.ops[number + 1 :]]
                yield ast.Compare(node.left, ops, node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        for number in range(len(node.values)):
            values = [*node.values[:number], *node.values[number + 1 :]]
            yield ast.BoolOp(node.op, values) if len(values) > 1 else copy.copy(values[0])
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield copy.copy(node.operand)
    elif isinstance(node, ast.BinOp) and type(node.op) in CALCULATED:
        yield ast.BinOp(node.left, CALCULATED[type(node.op)](), node.right)
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, (ast.If, ast.IfExp, ast.While)) and isinstance(node.test, (ast.Name, ast.Attribute, ast.Call)):
        negated = copy.copy(node)
        negated.test = ast.UnaryOp(ast.Not(), node.test)
        yield negated
    elif isinstance(node, ast.Return) and node.value and not isinstance(node.value, ast.Constant):
        yield ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in OTHERS:
        yield ast.Call(ast.Name(OTHERS[node.func.id], ast.Load()), node.args, node.keywords)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in OTHERS:
        yield ast.Call(ast.Attribute(node.func.value, OTHERS[node.func.attr], ast.Load()), node.args, node.keywords)
    elif isinstance(node, (ast.Expr, ast.AugAssign, ast.Raise, ast.Continue, ast.Break)) and scope:
        yield ast.Pass()
    elif isinstance(node, (ast.Tuple, ast.List)) and isinstance(node.ctx, ast.Load) and not scope:
        for number in range(len(node.elts)):
            shorter = copy.copy(node)
            shorter.elts = [*node.elts[:number], *node.elts[number + 1 :]]
            yield shorter


def _constants(node: ast.Constant) -> Iterator[ast.AST]:
    if node.value is True or node.value is False:
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
    elif isinstance(node.value, float):
        yield ast.Constant(node.value * 2)
    elif isinstance(node.value, (str, bytes)):
        empty, other = ("", "mutant") if isinstance(node.value, str) else (b"", b"mutant")
        yield ast.Constant(empty if node.value else other)


def install(mutant: Mutant) -> None:
    """Put the mutant's code into the loaded module."""
    mutant.apply()
    module = importlib.import_module(mutant.module)
    path = module.__file__ or ""
    code = compile(ast.fix_missing_locations(mutant.tree), path, "exec")
    if mutant.scope and _replace(module, mutant.scope, code):
        return
    # A test may run the file itself.
    file = Path(tempfile.gettempdir(), f"mutant-{os.getpid()}.py")
    file.write_text(ast.unparse(mutant.tree), encoding="utf-8")
    module.__file__ = str(file)
    # At the module's head: what others have imported of it by name is replaced there too.
    space: dict[str, Any] = {"__name__": module.__name__, "__file__": path, "__package__": module.__package__}
    exec(code, space)
    for name, value in space.items():
        old = module.__dict__.get(name)
        if name.startswith("__") or (callable(value) and not isinstance(value, type)):
            continue
        for other in [one for one in sys.modules.values() if one and getattr(one, "__dict__", {}).get(name) is old]:
            setattr(other, name, value)


def _replace(module: Any, scope: tuple[str, ...], code: CodeType) -> bool:
    """Give the function that `scope` names the code that it has in `code`; tell whether there is such a function."""
    place, found = module, code
    for number, name in enumerate(scope):
        inner = [one for one in found.co_consts if isinstance(one, CodeType) and one.co_name == name]
        place = place.__dict__.get(name) if isinstance(place, type) else getattr(place, name, None)
        if not inner or place is None:
            return False
        found = inner[-1]
        function: Any = place.fget if isinstance(place, property) else getattr(place, "__func__", place)
        function = getattr(function, "__wrapped__", function)
        if hasattr(function, "__code__"):
            function.__code__ = found
            return True
        assert number < len(scope)
    return False


class Run:
    """The plugin: traces the tests, then runs each mutant."""

    def __init__(self, names: list[str]) -> None:
        self.mutants = [mutant for name in names for mutant in mutants(name)]
        self.names = names
        self.reach: dict[tuple[str, int], set[int]] = defaultdict(set)
        self.seconds: dict[int, float] = {}
        self.failed = False
        self.survivors: list[Mutant] = []
        self.bad = False

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Keep that a test failed."""
        self.failed = self.failed or report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run in place of the tests alone."""
        self._trace(session)
        gc.freeze()  # or each fork would copy what its collector touches
        begun = time.monotonic()
        running: dict[int, tuple[Mutant, float]] = {}
        for number, mutant in enumerate(self.mutants):
            if number % 100 == 0:
                print(f" {number} of {len(self.mutants)}", end="", flush=True)
            if len(running) >= PROCESSES:
                self._wait(running)
            pid = os.fork()
            if pid == 0:
                self._child(session, mutant)
            running[pid] = (mutant, time.monotonic())
        while running:
            self._wait(running)
        self._tell(time.monotonic() - begun)
        return True

    def _trace(self, session: pytest.Session) -> None:
        paths = {str(HOOK / (name.replace(".", "/") + ".py")): name for name in self.names}
        for number, item in enumerate(session.items):
            lines: set[tuple[str, int]] = set()

            def local(frame: FrameType, event: str, _: Any, lines: set[tuple[str, int]] = lines) -> Any:
                lines.add((paths[frame.f_code.co_filename], frame.f_lineno))
                return local

            def glob(frame: FrameType, event: str, _: Any, local: Any = local) -> Any:
                return local(frame, event, None) if frame.f_code.co_filename in paths else None

            begun = time.process_time()
            sys.settrace(glob)
            try:
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            finally:
                sys.settrace(None)
            seconds = time.process_time() - begun
            if seconds > FAST_SECONDS:
                continue
            self.seconds[number] = seconds
            for line in lines:
                self.reach[line].add(number)
        if self.failed:
            raise pytest.UsageError("a test fails without any mutant")

    def _child(self, session: pytest.Session, mutant: Mutant) -> None:
        signal.alarm(TIMEOUT_SECONDS)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 1)
        os.dup2(null, 2)
        session.config.pluginmanager.unregister(name="terminalreporter")
        try:
            install(mutant)
            for number in self._order(session, mutant):
                item = session.items[number]
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                if self.failed:
                    break
        except BaseException:
            self.failed = True
        Path(tempfile.gettempdir(), f"mutant-{os.getpid()}.py").unlink(missing_ok=True)
        os._exit(self.failed)

    def _order(self, session: pytest.Session, mutant: Mutant) -> list[int]:
        """Return which tests to run: those of the mirroring file, then of every other one the quickest in turn."""
        mirror = f"test_{mutant.module.rpartition('.')[2]}.py".replace("test_cudnn_heal_", "test_")
        files: dict[str, list[int]] = defaultdict(list)
        for number in sorted(self._reaching(mutant), key=lambda one: self.seconds[one]):
            files[session.items[number].path.name].append(number)
        first = files.pop(mirror, [])
        places = {number: place for numbers in files.values() for place, number in enumerate(numbers)}
        return first + sorted(places, key=lambda one: places[one])[:OTHERS_RUN]

    def _reaching(self, mutant: Mutant) -> set[int]:
        if not mutant.scope:  # a constant is read by who does not call what stands beside it
            return set(self.seconds)
        # A statement's first line is traced; an expression may stand on a later one.
        for line in range(mutant.line, 0, -1):
            if (mutant.module, line) in self.reach:
                return self.reach[mutant.module, line]
        return set()

    def _wait(self, running: dict[int, tuple[Mutant, float]]) -> None:
        pid, status = os.wait()
        mutant, _ = running.pop(pid)
        if status == 0:
            self.survivors.append(mutant)
            print(f"\n  {mutant.module} {mutant.line}: {mutant.text}", end="", flush=True)

    def _tell(self, seconds: float) -> None:
        known = _known()
        print(f"\n{len(self.mutants)} mutants in {seconds:.0f} s")
        for name in self.names:
            total = [one for one in self.mutants if one.module == name]
            left = [one for one in self.survivors if one.module == name]
            told = [one for one in left if one.text in known.get(name, {})]
            killed = len(total) - len(left)
            print(f"{name}: {killed} of {len(total)} killed ({killed / len(total):.1%}), {len(told)} of {len(left)} explained")
            self.bad = self.bad or killed < BAR * len(total) or len(told) < len(left)
            for one in left:
                if one not in told:
                    print(f"  not explained: {one.line}: {one.text}")
            for text in known.get(name, {}).keys() - {one.text for one in left}:
                print(f"  no longer a survivor: {text}")


def _known() -> dict[str, dict[str, str]]:
    text = Path(__file__).with_name("mutation_survivors.toml").read_text(encoding="utf-8")
    known: dict[str, dict[str, str]] = tomllib.loads(text)
    return known


def main(words: list[str]) -> int:
    """Run the mutants of the modules whose names contain one of `words`; of all without any."""
    run = Run([name for name in MODULES if not words or any(word in name for word in words)])
    os.chdir(ROOT)
    code = pytest.main(["-q", "-n0", "-p", "no:cacheprovider", "-p", "no:randomly", *TESTS], plugins=[run])
    return int(code) or int(run.bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
