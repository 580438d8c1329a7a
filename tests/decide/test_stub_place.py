"""The stub's place, cell by cell: what may stand there times what lies beside it, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest

from cudnn_heal.catalog import FAMILIES
from cudnn_heal.decide import stub_place
from cudnn_heal.decide.changes import Changes
from cudnn_heal.decide.folder import to_reach
from cudnn_heal.decide.stub_place import BACKUPS, SHIM_BELONGS, STEPS, STUB_BELONGS, what_is_kept, what_stands
from cudnn_heal.decide.wanted import part_of
from cudnn_heal.model import (
    NO_MANIFEST,
    BackUp,
    Entry,
    KeptStub,
    MakeCopy,
    MakeLink,
    Observation,
    PutBack,
    Reason,
    Remove,
    Stub,
)
from support.observations import (
    BACKUP,
    SHIM,
    STUB,
    STUB_SHA256,
    backup_entry,
    identity,
    link,
    mark,
    mine,
    observation,
    provider,
    stub_entry,
    with_names,
)

CUDNN, CUBLAS = provider("cudnn", "libcudnn.so.9", "libcudnn_ops.so.9"), provider("cublas")
SHIM_SHA256 = CUDNN.shim_sha256["libcudnn.so.9"]
OPS = "libcudnn_ops.so.9"
OURS, ANOTHER = KeptStub(STUB, STUB_SHA256, "/cache/stub"), KeptStub(STUB, "the stub of 4.5.0", "")
SHIM_LINK = link(SHIM, CUDNN, sha256=SHIM_SHA256, soname="libcudnn.so.9")

STANDS: dict[str, tuple[Entry | None, ...]] = {
    "absent": (None,),
    "dangling": (link(SHIM),),
    "stub": (stub_entry(), stub_entry(kind="link", text="/cache/stub")),
    "through": (SHIM_LINK._replace(sha256=STUB_SHA256, soname=STUB),),
    "shim": (mine("copy", sha256=SHIM_SHA256, soname="libcudnn.so.9"),),
    "older": (
        SHIM_LINK,
        SHIM_LINK._replace(size=0, sha256=""),
        mine("old copy", sha256="the shim of 9.1", soname="libcudnn.so.9"),
    ),
    "same": (link(f"{CUDNN.real}/libcudnn.so.9", CUDNN, sha256=SHIM_SHA256, soname="libcudnn.so.9"),),
    "foreign": (mine(), link("/opt/libcudnn.so.9"), mine(kind="folder")),
}
BESIDE: dict[str, tuple[Entry | None, tuple[KeptStub, ...]]] = {
    "nothing": (None, (OURS,)),
    "original": (backup_entry(mark=mark("backup")), ()),
    "ours": (backup_entry(mark=mark("backup")), (OURS,)),
    "older": (backup_entry(mark=mark("backup"), sha256=ANOTHER.sha256, leads_to=identity("backup")), (ANOTHER,)),
    "unknown": (mine("backup"), (OURS, ANOTHER)),
}
# What comes of it where the shim belongs there, and where the stub does; "links": the sub-libraries are linked.
# fmt: off
SHIM_EXPECTED = {
    "absent": ("stub-missing, links", "copy, kept, links", "copy, kept, links", "stub-missing, links", "stub-missing, links"),
    "stub": ("back up, copy of what is kept, kept, links", "copy of what is kept, kept, links",
             "copy of what is kept, kept, links", "back up, copy of what is kept, kept, links", "backup-unknown"),
    "shim": ("note backup-missing, links", "kept, links", "kept, links", "backup-unknown, links", "backup-unknown, links"),
    "older": ("copy, note backup-missing, links", "copy, kept, links", "copy, kept, links",
              "copy, backup-unknown, links", "copy, backup-unknown, links"),
    "same": ("links",) * 5,
    "foreign": ("stub-unknown",) * 5,
}
SHIM_EXPECTED["dangling"] = SHIM_EXPECTED["through"] = SHIM_EXPECTED["older"]
STUB_EXPECTED = {
    "absent": ("lost, stub-missing", "put back", "put back", "lost, stub-missing", "lost, stub-missing"),
    "stub": ("", "", "remove the backup", "remove the backup", ""),
    "through": ("back up, put that back", "put back", "back up, put that back", "back up, put that back", "lost"),
    "older": ("lost", "put back", "put back", "lost", "lost"),
    "same": ("",) * 5,
    "foreign": ("stub-unknown",) * 5,
}
STUB_EXPECTED["dangling"] = STUB_EXPECTED["absent"]
STUB_EXPECTED["shim"] = STUB_EXPECTED["older"]
# fmt: on
LEFT = ("same", "foreign")
"""What a restore leaves as it is, and tells."""

CELLS = [
    pytest.param(row, number, entry, column, id=f"{row} {number or ''} x {column}")
    for row, entries in STANDS.items()
    for number, entry in enumerate(entries)
    for column in BESIDE
]


def seen_with(entry: Entry | None, column: str, **fields: Any) -> Observation:
    backup, stubs = BESIDE[column]
    known = NO_MANIFEST._replace(stubs=stubs, shims=("the shim of 9.1", SHIM_SHA256))
    return with_names(observation(**{"manifest": known, "providers": (CUDNN, CUBLAS), **fields}), {STUB: entry, BACKUP: backup})


def reached(seen: Observation, *, restoring: bool = False) -> Changes:
    return to_reach(seen, [part_of(seen, FAMILIES[name], major) for name, major in seen.needs.items()], restoring)


def words(seen: Observation, changes: Changes) -> str:
    """Return what is done, told and kept in the stub's place, in words, each action held against what it must say."""
    entry, backup = seen.entries.get(STUB), seen.entries.get(BACKUP)
    marks = entry.mark if entry else None, backup.mark if backup else None
    found = []
    for action in changes.ordered():
        if isinstance(action, BackUp):
            assert entry and action == BackUp(STUB, BACKUP, entry.sha256, marks[1])
            found.append("back up")
        elif isinstance(action, MakeCopy):
            assert action[:4] == (STUB, SHIM, SHIM_SHA256, marks[0])
            assert action.backup == "" or (entry and action[4:] == (BACKUP, entry.sha256))
            found.append("copy of what is kept" if action.backup else "copy")
        elif isinstance(action, PutBack):
            sha256 = (entry if action.mark is None else backup).sha256  # type: ignore[union-attr]
            text = "" if action.mark is None else seen.stub_texts.get(STUB, "")
            assert action == PutBack(BACKUP, STUB, action.mark, marks[0], sha256, text)
            assert action.mark in (None, marks[1])
            found.append("put that back" if action.mark is None else "put back")
        elif isinstance(action, Remove) and action.name == BACKUP:
            assert action == Remove(BACKUP, marks[1], STUB, marks[0])  # type: ignore[arg-type]
            found.append("remove the backup")
    found += ["lost"] if changes.unrestorable else []
    assert changes.unrestorable in (None, Reason("stub-missing", {"file": (STUB,)}))
    for reason in [changes.problems[name] for name in changes.problems if name == "cudnn"]:
        assert reason.values == {"file": (BACKUP if reason.code == "backup-unknown" else STUB,)}
        found.append(reason.code)
    assert all(reason.values == {"file": (STUB,)} for reason in changes.notes)
    found += [f"note {reason.code}" for reason in changes.notes]
    found += ["kept"] if changes.stub else []
    found += ["links"] if any(isinstance(one, MakeLink) and one.name == OPS for one in changes.links) else []
    return ", ".join(found)


@pytest.mark.parametrize(("row", "number", "entry", "column"), CELLS)
def test_where_the_shim_belongs(row: str, number: int, entry: Entry | None, column: str) -> None:
    seen = seen_with(entry, column)
    changes = reached(seen)
    part = part_of(seen, FAMILIES["cudnn"], 9)
    assert (what_stands(seen, STUB, part), what_is_kept(seen, STUB, row)) == (row, column)  # type: ignore[arg-type]
    assert words(seen, changes) == SHIM_EXPECTED[row][list(BESIDE).index(column)]
    backup = seen.entries.get(BACKUP)
    if changes.stub and entry and row == "stub":
        assert changes.stub == KeptStub(STUB, entry.sha256, entry.text)
    elif changes.stub and backup:
        assert changes.stub == (OURS if column == "ours" else KeptStub(STUB, backup.sha256, ""))


@pytest.mark.parametrize(("row", "number", "entry", "column"), CELLS)
def test_where_the_stub_belongs(row: str, number: int, entry: Entry | None, column: str) -> None:
    """The provider is gone; or the user wants everything back, and is told of what stays."""
    expected = STUB_EXPECTED[row][list(BESIDE).index(column)]
    if not (row == "same" or (row, number) == ("foreign", 2)):  # without the provider nobody knows somebody's own link to it
        gone = seen_with(entry, column, providers=(CUBLAS,), stub_texts={STUB: "/cache/stub"})
        assert words(gone, reached(gone)) == expected
    seen = seen_with(entry, column, stub_texts={STUB: "/cache/stub"})
    told = [*filter(None, [expected]), *(["note stub-unknown"] if row in LEFT else [])]
    assert words(seen, reached(seen, restoring=True)) == ", ".join(told)


def test_without_a_hash_in_record_another_stubs_bytes_are_no_backup_of_this_one() -> None:
    other = backup_entry(sha256="another stub", leads_to=identity("backup"))
    seen = with_names(seen_with(stub_entry(), "original", stub=Stub(STUB, "")), {BACKUP: other})
    assert words(seen, reached(seen)) == "backup-unknown"
    seen = with_names(seen, {BACKUP: other._replace(sha256=STUB_SHA256)})
    assert words(seen, reached(seen)) == "copy of what is kept, kept, links", "the control"


@pytest.mark.parametrize("entry", STANDS["foreign"])
def test_beside_what_nobody_knows_links_stay_unless_the_user_wants_everything_back(entry: Entry) -> None:
    ours = link(f"../nvidia/cudnn/lib/{OPS}", CUDNN)
    seen = with_names(seen_with(entry, "nothing"), {OPS: ours})
    assert not reached(seen).removes
    assert [one.name for one in reached(seen, restoring=True).removes] == [OPS]


def test_every_cell_has_words_and_every_word_a_step() -> None:
    cells = [cell for table in (SHIM_BELONGS, STUB_BELONGS) for row in table.values() for cell in row]
    assert SHIM_BELONGS.keys() == STUB_BELONGS.keys() == STANDS.keys()
    assert all(len(row) == len(BACKUPS) for table in (SHIM_BELONGS, STUB_BELONGS) for row in table.values())
    assert tuple(BESIDE) == BACKUPS
    used = {word for cell in cells for word in cell.split()}
    assert used == {*STEPS, stub_place.STOP}
