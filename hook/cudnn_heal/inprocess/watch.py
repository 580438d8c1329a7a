"""Watches the imports of the packages that may need loading in-process: which of them, and only when they are executed.

A finder at the head of ``sys.meta_path`` (``cudnn_heal_start``) compares one name per import and asks here for the watched
packages alone (PEP 451).  It answers with the spec that the other finders give; most imports are left alone even so.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import cudnn_heal_start
from cudnn_heal.catalog import CONSUMERS, Consumer
from cudnn_heal.inprocess.guard import guarded
from cudnn_heal.systems import here

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

served: set[str] = set()
"""The packages for which this process has loaded what they need, or has found that they need nothing."""


def find(name: str, path: object, target: object) -> ModuleSpec | None:
    """Return the spec that the other finders give for `name`, such that executing the module loads what it needs first."""
    consumer = CONSUMERS[name]
    if name in served or not _may_load(consumer):
        return None
    for finder in sys.meta_path:
        find_spec = getattr(finder, "find_spec", None)
        # A purged sys.modules leaves an older copy of our finder there: it must not ask us, nor we it.
        if find_spec is None or getattr(finder, "__module__", "") == cudnn_heal_start.__name__:
            continue
        spec: ModuleSpec | None = find_spec(name, path, target)
        if spec is not None:
            if spec.origin and hasattr(spec.loader, "exec_module") and not _is_linked(consumer, spec.origin):
                spec.loader = _Loader(spec.loader, name, spec.origin)  # type: ignore[assignment]
            return spec
    return None


def _may_load(consumer: Consumer) -> bool:
    """Tell whether anything could have to be loaded for `consumer` in this process."""
    if consumer.way == "gpu":
        return here.has_gpu()
    return consumer.way != "shadowed" or bool(here.library_path())


def _is_linked(consumer: Consumer, origin: str) -> bool:
    """Tell whether the start found that links serve the package at `origin`, or that the user wants none, and that holds."""
    return (
        bool(consumer.folder)
        and cudnn_heal_start.verdict in ("healthy", "paused")
        and os.path.abspath(origin).startswith(f"{cudnn_heal_start.home}/{consumer.name}/")
        and not here.library_path()
    )


class _Loader:
    """Stands in for a package's loader until the package is executed."""

    def __init__(self, loader: Any, name: str, origin: str) -> None:
        self._loader = loader
        self._name = name
        self._origin = origin

    def __getattr__(self, attribute: str) -> Any:
        if attribute == "_loader":  # a copy in the making has none yet
            raise AttributeError(attribute)
        return getattr(self._loader, attribute)

    def create_module(self, spec: ModuleSpec) -> Any:
        """Let the package's own loader make the module."""
        return self._loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        """Load what the package needs, and let its own loader execute it, as if it had been asked from the start."""
        if self._name not in served:
            served.add(self._name)
            # 20 ms, which only such an import pays.
            try:
                guarded("inprocess.load", "load", self._name, os.path.dirname(os.path.dirname(os.path.abspath(self._origin))))
            except Exception as problem:  # a bundle without all of our modules: the import goes on, as without us
                cudnn_heal_start.error = repr(problem)
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
