"""What an auditor sees: every audit event (PEP 578) of interpreters that take the fast path, heal, and load in-process."""

from __future__ import annotations

import ast
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import cudnn_heal_start
from hardening.venv import ROOT, demo
from support.environments import UV, Environment, copy_source, run, uv

AUDIT = Path(__file__).with_name("a_audit.py")
READING = {
    "object.__setattr__",
    "import",
    "os.listdir",
    "os.scandir",
    "marshal.loads",
    "code.__new__",
    "builtins.id",
    "time.sleep",
}
"""Events of importing the standard library and our own modules, and of looking."""
CHANGING = {"os.mkdir", "os.link", "os.symlink", "os.rename", "os.remove", "os.rmdir", "os.chmod", "os.chown"}
IMPORTS = ("<frozen importlib._bootstrap>", "<frozen importlib._bootstrap_external>")
"""Where the import system runs and compiles modules: told from code of ours by the frame that raised the event."""


class Event(NamedTuple):
    """One audit event."""

    event: str
    arguments: list[Any]
    caller: str
    ours: bool


def _audited(environment: Environment, tmp_path: Path, *arguments: str, **environ: str) -> list[Event]:
    """Run an interpreter whose first start-up file records, and return the events that cudnn-heal has a part in."""
    log = tmp_path / "log"
    environment.python(*arguments, environ={"AUDIT_LOG": str(log), "PYTHONDONTWRITEBYTECODE": "1", **environ})
    return [event for event in (Event(**json.loads(line)) for line in log.read_text().splitlines()) if event.ours]


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    made, site = demo(tmp_path / "venv")
    (site.path / "ctranslate2/__init__.py").write_text('__version__ = "4.6.1"\n')  # what it loads itself is not ours
    shutil.copy(AUDIT, made.site_packages / AUDIT.name)
    (made.site_packages / "a_audit.pth").write_text("import a_audit\n")
    return made


def _settle(environment: Environment, tmp_path: Path) -> None:
    for _ in range(3):
        _audited(environment, tmp_path, "-c", "pass")


def _writes(events: list[Event]) -> list[str]:
    """Return the paths that are changed or opened for writing."""
    paths = []
    for event in events:
        if event.event in CHANGING:
            paths.append(str(event.arguments[-1]))
        elif event.event == "open" and isinstance(event.arguments[2], int) and event.arguments[2] & (os.O_ACCMODE | os.O_CREAT):
            paths.append(str(event.arguments[0]))
    return paths


def _own_code(events: list[Event]) -> list[Event]:
    """Return the events of running or compiling code that are neither an import nor the making of a named tuple.

    The import system runs a module's code, and compiles it where there is no bytecode, from its own frozen files;
    `typing.NamedTuple` makes a class by evaluating one line, in the standard library's ``collections``, and compiles the names
    of its fields' types, in ``typing``; ``re`` and others of the standard library have named tuples too.
    """
    library = os.path.dirname(os.__file__)
    named_tuples = (f"{library}/collections/__init__.py", f"{library}/typing.py", f"{library}/annotationlib.py")
    return [event for event in events if event.event in ("exec", "compile") and event.caller not in (*IMPORTS, *named_tuples)]


@pytest.fixture(params=[(), ("eggs.libs",)], ids=["FOLDERS", "and one more"])
def further(environment: Environment, request: pytest.FixtureRequest) -> list[tuple[str, str]]:
    """Return the opens that the folders after the first one cost, whose packages are not here."""
    start = environment.site_packages / "cudnn_heal_start.py"
    start.write_text(start.read_text().replace("\nHERE = ", f"\nFOLDERS += {request.param!r}\nHERE = "))
    own = [environment.site_packages / name / ".cudnn-heal" for name in (*cudnn_heal_start.FOLDERS[1:], *request.param)]
    return [("open", f"{folder}/{name}") for folder in own for name in ("stamp", "paused")]


def test_fast_path_opens_one_file_and_does_nothing_else(
    environment: Environment, tmp_path: Path, further: list[tuple[str, str]]
) -> None:
    _settle(environment, tmp_path)
    events = _audited(environment, tmp_path, "-c", "pass")
    stamp = str(environment.libs / ".cudnn-heal" / "stamp")
    assert [(one.event, one.arguments[0]) for one in events] == [("open", stamp), *further]
    assert {(*one.arguments[1:],) for one in events} == {(None, os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)}


def test_environment_without_ctranslate2_looks_for_two_files_and_does_nothing_else(
    environment: Environment, tmp_path: Path, further: list[tuple[str, str]]
) -> None:
    shutil.rmtree(environment.libs)
    own = str(environment.libs / ".cudnn-heal")
    events = _audited(environment, tmp_path, "-c", "pass")
    assert [(one.event, one.arguments[0]) for one in events] == [("open", f"{own}/stamp"), ("open", f"{own}/paused"), *further]
    assert _writes(events) == []


def test_heal_writes_under_its_folder_only_and_runs_nothing(
    environment: Environment, tmp_path: Path, number: Callable[[str], None]
) -> None:
    events = _audited(environment, tmp_path, "-c", "pass")
    names = {one.event for one in events}
    calling = {"ctypes.dlopen", "ctypes.dlsym/handle", "ctypes.call_function"}  # the last from 3.15 on
    assert names <= READING | CHANGING | calling | {"open", "exec", "compile"}, names
    # Names are exchanged by a system call that Python has no function for, through the C library that is there already:
    # what is called is what was looked up.
    assert {str(one.arguments[0]) for one in events if one.event == "ctypes.dlopen"} == {"None"}
    assert {one.arguments[1] for one in events if one.event == "ctypes.dlsym/handle"} == {"renameat2"}
    assert _own_code(events) == []
    # Whoever may write in the folder could have given another file the name; and a linked one could be theirs.
    assert {one.arguments[0] for one in events if one.event in ("os.chmod", "os.chown")} == {"by descriptor"}
    assert "os.link" not in names
    written = _writes(events)
    assert len(written) > 20
    # Paths of files that are opened relative to a folder's descriptor come without it: those are private names.
    stray = [
        path for path in written if not path.startswith(str(environment.libs)) and not path.startswith(("tmp-", ".cudnn-heal"))
    ]
    assert stray == []
    number(f"audit: a heal raises {len(events)} events of {len(names)} kinds")


def test_loading_in_process_opens_libraries_of_the_site_packages_only(environment: Environment, tmp_path: Path) -> None:
    _settle(environment, tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    for name in ("libcudnn.so.9", "libcudnn_ops.so.9"):
        (other / name).write_bytes(b"")
    events = _audited(environment, tmp_path, "-c", "import ctranslate2", LD_LIBRARY_PATH=str(other))
    names = {one.event for one in events}
    opened = [one.arguments[0] for one in events if one.event == "ctypes.dlopen" and one.arguments[0]]
    assert opened, "the control: nothing was loaded"
    assert all(path.startswith(str(environment.site_packages / "nvidia")) for path in opened)
    # Looking for a file in vain is an error, not an event.
    assert names <= READING | {"open", "exec", "compile", "ctypes.dlopen"}
    # The stamp is left as it is; Python's own platform code may be compiled without bytecode.
    assert _writes(events) == []
    assert [event for event in _own_code(events) if "/cudnn_heal" in event.caller] == []


def test_control_a_start_up_file_that_starts_a_process_is_seen(environment: Environment, tmp_path: Path) -> None:
    start = environment.site_packages / "cudnn_heal_start.py"
    more = "os.system('true')\nexec('1')\nopen('/dev/null', 'w').close()\nos.chmod(home, 0o755)\n"
    start.write_text(start.read_text() + "\n" + more)
    events = _audited(environment, tmp_path, "-c", "pass")
    assert "os.system" in {one.event for one in events}
    assert _own_code(events) != []
    assert "/dev/null" in _writes(events)
    assert "by name" in {one.arguments[0] for one in events if one.event == "os.chmod"}


@pytest.mark.real
def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    copy_source(source)  # so that nothing changes between the two
    built = []
    for name in ("one", "two"):
        uv("build", "--out-dir", tmp_path / name, source)
        built.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir() if path.suffix != ""})
    assert [name for name in built[0] if name.endswith(".whl")]
    assert built[0] == built[1]


@pytest.mark.wide
def test_the_package_checker_has_nothing_to_say(wheel: Path) -> None:
    files = [wheel, *wheel.parent.glob("*.tar.gz")]
    result = run(UV, "tool", "run", "--quiet", "twine", "check", "--strict", *files, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_what_runs_in_every_interpreter_is_as_short_as_the_security_page_says() -> None:
    text = (ROOT / "hook" / "cudnn_heal_start.py").read_text()
    data = [one for one in ast.parse(text).body if ast.unparse(one).startswith(("WATCHED = ", "FOLDERS = "))]
    assert len(data) == 2
    rows = {line for one in data for line in range(one.lineno, (one.end_lineno or 0) + 1)}
    lines = [line.strip() for number, line in enumerate(text.splitlines(), 1) if number not in rows]
    code = [line for line in lines if line and not line.startswith("#")]
    assert "one file of about 120 lines" in (ROOT / "SECURITY.md").read_text()
    assert len(code) <= 124, "SECURITY.md promises about 120 lines in cudnn_heal_start.py: shorten, or move into guard.py"
