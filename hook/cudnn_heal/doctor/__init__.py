"""Does the whole speech stack work here?  Known problems are looked for first, then everything runs, in a few child processes.

`run` is what the command line calls; `checks` has what is checked, `proving` how.  Nothing here is reachable from start-up.
"""

from __future__ import annotations

import io
import signal
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from cudnn_heal.doctor import facts, show
from cudnn_heal.doctor import report as reports
from cudnn_heal.doctor.checks import CHECKS, WITH_MODEL, Check, asked
from cudnn_heal.doctor.proving import Prover
from cudnn_heal.doctor.stack import LIMIT_SECONDS, Asked, Stack
from cudnn_heal.report.paper import Paper, Row, printable
from cudnn_heal.report.schema import INTERRUPTED
from cudnn_heal.systems import SUPPORTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cudnn_heal.model import Target


def run(
    target: Target,
    *,
    as_json: bool = False,
    report: bool = False,
    quick: bool = False,
    model: str = "",
    audio: str = "",
    out: TextIO,
    checks: Sequence[Check] | None = None,
    limit: float = LIMIT_SECONDS,
) -> int:
    """Check the environment `target`, and write to `out` what was found.

    :param as_json: write one JSON object at the end, and nothing before.
    :param report: write Markdown for a tracker, redacted, and nothing before.
    :param quick: run nothing; report what is known of what is installed.
    :param model: a model's folder, or its name in the hub's cache: run the real pipelines with it.  "" leaves them out.
    :param audio: what they are to hear, "" for a sample.
    :param checks: what to check; everything, if not given.
    :param limit: for each check, in seconds.
    :return: the exit status: 1 where a check failed, 130 on an interrupt or a request to end, else 0.
    :raises Unusable: the model or the sound can't be used.
    """
    if not SUPPORTED:
        out.write("Nothing to check: the doctor knows the libraries of Linux and Windows only.\n")
        return 0
    if checks is None:
        checks = (*CHECKS, *(WITH_MODEL if model else ()))
    begin = time.monotonic()
    with _terminable(), tempfile.TemporaryDirectory(prefix="cudnn-heal-") as folder:
        paper = Paper(out)
        silent = as_json or report
        stack = Stack(target, limit=limit, folder=folder)
        lines = show.Lines(
            Paper(sys.stderr or io.StringIO()) if silent else paper, [check.name for check in checks], silent=silent
        )
        stack.tick, stack.say = lines.tick, lines.say
        try:
            stack.asked = asked.usable(stack, Asked(model, audio))
            stack.prepare()
            header = facts.header(stack)
            paper.print(*([] if silent else [*(Row(text, hang=2) for text in header.lines()), Row("")]))
            prover = Prover(checks, stack, lines, quick=quick)
            results = prover.prove()
            lines.finish(results)
        except KeyboardInterrupt:
            lines.leave()
            return INTERRUPTED
    found = show.Found(stack, header, results, prover.seconds, time.monotonic() - begin, quick, bool(prover.works))
    if as_json:
        paper.write(show.as_json(found) + "\n")
    elif report:
        paper.write(printable(reports.as_markdown(found)))
    else:
        paper.print(*show.details(found), Row(""), *show.closing(found))
    return int(any(result.status == "failed" for result in results.values()))


@contextmanager
def _terminable() -> Iterator[None]:
    """Let a request to end (``timeout(1)``, a closed terminal) do what an interrupt does: end the children, clean up."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():  # only that one may
        yield
        return
    ends = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    heeded = [number for number in ends if signal.getsignal(number) is signal.SIG_DFL]  # nohup(1)
    for number in heeded:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number in heeded:
            signal.signal(number, signal.SIG_DFL)
