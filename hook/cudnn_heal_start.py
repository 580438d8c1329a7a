# cudnn-heal's start-up hook: is what was recorded still true?  Every interpreter imports this file, so it is short,
# loads nothing that is not loaded already and raises nothing.  Comments, not docstrings: those would cost every start.
import os
import sys

VERSION = "0.1.0"
PACKAGES = ("ctranslate2",)  # each has its row in cudnn_heal/catalog.py and its libraries in <package>.libs
home = ""  # the site-packages in which this file lies, once start() ran
error = ""  # what went wrong here, for status()


def start() -> None:
    # The entry point, for cudnn_heal.start (PEP 829); importing this file, as cudnn_heal.pth does, runs it too.  A second
    # call returns at once: a .pth runs twice per start in a venv (gh-75723).
    global home, error
    if home or sys.platform != "linux":
        return
    home = __file__[:-20]
    from posix import environ  # as os.environ, without the decoding

    # In an editable install this file lies in the repository: nothing to do there.
    mode = environ.get(b"CUDNN_HEAL")
    if home[-5:] == "/hook" or mode == b"off":
        return
    # Before ours on sys.path stand three entries of the standard library, else perhaps another ctranslate2.
    watch = environ.get(b"LD_LIBRARY_PATH") or sys.path[3:4] != [home]
    for package in PACKAGES:
        try:
            verdict = recorded(home + "/" + package + ".libs")
            if not verdict:
                from cudnn_heal.reconcile import at_start

                verdict = at_start(home, package)
            watch = watch or verdict not in ("healthy", "not-needed", "paused")
        except Exception as problem:
            error = verdict = repr(problem)
            watch = True
        if mode == b"verbose":
            print("cudnn-heal:", package, verdict, file=sys.stderr)
    if watch:
        # A new list: the interpreter keeps the old one to its very end, and this module with it (+0.4 M instructions).
        sys.meta_path = [sys.modules[__name__], *sys.meta_path]


def recorded(libs: str) -> str:
    # The recorded verdict if everything that the stamp (stamp.py writes it) names is as it was; "none" where there is
    # nothing that this process may change; else "".
    for name in "/.cudnn-heal/stamp", "/.cudnn-heal/paused":
        try:
            fd = os.open(libs + name, os.O_NOFOLLOW | os.O_NONBLOCK)  # a FIFO must not block here
            try:
                text = os.read(fd, 4096).decode()
            finally:
                os.close(fd)
            first, *lines, last = text.split("\n")
            _, version, verdict = last.split(" ")
            if first == last and version == VERSION and ".." not in text:
                for line in lines:
                    time, size, path = line.split(" ", 2)
                    path = home + "/" + path
                    now = os.lstat(path) if path == libs else os.stat(path)
                    if now.st_mtime_ns != int(time) and now.st_mtime_ns != int(time) // 10**9 * 10**9:
                        break  # also not the same time cut to whole seconds, as archives do
                    if size != "-" and now.st_size != int(size):
                        break
                else:
                    return verdict
        except (OSError, ValueError):
            pass
    try:
        state = os.lstat(libs)
    except OSError:
        return "none"
    if state.st_mode & 0o170000 == 0o040000 and state.st_uid == os.geteuid() and os.access(libs, os.W_OK | os.X_OK):
        return ""
    return "none"


def find_spec(name: str, path: object = None, target: object = None) -> object:
    # This module is a finder on sys.meta_path, for the packages that it watches for.
    if name in PACKAGES:
        try:
            from cudnn_heal.preload import find

            return find(name, path, target)
        except Exception as problem:
            global error
            error = repr(problem)
    return None


start()
