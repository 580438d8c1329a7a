"""The PE reader: what made-up DLLs say of themselves, and that no damaged file makes it raise."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest

from cudnn_heal.read import pe
from support.pe_files import dll

FULL = dll(
    name="full64_1.dll",
    imports=["cublasLt64_13.dll", "KERNEL32.dll"],
    delayed=["SHELL32.dll"],
    rdata=b"\0cudnn64_9.dll\0",
    text=b"code",
)
HEADERS = 0x200
"""Bytes of the headers, in which every number stands that says where something is."""


@pytest.fixture
def full(tmp_path: Path) -> str:
    return written(tmp_path, FULL)


def written(folder: Path, data: bytes) -> str:
    (folder / "file.dll").write_bytes(data)
    return str(folder / "file.dll")


def test_a_made_up_file_says_what_it_was_made_with(full: str) -> None:
    assert pe.image(full) == pe.Image("full64_1.dll", ("cublasLt64_13.dll", "KERNEL32.dll"), ("SHELL32.dll",))
    assert pe.is_whole(full)


def test_a_file_without_tables_imports_nothing(tmp_path: Path) -> None:
    assert pe.image(written(tmp_path, dll())) == pe.Image("", (), ())


def test_a_file_with_few_data_directories_has_no_delayed_imports(tmp_path: Path) -> None:
    data = bytearray(FULL)
    struct.pack_into("<I", data, 0x40 + 24 + 108, 2)  # NumberOfRvaAndSizes
    assert pe.image(written(tmp_path, bytes(data))) == pe.Image("full64_1.dll", ("cublasLt64_13.dll", "KERNEL32.dll"), ())


def test_a_table_without_its_last_row_is_read_to_its_end(tmp_path: Path) -> None:
    data = bytearray(FULL)
    size = 0x40 + 24 + 112 + 8 + 4  # of the import directory
    struct.pack_into("<I", data, size, 40)
    image = pe.image(written(tmp_path, bytes(data)))
    assert image and image.imports == ("cublasLt64_13.dll", "KERNEL32.dll")


def test_the_sections_of_a_made_up_file_are_read_whole(full: str) -> None:
    assert b"\0cudnn64_9.dll\0" in (pe.section(full, b".rdata") or b"")
    assert (pe.section(full, b".text") or b"").rstrip(b"\0") == b"code"
    assert pe.section(full, b".nonsense") is None
    assert pe.section(full, b".rd") is None


def test_what_it_may_open_stands_among_its_strings(tmp_path: Path) -> None:
    data = b"a text\0cublas64_12.dll\0\0\0cudnn64_9.dll\0cublas64_12.dll\0x.dll.txt\0" + b"y" * 99 + b".dll\0"
    path = written(tmp_path, dll(name="full64_1.dll", imports=["cudart64_12.dll"], rdata=data))
    assert set(pe.named(path)) == {"full64_1.dll", "cudart64_12.dll", "cublas64_12.dll", "cudnn64_9.dll"}
    assert pe.named(str(tmp_path / "none")) == ()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"#!/bin/sh\n", id="a script"),
        pytest.param(b"MZ", id="two bytes"),
        pytest.param(b"\x7fELF\x02\x01" + bytes(4096), id="an ELF file"),
        pytest.param(FULL[:0x58] + b"\x0b\x01" + FULL[0x5A:], id="32 bits"),
        pytest.param(FULL[:0x40] + b"NE\0\0" + FULL[0x44:], id="16 bits"),
        pytest.param(FULL[:0x60], id="cut in the headers"),
        pytest.param(FULL[:HEADERS], id="cut after the headers"),
    ],
)
def test_what_is_no_dll_of_ours_says_nothing(tmp_path: Path, data: bytes) -> None:
    path = written(tmp_path, data)
    assert pe.image(path) is None
    assert pe.section(path, b".rdata") is None
    assert not pe.is_whole(path)


def test_a_file_cut_anywhere_is_not_whole_and_raises_nothing(tmp_path: Path) -> None:
    for length in range(0, len(FULL), 7):
        path = written(tmp_path, FULL[:length])
        pe.image(path)
        pe.section(path, b".rdata")
        assert not pe.is_whole(path), length


def test_a_damaged_file_raises_nothing(tmp_path: Path) -> None:
    chance = random.Random(1)
    for _ in range(500):
        damaged = bytearray(FULL)
        for _ in range(4):
            damaged[chance.randrange(len(FULL))] = chance.randrange(256)
        path = written(tmp_path, bytes(damaged))
        pe.image(path)
        pe.is_whole(path)
        pe.section(path, b".rdata")


@pytest.mark.parametrize("value", [2**31, 2**32 - 1])
def test_a_gigantic_number_costs_no_memory(tmp_path: Path, value: int) -> None:
    for place in range(0x3C, HEADERS - 4, 4):
        data = bytearray(FULL)
        struct.pack_into("<I", data, place, value)
        path = written(tmp_path, bytes(data))
        pe.image(path)
        pe.is_whole(path)
        pe.section(path, b".rdata")


def test_what_is_no_file_blocks_nothing_and_says_nothing(no_file: str) -> None:
    assert pe.image(no_file) is None
    assert pe.section(no_file, b".rdata") is None
