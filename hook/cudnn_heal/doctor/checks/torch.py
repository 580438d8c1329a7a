"""torch, and torch beside ctranslate2: both bring cuDNN into the process, and there must be one."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from cudnn_heal import advice
from cudnn_heal.doctor.checks.libraries import mixed, version, where
from cudnn_heal.doctor.checks.transcription import tiny_whisper
from cudnn_heal.doctor.explain import explain
from cudnn_heal.doctor.prelude import fact, load, mapped, step, through_ctranslate2
from cudnn_heal.doctor.result import Problem, Result, failed, ok, skipped

if TYPE_CHECKING:
    from cudnn_heal.doctor.stack import Stack

TOLERANCE = 0.02
"""How far a convolution's result may lie from the CPU's (values about 1 in size; TF32 keeps 10 bits of each factor)."""


def check(stack: Stack) -> Result:
    """Check that it imports, uses the GPU where there is one, and convolves there as on the CPU."""
    if not stack.version("torch"):
        return skipped("not installed")
    ended = stack.child(_probe, uses=(convolve,))
    facts = ended.facts
    if not ended.ok:
        return failed("fails" if "version" in facts else "does not import", explain(stack, ended, again="torch"), facts=facts)
    line = f"{facts['version']}, " + (f"CUDA {facts['cuda']}" if facts["cuda"] else "without CUDA")
    line += f", cuDNN {version(facts['cudnn'])}" if facts["cudnn"] else ", no cuDNN"
    line += ", GPU available" if facts["available"] else ", no GPU available"
    problem = _unused(stack, facts) or _wrong(facts)
    return failed(line, problem, facts=facts) if problem else ok(line, facts)


def torch_first(stack: Stack) -> Result:
    """Check that both work in one process, torch first, with the same libraries."""
    return _together(stack, ["torch", "ctranslate2"])


def ctranslate2_first(stack: Stack) -> Result:
    """Check that both work in one process, ctranslate2 first, with the same libraries."""
    return _together(stack, ["ctranslate2", "torch"])


def convolve(torch: Any) -> None:
    """Make torch convolve on the GPU where there is one; report how far that lies from the CPU's result."""
    step("torch's convolution")
    torch.manual_seed(0)
    sound, kernel = torch.randn(1, 80, 300), torch.randn(64, 80, 3) / 16
    result = torch.nn.functional.conv1d(sound, kernel)
    if torch.cuda.is_available():
        step("torch's convolution on the GPU")
        there = torch.nn.functional.conv1d(sound.cuda(), kernel.cuda()).cpu()
        fact(difference=float(torch.nan_to_num((there - result).abs(), nan=1e30, posinf=1e30).max()))  # JSON has neither


def _unused(stack: Stack, facts: dict[str, Any]) -> Problem | None:
    """Return the problem that there is a GPU and torch does not use it."""
    if facts["available"] or not stack.gpus:
        return None
    if not facts["cuda"]:
        return Problem(
            (f"torch {facts['version']} is built without CUDA",),
            "It runs on the CPU only; PyPI's wheels for Linux have CUDA, those of torch's cpu index have not.",
            (advice.install(stack.observation, f"torch=={facts['version'].split('+')[0]}", again=True),),
        )
    driver = stack.driver.facts["cuda"]
    return Problem(
        (f"torch.cuda.is_available() is False; {facts.get('warning', '')}".rstrip("; "),),
        f"torch is built for CUDA {facts['cuda']}, and the driver supports CUDA {driver}.",
        (
            f"Update the driver, or install a torch for CUDA {driver.split('.')[0]}:"
            " https://pytorch.org/get-started/previous-versions/",
        ),
    )


def _wrong(facts: dict[str, Any]) -> Problem | None:
    """Return the problem that the GPU's convolution is not the CPU's."""
    if facts.get("difference", 0.0) <= TOLERANCE:
        return None
    line = f"a convolution on the GPU differs from the CPU's by {facts['difference']:.3g} (tolerance {TOLERANCE:g})"
    return Problem((line,), "A driver, a GPU or a library is at fault.", ())


def _together(stack: Stack, order: list[str]) -> Result:
    for name in order:
        if not stack.version(name):
            return skipped(f"{name} is not installed")
    needs = [part for part in ("cudnn", "cublas") if stack.part(part).needs]
    ended = stack.child(_both, order, needs, bool(stack.gpus), uses=(convolve, tiny_whisper))
    facts = ended.facts
    if not ended.ok:
        return failed(str(ended), explain(stack, ended, again="torch"), facts=facts)
    files: list[str] = facts["files"]
    problem = mixed(stack, files)
    cudnn = [path for path in files if "/libcudnn" in path]
    if problem:
        return failed("more than one set of libraries", problem, facts=facts)
    return ok(f"one cuDNN, from {where(stack, cudnn)}" if cudnn else "no cuDNN in the process", facts)


def _probe() -> None:
    import warnings

    torch = load("torch")
    fact(version=str(torch.__version__), cuda=torch.version.cuda)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        step("torch.cuda.is_available")
        fact(available=torch.cuda.is_available())
    if caught:
        fact(warning=str(caught[0].message).split("\n")[0])
    step("torch.backends.cudnn.version")
    fact(cudnn=torch.backends.cudnn.version())
    convolve(torch)


def _both(order: list[str], needs: list[str], gpu: bool) -> None:
    import tempfile

    for name in order:
        module = load(name)
        if name == "torch":
            step("torch.backends.cudnn.version")
            module.backends.cudnn.version()
            convolve(module)
            continue
        libraries = through_ctranslate2() if needs else None
        for part, call in (("cudnn", "cudnnCreateTensorDescriptor"), ("cublas", "cublasCreate_v2")):
            if part in needs:
                step(f"ctranslate2's {call}")
                getattr(libraries, call)(ctypes.byref(ctypes.c_void_p()))
        if gpu:
            with tempfile.TemporaryDirectory() as folder:
                tiny_whisper(folder)
                step("encode with ctranslate2 on the GPU")
                silence = load("numpy").zeros((1, 80, 3000), "float32")
                whisper = module.models.Whisper(folder, device="cuda", compute_type="float32")
                whisper.encode(module.StorageView.from_array(silence), to_cpu=True)
    fact(files=mapped("lib(cudnn|cublas)"))
