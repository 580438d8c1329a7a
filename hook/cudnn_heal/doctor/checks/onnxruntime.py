"""ONNX Runtime, which faster-whisper's voice detection and pyannote's embeddings use.

Two distributions have the same package folder, and the CUDA provider gives way to the CPU without a word.
"""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING, Any

from cudnn_heal import advice
from cudnn_heal.doctor.explain import explain
from cudnn_heal.doctor.prelude import fact, load, step
from cudnn_heal.doctor.result import Problem, Result, failed, ok, seen, skipped

if TYPE_CHECKING:
    from cudnn_heal.doctor.child import Ended
    from cudnn_heal.doctor.stack import Stack

CPU, GPU = "onnxruntime", "onnxruntime-gpu"
OVERRIDE = (
    "In a uv project, where faster-whisper asks for onnxruntime again: in pyproject.toml, and then uv add onnxruntime-gpu",
    "    [tool.uv]",
    "    override-dependencies = [\"onnxruntime; sys_platform == 'never'\"]",
)


def check(stack: Stack) -> Result:
    """Check that one ONNX Runtime is installed, and that its CUDA provider can be had if it brings one."""
    both = [name for name in (CPU, GPU) if stack.version(name)]
    if not both:
        return skipped("not installed")
    ended = stack.child(_probe, bool(stack.gpus), uses=(identity,))
    facts = {**ended.facts, "distributions": {name: stack.version(name) for name in both}}
    if len(both) > 1:
        return failed("two distributions in one folder", _overwritten(stack, facts), facts=facts)
    if not ended.ok:
        return failed("fails", explain(stack, ended, again=both[0]), facts=facts)
    line = f"{both[0]} {facts['version']}: {', '.join(facts['providers'])}"
    if GPU in both:
        if facts.get("missing"):
            return failed(f"{GPU} {facts['version']}: the CUDA provider does not load", _missing(stack, facts), facts=facts)
        if "used" in facts and "CUDAExecutionProvider" not in facts["used"]:
            return failed(f"{line}; falls back to the CPU", _fallback(stack, ended), facts=facts)
    notes = [f"On the GPU only with: {advice.uninstall(stack.observation, CPU)} && {advice.install(stack.observation, GPU)}"]
    preload = ["The CUDA provider's libraries load after `import torch` or onnxruntime.preload_dlls(), not without."]
    hints = notes if GPU not in both and stack.gpus else preload if facts.get("preloaded") else []
    return ok(line, facts, *hints)


def identity() -> bytes:
    """Return a model of one node, Identity, on a float: the messages of onnx.proto, encoded by hand."""

    def field(number: int, value: bytes | int) -> bytes:
        if isinstance(value, int):
            return bytes([number << 3, value])
        return bytes([number << 3 | 2, len(value)]) + value

    def value_info(name: bytes) -> bytes:
        shape = field(2, field(1, field(1, 1)))  # one dimension of 1
        return field(1, name) + field(2, field(1, field(1, 1) + shape))  # a tensor of FLOAT

    node = field(1, b"x") + field(2, b"y") + field(4, b"Identity")
    graph = field(1, node) + field(2, b"g") + field(11, value_info(b"x")) + field(12, value_info(b"y"))
    return field(1, 8) + field(7, graph) + field(8, field(2, 13))  # IR version 8, operators' version 13


def _overwritten(stack: Stack, facts: dict[str, Any]) -> Problem:
    observation = stack.observation
    versions = " and ".join(f"{name} {version}" for name, version in facts["distributions"].items())
    has = facts.get("providers")
    seen = f"{versions} are installed" + (f"; available: {', '.join(has)}" if has else "")
    away = advice.uninstall(observation, f"{CPU} {GPU}")
    return Problem(
        (seen,),
        "Both lay their files into the folder onnxruntime, and the later one overwrote the other's; uninstalling one takes"
        " away what the other needs.",
        (
            f"For the GPU (it runs on the CPU too): {away} && {advice.install(observation, GPU)}",
            f"For the CPU alone: {away} && {advice.install(observation, CPU)}",
            *OVERRIDE,
        ),
    )


def _missing(stack: Stack, facts: dict[str, Any]) -> Problem:
    return Problem(
        (facts["missing"],),
        "A library that the CUDA provider needs is not found: sessions fall back to the CPU silently.",
        (
            f"Add NVIDIA's wheels: {advice.install(stack.observation, _with_libraries(stack))}",
            "And in the program, before the first session: import torch, or onnxruntime.preload_dlls()",
        ),
    )


def _fallback(stack: Stack, ended: Ended) -> Problem:
    return Problem(
        (f"a session that asked for CUDAExecutionProvider got {', '.join(ended.facts['used'])}", *seen(ended)[1:]),
        f"The CUDA provider does not start with this driver (CUDA {stack.driver.facts.get('cuda', 'unknown')}).",
        (f"Install the release that fits its CUDA: {advice.install(stack.observation, _with_libraries(stack))}",),
    )


def _with_libraries(stack: Stack) -> str:
    """Return the requirement that brings the CUDA provider and its libraries, and overwrites no cuDNN of another wheel.

    PyPI's releases 1.21 to 1.26 are built for CUDA 12, those from 1.28 on for CUDA 13 (their extras ask for its wheels).
    """
    driver = stack.driver.facts.get("cuda", "")
    twelve = stack.version("nvidia-cudnn-cu12") or driver.startswith("12.")
    return f"{GPU}[cuda,cudnn]" + (">=1.21,<1.27" if twelve and not stack.version("nvidia-cudnn-cu13") else "")


def _probe(gpu: bool) -> None:
    onnxruntime = load("onnxruntime")
    fact(version=onnxruntime.__version__, providers=onnxruntime.get_available_providers())
    step("a session on the CPU")
    onnxruntime.InferenceSession(identity(), providers=["CPUExecutionProvider"])
    if "CUDAExecutionProvider" not in onnxruntime.get_available_providers():
        return

    def provider() -> str:
        """Load the CUDA provider's library as ONNX Runtime does; return what is missing."""
        folder = os.path.join(os.path.dirname(onnxruntime.__file__), "capi")
        try:
            for name in ("shared", "cuda"):
                path = os.path.join(folder, f"libonnxruntime_providers_{name}.so")
                if os.path.exists(path):
                    ctypes.CDLL(path, ctypes.RTLD_GLOBAL)
        except OSError as problem:
            # The driver, which every CUDA library needs, is the business of another check.
            return "" if "libcuda.so.1" in str(problem) else str(problem)
        return ""

    step("load the CUDA provider")
    missing = provider()
    if missing and hasattr(onnxruntime, "preload_dlls"):  # from 1.21 on
        step("onnxruntime.preload_dlls")
        onnxruntime.preload_dlls()
        step("load the CUDA provider")
        again = provider()
        fact(preloaded=not again)
        missing = again
    fact(missing=missing)
    if gpu and not missing:
        step("a session on the GPU")
        session = onnxruntime.InferenceSession(identity(), providers=["CUDAExecutionProvider", "CPUExecutionProvider"])
        fact(used=session.get_providers())
