"""What a check finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cudnn_heal.advice import Line
    from cudnn_heal.doctor.child import Ended

SEEN_LINES = 6
"""How many of the last lines of a child's output are shown."""

TOLERANCE = 0.02
"""How far a result may lie from the CPU's (values about 1 in size; TF32 keeps 10 bits of each factor)."""
UNKNOWN = "unknown"
MACHINE = "machine"
"""The check on which all GPU checks depend, whatever they say."""

Status = Literal["ok", "failed", "skipped"]


class Problem(NamedTuple):
    """Something that is wrong, and the way out."""

    found: tuple[str, ...]
    """What was found, line by line."""
    cause: str
    """"" where nobody knows."""
    fix: tuple[Line, ...]
    """What to do."""
    id: str = UNKNOWN
    """Stable: of a known message, of a known problem, or of the check's own finding.  Two problems with one have one cause."""
    reference: tuple[str, ...] = ()
    """Addresses of threads about it."""
    gpu: bool = False
    """Whether only a GPU meets it."""


class Result(NamedTuple):
    """The outcome of one check."""

    status: Status
    summary: str
    """What its line says."""
    facts: dict[str, Any]
    """What was found out, for programs; what a child told is among them (`Check.judged`)."""
    problems: tuple[Problem, ...] = ()
    notes: tuple[str | Line, ...] = ()
    """What the user may want to know though nothing is wrong; a `Line` says what helps about the note before it."""
    follows: str = ""
    """The name of the failed check from whose failure this one follows."""
    absent: str = ""
    """What is not installed, for which it was skipped."""
    rows: tuple[str, ...] = ()
    """What was measured, line by line; it was shown as it came."""


def ok(summary: str, *notes: str | Line, facts: dict[str, Any] | None = None) -> Result:
    """Return that all is well."""
    return Result("ok", summary, facts or {}, (), notes)


def skipped(reason: str) -> Result:
    """Return that there is nothing to check, and why."""
    return Result("skipped", reason, {})


def absent(what: str) -> Result:
    """Return that `what`, without which there is nothing to check, is not installed."""
    return Result("skipped", f"{what} is not installed", {}, absent=what)


def failed(summary: str, *problems: Problem, facts: dict[str, Any] | None = None, notes: tuple[str | Line, ...] = ()) -> Result:
    """Return what is wrong."""
    return Result("failed", summary, facts or {}, problems, notes)


def merged(problems: Iterable[Problem]) -> list[Problem]:
    """Return `problems`, with those that have the same explanation merged."""
    several: dict[tuple[str, tuple[Line, ...], str], Problem] = {}
    for problem in problems:
        key = (problem.cause, problem.fix, problem.id)
        before = several[key].found if key in several else ()
        several[key] = problem._replace(found=tuple(dict.fromkeys((*before, *problem.found))))
    return list(several.values())


def last_words(ended: Ended) -> tuple[str, ...]:
    """Return how a child ended and its last words."""
    words = [line for line in ended.output if not ended.exception or _tells(line, ended.exception)]
    return (str(ended), *(line.strip() for line in words[-SEEN_LINES:]))


def _tells(line: str, exception: str) -> bool:
    """Tell whether `line`, printed by a child with an `exception`, is neither of the traceback's frames nor known already."""
    frames = line.startswith((" ", "Traceback (", "The above exception was", "During handling of"))
    return not frames and line.strip() not in exception and exception.partition("\n")[0].strip() not in line
