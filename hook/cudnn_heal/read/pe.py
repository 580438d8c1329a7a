"""What a PE file says of itself: its own name, the DLLs that it imports, and the bytes of one section.

Names are those of the specification (Microsoft, "PE Format").  Every read is bounded, and what is no PE32+ file, or is damaged,
is None: nothing here raises.
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from cudnn_heal.failures import failed
from cudnn_heal.read import files
from cudnn_heal.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from cudnn_heal.read.files import Reader

_Read = TypeVar("_Read")

_DOS_HEADER = struct.Struct("<2s 58x I")  # the last one is e_lfanew
_COFF_HEADER = struct.Struct("<4s 2x H 12x H 2x")
_DIRECTORY = struct.Struct("<I I")
_SECTION = struct.Struct("<8s I I I I 16x")
_IMPORT = struct.Struct("<I I I I I")
_DELAY_IMPORT = struct.Struct("<I I I I I I I I")
_PE32_PLUS = 0x20B  # every DLL of NVIDIA's for x86-64 and ARM64
_DIRECTORIES_AT = 112  # in the optional header, after NumberOfRvaAndSizes
_EXPORT, _IMPORTS, _DELAY_IMPORTS = 0, 1, 13  # indexes of data directories
_EXPORT_NAME_AT = 12
_RVA_BASED = 1  # a delay descriptor of a linker from before 2003 has addresses instead

_TABLE_BYTES = 2**18
_STRING_BYTES = 4096
_SECTION_BYTES = 2**28
_NAME_BYTES = 64


class Image(NamedTuple):
    """What the tables tell the loader."""

    name: str
    """As the linker wrote it, such as ``cudnn64_9.dll``; "" where nothing is exported."""
    imports: tuple[str, ...]
    """The DLLs that must be found for the file to load."""
    delayed: tuple[str, ...]
    """The DLLs that are loaded when a function of theirs is first called."""


class _Section(NamedTuple):
    name: bytes
    virtual_size: int
    address: int
    raw_size: int
    raw_offset: int


class _Headers(NamedTuple):
    directories: tuple[tuple[int, int], ...]
    """Address (RVA) and size."""
    sections: tuple[_Section, ...]


def image(path: str, reader: Reader | None = None) -> Image | None:
    """Return the names in the tables of the file `path`; None where it has none, or can't be read: then `reader` keeps that."""
    return _reading(path, _image, reader)


def is_whole(path: str, reader: Reader | None = None) -> bool:
    """Tell whether `path` is such a file and not cut short: all of its sections lie within it."""
    return bool(_reading(path, _is_whole, reader))


def named(path: str, reader: Reader | None = None) -> tuple[str, ...]:
    """Return the names of DLLs among the strings of the file `path`, in their order: what it may open at run time."""
    data = section(path, b".rdata", reader) or b""
    found = []
    end = data.find(b".dll\0")
    while end >= 0:
        before = data.rfind(b"\0", max(end - _NAME_BYTES, 0), end)
        if before >= 0 or end < _NAME_BYTES:
            found.append(data[before + 1 : end + 4].decode(errors="surrogateescape"))
        end = data.find(b".dll\0", end + 5)
    return tuple(dict.fromkeys(found))


def section(path: str, name: bytes, reader: Reader | None = None) -> bytes | None:
    """Return the content of the section `name` of the file `path`; None where it has none, or can't be read."""
    return _reading(path, lambda file: _section(file, name), reader)


def _reading(path: str, read: Callable[[BinaryIO], _Read | None], reader: Reader | None) -> _Read | None:
    try:
        with os.fdopen(files.open_regular(path), "rb", buffering=0) as file:
            return read(file)
    except failed(OSError, ValueError) as problem:
        if reader:
            reader.note(path, problem)
    except failed(IndexError, struct.error, OverflowError):
        pass
    return None


def _headers(file: BinaryIO) -> _Headers:
    """Return where the tables are.

    :raises ValueError: it is no PE32+ file.
    """
    magic, start = _DOS_HEADER.unpack(_read(file, _DOS_HEADER.size, 0))
    signature, number, optional_size = _COFF_HEADER.unpack(_read(file, _COFF_HEADER.size, start))
    optional = _read(file, optional_size, start + _COFF_HEADER.size)
    if magic != b"MZ" or signature != b"PE\0\0" or struct.unpack_from("<H", optional) != (_PE32_PLUS,):
        raise ValueError("no PE32+ file")
    (count,) = struct.unpack_from("<I", optional, _DIRECTORIES_AT - 4)
    table = optional[_DIRECTORIES_AT : _DIRECTORIES_AT + count * _DIRECTORY.size]
    rows = _read(file, number * _SECTION.size, start + _COFF_HEADER.size + optional_size)
    return _Headers(tuple(_DIRECTORY.iter_unpack(table)), tuple(_Section(*row) for row in _SECTION.iter_unpack(rows)))


def _image(file: BinaryIO) -> Image:
    headers = _headers(file)
    delayed = _rows(file, headers, _DELAY_IMPORTS, _DELAY_IMPORT)
    return Image(
        name=_export_name(file, headers),
        imports=tuple(_string(file, headers, name) for _, _, _, name, _ in _rows(file, headers, _IMPORTS, _IMPORT)),
        delayed=tuple(_string(file, headers, name) for attributes, name, *_ in delayed if attributes & _RVA_BASED),
    )


def _rows(file: BinaryIO, headers: _Headers, index: int, row: struct.Struct) -> list[tuple[int, ...]]:
    """Return the rows of the data directory `index`, whose last row is of zeros; none where the file has no such table."""
    address, size = headers.directories[index] if index < len(headers.directories) else (0, 0)
    if not address:
        return []
    data = _read(file, size // row.size * row.size, _offset(headers, address))
    rows = list(row.iter_unpack(data))
    end = (0,) * len(rows[0]) if rows else ()
    return rows[: rows.index(end)] if end in rows else rows


def _export_name(file: BinaryIO, headers: _Headers) -> str:
    address = headers.directories[_EXPORT][0] if headers.directories else 0
    if not address:
        return ""
    (name,) = struct.unpack("<I", _read(file, 4, _offset(headers, address) + _EXPORT_NAME_AT))
    return _string(file, headers, name)


def _string(file: BinaryIO, headers: _Headers, address: int) -> str:
    file.seek(_offset(headers, address))
    return (file.read(_STRING_BYTES) or b"").partition(b"\0")[0].decode(errors="surrogateescape")


def _offset(headers: _Headers, address: int) -> int:
    """Return where in the file the bytes lie that are mapped at `address`.

    :raises ValueError: no section has them.
    """
    for one in headers.sections:
        if one.address <= address < one.address + one.raw_size:
            return address - one.address + one.raw_offset
    raise ValueError("an address outside of all sections")


def _is_whole(file: BinaryIO) -> bool:
    sections = _headers(file).sections
    return bool(sections) and max(one.raw_offset + one.raw_size for one in sections) <= os.fstat(file.fileno()).st_size


def _section(file: BinaryIO, name: bytes) -> bytes | None:
    for one in _headers(file).sections:
        if one.name.rstrip(b"\0") == name:
            file.seek(one.raw_offset)
            size = min(one.raw_size, _SECTION_BYTES)
            content = file.read(size) or b""
            return content if len(content) == size == one.raw_size else None
    return None


def _read(file: BinaryIO, size: int, offset: int) -> bytes:
    """Return the `size` bytes of a table at `offset`.

    :raises ValueError: it is larger than any real one, or the file ends before.
    """
    if not 0 <= size <= _TABLE_BYTES:
        raise ValueError("a table of an impossible size")
    file.seek(offset)
    data = file.read(size) or b""
    if len(data) != size:
        raise ValueError("the file is cut short")
    return data
