"""Between a program and our code: what ours imports is ours and the standard library's, what the program raises stays its own.

At a start a module such as ``csv.py`` could come from ``PYTHONPATH``, at an import from the program's own folder: it would run
before the program asks for it, or end it.  `cudnn_heal_start` loads this file by its path; nothing else here may be imported
before `call` stands guard.
"""

import os
import sys
import time
from _thread import get_ident

import cudnn_heal_start

RETRY_SECONDS = 300
STANDARD = ("__future__", "_collections", "_csv", "_ctypes", "_json", "_struct", "binascii", "errno", "stat")
"""What our code imports of the standard library when a package is imported, where the program has not imported it before."""
_alone: "dict[str, Any]" = {}

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import FrameType
    from typing import Any

    # What `call` imports by name: PyInstaller and other bundlers follow the imports that stand in the bytecode.
    from cudnn_heal import inprocess, loader, reconcile  # noqa: F401
    from cudnn_heal.inprocess import load, say, watch  # noqa: F401


def is_recent(fd: int) -> bool:
    """Tell whether the failure that is kept in the file `fd` is to be believed: a full disk may have room again."""
    return 0 <= time.time() - os.fstat(fd).st_mtime < RETRY_SECONDS


def at_start(site_packages: str, folder: str) -> str:
    """Heal what has its `folder` for libraries in `site_packages`; return the verdict."""
    return str(call("reconcile", "at_start", site_packages, folder))


def say_verdict(word: str) -> None:
    """Say `word` on stderr; never raise."""
    try:
        call("inprocess.say", "say", word)
    except Exception as problem:
        cudnn_heal_start.error = repr(problem)


def prepare(name: str, spec: "ModuleSpec", linked: bool) -> None:
    """Have the package `name` load what it needs once it is executed, where anything could have to be loaded.

    :param linked: whether the start found that links serve it, or that the user wants none.
    :raises Exception: what the program itself raised meanwhile, as a signal handler does.
    """
    try:
        if cudnn_heal_start.WINDOWS:
            may_load = call("loader", "may_load", name, linked)
        else:
            may_load = alone("loader").may_load(name, linked)
        if may_load:
            call("inprocess.watch", "prepare", name, spec)
    except Exception as problem:
        keep(problem)


def load_for(name: str, site_packages: str) -> None:
    """Load what the package `name` in `site_packages` needs.

    :raises Exception: what the program itself raised meanwhile.
    """
    try:
        call("inprocess.load", "load", name, site_packages)
    except Exception as problem:
        keep(problem)


def keep(problem: Exception) -> None:
    """Keep `problem` for --status.

    :raises Exception: `problem` itself, where it is the program's.
    """
    if is_of_program(problem):
        raise problem
    cudnn_heal_start.error = repr(problem)


def alone(module: str) -> "Any":
    """Return our `module`, which imports nothing, without the package around it: that would double what an import costs.

    :raises Exception: whatever loading it raises.
    """
    found = _alone.get(module)
    if not found:
        name, folders = f"cudnn_heal.{module}", [cudnn_heal_start.HERE + "/cudnn_heal"]
        spec = sys.modules["_frozen_importlib_external"].PathFinder.find_spec(name, folders)
        found = sys.modules["_frozen_importlib"].module_from_spec(spec)
        spec.loader.exec_module(found)
        _alone[module] = found
    return found


def call(module: str, function: str, *arguments: object) -> "Any":
    """Import ``cudnn_heal.MODULE`` and call its `function`; until it returns, `find` answers what it imports in this thread.

    :raises Exception: whatever the function raises.
    """
    mark = os.getpid(), get_ident()
    outer = mark in cudnn_heal_start.busy
    lost = {one for one in tuple(cudnn_heal_start.busy) if one[0] != mark[0] and one[1] != mark[1]}
    try:
        if lost:
            forget_lost_threads(lost)
        cudnn_heal_start.busy.add(mark)
        import cudnn_heal

        (place,), ours = cudnn_heal.__path__, cudnn_heal_start.HERE + os.sep + "cudnn_heal"
        if place != ours and not os.path.samefile(place, ours):
            raise ImportError(f"another cudnn_heal was imported: {place}")
        return getattr(__import__(f"cudnn_heal.{module}", fromlist=[function]), function)(*arguments)
    finally:
        if not outer:
            cudnn_heal_start.busy.discard(mark)


def forget_lost_threads(marks: "set[tuple[int, int]]") -> None:
    """Have a child of a fork import anew what a thread with one of `marks` was importing for us, and the fork left behind.

    ``importlib._bootstrap`` keeps a lock for each module that is being imported: here nobody would release it.
    """
    locks = getattr(sys.modules["_frozen_importlib"], "_module_locks", {})
    threads = {thread for _, thread in marks}
    held = {name for name, lock in [*locks.items()] if getattr(lock(), "owner", 0) in threads and name in STANDARD}
    # Lists: a signal handler of the program's may import between two of them.
    for name in [name for name in [*sys.modules] if name in held or name.startswith("cudnn_heal.") or name == "cudnn_heal"]:
        if getattr(getattr(sys.modules.get(name), "__spec__", None), "_initializing", False):
            sys.modules.pop(name, None)
    for name in [name for name in [*locks] if name in held or name.startswith("cudnn_heal")]:
        locks.pop(name, None)
    cudnn_heal_start.busy -= marks  # last: where a signal handler of the program's ends this midway, it is done again


def is_asked() -> bool:
    """Tell whether it is our code that imports in this thread.

    A mark in `busy` is not enough: a signal handler of the program's may run within `call`, or have ended it before it took
    the mark away.
    """
    if (os.getpid(), get_ident()) not in cudnn_heal_start.busy:
        return False
    frame: "FrameType | None" = sys._getframe(1)
    while frame and frame.f_code is not call.__code__:
        if is_program(frame):
            return False
        frame = frame.f_back
    return frame is not None


def find(name: str) -> "ModuleSpec | None":
    """Return the spec of `name` as our code wants it; None where another asks, or it is built in, or not there."""
    library = getattr(os, "__file__", None)
    if not library or not is_asked():
        return None
    folder = os.path.dirname(library)
    ours = name.partition(".")[0] in ("cudnn_heal", "cudnn_heal_start")
    dynamic = os.path.join(os.path.dirname(folder), "DLLs") if cudnn_heal_start.WINDOWS else os.path.join(folder, "lib-dynload")
    folders = [cudnn_heal_start.HERE] if ours else [folder, dynamic]
    spec: "ModuleSpec | None" = sys.modules["_frozen_importlib_external"].PathFinder.find_spec(name, folders)
    return spec


def is_of_program(problem: BaseException) -> bool:
    """Tell whether the program raised `problem` in the midst of our code, as a signal handler for a time limit does."""
    trace = problem.__traceback__
    while trace and not (is_program(trace.tb_frame) and is_handler(trace.tb_frame)):
        trace = trace.tb_next
    return trace is not None


def is_handler(frame: "FrameType") -> bool:
    """Tell whether a function runs in `frame` that Python itself calls between two instructions: a handler or trace function.

    Such a one is given the frame that it interrupts, and may have deleted the argument.  An audit hook is given none, nor
    is what stands in for a function of ``os`` (pyfakefs): what those raise is as if the system had.
    """
    code = frame.f_code
    count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4)  # inspect.CO_VARARGS
    given = [frame.f_locals.get(name, frame) for name in code.co_varnames[:count]]
    return any(isinstance(one, type(frame)) for value in given for one in (value if isinstance(value, tuple) else (value,)))


def is_program(frame: "FrameType") -> bool:
    """Tell whether the code that runs in `frame` is not ours, the import system's or the standard library's."""
    name, file = frame.f_globals.get("__name__") or "", frame.f_globals.get("__file__") or ""
    if name.startswith(("cudnn_heal", "_frozen_importlib", "importlib._bootstrap")):
        return False
    library = os.path.dirname(getattr(os, "__file__", None) or "?")
    return not file.startswith(library + os.sep) or f"-packages{os.sep}" in file
