"""torchcodec, with which pyannote.audio 4 and torchaudio read files: its wheel's libraries, FFmpeg's and torch's must fit.

Which library is missing, in which of its variants, is read from what its files NEED.
"""

from __future__ import annotations

import ctypes
import glob
import os
import re
import struct
from typing import TYPE_CHECKING, NamedTuple

from cudnn_heal.advice import Advice
from cudnn_heal.doctor.child import Work
from cudnn_heal.doctor.explain import explain
from cudnn_heal.doctor.prelude import fact, function, load, mapped, step
from cudnn_heal.doctor.result import Problem, Result, absent, failed, last_words, ok
from cudnn_heal.doctor.stack import SAMPLE
from cudnn_heal.knowledge import modules, releases
from cudnn_heal.read import elf

if TYPE_CHECKING:
    from cudnn_heal.doctor.child import Ended
    from cudnn_heal.doctor.stack import Stack

FFMPEG = r"lib(av|sw|postproc)\w+\.so"
INSTALL_FFMPEG = (
    Advice("run", "Debian, Ubuntu", command="sudo apt install ffmpeg"),
    Advice("run", "Fedora", command="sudo dnf install ffmpeg-free"),
    Advice("run", "conda", command="conda install -c conda-forge ffmpeg"),
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


def plan(stack: Stack) -> Work | Result:
    """Have it decode the sample's file."""
    if not stack.version("torchcodec"):
        four = stack.version("pyannote-audio").startswith("4.")
        return absent("torchcodec")._replace(notes=("pyannote.audio 4 reads no files without it.",) if four else ())
    known = variants(stack.site_packages)
    core = [variant for variant in known if variant.ffmpeg][-1:]
    needs = sorted({need for variant in known for need in variant.needs})
    return Work(probe_torchcodec, (SAMPLE, needs, [name for variant in core for name in variant.symbols]))


def judge(stack: Stack, ended: Ended) -> Result:
    """Check that torchcodec finds FFmpeg's libraries and decodes."""
    version, known = stack.version("torchcodec"), variants(stack.site_packages)
    facts = {"variants": {variant.name: variant.needs for variant in known}}
    if ended.ok:
        return ok(f"{version}, decodes with {', '.join(ended.facts['ffmpeg']) or 'FFmpeg'}", facts=facts)
    problem = _missing(stack, known, ended) if "missing" in ended.facts else None
    made_for_it = releases.fits("torchcodec", version, stack.version("torch"), stack.here.facts.torch_cuda)
    if not problem and not ended.stopped and not made_for_it:
        problem = _unfit(stack, [], last_words(ended))
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


def _missing(stack: Stack, known: list[Variant], ended: Ended) -> Problem | None:
    """Return what is missing for every variant; None where one has all that it needs."""
    facts, missing = ended.facts, ended.facts["missing"]
    lacking = {variant: [need for need in variant.needs if need in missing] for variant in known}
    lines = tuple(f"{variant.name} lacks {_shortened(needs)}" for variant, needs in lacking.items() if needs)
    no_ffmpeg = all(any(re.match(FFMPEG, need) for need in needs) for variant, needs in lacking.items() if variant.ffmpeg)
    others = sorted({need for needs in lacking.values() for need in needs if not re.match(FFMPEG, need)})
    undefined = facts["undefined"]
    if undefined:
        lines += (f"torch has no {undefined[0]}" + (f", and {len(undefined) - 1} more that it calls" if undefined[1:] else ""),)
    if others or undefined:
        return _unfit(stack, others, (str(ended), *lines), ffmpeg=not no_ffmpeg)
    if no_ffmpeg:
        versions = ", ".join(variant.ffmpeg for variant in known if variant.ffmpeg)
        return Problem(
            (str(ended), *lines),
            f"torchcodec decodes with the FFmpeg libraries of the system (libavutil and its kin; the ffmpeg program alone is"
            f" not enough), and finds none that it knows: this one knows FFmpeg {versions}. pyannote.audio 4 needs it to read"
            " files; it works without when it is given waveforms, as WhisperX does.",
            stack.lines(*INSTALL_FFMPEG),
            "torchcodec-ffmpeg",
        )
    return None


def _shortened(needs: list[str]) -> str:
    """Return `needs`, of FFmpeg's libraries only the first."""
    theirs = [need for need in needs if re.match(FFMPEG, need)]
    others = [need for need in needs if need not in theirs]
    return ", ".join([*others, *theirs[:1]]) + (f" and {len(theirs) - 1} more of FFmpeg's" if theirs[1:] else "")


def _unfit(stack: Stack, others: list[str], lines: tuple[str, ...], *, ffmpeg: bool = True) -> Problem:
    """Return the problem that this torchcodec is made for another torch.

    :param ffmpeg: whether FFmpeg's libraries are there.
    """
    torch, cuda = stack.version("torch"), stack.here.facts.torch_cuda
    has = f"torch {torch} is built " + (f"for CUDA {cuda}" if cuda else "without CUDA")
    lacks = f"needs {', '.join(others)}, which nothing here provides" if others else "is made for another torch"
    wanted = releases.specifier("torchcodec", torch, cuda)
    made = f"torchcodec{wanted}"
    ways = [Advice("add", "Install the one that is made for this torch", requirements=(made,))] if wanted else []
    npp = [need for need in others if "npp" in need]
    if npp and cuda and not any("nvrtc" in need for need in others):
        ways.append(Advice("add", "Or add the missing wheel", requirements=(modules.wheel(npp[0], int(cuda)),)))
    fix = stack.lines(*ways)
    cause = f"torchcodec {stack.version('torchcodec')} {lacks}; {has}."
    if not ffmpeg:
        cause = f"{cause} FFmpeg's libraries are missing as well."
        fix += stack.lines(*(one._replace(text=f"And FFmpeg's: {one.text}") for one in INSTALL_FFMPEG))
    return Problem(lines, cause, fix, "torchcodec-unfit")


def probe_torchcodec(sample: str, needed: list[str], calls: list[str]) -> None:  # heavy: torch
    def missing(name: str) -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return True
        return False

    load("torch")
    try:
        decoders = load("torchcodec.decoders")
        step("decode a file")
        decoders.AudioDecoder(sample).get_all_samples()
    except BaseException:
        there = {os.path.basename(path) for path in mapped("lib")}
        fact(missing=[name for name in needed if name not in there and missing(name)])
        theirs = [ctypes.CDLL(path) for path in mapped(r"libtorch(_cpu|_cuda)?\.so|libc10(_cuda)?\.so|libtorch_python\.so")]
        fact(undefined=[name for name in calls if not any(function(library, name) for library in theirs)])
        raise
    fact(ffmpeg=[os.path.basename(path) for path in mapped(r"libav(codec|util)\.so")])
