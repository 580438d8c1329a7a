"""Two environments to which the same things happen: in one of them cudnn-heal is at work, in the other it is not."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from fuzz.system import Clock
from support.wheels import Site, library

OWN = ".cudnn-heal"
BACKUP = ".ORIGINAL"

Links = Literal["kept", "followed", "dropped"]
Times = Literal["kept", "cut", "new"]

_GENERATED = re.compile(
    r"(?P<stub>libcudnn-[0-9a-f]{8}\.so\.(?P<one>\d+)[\d.]*) -> \.\./nvidia/cudnn/lib/libcudnn\.so\.(?P=one)"
    r"|(?P<stem>libcudnn_\w+)\.so\.(?P<two>\d+)[\d.]* -> \.\./nvidia/cudnn/lib/(?P=stem)\.so\.(?P=two)"
    r"|(?P<blas>libcublas(Lt)?\.so\.(?P<three>\d+)) -> \.\./nvidia/(cublas|cu13)/lib/(?P=blas)"
    r"|(?P<nccl>libnccl\.so\.2) -> \.\./nvidia/nccl/lib/(?P=nccl)"
)


class Entry(NamedTuple):
    """One name in the package's folder."""

    text: str
    """A link's text; "" for a file."""
    data: bytes
    """A file's content."""
    mode: int


def is_generated(name: str, text: str) -> bool:
    """Tell whether a link is one that cudnn-heal makes: written anew here, apart from the code under test."""
    return bool(_GENERATED.fullmatch(f"{name} -> {text}"))


class Environment(Site):
    """An environment whose files get made-up times, with a library elsewhere."""

    def __init__(self, root: Path, clock: Clock) -> None:
        """Make the environment below `root`."""
        self.root = root
        self.clock = clock
        super().__init__(root / "site-packages", root / "cache")
        self.elsewhere = root / "elsewhere"
        self.elsewhere.mkdir()
        (self.elsewhere / "libcudnn.so.9").write_bytes(library("libcudnn", "9.14.0", "system", soname="libcudnn.so.9"))

    def changed(self, path: Path) -> None:
        """Let the times of `path`, and of its folder, follow the clock."""
        self.clock.now += 0.0001
        self.clock.touch(path.parent)
        if path.is_symlink():
            self.clock.touch(path, follow_symlinks=False)
        elif path.exists() and (path.is_dir() or path.stat().st_nlink == 1):
            self.clock.touch(path)

    def entries(self) -> dict[str, Entry]:
        """Return what is in the package's folder, cudnn-heal's own folder aside; links' texts don't tell which environment."""
        found = {}
        for name in sorted(os.listdir(self.libs)) if self.libs.is_dir() else ():
            path = self.libs / name
            if name == OWN:
                continue
            if path.is_symlink():
                found[name] = Entry(os.readlink(path).replace(str(self.root), "ROOT"), b"", 0)
            else:
                found[name] = Entry("", path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
        return found

    def outside(self) -> dict[str, tuple[int, ...]]:
        """Return what is outside the package's folder, and how it is told from what it could become."""
        found: dict[str, tuple[int, ...]] = {}
        folders = [str(self.path), str(self.elsewhere)]
        for folder in folders:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.path == str(self.libs):
                        continue
                    state = entry.stat(follow_symlinks=False)
                    found[entry.path] = (state.st_ino, state.st_mode, state.st_size, state.st_mtime_ns)
                    if stat.S_ISDIR(state.st_mode):
                        folders.append(entry.path)
        return found

    def put(self, name: str, data: bytes = b"", link: str = "") -> None:
        """Let the user put something of their own into the package's folder."""
        path = self.libs / name
        path.unlink(missing_ok=True)
        path.symlink_to(link.replace("ROOT", str(self.root))) if link else path.write_bytes(data)
        self.changed(path)

    def copy(self, links: Links, times: Times) -> None:
        """Replace the environment by a copy of itself at the same place, as tools make it."""
        copied = self.root / "copied"
        for folder, folders, files in os.walk(self.path):
            source, target = Path(folder), copied / Path(folder).relative_to(self.path)
            target.mkdir(exist_ok=True, parents=True)
            shutil.copymode(source, target)
            for name in (*folders, *files):
                if (source / name).is_symlink() and not ((source / name).is_dir() and links == "followed"):
                    self._copy_link(source / name, target / name, links)
                elif name in files:
                    shutil.copy2(source / name, target / name)
        for folder, folders, files in os.walk(copied, topdown=False):
            for name in (*folders, *files, "."):
                path = Path(folder) / name
                original = self.path / path.relative_to(copied)
                self._set_time(path, original, times)
        shutil.rmtree(self.path)
        copied.rename(self.path)

    def _copy_link(self, source: Path, target: Path, links: Links) -> None:
        if links == "kept":
            target.symlink_to(os.readlink(source))
        elif links == "followed" and source.exists():
            shutil.copy2(source, target)

    def _set_time(self, path: Path, original: Path, times: Times) -> None:
        time_ns = original.lstat().st_mtime_ns
        if times == "new":
            time_ns = self.clock.mtime_ns()
        elif times == "cut":
            time_ns = time_ns // 10**9 * 10**9
        os.utime(path, ns=(time_ns, time_ns), follow_symlinks=False)

    def by_hand(self, stub: str) -> None:
        """Make the well-known fix by hand, with exactly the links that cudnn-heal makes."""
        (self.libs / stub).rename(self.libs / (stub + BACKUP))
        major = stub.partition(".so.")[2].partition(".")[0]
        (self.libs / stub).symlink_to(f"../nvidia/cudnn/lib/libcudnn.so.{major}")
        if major == "9" and not os.path.lexists(self.libs / "libcudnn_ops.so.9.1.0"):
            (self.libs / "libcudnn_ops.so.9.1.0").symlink_to("../nvidia/cudnn/lib/libcudnn_ops.so.9")
        self.changed(self.libs / stub)


def drain(steps: Iterator[None]) -> None:
    """Take all of `steps`."""
    for _ in steps:
        pass
