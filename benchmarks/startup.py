"""What cudnn-heal costs every interpreter start: instructions, system calls and, for information, wall time.

    python benchmarks/startup.py            a Markdown table
    python benchmarks/startup.py --json     the same numbers, for the test that guards them
    python benchmarks/startup.py --first    the first start after a change with 300 distributions, against importlib.metadata

Needs uv, valgrind and strace.  Instructions are counted with a fixed hash seed, and are the same in every run; valgrind puts an
``LD_LIBRARY_PATH`` of its own before the interpreter, which is taken away again, since the hook looks at it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "hook")]

from hardening.venv import create  # noqa: E402

from environment import Environment, clean_environ, uv  # noqa: E402  (found by the line above)
from made_up import Site  # noqa: E402

SETUPTOOLS = "setuptools==80.9.0"
WALL_ROUNDS = 30
NOBODY = 65534
WRITING = re.compile(r"^open\w*\(.*(O_WRONLY|O_RDWR|O_CREAT)|^(mkdir|rename|unlink|symlink|link|chmod|fchmod|write)\w*\(")


@dataclass
class Case:
    """One environment, and what a start in it costs."""

    name: str
    environment: Environment
    environ: dict[str, str] = field(default_factory=dict)
    instructions: int = 0
    calls: int = 0
    """System calls of a start."""
    own_calls: int = 0
    """Of them those that are not part of finding and reading the hook's one module."""
    seconds: float = 0.0
    modules: tuple[str, ...] = ()
    written: tuple[str, ...] = ()


def _bare(path: Path, python: str) -> Environment:
    uv("venv", "--python", python, path)
    return Environment(path)


def _floor(path: Path, python: str) -> Environment:
    environment = _bare(path, python)
    (environment.site_packages / "floor").mkdir()
    (environment.site_packages / "floor" / "__init__.py").touch()
    (environment.site_packages / "floor.pth").write_text("import floor\n")
    return environment


def _setuptools(path: Path, python: str) -> Environment:
    environment = _bare(path, python)
    environment.install(SETUPTOOLS)
    return environment


def _healed(path: Path, python: str, change: Callable[[Environment, Site], None] | None = None) -> Environment:
    environment, site = create(path, python)
    site.ctranslate2().cudnn().cublas()
    for _ in range(3):  # the folders must have been still for a moment before they are recorded
        environment.start()
        time.sleep(0.05)
    if change:
        change(environment, site)
    return environment


def _read_only(environment: Environment, site: Site) -> None:
    """Let the folder be another user's, or for other users than root, one that can't be written; and needing a heal."""
    (site.libs / "libcublas.so.12").unlink()
    for path in (site.libs / ".cudnn-heal").iterdir():
        path.unlink()
    if os.geteuid() == 0:
        os.chown(site.libs, NOBODY, NOBODY)
    else:
        site.libs.chmod(0o555)


def _pause(environment: Environment, site: Site) -> None:
    environment.heal("--restore", environ={"CUDNN_HEAL": "off"})


def cases(folder: Path, python: str) -> list[Case]:
    """Make the environments below `folder`."""
    not_needed, _ = create(folder / "not-needed", python)
    other = folder / "other"
    other.mkdir()
    (other / "libcudnn.so.9").touch()
    return [
        Case("bare interpreter", _bare(folder / "bare", python)),
        Case("empty one-package hook (the floor)", _floor(folder / "floor", python)),
        Case(f"setuptools' hook ({SETUPTOOLS})", _setuptools(folder / "setuptools", python)),
        Case("cudnn-heal, healthy", _healed(folder / "healthy", python)),
        Case("cudnn-heal, not needed", not_needed),
        Case("cudnn-heal, read-only", _healed(folder / "read-only", python, _read_only)),
        Case("cudnn-heal, paused", _healed(folder / "paused", python, _pause)),
        Case("cudnn-heal, shadowed", _healed(folder / "shadowed", python), {"LD_LIBRARY_PATH": str(other)}),
    ]


def compile_all(environment: Environment) -> None:
    """Write bytecode for the modules that start-up imports; the standard library has its own already."""
    names = [environment.site_packages / name for name in ("floor", "_distutils_hack", "cudnn_heal_start.py", "_virtualenv.py")]
    environment.python("-S", "-m", "compileall", "-q", *[name for name in names if name.exists()])


def remove_bytecode(environment: Environment) -> None:
    """Remove the bytecode again."""
    for folder in (environment.site_packages, *environment.site_packages.glob("[!n]*/")):
        for path in folder.glob("__pycache__/*.pyc"):
            path.unlink()


def measure(case: Case, bytecode: bool) -> None:
    """Count the instructions and the system calls of a start."""
    environ = clean_environ(PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1")
    library_path = [f"LD_LIBRARY_PATH={value}" for value in case.environ.values()] or ["-u", "LD_LIBRARY_PATH"]
    start = [str(case.environment.interpreter), "-s", "-c", "pass"]
    counted = _run(
        [
            "valgrind",
            "--trace-children=yes",
            "--tool=callgrind",
            "--callgrind-out-file=/dev/null",
            "env",
            *library_path,
            *start,
        ],
        environ,
    )
    case.instructions = int(re.findall(r"refs:\s+([\d,]+)", counted)[-1].replace(",", ""))
    lines = _calls(case, start, environ)
    case.calls = len(lines)
    case.own_calls = _own_calls(case, start, environ, bytecode)
    case.written = tuple(line for line in lines if WRITING.search(line))
    shown = _run([*start[:-1], "import sys; print(*sorted(sys.modules), file=sys.stderr)"], {**environ, **case.environ})
    case.modules = tuple(shown.split())


def _calls(case: Case, start: list[str], environ: dict[str, str]) -> list[str]:
    with tempfile.NamedTemporaryFile() as log:
        _run(["strace", "-o", log.name, *start], {**environ, **case.environ})
        lines = Path(log.name).read_text(errors="replace").splitlines()
    return [line for line in lines if "(" in line and "=" in line]


def _own_calls(case: Case, start: list[str], environ: dict[str, str], bytecode: bool) -> int:
    """Count the calls that the hook makes beyond being imported: against an empty module in its place."""
    module = case.environment.site_packages / "cudnn_heal_start.py"
    if not module.exists():
        return 0
    text = module.read_text()
    module.write_text("")
    (compile_all if bytecode else remove_bytecode)(case.environment)
    empty = len(_calls(case, start, environ))
    module.write_text(text)
    (compile_all if bytecode else remove_bytecode)(case.environment)
    return case.calls - empty


def wall(cases: list[Case]) -> None:
    """Time starts, taking turns, so that what else the machine does falls on all alike."""
    times: dict[str, list[float]] = {case.name: [] for case in cases}
    for _ in range(WALL_ROUNDS):
        for case in cases:
            environ = clean_environ(PYTHONDONTWRITEBYTECODE="1", **case.environ)
            before = time.perf_counter()
            subprocess.run([str(case.environment.interpreter), "-s", "-c", "pass"], env=environ, check=True)
            times[case.name].append(time.perf_counter() - before)
    for case in cases:
        case.seconds = statistics.median(times[case.name])


def first_start(folder: Path, python: str, distributions: int = 300, rounds: int = 15) -> dict[str, float]:
    """Time the first start after a change, with `distributions` installed, against importing importlib.metadata."""
    environment = _healed(folder / "first", python)
    for number in range(distributions):
        Site(environment.site_packages).write({f"made_up_{number}/__init__.py": b""}, f"made-up-{number}", "1.0")
    environment.python(
        "-m", "compileall", "-q", environment.site_packages / "cudnn_heal", environment.site_packages / "cudnn_heal_start.py"
    )
    python_path = str(environment.interpreter)
    times: dict[str, list[float]] = {"bare": [], "first": [], "importlib.metadata": []}
    for _ in range(rounds):
        for name, code, environ in (
            ("bare", "pass", {"CUDNN_HEAL": "off"}),
            ("first", "pass", {}),
            ("importlib.metadata", "import importlib.metadata", {"CUDNN_HEAL": "off"}),
        ):
            (environment.libs / "libcublas.so.12").unlink(missing_ok=True)
            time.sleep(0.03)
            before = time.perf_counter()
            subprocess.run(
                [python_path, "-s", "-c", code], env=clean_environ(PYTHONDONTWRITEBYTECODE="1", **environ), check=True
            )
            times[name].append(time.perf_counter() - before)
    median = {name: statistics.median(values) for name, values in times.items()}
    return {**median, "ratio": (median["first"] - median["bare"]) / (median["importlib.metadata"] - median["bare"])}


def _run(command: list[str], environ: dict[str, str]) -> str:
    result = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(f"{command} -> {result.returncode}\n{result.stderr}")
    return result.stderr


def table(rows: list[Case], bytecode: bool) -> list[str]:
    """Return a Markdown table."""
    bare, floor = rows[0], rows[1]
    lines = [
        f"| {'with bytecode' if bytecode else 'without bytecode'} | instructions above bare | x the floor "
        "| system calls above bare | its own | ms |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for case in rows:
        extra = case.instructions - bare.instructions
        ratio = extra / (floor.instructions - bare.instructions)
        lines.append(
            f"| {case.name} | {extra / 1e6:.2f} M | {ratio:.2f} "
            f"| {case.calls - bare.calls} | {case.own_calls} | {case.seconds * 1000:.1f} |"
        )
    return lines


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print the numbers, for programs")
    parser.add_argument("--python", default=sys.executable, help="the interpreter to measure")
    parser.add_argument("--first", action="store_true", help="the first start after a change only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.first:
            print(json.dumps(first_start(Path(folder), options.python)))
            return
        rows = cases(Path(folder), options.python)
        results = {}
        for bytecode in (True, False):
            for case in rows:
                (compile_all if bytecode else remove_bytecode)(case.environment)
                measure(case, bytecode)
            if not options.json:
                wall(rows)
                print("\n".join([*table(rows, bytecode), ""]))
            results["bytecode" if bytecode else "no-bytecode"] = {
                case.name: {
                    "instructions": case.instructions,
                    "calls": case.calls,
                    "own_calls": case.own_calls,
                    "modules": case.modules,
                    "written": case.written,
                }
                for case in rows
            }
        if options.json:
            print(json.dumps(results))


if __name__ == "__main__":
    main()
