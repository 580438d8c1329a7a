"""The wheel under test, built once, and environments with real wheels around it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.environments import CUBLAS, CUDNN, WHEELS, Environment, fetch, uv

ROOT = Path(__file__).parent.parent


NUMBERS = pytest.StashKey[list[str]]()


MAKES_ENVIRONMENTS = {"wheel", "templates", "make", "demo", "strace", "valgrind"}
"""Fixtures that install, or trace, real interpreters: a test with one of them is not of the quick circle."""


RUNNERS = ("UV_RUN_RECURSION_DEPTH", "UV_PROJECT_ENVIRONMENT", "VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "PDM_RUN_CWD")
"""What tells by whom these tests were started, and changes the commands that cudnn-heal prints."""


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what belongs to the quick circle: all that needs no wheel and takes no time."""
    further = any(item.get_closest_marker(name) for name in ("seconds", "real", "wide", "slow", "heavy", "long"))
    if not further and not MAKES_ENVIRONMENTS & set(getattr(item, "fixturenames", ())):
        item.add_marker("quick")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Hold each test to the wheels of its circle."""
    free = any(item.get_closest_marker(name) for name in ("wide", "slow", "heavy"))
    Environment.allowed = None if free else () if item.get_closest_marker("quick") else WHEELS


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let every worker begin with its share of the long tests: the short ones that are left end together.

    pytest-xdist gives each worker a stretch of the list, and lets one that is done take from the end of another's.
    """
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    if workers == 1:
        return
    long = [item for item in items if item.get_closest_marker("long")]
    short = [item for item in items if not item.get_closest_marker("long")]
    size, shares = len(items) // workers, []
    for worker in range(workers):
        mine = long[worker::workers]
        shares += [*mine, *short[: max(0, size - len(mine))]]
        del short[: max(0, size - len(mine))]
    items[:] = [*shares, *short]


def pytest_configure(config: pytest.Config) -> None:
    config.stash[NUMBERS] = []
    for name in RUNNERS:
        os.environ.pop(name, None)
    for number in (getattr(signal, name) for name in ("SIGINT", "SIGHUP") if hasattr(signal, name)):  # Windows has the first
        if signal.getsignal(number) is signal.SIG_IGN:  # run in the background
            signal.signal(number, lambda *_: None)  # ignored here as before; children begin with the default


def pytest_sessionstart(session: pytest.Session) -> None:
    """Say what is downloaded, and how much, before the first test waits for it."""
    config = session.config
    if hasattr(config, "workerinput") or config.option.collectonly or config.option.markexpr == "quick":
        return
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    fetch(lambda line: reporter.write_line(line) if reporter else None)


@pytest.fixture(autouse=True)
def untroubled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what went wrong in this process stay with the test in which it did."""
    start = sys.modules.get("cudnn_heal_start")
    if start:
        monkeypatch.setattr(start, "error", "")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    lines = config.stash.get(NUMBERS, [])
    if lines:
        terminalreporter.section("numbers")
        for line in lines:
            terminalreporter.write_line(line)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):  # one of pytest-xdist's workers, whose lines the run prints
        session.config.workeroutput["numbers"] = session.config.stash[NUMBERS]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take over the lines of a worker that is done."""
    node.config.stash[NUMBERS] += getattr(node, "workeroutput", {}).get("numbers", [])


@pytest.fixture
def number(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Return a function that adds a line to what the run prints at its end."""
    lines = request.config.stash.setdefault(NUMBERS, [])
    return lines.append


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the sdist, as it would be published."""
    folder = tmp_path_factory.mktemp("dist")
    uv("build", "--out-dir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Environment]:
    """Return a function that makes an environment once for the same requirements; no interpreter starts in it."""
    made: dict[tuple[str | Path, ...], Environment] = {}

    def template(*requirements: str | Path) -> Environment:
        if requirements not in made:
            made[requirements] = Environment.create(tmp_path_factory.mktemp("template") / "venv", *requirements)
        return made[requirements]

    return template


@pytest.fixture
def make(tmp_path: Path, templates: Callable[..., Environment]) -> Callable[..., Environment]:
    """Return a function that makes an environment with the given requirements: a copy, by hard links, as uv makes them."""

    def create(*requirements: str | Path, name: str = "venv", **options: str) -> Environment:
        if options:
            return Environment.create(tmp_path / name, *requirements, **options)
        return templates(*requirements).copied(tmp_path / name)

    return create


@pytest.fixture
def demo(make: Callable[..., Environment], wheel: Path) -> Environment:
    """Return an environment that needs healing, with cudnn-heal installed and no interpreter started yet."""
    return make("ctranslate2==4.6.1", CUDNN, CUBLAS, wheel)


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
