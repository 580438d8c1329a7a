"""What the dynamic loader saw when this process started, and whether a driver is there.  Reads only.

An import asks this before it loads anything else of ours: it imports nothing, ``__future__`` neither (0.3 M instructions).
"""

import os
import sys

import cudnn_heal_start

ENVIRON = "/proc/self/environ"
"""The environment as the process was started with (``proc_pid_environ(5)``); Python writes its changes elsewhere."""


def may_load(name: str, linked: bool) -> bool:
    """Tell whether anything could have to be loaded in this process for the package `name`.

    :param linked: whether links serve it, as long as ``LD_LIBRARY_PATH`` leads to no other copy.
    """
    way, *stems = cudnn_heal_start.WATCHED[name].split()
    if cudnn_heal_start.WINDOWS:
        from cudnn_heal.systems import windows

        return way != "shadowed" and windows.has_gpu()
    if way == "gpu":
        return has_gpu()
    if way == "links" and not linked:
        return True
    there = [folder for folder in library_folders() if os.path.isdir(folder)]
    return any(one.startswith(tuple(stems)) for folder in there for one in names_in(folder))


def has_gpu() -> bool:
    """Tell whether a driver of NVIDIA's is at work: its device file is there, or WSL2's."""
    return os.path.exists("/dev/nvidiactl") or os.path.exists("/dev/dxg")


def is_main_interpreter() -> bool:
    """Tell whether this is no subinterpreter: importing ctypes in an isolated one ends 3.12 with a crash (measured)."""
    if sys.version_info < (3, 12):  # which has none
        return True
    from cudnn_heal.failures import failed

    for name in ("_interpreters", "_xxsubinterpreters"):  # from 3.13 on; before
        try:
            module = __import__(name)
        except failed(ImportError):
            continue
        return bool(module.get_current() == module.get_main())
    return True


def library_folders() -> list[str]:
    """Return the folders in which the loader looks because of ``LD_LIBRARY_PATH``, in its order (``ld.so(8)``)."""
    value = library_path()
    if not value:
        return []
    folders = [_expanded(folder) or "." for folder in value.replace(";", ":").split(":")]
    return [found for folder in folders for found in (*_for_hardware(folder), folder)]


def library_path() -> str:
    """Return ``LD_LIBRARY_PATH`` as the loader saw it when the process started: a later change does nothing (``ld.so(8)``)."""
    try:
        with open(ENVIRON, "rb") as file:
            block = file.read()
    except OSError as problem:
        if problem.errno is None:  # not the system's: a time limit of the program's, a TimeoutError
            raise
        block = b""
    rows = block[:-1].split(b"\0")
    if not block.endswith(b"\0") or not all(row.find(b"=") > 0 for row in rows):
        # No /proc, or a program's title stands there, and what it leaves free is zero (setproctitle).
        seen = cudnn_heal_start.library_path
        return os.fsdecode(seen) if cudnn_heal_start.started else os.environ.get("LD_LIBRARY_PATH", "")
    prefix = b"LD_LIBRARY_PATH="
    return next((os.fsdecode(row[len(prefix) :]) for row in rows if row.startswith(prefix)), "")


def _expanded(folder: str) -> str:
    """Return `folder` with the loader's own variables replaced: where the program lies, and how it calls its folders."""
    if "$" not in folder:
        return folder
    values = {"ORIGIN": os.path.dirname(os.path.realpath("/proc/self/exe")), "LIB": _lib(), "PLATFORM": os.uname().machine}
    for name, value in values.items():
        folder = folder.replace("${" + name + "}", value).replace("$" + name, value)
    return folder


def _lib() -> str:
    """Return what stands for ``$LIB``: where this system's C library lies, below ``/`` or ``/usr``."""
    with open("/proc/self/maps", "rb") as maps:
        paths = {line.split(maxsplit=5)[5].rstrip() for line in maps if b"/libc.so." in line or b"/libc-2." in line}
    for path in paths:
        return os.fsdecode(os.path.dirname(path)).replace("/usr/", "/", 1).strip("/")
    return "lib64"


def _for_hardware(folder: str) -> list[str]:
    """Return the folders below `folder` in which the loader looks first, on machines that have what they are made for."""
    place = folder + "/glibc-hwcaps"
    if not os.path.isdir(place):
        return []
    return [os.path.join(place, name) for name in sorted(names_in(place), reverse=True)]


def names_in(folder: str) -> list[str]:
    """Return the names in `folder`; none where it can't be read."""
    try:
        return os.listdir(folder)
    except (OSError, ValueError) as problem:
        if getattr(problem, "errno", 0) is None:
            raise
        return []
