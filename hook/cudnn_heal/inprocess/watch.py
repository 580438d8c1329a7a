"""Stands in for the loader of a package that may need NVIDIA's libraries, until the package is executed (PEP 451)."""

from __future__ import annotations

import os

import cudnn_heal_start
from cudnn_heal.loader import is_main_interpreter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from typing import Any

served: set[str] = set()
"""The packages for which this process has loaded what they need, or has found that they need nothing."""


def prepare(name: str, spec: ModuleSpec) -> None:
    """Have `spec` load what the package `name` needs, right before it is executed."""
    if name not in served and spec.origin and hasattr(spec.loader, "exec_module") and is_main_interpreter():
        spec.loader = Loader(spec.loader, name, spec.origin)  # type: ignore[assignment]


class Loader:
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
            site_packages = os.path.dirname(os.path.dirname(os.path.abspath(self._origin)))
            cudnn_heal_start.ours("load_for", self._name, site_packages)
            served.add(self._name)  # only now: a process that is forked meanwhile has not loaded it
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
