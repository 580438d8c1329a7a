"""Which known problems an environment has, by what is installed and the machine: facts as tables."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from typing import Any

import pytest

from cudnn_heal.advice import Line
from cudnn_heal.knowledge import present
from cudnn_heal.knowledge.fixing import Here, told
from cudnn_heal.knowledge.model import Facts, Found
from cudnn_heal.knowledge.rows import ROWS
from cudnn_heal.read.installed import Distribution, Installed
from cudnn_heal.read.manager import Manager

WHISPERX = ["whisperx==3.7.4", "faster-whisper==1.2.1"]


def _facts(*packages: str, **more: Any) -> Facts:
    found = dict(package.split("==") for package in packages)
    return Facts(Installed({name: Distribution(name, version) for name, version in found.items()}, {}), **more)


def _ids(facts: Facts) -> list[str]:
    return [found.row.id for found in present(facts)]


@pytest.mark.parametrize(
    ("id", "has", "lacks"),
    [
        ("av-metadata-errors", _facts("av==19.0.1", "faster-whisper==1.2.1"), _facts("av==18.0.0", "faster-whisper==1.2.1")),
        ("av-metadata-errors", _facts("av==19.0.1", "faster-whisper==1.2.1"), _facts("av==19.0.1")),
        (
            "use-auth-token",
            _facts("pyannote-audio==3.4.0", "huggingface-hub==2.4.0"),
            _facts("pyannote-audio==4.0.3", "huggingface-hub==2.4.0"),
        ),
        ("ffmpeg-program", _facts(*WHISPERX), _facts(*WHISPERX, programs=frozenset({"ffmpeg"}))),
        ("ffmpeg-program", _facts(*WHISPERX), _facts("faster-whisper==1.2.1")),
        ("onnxruntime-twice", _facts("onnxruntime==1.31.1", "onnxruntime-gpu==1.31.1"), _facts("onnxruntime-gpu==1.31.1")),
        (
            "weights-only",
            _facts("pyannote-audio==3.4.0", "lightning==2.6.6", "torch==2.8.0"),
            _facts("pyannote-audio==3.4.0", "lightning==2.5.6", "torch==2.8.0"),
        ),
        ("torchcodec-unfit", _facts("torchcodec==0.13.0", "torch==2.8.0"), _facts("torchcodec==0.6.0", "torch==2.8.0")),
        (
            "torchcodec-unfit",
            _facts("torchcodec==0.17.0", "torch==2.11.0", torch_cuda="12"),
            _facts("torchcodec==0.17.0", "torch==2.11.0", torch_cuda="13"),
        ),
        (
            "torchcodec-libpython",
            _facts("torchcodec==0.7.0", python="3.12", libraries=frozenset({"libpython3.11.so.1.0"})),
            _facts("torchcodec==0.7.0", python="3.12", libraries=frozenset({"libpython3.12.so.1.0"})),
        ),
        (
            "cudnn-incomplete",
            _facts("nvidia-cudnn-cu13==9.20.0.48"),
            _facts("nvidia-cudnn-cu13==9.20.0.48", files=frozenset({"nvidia/cudnn/lib/libcudnn_engines_tensor_ir.so.9"})),
        ),
        ("cudnn-incomplete", _facts("nvidia-cudnn-cu12==9.20.0.48"), _facts("nvidia-cudnn-cu12==9.21.0.82")),
        (
            "ctranslate2-ptx",
            _facts("ctranslate2==4.8.5", driver="560.35.03", capabilities=("9.0",)),
            _facts("ctranslate2==4.8.5", driver="560.35.03", capabilities=("8.9",)),
        ),
        (
            "ctranslate2-ptx",
            _facts("ctranslate2==4.6.3", driver="550.54", capabilities=("12.0",)),
            _facts("ctranslate2==4.6.2", driver="550.54", capabilities=("12.0",)),
        ),
        ("ctranslate2-ptx", _facts("ctranslate2==4.6.2", driver="535", capabilities=("9.0",)), _facts("ctranslate2==4.6.2")),
        ("onnxruntime-driver", _facts("onnxruntime-gpu==1.31.1", driver="570.124"), _facts("onnxruntime-gpu==1.31.1")),
        ("onnxruntime-cuda-13", _facts("onnxruntime-gpu==1.31.1"), _facts("onnxruntime-gpu==1.26.0")),
        (
            "onnxruntime-cuda-13",
            _facts("onnxruntime-gpu==1.31.1"),
            _facts("onnxruntime-gpu==1.31.1", libraries=frozenset({"libcublas.so.13", "libcudart.so.13"})),
        ),
        (
            "onnxruntime-curand",
            _facts("onnxruntime-gpu==1.31.1", "torch==2.15.0"),
            _facts("onnxruntime-gpu==1.31.1", "torch==2.15.0", "nvidia-curand==10.4"),
        ),
        (
            "ctranslate2-align-t4",
            _facts("ctranslate2==4.8.0", capabilities=("9.0", "7.5")),
            _facts("ctranslate2==4.8.1", capabilities=("7.5",)),
        ),
        ("ctranslate2-align-zero", _facts("ctranslate2==4.6.1", "faster-whisper==1.2.1"), _facts("ctranslate2==4.6.1")),
        (
            "torch-driver-too-old",
            _facts("torch==2.15.0", torch_cuda="13", driver="570.1"),
            _facts("torch==2.15.0", driver="570.1"),
        ),
        ("executable-stack", _facts("ctranslate2==4.5.0", glibc="2.41"), _facts("ctranslate2==4.5.0", glibc="2.36")),
    ],
)
def test_a_problem_is_found_where_it_is_and_nowhere_else(id: str, has: Facts, lacks: Facts) -> None:
    assert id in _ids(has)
    assert id not in _ids(lacks)


def test_nothing_is_found_in_an_empty_environment_nor_where_nothing_is_known() -> None:
    assert _ids(Facts(Installed({}, {}))) == []
    assert _ids(_facts("torch==no version", "av==", "ctranslate2==?")) == []


def test_the_evidence_names_what_was_found() -> None:
    (found,) = present(_facts("ctranslate2==4.8.5", driver="560.35.03", capabilities=("9.0", "9.0")))
    assert found.evidence == ("ctranslate2 4.8.5", "compute capability 9.0, 9.0", "driver 560.35.03")
    (missing,) = present(_facts("openai-whisper==20250625"))
    assert missing.evidence == ("openai-whisper 20250625", "no program ffmpeg")


def test_what_is_told_of_a_found_problem_has_no_gap() -> None:
    for row in ROWS:
        if row.when:
            said = told(Found(row, ("x 1",)), Here(Facts(Installed({}, {})), Manager("pip", "/e/bin/python", "")))
            assert not re.search(r"\{\w+\}", said.cause), row.id
            assert not re.search(r"\{\w+\}", " ".join(map(str, said.fix))), row.id


def test_advice_about_the_present_is_made_for_the_environment() -> None:
    facts = _facts("av==19.0.1", "faster-whisper==1.2.1")
    (found,) = present(facts)
    assert told(found, Here(facts, Manager("pip", "/e/bin/python", ""))).fix == (
        Line("PyAV before that", "/e/bin/python -m pip install 'av<19'"),
    )


def test_every_row_is_asked_in_well_under_a_second() -> None:
    facts = _facts(*(f"package-{number}==1.0" for number in range(500)))
    start = time.process_time()
    present(facts)
    assert time.process_time() - start < 0.5


def test_nothing_of_the_stack_is_imported_to_know_it() -> None:
    code = (
        "import sys\nfrom cudnn_heal.knowledge import facts, present\nfrom cudnn_heal.read.target import here\n"
        "present(facts.gather(here()))\n"
        "print([name for name in ('torch', 'ctranslate2', 'onnxruntime') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
