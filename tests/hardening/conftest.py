"""What the hardening tests share."""

from __future__ import annotations

import pytest

from support.environments import Environment


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Measure no coverage here: these tests count what an interpreter does, end it at each step, or race it."""
    Environment.measured = False


def pytest_runtest_teardown() -> None:
    """Measure it again elsewhere."""
    Environment.measured = True
