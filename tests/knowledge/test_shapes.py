"""What the shape of a message tells: libraries, symbols, status codes, signals, modules, names, whoever says it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from packaging.requirements import Requirement

from cudnn_heal.knowledge import codes, hints, matching, modules
from cudnn_heal.knowledge.fixing import Here, explain
from cudnn_heal.knowledge.model import Explanation, Facts
from cudnn_heal.knowledge.rows import ROWS
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
        ("nvmlInit failed: 9", "NVML_ERROR_DRIVER_NOT_LOADED"),
        ("nvmlDeviceGetCount_v2 returned 18", "NVML_ERROR_LIB_RM_VERSION_MISMATCH"),
        ("cublasCreate_v2 failed with status 1", "CUBLAS_STATUS_NOT_INITIALIZED"),
        ("CUDA error: the resource allocation failed", "CUBLAS_STATUS_ALLOC_FAILED"),
        ("cuBLAS error: the requested functionality is not supported", "CUBLAS_STATUS_NOT_SUPPORTED"),
    ],
)
def test_codes_are_known_by_number_and_in_other_spellings(text: str, name: str) -> None:
    assert name in [found for _, found in codes.search("".join(text.split()))]


@pytest.mark.parametrize(
    "text",
    [
        "CUDA 12.8",
        "CUDA error",
        "cudaSuccess",
        "CUDNN_STATUS_SUCCESS",
        "CUDA version: 12040",
        "cuda:0",
        "nvml status: ok",
        "cudnn 91002",
    ],
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
        ("libnvinfer_builder_resource.so.10.7.0", "TensorRT"),
        ("libnvbufsurface.so.1.0.0", "a Jetson's system"),
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
        ("Transcription worker exited unexpectedly (code -9).", "SIGKILL"),
        ("RuntimeError: DataLoader worker (pid 12) is killed by signal: Bus error.", "SIGBUS"),
        ("RuntimeError: DataLoader worker (pid(s) 12, 13) exited unexpectedly", "full memory"),
        ("The kernel appears to have died. It will restart automatically.", "full memory"),
        ("Windows fatal exception: access violation", "0xC0000005"),
        ("whisper.exe exited with 0xC000001D", "SIGILL"),
        ("exit code: 3221225794", "0xC0000142"),
        ("zsh: trace trap  python x.py", "SIGTRAP"),
        ("thread 'main' panicked at src/main.rs:12:5: called `Result::unwrap()` on an `Err` value: X", "a panic"),
        ("python3[12]: traps: trap invalid opcode ip:7f sp:7f error:0 in libctranslate2.so[7f+1]", "SIGILL"),
        ("SIGSEGV: segmentation violation", "SIGSEGV"),
        ("rpc error: code = Unavailable desc = error reading from server: EOF", "full memory"),
    ],
)
def test_an_ending_by_itself_is_not_the_cause(line: str, signal: str) -> None:
    told = _told(line)
    assert told.id == "process-ended"
    assert signal in told.cause
    assert told.cause.endswith("This says how it ended, and is not the cause.")


def test_what_helps_after_an_ending_on_windows_is_for_windows() -> None:
    def fixes(line: str) -> str:
        return " ".join(map(str, _told(line).fix))

    assert "/proc/cpuinfo" in fixes("killed by signal: Illegal instruction\nIllegal instruction (core dumped)")
    assert "/proc/cpuinfo" not in fixes("Whisper transcription failed (code 3221225501)")
    assert "Event Viewer" in fixes("Exception code: 0xC0000409")
    assert "Event Viewer" not in fixes("Aborted (core dumped)")


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
        "The kernel has finished",
        "worker 7 exited (code 0)",
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
    assert not any("install" in line.command for line in _told("No module named 'whisper.pipelines'").fix)
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


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        (
            "ImportError: tokenizers>=0.21,<0.22 is required for a normal functioning of this module,"
            " but found tokenizers==0.22",
            "tokenizers>=0.21,<0.22",
        ),
        ("ImportError: Numba needs NumPy 2.0 or less. Got NumPy 2.1.", "numpy<=2.0.99"),
        (
            "A NumPy version >=1.22.4 and <2.3.0 is required for this version of SciPy (detected version 2.3.5)",
            "numpy>=1.22.4,<2.3.0",
        ),
        ("pkg_resources.ContextualVersionConflict: (numpy 2.0.0 (/x), Requirement.parse('numpy<2'), {'numba'})", "numpy<2"),
        ("ImportError: accelerate>=0.26.0 is required to use `low_cpu_mem_usage`", "accelerate>=0.26.0"),
        ("ImportError: a `device_map` requires Accelerate: `pip install 'accelerate>=0.26.0'`", "accelerate>=0.26.0"),
        ("importlib.metadata.PackageNotFoundError: No package metadata was found for torchcodec", "torchcodec"),
        ("Disabling PyTorch because PyTorch >= 2.4 is required but found 2.2.2", "torch>=2.4"),
    ],
)
def test_a_release_that_is_asked_for_is_told_whoever_asks(text: str, needs: str) -> None:
    told = _told(text)
    assert told.id == "requirement-unmet"
    assert f" asks for {needs}, " in told.cause
    assert needs in str(told.fix[0])
    name = re.split("[<>=]", needs)[0]
    assert f"here it is {name and '0.1'}" in _told(text, _here(f"{name}==0.1")).cause


def test_what_another_package_says_gets_no_advice_of_ctranslate2s() -> None:
    frame = 'Traceback (most recent call last):\n  File "/e/lib/python3.12/site-packages/{}/x.py", line 1, in f\n'
    said = "RuntimeError: CUBLAS_STATUS_NOT_SUPPORTED"
    assert any("ctranslate2" in str(line) for line in _told(frame.format("faster_whisper") + said).fix)
    for other in ("vllm", "cupy", "jaxlib"):
        assert not any("ctranslate2" in str(line) for line in _told(frame.format(other) + said).fix)
    assert not any("ctranslate2" in str(line) for line in _told("ggml_cuda: CUBLAS_STATUS_NOT_SUPPORTED").fix)


def test_an_exception_tells_whose_it_is_by_its_module() -> None:
    line = "av.error.InvalidDataError: [Errno 1094995529] Invalid data found when processing input: '<none>'"
    assert _told(f'  File "/e/lib/python3.12/site-packages/livekit/x.py", line 1\n{line}').id == "audio-invalid"


def test_a_consumers_message_where_it_is_not_installed_is_of_another_environment() -> None:
    said = "RuntimeError: cuBLAS failed with status CUBLAS_STATUS_NOT_SUPPORTED"
    elsewhere, here = _told(said, _here("numpy==2.0.0")), _told(said, _here("ctranslate2==4.6.0"))
    assert elsewhere.applies == "no"
    assert any("ctranslate2>=4.7" in str(line) for line in elsewhere.fix)
    assert here.applies == "unknown"


def test_the_drivers_first_call_is_told_as_such() -> None:
    assert "the driver does not start" in _told("cuInit failed: 205").cause
    assert "the driver does not start" not in _told("CUDA error 205").cause


def test_a_module_of_that_name_which_another_distribution_brings() -> None:
    text = "AttributeError: module 'ffmpeg' has no attribute 'input'"
    assert "ffmpeg-python" in _told(text).cause
    assert any(
        "uninstall" in str(line) and "python-ffmpeg" in str(line) for line in _told(text, _here("python-ffmpeg==2.0.12")).fix
    )


def test_onnxruntime_half_gone_is_laid_down_anew() -> None:
    text = "AttributeError: module 'onnxruntime' has no attribute 'InferenceSession'"
    assert any("onnxruntime==1.20.0" in str(line) for line in _told(text, _here("onnxruntime==1.20.0")).fix)
    both = _told(text, _here("onnxruntime==1.20.0", "onnxruntime-gpu==1.20.0", "nvidia-cublas-cu12==12.9.1.4"))
    assert any("uninstall" in str(line) and "onnxruntime" in str(line) for line in both.fix)


MODULES = {
    "moviepy.editor",
    "numpy.dtypes",
    "numpy.exceptions",
    "speechbrain.pretrained",
    "torchvision.transforms.functional_tensor",
    "whisperx.vad",
}


@pytest.mark.parametrize("name", modules.RELEASES)
def test_a_name_of_which_the_releases_are_known_is_told_with_them(name: str) -> None:
    owner, _, last = name.rpartition(".")
    requirement = Requirement(modules.RELEASES[name])
    text = f"ImportError: cannot import name '{last}' from '{owner}' (/e/x.py)"
    if owner[:1].isupper():
        text = f"AttributeError: '{owner}' object has no attribute '{last}'"
    if not owner or name in MODULES:
        text = f"ModuleNotFoundError: No module named '{name}'"
    told = _told(text, _here(f"{requirement.name}==0.0.1", python="0.0.1"))
    assert f"{'Python' if requirement.name == 'python' else requirement.name} has `" in told.cause
    assert "and here it is 0.0.1" in told.cause
    fitting = requirement.name != "python" and requirement.specifier.contains("0.0.1")
    assert (str(requirement.specifier) in " ".join(map(str, told.fix))) is not fitting


def test_what_an_object_lacks_is_told_where_a_package_asks_for_it() -> None:
    line = "AttributeError: 'Pipeline' object has no attribute 'something'"
    frame = 'Traceback (most recent call last):\n  File "/e/lib/python3.12/site-packages/whisperx/x.py", line 1, in f\n'
    assert "two packages of different times" in _told(frame + line).cause
    assert not matching.search(line)[0]
    assert not matching.search(frame + line.replace("Pipeline", "NoneType"))[0]


def test_a_distribution_that_only_an_error_names_is_not_installed_by_that_name() -> None:
    assert "pip install" not in " ".join(map(str, _told("ImportError: some-program is not installed.").fix))
    assert "accelerate" in str(_told("ImportError: accelerate is not installed").fix[0])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("./main: error while loading shared libraries: libcublas.so.12: cannot open shared object file", "It is no Python"),
        ("load_backend: failed to load /app/x.so: libcudart.so.11.0: cannot open shared object file", "It is no Python"),
        ("cannot proceed because cublas64_12.dll was not found", "on PATH, or beside the program"),
    ],
)
def test_a_program_that_is_no_python_is_not_told_to_install_a_wheel(text: str, words: str) -> None:
    told = _told(text)
    assert words in told.cause
    assert not any("pip install" in line.command for line in told.fix)
    assert any("pip install" in line.command for line in _told("OSError: libcublas.so.12: cannot open shared object file").fix)


@pytest.mark.parametrize(
    ("library", "words"),
    [
        ("libonnxruntime.so.1", "ONNX Runtime's own"),
        ("libonnxruntime_providers_shared.so", "a provider of ONNX Runtime's"),
        ("libggml-base.so", "ggml's"),
        ("libwhisper.so.1", "ggml's"),
        ("libmkl_intel_lp64.so.2", "Intel's MKL"),
    ],
)
def test_a_library_that_programs_bring_is_told_as_theirs(library: str, words: str) -> None:
    assert words in _told(f"ImportError: {library}: cannot open shared object file: No such file or directory").cause


def test_a_function_that_a_dll_lacks_is_told_without_linuxs_variable() -> None:
    text = "The procedure entry point cublasLtCreate could not be located in the dynamic link library C:\\app\\cublas64_12.dll"
    told = _told(text)
    assert "cublas64_12.dll, which belongs to cuBLAS, was found, and has no function `cublasLtCreate`" in told.cause
    assert "LD_LIBRARY_PATH" not in " ".join(map(str, told.fix))
    assert "where cublas64_12.dll" in [line.command for line in told.fix]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("OSError: [WinError 1450] x", "1450"),
        ("error: program failed (os error 225)", "225"),
        ("System.IO.IOException (0x80070070)", "112"),
        ("LoadLibrary failed with error 998", "998"),
    ],
)
def test_an_error_number_of_windows_is_told_wherever_it_stands(text: str, number: str) -> None:
    assert _told(text).cause.startswith(f"Windows' error {number} (")


@pytest.mark.parametrize("text", ["thread panicked: (os error 14)", "[WinError 1]", "0x80070000", "failed with error 7"])
def test_an_error_number_that_is_linuxs_or_unknown_is_not_told(text: str) -> None:
    assert matching.search(text)[0] == []


@pytest.mark.parametrize(
    ("around", "words"),
    [
        ("Faulting module name: nvcuda64.dll, version: 32.0\n{}Exception code: 0xc0000005", "a part of NVIDIA's driver"),
        ("{}python[12]: segfault at 0 ip 07 sp 07 error 4 in libcudnn_graph.so.9[7f+1]", "one of NVIDIA's libraries"),
        ("{}received signal SIGSEGV\n#0  0x00007ffe8a4e0a10 in f () from /opt/x/libonnxruntime.so.1", "ONNX Runtime's library"),
    ],
)
def test_where_a_process_ended_is_told(around: str, words: str) -> None:
    assert words in _told(around.format("")).cause
    assert words not in _told(around.format("ordinary\n" * 20)).cause or around.startswith("{}")


def test_every_hint_is_about_a_code_that_there_is() -> None:
    for pattern in hints.STATUS:
        assert [name for name in codes.table() if re.fullmatch(pattern, name)], pattern
    told = _told("RuntimeError: CUDA error: peer access is not supported between these two devices")
    assert "can't reach each other's memory" in told.cause
    assert any("NCCL_P2P_DISABLE=1" in str(line) for line in told.fix)


def test_a_code_and_what_is_printed_for_it_are_one_message() -> None:
    assert len(matching.search("CUDA_ERROR_INVALID_CONTEXT: invalid device context")[0]) == 1
    apart = "CUDA_ERROR_INVALID_CONTEXT\n" + "an ordinary line\n" * 20 + "CUDA error: invalid device context"
    assert len(matching.search(apart)[0]) == 2


@pytest.mark.parametrize(
    ("number", "words"), [(31, "GPU memory page fault"), (154, "GPU reset, node reboot"), (999, "is not known here")]
)
def test_an_xid_is_told_by_its_number(number: int, words: str) -> None:
    assert words in _told(f"NVRM: Xid (PCI:0000:65:00): {number}, pid=1, name=python3").cause


def test_what_only_follows_is_told_under_its_cause() -> None:
    (finding,) = matching.search("No module named 'yaml'\ngunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>")[
        0
    ]
    assert finding.row.id == "module-missing"
    assert finding.also == ("line 2: gunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>",)


def _traced(error: str, *files: str) -> Explanation:
    frames = "".join(f'  File "{file}", line 1, in f\n    pass\n' for file in files)
    return _told(f"Traceback (most recent call last):\n{frames}{error}")


SITE = "/e/lib/python3.12/site-packages"
DROPPED = "ImportError: cannot import name 'ModelFilter' from 'huggingface_hub' (/e/x.py)"


def test_what_a_class_itself_lacks_is_told_as_what_its_objects_lack() -> None:
    error = "AttributeError: type object 'DynamicCache' has no attribute 'from_legacy_cache'"
    assert "DynamicCache of transformers has `from_legacy_cache` only" in _told(error).cause
    assert "The class DynamicCache has no `any`" in _traced(error.replace("from_legacy_cache", "any"), f"{SITE}/x/y.py").cause
    assert not matching.search(error.replace("DynamicCache", "MyOwn"))[0]


@pytest.mark.parametrize(("package", "path"), modules.FOLLOWED)
def test_the_release_of_the_one_that_asks_which_does_without_is_told(package: str, path: str) -> None:
    owner, _, name = path.rpartition(".")
    imports = next(module for module, of in modules.DISTRIBUTIONS.items() if of == package and "." not in module)
    error = f"ImportError: cannot import name '{name}' from '{owner}' (/e/x.py)"
    told = _traced(error, f"{SITE}/{imports}/core.py")
    assert " only before " in told.cause
    assert modules.FOLLOWED[package, path] in " ".join(line.command for line in told.fix)
    assert modules.FOLLOWED[package, path] not in " ".join(line.command for line in _traced(error, f"{SITE}/other/core.py").fix)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/usr/bin/python3: No module named whisperx\nexited", "/usr/bin/python3 -m pip install whisperx"),
        ("/usr/bin/python3: No module named app", "Start it in the folder that holds app"),
        ("ImportError: No module named yaml\nmake: *** [all] Error 1", "pyyaml"),
        ("python: No module named celery.__main__; 'celery' is a package and cannot be directly executed", "has none"),
        ("ModuleNotFoundError: No module named 'pip._internal'", "ensurepip --upgrade"),
        ("ModuleNotFoundError: No module named 'cgi'", "legacy-cgi"),
        ("ImportError: cannot import name 'urlencode' from 'urllib' (/e/urllib.py)", "is a part of Python itself"),
        ("AttributeError: module 'gradio_client.utils' has no attribute 'SPAM'", "--force-reinstall gradio"),
        (
            "  File \"/x/app.py\", line 3, in <module>\n    import gradio\nModuleNotFoundError: No module named 'gradio'",
            "install.bat",
        ),
    ],
)
def test_a_module_is_told_by_who_asks_and_what_it_is(text: str, words: str) -> None:
    told = _told(text)
    assert words in f"{told.cause} {told.fix}"


@pytest.mark.parametrize(
    ("text", "python"),
    [
        ("kokoro requires Python >=3.10,<3.13", "3.12"),
        ("TTS requires python >= 3.9 and < 3.12 but your Python version is 3.12.3", "3.11"),
        ("ERROR: This script requires Python 3.9, 3.10, or 3.11. Current version: 3.12.1", "3.11"),
        ("The Python version must be between 3.9 and 3.10", "3.10"),
        ("RuntimeError: Python 3.13 or newer is required", "3.13"),
        ("The currently activated Python version 3.9.3 is not supported by the project (^3.10).", "3.12"),
        ("Unsupported Python version: 3.13.0. Please use Python 3.9-3.11", "3.11"),
        ("Unsupported Python version", "3.11"),
        ("requires Python >=3.99", "3.11"),
    ],
)
def test_a_python_that_is_taken_is_advised(text: str, python: str) -> None:
    assert f"uv venv --python {python}" in str(_told(text).fix)


def test_a_python_that_is_here_is_told_where_it_is_not_taken() -> None:
    text = "kokoro requires Python >=3.10,<3.13"
    assert "here it is 3.14" in _told(text, _here(python="3.14")).cause
    assert "another one runs" in _told(text, _here(python="3.11")).cause


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (".local/share/uv/tools/spam/lib/python3.12/site-packages/spam/x.py", "uv tool install --force --with uvicorn spam"),
        (".local/share/pipx/venvs/spam/lib/python3.12/site-packages/spam/x.py", "pipx inject spam uvicorn"),
        ("/e/lib/python3.12/site-packages/spam_eggs/x.py", "spam-eggs[…]"),
        ("/mount/src/ai/app.py", "write `uvicorn` into it"),
    ],
)
def test_a_module_is_added_where_the_one_that_asks_looks(path: str, words: str) -> None:
    text = f'Traceback (most recent call last):\n  File "{path}", line 1, in <module>\n    import uvicorn\n'
    assert words in str(_told(f"{text}ModuleNotFoundError: No module named 'uvicorn'").fix)


def test_a_name_that_a_folder_of_ones_own_lacks_is_not_a_package_to_upgrade() -> None:
    told = _told("AttributeError: module 'utils' has no attribute 'spam'")
    assert "a folder, or a file, of their own" in told.cause
