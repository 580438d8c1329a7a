"""The only loader: where links can't do it, the wheels' libraries are loaded by absolute path when a package is imported.

A library that is in the process satisfies every later request for its SONAME (``dlopen(3)``, measured), whatever
``LD_LIBRARY_PATH`` says.  The import is watched by a finder at the head of ``sys.meta_path`` (``cudnn_heal_start``), the
documented way (PEP 451): it compares one name per import and answers for the watched packages alone, with the spec that the
other finders give.  Only the execution of the module loads anything, not ``importlib.util.find_spec``.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import cudnn_heal_start
from cudnn_heal import process, target
from cudnn_heal.catalog import CONSUMERS, Consumer
from cudnn_heal.observe import observe
from cudnn_heal.plan import plan
from cudnn_heal.service import Service

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec


class Result(NamedTuple):
    """What this process loaded for one package."""

    services: tuple[Service, ...]
    errors: tuple[str, ...]
    """What went wrong, as the loader or Python said it."""


results: dict[str, Result] = {}
"""By package; set when it is imported."""


def find(name: str, path: object, target: object) -> ModuleSpec | None:
    """Return the spec that the other finders give for `name`, such that executing the module loads what it needs first."""
    if name in results or not _may_load(CONSUMERS[name]):
        return None
    for finder in sys.meta_path:
        find_spec = getattr(finder, "find_spec", None)
        # A purged sys.modules leaves an older copy of our finder there: it must not ask us, nor we it.
        if find_spec is None or getattr(finder, "__module__", "") == cudnn_heal_start.__name__:
            continue
        spec: ModuleSpec | None = find_spec(name, path, target)
        if spec is not None:
            if spec.origin and hasattr(spec.loader, "exec_module") and not _is_linked(CONSUMERS[name], spec.origin):
                spec.loader = _Loader(spec.loader, name, spec.origin)  # type: ignore[assignment]
            return spec
    return None


def _may_load(consumer: Consumer) -> bool:
    """Tell whether anything could have to be loaded for `consumer` in this process: most imports are left alone."""
    if consumer.way == "gpu":
        return process.has_gpu()
    return consumer.way != "shadowed" or bool(os.environ.get("LD_LIBRARY_PATH"))


def _is_linked(consumer: Consumer, origin: str) -> bool:
    """Tell whether the start found that links serve the package at `origin`, or that the user wants none, and that holds."""
    return (
        bool(consumer.folder)
        and cudnn_heal_start.verdict in ("healthy", "paused")
        and os.path.abspath(origin).startswith(f"{cudnn_heal_start.home}/{consumer.name}/")
        and not os.environ.get("LD_LIBRARY_PATH")
    )


class _Loader:
    """Stands in for a package's loader until the package is executed."""

    def __init__(self, loader: Any, name: str, origin: str) -> None:
        self._loader = loader
        self._name = name
        self._origin = origin

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self.__dict__["_loader"], attribute)

    def create_module(self, spec: ModuleSpec) -> Any:
        """Let the package's own loader make the module."""
        return self._loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        """Load what the package needs, and let its own loader execute it, as if it had been asked from the start."""
        load(self._name, os.path.dirname(os.path.dirname(os.path.abspath(self._origin))))
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)


def load(name: str, site_packages: str) -> None:
    """Load what the package `name` in `site_packages` needs and links don't give it, once per process; never raise."""
    if name in results:
        return
    results[name] = Result((), ())
    try:
        here = process.process()
        observation = observe(target.at(site_packages), CONSUMERS[name], here.search)
        services = plan(observation, here).services
        results[name] = Result(services, tuple(filter(None, (_open(path) for one in services for path in one.paths))))
    except Exception as problem:
        results[name] = Result((), (repr(problem),))
    if "verbose" in process.switches():
        cudnn_heal_start.say(f"{name}: {results[name]}")


def _open(path: str) -> str:
    """Load `path`, and return what went wrong, "" where nothing did."""
    import ctypes

    try:
        ctypes.CDLL(path)
    except OSError as problem:
        return str(problem)
    return ""
