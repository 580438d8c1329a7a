"""The child's side: what every probe may use.

The text of this file goes in front of the probe's, and both run in the interpreter of the environment under check, where
cudnn-heal may not be installed and which may be any Python from 3.9 on.  So: the standard library only.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import re
import signal
import sys
import time  # noqa: F401  (for the probes)
from typing import Any, Callable

FILE_BYTES = 2**31
"""How large a file a probe may write: what it needs is far smaller, and the disk is not its own."""
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # <linux/prctl.h>


def fact(**values: Any) -> None:
    """Report `values` to the doctor at once: what is known must outlive a crash right after it."""
    data = (json.dumps(values) + "\n").encode()
    while data:  # a full pipe takes a part
        data = data[os.write(int(sys.argv[1]), data) :]


def step(doing: str) -> None:
    """Say what is done next, so that the doctor can tell what a crash or a hang interrupted."""
    fact(_step=doing)


def load(name: str) -> Any:
    """Import the module `name` and return it.

    :raises ImportError: and whatever else the module raises.
    """
    step(f"import {name}")
    module = importlib.import_module(name)
    step("")
    return module


def mapped(pattern: str) -> list[str]:
    """Return the files in this process's memory whose names match `pattern`; symlinks are resolved in these paths.

    A path need not be UTF-8, and ``proc(5)`` writes a line feed in it as ``\\012``, and nothing else so.
    """
    with open("/proc/self/maps", "rb") as maps:
        lines = maps.read().split(b"\n")
    paths = {os.fsdecode(line.split(maxsplit=5)[-1].replace(b"\\012", b"\n")) for line in lines if b".so" in line}
    return sorted(path for path in paths if re.match(pattern, path.rpartition("/")[2]))


def function(library: ctypes.CDLL, name: str) -> Any:
    """Return the function `name` of `library`, None where it has none."""
    try:
        return getattr(library, name)
    except (AttributeError, UnicodeDecodeError):  # the loader's message has the path, which need not be UTF-8
        return None


def through_ctranslate2() -> ctypes.CDLL:
    """Return a handle whose functions are found as ctranslate2's own library finds them.

    :raises IndexError: ctranslate2 has no such library (it is not loaded, or linked statically).
    """
    return ctypes.CDLL(mapped(r"libctranslate2")[0])


def distance(numpy: Any, one: Any, other: Any) -> float:
    """Return how far two arrays lie apart at most; what is no number lies 1e30 away, since JSON has no infinity."""
    return float(numpy.nan_to_num(numpy.abs(numpy.asarray(one) - numpy.asarray(other)), nan=1e30, posinf=1e30).max())


def call(probe: Callable[..., None], *arguments: Any) -> None:
    """Call `probe`, and report that it came to its end, or what it raised."""
    try:
        probe(*arguments)
    except BaseException as problem:
        fact(_exception=f"{type(problem).__name__}: {problem}")
        raise
    fact(_done=True)


def run(probe: Callable[..., None]) -> None:
    """Run `probe` with the arguments in ``sys.argv`` in a process of its own below this one, and tell how it ended.

    This process adopts whatever the probe leaves behind, daemons too, and waits until the doctor has ended them.
    """
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # neither outlives the doctor
    supervisor = os.getpid()
    pid = os.fork()
    if not pid:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == supervisor:
            os.setpgid(0, 0)
            _carry_out(probe)
        return
    while True:
        try:
            ended, status = os.wait()
        except ChildProcessError:
            return
        if ended == pid:
            fact(_status=-os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


def _carry_out(probe: Callable[..., None]) -> None:
    import resource

    os.set_inheritable(int(sys.argv[1]), False)
    for what, amount in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, FILE_BYTES)):  # crashes are expected here
        hard = resource.getrlimit(what)[1]  # no limit is raised
        resource.setrlimit(what, (amount if hard == resource.RLIM_INFINITY else min(amount, hard), hard))
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:
            score.write("1000")  # where memory runs out, the kernel takes this process first
    except OSError:
        pass
    call(probe, *json.loads(sys.argv[2]))
