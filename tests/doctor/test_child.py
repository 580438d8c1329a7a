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
from typing import Any

import pytest

from cudnn_heal import doctor
from cudnn_heal.doctor import child
from cudnn_heal.doctor.checks import CHECKS, Check
from cudnn_heal.doctor.prelude import fact, load, step
from cudnn_heal.doctor.result import Result, last_words, ok, skipped
from cudnn_heal.doctor.stack import Stack
from cudnn_heal.model import Target
from cudnn_heal.read.target import VERSION
from cudnn_heal.report import schema
from support.doctor_results import probing
from support.pythons import PYTHONS

pytestmark = [pytest.mark.seconds, pytest.mark.skipif(sys.platform != "linux", reason="the doctor knows Linux only")]


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


def writes_without_end() -> None:
    while True:
        os.write(1, b"x" * 65536)


def writes_slowly_without_end() -> None:
    while True:
        os.write(1, b"still here\n")
        time.sleep(0.01)


def allocates_without_end() -> None:
    step("take it all")
    taken = []
    while True:
        taken.append(b"x" * 10_000_000)


def lets_a_grandchild_allocate_without_end() -> None:
    import subprocess

    code = "taken = []\nwhile True: taken.append(b'x' * 10_000_000)"
    subprocess.run([sys.executable, "-c", code], check=True)


def writes_a_file_without_end() -> None:
    with open(os.path.join(os.environ["TMPDIR"], "large"), "wb") as file:
        file.seek(2**31)
        file.write(b"x")


def ignores_sigterm() -> None:
    import signal

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(600)


def leaves_a_daemon() -> None:
    if not os.fork():
        os.setsid()
        if not os.fork():
            fact(grandchild=os.getpid())
            time.sleep(600)
        os._exit(0)
    time.sleep(0.5)


def leaves_many_daemons() -> None:
    for _ in range(20):
        leaves_one()
    time.sleep(0.5)


def leaves_one() -> None:
    import subprocess

    subprocess.Popen(["setsid", "sh", "-c", "while :; do sleep 600 & wait; done"])


def reads_stdin() -> None:
    fact(read=sys.stdin.read())


def kills_its_group() -> None:
    import signal

    fact(before=1)
    os.killpg(0, signal.SIGKILL)


def imports_what_the_prelude_imports() -> None:
    import __future__

    import runpy

    fact(files=[__future__.__file__, runpy.__file__, json.__file__, sys.modules["resource"].__file__])


def run(
    probe: child.Probe,
    *arguments: Any,
    limit: float = 30.0,
    uses: tuple[child.Helper, ...] = (),
    environ: dict[str, str] | None = None,
    memory: int = child.MEMORY_BYTES,
) -> child.Ended:
    work = child.Work(probe, arguments, uses, limit)
    return child.run(sys.executable, work, tick=lambda: None, environ=environ, memory=memory)


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
    assert r"\x1b[2J\x1b]0;owned\x07 last line" in "\n".join(ended.output), "colours aside, which are dropped"
    assert "\x1b" not in "".join(ended.output)


def test_a_flood_is_cut_to_its_end() -> None:
    ended = run(floods_stderr)
    assert "the end" in ended.output
    assert sum(map(len, ended.output)) <= child.HEAD_BYTES + child.TAIL_BYTES + 100
    assert f"[{10_000_000 + 9 - child.HEAD_BYTES - child.TAIL_BYTES} bytes of output are left out here]" in ended.output
    assert all(len(child.shortened(line)) <= child.LINE_CHARACTERS < 10_000 for line in last_words(ended))


def test_what_was_told_before_a_crash_is_kept() -> None:
    assert run(leaves_half_a_line).facts == {"whole": 1}


def test_a_hanging_child_is_ended_at_its_limit() -> None:
    begin = time.monotonic()
    ended = run(hangs, limit=1.0)
    assert time.monotonic() - begin < 10
    assert str(ended) == "no answer within 1 s (during wait for nobody)"


@pytest.mark.parametrize(
    ("probe", "uses"),
    [(leaves_a_hanging_grandchild, ()), (hangs_with_a_grandchild, (leaves_a_hanging_grandchild,)), (leaves_a_daemon, ())],
    ids=["after its end", "at the limit", "in a session of its own"],
)
def test_processes_that_a_child_started_end_with_it(probe: child.Probe, uses: tuple[child.Helper, ...]) -> None:
    ended = run(probe, limit=2.0, uses=uses)
    assert _is_gone(ended.facts["grandchild"])


def test_no_process_is_left_of_a_child_that_starts_many(tmp_path: Path) -> None:
    mark = str(tmp_path)
    run(leaves_many_daemons, uses=(leaves_one,), environ={"MARK": mark})
    assert [pid for pid in os.listdir("/proc") if pid.isdigit() and mark in _environ_of(pid)] == []


@pytest.mark.parametrize(
    ("probe", "uses", "says"),
    [
        pytest.param(writes_without_end, (), "wrote more than 32 MiB of output", id="writes"),
        pytest.param(writes_slowly_without_end, (), "no answer within 2 s", id="writes slowly"),
        pytest.param(ignores_sigterm, (), "no answer within 2 s", id="ignores SIGTERM"),
    ],
)
def test_a_child_without_end_is_ended_in_time(probe: child.Probe, uses: tuple[child.Helper, ...], says: str) -> None:
    begin = time.monotonic()
    ended = run(probe, limit=2.0, uses=uses)
    assert str(ended) == says
    assert time.monotonic() - begin < 20


def test_a_child_that_writes_without_end_leaves_nothing_on_the_disk(tmp_path: Path) -> None:
    run(writes_without_end, limit=2.0, environ={"TMPDIR": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("probe", [allocates_without_end, lets_a_grandchild_allocate_without_end])
def test_a_child_that_allocates_without_end_is_ended(probe: child.Probe) -> None:
    ended = run(probe, memory=2**28)
    assert re.match(r"took \d\.\d GiB of memory, which is more than it may", str(ended)), ended


def test_a_child_with_much_address_space_and_little_memory_is_left_alone() -> None:
    assert run(reserves_address_space, memory=2**28).ok


def reserves_address_space() -> None:
    import mmap

    mmap.mmap(-1, 2**40, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000)  # MAP_NORESERVE, as CUDA does


def test_a_file_without_end_is_cut_short(tmp_path: Path) -> None:
    ended = run(writes_a_file_without_end, environ={"TMPDIR": str(tmp_path)})
    assert str(ended).startswith("OSError: [Errno 27] File too large")


def test_standard_input_is_empty() -> None:
    assert run(reads_stdin).facts == {"read": ""}


def test_a_child_that_kills_its_group_kills_itself_alone() -> None:
    ended = run(kills_its_group)
    assert (str(ended), ended.facts) == ("killed by SIGKILL", {"before": 1})


def test_an_interpreter_that_does_not_start_is_reported(tmp_path: Path) -> None:
    ended = child.run(str(tmp_path / "python"), child.Work(tells), tick=lambda: None)
    assert str(ended) == f"{tmp_path}/python does not start: No such file or directory"


@pytest.mark.parametrize("python", PYTHONS)
def test_a_child_of_any_python_tells_its_result(python: str) -> None:
    ended = child.run(python, child.Work(returns_its_arguments, (1,), limit=30.0), tick=lambda: None)
    assert ended.facts == {"arguments": [1]}, ended.text


def test_the_current_folder_is_not_searched_for_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "" not in run(finds_nothing_of_the_current_folder).facts["path"]


@pytest.mark.parametrize("path", [None, "", ":", ".", "{here}", "{here}:/nowhere"])
def test_no_module_of_the_current_folder_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str | None) -> None:
    for name in ("__future__", "ctypes", "importlib", "json", "os", "re", "resource", "runpy", "signal", "time", "typing"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path)!r} + '/ran', 'a').write('{name} ')\n")
    monkeypatch.chdir(tmp_path)
    if path is not None:
        monkeypatch.setenv("PYTHONPATH", path.format(here=tmp_path))
    ended = run(imports_what_the_prelude_imports)
    assert not (tmp_path / "ran").exists(), (tmp_path / "ran").read_text()
    assert ended.ok and not any(file.startswith(str(tmp_path)) for file in ended.facts["files"])


def test_a_crash_leaves_no_core_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run(aborts)
    assert list(tmp_path.iterdir()) == []


def test_after_any_failure_the_other_checks_run(environment: Target) -> None:
    planted = [aborts, throws_bad_alloc, hangs, writes_binary, exits_without_result, tells]
    status, told = examine(environment, [probing(probe.__name__, probe) for probe in planted], limit=1.0)
    assert status == 1
    assert [(check["name"], check["status"]) for check in told["checks"]] == [
        ("aborts", "failed"),
        ("throws_bad_alloc", "failed"),
        ("hangs", "failed"),
        ("writes_binary", "failed"),
        ("exits_without_result", "failed"),
        ("tells", "ok"),
    ]
    text = json.dumps(told)
    assert all(words in text for words in ("killed by SIGABRT", "no answer within 1 s", "std::bad_alloc"))


def test_a_check_that_fails_itself_is_reported_and_the_rest_run(environment: Target) -> None:
    def broken(stack: Stack) -> Result:
        raise KeyError("nothing")

    status, told = examine(environment, [Check("broken", broken), Check("good", lambda stack: ok("fine"))])
    assert status == 1
    assert told["checks"][0]["summary"] == "the check itself failed: KeyError('nothing')"
    assert told["checks"][1]["status"] == "ok"


def test_nothing_failed_is_status_0(environment: Target) -> None:
    status, told = examine(environment, [Check("a", lambda stack: ok("fine")), Check("b", lambda stack: skipped("no GPU"))])
    assert (status, told["passed"], told["skipped"]) == (0, 1, 1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_ends_the_running_children(environment: Target, tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "planted.py").write_text(INTERRUPTED)
    process = subprocess.Popen(
        [sys.executable, tmp_path / "planted.py", environment.site_packages],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        children = [int(process.stdout.readline())]
        process.send_signal(number)
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == schema.INTERRUPTED
    assert errors == ""
    assert all(_is_gone(pid) for pid in children)
    assert not list(tmp_path.glob("cudnn-heal-*")), "what it wrote goes too"


INTERRUPTED = """
import io, os, sys, time
from cudnn_heal import doctor
from cudnn_heal.doctor.checks import Check
from cudnn_heal.doctor.child import Work
from cudnn_heal.model import Target

def hangs(parent):
    os.write(os.open(f"/proc/{parent}/fd/1", os.O_WRONLY), b"%d\\n" % os.getpid())
    time.sleep(600)

def plan(stack):
    return Work(hangs, (os.getpid(),))

target = Target(sys.argv[1], sys.executable, False, "3.12.0", False)
sys.exit(doctor.run(target, out=io.StringIO(), checks=[Check("a", plan), Check("b", plan)]))
"""


@pytest.mark.parametrize("check", CHECKS, ids=[check.name for check in CHECKS])
def test_every_check_skips_what_is_not_installed(environment: Target, check: Check) -> None:
    result = check.plan(Stack(environment))
    assert isinstance(result, Result)
    assert result.absent or check.name in ("machine", "known problems", "libraries")


@pytest.fixture
def environment(tmp_path: Path) -> Target:
    """Return a site-packages with nothing in it."""
    folder = tmp_path / "lib" / "python3" / "site-packages"
    folder.mkdir(parents=True)
    return Target(str(folder), sys.executable, False, VERSION, False)


def examine(target: Target, checks: list[Check], *, limit: float = 30.0) -> tuple[int, dict[str, Any]]:
    out = io.StringIO()
    status = doctor.run(target, as_json=True, out=out, checks=checks, limit=limit)
    return status, json.loads(out.getvalue())


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


def _environ_of(pid: str) -> str:
    try:
        return Path("/proc", pid, "environ").read_text(errors="replace")
    except OSError:
        return ""
