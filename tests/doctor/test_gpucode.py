"""For which GPUs a library has code is read from its fat binaries."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from cudnn_heal.doctor import gpucode
from cudnn_heal.doctor.gpucode import Code


def test_every_entry_of_every_fat_binary_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = fat(entry(2, 75), entry(2, 90)) + bytes(16) + fat(entry(1, 90, 40))
    monkeypatch.setattr("cudnn_heal.read.elf.section", lambda path, name: content if name == b".nv_fatbin" else None)
    assert list(map(str, gpucode.architectures("x"))) == ["sm_75", "sm_90", "compute_90"]


@pytest.mark.parametrize("cut", [1, 10, 20, 60, 70])
def test_a_section_that_is_cut_short_gives_what_can_be_read(monkeypatch: pytest.MonkeyPatch, cut: int) -> None:
    content = fat(entry(2, 75), entry(2, 90))
    monkeypatch.setattr("cudnn_heal.read.elf.section", lambda path, name: content[:-cut])
    assert set(map(str, gpucode.architectures("x"))) <= {"sm_75", "sm_90"}


def test_what_is_no_library_has_no_code(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"not an ELF file")
    assert gpucode.architectures(str(tmp_path / "x")) == gpucode.architectures(str(tmp_path / "y")) == []


@pytest.mark.parametrize(
    ("capability", "built", "fits"),
    [
        ("8.6", [Code(86, False)], True),
        ("8.9", [Code(86, False)], True),
        ("9.0", [Code(86, False)], False),
        ("9.0", [Code(86, True)], True),
        ("8.0", [Code(86, False)], False),
        ("8.0", [Code(86, True)], False),
        ("12.1", [Code(120, False)], True),
        ("12.0", [Code(90, False)], False),
        ("6.1", [Code(75, False), Code(120, True)], False),
    ],
)
def test_code_fits_later_gpus_of_its_line_and_sources_all_later_ones(capability: str, built: list[Code], fits: bool) -> None:
    assert gpucode.fits(capability, built) is fits


@pytest.mark.parametrize(
    ("capability", "built", "source"),
    [
        ("9.0", [Code(80, False), Code(86, False), Code(86, True)], "compute_86"),
        ("9.0", [Code(75, True), Code(86, True), Code(120, True)], "compute_86"),
        ("8.9", [Code(86, False), Code(86, True)], None),
        ("9.0", [Code(86, False)], None),
        ("9.0", [], None),
    ],
)
def test_the_driver_compiles_the_latest_source_where_no_code_runs(
    capability: str, built: list[Code], source: str | None
) -> None:
    found = gpucode.source(capability, built)
    assert (found and str(found)) == source


def entry(kind: int, number: int, length: int = 8) -> bytes:
    return struct.pack("<HHIQIIHHI", kind, 1, 64, length, 0, 0, 0, 0, number) + bytes(64 - 32 + length)


def fat(*entries: bytes) -> bytes:
    body = b"".join(entries)
    return struct.pack("<IHHQ", 0xBA55ED50, 1, 16, len(body)) + body
