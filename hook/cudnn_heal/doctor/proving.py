"""Proves the most in the fewest processes: one does what a program would, and only what fails there is taken apart.

What passes in that one process is proven, with everything below it.  What fails runs alone; and what works alone, with
each of those that came before it, until two are found that don't go together.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Callable

from cudnn_heal.doctor import child
from cudnn_heal.doctor.child import Work
from cudnn_heal.doctor.prelude import call, fact
from cudnn_heal.doctor.result import MACHINE, UNKNOWN, Problem, Result, failed
from cudnn_heal.doctor.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cudnn_heal.doctor import show
    from cudnn_heal.doctor.checks import Check
    from cudnn_heal.doctor.child import Ended

KIN = dict.fromkeys(
    ("torchcodec-cuda-13", "torchcodec-symbol", "torchcodec-npp", "torchcodec", "bad-alloc", "torchcodec-libpython"),
    "torchcodec-unfit",
)
"""Known problems by whose messages another one shows, too."""


Part = list[dict[str, Any]]
"""What one check reported in a process that it shares with others; `_CLOSED` last, where it came to an end of its own."""
_CLOSED = {"_part": ""}


class Prover:
    """Runs checks and keeps what they found."""

    def __init__(self, checks: Sequence[Check], stack: Stack, lines: show.Lines, *, quick: bool = False) -> None:
        """Prepare `checks` of `stack`, to be shown on `lines`.

        :param quick: report only what can be known without running anything.
        """
        self._checks = checks
        self._stack = stack
        self._lines = lines
        self._quick = quick
        self.works: dict[str, Work] = {}
        """What checks run, by their names."""
        self._found: dict[str, Result] = {}
        self.seconds: dict[str, float] = {}
        """How long each check took that ran something."""
        self._suspects: list[tuple[Check, Result, list[Check]]] = []
        """What failed, how, and what came before it in the same process."""

    def prove(self) -> dict[str, Result]:
        """Run everything; return what was found, in the checks' order."""
        for check in self._checks:
            planned = _guarded(check.plan, self._stack)
            if isinstance(planned, Result):
                self._take(check, planned)
            else:
                self.works[check.name] = planned
        if not self._quick:
            self._together([check for check in self._checks if check.name in self.works and not check.alone])
            for check, first, before in self._suspects:
                self._take(check, self._taken_apart(check, first, before))
            for check in self._checks:
                if check.alone and check.name in self.works:
                    self._take(check, self._alone(check))
        return {check.name: self._found[check.name] for check in self._checks if check.name in self._found}

    def _take(self, check: Check, result: Result) -> None:
        follows = followed(check, result, self._earlier(check))
        self._found[check.name] = result._replace(follows=follows)
        self._lines.end(check.name, self._found[check.name])

    def _earlier(self, check: Check) -> dict[str, Result]:
        names = [one.name for one in self._checks]
        return {name: self._found[name] for name in names[: names.index(check.name)] if name in self._found}

    def _together(self, left: list[Check]) -> None:
        """Run the checks `left` in one process; where one ends it, those behind that one in another."""
        while left:
            ended = self._run(left, self._show)
            parts = split(ended.told)
            reached = [check for check in left if check.name in parts] or left[:1]
            for number, check in enumerate(reached):
                if check.name not in self._found:
                    part = _of_part(ended, parts.get(check.name), last=check == reached[-1], first=not number)
                    result = self._judged(check, part)
                    if result.status == "failed":
                        self._suspects.append((check, result, reached[:number]))
                    else:
                        self._take(check, result)
            left = left[len(reached) :]

    def _run(self, checks: list[Check], show: Callable[[Check, Ended], None] | None = None) -> Ended:
        """Run `checks` in one process, and `show` each that ended, but the last: the process may yet end wrongly."""
        told: list[dict[str, Any]] = []
        by_name = {check.name: check for check in checks}

        def hear(values: dict[str, Any]) -> None:
            told.append(values)
            name = values.get("_part")
            if name:
                self._lines.running(name)
                told[:] = [values]
            elif name == "" and show and told[0]["_part"] != checks[-1].name:
                show(by_name[told[0]["_part"]], child.of(told))

        works = [self.works[check.name] for check in checks]
        parts = [(check.name, work.probe.__name__, list(work.arguments)) for check, work in zip(checks, works)]
        uses = dict.fromkeys(one for work in works for one in (*work.uses, work.probe))
        ended = self._stack.child(Work(in_turn, (parts,), tuple(uses), max(work.limit for work in works), hear))
        for values in ended.told:
            if "_took" in values:
                self.seconds[values["_name"]] = values["_took"]
        return ended

    def _show(self, check: Check, ended: Ended) -> None:
        """Show a check that has passed; what failed is shown once it was taken apart."""
        result = self._judged(check, ended)
        if result.status != "failed":
            self._take(check, result)

    def _alone(self, check: Check) -> Result:
        self._lines.running(check.name)
        ended = self._stack.child(self.works[check.name])
        self.seconds[check.name] = ended.seconds
        return self._judged(check, ended)

    def _judged(self, check: Check, ended: Ended) -> Result:
        result: Result = _guarded(check.judged, self._stack, ended)
        return result

    def _taken_apart(self, check: Check, first: Result, before: list[Check]) -> Result:
        """Return what is wrong with the check that failed `before` in one process with others: the cause alone."""
        if not before or followed(check, first, self._earlier(check)):
            return first
        alone = self._alone(check)
        if alone.status == "failed":
            return alone
        for other in reversed(before):
            ended = self._run([other, check])
            both = self._judged(check, _of_part(ended, split(ended.told).get(check.name), last=True, first=False))
            if both.status == "failed":
                return both._replace(summary=f"{both.summary} (after {other.name} in one process; alone it works)")
        return first._replace(summary=f"{first.summary} (in one process with all the others; alone it works)")


def split(told: Sequence[dict[str, Any]]) -> dict[str, Part]:
    """Return what each part of a process told."""
    parts: dict[str, Part] = {}
    current: Part | None = None
    for values in told:
        name = values.get("_part")
        if name:
            current = parts[name] = []
        elif current is not None:
            current.append(values)
            current = None if values == _CLOSED else current
    return parts


def _of_part(ended: Ended, part: Part | None, *, last: bool, first: bool) -> Ended:
    """Return how a part of the process `ended` ended.

    :param last: whether it is the last that the process came to: the way it ended is this part's own.
    :param first: whether it is the first: the output is this part's own.
    """
    if part is None:
        return ended._replace(facts={}, done=False)
    crashed = last and not (part[-1:] == [_CLOSED] and ended.ok)
    output = ended.output if first or crashed else ()
    return child.of(part, ended.status if crashed else 0, ended.stopped if crashed else "", output)


def followed(check: Check, result: Result, earlier: dict[str, Result]) -> str:
    """Return the earlier failure from which this one follows: of the same known cause, or of a check that it rests on."""
    if result.status != "failed":
        return ""
    causes = _causes(result)
    for name, one in earlier.items():
        if one.status == "failed" and not one.follows:
            same = causes != {UNKNOWN} and causes <= _causes(one)
            if same or (name in check.rests_on and (causes == {UNKNOWN} or name == MACHINE)):
                return name
    return ""


def _causes(result: Result) -> set[str]:
    return {KIN.get(problem.id, problem.id) for problem in result.problems} or {UNKNOWN}


def _guarded(function: Any, *arguments: Any) -> Any:
    """Return what `function` does; a failure of its own must not keep the others from running."""
    try:
        return function(*arguments)
    except Exception as problem:
        bug = Problem((repr(problem),), "A bug in cudnn-heal.", (), "doctor-bug")
        return failed(f"the check itself failed: {problem!r}", bug)


def in_turn(parts: list[tuple[str, str, list[Any]]]) -> None:
    """Carry out one probe after the other: of each, the name of its check, its own, and its arguments."""
    import traceback

    for part, probe, arguments in parts:
        fact(_part=part)
        begin = time.monotonic()
        try:
            call(globals()[probe], *arguments)
        except BaseException:
            traceback.print_exc()
        fact(_took=time.monotonic() - begin, _name=part)
        fact(_part="")
