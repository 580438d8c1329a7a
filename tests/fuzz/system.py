"""The system calls of the code under test, one by one: it can be killed, held or disturbed before each of them.

Time is made up too: a clock that tests set, and modification times that follow it in a kernel's coarse ticks.
"""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from cudnn_heal.write import apply

TICK_NS = 4_000_000
"""How coarse modification times are, in a kernel of 250 ticks a second."""
STEP_SECONDS = 0.0001
"""How long a system call takes."""

_READING = ("stat", "lstat", "listdir", "scandir", "readlink", "access", "read")
_WRITING = ("mkdir", "rmdir", "unlink", "remove", "rename", "replace", "link", "symlink", "chmod", "fchmod", "chown", "write")
_utime, _open, _readlink = os.utime, os.open, os.readlink
_renameat2 = apply.renameat2


class Killed(BaseException):
    """The process was killed: nothing of it runs any more."""


class Clock:
    """The time of day, and the times of files."""

    def __init__(self, *, whole_seconds: bool = False) -> None:
        self.now = 2_000_000_000.25  # always the same, so that a failure can be had again
        self.whole_seconds = whole_seconds

    def mtime_ns(self) -> int:
        """Return the modification time that a file gets now."""
        coarse = 10**9 if self.whole_seconds else TICK_NS
        return int(self.now * 10**9) // coarse * coarse

    def touch(self, path: str | int | Path, **options: Any) -> None:
        """Give `path` the present time, if it is there."""
        try:
            _utime(path, ns=(self.mtime_ns(), self.mtime_ns()), **options)
        except OSError:
            pass


class Process:
    """A process that runs the code under test."""

    def __init__(self, clock: Clock, *, exchanges: bool = True) -> None:
        """Make a process; `exchanges` tells whether the file system exchanges names (``renameat2(2)``)."""
        self.clock = clock
        self.exchanges = exchanges
        self.kill_at = 0
        """Before which changing call it is killed; 0: never."""
        self.changes = 0
        self.calls = 0
        self.dead = False
        self.before_each: Callable[[], None] = lambda: None
        self.while_asleep: Callable[[], None] = lambda: None
        self.unreadable = ""
        """The path of which nothing can be read, and below it."""
        self.error = errno.EIO
        """What the system says then."""

    def refuse(self, path: object, folder: int | None) -> None:
        """Stand before a call that reads `path`, relative to the descriptor `folder` if that is given.

        :raises OSError: it can't be read now.
        """
        if not self.unreadable or not isinstance(path, (str, int)):
            return
        whole = os.path.join(_path_of(folder), path) if isinstance(path, str) else _path_of(path)
        if whole == self.unreadable or whole.startswith(self.unreadable + "/"):
            raise OSError(self.error, os.strerror(self.error), whole)

    def before(self, changing: bool) -> None:
        """Stand before a system call.

        :raises Killed: it is not made any more.
        """
        self.calls += 1
        self.changes += changing
        self.clock.now += STEP_SECONDS
        if changing and self.changes == self.kill_at:
            self.dead = True
        if self.dead:
            raise Killed
        self._meanwhile(self.before_each)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.now += seconds
        self._meanwhile(self.while_asleep)

    def _meanwhile(self, happening: Callable[[], None]) -> None:
        _current.process = None  # it is not done by this process
        try:
            happening()
        finally:
            _current.process = self


_current = threading.local()


def _process() -> Process | None:
    return getattr(_current, "process", None)


def _wrapped(name: str) -> Callable[..., Any]:
    function = getattr(os, name)
    changing = name in _WRITING

    def call(*arguments: Any, **options: Any) -> Any:
        process = _process()
        if process is None:
            return function(*arguments, **options)
        process.before(changing)
        if name in _READING and name != "access":
            process.refuse(arguments[0] if arguments else ".", options.get("dir_fd"))
        result = function(*arguments, **options)
        if changing:
            _touch(process.clock, name, arguments, options)
        elif name in ("stat", "lstat") and os.path.basename(str(arguments[0])).startswith("tmp-"):
            # The change time can't be set: let it be the modification time.
            result = SimpleNamespace(**{key: getattr(result, key) for key in dir(result) if key.startswith("st_")})
            result.st_ctime = result.st_mtime
        return result

    return call


def _path_of(folder: int | None) -> str:
    """Return where the open file or folder lies, "" for none."""
    return _readlink(f"/proc/self/fd/{folder}") if folder is not None else ""


def _touch(clock: Clock, name: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
    """Set the times that the call `name` has changed."""
    if name == "write":
        clock.touch(arguments[0])
    elif name in ("rename", "replace", "link"):
        _touch_parent(clock, arguments[0], options.get("src_dir_fd"))
        _touch_parent(clock, arguments[1], options.get("dst_dir_fd"))
    elif name in ("mkdir", "rmdir", "unlink", "remove", "symlink"):
        path = arguments[1] if name == "symlink" else arguments[0]
        _touch_parent(clock, path, options.get("dir_fd"))
        if name in ("mkdir", "symlink"):
            clock.touch(path, dir_fd=options.get("dir_fd"), follow_symlinks=False)


def _touch_parent(clock: Clock, path: str, folder: int | None) -> None:
    clock.touch(os.path.dirname(path) or "." if folder is None else folder)


def _opened(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
    process = _process()
    if process is None:
        return _open(path, flags, mode, dir_fd=dir_fd)
    making = bool(flags & os.O_CREAT)
    process.before(making)
    if not making:
        process.refuse(path, dir_fd)
    fd = _open(path, flags, mode, dir_fd=dir_fd)
    if making:
        process.clock.touch(fd)
        _touch_parent(process.clock, path, dir_fd)
    return fd


def _exchanged(from_fd: int, source: bytes, to_fd: int, target: bytes, flags: int) -> int:
    process = _process()
    if process is None:
        return _renameat2(from_fd, source, to_fd, target, flags)
    if not process.exchanges:
        return errno.EINVAL
    process.before(True)
    code = _renameat2(from_fd, source, to_fd, target, flags)
    if code == 0:
        process.clock.touch(from_fd)
        process.clock.touch(to_fd)
    return code


def _time() -> float:
    process = _process()
    return process.clock.now if process else _real_time()


def _sleep(seconds: float) -> None:
    process = _process()
    if process:
        process.sleep(seconds)
    else:
        _real_sleep(seconds)


_real_time, _real_sleep = time.time, time.sleep


@contextmanager
def interposed() -> Iterator[None]:
    """Stand between the code under test and the system, in those threads that `running` says."""
    functions: dict[str, Any] = {name: _wrapped(name) for name in (*_READING, *_WRITING)}
    with ExitStack() as stack:
        stack.enter_context(mock.patch.multiple(os, open=_opened, **functions))
        stack.enter_context(mock.patch.multiple(time, time=_time, sleep=_sleep, time_ns=lambda: int(_time() * 10**9)))
        stack.enter_context(mock.patch.object(apply, "renameat2", _exchanged))
        yield


@contextmanager
def running(process: Process) -> Iterator[None]:
    """Be `process` in this thread; its death ends the block."""
    _current.process = process
    try:
        yield
    except Killed:
        pass
    finally:
        _current.process = None


def together(processes: list[Process], functions: list[Callable[[], object]], turns: Iterator[int]) -> None:
    """Run `functions`, each in its process, such that `turns` tells which one makes the next system call."""
    ready, done = threading.Semaphore(0), [False] * len(functions)
    mine = [threading.Semaphore(0) for _ in functions]
    problems: list[BaseException] = []

    def run(number: int) -> None:
        def wait() -> None:
            ready.release()
            mine[number].acquire()

        processes[number].before_each = wait
        mine[number].acquire()
        try:
            with running(processes[number]):
                functions[number]()
        except BaseException as problem:
            problems.append(problem)
        finally:
            done[number] = True
            ready.release()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(functions))]
    for thread in threads:
        thread.start()
    while not all(done):
        left = [number for number, over in enumerate(done) if not over]
        mine[left[next(turns, 0) % len(left)]].release()
        ready.acquire()
    for thread in threads:
        thread.join()
    for problem in problems:
        raise problem
