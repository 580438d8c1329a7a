"""The words that everything after the plan speaks in, and which of them outranks which."""

from __future__ import annotations

import pytest

from cudnn_heal.model import NOTHING_TO_DO, SATISFIED, VERDICTS, WAYS_OF_SERVING, Served, Service, Verdict, weakest, worst
from support.literals import words


def service(verdict: Verdict = "healthy", served: Served = "links") -> Service:
    return Service("package", "part", "lib.so.1", "wheel 1", verdict, served, None, ())


def test_the_whole_takes_the_lowest_verdict_in_the_table() -> None:
    assert worst([]) == "not-needed"
    assert worst(list(VERDICTS)) == "damaged"
    assert worst(["healthy", "no-provider", "not-needed"]) == "no-provider"


def test_the_tables_have_every_word_once() -> None:
    assert sorted(VERDICTS) == sorted(words("Verdict"))
    assert sorted(WAYS_OF_SERVING) == sorted(words("Served"))
    assert set(SATISFIED) < set(NOTHING_TO_DO) < set(VERDICTS)


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        pytest.param([], "none", id="no parts"),
        pytest.param([service(served="links"), service(served="itself")], "links", id="links and itself"),
        pytest.param([service(served="links"), service(served="in-process")], "in-process", id="links and in-process"),
        pytest.param([service(served="in-process"), service("no-provider", "none")], "none", id="one is not served"),
        pytest.param([service(served="links"), service("not-needed", "none")], "links", id="what is not needed does not count"),
        pytest.param([service("not-needed", "none")], "none", id="nothing is needed"),
    ],
)
def test_the_whole_is_served_as_the_weakest_needed_part(services: list[Service], expected: Served) -> None:
    assert weakest(services) == expected
