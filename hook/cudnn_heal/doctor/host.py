"""What kind of machine this is: its system, whether a container or WSL2 stands between, and where a GPU shows.

Reads files below `ROOT` only.
"""

from __future__ import annotations

import glob
import os
import platform
import re

ROOT = "/"

# The first word of what control groups, and the mounts of the root, are named after; "" is a container of another kind.
_KINDS = ("docker", "podman", "kubepods", "containerd", "lxc")


def system() -> str:
    """Return the name of the distribution, as ``os-release(5)`` has it."""
    named = re.search(r'^PRETTY_NAME="?(.*?)"?$', read("etc/os-release"), re.MULTILINE)
    return named[1] if named else platform.system()


def container() -> str:
    """Return the kind of container that this process runs in (``docker``, ``container``), "" where there is none."""
    if exists(".dockerenv"):
        return "docker"
    if exists("run/.containerenv"):
        return "podman"
    kinds = re.search("|".join(_KINDS), read("proc/1/cgroup") + read("proc/self/cgroup"))
    if kinds:
        return kinds[0]
    named = os.environ.get("container", "")  # noqa: SIM112  (systemd-nspawn, podman and LXC write it so)
    return named or ("container" if "KUBERNETES_SERVICE_HOST" in os.environ else "")


def wsl() -> bool:
    """Tell whether this is Linux within Windows (WSL2)."""
    return exists("dev/dxg") or "microsoft" in read("proc/sys/kernel/osrelease").lower()


def hardware() -> str:
    """Return where an NVIDIA GPU shows, whether its driver works or not; "" where none does."""
    if exists("dev/dxg"):  # WSL2's way to the GPU
        return "/dev/dxg"
    for folder in sorted(glob.glob(_path("sys/bus/pci/devices/*"))):
        vendor, kind = (read(os.path.join(folder, name)).strip() for name in ("vendor", "class"))
        if vendor == "0x10de" and kind.startswith("0x03"):
            return f"PCI {os.path.basename(folder)}"
    devices = sorted(glob.glob(_path("dev/nvidia[0-9]*")))
    return f"/dev/{os.path.basename(devices[0])}" if devices else ""


def exists(path: str) -> bool:
    """Tell whether the absolute `path`, given without its first slash, is there."""
    return os.path.exists(_path(path))


def read(path: str) -> str:
    """Return the text of a file, "" where it can't be read."""
    try:
        with open(_path(path), encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def _path(path: str) -> str:
    return os.path.join(ROOT, path)
