"""What is done in the stub's place: a table, what may stand there times what lies beside it as its backup.  Pure.

The shim is copied, never linked: the import survives when cudnn-heal and NVIDIA's wheels are removed in one go, and what an
installer writes there does not land in the wheel's file.  A copy serves as a link does (measured on a GPU, in each order of
imports).
"""

from __future__ import annotations

from cudnn_heal.decide.present import is_our_backup, is_stub, standing
from cudnn_heal.model import BACKUP_SUFFIX, BackUp, Entry, KeptStub, MakeCopy, Observation, PutBack, Reason, Remove
from cudnn_heal.tuples import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from cudnn_heal.decide.changes import Changes
    from cudnn_heal.decide.wanted import Part

Stands = Literal["absent", "dangling", "stub", "through", "shim", "older", "same", "foreign"]
"""``dangling``: our link, and what it led to is gone.  ``through``: our link, and an installer has written the stub through
it, into the provider's file.  ``shim``: our copy, as it should be.  ``older``: ours in any other way.  ``same``: somebody's own
link to, or copy of, the shim."""
Backup = Literal["nothing", "original", "ours", "older", "unknown"]
"""``original``: the stub's bytes, and nobody knows who kept them.  ``ours``: those bytes, kept by us.  ``older``: kept by us,
another stub's."""
BACKUPS: tuple[Backup, ...] = ("nothing", "original", "ours", "older", "unknown")

STOP = "stop"
"""The word that lets no sub-library be linked: beside a stub of another release they harm."""

# Each other word is a step: a function below.  The columns are those of BACKUPS.
# fmt: off
SHIM_BELONGS: dict[Stands, tuple[str, ...]] = {
    # backup:   nothing          original     ours         older                  unknown
    "absent":   ("missing",      "copy keep", "copy keep", "missing",             "missing"),
    "stub":     ("save replace", "replace",   "replace",   "save replace",        "unknown-backup stop"),
    "shim":     ("no-backup",    "keep",      "keep",      "unknown-backup",      "unknown-backup"),
    "older":    ("copy no-backup", "copy keep", "copy keep", "copy unknown-backup", "copy unknown-backup"),
    "dangling": ("copy no-backup", "copy keep", "copy keep", "copy unknown-backup", "copy unknown-backup"),
    "through":  ("copy no-backup", "copy keep", "copy keep", "copy unknown-backup", "copy unknown-backup"),
    "same":     ("",) * 5,  # it serves, and what lies beside it is theirs too
    "foreign":  ("unknown leave-links stop",) * 5,
}
STUB_BELONGS: dict[Stands, tuple[str, ...]] = {
    # backup:   nothing          original     ours         older                  unknown
    "absent":   ("lost missing", "put-back",  "put-back",  "lost missing",        "lost missing"),
    "stub":     ("",             "",          "drop",      "drop",                ""),
    "shim":     ("lost",         "put-back",  "put-back",  "lost",                "lost"),
    "older":    ("lost",         "put-back",  "put-back",  "lost",                "lost"),
    "dangling": ("lost missing", "put-back",  "put-back",  "lost missing",        "lost missing"),
    "through":  ("save return",  "put-back",  "save return", "save return",       "lost"),
    "same":     ("left",) * 5,
    "foreign":  ("left unknown leave-links",) * 5,
}
# fmt: on


class _Place(NamedTuple):
    """The stub's place, and what lies beside it."""

    observation: Observation
    part: Part
    name: str
    entry: Entry | None
    original: str
    """The backup's name."""
    backup: Entry | None
    restoring: bool

    @property
    def file(self) -> dict[str, tuple[str, ...]]:
        """What a sentence about it names."""
        return {"file": (self.name,)}


def settle(observation: Observation, part: Part, changes: Changes, *, replacing: bool, restoring: bool) -> bool:
    """Have the provider's shim in the stub's place, or the stub itself; tell whether its sub-libraries may be linked.

    :param replacing: whether the shim belongs there.
    :param restoring: whether the user wants everything back: then what stays is told.
    """
    assert observation.stub is not None
    name = observation.stub.name
    original = name + BACKUP_SUFFIX
    entry, backup = observation.entries.get(name), observation.entries.get(original)
    place = _Place(observation, part, name, entry, original, backup, restoring)
    changes.kept.update((name, original))
    stands = what_stands(observation, name, part)
    table = SHIM_BELONGS if replacing else STUB_BELONGS
    words = table[stands][BACKUPS.index(what_is_kept(observation, name, stands))].split()
    for word in words:
        if word != STOP:
            STEPS[word](place, changes)
    return STOP not in words


def what_stands(observation: Observation, name: str, part: Part) -> Stands:
    """Tell what stands in the stub's place `name`: the table's row."""
    found = standing(observation, name, part.shim, part.shim_sha256)
    if found == "stale":
        entry = observation.entries[name]
        return "through" if is_stub(observation, name, entry) else "dangling" if entry.size < 0 else "older"
    return "shim" if found == "right" else found


def what_is_kept(observation: Observation, name: str, stands: Stands) -> Backup:
    """Tell what lies beside the stub's place `name` as its backup: the table's column."""
    original = name + BACKUP_SUFFIX
    backup = observation.entries.get(original)
    if backup is None:
        return "nothing"
    is_original = is_stub(observation, original, backup)
    if stands == "stub":  # without a hash in RECORD any stub is one: what is there tells which
        is_original = backup.sha256 == observation.entries[name].sha256
    if is_our_backup(observation, original, backup):
        return "ours" if is_original else "older"
    return "original" if is_original else "unknown"


def put_back(observation: Observation, name: str, backup: Entry) -> PutBack:
    """Return what puts `backup` back under `name`, as the symlink that it was where that still leads to its bytes."""
    entry = observation.entries.get(name)
    text = observation.stub_texts.get(name, "")
    return PutBack(name + BACKUP_SUFFIX, name, backup.mark, entry.mark if entry else None, backup.sha256, text)


def _save(place: _Place, changes: Changes) -> None:
    assert place.entry
    changes.backups.append(BackUp(place.name, place.original, place.entry.sha256, place.backup.mark if place.backup else None))


def _replace(place: _Place, changes: Changes) -> None:
    """Replace the stub, as long as its bytes are kept."""
    entry = place.entry
    assert entry
    shim = place.part
    changes.shims.append(MakeCopy(place.name, shim.shim, shim.shim_sha256, entry.mark, place.original, entry.sha256))
    changes.stub = KeptStub(place.name, entry.sha256, entry.text)


def _copy(place: _Place, changes: Changes) -> None:
    shim = place.part
    changes.shims.append(MakeCopy(place.name, shim.shim, shim.shim_sha256, place.entry.mark if place.entry else None))


def _keep(place: _Place, changes: Changes) -> None:
    """Know the backup as ours from now on."""
    assert place.backup
    known = place.observation.manifest.backed_up(place.name, place.backup.sha256)
    changes.stub = known or KeptStub(place.name, place.backup.sha256, "")


def _put_back(place: _Place, changes: Changes) -> None:
    assert place.backup
    changes.restores.append(put_back(place.observation, place.name, place.backup))


def _return(place: _Place, changes: Changes) -> None:
    """Put back what has just been saved."""
    assert place.entry
    changes.restores.append(PutBack(place.original, place.name, None, place.entry.mark, place.entry.sha256, ""))


def _drop(place: _Place, changes: Changes) -> None:
    """Remove the backup: what it kept is in its place."""
    assert place.backup and place.entry
    changes.removes.append(Remove(place.original, place.backup.mark, place.name, place.entry.mark))


def _missing(place: _Place, changes: Changes) -> None:
    changes.problems[place.part.family.name] = Reason("stub-missing", place.file)


def _lost(place: _Place, changes: Changes) -> None:
    changes.unrestorable = Reason("stub-missing", place.file)


def _unknown(place: _Place, changes: Changes) -> None:
    changes.problems.setdefault(place.part.family.name, Reason("stub-unknown", place.file))


def _unknown_backup(place: _Place, changes: Changes) -> None:
    changes.problems[place.part.family.name] = Reason("backup-unknown", {"file": (place.original,)})


def _no_backup(place: _Place, changes: Changes) -> None:
    changes.notes.append(Reason("backup-missing", place.file))


def _left(place: _Place, changes: Changes) -> None:
    if place.restoring:
        changes.notes.append(Reason("stub-unknown", place.file))


def _leave_links(place: _Place, changes: Changes) -> None:
    """Leave the links as they are: what stands there may work with them."""
    if not place.restoring:
        changes.kept.update(place.part.links)


STEPS: dict[str, Callable[[_Place, Changes], None]] = {
    "save": _save,
    "replace": _replace,
    "copy": _copy,
    "keep": _keep,
    "put-back": _put_back,
    "return": _return,
    "drop": _drop,
    "missing": _missing,
    "lost": _lost,
    "unknown": _unknown,
    "unknown-backup": _unknown_backup,
    "no-backup": _no_backup,
    "left": _left,
    "leave-links": _leave_links,
}
