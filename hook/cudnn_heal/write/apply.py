"""The only writer: carries actions out in a package's folder, and nowhere else.  It knows no library names.

Everything is opened relative to the folder's descriptor and no link is followed where something is written, so that nothing
outside is changed.  Each step is atomic and leaves either the old state or the new one: what is made is made under a private
name in ``.cudnn-heal/``, and exchanged with what stands in its place, which is looked at only then: what an installer put
there meanwhile, however late, goes back (``renameat2(2)``; where that is not to be had, it is looked at right before).

The folder may belong to another user, or be writable for others, and who writes here may be root.  So no byte gets a name
before it is proven: a file is opened once, read once, and its hash compared in memory.  What is made is a new file, with a
mode of ours and its owner set on its descriptor: no attribute is copied, and no hard link is made.
"""

from __future__ import annotations

import errno
import os
import stat
import time

from cudnn_heal.model import STATE_FILES, STATE_FOLDER, BackUp, Forget, MakeCopy, MakeLink, PutBack, Remove, Unpause
from cudnn_heal.read import files
from cudnn_heal.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cudnn_heal.model import Action, Mark

LEFTOVER_SECONDS = 5
"""How old a private name must be to be the leftover of a killed process."""

_FOLDER_FLAGS = files.flags("O_RDONLY", "O_DIRECTORY", "O_NOFOLLOW", "O_CLOEXEC")
_NEW_FILE_FLAGS = files.flags("O_WRONLY", "O_CREAT", "O_EXCL", "O_NOFOLLOW", "O_CLOEXEC")
_READ_FLAGS = files.flags("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC")
_RENAME_NOREPLACE, _RENAME_EXCHANGE = 1, 2  # renameat2(2)
_PRIVATE = "tmp-"
_renameat2: Callable[[int, bytes, int, bytes, int], int] | None = None


class Changed(Exception):
    """Something is not as it was observed: an installer or another interpreter is at work.  The next start sees anew."""


class _gone_is_changed:  # noqa: N801  (a context manager; contextlib would cost a start 3 ms)
    """Within it, what is gone is another's work, and no failure that would have to be remembered."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, problem: BaseException | None, traceback: object) -> None:
        if isinstance(problem, FileNotFoundError):
            raise Changed(f"{problem.filename} is gone meanwhile") from problem


class Writer:
    """A package's folder, held open."""

    def __init__(self, libs: str) -> None:
        """Open `libs`.

        :raises Changed: it is gone.
        :raises OSError: it is no folder, or a link to one.
        """
        self.path = libs
        with _gone_is_changed():
            self.fd = os.open(libs, _FOLDER_FLAGS)
        self._state_fd = -1
        self._count = 0

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        for fd in (self.fd, self._state_fd):
            if fd >= 0:
                os.close(fd)

    @property
    def state_fd(self) -> int:
        """The descriptor of ``.cudnn-heal``, which is made when it is first asked for.

        :raises OSError: it can't be made, or a link or a file has its name.
        """
        if self._state_fd < 0:
            try:
                os.mkdir(STATE_FOLDER, 0o755, dir_fd=self.fd)
            except FileExistsError:
                pass
            self._state_fd = self._opened()
            self._tidy(self._state_fd)
        return self._state_fd

    def _opened(self) -> int:
        """Return a descriptor of ``.cudnn-heal``, which must be ours, and is made readable for everybody."""
        fd = os.open(STATE_FOLDER, _FOLDER_FLAGS, dir_fd=self.fd)
        try:
            state, folder = os.fstat(fd), os.fstat(self.fd)
            if not files.is_trusted(state, folder):
                raise PermissionError(errno.EPERM, "another user's", os.path.join(self.path, STATE_FOLDER))
            mine = state.st_uid == os.geteuid() and all(map(_is_own_name, os.listdir(fd)))
            if mine and state.st_mode & 0o7777 != 0o755:  # by the umask, a setgid folder, or a copying tool
                os.fchmod(fd, 0o755)
            if mine:
                self._give(fd)
        except OSError:
            os.close(fd)
            raise
        return fd

    def apply(self, actions: Sequence[Action]) -> None:
        """Carry `actions` out, in order.

        :raises Changed: something is not as it was observed; what was done until then stands.
        :raises OSError: a step failed; what was done until then stands.
        """
        for action in actions:
            with _gone_is_changed():
                self._apply(action)

    def _apply(self, action: Action) -> None:
        if isinstance(action, BackUp):
            self._back_up(action)
        elif isinstance(action, PutBack):
            self._restore(action)
        elif isinstance(action, MakeLink):
            self._link(action)
        elif isinstance(action, MakeCopy):
            self._copy(action)
        elif isinstance(action, Remove):
            self._remove(action)
        elif isinstance(action, Unpause):
            self._unlink(self.state_fd, "paused")
        elif isinstance(action, Forget):
            self.forget(action.names)
            if action.folder_too:
                self._remove_folder()

    def write(self, name: str, content: bytes) -> None:
        """Replace the file `name` of ``.cudnn-heal``.

        :raises Changed: another interpreter has removed the folder.
        :raises OSError: it can't be written; the old one stands.
        """
        private = self._private()
        with _gone_is_changed():
            self._make(private, content, 0o644)
            try:
                os.replace(private, name, src_dir_fd=self.state_fd, dst_dir_fd=self.state_fd)
            except OSError:
                self._unlink(self.state_fd, private)
                raise

    def forget(self, names: Sequence[str]) -> None:
        """Remove `names` and leftovers from ``.cudnn-heal``, and it too if it is empty then.

        :raises OSError: it is another user's, or one of them can't be removed.
        """
        try:
            fd = self._opened()
        except PermissionError:  # another user's
            raise
        except OSError:  # not there, or a link: what it leads to is not ours
            return
        try:
            for name in names:
                self._unlink(fd, name)
            self._tidy(fd)
        finally:
            os.close(fd)
        if self._state_fd >= 0:
            os.close(self._state_fd)
            self._state_fd = -1
        try:
            os.rmdir(STATE_FOLDER, dir_fd=self.fd)
        except OSError:  # something else is in it
            pass

    def read(self, name: str) -> bytes:
        """Return the content of the file `name` of ``.cudnn-heal``, b"" without one."""
        try:
            fd = os.open(name, _READ_FLAGS, dir_fd=self.state_fd)
            try:
                return files.read_all(fd)
            finally:
                os.close(fd)
        except OSError:
            return b""

    def _back_up(self, action: BackUp) -> None:
        private = self._private()
        content, mode = self._proven(action.name, action.sha256)
        self._make(private, content, mode, flush=True)
        try:
            self._put(private, action.backup, action.replaces)
        except Changed:  # another interpreter may have made it meanwhile
            if not self._has(action.backup, action.sha256):
                raise
        finally:
            self._unlink(self.state_fd, private)

    def _link(self, action: MakeLink) -> None:
        private = self._private()
        os.symlink(action.target, private, dir_fd=self.state_fd)
        try:
            self._give_link(private)
            try:
                self._put(private, action.name, action.replaces)
            except Changed:
                if not self._is_link(action.name, action.target):  # another interpreter made it meanwhile
                    raise
        finally:
            self._unlink(self.state_fd, private)

    def _copy(self, action: MakeCopy) -> None:
        content, _ = self._proven(action.source, action.sha256)
        private = self._private()
        try:
            self._make(private, content, 0o644, flush=True)
            if action.backup and not self._has(action.backup, action.original):
                raise Changed(f"{action.backup} changed meanwhile")
            try:
                self._put(private, action.name, action.replaces)
            except Changed:  # another interpreter may have made it meanwhile
                if not self._has(action.name, action.sha256):
                    raise
                return
            if action.backup and not self._has(action.backup, action.original):
                # Taken away by one that saw the package removed: what was replaced has the same bytes.
                try:
                    self._rename(self.state_fd, private, self.fd, action.backup, _RENAME_NOREPLACE)
                except FileExistsError:
                    self._rename(self.state_fd, private, self.fd, action.name, _RENAME_EXCHANGE)
                    raise Changed(f"{action.backup} changed meanwhile") from None
        finally:
            self._unlink(self.state_fd, private)

    def _restore(self, action: PutBack) -> None:
        """Put the backup back; the backup goes last, so that its bytes are never under a private name alone.

        A symlink that root owns is followed where another user's is not (``fs.protected_symlinks``), and the text may be
        that user's choice: where others may write in a folder of root's, what comes back is the file that it led to.
        """
        private = self._private()
        backup = self._mark(action.backup, self.fd)
        if backup is None or action.mark not in (None, backup):
            raise Changed(f"{action.backup} changed meanwhile")
        content, mode = self._proven(action.backup, action.sha256)
        try:
            if action.text and not self._is_shared_by_root():
                os.symlink(action.text, private, dir_fd=self.state_fd)
                self._give_link(private)
            else:
                self._make(private, content, mode, flush=True)
            beside = self._mark(private, self.state_fd)
            self._put(private, action.name, action.replaces)
        finally:
            self._unlink(self.state_fd, private)
        self._remove(Remove(action.backup, backup, action.name, beside))

    def _remove(self, action: Remove) -> None:
        """Take it away and look at it only then: what is not what was observed, or is needed again, goes back."""
        if self._mark(action.name, self.fd) != action.mark:
            return
        if self._is_needed(action):
            raise Changed(f"{action.place} changed meanwhile")
        private = self._private()
        os.rename(action.name, private, src_dir_fd=self.fd, dst_dir_fd=self.state_fd)
        if self._mark(private, self.state_fd) != action.mark or self._is_needed(action):
            try:
                self._rename(self.state_fd, private, self.fd, action.name, _RENAME_NOREPLACE)
            except FileExistsError:  # and somebody replaced that in turn
                self._unlink(self.state_fd, private)
            raise Changed(f"{action.name} changed meanwhile")
        self._unlink(self.state_fd, private)

    def _is_needed(self, action: Remove) -> bool:
        """Tell whether it is the backup of what another interpreter has replaced meanwhile."""
        return bool(action.place) and self._mark(action.place, self.fd) not in (None, action.beside)

    def _has(self, name: str, sha256: str) -> bool:
        """Tell whether the file `name`, links followed, has the hash `sha256`."""
        try:
            self._proven(name, sha256)
        except (Changed, OSError):
            return False
        return True

    def _put(self, private: str, name: str, replaces: Mark | None) -> None:
        """Give the private file the name `name`.

        :raises Changed: what stood there is not what was observed; it stands there still.
        """
        if self._mark(name, self.fd) != replaces:
            raise Changed(f"{name} changed meanwhile")
        try:
            exchanged = self._rename(self.state_fd, private, self.fd, name, _RENAME_EXCHANGE if replaces else _RENAME_NOREPLACE)
        except (FileExistsError, FileNotFoundError):  # it appeared, or is gone; or this process was asleep for long
            raise Changed(f"{name} changed meanwhile") from None
        if replaces and exchanged and self._mark(private, self.state_fd) != replaces:
            self._rename(self.state_fd, private, self.fd, name, _RENAME_EXCHANGE)
            raise Changed(f"{name} changed meanwhile")

    def _rename(self, from_fd: int, source: str, to_fd: int, target: str, flags: int) -> bool:
        """Rename by ``renameat2(2)``; return False where that is not to be had, and ``rename(2)`` did it.

        :raises OSError: it failed.
        """
        code = renameat2(from_fd, os.fsencode(source), to_fd, os.fsencode(target), flags)
        if code == 0:
            return True
        if code not in (errno.EINVAL, errno.ENOSYS, errno.EPERM):  # not every file system, kernel or sandbox knows it
            raise OSError(code, os.strerror(code), target)
        if flags == _RENAME_NOREPLACE and self._mark(target, to_fd) is not None:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
        os.replace(source, target, src_dir_fd=from_fd, dst_dir_fd=to_fd)
        return False

    def _proven(self, name: str, sha256: str) -> tuple[bytes, int]:
        """Return the bytes of the file `name`, a path from the folder, and the mode that a copy gets.

        Readable by the other users of the environment whatever the umask, as a wheel's files are, which are executable or not.

        :raises Changed: they have not the hash `sha256`.
        """
        fd = files.open_regular(name, self.fd)
        try:
            content, mode = files.read_all(fd), os.fstat(fd).st_mode
        finally:
            os.close(fd)
        if files.hash_bytes(content) != sha256:
            raise Changed(f"{name} changed meanwhile")
        return content, 0o755 if mode & 0o111 else 0o644

    def _make(self, private: str, content: bytes, mode: int, *, flush: bool = False) -> None:
        """Make a private file; on failure it is gone again.

        :param flush: have the bytes on the disk before the file gets its name: a power cut would leave an empty library.
        :raises OSError: it can't be written.
        """
        fd = os.open(private, _NEW_FILE_FLAGS, 0o600, dir_fd=self.state_fd)
        try:
            try:
                self._give(fd)
                os.fchmod(fd, mode)
                view = memoryview(content)
                while view:
                    view = view[os.write(fd, view) :]
                if flush:
                    os.fsync(fd)
            finally:
                os.close(fd)
        except OSError:
            self._unlink(self.state_fd, private)
            raise

    def _is_link(self, name: str, target: str) -> bool:
        try:
            return os.readlink(name, dir_fd=self.fd) == target
        except OSError:
            return False

    def _mark(self, name: str, folder: int) -> Mark | None:
        try:
            state = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return None
        return files.mark(state)

    def _give(self, fd: int) -> None:
        """Give the new file or folder `fd` to the folder's owner, who could not change what root leaves behind."""
        owner = os.fstat(self.fd)
        if os.geteuid() == 0 and owner.st_uid != 0:
            os.fchown(fd, owner.st_uid, owner.st_gid)

    def _give_link(self, private: str) -> None:
        """Give the new link `private` to the folder's owner, as `_give` does: opened, since that user may swap the name."""
        owner = os.fstat(self.fd)
        if os.geteuid() != 0 or owner.st_uid == 0:
            return
        fd = os.open(private, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self.state_fd)
        try:
            if not stat.S_ISLNK(os.fstat(fd).st_mode):
                raise Changed(f"{private} changed meanwhile")
            os.chown(f"/proc/self/fd/{fd}", owner.st_uid, owner.st_gid)  # the link itself: the descriptor is of that
        finally:
            os.close(fd)

    def _is_shared_by_root(self) -> bool:
        """Tell whether this is root, and others may write in its folder."""
        folder = os.fstat(self.fd)
        return os.geteuid() == folder.st_uid == 0 and folder.st_mode & 0o022 != 0

    def _private(self) -> str:
        self._count += 1
        return f"{_PRIVATE}{os.getpid()}-{time.time_ns()}-{self._count}"

    def _tidy(self, fd: int) -> None:
        for name in os.listdir(fd):
            if _is_private(name):
                try:
                    state = os.stat(name, dir_fd=fd, follow_symlinks=False)
                    if not 0 <= time.time() - state.st_ctime <= LEFTOVER_SECONDS:
                        self._unlink(fd, name)
                except OSError:  # another interpreter's, done meanwhile
                    continue

    def _unlink(self, folder: int, name: str) -> None:
        try:
            os.unlink(name, dir_fd=folder)
        except (FileNotFoundError, IsADirectoryError):  # done, or not ours
            pass

    def _remove_folder(self) -> None:
        try:
            os.rmdir(self.path)
        except OSError:  # an installer has put something in it
            pass


def renameat2(from_fd: int, source: bytes, to_fd: int, target: bytes, flags: int) -> int:
    """Call the C library's function of that name; return the error's number, 0 without one."""
    global _renameat2
    try:
        import _ctypes  # ctypes itself would be a tenth of a first start
    except ImportError:  # this Python was built without libffi
        return errno.ENOSYS
    if not _renameat2:

        class Function(_ctypes.CFuncPtr):
            _flags_ = _ctypes.FUNCFLAG_CDECL | _ctypes.FUNCFLAG_USE_ERRNO

        try:
            _renameat2 = Function(_ctypes.dlsym(_ctypes.dlopen(None, 0), "renameat2"))  # type: ignore[arg-type]
        except OSError:  # glibc has it since 2.28
            return errno.ENOSYS
    return _ctypes.get_errno() if _renameat2(from_fd, source, to_fd, target, flags) else 0


def _is_own_name(name: str) -> bool:
    return name in STATE_FILES or _is_private(name)


def _is_private(name: str) -> bool:
    """Tell whether `Writer` may have made `name`: ``tmp-PID-NANOSECONDS-COUNT``."""
    numbers = name.removeprefix(_PRIVATE).split("-")
    return name.startswith(_PRIVATE) and len(numbers) == 3 and all(one.isascii() and one.isdigit() for one in numbers)
