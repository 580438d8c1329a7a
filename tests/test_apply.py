"""Apply: each action, and each system call failing once: the old state or the new one, never one between."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cudnn_heal import reconcile
from cudnn_heal.apply import Changed, Folder
from cudnn_heal.observe import digest
from cudnn_heal.plan import Backup, Link, Remove, Restore
from environment import tree
from made_up import STUB, Site, content, demo

CALLS = ("mkdir", "open", "link", "symlink", "replace", "unlink", "write", "fchmod", "rmdir")
ERRORS = (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO, errno.EMLINK)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return demo(tmp_path / "site-packages")


@pytest.fixture
def folder(site: Site) -> Iterator[Folder]:
    with Folder(str(site.libs)) as opened:
        yield opened


def identity(path: Path) -> tuple[int, int]:
    state = path.lstat()
    return state.st_dev, state.st_ino


def test_a_backup_is_the_same_inode(site: Site, folder: Folder) -> None:
    folder.apply([Backup(STUB, STUB + ".ORIGINAL", digest(site.stub_bytes()))])
    assert identity(site.libs / STUB) == identity(site.libs / (STUB + ".ORIGINAL"))
    folder.apply([Backup(STUB, STUB + ".ORIGINAL", digest(site.stub_bytes()))])
    assert list((site.libs / ".cudnn-heal").iterdir()) == []


def test_a_backup_of_a_symlink_is_a_copy_of_the_bytes(site: Site, folder: Folder, tmp_path: Path) -> None:
    (site.libs / STUB).rename(tmp_path / "cached")
    (site.libs / STUB).symlink_to(tmp_path / "cached")
    folder.apply([Backup(STUB, STUB + ".ORIGINAL", digest(site.stub_bytes()))])
    (tmp_path / "cached").unlink()
    assert (site.libs / (STUB + ".ORIGINAL")).read_bytes() == content("stub of", "4.6.1")


def test_a_backup_of_other_bytes_is_refused_and_the_old_one_stands(site: Site, folder: Folder) -> None:
    (site.libs / (STUB + ".ORIGINAL")).write_bytes(b"old")
    with pytest.raises(Changed):
        folder.apply([Backup(STUB, STUB + ".ORIGINAL", digest(b"other"))])
    assert (site.libs / (STUB + ".ORIGINAL")).read_bytes() == b"old"


def test_a_stub_that_changed_meanwhile_is_not_replaced(site: Site, folder: Folder) -> None:
    before = identity(site.libs / STUB)
    (site.libs / STUB).rename(site.libs / "moved")
    (site.libs / STUB).write_bytes(b"the next version's")
    with pytest.raises(Changed):
        folder.apply([Link(STUB, "../nvidia/cudnn/lib/libcudnn.so.9", before)])
    assert site.stub_bytes() == b"the next version's"
    folder.apply([Remove(STUB, before)])
    assert site.stub_bytes() == b"the next version's"


def test_a_link_that_another_interpreter_made_meanwhile_is_fine(site: Site, folder: Folder) -> None:
    action = Link("libcublas.so.12", "../nvidia/cublas/lib/libcublas.so.12", None)
    folder.apply([action, action])
    assert os.readlink(site.libs / "libcublas.so.12") == action.target
    assert list((site.libs / ".cudnn-heal").iterdir()) == []


def test_a_backup_that_is_gone_cannot_be_restored(folder: Folder) -> None:
    with pytest.raises(Changed):
        folder.apply([Restore("gone.ORIGINAL", STUB)])


def test_a_link_in_place_of_our_own_folder_is_not_followed(site: Site, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (site.libs / ".cudnn-heal").symlink_to(tmp_path / "elsewhere")
    outcome = reconcile.heal(str(site.path), "ctranslate2")
    assert outcome.error
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_leftovers_of_a_killed_process_are_tidied_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    reconcile.heal(str(site.path), "ctranslate2")
    leftover = site.libs / ".cudnn-heal/tmp-1-2-3"
    leftover.write_bytes(b"")
    site.ctranslate2("4.6.2")
    reconcile.heal(str(site.path), "ctranslate2")
    assert leftover.exists(), "it may be another interpreter's"
    monkeypatch.setattr("cudnn_heal.apply.LEFTOVER_SECONDS", -1)
    site.ctranslate2("4.6.1")
    reconcile.heal(str(site.path), "ctranslate2")
    assert not leftover.exists()


def count(site: Site, call: str, monkeypatch: pytest.MonkeyPatch, *, fail_at: int = -1, error: int = 0) -> int:
    """Heal with the `fail_at`-th `call` failing; return how often it was called."""
    real = getattr(os, call)
    calls = 0

    def counted(*arguments: object, **options: object) -> object:
        nonlocal calls
        reads = call == "open" and not int(str(arguments[1])) & (os.O_CREAT | os.O_WRONLY)
        if reads or (not options and call not in ("write", "fchmod")):  # ours are relative to a descriptor
            return real(*arguments, **options)
        calls += 1
        if calls == fail_at + 1:
            raise OSError(error, os.strerror(error))
        return real(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(os, call, counted)
        reconcile.at_start(str(site.path), "ctranslate2")
    return calls


@pytest.mark.parametrize("call", CALLS)
def test_each_failing_call_leaves_the_package_no_worse_and_the_next_heal_completes_it(
    tmp_path: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content("stub of", "4.6.1")
    total = count(demo(tmp_path / "count"), call, monkeypatch)
    assert total or call == "rmdir"
    points = 0
    for fail_at in range(total):
        site = demo(tmp_path / f"{call}-{fail_at}")
        error = ERRORS[fail_at % len(ERRORS)]
        count(site, call, monkeypatch, fail_at=fail_at, error=error)
        points += 1
        shim = (site.path / "nvidia/cudnn/lib/libcudnn.so.9").read_bytes()
        assert site.stub_bytes() in (before, shim)
        if site.stub_bytes() == shim:
            assert (site.libs / (STUB + ".ORIGINAL")).read_bytes() == before
            assert (site.libs / "libcudnn_graph.so.9").exists()
        kept = reconcile.status(str(site.path), "ctranslate2")
        assert kept.error or kept.plan.verdict in ("pending", "healthy")
        outcome = reconcile.heal(str(site.path), "ctranslate2")
        assert (outcome.plan.verdict, outcome.error) == ("healthy", "")
        assert not [name for name in os.listdir(site.libs / ".cudnn-heal") if name.startswith("tmp-")]
        restored = reconcile.restore(str(site.path), "ctranslate2")
        assert restored.error == ""
        assert site.stub_bytes() == before
    print(f"{points} points: {call}")


def test_healing_twice_writes_nothing_the_second_time(site: Site) -> None:
    reconcile.heal(str(site.path), "ctranslate2")
    before = {path: path.lstat().st_mtime_ns for path in [site.libs, *site.libs.rglob("*")]}
    names = tree(site.libs)
    for _ in range(3):
        reconcile.heal(str(site.path), "ctranslate2")
        reconcile.at_start(str(site.path), "ctranslate2")
    assert {path: path.lstat().st_mtime_ns for path in [site.libs, *site.libs.rglob("*")]} == before
    assert tree(site.libs) == names
