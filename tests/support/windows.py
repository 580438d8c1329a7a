"""Windows, on any system: the catalog's rows for it, and made-up wheels of the same shape as those for it.

Their DLLs have the import tables and the strings of the real ones (ctranslate2 4.6.1 and 4.8.5, onnxruntime-gpu 1.31.1,
cuDNN 9.28, cuBLAS 12.9 and 13.10).
"""

from __future__ import annotations

import zlib

import pytest

from cudnn_heal import catalog
from cudnn_heal.model import Process
from support.pe_files import dll
from support.wheels import Wheel

SUB_LIBRARIES = ("adv", "cnn", "engines_precompiled", "ext", "graph", "heuristic", "ops")
GPU = Process(True, (), (), (), True, False, frozenset(), frozenset(), ())
"""A process with the hook at work and a driver, and nothing of NVIDIA's in it."""
_SYSTEM = ("KERNEL32.dll", "VCRUNTIME140.dll", "VCRUNTIME140_1.dll", "api-ms-win-crt-heap-l1-1-0.dll")


def play_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the catalog as it is on Windows, until the test ends."""
    families, consumers = catalog.on_windows()
    for name in families:
        monkeypatch.setitem(catalog.FAMILIES, name, families[name])
    for name in consumers:
        monkeypatch.setitem(catalog.CONSUMERS, name, consumers[name])


def library(name: str, version: str, *imports: str, names: tuple[str, ...] = ()) -> bytes:
    """Return a DLL that tells what it is; `names` stand among its strings, as what it opens at run time."""
    label = f"{name} {version}"
    strings = b"\0".join(one.encode() for one in ("", label, *names, ""))
    return dll(name=name, imports=[*imports, *_SYSTEM], rdata=strings + bytes(512 * (zlib.crc32(label.encode()) % 7)))


def ctranslate2(version: str = "4.6.1") -> Wheel:
    """Return a wheel of ctranslate2: up to 4.6.2 it imports cuDNN, and each has a shim beside it, cut off from the rest."""
    linked = ("cudnn64_9.dll",) if version < "4.6.3" else ()
    files = {
        "ctranslate2/__init__.py": b"",
        "ctranslate2/version.py": f'__version__ = "{version}"\n'.encode(),
        "ctranslate2/ctranslate2.dll": library(
            "ctranslate2.dll", version, "libiomp5md.dll", *linked, names=("cublas64_12.dll", "nvcuda.dll", "mkl_def.2.dll")
        ),
        "ctranslate2/cudnn64_9.dll": shim("9.1.0"),
        "ctranslate2/libiomp5md.dll": library("libiomp5md.dll", version),
    }
    return Wheel("ctranslate2", version, files)


def shim(version: str, *further: str) -> bytes:
    """Return cuDNN's shim, which opens its sub-libraries by name."""
    opened = ("graph", "ops", "cnn", "adv", *further)
    return library("cudnn64_9.dll", version, names=(*(f"cudnn_{name}64_9.dll" for name in opened), "zlibwapi.dll"))


def cudnn(version: str = "9.28.0.42", distribution: str = "nvidia-cudnn-cu12") -> Wheel:
    """Return a wheel of cuDNN 9."""
    files = {"nvidia/cudnn/bin/cudnn64_9.dll": shim(version, "ext")}
    for name in SUB_LIBRARIES:
        linked = {"graph": (), "ext": (), "cnn": ("ops", "graph"), "adv": ("ops", "graph")}.get(name, ("graph",))
        file = f"cudnn_{name}64_9.dll"
        files[f"nvidia/cudnn/bin/{file}"] = library(file, version, *(f"cudnn_{one}64_9.dll" for one in linked))
    return Wheel(distribution, version, files)


def cublas(version: str = "12.9.2.10", distribution: str = "nvidia-cublas-cu12") -> Wheel:
    """Return a wheel of cuBLAS."""
    major = version.partition(".")[0]
    folder = "nvidia/cu13/bin/x86_64" if major == "13" else "nvidia/cublas/bin"
    files = {
        f"{folder}/cublas64_{major}.dll": library(f"cublas64_{major}.dll", version, f"cublasLt64_{major}.dll"),
        f"{folder}/cublasLt64_{major}.dll": library(f"cublasLt64_{major}.dll", version),
        f"{folder}/nvblas64_{major}.dll": library(f"nvblas64_{major}.dll", version, f"cublas64_{major}.dll"),
    }
    return Wheel(distribution, version, files)


def plain(distribution: str, version: str, folder: str, *names: str) -> Wheel:
    """Return a wheel of libraries that import nothing of NVIDIA's."""
    return Wheel(distribution, version, {f"{folder}/{name}": library(name, version) for name in names})


def cuda_13() -> list[Wheel]:
    """Return the wheels of CUDA 13 that onnxruntime-gpu 1.31.1 opens libraries of."""
    folder = "nvidia/cu13/bin/x86_64"
    return [
        cublas("13.10.0.20", "nvidia-cublas"),
        cudnn("9.28.1.4", "nvidia-cudnn-cu13"),
        plain("nvidia-cuda-runtime", "13.5.37", folder, "cudart64_13.dll"),
        plain("nvidia-cufft", "12.5.0.12", folder, "cufft64_12.dll", "cufftw64_12.dll"),
        plain("nvidia-cuda-nvrtc", "13.5.38", folder, "nvrtc64_130_0.dll", "nvrtc-builtins64_135.dll"),
    ]


def onnxruntime(version: str = "1.31.1") -> Wheel:
    """Return a wheel of onnxruntime-gpu for CUDA 13; of what it opens by name it knows CUDA 12's too."""
    opened = ("cudnn64_9.dll", "cufft64_12.dll", "cudart64_12.dll", "cudart64_13.dll", "nvrtc64_120_0.dll", "nvrtc64_130_0.dll")
    providers = "onnxruntime/capi/onnxruntime_providers_"
    linked = ("cublasLt64_13.dll", "cublas64_13.dll", "onnxruntime_providers_shared.dll")
    tensorrt = ("cublas64_13.dll", "nvinfer_10.dll", "nvonnxparser_10.dll", "cudnn64_9.dll")
    files = {
        "onnxruntime/__init__.py": f'__version__ = "{version}"\n'.encode(),
        f"{providers}cuda.dll": library("onnxruntime_providers_cuda.dll", version, *linked, names=opened),
        f"{providers}shared.dll": library("onnxruntime_providers_shared.dll", version),
        f"{providers}tensorrt.dll": library("onnxruntime_providers_tensorrt.dll", version, *tensorrt),
    }
    return Wheel("onnxruntime-gpu", version, files)


def torch(version: str = "2.15.0+cu130", cuda: str = "13") -> Wheel:
    """Return a wheel of torch as its own index has them for Windows: with all of NVIDIA's libraries in its folder."""
    names = ("torch_cuda.dll", f"cublas64_{cuda}.dll", f"cublasLt64_{cuda}.dll", f"cudart64_{cuda}.dll")
    files = {f"torch/lib/{name}": library(name, version) for name in names}
    files["torch/lib/torch_cuda.dll"] = library("torch_cuda.dll", version, "cudnn64_9.dll", f"cublas64_{cuda}.dll")
    files["torch/lib/cudnn64_9.dll"] = shim("9.12.0")
    files.update({f"torch/lib/cudnn_{one}64_9.dll": library(f"cudnn_{one}64_9.dll", "9.12.0") for one in SUB_LIBRARIES})
    return Wheel("torch", version, {"torch/__init__.py": b"", **files})
