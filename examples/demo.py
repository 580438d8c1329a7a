# /// script
# requires-python = ">=3.9"
# dependencies = []
# ///
"""Shows cudnn-heal at work, in a throwaway project that is deleted afterwards.

    uv run examples/demo.py

Needs Linux on x86-64, uv and 3 GB of disk, no GPU. The first run downloads 0.9 GB, which stay in uv's cache.
Every line below a `$` is what that command really printed. Exit status: 0 when all went as told, 1 when it did not.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
# The smallest wheels of cuDNN 9 and cuBLAS 12 that serve this ctranslate2.
REQUIREMENTS = ("ctranslate2==4.6.1", "nvidia-cudnn-cu12==9.6.0.74", "nvidia-cublas-cu12==12.4.5.8")
# ctranslate2 4.6.1 has no wheel for later Pythons; uv picks, or downloads, one of these.
PYTHONS = ">=3.9,<3.15"
# The call of cuDNN with which every transcription on a GPU begins. It needs no GPU itself.
CALL = """\
import ctypes

import ctranslate2

library = ctypes.CDLL(next(line.split()[-1] for line in open("/proc/self/maps") if "libctranslate2-" in line))
library.cudnnCreateTensorDescriptor(ctypes.byref(ctypes.c_void_p()))
print("cuDNN", library.cudnnGetVersion(), "answers")
"""
# Variables that would change what is shown: another environment's, the user's own settings of uv, a look-up by hand.
OTHERS = ("CUDNN_HEAL", "LD_LIBRARY_PATH", "PYTHON", "UV_INDEX_STRATEGY", "UV_PROJECT", "UV_PYTHON", "UV_RUN", "VIRTUAL_ENV")


class Unexpected(Exception):
    """What went otherwise than told, as a sentence."""


class Project:
    """The throwaway project beside a checkout of cudnn-heal, and a shell in it."""

    def __init__(self, home: Path, uv: str) -> None:
        """Make it in `home`."""
        self.folder, self.uv = home / "project", uv
        kept = {key: value for key, value in os.environ.items() if not key.startswith(OTHERS)}
        path = os.pathsep.join((f"{self.folder}/.venv/bin", str(Path(uv).parent), os.environ["PATH"]))
        self.environ = {**kept, "PATH": path}
        self.folder.mkdir()
        (home / "cudnn-heal").symlink_to(CHECKOUT)
        (self.folder / "call.py").write_text(CALL)
        (self.folder / "pyproject.toml").write_text(
            f'[project]\nname = "demo"\nversion = "1"\nrequires-python = "{PYTHONS}"\n'
            f"dependencies = {list(REQUIREMENTS)}\n".replace("'", '"')
        )

    def lay(self, *arguments: str) -> None:
        """Run uv, its progress shown in one line that changes; raise `Unexpected` with its words where it fails."""
        said = []
        with (
            subprocess.Popen(
                (self.uv, *arguments),
                cwd=self.folder,
                env=self.environ,
                stderr=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                text=True,
            ) as process,
            Progress() as progress,
        ):
            for line in process.stderr or ():
                said.append(line)
                progress.about(line.strip())
        if process.returncode:
            raise Unexpected(f"`uv {' '.join(arguments)}` failed:\n" + "".join(said))

    def type(self, command: str, *, expect: str) -> None:
        """Show `command` and what it prints; raise `Unexpected` where that lacks `expect`."""
        print(f"$ {command}", flush=True)
        done = subprocess.run(
            command, shell=True, cwd=self.folder, env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        said = done.stdout.rstrip()
        # A shell that waits for a program that a signal ended says so.
        ended = signal.strsignal(done.returncode - 128) if done.returncode > 128 else None
        if ended and ended not in said:
            said = f"{said}\n{ended}".lstrip()
        print(said or "(nothing)", flush=True)
        if expect not in said:
            raise Unexpected(f"Expected “{expect}”; exit status {done.returncode}.")

    def changed(self) -> tuple[int, list[str]]:
        """Return how many of ctranslate2's files have a hash in its RECORD, and which of them are not as installed."""
        (record,) = self.folder.glob(".venv/lib/python*/site-packages/ctranslate2-*.dist-info/RECORD")
        rows = [row for row in csv.reader(record.read_text().splitlines()) if row[1]]
        return len(rows), [name for name, value, _ in rows if hashed(record.parent.parent / name) != value]


class Progress:
    """A line that tells what uv is at, and for how long; on a terminal it changes, elsewhere it is printed once."""

    def __init__(self) -> None:
        self.words, self.since, self.done = "", time.monotonic(), threading.Event()
        self.terminal = sys.stderr.isatty()
        self.ticker = threading.Thread(target=self._tick, daemon=True)
        self.loading: dict[str, str] = {}

    def __enter__(self) -> Progress:
        self.ticker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self.ticker.join()
        if self.terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def about(self, line: str) -> None:
        """Take in a line of uv's: what it downloads, what it has downloaded, what it builds."""
        verb, _, what = line.partition(" ")
        if verb == "Downloading":
            self.loading[what.split()[0]] = what
        elif verb == "Downloaded":
            self.loading.pop(what.split()[0], None)
        else:
            return
        self.words = f"Downloading {', '.join(self.loading.values())}" if self.loading else "Installing"
        if verb == "Downloading" and not self.terminal:
            print(line, file=sys.stderr, flush=True)

    def _tick(self) -> None:
        while not self.done.wait(0.2):
            if self.terminal:
                room = shutil.get_terminal_size().columns - 8
                words = (self.words or "Preparing the project")[:room]
                print(f"\r\x1b[K{words} {time.monotonic() - self.since:.0f} s", end="", file=sys.stderr, flush=True)


def hashed(path: Path) -> str:
    """Return the hash of a file as RECORD has it."""
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).rstrip(b"=").decode()


def show(project: Project) -> None:
    """Break, heal, break again, heal again, restore."""
    project.lay("sync")
    project.type("python call.py", expect="Unable to load any of")
    print("$ uv add ../cudnn-heal", flush=True)
    project.lay("add", "../cudnn-heal")
    project.type("cudnn-heal", expect="Healed")
    project.type("python call.py", expect="answers")
    print("$ rm -r .venv && uv sync", flush=True)
    shutil.rmtree(project.folder / ".venv")
    project.lay("sync")
    project.type("CUDNN_HEAL=off python call.py 2>/dev/null", expect=str(signal.strsignal(signal.SIGABRT)))
    project.type("python call.py", expect="answers")
    project.type("cudnn-heal --restore", expect="Restored")
    number, changed = project.changed()
    if changed:
        raise Unexpected(f"Not as installed: {', '.join(changed)}")
    print(f"All {number} files of ctranslate2 are byte for byte as installed.")


def folder_beside(uv: str) -> str | None:
    """Return where uv can link files from its cache instead of copying 1.6 GB: beside it. None where that is not to be had."""
    cache = subprocess.run((uv, "cache", "dir"), stdout=subprocess.PIPE, text=True).stdout.strip()
    beside = os.path.dirname(cache)
    return beside if os.access(beside, os.W_OK | os.X_OK) else None


def main() -> int:
    """Run the demonstration."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        print("The demonstration needs Linux on x86-64: elsewhere ctranslate2's wheels have no cuDNN to look for.")
        return 1
    uv = os.environ.get("UV") or shutil.which("uv")
    if not uv:
        print("The demonstration needs uv: https://docs.astral.sh/uv/getting-started/installation/")
        return 1
    with tempfile.TemporaryDirectory(prefix="cudnn-heal-demo-", dir=folder_beside(uv)) as folder:
        try:
            show(Project(Path(folder), uv))
        except Unexpected as problem:
            print(f"This went otherwise than it should: {problem}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
