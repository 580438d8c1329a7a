"""Run the fuzzer: a few hundred sequences here, 20,000 in the long form; and controls, that it can find something."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fuzz.machine import COUNTS, Machine
from fuzz.system import interposed
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

SEQUENCES = 300
LONG = 20_000
STEPS = 25
COMMON = settings(
    deadline=None, stateful_step_count=STEPS, suppress_health_check=list(HealthCheck), database=None, print_blob=True
)


@pytest.fixture(autouse=True)
def _interposed() -> Iterator[None]:
    COUNTS.clear()
    with interposed():
        yield


def _numbers() -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(COUNTS.items()))


def test_some_hundred_sequences_leave_true_what_must_be(number: Callable[[str], None]) -> None:
    run_state_machine_as_test(Machine, settings=settings(COMMON, max_examples=SEQUENCES, derandomize=True))
    number(f"fuzzer: {_numbers()}")


@pytest.mark.slow
def test_twenty_thousand_sequences_leave_true_what_must_be(number: Callable[[str], None]) -> None:
    run_state_machine_as_test(Machine, settings=settings(COMMON, max_examples=LONG))
    number(f"fuzzer, long form: {_numbers()}")
