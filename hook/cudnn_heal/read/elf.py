"""What an ELF file says of itself: the dynamic section, and the bytes of one other section.

Names are those of the specification (System V ABI, chapters 4 and 5; ``elf(5)``).  Every read is bounded, and what is no
64-bit little-endian ELF file, or is damaged, is None: nothing here raises.
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, TypeVar

from cudnn_heal.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

_Read = TypeVar("_Read")

_HEADER = struct.Struct("<16x H H I Q Q Q I 6H")
_SECTION = struct.Struct("<I I Q Q Q Q I I Q Q")
_SEGMENT = struct.Struct("<I I Q Q Q Q Q Q")
_ENTRY = struct.Struct("<q Q")
_IDENTITY = b"\x7fELF\x02\x01"  # ELFCLASS64, ELFDATA2LSB: every platform that NVIDIA has wheels for
_PT_LOAD, _PT_DYNAMIC = 1, 2
_DT_NULL, _DT_NEEDED, _DT_STRTAB, _DT_SONAME, _DT_RPATH, _DT_RUNPATH = 0, 1, 5, 14, 15, 29

_TABLE_BYTES = 2**18
_STRING_BYTES = 4096
_SECTION_BYTES = 2**28


class Dynamic(NamedTuple):
    """What the dynamic section tells the loader."""

    needed: tuple[str, ...]
    soname: str
    rpath: tuple[str, ...]
    runpath: tuple[str, ...]


class _Header(NamedTuple):
    e_phoff: int
    e_shoff: int
    e_phentsize: int
    e_phnum: int
    e_shentsize: int
    e_shnum: int
    e_shstrndx: int


def dynamic(path: str) -> Dynamic | None:
    """Return the dynamic section of the file `path`; None where it has none, or can't be read."""
    return _reading(path, _dynamic)


def is_whole(path: str) -> bool:
    """Tell whether `path` is such a file and not cut short: all that its tables name lies within it."""
    return bool(_reading(path, _is_whole))


def section(path: str, name: bytes) -> bytes | None:
    """Return the content of the section `name` of the file `path`; None where it has none, or can't be read."""
    return _reading(path, lambda fd: _section(fd, name))


def _reading(path: str, read: Callable[[int], _Read | None]) -> _Read | None:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a FIFO must not block here
    except (OSError, ValueError):
        return None
    try:
        return read(fd)
    except (OSError, ValueError, IndexError, struct.error, OverflowError):
        return None
    finally:
        os.close(fd)


def _header(fd: int) -> _Header:
    """Return the fields of the header that say where the tables are.

    :raises ValueError: it is no ELF file for which NVIDIA has wheels.
    """
    start = os.pread(fd, _HEADER.size, 0)
    if not start.startswith(_IDENTITY):
        raise ValueError("no 64-bit little-endian ELF file")
    _type, _machine, _version, _entry, e_phoff, e_shoff, _flags, _ehsize, *sizes = _HEADER.unpack(start)
    return _Header(e_phoff, e_shoff, *sizes)


def _dynamic(fd: int) -> Dynamic | None:
    header = _header(fd)
    table = _pread(fd, header.e_phentsize * header.e_phnum, header.e_phoff)
    segments = [_SEGMENT.unpack_from(table, number * header.e_phentsize) for number in range(header.e_phnum)]
    entries = None
    for p_type, _flags, p_offset, _vaddr, _paddr, p_filesz, *_ in segments:
        if p_type == _PT_DYNAMIC:
            data = _pread(fd, p_filesz, p_offset)
            entries = list(_ENTRY.iter_unpack(data[: len(data) // _ENTRY.size * _ENTRY.size]))
    if entries is None:
        return None
    ends = [tag for tag, _ in entries]
    entries = entries[: ends.index(_DT_NULL)] if _DT_NULL in ends else entries
    (strtab,) = [value for tag, value in entries if tag == _DT_STRTAB]
    for p_type, _flags, p_offset, p_vaddr, _paddr, p_filesz, *_ in segments:
        if p_type == _PT_LOAD and p_vaddr <= strtab < p_vaddr + p_filesz:
            strings = strtab - p_vaddr + p_offset
            break
    else:
        return None

    def named(wanted: int) -> list[str]:
        found = [os.pread(fd, _STRING_BYTES, strings + value) for tag, value in entries if tag == wanted]
        return [text.partition(b"\0")[0].decode(errors="surrogateescape") for text in found]

    return Dynamic(
        needed=tuple(named(_DT_NEEDED)),
        soname="".join(named(_DT_SONAME)[:1]),
        rpath=tuple(":".join(named(_DT_RPATH)[:1]).split(":")),
        runpath=tuple(":".join(named(_DT_RUNPATH)[:1]).split(":")),
    )


def _is_whole(fd: int) -> bool:
    header, size = _header(fd), os.fstat(fd).st_size
    table = _pread(fd, header.e_phentsize * header.e_phnum, header.e_phoff)
    segments = [_SEGMENT.unpack_from(table, number * header.e_phentsize) for number in range(header.e_phnum)]
    ends = [p_offset + p_filesz for p_type, _flags, p_offset, _vaddr, _paddr, p_filesz, *_ in segments if p_type == _PT_LOAD]
    return bool(ends) and max(*ends, header.e_shoff + header.e_shentsize * header.e_shnum) <= size


def _section(fd: int, name: bytes) -> bytes | None:
    header = _header(fd)
    table = _pread(fd, header.e_shentsize * header.e_shnum, header.e_shoff)
    sections = [_SECTION.unpack_from(table, number * header.e_shentsize) for number in range(header.e_shnum)]
    _, _, _, _, sh_offset, sh_size, *_ = sections[header.e_shstrndx]
    names = os.pread(fd, min(sh_size, _TABLE_BYTES), sh_offset)
    for sh_name, _type, _flags, _addr, sh_offset, sh_size, *_ in sections:
        if names[sh_name : sh_name + len(name) + 1] == name + b"\0":
            content = os.pread(fd, min(sh_size, _SECTION_BYTES), sh_offset)
            return content if len(content) == sh_size else None
    return None


def _pread(fd: int, size: int, offset: int) -> bytes:
    """Return the `size` bytes of a table at `offset`.

    :raises ValueError: it is larger than any real one, or the file ends before.
    """
    if not 0 <= size <= _TABLE_BYTES:
        raise ValueError("a table of an impossible size")
    data = os.pread(fd, size, offset)
    if len(data) != size:
        raise ValueError("the file is cut short")
    return data
