"""Finds the system calls that change the file system, by strace(1), and makes one of them fail or kill the process."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from support.environments import Environment, clean_environ

CHANGING = [
    "mkdir",
    "mkdirat",
    "mknod",
    "mknodat",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "rmdir",
    "truncate",
    "ftruncate",
    "chmod",
    "fchmod",
    "fchmodat",
    "fchmodat2",
    "chown",
    "fchown",
    "lchown",
    "fchownat",
    "utime",
    "utimes",
    "utimensat",
    "futimesat",
    "setxattr",
    "lsetxattr",
    "fsetxattr",
    "removexattr",
    "lremovexattr",
    "fremovexattr",
    "write",
    "pwrite64",
    "writev",
    "pwritev",
    "pwritev2",
    "copy_file_range",
    "sendfile",
    "splice",
    "fallocate",
    "creat",
]
"""Every system call of Linux that changes a file system; those that open files do by their flags."""
OPENING = ("open", "openat", "openat2")
WRITING_FLAGS = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_TMPFILE")

_LINE = re.compile(r"(?P<call>\w+)\((?P<arguments>.*)\)\s+= (?P<result>.*)")


class Point(NamedTuple):
    """One system call of a traced run."""

    call: str
    ordinal: int
    """How many calls of that name there were so far, as strace's ``when=`` counts them."""
    arguments: str
    failed: bool

    def __str__(self) -> str:
        return f"{self.call}#{self.ordinal}({self.arguments})"


def trace(strace: str, environment: Environment, *arguments: str, log: Path, **environ: str) -> list[Point]:
    """Run the environment's interpreter under strace and return every call that changes the file system, or would."""
    result = _run(strace, environment, arguments, log, (), environ)
    assert result.returncode == 0, result.stderr
    counts: Counter[str] = Counter()
    points = []
    for line in log.read_text(errors="replace").splitlines():
        match = _LINE.match(line)
        if not match:
            continue
        call = match["call"]
        counts[call] += 1
        if call in CHANGING or (call in OPENING and WRITING_FLAGS.search(match["arguments"])):
            points.append(Point(call, counts[call], match["arguments"], match["result"].startswith("-1")))
    return points


def under(points: list[Point], folder: Path) -> list[Point]:
    """Return those of `points` that act on something in `folder`, or on it."""
    return [point for point in points if str(folder) in point.arguments]


def elsewhere(points: list[Point], folder: Path) -> list[Point]:
    """Return those of `points` that act on something else than files in `folder`, pipes and the terminal."""
    harmless = re.compile(r"\d+<(pipe|socket|/dev/(null|pts|tty))[^>]*>")
    return [
        point
        for point in points
        if str(folder) not in point.arguments and not harmless.match(point.arguments) and "/dev/null" not in point.arguments
    ]


def inject(
    strace: str, environment: Environment, *arguments: str, log: Path, what: str, at: Point, **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run the interpreter again, and make the call at `at` end in `what` (``signal=KILL``, ``error=ENOSPC``)."""
    return _run(strace, environment, arguments, log, ("-e", f"inject={at.call}:{what}:when={at.ordinal}"), environ)


def inject_always(
    strace: str, environment: Environment, *arguments: str, log: Path, what: str, calls: str, **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run the interpreter again, and make all `calls` (comma-separated) end in `what`, from the first on."""
    return _run(strace, environment, arguments, log, ("-e", f"inject={calls}:{what}"), environ)


def _run(
    strace: str,
    environment: Environment,
    arguments: tuple[str, ...],
    log: Path,
    options: tuple[str, ...],
    environ: dict[str, str],
) -> subprocess.CompletedProcess[str]:
    calls = ",".join(f"?{call}" for call in (*CHANGING, *OPENING))  # "?": where this machine has no such call
    return subprocess.run(
        [strace, "-y", "-s", "300", "-o", log, "-e", f"trace={calls}", *options, environment.interpreter, *arguments],
        env=clean_environ(PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1", **environ),
        capture_output=True,
        text=True,
        check=False,
    )
