"""Run the fuzzer: a few hundred sequences here, 20,000 in the long form; and controls, that it can find something."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from cudnn_heal import apply, changes, classify, stamp
from fuzz.machine import COUNTS, Machine
from fuzz.system import interposed

SEQUENCES = 200
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
def test_what_must_be_true_is_true_after_a_few_hundred_sequences(number: Callable[[str], None]) -> None:
    run_state_machine_as_test(Machine, settings=settings(COMMON, max_examples=SEQUENCES, derandomize=True))
    number(f"fuzzer: {_numbers()}")


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_what_must_be_true_is_true_after_twenty_thousand_sequences(part: int, number: Callable[[str], None]) -> None:
    run_state_machine_as_test(Machine, settings=settings(COMMON, max_examples=PART))
    number(f"fuzzer, part {part + 1} of {PARTS}: {_numbers()}")


def _replaces_whatever_is_there(folder: Any, private: str, name: str, _: object) -> None:
    os.replace(private, name, src_dir_fd=folder.own, dst_dir_fd=folder.fd)


def _takes_every_file_for_a_copy(observation: Any, name: str) -> str:
    entry = observation.entries.get(name)
    return "copied" if entry and entry.kind == "file" and name in ("libcublas.so.12", "notes.txt") else "absent"


PLANTED = {
    "no identity is checked before a name is replaced": (apply.Folder, "_put", _replaces_whatever_is_there),
    "a file is ours by its name": (changes, "classify", _takes_every_file_for_a_copy),
    "every backup is ours": (changes, "is_our_backup", lambda *_: True),
    "times are believed at once": (stamp.Fingerprint, "is_still", lambda _: True),
    "a stub is known by its name": (classify, "is_stub", lambda observation, name, _: name.startswith("libcudnn-")),
}


@pytest.mark.long
@pytest.mark.parametrize("planted", list(PLANTED))
def test_control_a_planted_fault_is_found(planted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*PLANTED[planted])
    with pytest.raises((AssertionError, OSError, KeyError)):
        run_state_machine_as_test(
            Machine, settings=settings(COMMON, max_examples=2000, derandomize=True, phases=[Phase.generate])
        )
