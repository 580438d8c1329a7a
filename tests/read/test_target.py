"""Which environment a call is about: what is an environment, what is none, and what another interpreter may do meanwhile."""

from __future__ import annotations

import errno
import json
import os
import platform
import stat
import sys
from pathlib import Path

import pytest

import cudnn_heal_start
from cudnn_heal.read import target
from cudnn_heal.read.target import Unusable
from support.environments import at_start, uv
from support.wheels import Site, onnxruntime_wheel

VERSION = platform.python_version()


@pytest.fixture(scope="module")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an environment without cudnn-heal."""
    path = tmp_path_factory.mktemp("target") / "venv"
    uv("venv", "--python", sys.executable, path)
    return path


def site_packages(venv: Path) -> str:
    return str(next((venv / "lib").glob("python*/site-packages")))


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def answering(path: Path, answer: object) -> Path:
    """Write a program that gives `answer` where an interpreter would."""
    return script(path, f"cat >$5 <<'EOF'\n{json.dumps(answer)}\nEOF")


# This interpreter's own.


def test_own_is_where_cudnn_heal_is_unless_a_linked_package_lies_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site(tmp_path / "site").ctranslate2()
    mine = target.here()
    assert (mine.is_home, mine.python, mine.version) == (True, sys.executable, VERSION)
    monkeypatch.setattr(sys, "path", [*sys.path, str(site.path)])
    found = target.here()
    assert (found.site_packages, found.is_home, found.hook) == (str(site.path), False, cudnn_heal_start.started)


def test_a_package_that_links_do_not_serve_decides_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site(tmp_path / "site").install(onnxruntime_wheel())
    monkeypatch.setattr(sys, "path", [str(site.path), *sys.path])
    assert target.here().site_packages != str(site.path)


def test_in_an_editable_install_sysconfig_tells_where_packages_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    import sysconfig

    monkeypatch.setattr(cudnn_heal_start, "__file__", "/somewhere/hook/cudnn_heal_start.py")
    assert target.here().site_packages == sysconfig.get_path("platlib")
    monkeypatch.setattr(cudnn_heal_start, "__file__", "/venv/site-packages/cudnn_heal_start.py")
    assert target.here().site_packages == "/venv/site-packages"


def test_an_environment_at_a_path_is_our_own() -> None:
    assert target.at("/site")[:3] == ("/site", sys.executable, True)


@pytest.mark.parametrize("installed", [False, True])
def test_an_environment_without_any_of_the_packages_is_empty(tmp_path: Path, installed: bool) -> None:
    site = Site(tmp_path / "site")
    if installed:
        site.install(onnxruntime_wheel())
    assert target.is_empty(target.at(str(site.path))) is not installed


# Another one.


@pytest.mark.parametrize("named", [".", "bin/python", "bin/python3"])
def test_another_environment_is_named_by_its_folder_or_its_interpreter(venv: Path, named: str) -> None:
    found = target.other(str(venv / named))
    assert found.site_packages == site_packages(venv)
    assert found.version == VERSION
    assert (found.is_home, found.hook) == (False, False)
    assert found.python.startswith(str(venv) + "/bin/python")


def test_with_python3_alone_that_one_is_named(tmp_path: Path) -> None:
    uv("venv", "--python", sys.executable, tmp_path / "venv")
    (tmp_path / "venv/bin/python").rename(tmp_path / "venv/bin/python3.x")
    for name in (tmp_path / "venv/bin").glob("python3*"):
        name.unlink()
    (tmp_path / "venv/bin/python3").symlink_to(os.path.realpath(sys.executable))
    found = target.other(str(tmp_path / "venv"))
    assert found.python == str(tmp_path / "venv/bin/python3")
    assert found.site_packages == site_packages(tmp_path / "venv")


def test_a_relative_path_is_made_absolute(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(venv.parent)
    assert target.other(venv.name).python == str(venv / "bin/python")


def test_where_a_linked_package_lies_is_the_environment(tmp_path: Path) -> None:
    uv("venv", "--python", sys.executable, tmp_path / "venv")
    site = Site(tmp_path / "elsewhere").ctranslate2()
    (Path(site_packages(tmp_path / "venv")) / "more.pth").write_text(f"{site.path}\n")
    assert target.other(str(tmp_path / "venv")).site_packages == str(site.path)


def test_what_its_start_up_files_print_is_not_its_answer(tmp_path: Path) -> None:
    uv("venv", "--python", sys.executable, tmp_path / "venv")
    packages = Path(site_packages(tmp_path / "venv"))
    at_start(packages, "import sys; print('[\"noise\"]'); print('more', file=sys.stderr)")
    assert target.other(str(tmp_path / "venv")).site_packages == str(packages)


def test_a_child_that_holds_stdout_open_is_not_waited_for(tmp_path: Path) -> None:
    uv("venv", "--python", sys.executable, tmp_path / "venv")
    packages = Path(site_packages(tmp_path / "venv"))
    held = tmp_path / "pid"
    at_start(
        packages,
        f"import subprocess\nchild = subprocess.Popen(['sleep', '600'])\nopen({str(held)!r}, 'w').write(str(child.pid))\n",
    )
    try:
        assert target.other(str(tmp_path / "venv")).site_packages == str(packages)
    finally:
        os.kill(int(held.read_text()), 9)


def test_the_current_folders_modules_are_not_imported(venv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("json", "sysconfig", "os"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n")
    monkeypatch.chdir(tmp_path)
    assert target.other(str(venv)).site_packages == site_packages(venv)
    assert not (tmp_path / "ran").exists()


def test_its_own_hook_is_off_while_it_is_asked_and_is_seen(tmp_path: Path) -> None:
    from hardening.venv import demo

    environment, site = demo(tmp_path / "venv")
    found = target.other(str(environment.path))
    assert found.hook
    assert not (site.libs / ".cudnn-heal").exists()


# What is none: one sentence that says what to do.


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("missing", "does not exist"),
        ("empty name", "got an empty name"),
        ("empty folder", "has no bin/python"),
        ("windows", "is an environment of Windows"),
        ("no program", "is not executable"),
        ("no python", "is no Python interpreter"),
        ("fails", "is no Python interpreter"),
        ("not a program", "does not start"),
        ("nonsense", "is no Python interpreter"),
        ("other system", "is a Python for win32: name one for linux"),
        ("old", "is Python 2.7"),
    ],
)
def test_what_is_no_environment_is_said_in_one_sentence(tmp_path: Path, kind: str, words: str) -> None:
    place = tmp_path / "target"
    if kind in ("empty folder", "windows"):
        place.mkdir()
    if kind == "windows":
        (place / "Scripts").mkdir()
        (place / "Scripts/python.exe").touch()
    elif kind == "no program":
        place.write_text("text")
    elif kind in ("no python", "fails"):
        script(place, "echo words; exit 3" if kind == "fails" else "exit 0")
    elif kind == "not a program":
        place.write_bytes(b"\x7fELF nonsense")
        place.chmod(0o755)
    elif kind == "nonsense":
        answering(place, [1, 2])
    elif kind == "other system":
        answering(place, [[3, 12], "win32", "x", [], "y", False])
    elif kind == "old":
        answering(place, [[2, 7], "linux2", "x", [], "y", False])
    with pytest.raises(Unusable) as caught:
        target.other("" if kind == "empty name" else str(place))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_program_that_does_not_answer_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "ASK_SECONDS", 0.2)
    with pytest.raises(Unusable, match="did not answer"):
        target.other(str(script(tmp_path / "slow", f"echo $$ > {tmp_path}/pid; exec sleep 600")))
    assert not os.path.exists(f"/proc/{int((tmp_path / 'pid').read_text())}")


def test_an_interpreter_that_this_user_cannot_reach_is_told_from_one_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denying(path: str) -> os.stat_result:
        if path.endswith("bin/python"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return os.lstat(path)

    with monkeypatch.context() as patched:
        patched.setattr(os, "stat", denying)
        with pytest.raises(Unusable, match="bin/python can't be run by this user"):
            target._is_there(str(tmp_path / "bin/python"))
        assert target._is_there(str(tmp_path)) and not target._is_there(str(tmp_path / "nothing"))
