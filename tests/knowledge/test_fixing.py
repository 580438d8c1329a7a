"""What is advised, by what is installed and who manages it: environments as tables, without a file system."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from packaging.requirements import Requirement

from cudnn_heal import systems
from cudnn_heal.advice import Line
from cudnn_heal.knowledge import as_text, fixing, matching, modules
from cudnn_heal.knowledge.fixing import Here, explain
from cudnn_heal.knowledge.model import Facts, Finding, Row
from cudnn_heal.knowledge.rows import ROWS
from cudnn_heal.model import worst
from cudnn_heal.read.installed import Distribution, Installed
from cudnn_heal.read.manager import Manager
from cudnn_heal.report import commands, fixes, sentences
from cudnn_heal.systems import linux, windows

MARKERS = {"python_version": "3.11", "python_full_version": "3.11.0"}
PIP = Manager("pip", "/e/bin/python", "")


def _here(*packages: str, manager: Manager = PIP, outcome: Any = None, **requires: str) -> Here:
    """Return an environment with `packages` (``name==version``); `requires`: by name, a line for each requirement."""
    found: dict[str, Any] = {}
    for name, version in (package.split("==") for package in packages):
        lines = requires.get(name.replace("-", "_"), "").splitlines()
        found[name] = Distribution(name, version, tuple(lines), (name.replace("-", "_"),))
    return Here(Facts(Installed(found, MARKERS), python="3.11"), manager, outcome)


def _find(text: str) -> list[Finding]:
    return matching.search(text)[0]


def _said(text: str, here: Here | None = None) -> str:
    return "\n".join(map(str, explain(_find(text)[0], here).fix))


LIGHTNING = ["lightning==2.6.6", "torch==2.8.0"]
WEIGHTS = "UnpicklingError: Weights only load failed"
NUMPY_1 = "A module that was compiled using NumPy 1.x cannot be run in NumPy 2.1.3"
NAN = "`np.NaN` was removed in the NumPy 2.0 release"
CPU_ONLY = "Specified provider 'CUDAExecutionProvider' is not in available provider names"
TORCHAUDIO = "OSError: /x/torchaudio/lib/libtorchaudio.so: undefined symbol: torch_exception_get_what_without_backtrace"
TORCHCODEC = "Could not load libtorchcodec\nOSError: libnvrtc.so.13: cannot open shared object file"


@pytest.mark.parametrize(
    ("text", "packages", "has", "lacks"),
    [
        pytest.param(
            WEIGHTS,
            [*LIGHTNING, "pyannote-audio==3.4.0"],
            "'lightning<2.6' 'pytorch-lightning<2.6'",
            "whisperx",
            id="lightning",
        ),
        pytest.param(
            WEIGHTS, [*LIGHTNING, "pyannote-audio==3.4.0", "whisperx==3.7.4"], "'whisperx>=3.8'", "", id="lightning-whisperx"
        ),
        pytest.param(WEIGHTS, ["pyannote-audio==4.0.0"], "TORCH_FORCE", "/e/bin/python", id="lightning-pyannote-4"),
        pytest.param(NUMPY_1, ["numpy==2.1.3"], "'numpy<2'", "", id="numpy"),
        pytest.param("No module named 'yaml'", [], "install pyyaml", "install yaml", id="yaml"),
        pytest.param("No module named 'google.protobuf'", [], "install protobuf", "install google", id="protobuf"),
        pytest.param(
            "No module named 'pkg_resources'", ["setuptools==82.0.0"], "'setuptools<82'", "pkg-res", id="pkg_resources"
        ),
        pytest.param("No module named 'sklearn'", [], "install scikit-learn", "", id="sklearn"),
        pytest.param("No module named 'cv2'", [], "install opencv-python", "", id="cv2"),
        pytest.param("No module named 'onnxruntime'", [], "install onnxruntime", "-gpu", id="onnxruntime-of-faster-whisper"),
        pytest.param("No module named 'frobnicate'", [], "is not known here", "install", id="unknown-module"),
        pytest.param("CUDA failed with error out of memory", ["ctranslate2==4.8.5"], "int8", "install", id="memory"),
        pytest.param("CUBLAS_STATUS_NOT_SUPPORTED", ["ctranslate2==4.5.0"], "'ctranslate2>=4.7'", "", id="blackwell"),
        pytest.param("CUBLAS_STATUS_NOT_SUPPORTED", ["ctranslate2==4.8.5"], "float16", "install", id="blackwell-is-new-enough"),
        pytest.param(NAN, ["pyannote-audio==3.1.1", "numpy==2.1.3"], "'pyannote-audio>=3.3.1,<4'", "", id="nan"),
        pytest.param(
            NAN,
            ["pyannote-audio==3.1.1", "numpy==2.1.3", "whisperx==3.1.6"],
            "'whisperx>=3.3.1'",
            "'pyannote",
            id="nan-whisperx",
        ),
        pytest.param(
            CPU_ONLY,
            ["onnxruntime==1.20.0", "onnxruntime-gpu==1.20.0"],
            "uninstall -y onnxruntime onnxruntime-gpu",
            "",
            id="both",
        ),
        pytest.param(
            CPU_ONLY,
            ["onnxruntime==1.20.0", "onnxruntime-gpu==1.20.0"],
            "'onnxruntime-gpu>=1.20,<1.27'",
            "",
            id="both-again",
        ),
        pytest.param(CPU_ONLY, ["onnxruntime==1.20.0"], "Nothing, if only", "lie over", id="only-the-one-for-the-cpu"),
        pytest.param(TORCHCODEC, ["torch==2.8.0", "torchcodec==0.17.0"], "'torchcodec==0.7.*'", "", id="torchcodec-2.8"),
        pytest.param(
            TORCHCODEC, ["torch==2.10.0+cu128", "torchcodec==0.17.0"], "'torchcodec==0.10.*'", "", id="torchcodec-2.10"
        ),
        pytest.param(
            TORCHCODEC, ["torch==2.12.0+cpu", "torchcodec==0.17.0"], "'torchcodec>=0.11.1,<0.14'", "", id="torchcodec-stable"
        ),
        pytest.param(TORCHCODEC, ["torchcodec==0.17.0"], "0.7 for 2.8", "install", id="torchcodec-without-torch"),
        pytest.param(
            "operator torchvision::nms does not exist", ["torch==2.8.0"], "'torchvision==0.23.*'", "", id="torchvision"
        ),
        pytest.param(TORCHAUDIO, ["torch==2.11.0", "torchaudio==2.11.1"], "torchaudio==2.11.0", "", id="torchaudio-2.11"),
        pytest.param(TORCHAUDIO, ["torch==2.8.0", "torchaudio==2.7.1"], "'torchaudio==2.8.*'", "", id="torchaudio-2.8"),
        pytest.param(
            TORCHAUDIO, ["torch==2.11.0", "torchaudio==2.11.0"], "install both again", "torchaudio==", id="torchaudio-fits"
        ),
        pytest.param("libnppicc.so.12: cannot open shared object file", [], "nvidia-npp-cu12", "", id="npp"),
        pytest.param("libnvrtc.so.12: cannot open shared object file", [], "nvidia-cuda-nvrtc-cu12", "", id="nvrtc"),
        pytest.param(
            "libcurand.so.10: cannot open shared object file", ["nvidia-cublas==13.1"], "nvidia-curand", "-cu12", id="curand-13"
        ),
        pytest.param(
            "libcurand.so.10: cannot open shared object file",
            [],
            "--doctor",
            "install nvidia-curand",
            id="curand-of-which-cuda",
        ),
        pytest.param(
            "libcudnn.so.9: cannot open shared object file",
            ["onnxruntime-gpu==1.31.1", "nvidia-cudnn-cu12==9.1"],
            "when torch, which loads it",
            "install nvidia",
            id="never-over-another-wheel",
        ),
        pytest.param(
            "got an unexpected keyword argument 'use_auth_token'",
            ["huggingface-hub==1.2.0", "pyannote-audio==3.4.0"],
            "'huggingface-hub<1'",
            "whisperx",
            id="token",
        ),
    ],
)
def test_advice_fits_what_is_installed(text: str, packages: list[str], has: str, lacks: str) -> None:
    said = _said(text, _here(*packages))
    assert has in said
    assert not lacks or lacks not in said


def test_no_numpy_1_beside_a_whisperx_that_needs_numpy_2() -> None:
    said = _said(NUMPY_1, _here("numpy==2.1.3", "whisperx==3.8.6", whisperx="numpy>=2.1.0"))
    assert "install 'numpy<2'" not in said
    assert "The fix, numpy<2, is ruled out: whisperx 3.8.6 requires numpy>=2.1.0." in said


def test_a_requirement_of_another_python_is_no_objection() -> None:
    here = _here("numpy==2.1.3", "whisperx==3.7.4", whisperx='numpy>=2.1.0; python_version >= "3.13"')
    assert "install 'numpy<2'" in _said(NUMPY_1, here)


def test_an_extra_of_another_distribution_is_no_objection() -> None:
    here = _here("numpy==2.1.3", "x==1", x='numpy>=2.1.0; extra == "dev"')
    assert "install 'numpy<2'" in _said(NUMPY_1, here)


def test_old_whisperx_is_not_given_a_ctranslate2_that_it_refuses() -> None:
    text = "libctranslate2-1.so: cannot enable executable stack as shared object requires"
    said = _said(text, _here("ctranslate2==4.4.0", "whisperx==3.3.1", whisperx="ctranslate2<4.5.0"))
    assert "The fix, ctranslate2>=4.6, is ruled out: whisperx 3.3.1 requires ctranslate2<4.5.0." in said
    assert "'whisperx>=3.5'" in said


@pytest.mark.parametrize(
    ("packages", "driver", "releases"),
    [
        pytest.param(["nvidia-cudnn-cu12==9.10.2.21"], "580.1", ">=1.20,<1.27", id="wheels of CUDA 12"),
        pytest.param(["nvidia-cudnn-cu13==9.10.2.21"], "580.1", ">=1.28", id="wheels of CUDA 13"),
        pytest.param(["nvidia-cublas-cu12==12.9", "nvidia-cublas==13.1"], "580.1", ">=1.28", id="both"),
        pytest.param(["nvidia-cublas==13.1"], "570.1", ">=1.20,<1.27", id="a driver that runs CUDA 12 alone"),
        pytest.param(["onnxruntime-gpu==1.26.0"], "580.1", ">=1.20,<1.27", id="the one that is there"),
        pytest.param([], "580.1", ">=1.28", id="a driver"),
        pytest.param([], "", "", id="nothing"),
    ],
)
def test_an_onnxruntime_gpu_fits_driver_and_wheels(packages: list[str], driver: str, releases: str) -> None:
    assert fixing.onnxruntime_gpu(_here(*packages).facts._replace(driver=driver)) == releases


@pytest.mark.parametrize("version", ["1.27.0"])
def test_onnxruntime_gpu_1_27_0_is_never_advised(version: str) -> None:
    for pasted in ("Specified provider 'CUDAExecutionProvider' is not in available provider names", CPU_ONLY):
        said = _said(pasted, _here("onnxruntime==1.20.0", "onnxruntime-gpu==1.20.0"))
        assert f"onnxruntime-gpu=={version}" not in said


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        (Manager("uv-project", "/p/.venv/bin/python", "/p", pip=False), "uv add --project /p pyyaml"),
        (Manager("uv", "/e/bin/python", "", pip=False), "uv pip install --python /e/bin/python pyyaml"),
        (Manager("pip", "/e/bin/python", ""), "/e/bin/python -m pip install pyyaml"),
        (Manager("poetry", "/p/.venv/bin/python", "/p"), "poetry add -P /p pyyaml"),
        (Manager("pdm", "/p/.venv/bin/python", "/p", pip=False), "pdm add -p /p pyyaml"),
        (Manager("conda", "/c/bin/python", "/c"), "/c/bin/python -m pip install pyyaml"),
        (Manager("pipx", "/x/venvs/w/bin/python", "/x/venvs/w", pip=False), "pipx inject --force w pyyaml"),
    ],
)
def test_the_managers_own_command_is_advised(manager: Manager, command: str) -> None:
    assert _said("No module named 'yaml'", _here(manager=manager)) == f"Add it: {command}"


@pytest.mark.parametrize(
    ("packages", "applies", "here"),
    [
        (["ctranslate2==4.5.0"], "yes", "Found here: ctranslate2 4.5.0."),
        (["ctranslate2==4.8.5"], "no", "Here ctranslate2 4.8.5 is installed, to which it does not apply."),
        ([], "no", "ctranslate2 is not installed here."),
    ],
)
def test_whether_it_applies_is_told(packages: list[str], applies: str, here: str) -> None:
    explanation = explain(_find("cannot enable executable stack as shared object requires")[0], _here(*packages))
    assert (explanation.applies, explanation.here) == (applies, here)


def test_what_does_not_apply_here_is_not_made_for_here() -> None:
    text = "cannot enable executable stack as shared object requires"
    explanation = explain(_find(text)[0], _here("ctranslate2==4.8.5"))
    assert "/e/bin/python" not in "\n".join(map(str, explanation.fix))
    text = as_text([explanation])
    assert "  fix    If it was met here, that was before things stood as they do now; start the program again\n" in text
    there = text.partition("\n         What fixes it there:\n")[2].partition("\n  see ")[0].splitlines()
    assert there and all(line.startswith(" " * 11) for line in there)


def test_the_build_for_the_cpu_is_named_where_the_one_for_gpus_is_missing() -> None:
    assert fixing._absent("onnxruntime-gpu", _here("onnxruntime==1.32.0")) == (
        "onnxruntime-gpu is not installed here (onnxruntime 1.32.0, for the CPU, is)."
    )
    assert fixing._absent("onnxruntime-gpu", _here()) == "onnxruntime-gpu is not installed here."


@pytest.mark.parametrize("end", ["", ": cannot open shared object file"])
@pytest.mark.parametrize("beginning", ["Could not load library", "could not load library", "cannot open shared library"])
def test_a_librarys_name_is_read_after_the_word_library(beginning: str, end: str) -> None:
    explanation = explain(_find(f"{beginning} libfoo.so.3{end}")[0])
    assert explanation.cause.startswith("libfoo.so.3 is not where")


def test_without_an_environment_it_is_explained_in_general() -> None:
    explanation = explain(_find(WEIGHTS)[0])
    assert (explanation.applies, explanation.here) == ("unknown", "")
    assert "python -m pip install 'lightning<2.6' 'pytorch-lightning<2.6'" in "\n".join(map(str, explanation.fix))


def _service(**values: Any) -> Any:
    service = {
        "consumer": "ctranslate2",
        "part": "cublas",
        "provider": "nvidia-cublas-cu12 12.9",
        "served": "links",
        "reason": None,
    }
    return SimpleNamespace(**{**service, **values})


def _outcome(*services: Any) -> Any:
    site = "/e/lib/python3.11/site-packages"
    target = SimpleNamespace(is_home=True, python="/e/bin/python", site_packages=site, version=(3, 11))
    verdict = worst(one.verdict for one in services)
    return SimpleNamespace(services=lambda consumer="": services, target=target, verdict=verdict, linked=())


CUBLAS = "Library libcublas.so.12 is not found or cannot be loaded"


def test_what_the_core_serves_does_not_apply_any_more() -> None:
    explanation = explain(_find(CUBLAS)[0], _here("ctranslate2==4.6.1", outcome=_outcome(_service(verdict="healthy"))))
    assert explanation.applies == "no"
    assert explanation.here == "Here and now ctranslate2 finds cuBLAS from nvidia-cublas-cu12 12.9 (served: links)."


def _say(monkeypatch: pytest.MonkeyPatch, why: str, fix: Any) -> None:
    """Play the core's words about services of which nothing but the verdict is known."""
    monkeypatch.setattr(sentences, "why", lambda *services: why)
    monkeypatch.setattr(fixes, "Advisor", lambda outcome, place: SimpleNamespace(fix=fix))


def test_what_the_core_misses_applies_with_its_own_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    _say(monkeypatch, "no wheel has it", lambda *services: (Line("Add it", "THIS"),))
    here = _here("ctranslate2==4.6.1", outcome=_outcome(_service(verdict="no-provider", served="none")))
    explanation = explain(_find(CUBLAS)[0], here)
    assert (explanation.applies, explanation.here) == ("yes", "No wheel has it.")
    assert explanation.fix[0] == Line("Add it", "THIS")


CUDNN = "Unable to load any of {libcudnn_ops.so.9.1.0, libcudnn_ops.so.9}"


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        (Manager("uv-project", "/p/.venv/bin/python", "/p", pip=False), "uv add"),
        (Manager("poetry", "/p/.venv/bin/python", "/p"), "poetry add"),
        (Manager("pdm", "/p/.venv/bin/python", "/p", pip=False), "pdm add"),
        (Manager("pipx", "/x/venvs/w/bin/python", "/x/venvs/w", pip=False), "pipx inject --force TOOL"),
        (Manager("uv-tool", "/t/bin/python", "/t", pip=False), "uv pip install --python FOLDER/bin/python"),
        (Manager("uv", "/e/bin/python", "", pip=False), "uv pip install --python FOLDER/bin/python"),
        (PIP, "FOLDER/bin/python -m pip install"),
    ],
)
@pytest.mark.parametrize("packages", [["ctranslate2==4.6.1", "nvidia-cudnn-cu12==9.10.2.21"], []], ids=["healed", "absent"])
def test_another_environment_is_fixed_with_the_same_kind_of_manager(
    manager: Manager, command: str, packages: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("cudnn_heal.report.commands._program", lambda: ["/p/.venv/bin/cudnn-heal"])
    outcome = _outcome(*([_service(part="cudnn", verdict="healthy")] if packages else []))
    explanation = explain(_find(CUDNN)[0], _here(*packages, manager=manager, outcome=outcome))
    assert explanation.fix == (
        Line("Let cudnn-heal link them", "/p/.venv/bin/cudnn-heal --python FOLDER"),
        Line("cuDNN must be installed", f"{command} 'nvidia-cudnn-cu12==9.*'"),
        Line("Or upgrade; it needs cuBLAS all the same", f"{command} 'ctranslate2>=4.6.3' nvidia-cublas-cu12"),
    )
    assert ("typed in its project's folder:" in as_text([explanation])) is command.endswith(" add")
    assert explanation.first[-1].command == "/p/.venv/bin/cudnn-heal --explain 'THE MESSAGE' --python FOLDER"
    assert len(explanation.first) == (3 if packages else 1)  # where it is absent it was not met here


@pytest.mark.parametrize(("served", "healed"), [("links", True), ("in-process", False)])
def test_what_was_healed_meanwhile_is_told_with_its_time(served: str, healed: bool) -> None:
    outcome = _outcome(_service(verdict="healthy", served=served))
    history = [SimpleNamespace(time=time) for time in ("2026-01-30T12:00:00Z", "2026-01-31T12:00:00Z")]
    consumer, manifest = SimpleNamespace(name="ctranslate2"), SimpleNamespace(history=history)
    outcome.linked = (SimpleNamespace(observation=SimpleNamespace(consumer=consumer, manifest=manifest)),)
    first = explain(_find(CUBLAS)[0], _here("ctranslate2==4.6.1", outcome=outcome)).first
    when = sentences.local_time("2026-01-31T12:00:00Z")
    said = f"before {when}: cudnn-heal healed this environment then; start the program again"
    assert (said in first[0].text) is healed
    assert first[0].text.endswith("; start the program again")
    assert first[1].text == "If it comes again"
    assert first[1].command.endswith("cudnn-heal --doctor")


def test_what_was_taken_back_is_the_pause_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    paused = _service(verdict="paused", served="none", reason=SimpleNamespace(code="paused", values={}))
    _say(monkeypatch, "Taken back", lambda *services: ())
    here = _here("ctranslate2==4.6.1", outcome=_outcome(paused))
    explanation = explain(_find(CUBLAS)[0], here)
    assert explanation.cause.startswith("Taken back with --restore: ")
    assert explanation.cause.endswith(" to nvidia-cublas-cu12 12.9.")
    paused.provider = ""
    assert explain(_find(CUBLAS)[0], here).cause.endswith("nothing brings it.")


MIXED = "CUDNN_STATUS_SUBLIBRARY_VERSION_MISMATCH"


@pytest.mark.parametrize("path", ["", "/opt/cudnn"])
def test_what_meets_is_told_of_a_mix(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", path)
    outcome = SimpleNamespace(**{**vars(_outcome()), "services": lambda: [_service(part="cudnn", verdict="healthy")]})
    packages = ["ctranslate2==4.6.1", "nvidia-cudnn-cu12==9.10.2.21"]
    explanation = explain(_find(MIXED)[0], _here(*packages, outcome=outcome))
    assert explanation.here == (
        "Installed here: nvidia-cudnn-cu12 9.10.2.21; ctranslate2 is healthy (served: links); LD_LIBRARY_PATH is "
        + (f"{path}." if path else "not set.")
    )
    assert any(line.command == "unset LD_LIBRARY_PATH" for line in explanation.fix) is bool(path)


@pytest.mark.parametrize(
    ("text", "verdict", "advised"),
    [
        (MIXED, "pending", True),
        (MIXED, "healthy", False),
        (CUBLAS, "healthy", False),
        ("Unable to load any of {libcudnn_ops.so.9.1.0, libcudnn_ops.so.9}", "healthy", False),
    ],
)
def test_where_it_happened_though_all_is_healed_nobody_is_sent_in_a_circle(text: str, verdict: str, advised: bool) -> None:
    services = [_service(part=part, verdict=verdict) for part in ("cudnn", "cublas")]
    packages = ["ctranslate2==4.6.1", "nvidia-cudnn-cu12==9.10.2.21", "nvidia-cublas-cu12==12.9.1.4"]
    fix = explain(_find(text)[0], _here(*packages, outcome=_outcome(*services)), happened=True).fix
    assert any(re.search(r"(^|[/ ])cudnn-heal$", line.command) for line in fix) is advised, fix
    assert not any("nvidia-c" in str(line) for line in fix), fix  # they are installed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no wheel has it", "No wheel has it."),
        ("ctranslate2 opens it", "ctranslate2 opens it."),
        ("libcudnn_ops.so.9 in nvidia/cudnn/lib is damaged", "libcudnn_ops.so.9 in nvidia/cudnn/lib is damaged."),
        ("LD_LIBRARY_PATH leads elsewhere", "LD_LIBRARY_PATH leads elsewhere."),
        ("", ""),
    ],
)
def test_a_sentence_begins_with_a_capital_unless_a_name_begins_it(text: str, expected: str) -> None:
    assert fixing.sentence(text) == expected


def test_onnxruntime_is_judged_by_all_that_it_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    _say(monkeypatch, "2 missing", lambda *services: tuple(Line("Add", one.part) for one in services))
    services = [
        _service(part=part, verdict=verdict) for part, verdict in (("a", "healthy"), ("b", "no-provider"), ("c", "no-provider"))
    ]
    text = (
        "Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.12: cannot open shared object file"
    )
    explanation = explain(_find(text)[0], _here("onnxruntime-gpu==1.23.2", outcome=_outcome(*services)))
    assert (explanation.applies, explanation.here) == ("yes", "2 missing.")
    assert explanation.fix[:2] == (Line("Add", "b"), Line("Add", "c"))
    explanation = explain(_find(text)[0], _here("onnxruntime-gpu==1.23.2", outcome=_outcome(services[0])))
    assert explanation.here == "Here and now onnxruntime finds its libraries (served: links)."


def test_where_ctranslate2_is_not_installed_its_messages_do_not_apply() -> None:
    assert explain(_find(CUBLAS)[0], _here(outcome=_outcome())).applies == "no"


@pytest.mark.parametrize(
    ("module", "distribution"),
    [
        ("yaml", "pyyaml"),
        ("google.protobuf.message", "protobuf"),
        ("google", ""),
        ("pyannote.audio.core", "pyannote-audio"),
        ("x", ""),
    ],
)
def test_only_known_modules_have_a_distribution(module: str, distribution: str) -> None:
    assert modules.distribution(module) == distribution


@pytest.mark.parametrize(
    ("module", "owner"),
    [("torchaudio.frobnicate", "torchaudio 2.9.0"), ("frobnicate.core", "frobnicate 1.0")],
)
def test_a_module_that_another_release_has_is_not_installed_again(module: str, owner: str) -> None:
    said = _said(f"No module named '{module}'", _here("torchaudio==2.9.0", "frobnicate==1.0"))
    assert (
        said == f"{owner} is installed, and has no such module: another release of it is meant, or another package of that name"
    )


def test_a_wheel_whose_file_is_gone_is_laid_down_again(tmp_path: Path) -> None:
    info = tmp_path / "nvidia_nccl_cu13-2.28.9.dist-info"
    info.mkdir()
    (info / "RECORD").write_text("libnccl.so.2,,\n")
    library = tmp_path / "libnccl.so.2"
    here = Here(Facts(Installed({"nvidia-nccl-cu13": Distribution("nvidia-nccl-cu13", "2.28.9", info=str(info))}, {})), PIP)
    text = "ImportError: libnccl.so.2: cannot open shared object file"
    assert "--force-reinstall --no-cache-dir --no-deps nvidia-nccl-cu13==2.28.9" in _said(text, here)
    library.touch()
    assert "reinstall" not in _said(text, here)


def test_a_namespace_tells_nothing_of_a_module() -> None:
    assert "install protobuf" in _said("No module named 'google.protobuf'", _here("google==1.0"))


def test_references_become_addresses() -> None:
    assert fixing.address("fw#1431") == "https://github.com/SYSTRAN/faster-whisper/issues/1431"
    assert fixing.address("owner/repository#7") == "https://github.com/owner/repository/issues/7"
    assert fixing.address("https://a/b") == "https://a/b"


def test_the_entry_that_holds_the_driver_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    driver, other = tmp_path / "driver", tmp_path / "other"
    for folder, name in ((driver, "libcuda.so.1"), (other, "libcudnn.so.9")):
        folder.mkdir()
        (folder / name).touch()
    monkeypatch.setenv("LD_LIBRARY_PATH", f"{driver}:{other}")
    said = _said(MIXED, _here("nvidia-cudnn-cu12==9.10.2.21"))
    assert f"LD_LIBRARY_PATH={driver}" in said.replace("'", "")
    assert "unset LD_LIBRARY_PATH" not in said
    assert "unset LD_LIBRARY_PATH" not in _said(MIXED)


ORT_LIBRARY = (
    "Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open shared object file"
)


@pytest.mark.parametrize("text", [CPU_ONLY, ORT_LIBRARY])
@pytest.mark.parametrize("ours", ["1.20.0", "1.31.1"])
def test_an_environment_of_cuda_12_gets_an_onnxruntime_of_cuda_12(text: str, ours: str) -> None:
    here = _here(f"onnxruntime-gpu=={ours}", "onnxruntime==1.20.0", "nvidia-cublas-cu12==12.9.1.4")
    said = _said(text, here)
    assert "!=" not in said
    typed = [line for line in said.splitlines() if " install " in line and "uninstall" not in line]
    advised = [one for line in typed for one in re.findall(r"'?(onnxruntime-gpu[^' ]*)", line)]
    assert all(not Requirement(one).specifier.contains("1.28.0") for one in advised), said


def test_onnxruntime_gpu_is_bounded_on_both_sides() -> None:
    for row in ROWS:
        for one in (one for fix in row.fixes for one in fix.requirements if one.startswith("onnxruntime-gpu")):
            assert re.fullmatch(r"onnxruntime-gpu(?:\{\w+\}|=={ortgpu}|\[\w+\]\{\w+\}|>=[\d.]+(?:,<[\d.]+)?)", one), (
                row.id,
                one,
            )


def test_torchcodec_and_its_kin_are_never_advised_without_a_release() -> None:
    for row in ROWS:
        for one in (one for fix in row.fixes for one in fix.requirements):
            name = re.split(r"[^\w.-]", one)[0]
            assert name not in {"torchcodec", "torchvision"} or one != name, (row.id, one)
        assert not any("install torchcodec" in fix.text + fix.command for fix in row.fixes), row.id


def test_an_old_gpu_gets_the_same_torch_built_for_it() -> None:
    text = "CUDA error: no kernel image is available for execution on the device"
    sm_61 = "NVIDIA GeForce GTX 1080 with CUDA capability sm_61 is not compatible with the current PyTorch installation."
    base = _here("torch==2.9.0")
    here = base._replace(facts=base.facts._replace(capabilities=("6.1",)))
    for pasted in (text, sm_61):
        said = _said(pasted, here)
        assert "torch<2.8" not in said
        assert "whl/cu126" in said, said


EXECUTABLE = "libctranslate2-1.so: cannot enable executable stack as shared object requires"
CUDNN_8 = "Could not load library libcudnn_ops_infer.so.8. Error: libcudnn_ops_infer.so.8: cannot open shared object file"


@pytest.mark.parametrize(
    ("driver", "capability", "bound"),
    [
        ("535.183", ("9.0",), "4.6"),
        ("535.183", (), "4.6"),
        ("555.42", ("12.0",), "4.6.3"),
        ("570.124.06", ("9.0",), ""),
        ("535.183", ("7.5",), ""),
        ("", ("9.0",), ""),
    ],
)
def test_no_ctranslate2_that_the_driver_cannot_run(driver: str, capability: tuple[str, ...], bound: str) -> None:
    base = _here("ctranslate2==4.4.0", "nvidia-cublas-cu12==12.9.1.4")
    here = base._replace(facts=base.facts._replace(driver=driver, capabilities=capability))
    for text in (CUBLAS, CUDNN, CUDNN_8, EXECUTABLE, NAN, "CUBLAS_STATUS_NOT_SUPPORTED", "cudaErrorUnsupportedPtxVersion"):
        said = _said(text, here)
        advised = [Requirement(one) for one in re.findall(r"'(ctranslate2[<>=][^']+)'", said) if " install " in said]
        assert all(not bound or not one.specifier.contains(bound) for one in advised), (text, said)
        assert text != CUDNN_8 or advised
    assert bool(bound) or "'ctranslate2>=4.6.3'" in _said(CUDNN, here)


def test_what_replaces_the_cudnn_that_lacks_a_library_has_it() -> None:
    text = "Unable to load any of {libcudnn_engines_tensor_ir.so.9.20.0, libcudnn_engines_tensor_ir.so.9}"
    said = _said(text, _here("nvidia-cudnn-cu12==9.20.0.48"))
    assert "nvidia-cudnn-cu12>=9.21" in said
    assert "==9." not in said


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_nothing_is_advised_that_an_installed_package_refuses(row: Row) -> None:
    """Whatever a row advises to install, a package that refuses every release of it is named instead."""
    for fix in row.fixes:
        for one in fix.requirements:
            name = re.split(r"[^\w.-]", one)[0]
            if fix.do != "add" or not name or "{" in one or "==" in one or not row.example:
                continue
            here = _here("guard==1.0", f"{name}==0.0.1", guard=f"{name}==0.0.1")
            said = [explain(one, here, happened=True).fix for one in _find(row.example)]
            typed = [line for lines in said for line in lines if re.search(rf" '?{re.escape(name)}[ '><=]", line.command)]
            typed = [line for line in typed if " install " in line.command and re.search(r"[<>=]", line.command)]
            assert not typed, (row.id, typed)


@pytest.mark.parametrize(
    ("text", "advised"),
    [
        ("RuntimeError: cuDNN failed with status CUDNN_STATUS_EXECUTION_FAILED", True),
        ("CUDNN_STATUS_EXECUTION_FAILED", True),
        ("RuntimeError: cuDNN error: CUDNN_STATUS_EXECUTION_FAILED", False),
        ("[ONNXRuntimeError] : 1 : FAIL : CUDNN failure 8: CUDNN_STATUS_EXECUTION_FAILED ; GPU=0", False),
        (
            "Traceback (most recent call last):\n"
            '  File "/v/lib/python3.11/site-packages/torch/nn/modules/conv.py", line 456, in _conv_forward\n'
            "RuntimeError: CUDNN_STATUS_EXECUTION_FAILED",
            False,
        ),
    ],
    ids=["ctranslate2", "nobody", "torch", "onnxruntime", "torch's traceback"],
)
@pytest.mark.parametrize("here", [None, _here("ctranslate2==4.5.0", "torch==2.8.0")], ids=["in general", "here"])
def test_advice_belongs_to_the_speaker(text: str, advised: bool, here: Here | None) -> None:
    said = _said(text, here)
    assert ("ctranslate2>=4.6.3" in said) == advised
    assert said


@pytest.fixture
def on_windows(monkeypatch: pytest.MonkeyPatch) -> Here:
    """Return an environment on Windows, seen from a PowerShell, in which everything is served."""
    monkeypatch.delenv("PROMPT", raising=False)
    monkeypatch.setattr(systems, "here", windows)
    monkeypatch.setattr(commands, "here", windows)
    monkeypatch.setattr(commands, "quoted", windows.quoted)
    monkeypatch.setattr(fixing, "WINDOWS", True)
    served = [
        SimpleNamespace(
            consumer="ctranslate2",
            part=part,
            verdict="healthy",
            served="in-process",
            provider=f"nvidia-{part}-cu12 1",
            loads=(),
        )
        for part in ("cudnn", "cublas")
    ]
    target = SimpleNamespace(site_packages="C:\\e", python="C:\\an e\\python.exe", is_home=True)
    outcome = SimpleNamespace(
        verdict="healthy",
        target=target,
        linked=(),
        services=lambda consumer="": [one for one in served if consumer in ("", one.consumer)],
    )
    return _here(
        "ctranslate2==4.6.1", "nvidia-cudnn-cu12==9.1", manager=Manager("uv", "C:\\an e\\python.exe", ""), outcome=outcome
    )


def test_what_is_served_on_windows_is_told_there_alone(on_windows: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    found = _find("RuntimeError: Library cublas64_12.dll is not found or cannot be loaded")[0]
    there = explain(found, on_windows)
    assert (there.applies, there.here) == (
        "no",
        "Here and now ctranslate2 finds cuBLAS from nvidia-cublas-cu12 1 (served: in-process).",
    )
    monkeypatch.setattr(fixing, "WINDOWS", False)
    assert explain(found, on_windows).applies == "unknown"


def test_no_variable_of_linux_is_told_on_windows(on_windows: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    found = _find("Could not locate cudnn_ops64_9.dll. Please make sure it is in your library path!")[0]
    assert explain(found, on_windows).here == (
        "Installed here: nvidia-cudnn-cu12 9.1; ctranslate2 is healthy (served: in-process)."
    )
    monkeypatch.setattr(systems, "here", linux)
    assert "LD_LIBRARY_PATH is" in explain(found, on_windows).here


def test_commands_are_those_of_windows_shells(on_windows: Here) -> None:
    said = _said("torch.cuda.is_available() is False", on_windows)
    assert '& "C:\\an e\\python.exe" -c "import torch; print(torch.__version__, torch.version.cuda)"' in said
    duplicate = _said("OMP: Error #15: Initializing libiomp5md.dll, but found libiomp5md.dll already initialized.", on_windows)
    assert '$env:KMP_DUPLICATE_LIB_OK = "TRUE"' in duplicate and "export" not in duplicate
    elsewhere = _said("Unable to load any of {libcudnn_ops.so.9.1.0, libcudnn_ops.so.9}", on_windows)
    assert "Scripts\\python.exe" in elsewhere and "FOLDER/bin" not in elsewhere


HOSTILE = [
    "My Models",
    "My  Models/large v3",
    "it's/here",
    "$(echo >made)",
    "/data/`echo >made`",
    "/data/x;echo>made",
    "/data/x&&echo>made",
    "/data/x|echo>made",
    '/data/"$HOME"',
    "/data/x>made",
    "/data/x<>made",
    "~/x",
    "/data/!!",
]
"""Paths as a text may have them: some run a program where they are pasted unquoted."""


def _of_the_text(row: Row) -> list[str]:
    """Return the values of a text that `row` puts into a command."""
    groups = re.findall(r"\?P<(\w+)>", row.pattern)
    return [name for name in groups if any(f"{{{name}}}" in getattr(fix, "command", "") for fix in row.fixes)]


def _run(command: str, folder: Path) -> list[str]:
    """Run a printed command where no program is found; return the words with which programs were called."""
    command = command.replace("tryout/bin/", "")  # bash asks the function below for what has no slash alone
    script = f'command_not_found_handle() {{ printf "%s\\0" "$@"; }}; {command}'
    run = subprocess.run(["/bin/bash", "-c", script], cwd=folder, env={"PATH": "/nowhere"}, capture_output=True, text=True)
    return run.stdout.split("\0")


@pytest.mark.skipif(sys.platform == "win32", reason="bash")
def test_a_command_made_of_a_text_has_its_words_as_they_stood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tried = set()
    for row in ROWS:
        for name in _of_the_text(row):
            value = next((one.values[name] for one in _find(row.example) if name in one.values), "")
            for path in HOSTILE if value else ():
                for found in _find(row.example.replace(value, path)):
                    if found.row == row and found.values.get(name) == path:
                        commands = [line.command for line in explain(found).fix if line.command]
                        assert path in [word for command in commands for word in _run(command, tmp_path)], commands
                        tried.add((row.id, path))
    assert {path for _, path in tried} == {*HOSTILE}
    assert {"model-missing", "file-missing"} <= {row for row, _ in tried}
    assert not (tmp_path / "made").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="bash")
def test_control_an_unquoted_path_runs_what_it_says(tmp_path: Path) -> None:
    _run("ls -lL $(echo >made)", tmp_path)
    assert (tmp_path / "made").exists()


def test_brackets_are_quoted_once() -> None:
    assert _said("zsh: no matches found: nemo_toolkit[asr]") == "Write it in quotes: pip install 'nemo_toolkit[asr]'"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "ImportError: numpy>=1.17.* is required for a normal functioning of this module, but found numpy==2.0.",
            "numpy>=1.17",
        ),
        ("ImportError: foo=>1.0 is required for a normal functioning of this module, but found foo==2.0.", "foo=>1.0"),
        ("ImportError: foo>=1.0,=2 is required for a normal functioning of this module, but found foo==2.0.", "foo>=1.0,=2"),
        ("pkg_resources.DistributionNotFound: The 'numpy-' distribution was not found and is required by it", "numpy,"),
        ("importlib.metadata.PackageNotFoundError: No package metadata was found for my_package-", "my-package"),
        (
            "importlib.metadata.PackageNotFoundError: No package metadata was found for The 'tokenizers>=0.14,<0.19'"
            " distribution was not found and is required by this application.",
            "tokenizers",
        ),
    ],
)
def test_a_requirement_that_is_none_is_told_as_it_stands(text: str, says: str) -> None:
    found = explain(_find(text)[0], _here("numpy==2.0"))
    assert f"A package asks for {says}" in found.cause
    assert not any("=>" in line.command or " the" in line.command for line in found.fix)


def test_a_module_that_is_installed_here_was_asked_for_by_another_python() -> None:
    found = explain(_find("ModuleNotFoundError: No module named 'ctranslate2'")[0], _here("ctranslate2==4.6.1"))
    assert "Here ctranslate2 4.6.1 is installed: another Python ran the program" in found.cause
    assert str(found.fix[0]) == "Run it with the Python that has it: /e/bin/python PROGRAM"
    other = explain(_find("ModuleNotFoundError: No module named 'ctranslate2'")[0], _here("numpy==2.0"))
    assert "another Python" not in other.cause, "the control: it is not installed"
