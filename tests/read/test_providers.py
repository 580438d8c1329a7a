"""Who provides a library: which wheel, which of its files are as installed, and who overwrote whom."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cudnn_heal.catalog import FAMILIES
from cudnn_heal.memory.stamp import Fingerprint
from cudnn_heal.model import Provider
from cudnn_heal.names import belongs, library_parts
from cudnn_heal.read import records
from cudnn_heal.read.files import hash_bytes
from cudnn_heal.read.providers import SHIM_BYTES, providers_of
from support.wheels import RECORD_FORMS, RecordForm, Site, content, cudnn_wheel, plain_wheel, stub_file

SHIM = "nvidia/cudnn/lib/libcudnn.so.9"
OPS = "nvidia/cudnn/lib/libcudnn_ops.so.9"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "site").cudnn().cublas()


def infos(site: Site) -> list[tuple[str, str]]:
    return records.dist_infos(sorted(os.listdir(site.path)))


def found(site: Site, family: str = "cudnn", major: int = 9) -> list[Provider]:
    return providers_of(str(site.path), FAMILIES[family], major, infos(site), hash_shim=True)


def one(site: Site, family: str = "cudnn", major: int = 9) -> Provider:
    (provider,) = found(site, family, major)
    return provider


def replace(path: Path, data: bytes) -> None:
    path.unlink()
    path.write_bytes(data)


def test_a_whole_wheel_is_told_with_its_files(site: Site) -> None:
    provider = one(site)
    assert (provider.wheel, provider.version, provider.folder) == ("nvidia-cudnn-cu12", "9.10.2.21", "nvidia/cudnn/lib")
    assert (provider.damaged, provider.missing, provider.overwritten) == ((), (), ())
    assert provider.majors("libcudnn") == [9]
    shim = provider.files["libcudnn.so.9"]
    assert provider.shim_sha256["libcudnn.so.9"] == shim.sha256 == hash_bytes((site.path / SHIM).read_bytes())
    assert shim.real == str(site.path / SHIM)


@pytest.mark.parametrize("form", RECORD_FORMS)
def test_in_any_form_of_record_the_files_are_told(tmp_path: Path, form: RecordForm) -> None:
    site = Site(tmp_path / "site").install(cudnn_wheel(), record=form)
    provider = one(site)
    assert "libcudnn_ops.so.9" in provider.files
    assert provider.damaged == ()
    assert (provider.wheel == "") is (form == "missing")


@pytest.mark.parametrize(
    ("path", "damaged", "shim_only"),
    [(SHIM, "libcudnn.so.9", True), (OPS, "libcudnn_ops.so.9", False)],
)
def test_a_file_of_another_size_is_damaged(site: Site, path: str, damaged: str, shim_only: bool) -> None:
    replace(site.path / path, content("another"))
    provider = one(site)
    assert provider.damaged == (damaged,)
    assert provider.only_shim_damaged is shim_only


def test_a_shim_that_is_another_library_is_damaged_without_any_hash(site: Site) -> None:
    site.install(cudnn_wheel(), record="hashless")
    assert one(site).damaged == ()
    (site.path / "nvidia/cudnn/lib/libcudnn.so.9").write_bytes(stub_file())
    assert one(site).damaged == ("libcudnn.so.9",)


def test_a_shim_of_the_same_size_and_other_bytes_is_damaged(site: Site) -> None:
    data = bytearray((site.path / SHIM).read_bytes())
    data[-1] ^= 1
    replace(site.path / SHIM, bytes(data))
    assert one(site).damaged == ("libcudnn.so.9",)


@pytest.mark.parametrize("path", [SHIM, OPS])
def test_a_file_that_is_gone_is_missing(site: Site, path: str) -> None:
    (site.path / path).unlink()
    assert one(site).missing == (path.rpartition("/")[2],)


def test_of_two_wheels_that_lie_over_each_other_the_one_that_fits_is_told(site: Site) -> None:
    site.cudnn("9.9.0.52", "nvidia-cudnn-cu13")
    provider = one(site)
    assert (provider.wheel, provider.version, provider.damaged) == ("nvidia-cudnn-cu13", "9.9.0.52", ())
    assert provider.overwritten == ("nvidia-cudnn-cu12 9.10.2.21",)


def test_two_wheels_that_are_mixed_are_damaged(site: Site) -> None:
    old = (site.path / OPS).read_bytes()
    site.cudnn("9.9.0.52", "nvidia-cudnn-cu13")
    replace(site.path / OPS, old)
    provider = one(site)
    assert provider.damaged == ("libcudnn_ops.so.9",)
    assert provider.overwritten


def test_what_the_other_wheel_left_over_is_damaged_too(site: Site) -> None:
    wheel = cudnn_wheel("9.9.0.52", "nvidia-cudnn-cu13")
    site.install(wheel._replace(files={path: data for path, data in wheel.files.items() if "heuristic" not in path}))
    assert one(site).damaged == ("libcudnn_heuristic.so.9",)


def test_a_folder_without_a_wheel_is_told_without_a_name(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").cudnn()
    for info in site.infos("nvidia-cudnn-cu12"):
        (info / "RECORD").unlink()
        (info / "METADATA").unlink()
        (info / "INSTALLER").unlink()
        info.rmdir()
    assert (one(site).wheel, one(site).version) == ("", "")


def test_a_wheel_whose_folder_is_gone_is_told_with_what_is_missing(site: Site) -> None:
    for path in (site.path / "nvidia/cudnn/lib").iterdir():
        path.unlink()
    provider = one(site)
    assert provider.files == {}
    assert "libcudnn.so.9" in provider.missing


def test_folders_are_told_up_to_the_first_that_has_the_major_version(site: Site) -> None:
    site.cublas("13.1.0.3", "nvidia-cublas")
    assert [one.folder for one in found(site, "cublas", 12)] == ["nvidia/cublas/lib"]
    assert [one.folder for one in found(site, "cublas", 13)] == ["nvidia/cublas/lib", "nvidia/cu13/lib"]
    assert found(site, "nccl", 2) == []


def test_of_a_library_with_several_names_the_shortest_is_told(site: Site) -> None:
    for name in ("libcudnn_ops.so.9.10", "libcudnn_ops.so.9.10.2", "libcudnn_ops.so"):
        (site.path / "nvidia/cudnn/lib" / name).symlink_to("libcudnn_ops.so.9")
    assert [name for name in one(site).files if "_ops" in name] == ["libcudnn_ops.so.9"]


@pytest.mark.parametrize("kind", ["fifo", "folder", "dangling", "loop"])
def test_what_is_no_file_is_not_there(site: Site, kind: str) -> None:
    path = site.path / OPS
    path.unlink()
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(path.name if kind == "loop" else "gone")
    assert one(site).missing == ("libcudnn_ops.so.9",)


def fingerprint_of(site: Site) -> Fingerprint:
    """Return what the verdict on cuDNN rests on."""
    fingerprint = Fingerprint(str(site.path))
    providers_of(str(site.path), FAMILIES["cudnn"], 9, infos(site), fingerprint=fingerprint, hash_shim=True)
    return fingerprint


def test_the_fingerprint_names_the_folder_the_shim_and_the_record(site: Site) -> None:
    fingerprint = fingerprint_of(site)
    assert "nvidia/cudnn/lib" in fingerprint.states
    assert "nvidia_cudnn_cu12-9.10.2.21.dist-info/RECORD" in fingerprint.states


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("libcudnn_ops.so.9", ("libcudnn_ops", 9)),
        ("libcudnn.so.9.10.2", ("libcudnn", 9)),
        ("libnvrtc-builtins.so.12.9", ("libnvrtc-builtins", 12)),
        ("libcudnn.so", None),
        ("libcudnn.so.x", None),
        ("libcudnn.so.9\n", None),
        ("cudnn.so.9", None),
    ],
)
def test_a_librarys_name_has_a_stem_and_a_major_version(name: str, parts: tuple[str, int] | None) -> None:
    assert library_parts(name) == parts


@pytest.mark.parametrize(
    ("family", "stem", "expected"),
    [
        ("cudnn", "libcudnn", True),
        ("cudnn", "libcudnn_tomorrow", True),
        ("cudnn", "libcudnnx", False),
        ("cublas", "libcublasLt", True),
        ("cublas", "libcublasMp", False),
        ("nvrtc", "libnvrtc-builtins", True),
        ("tensorrt", "libnvinfer_plugin", True),
        ("nccl", "libcudnn", False),
    ],
)
def test_a_stem_belongs_to_a_family_by_the_catalog(family: str, stem: str, expected: bool) -> None:
    assert belongs(FAMILIES[family], stem) is expected


def test_where_files_do_not_fit_their_record_a_new_record_would_be_noticed(site: Site) -> None:
    (site.path / OPS).unlink()
    fingerprint = fingerprint_of(site)
    assert "" in fingerprint.states


@pytest.mark.parametrize("form", RECORD_FORMS)
@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda data: data[: len(data) // 2], id="cut short"),
        pytest.param(lambda data: b"", id="empty"),
        pytest.param(lambda data: bytes(len(data)), id="zeros of the right size"),
    ],
)
@pytest.mark.parametrize("path", [SHIM, OPS])
def test_a_file_that_the_loader_would_refuse_is_damaged_whatever_record_says(
    tmp_path: Path, form: RecordForm, spoil: Callable[[bytes], bytes], path: str
) -> None:
    site = Site(tmp_path / "site").install(cudnn_wheel(), record=form)
    assert one(site).damaged == ()
    replace(site.path / path, spoil((site.path / path).read_bytes()))
    assert one(site).damaged == (os.path.basename(path),)


def test_a_sub_library_that_the_shim_opens_is_missing_also_without_record(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").install(cudnn_wheel(), record="missing")
    shim = site.path / SHIM
    replace(shim, shim.read_bytes() + b"\0libcudnn_ops.so\0libcudnn_graph.so.9\0")
    assert one(site).missing == ()
    (site.path / OPS).unlink()
    assert one(site).missing == ("libcudnn_ops.so.9",)


@pytest.mark.parametrize(("version", "missing"), [("9.20.0.48", ("libcudnn_engines_tensor_ir.so.9",)), ("9.21.0.82", ())])
def test_a_release_that_never_had_what_it_opens_is_known(tmp_path: Path, version: str, missing: tuple[str, ...]) -> None:
    assert one(Site(tmp_path / "site").cudnn(version)).missing == missing


def test_a_large_library_that_opens_others_is_whole(tmp_path: Path) -> None:
    """NVRTC's 141 MB are no shim: they are not read into memory, and are as whole as their headers say."""
    wheel = plain_wheel("nvidia-cuda-nvrtc", "13.5.37", "nvidia/cu13/lib", "libnvrtc.so.13", "libnvrtc-builtins.so.13")
    site = Site(tmp_path / "site").install(wheel)
    library = site.path / "nvidia/cu13/lib/libnvrtc.so.13"
    data = library.read_bytes()
    for record in (site.path / "nvidia_cuda_nvrtc-13.5.37.dist-info" / "RECORD",):
        record.unlink()
    replace(library, data + bytes(SHIM_BYTES))
    assert one(site, "nvrtc", 13).damaged == ()
    replace(library, data[:-200])
    assert one(site, "nvrtc", 13).damaged == ("libnvrtc.so.13",), "the control: cut short"
