"""Reading what anybody may have put there: nothing blocks, nothing is read without end, nothing raises."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

import pytest

from cudnn_heal.read import files


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
