"""Trouble that passes: what could not be read for a while is not taken for absent, and nothing is remembered of it for good."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cudnn_heal.guard import RETRY_SECONDS
from hardening.venv import demo, rest, state
from support.environments import Environment, clean_environ, is_fast, tree
from support.wheels import SHIM, STUB, Site, cudnn_wheel, stub_file

pytestmark = pytest.mark.seconds

CALLS = "openat,open,read,pread64,getdents64,newfstatat,stat,lstat,fstat,statx,readlink"
BACKUP = STUB + ".ORIGINAL"
READ = {
    "NVIDIA's folder": "nvidia/cudnn/lib",
    "the shim": "nvidia/cudnn/lib/libcudnn.so.9",
    "another family's folder": "nvidia/cublas/lib",
    "all of NVIDIA's": "nvidia",
    "the package": "ctranslate2",
    "its binary": "BINARY",
    "its RECORD": "ctranslate2-4.6.1.dist-info/RECORD",
    "what stands in the stub's place": f"ctranslate2.libs/{STUB}",
    "the backup": f"ctranslate2.libs/{BACKUP}",
    "the manifest": "ctranslate2.libs/.cudnn-heal/manifest.json",
}
ERRORS = ("EACCES", "ESTALE", "ENOMEM", "EMFILE", "ELOOP")
CASES = [*((what, "EIO") for what in READ), *((what, error) for what in ("NVIDIA's folder", "its binary") for error in ERRORS)]


def circles(cases: list[tuple[str, str]]) -> list[Any]:
    """Return `cases`; what differs from others by its error alone is wide, but for one."""
    usual = [case for case in cases if case[1] == "EIO" or case == ("its binary", "EACCES")]
    return [pytest.param(*case, marks=[] if case in usual else [pytest.mark.wide]) for case in cases]


@pytest.fixture
def here(tmp_path: Path) -> tuple[Environment, Site]:
    return demo(tmp_path / "venv")


def later(site: Site) -> None:
    """Let so much time pass that what failed is tried again."""
    stamp = site.libs / ".cudnn-heal/stamp"
    if stamp.exists():
        then = time.time() - RETRY_SECONDS - 1
        os.utime(stamp, (then, then))


def troubled(strace: str, environment: Environment, path: Path, error: str) -> None:
    """Start twice while nothing of `path` can be read."""
    for _ in range(2):
        result = subprocess.run(
            [
                strace,
                "-f",
                "-o",
                os.devnull,
                "-P",
                path,
                "-e",
                f"inject={CALLS}:error={error}",
                environment.interpreter,
                "-c",
                "",
            ],
            env=clean_environ(PYTHONDONTWRITEBYTECODE="1"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (result.returncode, result.stderr) == (0, "")
        time.sleep(0.05)


def place(site: Site, what: str) -> Path:
    name = READ[what]
    return next(site.libs.glob("libctranslate2-*")) if name == "BINARY" else site.path / name


@pytest.mark.parametrize(("what", "error"), circles(CASES))
def test_nothing_healed_is_taken_back_while_it_cannot_be_read(
    here: tuple[Environment, Site], strace: str, what: str, error: str
) -> None:
    environment, site = here
    rest(environment)
    assert state(environment) == ("healthy", 0) and is_fast(environment), "the control: it was healed, and recorded"
    before = tree(site.libs, skip=(".cudnn-heal",))
    (site.libs / ".cudnn-heal/stamp").unlink()
    troubled(strace, environment, place(site, what), error)
    assert tree(site.libs, skip=(".cudnn-heal",)) == before
    later(site)
    rest(environment)
    assert state(environment) == ("healthy", 0) and is_fast(environment)


@pytest.mark.parametrize(("what", "error"), circles([case for case in CASES if case[0] not in ("the backup", "the manifest")]))
def test_once_it_can_be_read_again_the_next_starts_heal(
    here: tuple[Environment, Site], strace: str, what: str, error: str
) -> None:
    environment, site = here
    troubled(strace, environment, place(site, what), error)
    later(site)
    rest(environment)
    assert state(environment) == ("healthy", 0) and is_fast(environment)
    assert site.is_replaced()


def test_a_change_that_comes_with_the_trouble_is_seen_after_it(here: tuple[Environment, Site], strace: str) -> None:
    environment, site = here
    rest(environment)
    site.cudnn("9.19.0.56")
    troubled(strace, environment, site.path / "nvidia/cudnn/lib", "EIO")
    later(site)
    rest(environment)
    assert state(environment) == ("healthy", 0) and site.is_replaced()


def test_while_it_lasts_starts_are_not_slow_and_status_tells_why(here: tuple[Environment, Site], strace: str) -> None:
    environment, site = here
    (site.path / "nvidia/cudnn/lib").rename(site.path.parent / "cudnn")
    (site.path / "nvidia/cudnn/lib").symlink_to(site.path.parent / "away")
    rest(environment)
    assert is_fast(environment)
    service = next(one for one in site.status().services("ctranslate2") if one.part == "cudnn")
    assert (service.verdict, service.reason and service.reason.values) == (
        "damaged",
        {"files": ("nvidia/cudnn/lib (dangling link)",)},
    )
    assert {one.part: one.verdict for one in site.status().services("ctranslate2")}["cublas"] == "healthy"


def link(folder: Path, away: Path) -> Callable[[], None]:
    """Have `folder` lie on a volume, where it is reached by a link; return what takes the volume away, and brings it back."""
    volume = away / "volume"
    volume.mkdir(parents=True)
    folder.rename(volume / folder.name)
    folder.symlink_to(volume / folder.name)

    def swap() -> None:
        here, there = volume, away / "elsewhere"
        here.rename(there) if here.exists() else there.rename(here)

    return swap


@pytest.mark.parametrize("healed", [True, False])
@pytest.mark.parametrize("folder", ["nvidia", "nvidia/cudnn", "nvidia/cudnn/lib"])
def test_a_volume_that_was_away_is_seen_by_the_next_start(
    here: tuple[Environment, Site], tmp_path: Path, folder: str, healed: bool
) -> None:
    environment, site = here
    swap = link(site.path / folder, tmp_path / "away")
    if healed:
        rest(environment)
        assert state(environment) == ("healthy", 0)
    before = tree(site.libs, skip=(".cudnn-heal",))
    swap()
    if healed:
        (site.libs / ".cudnn-heal/stamp").unlink()
    rest(environment)
    after = tree(site.libs, skip=(".cudnn-heal",))
    assert {name: entry for name, entry in after.items() if name in before} == before
    assert not healed or after == before
    assert is_fast(environment), "while it is away no start looks anew"
    swap()
    environment.start()
    assert state(environment) == ("healthy", 0)
    rest(environment)
    assert is_fast(environment) and site.is_replaced()


def test_a_cache_that_was_away_is_seen_by_the_next_start(here: tuple[Environment, Site], tmp_path: Path) -> None:
    """With uv's symlink mode the stub is a link into the cache."""
    environment, site = here
    cached = tmp_path / "cache/stub"
    cached.parent.mkdir()
    (site.libs / STUB).rename(cached)
    (site.libs / STUB).symlink_to(cached)
    cached.parent.rename(tmp_path / "away")
    rest(environment)
    assert is_fast(environment) and os.readlink(site.libs / STUB) == str(cached)
    (tmp_path / "away").rename(cached.parent)
    environment.start()
    assert state(environment) == ("healthy", 0) and site.is_replaced()


def test_what_is_uninstalled_is_absent_and_taken_back(here: tuple[Environment, Site]) -> None:
    """The control: not everything that leads nowhere is trouble that passes."""
    environment, site = here
    rest(environment)
    site.remove("nvidia-cudnn-cu12")
    rest(environment)
    assert not (site.libs / BACKUP).exists() and not (site.libs / "libcudnn_ops.so.9").is_symlink()


@pytest.mark.parametrize("restoring", [False, True])
def test_without_our_own_folder_a_copy_of_an_older_shim_is_known_as_ours(
    here: tuple[Environment, Site], restoring: bool
) -> None:
    """Artifact uploads leave out folders that begin with a dot; then another cuDNN is installed."""
    environment, site = here
    original = site.stub_bytes()
    rest(environment)
    for path in (site.libs / ".cudnn-heal").iterdir():
        path.unlink()
    (site.libs / ".cudnn-heal").rmdir()
    site.install(cudnn_wheel("9.19.0.56"))
    assert site.stub_bytes() != (site.libs / SHIM).read_bytes(), "the control: it is another release"
    if restoring:
        assert (site.restore().refused, site.stub_bytes()) == (None, original)
    else:
        rest(environment)
        assert state(environment) == ("healthy", 0) and site.is_replaced()


@pytest.mark.parametrize("healed", [True, False])
def test_a_package_whose_binary_was_deleted_costs_two_slow_starts_at_most(here: tuple[Environment, Site], healed: bool) -> None:
    environment, site = here
    if healed:
        rest(environment)
    place(site, "its binary").unlink()
    for _ in range(2):
        environment.start()
        time.sleep(0.05)
    assert is_fast(environment)
    later(site)
    then = time.time() - 60
    os.utime(site.libs, (then, then))
    rest(environment)
    assert is_fast(environment) and not list(site.libs.glob("libcudnn_*"))
    assert not (site.libs / BACKUP).exists() and site.stub_bytes() == stub_file()
