"""Makes ``knowledge/translations.tsv`` anew, from the catalogs of glibc and bash.

Debian's packages have them: ``apt-get download libc-l10n bash``, then ``dpkg -x FILE FOLDER`` for both, and::

    uv run python tests/translations.py FOLDER > hook/cudnn_heal/knowledge/translations.tsv
"""

from __future__ import annotations

import gettext
import sys
from pathlib import Path

LANGUAGES = ("cs", "de", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "pt_BR", "ru", "sv", "tr", "uk", "zh_CN", "zh_TW")
SENTENCES = (
    "Address already in use",
    "Cannot allocate memory",
    "Connection refused",
    "Connection reset by peer",
    "Connection timed out",
    "Device or resource busy",
    "Disk quota exceeded",
    "Exec format error",
    "Input/output error",
    "Name or service not known",
    "Network is unreachable",
    "No route to host",
    "No space left on device",
    "No such file or directory",
    "Operation not permitted",
    "Permission denied",
    "Read-only file system",
    "Resource temporarily unavailable",
    "Stale file handle",
    "Temporary failure in name resolution",
    "Text file busy",
    "Too many open files",
    "Transport endpoint is not connected",
    "cannot enable executable stack as shared object requires",
    "cannot open shared object file",
    "error while loading shared libraries",
    "failed to map segment from shared object",
    "file too short",
    "invalid ELF header",
    "wrong ELF class: ELFCLASS32",
    "wrong ELF class: ELFCLASS64",
)
SHELL = ("%s: command not found", "%s: cannot execute binary file", "%s: %s: bad interpreter")
SIGNALS = ("Aborted", "Bus error", "Floating point exception", "Illegal instruction", "Killed", "Segmentation fault")


def catalog(folder: Path, language: str, domain: str) -> dict[str, str]:
    """Return what the catalog of `domain` has in `language`, by the English.

    :raises OSError: when there is none.
    """
    return gettext.translation(domain, folder / "usr/share/locale", [language])._catalog  # type: ignore[attr-defined,no-any-return]


def rows(folder: Path) -> set[tuple[str, str]]:
    """Return the pairs of a translation and the English."""
    found = set()
    for language in LANGUAGES:
        system, shell = catalog(folder, language, "libc"), catalog(folder, language, "bash")
        found |= {(system.get(one, ""), one) for one in SENTENCES}
        found |= {(shell.get(one, "").rpartition("%s")[2].rstrip("."), one.rpartition("%s")[2]) for one in SHELL}
        found |= {(system.get(one, ""), one) for one in SIGNALS}
    plain = {(said.replace("\u00a0", " "), english) for said, english in found}
    return {(said, english) for said, english in plain if said.strip() and "%" not in said and said != english}


if __name__ == "__main__":
    # The longest first: one may begin another.
    for said, english in sorted(rows(Path(sys.argv[1])), key=lambda row: (-len(row[0]), row)):
        print(said, english, sep="\t")
