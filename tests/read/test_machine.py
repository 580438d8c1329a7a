"""The process and its machine: what is told of ``LD_LIBRARY_PATH``, the map, the switches; asked in child processes."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

import cudnn_heal_start
from cudnn_heal import loader
from cudnn_heal.read import machine as process
from cudnn_heal.systems import linux
from support.environments import clean_environ, run
from support.wheels import Site

HOOK = Path(cudnn_heal_start.__file__).parent
TOLD = """
import json, sys
sys.path.insert(0, sys.argv[1])
from cudnn_heal.read.machine import process
here = process(hook=True)
shelves = [[one.folder, one.real, sorted(one.names)] for one in here.library_path]
print(json.dumps([shelves, here.mapped, here.hook, here.off, sorted(here.without)]))
"""


def told(prepare: str = "", **environ: str) -> list[Any]:
    """Return what a child process says of itself."""
    return list(json.loads(run(sys.executable, "-S", "-c", prepare + TOLD, HOOK, env=clean_environ(**environ)).stdout))


@pytest.mark.parametrize("separator", [":", ";"])
def test_the_library_path_is_told_folder_by_folder(tmp_path: Path, separator: str) -> None:
    (tmp_path / "one").mkdir()
    for name in ("libcudnn.so.9", "notes.txt", "libfoo.so"):
        (tmp_path / "one" / name).write_text("")
    (tmp_path / "two").symlink_to("one")
    value = separator.join([str(tmp_path / "two"), "/nowhere"])
    assert told(LD_LIBRARY_PATH=value)[0] == [
        [str(tmp_path / "two"), str(tmp_path / "one"), ["libcudnn.so.9", "libfoo.so"]],
        ["/nowhere", "/nowhere", []],
    ]


def test_an_empty_part_is_the_current_folder() -> None:
    assert [shelf[0] for shelf in told(LD_LIBRARY_PATH="/nowhere:")[0]] == ["/nowhere", "."]
    assert told(LD_LIBRARY_PATH="")[0] == []


def test_a_change_to_the_environment_does_not_count() -> None:
    """The loader read it when the process started."""
    changed = "import os; os.environ['LD_LIBRARY_PATH'] = '/elsewhere'\n"
    assert told(changed, LD_LIBRARY_PATH="/nowhere")[0][0][0] == "/nowhere"
    assert told(changed)[0] == []
    gone = "import os; del os.environ['LD_LIBRARY_PATH']\n"
    assert told(gone, LD_LIBRARY_PATH="/nowhere")[0][0][0] == "/nowhere"


@pytest.mark.parametrize(
    "block", [b"", bytes(100), b"gunicorn: master\0\0", b"PATH=/bin\0a title\0", b"worker: a=b\0\0\0", b"=x\0"]
)
def test_where_a_program_wrote_over_its_environment_pythons_own_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: bytes
) -> None:
    """As ``setproctitle`` does."""
    (tmp_path / "environ").write_bytes(block)
    monkeypatch.setattr(loader, "ENVIRON", str(tmp_path / "environ"))
    monkeypatch.setenv("LD_LIBRARY_PATH", "/later")
    monkeypatch.setattr(cudnn_heal_start, "started", True)
    monkeypatch.setattr(cudnn_heal_start, "library_path", b"/nowhere")
    assert loader.library_path() == "/nowhere"
    (tmp_path / "environ").unlink()
    assert loader.library_path() == "/nowhere"
    monkeypatch.setattr(cudnn_heal_start, "started", False)
    assert loader.library_path() == "/later", "where no start has seen it, what is set now is the best that is known"


def test_what_is_mapped_is_told_with_links_resolved(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").cudnn()
    (tmp_path / "link.so").symlink_to(site.path / "nvidia/cudnn/lib/libcudnn.so.9")
    mapped = told(f"import ctypes; ctypes.CDLL({str(tmp_path / 'link.so')!r})\n")[1]
    assert str(site.path / "nvidia/cudnn/lib/libcudnn.so.9") in mapped
    assert not any("link.so" in path for path in mapped)


def test_a_file_that_was_replaced_is_known_by_its_inode(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").cudnn()
    library = site.path / "nvidia/cudnn/lib/libcudnn.so.9"
    inode = library.stat().st_ino
    code = f"""
import ctypes, os, sys
ctypes.CDLL({str(library)!r})
os.unlink({str(library)!r})
sys.path.insert(0, {str(HOOK)!r})
from cudnn_heal.read.machine import process
print({inode} in process().inodes)
"""
    assert run(sys.executable, "-S", "-c", code, env=clean_environ()).stdout == "True\n"


def test_without_proc_nothing_is_known_to_be_mapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.open", lambda *_, **__: (_ for _ in ()).throw(OSError(2, "no /proc")))
    assert linux.mapped() == ((), frozenset())


@pytest.mark.parametrize(
    ("value", "hook", "off", "without"),
    [
        ("", True, False, []),
        ("verbose", True, False, []),
        ("off", False, True, []),
        ("0", False, True, []),
        ("No", False, True, []),
        ("FALSE", False, True, []),
        ("verbose,off", False, True, []),
        ("-onnxruntime", True, False, ["onnxruntime"]),
        (" -torch , -onnxruntime ,verbose", True, False, ["onnxruntime", "torch"]),
        ("offline", True, False, []),
    ],
)
def test_the_switches_turn_the_hook_off_or_leave_packages_out(value: str, hook: bool, off: bool, without: list[str]) -> None:
    assert told(CUDNN_HEAL=value)[2:] == [hook, off, without]


@pytest.mark.parametrize("hook", [True, False])
def test_another_processs_hook_is_as_said(hook: bool) -> None:
    assert process.process(hook=hook).hook is hook


@pytest.mark.parametrize("watching", [True, False])
def test_our_own_hook_is_at_work_where_imports_are_watched(monkeypatch: pytest.MonkeyPatch, watching: bool) -> None:
    monkeypatch.delenv("CUDNN_HEAL", raising=False)
    monkeypatch.setattr(cudnn_heal_start, "watching", watching)
    assert process.process().hook is watching


@pytest.mark.parametrize("device", ["/dev/nvidiactl", "/dev/dxg", ""])
def test_a_gpu_is_a_drivers_device_file(monkeypatch: pytest.MonkeyPatch, device: str) -> None:
    monkeypatch.setattr(os.path, "exists", lambda path: path == device)
    assert linux.has_gpu() is bool(device)
    assert process.process().gpu is bool(device)


def test_only_folders_in_which_wheels_can_lie_are_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site(tmp_path / "site").cudnn()
    (tmp_path / "other").mkdir()
    monkeypatch.setattr(sys, "path", ["", str(tmp_path / "other"), str(site.path), str(site.path), "/nowhere"])
    assert process.process().search == (str(site.path),)


def test_the_systems_copies_are_looked_for_only_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("libcudnn.so.9", "libcudnn.so", "libcublas.so.12", "libfoo.so.1"):
        (tmp_path / name).write_text("")
    (tmp_path / "libcudnn.so.9.1.0").symlink_to("libcudnn.so.9")
    monkeypatch.setattr(linux, "PLACES", (str(tmp_path),))
    assert process.process().system == ()
    assert process.process(system=True).system == (str(tmp_path / "libcublas.so.12"), str(tmp_path / "libcudnn.so.9"))


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.124.06  Wed Feb 26", "570.124.06"),
        ("NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build", "580.65.06"),
        ("NVRM version: NVIDIA UNIX Open Kernel Module for aarch64  580.95.05  Release Build", "580.95.05"),
        ("", ""),
    ],
)
def test_the_kernel_tells_the_driver(said: str, version: str, tmp_path: Path) -> None:
    assert process.loaded_driver(str(tmp_path)) == "", "as under WSL, which has no such file"
    (tmp_path / process.DRIVER).parent.mkdir(parents=True)
    (tmp_path / process.DRIVER).write_text(said)
    assert process.loaded_driver(str(tmp_path)) == version
