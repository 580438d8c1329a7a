"""What the hardening tests share: tools that may be missing, and the numbers that the run prints at its end."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from support.environments import Environment


def _tool(name: str) -> str:
    return shutil.which(name) or pytest.skip(f"{name} is not installed (a package of Debian's; .ci/run installs it)")


@pytest.fixture(scope="session")
def strace() -> str:
    """Return the path of strace; skip where it is missing, or may not trace."""
    path = _tool("strace")
    tried = subprocess.run([path, "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"strace may not trace here: {tried.stderr.strip()}")
    return path


@pytest.fixture(scope="session")
def valgrind() -> str:
    """Return the path of valgrind; skip where it is missing."""
    return _tool("valgrind")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Measure no coverage here: these tests count what an interpreter does, end it at each step, or race it."""
    Environment.measured = False


def pytest_runtest_teardown() -> None:
    """Measure it again elsewhere."""
    Environment.measured = True
