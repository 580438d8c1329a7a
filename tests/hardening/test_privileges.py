"""Grants nothing: whoever may write in ``ctranslate2.libs/``, and nowhere else, gains nothing from root's starts and commands.

They make the stub a symlink to a file of theirs, as uv's symlink mode does, and swap what it leads to.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from cudnn_heal.model import BackUp, MakeLink, PutBack
from cudnn_heal.read.files import hash_bytes
from cudnn_heal.write.apply import Changed, Writer
from support.wheels import STUB, RecordForm, Site, ctranslate2_wheel, demo, stub_file

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act for two users")

BACKUP = STUB + ".ORIGINAL"
THEM = 65534
SECRET = b"root's own: " + b"x" * 999
PROGRAM = b"#!/bin/sh\nid\n"
SECONDS = 2.0
"""How long an attack lasts.  Who does as 0.2.0 did (the control) loses within one, and is given 20."""

ATTACK = """
import os, stat, sys, time

libs, place, good, bad, seconds = *sys.argv[1:5], float(sys.argv[5])
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
end = time.monotonic() + seconds
while time.monotonic() < end:
    for leads_to in (good, bad):
        try:
            os.symlink(leads_to, place + ".new")
            os.replace(place + ".new", place)
        except FileExistsError:
            os.unlink(place + ".new")
        for folder in (libs, libs + "/.cudnn-heal"):
            try:
                names = os.listdir(folder)
            except OSError:
                continue
            for name in names:
                try:
                    fd = os.open(folder + "/" + name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
                except OSError:
                    continue
                state = os.fstat(fd)
                if stat.S_ISREG(state.st_mode):
                    if state.st_uid == 0 and state.st_mode & 0o7000:
                        sys.exit(f"{name} is root's, with mode {state.st_mode:o}")
                    if os.read(fd, 12) == b"root's own: ":
                        sys.exit(f"{name} holds what only root may read")
                os.close(fd)
"""


class Attacked(NamedTuple):
    """A site-packages in which another user may write in the package's folder."""

    site: Site
    theirs: Path
    """A folder of that user's."""

    @property
    def place(self) -> Path:
        """Where the stub's symlink leads: their own link, which they swap."""
        return self.theirs / "place"

    def lay(self, record: RecordForm = "whole") -> None:
        """Lay the package's folder down as it is before any heal, the stub a symlink of theirs."""
        self.site.write_record(ctranslate2_wheel(), record)
        for path in self.site.libs.iterdir():
            if path.name == ".cudnn-heal":
                shutil.rmtree(path)
            elif not path.name.startswith(("libctranslate2", "libgomp")):
                path.unlink()
        (self.site.libs / STUB).symlink_to(self.place)
        os.lchown(self.site.libs / STUB, THEM, THEM)


@pytest.fixture(params=["their folder", "a folder of root's that they may write in"])
def attacked(request: pytest.FixtureRequest) -> Iterator[Attacked]:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are closed to others
        os.chmod(folder, 0o755)
        site, theirs = demo(Path(folder) / "site-packages"), Path(folder) / "theirs"
        owner = THEM if request.param == "their folder" else 0
        os.chown(site.libs, owner, THEM)
        site.libs.chmod(0o2775)
        theirs.mkdir()
        for name, data in {"good": stub_file(), "program": PROGRAM}.items():
            (theirs / name).write_bytes(data)
            os.chown(theirs / name, THEM, THEM)
        (theirs / "program").chmod(0o4755)
        os.chown(theirs, THEM, THEM)
        secret = Path(folder) / "secret"
        secret.write_bytes(SECRET)
        secret.chmod(0o600)
        (theirs / "place").symlink_to("good")
        yield Attacked(site, theirs)


def attack(
    attacked: Attacked, bad: str, act: Callable[[], object], record: RecordForm = "whole", seconds: float = SECONDS
) -> str:
    """Let an attacker swap and look while root does `act` over and over; return what they gained, "" for nothing."""
    arguments = [attacked.site.libs, attacked.place, "good", bad, str(seconds)]
    with subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", ATTACK, *map(str, arguments)],
        stderr=subprocess.PIPE,
        text=True,
    ) as attacker:
        while attacker.poll() is None:
            attacked.lay(record)
            act()
        return attacker.communicate()[1].strip()


@pytest.mark.parametrize("record", ["whole", pytest.param("hashless", marks=pytest.mark.wide)])
@pytest.mark.parametrize("bad", ["../secret", "program"])
@pytest.mark.parametrize("call", ["start", "heal"])
@pytest.mark.long
def test_an_attacker_who_swaps_gains_nothing(attacked: Attacked, call: str, bad: str, record: RecordForm) -> None:
    assert attack(attacked, bad, getattr(attacked.site, call), record) == ""
    for path in [*attacked.site.libs.iterdir(), *attacked.site.libs.glob(".cudnn-heal/*")]:
        if path.is_file() and not path.is_symlink():
            assert path.read_bytes() != PROGRAM and b"root's own" not in path.read_bytes()
            assert path.lstat().st_mode & 0o7000 == 0


@pytest.mark.parametrize(("bad", "gained"), [("../secret", "only root may read"), ("program", "is root's, with mode")])
def test_control_against_who_publishes_first_they_win(attacked: Attacked, bad: str, gained: str) -> None:
    stub, backup = attacked.site.libs / STUB, attacked.site.libs / BACKUP

    def as_before() -> None:
        fd = os.open(backup, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        os.write(fd, stub.read_bytes())
        os.fchmod(fd, stat.S_IMODE(stub.stat().st_mode))
        os.close(fd)
        if bad == "../secret":
            os.chown(backup, THEM, THEM)
        time.sleep(0.001)

    assert gained in attack(attacked, bad, as_before, seconds=20)


def test_bytes_that_are_not_proven_are_never_written(attacked: Attacked, monkeypatch: pytest.MonkeyPatch) -> None:
    attacked.lay()
    attacked.place.unlink()
    attacked.place.symlink_to("../secret")
    made: list[object] = []
    real = os.open

    def recorded(path: str, flags: int, *arguments: int, **options: int) -> int:
        made.extend([path] if flags & os.O_CREAT else [])
        return real(path, flags, *arguments, **options)

    monkeypatch.setattr(os, "open", recorded)
    with Writer(str(attacked.site.libs)) as folder, pytest.raises(Changed):
        folder.apply([BackUp(STUB, BACKUP, hash_bytes(stub_file()), None)])
    assert made == [] and not (attacked.site.libs / BACKUP).exists()


def test_owners_are_set_on_open_files_and_are_the_folders(attacked: Attacked, monkeypatch: pytest.MonkeyPatch) -> None:
    attacked.lay()

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("by name: another file may have it")

    real = os.chown
    for call in ("lchown", "chmod", "link"):
        monkeypatch.setattr(os, call, refuse)
    # A link's descriptor is changed through /proc: fchown(2) takes none of those.
    monkeypatch.setattr(os, "chown", lambda path, *owner: (real if path.startswith("/proc/self/fd/") else refuse)(path, *owner))
    assert attacked.site.heal().verdict == "healthy"
    monkeypatch.undo()
    owner = attacked.site.libs.stat().st_uid
    state = attacked.site.libs / ".cudnn-heal"
    for path in [attacked.site.libs / STUB, attacked.site.libs / BACKUP, state, *state.iterdir()]:
        assert path.lstat().st_uid == owner, path
        assert stat.S_IMODE(path.lstat().st_mode) in (0o644, 0o755), path


def test_a_stamp_tells_nothing_of_a_file_that_only_root_may_read(attacked: Attacked) -> None:
    attacked.lay()
    attacked.place.unlink()
    attacked.place.symlink_to("../secret")
    (attacked.site.libs / "libcublas.so.12").symlink_to(attacked.theirs.parent / "secret")
    for _ in range(3):
        attacked.site.start()
        time.sleep(0.05)
    stamp = (attacked.site.libs / ".cudnn-heal/stamp").read_text()
    assert str(len(SECRET)) not in stamp.split() and str((attacked.theirs.parent / "secret").stat().st_mtime_ns) not in stamp


def test_our_own_folder_of_another_user_is_not_used(attacked: Attacked) -> None:
    if attacked.site.libs.stat().st_uid == THEM:
        pytest.skip("theirs is the folder, and all that is in it")
    attacked.lay()
    state = attacked.site.libs / ".cudnn-heal"
    state.mkdir()
    (state / "manifest.json").write_text("{}")
    for path in (state, state / "manifest.json"):
        os.chown(path, THEM, THEM)
    outcome = attacked.site.heal()
    assert (outcome.verdict, outcome.done) == ("read-only", ())
    assert os.listdir(state) == ["manifest.json"] and (attacked.site.libs / STUB).is_symlink()


def test_folders_that_a_group_may_write_in_are_healed_and_our_own_is_closed(attacked: Attacked) -> None:
    """Ubuntu's umask is 002, and a user's group their own; a copy with it opens our folder too."""
    attacked.lay()
    state = attacked.site.libs / ".cudnn-heal"
    state.mkdir()
    state.chmod(0o2775)
    assert attacked.site.heal().verdict == "healthy"
    assert stat.S_IMODE(state.stat().st_mode) == 0o755


@pytest.mark.parametrize("swapped", [False, True])
def test_a_link_that_root_makes_is_the_folders_owners(
    attacked: Attacked, monkeypatch: pytest.MonkeyPatch, swapped: bool
) -> None:
    """Where the kernel protects symlinks, one of root's is followed in ``/tmp`` and another user's is not."""
    if attacked.site.libs.stat().st_uid != THEM:
        pytest.skip("root's is the folder")
    attacked.lay()
    victim = attacked.theirs.parent / "secret"
    real = os.symlink

    def swap(text: str, name: str, *, dir_fd: int) -> None:
        real(text, name, dir_fd=dir_fd)
        if swapped:
            os.unlink(name, dir_fd=dir_fd)
            os.link(victim, name, dst_dir_fd=dir_fd)

    link = MakeLink("libcublas.so.12", "../nvidia/cublas/lib/libcublas.so.12", None)
    with Writer(str(attacked.site.libs)) as folder:
        folder.apply([BackUp(STUB, BACKUP, hash_bytes(stub_file()), None)])
        (attacked.site.libs / STUB).unlink()
        back = PutBack(BACKUP, STUB, None, None, hash_bytes(stub_file()), str(attacked.place))
        monkeypatch.setattr(os, "symlink", swap)
        for action in (link, back):
            if swapped:
                with pytest.raises(Changed):
                    folder.apply([action])
                assert victim.lstat().st_uid == 0
            else:
                folder.apply([action])
                made = (attacked.site.libs / action.name).lstat()
                assert stat.S_ISLNK(made.st_mode) and (made.st_uid, made.st_gid) == (THEM, THEM)


@pytest.mark.parametrize("mode", [0o755, 0o2775, 0o777])
def test_in_a_folder_of_roots_a_text_comes_back_only_where_nobody_else_may_write(attacked: Attacked, mode: int) -> None:
    attacked.lay()
    os.chown(attacked.site.libs, 0, THEM)
    attacked.site.libs.chmod(mode)
    with Writer(str(attacked.site.libs)) as folder:
        folder.apply([BackUp(STUB, BACKUP, hash_bytes(stub_file()), None)])
        (attacked.site.libs / STUB).unlink()
        folder.apply([PutBack(BACKUP, STUB, None, None, hash_bytes(stub_file()), str(attacked.place))])
    assert (attacked.site.libs / STUB).is_symlink() is (mode == 0o755)
    assert attacked.site.stub_bytes() == stub_file()


def test_a_restore_removes_nothing_from_our_own_folder_of_another_user(attacked: Attacked) -> None:
    if attacked.site.libs.stat().st_uid == THEM:
        pytest.skip("theirs is the folder, and all that is in it")
    attacked.lay()
    state = attacked.site.libs / ".cudnn-heal"
    state.mkdir()
    for name in ("stamp", "manifest.json", "tmp-1-2-3"):
        (state / name).write_text("{}")
        os.chown(state / name, THEM, THEM)
    os.chown(state, THEM, THEM)
    assert attacked.site.restore().error == "EPERM"
    assert sorted(os.listdir(state)) == ["manifest.json", "stamp", "tmp-1-2-3"]
    with Writer(str(attacked.site.libs)) as folder, pytest.raises(PermissionError):
        folder.forget(("stamp",))
