"""NVIDIA's driver: what it says of itself and of its GPUs, asked for once, before any check."""

from __future__ import annotations

import ctypes
from typing import Any

from cudnn_heal.doctor import gpucode
from cudnn_heal.doctor.prelude import fact, step


def named(gpu: dict[str, Any]) -> str:
    """Return ``NVIDIA H100, 79.2 GiB (78.6 free), sm_90``."""
    free = f" ({gpu['free'] / 2**30:.1f} free)" if gpu.get("free") is not None else ""
    return f"{gpu['name']}, {gpu['memory'] / 2**30:.1f} GiB{free}, {gpucode.of(gpu['capability'])}"


def memory_at(management: Any, bus: bytes) -> dict[str, int] | None:
    """Return the ``total``, ``free`` and ``used`` bytes of the GPU at `bus`, which needs no context on it.

    :param management: NVML's library, after nvmlInit_v2.
    :return: None where it can't tell.
    """
    names = ("total", "free", "used")

    class Memory(ctypes.Structure):
        _fields_ = tuple((name, ctypes.c_ulonglong) for name in names)

    device, memory = ctypes.c_void_p(), Memory()
    if management.nvmlDeviceGetHandleByPciBusId_v2(bus, ctypes.byref(device)):
        return None
    if management.nvmlDeviceGetMemoryInfo(device, ctypes.byref(memory)):
        return None
    return {name: int(getattr(memory, name)) for name in names}


def probe_driver(drivers: list[str], management_library: str) -> None:
    """Report what the driver's own interfaces say (the "CUDA Driver API" and "NVML API" references).

    :param drivers: where the driver's own library may be, the usual place first.
    :param management_library: the one of NVML.
    """
    problems = []
    for place in drivers:
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
        """Return the free memory of the GPU at `bus`; None where it can't be told."""
        memory = memory_at(management, bus) if management else None
        if not memory or memory["total"] > 1.2 * total:
            return None  # this is of the whole GPU, of which a slice (MIG) has less
        return memory["free"]

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
        management: Any = ctypes.CDLL(management_library)
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
        call("cuDeviceGetPCIBusId", bus, len(bus), device)
        capability = []
        for attribute in (75, 76):  # CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, _MINOR
            call("cuDeviceGetAttribute", ctypes.byref(value), attribute, device)
            capability.append(str(value.value))
        gpu = {"name": name.value.decode(), "memory": memory.value, "capability": ".".join(capability)}
        gpus.append({**gpu, "bus": bus.value.decode(), "free": free(bus.value, memory.value)})
    fact(gpus=gpus)
