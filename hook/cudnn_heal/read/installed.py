"""Which distributions are installed in a site-packages.  For commands only: importlib.metadata would cost a start 35 ms."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from cudnn_heal.read import files, records

if sys.version_info >= (3, 10):
    from importlib import metadata
else:
    import importlib_metadata as metadata

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Distribution(NamedTuple):
    """What an installed distribution says of itself."""

    name: str
    """As its author writes it (``pyannote.audio``)."""
    version: str
    """"" where the metadata has none."""
    requires: tuple[str, ...] = ()
    """As written: not each need be a valid requirement."""
    modules: tuple[str, ...] = ()
    """Its top-level modules, where ``top_level.txt`` names them."""
    info: str = ""
    """The absolute path of its dist-info folder."""

    def files(self) -> dict[str, records.Row]:
        """Return the rows of its RECORD, by absolute path; none where it has no RECORD."""
        rows = records.parse(files.read_text(os.path.join(self.info, "RECORD")))
        return {os.path.normpath(os.path.join(os.path.dirname(self.info), path)): row for path, row in rows.items()}


class Installed(NamedTuple):
    """What is installed in one environment, and who requires what there."""

    distributions: Mapping[str, Distribution]
    """By normalized name."""
    markers: Mapping[str, str]
    """Of the environment's interpreter, for the markers of requirements; what is missing is taken from this process."""

    @classmethod
    def of(cls, site_packages: str, python: str) -> Installed:
        """Look into `site_packages`, whose interpreter has the version `python`."""
        markers = {"python_version": ".".join(python.split(".")[:2]), "python_full_version": python}
        return cls(installed(site_packages), markers)

    def version(self, name: str) -> str:
        """Return the version of the distribution `name`, "" where it is not installed."""
        found = self.distributions.get(canonicalize_name(name))
        return found.version if found else ""

    def requires(self, name: str, extra: str = "") -> Iterator[Requirement]:
        """Yield what the installed distribution `name` requires here, with `extra` or without any."""
        found = self.distributions.get(canonicalize_name(name))
        for line in found.requires if found else ():
            try:
                requirement = Requirement(line)
            except InvalidRequirement:  # older metadata has all kinds of things
                continue
            if not requirement.marker or requirement.marker.evaluate({**self.markers, "extra": extra}):
                yield requirement

    def requirers(self, name: str) -> Iterator[tuple[str, Requirement]]:
        """Yield each installed distribution that requires the distribution `name` without being asked for an extra."""
        wanted = canonicalize_name(name)
        for owner in self.distributions:
            yield from ((owner, one) for one in self.requires(owner) if canonicalize_name(one.name) == wanted)


def installed(site_packages: str) -> dict[str, Distribution]:
    """Return what is installed in `site_packages`, by normalized name (``pyannote-audio``)."""
    found: dict[str, Distribution] = {}
    for folder in files.listdir(site_packages):
        if folder.endswith((".dist-info", ".egg-info")):
            distribution = _read(os.path.join(site_packages, folder))
            if distribution:
                found.setdefault(canonicalize_name(distribution.name), distribution)
    return found


def _read(info: str) -> Distribution | None:
    """Return what the dist-info folder `info` tells; None where an interrupted installation left it without a name."""
    parser = _Parser(info)
    if not parser.has_metadata or "Name" not in parser.metadata:
        return None
    return Distribution(
        name=str(parser.metadata["Name"]),
        version=str(parser.metadata["Version"]) if "Version" in parser.metadata else "",
        requires=tuple(parser.requires or ()),
        modules=tuple((parser.read_text("top_level.txt") or "").split()),
        info=info,
    )


class _Parser(metadata.Distribution):
    """The standard library's parser of metadata, for files that need not be UTF-8."""

    def __init__(self, info: str) -> None:
        self._info = info

    def read_text(self, filename: str) -> str | None:
        # The name "" stands for the dist-info itself: distutils wrote a file, not a folder.
        return files.read_text(os.path.join(self._info, filename) if filename else self._info) or None

    def locate_file(self, path: str | os.PathLike[str]) -> Path:
        return Path(self._info).parent / path

    @property
    def has_metadata(self) -> bool:
        return any(map(self.read_text, ("METADATA", "PKG-INFO", "")))
