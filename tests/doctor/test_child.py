"""Children that crash, hang, babble or fall silent: each is reported as what it is, and the other checks run."""

from __future__ import annotations

import ctypes
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable

import pytest

from cudnn_heal import doctor
from cudnn_heal.doctor import child
from cudnn_heal.doctor.checks import CHECKS, Check
from cudnn_heal.doctor.explain import explain
from cudnn_heal.doctor.prelude import fact, load, step
from cudnn_heal.doctor.result import Problem, Result, failed, ok, seen, skipped
from cudnn_heal.doctor.stack import Stack
from environment import pythons

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the doctor knows Linux only")


def tells() -> None:
    fact(answer=42)


def aborts() -> None:
    step("think of nothing")
    os.abort()


def throws_bad_alloc() -> None:
    step("import something")
    os.write(2, b"terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n")
    os.abort()


def dereferences_null() -> None:
    ctypes.string_at(0)


def hangs() -> None:
    step("wait for nobody")
    time.sleep(600)


def leaves_a_hanging_grandchild() -> None:
    import subprocess

    fact(grandchild=subprocess.Popen(["sleep", "600"]).pid)


def hangs_with_a_grandchild() -> None:
    leaves_a_hanging_grandchild()
    time.sleep(600)


def writes_binary() -> None:
    os.write(2, bytes(range(256)) + b"\x1b[2J\x1b]0;owned\x07 last line\n")
    sys.exit(3)


def floods_stderr() -> None:
    os.write(2, b"x" * 10_000_000 + b"\nthe end\n")
    sys.exit(1)


def exits_without_result() -> None:
    fact(half="done")
    os._exit(0)


def raises() -> None:
    step("import numpy_of_the_future")
    load("numpy_of_the_future")


def leaves_half_a_line() -> None:
    fact(whole=1)
    os.write(int(sys.argv[1]), b'{"half": ')
    os.abort()


def returns_its_arguments(*arguments: Any) -> None:
    fact(arguments=arguments)


def crashes_after_its_result() -> None:
    import atexit

    atexit.register(os.abort)


def finds_nothing_of_the_current_folder() -> None:
    fact(path=sys.path)


def run(probe: child.Probe, *arguments: Any, limit: float = 30.0, uses: tuple[child.Helper, ...] = ()) -> child.Ended:
    return child.run(sys.executable, probe, *arguments, uses=uses, limit=limit, tick=lambda: None)


def test_what_a_child_tells_is_returned() -> None:
    ended = run(tells)
    assert ended.ok
    assert ended.facts == {"answer": 42}
    assert str(ended) == "done"


def test_arguments_arrive_as_they_are() -> None:
    assert run(returns_its_arguments, "ä\n", [1, None], {"a": True}).facts == {"arguments": ["ä\n", [1, None], {"a": True}]}


@pytest.mark.parametrize(
    ("probe", "says"),
    [
        pytest.param(aborts, "killed by SIGABRT (during think of nothing)", id="abort"),
        pytest.param(throws_bad_alloc, "killed by SIGABRT (during import something)", id="bad_alloc"),
        pytest.param(dereferences_null, "killed by SIGSEGV", id="null pointer"),
        pytest.param(writes_binary, "SystemExit: 3", id="binary"),
        pytest.param(floods_stderr, "SystemExit: 1", id="flood"),
        pytest.param(exits_without_result, "ended without a result", id="no result"),
        pytest.param(crashes_after_its_result, "killed by SIGABRT", id="crash at exit"),
        pytest.param(
            raises,
            "ModuleNotFoundError: No module named 'numpy_of_the_future' (during import numpy_of_the_future)",
            id="exception",
        ),
    ],
)
def test_a_child_that_fails_says_how(probe: child.Probe, says: str) -> None:
    ended = run(probe)
    assert not ended.ok
    assert str(ended) == says


def test_last_words_of_a_killed_child_are_kept() -> None:
    assert run(throws_bad_alloc).output[-1].strip() == "what():  std::bad_alloc"


def test_binary_output_is_made_printable() -> None:
    ended = run(writes_binary)
    assert all(line.isprintable() or "\t" in line for line in ended.output)
    assert r"\x1b[2J\x1b]0;owned\x07 last line" in "\n".join(ended.output)
    assert "\x1b" not in "".join(ended.output)


def test_a_flood_is_cut_to_its_end() -> None:
    ended = run(floods_stderr)
    assert "the end" in ended.output
    assert sum(map(len, ended.output)) <= child.TAIL_BYTES
    assert all(len(line) <= child.LINE_CHARACTERS for line in seen(ended))


def test_what_was_told_before_a_crash_is_kept() -> None:
    assert run(leaves_half_a_line).facts == {"whole": 1}


def test_a_hanging_child_is_ended_at_its_limit() -> None:
    begin = time.monotonic()
    ended = run(hangs, limit=1.0)
    assert time.monotonic() - begin < 10
    assert str(ended) == "no answer within 1 s (during wait for nobody)"


@pytest.mark.parametrize(
    ("probe", "uses"),
    [(leaves_a_hanging_grandchild, ()), (hangs_with_a_grandchild, (leaves_a_hanging_grandchild,))],
    ids=["after its end", "at the limit"],
)
def test_processes_that_a_child_started_end_with_it(probe: child.Probe, uses: tuple[child.Helper, ...]) -> None:
    ended = run(probe, limit=2.0, uses=uses)
    assert _is_gone(ended.facts["grandchild"])


def test_an_interpreter_that_does_not_start_is_reported(tmp_path: Path) -> None:
    ended = child.run(str(tmp_path / "python"), tells, uses=(), limit=1.0, tick=lambda: None)
    assert str(ended) == f"{tmp_path}/python does not start: No such file or directory"


@pytest.mark.parametrize("python", pythons(), ids=lambda python: Path(python).parent.parent.name)
def test_a_child_of_any_python_tells_its_result(python: str) -> None:
    ended = child.run(python, returns_its_arguments, 1, uses=(), limit=30.0, tick=lambda: None)
    assert ended.facts == {"arguments": [1]}, ended.text


def test_the_current_folder_is_not_searched_for_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "" not in run(finds_nothing_of_the_current_folder).facts["path"]


def test_a_crash_leaves_no_core_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run(aborts)
    assert list(tmp_path.iterdir()) == []


def test_after_any_failure_the_other_checks_run(environment: Path) -> None:
    planted = [aborts, throws_bad_alloc, hangs, writes_binary, exits_without_result, tells]
    status, text = examine(environment, [Check(probe.__name__, _check_of(probe)) for probe in planted], limit=1.0)
    assert status == 1
    assert [line.split()[:2] for line in text.splitlines()[: len(planted)]] == [
        ["failed", "aborts"],
        ["failed", "throws_bad_alloc"],
        ["failed", "hangs"],
        ["failed", "writes_binary"],
        ["failed", "exits_without_result"],
        ["ok", "tells"],
    ]
    assert "1 of 6 passed, 5 failed" in text
    assert "killed by SIGABRT" in text
    assert "no answer within 1 s" in text
    assert "std::bad_alloc" in text


def test_a_check_that_fails_itself_is_reported_and_the_rest_run(environment: Path) -> None:
    def broken(stack: Stack) -> Result:
        raise KeyError("nothing")

    status, text = examine(environment, [Check("broken", broken), Check("good", lambda stack: ok("fine"))])
    assert status == 1
    assert "the check itself failed: KeyError('nothing')" in text
    assert "1 of 2 passed, 1 failed" in text


def test_nothing_failed_is_status_0(environment: Path) -> None:
    status, text = examine(environment, [Check("a", lambda stack: ok("fine")), Check("b", lambda stack: skipped("no GPU"))])
    assert status == 0
    assert text == "ok       a  fine\nskipped  b  no GPU\n\n1 of 2 passed, 1 skipped\n"


def test_a_failure_shows_what_was_seen_why_and_what_mends_it(environment: Path) -> None:
    problem = Problem(("saw this", "and this"), "Because.", ("pip install sense",))
    _, text = examine(environment, [Check("a", lambda stack: failed("bad", problem))])
    assert text.endswith("\na: failed\n  seen  saw this\n        and this\n  why   Because.\n  fix   pip install sense\n")


def test_json_says_the_same(environment: Path) -> None:
    problem = Problem(("saw this",), "Because.", ("pip install sense",))
    checks = [Check("a", lambda stack: failed("bad", problem)), Check("b", lambda stack: ok("fine", {"n": 1}, "by the way"))]
    status, text = examine(environment, checks, as_json=True)
    told = json.loads(text)
    assert status == 1
    assert {name: told[name] for name in ("schema", "passed", "failed", "skipped", "python")} == {
        "schema": 1,
        "passed": 1,
        "failed": 1,
        "skipped": 0,
        "python": sys.executable,
    }
    for check in told["checks"]:
        assert check.pop("seconds") >= 0
    assert told["checks"] == [
        {
            "name": "a",
            "status": "failed",
            "summary": "bad",
            "facts": {},
            "problems": [{"seen": ["saw this"], "why": "Because.", "fix": ["pip install sense"]}],
            "notes": [],
        },
        {"name": "b", "status": "ok", "summary": "fine", "facts": {"n": 1}, "problems": [], "notes": ["by the way"]},
    ]


class Terminal(io.StringIO):
    """What looks like a terminal."""

    def isatty(self) -> bool:
        """Say yes."""
        return True


def test_a_terminal_shows_the_running_check_and_colors(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    _, text = examine(environment, [Check("slow", _check_of(tells))], out=Terminal())
    assert re.search(r"\r\x1b\[Krunning  slow  \d\.\d s", text)
    assert "\x1b[32mok     \x1b[0m  slow" in text


@pytest.mark.parametrize("terminal", [True, False], ids=["terminal", "pipe"])
def test_no_color_is_honoured(environment: Path, monkeypatch: pytest.MonkeyPatch, terminal: bool) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    _, text = examine(environment, [Check("a", _check_of(tells))], out=Terminal() if terminal else io.StringIO())
    assert "\x1b[3" not in text
    assert terminal or "\x1b" not in text


def test_piped_output_is_plain(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    _, text = examine(environment, [Check("a", _check_of(tells))])
    assert text == "ok       a  fine\n\n1 of 1 passed\n"


def test_an_interrupt_ends_the_running_child(environment: Path, tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text(INTERRUPTED)
    process = subprocess.Popen(
        [sys.executable, tmp_path / "planted.py", environment],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    children = [int(process.stdout.readline())]
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == doctor.INTERRUPTED
    assert errors == ""
    assert all(_is_gone(pid) for pid in children)


INTERRUPTED = """
import io, os, sys, time
from cudnn_heal import doctor
from cudnn_heal.doctor.checks import Check

def hangs(parent):
    os.write(os.open(f"/proc/{parent}/fd/1", os.O_WRONLY), b"%d\\n" % os.getpid())
    time.sleep(600)

def check(stack):
    stack.child(hangs, os.getpid())

sys.exit(doctor.run(sys.argv[1], sys.executable, as_json=False, out=io.StringIO(), own=False, checks=[Check("a", check)]))
"""


@pytest.mark.parametrize("check", CHECKS, ids=[check.name for check in CHECKS])
def test_every_check_skips_what_is_not_installed(environment: Path, check: Check) -> None:
    stack = Stack(str(environment), sys.executable, own=False)
    result = check.examine(stack)
    assert result.status == "skipped" or check.name == "driver"


def test_a_bad_alloc_is_answered_with_the_pin(environment: Path) -> None:
    stack = Stack(str(environment), sys.executable, own=False)
    problem = explain(stack, run(throws_bad_alloc))
    assert any("pyannote-audio>=3.1.1,<4.0" in line for line in problem.fix)
    assert any("WhisperX 3.4.3 to 3.7" in line for line in problem.fix)


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """Return a site-packages with nothing in it."""
    folder = tmp_path / "lib" / "python3" / "site-packages"
    folder.mkdir(parents=True)
    return folder


def examine(
    environment: Path, checks: list[Check], *, out: io.StringIO | None = None, as_json: bool = False, limit: float = 30.0
) -> tuple[int, str]:
    out = out if out is not None else io.StringIO()
    status = doctor.run(str(environment), sys.executable, as_json=as_json, out=out, own=False, checks=checks, limit=limit)
    return status, out.getvalue()


def _check_of(probe: child.Probe) -> Callable[[Stack], Result]:
    def check(stack: Stack) -> Result:
        ended = stack.child(probe, uses=(leaves_a_hanging_grandchild,) if probe is hangs_with_a_grandchild else ())
        return ok("fine") if ended.ok else failed(str(ended), explain(stack, ended))

    return check


def _is_gone(pid: int) -> bool:
    for _ in range(100):
        try:
            with open(f"/proc/{pid}/stat") as file:
                if file.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except OSError:
            return True
        time.sleep(0.05)
    return False
