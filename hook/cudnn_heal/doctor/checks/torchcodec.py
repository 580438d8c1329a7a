"""torchcodec, with which pyannote.audio 4 and torchaudio read files: its wheel's libraries, FFmpeg's and torch's must fit.

Which library is missing, in which of its variants, is read from what its files NEED.
"""

from __future__ import annotations

import ctypes
import glob
import os
import re
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

from packaging.requirements import Requirement

from cudnn_heal.doctor.explain import explain
from cudnn_heal.doctor.prelude import fact, load, mapped, step
from cudnn_heal.doctor.result import Problem, Result, absent, failed, ok, seen
from cudnn_heal.read import elf

if TYPE_CHECKING:
    from cudnn_heal.doctor.stack import Stack

# https://github.com/meta-pytorch/torchcodec, "Installing TorchCodec".  From 0.12 on it keeps to torch's stable interface.
MADE_FOR = {
    "2.11": "0.11",
    "2.10": "0.10",
    "2.9": "0.9",
    "2.8": "0.7",
    "2.7": "0.5",
    "2.6": "0.2",
    "2.5": "0.1",
}
"""torch -> the last torchcodec that is made for it and no other."""
STABLE_TORCH = (2, 11)
STABLE, STABLE_WITH_CUDA = "torchcodec>=0.12,<0.14", "torchcodec>=0.14"
"""For torch 2.11 and later: PyPI's wheels up to 0.13 NEED nothing of CUDA, the later ones CUDA 13's libraries."""
FFMPEG = r"lib(av|sw|postproc)\w+\.so"
INSTALL_FFMPEG = (
    "Debian, Ubuntu: apt install ffmpeg",
    "Fedora: dnf install ffmpeg-free",
    "conda: conda install -c conda-forge ffmpeg",
)


_SYMBOL = struct.Struct("<I B B H Q Q")  # Elf64_Sym: st_name, st_info, st_other, st_shndx, st_value, st_size
_WEAK = 2
_TORCH = re.compile(rb"_Z\w*(2at|3c10|5torch)|aoti_|torch_")
"""Names of torch's functions: in C++ its namespaces, in C its prefixes."""


class Variant(NamedTuple):
    """One of the wheel's libraries and what it needs beside the wheel's own."""

    name: str
    needs: tuple[str, ...]
    symbols: tuple[str, ...]
    """The functions of torch that it calls."""

    @property
    def ffmpeg(self) -> str:
        """The major version of FFmpeg that it is for, "" for none."""
        found = re.search(r"_core(\d+)\.so", self.name)
        return found[1] if found else ""


def check(stack: Stack) -> Result:
    """Check that torchcodec finds FFmpeg's libraries and decodes a second of silence."""
    version = stack.version("torchcodec")
    if not version:
        four = stack.version("pyannote-audio").startswith("4.")
        return absent("torchcodec")._replace(notes=("pyannote.audio 4 reads no files without it.",) if four else ())
    known = variants(stack.site_packages)
    core = [variant for variant in known if variant.ffmpeg][-1:]
    needs = sorted({need for variant in known for need in variant.needs})
    ended = stack.child(_probe, needs, [name for variant in core for name in variant.symbols])
    facts = {**ended.facts, "variants": {variant.name: variant.needs for variant in known}}
    if ended.ok:
        return ok(f"{version}, decodes with {', '.join(facts['ffmpeg'])}", facts)
    problem = _missing(stack, known, facts, ended) if "missing" in facts else None
    if not problem and not ended.stopped and not _fits(stack, known):
        problem = _unfit(stack, [], seen(ended))
    return failed(f"{version} does not decode", problem or explain(stack, ended), facts=facts)


def variants(site_packages: str) -> list[Variant]:
    """Return the wheel's libraries for each FFmpeg, and the one for images, which is loaded on import from 0.14 on."""
    found = []
    bundled = os.path.join(site_packages, "torchcodec.libs")
    own = os.listdir(bundled) if os.path.isdir(bundled) else []
    for path in sorted(glob.glob(os.path.join(glob.escape(site_packages), "torchcodec/libtorchcodec_*.so"))):
        dynamic, name = elf.dynamic(path), os.path.basename(path)
        if dynamic and re.search(r"_(core\d+|image)\.so", name):
            found.append(Variant(name, tuple(need for need in dynamic.needed if need not in own), _calls(path)))
    return found


def _calls(path: str) -> tuple[str, ...]:
    """Return the functions of torch that the library at `path` leaves to others (``elf(5)``)."""
    table, names = elf.section(path, b".dynsym"), elf.section(path, b".dynstr")
    found = []
    for st_name, st_info, _, st_shndx, _, _ in _SYMBOL.iter_unpack((table or b"")[: len(table or b"") // 24 * 24]):
        name = (names or b"")[st_name : st_name + 1024].partition(b"\0")[0]
        if not st_shndx and st_info >> 4 != _WEAK and _TORCH.match(name):
            found.append(name.decode())
    return tuple(sorted(found))


def cuda_of_torch(site_packages: str) -> int:
    """Return the major version of CUDA that torch's own library needs, 0 for a torch without CUDA."""
    dynamic = elf.dynamic(os.path.join(site_packages, "torch/lib/libtorch_cuda.so"))
    found = re.search(r"libcudart\.so\.(\d+)", " ".join(dynamic.needed)) if dynamic else None
    return int(found[1]) if found else 0


def made_for(stack: Stack) -> str:
    """Return the requirement for the torchcodec that is made for this torch, "" where none is known."""
    found = re.match(r"(\d+)\.(\d+)", stack.version("torch"))
    if not found:
        return ""
    if (int(found[1]), int(found[2])) >= STABLE_TORCH:
        return STABLE_WITH_CUDA if cuda_of_torch(stack.site_packages) == 13 else STABLE
    release = MADE_FOR.get(f"{found[1]}.{found[2]}")
    return f"torchcodec=={release}.*" if release else ""


def _missing(stack: Stack, known: list[Variant], facts: dict[str, Any], ended: Any) -> Problem | None:
    """Return what is missing for every variant; None where one has all that it needs."""
    missing: list[str] = facts["missing"]
    lacking = {variant: [need for need in variant.needs if need in missing] for variant in known}
    lines = tuple(f"{variant.name} lacks {_shortened(needs)}" for variant, needs in lacking.items() if needs)
    no_ffmpeg = all(any(re.match(FFMPEG, need) for need in needs) for variant, needs in lacking.items() if variant.ffmpeg)
    others = sorted({need for needs in lacking.values() for need in needs if not re.match(FFMPEG, need)})
    if others or facts["undefined"]:
        return _unfit(stack, others, (str(ended), *lines, *_undefined(facts)), ffmpeg=not no_ffmpeg)
    if no_ffmpeg:
        versions = ", ".join(variant.ffmpeg for variant in known if variant.ffmpeg)
        return Problem(
            (str(ended), *lines),
            f"torchcodec decodes with the FFmpeg libraries of the system (libavutil and its kin; the ffmpeg program alone is"
            f" not enough), and finds none that it knows: this one knows FFmpeg {versions}. pyannote.audio 4 needs it to read"
            " files; it works without when it is given waveforms, as WhisperX does.",
            INSTALL_FFMPEG,
            "torchcodec-ffmpeg",
        )
    return None


def _shortened(needs: list[str]) -> str:
    """Return `needs`, of FFmpeg's libraries only the first."""
    theirs = [need for need in needs if re.match(FFMPEG, need)]
    others = [need for need in needs if need not in theirs]
    return ", ".join([*others, *theirs[:1]]) + (f" and {len(theirs) - 1} more of FFmpeg's" if theirs[1:] else "")


def _undefined(facts: dict[str, Any]) -> tuple[str, ...]:
    names = facts["undefined"]
    return (f"torch has no {names[0]}" + (f", and {len(names) - 1} more that it calls" if names[1:] else ""),) if names else ()


def _fits(stack: Stack, known: list[Variant]) -> bool:
    """Tell whether the installed release is one that `made_for` names."""
    wanted = made_for(stack)
    if not wanted:
        return True
    needs_cuda = any("libcudart" in need for variant in known for need in variant.needs)
    return Requirement(wanted).specifier.contains(stack.version("torchcodec"), prereleases=True) or (
        wanted == STABLE_WITH_CUDA and not needs_cuda and Requirement(STABLE).specifier.contains(stack.version("torchcodec"))
    )


def _unfit(stack: Stack, others: list[str], lines: tuple[str, ...], *, ffmpeg: bool = True) -> Problem:
    """Return the problem that this torchcodec is made for another torch.

    :param ffmpeg: whether FFmpeg's libraries are there.
    """
    cuda = cuda_of_torch(stack.site_packages)
    has = f"torch {stack.version('torch')} is built " + (f"for CUDA {cuda}" if cuda else "without CUDA")
    lacks = f"needs {', '.join(others)}, which nothing here provides" if others else "is made for another torch"
    wanted = made_for(stack)
    fix = [f"Install the one that is made for this torch: {stack.install(wanted)}"] if wanted else []
    if any("npp" in need for need in others) and cuda and not any("nvrtc" in need for need in others):
        fix.append(f"Or add the missing wheel: {stack.install('nvidia-npp-cu12' if cuda == 12 else 'nvidia-npp')}")
    why = f"torchcodec {stack.version('torchcodec')} {lacks}; {has}."
    if not ffmpeg:
        why, fix = f"{why} FFmpeg's libraries are missing as well.", [*fix, *(f"And FFmpeg's: {one}" for one in INSTALL_FFMPEG)]
    return Problem(lines, why, tuple(fix), "torchcodec-unfit")


def _probe(needed: list[str], calls: list[str]) -> None:  # heavy: torch
    import io
    import wave

    def missing(name: str) -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return True
        return False

    load("torch")
    silence = io.BytesIO()
    with wave.open(silence, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(bytes(2 * 16000))
    try:
        decoders = load("torchcodec.decoders")
        step("decode a second of silence")
        decoders.AudioDecoder(silence.getvalue()).get_all_samples()
    except BaseException:
        there = {os.path.basename(path) for path in mapped("lib")}
        fact(missing=[name for name in needed if name not in there and missing(name)])
        theirs = [ctypes.CDLL(path) for path in mapped(r"libtorch(_cpu|_cuda)?\.so|libc10(_cuda)?\.so|libtorch_python\.so")]
        fact(undefined=[name for name in calls if not any(hasattr(library, name) for library in theirs)])
        raise
    fact(ffmpeg=[os.path.basename(path) for path in mapped("libav(codec|util)")])
