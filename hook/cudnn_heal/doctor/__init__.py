"""Does the whole speech stack work here?  One check after the other, each in child processes of the environment.

`run` is what the command line calls; `checks` has what is checked.  Nothing here is reachable from start-up.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, TextIO

from cudnn_heal.doctor import show
from cudnn_heal.doctor.checks import CHECKS, Check
from cudnn_heal.doctor.result import Problem, Result, failed
from cudnn_heal.doctor.stack import LIMIT_SECONDS, Stack

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130
"""The exit status of a program that SIGINT ended, as shells have it."""


def run(
    site_packages: str,
    python: str,
    *,
    as_json: bool,
    out: TextIO,
    own: bool,
    checks: Sequence[Check] = CHECKS,
    limit: float = LIMIT_SECONDS,
) -> int:
    """Check the environment `site_packages`, and write to `out` what was found.

    :param python: the environment's interpreter.
    :param as_json: write one JSON object at the end, and nothing before.
    :param own: whether it is the environment of this process.
    :param checks: what to check.
    :param limit: for each child process, in seconds.
    :return: the exit status: 1 where a check failed, 130 on an interrupt, else 0.
    """
    if sys.platform != "linux":
        out.write("Nothing to check: the doctor knows the libraries of Linux only.\n")
        return 0
    stack = Stack(site_packages, python, own=own, limit=limit)
    with open(os.devnull, "w") as nowhere:
        lines = show.Lines(nowhere if as_json else out, [check.name for check in checks])
        stack.tick = lines.tick
        results, seconds = {}, {}
        try:
            for check in checks:
                begin = time.monotonic()
                lines.begin(check.name)
                results[check.name] = examine(check, stack)
                seconds[check.name] = time.monotonic() - begin
                lines.end(results[check.name])
        except KeyboardInterrupt:
            lines.leave()
            return INTERRUPTED
    if as_json:
        out.write(show.as_json(stack, results, seconds) + "\n")
    else:
        out.write(f"\n{show.summary(results)}\n{show.details(results)}\n".rstrip("\n") + "\n")
    return int(any(result.status == "failed" for result in results.values()))


def examine(check: Check, stack: Stack) -> Result:
    """Run one check; its own failure must not keep the others from running."""
    try:
        return check.examine(stack)
    except Exception as problem:
        return failed(f"the check itself failed: {problem!r}", Problem((repr(problem),), "A bug in cudnn-heal.", ()))
