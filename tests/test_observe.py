"""Observing: what is read from files, and what damaged or odd files do to it."""

from __future__ import annotations

import io
import os
import random
import sys
from pathlib import Path

import pytest

from cudnn_heal import elf
from cudnn_heal.observe import observe
from made_up import STUB, Site, demo


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return demo(tmp_path / "site-packages")


def test_a_section_is_read_from_a_real_elf_file() -> None:
    data = Path(sys.executable).read_bytes()
    section = elf.section(io.BytesIO(data), b".rodata")
    assert section
    assert section in data
    assert elf.section(io.BytesIO(data), b".nonsense") is None


def test_a_damaged_elf_file_has_no_section_and_raises_nothing() -> None:
    data = Path(sys.executable).read_bytes()[:4096]
    chance = random.Random(1)
    for _ in range(2000):
        damaged = bytearray(data)
        for _ in range(4):
            damaged[chance.randrange(64)] = chance.randrange(256)
        elf.section(io.BytesIO(bytes(damaged)), b".rodata")
    assert elf.section(io.BytesIO(data[:40]), b".rodata") is None


def test_at_most_seven_paths_are_watched_in_a_healthy_environment(site: Site) -> None:
    (site.path / "nvidia/nccl/lib").mkdir(parents=True)
    paths = list(observe(str(site.path), "ctranslate2").fingerprint.states)
    assert sorted(paths) == [
        "ctranslate2-4.6.1.dist-info/RECORD",
        "ctranslate2.libs",
        "nvidia/cublas/lib",
        "nvidia/cudnn/lib",
        "nvidia/cudnn/lib/libcudnn.so.9",
        "nvidia/nccl/lib",
        "nvidia_cudnn_cu12-9.10.2.21.dist-info/RECORD",
    ]


def test_another_versions_folder_is_not_watched(site: Site) -> None:
    site.remove("nvidia-cublas-cu12")
    site.cublas("13.1.0.3", "nvidia-cublas")
    assert len(observe(str(site.path), "ctranslate2").fingerprint.states) <= 7


@pytest.mark.parametrize("missing", ["RECORD", "dist-info"])
def test_without_record_what_it_would_appear_in_is_watched(site: Site, missing: str) -> None:
    info = site.path / "ctranslate2-4.6.1.dist-info"
    if missing == "RECORD":
        (info / "RECORD").unlink()
    else:
        info.rename(site.path / "gone")
    observation = observe(str(site.path), "ctranslate2")
    assert (info.name if missing == "RECORD" else "") in observation.fingerprint.states
    assert observation.stub["cudnn"].sha256 == ""
    assert observation.needs == {"cudnn": 9, "cublas": 12, "nccl": 2}


@pytest.mark.parametrize(
    "path",
    [
        "ctranslate2-4.6.1.dist-info/RECORD",
        "ctranslate2-4.6.1.dist-info/INSTALLER",
        f"ctranslate2.libs/{STUB}",
        "ctranslate2.libs/libctranslate2-1b0cf510.so.4.6.1",
        "nvidia/cudnn/lib/libcudnn.so.9",
        "nvidia/cublas/lib/libcublas.so.12",
        "nvidia_cudnn_cu12-9.10.2.21.dist-info/RECORD",
    ],
)
@pytest.mark.parametrize("kind", ["fifo", "folder", "loop", "device"])
def test_what_is_no_file_blocks_nothing_and_raises_nothing(site: Site, path: str, kind: str) -> None:
    file = site.path / path
    file.unlink()
    if kind == "fifo":
        os.mkfifo(file)
    elif kind == "folder":
        file.mkdir()
    else:
        file.symlink_to("/dev/zero" if kind == "device" else file.name)
    site.plan()
    site.plan(restore=True)
