"""NVIDIA's driver: without it no GPU, whatever is installed."""

from __future__ import annotations

import ctypes
import glob
import os
from typing import TYPE_CHECKING, Any

from cudnn_heal.doctor.prelude import fact, step
from cudnn_heal.doctor.result import Problem, Result, failed, ok, seen, skipped

if TYPE_CHECKING:
    from cudnn_heal.doctor.stack import Stack

NO_DEVICE = "CUDA_ERROR_NO_DEVICE"
WAYS = (
    "In a container: start it with GPU access (docker run --gpus all, with the NVIDIA Container Toolkit).",
    "On WSL2: install the driver in Windows, none in Linux, then: wsl --shutdown",
    "Else install NVIDIA's driver with the system's package manager, and restart.",
)


def check(stack: Stack) -> Result:
    """Check that CUDA programs find the driver, and what it drives."""
    ended = stack.driver
    facts, error = ended.facts, ended.facts.get("error", "")
    if not ended.ok:
        return failed("the driver's library failed", Problem(seen(ended), "The driver itself is at fault.", WAYS))
    if facts.get("gpus"):
        problem = _too_old(stack, facts) or _unreachable(facts)
        line = f"CUDA {facts['cuda']}; " + "; ".join(_named(gpu) for gpu in facts["gpus"])
        return failed(line, problem, facts=facts) if problem else ok(line, facts)
    hardware = _hardware()
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES")
    if error == NO_DEVICE and hidden is not None:
        return skipped(f"no GPU (CUDA_VISIBLE_DEVICES is {hidden!r})")
    if facts.get("library") and error != NO_DEVICE:
        why = f"{facts['library']} is there, and refuses: {error}."
        return failed("the driver does not start", Problem((f"cuInit: {error}",), why, WAYS), facts=facts)
    if hardware:
        why = f"There is an NVIDIA GPU here ({hardware}), and CUDA programs can't reach it."
        return failed("a GPU, but no driver for it", Problem((str(error),), why, WAYS), facts=facts)
    return skipped("no GPU")


def _too_old(stack: Stack, facts: dict[str, Any]) -> Problem | None:
    """Return the problem that the driver is older than the CUDA of ctranslate2's libraries."""
    needed = stack.outcome.observation.needs.get("cublas", 0)
    if int(facts["cuda"].split(".")[0]) >= needed:
        return None
    return Problem(
        (f"the driver supports CUDA {facts['cuda']}",),
        f"ctranslate2 {stack.version('ctranslate2')} uses libraries of CUDA {needed}.",
        (f"Install a driver that supports CUDA {needed}.",),
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
    )


def _named(gpu: dict[str, Any]) -> str:
    return f"{gpu['name']}, {gpu['memory'] / 2**30:.1f} GiB, compute capability {gpu['capability']}"


def _hardware() -> str:
    """Return where an NVIDIA GPU shows though the driver does not, "" where none does."""
    if os.path.exists("/dev/dxg"):  # WSL2's way to the GPU
        return "/dev/dxg"
    for folder in glob.glob("/sys/bus/pci/devices/*"):
        if _read(folder + "/vendor") == "0x10de" and _read(folder + "/class").startswith("0x03"):
            return f"PCI {os.path.basename(folder)}"
    return next(iter(sorted(glob.glob("/dev/nvidia[0-9]*"))), "")


def _read(path: str) -> str:
    try:
        with open(path) as file:
            return file.read().strip()
    except OSError:
        return ""


def probe() -> None:
    """Report what the driver's own interface says (the "CUDA Driver API" reference)."""
    places = ["libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1"]
    problems = []
    for place in places:
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

    step("cuInit")
    error = call("cuInit", 0)
    number = ctypes.c_int()
    if not call("cuDriverGetVersion", ctypes.byref(number)):  # 12040 is 12.4
        fact(cuda=f"{number.value // 1000}.{number.value % 1000 // 10}")
    error = error or call("cuDeviceGetCount", ctypes.byref(number))
    if error:
        fact(error=error, gpus=[])
        return
    gpus = []
    for index in range(number.value):
        device, value, memory = ctypes.c_int(), ctypes.c_int(), ctypes.c_size_t()
        name = ctypes.create_string_buffer(256)
        call("cuDeviceGet", ctypes.byref(device), index)
        call("cuDeviceGetName", name, len(name), device)
        call("cuDeviceTotalMem_v2", ctypes.byref(memory), device)
        capability = []
        for attribute in (75, 76):  # CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, _MINOR
            call("cuDeviceGetAttribute", ctypes.byref(value), attribute, device)
            capability.append(str(value.value))
        gpus.append({"name": name.value.decode(), "memory": memory.value, "capability": ".".join(capability)})
    fact(gpus=gpus)
