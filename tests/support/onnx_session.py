"""Runs ONNX Runtime's session in a child process: ``session.py [MODULE ...]`` imports the modules first, in order.

The model is a convolution and a matrix product, written out by hand: with no operator of this kind a session opens neither
cuDNN nor cuBLAS.  Prints one JSON object: the providers in use, the output's sum, and what was mapped.
"""

from __future__ import annotations

import importlib
import json
import struct
import sys
from typing import Any

from probe import mapped  # type: ignore[import-not-found]  # beside this script

NVIDIA = r"^lib(cu|nv|npp)"
PROVIDER = r"^libonnxruntime_providers_cuda"


def _field(number: int, value: int | bytes | str) -> bytes:
    """Encode one field of a protocol buffer."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    """Encode `value` as protocol buffers do: seven bits a byte, the lowest first."""
    *rest, last = [value >> shift & 127 for shift in range(0, max(value.bit_length(), 1), 7)]
    return bytes([byte | 128 for byte in rest] + [last])


def _message(*fields: tuple[int, int | bytes | str]) -> bytes:
    return b"".join(_field(number, value) for number, value in fields)


def _node(operator: str, inputs: tuple[str, ...], output: str) -> bytes:
    return _message(*((1, name) for name in inputs), (2, output), (4, operator))


def _weights(name: str, *shape: int) -> bytes:
    """Return a float32 tensor whose elements follow from their places."""
    count = 1
    for size in shape:
        count *= size
    data = struct.pack(f"<{count}f", *((place % 7 - 3) / 8 for place in range(count)))
    return _message(*((1, size) for size in shape), (2, 1), (8, name), (9, data))


def _value(name: str, *shape: int) -> bytes:
    dimensions = _message(*((1, _field(1, size)) for size in shape))
    return _message((1, name), (2, _field(1, _message((1, 1), (2, dimensions)))))


def model() -> bytes:
    """Return an ONNX model (IR version 8, opset 17): x, 1 by 3 by 8 by 8, through Conv and MatMul to y.

    The fields' numbers are those of onnx.proto: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
    """
    graph = _message(
        (1, _node("Conv", ("x", "kernel"), "seen")),
        (1, _node("MatMul", ("seen", "matrix"), "y")),
        (2, "graph"),
        (5, _weights("kernel", 4, 3, 3, 3)),
        (5, _weights("matrix", 6, 5)),
        (11, _value("x", 1, 3, 8, 8)),
        (12, _value("y", 1, 4, 6, 5)),
    )
    return _message((1, 8), (7, graph), (8, _message((2, 17))))


def main(*modules: str) -> None:
    """Import `modules`, then run the model on the CUDA provider if it can be had, else on the CPU."""
    for name in modules:
        importlib.import_module(name)
    runtime: Any = importlib.import_module("onnxruntime")
    numpy: Any = importlib.import_module("numpy")
    session = runtime.InferenceSession(model(), providers=["CUDAExecutionProvider", "CPUExecutionProvider"])
    image = numpy.arange(192, dtype="float32").reshape(1, 3, 8, 8) / 192
    (output,) = session.run(None, {"x": image})
    result = {
        "version": runtime.__version__,
        "providers": session.get_providers(),
        "sum": round(float(output.sum()), 3),
        "files": mapped(NVIDIA),
        "provider": mapped(PROVIDER),
        "torch": "torch" in sys.modules,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
