"""One process proves the most, and what fails there is taken apart until the cause is alone."""

from __future__ import annotations

import ctypes
import io
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cudnn_heal import doctor
from cudnn_heal.doctor import prelude
from cudnn_heal.doctor.checks import Check
from cudnn_heal.doctor.prelude import fact, step
from support.doctor_results import at, probing

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the doctor knows Linux only")

OWN = {"driver.probe_driver"}


def good() -> None:
    fact(process=os.getpid())


def also_good() -> None:
    good()


def raises() -> None:
    raise RuntimeError("odd")


def aborts() -> None:
    step("think of nothing")
    ctypes.CDLL(None).abort()


def poisons() -> None:
    sys.modules["poison"] = sys


def raises_where_poisoned() -> None:
    if "poison" in sys.modules:
        raise RuntimeError("poisoned")


def aborts_at_exit() -> None:
    import atexit

    atexit.register(os.abort)


def sleeps() -> None:
    time.sleep(0.6)


def sleeps_too() -> None:
    time.sleep(0.6)


def hangs() -> None:
    time.sleep(600)


def examine(folder: Path, *checks: Check, **options: Any) -> tuple[dict[str, Any], list[str]]:
    """Return the results by name, and the probes of the children that were started."""
    out = io.StringIO()
    doctor.run(at(folder), as_json=True, out=out, checks=checks, **options)
    told = json.loads(out.getvalue())
    probes = [one["probe"].rpartition(".")[2] for one in told["children"] if one["probe"] not in OWN]
    return {check["name"]: check for check in told["checks"]}, probes


def test_what_passes_is_proven_in_one_process(tmp_path: Path) -> None:
    checks, children = examine(tmp_path, probing("a", good), probing("b", also_good))
    assert children == ["in_turn"]
    assert checks["a"]["facts"] == checks["b"]["facts"]
    assert [one["status"] for one in checks.values()] == ["ok", "ok"]


def test_an_exception_keeps_nothing_else_from_running_in_the_same_process(tmp_path: Path) -> None:
    checks, children = examine(tmp_path, probing("a", good), probing("b", raises), probing("c", also_good))
    assert checks["a"]["facts"] == checks["c"]["facts"]
    assert checks["b"]["summary"] == "RuntimeError: odd"
    assert children == ["in_turn", "raises"], "what failed was run alone"


def test_what_comes_behind_a_crash_is_run_in_another_process(tmp_path: Path) -> None:
    checks, children = examine(tmp_path, probing("a", good), probing("b", aborts), probing("c", also_good))
    assert checks["b"]["summary"] == "killed by SIGABRT (during think of nothing)"
    assert checks["a"]["facts"] != checks["c"]["facts"]
    assert children == ["in_turn", "in_turn", "aborts"]


def test_what_was_alone_already_is_not_run_again(tmp_path: Path) -> None:
    checks, children = examine(tmp_path, probing("a", aborts), probing("b", good))
    assert checks["a"]["summary"] == "killed by SIGABRT (during think of nothing)"
    assert children == ["in_turn", "in_turn"]


def test_two_that_do_not_go_together_are_found(tmp_path: Path) -> None:
    order = [probing("a", poisons), probing("b", good), probing("c", raises_where_poisoned)]
    checks, children = examine(tmp_path, *order)
    assert checks["c"]["status"] == "failed"
    assert checks["c"]["summary"] == "RuntimeError: poisoned (after a in one process; alone it works)"
    assert children == ["in_turn", "raises_where_poisoned", "in_turn", "in_turn"]


def test_a_process_that_crashes_at_its_end_is_no_success(tmp_path: Path) -> None:
    checks, _ = examine(tmp_path, probing("a", aborts_at_exit), probing("b", good))
    assert checks["b"]["status"] == "failed"
    assert checks["b"]["summary"] == "killed by SIGABRT (after a in one process; alone it works)"


def test_what_follows_from_a_failure_is_not_taken_apart(tmp_path: Path) -> None:
    checks, children = examine(tmp_path, probing("a", raises), probing("b", aborts, rests_on=("a",)))
    assert checks["b"]["follows"] == "a"
    assert children == ["in_turn"], "a was alone in its process"


@pytest.mark.seconds
def test_the_time_limit_is_for_each_part(tmp_path: Path) -> None:
    checks, _ = examine(tmp_path, probing("a", sleeps), probing("b", sleeps_too), limit=1.0)
    assert [one["status"] for one in checks.values()] == ["ok", "ok"]
    checks, _ = examine(tmp_path, probing("a", sleeps), probing("b", hangs), limit=1.0)
    assert checks["b"]["summary"] == "no answer within 1 s"


@pytest.mark.parametrize("name", [b"caf\xe9", b"two\nlines", b"a b"])
def test_a_mapped_file_is_found_under_whatever_path_it_has(tmp_path: Path, name: bytes) -> None:
    folder = os.path.join(os.fsencode(tmp_path), name)
    os.mkdir(folder)
    library = os.path.join(folder, b"libsomething.so.1")
    source = next(
        line.split()[-1] for line in Path("/proc/self/maps").read_bytes().decode("latin-1").splitlines() if "libm.so" in line
    )
    Path(os.fsdecode(library)).write_bytes(Path(source).read_bytes())
    ctypes.CDLL(os.fsdecode(library))
    assert os.fsdecode(library) in prelude.mapped("libsomething")
