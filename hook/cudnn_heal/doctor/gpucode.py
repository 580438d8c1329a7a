"""For which GPUs a library has code: the architectures in its ``.nv_fatbin`` section.

The layout of a fat binary is not documented by NVIDIA; it was read off real libraries (ctranslate2, cuBLAS).  What does
not have it gives no answer.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, NamedTuple

from cudnn_heal.read import elf

if TYPE_CHECKING:
    from collections.abc import Iterable

_FATBIN = struct.Struct("<I H H Q")  # magic, version, size of this header, size of all entries
_MAGIC = 0xBA55ED50
_ENTRY = struct.Struct("<H H I Q I I H H I")  # kind, -, size of this header, size of the code, …, architecture last
_PTX, _ELF = 1, 2


class Code(NamedTuple):
    """Code for GPUs of one architecture (``sm_90``), or a source that later ones can be compiled from (``compute_90``)."""

    number: int
    source: bool

    def __str__(self) -> str:
        return f"{'compute' if self.source else 'sm'}_{self.number}"


def of(capability: str) -> Code:
    """Return what a GPU of the compute capability ``9.0`` is itself: ``sm_90``."""
    return Code(int(capability.replace(".", "")), source=False)


def architectures(path: str) -> list[Code]:
    """Return what the library `path` has code for; [] where that can't be told."""
    content = elf.section(path, b".nv_fatbin")
    return sorted(_read(content)) if content else []


def fits(capability: str, built: list[Code]) -> bool:
    """Tell whether a GPU of the compute capability ``9.0`` runs one of `built` ("CUDA Programming Guide", compatibility)."""
    gpu = of(capability).number
    return any(
        code.number <= gpu and (code.source or code.number // 10 == gpu // 10)  # 12.0 is 120, and 12.1 runs its code
        for code in built
    )


def source(capability: str, built: list[Code]) -> Code | None:
    """Return which of `built` the driver compiles for a GPU of that capability; None where there is code that it runs as is."""
    if not fits(capability, built) or fits(capability, [code for code in built if not code.source]):
        return None
    return max(code for code in built if code.number <= of(capability).number)


def unserved(gpus: Iterable[dict[str, Any]], built: list[Code]) -> dict[str, Any] | None:
    """Return the first of `gpus` that runs none of `built`; None where each runs some, or nothing is known of what is built."""
    return next((gpu for gpu in gpus if built and not fits(gpu["capability"], built)), None)


def _read(content: bytes) -> set[Code]:
    found, place = set(), 0
    while place + _FATBIN.size <= len(content):
        magic, _version, header, size = _FATBIN.unpack_from(content, place)
        if magic != _MAGIC or not header:
            place += 8  # fat binaries are aligned, with zeros between them
            continue
        entry, place = place + header, place + header + size
        while entry + _ENTRY.size <= min(place, len(content)):
            kind, _, start, length, _, _, _, _, number = _ENTRY.unpack_from(content, entry)
            if kind in (_PTX, _ELF) and 10 <= number < 1000:
                found.add(Code(number, kind == _PTX))
            if not start + length:
                break
            entry += start + length
    return found
