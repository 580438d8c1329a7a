"""The checks, in the order in which they are reported, causes first.  A new one is two functions in a module, and a line below.

``plan`` returns what is to be run, or what is known without running anything; ``judge`` says what came of it.  They need
not know of one another, nor of how they are shown.  Those that run do so in this order, in one process.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, NamedTuple, Union

from cudnn_heal.doctor.checks import (
    ctranslate2,
    known,
    libraries,
    machine,
    onnxruntime,
    pipeline,
    requirements,
    served,
    speech,
    torch,
    torchcodec,
    transcription,
    triton,
)
from cudnn_heal.doctor.child import Ended, Work
from cudnn_heal.doctor.result import MACHINE, Result, ok
from cudnn_heal.doctor.stack import Stack

Plan = Callable[[Stack], Union[Work, Result]]
Judge = Callable[[Stack, Ended], Result]


class Check(NamedTuple):
    """A check and its name."""

    name: str
    plan: Plan
    judge: Judge = lambda stack, ended: ok(str(ended))
    rests_on: tuple[str, ...] = ()
    """The checks without whose success it can't succeed."""
    alone: bool = False
    """Whether it needs a process of its own."""

    def judged(self, stack: Stack, ended: Ended) -> Result:
        """Return what came of its child, with what that told."""
        result = self.judge(stack, ended)
        return result._replace(facts={**ended.facts, **result.facts})


def _of(module: Any, **which: str) -> tuple[Plan, Judge]:
    return partial(module.plan, **which), partial(module.judge, **which)


def _both(first: str, second: str) -> Plan:
    return partial(torch.plan_both, order=(first, second))


def _pipeline(distribution: str) -> Plan:
    return partial(pipeline.plan, distribution=distribution)


CT2 = ("libraries", "ctranslate2", "cuDNN", "cuBLAS")
CHECKS = (
    Check(MACHINE, machine.check),
    Check("known problems", known.check),
    Check("requirements", requirements.check),
    Check("libraries", served.check),
    Check("ctranslate2", ctranslate2.plan, ctranslate2.judge),
    Check("cuDNN", *_of(libraries, part="cudnn"), ("libraries", "ctranslate2")),
    Check("cuBLAS", *_of(libraries, part="cublas"), ("libraries", "ctranslate2")),
    Check("transcription on the CPU", *_of(transcription, device="cpu"), ("ctranslate2",)),
    Check("transcription on the GPU", *_of(transcription, device="cuda"), (MACHINE, *CT2)),
    Check("faster-whisper", *_of(speech, distribution="faster-whisper"), ("ctranslate2",)),
    Check("ONNX Runtime", onnxruntime.plan, onnxruntime.judge, (MACHINE, "libraries")),
    Check("torch", torch.plan, torch.judge, (MACHINE,)),
    Check("ctranslate2, then torch", _both("ctranslate2", "torch"), torch.judge_both, (*CT2, "torch")),
    Check("triton", triton.plan, triton.judge, (MACHINE, "torch")),
    Check("torchcodec", torchcodec.plan, torchcodec.judge, ("torch",)),
    Check("pyannote.audio", *_of(speech, distribution="pyannote-audio"), ("torch", "torchcodec")),
    Check("WhisperX", *_of(speech, distribution="whisperx"), ("ctranslate2", "torch", "pyannote.audio")),
    Check("torch, then ctranslate2", _both("torch", "ctranslate2"), torch.judge_both, (*CT2, "torch"), alone=True),
)

WITH_MODEL = (
    Check("faster-whisper's pipeline", _pipeline("faster-whisper"), pipeline.judge, ("faster-whisper", *CT2)),
    Check("WhisperX's pipeline", _pipeline("whisperx"), pipeline.judge, ("WhisperX", *CT2)),
    Check("batches", pipeline.plan_batches, pipeline.judge_batches, ("faster-whisper's pipeline",), alone=True),
)
"""What `--model` asks for."""
