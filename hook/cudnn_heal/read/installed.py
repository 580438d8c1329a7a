"""Which distributions are installed in a site-packages.  For commands only: importlib.metadata would cost a start 35 ms."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

from packaging.utils import canonicalize_name

from cudnn_heal.read import files, records

if sys.version_info >= (3, 10):
    from importlib import metadata
else:
    import importlib_metadata as metadata


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
    if not parser.has_metadata or not parser.metadata["Name"]:
        return None
    return Distribution(
        name=str(parser.metadata["Name"]),
        version=str(parser.metadata["Version"] or ""),
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
