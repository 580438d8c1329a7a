"""Programs that import what our code serves: how they are made up, run, and what must be true of each.

`fuzz.interpreter` runs them, in an interpreter of an environment with made-up wheels in it; here it is decided what they do.
"""

from __future__ import annotations

import marshal
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from hardening.venv import demo
from hypothesis import strategies as st

from fuzz.interpreter import CONSUMERS, KINDS
from support.environments import clean_environ
from support.fake_gpu import WITH_A_GPU, can_play, has_gpu
from support.wheels import Site, onnxruntime_wheel, torch_wheel

COUNTS: Counter[str] = Counter()
"""What happened in all programs together."""
PACKAGES = {
    "broken": "import torch\nraise ImportError('its own')\n",
    "optional": "try:\n    import broken\nexcept ImportError:\n    import onnxruntime\nVALUE = 'optional'\n",
    "outer": "import csv\nimport ctranslate2\nimport torch\nVALUE = csv.__name__\n",
}
IMPORTS = {
    "broken": ("broken", "torch"),
    "optional": ("optional", "broken", "torch", "onnxruntime"),
    "outer": ("outer", "csv", "ctranslate2", "torch"),
}
"""What else is imported with what."""
LIMIT = 60
AFTER_A_HANG = 8
"""Seconds until a program's stacks are dumped, and it ends; it takes a tenth of one. After a hang, others are like it."""

Step = tuple[str, str, list[Any], list[Any]]


class Program(NamedTuple):
    """A program: its threads' steps, the main thread's first."""

    own: bool
    """Whether there are modules of its own with names of the standard library's."""
    threads: list[list[Step]]


def touched(steps: list[Step]) -> set[str]:
    """Return the names of all that `steps`, and handlers meanwhile, import."""
    names = {name for _, one, _, _ in steps if one for name in IMPORTS.get(one, (one,))}
    names |= {argument for _, _, actions, _ in steps for _, _, action, argument in actions if action == "import"}
    return names.union(*(touched(further) for _, _, _, further in steps))


# How they are made up.

NUMBERS = {
    "audit": st.one_of(st.integers(0, 30), st.integers(0, 220)),
    "line": st.one_of(st.integers(0, 100), st.integers(0, 3000), st.integers(0, 15000)),
}
"""At which points: an import of one package, when nothing of ours is loaded, has some 200 and 10,000 to 15,000."""


@st.composite
def actions(draw: st.DrawFn, threaded: bool, is_main: bool) -> list[Any]:
    """Make up what happens within our code: at which point, and what."""
    found = []
    for _ in range(draw(st.sampled_from([0, 1, 1, 2, 3]))):
        action = draw(st.sampled_from(["yield", "yield", "raise"] if threaded else ["raise", "import"]))
        kinds: list[Literal["audit", "line"]] = ["audit", "line"]
        kind = draw(st.sampled_from(kinds if is_main or action == "yield" else kinds[1:]))
        argument = {"yield": "", "raise": draw(st.sampled_from(sorted(KINDS))), "import": "csv"}[action]
        found.append([kind, draw(NUMBERS[kind]), action, argument])
    return found


@st.composite
def steps(draw: st.DrawFn, threaded: bool, is_main: bool, may_fork: bool) -> list[Step]:
    """Make up some steps of a thread."""
    found: list[Step] = []
    for _ in range(draw(st.integers(1, 4))):
        what = draw(st.sampled_from(["import", "import", "import", "later", "lazy", *["fork"] * may_fork]))
        given = actions(threaded, is_main)
        if what == "fork":
            found.append(("fork", "", [], draw(steps(False, True, False))))
        elif what == "import":
            names = (*CONSUMERS, *CONSUMERS, "csv", "json", *PACKAGES)
            found.append(("import", draw(st.sampled_from(names)), draw(given), []))
        else:
            pair = ("find", "execute") if what == "later" else ("lazy", "touch")
            name = draw(st.sampled_from(CONSUMERS))
            found += [(one, name, draw(given) if what == "later" else [], []) for one in pair]
    return found


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Make up a program that has the same outcome whichever of its threads comes first."""
    count = draw(st.integers(1, 3))
    found = [draw(steps(count > 1, number == 0, True)) for number in range(count)]
    return Program(draw(st.booleans()), [_apart(own, [one for one in found if one is not own]) for own in found])


def _apart(own: list[Step], others: list[list[Step]]) -> list[Step]:
    """Return the steps of a thread without what Python itself leaves to chance where others import the same.

    A thread that waits for a module whose import fails then gets a module that was never executed; and a fork keeps the locks
    of what other threads are importing.
    """
    theirs: set[str] = set().union(*map(touched, others))
    found: list[Step] = []
    for what, name, given, further in own:
        mine = touched([(what, name, [], [])])
        if theirs & mine & {"broken"} or (what in ("lazy", "touch") and theirs & mine):
            continue
        if theirs & mine or any(_is_left_to_chance(one, mine) for one in others):
            given = [one for one in given if one[2] != "raise"]
        found.append((what, name, given, _with_other_names(further, theirs)))
    return found


def _with_other_names(steps: list[Step], taken: set[str]) -> list[Step]:
    """Return `steps`, with a package that is not in `taken` where they import one that is; without them, where none is left."""
    free = [name for name in CONSUMERS if name not in taken]
    found = []
    for what, name, given, further in steps:
        given = [one for one in given if one[3] not in taken]
        if not taken & touched([(what, name, [], [])]):
            found.append((what, name, given, further))
        elif free:
            found.append((what, free[0], given, further))
    return found


def _is_left_to_chance(steps: list[Step], names: set[str]) -> bool:
    return any(what == "lazy" and name in names for what, name, _, _ in steps)


# How they are run.


class Failed(AssertionError):
    """Something is not true of a program."""


class Interpreter:
    """An interpreter that has started, and runs each program in a fork of itself."""

    def __init__(self, command: list[str], environ: dict[str, str], errors: Path) -> None:
        self.errors = errors
        with errors.open("wb") as file:
            self.process = subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file)

    def run(self, program: Program, limit: float) -> Any:
        """Run `program`, and return what came of its threads and how it stood at its end.

        :raises Failed: it did not end by itself.
        """
        assert self.process.stdin and self.process.stdout
        os.truncate(self.errors, 0)
        packed = marshal.dumps((limit, program.own, [[[*one] for one in steps] for steps in _plain(program.threads)]), 2)
        self.process.stdin.write(len(packed).to_bytes(8, "big") + packed)
        self.process.stdin.flush()
        size = int.from_bytes(self.process.stdout.read(8), "big")
        status, outcome = marshal.loads(self.process.stdout.read(size))
        told = self.errors.read_bytes().replace(b"\0", b"").decode(errors="replace")
        if "most recent call first" in told:
            raise Hung(f"it does not end\n{told}")
        if status or outcome is None or told:
            raise Failed(f"it ended with {status}\n{told}")
        return outcome

    def close(self) -> None:
        """Let it end."""
        self.process.communicate()


class Hung(Failed):
    """A program did not end within its time."""


def _plain(value: Any) -> Any:
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value


class World:
    """An environment, two interpreters in it, with our hook and without, and what an import alone comes to."""

    def __init__(self, root: Path, python: str = sys.executable, planted: Sequence[tuple[str, str, str]] = ()) -> None:
        """Make the environment below `root`.

        :param planted: a fault: in which file of ours, what stands there, and what shall stand there.
        """
        self.limit: float = LIMIT
        environment, site = demo(root / "venv", python)
        site.install(onnxruntime_wheel()).install(torch_wheel())
        for name in CONSUMERS:
            with (site.path / name / "__init__.py").open("a") as file:
                file.write(f"VALUE = {name!r}\n")
        for file_name, before, after in planted:
            text = (site.path / file_name).read_text()
            assert text.count(before) == 1, f"the control: this stands once in {file_name}"
            (site.path / file_name).write_text(text.replace(before, after))
        Site(root / "foreign").cudnn("9.1.0.70")
        self._lay_program(root / "program")
        environment.settle()
        before_it = WITH_A_GPU if not has_gpu() and can_play() else []
        command = [*before_it, str(environment.interpreter), "-W", "ignore", str(root / "program/main.py")]
        environ = {"LD_LIBRARY_PATH": str(root / "foreign/nvidia/cudnn/lib")}
        self.hooked = Interpreter(command, clean_environ(**environ), root / "hooked.txt")
        self.bare = Interpreter(command, clean_environ(**environ, CUDNN_HEAL="off"), root / "bare.txt")
        self.alone = {name: self._plain_import(name) for name in CONSUMERS}
        self.all = self._plain_import(*CONSUMERS)
        assert min(len(self.alone[name]["mapped"]) for name in ("ctranslate2", "torch")) > 0, "the control: these are served"

    def _lay_program(self, folder: Path) -> None:
        for name in ("own", "plain", "packages"):
            (folder / name).mkdir(parents=True)
        shutil.copy(Path(__file__).with_name("interpreter.py"), folder / "main.py")
        for name in ("csv", "json"):
            (folder / "own" / f"{name}.py").write_text("VALUE = 'own'\n")
        for name, text in PACKAGES.items():
            (folder / "packages" / f"{name}.py").write_text(text)

    def _plain_import(self, *names: str) -> Any:
        program = Program(False, [[("import", name, [], []) for name in names]])
        (outcomes,), state = self.hooked.run(program, self.limit)
        assert [one[0][0] for one in outcomes] == ["came"] * len(names), outcomes
        assert not state["busy"] and not state["error"] and not state["half made"], state
        return state

    def close(self) -> None:
        """Let the interpreters end."""
        self.hooked.close()
        self.bare.close()

    # What must be true.

    def check(self, program: Program) -> None:
        """Run `program` with our hook and without, and assert what must be true."""
        try:
            threads, state = self.hooked.run(program, self.limit)
        except Hung:
            self.limit = AFTER_A_HANG
            raise
        COUNTS["programs"] += 1
        COUNTS["threads"] += len(threads)
        without = Program(program.own, [_instead(*one) for one in zip(program.threads, threads)])
        expected, bare = self.bare.run(without, self.limit)
        for number, (came, should) in enumerate(zip(threads, expected)):
            self.check_steps(f"thread {number}", program.threads[number], came, should)
        self.check_state(state)
        assert state["modules"] == bare["modules"], "other modules are left than without our hook"
        assert state["finders"] == ["cudnn_heal_start.find_spec", *bare["finders"]]
        assert state["busy"] == [], "a mark is left"
        assert not state["half made"], f"half made is {state['half made']}"

    def check_steps(self, where: str, program: list[Step], came: list[Any], should: list[Any]) -> None:
        """Assert that what came of each step is what comes of it without our hook."""
        assert len(came) == len(should) == len(program), f"{where} did not end"
        for step, mine, other in zip(program, came, should):
            outcome, fired, handled, _ = mine
            for _, action, argument in fired:
                COUNTS[f"handlers that {action} {argument}"] += 1
            COUNTS["steps"] += 1
            if step[0] == "fork":
                COUNTS["forks"] += 1
                status, child = outcome[1]
                other_status, other_child = other[0][1]
                assert (status, other_status) == (0, 0) and child and other_child, f"{where}: the child ended with {status}"
                self.check_steps(f"{where}, the child", step[3], child[0], other_child[0])
                self.check_child(child[1], child[2])
                continue
            assert outcome == other[0], f"{where}, {step[:2]}: {outcome}, without our hook {other[0]}"
            assert handled == other[2], f"{where}, {step[:2]}: its handlers got {handled}, without our hook {other[2]}"

    def check_child(self, state: Any, before: list[str]) -> None:
        """Assert that a forked child stands as it should."""
        self.check_state(state)
        assert not any(mine for mine, _ in state["busy"]), "a mark of the child is left"
        if {*state["executed"]} - {*before}:
            COUNTS["forks that import"] += 1
            assert not state["busy"], "a mark of a thread that is no more is left"
            assert not state["half made"], f"half made is {state['half made']}"

    def check_state(self, state: Any) -> None:
        """Assert that each package is served as when it is imported alone, and that nothing of ours is left behind."""
        mapped = {*state["mapped"]}
        for name in state["executed"]:
            COUNTS[f"{name} imported"] += 1
            lacking = {*self.alone[name]["mapped"]} - mapped
            assert not lacking, f"{name} is not served: {sorted(lacking)} ({state['error']})"
        assert mapped <= {*self.all["mapped"]}, "something else is loaded than in a plain import"
        for name, errors in state["errors"].items():
            assert errors == self.all["errors"].get(name), f"{name}: {errors}"
        assert {*state["ours"]} <= {*self.all["ours"]}, "more of ours is left than after a plain import"
        assert not state["error"], state["error"]


def _instead(program: list[Step], came: list[Any]) -> list[Step]:
    """Return `program` with what happened within our code at the place in the program where it happened."""
    found = []
    for (what, name, _, further), (outcome, fired, _, _) in zip(program, came):
        child = outcome[1][1] if what == "fork" else None
        found.append((what, name, fired, _instead(further, child[0]) if child else further))
    return found


def numbers() -> str:
    """Return the counts in words."""
    return ", ".join(f"{what}: {count}" for what, count in sorted(COUNTS.items()))
