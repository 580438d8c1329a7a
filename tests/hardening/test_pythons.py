"""Start-up and heal on every CPython at hand, with the options that change how it starts, and as Python 3.15 starts it.

The wheels are made up, of the same shape as the real ones: not every Python has a wheel of ctranslate2.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hardening.venv import demo
from support.environments import Environment, clean_environ, pythons
from support.wheels import STUB

STAND_IN = Path(__file__).with_name("start_files.py")
OPTIONS = [(), ("-I",), ("-E",), ("-s",), ("-B",), ("-O",), ("-OO",), ("-P",), ("-X", "utf8"), ("-b", "-b"), ("-W", "error")]
PYTHONS = [pytest.param(python, id=f"{Path(python).parent.parent.name}-{Path(python).name}") for python in pythons()]


def _run(environment: Environment, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    result = environment.python(*arguments, check=False)
    assert (result.returncode, result.stderr) == (0, ""), arguments
    return result


def _version(environment: Environment) -> tuple[int, int]:
    major, minor = _run(environment, "-S", "-c", "import sys; print(*sys.version_info[:2])").stdout.split()
    return int(major), int(minor)


def _unheal(environment: Environment) -> None:
    """Put the folder back as the installer laid it down."""
    stub = environment.libs / STUB
    os.replace(stub.with_name(STUB + ".ORIGINAL"), stub)
    for path in [*environment.libs.glob("libcu*.so.*"), *environment.libs.glob(".cudnn-heal/*")]:
        if path != stub:
            path.unlink()


@pytest.mark.parametrize("python", PYTHONS)
def test_every_python_heals_at_its_start_whatever_its_options(
    python: str, tmp_path: Path, number: Callable[[str], None]
) -> None:
    environment, _ = demo(tmp_path / "venv", python)
    version = _version(environment)
    _run(environment, "-S", "-c", "pass")
    assert not environment.is_replaced(), "the control: without site no start-up file runs"
    tried = 0
    for options in OPTIONS:
        if options == ("-P",) and version < (3, 11):
            continue
        _run(environment, *options, "-c", "pass")
        assert environment.is_replaced(), options
        _run(environment, *options, "-c", "import ctranslate2")
        _unheal(environment)
        tried += 1
    number(f"pythons: {version[0]}.{version[1]}: {tried} sets of options, and -S")


@pytest.mark.parametrize("python", PYTHONS)
def test_every_python_has_its_command_line_and_restores(python: str, tmp_path: Path) -> None:
    environment, site = demo(tmp_path / "venv", python)
    before = site.stub_bytes()
    _run(environment, "-c", "pass")
    assert environment.is_replaced()
    _run(environment, "-m", "cudnn_heal", "--status")
    _run(environment, "-m", "cudnn_heal", "--restore")
    _run(environment, "-c", "pass")
    assert not environment.is_replaced()
    assert site.stub_bytes() == before


def test_python_built_without_ctypes_heals_and_the_doctor_says_what_it_lacks(tmp_path: Path) -> None:
    environment, site = demo(tmp_path / "venv", sys.executable)
    before = site.stub_bytes()
    # As `import ctypes` fails where libffi's headers were missing; files are taken by name, so this comes first.
    (environment.site_packages / "a_without.pth").write_text("import sys; sys.modules['_ctypes'] = None\n")
    _run(environment, "-c", "pass")
    assert environment.is_replaced()
    _run(environment, "-m", "cudnn_heal", "--restore")
    assert site.stub_bytes() == before
    _run(environment, "-m", "cudnn_heal")
    assert environment.is_replaced()
    result = environment.python("-m", "cudnn_heal", "--doctor", check=False)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"cudnn-heal: --doctor needs ctypes, which {environment.interpreter} was built without")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("python", PYTHONS)
def test_entry_point_of_the_start_file_heals_as_python_3_15_calls_it(python: str, tmp_path: Path) -> None:
    environment, _ = demo(tmp_path / "venv", python)
    entry = environment.site_packages / "cudnn_heal.start"
    text = entry.read_text()
    entry.write_text("")
    _run(environment, "-S", STAND_IN, environment.site_packages)
    assert not environment.is_replaced(), "the control: import lines of the matching .pth are not run"
    entry.write_text(text)
    _run(environment, "-S", STAND_IN, environment.site_packages, "import sys; assert 'cudnn_heal_start' in sys.modules")
    assert environment.is_replaced()


def test_site_that_a_program_runs_itself_heals(tmp_path: Path) -> None:
    environment, _ = demo(tmp_path / "venv")
    _run(environment, "-S", "-c", "import site; site.main()")
    assert environment.is_replaced()


def test_real_3_15_is_used_where_there_is_one() -> None:
    versions = [
        subprocess.run(
            [one, "-c", "import sys; print(sys.version_info[1])"], env=clean_environ(), capture_output=True, text=True
        )
        for one in pythons()
    ]
    newest = max(int(one.stdout) for one in versions)
    if newest < 15:
        pytest.skip(f"the newest CPython at hand is 3.{newest}: the stand-in above serves")
    assert sys.platform == "linux"
