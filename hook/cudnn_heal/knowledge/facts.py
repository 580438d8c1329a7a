"""Reads the facts that conditions ask about.  Imports nothing of what it looks at, and starts no process."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING

from cudnn_heal.knowledge.model import Facts
from cudnn_heal.knowledge.rows import ROWS
from cudnn_heal.names import library_parts
from cudnn_heal.read import elf
from cudnn_heal.read.files import listdir, read
from cudnn_heal.read.machine import loaded_driver

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cudnn_heal.knowledge.model import Row
    from cudnn_heal.model import Target

LOADER_CACHE = "/etc/ld.so.cache"
"""Where ``ldconfig`` keeps what it found (``ld.so(8)``)."""


def gather(target: Target, driver: str = "", capabilities: Sequence[str] = ()) -> Facts:
    """Return the facts of the environment `target`.

    :param driver: of NVIDIA's, where it was asked: ``570.124.06``; otherwise what the kernel says.
    :param capabilities: of the GPUs, where they are known: ``9.0``.
    """
    from cudnn_heal.read.installed import Installed  # 35 ms, which nobody pays who asks of no environment

    installed = Installed.of(target.site_packages, target.version)
    return Facts(
        installed=installed,
        python=installed.markers["python_version"],
        glibc=glibc(),
        torch_cuda=torch_cuda(target.site_packages),
        driver=driver or loaded_driver(),
        capabilities=tuple(capabilities),
        programs=frozenset(name for name in _asked("program:") if shutil.which(name)),
        libraries=libraries(target.python),
        files=frozenset(name for name in _asked("file:") if os.path.exists(os.path.join(target.site_packages, name))),
    )


def glibc() -> str:
    """Return the version of glibc, "" for another C library."""
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")[2]
    except (AttributeError, ValueError, OSError):
        return ""


def torch_cuda(site_packages: str) -> str:
    """Return the major version of CUDA that torch's own library needs, "" for a torch without CUDA."""
    dynamic = elf.dynamic(os.path.join(site_packages, "torch/lib/libtorch_cuda.so"))
    found = re.search(r"libcudart\.so\.(\d+)", " ".join(dynamic.needed)) if dynamic else None
    beside = map(library_parts, listdir(os.path.join(site_packages, "torch/lib")))  # on Windows torch brings its own
    majors = [found[1]] if found else [str(parts[1]) for parts in beside if parts and parts[0] == "libcudart"]
    return majors[0] if majors else ""


def libraries(python: str) -> frozenset[str]:
    """Return the names of the shared libraries that the loader finds by itself, and those beside the interpreter `python`."""
    cached = re.findall(rb"/(lib[\w.+-]+\.so[\w.]*)\0", read(LOADER_CACHE))
    names = {name.decode(errors="replace") for name in cached}
    for folder in filter(None, os.environ.get("LD_LIBRARY_PATH", "").split(":")):
        names.update(name for name in listdir(folder) if ".so" in name)
    needed = elf.dynamic(os.path.realpath(python))
    return frozenset(names.union(needed.needed if needed else ()))


def _asked(kind: str) -> set[str]:
    """Return what the conditions of the table ask for."""
    conditions = (condition.lstrip("!") for row in ROWS for condition in _conditions(row))
    return {condition[len(kind) :] for condition in conditions if condition.startswith(kind)}


def _conditions(row: Row) -> Iterator[str]:
    for group in (row.when, row.applies, *(fix.only for fix in row.fixes), *(fix.unless for fix in row.fixes)):
        for conditions in group:
            yield from conditions.split(" & ")
