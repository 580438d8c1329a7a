"""The only writer: carries actions out in a package's folder, and nowhere else.  It knows no library names.

Everything is opened relative to the folder's descriptor and no link is followed, so that nothing outside can be reached.
Each step is atomic and leaves either the old state or the new one: what is made is made under a private name in
``.cudnn-heal/`` and then renamed.
"""

from __future__ import annotations

import os
import stat
import time
from typing import TYPE_CHECKING

from cudnn_heal.observe import OWN_FOLDER, digest
from cudnn_heal.plan import Backup, Forget, Link, Remove, Restore, Unpause

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cudnn_heal.plan import Action, Identity

LEFTOVER_SECONDS = 60
"""How old a private name must be to be the leftover of a killed process."""

_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Changed(Exception):
    """Something is not as it was observed: an installer or another interpreter is at work.  The next start sees anew."""


class Folder:
    """A package's folder, held open."""

    def __init__(self, libs: str) -> None:
        """Open `libs`.

        :raises OSError: it is no folder, or a link to one.
        """
        self.path = libs
        self.fd = os.open(libs, _FOLDER_FLAGS)
        self._own = -1
        self._count = 0

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *_: object) -> None:
        for fd in (self.fd, self._own):
            if fd >= 0:
                os.close(fd)

    @property
    def own(self) -> int:
        """The descriptor of ``.cudnn-heal``, which is made when it is first asked for.

        :raises OSError: it can't be made, or a link or a file has its name.
        """
        if self._own < 0:
            try:
                os.mkdir(OWN_FOLDER, 0o755, dir_fd=self.fd)
                self._give(OWN_FOLDER, self.fd)
            except FileExistsError:
                pass
            self._own = os.open(OWN_FOLDER, _FOLDER_FLAGS, dir_fd=self.fd)
            self._tidy()
        return self._own

    def apply(self, actions: Sequence[Action]) -> None:
        """Carry `actions` out, in order.

        :raises Changed: something is not as it was observed; what was done until then stands.
        :raises OSError: a step failed; what was done until then stands.
        """
        for action in actions:
            if isinstance(action, Backup):
                self._back_up(action)
            elif isinstance(action, Restore):
                self._restore(action)
            elif isinstance(action, Link):
                self._link(action)
            elif isinstance(action, Remove):
                if self._identity(action.name) == action.identity:
                    self._unlink(self.fd, action.name)
            elif isinstance(action, Unpause):
                self._unlink(self.own, "paused")
            elif isinstance(action, Forget):
                self.forget(action.names)
                if action.folder_too:
                    self._remove_folder()

    def write(self, name: str, content: bytes) -> None:
        """Replace the file `name` of ``.cudnn-heal``.

        :raises OSError: it can't be written; the old one stands.
        """
        private = self._private()
        fd = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644, dir_fd=self.own)
        try:
            try:
                os.fchmod(fd, 0o644)  # for the other users of the environment, whatever the umask
                view = memoryview(content)
                while view:
                    view = view[os.write(fd, view) :]
            finally:
                os.close(fd)
            self._give(private, self.own)
            os.replace(private, name, src_dir_fd=self.own, dst_dir_fd=self.own)
        except OSError:
            self._unlink(self.own, private)
            raise

    def forget(self, names: Sequence[str]) -> None:
        """Remove `names` from ``.cudnn-heal``, and it too if it is empty then."""
        try:
            own = os.open(OWN_FOLDER, _FOLDER_FLAGS, dir_fd=self.fd)
        except OSError:  # not there, or a link: what it leads to is not ours
            return
        try:
            for name in names:
                self._unlink(own, name)
        finally:
            os.close(own)
        if self._own >= 0:
            os.close(self._own)
            self._own = -1
        try:
            os.rmdir(OWN_FOLDER, dir_fd=self.fd)
        except OSError:  # something else is in it
            pass

    def _back_up(self, action: Backup) -> None:
        """Make the backup: the same inode where the file system lets us, so that nothing is written."""
        private = self._private()
        state = os.stat(action.name, dir_fd=self.fd, follow_symlinks=False)
        try:
            if stat.S_ISREG(state.st_mode):
                try:
                    os.link(action.name, private, src_dir_fd=self.fd, dst_dir_fd=self.own, follow_symlinks=False)
                except OSError:  # too many links, another user's file, no hard links here
                    self._copy(action.name, private)
            else:  # a symlink into an installer's cache, which may be emptied
                self._copy(action.name, private)
            if digest(self._read(self.own, private)) != action.sha256:
                raise Changed(f"{action.name} changed while it was backed up")
            os.replace(private, action.backup, src_dir_fd=self.own, dst_dir_fd=self.fd)
        finally:
            # Still there after a failure, or where both names were one file already: rename(2) does nothing then.
            self._unlink(self.own, private)

    def _link(self, action: Link) -> None:
        private = self._private()
        os.symlink(action.target, private, dir_fd=self.own)
        try:
            self._give(private, self.own)
            if self._identity(action.name) != action.replaces:
                if self._is_link(action.name, action.target):
                    return  # another interpreter made it meanwhile
                raise Changed(f"{action.name} changed meanwhile")
            os.replace(private, action.name, src_dir_fd=self.own, dst_dir_fd=self.fd)
        finally:
            self._unlink(self.own, private)

    def _is_link(self, name: str, target: str) -> bool:
        try:
            return os.readlink(name, dir_fd=self.fd) == target
        except OSError:
            return False

    def _identity(self, name: str) -> Identity | None:
        try:
            state = os.stat(name, dir_fd=self.fd, follow_symlinks=False)
        except FileNotFoundError:
            return None
        return state.st_dev, state.st_ino

    def _restore(self, action: Restore) -> None:
        try:
            os.replace(action.backup, action.name, src_dir_fd=self.fd, dst_dir_fd=self.fd)
        except FileNotFoundError as problem:
            raise Changed(f"{action.backup} is gone meanwhile") from problem

    def _copy(self, name: str, private: str) -> None:
        content = self._read(self.fd, name)
        fd = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o755, dir_fd=self.own)
        with os.fdopen(fd, "wb") as file:
            file.write(content)
        self._give(private, self.own)

    def _read(self, folder: int, name: str) -> bytes:
        fd = os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
        with os.fdopen(fd, "rb") as file:
            return file.read()

    def _give(self, name: str, folder: int) -> None:
        """Let root leave nothing behind that the folder's owner could not change."""
        owner = os.fstat(self.fd)
        if os.geteuid() == 0 and owner.st_uid != 0:
            os.chown(name, owner.st_uid, owner.st_gid, dir_fd=folder, follow_symlinks=False)

    def _private(self) -> str:
        self._count += 1
        return f"tmp-{os.getpid()}-{time.time_ns()}-{self._count}"

    def _tidy(self) -> None:
        for name in os.listdir(self._own):
            if name.startswith("tmp-"):
                try:
                    state = os.stat(name, dir_fd=self._own, follow_symlinks=False)
                    if time.time() - state.st_ctime > LEFTOVER_SECONDS:
                        self._unlink(self._own, name)
                except OSError:  # another interpreter's, done meanwhile
                    continue

    def _unlink(self, folder: int, name: str) -> None:
        try:
            os.unlink(name, dir_fd=folder)
        except FileNotFoundError:
            pass

    def _remove_folder(self) -> None:
        try:
            os.rmdir(self.path)
        except OSError:  # an installer has put something in it
            pass
