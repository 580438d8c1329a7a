"""Watching imports: which packages are prepared, only when they are executed, and as good a neighbour as can be."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import modulefinder
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

import cudnn_heal_start
from cudnn_heal import guard, loader
from cudnn_heal.catalog import CONSUMERS, FAMILIES
from cudnn_heal.inprocess import load, watch
from support.environments import clean_environ, run

HOOK = Path(cudnn_heal_start.__file__).parent


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a site-packages with empty packages of the watched names, on ``sys.path``, and nothing served yet."""
    for name in CONSUMERS:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("loaded = True\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(watch, "served", set())
    monkeypatch.setattr(loader, "ENVIRON", str(tmp_path / "environ"))
    monkeypatch.setattr(cudnn_heal_start, "guard", guard)
    monkeypatch.setattr(guard, "_alone", {"loader": loader})
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    importlib.invalidate_caches()
    yield tmp_path
    for name in CONSUMERS:
        sys.modules.pop(name, None)


def test_an_import_goes_on_where_our_own_code_is_not_all_there(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cudnn_heal.inprocess.load", None)  # as in a bundle that was made without it
    monkeypatch.setattr(cudnn_heal_start, "error", "")
    assert importlib.import_module("ctranslate2").loaded
    assert "cudnn_heal.inprocess.load" in cudnn_heal_start.error


def test_bundlers_find_all_that_is_imported_by_name() -> None:
    """PyInstaller and its like look for imports in the bytecode, as the standard library's modulefinder does."""
    finder = modulefinder.ModuleFinder([str(HOOK)])
    finder.run_script(str(HOOK / "cudnn_heal_start.py"))
    finder.import_hook("cudnn_heal.guard")
    named = set(re.findall(r'call\("([\w.]+)"', (HOOK / "cudnn_heal" / "guard.py").read_text()))
    assert {"inprocess.load", "inprocess.watch", "loader", "reconcile"} <= named, "the control: these are"
    assert {f"cudnn_heal.{name}" for name in named} <= set(finder.modules)


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Return what was asked to be loaded: package and site-packages."""
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(load, "load", lambda name, site: asked.append((name, site)))
    return asked


def spec(name: str) -> importlib.machinery.ModuleSpec:
    found = cudnn_heal_start.find_spec(name, None, None)
    assert isinstance(found, importlib.machinery.ModuleSpec)
    return found


def execute(name: str) -> ModuleType:
    found = spec(name)
    assert found and found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_the_package_is_prepared_when_it_is_executed_and_not_when_it_is_found(
    package: Path, loaded: list[tuple[str, str]]
) -> None:
    found = spec("ctranslate2")
    assert loaded == []
    module = importlib.util.module_from_spec(found)
    assert found.loader
    found.loader.exec_module(module)
    assert loaded == [("ctranslate2", str(package))]
    assert module.loaded is True


def test_afterwards_the_module_has_its_own_loader(package: Path, loaded: list[tuple[str, str]]) -> None:
    module = execute("ctranslate2")
    assert type(module.__loader__) is importlib.machinery.SourceFileLoader
    assert module.__spec__ and module.__spec__.loader is module.__loader__


def test_what_the_loader_can_do_it_can_still(package: Path) -> None:
    loader = spec("ctranslate2").loader
    assert loader.get_filename("ctranslate2") == str(package / "ctranslate2/__init__.py")  # type: ignore[union-attr]
    assert loader.is_package("ctranslate2")  # type: ignore[union-attr]
    with pytest.raises(AttributeError):
        loader.nonsense  # type: ignore[union-attr]  # noqa: B018


def test_a_package_is_prepared_once(package: Path, loaded: list[tuple[str, str]]) -> None:
    execute("ctranslate2")
    assert not isinstance(spec("ctranslate2").loader, watch.Loader)
    execute("ctranslate2")
    assert len(loaded) == 1


def test_a_package_that_is_not_there_is_not_there(
    package: Path, monkeypatch: pytest.MonkeyPatch, loaded: list[tuple[str, str]]
) -> None:
    monkeypatch.setattr(sys, "meta_path", [])
    assert cudnn_heal_start.find_spec("ctranslate2", None, None) is None
    assert loaded == []


def test_a_namespace_package_is_left_alone(package: Path) -> None:
    (package / "ctranslate2/__init__.py").unlink()
    importlib.invalidate_caches()
    assert not isinstance(spec("ctranslate2").loader, watch.Loader)


@pytest.mark.parametrize(("gpu", "watched"), [(True, True), (False, False)])
def test_without_a_gpu_onnxruntime_is_left_alone(
    package: Path, monkeypatch: pytest.MonkeyPatch, gpu: bool, watched: bool
) -> None:
    monkeypatch.setattr(loader, "has_gpu", lambda: gpu)
    assert isinstance(spec("onnxruntime").loader, watch.Loader) is watched


@pytest.fixture
def stale(tmp_path: Path) -> str:
    """Return a folder in which another cuDNN lies."""
    (tmp_path / "stale").mkdir()
    (tmp_path / "stale" / "libcudnn_ops.so.9").touch()
    return str(tmp_path / "stale")


@pytest.fixture
def library_path(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that has the process started with an ``LD_LIBRARY_PATH``."""

    def start_with(value: str) -> None:
        monkeypatch.setattr(cudnn_heal_start, "started", True)
        monkeypatch.setattr(cudnn_heal_start, "library_path", os.fsencode(value))

    return start_with


@pytest.mark.parametrize(
    ("path", "watched"), [("", False), ("/usr/local/nvidia/lib64", False), ("stale", True), ("/nowhere:stale", True)]
)
def test_torch_is_left_alone_where_no_folder_has_a_name_that_matters(
    package: Path, library_path: Callable[[str], None], stale: str, path: str, watched: bool
) -> None:
    library_path(path.replace("stale", stale))
    assert isinstance(spec("torch").loader, watch.Loader) is watched


@pytest.mark.parametrize(
    ("verdict", "home", "path", "left_alone"),
    [
        ("healthy", "here", "", True),
        ("paused", "here", "", True),
        ("pending", "here", "", False),
        ("none", "here", "", False),
        ("no-provider", "here", "", False),
        ("healthy", "elsewhere", "", False),
        ("healthy", "here", "/usr/local/nvidia/lib64:/usr/local/nvidia/lib", True),
        ("healthy", "here", "stale", False),
    ],
)
def test_where_links_serve_the_import_is_left_alone(
    package: Path,
    monkeypatch: pytest.MonkeyPatch,
    library_path: Callable[[str], None],
    stale: str,
    verdict: str,
    home: str,
    path: str,
    left_alone: bool,
) -> None:
    monkeypatch.setattr(cudnn_heal_start, "verdict", verdict)
    monkeypatch.setattr(cudnn_heal_start, "home", str(package) if home == "here" else "/elsewhere")
    library_path(path.replace("stale", stale))
    assert (type(spec("ctranslate2").loader) is importlib.machinery.SourceFileLoader) is left_alone


def test_the_names_that_matter_are_the_catalogs() -> None:
    for consumer in CONSUMERS.values():
        if consumer.way == "gpu":  # for which no name has to be asked for
            continue
        assert consumer.name in cudnn_heal_start.WATCHED, "WATCHED of cudnn_heal_start.py lacks this row of CONSUMERS"
        _, *stems = cudnn_heal_start.WATCHED[consumer.name].split()
        families = [FAMILIES[name] for name in consumer.families]
        names = {stem for family in families for stem in (*family.opened, *family.order, family.prefix) if stem}
        lacking = [name for name in names if not name.startswith(tuple(stems))]
        assert not lacking, f"add to {consumer.name} in WATCHED of cudnn_heal_start.py how these begin: {lacking}"
        idle = [one for one in stems if not any(name.startswith(one) for name in names)]
        assert not idle and "" not in stems, f"no library of its families begins so: {idle}"


def test_older_copies_of_the_finder_are_not_asked(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A purged ``sys.modules`` leaves them on ``sys.meta_path``."""

    def older(name: str, path: object = None, target: object = None) -> None:
        assert name not in CONSUMERS, "it was asked"

    older.__module__ = "cudnn_heal_start"
    older.find_spec = older  # type: ignore[attr-defined]
    monkeypatch.setattr(sys, "meta_path", [older, *sys.meta_path])
    assert spec("ctranslate2").origin == str(package / "ctranslate2/__init__.py")


def test_a_finder_without_find_spec_is_passed_over(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "meta_path", [object(), *sys.meta_path])
    assert spec("ctranslate2").origin


PURGED = """
import sys
sys.path[:0] = [sys.argv[1], sys.argv[2]]
import cudnn_heal_start
cudnn_heal_start.watch()
for _ in range(200):
    import ctranslate2
    for name in [name for name in sys.modules if name.startswith(("cudnn_heal", "ctranslate2"))]:
        del sys.modules[name]
    import cudnn_heal_start
    cudnn_heal_start.watch()
import ctranslate2
finders = [one for one in sys.meta_path if getattr(one, "__module__", "") == "cudnn_heal_start"]
print(len(finders), ctranslate2.loaded, type(ctranslate2.__loader__).__name__)
"""


@pytest.mark.real
def test_a_purged_sys_modules_nests_and_loops_nothing(package: Path) -> None:
    result = run(sys.executable, "-S", "-c", PURGED, HOOK, package, env=clean_environ(LD_LIBRARY_PATH="/opt/stale"))
    assert result.stdout == "1 True SourceFileLoader\n"
    assert result.stderr == ""


def test_reloading_and_copying_sys_meta_path_work(package: Path) -> None:
    code = """
import copy, importlib, sys
sys.path[:0] = [sys.argv[1], sys.argv[2]]
import cudnn_heal_start
cudnn_heal_start.watch()
copy.deepcopy([cudnn_heal_start.find_spec]), copy.copy(sys.meta_path)
import ctranslate2
importlib.reload(ctranslate2)
import pkgutil, importlib.resources
list(pkgutil.iter_modules())
print(ctranslate2.loaded)
"""
    result = run(sys.executable, "-S", "-c", code, HOOK, package, env=clean_environ(LD_LIBRARY_PATH="/opt/stale"))
    assert (result.stdout, result.stderr) == ("True\n", "")


def test_a_fault_of_the_import_is_the_imports_own(package: Path, loaded: list[tuple[str, str]]) -> None:
    (package / "ctranslate2/__init__.py").write_text("raise ImportError('its own')\n")
    importlib.invalidate_caches()
    with pytest.raises(ImportError, match="its own"):
        execute("ctranslate2")
    assert os.path.exists(package)
