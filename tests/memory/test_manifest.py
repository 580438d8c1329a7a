"""The manifest: what is written is read again, and what is damaged is none."""

from __future__ import annotations

import json

import pytest

from cudnn_heal.memory.manifest import HISTORY_LENGTH, encode, joined, parse
from cudnn_heal.model import NO_MANIFEST, Heal, KeptStub, MadeLink, Manifest

FULL = Manifest(
    found={"ctranslate2": "4.6.1"},
    links={"libcublas.so.12": MadeLink("../nvidia/cublas/lib/libcublas.so.12", 126449, "")},
    history=(Heal("2026-11-22T00:00:00Z", "0.1.0", "first heal"),),
    error="",
    stubs=(
        KeptStub("libcudnn-74a4c495.so.9.1.0", "w", ""),
        KeptStub("libcudnn-74a4c495.so.9.1.0", "x", "/cache/libcudnn-74a4c495.so.9.1.0"),
    ),
    shims=("the shim of 9.1", "the shim of 9.10"),
)


@pytest.mark.parametrize("manifest", [NO_MANIFEST, FULL])
def test_a_manifest_is_read_as_it_was_written(manifest: Manifest) -> None:
    assert parse(encode(manifest)) == manifest


def test_keys_that_are_not_known_are_ignored() -> None:
    content = json.loads(encode(FULL))
    content["tomorrow"] = {"links": 3}
    content["stubs"][0]["size"] = 126449
    assert parse(json.dumps(content).encode()) == FULL


def test_only_the_newest_history_is_kept() -> None:
    history = tuple(Heal("", "", str(number)) for number in range(HISTORY_LENGTH + 5))
    assert parse(encode(FULL._replace(history=history))).history[0].cause == "5"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"schema": 2}',
        b'{"schema": 1, "found": []}',
        encode(FULL)[:-20],
        encode(FULL).replace(b"126449", b"1e999").replace(b'"links": {', b'"links": {"a": 3, '),
        b"[" * 100000,
    ],
)
def test_a_damaged_manifest_is_none(data: bytes) -> None:
    assert parse(data) == NO_MANIFEST


def test_a_manifest_of_0_1_0_tells_stub_and_links() -> None:
    stub = {"name": "libcudnn-74a4c495.so.9.1.0", "sha256": "x", "size": 126449}
    content = json.loads(encode(FULL)) | {"backup": "libcudnn-74a4c495.so.9.1.0.ORIGINAL", "stub": stub}
    del content["stubs"], content["shims"]
    parsed = parse(json.dumps(content).encode())
    assert parsed == FULL._replace(stubs=(KeptStub("libcudnn-74a4c495.so.9.1.0", "x", ""),), shims=())
    content["stub"] = {}
    assert parse(json.dumps(content).encode()).stubs == ()


def test_what_another_interpreter_wrote_meanwhile_is_known_too() -> None:
    newest = KeptStub("libcudnn-74a4c495.so.9.1.0", "y", "")
    other = NO_MANIFEST._replace(stubs=(FULL.stubs[0], newest), shims=("the shim of 9.13", FULL.shims[0]))
    both = joined(FULL, other)
    assert both.stubs == (newest, *FULL.stubs)
    assert both.shims == ("the shim of 9.13", *FULL.shims)
    assert both._replace(stubs=FULL.stubs, shims=FULL.shims) == FULL
