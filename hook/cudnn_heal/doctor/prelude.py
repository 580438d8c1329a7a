"""The child's side: what every probe may use.

The text of this file goes in front of the probe's, and both run in the interpreter of the environment under check, where
cudnn-heal may not be installed and which may be any Python from 3.9 on.  So: the standard library only.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import re
import resource
import sys
import time
from typing import Any, Callable


def fact(**values: Any) -> None:
    """Report `values` to the doctor at once: what is known must outlive a crash right after it."""
    os.write(int(sys.argv[1]), (json.dumps(values) + "\n").encode())


def step(doing: str) -> None:
    """Say what is done next, so that the doctor can tell what a crash or a hang interrupted."""
    fact(_step=doing)


def load(name: str) -> Any:
    """Import the module `name` and return it.

    :raises ImportError: and whatever else the module raises.
    """
    step(f"import {name}")
    return importlib.import_module(name)


def mapped(pattern: str) -> list[str]:
    """Return the files in this process's memory whose names match `pattern`; symlinks are resolved in these paths."""
    with open("/proc/self/maps") as maps:
        paths = {line.split(maxsplit=5)[-1].strip() for line in maps if ".so" in line}
    return sorted(path for path in paths if re.match(pattern, path.rpartition("/")[2]))


def through_ctranslate2() -> ctypes.CDLL:
    """Return a handle whose functions are found as ctranslate2's own library finds them.

    :raises IndexError: ctranslate2 has no such library (it is not loaded, or linked statically).
    """
    return ctypes.CDLL(mapped(r"libctranslate2")[0])


def run(probe: Callable[..., None]) -> None:
    """Run `probe` with the arguments in ``sys.argv``, and tell how it ended."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))  # crashes are expected here
    ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL: a hanging child does not outlive the doctor
    if sys.path[0] == "":  # `-c` puts the current folder first: what lies there is not installed
        del sys.path[0]
    begin = time.monotonic()
    try:
        probe(*json.loads(sys.argv[2]))
    except BaseException as problem:
        fact(_exception=f"{type(problem).__name__}: {problem}")
        raise
    fact(_done=time.monotonic() - begin)
