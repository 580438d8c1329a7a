"""Apply: each action, and each system call failing once: the old state or the new one, never one between."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cudnn_heal.model import Action, BackUp, Forget, MakeCopy, MakeLink, Mark, PutBack, Remove, Unpause
from cudnn_heal.read import files
from cudnn_heal.read.files import hash_bytes
from cudnn_heal.write import apply
from cudnn_heal.write.apply import Changed, Writer
from support.environments import tree
from support.wheels import SHIM, STUB, Site, cudnn_wheel, demo, sha256, stub_file

BACKUP = STUB + ".ORIGINAL"
CALLS = ("mkdir", "open", "symlink", "rename", "renameat2", "replace", "unlink", "write", "fchmod", "fsync", "rmdir")
ERRORS = (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO, errno.EMLINK)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return demo(tmp_path / "site-packages")


@pytest.fixture
def folder(site: Site) -> Iterator[Writer]:
    with Writer(str(site.libs)) as opened:
        yield opened


def mark(path: Path) -> Mark:
    return files.mark(path.lstat())


def backup(site: Site, content: bytes | None = None, replaces: Mark | None = None) -> BackUp:
    return BackUp(STUB, BACKUP, hash_bytes(site.stub_bytes() if content is None else content), replaces)


def test_a_backup_is_a_file_of_its_own_and_made_twice_it_is_the_same(site: Site, folder: Writer) -> None:
    folder.apply([backup(site)])
    assert (site.libs / BACKUP).read_bytes() == stub_file()
    made = mark(site.libs / BACKUP)
    assert made != mark(site.libs / STUB)
    folder.apply([backup(site)])
    assert mark(site.libs / BACKUP) == made
    assert list((site.libs / ".cudnn-heal").iterdir()) == []


def test_a_backup_of_a_symlink_is_a_copy_of_the_bytes(site: Site, folder: Writer, tmp_path: Path) -> None:
    (site.libs / STUB).rename(tmp_path / "cached")
    (site.libs / STUB).symlink_to(tmp_path / "cached")
    folder.apply([backup(site)])
    (tmp_path / "cached").unlink()
    assert (site.libs / BACKUP).read_bytes() == stub_file()


@pytest.mark.parametrize(
    ("given", "made"), [(0o750, 0o755), (0o600, 0o644), (0o6755, 0o755), (0o7644, 0o644), (0o777, 0o755), (0o666, 0o644)]
)
@pytest.mark.parametrize("linked", [False, True])
def test_modes_are_ours_whatever_the_stub_has(
    site: Site, folder: Writer, tmp_path: Path, given: int, made: int, linked: bool
) -> None:
    file = site.libs / STUB
    if linked:
        file.rename(tmp_path / "cached")
        file.symlink_to(tmp_path / "cached")
    file.chmod(given)
    folder.apply([backup(site)])
    assert stat.S_IMODE((site.libs / BACKUP).stat().st_mode) == made
    folder.apply([PutBack(BACKUP, STUB, mark(site.libs / BACKUP), mark(site.libs / STUB), hash_bytes(stub_file()), "")])
    assert stat.S_IMODE(file.lstat().st_mode) == made


def test_a_backup_of_other_bytes_is_refused_and_the_old_one_stands(site: Site, folder: Writer) -> None:
    (site.libs / BACKUP).write_bytes(b"old")
    for replaces in (None, mark(site.libs / BACKUP)):
        with pytest.raises(Changed):
            folder.apply([backup(site, b"other", replaces)])
    assert (site.libs / BACKUP).read_bytes() == b"old"


def test_what_stands_in_the_backups_place_is_replaced_only_if_it_was_observed(site: Site, folder: Writer) -> None:
    (site.libs / BACKUP).write_bytes(b"the user's")
    with pytest.raises(Changed):
        folder.apply([backup(site)])
    assert (site.libs / BACKUP).read_bytes() == b"the user's"
    folder.apply([backup(site, replaces=mark(site.libs / BACKUP))])
    assert (site.libs / BACKUP).read_bytes() == stub_file()


def test_a_stub_that_changed_meanwhile_is_not_replaced(site: Site, folder: Writer) -> None:
    before = mark(site.libs / STUB)
    (site.libs / STUB).rename(site.libs / "moved")
    (site.libs / STUB).write_bytes(b"the next version's")
    with pytest.raises(Changed):
        folder.apply([MakeLink(STUB, SHIM, before)])
    assert site.stub_bytes() == b"the next version's"
    folder.apply([Remove(STUB, before)])
    assert site.stub_bytes() == b"the next version's"


def test_a_link_that_another_interpreter_made_meanwhile_is_fine(site: Site, folder: Writer) -> None:
    action = MakeLink("libcublas.so.12", "../nvidia/cublas/lib/libcublas.so.12", None)
    folder.apply([action, action])
    assert os.readlink(site.libs / "libcublas.so.12") == action.target
    assert list((site.libs / ".cudnn-heal").iterdir()) == []


def test_a_link_with_another_text_that_appeared_meanwhile_stays(site: Site, folder: Writer) -> None:
    (site.libs / "libcublas.so.12").symlink_to("/opt/libcublas.so.12")
    with pytest.raises(Changed):
        folder.apply([MakeLink("libcublas.so.12", "../nvidia/cublas/lib/libcublas.so.12", None)])
    assert os.readlink(site.libs / "libcublas.so.12") == "/opt/libcublas.so.12"


SHIM_SHA256 = sha256(dict(cudnn_wheel().files)["nvidia/cudnn/lib/libcudnn.so.9"])


def test_a_copy_has_the_bytes_for_everybody_and_an_inode_of_its_own(site: Site, folder: Writer) -> None:
    (site.libs / SHIM).chmod(0o600)
    folder.apply([MakeCopy(STUB, SHIM, SHIM_SHA256, mark(site.libs / STUB))])
    assert site.is_replaced()
    assert mark(site.libs / STUB) != mark(site.libs / SHIM)
    assert stat.S_IMODE((site.libs / STUB).stat().st_mode) == 0o644
    assert list((site.libs / ".cudnn-heal").iterdir()) == []


def test_a_copy_that_another_interpreter_made_meanwhile_is_fine(site: Site, folder: Writer) -> None:
    action = MakeCopy(STUB, SHIM, SHIM_SHA256, mark(site.libs / STUB))
    folder.apply([action, action])
    assert site.is_replaced()


def test_a_copy_of_a_file_that_changed_meanwhile_is_not_made(site: Site, folder: Writer) -> None:
    for change in (b"half of another release", None):
        (site.libs / SHIM).unlink()
        if change:
            (site.libs / SHIM).write_bytes(change)
        with pytest.raises(Changed):
            folder.apply([MakeCopy(STUB, SHIM, SHIM_SHA256, mark(site.libs / STUB))])
        assert site.stub_bytes() == stub_file()


def test_a_copy_replaces_only_what_was_observed(site: Site, folder: Writer) -> None:
    before = mark(site.libs / STUB)
    installs(site.libs / STUB)()
    with pytest.raises(Changed):
        folder.apply([MakeCopy(STUB, SHIM, SHIM_SHA256, before)])
    assert site.stub_bytes() == b"the next version's"


@pytest.mark.parametrize("other", [None, b"the backup of another version"])
@pytest.mark.parametrize("late_", [False, True])
def test_what_a_copy_replaces_is_kept_though_another_interpreter_took_the_backup_away(
    site: Site, folder: Writer, monkeypatch: pytest.MonkeyPatch, late_: bool, other: bytes | None
) -> None:
    if not exchanges(site.libs):
        pytest.skip("this file system does not exchange names")
    folder.apply([backup(site)])
    action = MakeCopy(STUB, SHIM, SHIM_SHA256, mark(site.libs / STUB), BACKUP, hash_bytes(stub_file()))

    def takes() -> None:
        (site.libs / BACKUP).unlink()
        if other:
            (site.libs / BACKUP).write_bytes(other)

    late(monkeypatch, takes) if late_ else takes()
    if late_ and not other:
        folder.apply([action])
        assert site.is_replaced() and (site.libs / BACKUP).read_bytes() == stub_file()
    else:
        with pytest.raises(Changed):
            folder.apply([action])
        assert site.stub_bytes() == stub_file()
    assert list((site.libs / ".cudnn-heal").iterdir()) == []


@pytest.mark.parametrize("late_", [False, True])
def test_a_backup_that_is_needed_again_is_not_removed(
    site: Site, folder: Writer, monkeypatch: pytest.MonkeyPatch, late_: bool
) -> None:
    folder.apply([backup(site)])
    action = Remove(BACKUP, mark(site.libs / BACKUP), STUB, mark(site.libs / STUB))

    def heals() -> None:
        with Writer(str(site.libs)) as other:
            other.apply([MakeCopy(STUB, SHIM, SHIM_SHA256, mark(site.libs / STUB))])

    late(monkeypatch, heals) if late_ else heals()
    with pytest.raises(Changed):
        folder.apply([action])
    assert site.is_replaced() and (site.libs / BACKUP).read_bytes() == stub_file()


def test_a_copy_is_on_the_disk_before_it_gets_its_name(site: Site, folder: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a power cut could leave an empty library."""
    steps: list[str] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: steps.extend([f"flushed {os.fstat(fd).st_size}", str(real(fd))]))
    monkeypatch.setattr(Writer, "_put", lambda *_: steps.append("named"))
    folder.apply([MakeCopy(STUB, SHIM, SHIM_SHA256, mark(site.libs / STUB))])
    assert steps == [f"flushed {(site.libs / SHIM).stat().st_size}", "None", "named"]


def test_a_backup_that_is_gone_or_another_cannot_be_restored(site: Site, folder: Writer) -> None:
    (site.libs / BACKUP).write_bytes(b"another")
    for name, expected in (("gone.ORIGINAL", None), (BACKUP, (1, 2, 3, 4))):
        with pytest.raises(Changed):
            folder.apply([PutBack(name, STUB, expected, mark(site.libs / STUB), hash_bytes(b"another"), "")])
    assert site.stub_bytes() == stub_file()


def test_a_restore_over_what_an_installer_put_there_is_refused(site: Site, folder: Writer) -> None:
    (site.libs / BACKUP).write_bytes(b"the old stub")
    with pytest.raises(Changed):
        folder.apply([PutBack(BACKUP, STUB, mark(site.libs / BACKUP), (1, 2, 3, 4), hash_bytes(b"the old stub"), "")])
    assert site.stub_bytes() == stub_file()
    assert (site.libs / BACKUP).read_bytes() == b"the old stub"


def test_a_restore_puts_the_backups_bytes_back_and_a_symlink_where_one_was(site: Site, folder: Writer, tmp_path: Path) -> None:
    (tmp_path / "cached").write_bytes(stub_file())
    for text in ("", str(tmp_path / "cached")):
        folder.apply([backup(site)])
        (site.libs / STUB).unlink()
        folder.apply([PutBack(BACKUP, STUB, mark(site.libs / BACKUP), None, hash_bytes(stub_file()), text)])
        assert (site.libs / STUB).is_symlink() is bool(text)
        assert site.stub_bytes() == stub_file()
        assert not (site.libs / BACKUP).exists()


def test_a_resume_removes_the_pause_and_one_that_is_gone_is_fine(site: Site, folder: Writer) -> None:
    folder.write("paused", b"x")
    folder.apply([Unpause(), Unpause()])
    assert not (site.libs / ".cudnn-heal/paused").exists()


def test_forgetting_leaves_what_is_not_ours(site: Site, folder: Writer) -> None:
    for name in ("stamp", "manifest.json"):
        folder.write(name, b"x")
    (site.libs / ".cudnn-heal/notes.txt").write_text("mine")
    folder.apply([Forget(("stamp", "manifest.json"), folder_too=True)])
    assert os.listdir(site.libs / ".cudnn-heal") == ["notes.txt"]


def test_an_empty_folder_goes_only_where_nothing_is_in_it(tmp_path: Path) -> None:
    for name in ("empty", "full"):
        libs = tmp_path / name
        libs.mkdir()
        with Writer(str(libs)) as opened:
            opened.write("stamp", b"x")
            if name == "full":
                (libs / "file").write_text("mine")
            opened.apply([Forget(("stamp",), folder_too=True)])
    assert os.listdir(tmp_path) == ["full"]


@pytest.mark.parametrize("kind", ["link", "file", "missing"])
def test_what_is_no_folder_is_not_opened(tmp_path: Path, kind: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    if kind == "link":
        (tmp_path / "libs").symlink_to("elsewhere")
    elif kind == "file":
        (tmp_path / "libs").write_text("")
    with pytest.raises(Changed if kind == "missing" else OSError):
        Writer(str(tmp_path / "libs"))


@pytest.mark.parametrize("umask", [0o077, 0o022, 0o000])
def test_what_is_made_has_the_modes_that_others_need_whatever_the_umask(site: Site, umask: int) -> None:
    before = os.umask(umask)
    try:
        with Writer(str(site.libs)) as opened:
            opened.write("stamp", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((site.libs / ".cudnn-heal").stat().st_mode) == 0o755
    assert stat.S_IMODE((site.libs / ".cudnn-heal/stamp").stat().st_mode) == 0o644


# What happens between looking and acting: an installer puts something there, however late.


def late(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let `act` happen once, after what stands there was looked at and right before it is renamed."""
    real, rename, waiting = Writer._rename, os.rename, [1]

    def once() -> None:
        if waiting:
            waiting.pop()
            act()

    def exchanging(self: Writer, *arguments: object) -> bool:
        once()
        return real(self, *arguments)  # type: ignore[arg-type]

    def renaming(*arguments: object, **options: object) -> None:
        once()
        rename(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Writer, "_rename", exchanging)
    monkeypatch.setattr(os, "rename", renaming)


def writes(path: Path) -> Callable[[], object]:
    """As PyPA's installer does: into the file that is there."""
    return lambda: path.write_bytes(b"the next version's")


def installs(path: Path) -> Callable[[], object]:
    def act() -> None:
        new = path.with_name("new")
        new.write_bytes(b"the next version's")
        new.rename(path) if not path.is_symlink() else os.replace(new, path)

    return act


@pytest.mark.parametrize("installer", [installs, writes])
@pytest.mark.parametrize("action", ["link", "copy", "restore", "remove", "link where nothing was"])
def test_what_an_installer_puts_there_at_the_last_moment_stands(
    site: Site,
    folder: Writer,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    installer: Callable[[Path], Callable[[], object]],
) -> None:
    stub = site.libs / STUB
    if not exchanges(site.libs):
        pytest.skip("this file system does not exchange names")
    observed = mark(stub)
    if action == "link where nothing was":
        stub.unlink()
    (site.libs / BACKUP).write_bytes(b"the old stub")
    kept = mark(site.libs / BACKUP)
    late(monkeypatch, installer(stub))
    actions: dict[str, Action] = {
        "link": MakeLink(STUB, SHIM, observed),
        "link where nothing was": MakeLink(STUB, SHIM, None),
        "copy": MakeCopy(STUB, SHIM, SHIM_SHA256, observed),
        "restore": PutBack(BACKUP, STUB, kept, observed, hash_bytes(b"the old stub"), ""),
        "remove": Remove(STUB, observed),
    }
    with pytest.raises(Changed):
        folder.apply([actions[action]])
    assert site.stub_bytes() == b"the next version's"
    assert (site.libs / BACKUP).read_bytes() == b"the old stub"
    assert list((site.libs / ".cudnn-heal").iterdir()) == []


def test_what_an_installer_removes_at_the_last_moment_stays_removed(
    site: Site, folder: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    observed = mark(site.libs / STUB)
    late(monkeypatch, (site.libs / STUB).unlink)
    with pytest.raises(Changed):
        folder.apply([MakeLink(STUB, SHIM, observed)])
    assert not (site.libs / STUB).exists()


def test_what_another_interpreter_removes_at_the_last_moment_is_no_failure(
    site: Site, folder: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site.libs / "libcublas.so.12").symlink_to("../nvidia/cublas/lib/libcublas.so.12")
    observed = mark(site.libs / "libcublas.so.12")
    rename = os.rename

    def late_rename(*arguments: Any, **options: Any) -> None:
        (site.libs / "libcublas.so.12").unlink()
        rename(*arguments, **options)

    monkeypatch.setattr(os, "rename", late_rename)
    with pytest.raises(Changed):
        folder.apply([Remove("libcublas.so.12", observed)])


def exchanges(libs: Path) -> bool:
    """Tell whether the file system of `libs` exchanges names (``renameat2(2)``)."""
    import ctypes

    for name in ("one", "two"):
        (libs / name).write_text(name)
    function = getattr(ctypes.CDLL(None), "renameat2", None)
    done = function and function(-100, os.fsencode(libs / "one"), -100, os.fsencode(libs / "two"), 2) == 0
    for name in ("one", "two"):
        (libs / name).unlink()
    return bool(done)


@pytest.fixture(params=["renameat2", "without renameat2", "a file system without it"])
def renaming(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the test with and without the system call that exchanges two names."""
    import _ctypes

    def lacks(handle: int, name: str) -> int:
        raise OSError(f"undefined symbol: {name}")

    monkeypatch.setattr(apply, "_renameat2", None)
    if request.param == "without renameat2":
        monkeypatch.setattr(_ctypes, "dlsym", lacks)
    elif request.param != "renameat2":
        monkeypatch.setattr(apply, "renameat2", lambda *_: errno.EINVAL)
    return str(request.param)


def test_a_heal_and_a_restore_end_the_same_however_names_are_exchanged(site: Site, renaming: str) -> None:
    before = tree(site.libs)
    assert site.heal().verdict == "healthy"
    assert site.is_replaced()
    site.restore()
    assert tree(site.libs, skip=(".cudnn-heal",)) == before
    assert site.heal().verdict == "healthy"


@pytest.mark.parametrize("action", ["link", "link where nothing was"])
def test_without_exchanging_it_is_looked_at_right_before(site: Site, folder: Writer, renaming: str, action: str) -> None:
    observed = mark(site.libs / STUB)
    installs(site.libs / STUB)()
    with pytest.raises(Changed):
        folder.apply([MakeLink(STUB, SHIM, observed if action == "link" else None)])
    assert site.stub_bytes() == b"the next version's"


def test_a_link_in_place_of_our_own_folder_is_not_followed(site: Site, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (site.libs / ".cudnn-heal").symlink_to(tmp_path / "elsewhere")
    outcome = site.heal()
    assert outcome.error
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_leftovers_of_a_killed_process_are_tidied_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.heal()
    leftover = site.libs / ".cudnn-heal/tmp-1-2-3"
    leftover.write_bytes(b"")
    site.ctranslate2("4.6.2")
    site.heal()
    assert leftover.exists(), "it may be another interpreter's"
    monkeypatch.setattr("cudnn_heal.write.apply.LEFTOVER_SECONDS", -1)
    site.ctranslate2("4.6.1")
    site.heal()
    assert not leftover.exists()


def count(site: Site, call: str, monkeypatch: pytest.MonkeyPatch, *, fail_at: int = -1, error: int = 0) -> int:
    """Heal with the `fail_at`-th `call` failing; return how often it was called."""
    owner: object = Writer if call == "renameat2" else os
    name = "_rename" if call == "renameat2" else call
    real = getattr(owner, name)
    calls = 0

    def counted(*arguments: object, **options: object) -> object:
        nonlocal calls
        reads = call == "open" and not int(str(arguments[1])) & (os.O_CREAT | os.O_WRONLY)
        if reads or (
            not options and call not in ("write", "fchmod", "fsync", "renameat2")
        ):  # ours are relative to a descriptor
            return real(*arguments, **options)
        calls += 1
        if calls == fail_at + 1:
            raise OSError(error, os.strerror(error))
        return real(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, counted)
        site.start()
    return calls


def keeps_error(site: Site) -> bool:
    return bool(site.observe().manifest.error)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.seconds
def test_each_failing_call_leaves_the_package_no_worse_and_the_next_heal_completes_it(
    tmp_path: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = stub_file()
    total = count(demo(tmp_path / "count"), call, monkeypatch)
    assert total or call in ("rmdir", "rename")
    points = 0
    for fail_at in range(total):
        site = demo(tmp_path / f"{call}-{fail_at}")
        error = ERRORS[fail_at % len(ERRORS)]
        count(site, call, monkeypatch, fail_at=fail_at, error=error)
        points += 1
        shim = (site.path / "nvidia/cudnn/lib/libcudnn.so.9").read_bytes()
        assert site.stub_bytes() in (before, shim)
        if site.stub_bytes() == shim:
            assert (site.libs / BACKUP).read_bytes() == before
            assert (site.libs / "libcudnn_graph.so.9").exists()
        kept = site.status()
        assert keeps_error(site) or kept.verdict in ("pending", "healthy")
        monkeypatch.setattr("cudnn_heal.write.apply.LEFTOVER_SECONDS", -1)  # what could not be removed goes later
        outcome = site.heal()
        assert (outcome.verdict, outcome.error) == ("healthy", "")
        assert not [name for name in os.listdir(site.libs / ".cudnn-heal") if name.startswith("tmp-")]
        restored = site.restore()
        assert restored.error == ""
        assert site.stub_bytes() == before
    print(f"{points} points: {call}")


def test_healing_twice_writes_nothing_the_second_time(site: Site) -> None:
    site.heal()
    before = {path: path.lstat().st_mtime_ns for path in [site.libs, *site.libs.rglob("*")]}
    names = tree(site.libs)
    for _ in range(3):
        site.heal()
        site.start()
    assert {path: path.lstat().st_mtime_ns for path in [site.libs, *site.libs.rglob("*")]} == before
    assert tree(site.libs) == names


@pytest.mark.parametrize(
    "name", ["tmp-notes.txt", "tmp-", "tmp-1-2", "tmp-1-2-3-4", "tmp-1-2-", "tmp-1-2-b", "tmp-1-2-\u0663", "tmp"]
)
def test_only_names_of_the_form_that_we_make_are_leftovers(site: Site, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    state = site.libs / ".cudnn-heal"
    state.mkdir()
    for one in (name, "tmp-1-2-3"):
        (state / one).write_text("the user's")
    monkeypatch.setattr("cudnn_heal.write.apply.LEFTOVER_SECONDS", -1)
    with Writer(str(site.libs)) as folder:
        folder.forget(())
    assert os.listdir(state) == [name]
