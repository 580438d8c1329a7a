"""Who was first: torch, ctranslate2, and another cuDNN on `LD_LIBRARY_PATH`, on a machine without a GPU.

Downloads: 3 GB for torch 2.8.0 and what it brings, 0.7 GB for the other cuDNN.
"""

from __future__ import annotations

import filecmp
import os
import shutil
from pathlib import Path

import pytest

from support.environments import PROBE, Environment, Probe

pytestmark = pytest.mark.heavy

OFF = {"CUDNN_HEAL": "off"}
CHECKS = [f"cudnn{part}VersionCheck" for part in ("Graph", "Ops", "Cnn", "Adv")]

# Each step prints nothing; an exception of theirs is reported as the child's answer.
CHILD = """
import ctypes, json, sys
sys.path.insert(0, {tests!r})
from probe import mapped
result = {{}}
for step in {steps!r}:
    if step == "cudnn":
        try:
            result["torch"] = sys.modules["torch"].backends.cudnn.version()
        except RuntimeError as problem:
            result["torch"] = str(problem)
    elif step == "checks":
        library = ctypes.CDLL(mapped(r"^libctranslate2-")[0])
        library.cudnnGetVersion.restype = ctypes.c_size_t
        result["returned"] = library.cudnnCreateTensorDescriptor(ctypes.byref(ctypes.c_void_p()))
        result["checks"] = [getattr(library, check)() for check in {checks!r}]
        result["version"] = library.cudnnGetVersion()
    else:
        __import__(step)
result["files"] = mapped(r"^libcudnn")
print(json.dumps(result))
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Environment:
    """Return a healed environment with torch 2.8.0, the cuDNN 9.10.2 that it asks for, and ctranslate2 4.6.1."""
    path = tmp_path_factory.mktemp("torch") / "venv"
    environment = Environment.create(path, "torch==2.8.0", "ctranslate2==4.6.1", "nvidia-cublas-cu12", "numpy", wheel)
    environment.settle()
    return environment


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a folder with cuDNN 9.1.0, older than the one that torch was compiled against."""
    other = Environment.create(tmp_path_factory.mktemp("foreign") / "venv", "nvidia-cudnn-cu12==9.1.0.70", "--no-deps")
    return str(other.site_packages / "nvidia/cudnn/lib")


@pytest.fixture(scope="module")
def same_release(tmp_path_factory: pytest.TempPathFactory, environment: Environment) -> str:
    """Return a folder with copies of the wheel's own cuDNN, under the full names that a distribution's package has."""
    folder = tmp_path_factory.mktemp("same")
    for name in ("libcudnn", *(f"libcudnn_{part}" for part in ("graph", "ops", "cnn", "adv"))):
        shutil.copyfile(environment.site_packages / f"nvidia/cudnn/lib/{name}.so.9", folder / f"{name}.so.9.10.2")
        (folder / f"{name}.so.9").symlink_to(f"{name}.so.9.10.2")
    return str(folder)


def child(environment: Environment, foreign: str, *steps: str, **environ: str) -> Probe:
    """Take the steps under an `LD_LIBRARY_PATH` that leads to the other cuDNN."""
    code = CHILD.format(tests=str(PROBE.parent), steps=steps, checks=CHECKS)
    environ = {"LD_LIBRARY_PATH": foreign, **environ}
    return Probe.of(environment.python("-W", "ignore", "-c", code, check=False, environ=environ))


def assert_one_set(environment: Environment, probe: Probe) -> None:
    """Assert that the process has one file for each of cuDNN's names, each of them the wheel's, or the copy for ctranslate2."""
    wheels = os.path.realpath(environment.site_packages / "nvidia/cudnn/lib")
    every = [os.path.realpath(file) for file in probe.files]
    copies = [
        file for file in every if os.path.dirname(file) == os.path.realpath(environment.site_packages / "ctranslate2.libs")
    ]
    assert all(filecmp.cmp(file, os.path.join(wheels, "libcudnn.so.9"), shallow=False) for file in copies)
    files = [file for file in every if file not in copies]
    assert {os.path.dirname(file) for file in files} == {wheels}
    assert len(files) == len(set(files)) == len({os.path.basename(file) for file in files})


@pytest.mark.parametrize(
    "steps",
    [
        ("torch", "cudnn"),
        ("torch", "cudnn", "ctranslate2", "checks", "cudnn"),
        ("torch", "ctranslate2", "checks", "cudnn"),
        ("ctranslate2", "torch", "cudnn", "checks"),
        ("ctranslate2", "checks", "torch", "cudnn"),
        ("ctranslate2", "checks"),
    ],
    ids="-".join,
)
def test_whoever_comes_first_all_follow_the_wheel(environment: Environment, foreign: str, steps: tuple[str, ...]) -> None:
    probe = child(environment, foreign, *steps)
    assert probe.returncode == 0, probe.stderr
    if "torch" in steps:
        assert probe.result["torch"] == 91002
    if "checks" in steps:
        assert (probe.result["returned"], probe.result["checks"], probe.result["version"]) == (0, [0] * 4, 91002)
    assert_one_set(environment, probe)


def test_with_the_hook_off_torch_meets_the_other_cudnn(environment: Environment, foreign: str) -> None:
    """The control of all the above."""
    probe = child(environment, foreign, "torch", "cudnn", **OFF)
    assert "cuDNN version incompatibility" in probe.result["torch"]
    assert foreign in probe.folders("libcudnn_")


@pytest.mark.parametrize("steps", [("torch", "cudnn", "ctranslate2", "checks", "cudnn"), ("torch", "cudnn", "ctranslate2")])
def test_where_torch_took_the_other_set_already_no_second_one_comes(
    environment: Environment, foreign: str, steps: tuple[str, ...]
) -> None:
    before = environment.tree()
    control, probe = child(environment, foreign, *steps, **OFF), child(environment, foreign, *steps, CUDNN_HEAL="-torch")
    subs = [file for file in probe.files if os.path.basename(file).startswith("libcudnn_")]
    assert {os.path.dirname(file) for file in subs} == {foreign}
    assert (probe.returncode, probe.result) == (control.returncode, control.result) and probe.returncode == 0
    assert probe.result.get("checks", [0] * 4) == [0] * 4
    assert environment.tree() == before


def test_without_another_cudnn_about_torch_is_left_alone(environment: Environment, tmp_path: Path) -> None:
    code = CHILD.format(tests=str(PROBE.parent), steps=("torch", "cudnn"), checks=CHECKS)
    for path in ("", str(tmp_path), str(environment.site_packages / "nvidia/cudnn/lib")):
        environ = {"LD_LIBRARY_PATH": path}
        control, probe = (Probe.of(environment.python("-c", code, environ={**environ, **off})) for off in (OFF, {}))
        assert probe.result == control.result
        assert "libcudnn_engines_precompiled.so.9" not in map(os.path.basename, probe.files)


@pytest.mark.parametrize(
    "steps",
    [
        ("torch", "cudnn", "ctranslate2", "checks"),
        ("torch", "ctranslate2", "checks", "cudnn"),
        ("ctranslate2", "checks", "torch", "cudnn"),
    ],
    ids="-".join,
)
def test_a_copy_of_the_same_release_elsewhere_serves_all_alone(
    environment: Environment, same_release: str, steps: tuple[str, ...]
) -> None:
    """A shim asks for its sub-libraries under their full names first: no SONAME in the process would satisfy that.

    Loaded by path beside such a copy, the wheel's set met the copy in one process, and on a GPU torch's convolution failed.
    """
    control, probe = child(environment, same_release, *steps, **OFF), child(environment, same_release, *steps)
    for each in (control, probe):
        assert (each.returncode, each.result["torch"], each.result["checks"]) == (0, 91002, [0] * 4), each.stderr
        names = [os.path.basename(file).partition(".so")[0] for file in each.files if "libcudnn_" in file]
        assert len(names) == len(set(names)), each.files
