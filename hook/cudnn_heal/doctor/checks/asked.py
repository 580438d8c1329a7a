"""What ``--model`` and ``--audio`` name: what can't be used is reported before any work begins."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cudnn_heal.doctor.child import Work
from cudnn_heal.doctor.prelude import fact, load, step
from cudnn_heal.knowledge.modules import PIPELINES
from cudnn_heal.read.target import Unusable
from cudnn_heal.systems import here

if TYPE_CHECKING:
    from cudnn_heal.doctor.stack import Asked, Stack


def usable(stack: Stack, asked: Asked) -> Asked:
    """Return what was asked for, the model as a folder.

    :raises Unusable: there is no such model, or the sound can't be read.
    """
    model, audio = asked
    if not model and not audio:
        return asked
    if not model:
        raise Unusable("--audio needs a model: name its folder with --model")
    if audio and not os.path.isfile(audio):
        raise Unusable(f"{audio} is no file: name a sound with --audio")
    folder = os.path.abspath(model) if os.path.isdir(model) else ""
    if folder and not os.path.isfile(os.path.join(folder, "model.bin")):
        raise Unusable(
            f"{model} holds no model for CTranslate2 (model.bin): convert it with ct2-transformers-converter,"
            " or name another folder"
        )
    if not folder and (model.startswith((".", "/", "~")) or model.count("/") > 1):
        raise Unusable(f"{model} is no folder: name that of a converted model with --model")
    if not any(map(stack.version, PIPELINES)):
        raise Unusable(f"neither faster-whisper nor WhisperX is installed in {stack.site_packages}: leave --model out")
    told = stack.child(Work(probe_asked, ("" if folder else model, os.path.abspath(audio) if audio else ""))).facts
    if "missing" in told:
        code = f"from faster_whisper import download_model; download_model({model!r})"
        fetch = here.quoted([stack.python, "-c", code])
        raise Unusable(f"{model} is not in the hub's cache, and the doctor downloads nothing; to download it: {fetch}")
    if "unreadable" in told:
        raise Unusable(f"{audio} can't be read as a sound ({told['unreadable']}): name another file with --audio")
    return asked._replace(model=folder or str(told.get("model", model)))


def probe_asked(name: str, audio: str) -> None:
    import subprocess

    if audio:
        try:
            av = load("av")
        except Exception:
            av = None
        try:
            if av:
                step("open the sound")
                with av.open(audio) as container:
                    next(container.decode(audio=0))
            else:
                step("open the sound with ffmpeg")
                subprocess.run(["ffmpeg", "-v", "error", "-i", audio, "-t", "1", "-f", "null", "-"], check=True)
        except FileNotFoundError:  # neither is here, which the checks report
            pass
        except Exception as problem:
            fact(unreadable=f"{type(problem).__name__}: {problem}")
            return
    if name:
        find = load("faster_whisper.utils").download_model
        try:
            fact(model=find(name, local_files_only=True))
        except Exception as problem:
            fact(missing=str(problem))
