"""From what is there to what should be there: a table of (class, wanted) for each name, and the order of the actions."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from cudnn_heal.catalog import FAMILIES
from cudnn_heal.decide.changes import Changes
from cudnn_heal.decide.folder import hands_on, is_of, to_reach
from cudnn_heal.decide.plan import plan
from cudnn_heal.decide.wanted import Part, part_of
from cudnn_heal.model import (
    NO_MANIFEST,
    BackUp,
    Entry,
    KeptStub,
    MadeLink,
    MakeLink,
    Observation,
    PutBack,
    Reason,
    Remove,
    Stub,
)
from support.observations import (
    BACKUP,
    BINARY,
    SHIM,
    STUB,
    STUB_SHA256,
    backup_entry,
    carried_out,
    folder,
    link,
    mine,
    observation,
    provider,
    stub_entry,
    with_names,
)

CUDNN, CUBLAS = provider("cudnn", "libcudnn.so.9", "libcudnn_ops.so.9"), provider("cublas")
OPS = "libcudnn_ops.so.9"
OPS_TEXT = f"../nvidia/cudnn/lib/{OPS}"
STALE = "libcudnn_ops.so.9.1.0"
KNOWN = NO_MANIFEST._replace(
    stubs=(KeptStub(STUB, STUB_SHA256, ""),),
    links={
        OPS: MadeLink(OPS_TEXT, 5, CUDNN.files[OPS].sha256),
        STUB: MadeLink(SHIM, 5, CUDNN.shim_sha256["libcudnn.so.9"]),
        STALE: MadeLink(OPS_TEXT, 5, "ops of 9.1"),
    },
    shims=("the shim of 9.1", CUDNN.shim_sha256["libcudnn.so.9"]),
)


def parts(seen: Observation) -> list[Part]:
    return [part_of(seen, FAMILIES[name], need) for name, need in seen.needs.items()]


def changes(seen: Observation, *, restoring: bool = False) -> Changes:
    return to_reach(seen, parts(seen), restoring)


def seen_with(entries: dict[str, Entry | None], **fields: Any) -> Observation:
    fields.setdefault("providers", (CUDNN, CUBLAS))
    return with_names(observation(**fields), entries)


def about(found: Changes, name: str) -> list[str]:
    """Return what is done to `name`, in words."""
    return [type(one).__name__ for one in found.ordered() if getattr(one, "name", "") == name]


ABSOLUTE = link(f"{CUDNN.real}/{OPS}", CUDNN)
COPY = mine(sha256=CUDNN.files[OPS].sha256)


@pytest.mark.parametrize(
    ("entry", "manifest", "wanted", "unwanted", "problem"),
    [
        pytest.param(None, NO_MANIFEST, ["MakeLink"], [], "", id="absent"),
        pytest.param(link(OPS_TEXT, CUDNN), NO_MANIFEST, [], ["Remove"], "", id="ours"),
        pytest.param(COPY, KNOWN, ["MakeLink"], ["Remove"], "", id="copied"),
        pytest.param(COPY, NO_MANIFEST, [], [], "", id="same: the user's copy"),
        pytest.param(ABSOLUTE, NO_MANIFEST, [], [], "", id="same: an absolute link"),
        pytest.param(mine(), NO_MANIFEST, [], [], "foreign-file", id="foreign: a file"),
        pytest.param(mine(), KNOWN, [], [], "foreign-file", id="foreign: a file where our link was"),
        pytest.param(link("/opt/cudnn/libcudnn_ops.so.9"), NO_MANIFEST, [], [], "foreign-file", id="foreign: a link"),
        pytest.param(mine(kind="folder"), NO_MANIFEST, [], [], "foreign-file", id="foreign: a folder"),
    ],
)
def test_what_is_done_about_a_sub_library(
    entry: Entry | None, manifest: object, wanted: list[str], unwanted: list[str], problem: str
) -> None:
    found = changes(seen_with({OPS: entry}, manifest=manifest))
    assert about(found, OPS) == wanted
    assert (found.problems["cudnn"].code if "cudnn" in found.problems else "") == problem
    restored = changes(seen_with({OPS: entry}, manifest=manifest), restoring=True)
    assert about(restored, OPS) == unwanted
    no_provider = changes(seen_with({OPS: entry}, manifest=manifest, providers=(CUBLAS,)))
    assert about(no_provider, OPS) == ([] if entry in (COPY, ABSOLUTE) and manifest is NO_MANIFEST else unwanted)


@pytest.mark.parametrize(
    ("entry", "done"),
    [
        pytest.param(link(OPS_TEXT, CUDNN), ["Remove"], id="ours"),
        pytest.param(mine(sha256="ops of 9.1"), ["Remove"], id="copied"),
        pytest.param(mine(), [], id="foreign"),
        pytest.param(link("/opt/libcudnn_ops.so.9.1.0"), [], id="a foreign link"),
    ],
)
def test_what_served_another_release_is_removed_where_it_is_ours(entry: Entry, done: list[str]) -> None:
    assert about(changes(seen_with({STALE: entry}, manifest=KNOWN)), STALE) == done


def test_a_link_of_ours_with_another_of_our_texts_is_made_anew() -> None:
    old = link("../nvidia/cu13/lib/libcublas.so.12")
    found = changes(seen_with({"libcublas.so.12": old}))
    assert MakeLink("libcublas.so.12", "../nvidia/cublas/lib/libcublas.so.12", old.mark) in found.links


@pytest.mark.parametrize("name", ["notes.txt", "libfoo.so", BINARY, "libgomp-a34b3233.so.1.0.0", "libcublas.so.11"])
@pytest.mark.parametrize("restoring", [False, True])
def test_no_other_name_is_touched(name: str, restoring: bool) -> None:
    found = changes(seen_with({name: mine(name)}, manifest=KNOWN), restoring=restoring)
    assert about(found, name) == []
    assert found.problems == {}


# The stub's place.

SHIM_LINK = link(SHIM, CUDNN, sha256=CUDNN.shim_sha256["libcudnn.so.9"], soname="libcudnn.so.9")
SHIM_COPY = mine(sha256=CUDNN.shim_sha256["libcudnn.so.9"], soname="libcudnn.so.9")
OLD_COPY = mine(sha256="the shim of 9.1", soname="libcudnn.so.9")
USERS_LINK = link(f"{CUDNN.real}/libcudnn.so.9", CUDNN, sha256=CUDNN.shim_sha256["libcudnn.so.9"], soname="libcudnn.so.9")
FOREIGN_BACKUP = mine("backup")
OLD_STUB = KeptStub(STUB, "the stub of 4.5.0", "")
OLD_BACKUP = backup_entry(sha256="the stub of 4.5.0")


@pytest.mark.parametrize(
    ("entry", "backup", "manifest", "done", "backup_done", "problem"),
    [
        pytest.param(stub_entry(), None, NO_MANIFEST, ["BackUp", "MakeCopy"], [], "", id="stub"),
        pytest.param(stub_entry(), backup_entry(), NO_MANIFEST, ["MakeCopy"], [], "", id="stub, backed up"),
        pytest.param(
            stub_entry(), OLD_BACKUP, KNOWN._replace(stubs=(OLD_STUB,)), ["BackUp", "MakeCopy"], [], "",
            id="stub, our backup of another",
        ),
        pytest.param(stub_entry(), OLD_BACKUP, NO_MANIFEST, [], [], "backup-unknown", id="stub, another's backup"),
        pytest.param(stub_entry(), FOREIGN_BACKUP, NO_MANIFEST, [], [], "backup-unknown", id="stub, and an unknown backup"),
        pytest.param(SHIM_LINK, backup_entry(), KNOWN, ["MakeCopy"], [], "", id="0.1.0's link, backed up"),
        pytest.param(SHIM_LINK, FOREIGN_BACKUP, KNOWN, ["MakeCopy"], [], "backup-unknown", id="0.1.0's, an unknown backup"),
        pytest.param(SHIM_LINK, None, KNOWN, ["MakeCopy"], [], "", id="0.1.0's link, no backup"),
        pytest.param(SHIM_COPY, backup_entry(), KNOWN, [], [], "", id="copied"),
        pytest.param(SHIM_COPY, backup_entry(), NO_MANIFEST, [], [], "", id="copied, and the manifest is lost"),
        pytest.param(SHIM_COPY, None, NO_MANIFEST, [], [], "", id="same: a copy of the user's"),
        pytest.param(SHIM_COPY, FOREIGN_BACKUP, NO_MANIFEST, [], [], "", id="same, and the user's own backup of something"),
        pytest.param(OLD_COPY, backup_entry(), KNOWN, ["MakeCopy"], [], "", id="copied of another release"),
        pytest.param(OLD_COPY, backup_entry(), NO_MANIFEST, [], [], "stub-unknown", id="of another release, no manifest"),
        pytest.param(USERS_LINK, None, NO_MANIFEST, [], [], "", id="same: an absolute link"),
        pytest.param(USERS_LINK, FOREIGN_BACKUP, NO_MANIFEST, [], [], "", id="an absolute link, and the user's own backup"),
        pytest.param(mine(), None, NO_MANIFEST, [], [], "stub-unknown", id="foreign"),
        pytest.param(link("/opt/libcudnn.so.9"), backup_entry(), KNOWN, [], [], "stub-unknown", id="a foreign link"),
        pytest.param(None, None, NO_MANIFEST, [], [], "stub-missing", id="absent"),
        pytest.param(None, FOREIGN_BACKUP, NO_MANIFEST, [], [], "stub-missing", id="absent, and an unknown backup"),
        pytest.param(None, backup_entry(), KNOWN, ["MakeCopy"], [], "", id="absent, backed up"),
    ],
)  # fmt: skip
def test_what_is_done_to_put_the_shim_in_the_stubs_place(
    entry: Entry | None,
    backup: Entry | None,
    manifest: object,
    done: list[str],
    backup_done: list[str],
    problem: str,
) -> None:
    found = changes(seen_with({STUB: entry, BACKUP: backup}, manifest=manifest))
    assert about(found, STUB) == done
    assert about(found, BACKUP) == backup_done
    assert (found.problems["cudnn"].code if "cudnn" in found.problems else "") == problem
    if problem == "stub-unknown" or (problem == "backup-unknown" and entry and entry.soname == STUB):
        assert about(found, OPS) == [], "beside a stub of another release the sub-libraries harm"


RECORDED_STUB_THROUGH_LINK = SHIM_LINK._replace(sha256=STUB_SHA256, soname=STUB)


@pytest.mark.parametrize(
    ("entry", "backup", "manifest", "done", "backup_done", "refused"),
    [
        pytest.param(stub_entry(), None, NO_MANIFEST, [], [], False, id="stub"),
        pytest.param(stub_entry(), backup_entry(), KNOWN, [], ["Remove"], False, id="stub, and our backup"),
        pytest.param(stub_entry(), backup_entry(), NO_MANIFEST, [], [], False, id="stub, and somebody's backup"),
        pytest.param(stub_entry(), FOREIGN_BACKUP, KNOWN, [], [], False, id="stub, and an unknown backup"),
        pytest.param(SHIM_LINK, backup_entry(), KNOWN, ["PutBack"], [], False, id="ours, backed up"),
        pytest.param(SHIM_LINK, backup_entry(), NO_MANIFEST, ["PutBack"], [], False, id="made by hand, backed up"),
        pytest.param(SHIM_LINK, None, KNOWN, [], [], True, id="ours, no backup"),
        pytest.param(SHIM_LINK, FOREIGN_BACKUP, KNOWN, [], [], True, id="ours, and an unknown backup"),
        pytest.param(SHIM_COPY, backup_entry(), KNOWN, ["PutBack"], [], False, id="copied"),
        pytest.param(SHIM_COPY, backup_entry(), NO_MANIFEST, ["PutBack"], [], False, id="copied, and the manifest is lost"),
        pytest.param(SHIM_COPY, None, KNOWN, [], [], True, id="copied, no backup"),
        pytest.param(SHIM_COPY, None, NO_MANIFEST, [], [], False, id="same: a copy of the user's"),
        pytest.param(OLD_COPY, backup_entry(), KNOWN, ["PutBack"], [], False, id="copied of another release"),
        pytest.param(OLD_COPY, backup_entry(), NO_MANIFEST, [], [], False, id="of another release, no manifest"),
        pytest.param(USERS_LINK, backup_entry(), NO_MANIFEST, [], [], False, id="same"),
        pytest.param(mine(), backup_entry(), KNOWN, [], [], False, id="foreign"),
        pytest.param(None, backup_entry(), KNOWN, ["PutBack"], [], False, id="absent, backed up"),
        pytest.param(None, None, KNOWN, [], [], True, id="absent"),
        pytest.param(RECORDED_STUB_THROUGH_LINK, None, KNOWN, ["BackUp", "PutBack"], [], False, id="written through"),
        pytest.param(RECORDED_STUB_THROUGH_LINK, backup_entry(), KNOWN, ["BackUp", "PutBack"], [], False, id="and backed up"),
    ],
)
def test_what_is_done_to_put_the_stub_back(
    entry: Entry | None, backup: Entry | None, manifest: object, done: list[str], backup_done: list[str], refused: bool
) -> None:
    seen = seen_with({STUB: entry, BACKUP: backup}, manifest=manifest)
    found = changes(seen, restoring=True)
    assert about(found, STUB) == done
    assert about(found, BACKUP) == backup_done
    assert (found.unrestorable is not None) is refused
    # The same where the provider is gone: a start then takes the heal back.
    gone = seen._replace(providers={"cudnn": (), "cublas": (CUBLAS,)})
    assert about(changes(gone), BACKUP) == backup_done


def test_a_stub_that_was_a_symlink_is_put_back_as_one_while_that_leads_to_its_bytes() -> None:
    seen = seen_with({STUB: SHIM_LINK, BACKUP: backup_entry()}, manifest=KNOWN, stub_texts={STUB: "/cache/stub"})
    (restore,) = changes(seen, restoring=True).restores
    assert isinstance(restore, PutBack) and restore.text == "/cache/stub"


@pytest.mark.parametrize(
    ("name", "entry", "known", "claimed", "done"),
    [
        pytest.param(BACKUP, backup_entry(), KNOWN.stubs, False, ["Remove"], id="ours, of a version that is gone"),
        pytest.param(BACKUP, backup_entry(), KNOWN.stubs, True, [], id="ours, and a RECORD claims the stub"),
        pytest.param(BACKUP, backup_entry(), (), False, [], id="somebody's"),
        pytest.param("libcudnn-0123abcd.so.9.5.1.ORIGINAL", mine(), KNOWN.stubs, False, [], id="another name"),
        pytest.param("libcublas.so.12.ORIGINAL", mine(), KNOWN.stubs, False, [], id="not a stub's"),
    ],
)
def test_a_backup_without_its_stub_is_removed_only_where_it_is_ours(
    name: str, entry: Entry, known: tuple[KeptStub, ...], claimed: bool, done: list[str]
) -> None:
    seen = seen_with(
        {STUB: None, name: entry},
        stub=None,
        needs={},
        manifest=NO_MANIFEST._replace(stubs=known),
        claimed=frozenset({STUB} if claimed else ()),
    )
    assert about(changes(seen), name) == done


def test_a_claimed_stub_whose_link_a_copying_tool_dropped_comes_back_though_it_is_needed_no_more() -> None:
    seen = seen_with({STUB: None, BACKUP: backup_entry()}, stub=None, needs={}, manifest=KNOWN, claimed=frozenset({STUB}))
    assert about(changes(seen), STUB) == ["PutBack"]


def test_our_backup_goes_where_an_installer_laid_the_stub_down_again_though_it_is_needed_no_more() -> None:
    seen = seen_with(
        {STUB: stub_entry(), BACKUP: backup_entry()}, stub=None, needs={}, manifest=KNOWN, claimed=frozenset({STUB})
    )
    assert about(changes(seen), BACKUP) == ["Remove"]


@pytest.mark.parametrize("entry", [SHIM_COPY, OLD_COPY, SHIM_LINK], ids=["a copy", "an old copy", "0.1.0's link"])
def test_what_replaced_a_claimed_stub_goes_where_it_is_needed_no_more(entry: Entry) -> None:
    seen = seen_with({STUB: entry, BACKUP: backup_entry()}, stub=None, needs={}, manifest=KNOWN)
    assert about(changes(seen), STUB) == ["PutBack"]


@pytest.mark.parametrize("entry", [SHIM_COPY, None], ids=["replaced", "dropped"])
def test_a_stub_of_another_version_that_was_a_symlink_is_one_again_too(entry: Entry | None) -> None:
    seen = seen_with(
        {STUB: entry, BACKUP: backup_entry()},
        stub=None,
        needs={},
        manifest=KNOWN,
        claimed=frozenset({STUB}),
        stub_texts={STUB: "/cache/stub"},
    )
    (restore,) = changes(seen).restores
    assert restore.text == "/cache/stub"


# The order, and what it leads to.


def test_the_order_is_backup_then_sub_libraries_then_the_shim_then_what_is_stale() -> None:
    found = changes(seen_with({STALE: link(OPS_TEXT, CUDNN)}))
    kinds = [(type(one).__name__, getattr(one, "name", "") == STUB) for one in found.ordered()]
    assert kinds[0] == ("BackUp", True)
    assert kinds.index(("MakeCopy", True)) == len(kinds) - 2
    assert kinds[-1] == ("Remove", False)


def test_taking_back_puts_the_stub_in_its_place_before_any_link_goes() -> None:
    seen = seen_with({STUB: SHIM_COPY, BACKUP: backup_entry(), OPS: link(OPS_TEXT, CUDNN)}, manifest=KNOWN)
    first, second = changes(seen, restoring=True).ordered()
    assert isinstance(first, PutBack)
    assert isinstance(second, Remove)


ENTRIES = {
    STUB: [None, stub_entry(), SHIM_LINK, SHIM_COPY, OLD_COPY, USERS_LINK, mine()],
    BACKUP: [None, backup_entry(), FOREIGN_BACKUP],
    OPS: [None, link(OPS_TEXT, CUDNN), COPY, mine()],
    STALE: [None, link(OPS_TEXT, CUDNN), mine("stale")],
}
MIXTURES = list(itertools.product(*ENTRIES.values()))


@pytest.mark.parametrize("recorded", [STUB_SHA256, ""], ids=["with a hash in RECORD", "without"])
@pytest.mark.parametrize("known", [NO_MANIFEST, KNOWN], ids=["no manifest", "manifest"])
@pytest.mark.parametrize("providers", [(CUDNN, CUBLAS), (CUBLAS,)], ids=["provider", "no provider"])
@pytest.mark.parametrize("mode", ["keep", "heal", "restore"])
@pytest.mark.seconds
def test_any_mixture_is_left_alone_after_one_round_and_loses_nothing_of_anybodys(
    mode: str, providers: tuple[object, ...], known: object, recorded: str
) -> None:
    """252 mixtures: the second plan has nothing to do; no file of the user's is named; the stub's bytes stay."""
    for mixture in MIXTURES:
        entries: dict[str, Entry | None] = dict(zip(ENTRIES, mixture))
        seen = seen_with(entries, providers=providers, manifest=known, stub=Stub(STUB, recorded))
        planned = plan(seen, mode=mode)  # type: ignore[arg-type]
        assert len(MIXTURES) == 252
        for action in planned.actions:
            touched = seen.entries.get(getattr(action, "name", ""))
            assert touched is None or touched.sha256 != "the user's bytes", (mixture, action)
            if isinstance(action, BackUp):
                assert entries[BACKUP] != FOREIGN_BACKUP, (mixture, action)
        after = carried_out(seen, planned)
        kept = [after.entries.get(name) for name in (STUB, BACKUP)]
        if STUB_SHA256 in [entry.sha256 for entry in (entries[STUB], entries[BACKUP]) if entry]:
            assert STUB_SHA256 in [entry.sha256 for entry in kept if entry], mixture
        assert plan(after, mode=mode).actions == (), mixture  # type: ignore[arg-type]


# Whether the folder may be changed at all.


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, True, id="installed"),
        pytest.param({"folder": folder(kind="link")}, False, id="a link"),
        pytest.param({"folder": folder(kind="missing")}, False, id="missing"),
        pytest.param({"binaries": ()}, True, id="removed a while ago"),
        pytest.param({"binaries": (), "folder": folder(quiet_seconds=1.0)}, False, id="being removed"),
        pytest.param({"binaries": (), "record": "", "folder": folder(quiet_seconds=1.0)}, False, id="the stub is still there"),
        pytest.param(
            {"binaries": (), "record": "", "entries": {}, "folder": folder(quiet_seconds=1.0)}, True, id="nothing of it is left"
        ),
        pytest.param({"folder": folder(quiet_seconds=0.0)}, True, id="just changed"),
        pytest.param({"folder": folder(official=False)}, True, id="a fork beside it"),
    ],
)
def test_hands_are_on_the_folder(fields: dict[str, Any], expected: bool) -> None:
    assert hands_on(observation(**fields)) is expected


@pytest.mark.parametrize("consumer", ["onnxruntime", "torch"])
def test_hands_are_off_where_there_is_no_folder(consumer: str) -> None:
    assert not hands_on(observation(consumer))


@pytest.mark.parametrize("part", ["", "cudnn"])
def test_hands_are_off_what_was_not_read_of_the_package_itself(part: str) -> None:
    assert hands_on(observation(unknown={part: ("ctranslate2.libs (EIO)",)})) is (part != "")


def test_hands_are_off_a_folder_of_a_package_that_is_not_served_by_links() -> None:
    assert not hands_on(observation("onnxruntime", folder=folder()))


@pytest.mark.parametrize(
    ("quiet", "record", "entries", "expected"),
    [
        pytest.param(5.0, "RECORD", {}, True, id="quiet for long enough"),
        pytest.param(4.9, "RECORD", {}, False, id="a RECORD remains"),
        pytest.param(4.9, "", {STUB: stub_entry()}, False, id="a stub remains"),
        pytest.param(4.9, "", {"libcudnn_ops.so.9": mine()}, True, id="nothing of it remains"),
    ],
)
def test_an_installer_at_work_is_let_go_on(quiet: float, record: str, entries: dict[str, Entry], expected: bool) -> None:
    seen = observation(binaries=(), record=record, entries=entries, folder=folder(quiet_seconds=quiet))
    assert hands_on(seen) is expected
    assert hands_on(seen._replace(consumer=seen.consumer._replace(stub=""))) is (expected or not record)


# What could not be read.


def test_of_what_could_not_be_read_nothing_is_made_and_nothing_taken_back() -> None:
    ours = {OPS: link(OPS_TEXT, CUDNN), STUB: SHIM_COPY, BACKUP: backup_entry()}
    unread = seen_with(dict(ours), manifest=KNOWN, unknown={"cudnn": ("nvidia/cudnn/lib (EIO)",)})
    found = changes(unread)
    assert [one.name for one in found.ordered()] == ["libcublas.so.12", "libcublasLt.so.12"]  # type: ignore[union-attr]
    assert found.touched == {"cublas"}
    assert {OPS, STUB, BACKUP} <= found.kept
    gone = changes(seen_with(dict(ours), manifest=KNOWN, providers=(CUBLAS,)))
    assert {OPS, STUB} <= {getattr(one, "name", "") for one in gone.ordered()}, "the control"
    restored = changes(unread, restoring=True)
    assert {OPS, STUB} <= {getattr(one, "name", "") for one in restored.ordered()}, "the user wants it back"


# What stands in the way, and what is touched.


def test_a_file_in_the_way_is_named_and_blocks_its_family_alone() -> None:
    found = changes(seen_with({OPS: mine()}))
    assert found.problems == {"cudnn": Reason("foreign-file", {"files": (OPS,)})}
    assert {one.name for one in found.links} == {"libcublas.so.12", "libcublasLt.so.12"}
    assert found.shims == []


def test_a_fork_beside_the_official_folder_leaves_the_stub_alone() -> None:
    found = changes(seen_with({STUB: mine()}, folder=folder(official=False)))
    assert (found.ordered(), found.problems) == ([], {})
    assert "cudnn" in changes(seen_with({STUB: mine()})).problems, "the control"


def test_a_family_whose_links_are_stale_is_touched() -> None:
    healed = {OPS: link(OPS_TEXT, CUDNN), STUB: SHIM_COPY, BACKUP: backup_entry()}
    assert "cudnn" not in changes(seen_with(dict(healed), manifest=KNOWN)).touched
    assert "cudnn" in changes(seen_with({**healed, STALE: link(OPS_TEXT, CUDNN)}, manifest=KNOWN)).touched
    assert "cudnn" not in changes(seen_with({**healed, "notes.txt": mine()}, manifest=KNOWN)).touched


LIBRARY = "libcudnn_cnn.so.9"


@pytest.mark.parametrize(
    ("stub", "backup", "claimed", "done", "backup_done", "touched"),
    [
        pytest.param(None, FOREIGN_BACKUP, True, [], [], False, id="somebody's backup"),
        pytest.param(SHIM_LINK, backup_entry(), False, ["PutBack"], [], True, id="our link, and our backup"),
        pytest.param(SHIM_COPY, backup_entry(), False, ["PutBack"], [], True, id="our copy, and our backup"),
        pytest.param(SHIM_COPY, FOREIGN_BACKUP, False, ["Remove"], [], True, id="our copy, and somebody's backup"),
        pytest.param(SHIM_COPY, FOREIGN_BACKUP, True, [], [], False, id="the same, and claimed: it stays"),
        pytest.param(SHIM_COPY, None, False, ["Remove"], [], True, id="our copy alone"),
        pytest.param(stub_entry(), backup_entry(), True, [], ["Remove"], True, id="the stub, and our backup"),
        pytest.param(mine(), backup_entry(), True, [], [], False, id="somebody's file, and our backup"),
        pytest.param(mine(), backup_entry(), False, [], ["Remove"], True, id="the same, and a version that is gone"),
        pytest.param(None, backup_entry(), True, ["PutBack"], [], True, id="our backup alone"),
        pytest.param(None, backup_entry(), False, [], ["Remove"], True, id="of a version that is gone"),
    ],
)
def test_what_is_left_of_a_stub_that_is_carried_no_more(
    stub: Entry | None, backup: Entry | None, claimed: bool, done: list[str], backup_done: list[str], touched: bool
) -> None:
    """Its family is still opened, and is touched where anything is done."""
    names = frozenset({STUB} if claimed else ())
    found = changes(
        seen_with({STUB: stub, BACKUP: backup, OPS: link(OPS_TEXT, CUDNN)}, stub=None, manifest=KNOWN, claimed=names)
    )
    assert (about(found, STUB), about(found, BACKUP)) == (done, backup_done)
    assert ("cudnn" in found.touched) is touched


def test_a_library_that_the_package_itself_brings_is_not_in_the_way() -> None:
    brought = seen_with({OPS: mine()})
    assert changes(brought._replace(claimed=brought.claimed | {OPS})).problems == {}


def test_a_file_is_of_a_family_by_its_name_its_stubs_name_or_its_backups() -> None:
    family = FAMILIES["cudnn"]
    assert all(is_of(family, name) for name in (LIBRARY, STUB, BACKUP, "libcudnn.so.8"))
    assert not any(is_of(family, name) for name in ("libcublas.so.12", BINARY, "notes.txt", "libcudnn-xyz.txt"))
