"""From what was observed to how each part is served, why, and what is to be done.  Pure: no I/O, no words.

Everything is decided here, once: the verdict, the way of serving, the reason (as data), the actions on files and the paths
to load.  `wanted` tells what should be linked, `present` what is there, `folder` what is to be done, with `stub_place` for the
stub's place, and `serve` what comes of it.
"""

from __future__ import annotations

from cudnn_heal.catalog import FAMILIES
from cudnn_heal.decide.changes import Changes
from cudnn_heal.decide.folder import QUIET_SECONDS, hands_on, is_of, to_reach
from cudnn_heal.decide.present import classify, is_our_backup, standing
from cudnn_heal.decide.serve import serve
from cudnn_heal.decide.wanted import Part, part_of, wheel_reason
from cudnn_heal.model import (
    BACKUP_SUFFIX,
    MANIFEST_FILE,
    STAMP_FILE,
    STATE_FILES,
    Action,
    Forget,
    KeptStub,
    MadeLink,
    Manifest,
    Observation,
    Reason,
    Served,
    Service,
    Unpause,
    Verdict,
    weakest,
    worst,
)
from cudnn_heal.tuples import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from cudnn_heal.model import Process

Mode = Literal["keep", "heal", "restore"]
"""What is wanted: what a start wants (a pause holds), what an explicit heal wants (it ends a pause), or everything back."""


class Plan(NamedTuple):
    """What is, what is to be done about it, and what the manifest says afterwards."""

    services: tuple[Service, ...]
    actions: tuple[Action, ...]
    cause: str
    """The change that made the actions necessary; "" without actions."""
    manifest: Manifest
    """As it should read once the actions are done, its history and error aside."""
    notes: tuple[Reason, ...]
    """What the user may want to know though nothing is wrong."""
    unrestorable: Reason | None
    """Why the stub can't be put back; None when it can."""
    paused: bool
    """Whether the user wants nothing healed."""

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of any part."""
        return worst(service.verdict for service in self.services)

    @property
    def served(self) -> Served:
        """How the weakest needed part is served."""
        return weakest(self.services)


def plan(observation: Observation, process: Process | None = None, mode: Mode = "keep") -> Plan:
    """Return how the consumer is served and what leads to the wanted state.

    :param process: the process that imports the package; without it nothing is said of in-process loading, as at start-up.
    :param mode: what is wanted.
    """
    held = mode == "keep" and is_paused(observation)
    # A restore removes the manifest last: with it still there, an earlier restore was interrupted.
    unfinished = held and observation.has_manifest
    restoring = mode == "restore" or unfinished
    paused = held or restoring
    parts = [part_of(observation, FAMILIES[name], major) for name, major in observation.needs.items()]
    free = hands_on(observation) and (unfinished or not held)
    changes = to_reach(observation, parts, restoring) if free else Changes()
    actions = _actions(observation, changes, mode, unfinished) if changes.known else []
    services = [serve(observation, part, changes, paused, process) for part in parts] or _unread(observation)
    found = _found(observation)
    links = {} if restoring else _known(observation, parts, changes)
    return Plan(
        services=tuple(_as_a_whole(observation, service) for service in services),
        actions=tuple(actions),
        cause=_cause(observation, found) if actions else "",
        manifest=observation.manifest._replace(
            found=found,
            links=links,
            shims=_shims(observation, parts, links),
            stubs=_stubs(observation, changes),
        ),
        notes=(*changes.notes, *_overwritten(parts), *(_left(observation, parts) if paused else ())),
        unrestorable=changes.unrestorable or next((one.reason for one in _unread(observation) if mode == "restore"), None),
        paused=paused,
    )


def _unread(observation: Observation) -> list[Service]:
    """Return what is said of a package of which something could not be read: whether it needs anything is not known."""
    unread = observation.unread()
    if not unread:
        return []
    reason = Reason("unreadable", {"files": unread})
    return [Service(observation.consumer.name, observation.consumer.families[0], "", "", "damaged", "none", reason, ())]


def _keeps_a_backup(observation: Observation, changes: Changes) -> bool:
    """Tell whether a backup of ours stays: only the manifest tells that it is ours."""
    gone = {action.name for action in changes.removes} | {action.backup for action in changes.restores}
    kept = ((name, entry) for name, entry in observation.entries.items() if name not in gone)
    return any(is_our_backup(observation, name, entry) for name, entry in kept)


def is_paused(observation: Observation) -> bool:
    """Tell whether the user took the heal of this version of the package back."""
    if not observation.paused:
        return False
    if not observation.consumer.folder:
        return True
    if not observation.installed:
        return observation.folder.quiet_seconds < QUIET_SECONDS
    said_of = [path for path in observation.paused.paths if path.endswith(".dist-info/RECORD")]
    return not said_of or not observation.record or observation.record in said_of


def _actions(observation: Observation, changes: Changes, mode: Mode, unfinished: bool) -> list[Action]:
    """Return the changes in their order, and what is to be done about our own files."""
    actions = changes.ordered()
    if unfinished:
        return [*actions, Forget((MANIFEST_FILE, STAMP_FILE), folder_too=False)]
    if mode == "restore":
        return actions
    if observation.installed and observation.folder.official:
        return [Unpause(), *actions] if observation.paused else actions
    empty = not observation.entries
    if empty and not observation.installed and observation.folder.quiet_seconds >= QUIET_SECONDS:
        return [*actions, Forget(STATE_FILES, folder_too=True)]
    if _keeps_a_backup(observation, changes):
        return actions
    if observation.state_names - {"stamp"} or (empty and observation.state_names):
        return [*actions, Forget(STATE_FILES, folder_too=False)]
    return actions


def _found(observation: Observation) -> dict[str, str]:
    found = {observation.distribution or observation.consumer.name: observation.version} if observation.installed else {}
    for providers in observation.providers.values():
        found.update((one.wheel, one.version) for one in providers if one.wheel)
    return {**observation.manifest.found, **found} if observation.unknown else found


def _as_a_whole(observation: Observation, service: Service) -> Service:
    """Return `service` as it stands in a package of which files are gone or another distribution's."""
    if not observation.broken or service.verdict == "not-needed":
        return service
    by, version = observation.broken_by, observation.version
    values = {"files": observation.broken, "others": (by,), "wheel": (observation.distribution,), "version": (version,)}
    return service._replace(verdict="damaged", reason=Reason("package-overwritten" if by else "package-incomplete", values))


def _overwritten(parts: list[Part]) -> list[Reason]:
    """Tell of wheels whose files another one, whole, has overwritten: nothing is wrong until one of them is removed."""
    return [
        wheel_reason("overwritten", part.provider, ())
        for part in parts
        if part.provider and part.provider.overwritten and not part.provider.damaged
    ]


def _left(observation: Observation, parts: list[Part]) -> list[Reason]:
    """Tell of files that a restore leaves, since nothing proves whose they are: what a copying tool made of our links, say."""
    theirs = (name for name, entry in observation.entries.items() if entry.kind == "file" and name not in observation.claimed)
    stub = observation.stub.name if observation.stub else ""
    beside = [
        name for name in theirs if name not in (stub, stub + BACKUP_SUFFIX) and any(is_of(part.family, name) for part in parts)
    ]
    left = [name for name in beside if classify(observation, name) in ("same", "foreign")]
    return [Reason("files-left", {"files": tuple(sorted(left))})] if left else []


def _known(observation: Observation, parts: list[Part], changes: Changes) -> dict[str, MadeLink]:
    """Return the links that are ours once the actions are done, and the copy in the stub's place."""
    known = {}
    made = {link.name for link in changes.links} | {copy.name for copy in changes.shims}
    for part in parts:
        for name, text in part.wanted(observation).items():
            shim_sha256 = "" if name in part.links else part.shim_sha256
            if part.provider and (name in made or standing(observation, name, text, shim_sha256) == "right"):
                file = part.provider.files[text.rpartition("/")[2]]
                known[name] = MadeLink(text, file.size, shim_sha256 or file.sha256)
    # What a copying tool made of our links, and what stays for now, is told from the user's own files by the manifest alone.
    gone = {remove.name for remove in changes.removes} | {restore.name for restore in changes.restores}
    kept = {name: link for name, link in observation.manifest.links.items() if name not in known and name not in gone}
    unread = [part.family for part in parts if observation.unread(part.family.name)]
    return {
        **known,
        **{
            name: link
            for name, link in kept.items()
            if classify(observation, name) == "copied" or any(is_of(family, name) for family in unread)
        },
    }


def _stubs(observation: Observation, changes: Changes) -> tuple[KeptStub, ...]:
    """Return all stubs that were, or will be, backed up, the one at hand last."""
    known = observation.manifest.stubs
    return (*(stub for stub in known if stub != changes.stub), changes.stub) if changes.stub else known


def _shims(observation: Observation, parts: list[Part], links: dict[str, MadeLink]) -> tuple[str, ...]:
    """Return the hashes of all that was, or will be, copied into a stub's place."""
    known = observation.manifest.shims
    new = (part.shim_sha256 for part in parts if observation.stub and part.shim and observation.stub.name in links)
    return (*known, *(sha256 for sha256 in new if sha256 not in known))


def _cause(observation: Observation, now: dict[str, str]) -> str:
    """Return the change since the last heal, such as ``ctranslate2 4.6.1 -> 4.6.2``."""
    before = observation.manifest.found
    if not before:
        first = "turned on again" if observation.paused else "first heal"
        return f"{first}: " + ", ".join(f"{name} {version}" for name, version in now.items())
    family = {wheel.name: part for part in observation.needs for wheel in FAMILIES[part].wheels}
    came = {name: version for name, version in now.items() if before.get(name) != version}
    changes = []
    for name in [name for name in before if name not in now and name in family]:
        instead = next((other for other in came if other not in before and family.get(other) == family[name]), "")
        if instead:
            changes.append(f"{name} {before[name]} -> {instead} {came.pop(instead)}")
        else:  # another one may have its files now, under no name: removed is what leaves nothing behind
            changes.append(f"{name} {before[name]} -> {'another' if observation.providers.get(family[name]) else 'removed'}")
    # A wheel that the version before did not need may have been there all along.
    new_words = "now with {} {}" if any(name in before and name not in family for name in came) else "{} {} added"
    came_now = [
        f"{name} {before[name]} -> {new}" if name in before else new_words.format(name, new) for name, new in came.items()
    ]
    return ", ".join([*came_now, *changes]) or "files were missing or changed"
