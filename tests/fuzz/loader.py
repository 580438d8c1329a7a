"""A small model of the dynamic loader's search (``ld.so(8)``), for made-up libraries; `ask` asks the real one."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from support import elf_files
from support.elf_files import Dynamic

SYSTEM = ("libc.so.6",)
"""What the system has, without any search."""
PROGRAM = next((path for path in ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1") if os.path.exists(path)), "")
TRUE = shutil.which("true") or ""
"""A program that needs the C library alone."""

_parsed = lru_cache(maxsize=1024)(elf_files.dynamic)


class Missing(Exception):
    """A needed library is not found, or is no library."""


class Loaded(NamedTuple):
    """One library in the process."""

    path: str
    """As opened: links are not resolved, and ``$ORIGIN`` is its folder."""
    dynamic: Dynamic
    parent: Loaded | None


def load(path: str) -> list[Loaded]:
    """Return the libraries that loading the library at `path` brings into an empty process.

    :raises Missing: it does not load.
    """
    loaded = [_open(path, None)]
    for library in loaded:
        for name in library.dynamic.needed:
            if name not in SYSTEM and not any(name in (one.dynamic.soname, os.path.basename(one.path)) for one in loaded):
                loaded.append(_open(find(name, library), library))
    return loaded


def find(name: str, library: Loaded) -> str:
    """Return where `library` finds `name`, which it needs or opens.

    :raises Missing: nowhere.
    """
    places: list[tuple[str, Loaded]] = []
    if not library.dynamic.runpath:
        chain: Loaded | None = library
        while chain:
            if not chain.dynamic.runpath:
                places += [(place, chain) for place in chain.dynamic.rpath.split(":") if place]
            chain = chain.parent
    places += [(place, library) for place in library.dynamic.runpath.split(":") if place]
    for place, owner in places:
        path = os.path.join(place.replace("$ORIGIN", os.path.dirname(owner.path)), name)
        if os.path.isfile(path):
            return path
    raise Missing(name)


def ask(path: str) -> bool:
    """Tell whether the real loader finds all that the library at `path` needs, without what the system happens to have.

    As a program's library: the ``$ORIGIN`` of a program that is a symlink is where that leads from glibc 2.43 on (measured).
    """
    command = [PROGRAM, "--list", TRUE]
    result = subprocess.run(command, capture_output=True, text=True, env={"LD_PRELOAD": path}, check=False)
    found = [line.strip().partition(" => ")[::2] for line in result.stdout.splitlines()]
    systems = [name for name, where in found if where.startswith(("/lib", "/usr/lib")) and name not in SYSTEM]
    # What is no library at all is left out, with a warning.
    return result.returncode == 0 and path in result.stdout and "not found" not in result.stdout and not systems


def extension(site_packages: Path) -> str:
    """Return the path of the extension module of ctranslate2, "" where it is not there."""
    return next((str(path) for path in (site_packages / "ctranslate2").glob("_ext*.so")), "")


def imports(site_packages: Path) -> bool:
    """Tell whether ``import ctranslate2`` finds all that it needs."""
    path = extension(site_packages)
    try:
        return bool(path) and bool(load(path))
    except Missing:
        return False


def _open(path: str, parent: Loaded | None) -> Loaded:
    try:
        with open(path, "rb") as file:
            dynamic = _parsed(file.read())
    except OSError:
        dynamic = None
    if dynamic is None:
        raise Missing(path)
    return Loaded(path, dynamic, parent)
