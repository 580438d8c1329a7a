"""From what is there to what should be there: the actions, and what stands in their way.  Pure."""

from __future__ import annotations

from cudnn_heal.catalog import FAMILIES, Family
from cudnn_heal.decide.changes import Changes
from cudnn_heal.decide.present import classify, is_our_backup, standing
from cudnn_heal.decide.stub_place import put_back, settle
from cudnn_heal.decide.wanted import Part
from cudnn_heal.model import (
    BACKUP_SUFFIX,
    MakeLink,
    Observation,
    Reason,
    Remove,
)
from cudnn_heal.names import belongs, library_parts, stub_major

QUIET_SECONDS = 5.0
"""How long a folder must have been unchanged before it is removed, or a pause forgotten: an installer may be at work."""


def hands_on(observation: Observation) -> bool:
    """Tell whether the folder may be changed: it is one, all of it was read, and no installer is removing the package.

    Without the stub's link pip's removal would fail, and one that it takes back needs the backup.
    """
    folder = observation.folder
    if folder.kind != "folder" or observation.consumer.way != "links" or observation.unread():
        return False
    carried = FAMILIES.get(observation.consumer.stub)
    remaining = observation.record or any(carried and stub_major(carried, name) for name in observation.entries)
    return not (remaining and not observation.installed and folder.quiet_seconds < QUIET_SECONDS)


def to_reach(observation: Observation, parts: list[Part], restoring: bool) -> Changes:
    """Return what leads from what is there to `parts`, or to what was found before any heal."""
    changes = Changes()
    changes.known = True
    for part in parts:
        before = len(changes.ordered())
        if observation.unread(part.family.name) and not restoring:
            changes.kept.update(name for name in observation.entries if is_of(part.family, name))  # until it can be read
            continue
        blocked = _in_the_way(observation, part)
        if blocked:
            changes.problems[part.family.name] = Reason("foreign-file", {"files": tuple(blocked)})
        linking = not blocked and not restoring
        if part.family.name == observation.consumer.stub and observation.stub and observation.folder.official:
            replacing = linking and bool(part.shim)
            linking &= settle(observation, part, changes, replacing=replacing, restoring=restoring)
        if linking:
            for name, text in part.links.items():
                changes.kept.add(name)
                _link(observation, name, text, changes)
        if len(changes.ordered()) > before:
            changes.touched.add(part.family.name)
    for name in [name for name in observation.entries if name not in changes.kept]:
        if _remove(observation, name, changes):
            changes.touched.update(part.family.name for part in parts if is_of(part.family, name))
    return changes


def _in_the_way(observation: Observation, part: Part) -> list[str]:
    """Return the files that lie where libraries of the part are searched, and that can't be identified: they stay."""
    searched = (name for name in observation.entries if name not in observation.claimed and part.has(name))
    return [name for name in searched if classify(observation, name) == "foreign"]


def _link(observation: Observation, name: str, text: str, changes: Changes) -> None:
    """Have `name` lead to `text`, where it does not already."""
    if standing(observation, name, text) in ("absent", "stale"):
        entry = observation.entries.get(name)
        changes.links.append(MakeLink(name, text, entry.mark if entry else None))


def _remove(observation: Observation, name: str, changes: Changes) -> bool:
    """Remove `name` if it is ours and serves nothing; tell whether anything is to be done."""
    entry = observation.entries[name]
    if name.endswith(BACKUP_SUFFIX):
        plain = name.removesuffix(BACKUP_SUFFIX)
        stub = observation.entries.get(plain)
        if not is_our_backup(observation, name, entry):
            return False
        if classify(observation, plain) in ("ours", "copied"):
            return False  # the two go together, below
        if (stub and stub.soname == plain) or plain not in observation.claimed:
            changes.removes.append(Remove(name, entry.mark, plain, stub.mark if stub else None))
        elif not stub:  # a copying tool dropped our link
            changes.restores.append(put_back(observation, plain, entry))
        else:
            return False
        return True
    kind = classify(observation, name)
    if kind not in ("ours", "copied"):
        return False
    original = observation.entries.get(name + BACKUP_SUFFIX)
    if original and original.soname == name:
        # Whoever removed the package would have taken what stands in the stub's place, had a RECORD named it: it was to stay.
        changes.restores.append(put_back(observation, name, original))
    elif name not in observation.claimed:
        changes.removes.append(Remove(name, entry.mark))
    else:
        return False
    return True


def is_of(family: Family, name: str) -> bool:
    """Tell whether `name` is a library of `family`, a stub of it, or that one's backup."""
    name = name.removesuffix(BACKUP_SUFFIX)
    parts = library_parts(name)
    return parts is not None and (belongs(family, parts[0]) or stub_major(family, name) is not None)
