"""How each part is served in a process, and what is loaded for it.  Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cudnn_heal.decide.present import classify
from cudnn_heal.decide.wanted import Part, select
from cudnn_heal.model import BACKUP_SUFFIX, Observation, Reason, Served, Service, Verdict, worst
from cudnn_heal.names import belongs, library_parts
from cudnn_heal.tuples import NamedTuple

if TYPE_CHECKING:
    from cudnn_heal.decide.changes import Changes
    from cudnn_heal.model import Process, Provider


class _Answer(NamedTuple):
    """What is said of one part."""

    verdict: Verdict
    served: Served
    reason: Reason | None
    paths: tuple[str, ...] = ()


class _Means(NamedTuple):
    """What a process could load for one part, and what it meets there."""

    provider: Provider | None
    """The one that has what is needed, wherever it lies."""
    paths: tuple[str, ...]
    """Its files; none where nothing may be loaded."""
    rescue: tuple[str, ...]
    """The backup, where the stub's path leads nowhere."""
    other: str
    """Another copy that is in the process already."""
    shadow: Reason | None
    """Another copy to which ``LD_LIBRARY_PATH`` leads."""
    twin: Reason | None
    """A copy of the same release that the loader finds by the full names for which a shim asks first."""


def serve(observation: Observation, part: Part, changes: Changes, paused: bool, process: Process | None) -> Service:
    """Return how `part` is served.

    :param changes: what is left to do on the disk, and what stands in its way.
    :param process: the process that imports the package; None at start-up.
    """
    consumer = observation.consumer
    means = _means(observation, part, process)
    shown = means.provider or part.provider
    if paused and part.verdict != "not-needed":
        answer = _Answer("paused", "none", Reason("paused", {}))
    elif process and consumer.name in process.without:
        answer = _Answer("not-needed", "none", Reason("left-out", {}))
    elif consumer.way == "links":
        answer = _linked(observation, part, changes, process, means)
    else:
        answer = _loaded(observation, part, process, means)
    if answer.reason and answer.reason.code == "no-provider" and process:
        copies = tuple(path for path in process.system if path.endswith("/" + part.library))
        answer = answer._replace(reason=Reason("no-provider", {**answer.reason.values, "system": copies}))
    return Service(
        consumer=consumer.name,
        part=part.family.name,
        needs=part.library,
        provider=f"{shown.wheel} {shown.version}".strip() if shown else "",
        verdict=answer.verdict,
        served=answer.served,
        reason=answer.reason,
        paths=answer.paths,
    )


def _linked(observation: Observation, part: Part, changes: Changes, process: Process | None, means: _Means) -> _Answer:
    """Answer for a consumer with a folder for links: those serve, or what they can't do is loaded."""
    answer = _on_disk(observation, part, changes)
    unhooked = process and not process.hook and not process.off and observation.target.is_home
    if unhooked and answer.reason and answer.reason.code == "not-linked":
        answer = answer._replace(reason=Reason("no-hook", answer.reason.values))
    if means.other:
        return answer._replace(reason=answer.reason or Reason("already-mapped", {"file": (means.other,)}), paths=means.rescue)
    if means.shadow and answer.verdict in ("healthy", "pending", "read-only"):
        if not means.paths:
            return _Answer("pending", "none", _unloaded(process))
        return _Answer("healthy", "in-process", means.shadow, means.rescue + means.paths)
    if means.twin and answer.served == "none" and answer.verdict in ("pending", "read-only", "no-provider"):
        return _Answer("pending" if answer.verdict == "pending" else "healthy", "itself", means.twin, means.rescue)
    if answer.verdict == "no-provider" and means.provider and process and not process.hook and observation.target.is_home:
        return _Answer("pending", "none", _unloaded(process), means.rescue)
    if not means.paths or answer.served == "links" or (answer.served == "itself" and answer.verdict == "healthy"):
        return answer._replace(paths=means.rescue)
    if answer.verdict == "no-provider" and means.provider:
        reason = Reason(
            "elsewhere", {"wheel": (means.provider.wheel or "the wheel",), "folder": (means.provider.site_packages,)}
        )
        return _Answer("healthy", "in-process", reason, means.rescue + means.paths)
    verdict = answer.verdict if observation.folder.official else "healthy"
    return _Answer(verdict, "in-process", answer.reason, means.rescue + means.paths)


def _loaded(observation: Observation, part: Part, process: Process | None, means: _Means) -> _Answer:
    """Answer for a consumer without such a folder: it finds the libraries itself, or they are loaded."""
    if observation.consumer.way == "shadowed" and not (means.provider and means.shadow):
        return _Answer("healthy" if means.provider else "not-needed", "itself", None)
    if part.verdict != "healthy" and not (part.verdict == "no-provider" and means.provider):
        return _Answer(part.verdict, "none", part.reason)
    if means.other:
        return _Answer("healthy", "itself", Reason("already-mapped", {"file": (means.other,)}))
    if means.twin:
        return _Answer("healthy", "itself", means.twin)
    if process and not process.gpu and observation.consumer.way == "gpu":
        return _Answer("healthy", "in-process", Reason("no-gpu", {}))
    if process and not process.hook:
        return _Answer("pending", "none", _unloaded(process))
    return _Answer("healthy", "in-process", means.shadow, means.paths)


def _unloaded(process: Process | None) -> Reason:
    """Tell why nothing is loaded where something should be."""
    return Reason("hook-off" if process and process.off else "not-loaded", {})


def _on_disk(observation: Observation, part: Part, changes: Changes) -> _Answer:
    """Answer by what is on the disk alone."""
    name, folder = part.family.name, observation.folder
    problem = changes.problems.get(name)
    if problem:
        there = [classify(observation, link) for link in part.links]
        linked = problem.code == "backup-unknown" and bool(there) and set(there) <= {"ours", "same"}
        return _Answer("damaged", "links" if linked else "itself" if problem.code == "foreign-file" else "none", problem)
    if part.verdict in ("not-needed", "no-provider", "incompatible"):
        return _Answer(part.verdict, "none", part.reason)
    if not folder.official:
        return _Answer("read-only", "none", Reason("other-folder", {"folder": (folder.path,)}))
    if not part.links:
        return _Answer(part.verdict, "none", part.reason)
    if folder.kind == "link":
        return _Answer(worst([part.verdict, "read-only"]), "none", Reason("folder-is-link", {"folder": (folder.path,)}))
    if name in changes.touched or not changes.known:
        word: Verdict = "pending" if folder.writable else "read-only"
        return _Answer(worst([part.verdict, word]), "none", part.reason or _undone(observation, part, changes))
    ours = any(classify(observation, link) == "ours" for link in part.wanted(observation))
    return _Answer(part.verdict, "links" if ours else "itself", part.reason)


def _undone(observation: Observation, part: Part, changes: Changes) -> Reason:
    """Tell what is not as it should be yet."""
    folder, stub = observation.folder, observation.stub
    if not folder.writable:
        return Reason("not-writable", {"folder": (folder.path,)})
    links = any(action.name in part.links for action in changes.links)
    copied = stub and part.shim and classify(observation, stub.name) == "copied"
    if stub and copied and part.provider and not links and observation.entries[stub.name].sha256 != part.shim_sha256:
        return Reason("outdated", {"file": (stub.name,), "wheel": (part.provider.wheel,), "version": (part.provider.version,)})
    return Reason("not-linked", {"folder": (folder.path,)})


def _means(observation: Observation, part: Part, process: Process | None) -> _Means:
    provider = select(observation.providers.get(part.family.name, ()), part.family, part.major)
    if not process or not provider:
        return _Means(provider, (), _rescue(observation, part) if process and process.hook else (), "", None, None)
    twin = _twin(part, provider, process)
    own = [file.real for file in provider.files.values()]
    return _Means(
        provider=provider,
        paths=_paths(part, provider, process) if process.hook and not provider.damaged and not twin else (),
        rescue=_rescue(observation, part) if process.hook else (),
        other=next((path for path in process.mapped if path not in own and part.has(path.rpartition("/")[2])), ""),
        shadow=_shadow(observation, part, provider, process) if not twin else None,
        twin=twin,
    )


def _paths(part: Part, provider: Provider, process: Process) -> tuple[str, ...]:
    """Return the provider's files to load, in order: all of them, or a convolution takes the rest from elsewhere (measured)."""
    stems = {parts[0]: name for name in provider.files if part.has(name) and (parts := library_parts(name))}
    late = () if process.gpu else part.family.on_gpu
    order = [stem for stem in part.family.order if stem in stems]
    order += [stem for stem in sorted(stems) if stem not in order and not stem.startswith(late)]
    return tuple("/".join((provider.site_packages, provider.folder, stems[stem])) for stem in order)


def _rescue(observation: Observation, part: Part) -> tuple[str, ...]:
    """Return the backup's path where the stub's path leads nowhere: by its SONAME it lets the import succeed (measured)."""
    stub = observation.stub
    if not stub or part.family.name != observation.consumer.stub:
        return ()
    entry, backup = observation.entries.get(stub.name), observation.entries.get(stub.name + BACKUP_SUFFIX)
    if (entry and entry.size >= 0) or not backup or backup.soname != stub.name:
        return ()
    return (f"{observation.folder.path}/{stub.name}{BACKUP_SUFFIX}",)


def _shadow(observation: Observation, part: Part, provider: Provider, process: Process) -> Reason | None:
    """Return the other copy to which ``LD_LIBRARY_PATH`` leads: of two folders the first that has the file (``ld.so(8)``)."""
    for shelf in process.library_path:
        found = tuple(sorted(name for name in shelf.names if _could_be(part, name)))
        if found:
            own = shelf.real in (provider.real, observation.folder.real)
            return None if own else Reason("shadowed", {"folder": (shelf.folder,), "files": found})
    return None


def _twin(part: Part, provider: Provider, process: Process) -> Reason | None:
    """Return the copy of the provider's own release to which full names lead, such as ``libcudnn_ops.so.9.10.2``.

    No SONAME answers for such a name, so that what is loaded by path would meet the copy in one process: on a GPU torch's
    convolution failed then.  Left alone, all follow the copy (measured with cuDNN 9.19, and with 9.10 without a GPU).
    """
    release = provider.version.split(".")
    names = (".".join(release[:3]), ".".join(release[:2]))
    stems = {name.partition(".so.")[0] for name in provider.files if part.family.prefix and name.startswith(part.family.prefix)}
    for shelf in (*process.library_path, *process.default_path):
        if any(f"{stem}.so.{version}" in shelf.names for stem in stems for version in names):
            return Reason("same-release", {"folder": (shelf.folder,)})
    return None


def _could_be(part: Part, name: str) -> bool:
    """Tell whether the loader could take the file `name` for a library of the part."""
    stem, _, version = name.partition(".so")
    return belongs(part.family, stem) and (version == "" or re.fullmatch(rf"\.{part.major}(\.\d+)*", version) is not None)
