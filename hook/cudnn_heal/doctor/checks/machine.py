"""The machine: NVIDIA's driver, without which there is no GPU, whatever is installed; and what stands between."""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING, Any

from cudnn_heal.doctor import host
from cudnn_heal.doctor.prelude import fact, step
from cudnn_heal.doctor.result import Problem, Result, failed, ok, seen, skipped

if TYPE_CHECKING:
    from cudnn_heal.doctor.stack import Stack

NO_DEVICE = "CUDA_ERROR_NO_DEVICE"
START = "Start the container with the GPU: docker run --gpus all … (podman: --device nvidia.com/gpu=all)"
TOOLKIT = (
    "The host needs the NVIDIA Container Toolkit for it: https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/"
)
WSL = "Install the driver in Windows, none in Linux; then, in Windows: wsl --shutdown"
DRIVER = "Install NVIDIA's driver with the system's package manager, and restart."
LITTLE_BYTES = 2**30
"""Less free memory than this is too little for a Whisper of any size beside its libraries."""


def check(stack: Stack) -> Result:
    """Check that CUDA programs find the driver, and what it drives."""
    ended = stack.driver
    facts, error = ended.facts, ended.facts.get("error", "")
    if not ended.ok:
        why = "The driver itself is at fault."
        return failed("the driver's library failed", Problem(seen(ended), why, (DRIVER,), "driver-broken"))
    if facts.get("gpus"):
        problem = _too_old(stack, facts) or _unreachable(facts)
        line = f"driver {facts.get('driver') or 'unknown'} (CUDA {facts['cuda']}); " + "; ".join(map(named, facts["gpus"]))
        return failed(line, problem, facts=facts) if problem else ok(line, facts, *_notes(facts))
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES")
    if error == NO_DEVICE and hidden is not None:
        return skipped(f"no GPU (CUDA_VISIBLE_DEVICES is {hidden!r})")
    if facts.get("library") and error != NO_DEVICE:
        return failed("the driver does not start", _refuses(facts, error), facts=facts)
    if host.hardware():
        return failed("a GPU, but no driver for it", _no_driver(str(error)), facts=facts)
    asked = os.environ.get("NVIDIA_VISIBLE_DEVICES", "")
    if host.container() and asked not in ("", "void", "none"):
        note = f"NVIDIA_VISIBLE_DEVICES is {asked!r}: this image is made for a GPU, and none was passed in. {START}"
        return skipped("no GPU in this container")._replace(notes=(note,))
    return skipped("no GPU")


def named(gpu: dict[str, Any]) -> str:
    """Return ``NVIDIA H100, 79.2 GiB (78.6 free), sm_90``."""
    free = f" ({gpu['free'] / 2**30:.1f} free)" if gpu.get("free") is not None else ""
    return f"{gpu['name']}, {gpu['memory'] / 2**30:.1f} GiB{free}, sm_{gpu['capability'].replace('.', '')}"


def _notes(facts: dict[str, Any]) -> list[str]:
    return [
        f"{gpu['name']} has {gpu['free'] / 2**30:.1f} GiB free: other programs use the rest (nvidia-smi lists them)."
        for gpu in facts["gpus"]
        if gpu.get("free") is not None and gpu["free"] < LITTLE_BYTES
    ]


def _too_old(stack: Stack, facts: dict[str, Any]) -> Problem | None:
    """Return the problem that the driver is older than the CUDA of ctranslate2's libraries.

    Within one major version, libraries of a newer CUDA run on an older driver ("CUDA Compatibility", minor versions).
    """
    service = stack.service("cublas")
    needed = int(service.needs.rpartition(".")[2] or 0) if service and service.needs else 0
    if int(facts["cuda"].split(".")[0]) >= needed:
        return None
    return Problem(
        (f"the driver supports CUDA {facts['cuda']}",),
        f"The driver is there, and too old: ctranslate2 {stack.ctranslate2} uses libraries of CUDA {needed}.",
        (f"Install a driver that supports CUDA {needed}.",),
        "driver-too-old",
    )


def _unreachable(facts: dict[str, Any]) -> Problem | None:
    """Return the problem that the driver was found only by a path that other programs do not try."""
    library = facts["library"]
    if not library.startswith("/"):
        return None
    folder = os.path.dirname(library)
    return Problem(
        (f"libcuda.so.1 is found in {folder} only",),
        "The loader does not look there, so CUDA programs do not find the driver.",
        (f"echo {folder} | sudo tee /etc/ld.so.conf.d/ld.wsl.conf && sudo ldconfig",),
        "wsl-libcuda",
    )


def _refuses(facts: dict[str, Any], error: str) -> Problem:
    """Return the problem that the driver's library is there, and does not work."""
    why = f"{facts['library']} is there, and refuses: {error}."
    if host.wsl():
        return Problem((f"cuInit: {error}",), why, (WSL,), "driver-broken")
    if "MISMATCH" in error:
        why += " The library and the kernel's module are of two releases: an update of the driver was not finished."
        return Problem((f"cuInit: {error}", *_kernel()), why, ("Restart the machine.",), "driver-broken")
    if host.container():
        return Problem((f"cuInit: {error}", *_kernel()), why, (START, TOOLKIT), "driver-broken")
    return Problem((f"cuInit: {error}", *_kernel()), why, (DRIVER,), "driver-broken")


def _no_driver(error: str) -> Problem:
    """Return the problem that there is a GPU, and no driver's library."""
    lines = (error, f"an NVIDIA GPU shows at {host.hardware()}", *_kernel())
    if host.wsl():
        return Problem(lines, "WSL2 has a GPU, and the driver's library is not where it puts it.", (WSL,), "no-driver")
    if host.container():
        able = os.environ.get("NVIDIA_DRIVER_CAPABILITIES", "")
        if able and not {"all", "compute"} & set(able.split(",")):
            why = f"NVIDIA_DRIVER_CAPABILITIES is {able!r}: without compute the container gets no libcuda.so.1."
            return Problem(lines, why, ("Start it with -e NVIDIA_DRIVER_CAPABILITIES=compute,utility",), "no-driver")
        asked = os.environ.get("NVIDIA_VISIBLE_DEVICES")
        why = "The machine has a GPU, and this container was started without it"
        why += f" (NVIDIA_VISIBLE_DEVICES is {asked!r}, which its runtime did not heed)." if asked else "."
        return Problem(lines, why, (START, TOOLKIT), "no-driver")
    why = "The kernel's module is loaded, and libcuda.so.1 is not installed." if _kernel() else "It has no driver."
    return Problem(lines, why, (DRIVER,), "no-driver")


def _kernel() -> tuple[str, ...]:
    version = host.kernel_module()
    return (f"the kernel has NVIDIA's module {version}",) if version else ()


def probe() -> None:
    """Report what the driver's own interfaces say (the "CUDA Driver API" and "NVML API" references)."""
    problems = []
    for place in ("libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1"):
        step(f"load {place}")
        try:
            cuda = ctypes.CDLL(place)
        except OSError as problem:
            problems.append(str(problem))
            continue
        fact(library=place)
        break
    else:
        fact(error=problems[0], gpus=[])
        return

    def call(name: str, *arguments: Any) -> str:
        """Call a function; return its error's name, "" where there is none."""
        status = getattr(cuda, name)(*arguments)
        text = ctypes.c_char_p()
        if status:
            cuda.cuGetErrorName(status, ctypes.byref(text))
        return (text.value or str(status).encode()).decode() if status else ""

    def free(bus: bytes, total: int) -> int | None:
        """Return the free memory of the GPU at `bus`, which needs no context on it; None where it can't be told."""

        class Memory(ctypes.Structure):
            _fields_ = (("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong))

        device, memory = ctypes.c_void_p(), Memory()
        if not management or management.nvmlDeviceGetHandleByPciBusId_v2(bus, ctypes.byref(device)):
            return None
        if management.nvmlDeviceGetMemoryInfo(device, ctypes.byref(memory)) or memory.total > 1.2 * total:
            return None  # a slice of a GPU (MIG) has less than the whole that is told here
        return int(memory.free)

    step("cuInit")
    error = call("cuInit", 0)
    number = ctypes.c_int()
    if not call("cuDriverGetVersion", ctypes.byref(number)):  # 12040 is 12.4
        fact(cuda=f"{number.value // 1000}.{number.value % 1000 // 10}")
    error = error or call("cuDeviceGetCount", ctypes.byref(number))
    if error:
        fact(error=error, gpus=[])
        return
    step("nvmlInit_v2")
    try:
        management: Any = ctypes.CDLL("libnvidia-ml.so.1")
        text = ctypes.create_string_buffer(80)
        if management.nvmlInit_v2() or management.nvmlSystemGetDriverVersion(text, 80):
            management = None
        else:
            fact(driver=text.value.decode())
    except (OSError, AttributeError):
        management = None
    gpus = []
    for index in range(number.value):
        device, value, memory = ctypes.c_int(), ctypes.c_int(), ctypes.c_size_t()
        name, bus = ctypes.create_string_buffer(256), ctypes.create_string_buffer(64)
        call("cuDeviceGet", ctypes.byref(device), index)
        call("cuDeviceGetName", name, len(name), device)
        call("cuDeviceTotalMem_v2", ctypes.byref(memory), device)
        if management:
            call("cuDeviceGetPCIBusId", bus, len(bus), device)
        capability = []
        for attribute in (75, 76):  # CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, _MINOR
            call("cuDeviceGetAttribute", ctypes.byref(value), attribute, device)
            capability.append(str(value.value))
        gpu = {"name": name.value.decode(), "memory": memory.value, "capability": ".".join(capability)}
        gpus.append({**gpu, "free": free(bus.value, memory.value)})
    fact(gpus=gpus)
