"""Does the whole speech stack work here?  Checks run side by side, each in child processes of the environment.

`run` is what the command line calls; `checks` has what is checked.  Nothing here is reachable from start-up.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import tempfile
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, TextIO

from cudnn_heal.doctor import facts, show
from cudnn_heal.doctor import report as reports
from cudnn_heal.doctor.checks import CHECKS, WITH_MODEL, Check
from cudnn_heal.doctor.child import available
from cudnn_heal.doctor.result import Problem, Result, failed
from cudnn_heal.doctor.stack import LIMIT_SECONDS, Asked, Stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cudnn_heal.model import Target

INTERRUPTED = 130
"""The exit status of a program that SIGINT ended, as shells have it."""
LOOK_SECONDS = 0.1
CHECK_BYTES = 2**31
"""What a check may well take: WhisperX imports a good part of it."""
MACHINE = "machine"
"""The check without whose success nothing on a GPU succeeds, whatever it says."""
KIN = {
    "torchcodec-cuda-13": "torchcodec-unfit",
    "torchcodec-symbol": "torchcodec-unfit",
    "torchcodec-npp": "torchcodec-unfit",
    "torchcodec": "torchcodec-unfit",
    "bad-alloc": "torchcodec-unfit",
}
"""Known messages by which another cause shows, too."""


class Stopped(Exception):
    """The user has interrupted the doctor."""


class Found(NamedTuple):
    """What the checks found, in their order, and how long each took."""

    results: dict[str, Result]
    seconds: dict[str, float]


def run(
    target: Target,
    *,
    as_json: bool = False,
    report: bool = False,
    model: str = "",
    audio: str = "",
    out: TextIO,
    checks: Sequence[Check] | None = None,
    limit: float = LIMIT_SECONDS,
) -> int:
    """Check the environment `target`, and write to `out` what was found.

    :param as_json: write one JSON object at the end, and nothing before.
    :param report: write Markdown for a tracker, redacted, and nothing before.
    :param model: a model's folder, or its name in the hub's cache: run the real pipelines with it.  "" leaves them out.
    :param audio: what they are to hear, "" for a sample.
    :param checks: what to check; everything, if not given.
    :param limit: for each child process, in seconds.
    :return: the exit status: 1 where a check failed, 130 on an interrupt or a request to end, else 0.
    """
    if sys.platform != "linux":
        out.write("Nothing to check: the doctor knows the libraries of Linux only.\n")
        return 0
    if checks is None:
        checks = (*CHECKS, *(WITH_MODEL if model or audio else ()))
    begin = time.monotonic()
    with _terminable(), tempfile.TemporaryDirectory(prefix="cudnn-heal-") as folder:
        paper = show.Paper(io.StringIO() if as_json or report else out)
        stack = Stack(target, limit=limit, folder=folder, asked=Asked(model, audio))
        lines = show.Lines(paper, [check.name for check in checks])
        try:
            stack.prepare()
            header = facts.header(stack)
            paper.write("".join(f"{line}\n" for text in header.lines() for line in paper.wrap(text, "", "  ")) + "\n")
            found = examine_all(checks, stack, lines)
            lines.finish()
        except KeyboardInterrupt:
            lines.leave()
            return INTERRUPTED
    whole = time.monotonic() - begin
    if as_json:
        out.write(show.as_json(stack, header, found.results, found.seconds, whole, _cores()) + "\n")
    elif report:
        out.write(reports.as_markdown(stack, header, found.results))
    else:
        text = [*show.details(paper, found.results), "", *show.closing(paper, found.results)]
        paper.write("\n".join(text) + "\n")
    return int(any(result.status == "failed" for result in found.results.values()))


@contextmanager
def _terminable() -> Iterator[None]:
    """Let a request to end (``timeout(1)``, a closed terminal) do what an interrupt does: end the children, clean up."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():  # only that one may
        yield
        return
    heeded = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_DFL]  # nohup(1)
    for number in heeded:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number in heeded:
            signal.signal(number, signal.SIG_DFL)


def examine_all(checks: Sequence[Check], stack: Stack, lines: show.Lines) -> Found:
    """Run `checks`, as many at once as there are cores; those that compute on a GPU, and those that measure, one by one.

    :raises KeyboardInterrupt: and every child is ended before.
    """
    found: dict[str, Result] = {}
    seconds: dict[str, float] = {}
    running: dict[str, float] = {}
    stop, here = threading.Event(), threading.local()

    def tick() -> None:
        if stop.is_set():
            raise Stopped

    def timed(check: Check) -> Result:
        tick()
        here.name = check.name
        begin = running[check.name] = time.monotonic()
        try:
            return examine(check, stack)
        finally:
            seconds[check.name] = time.monotonic() - begin
            del running[check.name]

    def take(waiting: dict[Future[Result], Check]) -> None:
        while waiting:
            done, _ = wait(waiting, LOOK_SECONDS, FIRST_COMPLETED)
            for future in done:
                found[waiting.pop(future).name] = future.result()
            lines.end(follow(checks, found))
            now = time.monotonic()
            lines.tick([(name, now - since) for name, since in sorted(running.items(), key=lambda one: one[1])])

    stack.tick, stack.say = tick, lambda text: lines.say(here.name, text)
    together = sorted((check for check in checks if not check.alone), key=lambda check: -check.weight)
    on_gpu = [check for check in together if check.gpu and stack.gpus]
    others = [check for check in together if check not in on_gpu]
    with ThreadPoolExecutor(max(1, _cores() - bool(on_gpu))) as pool, ThreadPoolExecutor(1) as gpu:
        try:
            waiting = {pool.submit(timed, check): check for check in others}
            waiting.update({gpu.submit(timed, check): check for check in on_gpu})
            take(waiting)
            for check in checks:
                if check.alone:
                    take({gpu.submit(timed, check): check})
        except BaseException:
            stop.set()
            for one in (pool, gpu):
                one.shutdown(cancel_futures=True)
            raise
    results = follow(checks, found)
    return Found({check.name: results[check.name] for check in checks}, seconds)


def examine(check: Check, stack: Stack) -> Result:
    """Run one check; its own failure must not keep the others from running."""
    try:
        return check.examine(stack)
    except Stopped:
        raise
    except Exception as problem:
        return failed(f"the check itself failed: {problem!r}", Problem((repr(problem),), "A bug in cudnn-heal.", ()))


def follow(checks: Sequence[Check], found: dict[str, Result]) -> dict[str, Result]:
    """Say of each failure from which earlier one it follows: of the same known cause, or of a check that it rests on."""
    results: dict[str, Result] = {}
    for check in checks:
        result = found.get(check.name)
        if result is not None:
            results[check.name] = result._replace(follows=_followed(check, result, results))
    return results


def _followed(check: Check, result: Result, earlier: dict[str, Result]) -> str:
    if result.status != "failed":
        return ""
    causes = _causes(result)
    for name, one in earlier.items():
        if one.status == "failed" and not one.follows:
            same = causes != {""} and causes <= _causes(one)
            if same or (name in check.rests_on and (causes == {""} or name == MACHINE)):
                return name
    return ""


def _causes(result: Result) -> set[str]:
    return {KIN.get(problem.cause, problem.cause) for problem in result.problems}


def _cores() -> int:
    """Return how many checks may run at once: as many as there are cores, and as fit into memory."""
    return max(1, min(len(os.sched_getaffinity(0)), available() // CHECK_BYTES))
