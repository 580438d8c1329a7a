"""The start-up module: what was recorded is believed while it holds, and who else is on ``sys.meta_path`` is left alone."""

from __future__ import annotations

import ast
import copy
import os
import pickle
import sys
import time
from pathlib import Path

import pytest

import cudnn_heal_start
from cudnn_heal import catalog
from cudnn_heal.memory import stamp


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a site-packages for the fast path, which is imported here but has not run."""
    monkeypatch.setattr(cudnn_heal_start, "home", str(tmp_path))
    (tmp_path / "ctranslate2.libs" / ".cudnn-heal").mkdir(parents=True)
    (tmp_path / "nvidia/cudnn/lib").mkdir(parents=True)
    (tmp_path / "RECORD").write_text("")
    return tmp_path


def write_stamp(home: Path, *paths: str, verdict: str = "healthy", name: str = "stamp") -> Path:
    fingerprint = stamp.Fingerprint(str(home))
    for path in paths or ("ctranslate2.libs", "nvidia/cudnn/lib", "RECORD"):
        fingerprint.add(path)
    file = home / "ctranslate2.libs/.cudnn-heal" / name
    file.write_bytes(fingerprint.encode(verdict))
    return file


def recorded(home: Path) -> str:
    return cudnn_heal_start.recorded(str(home / "ctranslate2.libs"))


@pytest.mark.parametrize("verdict", ["healthy", "not-needed", "no-provider", "failed"])
def test_an_unchanged_environment_has_the_recorded_verdict(home: Path, verdict: str) -> None:
    write_stamp(home, verdict=verdict)
    assert recorded(home) == verdict


def test_a_pause_is_recorded_like_a_verdict(home: Path) -> None:
    write_stamp(home, verdict="paused", name="paused")
    assert recorded(home) == "paused"


def touch(home: Path, path: str, seconds: float) -> None:
    state = (home / path).stat()
    os.utime(home / path, ns=(state.st_atime_ns, state.st_mtime_ns + int(seconds * 10**9)))


@pytest.mark.parametrize("path", ["ctranslate2.libs", "nvidia/cudnn/lib", "RECORD"])
@pytest.mark.parametrize("seconds", [1e-6, 0.02, -5, 5])
def test_a_changed_time_is_noticed(home: Path, path: str, seconds: float) -> None:
    write_stamp(home)
    touch(home, path, seconds)
    assert recorded(home) == ""


def test_a_changed_size_is_noticed(home: Path) -> None:
    write_stamp(home)
    state = (home / "RECORD").stat()
    (home / "RECORD").write_text("longer")
    os.utime(home / "RECORD", ns=(state.st_atime_ns, state.st_mtime_ns))
    assert recorded(home) == ""


def test_a_time_cut_to_whole_seconds_is_the_same_time(home: Path) -> None:
    os.utime(home / "RECORD", ns=(0, 1_795_364_485_246_321_258))
    write_stamp(home)
    os.utime(home / "RECORD", ns=(0, 1_795_364_485_000_000_000))
    assert recorded(home) == "healthy"
    os.utime(home / "RECORD", ns=(0, 1_795_364_486_000_000_000))
    assert recorded(home) == ""


def test_what_is_missing_is_watched_where_it_would_appear(home: Path) -> None:
    text = write_stamp(home, "nvidia/nccl/lib", "gone/RECORD").read_text()
    assert [line.split(" ", 2)[2] for line in text.split("\n")[1:-1]] == ["nvidia", ""]
    assert recorded(home) == "healthy"
    (home / "nvidia/nccl").mkdir()
    assert recorded(home) == ""


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(cudnn_heal_start.VERSION.encode(), b"0.0.0"),
        lambda data: data.replace(b"RECORD", b"../RECORD"),
        lambda data: data.replace(b"RECORD", b"R\xff"),
        lambda data: data.replace(b" - ", b" x "),
        lambda data: b"\0" * 5000,
    ],
)
def test_a_damaged_stamp_is_none(home: Path, damage: object) -> None:
    file = write_stamp(home)
    file.write_bytes(damage(file.read_bytes()))  # type: ignore[operator]
    assert recorded(home) == ""


def test_a_fifo_a_folder_or_a_link_in_place_of_the_stamp_is_none(home: Path, tmp_path: Path) -> None:
    file = write_stamp(home)
    opened = len(os.listdir("/proc/self/fd"))
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert recorded(home) == ""
    file.unlink()
    os.mkfifo(file)
    assert recorded(home) == ""
    file.unlink()
    file.mkdir()
    assert recorded(home) == "none", "nothing can be recorded there: every start would be slow"
    assert len(os.listdir("/proc/self/fd")) == opened


@pytest.mark.parametrize(("seconds", "expected"), [(0, "failed"), (-299, "failed"), (-301, ""), (5, "")])
def test_a_failure_is_believed_for_a_while(home: Path, seconds: float, expected: str) -> None:
    file = write_stamp(home, verdict="failed")
    now = time.time() + seconds
    os.utime(file, (now, now))
    assert recorded(home) == expected


@pytest.mark.parametrize("verdict", ["healthy", "not-needed", "paused", "no-provider"])
def test_any_other_verdict_is_believed_however_old(home: Path, verdict: str) -> None:
    os.utime(write_stamp(home, verdict=verdict), (0, 0))
    assert recorded(home) == verdict


def test_a_pause_counts_where_the_stamp_does_not_hold(home: Path) -> None:
    write_stamp(home, verdict="paused", name="paused")
    write_stamp(home).write_bytes(b"")
    assert recorded(home) == "paused"


@pytest.mark.parametrize("kind", ["missing", "link", "file"])
def test_without_a_folder_there_is_nothing_to_do(home: Path, tmp_path: Path, kind: str) -> None:
    libs = home / "ctranslate2.libs"
    libs.rename(tmp_path / "elsewhere")
    if kind == "link":
        libs.symlink_to(tmp_path / "elsewhere")
    elif kind == "file":
        libs.write_text("")
    assert recorded(home) == "none"


@pytest.mark.parametrize("closed", ["ctranslate2.libs", "ctranslate2.libs/.cudnn-heal"])
def test_where_nothing_can_be_written_there_is_nothing_to_do(home: Path, monkeypatch: pytest.MonkeyPatch, closed: str) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: path != str(home / closed))
    assert recorded(home) == "none"


@pytest.mark.parametrize("name", [".cudnn-heal", ".cudnn-heal/stamp"])
def test_where_something_else_stands_in_the_place_of_ours_there_is_nothing_to_do(home: Path, tmp_path: Path, name: str) -> None:
    """A start could record nothing there, and would be slow every time."""
    ours = home / "ctranslate2.libs" / name
    if name.endswith("stamp"):
        ours.parent.mkdir(exist_ok=True)
        ours.unlink(missing_ok=True)
        ours.mkdir()
    else:
        if ours.exists():
            ours.rename(tmp_path / "moved")
        (tmp_path / "elsewhere").mkdir()
        ours.symlink_to(tmp_path / "elsewhere")
    assert recorded(home) == "none"


def test_what_another_user_owns_is_not_ours_to_change(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert recorded(home) == ""
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert recorded(home) == "none"


# The finder.


def test_the_finder_answers_for_the_watched_packages_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []

    class Finder:
        def find_spec(self, name: str, path: object, target: object) -> None:
            names.append(name)

    monkeypatch.setattr(sys, "meta_path", [cudnn_heal_start.find_spec, Finder()])
    for name in ("json", "ctranslate2", "ctranslate2.models", "onnxruntime", "torch", "torch.nn"):
        assert cudnn_heal_start.find_spec(name) is None
    assert names == ["ctranslate2", "onnxruntime", "torch"]


def test_the_finder_can_be_copied_and_pickled() -> None:
    finder = cudnn_heal_start.find_spec
    assert copy.deepcopy(finder) is finder
    assert pickle.loads(pickle.dumps(finder)) is finder
    assert finder.find_spec is finder


def test_watching_twice_puts_one_finder_at_the_head(monkeypatch: pytest.MonkeyPatch) -> None:
    finder: object = cudnn_heal_start.find_spec
    others = [one for one in sys.meta_path if one is not finder]
    monkeypatch.setattr(sys, "meta_path", others)
    monkeypatch.setattr(cudnn_heal_start, "watching", False)
    cudnn_heal_start.watch()
    cudnn_heal_start.watch()
    assert list(sys.meta_path) == [finder, *others]
    assert cudnn_heal_start.watching


def test_a_start_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    watched: list[int] = []
    monkeypatch.setattr(cudnn_heal_start, "started", False)
    monkeypatch.setattr(cudnn_heal_start, "watch", lambda: watched.append(1))
    cudnn_heal_start.start()
    cudnn_heal_start.start()
    assert watched == [1]


@pytest.mark.parametrize("word", [b"off", b"0", b"NO", b"false", b"verbose, off", b"-onnxruntime,Off"])
def test_off_in_any_of_its_words_watches_nothing(monkeypatch: pytest.MonkeyPatch, word: bytes) -> None:
    import posix

    monkeypatch.setattr(cudnn_heal_start, "started", False)
    monkeypatch.setattr(cudnn_heal_start, "watch", lambda: pytest.fail("it watches"))
    monkeypatch.setitem(posix.environ, b"CUDNN_HEAL", word)
    cudnn_heal_start.start()
    assert cudnn_heal_start.started


# The two constants that stand here and in the catalog.


def test_what_is_watched_are_the_catalogs_consumers() -> None:
    assert {name: way for name, (way, *_) in cudnn_heal_start.WATCHED.items()} == {
        name: one.way for name, one in catalog.CONSUMERS.items()
    }


def test_the_folders_are_the_catalogs() -> None:
    assert tuple(one.folder for one in catalog.CONSUMERS.values() if one.folder) == cudnn_heal_start.FOLDERS


def test_the_start_up_module_imports_nothing_that_an_interpreter_has_not_loaded() -> None:
    tree = ast.parse(Path(cudnn_heal_start.__file__).read_text())
    top = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert [alias.name for node in top for alias in node.names] == ["os", "sys"]
