"""The doctor's children as they are on Windows, run here: they speak through files, and end when they must."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

import pytest

from cudnn_heal.doctor import child
from cudnn_heal.doctor.prelude import fact, step
from cudnn_heal.systems import linux_child, windows_child, windows_probe
from systems.test_windows import public

HOOK = Path(child.__file__).parent.parent.parent


def run(probe: child.Probe, *arguments: object, limit: float = 60) -> child.Ended:
    return child.run(sys.executable, child.Work(probe, arguments, limit=limit), tick=lambda: None)


@pytest.fixture(autouse=True)
def _as_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "here", windows_child)


def test_both_systems_have_the_same_names() -> None:
    assert public(windows_child) == public(linux_child)


def tells(what: str) -> None:
    print("said")
    step("think")
    fact(what=what)


def test_what_a_child_reports_and_says_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    ended = run(tells, "a word, and ü")
    assert (ended.ok, ended.facts, ended.step, ended.output) == (True, {"what": "a word, and ü"}, "think", ("said",))
    assert not list(tmp_path.iterdir()), "nothing is left behind"


def raises() -> None:
    raise ValueError("wrong")


def dies() -> None:
    fact(before=1)
    os._exit(9)


def hangs() -> None:
    step("sleep")
    time.sleep(600)


def test_how_a_child_ends_is_told() -> None:
    assert (run(raises).exception, run(raises).status) == ("ValueError: wrong", 1)
    assert (run(dies).facts, run(dies).status, run(dies).done) == ({"before": 1}, 9, False)


@pytest.mark.seconds
def test_a_child_that_hangs_is_ended() -> None:
    begin = time.monotonic()
    ended = run(hangs, limit=2)
    assert (ended.stopped, ended.step) == ("no answer within 2 s", "sleep")
    assert time.monotonic() - begin < 60


def test_a_status_of_windows_own_is_told_as_it_is_known() -> None:
    assert str(child.of([], 0xC0000005)) == "exit status 0xc0000005"


@pytest.mark.parametrize(
    ("name", "linux"),
    [
        ("cublas64_12.dll", "libcublas.so.12"),
        ("nvrtc64_120_0.dll", "libnvrtc.so.12"),
        ("cudart64_110.dll", "libcudart.so.11"),
        ("ctranslate2.dll", "libctranslate2.so"),
        ("torch_cuda.dll", "libtorch_cuda.so"),
    ],
)
def test_a_probe_knows_a_dll_by_the_name_that_it_has_on_linux(name: str, linux: str) -> None:
    assert windows_probe._on_linux(name) == linux


def test_which_system_this_is_is_asked_in_one_room() -> None:
    """The start-up file can't wait for an import; what other interpreters are asked, and what a marker means, is no choice."""
    asks = re.compile(r"\b(sys\.platform|os\.name)\b(?!,$)|platform\.system\(\) [=!]=")
    found = {
        path.relative_to(HOOK).as_posix()
        for path in HOOK.rglob("*.py")
        if any(map(asks.search, path.read_text(encoding="utf-8").splitlines()))
    }
    assert found == {"cudnn_heal_start.py", "cudnn_heal/systems/__init__.py", "cudnn_heal/read/target.py"}
