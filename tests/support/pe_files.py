"""DLLs of some kilobytes, real enough for the loader of Windows: headers, an export table, import tables, and no code.

Names are those of the specification (Microsoft, "PE Format").  Each exports one function, by its ordinal alone, and imports the
one of each DLL that it names, so that a loader must find that; none is ever called.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

_FILE_ALIGNMENT, _SECTION_ALIGNMENT = 0x200, 0x1000
_IMAGE_BASE = 0x180000000
_HEADERS_AT = 0x40
_OPTIONAL_BYTES = 112 + 16 * 8
_MACHINE_AMD64 = 0x8664
_EXECUTABLE, _LARGE_ADDRESS_AWARE, _DLL = 0x2, 0x20, 0x2000
_INITIALIZED_DATA, _CODE, _READ, _EXECUTE = 0x40, 0x20, 0x40000000, 0x20000000
_EXPORT, _IMPORT, _DELAY_IMPORT = 0, 1, 13
_RVA_BASED = 1
_ORDINAL_1 = struct.pack("<2Q", 1 << 63 | 1, 0)
"""A table of one import, by ordinal, and its end."""


def dll(
    *, name: str = "", imports: Sequence[str] = (), delayed: Sequence[str] = (), rdata: bytes = b"", text: bytes = b""
) -> bytes:
    """Return the bytes of a PE32+ DLL for x86-64.

    :param name: the name in its export table; "" for none.
    :param delayed: the DLLs of its delay-import table.
    :param rdata: further content of its section ``.rdata``, where a program's strings stand.
    :param text: the content of its section ``.text``; it is never executed.
    """
    tables = _Tables(_SECTION_ALIGNMENT)
    if name:
        called, function = tables.lay(name.encode() + b"\0"), tables.lay(bytes(8))
        functions = tables.lay(struct.pack("<I", function))
        tables.lay(struct.pack("<2I 2H 7I", 0, 0, 0, 0, called, 1, 1, 0, functions, 0, 0), _EXPORT)
    if imports:
        rows = [(tables.lay(_ORDINAL_1), tables.lay(one.encode() + b"\0"), tables.lay(_ORDINAL_1)) for one in imports]
        packed = [struct.pack("<5I", names, 0, 0, called, bound) for names, called, bound in rows]
        tables.lay(b"".join(packed) + bytes(20), _IMPORT)
    if delayed:
        late = [(tables.lay(_ORDINAL_1), tables.lay(one.encode() + b"\0"), tables.lay(_ORDINAL_1)) for one in delayed]
        packed = [struct.pack("<8I", _RVA_BASED, called, 0, bound, names, 0, 0, 0) for names, called, bound in late]
        tables.lay(b"".join(packed) + bytes(32), _DELAY_IMPORT)
    tables.lay(rdata)
    sections = [(b".rdata", bytes(tables.data), _INITIALIZED_DATA | _READ)]
    if text:
        sections.append((b".text", text, _CODE | _EXECUTE | _READ))
    return _file(sections, tables.directories)


class _Tables:
    """The content of ``.rdata``, and where the data directories are in it."""

    def __init__(self, address: int) -> None:
        self.address = address
        self.data = bytearray()
        self.directories = [(0, 0)] * 16

    def lay(self, data: bytes, directory: int | None = None) -> int:
        """Append `data`, and return its address (RVA)."""
        self.data.extend(bytes(-len(self.data) % 8))
        address = self.address + len(self.data)
        self.data.extend(data)
        if directory is not None:
            self.directories[directory] = address, len(data)
        return address


def _file(sections: list[tuple[bytes, bytes, int]], directories: list[tuple[int, int]]) -> bytes:
    start = _aligned(_HEADERS_AT + 24 + _OPTIONAL_BYTES + 40 * len(sections), _FILE_ALIGNMENT)
    rows, body, address = b"", b"", _SECTION_ALIGNMENT
    for name, data, flags in sections:
        size = _aligned(len(data), _FILE_ALIGNMENT)
        rows += struct.pack("<8s 6I 2H I", name, len(data), address, size, start + len(body), 0, 0, 0, 0, flags)
        body += data.ljust(size, b"\0")
        address += _aligned(max(len(data), 1), _SECTION_ALIGNMENT)
    coff = struct.pack(
        "<4s H H I I I H H",
        b"PE\0\0",
        _MACHINE_AMD64,
        len(sections),
        0,
        0,
        0,
        _OPTIONAL_BYTES,
        _EXECUTABLE | _LARGE_ADDRESS_AWARE | _DLL,
    )
    optional = struct.pack("<H 2B 5I Q 2I 6H 4I 2H 4Q 2I",
        0x20B, 14, 0,  # PE32+, and a linker's version
        0, len(body), 0, 0, _SECTION_ALIGNMENT,  # SizeOfCode, SizeOfInitializedData, …, AddressOfEntryPoint, BaseOfCode
        _IMAGE_BASE, _SECTION_ALIGNMENT, _FILE_ALIGNMENT,
        6, 0, 0, 0, 6, 0,  # the versions of the system, the image and the subsystem
        0, address, start, 0,  # Win32VersionValue, SizeOfImage, SizeOfHeaders, CheckSum
        2, 0x160,  # IMAGE_SUBSYSTEM_WINDOWS_GUI; may be moved, no data is executed
        0x100000, 0x1000, 0x100000, 0x1000, 0, 16,
    )  # fmt: skip
    optional += b"".join(struct.pack("<2I", *one) for one in directories)
    dos = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", _HEADERS_AT)
    return (dos + coff + optional + rows).ljust(start, b"\0") + body


def _aligned(size: int, step: int) -> int:
    return -(-size // step) * step
