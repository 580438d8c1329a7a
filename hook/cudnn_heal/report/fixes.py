"""What helps, for each reason of the core: from what was decided to advice as data, and its lines for this environment."""

from __future__ import annotations

import os
import shlex
from functools import cached_property
from typing import TYPE_CHECKING, Callable, NamedTuple

from cudnn_heal.advice import Advice, Line
from cudnn_heal.catalog import CUDA, FAMILIES, Wheel
from cudnn_heal.model import STATE_FOLDER
from cudnn_heal.read import files
from cudnn_heal.report import commands, fitting, sentences
from cudnn_heal.report.commands import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cudnn_heal.model import Observation, Reason, ReasonCode, Service
    from cudnn_heal.read.installed import Installed
    from cudnn_heal.reconcile import Outcome

CALLS = ("reinstall", "heal", "restore", "call", "run", "say")
"""Advice that rests on nothing that is installed."""
GPU_ONLY = "Only a GPU needs it; on the CPU everything works without."


class Advisor:
    """Says what helps in the environment of one outcome; what is installed there is read once, when it is first asked for."""

    def __init__(self, outcome: Outcome, place: Place | None = None) -> None:
        """Advise on `outcome`; its `place` is looked up, if not given."""
        self.outcome = outcome
        if place:
            self.place = self._near = place

    @cached_property
    def _near(self) -> Place:
        """The environment, without what is installed there."""
        return Place(commands.manager_of(self.outcome), self.outcome.target)

    @cached_property
    def place(self) -> Place:
        """The environment that the advice is for.  What is installed takes a moment to read (half a second, of 220)."""
        return self._near._replace(installed=_installed(self.outcome))

    def lines(self, advice: Iterable[Advice]) -> tuple[Line, ...]:
        """Return `advice` as it is printed."""
        given = tuple(advice)
        return commands.lines(given, self.place if any(one.do not in CALLS for one in given) else self._near)

    def fix(self, *services: Service) -> tuple[Line, ...]:
        """Return what to do about `services`, each line once."""
        return tuple(dict.fromkeys(line for one in services for line in self.lines(self.advice(one))))

    def advice(self, service: Service) -> tuple[Advice, ...]:
        """Return what to do about `service`; () where nothing has to be, or can be."""
        if service.reason is None or (service.served == "in-process" and service.verdict not in ("damaged", "pending")):
            return ()
        found = _FIXES.get(service.reason.code, ())
        seen = (state.observation for state in self.outcome.consumers if state.observation.consumer.name == service.consumer)
        return tuple(found(Case(self, next(seen), service, service.reason))) if callable(found) else found

    def failure(self, error: str, *flags: str) -> tuple[str, tuple[Line, ...]]:
        """Return why a change failed, without a full stop, and what to do about it.

        :param flags: of the call that failed.
        """
        folders = [state.observation.folder.path for state in self.outcome.linked]
        folder = " or ".join(folders)
        again = Advice("call", "Then, again", flags=flags)
        if error == "EROFS":
            return f"{folder} lies on a read-only file system", self.lines([again._replace(text="Where it can be written")])
        if error == "EACCES":
            return f"{folder} can't be changed by this user", self.lines([again._replace(text="As its owner")])
        if error in ("ENOSPC", "EDQUOT"):
            return f"no space is left for {folder}", self.lines([again._replace(text="Make some, then")])
        look = "ls -la " + commands.quoted(f"{path}/{STATE_FOLDER}" for path in folders)
        if error == "EPERM":  # so says the system of files that are protected (chattr), too
            said = f"{folder} can't be changed: .cudnn-heal in it is another user's, or files there are protected"
            return said, self.lines(
                [Advice("run", "Look whose it is, and move away what is another user's", command=look), again]
            )
        if error in ("EISDIR", "ENOTDIR", "ENOTEMPTY", "ELOOP"):
            said = f"something that cudnn-heal did not make has one of its names ({error})"
            return said, self.lines([Advice("run", "Look at it, and move it away", command=look), again])
        if error.endswith("meanwhile") or "changed while" in error:
            return f"{error}: an installer is at work", self.lines([again._replace(text="When it is done")])
        return f"{folder} could not be changed ({error})", self.lines([again._replace(text="To try again")])

    def refusal(self) -> tuple[str, tuple[Line, ...]]:
        """Return why a restore changed nothing, and what helps; ("", ()) where it was not refused."""
        refused = self.outcome.refused
        if not refused:
            return "", ()
        if refused.code == "unreadable":
            again = Advice("call", "Then, again", flags=("--restore",))
            return f"{', '.join(refused.values['files'])} can't be read", self.lines([_see(self, refused), again])
        said = f"the original {refused.values['file'][0]} is neither in its place nor beside it"
        return said, self.lines([_package_again(stub_owner(self.outcome, refused))])


class Case(NamedTuple):
    """What a fix is for."""

    advisor: Advisor
    observation: Observation
    service: Service
    reason: Reason


def stub_owner(outcome: Outcome, reason: Reason) -> Observation:
    """Return the observation of the package whose stub `reason` is about."""
    observations = [state.observation for state in outcome.linked]
    named = (one for one in observations if one.stub and one.stub.name in reason.values["file"])
    return next(named, observations[0])


def _installed(outcome: Outcome) -> Installed | None:
    """Return what is installed, None where packaging, which tells, is not (``--no-deps``): then advice is not checked."""
    try:
        from cudnn_heal.read.installed import Installed
    except ModuleNotFoundError:
        return None
    return Installed.of(outcome.target.site_packages, outcome.target.version)


def _no_provider(case: Case) -> Iterator[Advice]:
    yield from _add(case)
    yield Advice("say", GPU_ONLY)
    if case.service.part == case.observation.consumer.stub:
        yield Advice("say", sentences.newer(case.observation))
    for path in case.reason.values.get("system", ()):
        yield Advice("say", f"The system has {path}: it serves if the loader finds it; its release is not checked.")


def _incompatible(case: Case) -> Iterator[Advice]:
    present, wanted = case.reason.values["wheel"][0], _wheel(case.observation, case.service.part)
    requirement = _requirement(case.observation, case.service.part)
    other = "Another"
    if not _shares_folder(case.observation, case.service):
        yield from _add(case)
        other = "Or another"
    elif not _is_used_by_others(case.advisor.outcome, case.service):  # else another version would be taken from them
        other = "Or another"
        if present == wanted.name or not present:
            yield Advice("add", "Another version", requirements=(requirement,))
        else:
            yield Advice("replace", "Another wheel", distributions=(present,), requirements=(requirement,))
    name = _name(case.observation)
    for major in case.reason.values["majors"]:
        versions = case.observation.consumer.by_major.get(case.service.part, {}).get(int(major))
        if versions:
            yield Advice("add", f"{other} {name}", requirements=(name + versions,))
            other = "Or another"


def _add(case: Case) -> Iterator[Advice]:
    """Yield one advice for everything that the package lacks and that overwrites nothing."""
    services = case.advisor.outcome.services(case.service.consumer)
    missing = [one for one in services if _is_missing(case.observation, one)] or [case.service]
    wanted = tuple(dict.fromkeys(_requirement(case.observation, one.part) for one in missing))
    it = "it" if len(wanted) == 1 else "them"
    installed = case.advisor.place.installed
    if installed and not fitting.lacking(wanted, installed):  # by its metadata it is there already
        yield Advice("reinstall", f"Install {it} again", requirements=wanted)
    else:
        yield Advice("add", f"Add {it}", requirements=wanted)


def _is_missing(observation: Observation, service: Service) -> bool:
    code = service.reason.code if service.reason else ""
    return code == "no-provider" or (code == "incompatible" and not _shares_folder(observation, service))


def _shares_folder(observation: Observation, service: Service) -> bool:
    """Tell whether the wheel that is needed would overwrite the one that is there."""
    return service.reason is not None and service.reason.values["folder"][0] == _wheel(observation, service.part).folder


def _is_used_by_others(outcome: Outcome, service: Service) -> bool:
    """Tell whether another package here uses the wheel that does not fit this one."""
    others = [one for one in outcome.services() if one.consumer != service.consumer]
    return any(one.provider == service.provider and one.verdict not in ("not-needed", "incompatible") for one in others)


def _files_again(case: Case) -> Iterator[Advice]:
    wheel, version = case.reason.values["wheel"][0], case.reason.values["version"][0]
    whole = next((one.whole(version) for one in FAMILIES[case.service.part].wheels if one.name == wheel), "")
    if whole:
        yield Advice("add", "Take a release that is whole", requirements=(wheel + whole,))
        return
    wanted = f"{wheel}=={version}" if wheel else _requirement(case.observation, case.service.part)
    yield Advice("reinstall", "Reinstall the files", requirements=(wanted,))


def _keep_one(case: Case) -> Iterator[Advice]:
    names = tuple(other.split(" ")[0] for other in case.reason.values["others"])
    yield Advice("remove", "Keep one of them", distributions=names)
    yield from (one._replace(text="Then reinstall its files") for one in _files_again(case))


def _one_package(case: Case) -> Iterator[Advice]:
    """Yield what keeps the package of two that lie in one folder, or reinstalls what is gone of it."""
    wanted = (f"{case.reason.values['wheel'][0]}=={case.reason.values['version'][0]}",)
    other = case.reason.values["others"][0].partition(" ")[0]
    if other:
        yield Advice("replace", "Keep one of them", requirements=wanted, distributions=(other,))
    else:
        yield Advice("reinstall", "Reinstall its files", requirements=wanted)


def _package_again(observation: Observation) -> Advice:
    wanted = f"{_name(observation)}=={observation.version}" if observation.version else _name(observation)
    entry = observation.entries.get(observation.stub.name) if observation.stub else None
    # pip can't install over a link that leads nowhere (measured).
    gone = entry is not None and entry.kind == "link" and entry.size < 0
    paths = (f"{observation.folder.path}/{observation.stub.name}",) if gone and observation.stub else ()
    return Advice("reinstall", "Reinstall its files", requirements=(wanted,), paths=paths)


def _look_at_it(case: Case) -> Iterator[Advice]:
    paths = [f"{case.observation.folder.path}/{name}" for name in case.reason.values.get("files") or case.reason.values["file"]]
    yield Advice("say", "If you put it there, move it to where nothing looks for it.")
    yield Advice("run", "If you don't know it, look at it first", command=f"ls -l {commands.quoted(paths)}")
    yield Advice("heal", "Then")


def _as_owner(case: Case) -> Iterator[Advice]:
    folder = case.observation.folder.path
    yield Advice("heal", "Where that can be written" if files.on_read_only(folder) else f"As the owner of {folder}")


def _run_the_hook(case: Case) -> Iterator[Advice]:
    if case.advisor.outcome.target.is_home:
        line = "import cudnn_heal_start"
        yield Advice("say", f"Put this line into the program, before its first import of {case.service.consumer}: {line}")
    else:
        yield Advice("add", "Add cudnn-heal to that environment", requirements=(commands.own_requirement(),))


def _look_again(case: Case) -> Iterator[Advice]:
    yield _see(case.advisor, case.reason)
    yield Advice("heal", "Once it can be read (the next starts heal too)")


def _see(advisor: Advisor, unreadable: Reason) -> Advice:
    names = [one.rpartition(" (")[0] for one in unreadable.values["files"]]
    paths = [os.path.join(advisor.outcome.target.site_packages, name) for name in names]
    return Advice("run", "See why", command=shlex.join(["ls", "-ld", *paths]))


_HEAL = (Advice("heal", "Heal it"),)
_FIXES: dict[ReasonCode, tuple[Advice, ...] | Callable[[Case], Iterable[Advice]]] = {
    "no-provider": _no_provider,
    "incompatible": _incompatible,
    "missing-files": _files_again,
    "damaged-files": _files_again,
    "overwritten": _keep_one,
    "package-overwritten": _one_package,
    "package-incomplete": _one_package,
    "stub-missing": lambda case: [_package_again(case.observation)],
    "stub-unknown": lambda case: [_package_again(case.observation)],
    "backup-unknown": _look_at_it,
    "foreign-file": _look_at_it,
    "not-writable": _as_owner,
    "not-linked": _HEAL,
    "outdated": _HEAL,
    "no-hook": _run_the_hook,
    "not-loaded": _run_the_hook,
    "hook-off": (Advice("unset", "Let it run", variable="CUDNN_HEAL"),),
    "other-folder": _run_the_hook,
    "folder-is-link": _run_the_hook,
    "paused": (Advice("heal", "To heal again"),),
    "unreadable": _look_again,
}


def _name(observation: Observation) -> str:
    return observation.distribution or observation.consumer.distributions[0]


def _wheel(observation: Observation, part: str) -> Wheel:
    """Return the wheel that has what is needed, for the CUDA that the package is built for; never a guessed name."""
    major = observation.needs[part]
    cuda = next((observation.needs[name] for name in CUDA if name in observation.needs), 0)
    wheels = [wheel for wheel in FAMILIES[part].wheels if major in wheel.majors]
    return next((one for one in wheels if one.cuda == cuda), wheels[0])


def _requirement(observation: Observation, part: str) -> str:
    wheel, major = _wheel(observation, part), observation.needs[part]
    return f"{wheel.name}=={major}.*" if len(wheel.majors) > 1 else wheel.name
