"""The plan: what each mode wants, what a pause holds, what the manifest says afterwards; all on constructed observations."""

from __future__ import annotations

from typing import Any

import pytest

from cudnn_heal.decide.plan import Mode, is_paused, plan
from cudnn_heal.model import (
    NO_MANIFEST,
    BackUp,
    Entry,
    Forget,
    Heal,
    KeptStub,
    MadeLink,
    MakeCopy,
    MakeLink,
    Observation,
    PutBack,
    Reason,
    Remove,
    Service,
    Unpause,
)
from support.observations import (
    BACKUP,
    BINARY,
    OTHER_SITE,
    SHIM,
    STUB,
    STUB_SHA256,
    carried_out,
    folder,
    link,
    mine,
    observation,
    pause,
    process,
    provider,
    stub_entry,
    with_names,
)

CUDNN, CUBLAS = provider("cudnn", "libcudnn.so.9", "libcudnn_ops.so.9"), provider("cublas")
NEW_CUDNN = provider("cudnn", "libcudnn.so.9", "libcudnn_ops.so.9", version="9.11.0.98")
THIRTEENS_CUDNN = provider("cudnn", version="9.19.0.56", wheel="nvidia-cudnn-cu13")
RECORD = "ctranslate2-4.6.1.dist-info/RECORD"


def unhealed(**fields: Any) -> Observation:
    return observation(**{"providers": (CUDNN, CUBLAS), **fields})


def healed(seen: Observation | None = None, mode: Mode = "keep") -> Observation:
    seen = seen or unhealed()
    return carried_out(seen, plan(seen, mode=mode))


def kinds(seen: Observation, mode: Mode = "keep") -> list[str]:
    return [type(action).__name__ for action in plan(seen, mode=mode).actions]


def test_a_heal_backs_up_links_and_then_replaces_the_stub() -> None:
    actions = plan(unhealed()).actions
    assert actions[0] == BackUp(STUB, BACKUP, STUB_SHA256, None)
    assert actions[-1] == MakeCopy(STUB, SHIM, CUDNN.shim_sha256["libcudnn.so.9"], stub_entry().mark, BACKUP, STUB_SHA256)
    assert {action.name for action in actions[1:-1] if isinstance(action, MakeLink)} == {
        "libcudnn_ops.so.9",
        "libcublas.so.12",
        "libcublasLt.so.12",
    }


def test_what_is_healed_is_left_alone() -> None:
    assert plan(healed()).actions == ()
    assert plan(healed(), mode="heal").actions == ()
    assert (plan(healed()).verdict, plan(healed()).served) == ("healthy", "links")


def test_a_restore_puts_everything_back() -> None:
    seen = healed()
    planned = plan(seen, mode="restore")
    assert isinstance(planned.actions[0], PutBack)
    assert all(isinstance(action, Remove) for action in planned.actions[1:])
    after = carried_out(seen, planned)
    assert after.entries == unhealed().entries
    assert (planned.manifest.links, planned.unrestorable) == ({}, None)


@pytest.mark.parametrize("seen", [unhealed(), unhealed(paused=pause())], ids=["unhealed", "paused"])
def test_what_a_restore_leads_to_is_a_pause(seen: Observation) -> None:
    planned = plan(seen, process(), "restore")
    assert (planned.verdict, planned.served) == ("paused", "none")
    assert all(service.paths == () for service in planned.services)


@pytest.mark.parametrize("process_too", [False, True])
def test_with_a_process_the_actions_are_the_same(process_too: bool) -> None:
    assert plan(unhealed(), process() if process_too else None).actions == plan(unhealed()).actions


# A pause.


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, False, id="no pause"),
        pytest.param({"paused": pause(RECORD)}, True, id="of this version"),
        pytest.param({"paused": pause("ctranslate2-4.5.0.dist-info/RECORD")}, False, id="of another version"),
        pytest.param({"paused": pause("ctranslate2.libs")}, True, id="names no RECORD"),
        pytest.param({"paused": pause("ctranslate2-4.5.0.dist-info/RECORD"), "record": ""}, True, id="no RECORD now"),
        pytest.param({"paused": pause(RECORD), "binaries": (), "folder": folder(quiet_seconds=1)}, True, id="being replaced"),
        pytest.param({"paused": pause(RECORD), "binaries": ()}, False, id="removed a while ago"),
    ],
)
def test_a_pause_is_for_the_version_it_was_said_of(fields: dict[str, Any], expected: bool) -> None:
    seen = unhealed(record=RECORD)._replace(**fields)
    assert is_paused(seen) is expected


@pytest.mark.parametrize("consumer", ["onnxruntime", "torch"])
def test_a_pause_covers_every_consumer(consumer: str) -> None:
    seen = observation(consumer, providers=(CUDNN,), needs={"cudnn": 9}, paused=pause(RECORD))
    assert is_paused(seen)
    assert plan(seen, process()).verdict == "paused"


def test_while_paused_a_start_does_nothing_and_a_heal_resumes() -> None:
    seen = unhealed(paused=pause(), state_names=frozenset({"paused"}))
    assert kinds(seen) == []
    assert kinds(seen, "heal")[:2] == ["Unpause", "BackUp"]
    assert carried_out(seen, plan(seen, mode="heal")).paused is None


def test_a_pause_of_another_version_is_ended_by_a_start() -> None:
    seen = unhealed(record=RECORD, paused=pause("ctranslate2-4.5.0.dist-info/RECORD"))
    assert plan(seen).actions[0] == Unpause()


def test_links_that_a_user_makes_during_a_pause_stay() -> None:
    ours = link("../nvidia/cublas/lib/libcublas.so.12", CUBLAS)
    assert kinds(with_names(unhealed(paused=pause()), {"libcublas.so.12": ours})) == []


def test_a_restore_that_was_interrupted_is_completed() -> None:
    seen = healed()._replace(paused=pause(), has_manifest=True)
    planned = plan(seen)
    assert planned.verdict == "paused"
    assert isinstance(planned.actions[0], PutBack)
    assert planned.actions[-1] == Forget(("manifest.json", "stamp"), False)


OPS = "libcudnn_ops.so.9"
OPS_BYTES = CUDNN.files[OPS].sha256


@pytest.mark.parametrize(
    ("name", "entry", "claimed", "told"),
    [
        pytest.param(OPS, mine(sha256=OPS_BYTES), False, True, id="the provider's bytes"),
        pytest.param(OPS, mine(), False, True, id="other bytes"),
        pytest.param(OPS, mine(), True, False, id="the package's own"),
        pytest.param(OPS, link("/opt/cudnn/" + OPS), False, False, id="a link"),
        pytest.param("notes.txt", mine(), False, False, id="no library"),
        pytest.param(STUB, mine(sha256=CUDNN.shim_sha256["libcudnn.so.9"]), False, False, id="in the stub's place"),
        pytest.param(BACKUP, mine(), False, False, id="in the backup's place"),
    ],
)
def test_what_a_restore_left_is_told_while_it_holds(name: str, entry: Entry, claimed: bool, told: bool) -> None:
    seen = with_names(unhealed(paused=pause()), {name: entry})
    seen = seen._replace(claimed=frozenset({BINARY} | ({name} if claimed else set())))
    assert plan(seen).notes == ((Reason("files-left", {"files": (name,)}),) if told else ())
    assert plan(seen._replace(paused=None)).notes == (), "no restore is in force"


def test_what_is_known_for_a_copy_of_ours_is_not_told_as_left() -> None:
    known = NO_MANIFEST._replace(links={OPS: MadeLink("../nvidia/cudnn/lib/" + OPS, 7, OPS_BYTES)})
    seen = with_names(unhealed(paused=pause(), manifest=known), {OPS: mine(sha256=OPS_BYTES)})
    assert plan(seen).notes == ()


# The package is gone, or never needed links.

GONE: dict[str, Any] = {"binaries": (), "needs": {}, "stub": None, "record": "", "claimed": frozenset(), "providers": ()}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"entries": {}, "state_names": frozenset({"stamp", "manifest.json"})}, [("all", True)], id="quiet"),
        pytest.param({"entries": {}, "state_names": frozenset()}, [("all", True)], id="an empty folder"),
        pytest.param(
            {"entries": {}, "state_names": frozenset({"stamp"}), "folder": folder(quiet_seconds=1.0)},
            [("all", False)],
            id="just emptied: the folder stays for now",
        ),
        pytest.param({"entries": {}, "folder": folder(quiet_seconds=1.0)}, [], id="just emptied, nothing of ours"),
        pytest.param({"entries": {"notes.txt": mine()}, "state_names": frozenset({"stamp"})}, [], id="a file of the user's"),
        pytest.param(
            {"entries": {"notes.txt": mine()}, "state_names": frozenset({"tmp-1-2-3"})},
            [("all", False)],
            id="of a killed heal",
        ),
        pytest.param(
            {"entries": {"notes.txt": mine()}, "state_names": frozenset({"manifest.json", "paused"})},
            [("all", False)],
            id="a manifest and a pause",
        ),
    ],
)
def test_nothing_of_ours_is_left_when_the_package_is_gone(fields: dict[str, Any], expected: list[tuple[str, bool]]) -> None:
    planned = plan(observation(**{**GONE, **fields}))
    assert [("all", one.folder_too) for one in planned.actions if isinstance(one, Forget)] == expected
    assert planned.verdict == "not-needed"


def test_links_and_our_backup_go_with_the_package() -> None:
    seen = healed()._replace(**{**GONE, "providers": {}})
    # The uninstall took what stood in the stub's place.
    seen = seen._replace(entries={name: entry for name, entry in seen.entries.items() if name != STUB})
    after = carried_out(seen, plan(seen))
    assert [name for name in after.entries if name.startswith(("libcu", "libcudnn"))] == []


def test_a_stub_that_an_uninstall_left_is_one_again() -> None:
    seen = healed()._replace(**{**GONE, "providers": {}})
    after = carried_out(seen, plan(seen))
    left = {name: entry.sha256 for name, entry in after.entries.items() if name.startswith(("libcu", "libcudnn"))}
    assert left == {STUB: STUB_SHA256}


def test_the_manifest_stays_as_long_as_it_alone_tells_that_a_backup_is_ours() -> None:
    seen = healed()._replace(
        binaries=(),
        needs={},
        stub=None,
        claimed=frozenset({STUB}),
        manifest=plan(unhealed()).manifest,
        state_names=frozenset({"manifest.json", "stamp"}),
    )
    seen = with_names(seen, {STUB: link("/opt/libcudnn.so.9")})  # somebody's: the backup stays beside it
    assert "Forget" not in kinds(seen)
    without = seen._replace(entries={name: entry for name, entry in seen.entries.items() if name != BACKUP})
    assert "Forget" in kinds(without), "the control"


def test_while_the_package_is_being_removed_nothing_is_touched() -> None:
    seen = healed()._replace(binaries=(), needs={}, stub=None, folder=folder(quiet_seconds=1.0))
    assert kinds(seen) == []


def test_a_fork_beside_an_official_folder_makes_no_links() -> None:
    assert kinds(unhealed(folder=folder(official=False))) == []


@pytest.mark.parametrize("kind", ["link", "missing"])
@pytest.mark.parametrize("mode", ["keep", "heal", "restore"])
def test_hands_off_what_is_no_folder(kind: str, mode: Mode) -> None:
    assert kinds(unhealed(folder=folder(kind=kind)), mode) == []


@pytest.mark.parametrize("consumer", ["onnxruntime", "torch"])
@pytest.mark.parametrize("mode", ["keep", "heal", "restore"])
def test_for_a_package_without_a_folder_there_is_nothing_to_do_on_the_disk(consumer: str, mode: Mode) -> None:
    assert kinds(observation(consumer, needs={"cudnn": 9}), mode) == []


# What the manifest says, and the history.


def test_the_manifest_knows_every_link_the_stub_and_what_was_found() -> None:
    known = plan(unhealed()).manifest
    assert set(known.links) == {
        STUB,
        "libcublas.so.12",
        "libcublasLt.so.12",
        "libcudnn_ops.so.9",
    }
    assert known.links["libcudnn_ops.so.9"].sha256 == CUDNN.files["libcudnn_ops.so.9"].sha256
    assert known.links[STUB].target == SHIM
    assert known.stubs == (KeptStub(STUB, STUB_SHA256, ""),)
    assert known.found == {
        "ctranslate2": "4.6.1",
        "nvidia-cudnn-cu12": "9.10.2.21",
        "nvidia-cublas-cu12": "12.9.1.4",
    }


def test_history_and_error_are_left_as_they_are() -> None:
    known = NO_MANIFEST._replace(history=(Heal("then", "0.1.0", "first heal"),), error="ENOSPC")
    planned = plan(unhealed(manifest=known))
    assert (planned.manifest.history, planned.manifest.error) == (known.history, known.error)


def test_the_manifest_keeps_the_text_of_a_stub_that_was_a_symlink() -> None:
    seen = with_names(unhealed(), {STUB: stub_entry(kind="link", text="/cache/stub")})
    assert plan(seen).manifest.stubs == (KeptStub(STUB, STUB_SHA256, "/cache/stub"),)
    assert plan(healed(seen)).manifest.stubs == (KeptStub(STUB, STUB_SHA256, "/cache/stub"),)


def test_our_backup_is_known_as_ours_while_somebodys_own_link_stands_in_the_stubs_place() -> None:
    seen = healed()._replace(manifest=plan(unhealed()).manifest)
    seen = with_names(seen, {STUB: link("/opt/cudnn/libcudnn.so.9")})
    assert plan(seen).manifest.stubs == (KeptStub(STUB, STUB_SHA256, ""),)


def test_what_a_copying_tool_made_of_our_links_is_known_as_ours_while_it_stays_beside_an_unknown_shim() -> None:
    ops = "libcudnn_ops.so.9"
    seen = healed()._replace(manifest=plan(unhealed()).manifest)
    seen = with_names(seen, {STUB: mine("shim"), ops: mine(sha256=CUDNN.files[ops].sha256)})
    planned = plan(seen)
    assert ops not in [getattr(action, "name", "") for action in planned.actions], "the control: it stays"
    assert planned.manifest.links[ops] == seen.manifest.links[ops]
    restored = plan(seen._replace(manifest=planned.manifest), mode="restore")
    assert ops in [action.name for action in restored.actions if isinstance(action, Remove)]


def test_a_fix_made_by_hand_is_known_as_ours_from_then_on() -> None:
    by_hand = healed()._replace(manifest=NO_MANIFEST, has_manifest=False)
    assert plan(by_hand).actions == ()
    assert plan(by_hand).manifest.links.keys() == plan(unhealed()).manifest.links.keys()
    assert plan(by_hand).manifest.stubs == (KeptStub(STUB, STUB_SHA256, ""),)


@pytest.mark.parametrize(
    ("seen", "cause"),
    [
        pytest.param(
            unhealed(),
            "first heal: ctranslate2 4.6.1, nvidia-cudnn-cu12 9.10.2.21, nvidia-cublas-cu12 12.9.1.4",
            id="first",
        ),
        pytest.param(healed(), "", id="nothing to do"),
        pytest.param(
            with_names(healed(), {STUB: stub_entry(sha256="new")})._replace(
                version="4.6.2", stub=unhealed().stub._replace(sha256="new")  # type: ignore[union-attr]
            ),
            "ctranslate2 4.6.1 -> 4.6.2",
            id="another version of the package",
        ),
        pytest.param(
            healed()._replace(providers={"cudnn": (NEW_CUDNN,), "cublas": (CUBLAS,)}),
            "nvidia-cudnn-cu12 9.10.2.21 -> 9.11.0.98",
            id="another version of the wheel: the same links lead there, and the copy is made anew",
        ),
        pytest.param(
            healed()._replace(providers={"cudnn": (), "cublas": (CUBLAS,)}),
            "nvidia-cudnn-cu12 9.10.2.21 -> removed",
            id="the wheel is gone",
        ),
        pytest.param(
            healed()._replace(providers={"cudnn": (THIRTEENS_CUDNN,), "cublas": (CUBLAS,)}),
            "nvidia-cudnn-cu12 9.10.2.21 -> nvidia-cudnn-cu13 9.19.0.56",
            id="another wheel in its folder: nothing was removed",
        ),
        pytest.param(
            healed()._replace(providers={"cudnn": (NEW_CUDNN._replace(wheel="", version=""),), "cublas": (CUBLAS,)}),
            "nvidia-cudnn-cu12 9.10.2.21 -> another",
            id="files that no RECORD claims",
        ),
        pytest.param(
            with_names(healed(), {"libcublas.so.12": None}), "files were missing or changed", id="a link is gone"
        ),
        pytest.param(
            healed(unhealed(providers=(CUBLAS,)))._replace(providers={"cudnn": (CUDNN,), "cublas": (CUBLAS,)}),
            "nvidia-cudnn-cu12 9.10.2.21 added",
            id="the wheel was added",
        ),
        pytest.param(
            healed(unhealed(providers=(CUBLAS,)))._replace(
                version="4.5.0", providers={"cudnn": (CUDNN,), "cublas": (CUBLAS,)}
            ),
            "ctranslate2 4.6.1 -> 4.5.0, now with nvidia-cudnn-cu12 9.10.2.21",
            id="a wheel that the version before may not have needed",
        ),
        pytest.param(
            healed(unhealed(providers=(CUBLAS,)))._replace(
                providers={"cudnn": (CUDNN,), "cublas": (CUBLAS._replace(version="12.4.5.8"),)}
            ),
            "nvidia-cudnn-cu12 9.10.2.21 added, nvidia-cublas-cu12 12.9.1.4 -> 12.4.5.8",
            id="the wheel was added, and another one changed",
        ),
    ],
)  # fmt: skip
def test_the_cause_is_the_change_since_the_last_heal(seen: Observation, cause: str) -> None:
    assert plan(seen).cause == cause


def test_links_under_a_full_version_which_0_1_0_made_are_stale_and_go() -> None:
    old = "libcudnn_ops.so.9.10.2"
    seen = healed()
    seen = seen._replace(entries={**seen.entries, old: seen.entries["libcudnn_ops.so.9"]})
    after = carried_out(seen, plan(seen))
    assert old not in after.entries
    assert "libcudnn_ops.so.9" in after.entries


# What is worth knowing.


def test_a_wheel_that_lies_whole_over_another_serves_and_is_told() -> None:
    over = provider("cudnn", overwritten=("nvidia-cudnn-cu12 9.9.0.52",), wheel="nvidia-cudnn-cu13")
    planned = plan(healed(unhealed(providers=(over, CUBLAS))))
    assert planned.verdict == "healthy"
    (note,) = planned.notes
    assert note.code == "overwritten"
    assert (note.values["wheel"], note.values["others"]) == (("nvidia-cudnn-cu13",), ("nvidia-cudnn-cu12 9.9.0.52",))


def test_a_heal_without_a_backup_is_told_and_is_healthy_all_the_same() -> None:
    planned = plan(with_names(healed(), {BACKUP: None}))
    assert planned.verdict == "healthy"
    assert [note.code for note in planned.notes] == ["backup-missing"]


def test_a_restore_without_a_backup_is_refused() -> None:
    planned = plan(with_names(healed(), {BACKUP: None}), mode="restore")
    assert planned.unrestorable and planned.unrestorable.values["file"] == (STUB,)


def test_a_users_own_link_in_the_stubs_place_refuses_no_restore() -> None:
    users = link(f"{CUDNN.real}/libcudnn.so.9", CUDNN)
    planned = plan(with_names(healed(), {STUB: users}), mode="restore")
    assert planned.unrestorable is None
    assert "stub-unknown" in [note.code for note in planned.notes]


def test_a_provider_elsewhere_is_never_linked() -> None:
    elsewhere = provider("cudnn", site_packages=OTHER_SITE)
    links = [one for one in plan(unhealed(providers=(elsewhere, CUBLAS))).actions if isinstance(one, MakeLink)]
    assert links and all("cublas" in one.target for one in links)


def test_a_plan_is_pure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is opened, listed or asked: the planner sees constructed paths that do not exist."""
    import os
    import time

    seen, done, here, touched = unhealed(), healed(), process(), []
    modes: tuple[Mode, ...] = ("keep", "heal", "restore")
    with monkeypatch.context() as patch:
        for name in ("open", "stat", "lstat", "listdir", "readlink", "access", "scandir"):
            patch.setattr(os, name, lambda *_, called=name, **__: touched.append(called))
        patch.setattr(time, "time", lambda: touched.append("time"))
        for mode in modes:
            plan(seen, here, mode)
            plan(done, here, mode)
    assert touched == []


# What could not be read, and what is broken.

EIO = ("nvidia/cudnn/lib (EIO)",)


def test_of_a_package_that_could_not_be_read_nothing_is_known_and_nothing_done() -> None:
    seen = unhealed(unknown={"": EIO}, needs={})
    unreadable = Reason("unreadable", {"files": EIO})
    planned = plan(seen)
    assert planned.services == (Service("ctranslate2", "cudnn", "", "", "damaged", "none", unreadable, ()),)
    assert (planned.actions, planned.unrestorable) == ((), None)
    assert plan(seen, mode="restore").unrestorable == unreadable
    assert plan(unhealed(needs={})).services == (), "the control"


def test_what_is_known_of_a_part_that_could_not_be_read_stays_known() -> None:
    before = healed()
    found = {"ctranslate2": "4.6.0", "nvidia-cudnn-cu12": "9.10.2.21"}
    seen = before._replace(providers={"cudnn": (), "cublas": (CUBLAS,)}, manifest=before.manifest._replace(found=found))
    kept = plan(seen._replace(unknown={"cudnn": EIO})).manifest
    assert {STUB, "libcudnn_ops.so.9", "libcublas.so.12"} <= kept.links.keys()
    assert kept.found == {**found, "ctranslate2": "4.6.1", "nvidia-cublas-cu12": "12.9.1.4"}
    gone = plan(seen).manifest
    assert not {STUB, "libcudnn_ops.so.9"} & gone.links.keys(), "the control"
    assert "nvidia-cudnn-cu12" not in gone.found


@pytest.mark.parametrize(("by", "code"), [("another 1.0", "package-overwritten"), ("", "package-incomplete")])
def test_a_broken_package_is_damaged_in_every_part_that_it_needs(by: str, code: str) -> None:
    needs = {"cudnn": 9, "cublas": 12, "nccl": 2}
    services = plan(healed(unhealed(needs=needs))._replace(broken=("ctranslate2/a.py",), broken_by=by)).services
    assert [one.verdict for one in services] == ["damaged", "damaged", "not-needed"]
    values = {"files": ("ctranslate2/a.py",), "others": (by,), "wheel": ("ctranslate2",), "version": ("4.6.1",)}
    assert services[0].reason == services[1].reason == Reason(code, values)  # type: ignore[arg-type]
    assert services[2].reason is None


# Causes, further.


@pytest.mark.parametrize(
    ("wheel", "version", "cause"),
    [
        ("nvidia-cudnn-cu13", "9.11.0", "nvidia-cudnn-cu12 9.10.2.21 -> nvidia-cudnn-cu13 9.11.0"),
        ("", "", "nvidia-cudnn-cu12 9.10.2.21 -> another"),
    ],
)
def test_a_wheel_that_stands_in_anothers_place_is_the_cause(wheel: str, version: str, cause: str) -> None:
    shims = {"libcudnn.so.9": "another shim"}
    instead = NEW_CUDNN._replace(wheel=wheel, version=version, shim_sha256=shims)
    assert plan(healed()._replace(providers={"cudnn": (instead,), "cublas": (CUBLAS,)})).cause == cause


def test_other_wheels_that_are_gone_are_no_cause() -> None:
    before = healed()
    known = before.manifest._replace(found={**before.manifest.found, "something-else": "1"})
    assert plan(with_names(before._replace(manifest=known), {"libcublas.so.12": None})).cause == "files were missing or changed"


# Our own files, at the edges.


@pytest.mark.parametrize(
    ("fields", "forgets"),
    [
        pytest.param({"entries": {}, "folder": folder(quiet_seconds=5.0)}, [(True,)], id="quiet for just long enough"),
        pytest.param({"entries": {}, "folder": folder(quiet_seconds=4.9)}, [], id="not quite"),
        pytest.param({"entries": {"a": mine()}, "state_names": frozenset()}, [], id="nothing of ours"),
        pytest.param({"entries": {"a": mine()}, "state_names": frozenset({"stamp"})}, [], id="a stamp alone"),
        pytest.param({"entries": {}, "binaries": ("x/lib.so",), "folder": folder(official=False)}, [], id="a fork alone"),
        pytest.param(
            {"entries": {}, "binaries": ("x/lib.so",), "folder": folder(official=False), "state_names": frozenset({"stamp"})},
            [(False,)],
            id="a fork, and a stamp in an empty folder",
        ),
        pytest.param(
            {
                "entries": {"a": mine()},
                "binaries": ("x/lib.so",),
                "folder": folder(official=False),
                "state_names": frozenset({"manifest.json"}),
            },
            [(False,)],
            id="a fork, and a manifest",
        ),
        pytest.param(
            {"entries": {BACKUP: mine()}, "state_names": frozenset({"manifest.json"})}, [(False,)], id="somebody's backup"
        ),
    ],
)
def test_when_our_own_files_go(fields: dict[str, Any], forgets: list[tuple[bool]]) -> None:
    planned = plan(observation(**{**GONE, **fields}))
    assert [(one.folder_too,) for one in planned.actions if isinstance(one, Forget)] == forgets


def test_a_pause_outlives_an_installer_at_work_but_not_the_package() -> None:
    seen = observation(**{**GONE, "paused": pause(RECORD), "entries": {}})
    assert is_paused(seen._replace(folder=folder(quiet_seconds=4.9)))
    assert not is_paused(seen._replace(folder=folder(quiet_seconds=5.0)))


def test_a_shim_that_was_copied_is_known_once() -> None:
    first = healed().manifest
    assert first.shims == (CUDNN.shim_sha256["libcudnn.so.9"],)
    again = healed()._replace(providers={"cudnn": (NEW_CUDNN,), "cublas": (CUBLAS,)})
    assert plan(again).manifest.shims == (*first.shims, NEW_CUDNN.shim_sha256["libcudnn.so.9"])
    assert plan(healed()).manifest.shims == first.shims


def test_a_restore_does_not_end_the_pause_that_it_makes() -> None:
    assert "Unpause" not in kinds(healed()._replace(paused=pause()), "restore")
    assert "Unpause" in kinds(healed()._replace(paused=pause()), "heal"), "the control"


@pytest.mark.parametrize(("distribution", "name"), [("ctranslate2-arty", "ctranslate2-arty"), ("", "ctranslate2")])
def test_what_is_found_goes_by_the_distributions_name_where_it_is_known(distribution: str, name: str) -> None:
    assert plan(unhealed(distribution=distribution)).manifest.found[name] == "4.6.1"


def test_of_a_wheel_that_is_damaged_too_nothing_is_noted() -> None:
    over = provider("cudnn", overwritten=("nvidia-cudnn-cu12 9.9.0.52",), damaged=("libcudnn_ops.so.9",))
    assert plan(unhealed(providers=(over, CUBLAS))).notes == ()


def test_a_link_that_is_neither_there_nor_made_is_not_known() -> None:
    seen = with_names(healed(), {"libcudnn_ops.so.9": link("/opt/libcudnn_ops.so.9")})
    known = plan(seen).manifest.links
    assert "libcublas.so.12" in known, "the control"
    assert "libcudnn_ops.so.9" not in known


def test_a_copy_is_known_by_the_bytes_that_were_read_and_by_todays_size() -> None:
    read = CUDNN._replace(shim_sha256={"libcudnn.so.9": "as it was read"})
    assert plan(unhealed(providers=(read, CUBLAS))).manifest.links[STUB].sha256 == "as it was read"
    before = healed()
    links = {**before.manifest.links, STUB: before.manifest.links[STUB]._replace(size=5)}
    seen = before._replace(manifest=before.manifest._replace(links=links))
    assert plan(seen).manifest.links[STUB].size == CUDNN.files["libcudnn.so.9"].size


def test_no_shim_is_known_as_copied_where_none_can_be() -> None:
    assert plan(with_names(unhealed(), {STUB: mine()})).manifest.shims == ()
    assert plan(unhealed(stub=None)).manifest.shims == ()


@pytest.mark.parametrize(
    ("known", "cause"),
    [
        pytest.param(
            {"nvidia-cudnn-cu12": "9.10.2.21", "nvidia-cudnn-cu13": "9.9", "nvidia-cublas-cu12": "12.9.1.4"},
            "nvidia-cudnn-cu13 9.9 -> 9.11, nvidia-cudnn-cu12 9.10.2.21 -> another",
            id="both were there",
        ),
        pytest.param(
            {"nvidia-cudnn-cu12": "9.10.2.21"},
            "nvidia-cublas-cu12 12.9.1.4 added, nvidia-cudnn-cu12 9.10.2.21 -> nvidia-cudnn-cu13 9.11",
            id="a wheel of another family was added",
        ),
    ],
)
def test_a_cause_tells_wheels_of_one_family_apart(known: dict[str, str], cause: str) -> None:
    instead = NEW_CUDNN._replace(wheel="nvidia-cudnn-cu13", version="9.11", shim_sha256={"libcudnn.so.9": "another shim"})
    before = healed()
    manifest = before.manifest._replace(found={"ctranslate2": "4.6.1", **known})
    assert plan(before._replace(manifest=manifest, providers={"cudnn": (instead,), "cublas": (CUBLAS,)})).cause == cause


def test_a_heal_during_a_pause_is_called_one() -> None:
    cause = plan(unhealed(paused=pause()), mode="heal").cause
    assert cause == "turned on again: ctranslate2 4.6.1, nvidia-cudnn-cu12 9.10.2.21, nvidia-cublas-cu12 12.9.1.4"


def test_a_wheel_beside_a_package_that_was_not_there_is_said_to_be_added() -> None:
    before = healed()
    manifest = before.manifest._replace(found={"nvidia-cublas-cu12": "12.9.1.4"})
    assert plan(before._replace(manifest=manifest, has_manifest=True, entries=unhealed().entries)).cause == (
        "ctranslate2 4.6.1 added, nvidia-cudnn-cu12 9.10.2.21 added"
    )


def test_a_wheel_that_came_is_not_instead_of_one_of_another_family() -> None:
    before = healed()
    manifest = before.manifest._replace(found={"ctranslate2": "4.6.1", "nvidia-cudnn-cu12": "9.10.2.21"})
    cause = plan(before._replace(manifest=manifest, providers={"cudnn": (), "cublas": (CUBLAS,)})).cause
    assert cause == "nvidia-cublas-cu12 12.9.1.4 added, nvidia-cudnn-cu12 9.10.2.21 -> removed"
