"""The ELF reader: what real and made-up files say of themselves, and that no damaged file makes it raise."""

from __future__ import annotations

import os
import random
import struct
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from cudnn_heal.read import elf
from support.elf_files import shared_object

FULL = shared_object(
    soname="libfull.so.1",
    needed=["libone.so.2", "libc.so.6"],
    rpath="$ORIGIN:$ORIGIN/../libs",
    rodata=b"\0libcublas.so.12\0",
    text=b"code",
)


@pytest.fixture
def full(tmp_path: Path) -> str:
    return written(tmp_path, FULL)


def written(folder: Path, data: bytes) -> str:
    (folder / "file.so").write_bytes(data)
    return str(folder / "file.so")


def test_a_made_up_file_says_what_it_was_made_with(full: str) -> None:
    dynamic = elf.dynamic(full)
    assert dynamic
    assert dynamic.needed == ("libone.so.2", "libc.so.6")
    assert dynamic.soname == "libfull.so.1"
    assert dynamic.rpath == ("$ORIGIN", "$ORIGIN/../libs")
    assert dynamic.runpath == ("",)


def test_rpath_and_runpath_are_told_apart(tmp_path: Path) -> None:
    dynamic = elf.dynamic(written(tmp_path, shared_object(runpath="$ORIGIN")))
    assert dynamic
    assert (dynamic.needed, dynamic.soname, dynamic.rpath, dynamic.runpath) == ((), "", ("",), ("$ORIGIN",))


def test_the_sections_of_a_made_up_file_are_read_whole(full: str) -> None:
    assert elf.section(full, b".rodata") == b"\0libcublas.so.12\0"
    assert elf.section(full, b".text") == b"code"
    assert elf.section(full, b".nonsense") is None
    assert elf.section(full, b".rod") is None


def real() -> str:
    """Return a shared object that this interpreter is made of."""
    import _ctypes

    return str(_ctypes.__file__)


def test_a_section_is_read_from_a_real_elf_file() -> None:
    section = elf.section(sys.executable, b".rodata")
    assert section
    assert section in Path(sys.executable).read_bytes()


def test_a_real_file_names_the_c_library() -> None:
    dynamic = elf.dynamic(real())
    assert dynamic
    assert any(name.startswith("libc.so") for name in dynamic.needed)


def test_readelf_reads_the_same() -> None:
    try:
        told = subprocess.run(
            ["readelf", "-d", "--wide", real()], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}
        )
    except FileNotFoundError:
        pytest.skip("readelf is not installed (a package of Debian's: binutils)")
    dynamic = elf.dynamic(real())
    assert dynamic
    assert dynamic.needed == tuple(line.split("[")[1].rstrip("]") for line in told.stdout.splitlines() if "(NEEDED)" in line)


def test_a_program_that_is_linked_statically_has_no_dynamic_section(tmp_path: Path) -> None:
    (phoff,) = struct.unpack_from("<Q", FULL, 32)
    data = bytearray(FULL)
    struct.pack_into("<I", data, phoff + 56, 4)  # PT_NOTE where PT_DYNAMIC was
    assert elf.dynamic(written(tmp_path, bytes(data))) is None


def test_a_dynamic_section_without_its_end_is_read_to_the_end(tmp_path: Path) -> None:
    data = bytearray(FULL)
    (phoff,) = struct.unpack_from("<Q", FULL, 32)
    (offset,) = struct.unpack_from("<Q", FULL, phoff + 56 + 8)
    (size,) = struct.unpack_from("<Q", FULL, phoff + 56 + 32)
    struct.pack_into("<q", data, offset + size - 16, 30)  # DT_FLAGS where DT_NULL was
    dynamic = elf.dynamic(written(tmp_path, bytes(data)))
    assert dynamic and dynamic.soname == "libfull.so.1"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"#!/bin/sh\n", id="a script"),
        pytest.param(b"\x7fELF", id="four bytes"),
        pytest.param(b"\x7fELF\x01\x01" + FULL[6:], id="32 bits"),
        pytest.param(b"\x7fELF\x02\x02" + FULL[6:], id="big endian"),
        pytest.param(FULL[:63], id="cut in the header"),
        pytest.param(FULL[:100], id="cut in the segments"),
    ],
)
def test_what_is_no_elf_file_of_ours_says_nothing(tmp_path: Path, data: bytes) -> None:
    path = written(tmp_path, data)
    assert elf.dynamic(path) is None
    assert elf.section(path, b".rodata") is None


@pytest.mark.parametrize("length", range(0, len(FULL), 37))
def test_a_file_cut_anywhere_raises_nothing(tmp_path: Path, length: int) -> None:
    path = written(tmp_path, FULL[:length])
    elf.dynamic(path)
    elf.section(path, b".rodata")


@pytest.mark.parametrize("source", ["made up", "real"])
def test_a_damaged_elf_file_raises_nothing(tmp_path: Path, source: str) -> None:
    data = FULL if source == "made up" else Path(sys.executable).read_bytes()[:4096]
    chance = random.Random(1)
    for _ in range(1000):
        damaged = bytearray(data)
        for _ in range(4):
            damaged[chance.randrange(len(data) if source == "made up" else 64)] = chance.randrange(256)
        path = written(tmp_path, bytes(damaged))
        elf.dynamic(path)
        elf.section(path, b".rodata")


@pytest.mark.parametrize("value", [2**63, 2**64 - 1, 2**40])
@pytest.mark.parametrize("place", [32, 40, "segment offset", "segment size", "string table"])
def test_a_gigantic_number_costs_no_memory(tmp_path: Path, value: int, place: int | str) -> None:
    data = bytearray(FULL)
    (phoff,) = struct.unpack_from("<Q", FULL, 32)
    places = {"segment offset": phoff + 56 + 8, "segment size": phoff + 56 + 32, "string table": _strtab(FULL)}
    struct.pack_into("<Q", data, places[place] if isinstance(place, str) else place, value)
    path = written(tmp_path, bytes(data))
    assert elf.dynamic(path) is None or place == 40
    elf.section(path, b".rodata")


def _strtab(data: bytes) -> int:
    """Return where the address of the string table stands."""
    (phoff,) = struct.unpack_from("<Q", data, 32)
    (offset,) = struct.unpack_from("<Q", data, phoff + 56 + 8)
    place = int(offset)
    while struct.unpack_from("<q", data, place)[0] != 5:  # DT_STRTAB
        place += 16
    return place + 8


def test_what_is_no_file_blocks_nothing_and_says_nothing(no_file: str) -> None:
    assert elf.dynamic(no_file) is None
    assert elf.section(no_file, b".rodata") is None


def test_a_name_that_is_not_text_is_read_as_python_names_it(tmp_path: Path) -> None:
    data = FULL.replace(b"libone", b"lib\xffne")
    dynamic = elf.dynamic(written(tmp_path, data))
    assert dynamic and os.fsencode(dynamic.needed[0]) == b"lib\xffne.so.2"


def test_the_interpreters_own_library_is_read_where_there_is_one() -> None:
    name = sysconfig.get_config_var("INSTSONAME") or ""
    path = os.path.join(sysconfig.get_config_var("LIBDIR") or "", name)
    if ".so" not in name or not os.path.exists(path):
        pytest.skip("this interpreter is linked statically")
    dynamic = elf.dynamic(path)
    assert dynamic and dynamic.soname == name
