"""The stamp: what the fast path compares, so that an unchanged environment costs next to nothing.

``.cudnn-heal/stamp`` is text: first and last line alike, ``cudnn-heal VERSION VERDICT`` (so that a cut file is none), and
between them, for each path that the verdict rests on, ``MTIME_NS SIZE PATH`` with the path relative to site-packages and
``-`` for a folder's size, which a file system may choose; or ``gone - PATH`` for a link that leads nowhere, since a volume
may be away.  ``.cudnn-heal/paused`` has the same form; the RECORD that it names tells for which version the pause is.
``cudnn_heal_start.recorded`` is the other reader of both.
"""

from __future__ import annotations

import os
import stat
import time

from cudnn_heal.failures import failed
from cudnn_heal.model import Pause
from cudnn_heal.tuples import TYPE_CHECKING
from cudnn_heal_start import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

STILL_SECONDS = 0.02
"""How long a path must have been unchanged; kernels before 6.13 tick modification times every 4 to 10 ms only."""
STILL_SECONDS_COARSE = 1.1
"""The same where the time has no part below a second: the file system may keep none (ext4 with 128-byte inodes)."""
FUTURE_SECONDS = 60
"""How far ahead a time must lie to be of a clock that was set back, and not of a change just now."""


class Fingerprint:
    """The state of the paths that a verdict rests on, each taken before its content is first read."""

    def __init__(self, site_packages: str) -> None:
        self.site_packages = site_packages
        self.begun = time.time()
        self.states: dict[str, os.stat_result] = {}
        self.gone: list[str] = []
        """Links that lead nowhere."""

    def add(self, path: str, stat: Callable[[str], os.stat_result | None] | None = None) -> None:
        """Take the state of `path` (relative to site-packages), or of the nearest folder above it that exists.

        Where the verdict rests on a link, `path` is the link's: a copy that lost its links is noticed.

        :param stat: returns the state of an absolute path, None where there is none.
        """
        while True:
            state = (stat or _stat)(os.path.join(self.site_packages, path))
            if state:
                self.states.setdefault(path, state)
            if state or not path:
                return
            path = os.path.dirname(path)

    def is_still(self) -> bool:
        """Tell whether nothing in it had changed a moment before it was begun, so that a next change can be told from it.

        A time in the far future (a clock was set back) counts as long ago; one in the near future came while it was taken.
        """
        return not any(-FUTURE_SECONDS < self.begun - state.st_mtime < _tick_seconds(state) for state in self.states.values())

    def encode(self, verdict: str, *, prefix: str = "", sure: bool = True) -> bytes:
        """Return the stamp's bytes.

        :param prefix: name only what is there and begins with it, and the folder in which that would appear.
        :param sure: whether a next change can be told from the times; else the stamp names times that no file has.
        """
        head = f"cudnn-heal {VERSION} {verdict}"
        lines = [head]
        for path, state in self.states.items():
            if not path or path.startswith(prefix):
                size = state.st_size if stat.S_ISREG(state.st_mode) else "-"
                lines.append(f"{state.st_mtime_ns if sure else -1} {size} {path}")
        lines += [f"gone - {path}" for path in self.gone if not prefix]
        return "\n".join([*lines, head]).encode(errors="backslashreplace")


def pause(data: bytes) -> Pause | None:
    """Return the pause that stands in the file as `data`, None where there is none; a damaged one names no path."""
    lines = data.decode(errors="replace").split("\n")[1:-1]
    return Pause(data, tuple(line.split(" ", 2)[2] for line in lines if line.count(" ") >= 2)) if data else None


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except failed(OSError, ValueError):
        return None


def _tick_seconds(state: os.stat_result) -> float:
    return STILL_SECONDS if state.st_mtime_ns % 10**9 else STILL_SECONDS_COARSE
