"""What is there: from the file system to a frozen observation.  Reads only, and only inside site-packages.

What cannot be read counts as absent: the reason shows in what is missing, never as an exception.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import stat
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from cudnn_heal import elf, stamp
from cudnn_heal.catalog import PACKAGES, PARTS, Package, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OWN_FOLDER = ".cudnn-heal"
BACKUP_SUFFIX = ".ORIGINAL"
SAMPLE_BYTES = 65536
"""How much of each end of a large file is compared, beside its size, to know a copy."""

_LIBRARY = re.compile(r"(?P<stem>lib\w+)\.so\.(?P<major>\d+)")


class Entry(NamedTuple):
    """One name in the package's folder."""

    kind: str
    """``link``, ``file``, ``folder`` or ``other``."""
    text: str
    """A link's text."""
    size: int
    """Bytes, following links; -1 where a link dangles."""
    identity: tuple[int, int]
    """Device and inode of the name itself."""
    sha256: str
    """Of the content, following links, as RECORD writes it; only for stubs and their backups, else ""."""
    copy_of: str
    """The provider's file of which this file is a copy (a link that a copying tool followed), or ""."""


class Provider(NamedTuple):
    """A folder of NVIDIA's libraries, and the wheel that it came from."""

    folder: str
    """Relative to its site-packages."""
    site_packages: str
    wheel: str
    """The distribution's name; "" where no RECORD claims the folder."""
    version: str
    files: dict[str, int]
    """``lib*.so.<major>`` and their sizes in bytes."""
    shim_sha256: dict[str, str]
    """Of the files that have sub-libraries beside them, as RECORD writes it."""
    damaged: tuple[str, ...]
    """Files that are not what the wheel installed."""
    missing: tuple[str, ...]
    """Files that the wheel installed and that are gone."""
    overwritten: tuple[str, ...]
    """Other installed wheels, with their versions, that claim the same files."""

    @property
    def only_shim_damaged(self) -> bool:
        """Whether the sub-libraries are as installed: they serve, with the stub in the shim's stead."""
        return set(self.damaged) <= set(self.shim_sha256)

    def majors(self, library: str) -> list[int]:
        """Return the major versions of `library` that it has."""
        found = (_LIBRARY.fullmatch(name) for name in self.files)
        return sorted(int(match["major"]) for match in found if match and match["stem"] == library)


class Stub(NamedTuple):
    """The copy of a shim that the package's wheel carries."""

    name: str
    major: int
    sha256: str
    """As RECORD has it; "" where it has none."""
    size: int
    """In bytes, as RECORD has it; -1 where it has none."""


class Observation(NamedTuple):
    """What is installed, as far as it concerns one package in one site-packages."""

    package: Package
    site_packages: str
    python: str
    """The interpreter of the environment, for commands to type."""
    own: bool
    """Whether it is the environment of this interpreter."""
    linux: bool
    folder: str
    """``<package>.libs``: ``folder``, ``link`` or ``missing``."""
    writable: bool
    """Whether this process may write in it."""
    installed: bool
    """Whether the package's binary is there."""
    version: str
    installer: str
    """The content of the package's ``INSTALLER``, such as ``uv`` or ``pip``."""
    record: str
    """The RECORD that was believed, relative to site-packages; "" without one."""
    stub: dict[str, Stub]
    """By part."""
    needs: dict[str, int]
    """For each part, the major version that the package opens; absent where it opens none."""
    entries: dict[str, Entry]
    """What is in the folder, ours aside."""
    installed_names: frozenset[str]
    """The names in the folder that a RECORD of the package claims."""
    providers: dict[str, tuple[Provider, ...]]
    """For each needed part, in the order of the catalog's folders."""
    manifest: bytes
    stamp: bytes
    paused: bytes
    quiet_seconds: float
    """Since the folder last changed."""
    fingerprint: stamp.Fingerprint

    @property
    def libs(self) -> str:
        """The package's folder."""
        return os.path.join(self.site_packages, self.package.name + ".libs")


def observe(site_packages: str, name: str, search: tuple[str, ...] = ()) -> Observation:
    """Observe the package `name` in `site_packages`.

    :param search: further folders of ``sys.path`` in which providers may lie, for loading in-process; links never lead there.
    """
    package = PACKAGES[name]
    fingerprint = stamp.Fingerprint(site_packages)
    libs = os.path.join(site_packages, name + ".libs")
    try:
        state = os.lstat(libs)
    except OSError:
        state = None
    folder = "missing" if state is None else "folder" if stat.S_ISDIR(state.st_mode) else "link"
    fingerprint.add(name + ".libs")
    names = _listdir(libs)
    records = _records(site_packages, [name], fingerprint)
    record = _true_record(site_packages, name, records)
    version, rows = records.get(record, ("", {}))
    binary = _binary(libs, package, names, rows)
    stubs = _stubs(package, names, rows)
    needs: dict[str, int] = {}
    if binary:
        needs.update((part, stub.major) for part, stub in stubs.items())
        needs.update(_opened(os.path.join(libs, binary), package))
    providers = {
        part: tuple(
            provider
            for place in (site_packages, *search)
            for provider in _providers(place, PARTS[part], major, fingerprint if place == site_packages else None)
        )
        for part, major in needs.items()
    }
    return Observation(
        package=package,
        site_packages=site_packages,
        python=_interpreter(site_packages),
        own=_interpreter(site_packages) == os.path.join(sys.prefix, "bin", "python"),
        linux=sys.platform == "linux",
        folder=folder,
        writable=folder == "folder" and os.access(libs, os.W_OK | os.X_OK),
        installed=bool(binary),
        version=version,
        installer=read_text(os.path.join(site_packages, os.path.dirname(record), "INSTALLER")).strip() if record else "",
        record=record,
        stub=stubs,
        needs=needs,
        entries=_entries(libs, names, package, stubs, providers),
        installed_names=frozenset(
            os.path.basename(path)
            for _, claimed in records.values()
            for path in claimed
            if os.path.dirname(path) == name + ".libs"
        ),
        providers=providers,
        manifest=_own(libs, "manifest.json"),
        stamp=_own(libs, "stamp"),
        paused=_own(libs, "paused"),
        quiet_seconds=_seconds_since(state),
        fingerprint=fingerprint,
    )


def installed_version(site_packages: str, distribution: str) -> str:
    """Return the version of `distribution` in `site_packages`, "" where it is not installed there."""
    return next((version for version, _ in _records(site_packages, [distribution]).values()), "")


def belongs(part: Part, stem: str) -> bool:
    """Tell whether the library `stem` (``libcudnn_ops`` for ``libcudnn_ops.so.9``) is one of `part`."""
    return stem in part.libraries or (part.sub_libraries != "" and stem.startswith(part.sub_libraries))


def stub_pattern(part: Part) -> re.Pattern[str]:
    """Return the pattern of the names that auditwheel gives to copies of the shim of `part`."""
    return re.compile(rf"{part.libraries[0]}-[0-9a-f]{{8}}\.so\.(?P<major>\d+)(\.\d+)*")


def read(path: str, limit: int = 16 * 2**20) -> bytes:
    """Return the content of the regular file `path`, b"" where there is none, or where it is larger than `limit` bytes."""
    try:
        # No FIFO may block here; a device is no regular file.
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return b""
    try:
        with os.fdopen(fd, "rb") as file:
            state = os.fstat(fd)
            return file.read() if stat.S_ISREG(state.st_mode) and state.st_size <= limit else b""
    except OSError:
        return b""


def read_text(path: str) -> str:
    """Return the content of the regular file `path` as text, "" where there is none."""
    return read(path).decode(errors="replace")


def digest(data: bytes) -> str:
    """Return the hash of `data` as RECORD writes it (the specification "Recording installed projects")."""
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def _interpreter(site_packages: str) -> str:
    """Return the interpreter of `site_packages`, going by the layout of venv and of installations."""
    for prefix in (site_packages.rpartition("/lib/")[0], site_packages.rpartition("/lib64/")[0]):
        python = prefix + "/bin/python"
        if prefix and os.path.exists(python):
            return python
    return sys.executable or "python"


def _own(libs: str, name: str) -> bytes:
    """Return the content of our own file `name`; b"" also where our folder is a link to somewhere else."""
    own = os.path.join(libs, OWN_FOLDER)
    return b"" if os.path.islink(own) else read(os.path.join(own, name))


def _listdir(path: str) -> list[str]:
    try:
        return sorted(os.listdir(path))
    except OSError:
        return []


def _seconds_since(state: os.stat_result | None) -> float:
    return time.time() - state.st_mtime if state else 0.0


Rows = dict[str, tuple[str, int]]  # path -> (sha256, size), "" and -1 where RECORD is silent


def _records(
    site_packages: str, distributions: Iterable[str], fingerprint: stamp.Fingerprint | None = None
) -> dict[str, tuple[str, Rows]]:
    """Return version and rows of each RECORD of `distributions`, by its path.

    A distribution can have two: installing over another version with PyPA's installer leaves the old dist-info.

    :param fingerprint: gets the newest, since installers write RECORD last; where there is none, what it would appear in.
    """
    names = "|".join(re.sub("[-_.]+", "[-_.]+", name) for name in distributions)
    wanted = re.compile(rf"(?:{names})-(?P<version>[^-]+)\.dist-info", re.IGNORECASE)
    matches = [match for match in map(wanted.fullmatch, _listdir(site_packages)) if match]
    if fingerprint:
        fingerprint.add(max((match[0] + "/RECORD" for match in matches), key=partial(_time, site_packages), default=""))
    return {
        match[0] + "/RECORD": (match["version"], _rows(read_text(os.path.join(site_packages, match[0], "RECORD"))))
        for match in matches
    }


def _time(site_packages: str, path: str) -> int:
    """Return the time of `path`, or of the folder in which it would appear."""
    for place in (path, os.path.dirname(path)):
        try:
            return os.stat(os.path.join(site_packages, place)).st_mtime_ns
        except OSError:
            continue
    return 0


def _rows(text: str) -> Rows:
    rows = {}
    for line in text.splitlines():
        path, _, rest = line.rpartition(",")[0].rpartition(",")
        size = line.rpartition(",")[2]
        if path:
            rows[path.strip('"')] = (
                rest[len("sha256=") :] if rest.startswith("sha256=") else "",
                int(size) if size.isdecimal() and len(size) < 19 else -1,
            )
    return rows


def _fits(site_packages: str, path: str, row: tuple[str, int]) -> bool:
    data = read(os.path.join(site_packages, path))
    return bool(data) and digest(data) == row[0]


def _true_record(site_packages: str, name: str, records: dict[str, tuple[str, Rows]]) -> str:
    """Return the path of the RECORD that fits the installed files: the one whose hash of ``version.py`` is right."""
    if len(records) > 1:
        version = name + "/version.py"
        fitting = [
            path for path, (_, rows) in records.items() if version in rows and _fits(site_packages, version, rows[version])
        ]
        if fitting:
            return fitting[-1]
    return max(records, default="")


def _binary(libs: str, package: Package, names: list[str], rows: Rows) -> str:
    """Return the name of the package's binary in `libs`: the one in RECORD, where several are left over."""
    found = [
        name for name in names if name.startswith(package.binary) and ".so" in name and os.path.isfile(os.path.join(libs, name))
    ]
    recorded = [name for name in found if f"{package.name}.libs/{name}" in rows]
    return (recorded or found or [""])[-1]


def _stubs(package: Package, names: list[str], rows: Rows) -> dict[str, Stub]:
    stubs = {}
    prefix = package.name + ".libs/"
    for part in package.stubs:
        pattern = stub_pattern(PARTS[part])
        recorded = [path[len(prefix) :] for path in rows if path.startswith(prefix)]
        for name in recorded if rows else names:
            match = pattern.fullmatch(name)
            if match:
                sha256, size = rows.get(prefix + name, ("", -1))
                stubs[part] = Stub(name, int(match["major"]), sha256, size)
    return stubs


def _opened(path: str, package: Package) -> dict[str, int]:
    """Return which major version of each part's library the binary opens by name: the names stand in its bytes."""
    needs = {}
    try:
        with open(path, "rb", buffering=0) as file:
            data = elf.section(file, b".rodata")
            if data is None:
                file.seek(0)
                data = file.read(2**30)
    except OSError:  # gone meanwhile
        return {}
    for part in package.opens:
        match = re.search(re.escape(PARTS[part].libraries[-1].encode()) + rb"\.so\.(\d{1,4})\0", data)
        if match:
            needs[part] = int(match[1])
    return needs


def _providers(site_packages: str, part: Part, major: int, fingerprint: stamp.Fingerprint | None) -> list[Provider]:
    """Return the folders that have libraries of `part`, up to the first one that has the needed major version."""
    found = []
    for folder in part.folders:
        provider = _provider(site_packages, part, folder, fingerprint)
        if provider:
            found.append(provider)
            if major in provider.majors(part.libraries[-1]):
                break
            if fingerprint and folder != part.folders[0]:
                fingerprint.drop(folder)  # only the words of the verdict rest on another version's folder
    return found


def _provider(site_packages: str, part: Part, folder: str, fingerprint: stamp.Fingerprint | None) -> Provider | None:
    if fingerprint:
        fingerprint.add(folder)
    files = {}
    for name in _listdir(os.path.join(site_packages, folder)):
        if _is_library(part, name):
            try:
                state = os.stat(os.path.join(site_packages, folder, name))
            except OSError:
                continue
            if stat.S_ISREG(state.st_mode):
                files[name] = state.st_size
    shims = {}
    for name in files:
        if part.sub_libraries and not name.startswith(part.sub_libraries):
            if fingerprint:
                fingerprint.add(f"{folder}/{name}")
            shims[name] = digest(read(os.path.join(site_packages, folder, name)))
    claims = []
    # What the verdict rests on is the shim's hash; the others' RECORD only tells a version.
    for version, rows, wheel in _claims(site_packages, part, fingerprint if shims else None):
        claimed = {os.path.basename(path): row for path, row in rows.items() if os.path.dirname(path) == folder}
        claimed = {name: row for name, row in claimed.items() if _is_library(part, name)}
        if claimed:
            here = claimed.keys() & files.keys()
            gone = claimed.keys() - files.keys()
            wrong = {name for name, sha256 in shims.items() if name in here and claimed[name][0] not in ("", sha256)}
            wrong |= {name for name in here if claimed[name][1] not in (-1, files[name])}
            claims.append((len(wrong) + len(gone), wheel, version, wrong, gone, files.keys() - here))
    if not claims and not files:
        return None
    claims.sort(key=lambda claim: claim[:3])
    _, wheel, version, wrong, gone, unclaimed = claims[0] if claims else (0, "", "", set(), set(), set())
    if len(claims) > 1:
        wrong |= unclaimed  # left over from the other wheel
    return Provider(
        folder=folder,
        site_packages=site_packages,
        wheel=wheel,
        version=version,
        files=files,
        shim_sha256=shims,
        damaged=tuple(sorted(wrong)),
        missing=tuple(sorted(gone)),
        overwritten=tuple(f"{claim[1]} {claim[2]}" for claim in claims[1:]),
    )


def _is_library(part: Part, name: str) -> bool:
    match = _LIBRARY.fullmatch(name)
    return match is not None and belongs(part, match["stem"])


def _claims(site_packages: str, part: Part, fingerprint: stamp.Fingerprint | None) -> Iterator[tuple[str, Rows, str]]:
    """Yield version, rows and wheel of each RECORD of the wheels of `part`."""
    for path, (version, rows) in _records(site_packages, part.wheels, fingerprint).items():
        normal = re.sub("[-_.]+", "-", path.partition("/")[0]).lower()
        wheel = max((wheel for wheel in part.wheels if normal.startswith(wheel + "-")), key=len)
        yield version, rows, wheel


def _entries(
    libs: str,
    names: list[str],
    package: Package,
    stubs: dict[str, Stub],
    providers: dict[str, tuple[Provider, ...]],
) -> dict[str, Entry]:
    patterns = [stub_pattern(PARTS[part]) for part in package.stubs]
    sizes = {stub.size for stub in stubs.values()}
    entries = {}
    for name in names:
        if name == OWN_FOLDER:
            continue
        path = os.path.join(libs, name)
        try:
            state = os.lstat(path)
            text = os.readlink(path) if stat.S_ISLNK(state.st_mode) else ""
        except OSError:
            continue
        try:
            size = os.stat(path).st_size
        except OSError:
            size = -1
        kind = {stat.S_IFLNK: "link", stat.S_IFREG: "file", stat.S_IFDIR: "folder"}.get(stat.S_IFMT(state.st_mode), "other")
        named = name[: -len(BACKUP_SUFFIX)] if name.endswith(BACKUP_SUFFIX) else name
        content = ""
        if kind in ("file", "link") and (size in sizes or any(pattern.fullmatch(named) for pattern in patterns)):
            data = read(path, 2**20)
            content = digest(data) if data else ""
        copied = ""
        if kind == "file":
            match = re.match(r"lib\w+\.so\.\d+", name)
            for provider in (one for several in providers.values() for one in several):
                file = match[0] if match else ""
                original = os.path.join(provider.site_packages, provider.folder, file)
                if provider.files.get(file) == size and _alike(path, original, size):
                    copied = f"{provider.folder}/{file}"
        entries[name] = Entry(kind, text, size, (state.st_dev, state.st_ino), content, copied)
    return entries


def _alike(path: str, other: str, size: int) -> bool:
    """Tell whether two files of the same size begin and end alike: NVIDIA's libraries are up to 600 MB."""
    try:
        with open(path, "rb") as one, open(other, "rb") as two:
            for place in (0, max(0, size - SAMPLE_BYTES)):
                one.seek(place)
                two.seek(place)
                if one.read(SAMPLE_BYTES) != two.read(SAMPLE_BYTES):
                    return False
    except OSError:
        return False
    return True
