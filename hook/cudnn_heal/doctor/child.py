"""A probe in a child process of its own: started, watched, ended, and what became of it.

Probes meet SIGABRT, ``std::bad_alloc``, hangs and errors of import, and start, write and allocate what they like.  None of
it reaches the doctor's process, and all of it ends with the probe.
"""

from __future__ import annotations

import inspect
import json
import os
import re
import signal
import time
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from cudnn_heal.doctor import prelude
from cudnn_heal.systems.child import here

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping, Sequence

    from cudnn_heal.systems.child import Channel

POLL_SECONDS = 0.05
WEIGH_SECONDS = 0.2
"""How often a child's memory is looked up."""
HEAD_BYTES, TAIL_BYTES = 16384, 65536
"""How much of the beginning and of the end of a child's output is told."""
OUTPUT_BYTES = 2**25
"""A child that writes more is ended."""
MEMORY_BYTES, MEMORY_SHARE = 2**34, 0.75
"""A child that takes more, or more than this share of what the machine can spare, is ended.  Counted is what it allocated
and touched: limits of address space (``RLIMIT_AS``) are unfit for CUDA, which reserves terabytes of it."""
PART = b'"_part"'
"""What a child reports where it begins with another part of its work."""
LINE_CHARACTERS = 240
"""How much of one line of output is shown."""

# `-c` puts the current folder first, and what lies there is not installed.  So nothing is imported before it is gone, and
# ``from __future__`` is an import too.  Each piece keeps its file and line, for whoever measures or traces the child.
_START = """\
import sys
if sys.path[:1] == ['']: del sys.path[0]
import __future__
for _piece in {!r}:
    exec(compile('\\n' * _piece[2] + _piece[0], _piece[1], 'exec', __future__.annotations.compiler_flag))
"""

_COLOR = re.compile(r"\x1b\[[0-9;]*m")

Probe = Callable[..., None]
Helper = Callable[..., Any]
Tick = Callable[[], None]
Hear = Callable[[dict[str, Any]], None]


class Work(NamedTuple):
    """What runs in a child."""

    probe: Probe
    """Its name is its own among all probes: one process may run several."""
    arguments: tuple[Any, ...] = ()
    """JSON values."""
    uses: tuple[Helper, ...] = ()
    """Further functions that it calls.  They and the probe see what the prelude has, and import everything else."""
    limit: float = 0.0
    """In seconds, for the probe or, where it announces parts (`proving.in_turn`), for each of them; then the child is killed,
    and all processes that it started.  0 for the one that the checks share (`Stack.limit`)."""
    hear: Hear | None = None
    """Called with what the child reports, as it comes; the last of it may be in what is returned alone."""


class Ended(NamedTuple):
    """How a probe ended, and what it reported before."""

    facts: dict[str, Any]
    done: bool
    """Whether the probe came to its end."""
    step: str
    """What it was doing last, "" where it said nothing."""
    status: int
    """The exit status; negative: the signal's number."""
    exception: str
    """``ImportError: …``, as the probe saw it, "" without one."""
    stopped: str
    """Why the doctor ended it (``no answer within 180 s``), "" where it ended by itself."""
    output: tuple[str, ...]
    """The first and the last lines of stdout and stderr, printable."""
    seconds: float = 0.0
    told: tuple[dict[str, Any], ...] = ()
    """What it reported, as it came; `facts` has the last value of each name."""

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
        if self.stopped:
            return f"{self.stopped}{during}"
        if self.status < 0:
            return f"killed by {signal_name(-self.status)}{during}"
        if self.exception:
            line = self.exception.strip().split("\n")[0]
            return f"{line.rstrip()}{during}"
        if self.status:  # of Windows' own those above 2^31 are known as hexadecimal numbers
            return f"exit status {self.status if self.status < 2**31 else hex(self.status)}{during}"
        return "done" if self.done else f"ended without a result{during}"


def run(python: str, work: Work, *, tick: Tick, environ: Mapping[str, str] | None = None, memory: int = MEMORY_BYTES) -> Ended:
    """Carry out `work` in `python`, and wait for its end.

    :param tick: called every now and then meanwhile; what it raises ends the child.
    :param environ: variables to set, beside those of this process.
    :param memory: in bytes; see `MEMORY_BYTES`.
    """
    pieces = [*map(_piece, (prelude, *here.PRELUDE, *work.uses, work.probe)), (f"run({work.probe.__name__})", "<probe>", 0)]
    script, begin = _START.format(pieces), time.monotonic()
    with here.Channel() as facts_channel, here.Channel() as output_channel:
        facts, output = _Kept(facts_channel), _Kept(output_channel)
        try:
            child = here.start(
                python, script, json.dumps(work.arguments), facts_channel, output_channel, {**_environ(), **(environ or {})}
            )
        except OSError as problem:
            return Ended({}, False, "", 127, f"{python} does not start: {problem.strerror}", "", ())
        stopped = ""
        try:
            stopped = _watch(child, facts, output, work, memory, tick)
        finally:
            status = here.end(child)
        for kept in (facts, output):
            kept.read()
        return of(_told(bytes(facts.data)), status, stopped, _lines(bytes(output.data)), time.monotonic() - begin)


def _piece(part: Any) -> tuple[str, str, int]:
    """Return the source of `part`, a module or a function, its file, and how many lines stand before it there."""
    lines, first = inspect.getsourcelines(part)
    return "".join(lines), inspect.getsourcefile(part) or "<probe>", max(first - 1, 0)


def signal_name(number: int) -> str:
    """Return ``SIGABRT`` for 6."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def printable(text: str) -> str:
    """Return `text` without colours; whatever else a terminal would act on, or can't show, is written as escapes."""
    return "".join(
        character if character.isprintable() or character in "\n\t" else ascii(character)[1:-1]
        for character in _COLOR.sub("", text)
    )


def shortened(line: str) -> str:
    """Return `line` for people, cut where it is longer than anyone reads: what may be published is redacted before."""
    return line if len(line) <= LINE_CHARACTERS else line[: LINE_CHARACTERS - 1] + "…"


class _Kept:
    """What has come through a channel from a child."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.data = bytearray()

    def read(self) -> bytes:
        """Return what has come, at most some megabytes of it at once."""
        before = len(self.data)
        for _ in range(64):
            block = self.channel.read()
            if not block:
                break
            self.data += block
        return bytes(self.data[before:])


def _lines(output: bytes) -> tuple[str, ...]:
    """Return the lines of `output`, whatever bytes they are; how much is left out stands between its beginning and its end."""
    lost = len(output) - HEAD_BYTES - TAIL_BYTES
    if lost > 0:
        between = b"\n[%d bytes of output are left out here]\n" % lost
        output = output[:HEAD_BYTES] + between + output[-TAIL_BYTES:]
    text = printable(output.decode("utf-8", "backslashreplace").replace("\r", "\n"))
    return tuple(line.rstrip() for line in text.split("\n") if line.strip())


def _environ() -> dict[str, str]:
    """Return the variables for a child: none of them leads it to import from the current folder."""
    environ = dict(os.environ)
    if "PYTHONPATH" in environ:
        folder = os.getcwd()
        kept = [path for path in environ["PYTHONPATH"].split(os.pathsep) if path and os.path.abspath(path) != folder]
        environ["PYTHONPATH"] = os.pathsep.join(kept)
    return environ


def _watch(child: subprocess.Popen[bytes], facts: _Kept, output: _Kept, work: Work, memory: int, tick: Tick) -> str:
    """Take in what the child says until its probe has ended; return why it must be ended, "" where it need not."""
    deadline, weigh, heard = time.monotonic() + work.limit, 0.0, 0
    while child.poll() is None:
        tick()
        here.wait((facts.channel, output.channel), POLL_SECONDS)
        output.read()
        fresh = facts.read()
        if work.hear and fresh:
            whole = facts.data.rfind(b"\n") + 1  # a line may have come in part
            for values in _told(bytes(facts.data[heard:whole])):
                work.hear(values)
            heard = max(heard, whole)
        if b'"_status"' in fresh:
            return ""
        now = time.monotonic()
        if PART in fresh:
            deadline = now + work.limit
        if now >= deadline:
            return f"no answer within {work.limit:g} s"
        if max(len(output.data), len(facts.data)) > OUTPUT_BYTES:
            return f"wrote more than {OUTPUT_BYTES >> 20} MiB of output"
        if now >= weigh:
            weigh, used = now + WEIGH_SECONDS, here.used(child)
            if used > min(memory, MEMORY_SHARE * (here.available(MEMORY_BYTES) + used)):
                return f"took {used / 2**30:.1f} GiB of memory, which is more than it may"
    return ""


def _told(facts: bytes) -> list[dict[str, Any]]:
    """Return what the child reported; a last line that it did not get to finish does not count."""
    told = []
    for line in facts.splitlines():
        try:
            values = json.loads(line)
        except ValueError:
            continue
        if isinstance(values, dict):
            told.append(values)
    return told


def of(
    told: Sequence[dict[str, Any]], status: int = 0, stopped: str = "", output: tuple[str, ...] = (), seconds: float = 0.0
) -> Ended:
    """Return how a child ended, or a part of its work, that reported `told`."""
    merged: dict[str, Any] = {}
    for values in told:
        merged.update(values)
    return Ended(
        facts={name: value for name, value in merged.items() if not name.startswith("_")},
        done="_done" in merged,
        step=str(merged.get("_step", "")),
        status=int(merged.get("_status", status)),
        exception=printable(str(merged.get("_exception", ""))),
        stopped=stopped,
        output=output,
        seconds=seconds,
        told=tuple(told),
    )
