"""The process and its machine: what no file in site-packages tells.  Reads only; never called at start-up."""

from __future__ import annotations

import glob
import os
import re
import sys

import cudnn_heal_start
from cudnn_heal.catalog import FAMILIES
from cudnn_heal.model import Process, Shelf
from cudnn_heal.read.files import listdir
from cudnn_heal.read.loader import has_gpu, library_path

PLACES = ("/usr/lib/*-linux-gnu", "/usr/lib64", "/usr/local/cuda*/lib64", "/usr/local/cuda*/targets/*/lib", "/opt/cuda*/lib64")
"""Where distributions' packages and NVIDIA's installers put the libraries."""
DEFAULT_PATH = ("/lib/*-linux-gnu", "/usr/lib/*-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib")
"""Where the loader looks last (``ld.so(8)``, and Debian's own folders)."""
OFF = ("off", "0", "no", "false")


def process(*, hook: bool | None = None, system: bool = False) -> Process:
    """Observe this process.

    :param hook: whether the start-up hook runs in the process that is meant, if that is another one.
    :param system: look for the system's copies too.
    """
    words = switches()
    active = cudnn_heal_start.watching if hook is None else hook
    mapped, inodes = _mapped()
    return Process(
        gpu=has_gpu(),
        library_path=_library_path(),
        mapped=mapped,
        search=_search(),
        hook=active and not words & set(OFF),
        off=bool(words & set(OFF)),
        without=frozenset(word[1:] for word in words if word.startswith("-")),
        inodes=inodes,
        system=_system_copies() if system else (),
        default_path=_default_path(),
    )


def switches() -> frozenset[str]:
    """Return the words of ``CUDNN_HEAL``."""
    return frozenset(word.strip().lower() for word in os.environ.get("CUDNN_HEAL", "").split(",") if word.strip())


def _mapped() -> tuple[tuple[str, ...], frozenset[int]]:
    """Return paths and inodes of the shared libraries that this process has mapped (``proc_pid_maps(5)``)."""
    try:
        with open("/proc/self/maps", errors="surrogateescape") as maps:
            rows = [line.rstrip("\n").split(maxsplit=5) for line in maps]
    except OSError:  # no /proc: then nothing is known to be there
        return (), frozenset()
    files = [row for row in rows if len(row) == 6 and row[5].startswith("/")]
    return tuple(sorted({row[5] for row in files if ".so" in row[5]})), frozenset(int(row[4]) for row in files)


def _system_copies() -> tuple[str, ...]:
    """Return the system's libraries that a consumer may ask for, wherever they are usually installed."""
    stems = "|".join(sorted({re.escape(stem) for family in FAMILIES.values() for stem in family.opened}))
    wanted = re.compile(rf"({stems})\.so\.\d+")
    folders = [folder for place in PLACES for folder in glob.glob(place)]
    found = {f"{folder}/{name}" for folder in folders for name in listdir(folder) if wanted.fullmatch(name)}
    return tuple(sorted({os.path.realpath(path): path for path in sorted(found)}.values()))


def _search() -> tuple[str, ...]:
    tops = {folder.partition("/")[0] for family in FAMILIES.values() for folder in family.folders}
    paths = dict.fromkeys(path for path in sys.path if path)
    return tuple(path for path in paths if any(os.path.isdir(os.path.join(path, top)) for top in tops))


def _library_path() -> tuple[Shelf, ...]:
    value = library_path()
    return tuple(_shelf(folder or ".", ".so") for folder in re.split("[:;]", value)) if value else ()


def _default_path() -> tuple[Shelf, ...]:
    stems = tuple(stem for family in FAMILIES.values() for stem in family.opened)
    shelves = [_shelf(folder, *stems) for place in DEFAULT_PATH for folder in sorted(glob.glob(place))]
    return tuple({shelf.real: shelf for shelf in shelves if shelf.names}.values())


def _shelf(folder: str, *parts: str) -> Shelf:
    """Return the folder with those of its names in which one of `parts` stands."""
    names = frozenset(name for name in listdir(folder) if any(part in name for part in parts))
    return Shelf(folder, os.path.realpath(folder), names)
