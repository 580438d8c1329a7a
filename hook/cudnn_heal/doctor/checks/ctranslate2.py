"""ctranslate2 itself: does it import, and what does it see."""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING

from cudnn_heal.advice import Line
from cudnn_heal.doctor import gpucode
from cudnn_heal.doctor.child import Work
from cudnn_heal.doctor.explain import explain
from cudnn_heal.doctor.prelude import fact, load, mapped
from cudnn_heal.doctor.result import Problem, Result, absent, failed, ok

if TYPE_CHECKING:
    from cudnn_heal.doctor.child import Ended
    from cudnn_heal.doctor.stack import Stack

BUILDING = "https://opennmt.net/CTranslate2/installation.html"
COMPILING = "some seconds (10 to 20 with an H100)"


def plan(stack: Stack) -> Work | Result:
    """Import it, and ask what it sees."""
    return Work(probe_ctranslate2) if stack.ctranslate2 else absent("ctranslate2")


def judge(stack: Stack, ended: Ended) -> Result:
    """Check that it imports, has code for the GPU, and sees it."""
    if not ended.ok:
        return failed("does not import", explain(stack, ended))
    facts = ended.facts
    line = f"{facts['version']}; on the CPU {', '.join(facts['cpu'])}"
    line += f"; {facts['gpus']} GPU: {', '.join(facts['cuda'])}" if facts["gpus"] else "; sees no GPU"
    built = gpucode.architectures(os.path.realpath(str(facts["library"]))) if stack.gpus else []
    own = {"architectures": [str(one) for one in built]}
    problem = _unseen(stack) if stack.gpus and not facts["gpus"] else _unfit(stack, built)
    return failed(line, problem, facts=own) if problem else ok(line, *_compiled(stack, built), facts=own)


def _unseen(stack: Stack) -> Problem:
    """Return the problem that there is a GPU and ctranslate2 does not see it."""
    found = (f"the driver sees {len(stack.gpus)} GPU, ctranslate2 none",)
    if platform.machine() != "x86_64":
        cause = f"ctranslate2's wheels for {platform.machine()} are built without CUDA."
        fix = (Line(f"Build it with CUDA: {BUILDING}"), Line('Or use the CPU: device="cpu"'))
        return Problem(found, cause, fix, "not-compiled-with-cuda", gpu=True)
    cause = "This ctranslate2 is built without CUDA (PyPI's wheels for x86-64 have it), or the driver is too old for it."
    return Problem(found, cause, (), "not-compiled-with-cuda", gpu=True)


def _unfit(stack: Stack, built: list[gpucode.Code]) -> Problem | None:
    """Return the problem that ctranslate2 has no code for a GPU here, None where it has."""
    gpu = gpucode.unserved(stack.gpus, built)
    if not gpu:
        return None
    return Problem(
        (f"{gpu['name']} is {gpucode.of(gpu['capability'])}; built in: {', '.join(map(str, built))}",),
        f"ctranslate2 {stack.ctranslate2} has no code that this GPU runs.",
        (Line('Use the CPU: device="cpu"'), Line(f"Or build ctranslate2 for it: {BUILDING}")),
        "no-kernel-ctranslate2",
        gpu=True,
    )


def _compiled(stack: Stack, built: list[gpucode.Code]) -> list[str]:
    """Return a note for each kind of GPU for which the driver has to compile first."""
    sources = {gpu["capability"]: gpucode.source(gpu["capability"], built) for gpu in stack.gpus}
    return [
        f"it has no code for {gpucode.of(kind)}, so the driver compiles {source} when it is first used: {_kept()}"
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


def probe_ctranslate2() -> None:
    ctranslate2 = load("ctranslate2")
    fact(version=ctranslate2.__version__, gpus=0, cuda=[], library=(mapped("libctranslate2") or [""])[0])
    fact(cpu=sorted(ctranslate2.get_supported_compute_types("cpu")))
    gpus = ctranslate2.get_cuda_device_count()
    fact(gpus=gpus)
    if gpus:
        fact(cuda=sorted(ctranslate2.get_supported_compute_types("cuda")))
