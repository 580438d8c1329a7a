"""Observe, plan, apply, and remember: the one road that start-up, command line and programs all take."""

from __future__ import annotations

import errno
import os
import sys
import time

import cudnn_heal_start
from cudnn_heal.catalog import CONSUMERS
from cudnn_heal.decide.folder import QUIET_SECONDS, hands_on
from cudnn_heal.decide.plan import Mode, Plan, plan
from cudnn_heal.inprocess.say import tell
from cudnn_heal.loader import is_main_interpreter
from cudnn_heal.memory import manifest as manifests
from cudnn_heal.memory.stamp import STILL_SECONDS, Fingerprint
from cudnn_heal.model import (
    MANIFEST_FILE,
    PAUSE_FILE,
    STAMP_FILE,
    Action,
    BackUp,
    Heal,
    MakeCopy,
    MakeLink,
    Observation,
    Reason,
    Served,
    Service,
    Unpause,
    Verdict,
    weakest,
    worst,
)
from cudnn_heal.read import files
from cudnn_heal.read import target as targets
from cudnn_heal.read.observe import is_foreign, observe, with_broken
from cudnn_heal.tuples import TYPE_CHECKING, NamedTuple
from cudnn_heal.write.apply import Changed, Writer

if TYPE_CHECKING:
    from cudnn_heal.catalog import Consumer
    from cudnn_heal.model import Manifest, Process, Target

ROUNDS = 5
"""How often an explicit heal starts over when something changes under it."""
_TICK_SECONDS = STILL_SECONDS * 1.5
"""After which what was just changed can be recorded."""


class State(NamedTuple):
    """One consumer, as it is now."""

    observation: Observation
    fingerprint: Fingerprint
    """What the observation rests on."""
    plan: Plan
    """What is left to do now."""


class Outcome(NamedTuple):
    """What a call found and did."""

    target: Target
    process: Process
    consumers: tuple[State, ...]
    done: tuple[Action, ...]
    cause: str
    """The change that made it necessary."""
    error: str
    """Why what was asked for could not be done, as the system said it (``ENOSPC``, or a sentence); "" when it could."""
    refused: Reason | None
    """Why a restore changed nothing."""
    left: tuple[Reason, ...] = ()
    """What a restore left as it was, since nobody knows whose it is."""

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of any part."""
        return worst(state.plan.verdict for state in self.consumers)

    @property
    def served(self) -> Served:
        """How the weakest needed part is served."""
        return weakest(self.services())

    @property
    def linked(self) -> tuple[State, ...]:
        """The states of the consumers that have a folder for links, with manifest and pause in it."""
        return tuple(state for state in self.consumers if state.observation.consumer.folder)

    def services(self, consumer: str = "") -> tuple[Service, ...]:
        """Return how the parts of `consumer` are served; of all, where none is named."""
        return tuple(one for state in self.consumers for one in state.plan.services if consumer in ("", one.consumer))


def at_start(site_packages: str, folder: str) -> str:
    """Heal the package whose `folder` of libraries lies in `site_packages` at an interpreter's start; return the verdict.

    Never raises: what went wrong is kept in the manifest.
    """
    if not is_main_interpreter():
        return "none"
    if _is_own_command():
        return "pending"  # the command looks for itself, and heals if it is asked to
    target, consumer = targets.at(site_packages), next(one for one in _linked() if one.folder == folder)
    fingerprint = Fingerprint(target.site_packages)
    fingerprint.add(consumer.folder)
    try:
        observation = observe(target, consumer, (), fingerprint)
        planned = plan(observation)
        _carry_out(State(observation, fingerprint, planned), "keep")
        tell(planned.cause, *planned.actions)
    except Changed as problem:
        cudnn_heal_start.error = str(problem)
        tell(problem)
        return "failed"
    except Exception as problem:
        cudnn_heal_start.error = error = _as_error(problem)
        tell(error)
        _remember_failure(os.path.join(target.site_packages, consumer.folder), fingerprint, error)
        return "failed"
    return "healthy" if planned.verdict == "pending" else planned.verdict


def _is_own_command() -> bool:
    """Tell whether this interpreter runs the command line: then what it reports is what it found."""
    words = getattr(sys, "orig_argv", None) or getattr(sys, "argv", [])
    return any(word == "cudnn_heal" and before == "-m" for before, word in zip(words, words[1:])) or any(
        os.path.basename(word) == "cudnn-heal" for word in words[:2]
    )


def status(target: Target, process: Process) -> Outcome:
    """Tell how every consumer stands; change nothing."""
    states = tuple(_look(target, consumer, process, "keep") for consumer in CONSUMERS.values())
    return Outcome(target, process, states, (), "", "", None)


def preview(target: Target, process: Process, mode: Mode) -> Outcome:
    """Tell what a heal, or a restore, would do; change nothing."""
    states = tuple(_look(target, consumer, process, mode) for consumer in CONSUMERS.values())
    refused = next((state.plan.unrestorable for state in states if state.plan.unrestorable), None)
    return Outcome(target, process, states, (), "", "", refused if mode == "restore" else None)


def heal(target: Target, process: Process) -> Outcome:
    """Heal every consumer now, end a pause, and record that nothing is left to do.

    :raises OSError: never: what could not be done is the outcome's ``error``.
    """
    done: list[Action] = []
    cause = error = ""
    states = []
    for consumer in CONSUMERS.values():
        problem = ""
        for _ in range(ROUNDS):
            state = _look(target, consumer, process, "heal")
            if not state.observation.folder.writable:
                problem = _unwritable(state) if state.plan.actions else ""
                break
            finished, problem = _attempt(state, "heal")
            if finished:
                break
            if not problem:
                done += state.plan.actions
                cause = cause or state.plan.cause
            time.sleep(_TICK_SECONDS)
        error = error or problem
        states.append(state)
    return Outcome(target, process, tuple(states), tuple(done), cause, error, None)


def restore(target: Target, process: Process) -> Outcome:
    """Take back what was done, and stay off: first the pause, then the stub, the links, the manifest.

    Where the stub's bytes are nowhere to be had nothing is changed, and the outcome's ``refused`` says so.
    """
    done: list[Action] = []
    error = ""
    before = [_look(target, consumer, process, "restore") for consumer in _linked()]
    refused = next((state.plan.unrestorable for state in before if state.plan.unrestorable), None)
    left = tuple(reason for state in before for reason in state.plan.notes if reason.code == "stub-unknown")
    for state in before if not refused else ():
        if state.observation.folder.kind != "folder":
            continue
        if not hands_on(state.observation):  # what the manifest knows is still needed
            error = f"{state.observation.consumer.folder} changed meanwhile"
            continue
        _, problem = _attempt(state, "restore")
        done += [] if problem else state.plan.actions
        error = error or problem
        time.sleep(_TICK_SECONDS)
    states = tuple(_look(target, consumer, process, "keep") for consumer in CONSUMERS.values())
    for state in states if not error and not refused else ():
        if state.observation.installed:
            _, problem = _attempt(state, "keep")
            error = error or problem
    return Outcome(target, process, states, tuple(done), "", error, refused, left)


def _unwritable(state: State) -> str:
    path = state.observation.folder.path
    return "EROFS" if files.on_read_only(path) else "EPERM" if is_foreign(path) else "EACCES"


def _linked() -> list[Consumer]:
    return [consumer for consumer in CONSUMERS.values() if consumer.folder]


def _look(target: Target, consumer: Consumer, process: Process, mode: Mode) -> State:
    fingerprint = Fingerprint(target.site_packages)
    observation = with_broken(observe(target, consumer, process.search, fingerprint))
    return State(observation, fingerprint, plan(observation, process, mode))


def _attempt(state: State, mode: Mode) -> tuple[bool, str]:
    """Carry `state.plan` out; tell whether that was the last that can be done now, and what went wrong, "" if nothing did."""
    try:
        return _carry_out(state, mode), ""
    except Changed as problem:
        return False, str(problem)
    except OSError as problem:
        return True, _as_error(problem)


def _carry_out(state: State, mode: Mode) -> bool:
    """Do what `state.plan` says and remember it; or, where nothing is to be done, record that.

    :return: whether nothing was to be done.
    :raises Changed: an installer or another interpreter is at work.
    :raises OSError: a step failed.
    """
    observation, planned = state.observation, state.plan
    if observation.folder.kind != "folder":
        return True
    before = observation.manifest
    wanted = planned.manifest._replace(history=before.history, error="")
    remembers = observation.installed and observation.folder.official and not planned.paused and not observation.unread()
    is_news = remembers and wanted != before and (wanted.links or observation.has_manifest)
    if not planned.actions and not is_news and mode != "restore":
        if observation.installed or observation.unread() or observation.entries:
            _record(state)
        return True
    with Writer(observation.folder.path) as folder:
        if mode == "restore":
            _pause(folder, state)
        elif remembers and any(isinstance(action, (MakeLink, MakeCopy, BackUp)) for action in planned.actions):
            # First, since a manifest beside a pause would tell of a restore that was interrupted.
            folder.apply([action for action in planned.actions if isinstance(action, Unpause)])
            # What is made is known as ours from the first moment, also where this process is killed midway.
            _write(folder, _meant(before, wanted))
        folder.apply(planned.actions)
        if mode == "restore":
            folder.forget((MANIFEST_FILE, STAMP_FILE))
        elif remembers:
            _write(folder, wanted._replace(history=_history(before, planned.cause)) if planned.actions else wanted)
    return False


def _pause(folder: Writer, state: State) -> None:
    """Have the environment stay as a restore leaves it: where this process is killed, the next start does the rest."""
    observation, planned = state.observation, state.plan
    has_manifest = MANIFEST_FILE in observation.state_names  # or a folder of that name
    folder.forget((STAMP_FILE,))
    if planned.actions and not has_manifest:
        _write(folder, observation.manifest)  # lets an interrupted restore of a manual fix resume
    if observation.installed:
        sure = not planned.actions and not has_manifest and state.fingerprint.is_still()
        folder.write(PAUSE_FILE, _recording(state, sure=sure))


def _write(folder: Writer, manifest: Manifest) -> None:
    folder.write(MANIFEST_FILE, manifests.encode(manifests.joined(manifest, manifests.parse(folder.read(MANIFEST_FILE)))))


def _meant(before: Manifest, wanted: Manifest) -> Manifest:
    """Return the manifest of a heal that has begun: old and new entries both count as ours."""
    return wanted._replace(found=before.found, links={**wanted.links, **before.links})


def _history(before: Manifest, cause: str) -> tuple[Heal, ...]:
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return (*before.history, Heal(now, cudnn_heal_start.VERSION, cause))


def _record(state: State) -> None:
    """Write the stamp, if the paths it names have been still: the next start need not look again until one changes.

    :raises OSError: it can't be written.
    """
    observation, planned = state.observation, state.plan
    paused = observation.paused.data if observation.paused else b""
    name, before = (PAUSE_FILE, paused) if planned.paused else (STAMP_FILE, observation.stamp)
    content = _recording(state)
    if _passes(state):  # believed for a while, from now on
        name, before, content = STAMP_FILE, b"", state.fingerprint.encode("failed")
    if content != before and state.fingerprint.is_still():
        with Writer(observation.folder.path) as folder:
            folder.write(name, content)


def _passes(state: State) -> bool:
    """Tell whether what was found may change though no path does: trouble, or an installer that seems to be at work."""
    observation = state.observation
    at_work = not observation.installed and observation.folder.quiet_seconds <= QUIET_SECONDS
    return at_work or (bool(observation.unknown) and not state.plan.paused)


def _recording(state: State, *, sure: bool = True) -> bytes:
    """Return the bytes that record the verdict: a pause rests on the package alone, whatever comes of its providers."""
    fingerprint = state.fingerprint
    if state.plan.paused:
        return fingerprint.encode("paused", prefix=state.observation.consumer.name, sure=sure)
    return fingerprint.encode(state.plan.verdict, sure=sure)


def _as_error(problem: Exception) -> str:
    """Return what the manifest keeps of `problem`: the name of a system's error, else how Python shows it."""
    code = problem.errno if isinstance(problem, OSError) else None
    return errno.errorcode.get(code, "") if code else repr(problem)


def _remember_failure(libs: str, fingerprint: Fingerprint, error: str) -> None:
    """Keep `error` for --status, and do not try again at every start, but after a while."""
    try:
        with Writer(libs) as folder:
            folder.write(STAMP_FILE, fingerprint.encode("failed"))
            kept = manifests.parse(folder.read(MANIFEST_FILE))
            if kept.error != error:
                folder.write(MANIFEST_FILE, manifests.encode(kept._replace(error=error)))
    except Exception:  # a full disk, most likely: then nothing can be kept
        pass
