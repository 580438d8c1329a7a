"""The wheel itself: what it holds, and how it is installed."""

from __future__ import annotations

import re
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT
from support.environments import CUBLAS, Environment, digest, uv


def test_the_wheel_holds_the_folder_hook_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        record = archive.read(next(name for name in archive.namelist() if name.endswith("/RECORD"))).decode()
    expected = {str(path.relative_to(ROOT / "hook")) for path in (ROOT / "hook").rglob("*") if path.is_file()}
    laid = {re.sub(r"^cudnn_heal-[^/]+\.data/purelib/", "", name) for name in names}
    assert laid == {name for name in expected if "__pycache__" not in name}
    assert {"cudnn_heal.pth", "cudnn_heal_start.py"} <= laid
    assert names <= {row.split(",")[0] for row in record.splitlines()}


@pytest.mark.real
def test_the_sdist_holds_what_builds_and_tests_it(tmp_path: Path) -> None:
    uv("build", "--sdist", "--out-dir", tmp_path, ROOT)
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"hook/cudnn_heal.pth", "hatch_build.py", "tests/test_heal.py", "LICENSE", "CHANGELOG.md"} <= names


def test_the_start_up_file_is_one_line() -> None:
    assert (ROOT / "hook/cudnn_heal.pth").read_text() == "import cudnn_heal_start\n"


def test_what_is_installed_is_in_its_record(tmp_path: Path, wheel: Path) -> None:
    environment = Environment.create(tmp_path / "venv", wheel)
    environment.start()
    (record,) = environment.site_packages.glob("cudnn_heal-*.dist-info/RECORD")
    rows = [line.split(",") for line in record.read_text().splitlines()]
    for path, value, _ in rows:
        assert not value or f"sha256={digest(environment.site_packages / path)}" == value
    ours = {str(path.relative_to(environment.site_packages)) for path in environment.site_packages.glob("cudnn_heal*")}
    assert ours - {path.split("/")[0] for path, _, _ in rows} == set()


def test_an_editable_install_has_the_start_up_file_and_leaves_the_environment_alone(make: Callable[..., Environment]) -> None:
    environment = make("ctranslate2==4.6.1", CUBLAS, "--no-deps")
    environment.install("--editable", ROOT)
    assert (environment.site_packages / "cudnn_heal.pth").is_file()
    before = environment.tree()
    environment.settle()
    code = "import sys, cudnn_heal_start; print(cudnn_heal_start.home == '', cudnn_heal_start.find_spec in sys.meta_path)"
    assert environment.python("-c", code).stdout == "True True\n"  # nothing to record there, and imports are watched
    assert environment.tree() == before
    assert environment.status()["site_packages"] == str(environment.site_packages)
    assert "libcublas.so.12 -> ../nvidia" in environment.heal("--verbose").stdout
    assert environment.tree() != before


def test_installers_remove_the_start_up_file_before_what_it_imports(make: Callable[..., Environment], wheel: Path) -> None:
    """Both uv and pip remove in the order of names, and an interpreter may start in between."""
    environment = make(wheel)
    (record,) = environment.site_packages.glob("cudnn_heal-*.dist-info/RECORD")
    names = [line.split(",")[0] for line in record.read_text().splitlines()]
    assert names.index("cudnn_heal.pth") < names.index("cudnn_heal/__init__.py") < names.index("cudnn_heal_start.py")
    assert sorted(names)[-1] == "cudnn_heal_start.py"


def test_a_half_removed_cudnn_heal_costs_no_interpreter_its_start(make: Callable[..., Environment], wheel: Path) -> None:
    environment = make("ctranslate2==4.8.5", wheel, "--no-deps")
    (environment.site_packages / "cudnn_heal").rename(environment.site_packages / "gone")
    environment.start()
    environment.start()
