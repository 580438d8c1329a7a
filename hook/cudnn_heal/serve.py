"""How each part is served in a process, and what is loaded for it.  Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cudnn_heal.changes import Changes
from cudnn_heal.classify import classify
from cudnn_heal.observe import BACKUP_SUFFIX, Observation, belongs
from cudnn_heal.part import Part, select
from cudnn_heal.service import Reason, ReasonCode, Served, Service, Verdict, worst

if TYPE_CHECKING:
    from cudnn_heal.process import Process


def serve(observation: Observation, part: Part, changes: Changes, paused: bool, process: Process | None) -> Service:
    consumer, family = observation.consumer, part.family
    provider = select(observation.providers.get(family.name, ()), family, part.need.major) or part.provider
    name = f"{provider.wheel} {provider.version}".strip() if provider else ""
    needs = f"{family.opened[0]}.so.{part.need.major}"

    def service(verdict: Verdict, served: Served, reason: Reason | None, *paths: str) -> Service:
        return Service(consumer.name, family.name, needs, name, verdict, served, reason, tuple(paths))

    if paused:
        return service("paused", "none", Reason("paused", {}))
    if process and consumer.name in process.without:
        return service("not-needed", "none", Reason("left-out", {}))
    paths = _paths(observation, part, process)
    rescue = _rescue(observation, part) if process and process.hook else ()
    other = _other_copy(observation, part, process)
    shadow = _shadow(observation, part, process)
    if consumer.way == "links":
        verdict, served, reason = _by_links(observation, part, changes)
        if (
            reason
            and reason.code == "not-linked"
            and process
            and not process.hook
            and not process.off
            and observation.target.own
        ):
            reason = Reason("no-hook", reason.values)
        if other and provider:
            return service(verdict, served, reason or Reason("already-mapped", {"file": (other,)}), *rescue)
        if shadow and provider and verdict in ("healthy", "pending", "read-only"):
            return (
                service("healthy", "in-process", shadow, *rescue, *paths)
                if paths
                else service("pending", "none", Reason("not-loaded", shadow.values))
            )
        if verdict == "no-provider" and reason and process:
            copies = tuple(path for path in process.system if path.endswith("/" + needs))
            reason = Reason("no-provider", {**reason.values, "system": copies})
        if verdict == "no-provider" and provider and paths:
            why = Reason("elsewhere", {"wheel": (name,), "folder": (provider.site_packages,)})
            return service("healthy", "in-process", why, *rescue, *paths)
        if served in ("none", "itself") and paths and verdict in ("pending", "read-only", "damaged"):
            official = observation.folder.official
            return service(verdict if official else "healthy", "in-process", reason, *rescue, *paths)
        return service(verdict, served, reason, *rescue)
    if consumer.way == "shadowed" and (not provider or not shadow):
        return service("healthy" if provider else "not-needed", "itself", None)
    if part.verdict != "healthy":
        reason = part.reason
        if reason and reason.code == "no-provider" and process:
            copies = tuple(path for path in process.system if path.endswith("/" + needs))
            reason = Reason("no-provider", {**reason.values, "system": copies})
        return service(part.verdict, "none", reason)
    if other:
        return service("healthy", "itself", Reason("already-mapped", {"file": (other,)}))
    if process and not process.gpu and consumer.way == "gpu":
        return service("healthy", "in-process", Reason("no-gpu", {}))
    if process and not process.hook:
        return service("pending", "none", Reason("not-loaded", shadow.values if shadow else {}))
    return service("healthy", "in-process", shadow, *paths)


def _by_links(observation: Observation, part: Part, changes: Changes) -> tuple[Verdict, Served, Reason | None]:
    """Return how the part is served by what is on the disk."""
    family, folder = part.family, observation.folder
    if part.verdict == "not-needed" and family.name not in changes.problems:
        return "not-needed", "none", None
    if family.name in changes.problems:
        served: Served = "itself" if changes.problems[family.name].code == "foreign-file" else "none"
        if changes.problems[family.name].code == "backup-unknown" and part.links and family.name not in changes.touched:
            served = "links"
        return "damaged", served, changes.problems[family.name]
    if part.verdict in ("no-provider", "incompatible") or not (part.links or not folder.official):
        return part.verdict, "none", part.reason
    if not folder.official:
        return "read-only", "none", Reason("other-folder", {"folder": (folder.path,)})
    if folder.kind == "link":
        return worst([part.verdict, "read-only"]), "none", Reason("folder-is-link", {"folder": (folder.path,)})
    if family.name in changes.touched or not changes.known:
        code: ReasonCode = "not-linked" if folder.writable else "not-writable"
        word: Verdict = "pending" if folder.writable else "read-only"
        return worst([part.verdict, word]), "none", part.reason or Reason(code, {"folder": (folder.path,)})
    ours = any(
        classify(observation, name) == "ours"
        for name in (*part.links, *([observation.stub.name] if part.shim and observation.stub else ()))
    )
    return part.verdict, "links" if ours else "itself", part.reason


def _paths(observation: Observation, part: Part, process: Process | None) -> tuple[str, ...]:
    """Return the provider's files to load, in order: all of them, or a convolution takes the rest from elsewhere (measured)."""
    family, major = part.family, part.need.major
    provider = select(observation.providers.get(family.name, ()), family, major)
    if not process or not process.hook or not provider or provider.damaged:
        return ()
    stems = {name.partition(".so.")[0]: name for name in provider.files if part.has(name)}
    late = () if process.gpu else family.on_gpu
    order = [stem for stem in family.order if stem in stems]
    order += [stem for stem in sorted(stems) if stem not in order and not stem.startswith(late)]
    return tuple("/".join((provider.site_packages, provider.folder, stems[stem])) for stem in order)


def _rescue(observation: Observation, part: Part) -> tuple[str, ...]:
    """Return the backup's path where the stub's path leads nowhere: by its SONAME it lets the import succeed (measured)."""
    stub = observation.stub
    if not stub or part.family.name != observation.consumer.stub:
        return ()
    entry, backup = observation.entries.get(stub.name), observation.entries.get(stub.name + BACKUP_SUFFIX)
    gone = entry is None or entry.size < 0
    return (f"{observation.folder.path}/{stub.name}{BACKUP_SUFFIX}",) if gone and backup and backup.soname == stub.name else ()


def _other_copy(observation: Observation, part: Part, process: Process | None) -> str:
    """Return a file of another copy that is in the process already: a second set beside it would be worse than either."""
    provider = select(observation.providers.get(part.family.name, ()), part.family, part.need.major)
    own = [file.real for file in provider.files.values()] if provider else []
    mapped = process.mapped if process and provider else ()
    return next((path for path in mapped if path not in own and part.has(path.rpartition("/")[2])), "")


def _shadow(observation: Observation, part: Part, process: Process | None) -> Reason | None:
    """Return the other copy to which ``LD_LIBRARY_PATH`` leads: of two folders the first that has the file (``ld.so(8)``)."""
    provider = select(observation.providers.get(part.family.name, ()), part.family, part.need.major)
    for shelf in process.library_path if process and provider else ():
        found = [name for name in shelf.names if _could_be(part, name)]
        if found:
            own = (provider.real if provider else "", observation.folder.real)
            return None if shelf.real in own else Reason("shadowed", {"folder": (shelf.folder,), "files": tuple(sorted(found))})
    return None


def _could_be(part: Part, name: str) -> bool:
    """Tell whether the loader could take the file `name` for a library of the part."""
    stem, _, version = name.partition(".so")
    return belongs(part.family, stem) and (version == "" or re.fullmatch(rf"\.{part.need.major}(\.\d+)*", version) is not None)
