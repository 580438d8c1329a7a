"""Shared objects of a few hundred bytes, real enough for the dynamic loader: a dynamic section, and no code.

Names are those of the specification (System V ABI, chapters 4 and 5; ``elf(5)``).  One writable segment holds the whole file,
since the C libraries before glibc 2.36 write addresses into the dynamic section.
"""

from __future__ import annotations

import platform
import struct
from collections.abc import Sequence
from typing import NamedTuple

_MACHINES = {"x86_64": 62, "aarch64": 183}  # EM_X86_64, EM_AARCH64
_PAGE = 0x10000  # the largest page of either

_HEADER = struct.Struct("<16s H H I Q Q Q I 6H")
_SEGMENT = struct.Struct("<I I Q Q Q Q Q Q")
_SECTION = struct.Struct("<I I Q Q Q Q I I Q Q")
_ENTRY = struct.Struct("<q Q")
_SYMBOL_SIZE = 24
_HASH = struct.pack("<4I", 1, 1, 0, 0)  # one bucket, one symbol: the empty one that every table begins with

_PT_LOAD, _PT_DYNAMIC, _PT_GNU_STACK = 1, 2, 0x6474E551
_PF_W, _PF_R = 2, 4
_SHT_PROGBITS, _SHT_STRTAB, _SHT_DYNAMIC = 1, 3, 6
_SHF_WRITE, _SHF_ALLOC = 1, 2
_DT_NULL, _DT_NEEDED, _DT_HASH, _DT_STRTAB, _DT_SYMTAB, _DT_STRSZ, _DT_SYMENT = 0, 1, 4, 5, 6, 10, 11
_DT_SONAME, _DT_RPATH, _DT_RUNPATH = 14, 15, 29


class _Strings:
    """A string table: every string once, each with its NUL."""

    def __init__(self) -> None:
        self.data = b"\0"

    def offset(self, text: str) -> int:
        start = self.data.find(b"\0" + text.encode() + b"\0")
        if start < 0:
            start = len(self.data) - 1
            self.data += text.encode() + b"\0"
        return start + 1


def shared_object(
    *, soname: str = "", needed: Sequence[str] = (), rpath: str = "", runpath: str = "", rodata: bytes = b"", text: bytes = b""
) -> bytes:
    """Return the bytes of a 64-bit shared object.

    :param rodata: the content of its section ``.rodata``, where a program's strings stand.
    :param text: the content of its section ``.text``; it is never executed.
    """
    names, strings = _Strings(), _Strings()
    entries = [(_DT_NEEDED, strings.offset(name)) for name in needed]
    for tag, value in ((_DT_SONAME, soname), (_DT_RPATH, rpath), (_DT_RUNPATH, runpath)):
        if value:
            entries.append((tag, strings.offset(value)))

    body = bytearray(_HEADER.size + 3 * _SEGMENT.size)
    places: dict[str, tuple[int, int]] = {}

    def lay(name: str, data: bytes) -> int:
        body.extend(bytes(-len(body) % 16))
        places[name] = len(body), len(data)
        body.extend(data)
        return places[name][0]

    table = lay(".dynstr", strings.data)
    entries += [
        (_DT_HASH, lay(".hash", _HASH)),
        (_DT_SYMTAB, lay(".dynsym", bytes(_SYMBOL_SIZE))),
        (_DT_STRTAB, table),
        (_DT_STRSZ, len(strings.data)),
        (_DT_SYMENT, _SYMBOL_SIZE),
        (_DT_NULL, 0),
    ]
    lay(".text", text)
    lay(".rodata", rodata)
    dynamic = lay(".dynamic", b"".join(_ENTRY.pack(*entry) for entry in entries))
    size = len(body)

    kinds = {
        ".dynstr": (_SHT_STRTAB, _SHF_ALLOC, 0, 0),
        ".text": (_SHT_PROGBITS, _SHF_ALLOC, 0, 0),
        ".rodata": (_SHT_PROGBITS, _SHF_ALLOC, 0, 0),
        ".dynamic": (_SHT_DYNAMIC, _SHF_ALLOC | _SHF_WRITE, 1, _ENTRY.size),
    }
    sections = [bytes(_SECTION.size)]
    for name, (kind, flags, link, entry_size) in kinds.items():
        start, length = places[name]
        sections.append(_SECTION.pack(names.offset(name), kind, flags, start, start, length, link, 0, 16, entry_size))
    name_offset = names.offset(".shstrtab")
    start = lay(".shstrtab", names.data)
    sections.append(_SECTION.pack(name_offset, _SHT_STRTAB, 0, 0, start, len(names.data), 0, 0, 1, 0))
    section_table = lay("", b"".join(sections))

    length = places[".dynamic"][1]
    machine = _MACHINES.get(platform.machine(), _MACHINES["x86_64"])
    head = _HEADER.pack(
        *(b"\x7fELF\x02\x01\x01".ljust(16, b"\0"), 3, machine, 1, 0, _HEADER.size, section_table, 0),
        *(_HEADER.size, _SEGMENT.size, 3, _SECTION.size, len(sections), len(sections) - 1),
    )
    head += _SEGMENT.pack(_PT_LOAD, _PF_R | _PF_W, 0, 0, 0, size, size, _PAGE)
    head += _SEGMENT.pack(_PT_DYNAMIC, _PF_R | _PF_W, dynamic, dynamic, dynamic, length, length, 8)
    head += _SEGMENT.pack(_PT_GNU_STACK, _PF_R | _PF_W, 0, 0, 0, 0, 0, 16)
    body[: len(head)] = head
    return bytes(body)


class Dynamic(NamedTuple):
    """What the loader reads of a shared object."""

    soname: str
    needed: tuple[str, ...]
    rpath: str
    runpath: str


def dynamic(data: bytes) -> Dynamic | None:
    """Return what `shared_object` was given to make `data`; None for other bytes.  No reader for other people's files."""
    if not data.startswith(b"\x7fELF\x02\x01\x01") or len(data) < _HEADER.size + 3 * _SEGMENT.size:
        return None
    _, _, start, _, _, length, _, _ = _SEGMENT.unpack_from(data, _HEADER.size + _SEGMENT.size)
    entries = list(_ENTRY.iter_unpack(data[start : start + length]))
    table = dict(entries)[_DT_STRTAB]

    def strings(tag: int) -> tuple[str, ...]:
        places = [table + value for one, value in entries if one == tag]
        return tuple(data[place : data.index(b"\0", place)].decode() for place in places)

    def string(tag: int) -> str:
        return "".join(strings(tag))

    return Dynamic(string(_DT_SONAME), strings(_DT_NEEDED), string(_DT_RPATH), string(_DT_RUNPATH))
