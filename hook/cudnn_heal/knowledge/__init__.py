"""Known problems: what is known stands in `rows`, as data, and is asked in two ways.

`matching.search` finds rows by a text, and `command` is what ``--explain`` prints; `present` finds them by an environment, for
``--doctor``.  `fixing` says what is known of what was found.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import re
import sys
from typing import IO, TYPE_CHECKING, Any

from cudnn_heal.advice import Line
from cudnn_heal.knowledge import fixing, matching, raised, texts
from cudnn_heal.knowledge.conditions import all_hold, evidence
from cudnn_heal.knowledge.model import Found
from cudnn_heal.knowledge.rows import ROWS
from cudnn_heal.report import commands
from cudnn_heal.report.paper import REFERENCES, Paper, blocks
from cudnn_heal.report.paper import Row as Printed
from cudnn_heal.report.schema import as_mappings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cudnn_heal.knowledge.model import Explanation, Facts
    from cudnn_heal.reconcile import Outcome

SCHEMA = 2
"""Of the JSON form; a key that goes or changes its meaning raises it."""


BLOCK_BYTES = 2**20
MOST_BLOCKS = 512
"""Where reading ends: a device has no end, and a program may write for ever."""


def present(facts: Facts) -> list[Found]:
    """Return the known problems that an environment has, whether or not they have shown yet, in the order of the table."""
    found = []
    for row in ROWS:
        holding = next((conditions for conditions in row.when if all_hold(conditions, facts)), "")
        if holding:
            found.append(Found(row, tuple(dict.fromkeys(evidence(one, facts) for one in holding.split(" & ")))))
    return found


def command(what: str, outcome: Outcome | None = None, *, as_json: bool = False, width: int = 0) -> tuple[str, int]:
    """Explain `what`, and return what is to be printed and the exit status: 0 when something was explained, else 1.

    :param what: a message, the path of a file, or ``-`` for standard input.
    :param outcome: the environment that it may be about; its advice is made for that.
    :param width: of the text, in columns; 0 for no limit.
    """
    try:
        text, left_out, lines = _text(what)
    except OSError as problem:
        return f"{what} can't be read: {problem.strerror or problem}", 1
    if not text.strip() and not as_json:
        return _nothing(what, outcome), 1
    findings, cut = matching.search(text, lines)
    place = fixing.here(outcome) if outcome else None
    explanations = [fixing.explain(finding, place) for finding in findings]
    cut += left_out
    unknown = [] if explanations else raised.told(texts.prepare(text, lines).lines)
    shown = json.dumps(as_mapping(explanations, cut), indent=2) if as_json else as_text(explanations, cut, width, unknown)
    return shown, 0 if explanations else 1


def _nothing(what: str, outcome: Outcome | None) -> str:
    """Return that there is no message in `what`, and how to give one."""
    said = "Standard input is empty." if what == "-" else f"{what} is empty." if what.strip() else "No message was given."

    def call(given: str) -> str:
        return commands.own_call(outcome.target if outcome else None, "--explain", given)

    ways = (call("THE MESSAGE"), call("LOGFILE"), f"python PROGRAM 2>&1 | {call('-')}")
    return "\n".join([f"{said} These explain one:", *(f"  {way}" for way in ways)])


def as_mapping(explanations: Sequence[Explanation], cut: int = 0) -> dict[str, Any]:
    """Return the JSON form: ``schema``, ``cut`` (characters that were not looked at) and ``findings``, root cause first."""
    findings = [{**one._asdict(), "fix": as_mappings(one.fix), "first": as_mappings(one.first)} for one in explanations]
    return {"schema": SCHEMA, "cut": cut, "findings": findings}


def as_text(explanations: Sequence[Explanation], cut: int = 0, width: int = 0, unknown: Sequence[str] = ()) -> str:
    """Return what is printed, wrapped to `width` columns if any.

    :param unknown: what is said of a message that is not known.
    """
    rows: list[Printed] = []
    if cut:
        left_out = f"Only part of the text was looked at: {cut} characters between its beginning and its end were left out."
        rows += [Printed(left_out), Printed("")]
    if not explanations:
        rows += map(Printed, ("No known message found. Try `cudnn-heal --doctor`.", *unknown))
    for explanation in explanations:
        rows += [*_entry(explanation), Printed("")]
    out = io.StringIO()
    Paper(out, width).print(*rows)
    return out.getvalue().rstrip()


def _entry(explanation: Explanation) -> Iterator[Printed]:
    yield Printed(explanation.id)
    found = f"{explanation.said}  (line {explanation.line})"
    here = [explanation.here] if explanation.here else []
    there = _there(explanation)
    advice = (*explanation.first, *there)
    fix = [("fix", advice), (" " * 7, explanation.fix)] if there else [("fix", (*advice, *explanation.fix))]
    yield from blocks(("found", [found]), ("cause", [explanation.cause]), ("here", here), *fix)
    yield from blocks(("also", explanation.also), ("see", explanation.reference[:REFERENCES]))


def _there(explanation: Explanation) -> list[Line]:
    """Return the line before what fixes another environment."""
    if explanation.applies != "no" or not explanation.fix:
        return []
    of_project = any(re.match(r"(uv|poetry|pdm) (add|remove) ", line.command) for line in explanation.fix)
    return [Line("What fixes it there, typed in its project's folder:" if of_project else "What fixes it there:")]


def _text(what: str) -> tuple[str, int, int]:
    """Return the text that `what` names, and how many bytes and lines of it were left out for its size."""
    if what == "-":
        return _bounded(sys.stdin.buffer) if sys.stdin else ("", 0, 0)  # None where the caller closed it
    if "\n" not in what and os.path.exists(what):
        with open(what, "rb") as file:
            return _bounded(file)
    return what, 0, 0


def _bounded(file: IO[bytes]) -> tuple[str, int, int]:
    """Read `file`, keeping its beginning and its end where it is longer than what is looked at.

    What is left out here lies within what `matching` leaves out of the rest.
    """
    limit = 4 * texts.LIMIT_CHARACTERS
    head, tail, left_out, lines = file.read(limit // 4), b"", 0, 0
    for block in itertools.islice(iter(lambda: file.read(BLOCK_BYTES), b""), MOST_BLOCKS):
        tail += block
        dropped = tail[:-limit]
        left_out, lines, tail = left_out + len(dropped), lines + dropped.count(b"\n"), tail[-limit:]
    return (head + tail).decode("utf-8", errors="replace"), left_out, lines
