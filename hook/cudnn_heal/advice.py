"""Sentences: what is wrong, and the exact command that helps.  Pure functions of what was observed.

Those that explain a verdict return ``(why, advice)``: one sentence, and the lines that say what to do.
"""

from __future__ import annotations

import errno
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cudnn_heal.catalog import Part
    from cudnn_heal.observe import Observation, Stub
    from cudnn_heal.providers import Provider

Explained = tuple[str, tuple[str, ...]]


def install(observation: Observation, *requirements: str, again: bool = False) -> str:
    """Return the command that installs `requirements` with the installer that made the environment.

    :param again: lay down the files anew, from the network and not from a cache that may be damaged too.
    """
    wanted = shlex.join(requirements)
    if observation.installer == "uv":
        options = " --reinstall --refresh --no-deps" if again else ""
        return f"uv pip install --python {shlex.quote(observation.python)}{options} {wanted}"
    options = " --force-reinstall --no-cache-dir --no-deps" if again else ""
    return f"{shlex.quote(observation.python)} -m pip install{options} {wanted}"


def uninstall(observation: Observation, distribution: str) -> str:
    """Return the command that uninstalls `distribution`."""
    if observation.installer == "uv":
        return f"uv pip uninstall --python {shlex.quote(observation.python)} {distribution}"
    return f"{shlex.quote(observation.python)} -m pip uninstall {distribution}"


def unpause(observation: Observation) -> str:
    """Return how to end a pause."""
    return f"To heal again: {command(observation)}"


def command(observation: Observation, *flags: str) -> str:
    """Return the call of cudnn-heal that acts on the observed environment."""
    target = [] if observation.own else ["--python", observation.python]
    return shlex.join(["cudnn-heal", *flags, *target])


def no_provider(observation: Observation, part: Part, major: int) -> Explained:
    """Explain that no wheel provides the needed library."""
    library = f"{part.libraries[-1]}.so.{major}"
    why = f"{observation.package.name} opens {library}, and no installed wheel has it"
    return why, (
        *_adding(observation, part, major),
        'Only device="cuda" needs it; on the CPU everything works without.',
        *([_newer(observation)] if part.name in observation.stub else []),
    )


def system_copy(path: str) -> str:
    """Return the line about a copy that the system has: it may serve, and is not ours to judge."""
    return f"The system has {path}: it serves if the loader finds it, with a version that nobody has checked."


def incompatible(observation: Observation, part: Part, major: int, provider: Provider) -> Explained:
    """Explain that the installed wheel has another major version."""
    library = f"{part.libraries[-1]}.so.{major}"
    has = " and ".join(str(other) for other in provider.majors(part.libraries[-1])) or "no version"
    wheel = f"{provider.wheel} {provider.version}".strip() or provider.folder
    why = f"{observation.package.name} opens {library}, and {wheel} has {part.title} {has}"
    lines = list(_adding(observation, part, major, provider))
    for other in provider.majors(part.libraries[-1]):
        versions = observation.package.by_major.get(part.name, {}).get(other)
        if versions:
            requirement = observation.package.name + versions
            lines.append(f"Or another {observation.package.name}: {install(observation, requirement)}")
            if observation.installer == "uv":
                lines.append(f"In a uv project, so that it stays: {shlex.join(['uv', 'add', requirement])}")
    return why, tuple(lines)


def damaged_provider(observation: Observation, provider: Provider) -> Explained:
    """Explain that the provider's files are not what its wheel installed."""
    wheel = f"{provider.wheel} {provider.version}"
    files = ", ".join(provider.damaged[:3]) + (" …" if len(provider.damaged) > 3 else "")
    if provider.overwritten:
        others = " and ".join(provider.overwritten)
        why = f"{wheel} and {others} overwrote each other in {provider.folder} ({files})"
        names = [other.split(" ")[0] for other in provider.overwritten]
        return why, (
            f"Keep one of them: {'; '.join(uninstall(observation, name) for name in names)}",
            f"Then lay its files down again: {install(observation, f'{provider.wheel}=={provider.version}', again=True)}",
        )
    why = f"{provider.folder}: {files} not as {wheel} installed it (an installer wrote through a link, or a file was replaced)"
    return why, (f"Lay the files down again: {install(observation, f'{provider.wheel}=={provider.version}', again=True)}",)


def missing_files(observation: Observation, provider: Provider) -> Explained:
    """Explain that files of the provider's wheel are gone, though it is installed."""
    wheel = f"{provider.wheel} {provider.version}"
    files = ", ".join(provider.missing[:3]) + (" …" if len(provider.missing) > 3 else "")
    again = install(observation, f"{provider.wheel}=={provider.version}", again=True)
    return f"{wheel} is installed, but {provider.folder} lacks {files}", (f"Lay the files down again: {again}",)


def stub_missing(observation: Observation, stub: Stub) -> Explained:
    """Explain that the stub is gone, without which the package cannot be imported."""
    return f"{stub.name} is missing, and so is its backup", (_package_again(observation),)


def stub_unknown(observation: Observation, stub: Stub) -> Explained:
    """Explain that the file in the stub's place is neither the stub nor the provider's shim."""
    why = f"{stub.name} has not the content that {observation.package.name}'s RECORD names; it stays in place"
    return why, (_package_again(observation),)


def backup_wrong(observation: Observation, backup: str) -> Explained:
    """Explain that the backup is not the stub."""
    why = f"{backup} has not the content that {observation.package.name}'s RECORD names"
    return why, (_package_again(observation),)


def backup_missing(observation: Observation, stub: Stub) -> str:
    """Return the note that a heal by hand left no backup."""
    return f"There is no backup of {stub.name}, so it can't be restored. {_package_again(observation)}"


def stub_lost(observation: Observation, stub: Stub) -> str:
    """Return why `restore` can't put the stub back."""
    return f"{stub.name} can't be restored: its content is nowhere to be had. {_package_again(observation)}"


def foreign(observation: Observation, name: str) -> Explained:
    """Explain that a dangling link of somebody else's stands where ours belongs."""
    path = f"{observation.libs}/{name}"
    return f"{path} is a link that leads nowhere, and not ours to change", (f"Remove it: rm {shlex.quote(path)}",)


def read_only(observation: Observation) -> tuple[str, ...]:
    """Return what to do where the folder can't be written."""
    return (f"As the owner of {observation.libs}: {command(observation)}",)


def failed(observation: Observation, problem: OSError, *flags: str) -> str:
    """Return why a change failed and what to do about it."""
    reason = problem.strerror or str(problem)
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{observation.libs} can't be changed by this user ({reason}); as its owner: {command(observation, *flags)}"
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"no space is left for {observation.libs} ({reason}); make some, then: {command(observation, *flags)}"
    return f"{observation.libs} could not be changed: {problem}; then again: {command(observation, *flags)}"


def without_stub(observation: Observation) -> str:
    """Return the note that newer versions of the package need no cuDNN, "" where this one is new enough."""
    if not observation.stub:
        return ""
    return _newer(observation)


def _newer(observation: Observation) -> str:
    package = observation.package
    return f"{package.name} {package.without_stub} and later need no cuDNN (but cuBLAS all the same)."


def _package_again(observation: Observation) -> str:
    name, version = observation.package.name, observation.version
    return f"Lay it down again: {install(observation, f'{name}=={version}' if version else name, again=True)}"


def _adding(observation: Observation, part: Part, major: int, present: Provider | None = None) -> tuple[str, ...]:
    """Say how to get a wheel with `major`, never one that overwrites another installed one."""
    wheels = [wheel for wheel, majors in part.wheels.items() if major in majors]
    if present and present.wheel and present.folder == part.folders[0]:
        if present.wheel in wheels:
            wheels = [present.wheel]
        else:  # the wheels share a folder
            wheel = wheels[0]
            return (f"Another wheel: {uninstall(observation, present.wheel)} && {install(observation, f'{wheel}=={major}.*')}",)
    several = len(part.wheels[wheels[0]]) > 1
    requirement = f"{wheels[0]}=={major}.*" if several else wheels[0]
    verb = "Another version" if present and present.wheel in wheels else "Add it"
    lines = [f"{verb}: {install(observation, requirement)}"]
    if observation.installer == "uv":
        lines.append(f"In a uv project, so that it stays: {shlex.join(['uv', 'add', requirement])}")
    return tuple(lines)
