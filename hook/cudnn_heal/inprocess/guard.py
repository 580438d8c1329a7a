"""Our code gets the standard library's modules, whatever a program has beside it under their names (``csv.py``).

At a start such a module could come from ``PYTHONPATH``, at an import of a watched package from the program's own folder: it
would run before the program asks for it, or end it.
"""

from __future__ import annotations

import os
import sys
from _thread import get_ident

import cudnn_heal_start

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from typing import Any

    # What `guarded` imports by name: PyInstaller and other bundlers follow the imports that stand in the bytecode.
    from cudnn_heal import reconcile  # noqa: F401
    from cudnn_heal.inprocess import load, watch  # noqa: F401


def guarded(module: str, function: str, *arguments: object) -> Any:
    """Import ``cudnn_heal.MODULE`` and call its `function`, with imports of this thread answered from the standard library.

    :raises Exception: whatever the function raises.
    """
    before, thread = cudnn_heal_start.busy, get_ident()
    folder = os.path.dirname(getattr(os, "__file__", ""))
    dynamic = os.path.dirname(folder) + "/DLLs" if cudnn_heal_start.WINDOWS else folder + "/lib-dynload"
    finder = getattr(sys.modules.get("_frozen_importlib_external"), "PathFinder", None)

    def standard(name: str) -> ModuleSpec | None:
        if get_ident() != thread or not folder or finder is None:
            return None
        spec: ModuleSpec | None = finder.find_spec(name, [folder, dynamic])
        return spec

    cudnn_heal_start.busy = standard  # type: ignore[assignment]
    try:
        return getattr(__import__(f"cudnn_heal.{module}", fromlist=[function]), function)(*arguments)
    finally:
        cudnn_heal_start.busy = before
