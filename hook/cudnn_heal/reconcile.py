"""Observe, plan, apply, and remember: the one road that start-up, command line and programs all take."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

import cudnn_heal_start
from cudnn_heal import advice
from cudnn_heal import manifest as manifests
from cudnn_heal.apply import Changed, Folder
from cudnn_heal.observe import Observation, observe
from cudnn_heal.plan import OWN_FILES, QUIET_SECONDS, Action, Plan, plan
from cudnn_heal.stamp import STILL_SECONDS, Fingerprint

if TYPE_CHECKING:
    from cudnn_heal.manifest import Manifest
    from cudnn_heal.preload import Load

done_at_start: list[Action] = []
"""What this interpreter's own start did, which a command run by it has to tell."""

ROUNDS = 5
"""How often an explicit heal starts over when something changes under it."""


class Outcome(NamedTuple):
    """What a call found and did."""

    observation: Observation
    """As it is now."""
    plan: Plan
    """What is left to do now."""
    manifest: Manifest
    done: tuple[Action, ...]
    cause: str
    error: str
    """Why it could not be done, "" when it could."""
    loads: tuple[Load, ...]
    """What an import of the package in this interpreter loads in-process."""


def at_start(site_packages: str, package: str) -> str:
    """Heal `package` at an interpreter's start, once, if something has to be done; return the verdict.

    Never raises, and writes nothing to stderr unless ``CUDNN_HEAL=verbose``: what went wrong is kept in the manifest.
    """
    verbose = os.environ.get("CUDNN_HEAL") == "verbose"
    try:
        observation, manifest, planned = look(site_packages, package)
    except Exception as problem:
        fingerprint = Fingerprint(site_packages)
        fingerprint.add("")
        fingerprint.add(package + ".libs")
        _fail(fingerprint, package, f"observing failed: {problem!r}")
        raise
    if verbose:
        for action in planned.actions:
            print(f"cudnn-heal: {action}", file=sys.stderr)
    error = ""
    try:
        carry_out(observation, manifest, planned)
        done_at_start.extend(planned.actions)
    except Changed as problem:
        error = str(problem)
    except Exception as problem:
        error = advice.failed(observation, problem) if isinstance(problem, OSError) else repr(problem)
        _fail(observation.fingerprint, package, error)
    if verbose:
        print(f"cudnn-heal: {package}: {error or ('healed' if planned.actions else planned.verdict)}", file=sys.stderr)
    if error:
        return "failed"
    return "healthy" if planned.verdict == "pending" else planned.verdict


def look(site_packages: str, package: str) -> tuple[Observation, Manifest, Plan]:
    """Observe and plan; change nothing."""
    observation = observe(site_packages, package)
    manifest = manifests.parse(observation.manifest)
    return observation, manifest, plan(observation, manifest)


def heal(site_packages: str, package: str) -> Outcome:
    """Heal `package` now, end a pause, and record that nothing is left to do.

    :raises OSError: never: what could not be done is the outcome's ``error``.
    """
    done: list[Action] = []
    cause = error = ""
    for _ in range(ROUNDS):
        observation, manifest, planned = look(site_packages, package)
        if observation.folder != "folder":
            break
        try:
            if observation.paused and observation.installed:
                with Folder(observation.libs) as folder:
                    folder.forget(("paused",))
                continue
            if not observation.writable:
                break
            settled = carry_out(observation, manifest, planned)
            done += planned.actions
            cause = cause or planned.cause
            error = ""
            if settled:
                break
        except Changed as problem:
            error = str(problem)
        except OSError as problem:
            error = advice.failed(observation, problem)
            break
        time.sleep(STILL_SECONDS * 1.5)  # so that what was just changed can be recorded
    observation, manifest, planned = look(site_packages, package)
    return Outcome(observation, planned, manifest, tuple(done), cause, error, loading(observation, planned))


def status(site_packages: str, package: str) -> Outcome:
    """Tell how `package` stands; change nothing."""
    observation, manifest, planned = look(site_packages, package)
    return Outcome(observation, planned, manifest, (), "", manifest.error, loading(observation, planned))


def restore(site_packages: str, package: str) -> Outcome:
    """Take back what was done for `package`, and stay off: first the pause, then the stub, the links, the manifest.

    Where the stub's bytes are nowhere to be had nothing is changed, and the outcome's ``error`` says so.
    """
    observation = observe(site_packages, package)
    manifest = manifests.parse(observation.manifest)
    planned = plan(observation, manifest, restore=True)
    error = planned.unrestorable
    done: tuple[Action, ...] = ()
    if not error and observation.folder == "folder":
        try:
            with Folder(observation.libs) as folder:
                if observation.installed:
                    folder.write("paused", _recording(observation, "paused"))
                folder.apply(planned.actions)
                done = planned.actions
                folder.forget(OWN_FILES[:2])
            time.sleep(STILL_SECONDS * 1.5)
            observation, manifest, planned = look(site_packages, package)
            record(observation, planned)
        except Changed as problem:
            error = f"{problem}: an installer is at work; call it again when that is done"
        except OSError as problem:
            error = advice.failed(observation, problem, "--restore")
    observation, manifest, planned = look(site_packages, package)
    return Outcome(observation, planned, manifest, done, "", error, loading(observation, planned))


def loading(observation: Observation, planned: Plan) -> tuple[Load, ...]:
    """Return what this interpreter loads in-process when it imports the package; nothing for another one's."""
    from cudnn_heal import preload  # with ctypes (2 ms), which start-up does not need

    if not preload.is_active() or observation.site_packages not in sys.path:
        return ()
    return preload.here(observation.package.name, observation.site_packages)


def carry_out(observation: Observation, manifest: Manifest, planned: Plan) -> bool:
    """Apply `planned` and write the manifest; or, where nothing is to be done, the stamp.

    :return: whether nothing was to be done and that is recorded.
    :raises Changed: an installer or another interpreter is at work.
    :raises OSError: a step failed.
    """
    if observation.folder != "folder":
        return True
    wanted = planned.manifest._replace(history=manifest.history, error="")
    if planned.actions:
        with Folder(observation.libs) as folder:
            folder.apply(planned.actions)
            if observation.installed and planned.verdict != "paused":
                heal = manifests.Heal(
                    time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), cudnn_heal_start.VERSION, planned.cause
                )
                wanted = wanted._replace(history=(*manifest.history, heal))
                folder.write("manifest.json", manifests.encode(wanted))
    elif wanted != manifest and (wanted.links or observation.manifest) and planned.verdict != "paused":
        with Folder(observation.libs) as folder:
            folder.write("manifest.json", manifests.encode(wanted))
    elif observation.installed or (observation.entries and observation.quiet_seconds > QUIET_SECONDS):
        return record(observation, planned)
    return False


def record(observation: Observation, planned: Plan) -> bool:
    """Write the stamp, if the paths it names have been still: the next start need not look again until one changes.

    :return: whether what stands there now is true.

    :raises OSError: it can't be written.
    """
    name = "paused" if observation.paused else "stamp"
    content = _recording(observation, planned.verdict)
    if content == (observation.paused or observation.stamp):
        return True
    if observation.fingerprint.is_still():
        with Folder(observation.libs) as folder:
            folder.write(name, content)
    return False


def _recording(observation: Observation, verdict: str) -> bytes:
    """Return the bytes that record `verdict`: a pause rests on the package alone, whatever comes of its providers."""
    fingerprint = observation.fingerprint
    return (fingerprint.only(observation.package.name) if verdict == "paused" else fingerprint).encode(verdict)


def _fail(fingerprint: Fingerprint, package: str, error: str) -> None:
    """Keep `error` for status(), and do not try again at every start."""
    cudnn_heal_start.error = error
    libs = os.path.join(fingerprint.site_packages, package + ".libs")
    try:
        with Folder(libs) as folder:
            manifest = manifests.parse(observe(fingerprint.site_packages, package).manifest)
            if manifest.error != error:
                folder.write("manifest.json", manifests.encode(manifest._replace(error=error)))
            folder.write("stamp", fingerprint.encode("failed"))
    except Exception:  # a full disk, most likely: then nothing can be kept
        pass
