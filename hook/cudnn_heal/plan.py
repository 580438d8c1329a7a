"""From an observation and the manifest to a verdict and the actions that lead to the wanted state.  Pure: no I/O.

The verdicts are described in the README; `VERDICTS` has them in the order in which they outrank one another.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Union

from cudnn_heal import advice, stamp
from cudnn_heal.catalog import PARTS, Part
from cudnn_heal.manifest import Link as Known
from cudnn_heal.manifest import Manifest
from cudnn_heal.observe import BACKUP_SUFFIX, Entry, Observation, Provider, Stub, belongs, stub_pattern

VERDICTS = (
    "not-needed",
    "healthy",
    "paused",
    "pending",
    "read-only",
    "no-provider",
    "incompatible",
    "damaged",
)
SERVING = ("not-needed", "healthy", "paused")
"""Verdicts under which nothing is asked of the user."""
QUIET_SECONDS = 5.0
"""How long a folder must have been unchanged before it is removed, or a pause forgotten: an installer may be at work."""

OWN_FILES = ("manifest.json", "stamp", "paused")
"""What may be in our own folder."""

Identity = tuple[int, int]


class Backup(NamedTuple):
    """Make `backup` the same file as `name`, whose content has the hash `sha256`."""

    name: str
    backup: str
    sha256: str

    def __str__(self) -> str:
        return f"back up {self.name} as {self.backup}"


class Restore(NamedTuple):
    """Put `backup` in the place of `name`."""

    backup: str
    name: str

    def __str__(self) -> str:
        return f"put {self.backup} back as {self.name}"


class Link(NamedTuple):
    """Make `name` a symlink to `target`; it replaces only what has the identity `replaces` (None: nothing)."""

    name: str
    target: str
    replaces: Identity | None

    def __str__(self) -> str:
        return f"link {self.name} -> {self.target}"


class Remove(NamedTuple):
    """Remove `name`, as long as it has the identity `identity`."""

    name: str
    identity: Identity

    def __str__(self) -> str:
        return f"remove {self.name}"


class Unpause(NamedTuple):
    """End the pause: it was said of another version."""

    def __str__(self) -> str:
        return "end the pause, which was said of another version"


class Forget(NamedTuple):
    """Remove our own files `names`, and the package's folder too if it is empty and may go."""

    names: tuple[str, ...]
    folder_too: bool

    def __str__(self) -> str:
        return f"remove {', '.join(self.names)}" + (" and the empty folder" if self.folder_too else "")


Action = Union[Backup, Restore, Link, Remove, Unpause, Forget]


class PartState(NamedTuple):
    """How one part stands."""

    name: str
    needs: str
    """What the package opens, such as ``libcudnn.so.9``; "" where it opens nothing of it."""
    provider: str
    """The wheel and its version that serve it, "" without one."""
    verdict: str
    served: str
    """``links``, ``in-process`` or ``none``."""
    why: str
    """What the verdict rests on, where it is not plain."""
    advice: tuple[str, ...]


class Plan(NamedTuple):
    """What is, what is to be done about it, and what the manifest says afterwards."""

    verdict: str
    parts: tuple[PartState, ...]
    actions: tuple[Action, ...]
    cause: str
    """The change that made the actions necessary; "" without actions."""
    manifest: Manifest
    """As it should read once the actions are done, its history and error aside."""
    notes: tuple[str, ...]
    """What the user may want to know though nothing is wrong."""
    unrestorable: str
    """Why `restore` cannot put the stub back, "" when it can."""


class _Wish(NamedTuple):
    """What should be true of one part."""

    links: dict[str, str]
    link_stub: bool
    verdict: str
    provider: Provider | None
    why: str
    advice: tuple[str, ...]


def worst(verdicts: list[str]) -> str:
    """Return the verdict that stands lowest in the table of verdicts."""
    return max(verdicts, key=VERDICTS.index, default="not-needed")


def select(providers: tuple[Provider, ...], part: Part, major: int, site_packages: str = "") -> Provider | None:
    """Return the first provider that has everything of `part` in the version `major`; only in `site_packages`, if given."""
    for provider in providers:
        names = [f"{library}.so.{major}" for library in part.libraries]
        if all(name in provider.files for name in names) and site_packages in ("", provider.site_packages):
            return provider
    return None


def is_paused(observation: Observation) -> bool:
    """Tell whether the user took the heal of this version of the package back."""
    if not observation.paused:
        return False
    if not observation.installed:
        return observation.quiet_seconds < QUIET_SECONDS
    name = observation.package.name
    said_of = [path for path in stamp.paths(observation.paused) if path.startswith(name + "-") and path.endswith("/RECORD")]
    return not said_of or not observation.record or observation.record in said_of


def plan(observation: Observation, manifest: Manifest, *, restore: bool = False) -> Plan:
    """Return how the environment stands and what leads to the wanted state.

    :param restore: the wanted state is the one without cudnn-heal.
    """
    paused = is_paused(observation) and not restore
    # A restore removes the manifest last: with it still there, the restore was ended in its midst.
    unfinished = paused and observation.manifest != b""
    restore = restore or unfinished
    wishes = {part: _wish(observation, PARTS[part]) for part in observation.needs}
    if not observation.linux or observation.folder == "missing":
        wishes = {}
    diff = _Diff(observation, manifest, restore)
    hands_off = observation.folder != "folder" or (paused and not unfinished) or _is_being_removed(observation)
    if not hands_off:
        for part, wish in wishes.items():
            nothing = wish._replace(links={}, link_stub=False)
            diff.part(PARTS[part], nothing if restore else wish)
        diff.stale()
    parts = [_state(observation, PARTS[part], wishes.get(part), diff, paused) for part in PARTS]
    actions = diff.ordered()
    if unfinished and not hands_off:
        actions.append(Forget(OWN_FILES[:2], folder_too=False))
    elif not hands_off and not restore:
        if observation.installed:
            if observation.paused:
                actions.insert(0, Unpause())
        elif not observation.entries and observation.quiet_seconds >= QUIET_SECONDS:
            actions.append(Forget(OWN_FILES, folder_too=True))
        elif observation.manifest or observation.paused or (observation.stamp and not observation.entries):
            actions.append(Forget(OWN_FILES, folder_too=False))
    found = _found(observation)
    return Plan(
        verdict=worst([part.verdict for part in parts]),
        parts=tuple(parts),
        actions=tuple(actions),
        cause=_cause(observation, manifest.found, found) if actions else "",
        manifest=manifest._replace(
            found=found,
            stub=next(({"name": s.name, "sha256": s.sha256, "size": s.size} for s in observation.stub.values()), {}),
            links={} if restore else _known(observation, wishes),
            backup=next((name + BACKUP_SUFFIX for name in diff.backed_up), ""),
        ),
        notes=(*diff.notes, *_overwritten(wishes)),
        unrestorable=diff.unrestorable,
    )


def _is_being_removed(observation: Observation) -> bool:
    """Tell whether an installer is probably removing the package: some of its own files are gone, some are not yet.

    Without the stub's link pip would fail, and a removal that it takes back needs the backup.
    """
    patterns = [stub_pattern(PARTS[part]) for part in observation.package.stubs]
    remaining = observation.record or any(pattern.fullmatch(name) for pattern in patterns for name in observation.entries)
    return bool(remaining) and not observation.installed and observation.quiet_seconds < QUIET_SECONDS


def _wish(observation: Observation, part: Part) -> _Wish:
    major = observation.needs[part.name]
    providers = observation.providers.get(part.name, ())
    provider = select(providers, part, major, observation.site_packages)
    if not provider:
        if part.optional:
            return _Wish({}, False, "not-needed", None, "", ())
        others = [one for one in providers if one.site_packages == observation.site_packages]
        needed = {f"{library}.so.{major}" for library in part.libraries}
        broken = [one for one in others if needed & set(one.missing)]
        if broken:
            why, lines = advice.missing_files(observation, broken[0])
            return _Wish({}, False, "damaged", None, why, lines)
        if others:
            why, lines = advice.incompatible(observation, part, major, others[0])
            return _Wish({}, False, "incompatible", None, why, lines)
        why, lines = advice.no_provider(observation, part, major)
        return _Wish({}, False, "no-provider", None, why, lines)
    if provider.damaged:
        why, lines = advice.damaged_provider(observation, provider)
        links = _links(part, major, provider) if provider.only_shim_damaged and part.name in observation.stub else {}
        return _Wish(links, False, "damaged", provider, why, lines)
    links = _links(part, major, provider)
    if provider.missing:
        # What is there is linked all the same: it serves those who left out what they don't use.
        why, lines = advice.missing_files(observation, provider)
        return _Wish(links, part.name in observation.stub, "damaged", provider, why, lines)
    return _Wish(links, part.name in observation.stub, "healthy", provider, "", ())


def _links(part: Part, major: int, provider: Provider) -> dict[str, str]:
    """Return the links that serve `part`, the stub's aside: name -> text."""
    links = {}
    version = ".".join(provider.version.split(".")[:3])
    for file in provider.files:
        stem, _, suffix = file.rpartition(".so.")
        if suffix != str(major):
            continue
        target = f"../{provider.folder}/{file}"
        if part.sub_libraries and stem.startswith(part.sub_libraries):
            links[file] = target
            if re.fullmatch(rf"{major}(\.\d+)+", version):
                # A shim asks for its own full version first; found here, none from elsewhere is taken.
                links[f"{stem}.so.{version}"] = target
        elif not part.sub_libraries:
            links[file] = target
    return links


def _is_ours(name: str, text: str) -> bool:
    """Tell whether the catalog generates a link called `name` with exactly this text."""
    for part in PARTS.values():
        for folder in part.folders:
            match = re.fullmatch(re.escape(f"../{folder}/") + r"(lib\w+)\.so\.(\d+)", text)
            if match and belongs(part, match[1]):
                if re.fullmatch(rf"{match[1]}\.so\.{match[2]}(\.\d+)*", name):
                    return not part.sub_libraries or match[1].startswith(part.sub_libraries)
                return bool(part.sub_libraries) and match[1] in part.libraries and bool(stub_pattern(part).fullmatch(name))
    return False


def _is_link_name(name: str) -> bool:
    """Tell whether the catalog generates links called `name`, stubs' aside."""
    match = re.fullmatch(r"(lib\w+)\.so\.\d+(\.\d+)*", name)
    return bool(match) and any(belongs(part, match[1]) for part in PARTS.values() if match)


class _Diff:
    """Collects the actions that lead from the observed entries to the wishes."""

    def __init__(self, observation: Observation, manifest: Manifest, restore: bool) -> None:
        self.restore = restore
        self.observation = observation
        self.manifest = manifest
        self.entries = observation.entries
        self.keep: set[str] = set()
        self.backed_up: list[str] = []
        self.notes: list[str] = []
        self.problems: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.touched: set[str] = set()
        self.unrestorable = ""
        self.backups: list[Action] = []
        self.restores: list[Action] = []
        self.links: list[Action] = []
        self.shims: list[Action] = []
        self.removes: list[Action] = []

    def ordered(self) -> list[Action]:
        """Return the actions in the order in which a crash between any two harms nothing."""
        return [*self.backups, *self.restores, *self.links, *self.shims, *self.removes]

    def part(self, part: Part, wish: _Wish) -> None:
        """Compare what is wanted of `part` with what is there."""
        before = len(self.ordered())
        for name, target in wish.links.items():
            entry = self.entries.get(name)
            self.keep.add(name)
            if entry is None:
                self.links.append(Link(name, target, None))
            elif entry.kind == "link" and entry.text == target:
                continue
            elif (entry.kind == "link" and _is_ours(name, entry.text)) or "../" + entry.copy_of == target:
                self.links.append(Link(name, target, entry.identity))
            elif entry.size < 0:
                self.problems[part.name] = advice.foreign(self.observation, name)
            else:
                self.notes.append(f"{name} in {self.observation.package.name}.libs is not ours and stays as it is.")
        stub = self.observation.stub.get(part.name)
        if stub and wish.link_stub and wish.provider:
            self._link_stub(part, stub, wish.provider)
        elif stub:
            self._keep_stub(part, stub, wish.provider)
        if len(self.ordered()) > before:
            self.touched.add(part.name)

    def _link_stub(self, part: Part, stub: Stub, provider: Provider) -> None:
        """Put the provider's shim in the stub's place, as long as the stub's bytes are kept."""
        wanted = f"../{provider.folder}/{part.libraries[0]}.so.{stub.major}"
        original = stub.name + BACKUP_SUFFIX
        entry = self.entries.get(stub.name)
        backup = self._backup(stub)
        self.keep.update((stub.name, original))
        if entry is None:
            if not backup:
                self.problems[part.name] = advice.stub_missing(self.observation, stub)
                return
            self.shims.append(Link(stub.name, wanted, None))
        elif self._is_stub(stub):
            backup = stub.name if backup != original else backup
            self.shims.append(Link(stub.name, wanted, entry.identity))
        elif entry.kind != "link" and not self._is_shim(entry, stub, provider):
            if stub.sha256:
                self.problems[part.name] = advice.stub_unknown(self.observation, stub)
            else:
                self.notes.append(f"{stub.name} can't be verified (no hash in RECORD) and stays in place.")
            return
        elif entry.text != wanted and backup and stub.sha256:
            self.shims.append(Link(stub.name, wanted, entry.identity))
        self.backed_up.append(stub.name)
        if backup and backup != original:
            self.backups.append(Backup(backup, original, stub.sha256))
        elif not backup and stub.sha256:
            # Made by hand, by somebody who kept no backup, or a wrong one.
            if original in self.entries:
                self.problems[part.name] = advice.backup_wrong(self.observation, original)
            else:
                self.notes.append(advice.backup_missing(self.observation, stub))

    def _keep_stub(self, part: Part, stub: Stub, provider: Provider | None) -> None:
        """Have the stub itself in its place."""
        original = stub.name + BACKUP_SUFFIX
        entry = self.entries.get(stub.name)
        self.keep.add(stub.name)
        if self._is_stub(stub) and entry is not None and not _is_ours(stub.name, entry.text):
            return
        if entry is not None and entry.kind != "link" and not self._is_shim(entry, stub, provider):
            if stub.sha256:
                self.keep.add(original)
                self.problems.setdefault(part.name, advice.stub_unknown(self.observation, stub))
                self.unrestorable = self.problems[part.name][0]
            return
        known = self.restore or entry is None or entry.kind != "link" or _is_ours(stub.name, entry.text)
        if not known and entry is not None and entry.size >= 0:
            self.keep.add(original)  # somebody's own link, to a copy that we do not know: it may serve
            return
        # Also where an installer wrote the stub through our link, into the provider's file: from there, then.
        backup = stub.name if self._is_stub(stub) else self._backup(stub)
        self.keep.add(original)
        if backup:
            if backup != original:
                self.backups.append(Backup(backup, original, stub.sha256))
            self.restores.append(Restore(original, stub.name))
            return
        self.unrestorable = advice.stub_lost(self.observation, stub)
        if entry is None or entry.size < 0:
            self.problems[part.name] = advice.stub_missing(self.observation, stub)

    def _is_stub(self, stub: Stub) -> bool:
        """Tell whether what stands in the stub's place has its bytes."""
        entry = self.entries.get(stub.name)
        return entry is not None and stub.sha256 != "" and entry.sha256 == stub.sha256

    def _backup(self, stub: Stub) -> str:
        """Return the name of a file with the stub's bytes, "" where there is none."""
        original = stub.name + BACKUP_SUFFIX
        entry = self.entries.get(original)
        if entry and entry.sha256 and (entry.sha256 == stub.sha256 or not stub.sha256):
            return original
        for name, other in self.entries.items():
            if name != stub.name and stub.sha256 and other.sha256 == stub.sha256:
                return name
        return ""

    def _is_shim(self, entry: Entry, stub: Stub, provider: Provider | None) -> bool:
        """Tell whether `entry` is the provider's shim as a file: a link that a copying tool followed."""
        known = self.manifest.links.get(stub.name)
        now = provider.shim_sha256.values() if provider else ()
        return entry.sha256 != "" and (entry.sha256 in now or (known is not None and known.sha256 == entry.sha256))

    def stale(self) -> None:
        """Remove what is ours and serves nothing."""
        patterns = [stub_pattern(PARTS[part]) for part in self.observation.package.stubs]
        unverified = any(not stub.sha256 for stub in self.observation.stub.values())
        for name, entry in self.entries.items():
            if name in self.keep:
                continue
            base = name[: -len(BACKUP_SUFFIX)] if name.endswith(BACKUP_SUFFIX) else name
            if any(pattern.fullmatch(base) for pattern in patterns):
                if base == name:
                    if entry.kind != "link" or not _is_ours(name, entry.text):
                        continue
                    original = self.entries.get(name + BACKUP_SUFFIX)
                    if original and self.observation.installed and name in self.observation.installed_names:
                        self.restores.append(Restore(name + BACKUP_SUFFIX, name))
                        self.keep.add(name + BACKUP_SUFFIX)
                    elif name not in self.observation.installed_names:
                        self.removes.append(Remove(name, entry.identity))
                elif entry.kind != "folder" and not unverified:
                    self.removes.append(Remove(name, entry.identity))
            elif entry.kind == "link":
                if _is_ours(name, entry.text):
                    self.removes.append(Remove(name, entry.identity))
            elif entry.kind == "file" and _is_link_name(name) and name not in self.observation.installed_names:
                known = self.manifest.links.get(name)
                if entry.copy_of or (known and known.size == entry.size):
                    self.removes.append(Remove(name, entry.identity))
        kept = {action.backup for action in self.restores if isinstance(action, Restore)}
        self.removes = [action for action in self.removes if not isinstance(action, Remove) or action.name not in kept]


def _state(observation: Observation, part: Part, wish: _Wish | None, diff: _Diff, paused: bool) -> PartState:
    if not wish:
        return PartState(part.name, "", "", "not-needed", "none", "", ())
    needs = f"{part.libraries[-1]}.so.{observation.needs[part.name]}"
    shown = wish.provider or next(iter(observation.providers.get(part.name, ())), None)
    provider = f"{shown.wheel} {shown.version}".strip() if shown else ""
    verdict, why, lines = wish.verdict, wish.why, wish.advice
    if part.name in diff.problems:
        verdict = "damaged"
        why, lines = diff.problems[part.name]
    served = "links" if wish.links else "none"
    if wish.verdict == "not-needed":
        pass
    elif paused:
        verdict, served, why, lines = "paused", "none", "taken back with --restore", (advice.unpause(observation),)
    elif observation.folder == "link":
        verdict = worst([verdict, "read-only"]) if wish.links else verdict
        why, served = f"{observation.libs} is a symlink, and what it leads to is not ours to change", "none"
        lines = ()
    elif part.name in diff.touched:
        served = "none"
        if observation.writable:
            why = why or "a heal is possible, and not applied (the start-up hook is off, or has not run since the change)"
            lines = lines or (f"Heal it: {advice.command(observation)}",)
            verdict = worst([verdict, "pending"])
        else:
            why = why or f"{observation.libs} can't be written by this user"
            lines = lines or advice.read_only(observation)
            verdict = worst([verdict, "read-only"])
    return PartState(part.name, needs, provider, verdict, served, why, lines)


def _found(observation: Observation) -> dict[str, str]:
    found = {observation.package.name: observation.version} if observation.installed else {}
    for providers in observation.providers.values():
        found.update((one.wheel, one.version) for one in providers if one.wheel)
    return found


def _overwritten(wishes: dict[str, _Wish]) -> list[str]:
    """Tell of wheels whose files another one, whole, has overwritten: nothing is wrong until one of them is removed."""
    return [
        f"{wish.provider.wheel} {wish.provider.version} lies over {other} in {wish.provider.folder}: keep one of them."
        for wish in wishes.values()
        if wish.provider and not wish.provider.damaged
        for other in wish.provider.overwritten
    ]


def _known(observation: Observation, wishes: dict[str, _Wish]) -> dict[str, Known]:
    known = {}
    for part, wish in wishes.items():
        if not wish.provider:
            continue
        for name, target in wish.links.items():
            known[name] = Known(target, wish.provider.files[target.rpartition("/")[2]], "")
        if wish.link_stub:
            file = f"{PARTS[part].libraries[0]}.so.{observation.stub[part].major}"
            target = f"../{wish.provider.folder}/{file}"
            known[observation.stub[part].name] = Known(target, wish.provider.files[file], wish.provider.shim_sha256[file])
    return known


def _cause(observation: Observation, before: dict[str, str], now: dict[str, str]) -> str:
    """Return the change since the last heal, such as ``ctranslate2 4.6.1 -> 4.6.2``."""
    if not before:
        return "first heal: " + ", ".join(f"{name} {version}" for name, version in now.items())
    wheels = {wheel for part in observation.needs for wheel in PARTS[part].wheels}
    changes = [
        f"{name} {before[name]} -> {version}" if name in before else f"{name} {version} added"
        for name, version in now.items()
        if before.get(name) != version
    ]
    changes += [f"{name} {before[name]} -> removed" for name in before if name not in now and name in wheels]
    return ", ".join(changes) or "files were missing or changed"
