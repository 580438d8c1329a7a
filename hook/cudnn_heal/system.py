"""The machine's own copies of NVIDIA's libraries: those to which ``LD_LIBRARY_PATH`` leads, and those of the system.

Looked up when the package is imported, and for the command line; never at start-up.  Reads only.
"""

from __future__ import annotations

import glob
import os
import re
from typing import TYPE_CHECKING

from cudnn_heal.catalog import PARTS
from cudnn_heal.observe import installed_version
from cudnn_heal.plan import select

if TYPE_CHECKING:
    from cudnn_heal.catalog import Part
    from cudnn_heal.observe import Observation

PLACES = ("/usr/lib/*-linux-gnu", "/usr/lib64", "/usr/local/cuda*/lib64", "/usr/local/cuda*/targets/*/lib", "/opt/cuda*/lib64")
"""Where distributions' packages and NVIDIA's installers put the libraries."""


def shadows(observation: Observation) -> dict[str, str]:
    """Return, by part, the sentence about another copy to which this process's ``LD_LIBRARY_PATH`` leads; reads only.

    Of two folders the loader takes the first that has the file (``ld.so(8)``).
    """
    import posix  # the environment as the loader saw it: a change to os.environ comes too late for it

    folders = re.split("[:;]", os.fsdecode(posix.environ.get(b"LD_LIBRARY_PATH", b"")))
    found = {}
    for name, major in observation.needs.items():
        part = PARTS[name]
        provider = select(observation.providers.get(name, ()), part, major)
        for folder in folders if provider and folders != [""] else ():
            files = _copies(folder or ".", part, major)
            if files and provider:
                own = (os.path.join(provider.site_packages, provider.folder), observation.libs)
                if os.path.realpath(folder) not in [os.path.realpath(path) for path in own]:
                    version = _version(folder, part, files)
                    found[name] = f"LD_LIBRARY_PATH leads to {version} in {folder or 'the working folder'}"
                break
    return found


def _copies(folder: str, part: Part, major: int) -> list[str]:
    stems = "|".join(part.loading) + (f"|{part.sub_libraries}\\w+" if part.sub_libraries else "")
    pattern = re.compile(rf"({stems})\.so(\.{major}(\.\d+)*)?")
    try:
        return sorted(name for name in os.listdir(folder) if pattern.fullmatch(name))
    except OSError:
        return []


def _version(folder: str, part: Part, files: list[str]) -> str:
    """Name the copy: by the file to which its links lead, as system packages have it, or by its wheel."""
    for name in files:
        match = re.search(r"\.so\.(\d+\.\d[\d.]*)$", os.path.realpath(os.path.join(folder, name)))
        if match:
            return f"{part.title} {match[1]}"
    for place in part.folders:
        site_packages = os.path.realpath(folder)[: -len("/" + place)]
        if os.path.realpath(folder).endswith("/" + place):
            for wheel in part.wheels:
                version = installed_version(site_packages, wheel)
                if version:
                    return f"{part.title} {version}"
    return f"another {part.title}"


def has_gpu() -> bool:
    """Tell whether a driver of NVIDIA's is at work: its device file is there, or WSL2's."""
    return os.path.exists("/dev/nvidiactl") or os.path.exists("/dev/dxg")


def copies(part: Part, major: int) -> list[str]:
    """Return the system's copies of what the package opens of `part`, wherever they are usually installed."""
    library = f"{part.libraries[-1]}.so.{major}"
    return sorted({path for place in PLACES for path in glob.glob(f"{place}/{library}")})
