"""pyannote.audio, which tells the speakers apart, and torchcodec, with which its version 4 reads files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cudnn_heal.doctor.explain import explain
from cudnn_heal.doctor.prelude import fact, load, mapped, step
from cudnn_heal.doctor.result import Result, failed, ok, skipped

if TYPE_CHECKING:
    from cudnn_heal.doctor.stack import Stack


def check(stack: Stack) -> Result:
    """Check that pyannote.audio imports."""
    if not stack.version("pyannote-audio"):
        return skipped("not installed")
    ended = stack.child(_probe)
    if ended.ok:
        return ok(f"{ended.facts['version']}, imports", ended.facts)
    return failed(f"{stack.version('pyannote-audio')} does not import", explain(stack, ended, again="pyannote-audio"))


def torchcodec(stack: Stack) -> Result:
    """Check that torchcodec finds FFmpeg's libraries and decodes a second of silence."""
    if not stack.version("torchcodec"):
        four = stack.version("pyannote-audio").startswith("4.")
        return skipped("not installed" + ("; pyannote.audio 4 reads no files without" if four else ""))
    ended = stack.child(_torchcodec_probe)
    if ended.ok:
        return ok(f"{stack.version('torchcodec')}, decodes with {', '.join(ended.facts['ffmpeg'])}", ended.facts)
    return failed(f"{stack.version('torchcodec')} does not decode", explain(stack, ended, again="torchcodec"))


def _probe() -> None:
    module = load("pyannote.audio")
    fact(version=module.__version__)


def _torchcodec_probe() -> None:
    import io
    import wave

    load("torchcodec")
    decoders = load("torchcodec.decoders")
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(bytes(2 * 16000))
    step("decode a second of silence")
    decoders.AudioDecoder(sound.getvalue()).get_all_samples()
    fact(ffmpeg=[os.path.basename(path) for path in mapped("libav(codec|util)")])
