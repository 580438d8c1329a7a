"""Installers x operations: after each and one interpreter start the probe passes, or the verdict says why not."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hardening.installers import Installer, PyPA, clones, make
from hardening.venv import state
from support.environments import CUBLAS, CUDNN, STUB, UV, Environment, copy_source, digest, run, uv

pytestmark = pytest.mark.wide

OTHER_CUDNN = "nvidia-cudnn-cu12==9.1.0.70"
SLOW = [pytest.param(kind, marks=pytest.mark.slow) for kind in ("copy", "clone", "pip==23.2")]
KINDS = ["hardlink", "symlink", "sync", "pip", *SLOW]


@dataclass
class Cell:
    """What an installer did, and what was expected after one interpreter start."""

    operation: str
    act: Callable[[Installer], None]
    verdict: str
    quick: bool = False
    """Whether it belongs to the reduced form."""
    serves: tuple[str, ...] = field(default=("cudnn", "cublas"))
    """The probes that must pass."""


def _cells(newer: Path, wheel: Path) -> list[Cell]:
    return [
        Cell("ctranslate2: upgrade", lambda one: one.install("ctranslate2==4.6.2"), "healthy", quick=True),
        Cell("ctranslate2: downgrade", lambda one: one.install("ctranslate2==4.5.0"), "healthy", quick=True),
        Cell("ctranslate2: force-reinstall", lambda one: one.install("ctranslate2==4.5.0", again=True), "healthy", quick=True),
        Cell(
            "ctranslate2: upgrade to one without stub",
            lambda one: one.install("ctranslate2==4.8.5"),
            "healthy",
            serves=("cublas",),
        ),
        Cell("ctranslate2: downgrade to one with", lambda one: one.install("ctranslate2==4.6.1"), "healthy"),
        Cell("ctranslate2: uninstall", lambda one: one.uninstall("ctranslate2"), "not-needed", quick=True, serves=()),
        Cell("ctranslate2: install", lambda one: one.install("ctranslate2==4.6.1"), "healthy", quick=True),
        Cell("cuDNN: downgrade", lambda one: one.install(OTHER_CUDNN), "healthy"),
        Cell("cuDNN: upgrade", lambda one: one.install(CUDNN), "healthy"),
        Cell("cuDNN: force-reinstall", lambda one: one.install(CUDNN, again=True), "healthy"),
        Cell("cuDNN: uninstall", lambda one: one.uninstall("nvidia-cudnn-cu12"), "no-provider", quick=True, serves=("cublas",)),
        Cell("cuDNN: install", lambda one: one.install(CUDNN), "healthy", quick=True),
        Cell("cudnn-heal: upgrade", lambda one: one.install(newer), "healthy", quick=True),
        Cell("cudnn-heal: downgrade", lambda one: one.install(wheel), "healthy"),
    ]


@pytest.fixture(scope="session")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a wheel of a later version."""
    source = tmp_path_factory.mktemp("newer")
    copy_source(source)
    start = source / "hook" / "cudnn_heal_start.py"
    text = start.read_text()
    version = text.partition('VERSION = "')[2].partition('"')[0]
    start.write_text(text.replace(f'VERSION = "{version}"', f'VERSION = "{version}.post1"'))
    uv("build", "--wheel", "--out-dir", source / "dist", source)
    (built,) = (source / "dist").glob("*.whl")
    return built


def _intact(environment: Environment) -> list[str]:
    """Return the files under ``nvidia/`` that are not as their wheel's RECORD has them: small ones by hash, all by size."""
    wrong = []
    for record in environment.site_packages.glob("nvidia_*.dist-info/RECORD"):
        for line in record.read_text().splitlines():
            path, value, size = line.rsplit(",", 2)
            file = environment.site_packages / path
            if not path.startswith("nvidia/") or not size:
                continue
            if file.stat().st_size != int(size) or (int(size) < 2**20 and f"sha256={digest(file)}" != value):
                wrong.append(path)
    return wrong


def _damaged_in_cache() -> list[str]:
    """Return the shims and stubs in uv's cache that are not as their RECORD there has them."""
    wrong = []
    cache = Path(run("uv", "cache", "dir").stdout.strip())
    for record in [*cache.glob("archive-v*/*/ctranslate2-*/RECORD"), *cache.glob("archive-v*/*/nvidia_cudnn*/RECORD")]:
        for line in record.read_text().splitlines():
            path, value, size = line.rsplit(",", 2)
            if size and int(size) < 2**20 and ".so" in path:
                file = record.parent.parent / path
                if not file.exists() or f"sha256={digest(file)}" != value:
                    wrong.append(str(file))
    return wrong


def _assert_cell(environment: Environment, cell: Cell) -> None:
    environment.start()
    if cell.verdict == "not-needed":
        assert [name for name in environment.tree() if not name.endswith(".so")] == [], cell.operation
    else:
        assert state(environment) == (cell.verdict, 0), cell.operation
        result = environment.python("-c", "import ctranslate2", environ={"CUDNN_HEAL": "off"}, check=False)
        assert (result.returncode, result.stderr) == (0, ""), cell.operation
    for which in cell.serves:
        assert environment.probe(which).returncode == 0, f"{cell.operation}: {which}"
    assert _intact(environment) == [], cell.operation


def _environment(kind: str, tmp_path: Path, wheel: Path) -> tuple[Environment, Installer]:
    """Return an environment made with the installer, in which ctranslate2 4.6.1 is healed."""
    environment = Environment.create(tmp_path / ".venv")
    laid = make("hardlink" if kind.startswith("pip") else kind, environment, tmp_path)
    if kind == "pip":
        environment.install("pip")
    if kind == "sync":
        for requirement in (CUDNN, CUBLAS, "ctranslate2==4.6.1"):
            laid.install(requirement)
        laid.install(wheel)
    else:
        environment.install(*laid.options, "ctranslate2==4.6.1", CUDNN, CUBLAS, wheel)
    return environment, make(kind, environment, tmp_path) if kind != "sync" else laid


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_after_each_operation_and_one_start_the_probe_passes_or_the_verdict_is_right(
    kind: str, tmp_path: Path, wheel: Path, newer: Path, number: Callable[[str], None], request: pytest.FixtureRequest
) -> None:
    if kind == "clone" and not clones(tmp_path):
        pytest.skip("this file system does not clone files")
    environment, installer = _environment(kind, tmp_path, wheel)
    environment.start()
    assert environment.probe("cudnn").returncode == 0
    # pip copies 700 MB for every cuDNN.
    full = kind in ("hardlink", "copy", "clone")
    cells = [
        cell
        for cell in _cells(newer, wheel)
        if (full or cell.quick) and not (kind.startswith("pip") and "cuDNN" in cell.operation)
    ]
    for cell in cells:
        try:
            cell.act(installer)
            _assert_cell(environment, cell)
        except AssertionError as problem:
            raise AssertionError(f"{kind}, {cell.operation}: {problem}") from problem
    uninstalled = _uninstalled(environment, installer)
    assert uninstalled == "works", uninstalled
    assert _damaged_in_cache() == []
    number(f"installers ({kind}): {len(cells) + 1} cells")


def _uninstalled(environment: Environment, installer: Installer) -> str:
    """Uninstall cudnn-heal itself: what it did stays, serves, and breaks nothing."""
    installer.uninstall("cudnn-heal")
    environment.start()
    if list(environment.site_packages.glob("cudnn_heal*")):
        return "something of cudnn-heal is left"
    return "works" if environment.probe("cudnn").returncode == 0 else "aborts"


def _pypa(tmp_path: Path, wheel: Path) -> tuple[Environment, PyPA]:
    """Return an environment whose cuDNN is no link into uv's cache: what is written through links must not get there."""
    environment = Environment.create(tmp_path / ".venv")
    environment.install(CUBLAS)
    environment.install("--link-mode", "copy", "ctranslate2==4.6.1", CUDNN, wheel)
    return environment, PyPA(environment, folder=tmp_path / "wheels")


@pytest.mark.long
@pytest.mark.parametrize(
    "version", ["4.6.1", pytest.param("4.6.2", marks=pytest.mark.slow), pytest.param("4.5.0", marks=pytest.mark.slow)]
)
def test_installer_that_writes_into_what_is_there_meets_our_copy_and_not_nvidias_file(
    version: str, tmp_path: Path, wheel: Path, number: Callable[[str], None]
) -> None:
    environment, installer = _pypa(tmp_path, wheel)
    environment.settle()
    assert environment.probe("cudnn").returncode == 0
    shim = environment.site_packages / "nvidia/cudnn/lib/libcudnn.so.9"
    before, inode = digest(shim), environment.stub.stat().st_ino

    installer.install(f"ctranslate2=={version}")

    assert environment.stub.stat().st_ino == inode, "the control: it did write into the file that was there"
    assert digest(shim) == before
    environment.settle()
    assert state(environment) == ("healthy", 0)
    assert environment.is_replaced()
    assert environment.probe("cudnn").returncode == 0
    assert _damaged_in_cache() == []
    number(f"installers (PyPA installer over {version}): written into our copy, healed")


def test_installer_that_writes_through_a_link_of_0_1_0_is_noticed_and_the_reinstall_command_helps(
    tmp_path: Path, wheel: Path, number: Callable[[str], None]
) -> None:
    environment, installer = _pypa(tmp_path, wheel)
    environment.settle()
    shim = environment.site_packages / "nvidia/cudnn/lib/libcudnn.so.9"
    before = digest(shim)
    environment.stub.unlink()
    environment.stub.symlink_to("../nvidia/cudnn/lib/libcudnn.so.9")

    installer.install("ctranslate2==4.6.1")

    assert digest(shim) != before, "the control: it did write through the link"
    environment.settle()
    status = environment.status()
    assert status["verdict"] == "damaged"
    parts = status["consumers"][0]["parts"]
    advice = next(line["command"] for part in parts for line in part["fix"] if "nvidia-cudnn-cu12" in (line["command"] or ""))
    assert "reinstall" in advice and ("--refresh" in advice or "--no-cache-dir" in advice)
    assert not os.path.samefile(environment.libs / STUB, shim)
    environment.python("-c", "import ctranslate2", environ={"CUDNN_HEAL": "off"})
    environment.install("--link-mode", "copy", "--reinstall", "--no-deps", CUDNN)
    environment.settle()
    assert state(environment) == ("healthy", 0)
    assert environment.probe("cudnn").returncode == 0
    assert _damaged_in_cache() == []
    number("installers (PyPA installer through a link of 0.1.0): written through, noticed, mended")


def test_installer_that_lays_a_version_without_stub_over_another_leaves_a_working_one(
    tmp_path: Path, wheel: Path, number: Callable[[str], None]
) -> None:
    environment, installer = _pypa(tmp_path, wheel)
    environment.settle()
    installer.install("ctranslate2==4.8.5")
    environment.settle()
    assert environment.probe("cublas").returncode == 0
    assert state(environment)[0] == "healthy"
    number("installers (PyPA installer, 4.8.5 over 4.6.1): 1 cell")


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_installers_lay_the_start_up_file_after_what_it_imports(
    tmp_path: Path, wheel: Path, strace: str, installer: str
) -> None:
    """An interpreter that starts in between would say that there is no ``cudnn_heal_start``."""
    uv("venv", "--seed", tmp_path / "venv")
    environment = Environment(tmp_path / "venv")
    python = str(environment.interpreter)
    options = ["install", "--no-deps"]
    command = [python, "-m", "pip", *options] if installer == "pip" else [UV, "pip", *options, "--python", python]
    calls = "trace=open,openat,link,linkat,rename,renameat,renameat2,copy_file_range,ioctl"
    run(strace, "-f", "-y", "-s", "300", "-e", calls, "-o", tmp_path / "log", *command, wheel)
    lines = (tmp_path / "log").read_text(errors="replace").splitlines()
    site = str(environment.site_packages)
    appears = re.compile(r"(?:O_CREAT|link|rename)")

    def first(name: str) -> int:
        return next(at for at, line in enumerate(lines) if f'"{site}/{name}"' in line and appears.search(line))

    modules = [
        str(path.relative_to(environment.site_packages)) for path in environment.site_packages.glob("cudnn_heal*/**/*.py")
    ]
    assert len(modules) > 40
    assert first("cudnn_heal.pth") > max(map(first, [*modules, "cudnn_heal_start.py"]))
