"""Which releases of a package have a name, a module, an attribute of a class, an argument, or know a kind of model.

``tests/releases.py`` makes ``since.tsv`` from the packages' own files, release by release, without importing them; of most
packages it reads the first and the newest patch of each minor release.  A line has a package, what it is about (``name``,
``module``, ``attribute``, ``argument``, ``model``), of what (a module, a class, a function), the releases that have it, and
what they have.  After ``@`` stands the module in which the newest release has it; ``Whisper*`` is whatever begins so.  What
every release has is not in it.
"""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, NamedTuple

from packaging.requirements import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "since.tsv")
# fmt: off
WHOLE = frozenset({
    "ctranslate2", "edge-tts", "faster-whisper", "kokoro", "openai-whisper", "pyannote-audio", "realtimestt", "stable-ts",
    "whisper-timestamped", "whisperx",
})
# fmt: on
"""Packages of which no rule of ``tests/releases.toml`` leaves an argument of a method out."""


class Having(NamedTuple):
    """The releases that have something."""

    requirement: str
    """As in a requirements file: ``transformers>=4.42,<5``."""
    moved: str = ""
    """The module in which later releases have it."""

    @property
    def package(self) -> str:
        """The package's name."""
        return Requirement(self.requirement).name


@functools.cache
def _lines() -> str:
    """Return the table as it lies in the file: a question is about one of its lines or two, which are sought in it."""
    with open(FILE, encoding="utf-8") as file:
        return "\n" + file.read()


@functools.cache
def known(kind: str, of: str) -> dict[str, tuple[Having, ...]]:
    """Return, of all that `of` has of this kind, the releases that have it."""
    found: dict[str, tuple[Having, ...]] = {}
    for package, releases, names in _about(kind, of):
        for one in names.split():
            name, _, moved = one.partition("@")
            found[name] = (*found.get(name, ()), Having(package + releases, moved))
    return found


def _about(kind: str, of: str) -> Iterator[tuple[str, str, str]]:
    """Yield package, releases and names of each line about `of`."""
    for package, rest in _beginning(f"\t{kind}\t{of}\t"):
        releases, _, names = rest.partition("\t")
        yield package, releases, names


def _beginning(key: str) -> Iterator[tuple[str, str]]:
    """Yield the package of each line in which `key` follows it, and the rest of that line."""
    text = _lines()
    position = text.find(key)
    while position >= 0:
        end = text.index("\n", position)
        yield text[text.rindex("\n", 0, position) + 1 : position], text[position + len(key) : end]
        position = text.find(key, end)


def having(kind: str, path: str, who: str = "") -> Having | None:
    """Return which releases have what `path` names, None where that is not known, or of several packages.

    :param who: the package whose file was the last one of the traceback; it decides where several have such a name.
    """
    of, _, name = ("", "", path) if kind == "model" else path.rpartition(".")
    found = known(kind, of).get(name) or _by_its_beginning(kind, of, name)
    own = [one for one in found if who and one.package.replace("-", "_").startswith(who.replace("-", "_").partition(".")[0])]
    fitting = own or found
    return fitting[0] if len(fitting) == 1 else None


def packages(of_class: str) -> tuple[str, ...]:
    """Return the packages that have a class of that name, as far as something of it came or went."""
    keys = (f"\tattribute\t{of_class}\t", f"\targument\t{of_class}.")
    return tuple(sorted({package for key in keys for package, _ in _beginning(key)}))


def owner(function: str) -> str:
    """Return the package that has the method `function` of a class, "" where that is not known, or are several.

    Only of packages of which the table has all that came or went: of others, what it lacks may be an argument for all that.
    """
    found = {package for package, _, _ in _about("argument", function)} if "." in function else set()
    return found.pop() if len(found) == 1 and found <= WHOLE else ""


def _by_its_beginning(kind: str, of: str, name: str) -> tuple[Having, ...]:
    """Return the releases that have what begins, or ends, like `name`: ``Whisper*`` stands for all classes of that model."""
    if kind != "name" or of != "transformers":
        return ()
    stars = (
        (f"*{name[i:]}" for i in range(1, len(name))) if name.isupper() else (f"{name[:i]}*" for i in range(len(name), 1, -1))
    )
    every = known(kind, of)
    return next((every[star] for star in stars if star in every), ())


def words(requirement: str) -> str:
    """Return `requirement` in words, as they follow ``only``: ``before 4.46``, ``since 1.1``, ``from 4.42 on and before 5``."""
    bounds = {one.operator: one.version for one in Requirement(requirement).specifier}
    least, most, last = bounds.get(">="), bounds.get("<"), bounds.get("<=")
    end = f"before {most}" if most else f"up to {last}" if last else ""
    if least and end:
        return f"from {least} on and {end}"
    return f"since {least}" if least else end
