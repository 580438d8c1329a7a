"""One section of an ELF file, so that 1 MB is searched for a name and not 80.

Field names are those of the specification (System V ABI, chapter 4, "Object Files"; ``elf(5)``).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import RawIOBase
    from typing import BinaryIO

_HEADER = struct.Struct("<16x H H I Q Q Q I 6H")  # after e_ident, of a 64-bit little-endian file
_SECTION = struct.Struct("<I I Q Q Q Q I I Q Q")
_IDENTITY = b"\x7fELF\x02\x01"  # ELFCLASS64, ELFDATA2LSB: every platform that NVIDIA has wheels for


def section(file: BinaryIO | RawIOBase, name: bytes) -> bytes | None:
    """Return the content of the section `name`, or None: no such section, no section table, no such ELF file."""
    try:
        start = file.read(_HEADER.size)
        if not start.startswith(_IDENTITY):
            return None
        *_, e_shoff, _flags, _ehsize, _phentsize, _phnum, e_shentsize, e_shnum, e_shstrndx = _HEADER.unpack(start)
        file.seek(e_shoff)
        table = file.read(e_shentsize * e_shnum)
        sections = [_SECTION.unpack_from(table, number * e_shentsize) for number in range(e_shnum)]
        _, _, _, _, sh_offset, sh_size, *_ = sections[e_shstrndx]
        file.seek(sh_offset)
        names = file.read(min(sh_size, 2**16))
        for sh_name, _type, _sh_flags, _addr, sh_offset, sh_size, *_ in sections:
            if names[sh_name : sh_name + len(name) + 1] == name + b"\0":
                file.seek(sh_offset)
                content = file.read(min(sh_size, 2**28))
                return content if len(content) == sh_size else None
    except (OSError, ValueError, IndexError, struct.error, OverflowError):
        pass
    return None
