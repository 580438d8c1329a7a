"""Reasons in words: what is wrong, and the exact command that helps.  Everything is said of what a plan decided."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from cudnn_heal.catalog import CONSUMERS, CUDA, FAMILIES, Wheel
from cudnn_heal.model import STATE_FOLDER
from cudnn_heal.read import machine as process
from cudnn_heal.report import commands

if TYPE_CHECKING:
    from cudnn_heal.model import Observation, Reason, Service
    from cudnn_heal.reconcile import Outcome
    from cudnn_heal.report.commands import Manager

SHOWN_FILES = 3
"""How many files a sentence names."""

_WHY = {
    "no-provider": "{consumer} opens {library}, and no installed wheel has it",
    "incompatible": "{consumer} opens {library}, and {wheel} {version} has {title} {majors}",
    "missing-files": "{wheel} {version} is installed, but {folder} lacks {files}",
    "damaged-files": (
        "{files} in {folder} is not as {wheel} {version} installed it (it was replaced, cut short, or is unreadable)"
    ),
    "overwritten": "{wheel} {version} and {others} overwrote each other in {folder} ({files})",
    "stub-missing": "{file} is missing, and no copy of the original exists",
    "stub-unknown": "{file} is neither what {distribution} installed nor what cudnn-heal puts there; it stays as it is",
    "backup-unknown": "{file} stands where the backup belongs, and is not {distribution}'s original; it stays as it is",
    "foreign-file": "{files} lies where {consumer} looks for {title}, is not what a wheel here installed, and stays as it is",
    "folder-is-link": "{folder} is a symlink, and what it leads to is not ours to change",
    "other-folder": "This build of {consumer} has its libraries in another folder than the official wheel",
    "not-writable": "{folder} can't be written by this user",
    "not-linked": "The links are not made yet",
    "outdated": "{file} is a copy from another release, and {wheel} {version} came after it",
    "no-hook": "The links are not made, and the start-up hook does not run for this folder (--target, PYTHONPATH, -S)",
    "not-loaded": "The start-up hook does not run here, so nothing is loaded when {consumer} is imported",
    "hook-off": "CUDNN_HEAL turns the start-up hook off, so nothing is loaded when {consumer} is imported",
    "paused": "Taken back with --restore",
    "left-out": "CUDNN_HEAL leaves {consumer} out",
    "shadowed": "LD_LIBRARY_PATH leads to another {title} in {folder}, so the wheel's is loaded first",
    "elsewhere": "{wheel} lies in {folder}, where links don't reach, so it is loaded by its path",
    "already-mapped": "{file} was in this process before, and {consumer} follows it",
    "same-release": "{folder} has the same release of {title}, which the loader finds by its full name, so nothing is loaded",
    "no-gpu": "It is loaded when {consumer} is imported where there is a GPU; there is none here",
}
# Where no RECORD claims the folder: an installer was ended midway, say.
_UNCLAIMED = {
    "missing-files": "{folder} lacks {files}, and no installed wheel claims it",
    "damaged-files": "{files} in {folder} can't be loaded, and no installed wheel claims it",
}
_NOTES = {
    "overwritten": "{wheel} {version} lies over {others} in {folder}: keep one of them.",
    "stub-unknown": "{file} is not what cudnn-heal put there, and stays as it is; a .ORIGINAL beside it is {consumer}'s.",
    "backup-missing": "There is no backup of {file}, so --restore can't put it back; reinstalling {distribution} can.",
}


def why(service: Service, *others: Service) -> str:
    """Return one sentence, without its full stop, about how `service` stands; "" where nothing is to be said.

    :param others: services of the same consumer, of which the sentence may tell as well.
    """
    if service.reason is None:
        return ""
    alike = [one.needs for one in (service, *others) if one.reason and one.reason.code == service.reason.code]
    if service.reason.code == "no-provider" and len(alike) > 1:
        return f"{service.consumer} opens {', '.join(sorted(alike))}, and no installed wheel has them"
    if service.reason.code in _UNCLAIMED and service.reason.values.get("wheel") == ("",):
        return _fill(_UNCLAIMED, service.reason, service.consumer, service.part)
    return _fill(_WHY, service.reason, service.consumer, service.part)


def note(reason: Reason, consumer: str) -> str:
    """Return the sentence about what is worth knowing though nothing is wrong."""
    return _fill(_NOTES, reason, consumer, "")


def advice(outcome: Outcome, service: Service) -> tuple[str, ...]:
    """Return what to do about `service`, line by line; commands stand as they are to be typed."""
    if service.reason is None or (service.served == "in-process" and service.verdict != "damaged"):
        return ()
    observation = _observation(outcome, service.consumer)
    function = _ADVICE.get(service.reason.code)
    return tuple(function(outcome, observation, service)) if function else ()


def refusal(outcome: Outcome) -> str:
    """Return why a restore changed nothing, "" where it did."""
    if not outcome.refused:
        return ""
    observation = next(state.observation for state in outcome.linked)
    name = outcome.refused.values["file"][0]
    return f"no copy of the original {name} exists. {_again(observation, _manager(observation))}"


def failure(outcome: Outcome, error: str, *flags: str) -> str:
    """Return why a change failed and what to do about it."""
    folder = " or ".join(state.observation.folder.path for state in outcome.linked)
    again = commands.heal(outcome.target, *flags)
    if error in ("EACCES", "EPERM", "EROFS"):
        return f"{folder} can't be changed by this user; as its owner: {again}"
    if error in ("ENOSPC", "EDQUOT"):
        return f"no space is left for {folder}; make some, then: {again}"
    if error in ("EISDIR", "ENOTDIR", "ENOTEMPTY", "ELOOP"):
        own = " or ".join(shlex.quote(f"{state.observation.folder.path}/{STATE_FOLDER}") for state in outcome.linked)
        return f"something that cudnn-heal did not make has one of its names ({error}): ls -la {own}; once it is gone: {again}"
    if error.endswith("meanwhile") or "changed while" in error:
        return f"{error}: an installer is at work; when it is done: {again}"
    return f"{folder} could not be changed ({error}); to try again: {again}"


def newer(observation: Observation) -> str:
    """Return the note that newer versions do without one library, "" where this one does."""
    if not observation.stub:
        return ""
    consumer, title = observation.consumer, FAMILIES[observation.consumer.stub].title
    others = " and ".join(FAMILIES[name].title for name in observation.needs if name not in (consumer.stub, *consumer.optional))
    return f"{consumer.name} {consumer.without_stub} and later need no {title} (but {others} all the same)."


def _no_provider(outcome: Outcome, observation: Observation, service: Service) -> list[str]:
    lines = [_add(outcome, observation, service), "Only a GPU needs it; on the CPU everything works without."]
    if service.part == observation.consumer.stub:
        lines.append(newer(observation))
    copies = service.reason.values.get("system", ()) if service.reason else ()
    lines += [f"The system has {path}: it serves if the loader finds it; its release is not checked." for path in copies]
    return lines


def _incompatible(outcome: Outcome, observation: Observation, service: Service) -> list[str]:
    manager, reason = _manager(observation), service.reason
    assert reason is not None
    present, wanted = reason.values["wheel"][0], _wheel(observation, service.part)
    requirement = _requirement(observation, service.part)
    if not _shares_folder(observation, service):
        lines = [_add(outcome, observation, service)]
    elif _is_used_by_others(outcome, service):
        lines = []  # another version would be taken from them
    elif present == wanted.name or not present:
        lines = [f"Another version: {commands.install(manager, requirement)}"]
    else:
        lines = [f"Another wheel: {commands.uninstall(manager, present)} && {commands.install(manager, requirement)}"]
    for other in reason.values["majors"]:
        versions = observation.consumer.by_major.get(service.part, {}).get(int(other))
        if versions:
            name = observation.distribution or observation.consumer.distributions[0]
            lines.append(f"{'Or another' if lines else 'Another'} {name}: {commands.install(manager, name + versions)}")
    return lines


def _add(outcome: Outcome, observation: Observation, service: Service) -> str:
    """Return one command for everything that the package lacks and that overwrites nothing."""
    missing = [one for one in outcome.services(service.consumer) if _is_missing(observation, one)] or [service]
    wanted = dict.fromkeys(_requirement(observation, one.part) for one in missing)
    return f"Add {'it' if len(wanted) == 1 else 'them'}: {commands.install(_manager(observation), *wanted)}"


def _is_missing(observation: Observation, service: Service) -> bool:
    code = service.reason.code if service.reason else ""
    return code == "no-provider" or (code == "incompatible" and not _shares_folder(observation, service))


def _shares_folder(observation: Observation, service: Service) -> bool:
    """Tell whether the wheel that is needed would overwrite the one that is there."""
    return service.reason is not None and service.reason.values["folder"][0] == _wheel(observation, service.part).folder


def _is_used_by_others(outcome: Outcome, service: Service) -> bool:
    """Tell whether another package here uses the wheel that does not fit this one."""
    services = [one for state in outcome.consumers for one in state.plan.services if one.consumer != service.consumer]
    return any(one.provider == service.provider and one.verdict not in ("not-needed", "incompatible") for one in services)


def _files_again(outcome: Outcome, observation: Observation, service: Service) -> list[str]:
    reason = service.reason
    assert reason is not None
    wheel, version = reason.values["wheel"][0], reason.values["version"][0]
    whole = next((one.whole(version) for one in FAMILIES[service.part].wheels if one.name == wheel), "")
    if whole:
        return [f"Take a release that is whole: {commands.install(_manager(observation), wheel + whole)}"]
    wanted = f"{wheel}=={version}" if wheel else _requirement(observation, service.part)
    return [f"Lay the files down again: {commands.install(_manager(observation), wanted, again=True)}"]


def _keep_one(outcome: Outcome, observation: Observation, service: Service) -> list[str]:
    reason = service.reason
    assert reason is not None
    names = [other.split(" ")[0] for other in reason.values["others"]]
    lines = [f"Keep one of them: {commands.uninstall(_manager(observation), *names)}"]
    return [*lines, *(f"Then: {line}" for line in _files_again(outcome, observation, service))]


def _package_again(outcome: Outcome, observation: Observation, service: Service) -> list[str]:
    return [_again(observation, _manager(observation))]


def _look_at_it(outcome: Outcome, observation: Observation, service: Service) -> list[str]:
    reason = service.reason
    assert reason is not None
    names = reason.values.get("files") or reason.values["file"]
    paths = [f"{observation.folder.path}/{name}" for name in names]
    places = " ".join(shlex.quote(path) for path in paths)
    return [
        "If you put it there, move it to where nothing looks for it; if you don't know it, look at it first: ls -l " + places,
        f"Then: {commands.heal(outcome.target)}",
    ]


def _heal_it(outcome: Outcome, observation: Observation, service: Service) -> list[str]:
    return [f"Heal it: {commands.heal(outcome.target)}"]


def _as_owner(outcome: Outcome, observation: Observation, service: Service) -> list[str]:
    return [f"As the owner of {observation.folder.path}: {commands.heal(outcome.target)}"]


def _run_the_hook(outcome: Outcome, observation: Observation, service: Service) -> list[str]:
    if outcome.target.is_home:
        return [f"Put this line into the program, before its first import of {service.consumer}: import cudnn_heal_start"]
    return [f"Add cudnn-heal to that environment: {commands.install(_manager(observation), commands.own_requirement())}"]


def _unset(outcome: Outcome, observation: Observation, service: Service) -> list[str]:
    return ["Let it run: unset CUDNN_HEAL"]


def _resume(outcome: Outcome, observation: Observation, service: Service) -> list[str]:
    return [f"To heal again: {commands.heal(outcome.target)}"]


_ADVICE = {
    "no-provider": _no_provider,
    "incompatible": _incompatible,
    "missing-files": _files_again,
    "damaged-files": _files_again,
    "overwritten": _keep_one,
    "stub-missing": _package_again,
    "stub-unknown": _package_again,
    "backup-unknown": _look_at_it,
    "foreign-file": _look_at_it,
    "not-writable": _as_owner,
    "not-linked": _heal_it,
    "outdated": _heal_it,
    "no-hook": _run_the_hook,
    "not-loaded": _run_the_hook,
    "hook-off": _unset,
    "other-folder": _run_the_hook,
    "folder-is-link": _run_the_hook,
    "paused": _resume,
}


def _fill(sentences: dict[str, str], reason: Reason, consumer: str, part: str) -> str:
    values = {key: _listed(names) for key, names in reason.values.items()}
    title = FAMILIES[part].title if part else ""
    distribution = CONSUMERS[consumer].distributions[0]
    return sentences.get(reason.code, "").format_map(
        {"consumer": consumer, "title": title, "distribution": distribution, **values}
    )


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - SHOWN_FILES} more" if len(names) > SHOWN_FILES else ""
    return ", ".join(names[:SHOWN_FILES]) + more


def _observation(outcome: Outcome, consumer: str) -> Observation:
    return next(one.observation for one in outcome.consumers if one.observation.consumer.name == consumer)


def _manager(observation: Observation) -> Manager:
    return commands.manager(observation.target.python, observation.target.site_packages, observation.installer)


def _again(observation: Observation, manager: Manager) -> str:
    name = observation.distribution or observation.consumer.distributions[0]
    wanted = f"{name}=={observation.version}" if observation.version else name
    entry = observation.entries.get(observation.stub.name) if observation.stub else None
    # pip can't install over a link that leads nowhere (measured).
    gone = entry is not None and entry.kind == "link" and entry.size < 0
    place = shlex.quote(f"{observation.folder.path}/{observation.stub.name}") if observation.stub else ""
    first = f"rm {place} && " if gone else ""
    return f"Lay it down again: {first}{commands.install(manager, wanted, again=True)}"


def _wheel(observation: Observation, part: str) -> Wheel:
    """Return the wheel that has what is needed, for the CUDA that the package is built for; never a guessed name."""
    major = observation.needs[part]
    cuda = next((observation.needs[name] for name in CUDA if name in observation.needs), 0)
    wheels = [wheel for wheel in FAMILIES[part].wheels if major in wheel.majors]
    return next((one for one in wheels if one.cuda == cuda), wheels[0])


def _requirement(observation: Observation, part: str) -> str:
    wheel, major = _wheel(observation, part), observation.needs[part]
    return f"{wheel.name}=={major}.*" if len(wheel.majors) > 1 else wheel.name


def switches() -> list[str]:
    """Return what CUDNN_HEAL does to this call, and which of its words mean nothing."""
    words = process.switches()
    off = sorted(words & set(process.OFF))
    known = {*process.OFF, "verbose", *(f"-{name}" for name in CONSUMERS)}
    lines = [f"CUDNN_HEAL={off[0]} is set: the start-up hook does nothing in this process or its children."] if off else []
    unknown = sorted(words - known)
    wanted = ", ".join(("off", "verbose", *(f"-{name}" for name in CONSUMERS)))
    return [*lines, *(f"{word!r} in CUDNN_HEAL means nothing; these do: {wanted}." for word in unknown)]
