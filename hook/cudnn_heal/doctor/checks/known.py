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

TOLD_ELSEWHERE = ("onnxruntime-twice",)
"""By a check of their own, with what keeps one of the two."""


def check(stack: Stack) -> Result:
    """Tell each known problem that this environment has, without running anything."""
    found = knowledge.present(stack.here.facts)
    problems: list[Problem] = []
    notes: list[str | Line] = []
    for row, told in [(one.row, fixing.told(one, stack.here)) for one in found]:
        if row.kind == "error":
            machines = any("@driver" in one or "@capability" in one for one in row.when)
            gpu = machines or row.id.startswith(("cudnn-", "onnxruntime-"))
            problems.append(Problem((told.said,), told.cause, told.fix, told.id, told.reference, gpu=gpu))
        elif row.id not in TOLD_ELSEWHERE:
            notes += (f"{told.id} ({told.said}): {told.cause}", *told.fix)
    facts = {one.row.id: one.evidence for one in found}
    asked = sum(bool(row.when) for row in ROWS)
    if not problems:
        return ok(f"none of the {asked} that show in versions, files or the driver", *notes, facts=facts)
    return failed(", ".join(problem.id for problem in problems), *problems, facts=facts, notes=tuple(notes))
