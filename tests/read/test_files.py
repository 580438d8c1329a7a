"""Reading what anybody may have put there: nothing blocks, nothing is read without end, nothing raises."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

import pytest

from cudnn_heal.read import elf, files


def test_a_file_is_read_whole_up_to_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    assert files.read(str(path)) == b"content"
    assert files.read(str(path), 7) == b"content"
    assert files.read(str(path), 6) == b""


def test_text_that_is_not_utf_8_is_read_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"a\xffb")
    assert files.read_text(str(tmp_path / "file")) == "a\ufffdb"


def test_a_folder_lists_its_names_in_order(tmp_path: Path) -> None:
    for name in "bac":
        (tmp_path / name).write_text("")
    assert files.listdir(str(tmp_path)) == ["a", "b", "c"]


@pytest.mark.parametrize("size", [0, 1, 2**20, 2**20 + 1, 3 * 2**20])
def test_a_hash_is_of_the_whole_content(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    (tmp_path / "file").write_bytes(data)
    expected = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    assert files.hash_file(str(tmp_path / "file")) == files.hash_bytes(data) == expected


@pytest.mark.parametrize("kind", ["missing", "fifo", "folder", "loop", "device", "nul", "dangling"])
def test_what_is_no_file_has_no_content_and_no_hash(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "file"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind in ("loop", "device", "dangling"):
        path.symlink_to({"device": "/dev/zero", "loop": path.name, "dangling": "gone"}[kind])
    name = "a\0b" if kind == "nul" else str(path)
    opened = len(os.listdir("/proc/self/fd"))
    assert (files.read(name), files.read_text(name), files.hash_file(name)) == (b"", "", "")
    assert files.listdir(name) == []
    assert len(os.listdir("/proc/self/fd")) == opened


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    (tmp_path / "link").symlink_to("file")
    assert files.read(str(tmp_path / "link")) == b"content"
    assert files.hash_file(str(tmp_path / "link")) == files.hash_bytes(b"content")


def test_what_cannot_be_opened_is_as_if_it_were_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"content")

    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert (files.read(str(tmp_path / "file")), files.hash_file(str(tmp_path / "file"))) == (b"", "")


@pytest.mark.parametrize("link", [False, True])
def test_never_more_is_read_than_a_files_size_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, link: bool) -> None:
    """Those of procfs say 0, and of /proc/kmsg each read takes messages away from who needs them."""
    path = "/proc/self/status"
    if link:
        (tmp_path / "link").symlink_to(path)
        path = str(tmp_path / "link")
    with open(path, "rb") as control:
        assert control.read(1)
    calls: list[str] = []

    def read(*_: object) -> bytes:
        calls.append("read")
        return b""

    for name in ("read", "pread"):
        monkeypatch.setattr(os, name, read)
    reader = files.Reader()
    assert reader.read(path) == b""
    assert reader.hash_file(path) == reader.hash_file(path, chosen=True) == files.hash_bytes(b"")
    assert elf.dynamic(path, reader) is None and elf.section(path, b".rodata", reader) is None
    assert (calls, reader.unknown) == ([], {})


def test_an_empty_file_that_another_user_may_have_chosen_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To open a file of tracefs can do something."""
    (tmp_path / "empty").touch()
    (tmp_path / "link").symlink_to("empty")
    real = os.open
    ways: list[int] = []

    def recorded(path: str, flags: int, **more: int | None) -> int:
        ways.append(flags & os.O_PATH)
        return real(path, flags, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", recorded)
    os.close(files.open_followed(str(tmp_path / "link")))
    assert ways == [os.O_PATH]


def test_a_file_that_is_too_large_is_not_read_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open(tmp_path / "sparse", "wb") as file:
        file.truncate(2**43)
    read: list[int] = []

    def recorded(_: int, size: int) -> bytes:
        read.append(size)
        return b""

    monkeypatch.setattr(os, "read", recorded)
    assert (files.read(str(tmp_path / "sparse")), files.hash_file(str(tmp_path / "sparse"))) == (b"", "")
    assert read == []


def test_one_reader_hashes_so_much_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "HASHED_BYTES", 20)
    for name in "abc":
        (tmp_path / name).write_bytes(b"0123456789")
    reader = files.Reader()
    assert [bool(reader.hash_file(str(tmp_path / name))) for name in "abc"] == [True, True, False]
    assert files.hash_file(str(tmp_path / "c"))
