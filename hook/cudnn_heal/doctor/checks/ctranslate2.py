"""ctranslate2 itself: does it import, what does it see, and how does the core judge its libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cudnn_heal import report
from cudnn_heal.catalog import PARTS
from cudnn_heal.doctor.explain import explain
from cudnn_heal.doctor.prelude import fact, load
from cudnn_heal.doctor.result import Problem, Result, failed, ok, skipped

if TYPE_CHECKING:
    from cudnn_heal.doctor.stack import Stack


def check(stack: Stack) -> Result:
    """Check that it imports; say what it can do and how its libraries are served."""
    if not stack.version("ctranslate2"):
        return skipped("not installed")
    ended = stack.child(_probe)
    if not ended.ok:
        return failed("does not import", explain(stack, ended), facts=ended.facts)
    core = stack.outcome
    facts = {**ended.facts, "core": report.as_json(core)}
    line = f"{facts['version']}, {report.verdict(core)}"
    if report.verdict(core) not in ("not-needed", "paused"):
        line += {"none": ", not served", "links": ", served by links"}.get(report.served(core), ", served in-process")
    line += f"; on the CPU {', '.join(facts['cpu'])}"
    line += f"; {facts['gpus']} GPU: {', '.join(facts['cuda'])}" if facts["gpus"] else "; sees no GPU"
    problems = [
        Problem((f"{PARTS[part.name].title}: {part.verdict}",), part.why + ".", part.advice)
        for part in core.plan.parts
        if part.verdict == "damaged"
    ]
    if stack.gpus and not facts["gpus"]:
        problems.append(
            Problem(
                (f"the driver sees {stack.gpus}, ctranslate2 none",),
                "This ctranslate2 is built without CUDA, or the driver is too old for it.",
                ("See the check of the driver; PyPI's wheels for Linux on x86-64 have CUDA.",),
            )
        )
    return failed(line, *problems, facts=facts) if problems else ok(line, facts)


def _probe() -> None:
    ctranslate2 = load("ctranslate2")
    fact(version=ctranslate2.__version__, gpus=0, cuda=[])
    fact(cpu=sorted(ctranslate2.get_supported_compute_types("cpu")))
    gpus = ctranslate2.get_cuda_device_count()
    fact(gpus=gpus)
    if gpus:
        fact(cuda=sorted(ctranslate2.get_supported_compute_types("cuda")))
