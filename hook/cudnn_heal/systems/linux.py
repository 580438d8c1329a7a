"""Linux, and whatever else has its shells and its folders: what the dynamic loader sees, and how the user's shell is told.

An import of a watched package loads this: what only commands need is imported where it is needed.
"""

from __future__ import annotations

import os

from cudnn_heal.failures import failed
from cudnn_heal.loader import has_gpu, library_folders, names_in

__all__ = ["has_gpu", "library_folders"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    import io
    from collections.abc import Iterable, Sequence

PLACES = ("/usr/lib/*-linux-gnu", "/usr/lib64", "/usr/local/cuda*/lib64", "/usr/local/cuda*/targets/*/lib", "/opt/cuda*/lib64")
"""Where distributions' packages and NVIDIA's installers put the libraries."""
_DEFAULT_PATH = ("/lib64", "/usr/lib64", "/lib", "/usr/lib")
INTERPRETERS = ("bin/python", "bin/python3")
"""Where an environment has its interpreter, relative to its folder."""
DRIVERS = ("libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1")
"""The driver's own library, where it may be."""
MANAGEMENT = "libnvidia-ml.so.1"
"""The library of NVML, which comes with the driver."""
SEARCHED = "LD_LIBRARY_PATH"
"""The variable whose folders the loader looks in before all others, "" where there is none."""
HOW_TO_INSTALL_A_DRIVER = "Install NVIDIA's driver with the system's package manager, and restart."
SCRIPTS = ("cudnn-heal",)
"""Where the command's file lies, relative to the interpreter's folder."""


def default_folders() -> list[str]:
    """Return the folders in which the loader looks last: Debian's own, below the last two, and ``ld.so(8)``'s."""
    own = [f"{top}/{name}" for top in _DEFAULT_PATH[-2:] for name in names_in(top) if name.endswith("-linux-gnu")]
    return [*own, *_DEFAULT_PATH]


def mapped() -> tuple[tuple[str, ...], frozenset[int]]:
    """Return paths and inodes of the shared libraries that this process has mapped (``proc_pid_maps(5)``)."""
    try:
        with open("/proc/self/maps", "rb") as maps:
            rows = [line.split(maxsplit=5) for line in maps.read().split(b"\n")]
    except failed(OSError):  # no /proc: then nothing is known to be there
        return (), frozenset()
    files = [row for row in rows if len(row) == 6 and row[5].startswith(b"/")]
    paths = {os.fsdecode(row[5].replace(b"\\012", b"\n")) for row in files if b".so" in row[5]}  # nothing else is escaped
    return tuple(sorted(paths)), frozenset(int(row[4]) for row in files)


def system_copies() -> tuple[str, ...]:
    """Return the system's libraries that a consumer may ask for, wherever they are usually installed."""
    import glob
    import re

    from cudnn_heal.catalog import FAMILIES
    from cudnn_heal.read.files import listdir

    stems = "|".join(sorted({re.escape(stem) for family in FAMILIES.values() for stem in family.opened}))
    wanted = re.compile(rf"({stems})\.so\.\d+")
    folders = [folder for place in PLACES for folder in glob.glob(place)]
    found = {f"{folder}/{name}" for folder in folders for name in listdir(folder) if wanted.fullmatch(name)}
    return tuple(sorted({os.path.realpath(path): path for path in sorted(found)}.values()))


def load(path: str) -> None:
    """Load the library `path` into this process for good.

    :raises OSError: it can't be loaded.
    """
    import _ctypes  # what ctypes.CDLL calls, without the rest of ctypes

    _ctypes.dlopen(path, 0)


def prepare(stream: io.TextIOWrapper) -> None:
    """Have `stream` take any character, and colours, as far as it can: it does."""


def quoted(words: Iterable[str]) -> str:
    """Return `words` as a shell takes them for what they are; what can't be printed is escaped (``$'...'``)."""
    import shlex

    return " ".join(shlex.quote(word) if word.isprintable() else _escaped(word) for word in words)


def _escaped(word: str) -> str:
    shown = (
        f"\\{char}"
        if char in "\\'"
        else char
        if char.isprintable()
        else "".join(f"\\x{byte:02x}" for byte in os.fsencode(char))
        for char in word
    )
    return f"$'{''.join(shown)}'"


def typed(command: str) -> str:
    """Return `command`, which is written for Linux's shells, as it is typed here, "" where nothing here does it: as it is."""
    return command


def chained(commands: Sequence[str]) -> str:
    """Return the line that runs each of `commands` once the one before has succeeded."""
    return " && ".join(commands)


def assigned(variable: str, value: str) -> str:
    """Return the command that gives `variable` the value `value` in the shell, or takes it away where that is ""."""
    return f"export {variable}={quoted([value])}" if value else f"unset {variable}"


def is_users(site_packages: str) -> bool:
    """Tell whether `site_packages` is the user's own (``pip install --user``)."""
    base = os.environ.get("PYTHONUSERBASE")
    return "/.local/lib/" in site_packages or bool(base and site_packages.startswith(os.path.abspath(base) + "/"))


def starts(script: str, python: str) -> bool:
    """Tell whether the script in the file `script` starts the interpreter `python`.

    Where the environment was copied or moved, it starts another or none.
    """
    import re

    try:
        with open(script, encoding="utf-8", errors="replace") as file:
            first, second = (*file.read(4096).split("\n"), "", "")[:2]
    except OSError:
        return False
    if first == "#!/bin/sh" and "dirname" in second:  # uv's, of an environment that may be moved
        return True
    started = re.search(r"(['\"])(/[^'\"]*)/python[\w.]*\1", second) or re.match(r"#!( ?)(/.*)/python[\w.]*$", first)
    return started is not None and os.path.realpath(started[2]) == os.path.realpath(os.path.dirname(python))
