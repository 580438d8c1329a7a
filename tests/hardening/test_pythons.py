"""Start-up and heal on every CPython at hand, with the options that change how it starts.

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
from support.environments import Environment, pythons
from support.pythons import PYTHONS
from support.wheels import STUB

pytestmark = pytest.mark.real

OPTIONS = [(), ("-I",), ("-E",), ("-s",), ("-B",), ("-O",), ("-OO",), ("-P",), ("-X", "utf8"), ("-b", "-b"), ("-W", "error")]


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
@pytest.mark.parametrize("name", ["pkgutil", "re", "json", "csv", "collections"])
def test_a_programs_own_module_ends_no_start(python: str, name: str, tmp_path: Path) -> None:
    """0.2.0's ``cudnn_heal.start`` had ``site`` of Python 3.15 import ``pkgutil``, which imports ``re``."""
    environment, _ = demo(tmp_path / "venv", python)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / f"{name}.py").write_text("raise SystemExit(name)\n")
    environ = {"PYTHONPATH": str(tmp_path / "own")}
    control = environment.python("-c", f"import {name}", check=False, environ={**environ, "CUDNN_HEAL": "off"})
    assert control.returncode == 1, "the control: a program gets it"
    without = environment.python("-c", "pass", check=False, environ={**environ, "CUDNN_HEAL": "off"})
    for _ in range(3):  # that heals, that finds nothing left to do, that reads the stamp
        result = environment.python("-c", "pass", check=False, environ=environ)
        assert (result.returncode, result.stderr) == (without.returncode, without.stderr)
    assert environment.is_replaced() is (without.returncode == 0), "some Pythons import it for themselves"


def test_site_that_a_program_runs_itself_heals(tmp_path: Path) -> None:
    environment, _ = demo(tmp_path / "venv")
    _run(environment, "-S", "-c", "import site; site.main()")
    assert environment.is_replaced()


def test_python_3_15_heals_by_the_pth_file_alone(tmp_path: Path) -> None:
    newest = pythons()[-1]
    environment, _ = demo(tmp_path / "venv", newest)
    version = _version(environment)
    if version < (3, 15):
        pytest.skip(f"the newest CPython at hand is {version[0]}.{version[1]}")
    _run(environment, "-c", "import sys; assert 'pkgutil' not in sys.modules")
    assert environment.is_replaced()
