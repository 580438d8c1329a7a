"""In-process loading, where links can't do it: real wheels, the real loader, and a control that shows the fault."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from environment import ABORTED, CUBLAS, CUDNN, PROBE, STUB, Environment, Probe, clean_environ, run, tree, uv

CHECKS = ("cudnnGraphVersionCheck", "cudnnOpsVersionCheck", "cudnnCnnVersionCheck")
LOADED = "import sys; print(sys.modules['cudnn_heal.preload'].results if 'cudnn_heal.preload' in sys.modules else None)"


@pytest.fixture
def stale(make: Callable[..., Environment]) -> str:
    """Return a folder with another cuDNN 9."""
    return str(make("nvidia-cudnn-cu12==9.1.0.70", name="stale").site_packages / "nvidia/cudnn/lib")


@pytest.mark.parametrize("first", [*CHECKS, ""])
def test_a_stale_cudnn_on_ld_library_path_is_passed_over(demo: Environment, stale: str, first: str) -> None:
    demo.settle()
    calls = [first, *CHECKS] if first else CHECKS
    which = "calls" if first else "cudnn"
    if first != CHECKS[0]:  # when the first call reaches _graph, the link with the full version is enough
        control = demo.probe(which, *calls, environ={"LD_LIBRARY_PATH": stale, "CUDNN_HEAL": "off"})
        assert stale in control.folders("libcudnn"), "the control: links alone mix the two"
    probe = demo.probe(which, *calls, environ={"LD_LIBRARY_PATH": stale})
    assert probe.folders("libcudnn") == {str(demo.site_packages / "nvidia/cudnn/lib")}
    assert set(probe.result["calls"].values()) == {0}


def test_a_stale_cublas_on_ld_library_path_changes_nothing(make: Callable[..., Environment], wheel: Path) -> None:
    stale = make("nvidia-cublas-cu12==12.1.3.1", "--no-deps", name="stale").site_packages / "nvidia/cublas/lib"
    environment = make("ctranslate2==4.8.5", CUBLAS, wheel)
    environment.settle()
    probe = environment.probe("cublas", environ={"LD_LIBRARY_PATH": str(stale)})
    assert probe.folders("libcublas") == {str(environment.site_packages / "nvidia/cublas/lib")}


def test_status_tells_what_ld_library_path_leads_to(demo: Environment, stale: str) -> None:
    demo.settle()
    result = demo.heal("--status", environ={"LD_LIBRARY_PATH": stale})
    assert "healthy, served in-process" in result.stdout
    assert f"LD_LIBRARY_PATH leads to cuDNN 9.1.0.70 in {stale}" in result.stdout
    assert result.returncode == 0


@pytest.mark.parametrize("path", ["", "{own}", "/nowhere", "{own}:{stale}", "{empty}"])
def test_nothing_is_loaded_without_shadowing(demo: Environment, stale: str, tmp_path: Path, path: str) -> None:
    demo.settle()
    own = str(demo.site_packages / "nvidia/cudnn/lib")
    environ = {"LD_LIBRARY_PATH": path.format(own=own, stale=stale, empty=tmp_path)}
    result = demo.python("-c", "import ctranslate2; " + LOADED, environ=environ)
    assert result.stdout.strip() in ("None", "{'ctranslate2': Result(loads=(), errors=())}")


def test_nothing_is_loaded_when_ctranslate2_is_not_imported(demo: Environment, stale: str) -> None:
    demo.settle()
    code = "import importlib.util, json; importlib.util.find_spec('ctranslate2'); " + LOADED
    assert demo.python("-c", code, environ={"LD_LIBRARY_PATH": stale}).stdout.strip() == "{}"


def test_a_paused_environment_loads_nothing(demo: Environment, stale: str) -> None:
    demo.settle()
    demo.heal("--restore")
    result = demo.python("-c", "import ctranslate2; " + LOADED, environ={"LD_LIBRARY_PATH": stale})
    assert result.stdout.strip() in ("None", "{'ctranslate2': Result(loads=(), errors=())}")


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@needs_root
def test_another_user_than_the_owner_is_served_in_process(demo: Environment) -> None:
    before = tree(demo.libs)
    control = Probe.of(demo.as_other_user(PROBE, "cudnn", environ={"CUDNN_HEAL": "off"}))
    assert control.returncode == ABORTED
    cudnn = Probe.of(demo.as_other_user(PROBE, "cudnn"))
    assert cudnn.result["returned"] == 0, cudnn.stderr
    assert {path for path in cudnn.files if STUB not in path and "cudnn" in path} <= set(cudnn.files)
    assert cudnn.folders("libcudnn_") == {str(demo.site_packages / "nvidia/cudnn/lib")}
    cublas = Probe.of(demo.as_other_user(PROBE, "cublas"))
    assert cublas.result["returned"] in (0, 1), cublas.stderr
    assert tree(demo.libs) == before
    assert not (demo.libs / ".cudnn-heal").exists()


@needs_root
def test_what_the_owner_healed_serves_another_user_by_links(demo: Environment) -> None:
    """As in an image that is healed in the build and run as somebody else."""
    demo.settle()
    probe = Probe.of(demo.as_other_user(PROBE, "cudnn"))
    assert probe.folders("libcudnn") == {str(demo.site_packages / "nvidia/cudnn/lib")}
    code = "import sys; import ctranslate2; print('cudnn_heal' in sys.modules)"
    assert demo.as_other_user("-W", "ignore", "-c", code).stdout.strip() == "False"


@needs_root
def test_with_the_provider_gone_another_user_can_import_all_the_same(demo: Environment) -> None:
    demo.settle()
    demo.uninstall("nvidia-cudnn-cu12")
    control = demo.as_other_user("-c", "import ctranslate2", environ={"CUDNN_HEAL": "off"})
    assert "cannot open shared object file" in control.stderr
    assert demo.as_other_user("-c", "import ctranslate2").returncode == 0
    status = demo.as_other_user("-m", "cudnn_heal", "--status").stdout
    assert "the import succeeds" in status


@pytest.fixture
def base(tmp_path: Path) -> Environment:
    """Return an installation, not a virtual environment, with a site-packages of its own."""
    prefix = Path(sys.base_prefix)
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    copy = tmp_path / "base"
    (copy / "bin").mkdir(parents=True)
    run("cp", "-a", (prefix / "bin" / version).resolve(), copy / "bin" / "python")
    unneeded = shutil.ignore_patterns("site-packages", "dist-packages", "test", "idlelib", "__pycache__", "*.a")
    shutil.copytree(prefix / "lib" / version, copy / "lib" / version, ignore=unneeded, symlinks=True)
    for library in (prefix / "lib").glob("libpython*.so*"):
        run("cp", "-a", library, copy / "lib")
    (copy / "lib" / version / "site-packages").mkdir()
    environment = Environment(copy)
    if environment.python("-c", "import sys; print(sys.prefix)", check=False).stdout.strip() != str(copy):
        pytest.skip("this interpreter can't be moved")
    return environment


@pytest.mark.parametrize("inner", ["nvidia", "ctranslate2"])
def test_split_between_a_base_and_its_child_the_probes_pass(base: Environment, tmp_path: Path, wheel: Path, inner: str) -> None:
    nvidia, package = [CUDNN, CUBLAS], ["ctranslate2==4.6.1", "numpy", "pyyaml", "setuptools<80"]
    outer = package if inner == "nvidia" else nvidia
    base.install(*outer, "--break-system-packages")
    uv("venv", "--python", base.interpreter, "--system-site-packages", tmp_path / "child")
    child = Environment(tmp_path / "child")
    child.install(*(nvidia if inner == "nvidia" else package), "--no-deps" if inner == "nvidia" else wheel, wheel)
    assert child.probe("cudnn", environ={"CUDNN_HEAL": "off"}).returncode == ABORTED
    for which, returned in (("cudnn", {0}), ("cublas", {0, 1})):
        probe = child.probe(which)
        assert probe.result["returned"] in returned, probe.stderr
    status = child.heal("--status").stdout
    assert "served in-process" in status
    assert "where links don't reach" in status


def test_uv_run_with_cudnn_heal_serves_a_project_that_does_not_have_it(tmp_path: Path, wheel: Path) -> None:
    project = tmp_path / "project"
    environ = clean_environ(UV_PYTHON=sys.executable)
    uv("init", "--bare", "--name", "project", "--python", sys.executable, project, env=environ)
    uv("add", "ctranslate2==4.6.1", CUDNN, CUBLAS, cwd=project, env=environ)
    control = run("uv", "run", "--quiet", "python", PROBE, "cudnn", cwd=project, env=environ, check=False)
    assert "Unable to load any of" in control.stderr
    for which in ("cudnn", "cublas"):
        result = Probe.of(run("uv", "run", "--quiet", "--with", wheel, "python", PROBE, which, cwd=project, env=environ))
        assert result.result["returned"] in (0, 1)


# The finder must be a good neighbour.

TRIES = {
    "reload": "import importlib, ctranslate2; importlib.reload(ctranslate2)",
    "threads": """
import threading
def load():
    import ctranslate2
    done.append(ctranslate2.__version__)
done = []
threads = [threading.Thread(target=load) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert done == ["4.6.1"] * 8
""",
    "fork": """
import multiprocessing, ctranslate2
def child(): import ctranslate2
if __name__ == "__main__":
    process = multiprocessing.get_context("fork").Process(target=child); process.start(); process.join()
    assert process.exitcode == 0
""",
    "spawn": """
import multiprocessing
def child(): import ctranslate2
if __name__ == "__main__":
    process = multiprocessing.get_context("spawn").Process(target=child); process.start(); process.join()
    assert process.exitcode == 0
    import ctranslate2
""",
    "metadata": """
import importlib.metadata, importlib.resources, pkgutil, inspect
assert importlib.metadata.version("ctranslate2") == "4.6.1"
import ctranslate2
assert "import" in inspect.getsource(ctranslate2)
assert (importlib.resources.files("ctranslate2") / "version.py").is_file()
list(pkgutil.iter_modules())
importlib.invalidate_caches()
""",
}


@pytest.mark.parametrize("name", TRIES)
def test_the_watched_import_survives(demo: Environment, stale: str, tmp_path: Path, name: str) -> None:
    demo.settle()
    script = tmp_path / "script.py"
    script.write_text(TRIES[name] + "\n" + ("if __name__ == '__main__': " if "wn" in name or "fo" in name else "") + LOADED)
    result = demo.python(script, environ={"LD_LIBRARY_PATH": stale, "PYTHONWARNINGS": "ignore"})
    assert "libcudnn_graph.so.9" in result.stdout
    assert "errors=()" in result.stdout


def test_an_absent_ctranslate2_is_absent(make: Callable[..., Environment], wheel: Path) -> None:
    environment = make(wheel)
    result = environment.python("-c", "import ctranslate2", check=False)
    assert result.stderr.strip().endswith("ModuleNotFoundError: No module named 'ctranslate2'")


def test_a_library_that_fails_to_load_leaves_the_import_to_go_on(demo: Environment, stale: str) -> None:
    demo.settle()
    damaged = demo.site_packages / "nvidia/cudnn/lib/libcudnn_cnn.so.9"
    size = damaged.stat().st_size
    damaged.unlink()  # the installer's cache has the same inode
    damaged.write_bytes(b"no ELF" + b"\0" * (size - 6))
    code = "import ctranslate2, cudnn_heal; print(cudnn_heal.status()['process_errors'])"
    result = demo.python("-c", code, environ={"LD_LIBRARY_PATH": stale})
    assert "libcudnn_cnn.so.9 could not be loaded" in result.stdout


def test_other_imports_cost_at_most_one_percent_more(demo: Environment) -> None:
    modules = (
        "argparse, ast, asyncio, csv, dataclasses, decimal, email.mime.text, http.client, json, logging, unittest, xml.dom"
    )
    demo.settle()
    demo.python("-m", "compileall", "-q", demo.site_packages / "cudnn_heal_start.py", demo.site_packages / "cudnn_heal")

    def instructions(prepare: str) -> int:
        code = f"import sys; {prepare}; import {modules}"
        result = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", demo.interpreter, "-s", "-c", code],
            env=clean_environ(PYTHONHASHSEED="0", CUDNN_HEAL="off"),
            capture_output=True,
            text=True,
        )
        return int(result.stderr.partition("Collected : ")[2].split()[0])

    finder = "sys.meta_path = [sys.modules['cudnn_heal_start'], *sys.meta_path]"
    without, watched = instructions("pass"), instructions(finder)
    nothing = instructions("pass; sys.exit()")
    share = (watched - without) / (without - nothing)
    print(f"other imports cost {share:+.2%} instructions")
    assert share <= 0.01


TORCH = """
import ctypes, json, sys
sys.path.insert(0, {tests!r})
from probe import mapped
{imports}
library = ctypes.CDLL(mapped(r"^libctranslate2-")[0])
returned = library.cudnnCreateTensorDescriptor(ctypes.byref(ctypes.c_void_p()))
library.cudnnGetVersion.restype = ctypes.c_size_t
versions = [library.cudnnGetVersion(), torch.backends.cudnn.version()]
print(json.dumps({{"returned": returned, "versions": versions, "files": mapped(r"^libcudnn")}}))
"""


@pytest.mark.heavy
@pytest.mark.parametrize("shadowed", [False, True])
@pytest.mark.parametrize("imports", ["import torch, ctranslate2", "import ctranslate2, torch"])
def test_with_torch_there_is_one_cudnn_from_one_folder(
    make: Callable[..., Environment], wheel: Path, stale: str, imports: str, shadowed: bool
) -> None:
    environment = make("torch==2.8.0", "ctranslate2==4.6.1", wheel)
    environment.settle()
    code = TORCH.format(tests=str(PROBE.parent), imports=imports)
    environ = {"LD_LIBRARY_PATH": stale} if shadowed else {}
    result = Probe.of(environment.python("-W", "ignore", "-c", code, environ=environ))
    assert result.result["returned"] == 0
    assert result.result["versions"] == [91002, 91002]
    assert result.folders("libcudnn") == {str(environment.site_packages / "nvidia/cudnn/lib")}


def test_a_copy_that_is_in_the_process_already_is_not_doubled(demo: Environment, stale: str) -> None:
    demo.settle()
    code = f"""
import ctypes, sys
sys.path.insert(0, {str(PROBE.parent)!r})
for name in ("graph", "ops", "cnn"):  # as torch does, under such a path
    ctypes.CDLL({stale!r} + "/libcudnn_" + name + ".so.9")
import probe
probe.main("cudnn")
import cudnn_heal
assert "was loaded before" in str(cudnn_heal.status()["process_errors"])
"""
    result = Probe.of(demo.python("-c", code, environ={"LD_LIBRARY_PATH": stale}))
    graphs = [path for path in result.files if "_graph" in path]
    assert graphs == [stale + "/libcudnn_graph.so.9"]
