"""A process that dies, or a system call that fails, at every point at which something is changed.

The points come from a trace of the very run that is then disturbed, not from a list made by hand.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from hardening.tracing import Point, elsewhere, inject, inject_always, trace, under
from hardening.venv import state
from support.environments import CUBLAS, CUDNN, STUB, Environment, digest

pytestmark = pytest.mark.wide

CPU = Path(__file__).with_name("cpu.py")
ERRORS = ("ENOSPC", "EROFS", "EACCES", "EIO", "EMLINK")
START = ("-c", "pass")
RESTORE = ("-m", "cudnn_heal", "--restore")
REDUCED = 5
"""How many points of each scenario the reduced form disturbs."""


@dataclass
class Scenario:
    """A run that changes the folder, from a state that can be had again at no cost."""

    environment: Environment
    arguments: tuple[str, ...]
    environ: dict[str, str]
    before: Path
    """A copy of the folder, by hard links, as it is before the run."""
    after: dict[str, str]
    """What is in the folder after an undisturbed run and the start that follows."""
    verdict: str
    points: list[Point]
    stray: list[Point]
    """Changes outside the folder, of which there must be none."""
    model: Path
    log: Path

    def reset(self) -> None:
        """Put the folder back as it is before the run."""
        shutil.rmtree(self.environment.libs)
        _copy(self.before, self.environment.libs)


def _copy(source: Path, target: Path) -> None:
    """Copy a folder with its times, its files by hard links: nothing may be written into them."""
    shutil.copytree(source, target, symlinks=True, copy_function=lambda one, two: os.link(one, two, follow_symlinks=False))


def _entries(libs: Path) -> dict[str, str]:
    """Return what is in the folder: a link's text, a small file's hash, a large file's inode; leftovers of the killed aside."""
    found = {}
    for path in sorted(libs.rglob("*")):
        name = str(path.relative_to(libs))
        if name.startswith(".cudnn-heal/tmp-"):
            continue
        if path.is_symlink():
            found[name] = "-> " + os.readlink(path)
        elif path.is_dir() or name.startswith(".cudnn-heal/"):
            found[name] = "there"
        else:
            found[name] = digest(path) if path.stat().st_size < 2**20 else str(path.stat().st_ino)
    return found


def _heal(environment: Environment) -> None:
    pass


def _restore(environment: Environment) -> None:
    environment.settle()


def _upgrade(environment: Environment) -> None:
    environment.settle()
    environment.install("ctranslate2==4.6.1")


def _leave_cudnn(environment: Environment) -> None:
    environment.settle()
    environment.install("ctranslate2==4.6.3")


def _lose_provider(environment: Environment) -> None:
    environment.settle()
    environment.uninstall("nvidia-cudnn-cu12")


@dataclass(frozen=True)
class Kind:
    """How a scenario is prepared and run."""

    version: str
    prepare: Callable[[Environment], None]
    arguments: tuple[str, ...]
    verdict: str


KINDS = {
    "heal": Kind("4.6.1", _heal, START, "healthy"),
    "restore": Kind("4.6.1", _restore, RESTORE, "paused"),
    "upgrade": Kind("4.5.0", _upgrade, START, "healthy"),
    "leave-cudnn": Kind("4.6.1", _leave_cudnn, START, "healthy"),
    "lose-provider": Kind("4.6.1", _lose_provider, START, "no-provider"),
}


@pytest.fixture(scope="module", params=list(KINDS))
def scenario(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, wheel: Path, strace: str) -> Scenario:
    """Prepare a scenario, run it once undisturbed under strace, and note what it changes."""
    kind = KINDS[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    environment = Environment.create(folder / "venv", f"ctranslate2=={kind.version}", CUDNN, CUBLAS, wheel)
    environment.python("-m", "compileall", "-q", environment.site_packages / "cudnn_heal", environ={"CUDNN_HEAL": "off"})
    model = folder / "model"
    model.mkdir()
    environment.python(CPU, "build", model, environ={"CUDNN_HEAL": "off"})
    kind.prepare(environment)
    environ = {"CUDNN_HEAL": "off"} if kind.arguments is RESTORE else {}
    _copy(environment.libs, folder / "before")
    points = trace(strace, environment, *kind.arguments, log=folder / "log", **environ)
    environment.settle()
    return Scenario(
        environment=environment,
        arguments=kind.arguments,
        environ=environ,
        before=folder / "before",
        after=_entries(environment.libs),
        verdict=kind.verdict,
        points=under(points, environment.libs),
        stray=elsewhere(points, environment.libs),
        model=model,
        log=folder / "log",
    )


def _reduced(points: Sequence[Point]) -> list[Point]:
    """Return a few points: the first and the last ones, where the kinds of calls change, and some between."""
    step = max(1, (len(points) - 1) // (REDUCED - 1))
    return list(dict.fromkeys([*points[::step], *points[-2:]]))


def _assert_runs_on_the_cpu(scenario: Scenario, at: str) -> None:
    # Where the provider was removed nothing imports before the next start's heal: that is what this start is there for.
    environ = {} if scenario.verdict == "no-provider" else {"CUDNN_HEAL": "off"}
    result = scenario.environment.python(CPU, "run", scenario.model, check=False, environ=environ)
    assert (result.returncode, result.stdout) == (0, "1 1500 64\n"), f"{at}\n{result.stderr}"


def _assert_stub_kept(scenario: Scenario, at: str) -> None:
    """Assert that the stub's bytes, as RECORD names them, are in the stub's place or in its backup."""
    for path, value in scenario.environment.recorded().items():
        file = scenario.environment.site_packages / path
        if file.name != STUB:
            continue
        kept = [one for one in (file, file.with_name(STUB + ".ORIGINAL")) if one.exists()]
        assert value in [f"sha256={digest(one)}" for one in kept], at


def _assert_heals(scenario: Scenario, at: str) -> None:
    """Assert that two starts later all is as after an undisturbed run; a restore that was cut off is called again."""
    scenario.environment.settle()
    if scenario.arguments is RESTORE:
        if state(scenario.environment)[0] == "healthy":
            assert scenario.environment.probe("cudnn").returncode == 0, at
        result = scenario.environment.heal("--restore", environ={"CUDNN_HEAL": "off"})
        assert (result.returncode, result.stderr) == (0, ""), at
        scenario.environment.settle()
    assert state(scenario.environment) == (scenario.verdict, 0), at
    entries = _entries(scenario.environment.libs)
    assert entries == scenario.after, at


def _injected(strace: str, scenario: Scenario, what: str, point: Point) -> subprocess.CompletedProcess[str]:
    """Run the scenario from its beginning, with `what` at `point`."""
    scenario.reset()
    environment, arguments = scenario.environment, scenario.arguments
    return inject(strace, environment, *arguments, log=scenario.log, what=what, at=point, **scenario.environ)


def _crash_at(strace: str, scenario: Scenario, points: Sequence[Point]) -> None:
    for point in points:
        at = f"killed at {point}"
        result = _injected(strace, scenario, "signal=KILL", point)
        assert result.returncode == -signal.SIGKILL, at
        _assert_runs_on_the_cpu(scenario, at)
        _assert_stub_kept(scenario, at)
        _assert_heals(scenario, at)


def _fail_at(strace: str, scenario: Scenario, points: Sequence[tuple[Point, str]]) -> int:
    """Make each point fail with its error; return how often the reason was kept."""
    kept = 0
    for point, error in points:
        at = f"{error} at {point}"
        result = _injected(strace, scenario, f"error={error}", point)
        assert "Traceback" not in result.stderr, f"{at}\n{result.stderr}"
        if scenario.arguments is START:
            assert (result.returncode, result.stdout, result.stderr) == (0, "", ""), at
        else:
            assert (result.returncode in (0, 1)) and result.stderr == "", f"{at}\n{result.stdout}\n{result.stderr}"
        _assert_runs_on_the_cpu(scenario, at)
        _assert_stub_kept(scenario, at)
        kept += bool(scenario.environment.status()["error"])
        scenario.environment.settle()
        if scenario.arguments is START:
            scenario.environment.heal()
        _assert_heals(scenario, at)
    return kept


def test_a_run_changes_the_folder_and_nothing_else(scenario: Scenario) -> None:
    assert len(scenario.points) > 5
    assert scenario.stray == []


def test_kill_at_some_points_is_healed_by_the_next_starts(
    strace: str, scenario: Scenario, number: Callable[[str], None], request: pytest.FixtureRequest
) -> None:
    points = _reduced(scenario.points)
    _crash_at(strace, scenario, points)
    number(f"killed ({request.node.callspec.id}): {len(points)} of {len(scenario.points)} points")


@pytest.mark.slow
def test_kill_at_every_point_is_healed_by_the_next_starts(
    strace: str, scenario: Scenario, number: Callable[[str], None], request: pytest.FixtureRequest
) -> None:
    _crash_at(strace, scenario, scenario.points)
    number(f"killed ({request.node.callspec.id}): all {len(scenario.points)} points")


def test_error_at_some_points_changes_no_exit_status_and_says_nothing(
    strace: str, scenario: Scenario, number: Callable[[str], None], request: pytest.FixtureRequest
) -> None:
    points = [(point, ERRORS[index % len(ERRORS)]) for index, point in enumerate(_reduced(scenario.points))]
    kept = _fail_at(strace, scenario, points)
    number(f"errors ({request.node.callspec.id}): {len(points)} injected, reason kept {kept} times")


@pytest.mark.slow
@pytest.mark.parametrize("error", ERRORS)
def test_error_at_every_point_changes_no_exit_status_and_says_nothing(
    strace: str, scenario: Scenario, number: Callable[[str], None], request: pytest.FixtureRequest, error: str
) -> None:
    kept = _fail_at(strace, scenario, [(point, error) for point in scenario.points])
    number(f"errors ({request.node.callspec.id}): {len(scenario.points)} injected, reason kept {kept} times")


@pytest.mark.parametrize("error", ERRORS)
def test_disk_on_which_every_change_fails_changes_no_exit_status_and_says_nothing(
    strace: str, scenario: Scenario, error: str
) -> None:
    scenario.reset()
    calls = ",".join({point.call for point in scenario.points} - {"write", "openat"})
    for _ in range(2):
        result = inject_always(
            strace,
            scenario.environment,
            *scenario.arguments,
            log=scenario.log,
            what=f"error={error}",
            calls=calls,
            **scenario.environ,
        )
        assert "Traceback" not in result.stderr, result.stderr
        assert result.stderr == ""
        if scenario.arguments is START:
            assert (result.returncode, result.stdout) == (0, "")
    _assert_runs_on_the_cpu(scenario, error)
    _assert_stub_kept(scenario, error)
    scenario.environment.settle()
    if scenario.arguments is START:
        scenario.environment.heal()
    _assert_heals(scenario, error)


def test_control_a_folder_left_half_done_by_another_order_is_noticed(scenario: Scenario) -> None:
    """The checks above can fail: without its stub the import fails, and the entries are not those of a heal."""
    if scenario.verdict != "healthy" or STUB not in scenario.after:
        pytest.skip("has no stub")
    scenario.reset()
    (scenario.environment.libs / STUB).unlink()
    with pytest.raises(AssertionError):
        _assert_runs_on_the_cpu(scenario, "")
    assert _entries(scenario.environment.libs) != scenario.after
    scenario.reset()
