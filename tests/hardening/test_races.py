"""Many interpreters at once on a fresh change, with an installer at work: one correct state, and nobody fails."""

from __future__ import annotations

import random
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from hardening.installers import Installer, Pip
from hardening.venv import state
from support.environments import CUBLAS, CUDNN, STUB, Environment, clean_environ, digest

pytestmark = pytest.mark.wide

INTERPRETERS = 50
VERSIONS = ("4.6.1", "4.6.2", "4.5.0")


def _crowd(environment: Environment, count: int) -> list[str]:
    """Start `count` interpreters at once and return what any of them had to say."""
    command = [str(environment.interpreter), "-c", "pass"]
    environ = clean_environ(PYTHONDONTWRITEBYTECODE="1")
    started = [
        subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(count)
    ]
    spoken = []
    for process in started:
        output, _ = process.communicate()
        if process.returncode or output:
            spoken.append(f"{process.returncode}: {output}")
    return spoken


def _assert_one_correct_state(environment: Environment) -> None:
    environment.settle()
    assert state(environment) == ("healthy", 0)
    assert environment.is_replaced()
    recorded = environment.recorded()[f"ctranslate2.libs/{STUB}"]
    assert f"sha256={digest(environment.libs / (STUB + '.ORIGINAL'))}" == recorded
    own = {path.name for path in (environment.libs / ".cudnn-heal").iterdir()}
    assert own == {"manifest.json", "stamp"}, "a private name was left behind"
    assert environment.probe("cudnn").returncode == 0


def _rounds(environment: Environment, installers: list[Installer], rounds: int, detours: bool = False) -> tuple[int, int]:
    """Let crowds start while the installers take turns; return how many interpreters and switches there were.

    :param detours: install another version on the way to each.
    """
    generator = random.Random(0)
    interpreters = switches = 0
    for number in range(rounds):
        version = VERSIONS[(number + 1) % len(VERSIONS)]
        failed: list[BaseException] = []
        done = threading.Event()

        def switch(installer: Installer, versions: list[str], failed: list[BaseException], done: threading.Event) -> None:
            try:
                for one in versions:
                    installer.install(f"ctranslate2=={one}")
            except BaseException as problem:
                failed.append(problem)
            finally:
                done.set()

        versions = [*([generator.choice([one for one in VERSIONS if one != version])] if detours else []), version]
        thread = threading.Thread(target=switch, args=(installers[number % len(installers)], versions, failed, done))
        thread.start()
        while not done.is_set() or interpreters == 0:
            assert _crowd(environment, INTERPRETERS) == []
            interpreters += INTERPRETERS
        thread.join()
        if failed:
            raise failed[0]
        switches += len(versions)
        assert _crowd(environment, INTERPRETERS) == []
        interpreters += INTERPRETERS
        _assert_one_correct_state(environment)
    return interpreters, switches


@pytest.fixture
def environment(tmp_path: Path, wheel: Path) -> Environment:
    made = Environment.create(tmp_path / "venv", "ctranslate2==4.6.1", CUDNN, CUBLAS, wheel)
    made.install("pip")
    made.python("-m", "compileall", "-q", made.site_packages / "cudnn_heal", environ={"CUDNN_HEAL": "off"})
    return made


def test_crowd_on_a_fresh_environment_ends_in_one_correct_state(
    environment: Environment, number: Callable[[str], None]
) -> None:
    assert not environment.is_replaced(), "the control: something is to be healed"
    assert _crowd(environment, INTERPRETERS) == []
    _assert_one_correct_state(environment)
    number(f"races: {INTERPRETERS} interpreters on a fresh environment")


@pytest.mark.long
def test_crowds_while_installers_switch_versions_end_in_one_correct_state(
    environment: Environment, number: Callable[[str], None]
) -> None:
    interpreters, switches = _rounds(environment, [Installer(environment), Pip(environment, ("pip",))], 2)
    number(f"races: {interpreters} interpreters, {switches} switches of version by uv and pip")


@pytest.mark.slow
def test_many_rounds_of_crowds_while_installers_switch_versions_end_in_one_correct_state(
    environment: Environment, number: Callable[[str], None]
) -> None:
    interpreters, switches = _rounds(environment, [Installer(environment), Pip(environment, ("pip",))], 20, detours=True)
    number(f"races: {interpreters} interpreters, {switches} switches of version by uv and pip, 20 rounds")
