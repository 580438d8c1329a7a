"""The child's side on Windows: what stands in for the prelude's functions of the same names.

The text of this file follows the prelude's (``cudnn_heal/doctor/prelude.py``) in the interpreter of the environment under
check: the standard library only.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import sys
from typing import Any, Callable


def fact(**values: Any) -> None:
    """Report `values` to the doctor at once, in a file: what is known must outlive a crash right after it."""
    with open(sys.argv[1], "ab") as file:
        file.write((json.dumps(values) + "\n").encode())


def mapped(pattern: str) -> list[str]:
    """Return the DLLs in this process whose names on Linux would match `pattern`: ``libcublas.so.12``, ``libtorch_cuda.so``."""
    kernel32 = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]
    kernel32.GetCurrentProcess.restype = ctypes.c_void_p
    handles, size = (ctypes.c_void_p * 4096)(), ctypes.c_ulong()
    process = ctypes.c_void_p(kernel32.GetCurrentProcess())
    if not kernel32.K32EnumProcessModules(process, handles, ctypes.sizeof(handles), ctypes.byref(size)):
        return []
    path, found = ctypes.create_unicode_buffer(32768), set()
    for number in range(min(size.value // ctypes.sizeof(ctypes.c_void_p), 4096)):
        if kernel32.GetModuleFileNameW(ctypes.c_void_p(handles[number]), path, 32768):
            found.add(os.path.realpath(path.value).replace("\\", "/"))
    return sorted(one for one in found if re.match(pattern, _on_linux(one.rpartition("/")[2])))


def _on_linux(name: str) -> str:
    library = re.fullmatch(r"([a-zA-Z][\w-]*?)(64)?_(\d{1,2})\d?(_\d+)?\.dll", name)
    if library:
        return f"lib{library[1]}.so.{library[3]}"
    return "lib" + re.sub(r"\.dll$", ".so", name, flags=re.IGNORECASE)


def through_ctranslate2() -> Any:
    """Return what has the functions that ctranslate2's library calls: its own stubs of cuBLAS, and cuDNN's.

    :raises IndexError: ctranslate2 has no such library (it is not loaded).
    """
    paths = [mapped(r"libctranslate2\.so")[0], *mapped(r"libcudnn\.so")]

    class Libraries:
        def __getattr__(self, name: str) -> Any:
            for path in paths:
                function = getattr(ctypes.CDLL(path), name, None)
                if function:
                    return function
            raise AttributeError(name)

    return Libraries()


def run(probe: Callable[..., None]) -> None:
    """Run `probe` with the arguments of the doctor, in this process."""
    call(probe, *json.loads(sys.argv[2]))  # type: ignore[name-defined]  # noqa: F821  (the prelude's)
