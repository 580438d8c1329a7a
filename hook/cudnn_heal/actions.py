"""What can be done in a package's folder: data, that `plan` makes and `apply` carries out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Union

from cudnn_heal.tuples import NamedTuple

if TYPE_CHECKING:
    from cudnn_heal.files import Mark

OWN_FILES = ("manifest.json", "stamp", "paused")
"""What may be in our own folder."""


class Backup(NamedTuple):
    """Make `backup` hold the bytes of `name`, which have the hash `sha256`; it replaces only what is `replaces`."""

    name: str
    backup: str
    sha256: str
    replaces: Mark | None

    def __str__(self) -> str:
        return f"back up {self.name} as {self.backup}"


class Restore(NamedTuple):
    """Put `backup` in the place of `name`, as long as each has its mark."""

    backup: str
    name: str
    mark: Mark | None
    """Of the backup; None where it is made by an action before."""
    replaces: Mark | None
    text: str
    """Where a symlink stood there before: its text; else ""."""

    def __str__(self) -> str:
        return f"put {self.backup} back as {self.name}"


class Link(NamedTuple):
    """Make `name` a symlink to `target`; it replaces only what has the mark `replaces` (None: nothing)."""

    name: str
    target: str
    replaces: Mark | None

    def __str__(self) -> str:
        return f"link {self.name} -> {self.target}"


class Copy(NamedTuple):
    """Make `name` a file with the bytes of `source`, a link's text from there; they have the hash `sha256`.

    It replaces only what has the mark `replaces` (None: nothing), and only while `backup` has the hash `original`: what is
    replaced is kept there.
    """

    name: str
    source: str
    sha256: str
    replaces: Mark | None
    backup: str = ""
    """"" where what is replaced need not be kept."""
    original: str = ""

    def __str__(self) -> str:
        return f"copy {self.source} to {self.name}"


class Remove(NamedTuple):
    """Remove `name`, as long as it has the mark `mark`.

    Where it is a backup, that alone does not tell that it is needed no more: as long as `place`, whose original it is, is gone
    or has the mark `beside`.
    """

    name: str
    mark: Mark
    place: str = ""
    beside: Mark | None = None

    def __str__(self) -> str:
        return f"remove {self.name}"


class Unpause(NamedTuple):
    """Resume: the user asks for it, or the pause was for another version."""

    def __str__(self) -> str:
        return "resume after --restore"


class Forget(NamedTuple):
    """Remove our own files `names`, and the package's folder too if it is empty and may go."""

    names: tuple[str, ...]
    folder_too: bool

    def __str__(self) -> str:
        return f"remove {', '.join(self.names)}" + (" and the empty folder" if self.folder_too else "")


Action = Union[Backup, Restore, Link, Copy, Remove, Unpause, Forget]
