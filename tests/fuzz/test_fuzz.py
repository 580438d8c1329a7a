"""Run the fuzzer: a few hundred sequences here, 20,000 in the long form; and controls, that it can find something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from cudnn_heal.decide import folder
from cudnn_heal.decide import present as classify
from cudnn_heal.memory import stamp
from cudnn_heal.read import files
from fuzz import loader
from fuzz.machine import COUNTS, WHEELS, Machine
from fuzz.system import interposed
from fuzz.world import drain

PARTS, PART = 20, 1000
"""The long form, in parts that can run side by side."""
COMMON = settings(
    database=None,
    deadline=None,
    print_blob=True,
    stateful_step_count=20,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def _between_the_code_and_the_system() -> Iterator[None]:
    COUNTS.clear()
    with interposed():
        yield


def _numbers() -> str:
    return ", ".join(f"{what}: {count}" for what, count in sorted(COUNTS.items()))


@pytest.mark.long
@pytest.mark.parametrize("sequences", [100, pytest.param(300, marks=pytest.mark.wide)])
def test_what_must_be_true_is_true_after_some_hundred_sequences(sequences: int, number: Callable[[str], None]) -> None:
    run_state_machine_as_test(Machine, settings=settings(COMMON, max_examples=sequences, derandomize=True))
    number(f"fuzzer: {_numbers()}")


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_what_must_be_true_is_true_after_twenty_thousand_sequences(part: int, number: Callable[[str], None]) -> None:
    run_state_machine_as_test(Machine, settings=settings(COMMON, max_examples=PART))
    number(f"fuzzer, part {part + 1} of {PARTS}: {_numbers()}")


def _with_an_installer_at_points(what: str, step: int) -> int:
    """Let another version be installed before every `step`-th system call of a call in turn; return before how many."""
    point, points, calls = 0, 0, 1
    while point < calls:
        machine = Machine()
        try:
            machine.begin(False, True, True)
            machine.install("ctranslate2 4.5.0", "hardlink", "whole")
            if what == "restore":
                machine.start()
            wheel = WHEELS["ctranslate2 4.6.1"]
            steps = machine.installing(machine.real, wheel, "hardlink", "whole")
            calls = max(calls, machine.disturb(what, steps, [0] * point + [1000]))  # fewer where it gives up
            drain(machine.installing(machine.bare, wheel, "hardlink", "whole"))
            machine.installed(wheel)
            machine.check_stub_exists()
        finally:
            machine.teardown()
        point, points = point + step, points + 1
    return points


@pytest.mark.long
@pytest.mark.parametrize("step", [9, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("what", ["start", "restore"])
def test_installer_between_any_two_steps_loses_nothing(what: str, step: int, number: Callable[[str], None]) -> None:
    number(f"fuzzer: an installer at {_with_an_installer_at_points(what, step)} points of a {what}")


@pytest.mark.long
def test_control_an_installer_loses_its_file_where_nothing_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "mark", lambda _: (0, 0, 0, 0))
    with pytest.raises(AssertionError, match="bytes are lost"):
        _with_an_installer_at_points("start", 9)


def _takes_every_file_for_a_copy(observation: Any, name: str) -> str:
    entry = observation.entries.get(name)
    return "copied" if entry and entry.kind == "file" and name in ("libcublas.so.12", "notes.txt") else "absent"


PLANTED = {
    "a file is ours by its name": (folder, "classify", _takes_every_file_for_a_copy),
    "every backup is ours": (folder, "is_our_backup", lambda *_: True),  # found after some hundred sequences
    "a stub is known by its name": (classify, "is_stub", lambda observation, name, _: name.startswith("libcudnn-")),
}


@pytest.mark.long
@pytest.mark.parametrize(
    "planted", [pytest.param(one, marks=[pytest.mark.wide] if one == "every backup is ours" else []) for one in PLANTED]
)
def test_control_a_planted_fault_is_found(planted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    target, name, value = PLANTED[planted]
    monkeypatch.setattr(target, name, value)
    with pytest.raises((AssertionError, loader.Missing)):
        run_state_machine_as_test(
            Machine, settings=settings(COMMON, max_examples=2000, derandomize=True, phases=[Phase.generate])
        )


class Hurried(Machine):
    """Where much happens in the second of a stamp."""

    hurried = True


def _another_cudnn_comes_within_a_heal() -> None:
    machine = Hurried()
    try:
        machine.begin(False, True, True)
        machine.call_while_installing("heal", "nvidia-cudnn-cu12 8.9.7.29", "ignore-installed", [0, 0, 1000])
    finally:
        machine.teardown()


def test_control_a_change_is_missed_where_times_are_believed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """That takes more luck than the fuzzer's: it needs a change within the second in which the stamp was written."""
    _another_cudnn_comes_within_a_heal()
    monkeypatch.setattr(stamp.Fingerprint, "is_still", lambda _: True)
    with pytest.raises(AssertionError, match="something is left to do"):
        _another_cudnn_comes_within_a_heal()
