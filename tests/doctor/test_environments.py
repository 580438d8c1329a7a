"""The doctor in real environments: what it prints there is true.

The expectations hold on a machine without a GPU; where there is one, more of them run, and none fail.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from environment import STUB, Environment, uv

Make = Callable[..., Environment]
PYANNOTE_3 = "pyannote-audio>=3.1.1,<4.0"


def test_a_healed_environment_passes(demo: Environment) -> None:
    checks = examine(demo, status=0)
    assert checks["ctranslate2"]["summary"].startswith("4.6.1, healthy, served by links")
    assert checks["cuDNN"]["facts"]["folders"] == ["nvidia/cudnn/lib"]
    assert checks["cuDNN"]["summary"] == "9.10.2 from nvidia-cudnn-cu12 9.10.2.21"
    assert checks["cuBLAS"]["facts"]["folders"] == ["nvidia/cublas/lib"]
    assert checks["transcription on the CPU"]["status"] == "ok"
    assert checks["torch"]["summary"] == "not installed"


def test_an_unhealed_environment_is_told_apart_and_what_to_type(demo: Environment) -> None:
    checks = examine(demo, status=1, CUDNN_HEAL="off")
    assert checks["ctranslate2"]["summary"].startswith("4.6.1, pending, not served")
    (problem,) = checks["cuDNN"]["problems"]
    assert problem["seen"][0] == "killed by SIGABRT (during cudnnCreateTensorDescriptor)"
    assert any("Unable to load any of {libcudnn_ops.so.9.1.0" in line for line in problem["seen"])
    assert problem["fix"] == ["Heal it: cudnn-heal", "And to keep it so: unset CUDNN_HEAL"]
    (problem,) = checks["cuBLAS"]["problems"]
    assert any("Library libcublas.so.12 is not found" in line for line in problem["seen"])
    assert checks["transcription on the CPU"]["status"] == "ok"
    assert not demo.stub.is_symlink()


def test_a_restored_environment_is_told_how_to_heal_again(demo: Environment) -> None:
    demo.settle()
    demo.heal("--restore")
    checks = examine(demo, status=1)
    (problem,) = checks["cuDNN"]["problems"]
    assert "cudnn-heal --restore" in problem["why"]
    assert problem["fix"] == ["Heal it: cudnn-heal"]


def test_another_environment_is_checked_without_installing_anything_in_it(make: Make, demo: Environment) -> None:
    other = make("ctranslate2==4.8.5", name="other")
    checks = examine(demo, "--python", str(other.path), status=1)
    assert checks["cuDNN"]["summary"] == "ctranslate2 4.8.5 uses no cuDNN"
    (problem,) = checks["cuBLAS"]["problems"]
    assert any(line.endswith("nvidia-cublas-cu12") and str(other.path) in line for line in problem["fix"])
    assert not list(other.site_packages.glob("cudnn_heal*"))


def test_an_environment_with_none_of_it_is_all_skipped(make: Make, wheel: Path) -> None:
    environment = make(wheel)
    result = environment.heal("--doctor")
    lines = result.stdout.splitlines()
    *checks, empty, summary = lines
    assert result.returncode == 0
    assert result.stderr == empty == ""
    assert all(line.startswith("skipped  ") for line in checks[1:]), "all but the driver"
    assert summary.endswith("skipped")


def test_the_damage_of_a_foreign_cudnn_is_named_with_its_folder(make: Make, demo: Environment) -> None:
    stale = str(make("nvidia-cudnn-cu12==9.1.0.70", name="stale").site_packages / "nvidia/cudnn/lib")
    demo.settle()
    checks = examine(demo, status=1, LD_LIBRARY_PATH=stale, CUDNN_HEAL="off")
    problems = checks["cuDNN"]["problems"]
    assert any(f"{stale} (LD_LIBRARY_PATH): libcudnn" in line for problem in problems for line in problem["seen"])
    assert any("env -u LD_LIBRARY_PATH" in line for problem in problems for line in problem["fix"])
    # With the hook at work, the same libraries are loaded by absolute path.
    assert examine(demo, status=0, LD_LIBRARY_PATH=stale)["cuDNN"]["facts"]["folders"] == ["nvidia/cudnn/lib"]


def test_a_stub_that_is_left_in_place_is_no_failure(demo: Environment) -> None:
    (record,) = demo.site_packages.glob("ctranslate2-*.dist-info/RECORD")
    rows = record.read_text().splitlines()
    record.unlink()
    record.write_text("\n".join(f"ctranslate2.libs/{STUB},," if STUB in row else row for row in rows) + "\n")
    demo.settle()
    checks = examine(demo, status=0)
    assert checks["cuDNN"]["notes"] == [f"ctranslate2's own shim, {STUB}, is in use"]


def test_a_requirement_that_is_not_met_is_named(demo: Environment) -> None:
    plant(demo, "faster-whisper", "1.2.1", "ctranslate2<5,>=4.7", "onnxruntime>=1.14", "numpy", "nothing; extra == 'x'")
    plant(demo, "onnxruntime-gpu", "1.26.0")
    (check,) = [check for name, check in examine(demo, status=1).items() if name == "requirements"]
    assert [one["requirement"] for one in check["facts"]["unmet"]] == ["ctranslate2<5,>=4.7"]
    assert check["notes"] == [
        "faster-whisper 1.2.1 requires onnxruntime>=1.14, which is not installed,"
        " by an override (onnxruntime-gpu 1.26.0 is in its place)"
    ]


def test_what_a_uv_project_overrides_is_no_failure(demo: Environment) -> None:
    plant(demo, "faster-whisper", "1.2.1", "ctranslate2<5,>=4.7")
    (demo.path.parent / "uv.lock").write_text('[manifest]\noverrides = [{ name = "ctranslate2", specifier = "==4.6.1" }]\n')
    check = examine(demo, status=1)["requirements"]  # what was planted does not import
    assert check["status"] == "ok"
    assert check["notes"] == ["faster-whisper 1.2.1 requires ctranslate2<5,>=4.7, 4.6.1 is installed, by an override"]


@pytest.mark.heavy
def test_the_whole_of_whisperx_works_once_healed(make: Make, wheel: Path) -> None:
    environment = make("whisperx==3.7.4", "torch==2.8.0", wheel)
    unhealed = examine(environment, status=1, CUDNN_HEAL="off")
    assert unhealed["ctranslate2, then torch"]["status"] == "failed"
    checks = examine(environment, status=0)
    for name in ("torch", "torch, then ctranslate2", "ctranslate2, then torch", "pyannote.audio", "triton", "WhisperX"):
        assert checks[name]["status"] == "ok", name
    assert checks["requirements"]["summary"].startswith("all ")


@pytest.mark.heavy
def test_two_onnx_runtimes_are_named_and_the_command_mends_it(make: Make, wheel: Path) -> None:
    environment = make("onnxruntime", "onnxruntime-gpu", wheel)
    check = examine(environment, status=1)["ONNX Runtime"]
    (problem,) = check["problems"]
    assert any("override-dependencies" in line for line in problem["fix"])
    follow(problem["fix"][1])
    assert examine(environment, status=0)["ONNX Runtime"]["status"] == "ok"


@pytest.mark.heavy
def test_torchcodec_without_ffmpeg_is_explained(make: Make, wheel: Path) -> None:
    environment = make("pyannote-audio>=4", "torch==2.11.*", "torchaudio==2.11.*", wheel)
    checks = examine(environment, status=1)
    assert checks["pyannote.audio"]["status"] == "ok"
    (problem,) = checks["torchcodec"]["problems"]
    assert "FFmpeg" in problem["why"]
    assert "Debian, Ubuntu: apt install ffmpeg" in problem["fix"]


@pytest.mark.heavy
def test_a_real_bad_alloc_is_answered_with_what_mends_it(make: Make, wheel: Path, ffmpeg_7: str) -> None:
    environment = make("pyannote-audio>=4", "torch==2.8.0", "torchaudio==2.8.0", "torchcodec==0.8.1", wheel)
    check = examine(environment, status=1, LD_LIBRARY_PATH=ffmpeg_7)["pyannote.audio"]
    (problem,) = check["problems"]
    assert any("std::bad_alloc" in line for line in problem["seen"])
    assert any(PYANNOTE_3 in line for line in problem["fix"])
    follow(problem["fix"][0].partition(": ")[2])
    checks = examine(environment, status=0, LD_LIBRARY_PATH=ffmpeg_7)
    assert checks["torchcodec"]["summary"].startswith("0.7.0, decodes with libav")
    assert checks["pyannote.audio"]["status"] == "ok"


@pytest.fixture
def ffmpeg_7(make: Make, tmp_path: Path) -> str:
    """Return a folder with FFmpeg 7's libraries under the names that torchcodec opens: those of PyAV's wheel."""
    try:
        uv("pip", "install", "--only-binary", ":all:", "--python", make(name="av").interpreter, "av==13.1.0")
    except AssertionError:
        pytest.skip("no wheel of PyAV for this Python")
    (bundled,) = (tmp_path / "av").glob("lib/python*/site-packages/av.libs")
    folder = tmp_path / "ffmpeg"
    folder.mkdir()
    for file in bundled.iterdir():
        (folder / file.name).symlink_to(file)
        stem, _, rest = file.name.partition("-")
        if stem.startswith(("libav", "libsw")):
            (folder / f"{stem}.so.{rest.partition('.so.')[2].partition('.')[0]}").symlink_to(file)
    return str(folder)


def examine(environment: Environment, *arguments: str, status: int, **environ: str) -> dict[str, Any]:
    """Return the results of the doctor by the checks' names."""
    result = environment.heal("--doctor", "--json", *arguments, environ=environ)
    assert result.returncode == status, result.stdout + result.stderr
    assert result.stderr == ""
    return {check["name"]: check for check in json.loads(result.stdout)["checks"]}


def plant(environment: Environment, name: str, version: str, *requires: str) -> None:
    """Install the metadata of a distribution, and nothing else of it."""
    folder = environment.site_packages / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir()
    lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}", *(f"Requires-Dist: {one}" for one in requires)]
    (folder / "METADATA").write_text("\n".join(lines) + "\n")


def follow(command: str) -> None:
    """Do what was advised."""
    command = command.partition(": ")[2] if command.startswith("For the ") else command
    subprocess.run(command, shell=True, check=True, capture_output=True, env={**os.environ, "UV_NO_PROGRESS": "1"})


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the doctor knows Linux only")
