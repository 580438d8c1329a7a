"""What should be linked of each family, whatever is there now: tables on constructed providers."""

from __future__ import annotations

from typing import Any

import pytest

from cudnn_heal.catalog import FAMILIES
from cudnn_heal.decide.wanted import Part, part_of, select
from cudnn_heal.model import Provider, Reason, ReasonCode, Verdict
from support.observations import NEEDS, OTHER_SITE, SHIM, STUB, folder, observation, provider

OPS = "libcudnn_ops.so.9"


def decided(family: str, *providers: Provider, major: int | None = None, **changes: Any) -> Part:
    need = major if major else NEEDS.get(family, 2)
    return part_of(observation(providers=providers, **changes), FAMILIES[family], need)


@pytest.mark.parametrize(
    ("family", "providers", "major", "verdict", "code", "links", "shim"),
    [
        pytest.param("cudnn", [provider("cudnn")], 9, "healthy", "", True, True, id="whole"),
        pytest.param("cublas", [provider("cublas")], 12, "healthy", "", True, False, id="whole, without a stub"),
        pytest.param("cudnn", [], 9, "no-provider", "no-provider", False, False, id="no wheel"),
        pytest.param(
            "cudnn",
            [provider("cudnn", site_packages=OTHER_SITE)],
            9,
            "no-provider",
            "no-provider",
            False,
            False,
            id="elsewhere",
        ),
        pytest.param("nccl", [], 2, "not-needed", "", False, False, id="optional and missing"),
        pytest.param("nccl", [provider("nccl")], 2, "healthy", "", True, False, id="optional and there"),
        pytest.param("cudnn", [provider("cudnn")], 8, "incompatible", "incompatible", False, False, id="another major"),
        pytest.param(
            "cublas",
            [provider("cublas", "libcublas.so.12", missing=("libcublasLt.so.12",))],
            12,
            "damaged",
            "missing-files",
            False,
            False,
            id="one that is opened is gone",
        ),
        pytest.param(
            "cudnn",
            [provider("cudnn", "libcudnn.so.9", missing=(OPS,))],
            9,
            "damaged",
            "missing-files",
            False,
            True,
            id="sub-libraries gone",
        ),
        pytest.param(
            "cudnn",
            [provider("cudnn", "libcudnn.so.9", "libcudnn_graph.so.9", missing=(OPS,))],
            9,
            "damaged",
            "missing-files",
            True,
            True,
            id="one sub-library gone: the rest is linked",
        ),
        pytest.param(
            "cudnn",
            [provider("cudnn", damaged=("libcudnn.so.9",))],
            9,
            "damaged",
            "damaged-files",
            True,
            False,
            id="the shim alone is damaged: the stub opens the rest",
        ),
        pytest.param(
            "cudnn",
            [provider("cudnn", damaged=(OPS,))],
            9,
            "damaged",
            "damaged-files",
            False,
            False,
            id="one damaged",
        ),
        pytest.param(
            "cudnn",
            [provider("cudnn", damaged=(OPS,), overwritten=("nvidia-cudnn-cu13 9.9",))],
            9,
            "damaged",
            "overwritten",
            False,
            False,
            id="two wheels, mixed",
        ),
        pytest.param(
            "cudnn",
            [provider("cudnn", overwritten=("nvidia-cudnn-cu13 9.9",))],
            9,
            "healthy",
            "",
            True,
            True,
            id="whole over",
        ),
    ],
)
def test_what_a_family_should_be(
    family: str,
    providers: list[Provider],
    major: int,
    verdict: Verdict,
    code: ReasonCode | str,
    links: bool,
    shim: bool,
) -> None:
    part = decided(family, *providers, major=major)
    assert (part.verdict, part.reason.code if part.reason else "") == (verdict, code)
    assert (bool(part.links), part.shim) == (links, SHIM if shim else "")


def test_every_sub_library_is_linked_under_its_soname_alone() -> None:
    part = decided("cudnn", provider("cudnn", "libcudnn.so.9", OPS, "libcudnn_graph.so.9"))
    text = "../nvidia/cudnn/lib/"
    assert part.links == {OPS: text + OPS, "libcudnn_graph.so.9": text + "libcudnn_graph.so.9"}
    assert part.wanted(observation()) == {**part.links, STUB: SHIM}


def test_files_of_another_major_version_are_not_linked() -> None:
    part = decided("cublas", provider("cublas", "libcublas.so.12", "libcublasLt.so.12", "libcublas.so.11"))
    assert sorted(part.links) == ["libcublas.so.12", "libcublasLt.so.12"]


def test_the_folder_of_the_provider_stands_in_the_links() -> None:
    part = decided("cublas", provider("cublas", "libcublas.so.13", "libcublasLt.so.13", folder="nvidia/cu13/lib"), major=13)
    assert part.links["libcublas.so.13"] == "../nvidia/cu13/lib/libcublas.so.13"


@pytest.mark.parametrize("changes", [{"folder": folder(official=False)}, {"consumer": "torch"}])
def test_where_no_links_may_be_made_none_are_wanted(changes: dict[str, Any]) -> None:
    part = part_of(observation(**{"providers": (provider("cudnn"),), **changes}), FAMILIES["cudnn"], NEEDS["cudnn"])
    assert (part.verdict, part.links, part.shim) == ("healthy", {}, "")


def test_the_first_provider_that_has_everything_serves() -> None:
    half = provider("cublas", "libcublas.so.12")
    whole = provider("cublas", folder="nvidia/cu13/lib")
    older = provider("cublas", "libcublas.so.11", "libcublasLt.so.11")
    family = FAMILIES["cublas"]
    assert select([older, half, whole], family, 12) is whole
    assert select([older, half], family, 12) is None
    elsewhere = provider("cublas", site_packages=OTHER_SITE)
    assert select([elsewhere, whole], family, 12) is elsewhere


def test_reasons_carry_what_the_sentence_names() -> None:
    part = decided("cudnn", provider("cudnn", "libcudnn.so.8", version="8.9.7.29"))
    assert part.reason and part.reason.values == {
        "wheel": ("nvidia-cudnn-cu12",),
        "version": ("8.9.7.29",),
        "folder": ("nvidia/cudnn/lib",),
        "library": ("libcudnn.so.9",),
        "majors": ("8",),
    }
    lacking = decided("cudnn").reason
    assert lacking and lacking.values == {"library": ("libcudnn.so.9",)}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("libcudnn.so.9", True),
        ("libcudnn_ops.so.9", True),
        ("libcudnn_tomorrow.so.9.10.2", True),
        ("libcudnn_ops.so.8", False),
        ("libcublas.so.12", False),
        (STUB, False),
        ("libcudnn_ops.so", False),
        ("xlibcudnn_ops.so.9", False),
    ],
)
def test_a_part_has_the_names_of_its_family_in_the_needed_version(name: str, expected: bool) -> None:
    assert decided("cudnn", provider("cudnn")).has(name) is expected


def test_what_could_not_be_read_is_neither_wanted_nor_missing() -> None:
    part = decided("cudnn", provider("cudnn"), unknown={"cudnn": ("nvidia/cudnn/lib (EIO)",)})
    assert (part.verdict, part.links, part.shim, part.shim_sha256) == ("damaged", {}, "", "")
    assert part.reason == Reason("unreadable", {"files": ("nvidia/cudnn/lib (EIO)",)})


def test_a_part_shows_the_match_else_the_first_found() -> None:
    older, whole = provider("cublas", "libcublas.so.11"), provider("cublas", folder="nvidia/cu13/lib")
    assert decided("cublas", older, whole).provider is whole
    assert decided("cublas", older, older._replace(version="11.2")).provider is older


def test_a_package_that_is_not_served_by_links_has_none_whatever_its_folder() -> None:
    assert decided("cudnn", provider("cudnn"), consumer="torch", folder=folder()).links == {}


def test_beside_a_damaged_shim_sub_libraries_are_linked_only_where_a_stub_stands_in_for_it() -> None:
    damaged = provider("cudnn", damaged=("libcudnn.so.9",))
    assert decided("cudnn", damaged).links
    row = observation().consumer
    assert part_of(observation(providers=(damaged,))._replace(consumer=row._replace(stub="")), FAMILIES["cudnn"], 9).links == {}


def test_what_is_wanted_names_the_stubs_place_only_where_there_is_a_stub() -> None:
    part = decided("cudnn", provider("cudnn"))
    assert part.wanted(observation()).keys() - part.links.keys() == {STUB}
    assert part.wanted(observation(stub=None)) == part.links


def test_what_is_wrong_with_a_wheel_is_told_with_its_files() -> None:
    wheel = provider("cudnn", damaged=(OPS,), overwritten=("another 1",))
    assert decided("cudnn", wheel).reason == Reason(
        "overwritten",
        {
            "wheel": (wheel.wheel,),
            "version": (wheel.version,),
            "folder": (wheel.folder,),
            "files": (OPS,),
            "others": ("another 1",),
        },
    )
