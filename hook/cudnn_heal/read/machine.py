"""The process and its machine: what no file in site-packages tells.  Reads only; never called at start-up."""

from __future__ import annotations

import os
import sys

import cudnn_heal_start
from cudnn_heal.catalog import FAMILIES
from cudnn_heal.model import Process, Shelf
from cudnn_heal.read.files import listdir
from cudnn_heal.systems import here

OFF = ("off", "0", "no", "false")
DRIVER = "proc/driver/nvidia/version"
"""Where the kernel tells which of NVIDIA's modules it runs; WSL has no such file."""


def process(*, hook: bool | None = None, system: bool = False) -> Process:
    """Observe this process.

    :param hook: whether the start-up hook runs in the process that is meant, if that is another one.
    :param system: look for the system's copies too.
    """
    words = switches()
    active = cudnn_heal_start.watching if hook is None else hook
    mapped, inodes = here.mapped()
    return Process(
        gpu=here.has_gpu(),
        library_path=_library_path(),
        mapped=mapped,
        search=_search(),
        hook=active and not words & set(OFF),
        off=bool(words & set(OFF)),
        without=frozenset(word[1:] for word in words if word.startswith("-")),
        inodes=inodes,
        system=here.system_copies() if system else (),
        default_path=_default_path(),
    )


def switches() -> frozenset[str]:
    """Return the words of ``CUDNN_HEAL``."""
    return frozenset(word.strip().lower() for word in os.environ.get("CUDNN_HEAL", "").split(",") if word.strip())


def loaded_driver(root: str = "/") -> str:
    """Return the version of NVIDIA's kernel module (``580.65.06``), which a container shares with its machine.

    "" where it is not loaded, and under WSL, where it can't be told.  Both forms are read: ``Kernel Module  570.124.06`` and
    ``Open Kernel Module for x86_64  580.65.06``.
    """
    import re  # which an import of torch does without

    try:
        with open(os.path.join(root, DRIVER), encoding="utf-8", errors="replace") as file:
            found = re.search(r"Kernel Module.*?\s(\d{3}(?:\.\d+)+)", file.readline())
    except OSError:
        return ""
    return found[1] if found else ""


def _search() -> tuple[str, ...]:
    tops = {folder.partition("/")[0] for family in FAMILIES.values() for folder in family.folders}
    paths = dict.fromkeys(path for path in sys.path if path)
    return tuple(path for path in paths if any(os.path.isdir(os.path.join(path, top)) for top in tops))


def _library_path() -> tuple[Shelf, ...]:
    return tuple(
        Shelf(folder, os.path.realpath(folder), frozenset(name for name in listdir(folder) if ".so" in name))
        for folder in here.library_folders()
    )


def _default_path() -> tuple[Shelf, ...]:
    stems = tuple(stem for family in FAMILIES.values() for stem in family.opened)
    shelves: dict[str, Shelf] = {}
    for folder in here.default_folders():
        real = os.path.realpath(folder)
        if real not in shelves:
            shelves[real] = Shelf(folder, real, frozenset(name for name in listdir(real) if name.startswith(stems)))
    return tuple(shelf for shelf in shelves.values() if shelf.names)
