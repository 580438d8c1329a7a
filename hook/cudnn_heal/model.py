"""The nouns: what was observed, what is remembered, what can be done, how a part is served and why.  No behaviour.

Those who read make them, those who decide turn one into the other, those who write carry them out; nobody needs another
room for a word.  `VERDICTS` has the verdicts in the order in which they outrank one another; the README describes them.
"""

from __future__ import annotations

from cudnn_heal.names import library_parts
from cudnn_heal.tuples import TYPE_CHECKING, Literal, NamedTuple, Union

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cudnn_heal.catalog import Consumer

STATE_FOLDER = ".cudnn-heal"
MANIFEST_FILE, STAMP_FILE, PAUSE_FILE = "manifest.json", "stamp", "paused"
STATE_FILES = (MANIFEST_FILE, STAMP_FILE, PAUSE_FILE)
"""What may be in our own folder."""
BACKUP_SUFFIX = ".ORIGINAL"
Mark = tuple[int, int, int, int]
"""Device, inode, bytes and modification time (ns): another one where a name was given to another file, or that was written."""
Identity = tuple[int, int]
"""Device and inode."""
EntryKind = Literal["link", "file", "folder", "other"]
FolderKind = Literal["folder", "link", "missing"]


class Target(NamedTuple):
    """The environment that a call is about."""

    site_packages: str
    """Absolute: where the packages lie, or would lie."""
    python: str
    """Absolute: its interpreter, for commands to type and children to start."""
    is_home: bool
    """Whether this cudnn-heal is installed in it."""
    version: str
    """Of its Python: ``3.12.4``."""
    hook: bool
    """Whether its interpreters run the start-up hook."""


class Shelf(NamedTuple):
    """A folder in which the loader looks."""

    folder: str
    """As it was asked for."""
    real: str
    """Links resolved."""
    names: frozenset[str]
    """Of the shared libraries in it."""


class Process(NamedTuple):
    """What a plan has to know of the process that imports."""

    gpu: bool
    """Whether a driver of NVIDIA's is at work."""
    library_path: tuple[Shelf, ...]
    """As the loader saw it when the process started: a later change to ``os.environ`` does nothing (``ld.so(8)``)."""
    mapped: tuple[str, ...]
    """The shared libraries in this process, links resolved."""
    search: tuple[str, ...]
    """The folders of ``sys.path`` in which wheels may lie, in its order."""
    hook: bool
    """Whether the start-up hook is at work in it, without which nothing is loaded."""
    off: bool
    """Whether ``CUDNN_HEAL`` turns the hook off."""
    without: frozenset[str]
    """The consumers that ``CUDNN_HEAL`` leaves out."""
    inodes: frozenset[int]
    """Of the mapped files: one that was replaced has no path any more."""
    system: tuple[str, ...]
    """The system's own copies of what consumers ask for, where they were asked for."""
    default_path: tuple[Shelf, ...] = ()
    """Where the loader looks last, as far as anything of NVIDIA's lies there."""


class File(NamedTuple):
    """One file of a provider."""

    size: int
    identity: Identity
    sha256: str
    """As its wheel's RECORD has it; "" where that has none."""
    real: str
    """Its path, links resolved, as the process's map names it."""


class Provider(NamedTuple):
    """A folder of NVIDIA's libraries, and the wheel that it came from."""

    family: str
    folder: str
    """Relative to its site-packages."""
    site_packages: str
    real: str
    """The folder's path, links resolved."""
    wheel: str
    """The distribution's name; "" where no RECORD claims the folder."""
    version: str
    files: dict[str, File]
    """By name, such as ``libcudnn_ops.so.9``."""
    shim_sha256: dict[str, str]
    """Of the files that open sub-libraries, read."""
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
        found = map(library_parts, self.files)
        return sorted({parts[1] for parts in found if parts and parts[0] == library})


class MadeLink(NamedTuple):
    """A link that was made: enough to know it again where a copying tool has turned it into a file."""

    target: str
    size: int
    """Bytes of the target when the link was made."""
    sha256: str
    """Of the target, as its wheel's RECORD had it then; "" where that had none."""


class KeptStub(NamedTuple):
    """A stub that we backed up."""

    name: str
    sha256: str
    """Of its bytes, read when it was backed up."""
    text: str
    """Where the installer laid it down as a symlink (uv's symlink mode), that link's text, else ""."""


class Heal(NamedTuple):
    """One entry of the history."""

    time: str
    """UTC, ISO 8601."""
    healer: str
    """The version of cudnn-heal."""
    cause: str
    """The change that made it necessary, such as ``ctranslate2 4.6.1 -> 4.6.2``."""


class Manifest(NamedTuple):
    """What stands in the file."""

    found: dict[str, str]
    """Distributions and their versions, as found at the last heal."""
    links: dict[str, MadeLink]
    """By the link's name in the folder."""
    history: tuple[Heal, ...]
    """The newest last."""
    error: str
    """Why the last attempt failed; "" when it did not."""
    stubs: tuple[KeptStub, ...] = ()
    """All that we backed up, the newest last: a backup with the bytes of one is ours."""
    shims: tuple[str, ...] = ()
    """The hashes of all that we copied into a stub's place, the newest last: whatever of it stands there is ours."""

    def backed_up(self, name: str, sha256: str) -> KeptStub | None:
        """Return what is known of the stub `name` with the hash `sha256`, None where it was never backed up."""
        return next((stub for stub in reversed(self.stubs) if (stub.name, stub.sha256) == (name, sha256)), None)


NO_MANIFEST = Manifest({}, {}, (), "")


class Pause(NamedTuple):
    """What a restore leaves behind."""

    data: bytes
    """As it stands in the file."""
    paths: tuple[str, ...]
    """What it rests on, relative to site-packages: the RECORD among it tells for which version it is."""


class Entry(NamedTuple):
    """One name in a package's folder."""

    kind: EntryKind
    text: str
    """A link's text."""
    size: int
    """Bytes, following links; -1 where a link dangles."""
    mark: Mark
    """Of the name itself."""
    leads_to: Identity | None
    """Of the file, following links; None where a link dangles."""
    sha256: str
    """Of the whole content as RECORD writes it, following links; "" where nothing depends on it, and it was not read."""
    soname: str
    """Of stubs and what stands in their place; else ""."""
    is_shim: bool = False
    """Whether it stands in a stub's place and is a shim of NVIDIA's: it has that SONAME, and opens sub-libraries."""


class Stub(NamedTuple):
    """The copy of a shim that the package's wheel carries."""

    name: str
    """Its file's name, and its SONAME (measured: auditwheel makes them alike)."""
    sha256: str
    """As RECORD has it; "" where it has none."""


class LinkFolder(NamedTuple):
    """The folder in which a package's libraries may be linked."""

    path: str
    """Absolute; "" where the package has none."""
    real: str
    """Links resolved."""
    kind: FolderKind
    official: bool
    """Whether the package's binary lies in it: forks have another."""
    writable: bool
    """Whether this process may write in it, and in our own folder."""
    quiet_seconds: float
    """Since it last changed."""


class Observation(NamedTuple):
    """What is installed, as far as it concerns one consumer in one environment."""

    target: Target
    consumer: Consumer
    folder: LinkFolder
    binaries: tuple[str, ...]
    """The files that open NVIDIA's libraries, relative to site-packages; none where the package is not installed."""
    distribution: str
    version: str
    installer: str
    """The content of ``INSTALLER``, such as ``uv`` or ``pip``."""
    record: str
    """The RECORD that was believed, relative to site-packages; "" without one."""
    stub: Stub | None
    needs: dict[str, int]
    """The major version that is opened, by family; absent where nothing of it is opened."""
    entries: dict[str, Entry]
    """What is in the folder, ours aside."""
    claimed: frozenset[str]
    """The names in the folder that a RECORD of the package claims."""
    stub_texts: dict[str, str]
    """The manifest's texts of symlinks that were stubs, by name, where they still lead to the bytes of the backup."""
    providers: dict[str, tuple[Provider, ...]]
    """For each needed family, in the order of ``sys.path`` and of the catalog's folders."""
    manifest: Manifest
    has_manifest: bool
    stamp: bytes
    paused: Pause | None
    """What keeps the environment paused, wherever that is kept."""
    state_names: frozenset[str]
    """What is in our own folder."""
    unknown: dict[str, tuple[str, ...]] = {}  # noqa: RUF012  (never changed)
    """What could not be read, such as ``nvidia/cudnn/lib (EIO)``: by family, "" for the package and its folder.

    It may be there or not: nothing rests on its absence, and nothing is taken back because of it.
    """
    broken: tuple[str, ...] = ()
    """The package's own files that are gone, or another distribution's, relative to site-packages; only commands ask."""
    broken_by: str = ""
    """The distribution whose files lie there instead, and its version; "" where they are gone."""

    @property
    def installed(self) -> bool:
        """Whether the package is there, with what opens NVIDIA's libraries."""
        return bool(self.binaries)

    def unread(self, family: str = "") -> tuple[str, ...]:
        """Return what could not be read of the package, and of `family`."""
        return (*self.unknown.get("", ()), *(self.unknown.get(family, ()) if family else ()))


class BackUp(NamedTuple):
    """Make `backup` hold the bytes of `name`, which have the hash `sha256`; it replaces only what is `replaces`."""

    name: str
    backup: str
    sha256: str
    replaces: Mark | None

    def __str__(self) -> str:
        return f"back up {self.name} as {self.backup}"


class PutBack(NamedTuple):
    """Put `backup` in the place of `name`, as long as each has its mark."""

    backup: str
    name: str
    mark: Mark | None
    """Of the backup; None where it is made by an action before."""
    replaces: Mark | None
    sha256: str
    """Of the backup's bytes."""
    text: str
    """Where a symlink stood there before: its text; else ""."""

    def __str__(self) -> str:
        return f"put {self.backup} back as {self.name}"


class MakeLink(NamedTuple):
    """Make `name` a symlink to `target`; it replaces only what has the mark `replaces` (None: nothing)."""

    name: str
    target: str
    replaces: Mark | None

    def __str__(self) -> str:
        return f"link {self.name} -> {self.target}"


class MakeCopy(NamedTuple):
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


Action = Union[BackUp, PutBack, MakeLink, MakeCopy, Remove, Unpause, Forget]
Verdict = Literal["not-needed", "healthy", "paused", "pending", "read-only", "no-provider", "incompatible", "damaged"]
VERDICTS: tuple[Verdict, ...] = (
    "not-needed",
    "healthy",
    "paused",
    "pending",
    "read-only",
    "no-provider",
    "incompatible",
    "damaged",
)
SATISFIED: tuple[Verdict, ...] = ("not-needed", "healthy")
"""Verdicts under which all that is opened is found."""
NOTHING_TO_DO: tuple[Verdict, ...] = (*SATISFIED, "paused")
"""Verdicts under which nothing is asked of the user."""
Served = Literal["links", "in-process", "itself", "none"]
WAYS_OF_SERVING: tuple[Served, ...] = ("itself", "links", "in-process", "none")
"""The whole takes the last one that a needed part has."""
ReasonCode = Literal[
    "no-provider",
    "incompatible",
    "missing-files",
    "damaged-files",
    "overwritten",
    "package-overwritten",
    "package-incomplete",
    "stub-missing",
    "stub-unknown",
    "files-left",
    "backup-unknown",
    "backup-missing",
    "foreign-file",
    "folder-is-link",
    "other-folder",
    "not-writable",
    "not-linked",
    "outdated",
    "no-hook",
    "not-loaded",
    "hook-off",
    "paused",
    "left-out",
    "shadowed",
    "elsewhere",
    "already-mapped",
    "same-release",
    "no-gpu",
    "unreadable",
]


class Reason(NamedTuple):
    """Why something is as it is; the report makes a sentence of it."""

    code: ReasonCode
    values: dict[str, tuple[str, ...]]
    """What the sentence names: files, folders, wheels."""


class Service(NamedTuple):
    """How one part of one consumer is served."""

    consumer: str
    part: str
    """The family's name."""
    needs: str
    """What the package opens, such as ``libcudnn.so.9``; "" where it opens nothing of it."""
    provider: str
    """The wheel and its version that serve it, "" without one."""
    verdict: Verdict
    served: Served
    reason: Reason | None
    """What the verdict rests on, where it is not plain."""
    paths: tuple[str, ...]
    """What an import loads in-process, absolute, in order."""


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of `verdicts`: the last in `VERDICTS`."""
    return max(verdicts, key=VERDICTS.index, default="not-needed")


def weakest(services: Iterable[Service]) -> Served:
    """Return how the weakest needed service is served."""
    return max((one.served for one in services if one.verdict != "not-needed"), key=WAYS_OF_SERVING.index, default="none")
