"""What cudnn-heal costs every interpreter start: instructions, system calls and, for information, seconds.

    python benchmarks/startup.py                     a Markdown table for each CPython at hand, from 3.9 on
    python benchmarks/startup.py --python PATH       for that one only; can be repeated
    python benchmarks/startup.py --first             the first start after a change, among 300 distributions
    python benchmarks/startup.py --imports           what an import of a watched package costs, with and without bytecode
    python benchmarks/startup.py --json              either as numbers, for the test that guards them

Needs uv, valgrind and strace.  Instructions are counted with a fixed hash seed, and are the same in every run; valgrind puts an
``LD_LIBRARY_PATH`` of its own before the interpreter, which is taken away again.

A start may end just short of the interpreter's next garbage collection, and then whoever makes a few objects more pays for it:
on 3.12.1 the empty hook leaves room for 3.  So each start is counted twice: of ``-c pass``, and of a program that makes half as
many objects as there are between two collections, which moves that moment away.  With ``--json`` the second is counted only
where the first shows more than 1.5 times the floor.
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
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "hook")]

from hardening.venv import lay  # noqa: E402

from support.environments import Environment, clean_environ, pythons, uv  # noqa: E402  (found by the line above)
from support.wheels import Site, onnxruntime_wheel, torch_wheel  # noqa: E402

SETUPTOOLS = "setuptools==80.9.0"
DISTRIBUTIONS = 300
ROUNDS = 30
NOBODY = 65534
MEMORY = re.compile(r"^(brk|mmap|munmap)\(")
WRITING = re.compile(r"^open\w*\(.*(O_WRONLY|O_RDWR|O_CREAT)|^(mkdir|rename|unlink|symlink|link|chmod|fchmod|write)\w*\(")
LIMIT = 1.5
BARE, FLOOR = "bare interpreter", "empty one-package hook (the floor)"


@dataclass
class Case:
    """One environment, and what a start in it costs."""

    name: str
    environment: Environment
    environ: dict[str, str] = field(default_factory=dict)
    instructions: int = 0
    """Of a start of ``-c pass``."""
    later: int = 0
    """The same with the interpreter's garbage collections half a collection away from where they were; 0 if not counted."""
    calls: int = 0
    """System calls of a start, without those for memory."""
    own_calls: int = 0
    """Of them those that are not part of finding and reading the hook's one module."""
    seconds: float = 0.0
    modules: tuple[str, ...] = ()
    written: tuple[str, ...] = ()

    def start(self, program: str = "pass") -> list[str]:
        """Return the command that starts the interpreter."""
        return [str(self.environment.interpreter), "-s", "-c", program]


def cases(folder: Path, python: str) -> list[Case]:
    """Make the environments below `folder`, all with the same packages: a start reads the names in site-packages."""
    other = folder / "other"
    other.mkdir()
    (other / "libcudnn.so.9").touch()
    shadowed = {"LD_LIBRARY_PATH": str(other)}
    made: list[tuple[str, Callable[[Path, str], Environment], dict[str, str]]] = [
        (BARE, _packages, {}),
        (FLOOR, _floor, {}),
        (f"setuptools' hook ({SETUPTOOLS})", _setuptools, {}),
        ("cudnn-heal, healthy", _healed, {}),
        ("cudnn-heal, not needed", _not_needed, {}),
        ("cudnn-heal, read-only", _read_only, {}),
        ("cudnn-heal, paused", _paused, {}),
        ("cudnn-heal, shadowed", _healed, shadowed),
        ("cudnn-heal, healthy, onnxruntime-gpu", _onnxruntime, {}),
    ]
    with _workers() as workers:
        environments = list(workers.map(lambda row: row[1](folder / str(made.index(row)), python), made))
    return [Case(name, environment, environ) for (name, _, environ), environment in zip(made, environments)]


def _packages(path: Path, python: str) -> Environment:
    uv("venv", "--python", python, path)
    environment = Environment(path)
    Site(environment.site_packages).cudnn().cublas().ctranslate2()
    compile_all(environment)
    return environment


def _floor(path: Path, python: str) -> Environment:
    environment = _packages(path, python)
    (environment.site_packages / "floor").mkdir()
    (environment.site_packages / "floor" / "__init__.py").touch()
    (environment.site_packages / "floor.pth").write_text("import floor\n")
    compile_all(environment)
    return environment


def _setuptools(path: Path, python: str) -> Environment:
    environment = _packages(path, python)
    environment.install(SETUPTOOLS)
    compile_all(environment)
    return environment


def _healed(path: Path, python: str) -> Environment:
    return _settled(_packages(path, python))


def _not_needed(path: Path, python: str) -> Environment:
    uv("venv", "--python", python, path)
    environment = Environment(path)
    Site(environment.site_packages).cudnn().cublas()
    return _settled(environment)


def _onnxruntime(path: Path, python: str) -> Environment:
    environment = _packages(path, python)
    Site(environment.site_packages).install(onnxruntime_wheel())
    return _settled(environment)


def _read_only(path: Path, python: str) -> Environment:
    """Let the folder be another user's, or for other users than root, one that can't be written; and needing a heal."""
    environment = _healed(path, python)
    (environment.libs / "libcublas.so.12").unlink()
    for file in (environment.libs / ".cudnn-heal").iterdir():
        file.unlink()
    if os.geteuid() == 0:
        os.chown(environment.libs, NOBODY, NOBODY)
    else:
        environment.libs.chmod(0o555)
    return environment


def _paused(path: Path, python: str) -> Environment:
    environment = _healed(path, python)
    environment.heal("--restore", environ={"CUDNN_HEAL": "off"})
    return environment


def _settled(environment: Environment) -> Environment:
    lay(environment.site_packages)
    compile_all(environment)
    for _ in range(3):  # the folders must have been still for a moment before they are recorded
        environment.start()
        time.sleep(0.05)
    return environment


def compile_all(environment: Environment) -> None:
    """Write bytecode for the modules that start-up imports; the standard library has its own already."""
    names = ("floor", "_distutils_hack", "cudnn_heal_start.py", "_virtualenv.py", "cudnn_heal")
    paths = [path for path in (environment.site_packages / name for name in names) if path.exists()]
    if paths:  # without any, compileall takes the standard library
        environment.python("-S", "-m", "compileall", "-q", "-f", *paths)


def measure(case: Case) -> None:
    """Count the instructions and the system calls of a start."""
    environ = clean_environ(PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1")
    case.instructions = count(case.start(), case.environ)
    lines = _calls(case, environ)
    case.calls = len(lines)
    case.own_calls = _own_calls(case, environ)
    case.written = tuple(line for line in lines if WRITING.search(line))
    shown = _run(case.start("import sys; print(*sorted(sys.modules), file=sys.stderr)"), {**environ, **case.environ})
    case.modules = tuple(shown.split())


def measure_later(case: Case) -> None:
    """Count the same start with the interpreter's garbage collections half a collection away from where they were."""
    case.later = count(case.start(_half_a_collection(case.environment)), case.environ)


def ratios(rows: list[Case]) -> dict[str, float]:
    """Return how many times the floor a start costs, by case, for cudnn-heal's own."""
    bare, floor = rows[0].instructions, rows[1].instructions
    return {case.name: (case.instructions - bare) / (floor - bare) for case in rows[3:]}


def count(start: list[str], environ: dict[str, str] | None = None) -> int:
    """Return how many instructions the command `start` executes."""
    library_path = [f"LD_LIBRARY_PATH={environ['LD_LIBRARY_PATH']}"] if environ and "LD_LIBRARY_PATH" in environ else []
    others = {name: value for name, value in (environ or {}).items() if name != "LD_LIBRARY_PATH"}
    counted = _run(
        [
            *("valgrind", "--trace-children=yes", "--tool=callgrind", "--callgrind-out-file=/dev/null"),
            *("env", *(library_path or ["-u", "LD_LIBRARY_PATH"]), *start),
        ],
        clean_environ(PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1", **others),
    )
    return int(re.findall(r"refs:\s+([\d,]+)", counted)[-1].replace(",", ""))


def _half_a_collection(environment: Environment) -> str:
    threshold = environment.python("-S", "-c", "import gc; print(gc.get_threshold()[0])").stdout
    return f"[[] for _ in range({int(threshold) // 2})]"


def _calls(case: Case, environ: dict[str, str]) -> list[str]:
    with tempfile.NamedTemporaryFile() as log:
        _run(["strace", "-o", log.name, *case.start()], {**environ, **case.environ})
        lines = Path(log.name).read_text(errors="replace").splitlines()
    return [line for line in lines if "(" in line and "=" in line and not MEMORY.match(line)]


def _own_calls(case: Case, environ: dict[str, str]) -> int:
    """Count the calls that the hook makes beyond being imported: against an empty module in its place."""
    module = case.environment.site_packages / "cudnn_heal_start.py"
    if not module.exists():
        return 0
    text = module.read_text()
    module.write_text("")
    compile_all(case.environment)
    empty = len(_calls(case, environ))
    module.write_text(text)
    compile_all(case.environment)
    return case.calls - empty


def time_all(cases: list[Case]) -> None:
    """Time starts, taking turns, so that what else the machine does falls on all alike."""
    times: dict[str, list[float]] = {case.name: [] for case in cases}
    for _ in range(ROUNDS):
        for case in cases:
            times[case.name].append(_seconds(case.start(), case.environ))
    for case in cases:
        case.seconds = statistics.median(times[case.name])


def _seconds(start: list[str], environ: dict[str, str]) -> float:
    before = time.perf_counter()
    subprocess.run(start, env=clean_environ(PYTHONDONTWRITEBYTECODE="1", **environ), check=True)
    return time.perf_counter() - before


def first_start(folder: Path, python: str, *, seconds: bool) -> dict[str, float]:
    """Count the first start after a change, among 300 distributions, and a start that imports importlib.metadata.

    Both without what a start costs in any case.  A link is missing: the first start makes it again, the second records that
    nothing is left to do.
    """
    environment = _healed(folder / "first", python)
    site = environment.site_packages
    for number in range(DISTRIBUTIONS):
        (site / f"made_up_{number}").mkdir()
        (site / f"made_up_{number}-1.0.dist-info").mkdir()
        (site / f"made_up_{number}-1.0.dist-info" / "RECORD").touch()
    starts = {
        "bare": ("pass", {"CUDNN_HEAL": "off"}),
        "first": ("pass", {}),
        "second": ("pass", {}),
        "importlib.metadata": ("import importlib.metadata", {"CUDNN_HEAL": "off"}),
    }

    def each(cost: Callable[[list[str], dict[str, str]], float]) -> dict[str, float]:
        (environment.libs / "libcublas.so.12").unlink(missing_ok=True)
        found = {}
        for name, (program, environ) in starts.items():
            time.sleep(0.05)
            found[name] = cost([str(environment.interpreter), "-s", "-c", program], environ)
        return {name: value - found["bare"] for name, value in found.items() if name != "bare"}

    counted = each(count)
    result = {**counted, "ratio": counted["first"] / counted["importlib.metadata"]}
    if seconds:
        rounds = [each(_seconds) for _ in range(ROUNDS)]
        result.update({f"{name} seconds": statistics.median(one[name] for one in rounds) for name in counted})
    return result


NVIDIAS = "/usr/local/nvidia/lib64:/usr/local/nvidia/lib"
"""``LD_LIBRARY_PATH`` as NVIDIA's images set it."""
OURS = """import sys
ran = set()
sys.addaudithook(lambda event, given: ran.add(getattr(given[0], 'co_filename', '')) if event == 'exec' else None)
{program}
print(sum('/cudnn_heal/' in file for file in ran), file=sys.stderr)"""
"""Counts the modules of ours that `program` executes; those that a start has executed are none of them."""


def imports(folder: Path, python: str, *, bytecode: tuple[bool, ...] = (True, False)) -> dict[str, dict[str, int]]:
    """Count what importing a watched package costs of ours, over an import with the hook off: instructions, and modules."""
    environment = _packages(folder / "imports", python)
    Site(environment.site_packages).install(torch_wheel())
    _settled(environment)
    other = folder / "foreign"
    other.mkdir()
    (other / "libcudnn_ops.so.9").touch()
    found = {}
    for cached in bytecode:
        if not cached:
            for file in environment.site_packages.glob("cudnn_heal/**/*.pyc"):
                file.unlink()
        for variable, value in (("no variable", ""), ("NVIDIA's variable", NVIDIAS), ("a foreign cuDNN", str(other))):
            on = {"LD_LIBRARY_PATH": value} if value else {}
            start = [str(environment.interpreter), "-s", "-c"]
            programs = ["pass", "import ctranslate2", "import torch"]
            with _workers() as workers:
                runs = [((*start, program), environ) for program in programs for environ in (on, {**on, "CUDNN_HEAL": "off"})]
                counts = list(workers.map(lambda run: count(list(run[0]), run[1]), runs))
            shares = [counts[at] - counts[at + 1] for at in range(0, len(counts), 2)]
            for program, share in zip(programs[1:], shares[1:]):
                modules = int(
                    _run([*start, OURS.format(program=program)], {**clean_environ(PYTHONDONTWRITEBYTECODE="1"), **on})
                )
                name = f"{program[7:]}, {variable}{'' if cached else ', no bytecode'}"
                found[name] = {"instructions": share - shares[0], "modules": modules}
    return found


def imports_table(found: dict[str, dict[str, dict[str, int]]]) -> list[str]:
    """Return a Markdown table of what imports cost: modules of ours, and instructions of ours."""
    rows = list(next(iter(found.values())))
    lines = [f"| `import` of | {' | '.join(found)} |", "| --- |" + " ---: |" * len(found)]
    for row in rows:
        cells = [f"{one[row]['modules']}, {one[row]['instructions'] / 1e6:.1f} M" for one in found.values()]
        lines.append(f"| {row} | {' | '.join(cells)} |")
    return lines


def _run(command: list[str], environ: dict[str, str]) -> str:
    result = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(f"{command} -> {result.returncode}\n{result.stderr}")
    return result.stderr


def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count())


def starts(python: str, *, seconds: bool) -> list[Case]:
    """Measure all cases with the interpreter `python`."""
    with tempfile.TemporaryDirectory() as folder:
        rows = cases(Path(folder), python)
        with _workers() as workers:
            list(workers.map(measure, rows))
            if seconds or max(ratios(rows).values()) > LIMIT:
                list(workers.map(measure_later, rows if seconds else [row for row in rows if SETUPTOOLS not in row.name]))
        if seconds:
            time_all(rows)
        return rows


def table(version: str, rows: list[Case]) -> list[str]:
    """Return a Markdown table."""
    bare, floor = rows[0], rows[1]
    lines = [
        f"| {version} | instructions above bare | x the floor | half a collection later "
        "| system calls above bare | its own | ms |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for case in rows:
        extra, later = case.instructions - bare.instructions, case.later - bare.later
        lines.append(
            f"| {case.name} | {extra / 1e6:.2f} M | {extra / (floor.instructions - bare.instructions):.2f} "
            f"| {later / (floor.later - bare.later):.2f} "
            f"| {case.calls - bare.calls} | {case.own_calls} | {case.seconds * 1000:.1f} |"
        )
    return lines


def first_table(found: dict[str, dict[str, float]]) -> list[str]:
    """Return a Markdown table of the first starts."""
    lines = [
        f"| {DISTRIBUTIONS} distributions | first start | second | `import importlib.metadata` | first / import | ms |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for version, one in found.items():
        instructions = " | ".join(f"{one[name] / 1e6:.1f} M" for name in ("first", "second", "importlib.metadata"))
        timed = [f"{one[f'{name} seconds'] * 1000:.1f}" for name in ("first", "second", "importlib.metadata")]
        lines.append(f"| {version} | {instructions} | {one['ratio']:.2f} | {' / '.join(timed)} |")
    return lines


def _version(python: str) -> str:
    program = "import platform; print(platform.python_implementation(), platform.python_version())"
    return subprocess.run([python, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def _as_json(rows: Iterable[Case]) -> dict[str, dict[str, object]]:
    return {case.name: {**asdict(case), "environment": ""} for case in rows}


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print the counts alone, for programs")
    parser.add_argument("--python", action="append", help="an interpreter to measure; without it, each CPython at hand")
    parser.add_argument("--first", action="store_true", help="the first start after a change")
    parser.add_argument("--imports", action="store_true", help="what an import of a watched package costs")
    options = parser.parse_args()
    found = {}
    for python in options.python or pythons():
        if options.imports:
            with tempfile.TemporaryDirectory() as folder:
                both = (True,) if options.json else (True, False)
                found[_version(python)] = imports(Path(folder), python, bytecode=both)
        elif options.first:
            with tempfile.TemporaryDirectory() as folder:
                found[_version(python)] = first_start(Path(folder), python, seconds=not options.json)
        else:
            rows = starts(python, seconds=not options.json)
            found[_version(python)] = _as_json(rows)
            if not options.json:
                print("\n".join([*table(_version(python), rows), ""]), flush=True)
    if options.json:
        print(json.dumps(found))
    elif options.imports:
        print("\n".join(imports_table(found)))
    elif options.first:
        print("\n".join(first_table(found)))


if __name__ == "__main__":
    main()
