"""ONNX Runtime's CUDA provider finds the wheels of its environment where there is a GPU; where there is none nothing changes.

Downloads: 1.23.2 takes 0.7 GB beside what other tests use already, each further CUDA 12 release 0.3 GB, 1.31.1 takes 1.4 GB.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support.environments import CUBLAS, CUDNN, Environment, Probe, clean_environ, pythons, run, source
from support.fake_gpu import WITH_A_GPU, can_play, has_gpu

pytestmark = [
    pytest.mark.wide,
    pytest.mark.skipif(has_gpu(), reason="this machine has a GPU: these tests play one, or need none"),
]
plays = pytest.mark.skipif(not can_play(), reason="no mount namespace can be had here")
heavy = pytest.mark.heavy

SESSION = Path(__file__).parent / "support" / "onnx_session.py"
OFF = {"CUDNN_HEAL": "off"}
OUTPUT = 1.852  # what the model's elements sum up to on the CPU

# What the releases' own extras ask for; cuDNN 9.28 has a sub-library that needs the driver, 9.10.2 has none.
CUDA_12 = (CUBLAS, CUDNN, *(f"nvidia-{name}-cu12" for name in ("cuda-nvrtc", "cuda-runtime", "cufft", "curand")))
CUDA_13 = (
    *(f"nvidia-{name}==13.*" for name in ("cublas", "cuda-nvrtc", "cuda-runtime")),
    *("nvidia-cufft==12.*", "nvidia-curand==10.4.*", "nvidia-cudnn-cu13==9.*"),
)

Make = Callable[..., Environment]


def runtime(make: Make, wheel: Path, version: str, *others: str) -> Environment:
    """Make an environment with that release and the wheels that it opens, on a Python that it is built for."""
    python = sys.executable if sys.version_info[:2] in ((3, 11), (3, 12)) else _python("3.12")
    cuda = CUDA_13 if version.startswith("1.31") else CUDA_12
    return make(f"onnxruntime-gpu=={version}", *cuda, *others, wheel, python=python)


def _python(version: str) -> str:
    """Return an interpreter of that version."""
    for python in pythons():
        if run(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])").stdout.strip() == version:
            return python
    pytest.skip(f"no Python {version} at hand")


def session(environment: Environment, *modules: str, **environ: str) -> Probe:
    """Run a session on this machine, which has no GPU."""
    return Probe.of(environment.python(SESSION, *modules, check=False, environ=environ))


def played(environment: Environment, *modules: str, **environ: str) -> Probe:
    """Run a session where there seems to be a GPU."""
    command = [*WITH_A_GPU, str(environment.interpreter), str(SESSION), *modules]
    return Probe.of(run(*command, check=False, env=clean_environ(**environ)))


def assert_own(environment: Environment, probe: Probe) -> None:
    """Assert that something of NVIDIA's was mapped, all of it from the environment's wheels, one file for each name."""
    folder = os.path.realpath(environment.site_packages / "nvidia")
    assert probe.files, probe.stderr
    assert [file for file in probe.files if not os.path.realpath(file).startswith(folder + "/")] == []
    names = [os.path.basename(file) for file in probe.files]
    assert len(names) == len(set(names))


@plays
@pytest.mark.parametrize("version", ["1.23.2", pytest.param("1.26.0", marks=heavy)])
def test_with_a_gpu_the_cuda_12_provider_finds_its_libraries(make: Make, wheel: Path, version: str) -> None:
    environment = runtime(make, wheel, version)
    control = played(environment, **OFF)
    assert (control.returncode, control.result["provider"], control.files) == (0, [], []), "the control: a silent fallback"
    probe = played(environment)
    assert probe.result["provider"] == [str(environment.site_packages / "onnxruntime/capi/libonnxruntime_providers_cuda.so")]
    assert_own(environment, probe)
    assert probe.result["sum"] == OUTPUT, probe.stderr
    assert not probe.result["torch"]


@plays
@heavy
@pytest.mark.parametrize("modules", [("ctranslate2", "onnxruntime"), ("onnxruntime", "ctranslate2")])
def test_beside_ctranslate2_both_are_served_from_one_set(make: Make, wheel: Path, modules: tuple[str, ...]) -> None:
    environment = runtime(make, wheel, "1.23.2", "ctranslate2==4.6.1")
    environment.settle()
    probe = played(environment, *modules)
    assert probe.result["provider"], probe.stderr
    real = {os.path.realpath(source(file)) for file in probe.files}
    names = [os.path.basename(file) for file in real]
    assert len(names) == len(set(names))
    assert {file.split("/nvidia/")[0] for file in real} == {os.path.realpath(environment.site_packages)}


@plays
@heavy
def test_with_a_gpu_the_cuda_13_provider_misses_the_driver_alone(make: Make, wheel: Path) -> None:
    environment = runtime(make, wheel, "1.31.1")
    assert "libcublasLt.so.13" in played(environment, **OFF).stderr, "the control: the first of its own that it misses"
    probe = played(environment)
    assert "error: libcuda.so.1: cannot open shared object file" in probe.stderr
    assert_own(environment, probe)
    assert (probe.returncode, probe.result["sum"]) == (0, OUTPUT)


@pytest.mark.parametrize("version", ["1.23.2", pytest.param("1.20.2", marks=heavy), pytest.param("1.31.1", marks=heavy)])
def test_without_a_gpu_it_falls_back_to_the_cpu_as_ever(make: Make, wheel: Path, version: str) -> None:
    environment = runtime(make, wheel, version)
    for probe in (session(environment, **OFF), session(environment)):
        assert (probe.returncode, probe.files, probe.result["providers"]) == (0, [], ["CPUExecutionProvider"]), probe.stderr
        assert probe.result["sum"] == OUTPUT


BY_HAND = """
import ctypes, glob, sys
paths = sorted(glob.glob(sys.prefix + "/lib/python3*/site-packages/nvidia/*/lib/lib*.so.*"))
for path in paths * 3:  # each needs some of the others
    try:
        ctypes.CDLL(path)
    except OSError:
        pass
sys.path.insert(0, {tests!r})
import onnx_session as session
session.main()
"""


@heavy
def test_without_a_gpu_1_20_2_would_crash_if_its_libraries_were_loaded(make: Make, wheel: Path) -> None:
    """The control of the test above: why nothing may be loaded there."""
    environment = runtime(make, wheel, "1.20.2")
    code = BY_HAND.format(tests=str(SESSION.parent))
    assert environment.python("-c", code, check=False, environ=OFF).returncode == -signal.SIGSEGV


@plays
def test_one_consumer_can_be_left_out(make: Make, wheel: Path) -> None:
    environment = runtime(make, wheel, "1.23.2")
    assert played(environment, CUDNN_HEAL="-onnxruntime").files == []
    assert played(environment, CUDNN_HEAL="-ctranslate2").files != []
