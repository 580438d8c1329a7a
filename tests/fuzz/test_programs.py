"""Run made-up programs: threads, forks, handlers that raise, lazy and failing imports; and controls, that a fault is found.

A failure shows the program: `World(tmp_path).check(Program(…))` runs it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from fuzz.programs import COUNTS, Program, World, numbers, programs
from support.pythons import PYTHONS

COMMON = settings(database=None, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
PARTS, PART = 4, 500
"""The long form, in parts that can run side by side."""


@pytest.fixture(autouse=True)
def _from_zero() -> None:
    COUNTS.clear()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Return a function that makes an environment, with two interpreters in it."""
    made: list[World] = []

    def make(*given: Any, **planted: Any) -> World:
        made.append(World(tmp_path / f"world-{len(made)}", *given, **planted))
        return made[-1]

    yield make
    for one in made:
        one.close()


def run(world: World, how: settings, failure: type[BaseException] = AssertionError) -> None:
    """Make up programs and run them in `world`; raise `failure` where something is not true."""

    @how
    @given(program=programs())
    def check(program: Program) -> None:
        try:
            world.check(program)
        except AssertionError as problem:
            raise failure(f"{problem}\n{program}") from problem

    check()


@pytest.mark.long
@pytest.mark.parametrize("python", PYTHONS)
def test_some_dozen_programs_are_served_and_get_what_is_theirs(
    python: str, world: Callable[..., World], number: Callable[[str], None]
) -> None:
    run(world(python), settings(COMMON, max_examples=80, derandomize=True))
    number(f"fuzzer of programs: {numbers()}")


@pytest.mark.long
@pytest.mark.wide
def test_some_hundred_programs_are_served_and_get_what_is_theirs(
    world: Callable[..., World], number: Callable[[str], None]
) -> None:
    run(world(), settings(COMMON, max_examples=300, derandomize=True))
    number(f"fuzzer of programs: {numbers()}")


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_two_thousand_programs_are_served_and_get_what_is_theirs(
    part: int, world: Callable[..., World], number: Callable[[str], None]
) -> None:
    run(world(), settings(COMMON, max_examples=PART))
    number(f"fuzzer of programs, part {part + 1} of {PARTS}: {numbers()}")


class Found(BaseException):
    """A program did not do what it must: past Hypothesis, which would look for a smaller one."""


GUARD, START, FAILURES = "cudnn_heal/guard.py", "cudnn_heal_start.py", "cudnn_heal/failures.py"
PLANTED = {
    "the marks are put back as they were": (
        "a mark is left|a mark of",
        [
            (GUARD, "    outer = mark in cudnn_heal_start.busy\n", "    outer = {*cudnn_heal_start.busy}\n"),
            (
                GUARD,
                "        if not outer:\n            cudnn_heal_start.busy.discard(mark)\n",
                "        cudnn_heal_start.busy = outer\n",
            ),
        ],
    ),
    "one thread is served at a time": (
        "is not served",
        [(START, "    if name in WATCHED:\n", "    if name in WATCHED and not busy:\n")],
    ),
    "a fork keeps another thread's imports": (
        "does not end|the child ended with|a thread that is no more",
        [(GUARD, "        if lost:\n", "        if False:\n")],
    ),
    "what a handler raises is taken for ours": (
        "without our hook .'raised'|the program.*own",
        [(FAILURES, "return () if guard and guard.is_of_program(sys.exc_info()[1]) else kinds", "return kinds")],
    ),
    "what a handler raises is kept for --status": (
        "without our hook .'raised'",
        [(GUARD, "    if is_of_program(problem):\n", "    if False:\n")],
    ),
    "what a handler imports is taken for ours": (
        "its handlers got",
        [(GUARD, "        if is_program(frame):\n", "        if False:\n")],
    ),
}
"""Faults in a copy of the hook: what is said of a program then, and how they are planted."""
FOUND_SOON = ("the marks are put back as they were", "what a handler raises is kept for --status")
FOUND = 400
"""Within how many programs each is found."""


@pytest.mark.long
@pytest.mark.parametrize("planted", [pytest.param(one, marks=[] if one in FOUND_SOON else pytest.mark.wide) for one in PLANTED])
def test_control_a_planted_fault_is_found(planted: str, world: Callable[..., World], number: Callable[[str], None]) -> None:
    said, fault = PLANTED[planted]
    faulty = world(planted=fault)
    faulty.limit = 10
    with pytest.raises(Found, match=said):
        run(faulty, settings(COMMON, max_examples=FOUND, derandomize=True, phases=[Phase.generate]), Found)
    number(f"fuzzer of programs: {planted!r} is found after {COUNTS['programs']} programs")
