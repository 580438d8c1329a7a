"""How library files are called, on Linux and on Windows."""

from __future__ import annotations

import pytest

from cudnn_heal import catalog
from cudnn_heal.names import belongs, file_name, library_parts


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("cudnn64_9.dll", ("libcudnn", 9)),
        ("cudnn_ops64_9.dll", ("libcudnn_ops", 9)),
        ("cudnn_ops_infer64_8.dll", ("libcudnn_ops_infer", 8)),
        ("cudnn_engines_runtime_compiled64_9.dll", ("libcudnn_engines_runtime_compiled", 9)),
        ("cublasLt64_12.dll", ("libcublasLt", 12)),
        ("cudart64_110.dll", ("libcudart", 11)),
        ("cudart64_13.dll", ("libcudart", 13)),
        ("cufft64_11.dll", ("libcufft", 11)),
        ("nvrtc64_112_0.dll", ("libnvrtc", 11)),
        ("nvrtc64_130_0.dll", ("libnvrtc", 13)),
        ("nvrtc-builtins64_129.dll", ("libnvrtc-builtins", 12)),
        ("nvJitLink_130_0.dll", ("libnvJitLink", 13)),
        ("nvinfer_plugin_10.dll", ("libnvinfer_plugin", 10)),
        ("nvrtc64_120_0.alt.dll", None),
        ("nvcuda.dll", None),
        ("libiomp5md.dll", None),
        ("api-ms-win-crt-heap-l1-1-0.dll", None),
        ("cudnn64_9.dll.bak", None),
    ],
)
def test_a_dll_has_the_stem_that_the_library_has_on_linux(name: str, parts: tuple[str, int] | None) -> None:
    assert library_parts(name) == parts


@pytest.mark.parametrize(
    ("family", "stem", "major", "linux", "windows"),
    [
        ("cudnn", "libcudnn_ops", 9, "libcudnn_ops.so.9", "cudnn_ops64_9.dll"),
        ("cublas", "libcublasLt", 12, "libcublasLt.so.12", "cublasLt64_12.dll"),
        ("cudart", "libcudart", 13, "libcudart.so.13", "cudart64_13.dll"),
        ("cufft", "libcufft", 11, "libcufft.so.11", "cufft64_11.dll"),
        ("nvrtc", "libnvrtc", 12, "libnvrtc.so.12", "nvrtc64_120_0.dll"),
        ("tensorrt", "libnvonnxparser", 10, "libnvonnxparser.so.10", "nvonnxparser_10.dll"),
    ],
)
def test_a_file_is_called_as_each_system_calls_it(family: str, stem: str, major: int, linux: str, windows: str) -> None:
    here, there = catalog.FAMILIES[family], catalog.on_windows()[0][family]
    assert (file_name(here, stem, major), file_name(there, stem, major)) == (linux, windows)
    assert library_parts(linux) == library_parts(windows) == (stem, major)
    assert belongs(here, stem) and belongs(there, stem)
