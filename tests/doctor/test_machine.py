"""The machine: a driver that is missing, too old or refuses are three things, and a container or WSL2 a fourth and fifth."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cudnn_heal.doctor import host
from cudnn_heal.doctor.checks import machine, pipeline
from cudnn_heal.doctor.stack import Stack
from support.doctor_results import DRIVER, GPU, Told, at, ended

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the doctor knows Linux only")

NONE = {"gpus": [], "error": "libcuda.so.1: cannot open shared object file: No such file or directory"}
DEVICE = {"sys/bus/pci/devices/0000:65:00.0/vendor": "0x10de\n", "sys/bus/pci/devices/0000:65:00.0/class": "0x030200\n"}
MODULE = {"proc/driver/nvidia/version": "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22\n"}
OPEN = {"proc/driver/nvidia/version": "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build\n"}
DOCKER = {".dockerenv": ""}
WSL = {"dev/dxg": "", "proc/sys/kernel/osrelease": "5.15.153.1-microsoft-standard-WSL2\n"}


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES", "container"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    monkeypatch.setattr(host, "ROOT", str(tmp_path / "root"))


@pytest.mark.parametrize(
    ("files", "variables", "driver", "status", "says"),
    [
        pytest.param({}, {}, NONE, "skipped", "no GPU", id="nothing"),
        pytest.param({}, {"CUDA_VISIBLE_DEVICES": ""}, {**NONE, "error": machine.NO_DEVICE}, "skipped", "''", id="hidden"),
        pytest.param(DEVICE, {}, NONE, "failed", "It has no driver.", id="no driver"),
        pytest.param({**DEVICE, **MODULE}, {}, NONE, "failed", "libcuda.so.1 is not installed", id="driver by half"),
        pytest.param({**DEVICE, **OPEN}, {}, NONE, "failed", "the kernel has NVIDIA's module 580.65.06", id="open module"),
        pytest.param({**DEVICE, **DOCKER}, {}, NONE, "failed", "docker run --gpus all", id="container without the GPU"),
        pytest.param(
            {**DEVICE, **DOCKER},
            {"NVIDIA_VISIBLE_DEVICES": "all"},
            NONE,
            "failed",
            "NVIDIA_VISIBLE_DEVICES is 'all', which its runtime did not heed",
            id="container with another runtime",
        ),
        pytest.param(
            {**DEVICE, **DOCKER},
            {"NVIDIA_DRIVER_CAPABILITIES": "utility,video"},
            NONE,
            "failed",
            "-e NVIDIA_DRIVER_CAPABILITIES=compute,utility",
            id="container without compute",
        ),
        pytest.param(DOCKER, {}, NONE, "skipped", "no GPU", id="container on a machine without one"),
        pytest.param(
            DOCKER,
            {"NVIDIA_VISIBLE_DEVICES": "all"},
            NONE,
            "skipped",
            "made for a GPU, and none was passed in",
            id="CUDA image",
        ),
        pytest.param(WSL, {}, NONE, "failed", "wsl --shutdown", id="WSL2 without the driver"),
        pytest.param(
            WSL,
            {},
            {**DRIVER, "library": "/usr/lib/wsl/lib/libcuda.so.1"},
            "failed",
            "echo /usr/lib/wsl/lib | sudo tee /etc/ld.so.conf.d/ld.wsl.conf && sudo ldconfig",
            id="WSL2 off the loader's path",
        ),
        pytest.param(
            {**DEVICE, **MODULE},
            {},
            {"library": "libcuda.so.1", "gpus": [], "error": "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"},
            "failed",
            "an update of the driver was not finished",
            id="mismatch",
        ),
        pytest.param({}, {}, DRIVER, "ok", "driver 550.54 (CUDA 12.4); Paper GPU, 16.0 GiB (8.0 free), sm_89", id="all well"),
        pytest.param({}, {}, {**DRIVER, "gpus": [{**GPU, "free": 2**28}]}, "ok", "has 0.2 GiB free", id="used by others"),
    ],
)
def test_each_state_of_a_machine_is_told_apart(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: dict[str, str],
    variables: dict[str, str],
    driver: dict[str, Any],
    status: str,
    says: str,
) -> None:
    for path, text in files.items():
        file = tmp_path / "root" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    result = machine.check(Told(tmp_path / "site-packages", {}, driver))
    assert result.status == status
    text = "\n".join([result.summary, *map(str, result.notes), *(str(problem) for problem in result.problems)])
    assert says in text.replace("\\'", "'")


@pytest.mark.parametrize(
    ("driver", "changes", "why"),
    [
        pytest.param(NONE, {}, "there is none here", id="none"),
        pytest.param(
            {"library": "libcuda.so.1"},
            {"done": False, "status": -11, "step": "cuInit"},
            "its driver does not work",
            id="crash",
        ),
        pytest.param(DRIVER, {}, "", id="GPU"),
    ],
)
def test_why_the_gpu_was_not_tested_is_what_the_check_found(
    tmp_path: Path, driver: dict[str, Any], changes: dict[str, Any], why: str
) -> None:
    told = Told(tmp_path, {})
    told.driver = ended(driver, **changes)
    assert machine.untested(told) == why
    assert (machine.check(told).status == "failed") is (why == "its driver does not work")


@pytest.mark.parametrize(("cuda", "status"), [("11.8", "failed"), ("12.0", "ok"), ("13.0", "ok")])
def test_a_driver_that_is_too_old_is_told_from_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cuda: str, status: str
) -> None:
    class Service:
        needs = "libcublas.so.12"

    told = Told(tmp_path, {}, {**DRIVER, "cuda": cuda}, ctranslate2="4.8.5")
    monkeypatch.setattr(told, "service", lambda part: Service)
    result = machine.check(told)
    assert result.status == status
    assert status == "ok" or result.problems[0].cause.startswith("The driver is too old: ctranslate2 4.8.5 uses")


@pytest.mark.parametrize(
    ("step", "code", "untested"),
    [
        ("load libcuda.so.1", "driver-broken", "its driver does not work"),
        ("", "driver-unasked", "its driver could not be asked"),
    ],
)
def test_a_child_that_ends_before_it_asks_says_nothing_of_the_driver(
    tmp_path: Path, step: str, code: str, untested: str
) -> None:
    stack = Told(tmp_path, {})
    stack.driver = ended({}, done=False, step=step, status=1, exception="EncodingWarning: 'encoding' argument not specified")
    result = machine.check(stack)
    assert (result.status, result.problems[0].id) == ("failed", code)
    assert machine.untested(stack) == untested


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({}, ""),
        ({".dockerenv": ""}, "docker"),
        ({"run/.containerenv": ""}, "podman"),
        ({"proc/1/cgroup": "12:memory:/kubepods/besteffort/pod1\n"}, "kubepods"),
        ({"proc/1/cgroup": "0::/system.slice/docker-abc.scope\n"}, "docker"),
        ({"proc/1/cgroup": "0::/\n"}, ""),
    ],
)
def test_a_container_is_known_by_what_it_leaves(tmp_path: Path, files: dict[str, str], kind: str) -> None:
    for path, text in files.items():
        file = tmp_path / "root" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert host.container() == kind


PAPER_GPU = "Paper GPU, 24.0 GiB (22.0 free), sm_89"


@pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler")
@pytest.mark.parametrize(
    ("initialized", "count", "status", "says"),
    [
        pytest.param(0, 1, "ok", f"driver 580.1 (CUDA 12.4); {PAPER_GPU}", id="one GPU"),
        pytest.param(0, 2, "ok", f"driver 580.1 (CUDA 12.4); {PAPER_GPU}; {PAPER_GPU}", id="two GPUs"),
        pytest.param(100, 0, "skipped", "no GPU", id="no device"),
        pytest.param(803, 0, "failed", "the driver does not start", id="mismatch"),
    ],
)
def test_the_driver_is_asked_as_its_reference_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, initialized: int, count: int, status: str, says: str
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    paper("libcuda.so.1", PAPER_DRIVER.replace("INITIALIZED", str(initialized)).replace("COUNT", str(count)), tmp_path)
    paper("libnvidia-ml.so.1", PAPER_MANAGEMENT, tmp_path)
    found = Stack(at(tmp_path / "site-packages"))
    result = machine.check(found)
    assert result.status == status
    assert result.summary.startswith(says)
    assert [gpu["bus"] for gpu in found.gpus] == ["0000:0A:00.0", "0000:0B:00.0"][:count]


@pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler")
@pytest.mark.parametrize("management", ["int nvmlInit_v2() { return 1; }", ""])
def test_a_driver_that_tells_nothing_of_itself_has_gpus_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, management: str
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    paper("libcuda.so.1", PAPER_DRIVER.replace("INITIALIZED", "0").replace("COUNT", "1"), tmp_path)
    paper("libnvidia-ml.so.1", management, tmp_path)
    result = machine.check(Stack(at(tmp_path / "site-packages")))
    assert result.summary.startswith("driver unknown (CUDA 12.4); Paper GPU, 24.0 GiB, sm_89")


@pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler")
@pytest.mark.parametrize(("bus", "taken"), [("0000:0A:00.0", 2**30), ("0000:FF:00.0", 0)])
def test_the_memory_that_a_pipeline_takes_is_the_drivers_word(tmp_path: Path, bus: str, taken: int) -> None:
    library = paper("libnvidia-ml.so.1", PAPER_MANAGEMENT, tmp_path)
    most = pipeline.memory([str(library), bus])
    most()
    ctypes.CDLL(str(library)).take(ctypes.c_ulonglong(2**30))
    assert most() == taken


def test_without_a_gpu_or_its_library_no_memory_is_taken(tmp_path: Path) -> None:
    assert pipeline.memory([])() == 0
    assert pipeline.memory([str(tmp_path / "libnvidia-ml.so.1"), "0000:0A:00.0"])() == 0


def paper(name: str, source: str, folder: Path) -> Path:
    """Build the library `name` of `source` in `folder`."""
    (folder / f"{name}.c").write_text(source)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", folder / name, folder / f"{name}.c"], check=True)
    return folder / name


PAPER_DRIVER = """
#include <stddef.h>
#include <string.h>
int cuInit(unsigned flags) { return INITIALIZED; }
int cuDriverGetVersion(int *version) { *version = 12040; return 0; }
int cuDeviceGetCount(int *count) { *count = COUNT; return 0; }
int cuDeviceGet(int *device, int index) { *device = index; return 0; }
int cuDeviceGetName(char *name, int length, int device) { strncpy(name, "Paper GPU", length); return 0; }
int cuDeviceTotalMem_v2(size_t *bytes, int device) { *bytes = (size_t)24 << 30; return 0; }
int cuDeviceGetAttribute(int *value, int attribute, int device) { *value = attribute == 75 ? 8 : 9; return 0; }
int cuDeviceGetPCIBusId(char *bus, int length, int device) {
    strncpy(bus, device ? "0000:0B:00.0" : "0000:0A:00.0", length);
    return 0;
}
int cuGetErrorName(int error, const char **name) {
    *name = error == 100 ? "CUDA_ERROR_NO_DEVICE" : "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH";
    return 0;
}
"""

PAPER_MANAGEMENT = """
#include <string.h>
static unsigned long long used = (unsigned long long)2 << 30;
void take(unsigned long long bytes) { used += bytes; }
int nvmlInit_v2() { return 0; }
int nvmlSystemGetDriverVersion(char *text, unsigned length) { strncpy(text, "580.1", length); return 0; }
int nvmlDeviceGetHandleByPciBusId_v2(const char *bus, void **device) {
    *device = &used;
    return strncmp(bus, "0000:0", 6) ? 6 : 0;
}
int nvmlDeviceGetMemoryInfo(void *device, unsigned long long *memory) {
    memory[0] = (unsigned long long)24 << 30;
    memory[1] = memory[0] - used;
    memory[2] = used;
    return 0;
}
"""
