"""How results are shown: line by line while they come in, then the summary, then what is wrong; or all of it as JSON."""

from __future__ import annotations

import json
import os
import shutil
import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from cudnn_heal.doctor.result import Result
    from cudnn_heal.doctor.stack import Stack

SCHEMA = 1
COLORS = {"ok": "32", "failed": "31", "skipped": "33"}


class Lines:
    """A writer of one line for each check."""

    def __init__(self, out: TextIO, names: list[str]) -> None:
        """Write to `out` about the checks `names`."""
        self._out = out
        self._width = max(map(len, names))
        self._live = out.isatty() and os.environ.get("TERM") != "dumb"
        self._color = self._live and not os.environ.get("NO_COLOR")
        self._name = ""
        self._begin = 0.0

    def begin(self, name: str) -> None:
        """Say that the check `name` runs."""
        self._name, self._begin = name, time.monotonic()
        self.tick()

    def tick(self) -> None:
        """Show how long it has been running, on a terminal."""
        if self._live:
            columns = shutil.get_terminal_size().columns
            line = f"running  {self._name.ljust(self._width)}  {time.monotonic() - self._begin:.1f} s"
            self._write(f"\r\x1b[K{line[: columns - 1]}")

    def end(self, result: Result) -> None:
        """Show its result."""
        erase = "\r\x1b[K" if self._live else ""
        self._write(f"{erase}{self._status(result)}  {self._name.ljust(self._width)}  {result.summary}\n")

    def leave(self) -> None:
        """End the line that is being shown."""
        if self._live:
            self._write("\n")

    def _status(self, result: Result) -> str:
        word = result.status.ljust(7)
        return f"\x1b[{COLORS[result.status]}m{word}\x1b[0m" if self._color else word

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


def summary(results: dict[str, Result]) -> str:
    """Return ``7 of 8 passed, 1 skipped``."""
    counts = _counts(results)
    line = f"{counts['ok']} of {len(results)} passed"
    return line + "".join(f", {counts[status]} {status}" for status in ("failed", "skipped") if counts[status])


def details(results: dict[str, Result]) -> str:
    """Return what is wrong, why, and what mends it; and what else there is to know."""
    lines = []
    for name, result in results.items():
        for problem in result.problems:
            lines += ["", f"{name}: {result.status}"]
            lines += _block("seen", problem.seen) + _block("why", (problem.why,)) + _block("fix", problem.fix)
        lines += ["", f"{name}:", *_block("note", result.notes)] if result.notes else []
    return "\n".join(lines)


def as_json(stack: Stack, results: dict[str, Result], seconds: dict[str, float]) -> str:
    """Return everything as one object; the README describes it."""
    counts = _counts(results)
    return json.dumps(
        {
            "schema": SCHEMA,
            "site_packages": stack.site_packages,
            "python": stack.python,
            "passed": counts["ok"],
            "failed": counts["failed"],
            "skipped": counts["skipped"],
            "checks": [
                {
                    "name": name,
                    "status": result.status,
                    "summary": result.summary,
                    "seconds": round(seconds[name], 3),
                    "facts": result.facts,
                    "problems": [problem._asdict() for problem in result.problems],
                    "notes": list(result.notes),
                }
                for name, result in results.items()
            ],
        },
        indent=2,
    )


def _counts(results: dict[str, Result]) -> dict[str, int]:
    return {status: sum(result.status == status for result in results.values()) for status in ("ok", "failed", "skipped")}


def _block(title: str, lines: tuple[str, ...]) -> list[str]:
    """Return `lines` under `title`, [] where there is nothing to say."""
    shown = [line for line in lines if line]
    return [f"  {title if index == 0 else '':4}  {line}" for index, line in enumerate(shown)]
