"""What the dynamic loader saw when this process started, and whether a driver is there.  Reads only."""

from __future__ import annotations

import os

ENVIRON = "/proc/self/environ"
"""The environment as the process was started with (``proc_pid_environ(5)``); Python writes its changes elsewhere."""


def has_gpu() -> bool:
    """Tell whether a driver of NVIDIA's is at work: its device file is there, or WSL2's."""
    return os.path.exists("/dev/nvidiactl") or os.path.exists("/dev/dxg")


def library_path() -> str:
    """Return ``LD_LIBRARY_PATH`` as the loader saw it when the process started: a later change does nothing (``ld.so(8)``)."""
    try:
        with open(ENVIRON, "rb") as file:
            rows = [row for row in file.read().split(b"\0") if row]
    except OSError:
        rows = []
    if not rows or not all(b"=" in row for row in rows):  # no /proc, or the program wrote its title over it
        return os.environ.get("LD_LIBRARY_PATH", "")
    prefix = b"LD_LIBRARY_PATH="
    return next((os.fsdecode(row[len(prefix) :]) for row in rows if row.startswith(prefix)), "")
