"""How results are shown: a header, a line for each check as soon as it is known, what is wrong, and the next thing to type."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, NamedTuple

from cudnn_heal.advice import Line
from cudnn_heal.doctor.checks import machine
from cudnn_heal.doctor.child import shortened
from cudnn_heal.doctor.result import MACHINE
from cudnn_heal.knowledge.modules import PIPELINES
from cudnn_heal.read import target
from cudnn_heal.report import commands
from cudnn_heal.report.paper import BOLD, DIM, GREEN, RED, REFERENCES, YELLOW, Paper, Row, blocks
from cudnn_heal.report.schema import as_mappings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cudnn_heal.doctor.facts import Header
    from cudnn_heal.doctor.result import Problem, Result
    from cudnn_heal.doctor.stack import Stack

SCHEMA = 3
LIVE_SECONDS = 0.3
"""How often the line about what is running changes."""
COLORS = {"ok": GREEN, "failed": RED, "skipped": DIM, "warn": YELLOW}
ALWAYS = (MACHINE, "known problems", "libraries")
"""Checks that have something to say of any environment."""


class Found(NamedTuple):
    """Everything that the doctor has to tell."""

    stack: Stack
    header: Header
    results: dict[str, Result]
    """By the checks' names, causes first."""
    seconds: dict[str, float]
    """How long each took that ran something."""
    whole: float
    """Seconds."""
    quick: bool
    """Whether nothing was run."""
    installed: bool
    """Whether there was anything to run."""


class Lines:
    """A writer of one line for each check, as it comes."""

    def __init__(self, paper: Paper, names: Sequence[str], *, silent: bool = False) -> None:
        """Write on `paper` about the checks `names`; where it is to be `silent`, only what runs, and that on a terminal."""
        self._paper = paper
        self._silent = silent
        self._number = len(names)
        self._width = max(map(len, names), default=0)
        self._done: set[str] = set()
        self._now, self._since, self._last = "", time.monotonic(), 0.0

    def running(self, name: str) -> None:
        """Note that the check `name` runs from now on."""
        self._now, self._since = name or self._now, time.monotonic()

    def say(self, text: str) -> None:
        """Show `text` about the check that runs."""
        self._print(Row(text, f"{'':7}  {self._now:{self._width}}  "))

    def tick(self) -> None:
        """Show what is running, and for how many seconds, on a terminal."""
        now = time.monotonic()
        if self._paper.live and self._now and now - self._last >= LIVE_SECONDS:
            self._last = now
            self._paper.show(f"{len(self._done)} of {self._number} done; running: {self._now} {now - self._since:.0f} s")

    def end(self, name: str, result: Result) -> None:
        """Show what a check found."""
        self._done.add(name)
        if not result.absent:
            said = result.summary + (f" (follows from {result.follows})" if result.follows else "")
            row = f"{result.status:7}  {name:{self._width}}  "
            self._print(Row(row + said, color=COLORS[result.status], colored=result.status, hang=len(row)))

    def finish(self, results: dict[str, Result]) -> None:
        """Say in one line what is not here."""
        missing = not_installed(results)
        self._print(*([Row(f"not installed: {', '.join(missing)}", color=DIM, hang=2)] if missing else []))

    def leave(self) -> None:
        """End the line that is being shown."""
        if self._paper.live:
            self._paper.print("")

    def _print(self, *rows: Row) -> None:
        self._paper.erase()
        if not self._silent:
            self._paper.print(*rows)


def details(found: Found) -> list[Row]:
    """Return what is wrong, why, and what fixes it, causes before what follows from them; and what else there is to know."""
    rows = []
    for name, result in roots(found):
        for problem in result.problems:
            seen, cause = list(map(shortened, problem.found)), problem.cause or "Not known."
            fix, see = next_fix(found, problem), problem.reference[:REFERENCES]
            rows += [Row(""), Row(f"{name}: {problem.id}", color=BOLD, colored=name)]
            rows += blocks(("found", seen), ("cause", [cause]), ("fix", fix), ("see", see))
    for name, result in found.results.items():
        if result.follows:
            first = next((line for problem in result.problems[:1] for line in problem.found), result.summary)
            rows += [Row(""), Row(f"{name}: follows from {result.follows}: {shortened(first)}", hang=2)]
    for name, result in found.results.items():
        for note in result.notes:
            if isinstance(note, Line):
                rows.append(Row(note.text, "  ", note.command, hang=2))
            else:
                rows += [Row(""), Row(f"{name}, note: {note}", hang=2)]
    return rows


def not_installed(results: dict[str, Result]) -> list[str]:
    """Return what is not installed of all that is checked."""
    return list(dict.fromkeys(result.absent for result in results.values() if result.absent))


def roots(found: Found) -> list[tuple[str, Result]]:
    """Return the failures that follow from no other.  Where there is a GPU, its own come first; where there is none, last."""
    failures = [(name, result) for name, result in found.results.items() if result.status == "failed" and not result.follows]
    return sorted(failures, key=lambda one: is_for_gpus(one[1]) != bool(found.stack.gpus) and one[0] != MACHINE)


def is_for_gpus(result: Result) -> bool:
    """Tell whether only a GPU would meet what `result` says."""
    return bool(result.problems) and all(problem.gpu for problem in result.problems)


def next_fix(found: Found, problem: Problem) -> tuple[Line, ...]:
    """Return what to do about `problem`; where nobody knows, how to ask those who may."""
    if problem.fix or problem.reference:
        return problem.fix
    return (Line("Ask with a report", commands.own_call(found.stack.target, "--doctor", "--report")),)


def conclusion(found: Found) -> tuple[str, str, Line | None]:
    """Return the last sentence, its colour, and the one thing to do next, None where there is none."""
    if not found.installed and all(result.absent for name, result in found.results.items() if name not in ALWAYS):
        said = "Nothing to check: nothing of the speech stack is installed in this environment."
        return said, "warn", Line("Check another one", commands.own_call(target.named("DIR"), "--doctor"))
    wrong = roots(found)
    untested = machine.untested(found.stack)
    if wrong:
        number = sum(max(len(result.problems), 1) for _, result in wrong)
        more = sum(bool(result.follows) for result in found.results.values())
        said = "1 problem found" if number == 1 else f"{number} problems found"
        said += f", from which {more} more {'failure follows' if more == 1 else 'failures follow'}" if more else ""
        elsewhere = all(is_for_gpus(result) for _, result in wrong) and not found.stack.gpus
        said += ", which only a GPU would meet" if elsewhere else f". The GPU was not tested: {untested}" if untested else ""
        name, first = wrong[0]
        fixes = [one for problem in first.problems for one in next_fix(found, problem)]
        named = ", ".join(dict.fromkeys((name, *(problem.id for problem in first.problems[:1]))))
        return f"{said}. Begin with {named}:", "warn" if elsewhere else "failed", fixes[0] if fixes else Line(first.summary)
    again = "Try it all" if found.quick else "Transcribe for real"
    options = () if found.quick else ("--model", "MODEL")
    call = Line(again, commands.own_call(found.stack.target, "--doctor", *options))
    if found.quick:
        return "No known problem found. Nothing was run.", "ok", call
    said = f"No problems found on the CPU. The GPU was not tested: {untested}." if untested else "No problems found."
    hears = any(map(found.stack.version, PIPELINES))
    return said, "ok", call if hears and not found.stack.asked.model else None


def closing(found: Found) -> list[Row]:
    """Return the last sentence, and the one thing to do next on a line of its own."""
    said, color, then = conclusion(found)
    return [Row(said, color=COLORS[color]), *([Row(then.text, "  ", then.command)] if then else [])]


def as_json(found: Found) -> str:
    """Return everything as one object; docs/doctor.md describes it."""
    results = found.results
    counts = {status: sum(result.status == status for result in results.values()) for status in ("ok", "failed", "skipped")}
    wrong = roots(found)
    said, _, then = conclusion(found)
    return json.dumps(
        {
            "schema": SCHEMA,
            "site_packages": found.stack.site_packages,
            "python": found.stack.python,
            "header": found.header._asdict(),
            "begin_with": wrong[0][0] if wrong else None,
            "conclusion": said,
            "next": as_mappings([then])[0] if then else None,
            "passed": counts["ok"],
            "failed": counts["failed"],
            "skipped": counts["skipped"],
            "seconds": round(found.whole, 3),
            "children": found.stack.children,
            "checks": [
                {
                    "name": name,
                    "status": result.status,
                    "summary": result.summary,
                    "absent": result.absent or None,
                    "follows": result.follows or None,
                    "seconds": round(found.seconds.get(name, 0.0), 3),
                    "facts": result.facts,
                    "problems": [
                        {**problem._asdict(), "fix": as_mappings(next_fix(found, problem))} for problem in result.problems
                    ],
                    "notes": list(map(str, result.notes)),
                }
                for name, result in results.items()
            ],
        },
        indent=2,
    )
