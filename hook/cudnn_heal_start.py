# cudnn-heal's start-up hook: is what was recorded still true?  Every interpreter imports this file, so it is short,
# loads nothing that is not loaded already and raises nothing.  Comments instead of docstrings and annotations: those would cost
# every start.
import os
import sys

VERSION = "0.3.0"
WINDOWS = sys.platform == "win32"  # asked here and in cudnn_heal/systems, nowhere else
# Name and way, as in cudnn_heal/catalog.py, and how the names of libraries begin that matter on LD_LIBRARY_PATH.
WATCHED = {
    "ctranslate2": "links libcudnn libcublas libnccl",
    "onnxruntime": "gpu",
    "torch": "shadowed libcudnn",
}
FOLDERS = ("ctranslate2.libs",)  # where links may be made, and what is recorded is kept
HERE = __file__.rpartition(os.sep)[0]
started = False  # whether start() ran in this interpreter
watching = False  # whether imports are watched
home = ""  # the site-packages in which this file lies, where the hook is at work
verdict = ""  # what was recorded there, or found at this start: "healthy" only where all folders are
error = ""  # what went wrong here, for --status
library_path = b""  # LD_LIBRARY_PATH at this start: a program may change its environment later
guard = None  # the module cudnn_heal/guard.py, once it is needed
busy = set()  # type: set[tuple[int, int]]  # the process and thread in which our code runs


def start():  # type: () -> None
    # Importing this file, as cudnn_heal.pth does, runs it.  A second call returns at once: a program may call it, too.
    global started, home, verdict, error, library_path
    if started or not (WINDOWS or sys.platform == "linux"):
        return
    started = True
    if not WINDOWS:
        environ = sys.modules["posix"].environ  # as os.environ, without the decoding
        library_path = environ.get(b"LD_LIBRARY_PATH", b"")
        mode = environ.get(b"CUDNN_HEAL")
        if mode and {*b"off 0 no false".split()} & {*mode.lower().replace(b" ", b"").split(b",")}:
            return
    watch()
    if WINDOWS:  # nothing is recorded there; what CUDNN_HEAL says is asked when a package is imported
        return
    if HERE[-5:] != "/hook":  # else an editable install: this file lies in the repository, nothing to record there
        home = HERE
        try:
            for folder in FOLDERS:
                word = recorded(home + "/" + folder) or ours("at_start", home, folder)
                if word == "none" and FOLDERS[1:] and not os.path.lexists(home + "/" + folder):
                    continue  # its package is not here: what is said of the others holds
                if word != "healthy" or not verdict:
                    verdict = word
            verdict = verdict or "none"
        except Exception as problem:
            error = verdict = repr(problem)
    if mode and b"verbose" in mode:
        ours("say_verdict", verdict)


def watch():  # type: () -> None
    # Watches imports from now on.
    global watching
    watching = True
    for finder in sys.meta_path[:1]:
        if getattr(finder, "__module__", "") == __name__:  # sys.modules was purged, and this file imported again
            return
    # A new list: the interpreter keeps the old one to its very end, and this module with it (+0.4 M instructions).
    sys.meta_path = [find_spec, *sys.meta_path]  # type: ignore[list-item]


def recorded(libs):  # type: (str) -> str
    # The recorded verdict if everything that the stamp (stamp.py writes it) names is as it was; "none" where there is
    # nothing that this process may change; else "".
    for name in "/.cudnn-heal/stamp", "/.cudnn-heal/paused":
        try:
            fd = os.open(libs + name, os.O_NOFOLLOW | os.O_NONBLOCK)  # a FIFO must not block here
            try:
                text = os.read(fd, 4096).decode()
                first, *lines, last = text.split("\n")
                _, version, word = last.split(" ")
                if word == "failed" and not ours("is_recent", fd):
                    continue
            finally:
                os.close(fd)
            if first == last and version == VERSION and ".." not in text:
                for line in lines:
                    then, size, path = line.split(" ", 2)
                    path = f"{home}/{path}"
                    if then == "gone" and not os.access(path, 0):  # a link, whose volume is away
                        continue
                    now = os.lstat(path) if path == libs else os.stat(path)
                    # Also the same where the present time is cut to whole seconds, as archives do.
                    if f"{now.st_mtime_ns}" != then and now.st_mtime_ns != int(then) // 10**9 * 10**9:
                        break
                    if size != "-" and f"{now.st_size}" != size:
                        break
                else:
                    return word
        except IsADirectoryError:  # not ours, and nothing could be recorded there
            return "none"
        except Exception:
            pass
    for path in libs, libs + "/.cudnn-heal":
        if not os.access(path, 3):  # first, since it raises nothing where there is no such folder
            return "none" if path == libs or os.path.lexists(path) else ""
        now = os.lstat(path)  # a link, or another user's, is not ours
        if now.st_mode & 0o170000 != 0o040000 or now.st_uid != os.geteuid():
            return "none"
    return ""


def find_spec(name, path=None, target=None):  # type: (str, object, object) -> object
    # A finder on sys.meta_path is anything that has this attribute: a function can be copied and pickled, a module can't.
    if busy and path is None:
        spec = ours("find", name)
        if spec:
            return spec
    if name in WATCHED:
        for finder in sys.meta_path:
            # A purged sys.modules leaves an older copy of this function there: it must not ask us, nor we it.
            if getattr(finder, "__module__", "") == __name__ or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)  # type: ignore[arg-type,assignment]
            if spec:
                way = WATCHED[name][0]
                linked = verdict in ("healthy", "paused") and (spec.origin or "").startswith(f"{home}/{name}/")  # type: ignore[attr-defined]
                if library_path or way == "g" or (way == "l" and not linked):
                    ours("prepare", name, spec, linked)
                return spec
    return None


find_spec.find_spec = find_spec  # type: ignore[attr-defined]


def ours(function, *arguments):  # type: (str, object) -> str
    # Calls a function of cudnn_heal/guard.py: the one beside this file, whatever else is called cudnn_heal.
    global guard, error
    try:
        if not guard:
            spec = sys.modules["_frozen_importlib_external"].PathFinder.find_spec("cudnn_heal.guard", [HERE + "/cudnn_heal"])
            made = sys.modules["_frozen_importlib"].module_from_spec(spec)
            spec.loader.exec_module(made)
            guard = made
        call = getattr(guard, function)
    except Exception as problem:  # half removed, or a bundle without it
        trace = problem.__traceback__
        while trace:  # but for what a signal handler of the program's raised meanwhile
            if not (trace.tb_frame.f_globals.get("__name__") or "").startswith(
                ("cudnn_heal", "_frozen_importlib", "importlib.", "pyimod")
            ):
                raise
            trace = trace.tb_next
        error = repr(problem)
        return ""
    return call(*arguments)  # type: ignore[no-any-return]


if "cudnn_heal" not in sys.modules:  # the package imports this file for what it knows, and starts nothing
    start()
