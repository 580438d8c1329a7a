"""Observe, plan, apply, remember, on made-up wheels: what heals, restores and starts make of the states of files."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import cudnn_heal_start
from cudnn_heal import reconcile
from cudnn_heal.catalog import CONSUMERS
from cudnn_heal.model import Remove, Service
from cudnn_heal.read.observe import observe
from cudnn_heal.report import schema, sentences, text
from cudnn_heal.report.fixes import Advisor
from cudnn_heal.write.apply import Changed, Writer
from support.environments import tree
from support.wheels import (
    QUIET,
    SHIM,
    STUB,
    STUB_8,
    SUB_LIBRARIES,
    WAYS,
    RecordForm,
    Site,
    Way,
    content,
    ctranslate2_wheel,
    cudnn_wheel,
    demo,
    library,
    onnxruntime_wheel,
    plain_wheel,
    stub_file,
    torch_wheel,
)

BACKUP = STUB + ".ORIGINAL"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return demo(tmp_path / "site-packages")


def part(site: Site, name: str, consumer: str = "ctranslate2") -> Service:
    return next(one for one in site.status().services(consumer) if one.part == name)


def verdicts(site: Site) -> dict[str, str]:
    return {one.part: one.verdict for one in site.plan().services}


def by_hand(site: Site, backup: str = BACKUP, link: str = SHIM) -> None:
    (site.libs / STUB).rename(site.libs / backup)
    (site.libs / STUB).symlink_to(link)


def nothing(site: Site) -> None:
    pass


def heal(site: Site) -> reconcile.Outcome:
    outcome = site.heal()
    assert outcome.error == ""
    return outcome


def without(*distributions: str) -> Callable[[Site], None]:
    def change(site: Site) -> None:
        for distribution in distributions:
            site.remove(distribution)

    return change


def replace(path: Path, data: bytes) -> None:
    path.unlink()
    path.write_bytes(data)


def write_through_the_link(site: Site) -> None:
    """As PyPA's installer wrote, where 0.1.0 had linked."""
    heal(site)
    (site.libs / STUB).unlink()
    (site.libs / STUB).symlink_to(SHIM)
    (site.path / "nvidia/cudnn/lib/libcudnn.so.9").write_bytes(stub_file())


def two_wheels(site: Site) -> None:
    old = (site.path / "nvidia/cudnn/lib/libcudnn_ops.so.9").read_bytes()
    site.cudnn("9.9.0.52", "nvidia-cudnn-cu13")
    replace(site.path / "nvidia/cudnn/lib/libcudnn_ops.so.9", old)


def wrong_backup(site: Site) -> None:
    heal(site)
    replace(site.libs / BACKUP, b"no stub")


def lose(*names: str) -> Callable[[Site], None]:
    def change(site: Site) -> None:
        for name in names:
            (site.path / "nvidia" / name).unlink()

    return change


def unknown_stub(site: Site) -> None:
    replace(site.libs / STUB, b"somebody's own")


def foreign(name: str) -> Callable[[Site], None]:
    def change(site: Site) -> None:
        (site.libs / name).write_bytes(b"mine")

    return change


@pytest.mark.parametrize(
    ("change", "verdict", "parts"),
    [
        pytest.param(nothing, "pending", {"cudnn": "pending", "cublas": "pending", "nccl": "not-needed"}, id="unhealed"),
        pytest.param(heal, "healthy", {"cudnn": "healthy", "cublas": "healthy", "nccl": "not-needed"}, id="healed"),
        pytest.param(without("ctranslate2"), "not-needed", {}, id="no ctranslate2"),
        pytest.param(without("nvidia-cudnn-cu12"), "no-provider", {"cudnn": "no-provider", "cublas": "pending"}, id="no cuDNN"),
        pytest.param(without("nvidia-cublas-cu12"), "no-provider", {"cublas": "no-provider"}, id="no cuBLAS"),
        pytest.param(
            lambda site: site.ctranslate2("4.4.0", STUB_8), "incompatible", {"cudnn": "incompatible"}, id="cuDNN 9 for 8"
        ),
        pytest.param(
            lambda site: site.ctranslate2("3.24.0", STUB_8, "11"), "incompatible", {"cublas": "incompatible"}, id="11"
        ),
        pytest.param(lambda site: site.ctranslate2("4.8.5", ""), "pending", {"cublas": "pending"}, id="4.8"),
        pytest.param(lambda site: site.ctranslate2("4.8.5", "", ""), "not-needed", {}, id="CPU build"),
        pytest.param(lambda site: site.ctranslate2(record="hashless"), "pending", {"cudnn": "pending"}, id="no hash in RECORD"),
        pytest.param(write_through_the_link, "damaged", {"cudnn": "damaged", "cublas": "healthy"}, id="written through"),
        pytest.param(two_wheels, "damaged", {"cudnn": "damaged"}, id="two wheels, mixed"),
        pytest.param(wrong_backup, "damaged", {"cudnn": "damaged"}, id="wrong backup"),
        pytest.param(unknown_stub, "damaged", {"cudnn": "damaged"}, id="unknown stub"),
        pytest.param(lose("cudnn/lib/libcudnn_ops.so.9"), "damaged", {"cudnn": "damaged"}, id="a sub-library gone"),
        pytest.param(lose("cublas/lib/libcublasLt.so.12"), "damaged", {"cublas": "damaged"}, id="cublasLt gone"),
        pytest.param(lambda site: shutil.rmtree(site.path / "nvidia/cudnn"), "damaged", {"cudnn": "damaged"}, id="folder gone"),
        pytest.param(foreign("libcudnn_ops.so.9"), "damaged", {"cudnn": "damaged", "cublas": "pending"}, id="a foreign file"),
        pytest.param(foreign("libcublas.so.12"), "damaged", {"cudnn": "pending", "cublas": "damaged"}, id="a foreign cuBLAS"),
    ],
)
def test_verdict_of(site: Site, change: Callable[[Site], object], verdict: str, parts: dict[str, str]) -> None:
    change(site)
    assert site.plan().verdict == verdict
    assert {name: one for name, one in verdicts(site).items() if name in parts} == parts


HEALED = {"libcublas.so.12", "libcublasLt.so.12", STUB, BACKUP} | {f"libcudnn_{name}.so.9" for name in SUB_LIBRARIES}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(nothing, id="as installed"),
        pytest.param(by_hand, id="made by hand"),
        pytest.param(lambda site: by_hand(site, "stub.bak"), id="by hand, another backup"),
        pytest.param(
            lambda site: (site.libs / "libcudnn_ops.so.9").symlink_to("../nvidia/cudnn/lib/libcudnn_ops.so.9"), id="one link"
        ),
        pytest.param(
            lambda site: (site.libs / "libcudnn_ops.so.9.1.0").symlink_to("../nvidia/cudnn/lib/libcudnn_ops.so.9"), id="0.1.0's"
        ),
        pytest.param(lambda site: (heal(site), site.ctranslate2("4.6.2")), id="upgraded"),
        pytest.param(lambda site: (heal(site), site.remove("nvidia-cudnn-cu12"), heal(site), site.cudnn()), id="taken back"),
        pytest.param(lambda site: (heal(site), site.cudnn("9.1.0.70"), heal(site), site.cudnn()), id="another cuDNN between"),
        pytest.param(lambda site: (heal(site), (site.libs / ".cudnn-heal/manifest.json").write_text("{")), id="no manifest"),
        pytest.param(lambda site: site.ctranslate2(record="cut"), id="RECORD cut"),
        pytest.param(lambda site: site.ctranslate2(record="missing"), id="no RECORD"),
        pytest.param(lambda site: site.ctranslate2(record="empty hashes"), id="PDM's RECORD"),
    ],
)
def test_healing_ends_in_the_same_files_from(site: Site, change: Callable[[Site], object]) -> None:
    change(site)
    outcome = site.heal()
    assert outcome.verdict == "healthy"
    names = site.names() - {"stub.bak"}
    assert names == (HEALED - {BACKUP} if (site.libs / "stub.bak").exists() else HEALED)
    assert all((site.libs / name).is_symlink() for name in names - {BACKUP, STUB})
    assert site.is_replaced()
    version = outcome.consumers[0].observation.version
    kept = site.libs / (BACKUP if BACKUP in names else "stub.bak")
    assert kept.read_bytes() == stub_file(version)
    assert site.heal().done == ()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            lambda site: by_hand(site, link=str(site.path / "nvidia/cudnn/lib/libcudnn.so.9")), id="by hand, absolute"
        ),
        pytest.param(lambda site: shutil.copy(site.path / "nvidia/cublas/lib/libcublas.so.12", site.libs), id="a copy"),
        pytest.param(
            lambda site: (site.libs / "libcublas.so.12").symlink_to(site.path / "nvidia/cublas/lib/libcublas.so.12"),
            id="an absolute link of cuBLAS",
        ),
    ],
)
def test_what_a_user_made_of_the_same_files_serves_and_stays(site: Site, change: Callable[[Site], object]) -> None:
    change(site)
    mine = {name: (site.libs / name).lstat().st_ino for name in site.names() - {STUB, BACKUP}}
    mine |= {STUB: (site.libs / STUB).lstat().st_ino} if (site.libs / STUB).is_symlink() else {}
    assert site.heal().verdict == "healthy"
    assert {name: (site.libs / name).lstat().st_ino for name in mine} == mine
    site.remove("nvidia-cublas-cu12")
    site.start()
    site.heal()
    site.restore()
    assert {name: (site.libs / name).lstat().st_ino for name in mine} == mine


@pytest.mark.parametrize(
    ("change", "left"),
    [
        pytest.param(nothing, {STUB}, id="healed"),
        pytest.param(by_hand, {STUB}, id="made by hand"),
        pytest.param(without("nvidia-cudnn-cu12"), {STUB}, id="provider removed since"),
        pytest.param(write_through_the_link, {STUB}, id="written through"),
        pytest.param(lambda site: (site.libs / "notes.txt").write_text("mine"), {STUB, "notes.txt"}, id="a file of the user's"),
    ],
)
def test_restore_leaves_what_the_installer_laid_down(site: Site, change: Callable[[Site], object], left: set[str]) -> None:
    heal(site) if change is not by_hand else None
    change(site)
    outcome = site.restore()
    assert (outcome.error, outcome.refused) == ("", None)
    assert site.names() == left
    assert not (site.libs / STUB).is_symlink()
    assert site.stub_bytes() == stub_file()
    assert os.listdir(site.libs / ".cudnn-heal") == ["paused"]
    assert site.plan().verdict == "paused"
    assert not site.plan().actions


@pytest.mark.parametrize("way", WAYS)
def test_restore_gives_back_exactly_what_each_way_of_installing_laid_down(tmp_path: Path, way: Way) -> None:
    site = Site(tmp_path / "site").ctranslate2(way=way).cudnn(way=way).cublas(way=way)
    before = tree(site.libs)
    heal(site)
    assert site.is_replaced()
    site.restore()
    assert tree(site.libs, skip=(".cudnn-heal",)) == before


def test_one_that_saw_the_package_removed_takes_no_backup_away_that_is_needed_again(site: Site) -> None:
    """The installer's cache gives the new stub, and so its backup, the inode of the old one."""
    site.ctranslate2(way="hardlink")
    heal(site)
    site.remove("ctranslate2")
    os.utime(site.libs, (0, 0))
    stale = site.plan()
    assert Remove in map(type, stale.actions), "the control: it would take all away"
    site.ctranslate2(way="hardlink")
    heal(site)
    for action in stale.actions:
        with Writer(str(site.libs)) as folder:
            try:
                folder.apply([action])
            except Changed:
                assert isinstance(action, Remove) and action.name == BACKUP
    assert (site.libs / BACKUP).read_bytes() == stub_file()
    assert site.is_replaced()
    heal(site)
    site.restore()
    assert site.stub_bytes() == stub_file()


def test_a_heal_that_was_killed_after_it_ended_the_pause_is_completed_by_the_next_start(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    heal(site)
    site.restore()
    for step in ("_back_up", "write"):
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(Writer, step, killed)
            site.heal()
        assert not (site.libs / ".cudnn-heal/paused").exists()
    heal(site)
    assert site.is_replaced() and not site.plan().actions


def test_links_stay_beside_a_shim_of_which_nobody_knows_any_more_whose_it_is(site: Site) -> None:
    """The manifest was lost, and cuDNN changed: it works with them, so a start must not take them away.

    Where RECORD tells that the backup is the stub, it is known (``tests/hardening/test_trouble.py``).
    """
    site.write_record(ctranslate2_wheel(), "hashless")
    heal(site)
    shutil.rmtree(site.libs / ".cudnn-heal")
    site.cudnn("9.13.0.50")
    before = tree(site.libs)
    site.start()
    assert tree(site.libs, skip=(".cudnn-heal",)) == before
    assert part(site, "cudnn").verdict == "damaged"
    outcome = site.restore()
    assert [reason.code for reason in outcome.left] == ["stub-unknown"], "it is told, and is no whole restore"
    assert schema.exit_status(outcome, asked_to_act=True) == 1
    assert (site.libs / BACKUP).read_bytes() == stub_file()


def test_a_copy_that_was_written_in_place_is_noticed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    heal(site)
    time.sleep(0.05)
    site.start()
    monkeypatch.setattr(cudnn_heal_start, "home", str(site.path))
    assert cudnn_heal_start.recorded(str(site.libs)) == "healthy", "the control: it is recorded"
    (site.libs / STUB).write_bytes(b"cut off")
    assert cudnn_heal_start.recorded(str(site.libs)) == ""
    site.start()
    assert part(site, "cudnn").verdict == "damaged"


def test_a_backup_whose_place_has_a_users_link_that_leads_nowhere_goes_with_its_version(site: Site) -> None:
    """It was looked at by its bytes, of which there are none, at every start (found by the fuzzer)."""
    heal(site)
    (site.libs / STUB).unlink()
    (site.libs / STUB).symlink_to("/nowhere/libcudnn.so.9")
    shutil.rmtree(site.path / "ctranslate2-4.6.1.dist-info")
    site.ctranslate2("4.4.0", STUB_8)
    heal(site)
    assert not (site.libs / BACKUP).exists()
    assert os.readlink(site.libs / STUB) == "/nowhere/libcudnn.so.9"
    assert not site.plan().actions


def test_a_folder_under_the_manifests_name_hinders_no_restore(site: Site) -> None:
    before = tree(site.libs)
    heal(site)
    (site.libs / ".cudnn-heal/manifest.json").unlink()
    (site.libs / ".cudnn-heal/manifest.json").mkdir()
    outcome = site.restore()
    assert (outcome.error, outcome.refused, outcome.verdict) == ("", None, "paused")
    assert tree(site.libs, skip=(".cudnn-heal",)) == before
    assert not site.plan().actions


def test_a_stub_that_was_a_link_into_an_emptied_cache_comes_back_as_a_file(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").ctranslate2(way="symlink").cudnn().cublas()
    cached = (site.libs / STUB).resolve()
    heal(site)
    cached.unlink()
    site.restore()
    assert site.stub_bytes() == stub_file()
    assert not (site.libs / STUB).is_symlink()


def test_a_restore_while_the_package_is_being_replaced_changes_nothing_and_says_so(site: Site) -> None:
    heal(site)
    next(site.libs.glob("libctranslate2-*")).unlink()
    before = tree(site.libs)
    outcome = site.restore()
    assert "installer is at work" in Advisor(outcome).failure(outcome.error)[0]
    assert tree(site.libs) == before
    site.ctranslate2()
    site.restore()
    assert site.names() == {STUB}


@pytest.mark.parametrize("backup", ["gone", "another name"])
def test_restore_changes_nothing_when_the_stub_is_nowhere_to_be_had(site: Site, backup: str) -> None:
    by_hand(site, "stub.bak")
    if backup == "gone":
        (site.libs / "stub.bak").unlink()
    heal(site)
    assert part(site, "cudnn").verdict == "healthy"
    before = tree(site.libs)
    outcome = site.restore()
    assert outcome.refused and outcome.refused.code == "stub-missing"
    said, (fix,) = Advisor(outcome).refusal()
    assert said == f"the original {STUB} is neither in its place nor beside it"
    assert "--reinstall" in fix.command and "ctranslate2==4.6.1" in fix.command
    assert tree(site.libs) == before


# A pause.


def test_pause_lasts_for_the_version_it_was_said_of(site: Site) -> None:
    heal(site)
    site.restore()
    site.ctranslate2()
    assert site.plan().verdict == "paused"
    site.cudnn("9.1.0.70")
    assert site.plan().verdict == "paused"
    site.ctranslate2("4.6.2")
    assert site.plan().verdict == "pending"


def test_pause_outlives_a_damaged_pause_file(site: Site) -> None:
    heal(site)
    site.restore()
    (site.libs / ".cudnn-heal/paused").write_bytes(b"\xff\0 nonsense")
    assert site.plan().verdict == "paused"


def test_a_pause_covers_every_package_of_the_environment(site: Site) -> None:
    site.install(onnxruntime_wheel()).install(torch_wheel())
    heal(site)
    site.restore()
    outcome = site.status()
    assert outcome.verdict == "paused"
    verdicts = {(one.part, one.verdict) for state in outcome.consumers for one in state.plan.services}
    assert {verdict for _, verdict in verdicts} == {"paused", "not-needed"}
    assert {part for part, verdict in verdicts if verdict == "not-needed"} <= {"nccl", "tensorrt"}
    heal(site)
    assert {one.verdict for one in site.status().services("torch")} == {"healthy"}


@pytest.mark.parametrize("killed_in", ["_back_up", "_copy"])
def test_either_backup_is_known_as_ours_where_a_heal_was_killed_before_or_after_it_replaced_one(
    site: Site, monkeypatch: pytest.MonkeyPatch, killed_in: str
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    site.heal()
    site.ctranslate2("4.5.0")
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Writer, killed_in, killed)
        site.heal()
    site.remove("ctranslate2")
    for _ in range(3):
        if site.libs.exists():
            os.utime(site.libs, (0, 0))
        site.start()
    assert not site.libs.exists()


@pytest.mark.parametrize("done", [lambda site: site.heal(), by_hand], ids=["healed", "made by hand"])
def test_a_restore_that_was_killed_after_the_pause_is_completed_by_the_next_start(
    site: Site, monkeypatch: pytest.MonkeyPatch, done: Callable[[Site], object]
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    done(site)
    time.sleep(0.05)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Writer, "apply", killed)
        site.restore()
    monkeypatch.setattr(cudnn_heal_start, "home", str(site.path))
    assert cudnn_heal_start.recorded(str(site.libs)) == "", "a start looks"
    site.start()
    assert site.stub_bytes() == stub_file()
    assert site.names() == {STUB}


def test_a_restore_that_was_ended_in_its_midst_is_completed(site: Site) -> None:
    heal(site)
    site.restore()
    pause = (site.libs / ".cudnn-heal/paused").read_bytes()
    heal(site)
    (site.libs / ".cudnn-heal/paused").write_bytes(pause)
    site.remove("nvidia-cudnn-cu12")
    site.start()
    assert site.stub_bytes() == stub_file()
    assert site.names() == {STUB}
    assert os.listdir(site.libs / ".cudnn-heal") == ["paused"]


def test_links_that_a_user_makes_during_a_pause_stay(site: Site) -> None:
    heal(site)
    site.restore()
    (site.libs / "libcublas.so.12").symlink_to("../nvidia/cublas/lib/libcublas.so.12")
    site.start()
    assert (site.libs / "libcublas.so.12").is_symlink()


def test_a_restore_where_nothing_was_done_keeps_a_pause_all_the_same(site: Site) -> None:
    site.restore()
    assert os.listdir(site.libs / ".cudnn-heal") == ["paused"]
    assert site.start() == "paused"
    assert site.names() == {STUB}


# What goes, and what stays.


def test_stub_returns_when_the_provider_is_gone(site: Site) -> None:
    heal(site)
    site.remove("nvidia-cudnn-cu12")
    site.start()
    assert not (site.libs / STUB).is_symlink()
    assert site.stub_bytes() == stub_file()
    assert site.names() == {STUB, "libcublas.so.12", "libcublasLt.so.12"}


def test_nothing_of_ours_is_left_when_the_package_is_gone(site: Site) -> None:
    heal(site)
    site.remove("ctranslate2")
    heal(site)
    assert not site.libs.exists() or os.listdir(site.libs) == []


def test_a_restore_after_the_package_was_removed_leaves_no_pause_that_a_start_believes(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    heal(site)
    own = site.libs / ".cudnn-heal"
    (own / "paused").write_bytes((own / "stamp").read_bytes())  # of a restore that was interrupted
    site.remove("ctranslate2")
    (site.libs / "libgomp-a34b3233.so.1.0.0").write_bytes(b"a RECORD that was cut left it")
    assert site.restore().done, "the control: the links were there still"
    monkeypatch.setattr(cudnn_heal_start, "home", str(site.path))
    assert cudnn_heal_start.recorded(str(site.libs)) == "", "a start looks"
    os.utime(site.libs, (0, 0))
    site.start()
    assert not (own / "paused").exists()


def test_a_restore_that_ended_before_it_took_the_manifest_away_is_finished_by_a_start(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    heal(site)
    site.remove("nvidia-cudnn-cu12").remove("nvidia-cublas-cu12")
    heal(site)
    own = site.libs / ".cudnn-heal"
    assert (own / "manifest.json").exists() and not site.plan("restore").actions, "nothing but our own files is left"
    forget = Writer.forget

    def fails(self: Writer, names: Sequence[str]) -> None:
        if "manifest.json" in names:
            raise OSError(errno.EIO, "the disk is gone")
        forget(self, names)

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "forget", fails)
        assert site.restore().error == "EIO"
    monkeypatch.setattr(cudnn_heal_start, "home", str(site.path))
    assert cudnn_heal_start.recorded(str(site.libs)) == "", "a start looks"
    site.start()
    assert not (own / "manifest.json").exists() and (own / "paused").exists()
    assert site.restore().error == ""
    assert cudnn_heal_start.recorded(str(site.libs)) == "paused"


@pytest.mark.parametrize("record", [True, False])
def test_while_the_package_is_being_removed_nothing_is_touched(site: Site, record: bool) -> None:
    stub = site.stub_bytes()
    heal(site)
    next(site.libs.glob("libctranslate2-*")).unlink()
    if not record:
        shutil.rmtree(site.path / "ctranslate2-4.6.1.dist-info")
    before = site.names()
    heal(site)
    assert site.names() == before
    (site.libs / "libgomp-a34b3233.so.1.0.0").unlink()
    os.utime(site.libs, (0, 0))
    shutil.rmtree(site.path / "ctranslate2-4.6.1.dist-info", ignore_errors=True)
    heal(site)
    os.utime(site.libs, (0, 0))
    heal(site)
    assert site.names() == {STUB}, "what the uninstall left, as it would be without us"
    assert site.stub_bytes() == stub


def test_an_empty_folder_is_removed_only_when_it_has_been_still(site: Site) -> None:
    heal(site)
    site.remove("ctranslate2")
    heal(site)
    assert site.libs.exists()
    os.utime(site.libs, (0, 0))
    heal(site)
    assert not site.libs.exists()


def test_copies_made_of_links_are_links_again_or_gone(site: Site, tmp_path: Path) -> None:
    heal(site)
    copy = Site(tmp_path / "copy")
    shutil.copytree(site.path, copy.path, dirs_exist_ok=True)
    assert not any((copy.libs / name).is_symlink() for name in copy.names())
    assert copy.heal().verdict == "healthy"
    assert copy.is_replaced() and all((copy.libs / name).is_symlink() for name in copy.names() - {STUB, BACKUP})
    assert copy.names() == site.names()
    stale = Site(tmp_path / "stale")
    shutil.copytree(site.path, stale.path, dirs_exist_ok=True)
    stale.remove("nvidia-cudnn-cu12")
    heal(stale)
    assert stale.stub_bytes() == stub_file()
    assert not any(name.startswith("libcudnn_") for name in stale.names())


@pytest.mark.parametrize("name", ["libcublas.so.12", "libcudnn_ops.so.9", "libcudnn_ops.so.9.10.2", "libcudnn.so.9"])
def test_files_of_others_stay_and_what_rests_on_them_is_not_healthy(site: Site, name: str) -> None:
    (site.libs / name).write_bytes(b"mine")
    (site.libs / "notes.txt").write_bytes(b"mine too")
    outcome = site.heal()
    family = "cublas" if "cublas" in name else "cudnn"
    assert part(site, family).verdict == "damaged"
    assert outcome.verdict == "damaged"
    assert (site.libs / name).read_bytes() == b"mine"
    if family == "cudnn":
        assert site.stub_bytes() == stub_file(), "nothing of that family is linked"
        assert site.names() == {STUB, name, "notes.txt", "libcublas.so.12", "libcublasLt.so.12"}
    site.restore()
    assert (site.libs / name).read_bytes() == b"mine"
    assert (site.libs / "notes.txt").read_bytes() == b"mine too"


@pytest.mark.parametrize("name", ["libcublas.so.12", "libcudnn_ops.so.9"])
def test_a_foreign_file_that_appears_after_a_heal_takes_the_heal_of_its_family_back(site: Site, name: str) -> None:
    heal(site)
    replace(site.libs / name, b"mine")
    site.start()
    assert (site.libs / name).read_bytes() == b"mine"
    assert part(site, "cudnn" if "cudnn" in name else "cublas").verdict == "damaged"
    assert site.is_replaced() is ("cudnn" not in name)


def test_a_folder_that_is_a_link_is_left_alone(site: Site, tmp_path: Path) -> None:
    site.libs.rename(tmp_path / "elsewhere")
    site.libs.symlink_to(tmp_path / "elsewhere")
    before = set(os.listdir(tmp_path / "elsewhere"))
    site.heal()
    site.restore()
    site.start()
    assert site.plan().verdict == "read-only"
    assert set(os.listdir(tmp_path / "elsewhere")) == before


@pytest.mark.parametrize("form", ["hashless", "empty hashes", "missing"])
def test_a_stub_without_hash_is_known_by_its_soname_and_replaced(site: Site, form: RecordForm) -> None:
    site.ctranslate2(record=form)
    assert site.heal().verdict == "healthy"
    assert site.is_replaced()
    assert (site.libs / BACKUP).read_bytes() == stub_file()
    assert site.restore().refused is None
    assert site.stub_bytes() == stub_file()


def test_with_two_records_the_one_that_fits_the_files_is_believed(site: Site) -> None:
    site.ctranslate2("4.5.0", way="ignore-installed")
    outcome = site.heal()
    assert outcome.consumers[0].observation.version == "4.5.0"
    assert (site.libs / BACKUP).read_bytes() == stub_file("4.5.0")


@pytest.mark.parametrize("act", [Site.heal, Site.restore, Site.start], ids=["heal", "restore", "start"])
@pytest.mark.parametrize("provider", [True, False])
def test_a_link_to_a_copy_that_we_do_not_know_is_the_users_and_stays(
    site: Site, tmp_path: Path, provider: bool, act: Callable[[Site], object]
) -> None:
    (tmp_path / "libcudnn.so.9").write_bytes(content("the system's"))
    if not provider:
        site.remove("nvidia-cudnn-cu12")
    by_hand(site, link=str(tmp_path / "libcudnn.so.9"))
    act(site)
    assert os.readlink(site.libs / STUB) == str(tmp_path / "libcudnn.so.9")
    assert (site.libs / BACKUP).read_bytes() == stub_file()
    if act is not Site.restore:
        assert part(site, "cudnn").verdict in ("damaged", "no-provider")


@pytest.mark.parametrize("kind", ["text", "another stub", "folder"])
def test_unknown_bytes_in_the_backups_place_are_never_overwritten_or_removed(site: Site, kind: str) -> None:
    backup = site.libs / BACKUP
    backup.mkdir() if kind == "folder" else backup.write_bytes(b"mine" if kind == "text" else stub_file("4.5.0"))
    before = backup.lstat().st_ino
    for act in (Site.start, Site.heal, Site.restore, Site.heal):
        act(site)
        assert backup.lstat().st_ino == before
        assert site.stub_bytes() == stub_file()
    assert part(site, "cudnn").verdict == "damaged"
    site.remove("ctranslate2")
    os.utime(site.libs, (0, 0))
    site.heal()
    assert backup.lstat().st_ino == before


def test_another_stubs_backup_is_not_ours_to_remove(site: Site) -> None:
    other = site.libs / "libcudnn-0123abcd.so.9.5.1.ORIGINAL"
    other.write_bytes(stub_file("4.5.0", "libcudnn-0123abcd.so.9.5.1"))
    heal(site)
    site.ctranslate2("4.8.5", "")
    heal(site)
    site.restore()
    assert other.exists()


def test_history_tells_the_change(site: Site) -> None:
    heal(site)
    site.ctranslate2("4.6.2")
    heal(site)
    site.cudnn("9.11.0.98")
    heal(site)
    assert site.observe().manifest.found["nvidia-cudnn-cu12"] == "9.11.0.98"
    site.remove("nvidia-cudnn-cu12")
    heal(site)
    causes = [one.cause for one in site.observe().manifest.history]
    assert causes[0].startswith("first heal: ctranslate2 4.6.1, ")
    assert causes[1:] == [
        "ctranslate2 4.6.1 -> 4.6.2",
        "nvidia-cudnn-cu12 9.10.2.21 -> 9.11.0.98",
        "nvidia-cudnn-cu12 9.11.0.98 -> removed",
    ]


@pytest.mark.parametrize("name", ["cudnn/lib/libcudnn_adv.so.9", "cudnn/lib/libcudnn.so.9", "cublas/lib/libcublas.so.12"])
def test_files_that_are_gone_are_named_with_the_reinstall_and_the_rest_is_linked(site: Site, name: str) -> None:
    lose(name)(site)
    heal(site)
    outcome = site.status()
    service = part(site, name.split("/")[0])
    assert service.verdict == "damaged"
    assert name.rpartition("/")[2] in sentences.why(service)
    assert "--reinstall" in Advisor(outcome).fix(service)[0].command
    if "adv" in name:
        assert site.is_replaced()
        assert (site.libs / "libcudnn_ops.so.9").is_symlink()


def test_a_wheel_that_lies_whole_over_another_serves_and_is_told(site: Site) -> None:
    site.cudnn("9.9.0.52", "nvidia-cudnn-cu13")
    assert site.heal().verdict == "healthy"
    assert part(site, "cudnn").provider == "nvidia-cudnn-cu13 9.9.0.52"
    (note,) = site.plan().notes
    assert "lies over nvidia-cudnn-cu12 9.10.2.21" in sentences.note(note, "ctranslate2")


def test_an_optional_family_is_linked_where_its_wheel_is(site: Site) -> None:
    site.install(plain_wheel("nvidia-nccl-cu12", "2.27", "nvidia/nccl/lib", "libnccl.so.2"))
    heal(site)
    assert os.readlink(site.libs / "libnccl.so.2") == "../nvidia/nccl/lib/libnccl.so.2"
    assert part(site, "nccl").served == "links"


# How often an environment is observed.


@pytest.fixture
def observed(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Return how often each consumer was observed."""
    counts: Counter[str] = Counter()
    real = observe

    def counting(target: object, consumer: object, *rest: object) -> object:
        counts[consumer.name] += 1  # type: ignore[attr-defined]
        return real(target, consumer, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(reconcile, "observe", counting)
    return counts


def test_status_and_preview_observe_each_consumer_once(site: Site, observed: Counter[str]) -> None:
    site.status()
    assert observed == dict.fromkeys(CONSUMERS, 1)
    observed.clear()
    reconcile.preview(site.target, QUIET, "heal")
    reconcile.preview(site.target, QUIET, "restore")
    assert observed == dict.fromkeys(CONSUMERS, 2)


def test_a_heal_observes_once_a_round(site: Site, observed: Counter[str]) -> None:
    heal(site)
    assert observed["ctranslate2"] <= 3, "one round links, one finds nothing to do"
    assert observed["onnxruntime"] == observed["torch"] == 1
    observed.clear()
    heal(site)
    assert observed == dict.fromkeys(CONSUMERS, 1)


def test_a_start_observes_the_package_with_links_once(site: Site, observed: Counter[str]) -> None:
    for _ in range(3):
        observed.clear()
        site.start()
        assert observed == {"ctranslate2": 1}


# What a start remembers.


def test_a_start_heals_and_the_next_one_stamps_it(site: Site) -> None:
    assert site.start() == "healthy"
    assert not (site.libs / ".cudnn-heal/stamp").exists(), "what was just changed can't be recorded"
    time.sleep(0.05)
    assert site.start() == "healthy"
    assert b" healthy\n" in (site.libs / ".cudnn-heal/stamp").read_bytes()


def test_nothing_to_do_cannot_be_healed_and_failed_are_stamped_too(site: Site) -> None:
    site.remove("nvidia-cudnn-cu12")
    site.remove("nvidia-cublas-cu12")
    time.sleep(0.05)
    assert site.start() == "no-provider"
    assert b"no-provider" in (site.libs / ".cudnn-heal/stamp").read_bytes()


def test_a_failure_is_kept_and_stamped_and_the_next_heal_forgets_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "_link", full)
        assert site.start() == "failed"
    assert site.observe().manifest.error == "ENOSPC"
    assert b" failed\n" in (site.libs / ".cudnn-heal/stamp").read_bytes()
    assert "no space is left" in Advisor(site.status()).failure("ENOSPC")[0]
    heal(site)
    assert site.observe().manifest.error == ""
    assert site.plan().verdict == "healthy"


@pytest.mark.parametrize("step", ["_back_up", "_copy"])
@pytest.mark.parametrize("files", [False, True], ids=["links", "links became files"])
def test_a_heal_after_an_upgrade_that_fails_midway_is_completed_by_the_next(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, files: bool
) -> None:
    site.ctranslate2("4.5.0")
    heal(site)
    if files:
        shutil.copytree(site.path, tmp_path / "copy")
        site = Site(tmp_path / "copy")
    site.ctranslate2("4.6.1").cudnn("9.11.0.98")

    def fails(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Writer, step, fails)
        assert site.start() == "failed"
    assert site.heal().verdict == "healthy"
    assert (site.libs / BACKUP).read_bytes() == stub_file("4.6.1")
    assert site.names() == HEALED
    site.restore()
    assert site.names() == {STUB}


def test_an_installer_at_work_is_no_failure_that_is_stamped(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def changed(*_: object) -> None:
        raise Changed("libcublas.so.12 changed meanwhile")

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "_link", changed)
        assert site.start() == "failed"
        assert "installer is at work" in Advisor(site.status()).failure(site.heal().error)[0]
    assert not (site.libs / ".cudnn-heal/stamp").exists()
    assert site.start() == "healthy"


def test_a_bug_costs_no_start(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconcile, "plan", lambda *_: 1 / 0)
    assert site.start() == "failed"
    assert "ZeroDivisionError" in site.observe().manifest.error


@pytest.mark.parametrize(
    ("argv", "own"),
    [
        (["python", "-m", "cudnn_heal", "--status"], True),
        (["python", "-I", "-m", "cudnn_heal"], True),
        (["/venv/bin/cudnn-heal", "--restore"], True),
        (["python", "/venv/bin/cudnn-heal"], True),
        (["python", "-m", "pip", "install", "cudnn-heal"], False),
        (["python", "-c", "import cudnn_heal"], False),
        (["python"], False),
    ],
)
def test_the_command_lines_own_start_changes_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch, argv: list[str], own: bool
) -> None:
    monkeypatch.setattr(sys, "orig_argv", argv, raising=False)
    before = tree(site.libs)
    assert site.start() == ("pending" if own else "healthy")
    assert (tree(site.libs) == before) is own


def test_a_heal_that_can_change_nothing_says_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    outcome = site.heal()
    assert (outcome.error, outcome.done) == ("EACCES", ())
    assert outcome.verdict == "read-only"


def test_the_whole_is_served_as_its_weakest_package(site: Site) -> None:
    site.install(onnxruntime_wheel())
    outcome = site.heal()
    assert {one.served for one in outcome.services("ctranslate2") if one.verdict != "not-needed"} == {"links"}
    assert outcome.served == "none"
    assert outcome.verdict == "no-provider"
    assert outcome.services("nothing") == ()


def test_forks_are_served_in_process_and_their_folder_is_not_touched(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").fork().cublas()
    before = tree(site.path)
    outcome = site.heal()
    site.start()
    assert tree(site.path) == before
    (service,) = [one for one in outcome.services("ctranslate2") if one.part == "cublas"]
    assert (service.verdict, service.served) == ("healthy", "in-process")
    assert [path.rpartition("/")[2] for path in service.paths] == ["libcublasLt.so.12", "libcublas.so.12"]


def test_wheels_whose_files_were_patched_are_not_linked_as_if_they_were_whole(site: Site) -> None:
    data = dict(cudnn_wheel().files)["nvidia/cudnn/lib/libcudnn.so.9"]
    replace(site.path / "nvidia/cudnn/lib/libcudnn.so.9", data + b"patched")
    heal(site)
    assert site.stub_bytes() == stub_file()
    assert part(site, "cudnn").verdict == "damaged"
    assert library("x") != data


def test_a_package_that_another_distribution_overwrote_is_damaged_and_told_which_to_keep(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").cudnn().cublas()
    for name, size in (("onnxruntime-gpu", 100), ("onnxruntime", 70)):
        site.install(onnxruntime_wheel(distribution=name, binding=bytes(size)))
    outcome = site.status()
    services = [one for one in outcome.services("onnxruntime") if one.verdict != "not-needed"]
    assert {one.verdict for one in services} == {"damaged"}
    assert sentences.why(services[0]).startswith(
        "onnxruntime-gpu 1.23.2 and onnxruntime 1.23.2 lie in one folder, and onnxruntime/capi/"
    )
    assert "onnxruntime-gpu==1.23.2" in Advisor(outcome).fix(services[0])[0].command
    assert schema.exit_status(outcome, asked_to_act=False) == 1


def test_a_restore_tells_of_nvidias_files_that_it_leaves(site: Site, tmp_path: Path) -> None:
    """What ``cp -rL`` makes of our links can't be told from the user's own copies once our folder is gone."""
    heal(site)
    assert not any("Left as they are" in row.text for row in text.restored(site.restore()))
    heal(site)
    copy = Site(tmp_path / "copy")
    shutil.copytree(site.path, copy.path, dirs_exist_ok=True)
    shutil.rmtree(copy.libs / ".cudnn-heal")
    outcome = copy.restore()
    left = sorted(copy.names() - site.names() | {name for name in copy.names() if name.startswith("libcu")} - {STUB, BACKUP})
    left = [name for name in left if not name.startswith("libctranslate2")]
    assert copy.stub_bytes() == stub_file() and len(left) > 3
    note = f"Left as they are: {', '.join(left[:3])} and {len(left) - 3} more, since they may be yours. If not, delete them."
    for rows in (text.restored(outcome), text.status(copy.status())):
        assert note in [row.text for row in rows]
