"""A child process on Linux: it speaks through pipes, and everything that it starts is found in ``/proc`` and ends with it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

PRELUDE: tuple[ModuleType, ...] = ()
"""What follows the prelude in the child, and has functions in the place of its own."""

_POLL_SECONDS = 0.05
_ENDING_SECONDS = 10.0
"""How long killed processes are waited for; one that hangs in the driver can't be killed."""
_BLOCK_BYTES = 65536


class Channel:
    """A pipe from a child, whose end here never blocks.

    A grandchild that keeps it open holds nobody up, since nobody waits for its end.
    """

    def __enter__(self) -> Channel:
        self.here, self.there = os.pipe()
        os.set_blocking(self.here, False)
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.here)
        os.close(self.there)

    def read(self) -> bytes:
        """Return a block of what has come, b"" where nothing has."""
        try:
            return os.read(self.here, _BLOCK_BYTES)
        except BlockingIOError:
            return b""


def start(
    python: str, script: str, arguments: str, facts: Channel, output: Channel, environ: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start `python` with `script`.

    :param arguments: the last one of its command line; the one before leads to `facts`.
    :raises OSError: it does not start.
    """
    return subprocess.Popen(
        [python, "-c", script, str(facts.there), arguments],
        stdin=subprocess.DEVNULL,
        stdout=output.there,
        stderr=subprocess.STDOUT,
        pass_fds=(facts.there,),
        start_new_session=True,
        env=environ,
    )


def wait(channels: tuple[Channel, ...], seconds: float) -> None:
    """Wait until something has come through one of `channels`, at most for `seconds`."""
    select.select([channel.here for channel in channels], (), (), seconds)


def end(child: subprocess.Popen[bytes]) -> int:
    """Kill all that is below `child`, which then ends by itself, having reaped it; return its exit status."""
    deadline = time.monotonic() + _ENDING_SECONDS
    while child.poll() is None and time.monotonic() < deadline:
        below = list(_descendants(child.pid))
        for pid in below:
            _kill(pid)
        try:
            child.wait(_POLL_SECONDS if below else 4 * _POLL_SECONDS)
        except subprocess.TimeoutExpired:
            if not below and not list(_descendants(child.pid)):  # it has not even got to its probe, or was stopped
                child.kill()
    if child.poll() is None:
        child.kill()
        return child.wait()
    return child.returncode


def used(child: subprocess.Popen[bytes]) -> int:
    """Return how many bytes of memory the processes below `child` have to themselves: no files that are only mapped."""
    return sum(map(_anonymous, _descendants(child.pid)))


def available(most: int) -> int:
    """Return how many bytes of memory this process may still take: of the machine, or of its container; else `most`."""
    spare = []
    for line in _read("/proc/meminfo").splitlines():
        if line.startswith("MemAvailable:"):
            spare.append(int(line.split()[1]) * 1024)
    for limit, now in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ):
        if _read(limit).strip().isdigit() and _read(now).strip().isdigit():
            spare.append(int(_read(limit)) - int(_read(now)))
    return min(spare, default=most)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # it ended, or changed its user
        pass


def _descendants(pid: int) -> Iterator[int]:
    """Yield the processes below `pid`."""
    todo = [pid]
    while todo:
        for child in _children(todo.pop()):
            yield child
            todo.append(child)


def _children(pid: int) -> list[int]:
    """Return the processes that `pid` started or adopted, as ``proc(5)`` tells it."""
    if not os.path.exists("/proc/thread-self/children"):  # the kernel was built without
        return [int(one) for one in os.listdir("/proc") if one.isdigit() and _parent(one) == pid]
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []
    return [int(one) for thread in threads for one in _read(f"/proc/{pid}/task/{thread}/children").split()]


def _parent(pid: str) -> int:
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return int(fields[1]) if len(fields) > 1 else 0


def _anonymous(pid: int) -> int:
    lines = (line.split() for line in _read(f"/proc/{pid}/status").splitlines())
    return sum(int(words[1]) * 1024 for words in lines if words and words[0] in ("RssAnon:", "RssShmem:"))


def _read(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
