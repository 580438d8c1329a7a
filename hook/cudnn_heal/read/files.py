"""Reading files that anybody may have put there: no FIFO blocks, no device is opened, nothing is read without end.

Never more is read than a file's size says.  Those of procfs and tracefs say 0, and to read them can do something
(``/proc/kmsg`` hands each of the kernel's messages out once).

*Absent* and *unknown* are two things: `Reader` keeps what could not be read, so that nothing rests on its absence.
"""

from __future__ import annotations

import binascii
import errno
import os
import stat
import sys

from cudnn_heal.failures import failed
from cudnn_heal.model import Mark

READ_BYTES = 16 * 2**20
"""The largest file that is read as a whole."""
LIBRARY_BYTES = 2 * 2**30
"""The largest file that is hashed: the largest of the libraries that are linked have 0.5 to 0.8 GB."""
HASHED_BYTES = 2 * LIBRARY_BYTES
"""How much one observation hashes of large files: another user's may be sparse, and many."""
_BLOCK_BYTES = 2**20
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ENXIO)
"""What the system says of a name that stands for nothing, or for no file (a socket)."""


def flags(*names: str) -> int:
    """Return the flags `names` of ``open(2)`` in one, as far as this system has them; on Windows no file is text."""
    found = 0
    for name in (*names, "O_BINARY"):
        found |= getattr(os, name, 0)
    return found


_READ_FLAGS = flags("O_RDONLY", "O_NONBLOCK", "O_CLOEXEC")


class Reader:
    """Reads for one observation.  What is absent is empty; what could not be read is empty too, and kept as `unknown`."""

    def __init__(self) -> None:
        self.unknown: dict[str, str] = {}
        """By path, the name of the system's error, such as ``EIO``."""
        self._hashed_bytes = 0

    def read(self, path: str, limit: int = READ_BYTES) -> bytes:
        """Return the content of the regular file `path`; b"" also where it is larger than `limit` bytes."""
        try:
            fd = open_regular(path)
            try:
                return read_all(fd, limit)
            finally:
                os.close(fd)
        except failed(OSError, ValueError) as problem:
            self.note(path, problem)
            return b""

    def read_text(self, path: str) -> str:
        """Return the content of the regular file `path` as text."""
        return self.read(path).decode(errors="replace")

    def listdir(self, path: str) -> list[str]:
        """Return the names in the folder `path`, sorted."""
        try:
            return sorted(os.listdir(path))
        except failed(OSError, ValueError) as problem:
            self.note(path, problem)
            return []

    def stat(self, path: str) -> os.stat_result | None:
        """Return the state of `path`, links followed."""
        try:
            return os.stat(path)
        except failed(OSError, ValueError) as problem:
            self.note(path, problem)
            return None

    def hash_file(self, path: str, limit: int = LIBRARY_BYTES, *, chosen: bool = False) -> str:
        """Return the hash of the whole regular file `path` as RECORD writes it; of 500 MB too.

        It is "" where the file is larger than `limit` bytes, or where more than `HASHED_BYTES` would have been hashed.

        :param chosen: another user may have chosen the path.
        """
        import hashlib  # for large files: it has the machine's own instructions for it

        hasher = hashlib.sha256()
        try:
            fd = open_followed(path) if chosen else open_regular(path)
            try:
                left = os.fstat(fd).st_size
                if left > min(limit, HASHED_BYTES - self._hashed_bytes):
                    return ""
                self._hashed_bytes += left
                while left:
                    block = os.read(fd, min(_BLOCK_BYTES, left))
                    if not block:
                        break
                    hasher.update(block)
                    left -= len(block)
                return _written(hasher.digest())
            finally:
                os.close(fd)
        except failed(OSError, ValueError) as problem:
            self.note(path, problem)
            return ""

    def note(self, path: str, problem: Exception) -> None:
        """Keep that `path` could not be read because of `problem`, unless that tells that it is absent."""
        if not isinstance(problem, OSError) or problem.errno is None:
            return
        if problem.errno not in _ABSENT:
            self.unknown.setdefault(path, errno.errorcode.get(problem.errno, str(problem.errno)))
        elif problem.errno == errno.ENOENT:
            link = dangling(path)
            if link:
                self.unknown.setdefault(link, "ENOENT")


def read(path: str, limit: int = READ_BYTES) -> bytes:
    """Return the content of the regular file `path`, b"" where there is none, or where it is larger than `limit` bytes."""
    return Reader().read(path, limit)


def read_text(path: str) -> str:
    """Return the content of the regular file `path` as text, "" where there is none."""
    return Reader().read_text(path)


def listdir(path: str) -> list[str]:
    """Return the names in the folder `path`, sorted; none where there is no such folder."""
    return Reader().listdir(path)


def hash_file(path: str) -> str:
    """Return the hash of the whole regular file `path` as RECORD writes it, "" where there is none; of 500 MB too."""
    return Reader().hash_file(path)


def real(path: str) -> str:
    """Return `path` with links resolved, and with slashes, as the paths of all that is mapped are told."""
    return os.path.realpath(path).replace(os.sep, "/")


def on_read_only(path: str) -> bool:
    """Tell whether `path` lies on a file system where nobody can write, root neither."""
    try:
        return bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    except failed(OSError, AttributeError):  # Windows has no such call
        return False


def hash_bytes(data: bytes) -> str:
    """Return the hash of `data` as RECORD writes it (the specification "Recording installed projects")."""
    # hashlib itself costs 12 M instructions, where a whole start has 65 M.
    try:
        sha256 = __import__("_sha2" if sys.version_info >= (3, 12) else "_sha256").sha256
    except failed(ImportError):
        from hashlib import sha256
    return _written(sha256(data).digest())


def mark(state: os.stat_result) -> Mark:
    """Return what tells whether the name of `state` still stands for the same bytes."""
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns


def is_trusted(own: os.stat_result, folder: os.stat_result) -> bool:
    """Tell whether our own folder, in the state `own`, is this user's or that of the owner of `folder`, in which it lies.

    Where others may write in it, it counts only if this process can change that.
    """
    if not stat.S_ISDIR(own.st_mode) or own.st_uid not in (os.geteuid(), folder.st_uid):
        return False
    return own.st_uid == os.geteuid() or own.st_mode & 0o022 == 0


def open_regular(path: str, folder: int | None = None) -> int:
    """Return a descriptor of the regular file `path`, links followed.

    :param folder: the descriptor of the folder to which `path` is relative.
    :raises OSError: it can't be opened; `errno.ENOENT` where it is no regular file.
    :raises ValueError: no file can have that name.
    """
    try:
        fd = os.open(path, _READ_FLAGS | getattr(os, "O_NOFOLLOW", 0), dir_fd=folder)
    except OSError as problem:
        if problem.errno != errno.ELOOP:
            raise
        return open_followed(path, folder)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise FileNotFoundError(errno.ENOENT, "no regular file", path)
    return fd


def open_followed(path: str, folder: int | None = None) -> int:
    """Do as `open_regular` for a path that another user may have chosen: what it leads to is looked at before it is opened.

    Opening a device can do something (``/dev/watchdog`` restarts a machine), and so can opening a file of tracefs.
    """
    found = os.open(path, os.O_PATH | os.O_CLOEXEC, dir_fd=folder)
    opened = -1
    try:
        state = os.fstat(found)
        if not stat.S_ISREG(state.st_mode):
            raise FileNotFoundError(errno.ENOENT, "no regular file", path)
        if not state.st_size:
            opened = found  # of which nothing can be read, and nothing is: its size is 0
        else:
            try:
                opened = os.open(f"/proc/self/fd/{found}", _READ_FLAGS)
            except failed(FileNotFoundError):  # no /proc here
                opened = os.open(path, _READ_FLAGS, dir_fd=folder)
        return opened
    finally:
        if opened != found:
            os.close(found)


def read_all(fd: int, limit: int = READ_BYTES) -> bytes:
    """Return the content of the open file `fd`, b"" where it has more than `limit` bytes.

    :raises OSError: it can't be read.
    """
    left = os.fstat(fd).st_size
    if left > limit:
        return b""
    blocks: list[bytes] = []
    while left:
        block = os.read(fd, min(_BLOCK_BYTES, left))
        if not block:
            break
        blocks.append(block)
        left -= len(block)
    return b"".join(blocks)


def dangling(path: str) -> str:
    """Return the link on the way to `path` that leads nowhere, "" without one: a volume may be away."""
    while path and not os.path.lexists(path):
        above = os.path.dirname(path)
        if above == path:
            return ""
        path = above
    return path if os.path.islink(path) and not os.path.exists(path) else ""


def _written(digest: bytes) -> str:
    # As base64.urlsafe_b64encode, of a module that a start would load for this line alone.
    return binascii.b2a_base64(digest, newline=False).translate(_URL_SAFE, b"=").decode()
