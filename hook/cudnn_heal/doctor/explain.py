"""The messages that people meet, what they mean, and what mends them: data, and one function for each.

A check that can say more than its child's last words looks here first.  The messages stand as their programs print them.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Callable

from cudnn_heal import advice
from cudnn_heal.catalog import PARTS
from cudnn_heal.doctor.child import Ended, shortened
from cudnn_heal.doctor.result import Problem, seen
from cudnn_heal.plan import SERVING

if TYPE_CHECKING:
    from cudnn_heal.doctor.stack import Stack

Explained = tuple[str, tuple[str, ...]]
"""Why it happens, and what to do, line by line."""

# https://github.com/meta-pytorch/torchcodec, "Installing TorchCodec".  From 0.12 on it holds to torch's stable interface.
TORCH_OF_TORCHCODEC = {
    "0.11": "2.11",
    "0.10": "2.10",
    "0.9": "2.9",
    "0.8": "2.9",
    "0.7": "2.8",
    "0.6": "2.8",
    "0.5": "2.7",
    "0.4": "2.7",
    "0.3": "2.7",
    "0.2": "2.6",
    "0.1": "2.5",
    "0.0": "2.4",
}
STABLE_TORCHCODEC, STABLE_TORCH = (0, 12), (2, 11)
LAST_TORCHAUDIO = (2, 11)
PYANNOTE_3 = "pyannote-audio>=3.1.1,<4.0"
# Read from the metadata of its releases 3.1.6 to 3.8.5.
WHISPERX_OF_PYANNOTE_3 = (
    "WhisperX 3.4.3 to 3.7 require pyannote-audio 3 themselves (>=3.3.2,<4), 3.3.4 to 3.4.2 accept it; from 3.8 on they"
    " require 4."
)


def explain(stack: Stack, ended: Ended, *, again: str = "") -> Problem:
    """Return what is known about how the child `ended`.

    :param again: the distribution to lay down again where nothing is known.
    """
    for pattern, function in EXPLANATIONS:
        match = re.search(pattern, ended.text)
        if match:
            why, fix = function(stack, match)
            lines = seen(ended)
            if not any(match[0] in line for line in lines):
                said = next((line.strip() for line in ended.output if match[0] in line), match[0])
                lines = (lines[0], shortened(said), *lines[1:])
            return Problem(lines, why, fix)
    if again and not ended.hung and stack.version(again):
        return Problem(seen(ended), "", ("If its files are damaged: " + _again(stack, again),))
    return Problem(seen(ended), "", ())


def library(stack: Stack, name: str) -> Explained:
    """Explain why ctranslate2 does not get its cuDNN or cuBLAS, as the core sees it."""
    part = stack.part(name)
    heal = (f"Heal it: {advice.command(stack.observation)}", *_keeping(stack))
    if part.verdict == "pending":
        why = f"ctranslate2 looks for it in ctranslate2.libs, and it is not linked there; {part.provider} has it."
        return why, heal
    if part.verdict == "paused":
        return "The heal was taken back with cudnn-heal --restore.", heal
    if part.verdict not in SERVING:
        return f"{part.why.rstrip('.')}.", part.advice
    return _outranked(stack, PARTS[name].title)


def bad_alloc(stack: Stack, match: re.Match[str] | None = None) -> Explained:
    """Explain a ``std::bad_alloc`` on import, which is hardly ever about memory."""
    pair = torchcodec_pair(stack)
    if pair:
        return pair
    return (
        "Not memory, but torchcodec (pyannote.audio 4 imports it), torch and FFmpeg that do not fit together; seen on WSL2.",
        (f"Use pyannote.audio 3, which does without: {advice.install(stack.observation, PYANNOTE_3)}", WHISPERX_OF_PYANNOTE_3),
    )


def torchcodec_pair(stack: Stack) -> Explained | None:
    """Explain that torchcodec is made for another torch; None where it is not so."""
    codec, torch = minor(stack.version("torchcodec")), minor(stack.version("torch"))
    if not codec or not torch:
        return None
    name = f"{codec[0]}.{codec[1]}"
    wanted = TORCH_OF_TORCHCODEC.get(name)
    if (codec >= STABLE_TORCHCODEC and torch >= STABLE_TORCH) or wanted == f"{torch[0]}.{torch[1]}":
        return None
    fitting = [ours for ours, theirs in TORCH_OF_TORCHCODEC.items() if theirs == f"{torch[0]}.{torch[1]}"]
    fitting = [f"torchcodec=={fitting[0]}.*"] if fitting else ["torchcodec>=0.12"] if torch >= STABLE_TORCH else []
    made = f"torch {wanted}" if wanted else "torch 2.11 and later" if codec >= STABLE_TORCHCODEC else "another torch"
    return (
        f"torchcodec {stack.version('torchcodec')} is made for {made}, and torch {stack.version('torch')} is installed.",
        (
            *(f"Install the one that fits: {advice.install(stack.observation, one)}" for one in fitting),
            f"Or use pyannote.audio 3, which does without: {advice.install(stack.observation, PYANNOTE_3)}",
            WHISPERX_OF_PYANNOTE_3,
        ),
    )


def minor(version: str) -> tuple[int, int] | None:
    """Return ``(2, 8)`` for ``2.8.0+cu128``, None for what begins otherwise."""
    match = re.match(r"(\d+)\.(\d+)", version)
    return (int(match[1]), int(match[2])) if match else None


def _cudnn(stack: Stack, match: re.Match[str]) -> Explained:
    why, fix = library(stack, "cudnn")
    return f"The copy of cuDNN's shim that ctranslate2 carries does not find its sub-libraries. {why}", fix


def _cublas(stack: Stack, match: re.Match[str]) -> Explained:
    return library(stack, "cublas")


def _mixed(stack: Stack, match: re.Match[str]) -> Explained:
    why, fix = library(stack, "cudnn")
    return f"Files of two releases of cuDNN met in one process. {why}", fix


def _keeping(stack: Stack, purpose: str = "And to keep it so") -> tuple[str, ...]:
    """Return what lets cudnn-heal do its work from now on, () where it does."""
    if not stack.version("cudnn-heal"):
        return (f"{purpose}: {advice.install(stack.observation, 'cudnn-heal')}",)
    return (f"{purpose}: unset CUDNN_HEAL",) if os.environ.get("CUDNN_HEAL") == "off" else ()


def _outranked(stack: Stack, title: str) -> Explained:
    """Explain why it fails though the core finds everything in place."""
    path = os.environ.get("LD_LIBRARY_PATH")
    if path:
        return (
            f"LD_LIBRARY_PATH ({path}) outranks the {title} of this environment.",
            (
                "Start Python without it: env -u LD_LIBRARY_PATH python …",
                *_keeping(stack, "Or let cudnn-heal load the right files first"),
            ),
        )
    return (
        f"What ctranslate2 needs is in place, as far as files tell; another {title} came first, or its files are damaged.",
        tuple(
            _again(stack, wheel)
            for part in PARTS.values()
            for wheel in part.wheels
            if part.title == title and stack.version(wheel)
        ),
    )


def _torchcodec(stack: Stack, match: re.Match[str]) -> Explained:
    pair = torchcodec_pair(stack)
    if pair:
        return pair
    return (
        "torchcodec decodes with the FFmpeg libraries of the system (libavutil and its kin; the ffmpeg program alone is not"
        " enough), and finds none that it knows. pyannote.audio 4 needs it to read files; it works without when it is given"
        " waveforms, as WhisperX does.",
        (
            "Debian, Ubuntu: apt install ffmpeg",
            "Fedora: dnf install ffmpeg-free",
            "conda: conda install -c conda-forge ffmpeg",
        ),
    )


def _torchaudio(stack: Stack, match: re.Match[str]) -> Explained:
    audio, torch = minor(stack.version("torchaudio")), minor(stack.version("torch"))
    why = f"torchaudio {stack.version('torchaudio')} is not made for torch {stack.version('torch')}."
    fix = []
    if torch and torch <= LAST_TORCHAUDIO:
        fix.append(advice.install(stack.observation, f"torchaudio=={torch[0]}.{torch[1]}.*"))
    if audio:
        fix.append(advice.install(stack.observation, f"torch=={audio[0]}.{audio[1]}.*", f"torchaudio=={audio[0]}.{audio[1]}.*"))
    return why, (fix[0], *(f"Or: {one}" for one in fix[1:]))


def _old_pyannote(stack: Stack, match: re.Match[str]) -> Explained:
    return (
        f"pyannote.audio {stack.version('pyannote-audio')} uses a function that torchaudio dropped in 2.9.",
        (
            advice.install(stack.observation, "torch<2.9", "torchaudio<2.9"),
            f"Or pyannote.audio 4: {advice.install(stack.observation, 'pyannote-audio>=4')}",
            WHISPERX_OF_PYANNOTE_3,
        ),
    )


def _module(stack: Stack, match: re.Match[str]) -> Explained:
    name = match[1].split(".")[0]
    return f"{name} is not installed, and is imported here.", (advice.install(stack.observation, name.replace("_", "-")),)


def _numpy(stack: Stack, match: re.Match[str]) -> Explained:
    return (
        f"A package here was compiled for NumPy 1, and NumPy {stack.version('numpy')} is installed.",
        (advice.install(stack.observation, "numpy<2"),),
    )


def _glibc(stack: Stack, match: re.Match[str]) -> Explained:
    return (
        f"The system, or a library that LD_LIBRARY_PATH or conda puts first, is older than this wheel needs ({match[0]}).",
        ("Start Python without LD_LIBRARY_PATH; else this wheel needs a newer Linux.",),
    )


def _executable_stack(stack: Stack, match: re.Match[str]) -> Explained:
    return (
        "This library asks for an executable stack, which newer systems (glibc 2.41) refuse.",
        (
            f"Newer releases do without: {advice.install(stack.observation, 'ctranslate2>=4.6')}",
            f"Or: patchelf --clear-execstack {stack.observation.libs}/libctranslate2-*",
        ),
    )


EXPLANATIONS: tuple[tuple[str, Callable[[Stack, re.Match[str]], Explained]], ...] = (
    (r"SUBLIBRARY_VERSION_MISMATCH|cuDNN version incompatibility", _mixed),
    (r"Unable to load any of \{libcudnn|Cannot load symbol cudnn|Could not load library libcudnn", _cudnn),
    (r"Library libcublas\S* is not found", _cublas),
    (r"Could not load libtorchcodec", _torchcodec),
    (r"std::bad_alloc", bad_alloc),
    (r"TorchAudio were compiled with different CUDA|torchaudio\S*\.so: undefined symbol", _torchaudio),
    (r"module 'torchaudio' has no attribute '(AudioMetaData|list_audio_backends|set_audio_backend|info)'", _old_pyannote),
    (r"cannot enable executable stack", _executable_stack),
    (r"compiled using NumPy 1\.x|numpy\.core\.multiarray failed to import|numpy\.dtype size changed", _numpy),
    (r"`?(GLIBC|GLIBCXX|CXXABI)_[\d.]+'? not found", _glibc),
    (r"No module named '([\w.]+)'", _module),
)


def _again(stack: Stack, name: str) -> str:
    return advice.install(stack.observation, f"{name}=={stack.version(name)}", again=True)
