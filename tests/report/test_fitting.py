"""Whether advice changes something and fits: on made-up environments, nothing is read."""

from __future__ import annotations

import pytest
from packaging.specifiers import SpecifierSet

from cudnn_heal.advice import Advice
from cudnn_heal.report import fitting
from support.managed import holding

HERE = holding(
    {
        "ctranslate2": "4.6.1",
        "faster-whisper": ("1.2.1", "onnxruntime>=1.14,<2", "av>=11"),
        "av": "19.0",
        "onnxruntime-gpu": "1.31.1",
        "nvidia-cudnn-cu13": "9.28.0.1",
        "nvidia-cublas-cu11": "11.11.3.6",
        "strange": "not a version",
    }
)


@pytest.mark.parametrize(
    ("advice", "changes"),
    [
        (Advice("add", requirements=("av<19",)), True),
        (Advice("add", requirements=("av>=11",)), False),
        (Advice("add", requirements=("av>=11", "numpy")), True),
        (Advice("remove", distributions=("onnxruntime",)), False),
        (Advice("remove", distributions=("onnxruntime", "Onnxruntime_GPU")), True),
        (Advice("replace", distributions=("onnxruntime",), requirements=("onnxruntime-gpu",)), False),
        (Advice("replace", distributions=("onnxruntime",), requirements=("onnxruntime-gpu<1.27",)), True),
        (Advice("add", requirements=("strange<1",)), True),
        (Advice("reinstall", requirements=("av==19.0",)), True),
        (Advice("say", "Restart the machine."), True),
    ],
)
def test_advice_that_would_change_nothing_is_known(advice: Advice, changes: bool) -> None:
    assert fitting.changes(advice, HERE) is changes


def test_what_an_extra_asks_for_must_be_there_too() -> None:
    requires = ("numpy", "nvidia-cudnn-cu13~=9.0; extra == 'cudnn'", "nvidia-cufft; extra == 'cuda'")
    here = holding({"onnxruntime-gpu": ("1.31.1", *requires), "nvidia-cudnn-cu13": "9.28.0.1"})
    wanted = ("onnxruntime-gpu[cuda,cudnn]>=1.28",)
    assert fitting.lacking(wanted, here) == [*wanted]
    assert fitting.lacking(("onnxruntime-gpu[cudnn]>=1.28",), here) == [], "numpy is none of an extra's"


@pytest.mark.parametrize(
    ("advice", "said"),
    [
        (Advice("add", requirements=("nvidia-cudnn-cu12==9.*",)), "over those of nvidia-cudnn-cu13"),
        (Advice("replace", distributions=("nvidia-cudnn-cu13",), requirements=("nvidia-cudnn-cu12==9.*",)), ""),
        (Advice("add", requirements=("nvidia-cublas-cu12",)), ""),  # beside cu11 in one folder, under other names
        (Advice("add", requirements=("onnxruntime",)), "over those of onnxruntime-gpu"),
        (Advice("add", requirements=("av<11",)), "faster-whisper 1.2.1 requires av>=11"),
        (Advice("add", requirements=("av<19",)), ""),
        (Advice("add", requirements=("av<11", "faster-whisper>=2")), ""),
        (Advice("remove", distributions=("av",)), ""),
    ],
)
def test_advice_that_breaks_what_stays_is_known(advice: Advice, said: str) -> None:
    objection = fitting.objection(advice, HERE)
    assert said in objection
    assert bool(said) == bool(objection)


@pytest.mark.parametrize(
    ("ours", "theirs", "compatible"),
    [
        ("<3", ">=2", True),
        ("<2", ">=2", False),
        ("==1.*", ">1.0", True),
        ("==1.0", "!=1.0", False),
        ("", "<1", True),
        ("===oddly", "<1", True),
        (">=2.1", "<2.1", False),
        (">2.1", "<=2.1.0", False),
    ],
)
def test_specifiers_that_no_version_satisfies_are_known(ours: str, theirs: str, compatible: bool) -> None:
    assert fitting.compatible(SpecifierSet(ours), SpecifierSet(theirs)) is compatible
