"""What our code may take for a failure of its own: never what the program raised in the midst of it."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    _Kind = TypeVar("_Kind", bound=Exception)


def failed(*kinds: type[_Kind]) -> tuple[type[_Kind], ...]:
    """Return what an ``except`` clause is to catch: `kinds`, or nothing where the program raised what is at hand.

    Python evaluates an ``except`` clause only once something was raised (The Python Language Reference, 8.4).  A time limit is
    often a `TimeoutError`, which is an `OSError`.
    """
    start = sys.modules.get("cudnn_heal_start")  # a program may purge that
    guard = start and start.guard
    return () if guard and guard.is_of_program(sys.exc_info()[1]) else kinds
