"""How each part is served in a process, and what is loaded for it.  Pure."""

from __future__ import annotations

from cudnn_heal.decide.present import standing
from cudnn_heal.decide.stub_place import what_stands
from cudnn_heal.decide.wanted import Part, select
from cudnn_heal.model import BACKUP_SUFFIX, Observation, Reason, Served, Service, Verdict, worst
from cudnn_heal.names import belongs, is_version, library_parts
from cudnn_heal.tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Optional

    from cudnn_heal.catalog import Way
    from cudnn_heal.decide.changes import Changes
    from cudnn_heal.model import Process, Provider

    Rule = Callable[["Case"], Optional["Answer"]]


class Answer(NamedTuple):
    """What is said of one part."""

    verdict: Verdict
    served: Served
    reason: Reason | None
    paths: tuple[str, ...] = ()


class Means(NamedTuple):
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


class Case(NamedTuple):
    """What the rules go by."""

    observation: Observation
    part: Part
    changes: Changes
    """What is left to do on the disk, and what stands in its way."""
    paused: bool
    process: Process | None
    """The one that imports the package; None at start-up."""
    means: Means
    disk: Answer
    """What the disk alone says; of a consumer without a folder for links it is not asked."""

    @property
    def elsewhere(self) -> bool:
        """Whether no wheel beside the package has what is needed, and one elsewhere on ``sys.path`` does."""
        return self.part.verdict == "no-provider" and self.means.provider is not None

    @property
    def unhooked(self) -> bool:
        """Whether the hook should run in the process, and does not."""
        return bool(self.process and not self.process.hook and self.observation.target.is_home)

    @property
    def loads(self) -> tuple[str, ...]:
        """What is loaded where anything is."""
        return self.means.rescue + self.means.paths


def serve(observation: Observation, part: Part, changes: Changes, paused: bool, process: Process | None) -> Service:
    """Return how `part` is served: as the first rule says that has an answer."""
    means = _means(observation, part, process)
    case = Case(observation, part, changes, paused, process, means, Answer("not-needed", "none", None))
    if observation.consumer.way == "links":
        case = case._replace(disk=_first(ON_DISK, case))
    answer = _first(RULES[observation.consumer.way], case)
    shown = means.provider or part.provider
    return Service(
        consumer=observation.consumer.name,
        part=part.family.name,
        needs=part.library,
        provider=f"{shown.wheel} {shown.version}".strip() if shown else "",
        verdict=answer.verdict,
        served=answer.served,
        reason=_with_system_copies(answer.reason, case),
        paths=answer.paths,
    )


def _first(rules: tuple[Rule, ...], case: Case) -> Answer:
    return next(answer for answer in (rule(case) for rule in rules) if answer)


def _with_system_copies(reason: Reason | None, case: Case) -> Reason | None:
    if not reason or reason.code != "no-provider" or not case.process:
        return reason
    copies = tuple(path for path in case.process.system if path.endswith("/" + case.part.library))
    return Reason("no-provider", {**reason.values, "system": copies})


# What the user wants comes first.


def _is_paused(case: Case) -> Answer | None:
    return Answer("paused", "none", Reason("paused", {})) if case.paused and case.part.verdict != "not-needed" else None


def _is_left_out(case: Case) -> Answer | None:
    left_out = case.process and case.observation.consumer.name in case.process.without
    return Answer("not-needed", "none", Reason("left-out", {})) if left_out else None


def _is_unread(case: Case) -> Answer | None:
    """Nothing rests on what could not be read: it is neither linked nor loaded, and what is linked stays."""
    reason = case.part.reason
    return Answer("damaged", "none", reason) if reason and reason.code == "unreadable" else None


# With a folder for links: as on the disk, unless this process needs more than links can do.


def _follows_what_is_mapped(case: Case) -> Answer | None:
    """Another copy is in the process: what is loaded beside it would mix two releases (measured)."""
    if not case.means.other:
        return None
    answer = case.disk
    return answer._replace(reason=answer.reason or _already_mapped(case), paths=case.means.rescue)


def _is_outranked(case: Case) -> Answer | None:
    """``LD_LIBRARY_PATH`` outranks links: only what is in the process already outranks it."""
    if not case.means.shadow or case.disk.verdict not in ("healthy", "pending", "read-only"):
        return None
    if not case.means.paths:
        return Answer("pending", "none", _not_loaded(case))
    return Answer("healthy", "in-process", case.means.shadow, case.loads)


def _finds_the_same_release(case: Case) -> Answer | None:
    """Nothing is linked, and the loader finds the very release by its full names: loaded beside it, it would be there twice."""
    verdict = case.disk.verdict
    if not case.means.twin or verdict not in ("pending", "read-only", "no-provider"):
        return None
    return Answer("pending" if verdict == "pending" else "healthy", "itself", case.means.twin, case.means.rescue)


def _has_its_wheel_elsewhere(case: Case) -> Answer | None:
    """Links don't reach a wheel in another folder of ``sys.path``: it is loaded."""
    provider = case.means.provider
    if case.disk.verdict != "no-provider" or not provider:
        return None
    if case.means.paths:
        where = Reason("elsewhere", {"wheel": (provider.wheel or "the wheel",), "folder": (provider.site_packages,)})
        return Answer("healthy", "in-process", where, case.loads)
    return Answer("pending", "none", _not_loaded(case), case.means.rescue) if case.unhooked else None


def _is_found_on_disk(case: Case) -> Answer | None:
    """Links serve, or the package finds its libraries itself."""
    disk = case.disk
    found = disk.served == "links" or disk.verdict == "healthy"
    return disk._replace(paths=case.means.rescue) if found else None


def _is_loaded_instead(case: Case) -> Answer | None:
    """Load what links can't do, yet or ever: a fork has no folder for links at all, and lacks nothing."""
    if not case.means.paths:
        return None
    disk = case.disk
    return disk._replace(
        verdict=disk.verdict if case.observation.folder.official else "healthy", served="in-process", paths=case.loads
    )


def _is_not_found(case: Case) -> Answer | None:
    return case.disk._replace(paths=case.means.rescue)


# Without such a folder.


def _finds_its_own(case: Case) -> Answer | None:
    """Torch has its own way to the wheels, as long as no other copy outranks it."""
    if case.means.shadow:
        return None
    return Answer("healthy" if case.means.provider else "not-needed", "itself", None)


def _has_no_sound_wheel(case: Case) -> Answer | None:
    sound = case.part.verdict == "healthy" or case.elsewhere
    return None if sound else Answer(case.part.verdict, "none", case.part.reason)


def _finds_what_is_mapped(case: Case) -> Answer | None:
    return Answer("healthy", "itself", _already_mapped(case)) if case.means.other else None


def _finds_a_twin(case: Case) -> Answer | None:
    return Answer("healthy", "itself", case.means.twin) if case.means.twin else None


def _needs_no_gpu_library(case: Case) -> Answer | None:
    """Without a GPU an old release would crash if it found its libraries (measured)."""
    without = case.process and not case.process.gpu
    return Answer("healthy", "in-process", Reason("no-gpu", {})) if without else None


def _has_no_hook(case: Case) -> Answer | None:
    return Answer("pending", "none", _not_loaded(case)) if case.process and not case.process.hook else None


def _is_loaded(case: Case) -> Answer | None:
    return Answer("healthy", "in-process", case.means.shadow, case.means.paths)


# On the disk alone.


def _is_blocked(case: Case) -> Answer | None:
    """See whether a file that can't be identified stands where ours belongs."""
    problem = case.changes.problems.get(case.part.family.name)
    if not problem:
        return None
    there = {standing(case.observation, name, text) for name, text in case.part.links.items()}
    if problem.code == "backup-unknown" and there <= {"right", "same"}:
        return Answer("damaged", "links", problem)
    return Answer("damaged", "itself" if problem.code == "foreign-file" else "none", problem)


def _has_no_wheel(case: Case) -> Answer | None:
    lacks = case.part.verdict in ("not-needed", "no-provider", "incompatible")
    return Answer(case.part.verdict, "none", case.part.reason) if lacks else None


def _is_a_fork(case: Case) -> Answer | None:
    folder = case.observation.folder
    return None if folder.official else Answer("read-only", "none", Reason("other-folder", {"folder": (folder.path,)}))


def _has_a_damaged_wheel(case: Case) -> Answer | None:
    return None if case.part.links else Answer(case.part.verdict, "none", case.part.reason)


def _has_a_linked_folder(case: Case) -> Answer | None:
    folder = case.observation.folder
    reason = Reason("folder-is-link", {"folder": (folder.path,)})
    return Answer(worst([case.part.verdict, "read-only"]), "none", reason) if folder.kind == "link" else None


def _is_unfinished(case: Case) -> Answer | None:
    """Something is left to do, or may not be done now."""
    if case.changes.known and case.part.family.name not in case.changes.touched:
        return None
    word: Verdict = "pending" if case.observation.folder.writable else "read-only"
    return Answer(worst([case.part.verdict, word]), "none", case.part.reason or _undone(case))


def _is_as_it_should_be(case: Case) -> Answer | None:
    ours = any(standing(case.observation, name, text) == "right" for name, text in case.part.links.items())
    return Answer(case.part.verdict, "links" if ours else "itself", case.part.reason)


def _undone(case: Case) -> Reason:
    """Tell what is not as it should be yet."""
    observation, part = case.observation, case.part
    folder, stub = observation.folder, observation.stub
    if not folder.writable:
        return Reason("not-writable", {"folder": (folder.path,)})
    links = any(action.name in part.links for action in case.changes.links)
    if stub and part.shim and not links and what_stands(observation, stub.name, part) == "older":
        wheel = part.provider
        assert wheel
        if observation.entries[stub.name].kind == "file":
            return Reason("outdated", {"file": (stub.name,), "wheel": (wheel.wheel,), "version": (wheel.version,)})
    off = case.process is not None and case.process.off
    return Reason("no-hook" if case.unhooked and not off else "not-linked", {"folder": (folder.path,)})


def _already_mapped(case: Case) -> Reason:
    return Reason("already-mapped", {"file": (case.means.other,)})


def _not_loaded(case: Case) -> Reason:
    """Tell why nothing is loaded where something should be."""
    return Reason("hook-off" if case.process and case.process.off else "not-loaded", {})


def _means(observation: Observation, part: Part, process: Process | None) -> Means:
    provider = select(observation.providers.get(part.family.name, ()), part.family, part.major)
    if not process or not provider:
        return Means(provider, (), _rescue(observation, part) if process and process.hook else (), "", None, None)
    twin = _twin(part, provider, process)
    ours = [file.real for file in provider.files.values()]
    return Means(
        provider=provider,
        paths=_paths(part, provider, process) if process.hook and not provider.damaged and not twin else (),
        rescue=_rescue(observation, part) if process.hook else (),
        other=next((path for path in process.mapped if path not in ours and part.has(path.rpartition("/")[2])), ""),
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
            ours = shelf.real in (provider.real, observation.folder.real)
            return None if ours else Reason("shadowed", {"folder": (shelf.folder,), "files": found})
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
    fits = version == "" or (f"{version}.".startswith(f".{part.major}.") and is_version(version[1:]))
    return fits and belongs(part.family, stem)


RULES: dict[Way, tuple[Rule, ...]] = {
    "links": (
        _is_paused,
        _is_left_out,
        _is_unread,
        _follows_what_is_mapped,
        _is_outranked,
        _finds_the_same_release,
        _has_its_wheel_elsewhere,
        _is_found_on_disk,
        _is_loaded_instead,
        _is_not_found,
    ),
    "gpu": (
        _is_paused,
        _is_left_out,
        _is_unread,
        _has_no_sound_wheel,
        _finds_what_is_mapped,
        _finds_a_twin,
        _has_no_hook,
        _needs_no_gpu_library,
        _is_loaded,
    ),
    "shadowed": (
        _is_paused,
        _is_left_out,
        _is_unread,
        _finds_its_own,
        _has_no_sound_wheel,
        _finds_what_is_mapped,
        _has_no_hook,
        _is_loaded,
    ),
}
"""The first that answers is right: each outranks those after it."""

ON_DISK: tuple[Rule, ...] = (
    _is_blocked,
    _has_no_wheel,
    _is_a_fork,
    _has_a_damaged_wheel,
    _has_a_linked_folder,
    _is_unfinished,
    _is_as_it_should_be,
)
