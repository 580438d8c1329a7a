"""On a real Windows, without a GPU: real wheels, what their libraries answer, and a control with the hook off that must fail.

A file ``nvcuda.dll`` in System32 plays the driver, or nothing would be loaded: the workflow makes it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from cudnn_heal.systems import windows
from cudnn_heal_start import WINDOWS

pytestmark = [
    pytest.mark.skipif(not WINDOWS, reason="needs Windows: the workflow has one"),
    pytest.mark.skipif(WINDOWS and not windows.has_gpu(), reason="needs a driver, or an empty nvcuda.dll in System32"),
    pytest.mark.wide,
]
CUBLAS = """
import ctypes, os, ctranslate2
library = ctypes.CDLL(os.path.join(os.path.dirname(ctranslate2.__file__), "ctranslate2.dll"))
print("returned", library.cublasCreate_v2(ctypes.byref(ctypes.c_void_p())))
"""
CUDNN = """
import ctypes, ctranslate2
kernel32 = ctypes.WinDLL("kernel32")
kernel32.GetModuleHandleW.restype = ctypes.c_void_p
library = ctypes.CDLL("cudnn64_9.dll", handle=kernel32.GetModuleHandleW("cudnn64_9.dll"))
print("returned", library.cudnnCreateTensorDescriptor(ctypes.byref(ctypes.c_void_p())))
"""
ONNXRUNTIME = """
import ctypes, os, onnxruntime
folder = os.path.join(os.path.dirname(onnxruntime.__file__), "capi")
for name in ("shared", "cuda"):
    ctypes.CDLL(os.path.join(folder, f"onnxruntime_providers_{name}.dll"), winmode=8)
print("returned 0")
"""
MESSAGE = "RuntimeError: Library cublas64_12.dll is not found or cannot be loaded"
CTRANSLATE2 = ("numpy<2", "setuptools<81", "nvidia-cublas-cu12==12.9.2.10", "nvidia-cudnn-cu12==9.28.0.42")
CUDA_13 = ("nvidia-cublas", "nvidia-cudnn-cu13", "nvidia-cufft", "nvidia-cuda-nvrtc", "nvidia-cuda-runtime")


class Probe(NamedTuple):
    """What is installed, what is run, and what it may print: 1 is CUBLAS_STATUS_NOT_INITIALIZED, as without a GPU."""

    wheels: tuple[str, ...]
    script: str
    returned: tuple[str, ...]


PROBES = {
    "ctranslate2 4.6.1, cuBLAS": Probe(("ctranslate2==4.6.1", *CTRANSLATE2), CUBLAS, ("0", "1")),
    "ctranslate2 4.6.1, cuDNN": Probe(("ctranslate2==4.6.1", *CTRANSLATE2), CUDNN, ("0",)),
    "ctranslate2 4.8.5, cuBLAS": Probe(("ctranslate2==4.8.5", *CTRANSLATE2), CUBLAS, ("0", "1")),
    "onnxruntime-gpu 1.31.1": Probe(("onnxruntime-gpu==1.31.1", "numpy", *CUDA_13), ONNXRUNTIME, ("0",)),
}


class Venv:
    """A virtual environment with a blank in its path, and cudnn-heal in it."""

    def __init__(self, folder: Path, *requirements: str) -> None:
        self.folder = folder
        self.python = str(folder / "Scripts/python.exe")
        subprocess.run(["uv", "venv", "--quiet", "--python", sys.executable, folder], check=True)
        subprocess.run(["uv", "pip", "install", "--quiet", "--python", self.python, *requirements], check=True)

    def run(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run its interpreter."""
        return subprocess.run(
            [self.python, *arguments], capture_output=True, encoding="utf-8", env={**os.environ, **environ}, check=False
        )


@pytest.fixture(params=PROBES)
def made(request: pytest.FixtureRequest, tmp_path: Path, wheel: Path) -> tuple[Venv, Probe]:
    probe = PROBES[request.param]
    return Venv(tmp_path / "an environment", str(wheel), *probe.wheels), probe


def test_what_is_opened_answers_and_does_not_with_the_hook_off(made: tuple[Venv, Probe]) -> None:
    venv, probe = made
    on, off = venv.run("-c", probe.script), venv.run("-c", probe.script, CUDNN_HEAL="off")
    assert on.returncode == 0 and on.stdout.split()[-1] in probe.returned, on.stdout + on.stderr
    assert off.returncode != 0 and "returned" not in off.stdout, off.stdout + off.stderr


def test_every_command_answers_and_nothing_is_written(tmp_path: Path, wheel: Path) -> None:
    venv = Venv(tmp_path / "an environment", str(wheel), "ctranslate2==4.6.1", *CTRANSLATE2)
    venv.run("-c", "import cudnn_heal.cli, cudnn_heal.doctor, ctranslate2")  # bytecode aside
    before = {path for path in venv.folder.rglob("*") if path.suffix != ".pyc"}
    found = json.loads(venv.run("-m", "cudnn_heal", "--json").stdout)
    assert (found["verdict"], found["served"]) == ("healthy", "in-process")
    for arguments in (["--status"], ["--dry-run"], ["--restore"], [], ["--explain", MESSAGE]):
        answer = venv.run("-m", "cudnn_heal", *arguments)
        assert answer.returncode == 0 and answer.stdout and not answer.stderr, (arguments, answer.stdout, answer.stderr)
    report = venv.run("-m", "cudnn_heal", "--doctor", "--report")
    assert "cuBLAS" in report.stdout and not report.stderr
    launcher = subprocess.run([venv.folder / "Scripts/cudnn-heal.exe", "--version"], capture_output=True, text=True, check=True)
    assert launcher.stdout.startswith("cudnn-heal ")
    other = subprocess.run(
        [sys.executable, "-m", "cudnn_heal", "--status", "--python", venv.folder], capture_output=True, text=True, check=False
    )
    assert other.returncode == 0, other.stdout + other.stderr
    assert {path for path in venv.folder.rglob("*") if path.suffix != ".pyc"} == before


def test_a_start_imports_nothing_but_the_start_up_file(tmp_path: Path, wheel: Path) -> None:
    venv = Venv(tmp_path / "an environment", str(wheel))
    script = "import sys; print(*sorted(name for name in sys.modules if name.startswith('cudnn_heal')))"
    answer = venv.run("-c", script)
    assert (answer.stdout.split(), answer.stderr) == (["cudnn_heal_start"], "")
