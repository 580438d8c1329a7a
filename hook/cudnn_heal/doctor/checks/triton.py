"""triton, with which torch and WhisperX compile for the GPU."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from cudnn_heal.doctor.child import Work
from cudnn_heal.doctor.explain import explain
from cudnn_heal.doctor.prelude import fact, load, step
from cudnn_heal.doctor.result import Problem, Result, absent, failed, ok

if TYPE_CHECKING:
    from cudnn_heal.doctor.child import Ended
    from cudnn_heal.doctor.stack import Stack

KERNEL = """
import triton
import triton.language as tl

@triton.jit
def add(x, y, z, n, BLOCK: tl.constexpr):
    place = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(z + place, tl.load(x + place, mask=place < n) + tl.load(y + place, mask=place < n), mask=place < n)
"""


def plan(stack: Stack) -> Work | Result:
    """Have it compile a kernel for the GPU and run it; without one, import, and find the driver's library."""
    if not stack.version("triton"):
        return absent("triton")
    return Work(probe_triton, (KERNEL, bool(stack.gpus and stack.version("torch")), bool(stack.driver.facts.get("library"))))


def judge(stack: Stack, ended: Ended) -> Result:
    """Check that it does, rightly."""
    facts = ended.facts
    if not ended.ok:
        return failed("fails" if "version" in facts else "does not import", explain(stack, ended))
    if not facts.get("right", True):
        seen = ("a kernel's result is not the right one",)
        problem = Problem(seen, "A driver, a GPU or triton is at fault.", (), "wrong-result", gpu=True)
        return failed(f"{facts['version']}, compiles wrongly", problem)
    did = "compiles a kernel and runs it" if "right" in facts else "imports" + ("" if stack.gpus else "; no GPU to compile for")
    return ok(f"{facts['version']}, {did}")


def probe_triton(kernel: str, gpu: bool, driver: bool) -> None:  # heavy: triton
    folder = os.environ.get("TMPDIR", "/tmp")
    os.environ["TRITON_CACHE_DIR"] = os.path.join(folder, "triton")  # a kernel in the user's cache proves nothing
    triton = load("triton")
    load("triton.language")
    fact(version=triton.__version__)
    if gpu:
        torch = load("torch")
        name = f"kernel_{os.getpid()}"
        with open(os.path.join(folder, name + ".py"), "w") as file:  # triton reads the text of its functions
            file.write(kernel)
        sys.path.insert(0, folder)
        step("compile a kernel")
        one = torch.ones(1000, device="cuda")
        result = torch.empty_like(one)
        load(name).add[(1,)](one, one, result, 1000, BLOCK=1024)
        fact(right=bool((result == 2).all()))
    elif driver:
        step("find libcuda.so")
        load("triton.backends.nvidia.driver").libcuda_dirs()
