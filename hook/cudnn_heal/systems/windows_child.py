"""A child process on Windows: it speaks through files, since a pipe there can't be read without waiting.

What it starts is ended with it where it has to be ended; its memory is not watched.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from typing import TYPE_CHECKING

from cudnn_heal.systems import windows_probe

if TYPE_CHECKING:
    from collections.abc import Mapping

PRELUDE = (windows_probe,)
"""What follows the prelude in the child, and has functions in the place of its own."""

_BLOCK_BYTES = 65536


class Channel:
    """A file that a child writes and that is read as it grows."""

    def __enter__(self) -> Channel:
        self.there, self.path = tempfile.mkstemp(prefix="cudnn-heal-")
        self.here = open(self.path, "rb", buffering=0)
        self.length = 0
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.there)
        self.here.close()
        try:
            os.unlink(self.path)
        except OSError:  # what the child left behind still writes in it
            pass

    def read(self) -> bytes:
        """Return a block of what has come, b"" where nothing has."""
        self.here.seek(self.length)  # the C library remembers that it has met the end
        block = self.here.read(_BLOCK_BYTES) or b""
        self.length += len(block)
        return block


def start(
    python: str, script: str, arguments: str, facts: Channel, output: Channel, environ: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start `python` with `script`, which it reads from standard input: a command line has 32767 characters at most.

    :param arguments: the last one of its command line; the one before leads to `facts`.
    :raises OSError: it does not start.
    """
    child = subprocess.Popen(
        [python, "-", facts.path, arguments],
        stdin=subprocess.PIPE,
        stdout=output.there,
        stderr=subprocess.STDOUT,
        env={**environ, "PYTHONUTF8": "1"},
    )
    assert child.stdin
    try:
        with child.stdin:
            child.stdin.write(script.encode())
    except OSError:  # it has ended already
        pass
    return child


def wait(channels: tuple[Channel, ...], seconds: float) -> None:
    """Wait for `seconds`."""
    time.sleep(seconds)


def end(child: subprocess.Popen[bytes]) -> int:
    """End `child` and what it started, if it has not ended; return its exit status."""
    if child.poll() is None:
        program = os.path.join(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "taskkill.exe")
        try:
            subprocess.run([program, "/PID", str(child.pid), "/T", "/F"], capture_output=True, check=False)
        except OSError:
            pass
        child.kill()
    return child.wait()


def used(child: subprocess.Popen[bytes]) -> int:
    """Return 0: it is not known."""
    return 0


def available(most: int) -> int:
    """Return `most`: it is not known."""
    return most
