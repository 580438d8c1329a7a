"""torch, and torch beside ctranslate2: both bring cuDNN into the process, and there must be one."""

from __future__ import annotations

import ctypes
import re
from typing import TYPE_CHECKING, Any

from cudnn_heal.advice import Line
from cudnn_heal.doctor import gpucode
from cudnn_heal.doctor.checks.libraries import mixed, version, where
from cudnn_heal.doctor.child import Work
from cudnn_heal.doctor.explain import explain
from cudnn_heal.doctor.prelude import distance, fact, load, mapped, step, through_ctranslate2
from cudnn_heal.doctor.result import TOLERANCE, Problem, Result, absent, failed, ok, skipped
from cudnn_heal.doctor.toy import tiny_whisper, toy, toy_folder

if TYPE_CHECKING:
    from cudnn_heal.doctor.child import Ended
    from cudnn_heal.doctor.stack import Stack

OTHERS = "https://pytorch.org/get-started/previous-versions/"


def plan(stack: Stack) -> Work | Result:
    """Have it calculate, on the GPU where there is one, and on the CPU."""
    return Work(probe_torch, uses=(calculate,)) if stack.version("torch") else absent("torch")


def judge(stack: Stack, ended: Ended) -> Result:
    """Check that it imports, uses the GPU where there is one, and calculates there as on the CPU."""
    facts = ended.facts
    if not ended.ok:
        return failed("fails" if "version" in facts else "does not import", explain(stack, ended))
    line = f"{facts['version']}, " + (f"CUDA {facts['cuda']}" if facts["cuda"] else "without CUDA")
    line += f", cuDNN {version(facts['cudnn'])}" if facts["cudnn"] else ", no cuDNN"
    line += ", GPU available" if facts["available"] else ", no GPU available"
    line += "; convolution, matrix product and LSTM as on the CPU" if facts.get("differences") else ""
    problem = _unused(stack, facts) or _unfit(stack, facts) or _wrong(facts)
    return failed(line, problem) if problem else ok(line)


def plan_both(stack: Stack, order: tuple[str, str]) -> Work | Result:
    """Have both work in one process, in an order: torch first only where that can show more than WhisperX's order."""
    for name, here in (("torch", stack.version("torch")), ("ctranslate2", stack.ctranslate2)):
        if not here:
            return absent(name)
    needs = [part for part in ("cudnn", "cublas") if (service := stack.service(part)) and service.needs]
    if order[0] == "torch" and not stack.gpus and "cudnn" not in needs:
        return skipped(f"shows no more without a GPU: ctranslate2 {stack.ctranslate2} opens no cuDNN")
    return Work(probe_both, (order, needs, toy_folder(stack) if stack.gpus else ""), uses=(calculate, tiny_whisper, toy))


def judge_both(stack: Stack, ended: Ended) -> Result:
    """Check that one process has one set of libraries."""
    if not ended.ok:
        return failed(str(ended), explain(stack, ended))
    files: list[str] = ended.facts["files"]
    problem = mixed(stack, files)
    cudnn = [path for path in files if "/libcudnn" in path]
    if problem:
        return failed("more than one set of libraries", problem)
    return ok(f"one cuDNN, from {where(stack, cudnn)}" if cudnn else "no cuDNN in the process")


def calculate(torch: Any) -> None:  # heavy: torch
    """Make torch convolve, multiply and run an LSTM, on the GPU too; report how far that lies from the CPU's results."""
    torch.manual_seed(0)
    sound = torch.randn(1, 80, 300)
    work = {
        "convolution": torch.nn.Conv1d(80, 64, 3),
        "matrix product": torch.nn.Linear(300, 64),
        "LSTM": torch.nn.LSTM(300, 32),
    }
    differences = {}
    with torch.no_grad():
        for name, module in work.items():
            step(f"torch's {name}")
            result = module(sound)
            if torch.cuda.is_available():
                step(f"torch's {name} on the GPU")
                there = module.cuda()(sound.cuda())
                one, other = (there[0], result[0]) if name == "LSTM" else (there, result)
                differences[name] = distance(load("numpy"), one.cpu().numpy(), other.numpy())
    fact(differences=differences)


def _unused(stack: Stack, facts: dict[str, Any]) -> Problem | None:
    """Return the problem that there is a GPU and torch does not use it."""
    if facts["available"] or not stack.gpus:
        return None
    if not facts["cuda"]:
        return Problem(
            (f"torch {facts['version']} is built without CUDA",),
            "It runs on the CPU only; PyPI's wheels for Linux have CUDA, those of torch's cpu index have not.",
            (Line("Take the build with CUDA: https://pytorch.org/get-started/locally/ (uv: --torch-backend=auto)"),),
            "torch-without-cuda",
            gpu=True,
        )
    driver = stack.driver.facts["cuda"]
    return Problem(
        (f"torch.cuda.is_available() is False; {facts.get('warning', '')}".rstrip("; "),),
        f"torch is built for CUDA {facts['cuda']}, and the driver supports CUDA {driver}.",
        (Line(f"Update the driver, or install a torch for CUDA {driver.split('.')[0]}: {OTHERS}"),),
        "driver-too-old",
        gpu=True,
    )


def _unfit(stack: Stack, facts: dict[str, Any]) -> Problem | None:
    """Return the problem that torch has no code for a GPU here."""
    found = [re.fullmatch(r"(sm|compute)_(\d+)\w?", name) for name in facts.get("architectures", [])]
    built = [gpucode.Code(int(one[2]), one[1] == "compute") for one in found if one]
    gpu = gpucode.unserved(stack.gpus, built)
    if not gpu:
        return None
    own = gpucode.of(gpu["capability"])
    newer = own.number > max(code.number for code in built)
    wanted = "CUDA 12.8 or later" if newer else "CUDA 12.6, the last one with code for older GPUs"
    return Problem(
        (f"{gpu['name']} is {own}; torch is built for {', '.join(facts['architectures'])}",),
        f"torch {facts['version']} has no code that this GPU runs.",
        (Line(f"Install a torch for {wanted}: {OTHERS}"),),
        "no-kernel-torch",
        gpu=True,
    )


def _wrong(facts: dict[str, Any]) -> Problem | None:
    """Return the problem that the GPU's results are not the CPU's."""
    wrong = {name: value for name, value in facts.get("differences", {}).items() if value > TOLERANCE}
    lines = tuple(
        f"the {name} on the GPU differs from the CPU's by {value:.3g} (tolerance {TOLERANCE:g})"
        for name, value in wrong.items()
    )
    return Problem(lines, "A driver, a GPU or a library is at fault.", (), "wrong-result", gpu=True) if lines else None


def probe_torch() -> None:  # heavy: torch
    import warnings

    torch = load("torch")
    fact(version=str(torch.__version__), cuda=torch.version.cuda)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        step("torch.cuda.is_available")
        fact(available=torch.cuda.is_available())
        if torch.cuda.is_available():
            fact(architectures=torch.cuda.get_arch_list())
    if caught:
        fact(warning=str(caught[0].message).split("\n")[0])
    step("torch.backends.cudnn.version")
    fact(cudnn=torch.backends.cudnn.version())
    calculate(torch)


def probe_both(order: list[str], needs: list[str], folder: str) -> None:  # heavy: torch
    for name in order:
        module = load(name)
        if name == "torch":
            step("torch.backends.cudnn.version")
            module.backends.cudnn.version()
            calculate(module)
            continue
        libraries = through_ctranslate2() if needs else None
        for part, call in (("cudnn", "cudnnCreateTensorDescriptor"), ("cublas", "cublasCreate_v2")):
            if part in needs:
                step(f"ctranslate2's {call}")
                getattr(libraries, call)(ctypes.byref(ctypes.c_void_p()))
        if folder:
            toy(folder)
            silence = load("numpy").zeros((1, 80, 3000), "float32")
            step("encode with ctranslate2 on the GPU")
            whisper = module.models.Whisper(folder, device="cuda", compute_type="float32")
            whisper.encode(module.StorageView.from_array(silence), to_cpu=True)
    fact(files=mapped("lib(cudnn|cublas)"))
