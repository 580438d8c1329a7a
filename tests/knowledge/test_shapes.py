"""What the shape of a message tells: libraries, symbols, status codes, signals, modules, names, whoever says it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cudnn_heal.knowledge import ROWS, Facts, Here, codes, explain, matching
from cudnn_heal.knowledge.model import Explanation
from cudnn_heal.read.installed import Distribution, Installed
from cudnn_heal.read.manager import Manager

PIP = Manager("pip", "/e/bin/python", "")


def _here(*packages: str, **more: Any) -> Here:
    found = dict(package.split("==") for package in packages)
    return Here(Facts(Installed({name: Distribution(name, version) for name, version in found.items()}, {}), **more), PIP)


def _told(text: str, here: Here | None = None) -> Explanation:
    (finding,) = matching.search(text)[0]
    return explain(finding, here)


@pytest.mark.parametrize("name", sorted(codes.table()))
def test_every_status_code_is_answered(name: str) -> None:
    told = _told(f"RuntimeError: something failed with {name} in x")
    assert told.cause
    assert told.fix
    assert name in told.cause or told.id != "status-code"


@pytest.mark.parametrize(
    "code", [code for code in codes.table().values() if code.name.startswith("cudaError") and code.printed]
)
def test_every_status_of_cuda_is_answered_as_it_is_printed(code: codes.Code) -> None:
    for text in (f"RuntimeError: CUDA error: {code.printed}", f"RuntimeError: CUDA failed with error {code.printed}"):
        assert len(matching.search(text)[0]) == 1, text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("CUDA failure 46: x", "cudaErrorDevicesUnavailable"),
        ("CUDNN failure 4: CUDNN_STATUS_INTERNAL_ERROR", "CUDNN_STATUS_INTERNAL_ERROR"),
        ("CUDNN failure 5003: x", "CUDNN_STATUS_EXECUTION_FAILED_CUDART"),
        ("CUBLAS failure 13: x", "CUBLAS_STATUS_EXECUTION_FAILED"),
        ("cuInit returned 999", "cudaErrorUnknown"),
        ("pynvml.NVMLError_LibRmVersionMismatch: x", "NVML_ERROR_LIB_RM_VERSION_MISMATCH"),
        ("CUDA initialization failure with error: 35", "cudaErrorInsufficientDriver"),
        ("Exception: CUDA failure! 35", "cudaErrorInsufficientDriver"),
        ("cuDevicePrimaryCtxRetain() returned 101", "cudaErrorInvalidDevice"),
        ("failed call to cuInit: UNKNOWN ERROR (303)", "cudaErrorSharedObjectInitFailed"),
        ("cuda driver library failed to get device context 46", "cudaErrorDevicesUnavailable"),
        ("cuda driver library init failure: 999", "cudaErrorUnknown"),
        ("Unexpected error from cudaGetDeviceCount(). Error 802: system not yet initialized", "cudaErrorSystemNotReady"),
    ],
)
def test_codes_are_known_by_number_and_in_other_spellings(text: str, name: str) -> None:
    assert name in [found for _, found in codes.search("".join(text.split()))]


@pytest.mark.parametrize(
    "text", ["CUDA 12.8", "CUDA error", "cudaSuccess", "CUDNN_STATUS_SUCCESS", "CUDA version: 12040", "cuda:0"]
)
def test_what_is_no_status_is_none(text: str) -> None:
    assert list(codes.search("".join(text.split()))) == []


@pytest.mark.parametrize(
    ("library", "words"),
    [
        ("libcusparse.so.12", "cuSPARSE"),
        ("libnvidia-ml.so.1", "driver"),
        ("libcuda.so.1", "driver"),
        ("libavcodec.so.61", "FFmpeg"),
        ("libpython3.12.so.1.0", "Python's own"),
        ("libc10.so", "torch's own"),
        ("libportaudio.so.2", "PortAudio"),
        ("libnvinfer.so.10", "TensorRT"),
        ("libfrobnicate.so.3", "not known here"),
    ],
)
def test_a_library_is_told_by_whose_it_is(library: str, words: str) -> None:
    assert words in _told(f"ImportError: {library}: cannot open shared object file: No such file or directory").cause


def test_a_library_that_is_installed_is_told_where_it_lies() -> None:
    told = _told("OSError: libcufft.so.11: cannot open shared object file", _here("nvidia-cufft-cu12==11.3"))
    assert "nvidia-cufft-cu12 is installed and has it, in site-packages/nvidia/cufft/lib" in told.cause
    assert not any("install nvidia" in line.command for line in told.fix)


def test_a_library_of_another_cuda_is_no_reason_to_add_a_wheel_to_another_program() -> None:
    text = (
        'File "/e/lib/python3.12/site-packages/vllm/x.py", line 1\nImportError: libcudart.so.13: cannot open shared object file'
    )
    told = _told(text, _here("nvidia-cuda-runtime-cu12==12.8"))
    assert "built for another CUDA" in told.cause
    assert told.fix[0].text.startswith("Take the build of vllm that is made for the CUDA that is here")


@pytest.mark.parametrize(
    ("symbol", "words"),
    [
        ("cublasLtGetStatusString", "Two releases of cuBLAS"),
        ("cudnnGetVersion", "Two releases of cuDNN"),
        ("nvrtcGetCUBIN", "Two releases of NVRTC"),
        ("cudaGraphInstantiate", "Two releases of CUDA runtime"),
        ("cuGreenCtxDestroy", "older than the CUDA"),
        ("aoti_torch_abi_version", "another release of torch"),
        ("_ZN3c105ErrorC2E", "another release of torch"),
        ("_PyThreadState_UncheckedGet", "another Python"),
        ("frobnicate", "not known here"),
    ],
)
def test_a_symbol_is_told_by_whose_it_is(symbol: str, words: str) -> None:
    assert words in _told(f"ImportError: /x/libfoo.so: undefined symbol: {symbol}").cause


@pytest.mark.parametrize(
    ("line", "signal"),
    [
        ("Aborted (core dumped)", "SIGABRT"),
        ("./run.sh: line 3: 4711 Segmentation fault      (core dumped) python x.py", "SIGSEGV"),
        ("zsh: segmentation fault  python x.py", "SIGSEGV"),
        ("fish: Job 1, 'python x.py' terminated by signal SIGABRT (Abort)", "SIGABRT"),
        ("Process finished with exit code 139 (interrupted by signal 11: SIGSEGV)", "SIGSEGV"),
        ("Process finished with exit code -1073741819 (0xC0000005)", "0xC0000005"),
        ("subprocess.CalledProcessError: Command 'x' died with <Signals.SIGSEGV: 11>.", "SIGSEGV"),
        ("whisper-1 exited with code 137", "SIGKILL"),
        ("Fatal Python error: Segmentation fault", "SIGSEGV"),
        ("whisper.service: Main process exited, code=dumped, status=6/ABRT", "SIGABRT"),
        ("Worker (pid:12) was sent SIGKILL! Perhaps out of memory?", "SIGKILL"),
        ("[ERROR] Command failed with exit status 134", "SIGABRT"),
        ("multiprocessing: exitcode=-9", "SIGKILL"),
    ],
)
def test_an_ending_by_itself_is_not_the_cause(line: str, signal: str) -> None:
    told = _told(line)
    assert told.id == "process-ended"
    assert signal in told.cause
    assert told.cause.endswith("This says how it ended, and is not the cause.")


@pytest.mark.parametrize(
    "line",
    [
        "whisper-1 exited with code 0",
        "Process finished with exit code 1",
        "i2c i2c-3: bus error, retrying",
        "INFO: received SIGTERM, shutting down",
        "Killed the old worker",
        "DEBUG: Could not import flash_attn: No module named 'flash_attn'",
        "WARNING: xformers not available: No module named 'xformers', proceeding without it",
        "A matching Triton is not available, some optimizations are off. Error caught was: No module named 'triton'",
        "Plan succeeded",
    ],
)
def test_ordinary_lines_have_no_shape(line: str) -> None:
    assert matching.search(line)[0] == []


def test_a_caught_import_is_no_error_and_what_follows_it_is() -> None:
    text = (
        "Traceback (most recent call last):\nModuleNotFoundError: No module named 'orjson'\n\n"
        "During handling of the above exception, another exception occurred:\n\n"
        "Traceback (most recent call last):\nModuleNotFoundError: No module named 'yaml'"
    )
    assert [finding.values["module"] for finding in matching.search(text)[0]] == ["yaml"]


def test_a_missing_module_is_told_by_its_name_where_that_is_certain() -> None:
    assert any("install pyyaml" in line.command for line in _told("No module named 'yaml'").fix)
    assert not any("install" in str(line) for line in _told("No module named 'whisper.pipelines'").fix)
    assert not any("install" in str(line) for line in _told("No module named 'frobnicate'").fix)


def test_a_message_is_its_speakers() -> None:
    load = "_pickle.UnpicklingError: Weights only load failed. This file can still be loaded"
    frame = 'Traceback (most recent call last):\n  File "/e/lib/python3.12/site-packages/{}/x.py", line 1, in f\n'
    assert _told(frame.format("pyannote") + load).id == "weights-only"
    assert _told(frame.format("ultralytics") + load).id == "weights-only-other"
    none = "AttributeError: 'NoneType' object has no attribute 'to'"
    assert _told(frame.format("whisperx") + none).id == "pipeline-none"
    assert matching.search(frame.format("diffusers") + none)[0] == []


def test_each_shape_has_one_row() -> None:
    shapes = [row.shape for row in ROWS if row.shape]
    assert sorted(shapes) == sorted(set(shapes))
    assert all(re.fullmatch("[a-z]+", shape) for shape in shapes)
    every = [code for row in ROWS for code in row.codes]
    assert len(every) == len(set(every))


@pytest.mark.parametrize(
    ("library", "wheel"),
    [("libcudss.so.0", "nvidia-cudss-cu12==0.*"), ("libcudss.so.1", "nvidia-cudss-cu12")],
)
def test_cudss_is_known_by_its_major_version(library: str, wheel: str) -> None:
    told = _told(f"ImportError: {library}: cannot open shared object file", _here("nvidia-cublas-cu12==12.9.1.4"))
    assert "cuDSS" in told.cause
    assert wheel in " ".join(map(str, told.fix))


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("ImportError: libamdhip64.so.6: cannot open shared object file: No such file or directory", "library-missing"),
        ("hipErrorNoBinaryForGpu: Unable to find code object for all current devices!", "rocm"),
    ],
)
def test_what_amds_software_says_is_told_as_amds(text: str, id: str) -> None:
    told = _told(text)
    assert told.id == id
    assert "ROCm" in told.cause
    assert "nvidia-smi" not in " ".join(map(str, told.fix))


def test_numpy_is_told_apart_by_its_sizes() -> None:
    text = "ValueError: numpy.dtype size changed, may indicate binary incompatibility. Expected {} from C header, got {} from x"
    assert _told(text.format(96, 88)).id == "numpy-1-binary"
    assert _told(text.format(88, 96)).id == "numpy-older"
