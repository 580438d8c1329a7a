"""In-process loading, where links can't do it: real wheels, the real loader, and a control that shows the fault."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import cudnn_heal_start
from cudnn_heal.inprocess import load
from cudnn_heal.report.schema import process_errors
from support.coverage_gate import unmeasure
from support.elf_files import shared_object
from support.environments import CUBLAS, CUDNN, PROBE, STUB, Environment, Probe, clean_environ, run, tree, uv
from support.wheels import Site

CHECKS = ("cudnnGraphVersionCheck", "cudnnOpsVersionCheck", "cudnnCnnVersionCheck", "cudnnAdvVersionCheck")
LOADED = """
import json, sys
results = getattr(sys.modules.get("cudnn_heal.inprocess.load"), "results", {})
loaded = [path for result in results.values() for service in result.services for path in service.paths]
print(json.dumps([sorted(results), loaded, [error for result in results.values() for error in result.errors]]))
"""
NOTHING: list[list[str]] = [[], [], []]


def loaded(environment: Environment, code: str, **environ: str) -> list[list[str]]:
    """Run `code` and return which packages were planned for, what was loaded, and what went wrong."""
    result = environment.python("-c", code + "\n" + LOADED, environ=environ)
    return [list(one) for one in json.loads(result.stdout.strip().rpartition("\n")[2])]


@pytest.fixture
def stale(make: Callable[..., Environment]) -> str:
    """Return a folder with another cuDNN 9."""
    return str(make("nvidia-cudnn-cu12==9.1.0.70", name="stale").site_packages / "nvidia/cudnn/lib")


@pytest.mark.wide
@pytest.mark.parametrize("first", [*CHECKS, ""])
def test_a_stale_cudnn_on_ld_library_path_is_passed_over(demo: Environment, stale: str, first: str) -> None:
    demo.settle()
    calls = [first, *CHECKS] if first else CHECKS
    which = "calls" if first else "cudnn"
    control = demo.probe(which, *calls, environ={"LD_LIBRARY_PATH": stale, "CUDNN_HEAL": "off"})
    assert stale in control.folders("libcudnn"), "the control: with the hook off the stale set is taken, whole"
    assert set(control.result["calls"].values()) == {0}
    probe = demo.probe(which, *calls, environ={"LD_LIBRARY_PATH": stale})
    assert probe.folders("libcudnn") == {str(demo.site_packages / "nvidia/cudnn/lib")}
    assert set(probe.result["calls"].values()) == {0}


@pytest.mark.wide
def test_a_stale_cublas_on_ld_library_path_changes_nothing(make: Callable[..., Environment], wheel: Path) -> None:
    stale = make("nvidia-cublas-cu12==12.1.3.1", "--no-deps", name="stale").site_packages / "nvidia/cublas/lib"
    environment = make("ctranslate2==4.8.5", CUBLAS, wheel)
    environment.settle()
    probe = environment.probe("cublas", environ={"LD_LIBRARY_PATH": str(stale)})
    assert probe.folders("libcublas") == {str(environment.site_packages / "nvidia/cublas/lib")}


@pytest.mark.wide
def test_status_tells_what_ld_library_path_leads_to(demo: Environment, stale: str) -> None:
    demo.settle()
    result = demo.heal("--status", "--verbose", environ={"LD_LIBRARY_PATH": stale})
    assert "  healthy  cuDNN in-process; cuBLAS by links" in result.stdout
    assert f"LD_LIBRARY_PATH leads to another cuDNN in {stale}, so the wheel's is loaded first" in result.stdout
    assert result.returncode == 0
    off = demo.heal("--status", environ={"LD_LIBRARY_PATH": stale, "CUDNN_HEAL": "off"})
    assert off.stdout.startswith("pending in ")
    assert "CUDNN_HEAL turns the start-up hook off" in off.stdout
    assert off.returncode == 1


@pytest.mark.wide
@pytest.mark.parametrize("path", ["", "{own}", "/nowhere", "{own}:{stale}", "{empty}"])
def test_nothing_is_loaded_without_shadowing(demo: Environment, stale: str, tmp_path: Path, path: str) -> None:
    demo.settle()
    own = str(demo.site_packages / "nvidia/cudnn/lib")
    environ = {"LD_LIBRARY_PATH": path.format(own=own, stale=stale, empty=tmp_path)}
    assert loaded(demo, "import ctranslate2", **environ)[1:] == NOTHING[1:]


@pytest.mark.wide
def test_nothing_is_loaded_when_ctranslate2_is_not_imported(demo: Environment, stale: str) -> None:
    demo.settle()
    code = "import importlib.util; importlib.util.find_spec('ctranslate2')"
    assert loaded(demo, code, LD_LIBRARY_PATH=stale) == NOTHING


@pytest.mark.wide
def test_a_paused_environment_loads_nothing(demo: Environment, stale: str) -> None:
    demo.settle()
    demo.heal("--restore")
    assert loaded(demo, "import ctranslate2", LD_LIBRARY_PATH=stale)[1:] == NOTHING[1:]


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@needs_root
def test_another_user_than_the_owner_is_served_in_process(demo: Environment) -> None:
    before = tree(demo.libs)
    Probe.of(demo.as_other_user(PROBE, "cudnn", environ={"CUDNN_HEAL": "off"})).assert_unserved()
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
    code = (
        "import sys; fast = 'cudnn_heal' not in sys.modules; import ctranslate2;"
        "print(fast, 'cudnn_heal.inprocess.load' in sys.modules)"
    )
    assert demo.as_other_user("-W", "ignore", "-c", code).stdout.strip() == "True False"


@needs_root
@pytest.mark.parametrize("linked", [False, True], ids=["a copy", "0.1.0's link"])
def test_with_the_provider_gone_another_user_can_import_all_the_same(demo: Environment, linked: bool) -> None:
    demo.settle()
    demo.uninstall("nvidia-cudnn-cu12")
    if linked:
        demo.stub.unlink()
        demo.stub.symlink_to("../nvidia/cudnn/lib/libcudnn.so.9")
    without = demo.as_other_user("-c", "import ctranslate2", environ={"CUDNN_HEAL": "off"})
    assert ("cannot open shared object file" in without.stderr) is linked
    assert demo.as_other_user("-c", "import ctranslate2").returncode == 0
    status = demo.as_other_user("-m", "cudnn_heal", "--status").stdout
    assert status.startswith("no-provider")
    told = demo.as_other_user("-c", "import ctranslate2\n" + LOADED).stdout
    assert json.loads(told)[1] == ([str(demo.stub) + ".ORIGINAL"] if linked else [])


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


@pytest.mark.parametrize("inner", ["nvidia", pytest.param("ctranslate2", marks=pytest.mark.wide)])
def test_split_between_a_base_and_its_child_the_probes_pass(base: Environment, tmp_path: Path, wheel: Path, inner: str) -> None:
    nvidia, package = [CUDNN, CUBLAS], ["ctranslate2==4.6.1", "numpy", "pyyaml", "setuptools<80"]
    outer = package if inner == "nvidia" else nvidia
    base.install(*outer, "--break-system-packages")
    uv("venv", "--python", base.interpreter, "--system-site-packages", tmp_path / "child")
    child = Environment(tmp_path / "child")
    child.install(*(nvidia if inner == "nvidia" else package), "--no-deps" if inner == "nvidia" else wheel, wheel)
    child.probe("cudnn", environ={"CUDNN_HEAL": "off"}).assert_unserved()
    for which, returned in (("cudnn", {0}), ("cublas", {0, 1})):
        probe = child.probe(which)
        assert probe.result["returned"] in returned, probe.stderr
    status = child.heal("--status", "--verbose").stdout
    assert "cuBLAS in-process" in status
    if inner == "nvidia":
        assert "The links are not made yet" in status or "where links don't reach" in status
    else:
        assert "where links don't reach" in status
    assert status.count("need no cuDNN") == 1


def test_uv_run_with_cudnn_heal_serves_a_project_that_does_not_have_it(tmp_path: Path, wheel: Path) -> None:
    project = tmp_path / "project"
    environ = clean_environ(UV_PYTHON=sys.executable)
    uv("init", "--bare", "--name", "project", "--python", sys.executable, project, env=environ)
    uv("add", "ctranslate2==4.6.1", CUDNN, CUBLAS, cwd=project, env=environ)
    Probe.of(run("uv", "run", "--quiet", "python", PROBE, "cudnn", cwd=project, env=environ, check=False)).assert_unserved()
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


@pytest.mark.wide
@pytest.mark.parametrize("name", TRIES)
def test_the_watched_import_survives(demo: Environment, stale: str, tmp_path: Path, name: str) -> None:
    demo.settle()
    script = tmp_path / "script.py"
    tail = LOADED.strip().replace("\n", "\n    ")
    script.write_text(TRIES[name] + "\nif __name__ == '__main__':\n    " + tail)
    result = demo.python(script, environ={"LD_LIBRARY_PATH": stale, "PYTHONWARNINGS": "ignore"})
    names, paths, errors = json.loads(result.stdout.strip().rpartition("\n")[2])
    assert names == ["ctranslate2"]
    assert any(path.endswith("/libcudnn_graph.so.9") for path in paths)
    assert errors == []


def test_an_absent_ctranslate2_is_absent(make: Callable[..., Environment], wheel: Path) -> None:
    environment = make(wheel)
    result = environment.python("-c", "import ctranslate2", check=False)
    assert result.stderr.strip().endswith("ModuleNotFoundError: No module named 'ctranslate2'")


@pytest.mark.wide
def test_a_library_that_fails_to_load_leaves_the_import_to_go_on(demo: Environment, stale: str) -> None:
    demo.settle()
    damaged = demo.site_packages / "nvidia/cudnn/lib/libcudnn_cnn.so.9"
    size = damaged.stat().st_size
    damaged.unlink()  # the installer's cache has the same inode
    unloadable = shared_object(soname="libcudnn_cnn.so.9", needed=["libnowhere.so.1"])
    damaged.write_bytes(unloadable + bytes(size - len(unloadable)))
    code = "import cudnn_heal_start, ctranslate2, cudnn_heal; print(cudnn_heal.status()['process_errors'])"
    result = demo.python("-c", code, environ={"LD_LIBRARY_PATH": stale})
    assert "libcudnn_cnn.so.9: " in result.stdout
    assert "libcudnn_cnn.so.9" not in str(loaded(demo, "import ctranslate2", LD_LIBRARY_PATH="")[2])


def test_other_imports_cost_at_most_one_percent_more(demo: Environment, valgrind: str) -> None:
    modules = "argparse, ast, csv, dataclasses, decimal, json, logging, xml.dom"
    unmeasure(demo.site_packages)
    demo.settle()
    demo.python("-m", "compileall", "-q", demo.site_packages / "cudnn_heal_start.py", demo.site_packages / "cudnn_heal")

    def instructions(prepare: str) -> int:
        code = f"import sys; {prepare}; import {modules}"
        result = subprocess.run(
            [valgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null", demo.interpreter, "-s", "-c", code],
            env=clean_environ(PYTHONHASHSEED="0", CUDNN_HEAL="off"),
            capture_output=True,
            text=True,
        )
        return int(result.stderr.partition("Collected : ")[2].split()[0])

    finder = "sys.modules['cudnn_heal_start'].watch()"
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


@pytest.mark.wide
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


@pytest.mark.wide
@pytest.mark.parametrize("path", ["stale", ""], ids=["LD_LIBRARY_PATH", "by hand"])
def test_a_copy_that_is_in_the_process_already_is_followed_and_not_doubled(demo: Environment, stale: str, path: str) -> None:
    demo.settle()
    code = f"""
import ctypes, sys
sys.path.insert(0, {str(PROBE.parent)!r})
for name in ("graph", "ops", "cnn", "adv"):  # as torch does, under such a path
    ctypes.CDLL({stale!r} + "/libcudnn_" + name + ".so.9")
import probe
probe.main("cudnn", *{CHECKS!r})
import cudnn_heal
(part,) = [one for one in cudnn_heal.status()["consumers"][0]["parts"] if one["name"] == "cudnn"]
assert part["reason"] == "already-mapped", part
assert part["loads"] == [], part
"""
    result = Probe.of(demo.python("-c", code, environ={"LD_LIBRARY_PATH": stale} if path else {}))
    graphs = [path for path in result.files if "_graph" in path]
    assert graphs == [stale + "/libcudnn_graph.so.9"]
    assert set(result.result["calls"].values()) == {0}


# The loader itself, on made-up wheels.


@pytest.fixture
def results(monkeypatch: pytest.MonkeyPatch) -> dict[str, load.Result]:
    found: dict[str, load.Result] = {}
    monkeypatch.setattr(load, "results", found)
    monkeypatch.setattr(load, "_open", lambda path: "" if os.path.exists(path) else f"{path}: cannot open")
    return found


def test_a_plan_is_made_once_and_its_paths_are_opened_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, results: dict[str, load.Result]
) -> None:
    site = Site(tmp_path / "site").fork().cublas()
    opened: list[str] = []
    monkeypatch.setattr(load, "_open", lambda path: opened.append(path) or "")  # type: ignore[func-returns-value]
    monkeypatch.setattr(cudnn_heal_start, "watching", True)
    load.load("ctranslate2", str(site.path))
    assert [path.rpartition("/")[2] for path in opened] == ["libcublasLt.so.12", "libcublas.so.12"]
    assert results["ctranslate2"].errors == ()
    assert [one.served for one in results["ctranslate2"].services if one.part == "cublas"] == ["in-process"]


def test_what_cannot_be_loaded_is_kept_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, results: dict[str, load.Result]
) -> None:
    monkeypatch.setattr(load, "_open", lambda path: f"{path}: broken")
    monkeypatch.setattr(cudnn_heal_start, "watching", True)
    load.load("ctranslate2", str(Site(tmp_path / "site").fork().cublas().path))
    assert len(results["ctranslate2"].errors) == 2
    assert process_errors()[-2:] == list(results["ctranslate2"].errors)


def test_a_bug_costs_no_import(monkeypatch: pytest.MonkeyPatch, results: dict[str, load.Result]) -> None:
    monkeypatch.setattr(load, "plan", lambda *_: 1 / 0)
    load.load("ctranslate2", "/nowhere")
    assert "ZeroDivisionError" in results["ctranslate2"].errors[0]


def test_a_file_that_is_no_library_is_said_as_the_loader_says_it(tmp_path: Path) -> None:
    (tmp_path / "file.so").write_bytes(b"no ELF")
    assert "file.so" in load._open(str(tmp_path / "file.so"))
    assert load._open(str(tmp_path / "gone.so")).startswith(str(tmp_path / "gone.so"))
