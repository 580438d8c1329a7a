"""ONNX Runtime, which faster-whisper's voice detection and pyannote's embeddings use.

Two distributions have the same package folder, and the CUDA provider gives way to the CPU without a word.  So models of one
operator each are run, by the CPU and by each provider for a GPU; who ran them is read from ONNX Runtime's own profile.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from cudnn_heal.advice import Advice
from cudnn_heal.catalog import CONSUMERS
from cudnn_heal.doctor.child import Work
from cudnn_heal.doctor.explain import explain, explained, identifier, library
from cudnn_heal.doctor.prelude import distance, fact, load, mapped, step
from cudnn_heal.doctor.result import TOLERANCE, Problem, Result, absent, failed, ok
from cudnn_heal.knowledge import fixing
from cudnn_heal.report import schema

if TYPE_CHECKING:
    from cudnn_heal.advice import Line
    from cudnn_heal.doctor.child import Ended
    from cudnn_heal.doctor.stack import Stack

GPU, CPU = CONSUMERS["onnxruntime"].distributions
TWICE = "onnxruntime-twice"
"""The known problem's identifier: this check reports it, with what keeps one of the two."""
PROVIDERS = {"cuda": "CUDAExecutionProvider", "tensorrt": "TensorrtExecutionProvider"}
OPENS = {"MatMul": "cuBLAS", "Conv": "cuDNN", "LSTM": "cuDNN", "Rfft": "cuFFT"}
"""Which library an operator of the CUDA provider opens.  An Identity opens none, and proves nothing."""


def plan(stack: Stack) -> Work | Result:
    """Have it run one operator after the other on each provider that can be there."""
    both = _installed(stack)
    if len(both) > 1:
        return failed("two distributions in one folder", _twice(stack))
    return Work(probe_onnxruntime, (_wanted(stack),), (one_operator,)) if both else absent("onnxruntime")


def judge(stack: Stack, ended: Ended) -> Result:
    """Check that each of its providers computes what the CPU does."""
    (installed,) = _installed(stack)
    facts = {"distributions": {installed: stack.version(installed)}}
    if not ended.ok:
        return failed("fails", explain(stack, ended), facts=facts)
    line = f"{installed} {ended.facts['version']}: {_ran(ended.facts)}"
    problems = _problems(stack, ended) if installed == GPU else []
    if problems:
        return failed(line, *problems, facts=facts)
    return ok(line, *_notes(stack, installed), facts=facts)


def _twice(stack: Stack) -> Problem:
    """Return the problem that two distributions lie in one folder, as known, with what keeps one of them."""
    said = " and ".join(f"{name} {stack.version(name)}" for name in (CPU, GPU))
    cause = (
        "Both lay their files into the folder onnxruntime: the one that was installed last counts, and removing one takes away"
        " what the other needs."
    )
    keep = "Keep the one for the GPU, which runs on the CPU too"
    ways = (
        Advice("replace", keep, requirements=(f"{GPU}=={stack.version(GPU)}",), distributions=(CPU,)),
        Advice("replace", "Or the one for the CPU", requirements=(f"{CPU}=={stack.version(CPU)}",), distributions=(GPU,)),
    )
    return Problem((f"{said} are installed",), cause, stack.lines(*ways), TWICE, gpu=True)


def _installed(stack: Stack) -> list[str]:
    return [name for name in (CPU, GPU) if stack.version(name)]


def _wanted(stack: Stack) -> list[str]:
    """Return the providers to try: an old release crashes where there is no GPU, and each wheel offers TensorRT's."""
    tensorrt = any(name.startswith("tensorrt") and stack.version(name) for name in stack.distributions)
    return [name for key, name in PROVIDERS.items() if stack.gpus and (key != "tensorrt" or tensorrt)]


def one_operator(name: str, attributes: dict[str, int], domain: str, outputs: int) -> bytes:
    """Return a model of the one operator `name` on floats: the messages of onnx.proto, encoded by hand.

    Its inputs are ``x``, ``w`` and ``r``, its only named output is the last one, ``y``, as far as the operator has them.
    """

    def field(number: int, value: bytes | int) -> bytes:
        if isinstance(value, int):
            return bytes([number << 3, value])
        assert len(value) < 128, "a longer one needs two bytes for its length"
        return bytes([number << 3 | 2, len(value)]) + value

    def value_info(name: bytes) -> bytes:
        return field(1, name) + field(2, field(1, field(1, 1)))  # a tensor of FLOAT, of any shape

    def attribute(name: str, value: int) -> bytes:
        return field(5, field(1, name.encode()) + field(3, value) + b"\xa0\x01\x02")  # type 20: INT

    inputs = {"LSTM": b"xwr", "Rfft": b"x"}.get(name, b"xw")
    node = b"".join(field(1, bytes([one])) for one in inputs)
    node += b"".join(field(2, b"y" if one == outputs - 1 else b"") for one in range(outputs)) + field(4, name.encode())
    node += b"".join(attribute(one, value) for one, value in attributes.items())
    node += field(7, domain.encode()) if domain else b""
    graph = field(1, node) + field(2, b"g") + b"".join(field(11, value_info(bytes([one]))) for one in inputs)
    graph += field(12, value_info(b"y"))
    imports = field(8, field(2, 13)) + (field(8, field(1, domain.encode()) + field(2, 1)) if domain else b"")
    body = bytes([7 << 3 | 2, len(graph) & 127 | 128, len(graph) >> 7]) + graph if len(graph) > 127 else field(7, graph)
    return field(1, 8) + body + imports  # IR version 8, operators' version 13


def _ran(facts: dict[str, Any]) -> str:
    """Return who ran what: ``CPU; CUDA (MatMul, Conv, LSTM, Rfft)``."""
    told = ["CPU"]
    for provider, runs in facts["runs"].items():
        good = [name for name, run in runs.items() if _is_good(provider, run)]
        if provider != "CPUExecutionProvider" and good:
            told.append(f"{provider.replace('ExecutionProvider', '')} ({', '.join(good)})")
    return "; ".join(told) + ("; no GPU to try" if len(facts["runs"]) == 1 and PROVIDERS["cuda"] in facts["providers"] else "")


def _is_good(provider: str, run: dict[str, Any]) -> bool:
    return "error" not in run and run["ran on"] == [provider] and run["difference"] <= TOLERANCE


def _problems(stack: Stack, ended: Ended) -> list[Problem]:
    """Return what is wrong with the providers for a GPU."""
    problems = []
    for provider, runs in ended.facts["runs"].items():
        bad = {name: run for name, run in runs.items() if not _is_good(provider, run)}
        if bad:
            problems.append(_bad(stack, ended, provider, bad))
    return problems


def _bad(stack: Stack, ended: Ended, provider: str, bad: dict[str, Any]) -> Problem:
    lines = _told(provider, bad)
    said = explained(stack, "\n".join((*lines, *ended.output)), lines)
    if said.cause:
        return said._replace(gpu=True)
    lacking = [one for one in stack.outcome.services("onnxruntime") if not schema.is_good(one)]
    if lacking:
        cause, fix = library(stack, lacking[0].part, "onnxruntime")
        return Problem(said.found, cause, fix, identifier(lacking[0]), gpu=True)
    if any("ran on" in run for run in bad.values()):
        cuda = stack.driver.facts.get("cuda", "unknown")
        cause = f"The provider does not start with this driver (CUDA {cuda}), or lacks a library."
        fix = stack.lines(Advice("add", "Install it with what it opens", requirements=(_with_libraries(stack),)))
        return Problem(said.found, cause, fix, "onnxruntime-fallback", gpu=True)
    return said


def _told(provider: str, bad: dict[str, Any]) -> tuple[str, ...]:
    """Return what happened instead of a right result, the operators of one fate together."""
    elsewhere = {name: run["ran on"] for name, run in bad.items() if "error" not in run and run["ran on"] != [provider]}
    lines = []
    if elsewhere:
        ran = sorted({one for providers in elsewhere.values() for one in providers})
        lines.append(f"{', '.join(elsewhere)}: asked for {provider}, ran on {', '.join(ran) or 'none'}")
    for name, run in bad.items():
        if "error" in run and not (elsewhere and "NOT_IMPLEMENTED" in run["error"]):  # the CPU does not have them all
            lines.append(f"{name} ({OPENS.get(name, provider)}): {run['error']}")
        elif "error" not in run and name not in elsewhere:
            lines.append(f"{name} on {provider} differs from the CPU's by {run['difference']:.3g} (tolerance {TOLERANCE:g})")
    return tuple(lines)


def _notes(stack: Stack, installed: str) -> list[str | Line]:
    if installed == CPU and stack.gpus and not stack.version("faster-whisper"):
        other = Advice("replace", "For the GPU", requirements=(_with_libraries(stack),), distributions=(CPU,))
        return ["It runs on the CPU only.", *stack.lines(other)]
    return []


def _with_libraries(stack: Stack) -> str:
    """Return the requirement that brings the CUDA provider and its libraries, and overwrites no cuDNN of another wheel."""
    return f"{GPU}[cuda,cudnn]{fixing.onnxruntime_gpu(stack.here.facts)}"


def probe_onnxruntime(wanted: list[str]) -> None:
    import json

    onnxruntime = load("onnxruntime")
    numpy = load("numpy")
    step("list the providers")
    available = onnxruntime.get_available_providers()
    fact(version=onnxruntime.__version__, providers=available)
    random = numpy.random.default_rng(0)

    def normal(*shape: int) -> Any:
        return random.normal(0, shape[-1] ** -0.5, shape).astype("float32")

    work = {  # what each operator is given, its attributes, and how many outputs it has
        "MatMul": ({"x": normal(1, 32, 64), "w": normal(64, 32)}, {}, "", 1),
        "Conv": ({"x": normal(1, 16, 64, 64), "w": normal(16, 16, 3, 3) / 4}, {}, "", 1),
        "LSTM": ({"x": normal(8, 1, 16), "w": normal(1, 64, 16), "r": normal(1, 64, 16)}, {"hidden_size": 16}, "", 1),
        "Rfft": ({"x": normal(1, 64)}, {"normalized": 0, "onesided": 1, "signal_ndim": 1}, "com.microsoft", 1),
    }
    # The others don't have these operators: they would leave them to the CPU, and rightly so.
    only = {"Rfft": ("CUDAExecutionProvider",), "LSTM": ("CPUExecutionProvider", "CUDAExecutionProvider")}
    results: dict[str, Any] = {}
    runs: dict[str, Any] = {}

    def once(name: str, providers: list[str]) -> tuple[Any, list[str]]:
        """Run an operator; return its result and the providers that ran it."""
        given, attributes, domain, outputs = work[name]
        options = onnxruntime.SessionOptions()
        options.enable_profiling = True
        options.profile_file_prefix = os.path.join(os.environ.get("TMPDIR", "/tmp"), "onnxruntime")
        options.log_severity_level = 2
        model = one_operator(name, attributes, domain, outputs)
        # Otherwise a provider that fails is replaced by the CPU at run time too, and its words go to stdout.
        session = onnxruntime.InferenceSession(model, options, providers=providers, enable_fallback=0)
        (result,) = session.run(["y"], given)
        profile = session.end_profiling()
        with open(profile) as file:
            events = [event.get("args", {}) for event in json.load(file)]
        os.unlink(profile)
        ran = {event["provider"] for event in events if event.get("provider") and "Memcpy" not in event.get("op_name", "")}
        return result, sorted(ran)

    cpu = "CPUExecutionProvider"
    for provider in (cpu, *(one for one in wanted if one in available)):
        runs[provider] = {}
        for name in work:
            if provider not in only.get(name, (provider,)):
                continue
            step(f"{name} on {provider}")
            try:
                result, ran = once(name, list(dict.fromkeys([provider, cpu])))
            except Exception as problem:
                if provider == cpu:
                    raise
                runs[provider][name] = {"error": str(problem).strip()}
                continue
            results.setdefault(name, numpy.fft.rfft(work[name][0]["x"]) if name == "Rfft" else result)
            if name == "Rfft":  # real and imaginary parts lie beside each other
                result = result[..., 0] + 1j * result[..., 1]
            runs[provider][name] = {"ran on": ran, "difference": distance(numpy, result, results[name])}
            fact(runs=runs)
    fact(runs=runs, files=mapped("libonnxruntime_providers|lib(cudnn|cublas|cufft|curand|cudart|nvrtc|nvinfer)"))
