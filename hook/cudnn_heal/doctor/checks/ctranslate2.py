"""ctranslate2 itself: does it import, what does it see, and how does the core judge its libraries."""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING

from cudnn_heal.catalog import FAMILIES
from cudnn_heal.doctor import gpucode
from cudnn_heal.doctor.explain import explain
from cudnn_heal.doctor.prelude import fact, load, mapped
from cudnn_heal.doctor.result import Problem, Result, absent, failed, ok
from cudnn_heal.knowledge import fixing
from cudnn_heal.report import sentences

if TYPE_CHECKING:
    from cudnn_heal.doctor.stack import Stack

COMPILING = "some seconds (10 to 20 with an H100)"
HOW = {"links": "served by links", "in-process": "served in-process", "itself": "finds them itself", "none": "not served"}


def check(stack: Stack) -> Result:
    """Check that it imports; say what it can do and how its libraries are served."""
    if not stack.ctranslate2:
        return absent("ctranslate2")
    ended = stack.child(_probe)
    if not ended.ok:
        return failed("does not import", explain(stack, ended), facts=ended.facts)
    services = stack.services("ctranslate2")
    facts = {**ended.facts, "parts": [service._asdict() for service in services]}
    line = f"{facts['version']}, {_verdict(stack)}; on the CPU {', '.join(facts['cpu'])}"
    line += f"; {facts['gpus']} GPU: {', '.join(facts['cuda'])}" if facts["gpus"] else "; sees no GPU"
    problems = [
        Problem(
            (f"{FAMILIES[service.part].title}: {service.verdict}",),
            fixing.sentence(sentences.why(service)),
            sentences.advice(stack.outcome, service),
            f"{service.part}-damaged",
        )
        for service in services
        if service.verdict == "damaged"
    ]
    built = gpucode.architectures(os.path.realpath(str(facts["library"]))) if stack.gpus else []
    facts["architectures"] = [str(one) for one in built]
    unseen = _unseen(stack) if stack.gpus and not facts["gpus"] else _unfit(stack, built)
    problems += [unseen] if unseen else []
    return failed(line, *problems, facts=facts) if problems else ok(line, facts, *_compiled(stack, built))


def _verdict(stack: Stack) -> str:
    """Return how the core judges it: ``healthy, served by links``."""
    plan = next(one.plan for one in stack.outcome.consumers if one.observation.consumer.name == "ctranslate2")
    return plan.verdict if plan.verdict in ("not-needed", "paused") else f"{plan.verdict}, {HOW[plan.served]}"


def _unseen(stack: Stack) -> Problem:
    """Return the problem that there is a GPU and ctranslate2 does not see it."""
    seen = (f"the driver sees {stack.gpus} GPU, ctranslate2 none",)
    if platform.machine() != "x86_64":
        why = f"ctranslate2's wheels for {platform.machine()} are built without CUDA."
        fix = ("Build it with CUDA: https://opennmt.net/CTranslate2/installation.html", 'Or use the CPU: device="cpu"')
        return Problem(seen, why, fix, "not-compiled-with-cuda")
    why = "This ctranslate2 is built without CUDA (PyPI's wheels for Linux on x86-64 have it), or the driver is too old for it."
    return Problem(seen, why, ("See the check of the machine.",), "not-compiled-with-cuda")


def _unfit(stack: Stack, built: list[gpucode.Code]) -> Problem | None:
    """Return the problem that ctranslate2 has no code for a GPU here, None where it has."""
    for gpu in stack.driver.facts.get("gpus", ()):
        if built and not gpucode.fits(gpu["capability"], built):
            return Problem(
                (f"{gpu['name']} is sm_{gpu['capability'].replace('.', '')}; built in: {', '.join(map(str, built))}",),
                f"ctranslate2 {stack.ctranslate2} has no code that this GPU runs.",
                ('Use the CPU: device="cpu"', "Or build ctranslate2 for it: https://opennmt.net/CTranslate2/installation.html"),
                "no-kernel-ctranslate2",
            )
    return None


def _compiled(stack: Stack, built: list[gpucode.Code]) -> list[str]:
    """Return a note for each kind of GPU for which the driver has to compile first."""
    kinds = dict.fromkeys(gpu["capability"] for gpu in stack.driver.facts.get("gpus", ()))
    sources = {kind: gpucode.source(kind, built) for kind in kinds}
    return [
        f"it has no code for sm_{kind.replace('.', '')}, so the driver compiles {source} when it is first used: {_kept()}"
        for kind, source in sources.items()
        if source
    ]


def _kept() -> str:
    """Return whether the driver can keep what it compiles (CUDA Programming Guide, "CUDA Environment Variables")."""
    folder = os.path.abspath(os.environ.get("CUDA_CACHE_PATH") or os.path.expanduser("~/.nv/ComputeCache"))
    if os.environ.get("CUDA_CACHE_DISABLE") == "1":
        return f"{COMPILING} in each process, since CUDA_CACHE_DISABLE is 1."
    there = folder
    while not os.path.exists(there):
        there = os.path.dirname(there)
    if os.path.isdir(there) and os.access(there, os.W_OK):
        return f"{COMPILING} once, as long as {folder} is kept."
    return f"{COMPILING} in each process, since {folder} can't be written. CUDA_CACHE_PATH can name another folder."


def _probe() -> None:
    ctranslate2 = load("ctranslate2")
    fact(version=ctranslate2.__version__, gpus=0, cuda=[], library=(mapped("libctranslate2") or [""])[0])
    fact(cpu=sorted(ctranslate2.get_supported_compute_types("cpu")))
    gpus = ctranslate2.get_cuda_device_count()
    fact(gpus=gpus)
    if gpus:
        fact(cuda=sorted(ctranslate2.get_supported_compute_types("cuda")))
