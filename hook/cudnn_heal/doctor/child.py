"""A probe in a child process of its own: started, watched, ended, and what became of it.

What probes meet are SIGABRT, ``std::bad_alloc``, hangs and errors of import.  None of it reaches the doctor's process.
"""

from __future__ import annotations

import inspect
import json
import os
import signal
import subprocess
import tempfile
import time
from typing import IO, Any, Callable, NamedTuple

from cudnn_heal.doctor import prelude

POLL_SECONDS = 0.05
TAIL_BYTES = 65536
"""How much of the end of a child's output is read."""
LINE_CHARACTERS = 240
"""How much of one line of it is shown."""

Probe = Callable[..., None]
Helper = Callable[..., Any]
Tick = Callable[[], None]


class Ended(NamedTuple):
    """How a probe ended, and what it told before."""

    facts: dict[str, Any]
    done: bool
    """Whether the probe came to its end."""
    step: str
    """What it was doing last, "" where it said nothing."""
    status: int
    """The exit status; negative: the signal's number."""
    exception: str
    """``ImportError: …``, as the probe saw it, "" without one."""
    hung: float
    """The time limit in seconds, if it was reached, else 0."""
    output: tuple[str, ...]
    """The last lines of stdout and stderr, printable."""

    @property
    def ok(self) -> bool:
        """Whether the probe came to its end and its process too."""
        return self.done and self.status == 0

    @property
    def text(self) -> str:
        """Everything that the child said about what went wrong."""
        return "\n".join((*self.output, self.exception))

    def __str__(self) -> str:
        during = f" (during {self.step})" if self.step else ""
        if self.hung:
            return f"no answer within {self.hung:g} s{during}"
        if self.status < 0:
            return f"killed by {signal_name(-self.status)}{during}"
        if self.exception:
            line = self.exception.strip().split("\n")[0]
            return f"{shortened(line)}{during}"
        if self.status:
            return f"exit status {self.status}{during}"
        return "done" if self.done else f"ended without a result{during}"


def run(python: str, probe: Probe, *arguments: Any, uses: tuple[Helper, ...], limit: float, tick: Tick) -> Ended:
    """Run `probe` with `arguments` (JSON values) in `python`, and wait for its end.

    :param uses: further functions that it calls.  They and `probe` see what the prelude has, and import everything else.
    :param limit: in seconds; then the child is killed, and all processes that it started.
    :param tick: called every now and then meanwhile.
    """
    functions = "\n\n".join(inspect.getsource(function) for function in (*uses, probe))
    source = f"{inspect.getsource(prelude)}\n\n{functions}\n\nrun({probe.__name__})\n"
    # Files, no pipes: a grandchild that keeps a pipe open must not hold the doctor up, nor a full one the child.
    with tempfile.TemporaryFile() as facts, tempfile.TemporaryFile() as output:
        os.set_inheritable(facts.fileno(), True)
        try:
            child = subprocess.Popen(
                [python, "-c", source, str(facts.fileno()), json.dumps(arguments)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=(facts.fileno(),),
                start_new_session=True,
            )
        except OSError as problem:
            return Ended({}, False, "", 127, f"{python} does not start: {problem.strerror}", 0.0, ())
        try:
            hung = 0.0 if _wait(child.pid, limit, tick) else limit
        finally:
            status = child.wait()
        return _ended(status, hung, _told(facts), _tail(output))


def signal_name(number: int) -> str:
    """Return ``SIGABRT`` for 6."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def printable(text: str) -> str:
    """Return `text` with what a terminal would act on, and what no terminal can show, written as escapes."""
    return "".join(
        character if character.isprintable() or character in "\n\t" else ascii(character)[1:-1] for character in text
    )


def shortened(line: str) -> str:
    """Return `line`, cut where it is longer than anyone reads."""
    return line if len(line) <= LINE_CHARACTERS else line[: LINE_CHARACTERS - 1] + "…"


def _wait(pid: int, limit: float, tick: Tick) -> bool:
    """Wait for the end of `pid`, then kill what is left of its process group; tell whether it ended by itself.

    The child is not reaped here: as long as it is not, no other process group can have its number.
    """
    deadline = time.monotonic() + limit
    ended = False
    try:
        while not ended and time.monotonic() < deadline:
            tick()
            time.sleep(POLL_SECONDS)
            ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None
    finally:
        try:
            os.killpg(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # it ended before it was the leader of its group, or changed user
            pass
    return ended


def _told(facts: IO[bytes]) -> list[dict[str, Any]]:
    """Return what the child reported; a last line that it did not get to finish does not count."""
    facts.seek(0)
    told = []
    for line in facts.read().splitlines():
        try:
            values = json.loads(line)
        except ValueError:
            continue
        if isinstance(values, dict):
            told.append(values)
    return told


def _tail(output: IO[bytes]) -> tuple[str, ...]:
    """Return the last lines of `output`, whatever bytes they are."""
    output.seek(max(0, output.seek(0, os.SEEK_END) - TAIL_BYTES))
    text = printable(output.read().decode("utf-8", "backslashreplace").replace("\r", "\n"))
    return tuple(line.rstrip() for line in text.split("\n") if line.strip())


def _ended(status: int, hung: float, told: list[dict[str, Any]], output: tuple[str, ...]) -> Ended:
    merged: dict[str, Any] = {}
    for values in told:
        merged.update(values)
    return Ended(
        facts={name: value for name, value in merged.items() if not name.startswith("_")},
        done="_done" in merged,
        step=str(merged.get("_step", "")),
        status=status,
        exception=printable(str(merged.get("_exception", ""))),
        hung=hung,
        output=output,
    )
