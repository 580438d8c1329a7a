"""Runs programs that somebody made up, each in a fork of an interpreter that has just started: `fuzz.programs` talks to it.

Neither ours nor pytest's, and it loads little: what a program imports must not be there already.  Of its threads one runs at
a time; it hands on where the program says, where it ends, and where it waits for another's import.
"""

from __future__ import annotations

import faulthandler
import importlib._bootstrap
import importlib.util
import marshal
import os
import signal
import sys
import threading
import time
from types import FrameType, ModuleType
from typing import Any

CONSUMERS = ("ctranslate2", "onnxruntime", "torch")
OWN = ("csv", "json")
VISIBLE = (*CONSUMERS, *OWN, "broken", "optional", "outer")
PASSES_OVER = ("importlib._bootstrap_external", "_frozen_importlib_external")
"""What reads past what it can't read, whoever raises that: nothing raised in there is said to reach anybody."""
BROUGHT_ABOUT = ("sys._getframe", "sys._current_frames", "object.__getattr__", "time.sleep", "signal.raise_signal")
"""The audit events of what stands here."""


class TimeLimit(Exception):
    """What a program raises of its own."""


class Interrupted(BaseException):
    """The same, past every ``except Exception``."""


KINDS = {
    one.__name__: one for one in (TimeLimit, Interrupted, ImportError, RuntimeError, KeyError, TimeoutError, AttributeError)
}
local = threading.local()
HERE = os.path.dirname(os.path.abspath(__file__))
HOOKED = os.environ.get("CUDNN_HEAL") != "off"
GUARD = os.path.join(os.path.dirname(getattr(sys.modules.get("cudnn_heal_start"), "__file__", "")), "cudnn_heal", "guard.py")
LIMIT = 60.0
TAKING_AWAY: list[int] = []
wanted = ""
threads: list[Thread] = []
turn = 0


class Watch:
    """What is to happen while a thread takes one step: what, and at the how-manieth point within our code."""

    def __init__(self, actions: list[Any], fired: list[Any], ours: bool) -> None:
        self.left = {(kind, number): (action, argument) for kind, number, action, argument in actions} if ours else {}
        self.instead = [] if ours else [*actions]
        self.counts = {"audit": 0, "line": 0}
        self.fired = fired
        self.importing = ""
        self.is_ending = False
        self.inside = False

    def point(self, kind: str, frame: FrameType) -> None:
        """Do what is to be done at this point."""
        number = self.counts[kind]
        self.counts[kind] += 1
        if (kind, number) not in self.left:
            return
        action, argument = self.left.pop((kind, number))
        if action == "raise" and is_left_to_chance(frame):
            self.left.setdefault((kind, number + 1), (action, argument))
        else:
            if action != "yield":
                self.note(action, argument)
            act(action, argument)

    def note(self, action: str, argument: str) -> None:
        """Note what is done here. What is raised while an import ends because of the like takes its place, as ever."""
        before = self.fired.pop() if self.is_ending else None
        if action == "raise":
            self.fired.append([self.importing, action, argument])
        else:
            self.fired += [one for one in ([self.importing, action, argument], before) if one]
        self.is_ending = self.is_ending or action == "raise"

    def imported(self, name: str) -> None:
        """Note what the program begins to import, and without our code do here what was done within it."""
        self.importing = name
        self.is_ending = False
        self.do_instead(name)

    def do_instead(self, place: str) -> None:
        """Do what was done within our code while `place` was imported."""
        for one in [one for one in self.instead if one[0] == place]:
            self.instead.remove(one)
            act(*one[1:])


def act(action: str, argument: str) -> None:
    """Do what a program's signal handler does, or hand on to another thread."""
    global wanted
    if action == "yield":
        hand_on()
    elif threading.current_thread() is threading.main_thread():
        wanted = argument
        signal.raise_signal(signal.SIGUSR1 if action == "raise" else signal.SIGUSR2)
    else:
        raise KINDS[argument]("the program's own")


def raising(signum: int, frame: FrameType | None) -> None:
    """Raise what the program wants: a handler for a time limit does so."""
    raise KINDS[wanted]("the program's own")


def importing(signum: int, frame: FrameType | None) -> None:
    """Import a module: the program's own, where it has one of that name."""
    local.handled.append([wanted, told(__import__(wanted))])


def at(kind: str, frame: FrameType) -> None:
    """Be at a point of our code, in whatever thread."""
    watch = getattr(local, "watch", None)
    if watch and not watch.inside:
        watch.inside = True
        try:
            watch.point(kind, frame)
        finally:
            watch.inside = False


def audit(event: str, arguments: tuple[Any, ...]) -> None:
    """Be asked before what the system does: as `sys.addaudithook` says."""
    watch = getattr(local, "watch", None)
    if event in BROUGHT_ABOUT or not watch or watch.inside:
        return
    frame = sys._getframe(1)
    if is_ours(frame):
        at("audit", frame)
    elif event == "import":
        watch.inside = True
        try:
            watch.imported(arguments[0])
        finally:
            watch.inside = False


def is_ours(frame: FrameType | None) -> bool:
    """Tell whether our code brings about what happens in `frame`: not where it only looks which package is imported."""
    while frame:
        name = frame.f_globals.get("__name__") or ""
        if name == "cudnn_heal_start" and frame.f_code.co_name == "find_spec" and frame.f_locals.get("name") in CONSUMERS:
            return True
        if name.startswith(("cudnn_heal.", *VISIBLE)):
            return name.startswith("cudnn_heal.")
        frame = frame.f_back
    return False


def is_left_to_chance(frame: FrameType) -> bool:
    """Tell whether Python itself leaves to chance what comes of what is raised in `frame`.

    The import system passes over what it can't read; and a thread that waits for a module gets it half made where its import,
    in another thread, fails.
    """
    if frame.f_globals.get("__name__") in PASSES_OVER:
        return True
    at: FrameType | None = frame if threads[1:] else None
    while at:
        if at.f_globals is vars(importlib._bootstrap) and is_ours(at):
            return True
        at = at.f_back
    return False


def taking_away() -> list[int]:
    """Return in which lines of guard.py a mark is taken away.

    An interpreter runs a handler right before that only in 3.9; the mark stays then, and does no harm (test_guard.py).
    """
    with open(GUARD, encoding="utf-8") as file:
        lines = file.read().splitlines()
    number = next((number for number, one in enumerate(lines, 1) if "busy.discard" in one), 0)
    return [number - 1, number]


def trace(frame: FrameType, event: str, argument: object) -> Any:
    """Follow our code line by line: as `sys.settrace` says."""
    if not (frame.f_globals.get("__name__") or "").startswith("cudnn_heal"):
        return None
    is_end = frame.f_lineno in TAKING_AWAY and frame.f_code.co_filename == GUARD
    if event == "line" and not is_end and is_ours(frame):
        at("line", frame)
    return trace


def follow(function: Any) -> None:
    """Have `function` called for each line; 3.11 refuses that while another thread asks for the same."""
    while True:
        try:
            return sys.settrace(function)
        except RuntimeError:
            time.sleep(0.001)


# Threads.


class Thread:
    """One of a program's threads."""

    def __init__(self, steps: list[Any], number: int) -> None:
        self.steps = steps
        self.number = number
        self.ident = 0
        self.done = False
        self.outcomes: list[Any] = []

    def run(self) -> None:
        """Take all steps."""
        self.ident = threading.get_ident()
        local.number = self.number
        wait()
        try:
            self.outcomes = take(self.steps)
        finally:
            self.done = True
            hand_on(wait_too=False)


def hand_on(wait_too: bool = True) -> None:
    """Let the next thread run, and wait until it is this one's turn again."""
    global turn
    if not threads:
        return
    if turn == local.number:
        following = [*threads[local.number + 1 :], *threads[: local.number]]
        turn = next((one.number for one in following if not one.done), local.number)
    if wait_too:
        wait()


def wait() -> None:
    """Wait for this thread's turn, or until the one whose turn it is waits for an import, which may be this one's."""
    global turn
    before, seen = None, 0
    while threads and turn != local.number:
        time.sleep(0.002)
        now = turn
        frame = sys._current_frames().get(threads[now].ident)
        place = frame and may_wait(frame) and (now, id(frame), frame.f_lasti)
        seen = seen + 1 if place and place == before else 0
        before = place
        if seen >= 5 and turn == now:
            turn = local.number


def may_wait(frame: FrameType) -> bool:
    """Tell whether what runs in `frame` takes a lock of a module, or of all imports, which a fork takes too."""
    return frame.f_globals is vars(importlib._bootstrap) or frame.f_code is fork_step.__code__


# Steps.


def take(steps: list[Any]) -> list[Any]:
    """Take `steps`, and return what comes of each: its outcome, what was done at which point, and what handlers saw."""
    outcomes = []
    for what, name, actions, further in steps:
        if threads:
            wait()
        fired: list[Any] = []
        local.handled = []
        local.watch = watch = Watch(actions, fired, HOOKED)
        if any(one[0] == "line" for one in actions):
            follow(trace)
        try:
            outcome = ["came", STEPS[what](name, further)]
        except BaseException as problem:
            outcome = ["raised", type(problem).__name__, str(problem)]
        follow(None)
        local.watch = None
        outcomes.append([outcome, fired, local.handled, watch.counts])
    return outcomes


def importing_step(name: str, _: Any) -> Any:
    return told(__import__(name))


def find_step(name: str, _: Any) -> Any:
    """Find and make a module that is executed later, as lazy importers do."""
    local.watch.do_instead("")
    spec = importlib.util.find_spec(name)
    assert spec
    local.made = {**getattr(local, "made", {}), name: importlib.util.module_from_spec(spec)}
    return name


def execute_step(name: str, _: Any) -> Any:
    """Execute what was found, where anything was.

    Where another thread imported it meanwhile, both have one spec, and that thread has put its loader back there alone: what
    the module here calls its loader is left out.
    """
    module = getattr(local, "made", {}).pop(name, None)
    local.watch.do_instead("")
    if not module:
        return ""
    module.__spec__.loader.exec_module(module)
    name, value, _, loader = told(module)
    return [name, value, loader]


def lazy_step(name: str, _: Any) -> Any:
    """Import with the standard library's lazy loader."""
    if name in sys.modules:
        return ""
    spec = importlib.util.find_spec(name)
    assert spec and spec.loader
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return name


def touch_step(name: str, _: Any) -> Any:
    """Look at a module, which executes a lazy one."""
    return told(sys.modules[name]) if name in sys.modules else ""


def fork_step(_: str, steps: list[Any]) -> Any:
    """Fork; the child takes `steps` and tells what came of it."""
    global threads
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        end_after(LIMIT / 2)  # before its parent
        threads = []
        local.watch = None
        try:
            before = executed()
            send(write, [take(steps), state(), before])
            os._exit(0)
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
    os.close(write)
    data = receive(read)
    status = os.waitpid(child, 0)[1]
    return [status, data]


STEPS = {
    "import": importing_step,
    "find": find_step,
    "execute": execute_step,
    "lazy": lazy_step,
    "touch": touch_step,
    "fork": fork_step,
}


def told(module: ModuleType) -> list[str]:
    """Return what a program sees of `module`."""
    value = str(getattr(module, "VALUE", "has no value"))  # first, since that executes a lazy one
    spec = module.__spec__
    return [module.__name__, value, type(module.__loader__).__name__, type(spec.loader).__name__ if spec else ""]


def executed() -> list[str]:
    """Return which of the packages that our code serves are there, executed to their end."""
    there = [(name, sys.modules[name]) for name in CONSUMERS if name in sys.modules]
    return [name for name, module in there if "VALUE" in object.__getattribute__(module, "__dict__")]


def state() -> dict[str, Any]:
    """Return how this process stands, with what our code has left in it."""
    start: Any = sys.modules.get("cudnn_heal_start")
    load: Any = sys.modules.get("cudnn_heal.inprocess.load")
    with open("/proc/self/maps", "rb") as maps:
        paths = {os.fsdecode(row.split(maxsplit=5)[5].rstrip()) for row in maps if b"/nvidia/" in row}
    return {
        "executed": executed(),
        "modules": sorted(name for name in VISIBLE if name in sys.modules),
        "finders": [getattr(one, "__module__", "") + "." + getattr(one, "__name__", "?") for one in sys.meta_path],
        "ours": sorted(name for name in sys.modules if name.startswith("cudnn_heal")),
        "half made": sorted(name for name, one in sys.modules.items() if is_half_made(name, one)),
        "busy": sorted([pid == os.getpid(), thread] for pid, thread in (start.busy if start else ())),
        "error": str(start.error) if start else "",
        "errors": {name: list(one.errors) for name, one in getattr(load, "results", {}).items()},
        "mapped": sorted(paths),
    }


def is_half_made(name: str, module: Any) -> bool:
    """Tell whether the module of ours is said to be in the making still."""
    return name.startswith("cudnn_heal") and bool(getattr(module.__spec__, "_initializing", False))


def program(own: bool, steps: list[list[Any]]) -> None:
    """Run one program, and tell what came of it."""
    global threads
    sys.path[0] = os.path.join(HERE, "own" if own else "plain")
    sys.path.insert(1, os.path.join(HERE, "packages"))
    signal.signal(signal.SIGUSR1, raising)
    signal.signal(signal.SIGUSR2, importing)
    threads = [Thread(one, number) for number, one in enumerate(steps)]
    running = [threading.Thread(target=one.run) for one in threads[1:]]
    sys.addaudithook(audit)
    for one in running:
        one.start()
    threads[0].run()
    for one in running:
        one.join()
    send(1, [[one.outcomes for one in threads], state()])


def end_after(seconds: float) -> None:
    """Have this process dump its stacks and end where it is not done by then, whatever holds the interpreter up.

    `faulthandler.dump_traceback_later` can't be called again in a forked child: it waits for a thread of the parent's.
    """
    faulthandler.register(signal.SIGALRM, all_threads=True, chain=True)
    signal.setitimer(signal.ITIMER_REAL, seconds)


# The pipes.


def send(descriptor: int, data: Any) -> None:
    """Write `data` to a pipe."""
    packed = marshal.dumps(data)
    packed = len(packed).to_bytes(8, "big") + packed
    while packed:
        packed = packed[os.write(descriptor, packed) :]


def receive(descriptor: int) -> Any:
    """Read what comes out of a pipe until all who could write are gone; None where it is not whole."""
    data = b""
    while True:
        more = os.read(descriptor, 65536)
        if not more:
            break
        data += more
    os.close(descriptor)
    whole = len(data) > 8 and len(data) == 8 + int.from_bytes(data[:8], "big")
    return marshal.loads(data[8:]) if whole else None


def serve() -> None:
    """Run each program that comes on stdin, in a process of its own."""
    global LIMIT, TAKING_AWAY
    TAKING_AWAY = taking_away()
    while True:
        size = sys.stdin.buffer.read(8)
        if not size:
            return
        LIMIT, own, steps = marshal.loads(sys.stdin.buffer.read(int.from_bytes(size, "big")))
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            end_after(LIMIT)
            os.dup2(write, 1)
            os.close(write)
            os.close(read)
            try:
                program(own, steps)
                os._exit(0)
            except BaseException:
                sys.excepthook(*sys.exc_info())
                os._exit(1)
        os.close(write)
        data = receive(read)
        send(1, [os.waitpid(child, 0)[1], data])


if __name__ == "__main__":
    serve()
