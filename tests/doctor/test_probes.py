"""What probes are made of: their text must run alone, in an interpreter without cudnn-heal."""

from __future__ import annotations

import builtins
import dis
import importlib
import inspect
import pkgutil
import shutil
import subprocess
import sys
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from cudnn_heal.doctor import checks, prelude, stack

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the doctor knows Linux only")

MODULES = [importlib.import_module(f"{checks.__name__}.{found.name}") for found in pkgutil.iter_modules(checks.__path__)]
HELPERS = {"tiny_whisper", "convolve", "identity"}
"""Functions that probes are given with ``uses``."""
PROBES = [
    function
    for module in [*MODULES, stack]
    for name, function in vars(module).items()
    if inspect.isfunction(function)
    and function.__module__ == module.__name__
    and ("probe" in name or name in HELPERS | {"_both", "_markers"})
]


def test_there_are_probes() -> None:
    assert len(PROBES) >= 12


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: f"{probe.__module__.rpartition('.')[2]}.{probe.__name__}")
def test_a_probe_uses_only_what_goes_with_it(probe: FunctionType) -> None:
    known = {*vars(prelude), *vars(builtins), *HELPERS}
    assert sorted(_globals(probe.__code__) - known) == []


def test_the_prelude_imports_the_standard_library_only() -> None:
    code = "import sys, runpy; sys.path[:] = [p for p in sys.path if 'site-packages' not in p]; runpy.run_path(sys.argv[1])"
    subprocess.run([sys.executable, "-I", "-S", "-c", code, prelude.__file__], check=True)


def test_checks_have_names_of_their_own() -> None:
    names = [check.name for check in checks.CHECKS]
    assert len(set(names)) == len(names)


@pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler")
@pytest.mark.parametrize(
    ("initialized", "count", "status", "says"),
    [
        pytest.param(0, 1, "ok", "CUDA 12.4; Paper GPU, 24.0 GiB, compute capability 8.9", id="one GPU"),
        pytest.param(0, 2, "ok", "CUDA 12.4; Paper GPU, 24.0 GiB", id="two GPUs"),
        pytest.param(100, 0, "skipped", "no GPU", id="no device"),
        pytest.param(803, 0, "failed", "the driver does not start", id="mismatch"),
    ],
)
def test_the_driver_is_asked_as_its_reference_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, initialized: int, count: int, status: str, says: str
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    monkeypatch.setattr("cudnn_heal.doctor.checks.driver._hardware", lambda: "")
    source = tmp_path / "cuda.c"
    source.write_text(PAPER_DRIVER.replace("INITIALIZED", str(initialized)).replace("COUNT", str(count)))
    subprocess.run(["cc", "-shared", "-fPIC", "-o", tmp_path / "libcuda.so.1", source], check=True)
    found = stack.Stack(str(tmp_path), sys.executable, own=False)
    result = checks.driver.check(found)
    assert result.status == status
    assert result.summary.startswith(says)
    assert found.gpus == count


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
int cuGetErrorName(int error, const char **name) {
    *name = error == 100 ? "CUDA_ERROR_NO_DEVICE" : "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH";
    return 0;
}
"""


def _globals(code: CodeType) -> set[str]:
    """Return the global names that `code` and the functions within it load."""
    names: set[str] = {one.argval for one in dis.get_instructions(code) if one.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names |= _globals(constant)
    return names
