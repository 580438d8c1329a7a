"""The machine: NVIDIA's driver, on which all GPU checks depend, and what stands between."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal

from cudnn_heal.advice import Line
from cudnn_heal.doctor import host
from cudnn_heal.doctor.driver import named
from cudnn_heal.doctor.result import Problem, Result, failed, last_words, ok, skipped
from cudnn_heal.names import library_parts
from cudnn_heal.read.machine import loaded_driver
from cudnn_heal.systems import here

if TYPE_CHECKING:
    from cudnn_heal.doctor.stack import Stack

NO_DEVICE = "CUDA_ERROR_NO_DEVICE"
START = Line("Start the container with the GPU (podman: --device nvidia.com/gpu=all)", "docker run --gpus all …")
TOOLKIT = Line(
    "The host needs the NVIDIA Container Toolkit for it: https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/"
)
WSL = Line("Install the driver in Windows, none in Linux; then, in Windows", "wsl --shutdown")
DRIVER = Line(here.HOW_TO_INSTALL_A_DRIVER)
LITTLE_BYTES = 2**30
"""Less free memory than this is too little for a Whisper of any size beside its libraries."""


def check(stack: Stack) -> Result:
    """Check that CUDA programs find the driver, and what it drives."""
    facts, error, state = stack.driver.facts, stack.driver.facts.get("error", ""), _state(stack)
    if state == "unasked":
        cause = "What asks the driver ended before it did: that says nothing about the driver."
        fix = Line("See whether the driver works", "nvidia-smi")
        return failed("the driver could not be asked", Problem(last_words(stack.driver), cause, (fix,), "driver-unasked"))
    if state == "crashes":
        cause = "The driver itself is at fault."
        return failed("the driver's library failed", Problem(last_words(stack.driver), cause, (DRIVER,), "driver-broken"))
    if state == "works":
        problem = _too_old(stack, facts) or _unreachable(facts)
        line = f"driver {facts.get('driver') or 'unknown'} (CUDA {facts['cuda']}); " + "; ".join(map(named, facts["gpus"]))
        return failed(line, problem, facts=facts) if problem else ok(line, *_notes(facts), facts=facts)
    if state == "hidden":
        return skipped(f"no GPU (CUDA_VISIBLE_DEVICES is {os.environ['CUDA_VISIBLE_DEVICES']!r})")
    if state == "refuses":
        return failed("the driver does not start", _refuses(facts, error), facts=facts)
    if state == "without driver":
        return failed("a GPU, but no driver for it", _no_driver(str(error)), facts=facts)
    asked = os.environ.get("NVIDIA_VISIBLE_DEVICES", "")
    if host.container() and asked not in ("", "void", "none"):
        note = f"NVIDIA_VISIBLE_DEVICES is {asked!r}: this image is made for a GPU, and none was passed in."
        return skipped("no GPU in this container")._replace(notes=(note, START))
    return skipped("no GPU")


def untested(stack: Stack) -> str:
    """Return why no GPU was tried, "" where there is one."""
    if stack.gpus:
        return ""
    state = _state(stack)
    if state == "hidden":
        return "CUDA_VISIBLE_DEVICES hides it"
    if state == "unasked":
        return "its driver could not be asked"
    if state != "none":
        return "its driver does not work"
    return "this container has none (docker run --gpus all gives it one)" if host.container() else "there is none here"


def _state(stack: Stack) -> Literal["unasked", "crashes", "works", "hidden", "refuses", "without driver", "none"]:
    """Return how far a CUDA program gets: to a GPU, or to what keeps it from one."""
    facts, error = stack.driver.facts, stack.driver.facts.get("error", "")
    if not stack.driver.ok:
        return "crashes" if stack.driver.step else "unasked"
    if stack.gpus:
        return "works"
    if error == NO_DEVICE and "CUDA_VISIBLE_DEVICES" in os.environ:
        return "hidden"
    if facts.get("library") and error != NO_DEVICE:
        return "refuses"
    return "without driver" if host.hardware() else "none"


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
    parts = library_parts(service.needs) if service else None
    needed = parts[1] if parts else 0
    if int(facts["cuda"].split(".")[0]) >= needed:
        return None
    return Problem(
        (f"the driver supports CUDA {facts['cuda']}",),
        f"The driver is too old: ctranslate2 {stack.ctranslate2} uses libraries of CUDA {needed}.",
        (Line(f"Install a driver that supports CUDA {needed}."),),
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
        (Line("Let the loader look there", f"echo {folder} | sudo tee /etc/ld.so.conf.d/ld.wsl.conf && sudo ldconfig"),),
        "wsl-libcuda",
    )


def _refuses(facts: dict[str, Any], error: str) -> Problem:
    """Return the problem that the driver's library is there, and does not work."""
    cause = f"{facts['library']} is there, but refuses to start: {error}."
    fix = (WSL,) if host.wsl() else (START, TOOLKIT) if host.container() else (DRIVER,)
    if "MISMATCH" in error and not host.wsl():
        cause += " The library and the kernel's module are of different releases: an update of the driver was not finished."
        fix = (Line("Restart the machine."),)
    return Problem((f"cuInit: {error}", *_kernel()), cause, fix, "driver-broken")


def _no_driver(error: str) -> Problem:
    """Return the problem that there is a GPU, and no driver's library."""
    lines = (error, f"an NVIDIA GPU shows at {host.hardware()}", *_kernel())
    if host.wsl():
        return Problem(lines, "WSL2 has a GPU, but the driver's library is not where Windows puts it.", (WSL,), "no-driver")
    if host.container():
        able = os.environ.get("NVIDIA_DRIVER_CAPABILITIES", "")
        if able and not {"all", "compute"} & set(able.split(",")):
            cause = f"NVIDIA_DRIVER_CAPABILITIES is {able!r}: without compute the container gets no libcuda.so.1."
            fix = Line("Start it with -e NVIDIA_DRIVER_CAPABILITIES=compute,utility")
            return Problem(lines, cause, (fix,), "no-driver")
        asked = os.environ.get("NVIDIA_VISIBLE_DEVICES")
        cause = "The machine has a GPU, and this container was started without it"
        cause += f" (NVIDIA_VISIBLE_DEVICES is {asked!r}, which its runtime did not heed)." if asked else "."
        return Problem(lines, cause, (START, TOOLKIT), "no-driver")
    cause = "The kernel's module is loaded, but libcuda.so.1 is not installed." if _kernel() else "It has no driver."
    return Problem(lines, cause, (DRIVER,), "no-driver")


def _kernel() -> tuple[str, ...]:
    version = loaded_driver(host.ROOT)
    return (f"the kernel has NVIDIA's module {version}",) if version else ()
