"""The checks, in the order in which they run: a new one is a function here or there, and a line below.

Each takes the stack and returns what it found.  They need not know of one another, nor of how they are shown.
"""

from __future__ import annotations

from typing import Callable, NamedTuple

from cudnn_heal.doctor.checks import (
    ctranslate2,
    driver,
    libraries,
    onnxruntime,
    pyannote,
    torch,
    transcription,
    triton,
    whisper,
)
from cudnn_heal.doctor.result import Result
from cudnn_heal.doctor.stack import Stack


class Check(NamedTuple):
    """A check and its name."""

    name: str
    examine: Callable[[Stack], Result]


CHECKS = (
    Check("driver", driver.check),
    Check("ctranslate2", ctranslate2.check),
    Check("cuDNN", libraries.cudnn),
    Check("cuBLAS", libraries.cublas),
    Check("torch", torch.check),
    Check("torch, then ctranslate2", torch.torch_first),
    Check("ctranslate2, then torch", torch.ctranslate2_first),
    Check("ONNX Runtime", onnxruntime.check),
    Check("torchcodec", pyannote.torchcodec),
    Check("pyannote.audio", pyannote.check),
    Check("triton", triton.check),
    Check("faster-whisper", whisper.faster_whisper),
    Check("WhisperX", whisper.whisperx),
    Check("requirements", whisper.requirements),
    Check("transcription on the CPU", transcription.on_cpu),
    Check("transcription on the GPU", transcription.on_cuda),
)
