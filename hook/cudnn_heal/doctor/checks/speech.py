"""faster-whisper, pyannote.audio and WhisperX: what of each can be run without a download, on a spoken sample."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from cudnn_heal.doctor.checks.requirements import because
from cudnn_heal.doctor.child import Work
from cudnn_heal.doctor.prelude import fact, load, step
from cudnn_heal.doctor.result import Problem, Result, absent, failed, ok
from cudnn_heal.doctor.stack import SAMPLE

if TYPE_CHECKING:
    from cudnn_heal.doctor.child import Ended, Probe
    from cudnn_heal.doctor.stack import Stack

ENOUGH = 0.5
"""Which share of the sample, which is speech throughout, voice detection must hear."""


def plan(stack: Stack, distribution: str) -> Work | Result:
    """Have it open a file, load what its wheel has for voice detection, and run it."""
    return Work(PROBES[distribution], (SAMPLE,)) if stack.version(distribution) else absent(distribution)


def judge(stack: Stack, ended: Ended, distribution: str) -> Result:
    """Check that it does, and hears the sample."""
    version = stack.version(distribution)
    facts, line, own = ended.facts, f"{version}, ", {"version": version}
    if not ended.ok:
        done = f"imports, but can't {facts['able']}" if "able" in facts else "does not import"
        return failed(line + done, because(stack, ended), facts=own)
    heard = facts.get("heard")
    if heard is None:
        return ok(line + facts["did"], facts=own)
    line += f"opens a file; voice detection hears {heard:.1f} of {facts['seconds']:.1f} s of speech"
    if heard >= ENOUGH * facts["seconds"]:
        return ok(line, facts=own)
    problem = Problem((line,), "The model, or what runs it, is at fault.", (), "wrong-result")
    return failed(line, problem, facts=own)


def probe_faster_whisper(sample: str) -> None:
    load("faster_whisper")
    detection = load("faster_whisper.vad")
    fact(able="open a file")
    step("open a file through PyAV")
    audio = load("faster_whisper.audio").decode_audio(sample)
    fact(able="detect voices")
    step("detect voices with Silero's model")
    found = detection.get_speech_timestamps(audio)
    fact(heard=sum(one["end"] - one["start"] for one in found) / 16000, seconds=len(audio) / 16000)


def probe_pyannote(sample: str) -> None:  # heavy: pyannote.audio
    torch, audio = load("torch"), load("pyannote.audio")
    network = load("pyannote.audio.models.segmentation").PyanNet
    task = load("pyannote.audio.core.task")
    fact(able="load a model")
    step("make a model")
    small = {"hidden_size": 8, "num_layers": 1, "bidirectional": True, "monolithic": True, "dropout": 0.0}
    model = network(lstm=small)
    model.specifications = task.Specifications(
        problem=task.Problem.MULTI_LABEL_CLASSIFICATION,
        resolution=task.Resolution.FRAME,
        duration=2.0,
        classes=["one", "other"],
        permutation_invariant=False,
    )
    model.build()
    path = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"pyannote-{os.getpid()}.ckpt")
    checkpoint = {  # what pyannote.audio's own checkpoints hold, torch's version among it
        "state_dict": model.state_dict(),
        "hyper_parameters": dict(model.hparams),
        "pyannote.audio": {
            "versions": {"torch": torch.__version__, "pyannote.audio": audio.__version__},
            "architecture": {"module": network.__module__, "class": network.__name__},
            "specifications": model.specifications,
        },
        "pytorch-lightning_version": "2.5.0",
        "epoch": 0,
        "global_step": 0,
    }
    torch.save(checkpoint, path)
    step("ask the hub's cache for a model")
    try:
        audio.Model.from_pretrained("cudnn-heal/none")
    except (TypeError, ImportError, AttributeError):  # an argument that another release of the hub's package has
        raise
    except Exception:  # it isn't there, of course
        pass
    step("load a model")
    loaded = audio.Model.from_pretrained(path)
    os.unlink(path)
    step("run it")
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    waveform = torch.zeros(1, 5 * 16000)
    audio.Inference(loaded, duration=2.0, step=1.0, device=device)({"waveform": waveform, "sample_rate": 16000})
    fact(did=f"loads a model and runs it on the {'GPU' if device.type == 'cuda' else 'CPU'}")


def probe_whisperx(sample: str) -> None:  # heavy: WhisperX
    whisperx = load("whisperx")
    for name in ("whisperx.asr", "whisperx.alignment", "whisperx.diarize"):
        load(name)
    fact(able="open a file")
    step("open a file through ffmpeg")
    audio = load("whisperx.audio").load_audio(sample)
    fact(able="detect voices")
    folder = os.path.dirname(whisperx.__file__)
    if not all(os.path.exists(os.path.join(folder, name)) for name in ("assets/pytorch_model.bin", "vads")):  # old ones
        fact(did="opens a file; its voice detection is not in the wheel")
        return
    torch = load("torch")
    options: dict[str, Any] = {"vad_onset": 0.5, "vad_offset": 0.363, "chunk_size": 30}  # its own
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    voices = load("whisperx.vads")
    step("load the voice detection")
    detection = voices.Pyannote(device, **options)
    step("detect voices")
    found = detection({"waveform": detection.preprocess_audio(audio), "sample_rate": 16000})
    chunks = detection.merge_chunks(found, 30, onset=0.5, offset=0.363)
    fact(heard=float(sum(one["end"] - one["start"] for one in chunks)), seconds=len(audio) / 16000)


PROBES: dict[str, Probe] = {
    "faster-whisper": probe_faster_whisper,
    "pyannote-audio": probe_pyannote,
    "whisperx": probe_whisperx,
}
"""By distribution."""
