"""Known problems of what is installed: each row of the table is checked against this environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cudnn_heal import knowledge
from cudnn_heal.doctor.result import Problem, Result, failed, ok
from cudnn_heal.knowledge import fixing
from cudnn_heal.knowledge.rows import ROWS

if TYPE_CHECKING:
    from cudnn_heal.advice import Line
    from cudnn_heal.doctor.stack import Stack
    from cudnn_heal.knowledge.model import Found

TOLD_ELSEWHERE = ("onnxruntime-twice",)
"""By a check of their own, with what keeps one of the two."""


def check(stack: Stack) -> Result:
    """Tell each known problem that this environment has, without running anything."""
    found = knowledge.present(stack.here.facts)
    problems = [_problem(stack, one) for one in found if one.row.kind == "error"]
    known = [one for one in found if one.row.kind != "error" and one.row.id not in TOLD_ELSEWHERE]
    notes = tuple(note for one in known for note in _notes(stack, one))
    facts = {one.row.id: one.evidence for one in found}
    asked = sum(bool(row.when) for row in ROWS)
    if not problems:
        return ok(f"none of the {asked} that show in versions, files or the driver", *notes, facts=facts)
    return failed(", ".join(problem.id for problem in problems), *problems, facts=facts, notes=notes)


def _problem(stack: Stack, found: Found) -> Problem:
    told = fixing.told(found, stack.here)
    machines = any("@driver" in one or "@capability" in one for one in found.row.when)
    gpu = machines or found.row.id.startswith(("cudnn-", "onnxruntime-"))
    return Problem((told.said,), told.cause, told.fix, told.id, told.reference, gpu=gpu)


def _notes(stack: Stack, found: Found) -> tuple[str | Line, ...]:
    told = fixing.told(found, stack.here)
    return (f"{told.id} ({told.said}): {told.cause}", *told.fix)
