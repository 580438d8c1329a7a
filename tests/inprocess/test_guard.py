"""A program and our code in one process: threads, forks, signal handlers, subinterpreters, and modules of the same name.

The wheels are made up, with real shared objects; what has to happen at once is made to, by an audit hook that waits.
"""

from __future__ import annotations

import ast
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hardening.venv import HOOK, demo

import cudnn_heal_start
from cudnn_heal import guard, loader
from support.environments import Environment, clean_environ, run
from support.fake_gpu import WITH_A_GPU, can_play, has_gpu
from support.pythons import PYTHONS
from support.wheels import Site, onnxruntime_wheel, torch_wheel

pytestmark = pytest.mark.seconds

needs_gpu = pytest.mark.skipif(not (has_gpu() or can_play()), reason="no mount namespace can be had here to play a GPU in")
TOLD = """
def told():
    results = getattr(sys.modules.get("cudnn_heal.inprocess.load"), "results", {})
    return {name: sum(len(one.paths) for one in result.services) for name, result in results.items()}
"""


@pytest.fixture
def foreign(tmp_path: Path) -> str:
    """Return a folder with another cuDNN, for ``LD_LIBRARY_PATH``."""
    Site(tmp_path / "foreign").cudnn("9.1.0.70")
    return str(tmp_path / "foreign/nvidia/cudnn/lib")


@pytest.fixture
def healed(tmp_path: Path) -> Environment:
    """Return an environment that links serve, with an onnxruntime-gpu beside."""
    environment, site = demo(tmp_path / "venv")
    site.install(onnxruntime_wheel())
    environment.settle()
    return environment


def child(environment: Environment, code: str, *options: str, **environ: str) -> Any:
    """Run `code` where there seems to be a GPU, and return what it prints as JSON."""
    before = [] if has_gpu() else WITH_A_GPU
    script = f"import json, os, sys\n{TOLD}\n{code}"
    command = [*before, str(environment.interpreter), *options, "-c", script]
    return json.loads(run(*command, env=clean_environ(**environ), timeout=120).stdout)


# Threads and forks.

MEETING = """
import threading, time
inside, others_turn = threading.Event(), threading.Event()
def hook(event, arguments):
    # While it loads, with our modules imported: those, too, have locks, which a fork leaves to no one.
    loads = hasattr(sys.modules.get("cudnn_heal.inprocess.load"), "results")
    if event == "os.listdir" and loads and threading.current_thread().name == "first" and not inside.is_set():
        inside.set()
        others_turn.wait(30)
def first():
    import ctranslate2
thread = threading.Thread(target=first, name="first")
"""


@needs_gpu
def test_two_threads_that_import_at_once_are_both_served(healed: Environment, foreign: str) -> None:
    code = (
        MEETING
        + """
sys.addaudithook(hook)
thread.start()
assert inside.wait(30)
import onnxruntime
others_turn.set()
thread.join()
print(json.dumps([told(), len(sys.modules["cudnn_heal_start"].busy or ())]))
"""
    )
    (loaded, busy) = child(healed, code, LD_LIBRARY_PATH=foreign)
    assert loaded["ctranslate2"] > 0
    assert loaded["onnxruntime"] > 0
    assert busy == 0


@needs_gpu
def test_a_fork_while_another_thread_loads_is_served(healed: Environment, foreign: str) -> None:
    code = (
        MEETING
        + """
sys.addaudithook(hook)
thread.start()
assert inside.wait(30)
read, write = os.pipe()
if os.fork() == 0:
    import onnxruntime
    os.write(write, json.dumps(told()).encode())
    os._exit(0)
os.wait()
others_turn.set()
thread.join()
print(os.read(read, 4096).decode())
"""
    )
    assert child(healed, code, "-W", "ignore", LD_LIBRARY_PATH=foreign)["onnxruntime"] > 0


@needs_gpu
@pytest.mark.parametrize("half", ["cudnn_heal.model", "binascii"])
@pytest.mark.parametrize("forgets", [True, False], ids=["served", "the control: it hangs"])
def test_a_fork_while_another_thread_imports_our_modules_is_served(
    healed: Environment, foreign: str, forgets: bool, half: str
) -> None:
    """What it imports is half there, and its lock is nobody's: also what our modules import of the standard library."""
    code = (
        MEETING
        + f"""
import signal
def profile(frame, event, argument):
    if event == "call" and frame.f_code.co_name == "exec_module" and frame.f_locals["module"].__name__ == {half!r}:
        sys.setprofile(None)
        inside.set()
        others_turn.wait(30)
def profiled():
    sys.setprofile(profile)
    first()
thread = threading.Thread(target=profiled)
thread.start()
assert inside.wait(30)
read, write = os.pipe()
if os.fork() == 0:
    signal.alarm({20 if forgets else 2})
    {"pass" if forgets else "sys.modules['cudnn_heal_start'].busy.clear()"}
    import onnxruntime
    os.write(write, json.dumps(told()).encode())
    os._exit(0)
ended = os.wait()[1]
others_turn.set()
thread.join()
os.write(write, b"{{}}" if ended else b"")
print(json.dumps([ended, json.loads(os.read(read, 4096)), told()]))
"""
    )
    ended, loaded, parents = child(healed, code, "-W", "ignore", LD_LIBRARY_PATH=foreign)
    assert parents["ctranslate2"] > 0
    assert (ended, "onnxruntime" in loaded) == ((0, True) if forgets else (signal.SIGALRM, False))
    assert not forgets or loaded["onnxruntime"] > 0


@needs_gpu
def test_of_two_threads_whose_work_overlaps_nothing_is_left_set(healed: Environment, foreign: str, tmp_path: Path) -> None:
    """The one that began first ends first; the other executes a package that was found before (a lazy import)."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "csv.py").write_text("own = True\n")
    code = (
        MEETING
        + """
import importlib.util
second = threading.Event()
spec = importlib.util.find_spec("onnxruntime")
module = importlib.util.module_from_spec(spec)
def both(event, arguments):
    hook(event, arguments)
    if event == "os.listdir" and threading.current_thread().name == "second" and not second.is_set():
        second.set()
        others_turn.set()
        thread.join()
sys.addaudithook(both)
thread.start()
assert inside.wait(30)
other = threading.Thread(target=lambda: spec.loader.exec_module(module), name="second")
other.start()
other.join()
import csv
print(json.dumps([second.is_set(), hasattr(csv, "own"), bool(sys.modules["cudnn_heal_start"].busy), told()]))
"""
    )
    environ = {"LD_LIBRARY_PATH": foreign, "PYTHONPATH": str(tmp_path / "own")}
    overlapped, own, busy, loaded = child(healed, code, **environ)
    assert overlapped, "the control: the second began before the first was done"
    assert own, "the program's own module gave way to the standard library's"
    assert not busy
    assert sorted(loaded) == ["ctranslate2", "onnxruntime"]


def test_a_mark_that_is_left_over_hides_no_module_of_the_programs() -> None:
    """A signal handler may end our code right before it takes the mark away (3.9)."""
    cudnn_heal_start.busy.add((os.getpid(), __import__("_thread").get_ident()))
    try:
        assert not guard.is_asked()
        assert guard.find("json") is None
    finally:
        cudnn_heal_start.busy.clear()


def test_forgetting_that_a_signal_handler_ends_midway_is_done_again() -> None:
    """Else the locks that are left then would have the next import wait for ever."""
    lost = {(os.getpid() + 1, __import__("_thread").get_ident() + 1)}
    before, line, ended = sys.gettrace(), 0, False
    while not ended:
        cudnn_heal_start.busy.clear()
        cudnn_heal_start.busy |= lost
        lines = iter(range(line))

        def trace(frame: Any, event: str, argument: object, lines: Iterator[int] = lines) -> Any:
            if frame.f_code is not guard.forget_lost_threads.__code__:
                return None
            if event == "line" and next(lines, None) is None:
                raise TimeoutError("the time is up")
            return trace

        sys.settrace(trace)
        try:
            guard.forget_lost_threads(lost)
            ended = True
        except TimeoutError:
            assert cudnn_heal_start.busy == lost, f"line {line} of it"
        finally:
            sys.settrace(before)
        line += 1
    assert line > 5, "the control: it was ended at each line"
    assert not cudnn_heal_start.busy


def test_forgetting_bears_what_a_signal_handler_imports_meanwhile() -> None:
    locks = sys.modules["_frozen_importlib"]._module_locks
    before, added = sys.gettrace(), 0

    def trace(frame: Any, event: str, argument: object) -> Any:
        nonlocal added
        outer = frame.f_back.f_code if frame.f_back else None  # before 3.12 a comprehension is a frame of its own
        if guard.forget_lost_threads.__code__ not in (frame.f_code, outer):
            return None
        if event == "line":
            sys.modules[f"ham{added}"], locks[f"ham{added}"] = sys, lambda: None  # as an import does
            added += 1
        return trace

    sys.settrace(trace)
    try:
        guard.forget_lost_threads({(os.getpid() + 1, 1)})
    finally:
        sys.settrace(before)
        for number in range(added):
            del sys.modules[f"ham{number}"], locks[f"ham{number}"]
    assert added > 5, "the control: it was done meanwhile"


# What the program raises.

RAISED = """
import signal
class TimeLimit(Exception): pass
def handler(*_):
    raise {kind}("the time is up")
signal.signal(signal.SIGALRM, handler)
at, places = None, {}
def is_ours(frame):
    # The import system passes over what it can't read, whoever raises it.
    if frame.f_globals.get("__name__") in ("importlib._bootstrap_external", "_frozen_importlib_external"):
        return False
    while frame:
        name = frame.f_globals.get("__name__", "")
        if name.startswith(("cudnn_heal.", "{package}")):
            return name.startswith("cudnn_heal.")
        frame = frame.f_back
    return False
def hook(event, arguments):
    if at is not None and event not in ("sys._getframe", "object.__getattr__"):  # which this hook brings about itself
        frame = sys._getframe(1)
        if is_ours(frame):
            place = f"{event} in {frame.f_code.co_name}, line {frame.f_lineno}"
            if place == at and place not in places:
                places[place] = True
                signal.raise_signal(signal.SIGALRM)
            places[place] = True
sys.addaudithook(hook)
def attempt(place):
    global at
    read, write = os.pipe()
    if os.fork() == 0:
        at = place
        said = "nothing"
        try:
            import {package}
        except BaseException as problem:
            said = type(problem).__name__
        at = None
        os.write(write, json.dumps([place, said, bool(sys.modules["cudnn_heal_start"].busy), list(places)]).encode())
        os._exit(0)
    os.close(write)
    with open(read, "rb") as pipe:
        said = json.loads(pipe.read())
    os.wait()
    return said
attempt("")  # which writes bytecode: none is compiled any more
print(json.dumps([attempt(place)[:3] for place in attempt("")[3]]))
"""


@needs_gpu
@pytest.mark.parametrize("package", ["ctranslate2", "onnxruntime"])
@pytest.mark.parametrize(
    "kind",
    [
        "TimeLimit",
        "ImportError",
        *(pytest.param(one, marks=pytest.mark.wide) for one in ("RuntimeError", "KeyError", "TimeoutError", "AttributeError")),
    ],
)
def test_what_a_signal_handler_raises_within_our_code_reaches_the_program(
    healed: Environment, foreign: str, kind: str, package: str, number: Callable[[str], None]
) -> None:
    code = RAISED.replace("{kind}", kind).replace("{package}", package)
    attempts = child(healed, code, LD_LIBRARY_PATH=foreign)
    number(
        f"signal handlers: {sum(name == kind for _, name, _ in attempts)} of {len(attempts)} {kind} of the program's reached it"
    )
    for event in ("open in library_path", "os.listdir in listdir", "ctypes.dlopen"):
        assert any(place.startswith(event) for place, _, _ in attempts), "the control: our code was at work"
    assert [(place, name) for place, name, _ in attempts if name != kind] == []
    assert not any(busy for _, _, busy in attempts)


def raised(function: Callable[..., object], *arguments: object) -> Exception:
    """Return what `function` raises, with its own frame as the first of the traceback."""
    try:
        function(*arguments)
    except Exception as problem:
        assert problem.__traceback__
        return problem.with_traceback(problem.__traceback__.tb_next)
    raise AssertionError("nothing was raised")


def handler(signum: int, frame: object) -> None:
    raise TimeoutError(signum)


def deleting_handler(signum: int, frame: object) -> None:
    del signum, frame
    raise TimeoutError


def audit_hook(event: str, arguments: tuple[object, ...]) -> None:
    raise PermissionError(event)


def test_what_our_code_and_the_standard_library_raise_is_told_from_what_the_program_raises() -> None:
    frame = sys._getframe()
    assert guard.is_of_program(raised(handler, 14, frame))
    assert guard.is_of_program(raised(deleting_handler, 14, frame))
    assert guard.is_of_program(raised(lambda *given: handler(*given), 14, frame))
    assert not guard.is_of_program(raised(json.loads, "{"))


def test_what_an_audit_hook_refuses_ends_no_import() -> None:
    """Nor what stands in for a function of ``os``: for us, what that says is what the system says."""
    assert not guard.is_of_program(raised(audit_hook, "open", ("path",)))


# Modules of the same name.


@pytest.mark.parametrize("python", PYTHONS)
def test_our_own_modules_come_from_where_the_hook_lies(python: str, tmp_path: Path, foreign: str) -> None:
    environment, _ = demo(tmp_path / "venv", python)
    folder = tmp_path / "beside" / "cudnn_heal"
    folder.mkdir(parents=True)
    for name in ("__init__", "guard", "loader", "reconcile"):
        (folder / f"{name}.py").write_text("print('of the program')\n")
    (tmp_path / "beside" / "__future__.py").write_text("print('of the program')\n")
    (tmp_path / "beside" / "program.py").write_text(
        f"import ctranslate2, sys\n{TOLD}\nassert told()['ctranslate2'] > 0, told()\n"
    )
    environ = {"PYTHONPATH": str(tmp_path / "beside")}
    for _ in range(2):
        result = environment.python("-c", "pass", environ=environ)
        assert (result.stdout, result.stderr) == ("", "")
    assert environment.is_replaced()
    result = environment.python(tmp_path / "beside" / "program.py", environ={"LD_LIBRARY_PATH": foreign})
    assert (result.stdout, result.stderr) == ("", "")


@pytest.mark.parametrize("python", PYTHONS)
def test_an_install_without_sources_takes_the_short_way(python: str, tmp_path: Path) -> None:
    environment, _ = demo(tmp_path / "venv", python)
    environment.python("-S", "-m", "compileall", "-q", "-b", environment.site_packages)
    for file in [*environment.site_packages.glob("cudnn_heal*.py"), *environment.site_packages.glob("cudnn_heal/**/*.py")]:
        file.unlink()
    environment.settle()
    assert environment.is_replaced()
    code = "import ctranslate2, cudnn_heal_start as ours, sys; print(ours.home, [n for n in sys.modules if 'cudnn_heal' in n])"
    assert environment.python("-c", code).stdout == f"{environment.site_packages} ['cudnn_heal_start']\n"


@pytest.mark.parametrize("python", PYTHONS)
def test_loading_imports_next_to_nothing_of_the_standard_library(python: str, tmp_path: Path, foreign: str) -> None:
    environment, site = demo(tmp_path / "venv", python)
    site.install(torch_wheel())
    environment.start()
    code = f"""
import sys
before = {{*sys.modules}}
import torch
{TOLD}
print([told(), sorted({{one.partition(".")[0] for one in sys.modules}} - before)])
"""
    loaded, imported = ast.literal_eval(environment.python("-c", code, environ={"LD_LIBRARY_PATH": foreign}).stdout)
    assert loaded["torch"] > 0, "the control: our code was at work"
    assert {one for one in imported if not one.startswith("_")} <= {"cudnn_heal", "torch", "errno", "binascii"}
    assert {*imported} - {"cudnn_heal", "torch"} <= {*guard.STANDARD}, "a forked child forgets what is named there"


# Subinterpreters.

SUBINTERPRETER = """
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
made = interpreters.create("isolated") if sys.version_info >= (3, 13) else interpreters.create(isolated=True)
run = interpreters.exec if sys.version_info >= (3, 13) else interpreters.run_string
failed = run(made, "import ctranslate2")
def mapped():
    with open("/proc/self/maps") as maps:
        return sum("/nvidia/" in line for line in maps)
before = mapped()
import ctranslate2
print(json.dumps([str(failed), before, mapped()]))
"""


@pytest.mark.parametrize("python", PYTHONS)
def test_an_isolated_subinterpreter_loads_nothing(python: str, tmp_path: Path, foreign: str) -> None:
    environment, site = demo(tmp_path / "venv", python)
    (site.path / "ctranslate2/__init__.py").write_text("")  # it must not import ctypes itself
    environment.settle()
    if environment.python("-c", "import sys; print(sys.version_info >= (3, 12))").stdout != "True\n":
        pytest.skip("subinterpreters with a GIL of their own came with Python 3.12")
    result = environment.python("-c", f"import json, sys\n{SUBINTERPRETER}", environ={"LD_LIBRARY_PATH": foreign})
    failed, within, after = json.loads(result.stdout)
    assert (failed, within) == ("None", 0)
    assert after > 0, "the control: the main interpreter loads"


# Warnings.

STRICT = ["-W", "error", "-X", "dev", "-bb"]
COMMANDS = [
    (),
    ("--status",),
    ("--status", "--json"),
    ("--dry-run",),
    ("--explain", "x"),
    ("--restore",),
    ("--dry-run", "--json"),
    ("--dry-run", "--restore"),
    ("--explain", "pyvenv.cfg"),
    ("--status", "--python", "."),
    ("--doctor", "--quick"),
    ("--doctor", "--quick", "--json"),
    ("--doctor", "--quick", "--report"),
]


@needs_gpu
@pytest.mark.parametrize("python", PYTHONS)
def test_no_warning_of_any_kind_comes_from_our_code(python: str, tmp_path: Path, foreign: str) -> None:
    environment, site = demo(tmp_path / "venv", python)
    site.install(onnxruntime_wheel())
    environment.install("packaging>=22", "importlib-metadata>=6; python_version < '3.10'")  # for --explain
    strict = [*STRICT, "-X", "warn_default_encoding"]
    for _ in range(3):
        result = environment.python(*strict, "-c", "pass")
        assert (result.stdout, result.stderr) == ("", "")
    assert environment.is_replaced()
    code = (
        "import ctranslate2, onnxruntime, cudnn_heal_start as ours, cudnn_heal\n"
        "called = [cudnn_heal.status(), cudnn_heal.restore(), cudnn_heal.heal()]\n"
        "print(json.dumps([told(), ours.error, [one['error'] for one in called]]))"
    )
    loaded, error, told = child(environment, code, *strict, LD_LIBRARY_PATH=foreign)
    assert min(loaded["ctranslate2"], loaded["onnxruntime"]) > 0
    assert (error, told) == ("", [None] * 3)
    for command in COMMANDS:
        warned = {"PYTHONWARNINGS": "error", "PYTHONWARNDEFAULTENCODING": "1"}
        result = environment.heal(*command, environ=warned, cwd=environment.path)
        assert "Warning" not in result.stderr + result.stdout, command
        result = environment.python(*strict, "-m", "cudnn_heal", *command, check=False, cwd=environment.path)
        assert ("Traceback" not in result.stderr, "Warning" not in result.stderr) == (True, True), (command, result.stderr)


# What the loader saw.

TITLE = """
import ctypes
fields = open("/proc/self/stat", "rb").read().rpartition(b")")[2].split()
begin, end = int(fields[47]), int(fields[48])  # env_start and env_end (proc_pid_stat(5), which counts from 1)
title = b"worker: a=b"
ctypes.memmove(begin, title.ljust(end - begin, b"\\0"), end - begin)
"""


def test_after_a_title_was_set_the_loaders_path_is_what_it_was(healed: Environment, foreign: str) -> None:
    """As ``setproctitle`` sets one, over the environment block."""
    code = f"import json, sys\n{TOLD}\n{TITLE}\nimport os, ctranslate2\nprint(json.dumps([told(), {title_left()}]))"
    loaded, left = json.loads(healed.python("-c", code, environ={"LD_LIBRARY_PATH": foreign}).stdout)
    assert left == "worker: a=b", "the control: the block is gone"
    assert loaded["ctranslate2"] > 0


def title_left() -> str:
    """Return the expression that reads what stands where the environment block was."""
    return "open('/proc/self/environ', 'rb').read().partition(b'\\0')[0].decode()"


def test_the_loaders_own_variables_and_hardware_folders_are_searched_as_it_does(tmp_path: Path) -> None:
    """Asked of the loader itself: where it looks for a library that is nowhere."""
    library = loader._lib()
    for name in (library, os.uname().machine, "plain/glibc-hwcaps/x86-64-v2", "own"):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
    up = os.path.relpath(tmp_path, os.path.dirname(os.path.realpath(sys.executable)))
    parts = ["{0}/$LIB", "{0}/${{LIB}}", "{0}/$PLATFORM", "{0}/plain", "$ORIGIN/{1}/own", "${{ORIGIN}}/{1}/own"]
    value = ":".join(part.format(tmp_path, up) for part in parts)
    code = f"""
import ctypes, json, sys
sys.path.insert(0, {str(HOOK)!r})
from cudnn_heal import loader
try:
    ctypes.CDLL("libnowhere.so.1")
except OSError:
    pass
print(json.dumps(loader.library_folders()))
"""
    result = run(sys.executable, "-S", "-c", code, env=clean_environ(LD_LIBRARY_PATH=value, LD_DEBUG="libs"))
    tried = [line.partition("trying file=")[2].strip() for line in result.stderr.splitlines() if "libnowhere" in line]
    asked = {os.path.realpath(os.path.dirname(path)) for path in tried if path}
    asked = {path for path in asked if path.startswith(str(tmp_path)) and os.path.isdir(path)}
    ours = {os.path.realpath(path) for path in json.loads(result.stdout)}
    assert len(asked) >= 4, "the control: the loader searched them"
    assert asked <= ours
    assert str(tmp_path / "plain/glibc-hwcaps/x86-64-v2") in ours


@pytest.mark.parametrize("spelling", ["$LIB", "${LIB}", "plain"])
def test_a_copy_in_such_a_folder_is_passed_over(healed: Environment, foreign: str, tmp_path: Path, spelling: str) -> None:
    place = tmp_path / "other" / (loader._lib() if "LIB" in spelling else "plain/glibc-hwcaps/x86-64-v2")
    place.parent.mkdir(parents=True)
    place.symlink_to(foreign)
    code = f"import json, sys\n{TOLD}\nimport ctranslate2\nprint(json.dumps(told()))"
    result = healed.python("-c", code, environ={"LD_LIBRARY_PATH": f"{tmp_path}/other/{spelling}"})
    assert json.loads(result.stdout)["ctranslate2"] > 0


# What an import loads of ours.


@needs_gpu
@pytest.mark.parametrize(
    ("path", "name", "most"),
    [
        ("", "ctranslate2", 0),
        ("", "torch", 0),
        ("/usr/local/nvidia/lib64:/usr/local/nvidia/lib", "ctranslate2", 3),
        ("/usr/local/nvidia/lib64:/usr/local/nvidia/lib", "torch", 3),
        ("foreign", "ctranslate2", 40),
    ],
)
def test_where_nothing_is_to_be_loaded_an_import_loads_next_to_nothing_of_ours(
    healed: Environment, foreign: str, path: str, name: str, most: int
) -> None:
    (healed.site_packages / "torch").mkdir()
    (healed.site_packages / "torch" / "__init__.py").touch()
    environ = {"LD_LIBRARY_PATH": foreign if path == "foreign" else path} if path else {}
    code = f"import {name}; print(json.dumps([one for one in sys.modules if one.startswith('cudnn_heal')]))"
    found = [one for one in child(healed, code, **environ) if one != "cudnn_heal_start"]
    assert len(found) <= most, found
    assert (len(found) > 10) is (most > 10), "the control: where something is to be loaded, more is"
