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
from cudnn_heal.systems import here

OFF = ("off", "0", "no", "false")


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


def _search() -> tuple[str, ...]:
    tops = {folder.partition("/")[0] for family in FAMILIES.values() for folder in family.folders}
    paths = dict.fromkeys(path for path in sys.path if path)
    return tuple(path for path in paths if any(os.path.isdir(os.path.join(path, top)) for top in tops))


def _library_path() -> tuple[Shelf, ...]:
    value = here.library_path()
    return tuple(_shelf(folder or ".", ".so") for folder in re.split("[:;]", value)) if value else ()


def _default_path() -> tuple[Shelf, ...]:
    stems = tuple(stem for family in FAMILIES.values() for stem in family.opened)
    shelves = [_shelf(folder, *stems) for place in here.DEFAULT_PATH for folder in sorted(glob.glob(place))]
    return tuple({shelf.real: shelf for shelf in shelves if shelf.names}.values())


def _shelf(folder: str, *parts: str) -> Shelf:
    """Return the folder with those of its names in which one of `parts` stands."""
    names = frozenset(name for name in listdir(folder) if any(part in name for part in parts))
    return Shelf(folder, os.path.realpath(folder), names)
