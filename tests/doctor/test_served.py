"""What the core finds wrong, as the doctor tells it: one problem for one command."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cudnn_heal.advice import Line
from cudnn_heal.doctor.checks import served
from cudnn_heal.model import Reason, Service
from support.doctor_results import Told

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the doctor knows Linux only")

ADD = Line("Add them", "pip install nvidia-cublas nvidia-cufft")
SYSTEM = Line("The system has /usr/lib/libcublas.so.13.")


def test_what_one_command_brings_is_one_problem_whatever_is_said_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixes = {"cublas": (ADD, SYSTEM), "cufft": (ADD,), "cudnn": (Line("Heal it", "cudnn-heal"),)}
    told = {part: (f"onnxruntime opens lib{part}.so.1, and no installed wheel has it.", fix) for part, fix in fixes.items()}
    monkeypatch.setattr(served, "library", lambda stack, part, consumer: told[part])
    services = []
    for part in fixes:
        lacks = Reason("no-provider", {"library": (f"lib{part}.so.1",)})
        services.append(Service("onnxruntime", part, f"lib{part}.so.1", "", "no-provider", "none", lacks, ()))
    first, other = served._problems(Told(tmp_path, {}), services)
    assert first.fix == (ADD, SYSTEM)
    assert first.cause == "onnxruntime opens libcublas.so.1, libcufft.so.1, and no installed wheel has them."
    assert len(first.found) == 2
    assert other.cause == "onnxruntime opens libcudnn.so.1, and no installed wheel has it."
