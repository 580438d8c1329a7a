"""The way from features to text: a tiny Whisper with random weights encodes and generates, cold.

The model is made in one child and run in another, which imports what faster-whisper's own run needs and nothing else:
ctranslate2's converters, which make it, import torch, and torch brings libraries that would be missing without it.

The encoder begins with cuDNN's convolution (up to ctranslate2 4.6.2), and everything after it is cuBLAS.
"""

from __future__ import annotations

import math
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any

from cudnn_heal.doctor.checks.libraries import mixed
from cudnn_heal.doctor.explain import explain, explained
from cudnn_heal.doctor.prelude import distance, fact, load, mapped, step
from cudnn_heal.doctor.result import Problem, Result, absent, failed, merged, ok, skipped

if TYPE_CHECKING:
    from cudnn_heal.doctor.child import Ended
    from cudnn_heal.doctor.stack import Stack

TOLERANCES = {"float32": 0.02, "float16": 0.05, "bfloat16": 0.3, "int8": 0.3}
"""How far a value of the encoder's output may lie from the CPU's, of float32, by the first part of the compute type.  Layer
normalization makes them about 1 in size; on GPUs with TF32, convolutions keep 10 bits of each factor, bfloat16 keeps 8 of
everything, and int8 7 of the weights."""


def toy(stack: Stack) -> tuple[Ended, str]:
    """Return how making the tiny model ended, and the folder with it; it is made once."""

    def make() -> tuple[Ended, str]:
        folder = tempfile.mkdtemp(prefix="toy-", dir=stack.folder or None)
        return stack.child(_make, folder, uses=(tiny_whisper,)), folder

    made: tuple[Ended, str] = stack.once("toy", make)
    return made


def on_cpu(stack: Stack) -> Result:
    """Check encoding and generation on the CPU."""
    return _check(stack, ["cpu"])


def on_cuda(stack: Stack) -> Result:
    """Check encoding and generation on the GPU in each compute type that it has, against the CPU."""
    if stack.ctranslate2 and not stack.gpus:
        return skipped("no GPU")
    return _check(stack, ["cpu", "cuda"])


def _check(stack: Stack, devices: list[str]) -> Result:
    if not stack.ctranslate2:
        return absent("ctranslate2")
    made, folder = toy(stack)
    if not made.ok:
        return failed("the model for it can't be made", explain(stack, made), facts=made.facts)
    ended = stack.child(_probe, folder, devices)
    facts = ended.facts
    if not ended.ok:
        return failed("fails", explain(stack, ended), facts=facts)
    return _judged(stack, facts, "cuda" if "cuda" in devices else "cpu")


def _judged(stack: Stack, facts: dict[str, Any], device: str) -> Result:
    """Return what the outcome of the runs, `facts`, says."""
    runs: dict[str, Any] = facts["runs"][device]
    good = [kind for kind, run in runs.items() if "error" not in run]
    line = f"encodes 30 s: {', '.join(f'{kind} {_times(runs[kind])}' for kind in good)}" if good else "no compute type works"
    problems = []
    for kind, run in runs.items():
        tolerance = TOLERANCES[kind.partition("_")[0]]
        run["tolerance"] = tolerance
        if "error" in run:
            problems.append(explained(stack, run["error"], (f"{kind}: {run['error']}",)))
        elif run["difference"] > tolerance:
            said = (
                f"{kind} on the {device} differs from float32 on the CPU by {run['difference']:.2g} (tolerance {tolerance:g})"
            )
            why = "GPU and CPU calculate different things: a driver, a GPU or a library is at fault."
            problems.append(Problem((said,), why, ("See the checks of the machine, cuDNN and cuBLAS.",), "wrong-result"))
    if device == "cuda" and good:
        line += f"; within {_rounded_up(max(runs[kind]['difference'] for kind in good))} of the CPU"
    several = mixed(stack, facts["files"]) if device == "cuda" else None  # only then all of cuDNN's sub-libraries are loaded
    problems += [several] if several else []
    if facts["torch"] == "came later":
        problems.append(Problem(("torch is in the process",), "A bug in cudnn-heal: this run was to do without.", ()))
    notes = [f"torch was in the process: ctranslate2 {stack.ctranslate2} imports it itself."] if facts["torch"] else []
    return failed(line, *merged(problems), facts=facts, notes=tuple(notes)) if problems else ok(line, facts, *notes)


def tiny_whisper(folder: str) -> None:
    """Write a Whisper model with random weights into `folder`, with the interface that ctranslate2's converters use."""
    step("make a tiny Whisper")
    numpy: Any = load("numpy")
    random = numpy.random.default_rng(0)
    size, words, mels = 64, 64, 80

    def weights(part: Any, *shape: int) -> None:
        part.weight = random.normal(0, shape[-1] ** -0.5, shape).astype("float32")
        part.bias = numpy.zeros(shape[0], "float32")

    def norm(part: Any) -> None:
        part.gamma, part.beta = numpy.ones(size, "float32"), numpy.zeros(size, "float32")

    def attention(part: Any, *widths: int) -> None:
        norm(part.layer_norm)
        for linear, width in zip(part.linear, widths):
            weights(linear, width, size)

    def feed_forward(part: Any) -> None:
        norm(part.layer_norm)
        weights(part.linear_0, 4 * size, size)
        weights(part.linear_1, size, 4 * size)

    spec = load("ctranslate2.specs.whisper_spec").WhisperSpec(2, 2, 2, 2)
    weights(spec.encoder.conv1, size, mels, 3)
    weights(spec.encoder.conv2, size, size, 3)
    for side, length in ((spec.encoder, 1500), (spec.decoder, 448)):
        side.position_encodings.encodings = random.normal(0, 0.1, (length, size)).astype("float32")
        norm(side.layer_norm)
        for layer in side.layer:
            attention(layer.self_attention, 3 * size, size)
            feed_forward(layer.ffn)
    for layer in spec.decoder.layer:
        attention(layer.attention, size, 2 * size, size)
    spec.decoder.embeddings.weight = random.normal(0, 1, (words, size)).astype("float32")
    spec.decoder.projection.weight = spec.decoder.embeddings.weight
    special = ["<|endoftext|>", "<|startoftranscript|>", "<|nospeech|>", "<|notimestamps|>"]
    spec.register_vocabulary([*(f"w{number}" for number in range(words - len(special))), *special])
    spec.validate()
    spec.optimize()
    spec.save(folder)


def _rounded_up(number: float) -> str:
    """Return `number` with two digits, and never less than it is."""
    unit = 10 ** (math.floor(math.log10(number)) - 1) if number else 1.0
    return f"{math.ceil(number / unit) * unit:.2g}"


def _times(run: dict[str, Any]) -> str:
    return f"{1000 * run['encode']:.0f} ms (at first {1000 * run['first encode']:.0f})"


def _make(folder: str) -> None:
    tiny_whisper(folder)


def _probe(folder: str, devices: list[str]) -> None:
    ctranslate2 = load("ctranslate2")
    before = "torch" in sys.modules
    numpy = load("numpy")
    sound = numpy.random.default_rng(1).normal(0, 1, (1, 80, 3000)).astype("float32")
    runs: dict[str, Any] = {}
    reference = None

    def encode(device: str, kind: str) -> Any:
        """Run the model, note the seconds, and return what its encoder gave."""
        step(f"load the model on {device} in {kind}")
        model = ctranslate2.models.Whisper(folder, device=device, compute_type=kind)
        features, run, output = ctranslate2.StorageView.from_array(sound), runs[device][kind], None
        for name in ("first encode", "encode"):  # the first run loads libraries and picks algorithms
            step(f"encode on {device} in {kind}")
            begin = time.perf_counter()
            encoded = model.encode(features, to_cpu=True)
            # NumPy has no bfloat16.
            output = numpy.array(encoded.to(ctranslate2.DataType.float32) if hasattr(encoded, "to") else encoded)
            run[name] = time.perf_counter() - begin
        step(f"generate on {device} in {kind}")
        begin = time.perf_counter()
        model.generate(features, [["<|startoftranscript|>", "<|notimestamps|>"]], beam_size=1, max_length=16)
        run["generate"] = time.perf_counter() - begin
        return output

    for device in devices:
        kinds = sorted(ctranslate2.get_supported_compute_types(device)) if device == "cuda" else ["float32"]
        runs[device] = {}
        for kind in kinds:
            runs[device][kind] = {}
            try:
                output = encode(device, kind)
                reference = output if reference is None else reference
                runs[device][kind]["difference"] = distance(numpy, output, reference)
            except RuntimeError as problem:  # such as: this GPU has no kernel for one type, and has for the others
                if device == "cpu":
                    raise
                runs[device][kind] = {"error": str(problem)}
            fact(runs=runs)
    torch = ("imported by ctranslate2" if before else "came later") if "torch" in sys.modules else ""
    fact(files=mapped("lib(cudnn|cublas)"), torch=torch, modules=sorted(name for name in sys.modules if "." not in name))
