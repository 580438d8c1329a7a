"""What helps, as data: `report.commands` makes lines of it, `report.fitting` tells whether it may be given."""

from __future__ import annotations

from typing import Literal, NamedTuple

Do = Literal["add", "remove", "replace", "reinstall", "unset", "heal", "restore", "call", "run", "say"]
"""What is to be done; `Advice` has what each needs."""


class Advice(NamedTuple):
    """One fix.  Each `do` reads its own fields, and `text`, which is said before the command, without a colon at its end.

    ``add``: `requirements`, from `package_index` too if given.  A specifier in one pins what is there already.
    ``remove``: `distributions`.
    ``replace``: `distributions` go, `requirements` come in their stead; both may install the same files.
    ``reinstall``: the files of `requirements`, without dependencies; `paths`, which are in the way, go first.
    ``unset``: `entries` out of the path-like `variable`; the whole variable where there are none.  Entries that hold the
    driver's libcuda.so.1 stay: on Colab it is found by LD_LIBRARY_PATH alone.
    ``heal``, ``restore``: the calls of cudnn-heal that act; ``call``: one with `flags`, such as ``--doctor``.
    ``run``: `command`, a line for the shell as it is.
    ``say``: nothing but `text`, a whole sentence.
    """

    do: Do
    text: str = ""
    requirements: tuple[str, ...] = ()
    """As in a requirements file: ``nvidia-cudnn-cu12==9.*``."""
    distributions: tuple[str, ...] = ()
    """Names alone."""
    package_index: str = ""
    """The address of a further package index that has `requirements`."""
    paths: tuple[str, ...] = ()
    """Absolute."""
    variable: str = ""
    entries: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    command: str = ""
    only: tuple[str, ...] = ()
    """Conditions (see `knowledge.conditions`) that must all hold, where the environment is known."""
    unless: tuple[str, ...] = ()
    """Conditions of which none may hold."""


class Line(NamedTuple):
    """One line of advice, as it is printed: words, which may be wrapped, and a command, which never is."""

    text: str
    command: str = ""

    def __str__(self) -> str:
        return ": ".join(filter(None, self))
