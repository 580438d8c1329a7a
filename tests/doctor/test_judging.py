"""What the checks make of answers that this machine may not give: those of GPUs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from cudnn_heal.doctor.checks import onnxruntime, torch, transcription
from cudnn_heal.doctor.child import Ended
from cudnn_heal.doctor.explain import torchcodec_pair
from cudnn_heal.doctor.stack import Stack

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the doctor knows Linux only")

TIMES = {"first encode": 0.1, "encode": 0.01, "generate": 0.02}
GPU = {"gpus": [{"name": "Paper GPU", "memory": 2**34, "capability": "8.9"}], "cuda": "12.4", "library": "libcuda.so.1"}
TORCH = {"version": "2.8.0+cu128", "cuda": "12.8", "cudnn": 91002, "available": True, "difference": 1e-3}


class Told(Stack):
    """A stack whose children have told `facts`, on a machine with a GPU, with the distributions `versions`."""

    def __init__(self, folder: Path, facts: dict[str, Any], **versions: str) -> None:
        super().__init__(str(folder), sys.executable, own=False)
        self.driver = _ended(GPU)
        self._facts, self._versions = facts, {name.replace("_", "-"): version for name, version in versions.items()}

    def child(self, *arguments: Any, **options: Any) -> Ended:
        """Return what was told."""
        return _ended(self._facts)

    def version(self, name: str) -> str:
        """Return the version of the distribution `name`."""
        return self._versions.get(name, "")


@pytest.mark.parametrize(("difference", "status"), [(0.0, "ok"), (0.02, "ok"), (0.03, "failed"), (1e30, "failed")], ids=str)
def test_a_gpu_must_agree_with_the_cpu(tmp_path: Path, difference: float, status: str) -> None:
    facts = {"cpu": TIMES, "cuda": TIMES, "difference": difference, "files": []}
    result = transcription.on_cuda(Told(tmp_path, facts, ctranslate2="4.8.5"))
    assert result.status == status
    assert result.summary.startswith("first encode 100 ms, encode 10 ms, generate 20 ms; within ")
    assert "tolerance 0.02" in result.summary


def test_two_cudnn_in_a_gpu_pass_are_a_failure(tmp_path: Path) -> None:
    files = ["/usr/lib/libcudnn_graph.so.9.14.0", "/opt/x/libcudnn_ops.so.9", "/opt/x/libcublas.so.12"]
    facts = {"cpu": TIMES, "cuda": TIMES, "difference": 0.0, "files": files}
    result = transcription.on_cuda(Told(tmp_path, facts, ctranslate2="4.6.1"))
    assert result.status == "failed"
    assert result.problems[0].seen == (
        "/usr/lib (the system): libcudnn_graph.so.9.14.0",
        "/opt/x (the system): libcudnn_ops.so.9",
    )


@pytest.mark.parametrize(
    ("changed", "status", "says"),
    [
        pytest.param({}, "ok", "", id="all well"),
        pytest.param({"difference": 1.0}, "failed", "differs from the CPU's by 1", id="wrong result"),
        pytest.param({"available": False, "cuda": None}, "failed", "is built without CUDA", id="cpu build"),
        pytest.param({"available": False, "cuda": "13.2"}, "failed", "torch.cuda.is_available() is False", id="old driver"),
    ],
)
def test_torch_must_use_the_gpu(tmp_path: Path, changed: dict[str, Any], status: str, says: str) -> None:
    result = torch.check(Told(tmp_path, {**TORCH, **changed}, torch="2.8.0"))
    assert result.status == status
    assert says in "".join(line for problem in result.problems for line in problem.seen)


@pytest.mark.parametrize(
    ("cudnn", "requirement"),
    [
        pytest.param("nvidia_cudnn_cu12", "'onnxruntime-gpu[cuda,cudnn]>=1.21,<1.27'", id="CUDA 12"),
        pytest.param("nvidia_cudnn_cu13", "'onnxruntime-gpu[cuda,cudnn]'", id="CUDA 13"),
    ],
)
def test_no_advice_overwrites_the_installed_cudnn(tmp_path: Path, cudnn: str, requirement: str) -> None:
    facts = {"version": "1.31.1", "providers": ["CUDAExecutionProvider"], "missing": "libcublasLt.so.13: cannot open"}
    result = onnxruntime.check(Told(tmp_path, facts, onnxruntime_gpu="1.31.1", **{cudnn: "9.10.2.21"}))
    assert result.problems[0].fix[0].endswith(requirement)


def test_a_silent_fallback_to_the_cpu_is_a_failure(tmp_path: Path) -> None:
    facts = {"version": "1.31.1", "providers": ["CUDAExecutionProvider"], "missing": "", "used": ["CPUExecutionProvider"]}
    result = onnxruntime.check(Told(tmp_path, facts, onnxruntime_gpu="1.31.1"))
    assert result.status == "failed"
    assert "got CPUExecutionProvider" in result.problems[0].seen[0]


@pytest.mark.parametrize(
    ("torchcodec", "torch_version", "advised"),
    [
        ("0.7.0", "2.8.0+cu128", None),
        ("0.17.0", "2.15.0", None),
        ("0.12.0", "2.11.0", None),
        ("0.8.1", "2.8.0", "torchcodec==0.7.*"),
        ("0.17.0", "2.8.0", "torchcodec==0.7.*"),
        ("0.7.0", "2.15.0", "torchcodec>=0.12"),
        ("", "2.8.0", None),
    ],
)
def test_torchcodec_must_be_made_for_the_installed_torch(
    tmp_path: Path, torchcodec: str, torch_version: str, advised: str | None
) -> None:
    explained = torchcodec_pair(Told(tmp_path, {}, torchcodec=torchcodec, torch=torch_version))
    assert bool(explained) == bool(advised)
    assert not explained or (advised and advised in explained[1][0])


def _ended(facts: dict[str, Any]) -> Ended:
    return Ended(dict(facts), True, "", 0, "", 0.0, ())
