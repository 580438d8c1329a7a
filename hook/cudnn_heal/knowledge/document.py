"""Writes docs/messages.md from the table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cudnn_heal.knowledge import messages
from cudnn_heal.knowledge.fixing import address, explain
from cudnn_heal.knowledge.matching import search
from cudnn_heal.knowledge.model import Finding, Row

if TYPE_CHECKING:
    from cudnn_heal.advice import Line

CHAPTERS = (
    ("The machine and its driver", messages.MACHINE),
    ("ctranslate2, cuDNN and cuBLAS", messages.CTRANSLATE2),
    ("ONNX Runtime", messages.ONNXRUNTIME),
    ("torch, torchaudio, torchcodec", messages.TORCH),
    ("Python packages", messages.PYTHON),
    ("Models and sound", messages.MODELS),
    ("Others, and warnings that mean nothing", messages.LAST),
)

SYMPTOMS = {
    "The process aborts, crashes, or is killed": (
        *("cudnn-sub-libraries", "cudnn-engines", "cudnn-incomplete", "cudnn-8-missing", "cublaslt-missing", "wsl-libcuda"),
        *("cudnn-mixed", "cudnn-undefined-symbol", "symbol-missing", "ctranslate2-ptx", "onnxruntime-frontend"),
        *("bad-alloc", "heap-corrupted", "openmp-twice", "worker-timeout", "windows-page-file", "process-ended"),
    ),
    "A library is not found, or not loaded": (
        *("library-missing", "cublas-12-missing", "cublas-11-missing", "cublaslt-missing", "cudnn-sub-libraries"),
        *(
            "cudnn-8-missing",
            "libcuda-missing",
            "library-width",
            "triton-libcuda",
            "onnxruntime-library",
            "onnxruntime-cuda-11",
        ),
        *("tensorrt-library", "torchcodec", "torchcodec-ffmpeg", "torchcodec-cuda-13", "torchcodec-npp"),
        *("torchcodec-libpython", "torchaudio-build", "nvrtc-builtins", "cupy-libraries", "bitsandbytes", "numba-nvvm"),
        *("llama-cpp", "nvidia-has-no-file", "library-version", "library-broken", "static-tls", "sndfile", "ptx-compiler"),
    ),
    "A module, a name, or a program is not found": (
        *("module-missing", "name-missing", "keyword-unexpected", "pkg-resources", "python-without-ctypes"),
        *("torchaudio-removed", "torchaudio-torchcodec", "torchcodec-absent", "datasets-torchcodec", "hub-name"),
        *("cached-download", "use-auth-token", "av-metadata-errors", "transcription-options", "diarize-output"),
        *("numpy-nan", "numpy-alias", "ffmpeg-program", "espeak", "cuda-home", "triton-compiler"),
    ),
    "It falls back to the CPU, or sees no GPU": (
        *("onnxruntime-cpu-only", "onnxruntime-provider", "onnxruntime-twice", "onnxruntime-driver"),
        *("onnxruntime-cuda-13", "onnxruntime-curand", "torch-without-cuda", "torch-no-driver", "torch-driver-too-old"),
        *("not-compiled-with-cuda", "no-device", "driver-missing-or-old", "driver-unknown-error", "driver-not-running"),
        *("driver-mismatch", "forward-compatibility", "invalid-device", "checkpoint-on-cuda", "compute-type"),
    ),
    "Memory is full": ("gpu-memory", "cublas-alloc", "cudnn-internal", "cudnn-call", "host-memory", "bad-alloc", "disk-full"),
    "The GPU, or a library on it, reports an error": (
        *("no-kernel", "no-kernel-ctranslate2", "no-kernel-torch", "onnxruntime-no-kernel", "ptx-version"),
        *("cublas-not-supported", "cublas-not-initialized", "cublas-mixed", "cudnn-not-initialized"),
        *("cudnn-execution-failed", "cudnn-no-engine", "cudnn-older", "onnxruntime-cudnn", "cufft-internal"),
        *("conv1d-without-cudnn", "ctranslate2-align-t4", "ctranslate2-align-zero", "half-on-cpu", "devices-mixed"),
        *("nccl-error", "nccl-symbol", "nvjitlink-symbol", "nvrtc-architecture", "triton-ptxas", "kernel-fault"),
        *("device-assert", "launch-timeout", "gpu-busy", "gpu-lost", "gpu-memory-faulty", "fabric-manager"),
        *("rocm", "xla-cudnn", "numba-refused", "nvml-permissions", "driver-error-500", "cuda-fork", "threads", "status-code"),
    ),
    "It does not install, or two releases do not fit each other": (
        *("no-wheel", "build-failed", "av-build", "link-undefined", "externally-managed", "conflicting-requirements"),
        *("hub-version", "numpy-1-binary", "numpy-older", "numpy-not-available", "numba-numpy", "protobuf", "glibc"),
        *("executable-stack", "torchvision-build", "torchcodec-unfit", "torchcodec-symbol", "xformers-build"),
        *("jax-plugin", "nemo-cuda-bindings"),
    ),
    "A container does not start, or has no GPU": (
        *("container-start", "docker-no-toolkit", "container-no-driver", "container-toolkit", "container-cdi"),
        *(
            "container-requirement",
            "container-driver-release",
            "container-runtime-name",
            "container-lost-gpu",
            "libcuda-missing",
        ),
    ),
    "On Windows": (
        *("windows-cublas", "windows-cudnn", "windows-onnxruntime", "windows-torch", "windows-dll-load"),
        *(
            "windows-page-file",
            "windows-not-a-dll",
            "windows-procedure",
            "windows-packed-python",
            "windows-zlib",
            "torchcodec-windows",
        ),
    ),
    "A model, or a sound file, is not taken": (
        *("weights-only", "weights-only-other", "torch-load-vulnerability", "gated-model", "pipeline-none"),
        *("hub-offline", "hub-unauthorized", "network", "cache-permission", "model-missing", "model-incomplete"),
        *("model-is-torch", "model-is-pointer", "model-newer", "model-size", "mel-bins", "safetensors-broken"),
        *("align-model", "english-only", "punkt", "audio-invalid", "torchaudio-backend"),
    ),
    "Nothing is wrong": tuple(row.id for row in messages.ROWS if row.kind == "harmless"),
}
"""The rows by what one sees; each in one of them at least."""

CASES = (
    ("A message that names a file, `lib….so…` or `….dll`", "A library is not found, or not loaded"),
    (
        "`Aborted`, `Segmentation fault`, `Killed`, an exit status, or the process is just gone",
        "The process aborts, crashes, or is killed",
    ),
    (
        "`No module named`, `has no attribute`, `cannot import name`, `unexpected keyword argument`",
        "A module, a name, or a program is not found",
    ),
    (
        "It runs, and `nvidia-smi` shows that it does not use the GPU; or it says that there is none",
        "It falls back to the CPU, or sees no GPU",
    ),
    ("`out of memory`, `ALLOC_FAILED`, `bad_alloc`", "Memory is full"),
    ("`CUDA error`, `CUDNN_STATUS_…`, `CUBLAS_STATUS_…`", "The GPU, or a library on it, reports an error"),
    (
        "pip, uv or conda ends with an error; or a package says that it wants another release of another one",
        "It does not install, or two releases do not fit each other",
    ),
    ("`docker`, `nvidia-container-cli`, `OCI runtime`", "A container does not start, or has no GPU"),
    ("A path with a drive's letter, `WinError`, `error 126`", "On Windows"),
    ("The program runs and does not load a model, or does not read a file", "A model, or a sound file, is not taken"),
    ("A warning, and all works", "Nothing is wrong"),
)
"""What one sees, and under which of `SYMPTOMS` it is."""

HEAD = """\
# Messages, and what fixes them

Made from `hook/cudnn_heal/knowledge/messages.py` by `python -m cudnn_heal.knowledge`; change that file, not this one.

`cudnn-heal --explain` with a message, a log file, or `-` for standard input, says the same about your own environment: whether
it applies there, and the commands of the manager that made it. "measured" marks what was tried on real wheels.

## Which case am I?

Where several lines were printed, the first one tells the cause; how the process ended tells least. Without any message:
`cudnn-heal --doctor`, which also tells what has not shown yet.

| What you see | Where to look |
| --- | --- |
"""


def document() -> str:
    """Return the text of docs/messages.md."""
    lines = [HEAD.rstrip(), *(f"| {seen} | [{title}](#{_anchor(title)}) |" for seen, title in CASES), ""]
    rows = {row.id: row for row in messages.ROWS}
    for title, ids in SYMPTOMS.items():
        lines += [f"### {title}", "", *(f"- [{id}](#{id}): {_shown(rows[id])}" for id in ids), ""]
    for title, chapter in CHAPTERS:
        lines += [f"## {title}", "", *(line for row in chapter for line in _section(row))]
    return "\n".join(lines).rstrip() + "\n"


def _anchor(title: str) -> str:
    return re.sub(r"[^\w -]", "", title).lower().replace(" ", "-")


def _shown(row: Row) -> str:
    """Return in one line how `row` shows: what of its message it is known by, or what is wrong where it has none."""
    said = search(row.example)[0][0].said if row.example else ""
    words = re.sub(r"(?<![\w.])/\S+/(?=\S)", "…/", " ".join(said.split())).lstrip(": ")
    short = words if len(words) <= WIDTH else f"{words[:WIDTH].rpartition(' ')[0] or words[:WIDTH]} …"
    return f"`{short.replace('`', chr(39))}`" if short else row.cause.partition(". ")[0].rstrip(".")


WIDTH = 90
"""Of a message in the index."""


def _section(row: Row) -> list[str]:
    shown = search(row.example)[0][0] if row.example else Finding(row, "", 0, {}, ())
    explanation = explain(shown)
    condition = f"\nOnly with: {', '.join(f'`{one}`' for one in row.applies)}." if row.applies else ""
    return [
        f"### {row.id}",
        "",
        *(["```text", row.example, "```", ""] if row.example else []),
        explanation.cause + condition,
        "",
        *(f"- {_line(line)}" for line in explanation.fix),
        "",
        "See "
        + ", ".join("measured" if one == "measured" else f"[{_short(one)}]({address(one)})" for one in row.reference)
        + ".",
        "",
    ]


def _line(line: Line) -> str:
    """Return the advice with its command marked."""
    return ": ".join(filter(None, (line.text, line.command and f"`{line.command}`")))


def _short(reference: str) -> str:
    return "documentation" if reference.startswith("https://") else reference
