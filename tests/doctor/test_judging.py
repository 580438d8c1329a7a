"""What the checks make of answers that this machine may not give: those of GPUs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from cudnn_heal.doctor.checks import CHECKS, asked
from cudnn_heal.doctor.gpucode import Code
from cudnn_heal.doctor.proving import followed
from cudnn_heal.doctor.result import failed
from cudnn_heal.doctor.stack import SPOKEN, Asked
from cudnn_heal.knowledge.rows import ROWS
from cudnn_heal.read.target import Unusable
from support.doctor_results import DRIVER, PROBLEM, Told, ended, examined

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the doctor knows Linux only")

RUN = {"first encode": 0.1, "encode": 0.01, "generate": 0.02, "difference": 0.0}
OUT_OF_MEMORY = "CUDA failed with error out of memory"
TORCH = {"version": "2.8.0+cu128", "cuda": "12.8", "cudnn": 91002, "available": True, "differences": {"LSTM": 1e-3}}
ONNX = {"version": "1.31.1", "providers": ["CUDAExecutionProvider", "CPUExecutionProvider"]}
WARNED = "RuntimeError: Could not load libtorchcodec. Likely causes: FFmpeg is not properly installed in your environment."
GOOD = {"ran on": ["CUDAExecutionProvider"], "difference": 1e-4}


def transcribed(folder: Path, torch: bool = False, files: tuple[str, ...] = (), **runs: dict[str, Any]) -> Any:
    facts = {"runs": {"cpu": {"float32": RUN}, "cuda": runs}, "files": list(files), "torch": torch}
    return examined("transcription on the GPU", Told(folder, facts, ctranslate2="4.8.5"))


@pytest.mark.parametrize(
    ("kind", "difference", "status"),
    [
        ("float32", 0.0, "ok"),
        ("float32", 0.02, "ok"),
        ("float32", 0.03, "failed"),
        ("float16", 0.03, "ok"),
        ("int8_float16", 0.2, "ok"),
        ("int8_float16", 0.4, "failed"),
        ("float32", 1e30, "failed"),
    ],
)
def test_a_gpu_must_agree_with_the_cpu(tmp_path: Path, kind: str, difference: float, status: str) -> None:
    runs: dict[str, Any] = {kind: {**RUN, "difference": difference}}
    result = transcribed(tmp_path, **runs)
    assert result.status == status
    assert f"encodes 30 s: {kind} 10 ms (at first 100)" in result.summary


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (0.0, "within 0 of"),
        (0.0506, "within 0.051 of"),
        (0.0504, "within 0.051 of"),
        (0.05, "within 0.05 of"),
        (9.96, "within 10 of"),
    ],
)
def test_the_distance_to_the_cpu_is_never_told_smaller_than_it_is(tmp_path: Path, difference: float, said: str) -> None:
    assert said in transcribed(tmp_path, bfloat16={**RUN, "difference": difference}).summary


def test_a_compute_type_that_fails_is_named_and_the_others_are_told(tmp_path: Path) -> None:
    result = transcribed(tmp_path, float16=RUN, int8={"error": "cuBLAS failed with status CUBLAS_STATUS_NOT_SUPPORTED"})
    (problem,) = result.problems
    assert problem.found[0] == "int8: cuBLAS failed with status CUBLAS_STATUS_NOT_SUPPORTED"
    assert problem.id == "cublas-not-supported"
    assert "float16 10 ms" in result.summary


def test_out_of_memory_is_answered_with_less_memory_and_no_reinstall(tmp_path: Path) -> None:
    (problem,) = transcribed(tmp_path, float16={"error": OUT_OF_MEMORY}).problems
    assert problem.id == "gpu-memory"
    assert not any("install" in str(line) for line in problem.fix), problem.fix


def test_compute_types_that_fail_alike_are_told_as_one(tmp_path: Path) -> None:
    (problem,) = transcribed(tmp_path, float16={"error": OUT_OF_MEMORY}, float32={"error": OUT_OF_MEMORY}).problems
    assert problem.found == (f"float16: {OUT_OF_MEMORY}", f"float32: {OUT_OF_MEMORY}")


def test_a_run_with_torch_in_the_process_says_so(tmp_path: Path) -> None:
    assert transcribed(tmp_path, True, float32=RUN).notes == ("torch was in the process.",)
    assert transcribed(tmp_path, False, float32=RUN).notes == ()


def test_two_cudnn_in_a_gpu_pass_are_a_failure(tmp_path: Path) -> None:
    files = ("/usr/lib/libcudnn_graph.so.9.14.0", "/opt/x/libcudnn_ops.so.9", "/opt/x/libcublas.so.12")
    result = transcribed(tmp_path, False, files, float32=RUN)
    assert result.status == "failed"
    assert result.problems[0].found == (
        "/usr/lib (the system): libcudnn_graph.so.9.14.0",
        "/opt/x (the system): libcudnn_ops.so.9",
    )


@pytest.mark.parametrize(
    ("changed", "status", "says"),
    [
        pytest.param({}, "ok", "", id="all well"),
        pytest.param({"differences": {"LSTM": 1.0}}, "failed", "the LSTM on the GPU differs from the CPU's", id="wrong"),
        pytest.param({"available": False, "cuda": None}, "failed", "is built without CUDA", id="cpu build"),
        pytest.param({"available": False, "cuda": "13.2"}, "failed", "torch.cuda.is_available() is False", id="old driver"),
        pytest.param({"architectures": ["sm_80", "sm_90"]}, "ok", "", id="runs the code of an older one of its line"),
        pytest.param({"architectures": ["sm_90", "sm_120"]}, "failed", "sm_89; torch is built for sm_90", id="older GPU"),
        pytest.param({"architectures": ["sm_75", "compute_75"]}, "ok", "", id="compiles for itself"),
        pytest.param({"architectures": ["sm_70"]}, "failed", "sm_89; torch is built for sm_70", id="newer GPU"),
    ],
)
def test_torch_must_use_the_gpu(tmp_path: Path, changed: dict[str, Any], status: str, says: str) -> None:
    result = examined("torch", Told(tmp_path, {**TORCH, **changed}, torch="2.8.0"))
    assert result.status == status
    assert says in "".join(line for problem in result.problems for line in problem.found)
    assert not any("--force-reinstall" in line.command for problem in result.problems for line in problem.fix if "sm_" in says)


@pytest.mark.parametrize(
    ("built", "status"), [([Code(86, False)], "ok"), ([Code(80, True)], "ok"), ([Code(90, False)], "failed"), ([], "ok")]
)
def test_ctranslate2_must_have_code_for_the_gpu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, built: list[Code], status: str
) -> None:
    monkeypatch.setattr("cudnn_heal.doctor.gpucode.architectures", lambda path: built)
    facts = {"version": "4.8.5", "gpus": 1, "cuda": ["float16"], "cpu": ["int8"], "library": "/x"}
    result = examined("ctranslate2", Told(tmp_path, facts, ctranslate2="4.8.5"))
    assert result.status == status
    assert status == "ok" or result.problems[0].id == "no-kernel-ctranslate2"


@pytest.mark.parametrize(
    ("built", "variables", "says"),
    [
        pytest.param([Code(86, False), Code(86, True)], {}, "", id="code that runs"),
        pytest.param([Code(80, True)], {}, "once, as long as {home}/.nv/ComputeCache is kept.", id="kept"),
        pytest.param(
            [Code(80, True)], {"CUDA_CACHE_PATH": "/dev/null/x"}, "in each process, since /dev/null/x", id="no folder"
        ),
        pytest.param([Code(80, True)], {"CUDA_CACHE_DISABLE": "1"}, "in each process, since CUDA_CACHE_DISABLE", id="off"),
        pytest.param([Code(80, True)], {"CUDA_CACHE_PATH": "not/there"}, "/not/there is kept.", id="relative"),
    ],
)
def test_what_the_driver_compiles_first_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, built: list[Code], variables: dict[str, str], says: str
) -> None:
    monkeypatch.setattr("cudnn_heal.doctor.gpucode.architectures", lambda path: built)
    for name in ("CUDA_CACHE_PATH", "CUDA_CACHE_DISABLE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"HOME": str(tmp_path), **variables}.items():
        monkeypatch.setenv(name, value)
    facts = {"version": "4.8.5", "gpus": 1, "cuda": ["float16"], "cpu": ["int8"], "library": "/x"}
    result = examined("ctranslate2", Told(tmp_path, facts, ctranslate2="4.8.5"))
    assert result.status == "ok"
    assert bool(result.notes) == bool(says)
    assert says.format(home=tmp_path) in "".join(map(str, result.notes))
    assert not says or "it has no code for sm_89, so the driver compiles compute_80" in result.notes[0]


@pytest.mark.parametrize(
    ("machine", "says"), [("aarch64", "for aarch64 are built without CUDA"), ("x86_64", "or the driver is")]
)
def test_a_ctranslate2_that_sees_no_gpu_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: str, says: str
) -> None:
    monkeypatch.setattr("platform.machine", lambda: machine)
    facts = {"version": "4.8.5", "gpus": 0, "cuda": [], "cpu": ["int8"], "library": "/x"}
    (problem,) = examined("ctranslate2", Told(tmp_path, facts, ctranslate2="4.8.5")).problems
    assert says in problem.cause


def onnx(folder: Path, *output: str, runs: dict[str, Any] | None = None, **versions: str) -> Any:
    cpu = {name: {"ran on": ["CPUExecutionProvider"], "difference": 0.0} for name in ("MatMul", "Conv", "LSTM")}
    installed: dict[str, Any] = versions or {"onnxruntime_gpu": "1.31.1"}
    told = Told(folder, {}, **installed)
    facts = {**ONNX, "runs": {"CPUExecutionProvider": cpu, **({"CUDAExecutionProvider": runs} if runs is not None else {})}}
    told.child = lambda *arguments, **options: ended(facts, output=output)  # type: ignore[method-assign]
    return examined("ONNX Runtime", told)


def test_a_cuda_provider_that_computes_rightly_is_ok(tmp_path: Path) -> None:
    result = onnx(tmp_path, runs={"MatMul": GOOD, "Conv": GOOD})
    assert result.status == "ok"
    assert result.summary == "onnxruntime-gpu 1.31.1: CPU; CUDA (MatMul, Conv)"


def test_a_session_that_starts_and_a_first_conv_that_fails_is_a_failure(tmp_path: Path) -> None:
    """Measured with 1.31.1 on a GPU without cuDNN: 0.1.0 called it ok."""
    error = "cuDNN is unavailable or disabled for CUDA Execution Provider: dlopen failed for libcudnn.so"
    result = onnx(tmp_path, runs={"MatMul": GOOD, "Conv": {"error": error}})
    assert result.status == "failed"
    assert result.summary == "onnxruntime-gpu 1.31.1: CPU; CUDA (MatMul)"
    (problem,) = result.problems
    assert problem.found[0] == f"Conv (cuDNN): {error}"
    assert problem.id == "onnxruntime-cudnn"


def test_a_silent_fallback_to_the_cpu_is_a_failure(tmp_path: Path) -> None:
    fallen = {"ran on": ["CPUExecutionProvider"], "difference": 0.0}
    result = onnx(tmp_path, runs={"MatMul": fallen, "Conv": fallen})
    assert result.status == "failed"
    assert "MatMul, Conv: asked for CUDAExecutionProvider, ran on CPUExecutionProvider" in result.problems[0].found[0]


def test_the_library_that_made_it_fall_back_is_explained(tmp_path: Path) -> None:
    said = (
        "Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open shared object"
        " file: No such file or directory"
    )
    result = onnx(tmp_path, said, runs={"MatMul": {"ran on": ["CPUExecutionProvider"], "difference": 0.0}})
    assert result.problems[0].id == "onnxruntime-library"


def test_a_wrong_result_of_a_provider_is_a_failure(tmp_path: Path) -> None:
    result = onnx(tmp_path, runs={"Conv": {"ran on": ["CUDAExecutionProvider"], "difference": 1e30}})
    assert "differs from the CPU's" in result.problems[0].found[0]


@pytest.mark.parametrize(
    ("driver", "tensorrt", "wanted"),
    [
        pytest.param({"gpus": []}, True, [], id="no GPU"),
        pytest.param(DRIVER, False, ["CUDAExecutionProvider"], id="GPU"),
        pytest.param(DRIVER, True, ["CUDAExecutionProvider", "TensorrtExecutionProvider"], id="GPU and TensorRT"),
    ],
)
def test_a_provider_is_asked_for_only_where_it_can_be_there(
    tmp_path: Path, driver: dict[str, Any], tensorrt: bool, wanted: list[str]
) -> None:
    asked: list[Any] = []
    installed: dict[str, Any] = {"tensorrt_cu13_libs": "10.9"} if tensorrt else {}
    told = Told(tmp_path, {}, driver, onnxruntime_gpu="1.20.2", **installed)
    told.distributions = dict.fromkeys(told.versions)  # type: ignore[assignment]
    told.child = lambda work: asked.append(work.arguments[0]) or ended({**ONNX, "runs": {}})  # type: ignore
    examined("ONNX Runtime", told)
    assert asked == [wanted]


def test_two_onnx_runtimes_are_the_known_problem(tmp_path: Path) -> None:
    for name, version in (("onnxruntime", "1.32.0"), ("onnxruntime-gpu", "1.31.1")):
        lay(tmp_path, name, version)
    result = onnx(tmp_path, onnxruntime="1.32.0", onnxruntime_gpu="1.31.1")
    assert result.summary == "two distributions in one folder"
    (problem,) = result.problems
    assert problem.id in {row.id for row in ROWS}
    assert problem.fix[0].text == "Keep the one for the GPU, which runs on the CPU too"
    assert " onnxruntime onnxruntime-gpu && " in problem.fix[0].command
    assert "onnxruntime-gpu==1.31.1" in problem.fix[0].command


@pytest.mark.parametrize(
    ("facts", "status", "says"),
    [
        ({"version": "3.4.0", "right": True}, "ok", "compiles a kernel and runs it"),
        ({"version": "3.4.0", "right": False}, "failed", "compiles wrongly"),
        ({"version": "3.4.0"}, "ok", "imports"),
    ],
)
def test_triton_must_compile_rightly(tmp_path: Path, facts: dict[str, Any], status: str, says: str) -> None:
    result = examined("triton", Told(tmp_path, facts, triton="3.4.0"))
    assert (result.status, says in result.summary) == (status, True)


@pytest.mark.parametrize(("heard", "status"), [(5.3, "ok"), (2.7, "ok"), (2.6, "failed"), (0.0, "failed")])
def test_voice_detection_must_hear_the_sample(tmp_path: Path, heard: float, status: str) -> None:
    result = examined("faster-whisper", Told(tmp_path, {"heard": heard, "seconds": 5.3}, faster_whisper="1.2.1"))
    assert result.status == status
    assert result.summary == f"1.2.1, opens a file; voice detection hears {heard:.1f} of 5.3 s of speech"


def piped(folder: Path, *, model: str = "tiny", audio: str = "", **runs: dict[str, Any]) -> Any:
    told = Told(folder, {"runs": runs, "device": "GPU", "duration": 5.3}, faster_whisper="1.2.1")
    told.asked = Asked(model, audio)
    return examined("faster-whisper's pipeline", told)


def test_a_pipeline_is_told_with_text_seconds_and_memory(tmp_path: Path) -> None:
    result = piped(tmp_path, float16={"text": SPOKEN, "seconds": 0.53, "memory": 2**30})
    assert result.status == "ok"
    assert result.summary == f'on the GPU: "{SPOKEN}"; float16 0.5 s for 5.3 s of sound (10x), 1.0 GiB'


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("this is a test, 1, 2, 3, 4, 5, thank you for listening", "ok"),
        ("This is a test. One to three for five. Thank you.", "ok"),
        ("", "failed"),
        ("!!!!!!!!!!!!!!!!", "failed"),
        ("Thanks for watching!", "failed"),
    ],
)
def test_a_pipeline_must_hear_what_is_said(tmp_path: Path, text: str, status: str) -> None:
    assert piped(tmp_path, float16={"text": text, "seconds": 0.5}).status == status


def test_a_pipeline_that_runs_out_of_memory_in_one_type_tells_the_others(tmp_path: Path) -> None:
    result = piped(tmp_path, float16={"text": SPOKEN, "seconds": 0.5}, float32={"error": OUT_OF_MEMORY})
    assert result.status == "failed"
    assert (result.problems[0].id, "float16 0.5 s" in result.summary) == ("gpu-memory", True)


@pytest.mark.parametrize(
    ("model", "audio", "says"),
    [
        ("{here}", "", "holds no model for CTranslate2"),
        ("{here}/none", "", "is no folder"),
        ("./none", "", "is no folder"),
        ("", "x.wav", "--audio needs a model"),
        ("tiny", "{here}/none.wav", "is no file"),
    ],
)
def test_a_model_or_sound_that_is_not_there_is_told_before_any_work(tmp_path: Path, model: str, audio: str, says: str) -> None:
    told = Told(tmp_path, {}, faster_whisper="1.2.1")
    with pytest.raises(Unusable, match=says):
        asked.usable(told, Asked(model.format(here=tmp_path), audio.format(here=tmp_path)))


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"missing": "no snapshot"}, "large-v3 is not in the hub's cache, and the doctor downloads nothing"),
        ({"unreadable": "InvalidDataError: [Errno 1094995529]"}, "can't be read as a sound"),
    ],
)
def test_what_the_environment_can_not_open_is_told_before_any_work(tmp_path: Path, facts: dict[str, str], says: str) -> None:
    (tmp_path / "x.wav").write_text("no sound")
    with pytest.raises(Unusable, match=says):
        asked.usable(Told(tmp_path, facts, faster_whisper="1.2.1"), Asked("large-v3", str(tmp_path / "x.wav")))


def test_a_name_in_the_cache_becomes_its_folder(tmp_path: Path) -> None:
    told = Told(tmp_path, {"model": "/cache/snapshots/1"}, faster_whisper="1.2.1")
    assert asked.usable(told, Asked("large-v3")) == Asked("/cache/snapshots/1")


@pytest.mark.parametrize(
    ("module", "follows", "cause"),
    [
        pytest.param(
            "one.half.more", "requirements", "other 2.0 requires one-half==1.5, which is not installed.", id="required"
        ),
        pytest.param("one", "", "The module one is imported, and the interpreter that says so does not have it.", id="else"),
    ],
)
def test_a_module_that_is_missing_is_no_consequence_of_another_librarys_failure(
    tmp_path: Path, module: str, follows: str, cause: str
) -> None:
    lay(tmp_path, "whisperx", "3.8.6", "other")
    lay(tmp_path, "other", "2.0", "one-half==1.5")
    told = Told(tmp_path, {}, whisperx="3.8.6", other="2.0")
    told.child = lambda work: ended(  # type: ignore[method-assign]
        {}, done=False, exception=f"ModuleNotFoundError: No module named '{module}'", output=(WARNED,)
    )
    broken = failed("does not decode", PROBLEM._replace(id="torchcodec"))
    found = {"torchcodec": broken, "requirements": examined("requirements", told)}
    check = next(check for check in CHECKS if check.name == "WhisperX")
    result = examined("WhisperX", told)
    assert found["requirements"].status == "failed"
    assert followed(check, result, found) == follows
    assert result.problems[0].cause == cause


@pytest.mark.parametrize(
    ("other", "advice"),
    [
        pytest.param("numpy>=1", "Meet them: ", id="nobody minds"),
        pytest.param(
            "numpy<2", "The fix, numpy>=2.1.0, is ruled out: faster-whisper 1.2.1 requires numpy<2.", id="another does"
        ),
    ],
)
def test_a_requirement_is_met_only_where_that_breaks_no_other(tmp_path: Path, other: str, advice: str) -> None:
    for name, version, requires in (("whisperx", "3.8.6", "numpy>=2.1.0"), ("faster-whisper", "1.2.1", other)):
        lay(tmp_path, name, version, requires)
    lay(tmp_path, "numpy", "1.26.4")
    told = Told(tmp_path, {}, whisperx="3.8.6", faster_whisper="1.2.1", numpy="1.26.4")
    (problem,) = examined("requirements", told).problems
    (line,) = problem.fix
    assert str(line).startswith(advice)
    assert bool(line.command) is advice.startswith("Meet")
    assert not line.command or line.command.endswith("'numpy>=2.1.0'")


def lay(folder: Path, name: str, version: str, *requires: str) -> None:
    """Lay the metadata of a distribution, and nothing else of it."""
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}", *(f"Requires-Dist: {one}" for one in requires)]
    (info / "METADATA").write_text("\n".join(lines) + "\n")
