"""The two probes that fail and pass for real without a GPU: run with ``cudnn`` or ``cublas`` in a child process.

Prints one JSON object: what the call returned, and which of NVIDIA's files the process mapped.  Where the libraries are
not found the process aborts (SIGABRT), and nothing is printed.
"""

from __future__ import annotations

import ctypes
import json
import re
import sys


def mapped(pattern: str) -> list[str]:
    """Return the mapped files whose names match `pattern`."""
    with open("/proc/self/maps") as maps:
        paths = {line.split(maxsplit=5)[-1].strip() for line in maps if ".so" in line}
    return sorted(path for path in paths if re.search(pattern, path.rpartition("/")[2]))


def main(which: str, *calls: str) -> None:
    """Call what `which` says, or cuDNN's functions `calls`, through ctranslate2's handle."""
    import ctranslate2

    library = ctypes.CDLL(mapped(r"^libctranslate2-")[0])
    result = {"ctranslate2": ctranslate2.__version__, "torch": "torch" in sys.modules}
    if which == "cudnn":
        result["returned"] = library.cudnnCreateTensorDescriptor(ctypes.byref(ctypes.c_void_p()))
        library.cudnnGetVersion.restype = ctypes.c_size_t
        result["version"] = library.cudnnGetVersion()
    elif which == "cublas":
        result["returned"] = library.cublasCreate_v2(ctypes.byref(ctypes.c_void_p()))
    result["calls"] = {call: getattr(library, call)() for call in calls}
    result["files"] = mapped(r"^lib(cudnn|cublas|nccl)")
    print(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
