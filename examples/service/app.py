"""Transcription over HTTP: send a sound file as the body of ``POST /transcribe``, get its text."""

from __future__ import annotations

import functools
import io
import os

from fastapi import FastAPI, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from faster_whisper import WhisperModel, decode_audio

app = FastAPI(title="transcribe")


@functools.cache
def model() -> WhisperModel:
    """Load the model that ``MODEL`` names, once; on the GPU if there is one."""
    return WhisperModel(os.environ.get("MODEL", "small"))


def read(file: bytes) -> dict[str, str]:
    """Return the language and the text of a sound file; raise HTTPException 415 if FFmpeg can't decode it."""
    try:
        sound = decode_audio(io.BytesIO(file))
    except (OSError, ValueError):
        raise HTTPException(415, "FFmpeg can't decode this as sound.") from None
    segments, info = model().transcribe(sound)
    return {"language": info.language, "text": " ".join(segment.text.strip() for segment in segments)}


@app.post("/transcribe")
async def transcribe(request: Request) -> dict[str, str]:
    """Return the language and the text of the sound file in the body."""
    return await run_in_threadpool(read, await request.body())
