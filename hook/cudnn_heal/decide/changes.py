"""From what is there to what should be there: the actions, and what stands in their way.  Pure."""

from __future__ import annotations

from cudnn_heal.catalog import FAMILIES, Family
from cudnn_heal.decide.present import classify, is_our_backup, is_stub
from cudnn_heal.decide.wanted import Part
from cudnn_heal.memory.manifest import backed_up
from cudnn_heal.model import (
    BACKUP_SUFFIX,
    Action,
    BackUp,
    Entry,
    KeptStub,
    MakeCopy,
    MakeLink,
    Observation,
    PutBack,
    Reason,
    Remove,
)
from cudnn_heal.names import belongs, library_parts, stub_pattern

QUIET_SECONDS = 5.0
"""How long a folder must have been unchanged before it is removed, or a pause forgotten: an installer may be at work."""


class Changes:
    """The actions that lead from the observed entries to the parts, and what stands in their way."""

    def __init__(self) -> None:
        self.known = False
        """Whether the folder is ours to change at all."""
        self.backups: list[Action] = []
        self.restores: list[PutBack] = []
        self.links: list[MakeLink] = []
        self.shims: list[MakeCopy] = []
        self.removes: list[Remove] = []
        self.problems: dict[str, Reason] = {}
        """By family."""
        self.touched: set[str] = set()
        """The families for which something is to be done."""
        self.notes: list[Reason] = []
        self.stub: KeptStub | None = None
        """The one that has a backup, or will have."""
        self.unrestorable: Reason | None = None

    def ordered(self) -> list[Action]:
        """Return the actions in the order in which a crash between any two harms nothing."""
        return [*self.backups, *self.restores, *self.links, *self.shims, *self.removes]


def hands_on(observation: Observation) -> bool:
    """Tell whether the folder may be changed: it is one, and no installer is removing the package.

    Without the stub's link pip's removal would fail, and one that it takes back needs the backup.
    """
    folder = observation.folder
    if folder.kind != "folder" or observation.consumer.way != "links":
        return False
    pattern = stub_pattern(FAMILIES[observation.consumer.stub]) if observation.consumer.stub else None
    remaining = observation.record or any(pattern and pattern.fullmatch(name) for name in observation.entries)
    return not (remaining and not observation.installed and folder.quiet_seconds < QUIET_SECONDS)


def to_reach(observation: Observation, parts: list[Part], restoring: bool) -> Changes:
    """Return what leads from what is there to `parts`, or to what was found before any heal."""
    changes = Changes()
    changes.known = True
    kept: set[str] = set()
    for part in parts:
        before = len(changes.ordered())
        blocked = _in_the_way(observation, part)
        if blocked:
            changes.problems[part.family.name] = Reason("foreign-file", {"files": tuple(blocked)})
        if part.family.name == observation.consumer.stub and observation.stub and observation.folder.official:
            original = observation.stub.name + BACKUP_SUFFIX
            kept.update((observation.stub.name, original))
            replacing = bool(part.shim) and not blocked and not restoring
            replaced = replacing and _replace_stub(observation, part, changes)
            if not replaced:
                _keep_stub(observation, part, changes, restoring)
            blocked = blocked or (["stub"] if replacing and not replaced else [])
            if classify(observation, observation.stub.name) == "foreign" and not restoring:
                kept.update(part.links)  # no link is made beside it, and none taken away: it may work with them
        if not blocked and not restoring:
            for name, text in part.links.items():
                kept.add(name)
                _link(observation, name, text, changes)
        if len(changes.ordered()) > before:
            changes.touched.add(part.family.name)
    for name in observation.entries:
        if name not in kept:
            removed = _remove(observation, name, changes)
            if removed:
                changes.touched.update(part.family.name for part in parts if _is_of(part.family, name))
    return changes


def _in_the_way(observation: Observation, part: Part) -> list[str]:
    """Return the files that lie where libraries of the part are searched, and that can't be identified: they stay."""
    searched = (name for name in observation.entries if name not in observation.claimed and part.has(name))
    return [name for name in searched if classify(observation, name) == "foreign"]


def _link(observation: Observation, name: str, text: str, changes: Changes) -> None:
    """Have `name` lead to `text`, where it does not already."""
    entry = observation.entries.get(name)
    kind = classify(observation, name)
    if kind == "absent":
        changes.links.append(MakeLink(name, text, None))
    elif entry and (kind == "copied" or (kind == "ours" and entry.text != text)):
        changes.links.append(MakeLink(name, text, entry.mark))


def _replace_stub(observation: Observation, part: Part, changes: Changes) -> bool:
    """Put the provider's shim in the stub's place, as long as the stub's bytes are kept; tell whether that can be done.

    It is a copy: the import survives when cudnn-heal and NVIDIA's wheels are removed in one go, and what an installer writes
    there does not land in NVIDIA's file.  Measured in each order of imports on a GPU, it follows as a link does.
    """
    stub = observation.stub
    assert stub is not None
    original = stub.name + BACKUP_SUFFIX
    entry, backup = observation.entries.get(stub.name), observation.entries.get(original)
    kind = classify(observation, stub.name)
    kept = backup is not None and is_stub(observation, original, backup)
    if kind == "foreign":
        changes.problems[part.family.name] = Reason("stub-unknown", {"file": (stub.name,)})
        return False
    if kind == "stub" and entry:
        if backup and backup.sha256 != entry.sha256 and not is_our_backup(observation, original, backup):
            changes.problems[part.family.name] = Reason("backup-unknown", {"file": (original,)})
            return False
        if not backup or backup.sha256 != entry.sha256:
            changes.backups.append(BackUp(stub.name, original, entry.sha256, backup.mark if backup else None))
        changes.shims.append(MakeCopy(stub.name, part.shim, part.shim_sha256, entry.mark, original, entry.sha256))
        changes.stub = KeptStub(stub.name, entry.sha256, entry.text)
        return True
    if kind == "absent" and not kept:
        changes.problems[part.family.name] = Reason("stub-missing", {"file": (stub.name,)})
        return True  # nothing to put back either
    if kind == "absent":
        changes.shims.append(MakeCopy(stub.name, part.shim, part.shim_sha256, None))
    elif entry and kind in ("ours", "copied") and (entry.kind == "link" or entry.sha256 != part.shim_sha256):
        changes.shims.append(MakeCopy(stub.name, part.shim, part.shim_sha256, entry.mark))
    if kind == "same":
        return True  # somebody's own link to the shim: it serves, and what lies beside it is theirs too
    if kept and backup:
        known = backed_up(observation.manifest, stub.name, backup.sha256)
        changes.stub = known or KeptStub(stub.name, backup.sha256, "")
    elif backup:
        changes.problems[part.family.name] = Reason("backup-unknown", {"file": (original,)})
    else:
        changes.notes.append(Reason("backup-missing", {"file": (stub.name,)}))
    return True


def _keep_stub(observation: Observation, part: Part, changes: Changes, restoring: bool) -> None:
    """Have the stub itself in its place."""
    stub = observation.stub
    assert stub is not None
    original = stub.name + BACKUP_SUFFIX
    entry, backup = observation.entries.get(stub.name), observation.entries.get(original)
    kind = classify(observation, stub.name)
    if kind in ("stub", "same", "foreign"):
        if kind == "stub" and backup and is_our_backup(observation, original, backup):
            changes.removes.append(Remove(original, backup.mark, stub.name, entry.mark if entry else None))
        elif kind != "stub" and restoring:
            changes.notes.append(Reason("stub-unknown", {"file": (stub.name,)}))
        if kind == "foreign":
            changes.problems.setdefault(part.family.name, Reason("stub-unknown", {"file": (stub.name,)}))
        return
    if entry and is_stub(observation, stub.name, entry) and (not backup or is_our_backup(observation, original, backup)):
        # An installer wrote the stub through our link, into the provider's file: from there, then.
        changes.backups.append(BackUp(stub.name, original, entry.sha256, backup.mark if backup else None))
        changes.restores.append(PutBack(original, stub.name, None, entry.mark, entry.sha256, ""))
    elif backup and is_stub(observation, original, backup):
        changes.restores.append(_put_back(observation, stub.name, backup))
    else:
        lost = Reason("stub-missing", {"file": (stub.name,)})
        changes.unrestorable = lost
        if entry is None or entry.size < 0:
            changes.problems[part.family.name] = lost


def _put_back(observation: Observation, name: str, backup: Entry) -> PutBack:
    """Return what puts `backup` back under `name`, as the symlink that it was where that still leads to its bytes."""
    entry = observation.entries.get(name)
    text = observation.stub_texts.get(name, "")
    return PutBack(name + BACKUP_SUFFIX, name, backup.mark, entry.mark if entry else None, backup.sha256, text)


def _remove(observation: Observation, name: str, changes: Changes) -> bool:
    """Remove `name` if it is ours and serves nothing; tell whether anything is to be done."""
    entry = observation.entries[name]
    if name.endswith(BACKUP_SUFFIX):
        plain = name.removesuffix(BACKUP_SUFFIX)
        stub = observation.entries.get(plain)
        if not is_our_backup(observation, name, entry):
            return False
        if stub and classify(observation, plain) in ("ours", "copied"):
            return False  # the two go together, below
        if (stub and stub.soname == plain) or plain not in observation.claimed:
            changes.removes.append(Remove(name, entry.mark, plain, stub.mark if stub else None))
        elif not stub:  # a copying tool dropped our link
            changes.restores.append(_put_back(observation, plain, entry))
        else:
            return False
        return True
    kind = classify(observation, name)
    if kind not in ("ours", "copied"):
        return False
    original = observation.entries.get(name + BACKUP_SUFFIX)
    if original and original.soname == name:
        # Whoever removed the package would have taken what stands in the stub's place, had a RECORD named it: it was to stay.
        changes.restores.append(_put_back(observation, name, original))
    elif name not in observation.claimed:
        changes.removes.append(Remove(name, entry.mark))
    else:
        return False
    return True


def _is_of(family: Family, name: str) -> bool:
    parts = library_parts(name)
    return parts is not None and (belongs(family, parts[0]) or bool(family.shim and stub_pattern(family).fullmatch(name)))
