"""Runs ctranslate2 on the CPU, in a child process.

``build FOLDER`` makes a tiny Whisper with random weights, ``run FOLDER`` uses it.
"""

# mypy: ignore-errors

import sys

import ctranslate2
import numpy


def build(folder):
    """Save a model of two layers, with weights that are the same every time."""
    from ctranslate2.specs import whisper_spec

    spec = whisper_spec.WhisperSpec(2, 2, 2, 2)
    generator = numpy.random.default_rng(0)

    def conv(layer, inputs, outputs):
        layer.weight = generator.standard_normal((outputs, inputs, 3)).astype("float32") * 0.05
        layer.bias = numpy.zeros(outputs, "float32")

    def norm(layer):
        layer.gamma = numpy.ones(64, "float32")
        layer.beta = numpy.zeros(64, "float32")

    def linear(layer, outputs, inputs):
        layer.weight = generator.standard_normal((outputs, inputs)).astype("float32") * 0.05
        layer.bias = numpy.zeros(outputs, "float32")

    def attention(layer, fused):
        norm(layer.layer_norm)
        if fused:
            linear(layer.linear[0], 192, 64)
            linear(layer.linear[1], 64, 64)
        else:
            linear(layer.linear[0], 64, 64)
            linear(layer.linear[1], 128, 64)
            linear(layer.linear[2], 64, 64)

    def feed_forward(layer):
        norm(layer.layer_norm)
        linear(layer.linear_0, 256, 64)
        linear(layer.linear_1, 64, 256)

    conv(spec.encoder.conv1, 80, 64)
    conv(spec.encoder.conv2, 64, 64)
    spec.encoder.position_encodings.encodings = generator.standard_normal((1500, 64)).astype("float32")
    norm(spec.encoder.layer_norm)
    for layer in spec.encoder.layer:
        attention(layer.self_attention, True)
        feed_forward(layer.ffn)
    spec.decoder.embeddings.weight = generator.standard_normal((100, 64)).astype("float32")
    spec.decoder.position_encodings.encodings = generator.standard_normal((448, 64)).astype("float32")
    spec.decoder.projection.weight = spec.decoder.embeddings.weight
    norm(spec.decoder.layer_norm)
    for layer in spec.decoder.layer:
        attention(layer.self_attention, True)
        attention(layer.attention, False)
        feed_forward(layer.ffn)
    spec.register_vocabulary([f"t{number}" for number in range(100)])
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = []
    spec.config.alignment_heads = []
    spec.validate()
    spec.save(folder)


def run(folder):
    """Encode silence and print the output's size."""
    model = ctranslate2.models.Whisper(folder, device="cpu", intra_threads=1)  # more would wait for each other
    output = model.encode(ctranslate2.StorageView.from_array(numpy.zeros((1, 80, 3000), "float32")))
    print(*output.shape)


if __name__ == "__main__":
    {"build": build, "run": run}[sys.argv[1]](sys.argv[2])
