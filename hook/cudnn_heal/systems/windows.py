"""Windows: a DLL that is in the process answers for its name, wherever it lies; nothing is linked.

The same names stand in ``linux``; ``cudnn_heal.systems.here`` is the one of this system.
"""

from __future__ import annotations

import os

from cudnn_heal.failures import failed

TYPE_CHECKING = False
if TYPE_CHECKING:
    import io
    from collections.abc import Iterable, Sequence

PLACES = (r"C:\Program Files\NVIDIA GPU Computing Toolkit\CUDA\v*\bin",)
"""Where NVIDIA's installer puts the libraries."""
INTERPRETERS = (r"Scripts\python.exe", "python.exe")
"""Where an environment has its interpreter, relative to its folder."""
DRIVERS = ("nvcuda.dll",)
"""The driver's own library, where it may be."""
MANAGEMENT = "nvml.dll"
"""The library of NVML, which comes with the driver."""
SEARCHED = ""
"""The variable whose folders the loader looks in before all others, "" where there is none."""
HOW_TO_INSTALL_A_DRIVER = "Install NVIDIA's driver (https://www.nvidia.com/drivers), and restart."
SCRIPTS = ("cudnn-heal.exe", r"Scripts\cudnn-heal.exe")
"""Where the command's file lies, relative to the interpreter's folder."""

_ALTERED_SEARCH_PATH = 8
"""``LoadLibraryEx``: what the DLL imports is looked for in its own folder first, and on ``PATH``.  (With the flags that ctypes
sets by itself, onnxruntime's provider was not loaded: seen with wine 10.)"""
_PATH_CHARACTERS = 32768
_STANDARD_OUTPUT, _ESCAPE_SEQUENCES = -11, 4  # STD_OUTPUT_HANDLE, ENABLE_VIRTUAL_TERMINAL_PROCESSING
_BARE = r"[A-Za-z0-9_+=:./\\~*-]+"
"""What neither PowerShell nor cmd takes for its own."""
_LINUXS = r"(export|unset|echo|env|ls|df|free|ulimit|ldconfig|lsmod|patchelf)\b|.*(\| (sudo )?(grep|tail)|/dev/|/proc/)"
"""How commands begin that are Linux's alone, and what else is only there; ``sudo`` says so itself."""


def has_gpu() -> bool:
    """Tell whether a driver of NVIDIA's is installed."""
    return os.path.exists(os.path.join(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "nvcuda.dll"))


def library_folders() -> list[str]:
    """Return none: no variable outranks what is in the process."""
    return []


def default_folders() -> list[str]:
    """Return none: no folder has libraries under names that would be asked for before those in the process."""
    return []


def mapped() -> tuple[tuple[str, ...], frozenset[int]]:
    """Return the paths of the libraries in this process that the catalog names, links resolved; of no inode."""
    try:
        import ctypes
    except failed(ImportError):  # then nothing can be loaded either
        return (), frozenset()
    from cudnn_heal.read.files import real

    kernel32 = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]
    kernel32.GetModuleHandleW.restype = ctypes.c_void_p
    path = ctypes.create_unicode_buffer(_PATH_CHARACTERS)
    found = []
    for name in _names():
        handle = kernel32.GetModuleHandleW(name)
        if handle and kernel32.GetModuleFileNameW(ctypes.c_void_p(handle), path, _PATH_CHARACTERS):
            found.append(real(path.value))
    return tuple(sorted(found)), frozenset()


def _names() -> list[str]:
    """Return the names under which a copy could be in the process, and those of the packages' own DLLs."""
    from cudnn_heal.catalog import CONSUMERS, FAMILIES
    from cudnn_heal.names import file_name

    names = [
        file_name(family, stem, major)
        for family in FAMILIES.values()
        for stem in dict.fromkeys((*family.opened, *family.order))
        for major in sorted({major for wheel in family.wheels for major in wheel.majors})
    ]
    return [*names, *(binary.rpartition("/")[2] for consumer in CONSUMERS.values() for binary in consumer.binaries)]


def load(path: str) -> None:
    """Load the DLL `path` into this process for good.

    :raises OSError: it can't be loaded.
    """
    import ctypes

    # Backslashes alone: with others LoadLibraryEx does not take the path for a full one.
    ctypes.CDLL(os.path.normpath(path), winmode=_ALTERED_SEARCH_PATH)


def system_copies() -> tuple[str, ...]:
    """Return the system's libraries that a consumer may ask for, on ``PATH`` and in NVIDIA's toolkits."""
    import glob

    from cudnn_heal.catalog import FAMILIES
    from cudnn_heal.names import library_parts
    from cudnn_heal.read.files import listdir, real

    stems = {stem for family in FAMILIES.values() for stem in family.opened}
    folders = [*os.environ.get("PATH", "").split(os.pathsep), *(folder for place in PLACES for folder in glob.glob(place))]
    named = [(folder, name, library_parts(name)) for folder in folders if folder for name in listdir(folder)]
    return tuple(
        dict.fromkeys(real(os.path.join(folder, name)) for folder, name, parts in named if parts and parts[0] in stems)
    )


def prepare(stream: io.TextIOWrapper) -> None:
    """Have `stream` take any character, and colours, as far as it can: UTF-8 in a file, escape sequences in a console."""
    if not stream.isatty():
        stream.reconfigure(encoding="utf-8")
        return
    try:
        import ctypes
    except ImportError:
        return
    kernel32 = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]
    kernel32.GetStdHandle.restype = ctypes.c_void_p
    console, mode = ctypes.c_void_p(kernel32.GetStdHandle(_STANDARD_OUTPUT)), ctypes.c_ulong()
    if kernel32.GetConsoleMode(console, ctypes.byref(mode)):
        kernel32.SetConsoleMode(console, mode.value | _ESCAPE_SEQUENCES)


def quoted(words: Iterable[str]) -> str:
    """Return `words` as PowerShell, or cmd, takes them for what they are.

    A program whose path has to be quoted needs PowerShell's call operator, which cmd does not know.
    """
    import re

    line = " ".join(word if re.fullmatch(_BARE, word) else _in_quotes(word) for word in words)
    return f"& {line}" if line.startswith('"') and not _is_cmd() else line


def _in_quotes(word: str) -> str:
    backslashes = len(word) - len(word.rstrip("\\"))
    return f'"{word}' + "\\" * backslashes + '"'  # else the last one would take the quote's meaning away


def _is_cmd() -> bool:
    """Tell whether the user's shell is cmd, which sets ``PROMPT``, and not PowerShell."""
    return "PROMPT" in os.environ


def typed(command: str) -> str:
    """Return `command`, which is written for Linux's shells, as it is typed here, "" where nothing here does it."""
    import re

    given = re.fullmatch(r"(?:export (\w+)=|unset (\w+))([\w.-]*)", command)
    if given:
        return assigned(given[1] or given[2], given[3])
    return "" if re.match(_LINUXS, command) else command


def chained(commands: Sequence[str]) -> str:
    """Return the line that runs each of `commands` once the one before has succeeded; Windows' own PowerShell has no ``&&``."""
    if _is_cmd() or len(commands) < 2:
        return " && ".join(commands)
    return f"{commands[0]}; if ($?) {{ {chained(commands[1:])} }}"


def assigned(variable: str, value: str) -> str:
    """Return the command that gives `variable` the value `value` in the shell, or takes it away where that is ""."""
    if _is_cmd():
        return f'set "{variable}={value}"'
    return f'$env:{variable} = "{value}"' if value else f"Remove-Item Env:{variable}"


def is_users(site_packages: str) -> bool:
    """Tell whether `site_packages` is the user's own (``pip install --user``)."""
    base = os.environ.get("PYTHONUSERBASE") or os.path.join(os.environ.get("APPDATA", "?"), "Python")
    return os.path.normcase(site_packages).startswith(os.path.normcase(os.path.join(base, "")))


def starts(script: str, python: str) -> bool:
    """Tell whether the launcher in the file `script` starts the interpreter `python`, whose path stands at its end."""
    try:
        with open(script, "rb") as file:
            return os.fsencode(python).lower() in file.read().lower()
    except OSError:
        return False
