"""Observing: what is read from files, and what damaged or odd files do to it."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from cudnn_heal.catalog import CONSUMERS
from cudnn_heal.memory.stamp import Fingerprint
from cudnn_heal.model import Stub
from cudnn_heal.read.files import hash_bytes
from cudnn_heal.read.observe import observe, with_broken
from support.elf_files import shared_object
from support.wheels import (
    EXTENSION,
    RECORD_FORMS,
    STUB,
    STUB_8,
    WAYS,
    RecordForm,
    Site,
    Way,
    content,
    ctranslate2_wheel,
    demo,
    onnxruntime_wheel,
    stub_file,
    torch_wheel,
)

BACKUP = STUB + ".ORIGINAL"
NEEDS = {"cudnn": 9, "cublas": 12, "nccl": 2}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return demo(tmp_path / "site-packages")


def binary(site: Site) -> Path:
    return next(site.libs.glob("libctranslate2-*"))


def test_at_most_seven_paths_are_watched_in_a_healthy_environment(site: Site) -> None:
    (site.path / "nvidia/nccl/lib").mkdir(parents=True)
    for _ in range(2):
        paths = list(site.watched())
        site.heal()
        assert len(paths) <= 7
    assert sorted(site.watched()) == [
        "ctranslate2.libs",
        "ctranslate2.libs/libcublasLt.so.12",
        f"ctranslate2.libs/{STUB}",
        "ctranslate2.libs/libcudnn_ops.so.9",
        "nvidia/cudnn/lib",
        "nvidia/nccl/lib",
        "nvidia_cudnn_cu12-9.10.2.21.dist-info/RECORD",
    ]


def test_a_stub_that_is_a_link_is_watched(site: Site) -> None:
    """A copy that drops links may keep all times."""
    site.ctranslate2(way="symlink").remove("nvidia-cudnn-cu12")
    assert f"ctranslate2.libs/{STUB}" in site.watched()


def test_another_versions_folder_is_not_watched(site: Site) -> None:
    site.heal()
    site.remove("nvidia-cublas-cu12")
    site.cublas("13.1.0.3", "nvidia-cublas")
    assert len(site.watched()) <= 7


# What is needed comes from the binary, whatever RECORD says.


@pytest.mark.parametrize("form", RECORD_FORMS)
def test_what_is_needed_comes_from_the_binary_whatever_record_says(tmp_path: Path, form: RecordForm) -> None:
    site = Site(tmp_path / "site").ctranslate2(record=form).cudnn().cublas()
    seen = site.observe()
    assert seen.needs == NEEDS
    assert seen.stub and seen.stub.name == STUB
    assert seen.stub.sha256 == (hash_bytes(stub_file()) if form == "whole" else "")
    assert seen.entries[STUB].soname == STUB
    assert seen.entries[STUB].sha256 == hash_bytes(stub_file())


@pytest.mark.parametrize("missing", ["RECORD", "dist-info"])
def test_without_record_what_it_would_appear_in_is_watched(site: Site, missing: str) -> None:
    info = site.path / "ctranslate2-4.6.1.dist-info"
    if missing == "RECORD":
        (info / "RECORD").unlink()
    else:
        info.rename(site.path / "gone")
    seen = site.observe()
    assert (info.name if missing == "RECORD" else "") in site.watched()
    assert seen.stub and seen.stub.sha256 == ""
    assert seen.needs == NEEDS


@pytest.mark.parametrize(
    ("version", "stub", "opens", "needs"),
    [
        pytest.param("3.24.0", STUB_8, "11", {"cudnn": 8, "cublas": 11}, id="3.24"),
        pytest.param("4.4.0", STUB_8, "12", {"cudnn": 8, "cublas": 12}, id="4.4"),
        pytest.param("4.6.1", STUB, "12", {"cudnn": 9, "cublas": 12}, id="4.6"),
        pytest.param("4.8.5", "", "12", {"cublas": 12}, id="4.8"),
        pytest.param("4.8.5", "", "", {}, id="a build for the CPU"),
    ],
)
def test_each_version_needs_what_its_binary_opens(
    tmp_path: Path, version: str, stub: str, opens: str, needs: dict[str, int]
) -> None:
    seen = Site(tmp_path / "site").ctranslate2(version, stub, opens).observe()
    assert {name: need for name, need in seen.needs.items() if name != "nccl"} == needs
    assert (seen.stub.name if seen.stub else "") == stub
    assert seen.version == version


def test_the_leftover_name_of_cudnn_in_the_bytes_is_no_need(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").ctranslate2("4.8.5", "")
    binary(site).write_bytes(binary(site).read_bytes().replace(b"\0libctranslate2.so.4\0", b"\0libcudnn.so.9\0\0\0\0\0\0\0"))
    assert "cudnn" not in site.observe().needs


@pytest.mark.parametrize("name", [b"libcublas.so.12x\0", b"xlibcublas.so.12\0", b"libcublas.so.\0", b"libcublas.so.123456\0"])
def test_a_name_counts_only_between_two_nuls(site: Site, name: bytes) -> None:
    binary(site).write_bytes(shared_object(rodata=b"\0" + name + b"\0"))
    assert site.observe().needs == {}


def test_without_section_headers_the_whole_binary_is_scanned(site: Site) -> None:
    data = bytearray(binary(site).read_bytes())
    data[40:48] = bytes(8)  # e_shoff: stripped away
    data[58:64] = bytes(6)
    binary(site).write_bytes(bytes(data))
    assert site.observe().needs == NEEDS


def test_the_library_of_another_wheel_beside_it_is_no_stub(site: Site) -> None:
    seen = site.observe()
    assert any(name.startswith("libgomp") for name in seen.entries)
    assert seen.stub and seen.stub.name == STUB


def test_the_binary_is_the_one_that_the_extension_names_in_its_rpath(site: Site) -> None:
    (site.libs / "libctranslate2-00000000.so.4.5.0").write_bytes(binary(site).read_bytes())
    assert site.observe().binaries == (f"ctranslate2.libs/{next(site.libs.glob('libctranslate2-*4.6.1')).name}",)


@pytest.mark.parametrize("damage", ["no extension", "extension is text", "binary gone", "extension names nothing"])
def test_without_a_binary_the_package_is_not_installed(site: Site, damage: str) -> None:
    extension = site.path / "ctranslate2" / EXTENSION
    if damage == "no extension":
        extension.unlink()
    elif damage == "extension is text":
        extension.write_text("text")
    elif damage == "binary gone":
        binary(site).unlink()
    else:
        extension.write_bytes(shared_object(needed=["libc.so.6"]))
    seen = site.observe()
    assert not seen.installed
    assert seen.needs == {}


# Forks, and the other packages.


@pytest.mark.parametrize(
    ("name", "official"), [("ctranslate2-reborn", False), ("ctranslate2-crisperwhisper", False), ("voxrun-ctranslate2", False)]
)
def test_a_fork_is_found_by_the_import_package(tmp_path: Path, name: str, official: bool) -> None:
    seen = Site(tmp_path / "site").fork(name).cublas().observe()
    assert (seen.distribution, seen.version) == (name, "4.8.3")
    assert seen.folder.official is official
    assert seen.needs["cublas"] == 12
    assert seen.binaries[0].startswith(name.replace("-", "_") + ".libs/")


def test_a_fork_that_lays_the_official_folder_is_linked(tmp_path: Path) -> None:
    from support.wheels import ctranslate2_wheel

    site = Site(tmp_path / "site").install(ctranslate2_wheel("4.6.2", distribution="ctranslate2-arty")).cudnn().cublas()
    seen = site.observe()
    assert seen.folder.official
    assert seen.distribution == "ctranslate2-arty"
    assert seen.stub and seen.stub.sha256 == hash_bytes(stub_file("4.6.2"))


@pytest.mark.parametrize(
    ("version", "needs"),
    [
        (
            "1.23.2",
            {"cudart": 12, "cublas": 12, "cufft": 11, "curand": 10, "cudnn": 9, "tensorrt": 10},
        ),
        (
            "1.31.1",
            {"cudart": 13, "nvrtc": 13, "cublas": 13, "cufft": 12, "curand": 10, "cudnn": 9, "tensorrt": 10},
        ),
    ],
)
def test_onnxruntime_needs_what_its_providers_need_and_what_the_code_names(
    tmp_path: Path, version: str, needs: dict[str, int]
) -> None:
    seen = Site(tmp_path / "site").install(onnxruntime_wheel(version)).observe("onnxruntime")
    assert seen.needs == needs
    assert (seen.distribution, seen.version, seen.stub) == ("onnxruntime-gpu", version, None)
    assert seen.folder.path == ""


PYBIND = "onnxruntime/capi/onnxruntime_pybind11_state.so"


def test_a_package_whose_files_another_distribution_overwrote_is_told_with_it(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    for name, size in (("onnxruntime-gpu", 100), ("onnxruntime", 70)):
        site.install(onnxruntime_wheel(distribution=name, binding=bytes(size)))
    seen = with_broken(site.observe("onnxruntime"))
    assert (seen.distribution, seen.broken, seen.broken_by) == ("onnxruntime-gpu", (PYBIND,), "onnxruntime 1.23.2")


@pytest.mark.parametrize(
    ("path", "broken"),
    [
        ("onnxruntime/__init__.py", True),
        ("onnxruntime/capi/libonnxruntime_providers_tensorrt.so", True),
        ("onnxruntime/capi/__init__.py", False),
    ],
    ids=["module", "library", "what who makes an image small may remove"],
)
def test_a_package_that_is_half_gone_is_told(tmp_path: Path, path: str, broken: bool) -> None:
    site = Site(tmp_path / "site").install(onnxruntime_wheel())
    assert with_broken(site.observe("onnxruntime")).broken == ()
    (site.path / path).unlink()
    seen = with_broken(site.observe("onnxruntime"))
    assert (seen.broken, seen.broken_by) == ((path,) if broken else (), "")


def test_a_file_of_another_size_that_nobody_claims_is_no_installers_doing(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").install(onnxruntime_wheel())
    library = site.path / "onnxruntime/capi/libonnxruntime_providers_cuda.so"
    library.write_bytes(library.read_bytes() + b"more")
    assert with_broken(site.observe("onnxruntime")).broken == ()


def test_onnxruntime_for_the_cpu_opens_nothing(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").install(onnxruntime_wheel(distribution="onnxruntime"))
    for path in (site.path / "onnxruntime/capi").glob("libonnxruntime_providers_*"):
        path.unlink()
    seen = site.observe("onnxruntime")
    assert (seen.installed, seen.needs) == (False, {})


def test_torch_needs_its_cudnn(tmp_path: Path) -> None:
    seen = Site(tmp_path / "site").install(torch_wheel()).cudnn().observe("torch")
    assert seen.needs == {"cudnn": 9}
    assert [one.wheel for one in seen.providers["cudnn"]] == ["nvidia-cudnn-cu12"]


# What is in the folder.


@pytest.mark.parametrize("way", WAYS)
def test_the_stub_is_known_however_it_was_laid_down(tmp_path: Path, way: Way) -> None:
    site = Site(tmp_path / "site").ctranslate2(way=way).cudnn(way=way).cublas(way=way)
    entry = site.observe().entries[STUB]
    assert entry.kind == ("link" if way == "symlink" else "file")
    assert (entry.soname, entry.sha256) == (STUB, hash_bytes(stub_file()))


@pytest.mark.parametrize("large", [False, True])
def test_only_what_could_be_a_stub_or_a_copy_is_read(site: Site, large: bool) -> None:
    (site.libs / BACKUP).write_bytes(content("x") + bytes(3 * 2**20 if large else 0))
    (site.libs / "libcublas.so.12").write_bytes(b"of another size")
    entries = site.observe().entries
    assert (entries[BACKUP].sha256 == "") is large
    assert entries["libcublas.so.12"].sha256 == ""


def test_a_copy_of_a_providers_file_is_hashed(site: Site) -> None:
    source = site.path / "nvidia/cublas/lib/libcublas.so.12"
    shutil.copy(source, site.libs)
    seen = site.observe()
    assert seen.entries["libcublas.so.12"].sha256 == seen.providers["cublas"][0].files["libcublas.so.12"].sha256


@pytest.mark.parametrize("kind", ["link", "dangling", "folder", "fifo", "loop"])
def test_each_kind_of_name_is_told(site: Site, kind: str) -> None:
    path = site.libs / "name"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path.symlink_to({"link": BACKUP, "dangling": "gone", "loop": "name"}[kind])
        (site.libs / BACKUP).write_bytes(b"1234567")
    entry = site.observe().entries["name"]
    assert entry.kind == {"folder": "folder", "fifo": "other"}.get(kind, "link")
    assert (entry.size >= 0) is (kind not in ("dangling", "loop"))
    assert (entry.leads_to is None) is (kind in ("dangling", "loop"))


@pytest.mark.parametrize("kind", ["folder", "link", "missing", "file"])
def test_the_folder_is_what_it_is(site: Site, tmp_path: Path, kind: str) -> None:
    if kind != "folder":
        site.libs.rename(tmp_path / "elsewhere")
    if kind == "link":
        site.libs.symlink_to(tmp_path / "elsewhere")
    elif kind == "file":
        site.libs.write_text("")
    folder = site.observe().folder
    assert folder.kind == ("link" if kind == "file" else kind)
    assert folder.writable is (kind == "folder")
    assert folder.path == str(site.libs)


@pytest.mark.parametrize("closed", ["ctranslate2.libs", "ctranslate2.libs/.cudnn-heal"])
def test_a_folder_is_writable_where_ours_in_it_is_too(site: Site, monkeypatch: pytest.MonkeyPatch, closed: str) -> None:
    (site.libs / ".cudnn-heal").mkdir()
    assert site.observe().folder.writable
    monkeypatch.setattr(os, "access", lambda path, mode: path != str(site.path / closed))
    assert not site.observe().folder.writable


@pytest.mark.parametrize(("ago", "quiet"), [(0, False), (100, True), (-30, False), (-1000, True)])
def test_a_folder_is_quiet_by_its_time_and_a_far_future_is_long_ago(site: Site, ago: float, quiet: bool) -> None:
    now = site.libs.stat().st_ctime
    os.utime(site.libs, (now - ago, now - ago))
    assert (site.observe().folder.quiet_seconds > 5) is quiet


def test_of_two_records_the_one_that_fits_the_files_is_believed(site: Site) -> None:
    site.ctranslate2("4.5.0", way="ignore-installed")
    site.ctranslate2("4.6.1", way="ignore-installed")
    seen = site.observe()
    assert (seen.version, seen.stub and seen.stub.sha256) == ("4.6.1", hash_bytes(stub_file()))
    site.ctranslate2("4.5.0", way="ignore-installed")
    assert site.observe().version == "4.5.0"


def test_what_claims_a_name_in_the_folder_is_told(site: Site) -> None:
    assert {STUB, binary(site).name} <= site.observe().claimed


def test_a_link_in_place_of_our_own_folder_is_not_read(site: Site, tmp_path: Path) -> None:
    site.heal()
    assert site.observe().has_manifest
    (site.libs / ".cudnn-heal").rename(tmp_path / "elsewhere")
    (site.libs / ".cudnn-heal").symlink_to(tmp_path / "elsewhere")
    seen = site.observe()
    assert (seen.manifest.links, seen.stamp, seen.paused) == ({}, b"", None)


def test_a_pause_is_seen_for_every_consumer(site: Site) -> None:
    site.heal()
    site.restore()
    site.install(onnxruntime_wheel())
    assert site.observe().paused
    assert site.observe("onnxruntime").paused == site.observe().paused


@pytest.mark.parametrize(("installer", "way"), [("uv", "copy"), ("pip", "pip"), ("poetry", "installer")])
def test_who_installed_it_is_told(tmp_path: Path, installer: str, way: Way) -> None:
    assert Site(tmp_path / "site").ctranslate2(way=way).observe().installer == installer


def test_providers_elsewhere_are_seen_where_they_are_searched(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").ctranslate2()
    other = Site(tmp_path / "other").cudnn().cublas()
    assert site.observe().providers["cudnn"] == ()
    search = (str(site.path), str(other.path))
    seen = observe(site.target, CONSUMERS["ctranslate2"], search)
    assert [one.site_packages for one in seen.providers["cudnn"]] == [str(other.path)]
    assert not any("other" in path for path in site.watched(search))


@pytest.mark.parametrize(
    "path",
    [
        "ctranslate2-4.6.1.dist-info/RECORD",
        "ctranslate2-4.6.1.dist-info/INSTALLER",
        f"ctranslate2.libs/{STUB}",
        "ctranslate2.libs/BINARY",
        f"ctranslate2/{EXTENSION}",
        "nvidia/cudnn/lib/libcudnn.so.9",
        "nvidia/cublas/lib/libcublas.so.12",
        "nvidia_cudnn_cu12-9.10.2.21.dist-info/RECORD",
    ],
)
@pytest.mark.parametrize("kind", ["fifo", "folder", "loop", "device"])
def test_what_is_no_file_blocks_nothing_and_raises_nothing(site: Site, path: str, kind: str) -> None:
    file = site.path / path.replace("BINARY", binary(site).name)
    file.unlink()
    if kind == "fifo":
        os.mkfifo(file)
    elif kind == "folder":
        file.mkdir()
    else:
        file.symlink_to("/dev/zero" if kind == "device" else file.name)
    site.plan()
    site.plan("restore")


def test_hashes_of_another_version_are_not_believed_where_the_installed_one_has_no_record(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").ctranslate2("4.5.0").ctranslate2("4.6.1", way="installer", record="missing")
    assert site.observe().stub == Stub(STUB, "")


# What could not be read, and what others have chosen.


@pytest.mark.parametrize("row", ["ctranslate2/../../version.py", "ctranslate2/../../../etc/version.py"])
def test_a_record_row_that_leads_out_is_not_read(site: Site, monkeypatch: pytest.MonkeyPatch, row: str) -> None:
    site.ctranslate2("4.5.0", way="ignore-installed")
    for info in site.infos("ctranslate2"):
        (info / "RECORD").write_text((info / "RECORD").read_text() + f"{row},sha256={hash_bytes(b'')},0\n")
    opened: list[str] = []
    real = os.open

    def recorded(path: str, *arguments: int, **options: int) -> int:
        opened.append(os.path.realpath(path))
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, "open", recorded)
    site.observe()
    assert opened and all(path.startswith(f"{site.path}/") for path in opened)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("nvidia/cudnn/lib", "cudnn"),
        ("nvidia/cublas/lib/libcublas.so.12", "cublas"),
        ("ctranslate2", ""),
        ("ctranslate2-4.6.1.dist-info/RECORD", ""),
        (f"ctranslate2.libs/{STUB}", ""),
    ],
)
def test_what_could_not_be_read_is_told_by_part(site: Site, monkeypatch: pytest.MonkeyPatch, name: str, part: str) -> None:
    assert site.observe().unknown == {}, "the control"
    target = str(site.path / name)
    for call in ("open", "listdir"):
        real = getattr(os, call)

        def refused(path: str, *arguments: int, real: Any = real, **options: Any) -> Any:
            if path == target:
                raise OSError(errno.ESTALE, os.strerror(errno.ESTALE), path)
            return real(path, *arguments, **options)

        monkeypatch.setattr(os, call, refused)
    assert site.observe().unknown == {part: (f"{name} (ESTALE)",)}


def test_an_absent_folder_is_not_unknown_and_a_dangling_link_is(site: Site) -> None:
    shutil.rmtree(site.path / "nvidia/cudnn")
    assert site.observe().unknown == {}
    (site.path / "nvidia/cudnn").symlink_to("/nowhere/cudnn")
    fingerprint = Fingerprint(str(site.path))
    seen = observe(site.target, CONSUMERS["ctranslate2"], (), fingerprint)
    assert seen.unknown == {"cudnn": ("nvidia/cudnn (dangling link)",)}
    assert fingerprint.gone == ["nvidia/cudnn"]


def test_hash_and_name_of_a_stub_are_of_the_same_bytes(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever swaps the file that a link leads to can't have other bytes taken for the stub's."""
    site.write_record(ctranslate2_wheel(), "hashless")
    opened: list[str] = []
    real = os.open

    def recorded(path: str, *arguments: int, **options: int) -> int:
        opened.append(path)
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, "open", recorded)
    seen = site.observe()
    assert seen.entries[STUB].sha256 == hash_bytes(stub_file())
    assert opened.count(str(site.libs / STUB)) == 2, "once for what the stamp watches, once for what is decided"


def test_a_huge_file_that_a_manifest_names_is_not_hashed(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who writes in the folder has root read for hours otherwise: a sparse file costs them nothing."""
    site.heal()
    huge = 2**43
    for path in (tmp_path / "sparse", site.libs / "libcublas.so.12"):
        path.unlink(missing_ok=True)
        with open(path, "wb") as file:
            file.truncate(huge)
    manifest = json.loads((site.libs / ".cudnn-heal/manifest.json").read_text())
    manifest["links"]["libcublas.so.12"]["size"] = huge
    manifest["stubs"] = [{**stub, "text": str(tmp_path / "sparse")} for stub in manifest["stubs"]]
    (site.libs / ".cudnn-heal/manifest.json").write_text(json.dumps(manifest))
    real = os.read
    sizes: list[int] = []

    def recorded(fd: int, size: int) -> bytes:
        sizes.append(os.fstat(fd).st_size)
        return real(fd, size)

    monkeypatch.setattr(os, "read", recorded)
    observation = site.observe()
    assert sizes and max(sizes) < huge
    assert manifest["stubs"] and observation.stub_texts == {} and observation.entries["libcublas.so.12"].sha256 == ""
