"""A tiny Whisper with random weights, made without torch: what checks compute with."""

from __future__ import annotations

import os
import sys
import tempfile
from typing import TYPE_CHECKING, Any

from cudnn_heal.doctor.prelude import load, step

if TYPE_CHECKING:
    from cudnn_heal.doctor.stack import Stack


def toy_folder(stack: Stack) -> str:
    """Return where the tiny model is, or is to be made."""
    return os.path.join(stack.folder or tempfile.gettempdir(), "toy")


def toy(folder: str) -> None:
    """Make the tiny model in `folder`, once, without torch, which ctranslate2's own interface for it imports."""
    if os.path.exists(os.path.join(folder, "model.bin")):
        return
    kept_out = "torch" not in sys.modules
    if kept_out:
        sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        os.makedirs(folder, exist_ok=True)
        tiny_whisper(folder)
    finally:
        if kept_out:
            del sys.modules["torch"]


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
