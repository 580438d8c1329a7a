"""What stands under a name, by proof: a table for each of the six classes, on constructed observations."""

from __future__ import annotations

from typing import Any

import pytest

from cudnn_heal.catalog import CONSUMERS, FAMILIES
from cudnn_heal.decide.present import Class, classify, is_our_backup, is_ours, standing
from cudnn_heal.model import NO_MANIFEST, Entry, KeptStub, MadeLink, Observation, Stub
from support.observations import (
    BACKUP,
    BINARY,
    CUBLAS,
    CUDNN,
    OTHER_SITE,
    SHIM,
    SITE,
    STUB,
    STUB_SHA256,
    backup_entry,
    identity,
    link,
    mine,
    observation,
    provider,
    stub_entry,
    with_names,
)

OPS = "libcudnn_ops.so.9"
OPS_TEXT = f"../nvidia/cudnn/lib/{OPS}"
CUBLAS_NAME = "libcublas.so.12"
OPS_SHA256 = CUDNN.files[OPS].sha256
SHIM_SHA256 = CUDNN.shim_sha256["libcudnn.so.9"]
KNOWN = NO_MANIFEST._replace(links={OPS: MadeLink(OPS_TEXT, 5, OPS_SHA256), STUB: MadeLink(SHIM, 5, SHIM_SHA256)})


@pytest.mark.parametrize(
    ("name", "entry", "expected"),
    [
        pytest.param(OPS, None, "absent", id="nothing"),
        pytest.param(OPS, link(OPS_TEXT, CUDNN), "ours", id="our link"),
        pytest.param("libcudnn_ops.so.9.10.2", link(OPS_TEXT, CUDNN), "ours", id="our link, full version"),
        pytest.param("libcudnn_ops.so.9.1.0", link(OPS_TEXT, CUDNN), "ours", id="our link of another release"),
        pytest.param(OPS, link(OPS_TEXT), "ours", id="our link that dangles"),
        pytest.param(STUB, link(SHIM, CUDNN), "ours", id="the stub's link"),
        pytest.param(STUB, link(SHIM), "ours", id="the stub's link that dangles"),
        pytest.param("libcublasLt.so.12", link("../nvidia/cublas/lib/libcublasLt.so.12", CUBLAS), "ours", id="cuBLAS"),
        pytest.param("libcublas.so.13", link("../nvidia/cu13/lib/libcublas.so.13"), "ours", id="cuBLAS of CUDA 13"),
        pytest.param(OPS, mine(sha256=OPS_SHA256), "copied", id="a copy of our link's target"),
        pytest.param(STUB, mine(sha256=SHIM_SHA256), "copied", id="a copy of the shim in the stub's place"),
        pytest.param(STUB, stub_entry(), "stub", id="the stub"),
        pytest.param(STUB, stub_entry(kind="link", text="/cache/stub"), "stub", id="the stub as a symlink (uv)"),
        pytest.param(CUBLAS_NAME, link(f"{SITE}/nvidia/cublas/lib/{CUBLAS_NAME}", CUBLAS), "same", id="an absolute link"),
        pytest.param(STUB, link(f"{SITE}/nvidia/cudnn/lib/libcudnn.so.9", CUDNN), "same", id="an absolute link of the stub's"),
        pytest.param(CUBLAS_NAME, mine(sha256=CUBLAS.files[CUBLAS_NAME].sha256), "same", id="a user's own copy"),
        pytest.param(OPS, mine(leads_to=CUDNN.files[OPS].identity), "same", id="a hard link to the provider's"),
        pytest.param(STUB, mine(leads_to=CUDNN.files["libcudnn.so.9"].identity), "same", id="a hard link to the shim"),
        pytest.param(OPS, mine(), "foreign", id="a file of the user's"),
        pytest.param(OPS, mine(sha256=""), "foreign", id="a file that was not read"),
        pytest.param(OPS, link("/opt/cudnn/libcudnn_ops.so.9"), "foreign", id="a link elsewhere"),
        pytest.param(OPS, link("../nvidia/cudnn/lib/../lib/libcudnn_ops.so.9"), "foreign", id="another text, same file"),
        pytest.param(OPS, link("../nvidia/cudnn/lib/libcudnn_cnn.so.9"), "foreign", id="a link to another library"),
        pytest.param("libcudnn_ops.so.8", link(OPS_TEXT, CUDNN), "foreign", id="a link under another major version"),
        pytest.param("libcudnn.so.9", link(SHIM, CUDNN), "same", id="the shim under its own name"),
        pytest.param(CUBLAS_NAME, link("../nvidia/cublas/lib/libcublas.so.12.1"), "foreign", id="a text with a full version"),
        pytest.param(STUB, mine(), "foreign", id="unknown bytes in the stub's place"),
        pytest.param(STUB, stub_entry(sha256="patched"), "foreign", id="a stub whose hash is not RECORD's"),
        pytest.param(STUB, stub_entry(soname="libcudnn.so.9"), "foreign", id="RECORD's bytes with another SONAME"),
        pytest.param(OPS, mine(kind="folder"), "foreign", id="a folder"),
        pytest.param(OPS, mine(kind="other", sha256=""), "foreign", id="a FIFO"),
        pytest.param("notes.txt", mine(), "foreign", id="a name of no library"),
    ],
)
def test_what_stands_under_a_name(name: str, entry: Entry | None, expected: Class) -> None:
    seen = with_names(observation(manifest=KNOWN, providers=(CUDNN, CUBLAS)), {name: entry})
    assert classify(seen, name) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"manifest": NO_MANIFEST}, "same", id="without a manifest it is the user's own"),
        pytest.param({"manifest": NO_MANIFEST, "providers": ()}, "foreign", id="without a provider nobody knows it"),
        pytest.param({"manifest": KNOWN, "providers": ()}, "copied", id="the manifest knows it without a provider"),
        pytest.param(
            {"manifest": NO_MANIFEST._replace(links={OPS: MadeLink(OPS_TEXT, 5, "")}), "providers": ()},
            "foreign",
            id="without a hash the manifest proves nothing",
        ),
        pytest.param(
            {"providers": (provider("cudnn", site_packages=OTHER_SITE),), "manifest": NO_MANIFEST},
            "foreign",
            id="a provider elsewhere proves nothing",
        ),
    ],
)
def test_a_file_with_the_bytes_of_a_library_is_ours_only_where_the_manifest_proves_it(
    change: dict[str, Any], expected: Class
) -> None:
    seen = with_names(observation(**change), {OPS: mine(sha256=OPS_SHA256)})
    assert classify(seen, OPS) == expected


@pytest.mark.parametrize(("recorded", "read", "expected"), [("", "any", "stub"), ("a", "a", "stub"), ("a", "b", "foreign")])
def test_the_stub_is_known_by_its_soname_and_confirmed_by_records_hash(recorded: str, read: str, expected: Class) -> None:
    seen = with_names(observation(stub=Stub(STUB, recorded)), {STUB: stub_entry(sha256=read)})
    assert classify(seen, STUB) == expected


def test_without_a_stub_in_the_binary_nothing_is_one() -> None:
    assert classify(observation(stub=None), STUB) == "foreign"


FAMILY_LINKS = [
    (family.name, f"../{place}/{stem}.so.{major}", f"{stem}.so.{major}")
    for family in FAMILIES.values()
    for place in family.folders
    for stem in family.opened
    for major in {major for wheel in family.wheels for major in wheel.majors}
    if stem != family.shim
]


@pytest.mark.parametrize(("family", "text", "name"), FAMILY_LINKS, ids=lambda value: str(value))
def test_a_link_is_ours_only_for_a_family_that_the_consumer_opens(family: str, text: str, name: str) -> None:
    consumer = CONSUMERS["ctranslate2"]
    assert is_ours(consumer, name, text) is (family in consumer.families)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "libcudnn_ops.so.9",
        "../nvidia/cudnn/lib/",
        "../nvidia/cudnn/lib/libcudnn_ops.so.9/",
        "../nvidia/cudnn/lib/libcudnn_ops.so.9\n",
        "/nvidia/cudnn/lib/libcudnn_ops.so.9",
        "../../nvidia/cudnn/lib/libcudnn_ops.so.9",
        "../nvidia/cublas/lib/libcudnn_ops.so.9",
        "./../nvidia/cudnn/lib/libcudnn_ops.so.9",
        "../nvidia/cudnn/lib/libcudnn_ops.so",
        "../nvidia/cudnn/lib/libcudnn_ops.so.9.1",
    ],
)
def test_no_other_text_makes_a_link_ours(text: str) -> None:
    assert is_ours(CONSUMERS["ctranslate2"], "libcudnn_ops.so.9", "../nvidia/cudnn/lib/libcudnn_ops.so.9")
    assert not is_ours(CONSUMERS["ctranslate2"], "libcudnn_ops.so.9", text)


@pytest.mark.parametrize(
    "name", ["libcudnn.so.9", "libcudnn-74a4c495.so", "libcudnn-xyz.so.9", "libcudnn-74a4c49.so.9.1.0", BINARY]
)
def test_the_shim_is_linked_in_the_place_of_a_stub_only(name: str) -> None:
    assert is_ours(CONSUMERS["ctranslate2"], STUB, SHIM)
    assert not is_ours(CONSUMERS["ctranslate2"], name, SHIM)


# The backup.

OURS = KeptStub(STUB, STUB_SHA256, "")
OTHER = KeptStub(STUB, "the stub of 4.5.0", "")


@pytest.mark.parametrize(
    ("known", "name", "entry", "expected"),
    [
        pytest.param(OURS, BACKUP, backup_entry(), True, id="made by us"),
        pytest.param(OURS, BACKUP, backup_entry(kind="link", text="/cache/stub"), True, id="a link to the same bytes"),
        pytest.param(None, BACKUP, backup_entry(), False, id="the manifest knows no stub"),
        pytest.param(OURS, "libcudnn-0123abcd.so.9.5.1.ORIGINAL", backup_entry(), False, id="another name"),
        pytest.param(OURS, BACKUP, backup_entry(sha256="other", leads_to=identity("another")), False, id="other bytes"),
        pytest.param(OURS, BACKUP, backup_entry(sha256="new"), True, id="the very file that stands beside, written since"),
        pytest.param(OURS, BACKUP, backup_entry(soname="libcudnn.so.9"), False, id="no stub's SONAME"),
        pytest.param(OURS, BACKUP, backup_entry(kind="folder"), False, id="a folder"),
        pytest.param(KeptStub(STUB, "", ""), BACKUP, backup_entry(sha256=""), False, id="without a hash"),
        pytest.param(OURS, BACKUP, mine(), False, id="the user's"),
    ],
)
def test_a_backup_is_ours_by_name_bytes_and_soname(known: KeptStub | None, name: str, entry: Entry, expected: bool) -> None:
    seen: Observation = observation(manifest=NO_MANIFEST._replace(stubs=(OTHER, known, OTHER) if known else ()))
    assert is_our_backup(seen, name, entry) is expected


# What proves nothing.


@pytest.mark.parametrize(
    ("name", "entry", "known"),
    [
        pytest.param(
            STUB,
            link("/opt/libcudnn.so.9", sha256="a shim", soname="libcudnn.so.9"),
            {"links": {STUB: MadeLink(SHIM, 5, "a shim")}},
            id="somebody's link to the bytes that we copied",
        ),
        pytest.param(OPS, mine(sha256=""), {"links": {OPS: MadeLink(OPS_TEXT, 5, "")}}, id="no hash, and none kept"),
        pytest.param(STUB, mine(sha256=""), {"shims": ("",)}, id="no hash, and a damaged manifest"),
        pytest.param(BINARY, mine(sha256="a shim"), {"shims": ("a shim",)}, id="a shim under another name than a stub's"),
    ],
)
def test_it_is_nobodys_that_we_know(name: str, entry: Entry, known: dict[str, Any]) -> None:
    seen = with_names(observation(manifest=NO_MANIFEST._replace(**known), providers=()), {name: entry})
    assert classify(seen, name) == "foreign"


def test_of_a_package_without_a_stub_no_file_is_a_copy() -> None:
    seen = with_names(
        observation(manifest=NO_MANIFEST._replace(shims=("a shim",)), providers=()), {STUB: mine(sha256="a shim")}
    )
    assert classify(seen, STUB) == "copied", "the control"
    assert classify(seen._replace(consumer=seen.consumer._replace(stub=""), stub=None), STUB) == "foreign"


def test_a_copy_is_stale_where_nothing_of_ours_belongs() -> None:
    seen = with_names(observation(manifest=NO_MANIFEST._replace(shims=("a shim",))), {STUB: mine(sha256="a shim")})
    assert standing(seen, STUB, SHIM, "a shim") == "right", "the control"
    assert standing(seen, STUB, "", "") == "stale"


@pytest.mark.parametrize(
    ("recorded", "is_shim", "expected"), [(STUB_SHA256, True, "copied"), (STUB_SHA256, False, "foreign"), ("", True, "foreign")]
)
def test_without_a_manifest_any_shim_beside_the_verified_stub_is_our_copy(
    recorded: str, is_shim: bool, expected: Class
) -> None:
    entries = {STUB: mine(sha256="a shim of another release", is_shim=is_shim), BACKUP: backup_entry()}
    seen = with_names(observation(stub=Stub(STUB, recorded)), dict(entries))
    assert classify(seen, STUB) == expected


def test_somebodys_link_to_a_copy_elsewhere_is_not_the_providers() -> None:
    seen = with_names(observation(providers=(CUDNN,)), {STUB: link("/opt/libcudnn.so.9", sha256=SHIM_SHA256)})
    assert classify(seen, STUB) == "foreign"


def test_a_provider_without_hashes_proves_nothing_of_a_file_without_one() -> None:
    file = CUDNN.files[OPS]._replace(sha256="")
    seen = observation(providers=(CUDNN._replace(files={**CUDNN.files, OPS: file}),))
    assert classify(with_names(seen, {OPS: mine(sha256="")}), OPS) == "foreign"


@pytest.mark.parametrize(
    ("name", "text", "stub"),
    [
        pytest.param("libcudnn_ops.so.9.1", "../nvidia/cudnn/lib/libcudnn_ops.so.9.1", "cudnn", id="to a full version"),
        pytest.param(
            "libcublas.so.12.9", "../nvidia/cublas/lib/libcublas.so.12", "cudnn", id="no sub-library has no full name"
        ),
        pytest.param(STUB, SHIM, "", id="a package without a stub"),
        pytest.param("xxxcudnn_ops.so.9.1.0", OPS_TEXT, "cudnn", id="another beginning"),
        pytest.param(OPS + ".old", OPS_TEXT, "cudnn", id="no version behind"),
        pytest.param(OPS + "x1", OPS_TEXT, "cudnn", id="no dot before"),
    ],
)
def test_the_catalog_generates_no_such_link(name: str, text: str, stub: str) -> None:
    assert not is_ours(CONSUMERS["ctranslate2"]._replace(stub=stub), name, text)


def test_the_stub_itself_is_no_backup_nor_is_a_link_to_the_very_file_beside() -> None:
    seen = observation(manifest=NO_MANIFEST._replace(stubs=(OURS,)))
    assert is_our_backup(seen, BACKUP, backup_entry()), "the control"
    assert not is_our_backup(seen, STUB, stub_entry())
    assert is_our_backup(seen, BACKUP, backup_entry(sha256="written since")), "the control"
    assert not is_our_backup(seen, BACKUP, backup_entry(sha256="written since", kind="link"))
