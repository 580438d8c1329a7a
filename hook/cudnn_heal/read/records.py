"""What installers wrote down: the dist-info folders of a site-packages and their RECORD files.

Evidence, never authority: a RECORD can be missing, cut short, without hashes, or there twice (the specification "Recording
installed projects"; measured with PDM, PyPA's installer and uv).
"""

from __future__ import annotations

import os

from cudnn_heal.failures import failed
from cudnn_heal.names import fits, normalized
from cudnn_heal.read import files
from cudnn_heal.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cudnn_heal.read.files import Reader


class Row(NamedTuple):
    """One line of a RECORD."""

    sha256: str
    """As RECORD writes it; "" where it has none."""
    size: int
    """Bytes; -1 where it has none."""


class Record(NamedTuple):
    """One dist-info folder."""

    distribution: str
    """The normalized name (PEP 503)."""
    version: str
    path: str
    """Of its RECORD, relative to site-packages, whether that exists or not."""
    rows: dict[str, Row]
    """By path, relative to site-packages."""


_PLAIN_CHARACTERS = 2**17
"""The largest RECORD that is split at its commas: a longer field is none to csv."""
NO_ROW = Row("", -1)
NONE = Record("", "", "", {})


def dist_infos(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return the dist-info folders among `names`, each after its distribution's normalized name.

    All are normalized at once, with what no file's name has between them: of 300, one by one, that is a tenth of a first start.
    """
    folders = [name for name in names if name.endswith(".dist-info")]
    written = [folder[: -len(".dist-info")].partition("-")[0] for folder in folders]
    return list(zip(normalized("\0".join(written)).split("\0"), folders))


def records_of(
    site_packages: str,
    names: Sequence[str],
    infos: Sequence[tuple[str, str]],
    *,
    rows: bool = True,
    reader: Reader | None = None,
) -> list[Record]:
    """Return the records of the distributions `names` in `site_packages`; ``*`` in a name stands for anything.

    :param infos: what `dist_infos` makes of the names in `site_packages`.
    :param reader: keeps what could not be read.
    :param rows: read them; else only name and version are told, which the folder's name holds.
    """
    reader = reader or files.Reader()
    found = []
    wanted = {normal for normal, _ in infos if normal in names}
    for pattern in (one for one in names if "*" in one):
        word = max(pattern.split("*"), key=len)  # what is cheap comes first
        wanted |= {normal for normal, _ in infos if word in normal and fits(normal, pattern)}
    for normal, folder in infos:
        if normal in wanted:
            path = folder + "/RECORD"
            text = reader.read_text(os.path.join(site_packages, path)) if rows else ""
            found.append(Record(normal, folder[: -len(".dist-info")].partition("-")[2], path, parse(text)))
    return found


def parse(text: str) -> dict[str, Row]:
    """Return the rows of a RECORD's `text` up to the first that can't be read."""
    rows = {}
    for line in _lines(text):
        if len(line) == 3:
            path, value, size = line
            sha256 = value[len("sha256=") :] if value.startswith("sha256=") else ""
            rows[path] = Row(sha256, int(size) if size.isdecimal() and len(size) < 19 else -1)
    return rows


def _lines(text: str) -> Iterator[list[str]]:
    """Yield the fields of each line of `text` up to the first that can't be read."""
    if '"' not in text and len(text) < _PLAIN_CHARACTERS:
        yield from (line.split(",") for line in text.splitlines())
        return
    import _csv  # a path with a comma in it; csv itself imports re

    try:
        yield from _csv.reader(text.splitlines())
    except failed(_csv.Error, ValueError):
        pass
