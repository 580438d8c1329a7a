"""Says on stderr what the hook does, only where ``CUDNN_HEAL=verbose`` asks for it."""

from __future__ import annotations

import os
import sys

from cudnn_heal.failures import failed


def tell(*lines: object) -> None:
    """Say each of `lines` that is not empty, where ``CUDNN_HEAL`` asks for it."""
    if "verbose" in os.environ.get("CUDNN_HEAL", "").lower().replace(" ", "").split(","):
        for line in filter(None, map(str, lines)):
            say(line)


def say(words: object) -> None:
    """Write a line; raise nothing of our own.

    Past ``sys.stderr``, which would keep what a full disk or a closed pipe refused; where Python found descriptor 2 closed,
    that is somebody else's file.
    """
    try:
        if sys.stderr is not None:
            told = "there is nothing that this process could heal" if words == "none" else str(words)
            shown = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in told)
            os.write(2, f"cudnn-heal: {shown}\n".encode(errors="backslashreplace"))
    except failed(Exception):
        pass
