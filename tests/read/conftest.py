"""What both readers of libraries meet."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(params=["missing", "fifo", "folder", "loop", "device", "nul"])
def no_file(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return a path at which there is no file to read; no descriptor may stay open."""
    path = tmp_path / "file"
    if request.param == "fifo":
        os.mkfifo(path)
    elif request.param == "folder":
        path.mkdir()
    elif request.param in ("loop", "device"):
        path.symlink_to("/dev/zero" if request.param == "device" else path.name)
    opened = len(os.listdir("/proc/self/fd"))
    yield "a\0b" if request.param == "nul" else str(path)
    assert len(os.listdir("/proc/self/fd")) == opened
