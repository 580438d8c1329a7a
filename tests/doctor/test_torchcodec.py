"""torchcodec: what is missing is read from its files, and the release for this torch from torch's."""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from typing import Any

import pytest

from cudnn_heal.doctor.checks import torchcodec
from support.doctor_results import Told, ended, examined
from support.elf_files import shared_object

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the doctor knows Linux only")

AV = {"6": "58", "7": "59"}
FFMPEG = {version: (f"libavutil.so.{number}", f"libavcodec.so.{int(number) + 2}") for version, number in AV.items()}
CUDA_13 = ("libnvrtc.so.13", "libcudart.so.13", "libtorch_cuda.so")
CANNOT = "RuntimeError: Could not load libtorchcodec. Likely causes:"


def test_what_each_variant_needs_is_read_from_its_file(tmp_path: Path) -> None:
    lay(tmp_path, *CUDA_13)
    assert [(one.name, one.needs, one.ffmpeg) for one in torchcodec.variants(str(tmp_path))] == [
        ("libtorchcodec_core6.so", ("libtorch.so", *CUDA_13, *FFMPEG["6"]), "6"),
        ("libtorchcodec_core7.so", ("libtorch.so", *CUDA_13, *FFMPEG["7"]), "7"),
        ("libtorchcodec_image.so", ("libtorch.so", *CUDA_13), ""),
    ]


UNFIT = "torchcodec-unfit"
NO_FFMPEG = [*FFMPEG["6"], *FFMPEG["7"]]


@pytest.mark.parametrize(
    ("version", "torch", "cuda", "needs", "missing", "cause", "says", "first"),
    [
        pytest.param("0.13.0", "2.11.0", 12, (), NO_FFMPEG, "torchcodec-ffmpeg", "FFmpeg 6, 7", "apt install", id="FFmpeg"),
        pytest.param(
            *("0.17.0", "2.8.0", 12, CUDA_13, ["libnvrtc.so.13", "libcudart.so.13"], UNFIT),
            *("libcudart.so.13, libnvrtc.so.13, which nothing here provides; torch 2.8.0 is built for CUDA 12.", "==0.7.*'"),
            id="CUDA 13 beside a torch of CUDA 12: no word of FFmpeg",
        ),
        pytest.param(
            *("0.17.0", "2.11.0+cpu", 0, CUDA_13, list(CUDA_13), UNFIT),
            *("torch 2.11.0+cpu is built without CUDA.", "'torchcodec>=0.11.1,<0.14'"),
            id="CUDA 13 beside a torch without",
        ),
        pytest.param(
            *("0.17.0", "2.8.0", 12, CUDA_13, ["libnvrtc.so.13", *NO_FFMPEG], UNFIT),
            *("FFmpeg's libraries are missing as well", "'torchcodec==0.7.*'"),
            id="both",
        ),
        pytest.param(
            *("0.9.0", "2.9.0", 12, ("libnppicc.so.12",), ["libnppicc.so.12"], UNFIT),
            *("needs libnppicc.so.12", "'torchcodec==0.9.*'"),
            id="NPP",
        ),
    ],
)
def test_what_is_missing_is_named_with_what_fixes_it(
    tmp_path: Path,
    version: str,
    torch: str,
    cuda: int,
    needs: tuple[str, ...],
    missing: list[str],
    cause: str,
    says: str,
    first: str,
) -> None:
    problem = found(tmp_path, version, torch, cuda, *needs, missing=missing, undefined=[])
    assert problem.id == cause
    assert says in problem.cause
    assert first in problem.fix[0].command


def test_a_missing_function_of_torch_tells_that_it_is_made_for_another(tmp_path: Path) -> None:
    missing = [*FFMPEG["6"], *FFMPEG["7"]]
    problem = found(tmp_path, "0.7.0", "2.15.0", 13, missing=missing, undefined=["_ZN3c1013MessageLoggerC1EPKcii"])
    assert problem.id == "torchcodec-unfit"
    assert problem.found[-1] == "torch has no _ZN3c1013MessageLoggerC1EPKcii"
    assert "'torchcodec>=0.11'" in problem.fix[0].command


@pytest.mark.parametrize(
    ("version", "torch", "cuda", "fits"),
    [
        ("0.7.0", "2.8.0+cu128", 12, True),
        ("0.8.1", "2.8.0", 12, False),
        ("0.13.0", "2.11.0", 12, True),
        ("0.13.0", "2.15.0", 13, True),
        ("0.7.0", "2.15.0", 13, False),
        ("0.7.0", "1.13.0", 11, True),
    ],
)
def test_a_crash_is_laid_to_a_release_for_another_torch_only_where_it_is_one(
    tmp_path: Path, version: str, torch: str, cuda: int, fits: bool
) -> None:
    said = "terminate called after throwing an instance of 'std::bad_alloc'"
    lay(tmp_path, cuda=cuda)
    told = Told(tmp_path, {}, torchcodec=version, torch=torch)
    told.child = lambda *arguments, **options: ended({}, done=False, status=-6, output=(said,))  # type: ignore[method-assign]
    (problem,) = examined("torchcodec", told).problems
    assert (problem.id == "torchcodec-unfit") is not fits


def test_a_time_limit_is_not_laid_to_the_release(tmp_path: Path) -> None:
    lay(tmp_path)
    told = Told(tmp_path, {}, torchcodec="0.8.1", torch="2.8.0")
    told.child = lambda *arguments, **options: ended({}, done=False, stopped="no answer within 180 s")  # type: ignore[method-assign]
    (problem,) = examined("torchcodec", told).problems
    assert problem.id == "unknown"


def test_the_functions_of_torch_that_it_calls_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    names = b"\0_ZN3c105ErrorE\0malloc\0_ZN2at5emptyE\0_ZN5torch7LibraryE\0"
    at = {name: names.index(name) for name in (b"_ZN3c105ErrorE", b"malloc", b"_ZN2at5emptyE", b"_ZN5torch7LibraryE")}

    def symbol(name: bytes, *, weak: bool = False, section: int = 0) -> bytes:
        return struct.pack("<IBBHQQ", at[name], (2 if weak else 1) << 4, 0, section, 0, 0)

    table = symbol(b"_ZN3c105ErrorE") + symbol(b"malloc") + symbol(b"_ZN2at5emptyE", weak=True)
    table += symbol(b"_ZN5torch7LibraryE", section=7)
    monkeypatch.setattr("cudnn_heal.read.elf.section", lambda path, name: table if name == b".dynsym" else names)
    assert torchcodec._calls("x") == ("_ZN3c105ErrorE",)


def lay(folder: Path, *needs: str, cuda: int = 12) -> None:
    """Lay down a made-up torchcodec that needs `needs`, and a torch for `cuda`."""
    for name in ("torchcodec", "torch/lib"):
        (folder / name).mkdir(parents=True)
    for version, ffmpeg in FFMPEG.items():
        data = shared_object(needed=["libtorch.so", *needs, *ffmpeg])
        (folder / "torchcodec" / f"libtorchcodec_core{version}.so").write_bytes(data)
    if needs:
        (folder / "torchcodec/libtorchcodec_image.so").write_bytes(shared_object(needed=["libtorch.so", *needs]))
    if cuda:
        (folder / "torch/lib/libtorch_cuda.so").write_bytes(shared_object(needed=["libc10.so", f"libcudart.so.{cuda}"]))


def found(folder: Path, version: str, torch: str, cuda: int, *needs: str, **facts: Any) -> Any:
    lay(folder, *needs, cuda=cuda)
    told = Told(folder, {}, torchcodec=version, torch=torch)
    told.child = lambda *arguments, **options: ended(facts, done=False, status=1, exception=CANNOT)  # type: ignore[method-assign]
    (problem,) = examined("torchcodec", told).problems
    return problem
