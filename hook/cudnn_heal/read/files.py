"""Reading files that anybody may have put there: no FIFO blocks, no device is read, nothing is read without end."""

from __future__ import annotations

import binascii
import hashlib
import os
import stat

from cudnn_heal.model import Mark

READ_BYTES = 16 * 2**20
"""The largest file that is read as a whole."""
_BLOCK_BYTES = 2**20
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def read(path: str, limit: int = READ_BYTES) -> bytes:
    """Return the content of the regular file `path`, b"" where there is none, or where it is larger than `limit` bytes."""
    fd = _open(path)
    if fd < 0:
        return b""
    try:
        with os.fdopen(fd, "rb") as file:
            return file.read() if os.fstat(fd).st_size <= limit else b""
    except OSError:
        return b""


def read_text(path: str) -> str:
    """Return the content of the regular file `path` as text, "" where there is none."""
    return read(path).decode(errors="replace")


def listdir(path: str) -> list[str]:
    """Return the names in the folder `path`, sorted; none where there is no such folder."""
    try:
        return sorted(os.listdir(path))
    except (OSError, ValueError):
        return []


def hash_bytes(data: bytes) -> str:
    """Return the hash of `data` as RECORD writes it (the specification "Recording installed projects")."""
    return _written(hashlib.sha256(data))


def hash_file(path: str) -> str:
    """Return the hash of the whole regular file `path` as RECORD writes it, "" where there is none; of 500 MB too."""
    fd = _open(path)
    if fd < 0:
        return ""
    hasher = hashlib.sha256()
    try:
        with os.fdopen(fd, "rb", buffering=0) as file:
            while True:
                block = file.read(_BLOCK_BYTES)
                if not block:
                    return _written(hasher)
                hasher.update(block)
    except OSError:
        return ""


def mark(state: os.stat_result) -> Mark:
    """Return what tells whether the name of `state` still stands for the same bytes."""
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns


def _open(path: str) -> int:
    """Return a descriptor of the regular file `path`, -1 where there is none."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return -1
    if stat.S_ISREG(os.fstat(fd).st_mode):
        return fd
    os.close(fd)
    return -1


def _written(hasher: hashlib._Hash) -> str:
    # As base64.urlsafe_b64encode, of a module that a start would load for this line alone.
    return binascii.b2a_base64(hasher.digest(), newline=False).translate(_URL_SAFE, b"=").decode()
