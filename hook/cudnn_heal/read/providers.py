"""Who provides NVIDIA's libraries in a site-packages: folders of wheels, and whether they are as installed.  Reads only."""

from __future__ import annotations

import os
import stat

from cudnn_heal.failures import failed
from cudnn_heal.model import File, Provider
from cudnn_heal.names import belongs, file_name, library_parts
from cudnn_heal.read import elf, files, records
from cudnn_heal.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cudnn_heal.catalog import Family
    from cudnn_heal.memory.stamp import Fingerprint
    from cudnn_heal.read.files import Reader
    from cudnn_heal.read.records import Record, Row


SHIM_BYTES = 2 * 2**20
"""The largest file that is read as a shim: cuDNN's have 125 to 181 KB."""


class _Claim(NamedTuple):
    """What a RECORD says of a folder, held against what is there."""

    wheel: str
    version: str
    rows: dict[str, Row]
    """By file name."""
    damaged: set[str]
    missing: set[str]


_NO_CLAIM = _Claim("", "", {}, set(), set())


def providers_of(
    site_packages: str,
    family: Family,
    major: int,
    infos: list[tuple[str, str]],
    *,
    fingerprint: Fingerprint | None = None,
    hash_shim: bool = False,
    reader: Reader | None = None,
) -> list[Provider]:
    """Return the folders that have libraries of `family`, up to the first one that has the needed major version.

    :param infos: the dist-info folders in `site_packages`, as `records.dist_infos` tells them.
    :param fingerprint: gets the paths on which the answer rests.
    :param hash_shim: hold the shim's content against RECORD, not its size alone: a link leads there from the stub's place,
        through which an installer may have written.
    :param reader: keeps what could not be read.
    """
    reader = reader or files.Reader()
    found = []
    for folder in family.folders:
        if fingerprint:
            fingerprint.add(folder, reader.stat)
        provider = _provider(site_packages, family, major, folder, infos, fingerprint, hash_shim, reader)
        if provider:
            found.append(provider)
            if major in provider.majors(family.opened[0]):
                break
    return found


def _provider(
    site_packages: str,
    family: Family,
    major: int,
    folder: str,
    infos: list[tuple[str, str]],
    fingerprint: Fingerprint | None,
    hash_shim: bool,
    reader: Reader,
) -> Provider | None:
    path = os.path.join(site_packages, folder)
    there = _libraries(path, family, reader)
    shims = _shims(path, family, there, reader)
    hashes = {name: files.hash_bytes(data) for name, data in shims.items() if hash_shim}
    wheels = records.records_of(site_packages, family.owners(folder), infos, reader=reader)
    if fingerprint and hashes:
        newest = max(wheels, key=lambda record: _mtime(site_packages, record.path), default=records.NONE)
        fingerprint.add(newest.path)  # installers write RECORD last
    claims = [claim for claim in (_claim(record, family, folder, there, hashes) for record in wheels) if claim.rows]
    if not claims and not there:
        return None
    claims.sort(key=lambda claim: (len(claim.damaged) + len(claim.missing), claim.wheel, claim.version))
    true = claims[0] if claims else _NO_CLAIM
    left_over = there.keys() - true.rows.keys() if len(claims) > 1 else set()
    if fingerprint and (true.damaged or true.missing):
        fingerprint.add("")  # where the RECORD of an installer at work would appear
    broken = {name for name in there if not _is_intact(path, name, shims.get(name), reader)}
    opened = _opened(path, family, shims) | _known_to_lack(family, true)
    lacking = {file_name(family, stem, major) for stem in opened if stem not in map(_stem, there)}
    real = files.real(path)
    return Provider(
        family=family.name,
        folder=folder,
        site_packages=site_packages,
        real=real,
        wheel=true.wheel,
        version=true.version,
        files={
            name: File(
                state.st_size,
                (state.st_dev, state.st_ino),
                true.rows.get(name, records.NO_ROW).sha256,
                files.real(os.path.join(real, name)),
            )
            for name, state in there.items()
        },
        shim_sha256=hashes,
        damaged=tuple(sorted(true.damaged | left_over | broken)),
        missing=tuple(sorted(true.missing | lacking)),
        overwritten=tuple(f"{claim.wheel} {claim.version}" for claim in claims[1:]),
    )


def _claim(record: Record, family: Family, folder: str, there: dict[str, os.stat_result], hashes: dict[str, str]) -> _Claim:
    rows = {os.path.basename(path): row for path, row in record.rows.items() if os.path.dirname(path) == folder}
    rows = {name: row for name, row in rows.items() if _is_library(family, name)}
    here = rows.keys() & there.keys()
    damaged = {name for name in here if rows[name].size not in (-1, there[name].st_size)}
    damaged |= {name for name in here & hashes.keys() if rows[name].sha256 not in ("", hashes[name])}
    return _Claim(record.distribution, record.version, rows, damaged, rows.keys() - there.keys())


def _libraries(folder: str, family: Family, reader: Reader) -> dict[str, os.stat_result]:
    """Return the regular files of `family` in `folder`; of a library with several names the one with the shortest."""
    found: dict[str, os.stat_result] = {}
    libraries = set()
    for name in sorted(reader.listdir(folder), key=len):
        library = library_parts(name)
        if library and library not in libraries and belongs(family, library[0]):
            state = reader.stat(os.path.join(folder, name))
            if state and stat.S_ISREG(state.st_mode):
                found[name] = state
                libraries.add(library)
    return found


def _shims(folder: str, family: Family, there: Mapping[str, os.stat_result], reader: Reader) -> dict[str, bytes]:
    """Return the bytes of the shims `there`: each is read once, so that all that is said of it is said of the same.

    What opens the others and is no small file is no shim (NVRTC's): it is looked at like any library.
    """
    shims = [name for name in there if family.shim and _stem(name) == family.shim and there[name].st_size <= SHIM_BYTES]
    return {name: reader.read(os.path.join(folder, name), SHIM_BYTES) for name in shims}


def _is_intact(folder: str, name: str, data: bytes | None, reader: Reader) -> bool:
    """Tell whether the file is the library that its name says, whole: without RECORD, or of the right size, it may not be.

    An installer may have been ended midway, or have written another library's bytes through a link.

    :param data: its bytes, where they were read.
    """
    path = os.path.join(folder, name)
    if name.endswith(".dll"):
        from cudnn_heal.read import pe  # which Linux never needs

        return pe.is_whole(path)
    dynamic = elf.dynamic(path, reader) if data is None else elf.dynamic_of(data)
    if dynamic is None or dynamic.soname not in ("", name):
        return False
    return elf.is_whole(path, reader) if data is None else elf.is_whole_of(data)


def _opened(folder: str, family: Family, shims: dict[str, bytes]) -> set[str]:
    """Return the sub-libraries that `shims` open: they stand in their bytes (measured: 8.9 to 9.28)."""
    if family.form == family.dll:
        from cudnn_heal.read import pe

        opened = (_stem(name) for shim in shims for name in pe.named(os.path.join(folder, shim)))
        return {stem for stem in opened if stem.startswith(family.prefix)}
    return {stem for data in shims.values() for stem in sub_libraries(family, data)}


def _known_to_lack(family: Family, claim: _Claim) -> set[str]:
    """Return what a release opens that its wheel has never had: to read it off would take a scan of its largest files."""
    wheel = next((one for one in family.wheels if one.name == claim.wheel), None)
    return {stem for version, stem, _ in (wheel.incomplete if wheel else ()) if version == claim.version}


def sub_libraries(family: Family, data: bytes) -> set[str]:
    """Return the stems of the sub-libraries of `family` that a shim with the bytes `data` opens."""
    before = b"\0" + family.prefix.encode()
    found = set()
    start = data.find(before)
    while start >= 0:
        name = data[start + 1 : data.find(b"\0", start + 1)]
        stem, dot, version = name.partition(b".so")
        if dot and not version.strip(b".0123456789") and stem[len(before) - 1 :].replace(b"_", b"").isalnum():
            found.add(stem.decode())
        start = data.find(before, start + 1)
    return found


def _stem(name: str) -> str:
    parts = library_parts(name)
    return parts[0] if parts else ""


def _is_library(family: Family, name: str) -> bool:
    parts = library_parts(name)
    return parts is not None and belongs(family, parts[0])


def _mtime(site_packages: str, path: str) -> int:
    """Return the time of `path`, or of the folder in which it would appear."""
    for place in (path, os.path.dirname(path)):
        try:
            return os.stat(os.path.join(site_packages, place)).st_mtime_ns
        except failed(OSError):
            continue
    return 0
