"""Says on stderr what the hook does, only where ``CUDNN_HEAL=verbose`` asks for it."""

from __future__ import annotations

import os
import sys


def say(words: object) -> None:
    """Write a line; never raise.

    Past ``sys.stderr``, which would keep what a full disk or a closed pipe refused; where Python found descriptor 2 closed,
    that is somebody else's file.
    """
    try:
        if sys.stderr is not None:
            told = "there is nothing that this process could heal" if words == "none" else words
            os.write(2, f"cudnn-heal: {told}\n".encode(errors="backslashreplace"))
    except Exception:
        pass
