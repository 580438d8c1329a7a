"""Manifest and stamp: what is written is read again, and what is damaged is none."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import cudnn_heal_start
from cudnn_heal import stamp
from cudnn_heal.manifest import EMPTY, HISTORY_LENGTH, Heal, Link, Manifest, encode, parse

FULL = Manifest(
    found={"ctranslate2": "4.6.1"},
    stub={"name": "libcudnn-74a4c495.so.9.1.0", "sha256": "x", "size": 126449},
    links={"libcublas.so.12": Link("../nvidia/cublas/lib/libcublas.so.12", 5, "")},
    backup="libcudnn-74a4c495.so.9.1.0.ORIGINAL",
    history=(Heal("2026-11-22T00:00:00Z", "0.1.0", "first heal"),),
    error="",
)


@pytest.mark.parametrize("manifest", [EMPTY, FULL])
def test_a_manifest_is_read_as_it_was_written(manifest: Manifest) -> None:
    assert parse(encode(manifest)) == manifest


def test_keys_that_are_not_known_are_ignored() -> None:
    content = json.loads(encode(FULL))
    content["tomorrow"] = {"links": 3}
    assert parse(json.dumps(content).encode()) == FULL


def test_only_the_newest_history_is_kept() -> None:
    history = tuple(Heal("", "", str(number)) for number in range(HISTORY_LENGTH + 5))
    assert parse(encode(FULL._replace(history=history))).history[0].cause == "5"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"schema": 2}',
        b'{"schema": 1, "found": []}',
        encode(FULL)[:-20],
        encode(FULL).replace(b"126449", b"1e999").replace(b'"links": {', b'"links": {"a": 3, '),
        b"[" * 100000,
    ],
)
def test_a_damaged_manifest_is_none(data: bytes) -> None:
    assert parse(data) == EMPTY


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
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert recorded(home) == ""
    file.unlink()
    os.mkfifo(file)
    assert recorded(home) == ""
    file.unlink()
    file.mkdir()
    assert recorded(home) == ""
    assert len(os.listdir("/proc/self/fd")) == len(os.listdir("/proc/self/fd"))


def test_what_changed_a_moment_ago_is_not_still(home: Path) -> None:
    fingerprint = stamp.Fingerprint(str(home))
    fingerprint.add("RECORD")
    touch(home, "RECORD", -1)
    assert not fingerprint.is_still()
    later = stamp.Fingerprint(str(home))
    later.add("RECORD")
    assert later.is_still()


def test_a_time_in_the_future_counts_as_still(home: Path) -> None:
    touch(home, "RECORD", 1000)
    fingerprint = stamp.Fingerprint(str(home))
    fingerprint.add("RECORD")
    assert fingerprint.is_still()
