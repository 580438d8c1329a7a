"""The checks, in the order in which they are told, causes first: a new one is a function here or there, and a line below.

Each takes the stack and returns what it found.  They need not know of one another, nor of how they are shown.
"""

from __future__ import annotations

from typing import Callable, NamedTuple

from cudnn_heal.doctor.checks import (
    ctranslate2,
    libraries,
    machine,
    onnxruntime,
    pipeline,
    requirements,
    speech,
    torch,
    torchcodec,
    transcription,
    triton,
)
from cudnn_heal.doctor.result import Result
from cudnn_heal.doctor.stack import Stack


class Check(NamedTuple):
    """A check and its name."""

    name: str
    examine: Callable[[Stack], Result]
    gpu: bool = False
    """Whether it computes on the GPU where there is one: then it has it to itself."""
    weight: int = 0
    """How long it takes beside the others: what takes longest begins first."""
    rests_on: tuple[str, ...] = ()
    """The checks without whose success it can't succeed."""
    alone: bool = False
    """Whether it has the machine to itself, since it measures how fast that is."""


CHECKS = (
    Check("machine", machine.check),
    Check("ctranslate2", ctranslate2.check, weight=2),
    Check("cuDNN", libraries.cudnn, gpu=True, weight=2, rests_on=("ctranslate2",)),
    Check("cuBLAS", libraries.cublas, gpu=True, weight=2, rests_on=("ctranslate2",)),
    Check("torch", torch.check, gpu=True, weight=5, rests_on=("machine",)),
    Check("torch, then ctranslate2", torch.torch_first, True, 6, ("ctranslate2", "cuDNN", "cuBLAS", "torch")),
    Check("ctranslate2, then torch", torch.ctranslate2_first, True, 6, ("ctranslate2", "cuDNN", "cuBLAS", "torch")),
    Check("transcription on the CPU", transcription.on_cpu, weight=4, rests_on=("ctranslate2",)),
    Check("transcription on the GPU", transcription.on_cuda, True, 4, ("machine", "ctranslate2", "cuDNN", "cuBLAS")),
    Check("ONNX Runtime", onnxruntime.check, gpu=True, weight=2, rests_on=("machine",)),
    Check("triton", triton.check, gpu=True, weight=5, rests_on=("machine", "torch")),
    Check("torchcodec", torchcodec.check, weight=6, rests_on=("torch",)),
    Check("requirements", requirements.check, weight=1),
    Check("faster-whisper", speech.faster_whisper, weight=5, rests_on=("ctranslate2", "ONNX Runtime")),
    Check("pyannote.audio", speech.pyannote, gpu=True, weight=9, rests_on=("torch", "torchcodec")),
    Check("WhisperX", speech.whisperx, True, 10, ("ctranslate2", "torch", "faster-whisper", "pyannote.audio")),
)

WITH_MODEL = (
    Check("faster-whisper's pipeline", pipeline.faster_whisper, True, 1, ("faster-whisper", "cuDNN", "cuBLAS"), alone=True),
    Check("WhisperX's pipeline", pipeline.whisperx, True, 1, ("WhisperX", "cuDNN", "cuBLAS"), alone=True),
    Check("batches", pipeline.batches, True, 1, ("faster-whisper's pipeline",), alone=True),
)
"""What `--model` asks for."""
