"""How results are shown: a header, a line for each check as it comes in, then what is wrong, causes first, and one sentence."""

from __future__ import annotations

import json
import re
import textwrap
import time
from collections import deque
from typing import TYPE_CHECKING, TextIO

from cudnn_heal.doctor.explain import GPU_ONLY
from cudnn_heal.report.text import BOLD, DIM, GREEN, RED, YELLOW, Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cudnn_heal.doctor.facts import Header
    from cudnn_heal.doctor.result import Problem, Result
    from cudnn_heal.doctor.stack import Stack

SCHEMA = 2
LIVE_SECONDS = 0.3
"""How often the line about what is running changes."""
NARROWEST = 40
REFERENCES = 2
"""How many addresses are shown."""
COLORS = {"ok": GREEN, "failed": RED, "skipped": DIM, "warn": YELLOW, "dim": DIM, "bold": BOLD}
_COMMAND = re.compile(
    r"(/|uvx? |pip |python\d* |conda |poetry |pdm |pipx |cudnn-heal|sudo |echo |env |unset |export |apt |dnf |ls |docker |wsl )"
)


class Paper:
    """Where text is written to: how wide it is, and whether it has colours."""

    def __init__(self, out: TextIO) -> None:
        """Write to `out`."""
        self._out = out
        style = Style(out)
        self._style = style
        self.live = style.columns > 0
        self.width = max(style.columns, NARROWEST) if self.live else 0

    def write(self, text: str) -> None:
        """Write `text` at once."""
        self._out.write(text)
        self._out.flush()

    def paint(self, text: str, color: str) -> str:
        """Return `text` in a colour of `COLORS`, where there are any."""
        return self._style.paint(text, COLORS[color])

    def wrap(self, text: str, first: str, rest: str = "") -> list[str]:
        """Return `text` in lines as wide as the terminal: `first` stands before the first one, as many spaces before others."""
        rest = rest or " " * len(first)
        if not self.width or len(first) + len(text) < self.width:
            return [first + text]
        wrapped = textwrap.wrap(text, max(self.width - 1 - len(rest), 20), break_long_words=False, break_on_hyphens=False)
        return [(rest if number else first) + line for number, line in enumerate(wrapped or [""])]

    def command(self, text: str, first: str) -> list[str]:
        """Return a line of advice; a command in it is never broken, so that it can be pasted."""
        rest = " " * len(first)
        if not self.width or len(first) + len(text) < self.width:
            return [first + text]
        said, colon, typed = text.partition(": ")
        if colon and _COMMAND.match(typed):
            return [*self.wrap(said + ":", first), f"{rest}  {typed}"]
        return [first + text] if _COMMAND.match(text) or text.startswith("  ") else self.wrap(text, first)


class Lines:
    """A writer of one line for each check, in the checks' order, whichever comes in first."""

    def __init__(self, paper: Paper, names: Sequence[str]) -> None:
        """Write on `paper` about the checks `names`."""
        self._paper = paper
        self._names = names
        self._width = max(map(len, names), default=0)
        self._shown = 0
        self._results: dict[str, Result] = {}
        self._said: dict[str, deque[str]] = {name: deque() for name in names}
        self._last = 0.0

    def say(self, name: str, text: str) -> None:
        """Show `text` about the check `name`, which runs, once it is its turn; callable from any thread."""
        self._said[name].append(text)

    def tick(self, running: Sequence[tuple[str, float]]) -> None:
        """Show what is running, and for how many seconds, on a terminal."""
        self._show_said()
        now = time.monotonic()
        if self._paper.live and now - self._last >= LIVE_SECONDS:
            self._last = now
            told = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in running)
            line = f"{len(self._results)} of {len(self._names)} done; running: {told}"
            self._paper.write(f"\r\x1b[K{line[: self._paper.width - 1]}")

    def end(self, results: dict[str, Result]) -> None:
        """Take in all results that there are by now; show every line whose turn it is."""
        self._results = results
        while self._shown < len(self._names) and self._names[self._shown] in self._results:
            name = self._names[self._shown]
            self._show_said()
            self._shown += 1
            if not self._results[name].absent:
                self._erase()
                self._paper.write("\n".join(self._row(name, self._results[name])) + "\n")

    def finish(self) -> None:
        """Say in one line what is not here."""
        self._erase()
        missing = not_installed({name: self._results[name] for name in self._names if name in self._results})
        if missing:
            lines = self._paper.wrap(f"not installed: {', '.join(missing)}", "", "  ")
            self._paper.write("\n".join(self._paper.paint(line, "dim") for line in lines) + "\n")

    def leave(self) -> None:
        """End the line that is being shown."""
        self._show_said()
        if self._paper.live:
            self._paper.write("\n")

    def _show_said(self) -> None:
        said = self._said[self._names[self._shown]] if self._shown < len(self._names) else deque()
        while said:
            self._erase()
            lines = self._paper.wrap(said.popleft(), f"{'':7}  {self._names[self._shown].ljust(self._width)}  ")
            self._paper.write("\n".join(lines) + "\n")

    def _row(self, name: str, result: Result) -> list[str]:
        said = result.summary + (f" (follows from {result.follows})" if result.follows else "")
        first, *rest = self._paper.wrap(said, f"{result.status:7}  {name.ljust(self._width)}  ")
        return [self._paper.paint(first[:7], result.status) + first[7:], *rest]

    def _erase(self) -> None:
        if self._paper.live:
            self._paper.write("\r\x1b[K")


def details(paper: Paper, results: dict[str, Result]) -> list[str]:
    """Return what is wrong, why, and what mends it, causes before what follows from them; and what else there is to know."""
    lines = []
    for name, result in roots(results):
        for problem in result.problems:
            lines += ["", paper.paint(name, "bold"), *_blocks(paper, problem)]
    for name, result in results.items():
        if result.follows:
            lines += ["", *paper.wrap(f"follows from {result.follows}: {_seen(result)}", f"{name}: ", "  ")]
    for name, result in results.items():
        for note in result.notes:
            lines += ["", *paper.wrap(note, f"{name}, note: ", "  ")]
    return lines


def not_installed(results: dict[str, Result]) -> list[str]:
    """Return what is not installed of all that is checked."""
    return list(dict.fromkeys(result.absent for result in results.values() if result.absent))


def roots(results: dict[str, Result]) -> list[tuple[str, Result]]:
    """Return the failures that follow from no other: those that matter here first, then those from which most others follow."""
    failures = [(name, result) for name, result in results.items() if result.status == "failed" and not result.follows]
    follow = [result.follows for result in results.values()]
    return sorted(failures, key=lambda one: (_is_for_gpus_elsewhere(one[1]), -follow.count(one[0])))


def _is_for_gpus_elsewhere(result: Result) -> bool:
    return bool(result.problems) and all(GPU_ONLY in problem.why for problem in result.problems)


def closing(paper: Paper, results: dict[str, Result]) -> list[str]:
    """Return the one sentence at the end."""
    found = roots(results)
    if not found:
        if all(result.absent for name, result in results.items() if name != "machine"):
            return [paper.paint("Nothing to check: nothing of the speech stack is installed in this environment.", "warn")]
        return [paper.paint("No problems found.", "ok")]
    number = sum(max(len(result.problems), 1) for _, result in found)
    more = sum(bool(result.follows) for result in results.values())
    text = "1 problem found" if number == 1 else f"{number} problems found"
    if more:
        text += ", from which 1 more failure follows" if more == 1 else f", from which {more} more failures follow"
    elsewhere = all(_is_for_gpus_elsewhere(result) for _, result in found)
    text += ", which only a GPU would meet" if elsewhere else ""
    color = "warn" if elsewhere else "failed"
    if number == 1 and not more and not any(result.notes for result in results.values()):  # it stands right above
        return [paper.paint(f"{text}.", color)]
    name, first = found[0]
    fix = next((one for problem in first.problems for one in problem.fix), "")
    lines = [paper.paint(f"{text}; begin with {name}{':' if fix else '.'}", color)]
    return [*lines, *paper.command(fix, "  ")] if fix else lines


def as_json(
    stack: Stack, header: Header, results: dict[str, Result], seconds: dict[str, float], whole: float, cores: int
) -> str:
    """Return everything as one object; docs/doctor.md describes it."""
    counts = {status: sum(result.status == status for result in results.values()) for status in ("ok", "failed", "skipped")}
    found = roots(results)
    return json.dumps(
        {
            "schema": SCHEMA,
            "site_packages": stack.site_packages,
            "python": stack.python,
            "header": header._asdict(),
            "begin_with": found[0][0] if found else None,
            "passed": counts["ok"],
            "failed": counts["failed"],
            "skipped": counts["skipped"],
            "seconds": round(whole, 3),
            "cores": cores,
            "children": [{"probe": cost.probe, "seconds": round(cost.seconds, 3)} for cost in stack.costs],
            "checks": [
                {
                    "name": name,
                    "status": result.status,
                    "summary": result.summary,
                    "absent": result.absent or None,
                    "follows": result.follows or None,
                    "seconds": round(seconds.get(name, 0.0), 3),
                    "facts": result.facts,
                    "problems": [{**problem._asdict(), "cause": problem.cause or None} for problem in result.problems],
                    "notes": list(result.notes),
                }
                for name, result in results.items()
            ],
        },
        indent=2,
    )


def _blocks(paper: Paper, problem: Problem) -> list[str]:
    lines = [line for number, one in enumerate(problem.seen) for line in paper.wrap(one, _title("seen", number))]
    lines += paper.wrap(problem.why or "Not known.", _title("why", 0))
    fixes = [one for one in problem.fix if one]
    lines += [line for number, one in enumerate(fixes) for line in paper.command(one, _title("fix", number))]
    return lines + [_title("see", number) + one for number, one in enumerate(problem.reference[:REFERENCES])]


def _title(title: str, number: int) -> str:
    return f"  {title if not number else '':4}  "


def _seen(result: Result) -> str:
    return result.problems[0].seen[0] if result.problems and result.problems[0].seen else result.summary
