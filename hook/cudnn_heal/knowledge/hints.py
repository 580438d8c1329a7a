"""What is known of a status code, or of a driver's Xid, beyond the words of NVIDIA's headers: where it was met, and what helps."""

# ruff: noqa: E501  (sentences)
from __future__ import annotations

import re
from typing import NamedTuple


class Hint(NamedTuple):
    """Said after NVIDIA's words."""

    text: str
    fixes: tuple[str, ...]


STATUS = {
    r"cudaErrorPeerAccess\w+|CUDA_ERROR_PEER_ACCESS\w+|cudaErrorTooManyPeers|CUDA_ERROR_MAP_FAILED": Hint(
        "The GPUs can't reach each other's memory directly here: two kinds of GPU, a virtual machine, or the machine's own bus (IOMMU, ACS) are in the way.",
        (
            "NCCL_P2P_DISABLE=1 has programs of several GPUs go through the machine's memory",
            "One GPU alone: CUDA_VISIBLE_DEVICES=0",
        ),
    ),
    r"(?:cudaErrorStreamCapture|CUDA_ERROR_STREAM_CAPTURE)\w+|cudaErrorCapturedEvent|CUDA_ERROR_CAPTURED_EVENT|cudaErrorGraphExec\w+|CUDA_ERROR_GRAPH_EXEC\w+": Hint(
        "A CUDA graph was being recorded, and something in it may not be recorded (a memory allocation, a copy that waits); that is the program's, or its library's.",
        (
            'Without CUDA graphs: vLLM `--enforce-eager`; torch.compile without `mode="reduce-overhead"`; NeMo `use_cuda_graph_decoder=False`',
            "A newer release of the program",
        ),
    ),
    r"cudaErrorCallRequiresNewerDriver": Hint(
        "The program, or its CUDA, is newer than the driver.",
        (
            "Update the driver (on the host, for a container)",
            "Or a build of the program, or of torch, for the CUDA that `nvidia-smi` shows",
        ),
    ),
    r"cudaErrorLaunchOutOfResources|CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES": Hint(
        "It is no matter of the GPU's memory: a kernel wants more registers or threads than this GPU has for it. It was compiled for another GPU, or is a mistake of the library's.",
        (
            "A newer release of the package that says so, or a build of it for this GPU (TORCH_CUDA_ARCH_LIST, -DCMAKE_CUDA_ARCHITECTURES)",
            "Until then the same on the CPU, or without that part (another way to compute attention, 32 bits)",
        ),
    ),
    r"cudaErrorInvalidConfiguration": Hint(
        "Mostly an input of no length (an empty piece of sound, a batch of nothing), or one that is too large to be computed in one piece.",
        ("Leave empty input out; shorter pieces, or a smaller batch",),
    ),
    r"cudaErrorInvalidResourceHandle|CUDA_ERROR_INVALID_HANDLE": Hint(
        "Mostly a stream or an event of one GPU was used on another, or one that was made before a fork.",
        (
            "One GPU alone, to tell whether it is that: CUDA_VISIBLE_DEVICES=0",
            "In a program of one's own: `torch.cuda.set_device` before anything is made on a GPU, and processes started by `spawn`",
        ),
    ),
    r"cudaError(?:ContextIsDestroyed|DeviceUninitialized|IncompatibleDriverContext)|CUDA_ERROR_(?:CONTEXT_IS_DESTROYED|INVALID_CONTEXT)": Hint(
        "Two parts of a process each want to have the GPU to themselves, or one of them gave it back (`cudaDeviceReset`) while the other still used it; threads and an earlier fatal error do it too.",
        ("Whoever uses the GPU first keeps it: one library after the other, not in threads; a process for each model",),
    ),
    r"cudaErrorMps\w+|CUDA_ERROR_MPS\w+": Hint(
        "This is NVIDIA's Multi-Process Service, which several programs share a GPU by: the program is told to use it, and its daemon does not run, or belongs to another user or container.",
        (
            "Start it (`nvidia-cuda-mps-control -d`), or take CUDA_MPS_PIPE_DIRECTORY out of the program's environment",
            "In a container: the daemon's folder mounted, and `--ipc=host`",
        ),
    ),
    r"cudaErrorCudartUnloading|CUDA_ERROR_DEINITIALIZED": Hint(
        "It comes while a process ends: something still frees memory on the GPU when CUDA is already gone. The results are complete.",
        ("A program of one's own: delete models, and stop threads, before the program ends",),
    ),
    r"cudaErrorInvalidKernelImage|CUDA_ERROR_INVALID_IMAGE|cudaErrorInvalidSource|CUDA_ERROR_INVALID_SOURCE": Hint(
        "What was to run on the GPU is not what the driver takes: it was compiled for another GPU, or by a newer CUDA than the driver knows, or a cache of compiled code is damaged.",
        (
            "Update the driver, or take a build for the CUDA that `nvidia-smi` shows",
            "Empty the caches of compiled code: ~/.triton/cache, ~/.nv/ComputeCache, ~/.cache/torch_extensions, ~/.cupy",
        ),
    ),
    r"cudaErrorInvalidValue|CUDA_ERROR_INVALID_VALUE": Hint(
        "CUDA does not say which value it was. In code that works elsewhere: a driver older than the program's CUDA, a size of nothing, or two releases of CUDA's runtime in one process.",
        ("A smaller or other input tells whether it is that; update the driver",),
    ),
    r"cudaErrorOperatingSystem|CUDA_ERROR_OPERATING_SYSTEM|NVML_ERROR_OPERATING_SYSTEM": Hint(
        "The operating system refused the driver something: rights on /dev/nvidia*, locked memory, shared memory, or a sandbox (seccomp, snap, cgroup).",
        (
            "See `ls -l /dev/nvidia*`, `ulimit -l` and `df -h /dev/shm`; in a container `--ulimit memlock=-1 --ipc=host`, without a sandbox to tell whether it is that",
        ),
    ),
    r"cudaErrorSharedObjectInitFailed|CUDA_ERROR_SHARED_OBJECT_INIT_FAILED|cudaErrorSharedObjectSymbolNotFound": Hint(
        "A part of the driver did not start, or is of another release than the rest of it.",
        ("Install the driver again, whole, and restart; in a container start it with `--gpus all`, without a driver inside",),
    ),
    r"cudaErrorNotPermitted|CUDA_ERROR_NOT_PERMITTED": Hint(
        "Mostly a call that may not be made where it is made (from a callback, between processes in a container).",
        ("Between processes: `--ipc=host`; otherwise a newer release of the program",),
    ),
    r"CUDNN_STATUS_(?:BAD_PARAM|INVALID_VALUE)\w*": Hint(
        "In code that works elsewhere: an input of no length or of another shape or type than the layer's, or two releases of cuDNN in one process.",
        (
            "Leave empty or very short pieces out; the same on the CPU tells the shape",
            "`cudnn-heal --status` tells which cuDNN would be loaded, and from where",
        ),
    ),
    r"CUDNN_STATUS_(?:MAPPING_ERROR|INTERNAL_ERROR\w*)": Hint(
        "cuDNN does not say why. Met with full memory, with a cuDNN that does not fit the GPU, and after an earlier error on the GPU.",
        ("A smaller batch tells whether it is memory",),
    ),
    r"CUSOLVER_STATUS_(?:INTERNAL_ERROR|EXECUTION_FAILED)|CUSPARSE_STATUS_(?:INTERNAL_ERROR|EXECUTION_FAILED)": Hint(
        "Met with full memory, with values that are no numbers (NaN, infinite), with two releases of CUDA's libraries in one process, and after an earlier error on the GPU.",
        (
            "See whether memory is full: `nvidia-smi`; the same on the CPU tells whether the values are the reason",
            'torch: `torch.backends.cuda.preferred_linalg_library("magma")` computes it another way',
        ),
    ),
    r"CURAND_STATUS_(?:INITIALIZATION_FAILED|LAUNCH_FAILURE|PREEXISTING_FAILURE|INTERNAL_ERROR)": Hint(
        "cuRAND is mostly but the first to notice: memory is full, the build has no code for this GPU, or an earlier call on the GPU failed.",
        ("See whether memory is full: `nvidia-smi`; CUDA_LAUNCH_BLOCKING=1 shows an earlier error where it was made",),
    ),
    r"CUFFT_(?:EXEC_FAILED|SETUP_FAILED|INVALID_PLAN|INVALID_DEVICE)": Hint(
        "cuFFT is mostly but the first to notice: memory is full, the build has no code for this GPU, or an earlier call on the GPU failed.",
        ("See whether memory is full: `nvidia-smi`; CUDA_LAUNCH_BLOCKING=1 shows an earlier error where it was made",),
    ),
    r"CUFFT_(?:INVALID_SIZE|INVALID_VALUE|INVALID_TYPE|UNALIGNED_DATA|NOT_SUPPORTED)": Hint(
        "The transform's length or type is none that cuFFT takes: an empty piece of sound, or 16 bits with a length that is no power of two.",
        ("Leave empty pieces out; compute it in 32 bits",),
    ),
    r"NVRTC_ERROR_INVALID_OPTION|NVVM_ERROR_INVALID_OPTION|NVJITLINK_ERROR_(?:UNSUPPORTED_ARCH|UNRECOGNIZED_OPTION)": Hint(
        "Mostly the GPU's architecture is not known to this compiler: it is older than the GPU, or so new that it has dropped it.",
        ("A newer release of the package that says so, built for a newer CUDA; an old GPU: an older one",),
    ),
    r"NVRTC_ERROR_COMPILATION|NVVM_ERROR_COMPILATION|NVJITLINK_ERROR_(?:PTX|NVVM)_COMPILE": Hint(
        "What a program wrote for the GPU was not accepted by the compiler; its own lines, printed beside it, tell where. With code that is not yours: a package and a CUDA of different times.",
        ("A release of the package that knows this CUDA",),
    ),
    r"NVML_ERROR_(?:UNKNOWN|TIMEOUT|IRQ_ISSUE|INSUFFICIENT_POWER|CORRUPTED_INFOROM)": Hint(
        "The GPU or its firmware does not answer as it should (power cables, heat, a GPU that hangs), or a container lost its devices.",
        ("Restart the container, then the machine; if it comes again: power cables and temperature, another driver",),
    ),
    r"NVML_ERROR_(?:UNINITIALIZED|NOT_FOUND|INVALID_ARGUMENT|NO_DATA|IN_USE)": Hint(
        "The program asked NVML for a GPU or a value that is not there: a wrong number, a GPU that CUDA_VISIBLE_DEVICES hides, a part of a GPU (MIG) that has none of its own.",
        ("`nvidia-smi -L` shows what there is; what only shows the GPU's state may be left out",),
    ),
}
"""By code, as a regular expression; the first that fits counts."""

XID = {
    13: ("Graphics engine exception", "a program touched memory that it must not; rarely the GPU"),
    31: ("GPU memory page fault", "a program touched memory that is not its own; the driver is the next suspect"),
    32: ("Invalid or corrupted push buffer stream", "the driver, or the bus between the machine and the GPU"),
    38: ("Driver firmware error", "the driver"),
    43: ("GPU stopped processing", "a program met an error, and the driver ended it; the GPU goes on"),
    45: ("Preemptive cleanup, due to previous errors", "a program was ended, or an earlier Xid: look above it"),
    46: ("GPU stopped processing", "a program, or the driver"),
    48: ("Double bit ECC error", "the GPU's memory is faulty"),
    56: ("Display engine error", "the driver, or the GPU"),
    61: ("Internal micro-controller breakpoint or warning", "the GPU, or its power"),
    62: ("Internal micro-controller halt", "the GPU, its power or heat, or the driver"),
    63: (
        "ECC page retirement, or row remapping, recorded",
        "faulty memory of the GPU that it sets aside: reset the GPU (restart the machine), and watch whether it comes again",
    ),
    64: ("ECC page retirement, or row remapping, failed", "the GPU's memory is faulty"),
    68: ("NVDEC exception", "a program, the driver, or the GPU"),
    69: ("Graphics engine class error", "a program, or the driver"),
    74: ("NVLink error", "the link between GPUs, its bridge, or a GPU"),
    79: ("GPU has fallen off the bus", "power, heat, the slot, its cable, or the driver"),
    80: ("Corrupted data sent to the GPU", "the bus, the machine's memory, or the driver"),
    92: ("High single-bit ECC error rate", "the GPU's memory wears out: watch it"),
    94: ("Contained ECC error", "faulty memory of the GPU; the program that met it was ended, others go on"),
    95: ("Uncontained ECC error", "faulty memory of the GPU: restart the machine"),
    109: ("Context switch timeout", "a program on the GPU that does not end, or the driver"),
    119: ("GSP RPC timeout", "the GPU's firmware does not answer: another release of the driver; then power and the GPU"),
    120: ("GSP error", "the GPU's firmware: another release of the driver; then the GPU"),
    140: ("Unrecovered ECC error", "the GPU's memory is faulty"),
    143: ("GPU initialization failure", "the GPU, its power, or the driver"),
    154: (
        "GPU recovery action changed",
        "it follows an earlier Xid, and says what the GPU needs now: its own words name it (GPU reset, node reboot, drain)",
    ),
}
"""By number: NVIDIA's words, and where to look first."""


def of_status(code: str) -> Hint:
    """Return what is known of the status code `code` beyond its header's words; empty for most."""
    return next((hint for pattern, hint in STATUS.items() if re.fullmatch(pattern, code)), Hint("", ()))
