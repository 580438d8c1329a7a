"""Constructed observations: what the planner is given, made by hand, without a file system.

The defaults are an environment that needs healing: ctranslate2 4.6.1 with its stub, cuDNN 9.10.2 and cuBLAS 12 in wheels.
"""

from __future__ import annotations

import zlib
from typing import Any

from cudnn_heal.catalog import CONSUMERS, FAMILIES
from cudnn_heal.decide.plan import Mode, Plan, plan
from cudnn_heal.memory.stamp import Fingerprint
from cudnn_heal.model import (
    NO_MANIFEST,
    BackUp,
    Entry,
    File,
    LinkFolder,
    MakeCopy,
    MakeLink,
    Mark,
    Observation,
    Pause,
    Process,
    Provider,
    PutBack,
    Remove,
    Shelf,
    Stub,
    Target,
    Unpause,
)
from cudnn_heal.reconcile import Outcome, State

SITE = "/venv/lib/python3.12/site-packages"
NO_FOLDER = LinkFolder("", "", "missing", False, False, 0.0)
OTHER_SITE = "/base/lib/python3.12/site-packages"
STUB = "libcudnn-74a4c495.so.9.1.0"
BACKUP = STUB + ".ORIGINAL"
STUB_SHA256 = "the stub of 4.6.1"
BINARY = "libctranslate2-1b0cf510.so.4.6.1"
SHIM = "../nvidia/cudnn/lib/libcudnn.so.9"
TARGET = Target(SITE, "/venv/bin/python", True, "3.12.0", True)
NEEDS = {"cudnn": 9, "cublas": 12}
LIBRARIES = {
    "cudart": ("libcudart.so.12",),
    "nvrtc": ("libnvrtc.so.12", "libnvrtc-builtins.so.12"),
    "cublas": ("libcublas.so.12", "libcublasLt.so.12"),
    "cufft": ("libcufft.so.11",),
    "curand": ("libcurand.so.10",),
    "cudnn": ("libcudnn.so.9", "libcudnn_graph.so.9", "libcudnn_ops.so.9", "libcudnn_engines_precompiled.so.9"),
    "nccl": ("libnccl.so.2",),
    "tensorrt": ("libnvinfer.so.10", "libnvonnxparser.so.10"),
}
"""What a provider of each family has, where a test does not say."""
VERSIONS = {"cudnn": "9.10.2.21", "cublas": "12.9.1.4"}


def identity(path: str) -> tuple[int, int]:
    """Return a device and an inode that differ from those of every other path."""
    return 1, zlib.crc32(path.encode())


def mark(path: str) -> Mark:
    """Return what tells a file at `path` from others."""
    return *identity(path), 1, 1


def provider(family: str = "cudnn", *names: str, **changes: Any) -> Provider:
    """Return a provider of `family` with the files `names`; `changes` are fields of `Provider`."""
    row = FAMILIES[family]
    version = changes.get("version", VERSIONS.get(family, "1.2.3"))
    site = changes.get("site_packages", SITE)
    folder = changes.get("folder", row.folders[0])
    there = {name: provided(family, name, version, site, folder) for name in names or LIBRARIES[family]}
    shims = {name: file.sha256 for name, file in there.items() if row.shim and name.startswith(row.shim + ".so.")}
    made = Provider(
        family=family,
        folder=folder,
        site_packages=site,
        real=f"{site}/{folder}",
        wheel=row.wheels[0].name,
        version=version,
        files=there,
        shim_sha256=shims,
        damaged=(),
        missing=(),
        overwritten=(),
    )
    return made._replace(**changes)


def provided(family: str, name: str, version: str, site: str, folder: str) -> File:
    """Return one file of a provider."""
    path = f"{site}/{folder}/{name}"
    return File(1000 + zlib.crc32(name.encode()) % 1000, identity(path), f"{name} of {family} {version}", path)


def stub_entry(**changes: Any) -> Entry:
    """Return the stub as the installer laid it down."""
    return Entry("file", "", 126449, mark("stub"), identity("stub"), STUB_SHA256, STUB)._replace(**changes)


def backup_entry(**changes: Any) -> Entry:
    """Return the stub's backup: the same inode."""
    return stub_entry(**changes)


def mine(name: str = "mine", **changes: Any) -> Entry:
    """Return a file that is the user's."""
    return Entry("file", "", 7, mark("mine/" + name), identity("mine/" + name), "the user's bytes", "")._replace(**changes)


def link(text: str, *providers: Provider, **changes: Any) -> Entry:
    """Return a link with `text`, that leads to a file of one of `providers`, else nowhere."""
    for one in providers:
        file = one.files.get(text.rpartition("/")[2])
        if file and text in (f"../{one.folder}/{text.rpartition('/')[2]}", file.real):
            entry = Entry("link", text, file.size, mark("link/" + text), file.identity, "", "")
            return entry._replace(**changes)
    return Entry("link", text, -1, mark("link/" + text), None, "", "")._replace(**changes)


def binary_entry() -> Entry:
    """Return the package's binary."""
    return Entry("file", "", 60_000_000, mark("binary"), identity("binary"), "", "")


def observation(consumer: str = "ctranslate2", **changes: Any) -> Observation:
    """Return an observation of `consumer`; `changes` are its fields, and `providers` may be a sequence of providers."""
    row = CONSUMERS[consumer]
    linked = row.way == "links"
    providers = changes.pop("providers", (provider("cudnn"), provider("cublas")))
    if not isinstance(providers, dict):
        providers = {name: tuple(one for one in providers if one.family == name) for name in row.families}
    made = Observation(
        target=TARGET,
        consumer=row,
        folder=folder() if linked else NO_FOLDER,
        binaries=(f"ctranslate2.libs/{BINARY}",) if linked else row.binaries,
        distribution=row.distributions[0],
        version="4.6.1" if linked else "1.23.2",
        installer="uv",
        record=f"{row.distributions[0].replace('-', '_')}-4.6.1.dist-info/RECORD",
        stub=Stub(STUB, STUB_SHA256) if linked else None,
        needs=NEEDS,
        entries={STUB: stub_entry(), BINARY: binary_entry()} if linked else {},
        claimed=frozenset({STUB, BINARY}) if linked else frozenset(),
        stub_texts={},
        providers=providers,
        manifest=NO_MANIFEST,
        has_manifest=False,
        stamp=b"",
        paused=None,
        state_names=frozenset(),
    )
    return made._replace(**changes)


def unhealed(**changes: Any) -> Observation:
    """Return a ctranslate2 as it was installed, with cuDNN and cuBLAS beside it."""
    return observation(**changes)


def healed(seen: Observation | None = None) -> Observation:
    """Return what is observed of `seen` after a heal."""
    seen = seen or unhealed()
    return carried_out(seen, plan(seen))


def pause(*paths: str) -> Pause:
    """Return a pause that names `paths`."""
    return Pause("\n".join(["head", *(f"1 1 {path}" for path in paths), "head"]).encode(), paths)


def folder(**changes: Any) -> LinkFolder:
    """Return the package's folder: the official one, writable, and still for a while."""
    path = f"{SITE}/ctranslate2.libs"
    return LinkFolder(path, path, "folder", True, True, 100.0)._replace(**changes)


def with_names(seen: Observation, entries: dict[str, Entry | None]) -> Observation:
    """Return `seen` with other entries; None takes one away."""
    changed: dict[str, Entry | None] = {**seen.entries, **entries}
    return seen._replace(entries={name: entry for name, entry in changed.items() if entry})


def carried_out(seen: Observation, planned: Plan) -> Observation:
    """Return what is observed once the actions of `planned` were carried out."""
    entries = dict(seen.entries)
    providers = [one for several in seen.providers.values() for one in several if one.site_packages == SITE]
    paused = seen.paused
    for action in planned.actions:
        if isinstance(action, BackUp):
            entries[action.backup] = entries[action.name]._replace(kind="file", text="")
        elif isinstance(action, MakeLink):
            entries[action.name] = link(action.target, *providers)
        elif isinstance(action, MakeCopy):
            entries[action.name] = copied(action)
        elif isinstance(action, PutBack):
            kept = entries.pop(action.backup)
            entries[action.name] = kept._replace(kind="link", text=action.text) if action.text else kept
        elif isinstance(action, Remove):
            del entries[action.name]
        elif isinstance(action, Unpause):
            paused = None
    known = planned.manifest
    return seen._replace(entries=entries, manifest=known, has_manifest=bool(known.links), paused=paused)


def copied(action: MakeCopy) -> Entry:
    """Return the entry of the shim that was copied into the stub's place."""
    path = "copy/" + action.sha256
    return Entry("file", "", 1000, mark(path), identity(path), action.sha256, action.source.rpartition("/")[2])


def process(**changes: Any) -> Process:
    """Return a process with the hook at work, a GPU, and nothing of NVIDIA's in it."""
    made = Process(
        gpu=True,
        library_path=(),
        mapped=(),
        search=(),
        hook=True,
        off=False,
        without=frozenset(),
        inodes=frozenset(),
        system=(),
    )
    return made._replace(**changes)


def shelf(path: str = "/opt/stale", *names: str) -> Shelf:
    """Return a folder on ``LD_LIBRARY_PATH``."""
    return Shelf(path, path, frozenset(names or ("libcudnn_graph.so.9", "libcudnn.so.9")))


def outcome(*seen: Observation, here: Process | None = None, mode: Mode = "keep", **changes: Any) -> Outcome:
    """Return what a call found: `seen`, and of every other consumer that it is not installed."""
    given = {one.consumer.name: one for one in seen}
    there = here or process()
    states = []
    for name in CONSUMERS:
        one = given.get(name) or observation(
            name, binaries=(), distribution="", version="", needs={}, stub=None, entries={}, record="", folder=NO_FOLDER
        )
        states.append(State(one, Fingerprint(SITE), plan(one, there, mode)))
    target = next((one.target for one in seen), TARGET)
    return Outcome(target, there, tuple(states), (), "", "", None)._replace(**changes)


CUDNN, CUBLAS = provider("cudnn"), provider("cublas")
