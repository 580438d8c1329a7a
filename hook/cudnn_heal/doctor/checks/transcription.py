"""The way from sound to text: a tiny Whisper with random weights, made on the spot, encodes and generates.

The encoder begins with cuDNN's convolution (up to ctranslate2 4.6.2), and everything after it is cuBLAS.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from cudnn_heal.doctor.checks.libraries import mixed
from cudnn_heal.doctor.explain import explain
from cudnn_heal.doctor.prelude import fact, load, mapped, step
from cudnn_heal.doctor.result import Problem, Result, failed, ok, skipped

if TYPE_CHECKING:
    from cudnn_heal.doctor.stack import Stack

TOLERANCE = 0.02
"""How far a value of the encoder's output may lie from the CPU's.  Layer normalization makes them about 1 in size; on
GPUs with TF32, convolutions keep 10 bits of each factor."""


def on_cpu(stack: Stack) -> Result:
    """Check encoding and generation on the CPU."""
    if not stack.version("ctranslate2"):
        return skipped("ctranslate2 is not installed")
    ended = stack.child(_probe, ["cpu"], uses=(tiny_whisper,))
    if not ended.ok:
        return failed("fails", explain(stack, ended, again="ctranslate2"), facts=ended.facts)
    return ok(_times(ended.facts["cpu"]), ended.facts)


def on_cuda(stack: Stack) -> Result:
    """Check encoding and generation on the GPU, and that the encoder's output is the CPU's."""
    if not stack.version("ctranslate2"):
        return skipped("ctranslate2 is not installed")
    if not stack.gpus:
        return skipped("no GPU")
    ended = stack.child(_probe, ["cpu", "cuda"], uses=(tiny_whisper,))
    facts = ended.facts
    if not ended.ok:
        return failed("fails", explain(stack, ended, again="ctranslate2"), facts=facts)
    facts["tolerance"] = TOLERANCE
    line = f"{_times(facts['cuda'])}; within {facts['difference']:.1g} of the CPU (tolerance {TOLERANCE:g})"
    problem = mixed(stack, facts["files"])  # only a real pass loads all of cuDNN's sub-libraries
    if problem:
        return failed(line, problem, facts=facts)
    if facts["difference"] <= TOLERANCE:
        return ok(line, facts)
    why = "GPU and CPU calculate different things: a driver, a GPU or a library is at fault."
    return failed(line, Problem((line,), why, ("Look at the checks of the driver, cuDNN and cuBLAS above.",)), facts=facts)


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


def _times(seconds: dict[str, float]) -> str:
    return ", ".join(f"{what} {1000 * value:.0f} ms" for what, value in seconds.items())


def _probe(devices: list[str]) -> None:
    import tempfile

    numpy, ctranslate2 = load("numpy"), load("ctranslate2")
    sound = numpy.random.default_rng(1).normal(0, 1, (1, 80, 3000)).astype("float32")
    outputs = {}
    with tempfile.TemporaryDirectory() as folder:
        tiny_whisper(folder)
        for device in devices:
            step(f"load the model on {device}")
            model = ctranslate2.models.Whisper(folder, device=device, compute_type="float32")
            features, seconds = ctranslate2.StorageView.from_array(sound), {}
            for again in range(2):  # the first run loads libraries and picks algorithms
                step(f"encode on {device}")
                begin = time.perf_counter()
                outputs[device] = numpy.array(model.encode(features, to_cpu=True))
                seconds["encode" if again else "first encode"] = time.perf_counter() - begin
            step(f"generate on {device}")
            begin = time.perf_counter()
            model.generate(features, [["<|startoftranscript|>", "<|notimestamps|>"]], beam_size=1, max_length=16)
            seconds["generate"] = time.perf_counter() - begin
            fact(**{device: seconds})
            del model
    if len(outputs) > 1:
        difference = numpy.nan_to_num(numpy.abs(outputs["cuda"] - outputs["cpu"]), nan=1e30, posinf=1e30)  # JSON has neither
        fact(difference=float(difference.max()), files=mapped("lib(cudnn|cublas)"))
