"""What an ELF file says of itself: the dynamic section, and the bytes of one other section.

Names are those of the specification (System V ABI, chapters 4 and 5; ``elf(5)``).  Every read is bounded, and what is no
64-bit little-endian ELF file, or is damaged, is None: nothing here raises.
"""

from __future__ import annotations

import errno
import os
from _struct import Struct, error  # type: ignore[attr-defined]

from cudnn_heal.failures import failed
from cudnn_heal.read import files
from cudnn_heal.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import TypeVar

    _Read = TypeVar("_Read")
    from collections.abc import Callable

    from cudnn_heal.read.files import Reader


_HEADER = Struct("<16x H H I Q Q Q I 6H")
_SECTION = Struct("<I I Q Q Q Q I I Q Q")
_SEGMENT = Struct("<I I Q Q Q Q Q Q")
_ENTRY = Struct("<q Q")
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


class _Source(NamedTuple):
    """Bytes to parse: of an open file, or in memory."""

    pread: Callable[[int, int], bytes]
    """Returns at most so many bytes at an offset."""
    size: int


class _Header(NamedTuple):
    e_phoff: int
    e_shoff: int
    e_phentsize: int
    e_phnum: int
    e_shentsize: int
    e_shnum: int
    e_shstrndx: int


def dynamic(path: str, reader: Reader | None = None) -> Dynamic | None:
    """Return the dynamic section of the file `path`; None where it has none, or can't be read: then `reader` keeps that."""
    return _reading(path, _dynamic, reader)


def dynamic_of(data: bytes) -> Dynamic | None:
    """Return the dynamic section of a file with the bytes `data`; None where it has none."""
    return _parsed(_Source(_slicing(data), len(data)), _dynamic)


def is_whole(path: str, reader: Reader | None = None) -> bool:
    """Tell whether `path` is such a file and not cut short: all that its tables name lies within it."""
    return bool(_reading(path, _is_whole, reader))


def is_whole_of(data: bytes) -> bool:
    """Tell whether `data` is such a file and not cut short."""
    return bool(_parsed(_Source(_slicing(data), len(data)), _is_whole))


def section(path: str, name: bytes, reader: Reader | None = None) -> bytes | None:
    """Return the content of the section `name` of the file `path`; None where it has none, or can't be read."""
    return _reading(path, lambda source: _section(source, name), reader)


def _reading(path: str, read: Callable[[_Source], _Read | None], reader: Reader | None) -> _Read | None:
    try:
        fd = files.open_regular(path)
        try:
            size = os.fstat(fd).st_size
            return _parsed(_Source(lambda length, offset: _at(fd, length, offset), size), read) if size else None
        finally:
            os.close(fd)
    except failed(OSError, ValueError) as problem:
        if reader:
            reader.note(path, problem)
        return None


def _seek_and_read(fd: int, size: int, offset: int) -> bytes:
    os.lseek(fd, offset, os.SEEK_SET)
    return os.read(fd, size)


_at = getattr(os, "pread", _seek_and_read)  # Windows has no pread(2)


def _parsed(source: _Source, read: Callable[[_Source], _Read | None]) -> _Read | None:
    """Return what `read` makes of `source`, None where that is no such file.

    :raises OSError: it can't be read.
    """
    try:
        return read(source)
    except failed(ValueError, IndexError, error, OverflowError):
        return None
    except OSError as problem:
        if problem.errno == errno.EINVAL:  # an offset that no file has
            return None
        raise


def _slicing(data: bytes) -> Callable[[int, int], bytes]:
    def pread(size: int, offset: int) -> bytes:
        if offset < 0:
            raise ValueError("a negative offset")
        return data[offset : offset + size]

    return pread


def _header(source: _Source) -> _Header:
    """Return the fields of the header that say where the tables are.

    :raises ValueError: it is no ELF file for which NVIDIA has wheels.
    """
    start = source.pread(_HEADER.size, 0)
    if not start.startswith(_IDENTITY):
        raise ValueError("no 64-bit little-endian ELF file")
    _type, _machine, _version, _entry, e_phoff, e_shoff, _flags, _ehsize, *sizes = _HEADER.unpack(start)
    return _Header(e_phoff, e_shoff, *sizes)


def _dynamic(source: _Source) -> Dynamic | None:
    header = _header(source)
    table = _pread(source, header.e_phentsize * header.e_phnum, header.e_phoff)
    segments = [_SEGMENT.unpack_from(table, number * header.e_phentsize) for number in range(header.e_phnum)]
    entries = None
    for p_type, _flags, p_offset, _vaddr, _paddr, p_filesz, *_ in segments:
        if p_type == _PT_DYNAMIC:
            data = _pread(source, p_filesz, p_offset)
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
        found = [source.pread(_STRING_BYTES, strings + value) for tag, value in entries if tag == wanted]
        return [text.partition(b"\0")[0].decode(errors="surrogateescape") for text in found]

    return Dynamic(
        needed=tuple(named(_DT_NEEDED)),
        soname="".join(named(_DT_SONAME)[:1]),
        rpath=tuple(":".join(named(_DT_RPATH)[:1]).split(":")),
        runpath=tuple(":".join(named(_DT_RUNPATH)[:1]).split(":")),
    )


def _is_whole(source: _Source) -> bool:
    header = _header(source)
    table = _pread(source, header.e_phentsize * header.e_phnum, header.e_phoff)
    segments = [_SEGMENT.unpack_from(table, number * header.e_phentsize) for number in range(header.e_phnum)]
    ends = [p_offset + p_filesz for p_type, _flags, p_offset, _vaddr, _paddr, p_filesz, *_ in segments if p_type == _PT_LOAD]
    return bool(ends) and max(*ends, header.e_shoff + header.e_shentsize * header.e_shnum) <= source.size


def _section(source: _Source, name: bytes) -> bytes | None:
    header = _header(source)
    table = _pread(source, header.e_shentsize * header.e_shnum, header.e_shoff)
    sections = [_SECTION.unpack_from(table, number * header.e_shentsize) for number in range(header.e_shnum)]
    _, _, _, _, sh_offset, sh_size, *_ = sections[header.e_shstrndx]
    names = source.pread(min(sh_size, _TABLE_BYTES), sh_offset)
    for sh_name, _type, _flags, _addr, sh_offset, sh_size, *_ in sections:
        if names[sh_name : sh_name + len(name) + 1] == name + b"\0":
            content = source.pread(min(sh_size, _SECTION_BYTES), sh_offset)
            return content if len(content) == sh_size else None
    return None


def _pread(source: _Source, size: int, offset: int) -> bytes:
    """Return the `size` bytes of a table at `offset`.

    :raises ValueError: it is larger than any real one, or the file ends before.
    """
    if not 0 <= size <= _TABLE_BYTES:
        raise ValueError("a table of an impossible size")
    data = source.pread(size, offset)
    if len(data) != size:
        raise ValueError("the file is cut short")
    return data
