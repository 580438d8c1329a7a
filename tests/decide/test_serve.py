"""How each part is served, in which verdict and why: every rule a row, on constructed observations and processes."""

from __future__ import annotations

from typing import Any

import pytest

from cudnn_heal.decide.plan import plan
from cudnn_heal.model import Observation, Process, Service
from support.literals import words
from support.observations import (
    BACKUP,
    CUBLAS,
    CUDNN,
    OTHER_SITE,
    SHIM,
    SITE,
    STUB,
    TARGET,
    backup_entry,
    folder,
    healed,
    link,
    mine,
    observation,
    pause,
    process,
    provider,
    shelf,
    unhealed,
    with_names,
)

ALL_CUDNN = ("graph", "ops", "", "engines_precompiled")
STALE = shelf("/opt/stale")
TWIN = shelf("/usr/lib/x86_64-linux-gnu", "libcudnn.so.9", "libcudnn_ops.so.9", "libcudnn_ops.so.9.10.2")
OTHER_RELEASE = shelf("/usr/lib/x86_64-linux-gnu", "libcudnn.so.9", "libcudnn_ops.so.9", "libcudnn_ops.so.9.14.0")
MAPPED = "/usr/lib/libcudnn.so.9"
SERVED_BY_ITSELF = observation(
    providers=(CUDNN, CUBLAS),
    needs={"cublas": 12},
    stub=None,
    entries={name: link(f"{CUBLAS.real}/{name}", CUBLAS) for name in ("libcublas.so.12", "libcublasLt.so.12")},
)


def served(seen: Observation, here: Process | None, part: str = "cudnn") -> Service:
    return next(one for one in plan(seen, here).services if one.part == part)


def short(service: Service) -> tuple[str, str, str]:
    return service.verdict, service.served, service.reason.code if service.reason else ""


def files(service: Service) -> list[str]:
    return [path.rpartition("/")[2] for path in service.paths]


def unlinked(**fields: Any) -> Observation:
    """Return a folder whose links were not made, and why they can't be."""
    return unhealed(folder=folder(**fields))


def paused() -> Observation:
    return unhealed(paused=pause())


DANGLING = with_names(
    observation(providers=(CUBLAS,), folder=folder(writable=False)), {STUB: link(SHIM), BACKUP: backup_entry()}
)

OUTDATED = healed()._replace(providers={"cudnn": (provider("cudnn", version="9.11.0.98"),), "cublas": (CUBLAS,)})

ROWS = [
    # Links.
    pytest.param(healed(), None, ("healthy", "links", ""), False, id="healed, at start-up"),
    pytest.param(healed(), process(), ("healthy", "links", ""), False, id="healed"),
    pytest.param(healed(), process(hook=False), ("healthy", "links", ""), False, id="healed: links need no hook"),
    pytest.param(unhealed(), None, ("pending", "none", "not-linked"), False, id="unhealed, at start-up"),
    pytest.param(OUTDATED, None, ("pending", "none", "outdated"), False, id="the copy is of another release"),
    pytest.param(OUTDATED, process(), ("pending", "in-process", "outdated"), True, id="so it is, and the hook is at work"),
    pytest.param(
        OUTDATED._replace(folder=folder(writable=False)),
        process(),
        ("read-only", "in-process", "not-writable"),
        True,
        id="so it is, and can't be written",
    ),
    pytest.param(unhealed(), process(), ("pending", "in-process", "not-linked"), True, id="unhealed, and the hook is at work"),
    pytest.param(unhealed(), process(hook=False), ("pending", "none", "no-hook"), False, id="unhealed, and no hook runs"),
    pytest.param(
        unhealed(target=TARGET._replace(is_home=False)),
        process(hook=False),
        ("pending", "none", "not-linked"),
        False,
        id="unhealed, another environment",
    ),
    pytest.param(unhealed(), process(hook=False, off=True), ("pending", "none", "not-linked"), False, id="unhealed, hook off"),
    pytest.param(
        unlinked(writable=False),
        process(),
        ("read-only", "in-process", "not-writable"),
        True,
        id="can't be written",
    ),
    pytest.param(
        unlinked(writable=False),
        process(hook=False),
        ("read-only", "none", "not-writable"),
        False,
        id="can't be written, and no hook",
    ),
    pytest.param(
        unlinked(kind="link"), process(), ("read-only", "in-process", "folder-is-link"), True, id="a folder that is a link"
    ),
    pytest.param(unlinked(official=False), process(), ("healthy", "in-process", "other-folder"), True, id="a fork's folder"),
    pytest.param(
        unlinked(official=False), process(hook=False), ("read-only", "none", "other-folder"), False, id="a fork, and no hook"
    ),
    # What could not be read.
    pytest.param(
        unhealed(unknown={"cudnn": ("nvidia/cudnn/lib (EIO)",)}), process(), ("damaged", "none", "unreadable"), False, id="EIO"
    ),
    pytest.param(
        healed()._replace(unknown={"": ("ctranslate2 (EIO)",)}),
        process(),
        ("damaged", "none", "unreadable"),
        False,
        id="EIO, all",
    ),
    pytest.param(
        healed()._replace(unknown={"cublas": ("nvidia/cublas/lib (EIO)",)}),
        process(),
        ("healthy", "links", ""),
        False,
        id="EIO of another family",
    ),
    # No wheel, another wheel, a damaged wheel.
    pytest.param(unhealed(providers=(CUBLAS,)), process(), ("no-provider", "none", "no-provider"), False, id="no wheel"),
    pytest.param(
        unhealed(providers=(provider("cudnn", site_packages=OTHER_SITE), CUBLAS)),
        process(),
        ("healthy", "in-process", "elsewhere"),
        True,
        id="a wheel elsewhere",
    ),
    pytest.param(
        unhealed(providers=(provider("cudnn", site_packages=OTHER_SITE), CUBLAS)),
        process(hook=False),
        ("pending", "none", "not-loaded"),
        False,
        id="a wheel elsewhere, and no hook",
    ),
    pytest.param(
        unhealed(providers=(provider("cudnn", "libcudnn.so.8", version="8.9.7.29"), CUBLAS)),
        process(),
        ("incompatible", "none", "incompatible"),
        False,
        id="another major version",
    ),
    pytest.param(
        unhealed(providers=(provider("cudnn", damaged=("libcudnn_ops.so.9",)), CUBLAS)),
        process(),
        ("damaged", "none", "damaged-files"),
        False,
        id="a damaged wheel",
    ),
    pytest.param(
        healed(unhealed(providers=(provider("cudnn", damaged=("libcudnn.so.9",)), CUBLAS))),
        process(),
        ("damaged", "links", "damaged-files"),
        False,
        id="a damaged shim: the stub with the wheel's sub-libraries",
    ),
    pytest.param(
        unhealed(providers=(provider("cudnn", damaged=("libcudnn_ops.so.9",), overwritten=("nvidia-cudnn-cu13 9",)), CUBLAS)),
        process(),
        ("damaged", "none", "overwritten"),
        False,
        id="two wheels",
    ),
    pytest.param(
        unhealed(providers=(provider("cudnn", "libcudnn_ops.so.9", missing=("libcudnn.so.9",)), CUBLAS)),
        process(),
        ("damaged", "none", "missing-files"),
        False,
        id="the shim is gone",
    ),
    pytest.param(
        healed(unhealed(providers=(provider("cudnn", missing=("libcudnn_adv.so.9",)), CUBLAS))),
        process(),
        ("damaged", "links", "missing-files"),
        False,
        id="a sub-library is gone: the rest is linked",
    ),
    # Files that can't be identified.
    pytest.param(
        with_names(unhealed(), {"libcudnn_ops.so.9": mine()}),
        process(),
        ("damaged", "in-process", "foreign-file"),
        True,
        id="a foreign file, loaded past it",
    ),
    pytest.param(
        with_names(unhealed(), {"libcudnn_ops.so.9": mine()}),
        None,
        ("damaged", "itself", "foreign-file"),
        False,
        id="a foreign file, without a process",
    ),
    pytest.param(
        with_names(unhealed(), {STUB: mine()}), None, ("damaged", "none", "stub-unknown"), False, id="an unknown stub"
    ),
    pytest.param(with_names(unhealed(), {STUB: None}), None, ("damaged", "none", "stub-missing"), False, id="no stub"),
    pytest.param(
        with_names(healed(), {BACKUP: mine()}), process(), ("damaged", "links", "backup-unknown"), False, id="no backup's bytes"
    ),
    pytest.param(
        with_names(unhealed(), {BACKUP: mine()}), None, ("damaged", "none", "backup-unknown"), False, id="in the backup's place"
    ),
    # LD_LIBRARY_PATH.
    pytest.param(healed(), process(library_path=(STALE,)), ("healthy", "in-process", "shadowed"), True, id="shadowed"),
    pytest.param(
        healed(), process(library_path=(STALE,), hook=False), ("pending", "none", "not-loaded"), False, id="shadowed, no hook"
    ),
    pytest.param(
        healed(),
        process(library_path=(STALE,), hook=False, off=True),
        ("pending", "none", "hook-off"),
        False,
        id="shadowed, hook off",
    ),
    pytest.param(
        unlinked(writable=False),
        process(library_path=(STALE,)),
        ("healthy", "in-process", "shadowed"),
        True,
        id="shadowed, and can't be written",
    ),
    pytest.param(
        healed(),
        process(library_path=(shelf(f"{SITE}/nvidia/cudnn/lib"),)),
        ("healthy", "links", ""),
        False,
        id="our wheel",
    ),
    pytest.param(
        healed(),
        process(library_path=(shelf(f"{SITE}/nvidia/cudnn/lib"), STALE)),
        ("healthy", "links", ""),
        False,
        id="our own wheel first",
    ),
    pytest.param(
        healed(),
        process(library_path=(shelf("/empty", "libfoo.so"), STALE)),
        ("healthy", "in-process", "shadowed"),
        True,
        id="a folder without it first",
    ),
    pytest.param(
        healed(),
        process(library_path=(shelf("/opt/eight", "libcudnn.so.8", "libcudnn_ops_infer.so.8"),)),
        ("healthy", "links", ""),
        False,
        id="another major version there",
    ),
    pytest.param(
        healed(),
        process(library_path=(shelf("/opt/dev", "libcudnn.so"),)),
        ("healthy", "in-process", "shadowed"),
        True,
        id="a name without a version there",
    ),
    pytest.param(
        healed(),
        process(library_path=(shelf(f"{SITE}/ctranslate2.libs", "libcudnn_ops.so.9"),)),
        ("healthy", "links", ""),
        False,
        id="the package's own folder there",
    ),
    pytest.param(
        unhealed(providers=(CUBLAS,)),
        process(library_path=(STALE,)),
        ("no-provider", "none", "no-provider"),
        False,
        id="shadowed, and no wheel",
    ),
    # What is in the process already.
    pytest.param(
        healed(), process(mapped=(MAPPED,)), ("healthy", "links", "already-mapped"), False, id="another copy is mapped"
    ),
    pytest.param(
        healed(),
        process(mapped=(MAPPED,), library_path=(STALE,)),
        ("healthy", "links", "already-mapped"),
        False,
        id="another copy is mapped, and shadowed: nothing is loaded",
    ),
    pytest.param(
        unlinked(writable=False),
        process(mapped=(MAPPED,)),
        ("read-only", "none", "not-writable"),
        False,
        id="another copy is mapped, and no links: nothing is loaded",
    ),
    pytest.param(
        healed(),
        process(mapped=(f"{SITE}/nvidia/cudnn/lib/libcudnn.so.9",), library_path=(STALE,)),
        ("healthy", "in-process", "shadowed"),
        True,
        id="our own copy is mapped",
    ),
    pytest.param(
        healed(), process(mapped=("/usr/lib/libcudnn.so.8",)), ("healthy", "links", ""), False, id="another major is mapped"
    ),
    # A copy of the same release, under the full names for which a shim asks first.
    pytest.param(
        unlinked(writable=False),
        process(default_path=(TWIN,)),
        ("healthy", "itself", "same-release"),
        False,
        id="the same release",
    ),
    pytest.param(
        unlinked(writable=False),
        process(library_path=(TWIN,)),
        ("healthy", "itself", "same-release"),
        False,
        id="the same release on LD_LIBRARY_PATH",
    ),
    pytest.param(
        unlinked(), process(default_path=(TWIN,)), ("pending", "itself", "same-release"), False, id="links to be made"
    ),
    pytest.param(healed(), process(library_path=(TWIN,)), ("healthy", "links", ""), False, id="links follow the same release"),
    pytest.param(
        unlinked(writable=False),
        process(default_path=(OTHER_RELEASE,)),
        ("read-only", "in-process", "not-writable"),
        True,
        id="another release has other full names",
    ),
    # What the user wants.
    pytest.param(paused(), process(), ("paused", "none", "paused"), False, id="paused"),
    pytest.param(paused(), process(library_path=(STALE,)), ("paused", "none", "paused"), False, id="paused, and shadowed"),
    pytest.param(
        unhealed(), process(without=frozenset({"ctranslate2"})), ("not-needed", "none", "left-out"), False, id="left out"
    ),
    pytest.param(
        unhealed(),
        process(without=frozenset({"onnxruntime"})),
        ("pending", "in-process", "not-linked"),
        True,
        id="another",
    ),
]


@pytest.mark.parametrize(("seen", "here", "expected", "loads"), ROWS)
def test_a_package_with_a_folder_for_links(
    seen: Observation, here: Process | None, expected: tuple[str, str, str], loads: bool
) -> None:
    service = served(seen, here)
    assert short(service) == expected
    assert files(service) == ([_file(stem) for stem in ALL_CUDNN] if loads else [])
    assert service.needs == "libcudnn.so.9"


def _file(stem: str) -> str:
    return f"libcudnn_{stem}.so.9" if stem else "libcudnn.so.9"


def test_what_the_user_linked_by_an_absolute_path_serves_by_itself() -> None:
    assert short(served(SERVED_BY_ITSELF, process(), "cublas")) == ("healthy", "itself", "")


def test_optional_and_missing_is_not_needed() -> None:
    seen = unhealed(needs={"nccl": 2})
    assert short(served(seen, process(), "nccl")) == ("not-needed", "none", "")


# Without a folder: onnxruntime and torch.

ORT = observation("onnxruntime", providers=(CUDNN, CUBLAS), needs={"cudnn": 9, "cublas": 12})
TORCH = observation("torch", providers=(CUDNN,), needs={"cudnn": 9})


@pytest.mark.parametrize(
    ("seen", "here", "expected", "loads"),
    [
        pytest.param(ORT, process(), ("healthy", "in-process", ""), True, id="with a GPU"),
        pytest.param(ORT, process(gpu=False), ("healthy", "in-process", "no-gpu"), False, id="without a GPU"),
        pytest.param(ORT, process(hook=False), ("pending", "none", "not-loaded"), False, id="no hook"),
        pytest.param(ORT, process(hook=False, off=True), ("pending", "none", "hook-off"), False, id="hook off"),
        pytest.param(ORT, process(hook=False, gpu=False), ("pending", "none", "not-loaded"), False, id="no hook, no GPU"),
        pytest.param(ORT, process(mapped=(MAPPED,)), ("healthy", "itself", "already-mapped"), False, id="mapped already"),
        pytest.param(ORT, process(library_path=(STALE,)), ("healthy", "in-process", "shadowed"), True, id="shadowed"),
        pytest.param(ORT, process(default_path=(TWIN,)), ("healthy", "itself", "same-release"), False, id="the same release"),
        pytest.param(
            ORT, process(without=frozenset({"onnxruntime"})), ("not-needed", "none", "left-out"), False, id="left out"
        ),
        pytest.param(ORT._replace(paused=pause()), process(), ("paused", "none", "paused"), False, id="paused"),
        pytest.param(
            ORT._replace(providers={}), process(), ("no-provider", "none", "no-provider"), False, id="no wheel"
        ),
        pytest.param(
            ORT._replace(providers={"cudnn": (provider("cudnn", site_packages=OTHER_SITE),)}),
            process(),
            ("healthy", "in-process", ""),
            True,
            id="a wheel elsewhere",
        ),
        pytest.param(
            ORT._replace(providers={"cudnn": (provider("cudnn", damaged=("libcudnn_ops.so.9",)),)}),
            process(),
            ("damaged", "none", "damaged-files"),
            False,
            id="a damaged wheel",
        ),
        pytest.param(
            ORT._replace(providers={"cudnn": (provider("cudnn", "libcudnn.so.8", version="8.9.7"),)}),
            process(),
            ("incompatible", "none", "incompatible"),
            False,
            id="another major version",
        ),
        pytest.param(TORCH, process(), ("healthy", "itself", ""), False, id="torch"),
        pytest.param(TORCH, process(library_path=(STALE,)), ("healthy", "in-process", "shadowed"), True, id="torch, shadowed"),
        pytest.param(TORCH, process(library_path=(TWIN,)), ("healthy", "itself", ""), False, id="torch, the same release"),
        pytest.param(
            TORCH, process(library_path=(STALE,), mapped=(MAPPED,)), ("healthy", "itself", "already-mapped"), False,
            id="torch, shadowed, and another copy is mapped",
        ),
        pytest.param(
            TORCH, process(library_path=(STALE,), hook=False), ("pending", "none", "not-loaded"), False,
            id="torch, shadowed, no hook",
        ),
        pytest.param(TORCH._replace(providers={}), process(), ("not-needed", "itself", ""), False, id="torch without a wheel"),
        pytest.param(
            TORCH._replace(providers={}), process(library_path=(STALE,)), ("not-needed", "itself", ""), False,
            id="torch without a wheel, shadowed: the system's serves",
        ),
        pytest.param(
            TORCH, process(library_path=(shelf(CUDNN.real),)), ("healthy", "itself", ""), False, id="torch, its own wheel there"
        ),
    ],
)  # fmt: skip
def test_a_package_without_a_folder(seen: Observation, here: Process, expected: tuple[str, str, str], loads: bool) -> None:
    service = served(seen, here)
    assert short(service) == expected
    assert files(service) == ([_file(stem) for stem in ALL_CUDNN] if loads else [])


# What is loaded, and in which order.


def test_paths_are_absolute_in_the_measured_order_and_the_rest_by_name() -> None:
    names = [f"libcudnn_{stem}.so.9" for stem in ("adv", "cnn", "engines_precompiled", "graph", "heuristic", "ops")]
    seen = ORT._replace(providers={"cudnn": (provider("cudnn", "libcudnn.so.9", *names),)})
    service = served(seen, process())
    assert service.paths[0] == f"{SITE}/nvidia/cudnn/lib/libcudnn_graph.so.9"
    wanted = ["graph", "ops", "cnn", "", "adv", "engines_precompiled", "heuristic"]
    assert files(service) == [_file(stem) for stem in wanted]


@pytest.mark.parametrize(("gpu", "engines"), [(True, True), (False, False)])
def test_engines_are_loaded_only_for_a_gpu(gpu: bool, engines: bool) -> None:
    names = files(served(healed(), process(gpu=gpu, library_path=(STALE,))))
    assert ("libcudnn_engines_precompiled.so.9" in names) is engines
    assert "libcudnn_graph.so.9" in names


@pytest.mark.parametrize(("shadowed", "gpu", "loaded"), [(False, True, 0), (True, False, 3), (True, True, 4)])
def test_where_links_serve_loading_is_for_the_shadowed_alone(shadowed: bool, gpu: bool, loaded: int) -> None:
    here = process(gpu=gpu, library_path=(STALE,) if shadowed else ())
    assert len(served(healed(), here).paths) == loaded


def test_libraries_of_another_major_version_are_not_loaded() -> None:
    both = provider("cublas", "libcublas.so.12", "libcublasLt.so.12", "libcublas.so.11", "libcublasLt.so.11")
    seen = ORT._replace(providers={"cublas": (both,)})
    assert files(served(seen, process(), "cublas")) == ["libcublasLt.so.12", "libcublas.so.12"]


# The rescue: the stub's path leads nowhere, and the backup is loaded in its stead.


def test_with_the_provider_gone_and_nothing_to_be_written_the_backup_is_loaded() -> None:
    service = served(DANGLING, process())
    assert service.paths == (f"{SITE}/ctranslate2.libs/{BACKUP}",)
    assert short(service)[0] == "no-provider"


@pytest.mark.parametrize(
    ("entries", "here"),
    [
        pytest.param({}, process(hook=False), id="no hook"),
        pytest.param({BACKUP: None}, process(), id="no backup"),
        pytest.param({BACKUP: mine()}, process(), id="an unknown backup"),
        pytest.param({STUB: backup_entry()}, process(), id="the stub is there"),
    ],
)
def test_nothing_is_rescued_where_there_is(entries: dict[str, Any], here: Process) -> None:
    assert served(with_names(DANGLING, entries), here).paths == ()


def test_the_backup_is_loaded_before_a_provider_elsewhere() -> None:
    seen = DANGLING._replace(providers={"cudnn": (provider("cudnn", site_packages=OTHER_SITE),)})
    names = files(served(seen, process()))
    assert names[0] == BACKUP
    assert names[1:] == [_file(stem) for stem in ALL_CUDNN]


def test_a_paused_environment_rescues_nothing() -> None:
    assert served(DANGLING._replace(paused=pause()), process()).paths == ()


# What the services tell.


def test_the_system_copies_of_what_is_missing_are_named_with_the_reason() -> None:
    here = process(system=("/usr/lib/libcudnn.so.9", "/usr/lib/libcublas.so.12", "/usr/lib/libcudnn.so.8"))
    reason = served(unhealed(providers=(CUBLAS,)), here).reason
    assert reason and reason.values == {"library": ("libcudnn.so.9",), "system": ("/usr/lib/libcudnn.so.9",)}


def test_the_shadow_is_told_with_its_folder_and_files() -> None:
    reason = served(healed(), process(library_path=(STALE,))).reason
    assert reason and reason.values == {"folder": ("/opt/stale",), "files": ("libcudnn.so.9", "libcudnn_graph.so.9")}


@pytest.mark.parametrize(
    ("providers", "expected"),
    [
        ((CUDNN,), "nvidia-cudnn-cu12 9.10.2.21"),
        ((), ""),
        ((provider("cudnn", wheel="", version=""),), ""),
        ((provider("cudnn", site_packages=OTHER_SITE, version="9.1.0.70"),), "nvidia-cudnn-cu12 9.1.0.70"),
        ((provider("cudnn", "libcudnn.so.8", version="8.9.7.29"),), "nvidia-cudnn-cu12 8.9.7.29"),
    ],
)
def test_the_provider_is_named_by_wheel_and_version(providers: tuple[object, ...], expected: str) -> None:
    assert served(unhealed(providers=providers), process()).provider == expected


def test_every_reason_has_a_row_above() -> None:
    codes = {str(row.values[2][2]) for row in ROWS}  # type: ignore[index]
    told_elsewhere = {"backup-missing", "files-left", "no-gpu", "left-out", "package-overwritten", "package-incomplete"}
    assert codes | told_elsewhere >= set(words("ReasonCode"))


# What each reason names.

ELSEWHERE = provider("cudnn", site_packages=OTHER_SITE)


@pytest.mark.parametrize(
    ("seen", "here", "values"),
    [
        pytest.param(unhealed(), None, {"folder": (f"{SITE}/ctranslate2.libs",)}, id="not-linked"),
        pytest.param(unlinked(writable=False), None, {"folder": (f"{SITE}/ctranslate2.libs",)}, id="not-writable"),
        pytest.param(unlinked(kind="link"), None, {"folder": (f"{SITE}/ctranslate2.libs",)}, id="folder-is-link"),
        pytest.param(unlinked(official=False), None, {"folder": (f"{SITE}/ctranslate2.libs",)}, id="other-folder"),
        pytest.param(
            OUTDATED, None, {"file": (STUB,), "wheel": ("nvidia-cudnn-cu12",), "version": ("9.11.0.98",)}, id="outdated"
        ),
        pytest.param(healed(), process(mapped=(MAPPED,)), {"file": (MAPPED,)}, id="already-mapped"),
        pytest.param(
            unhealed(providers=(ELSEWHERE, CUBLAS)),
            process(),
            {"wheel": ("nvidia-cudnn-cu12",), "folder": (OTHER_SITE,)},
            id="elsewhere",
        ),
        pytest.param(
            unhealed(providers=(ELSEWHERE._replace(wheel=""), CUBLAS)),
            process(),
            {"wheel": ("the wheel",), "folder": (OTHER_SITE,)},
            id="elsewhere, and claimed by no wheel",
        ),
        pytest.param(unlinked(writable=False), process(default_path=(TWIN,)), {"folder": (TWIN.folder,)}, id="same-release"),
        pytest.param(unhealed(unknown={"cudnn": ("x (EIO)",)}), process(), {"files": ("x (EIO)",)}, id="unreadable"),
    ],
)
def test_what_a_reason_names(seen: Observation, here: Process | None, values: dict[str, tuple[str, ...]]) -> None:
    service = served(seen, here)
    assert service.reason and service.reason.values == values


def test_what_could_not_be_read_is_neither_linked_nor_loaded() -> None:
    for seen in (unhealed(), ORT, TORCH):
        unread = seen._replace(unknown={"cudnn": ("x (EIO)",)})
        for here in (process(), process(library_path=(STALE,)), process(mapped=(MAPPED,)), None):
            assert short(served(unread, here)) == ("damaged", "none", "unreadable")
            assert served(unread, here).paths == ()


# The backup, where the stub's path leads nowhere.


def test_no_backup_is_promised_without_a_hook_wherever_the_wheel_lies() -> None:
    for where in (ELSEWHERE, CUDNN):
        seen = DANGLING._replace(providers={"cudnn": (where,)})
        assert files(served(seen, process()))[:1] == [BACKUP], "the control"
        assert served(seen, process(hook=False)).paths == ()
        assert served(seen, None).paths == ()


def test_an_empty_file_in_the_stubs_place_is_there() -> None:
    assert served(with_names(DANGLING, {STUB: mine(size=0)}), process()).paths == ()


def test_the_backup_is_for_the_stubs_family_alone() -> None:
    assert BACKUP not in files(served(DANGLING, process(), "cublas"))


# The same release, by its full names.


@pytest.mark.parametrize(
    ("part", "name", "expected"),
    [
        pytest.param("cudnn", "libcudnn_ops.so.9.10.2", "same-release", id="three parts"),
        pytest.param("cudnn", "libcudnn_ops.so.9.10", "same-release", id="two parts"),
        pytest.param("cudnn", "libcudnn_ops.so.9", "not-writable", id="the SONAME"),
        pytest.param("cudnn", "libcudnn_ops.so.9.10.2.21", "not-writable", id="four parts, for which nobody asks"),
        pytest.param("cudnn", "libcudnn.so.9.10.2", "not-writable", id="the shim, which asks"),
        pytest.param("cublas", "libcublas.so.12.9.1", "not-writable", id="a family without sub-libraries"),
    ],
)
def test_what_is_the_same_release(part: str, name: str, expected: str) -> None:
    here = process(default_path=(shelf("/usr/lib", name),))
    assert short(served(unlinked(writable=False), here, part))[2] == expected


# What the loader takes for a library.


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("libcudnn.so.9", True),
        ("libcudnn.so", True),
        ("libcudnn.so.9.1.0", True),
        ("libcudnn.so.90", False),
        ("libcudnn.so.8", False),
        ("libcudnn.so.9.x", False),
        ("libcudnn.so9", False),
        ("libcublas.so.9", False),
    ],
)
def test_what_outranks_links(name: str, taken: bool) -> None:
    service = served(healed(), process(library_path=(shelf("/opt", name),)))
    assert short(service) == (("healthy", "in-process", "shadowed") if taken else ("healthy", "links", ""))


# Where several rules have an answer.


@pytest.mark.parametrize(
    ("seen", "here", "expected"),
    [
        pytest.param(
            with_names(healed(), {BACKUP: mine()}), process(library_path=(STALE,)), ("damaged", "links", "backup-unknown"),
            id="a damaged one is not called well because it is shadowed",
        ),
        pytest.param(
            unhealed(providers=(CUBLAS, ELSEWHERE)), process(library_path=(STALE,)), ("healthy", "in-process", "elsewhere"),
            id="a wheel elsewhere outranks what is shadowed",
        ),
        pytest.param(
            unhealed(providers=(CUBLAS, ELSEWHERE)), process(hook=False, off=True), ("pending", "none", "hook-off"),
            id="a wheel elsewhere, hook off",
        ),
        pytest.param(
            unhealed(providers=(CUBLAS, ELSEWHERE), target=TARGET._replace(is_home=False)), process(hook=False),
            ("no-provider", "none", "no-provider"), id="a wheel elsewhere, of another environment",
        ),
        pytest.param(
            unhealed(providers=(CUBLAS, ELSEWHERE)), process(default_path=(TWIN,)), ("healthy", "itself", "same-release"),
            id="the same release outranks a wheel elsewhere",
        ),
        pytest.param(
            healed(), process(mapped=(MAPPED,), default_path=(TWIN,)), ("healthy", "links", "already-mapped"),
            id="what is mapped outranks the same release",
        ),
        pytest.param(
            unhealed(), process(without=frozenset({"ctranslate2"}), mapped=(MAPPED,)), ("not-needed", "none", "left-out"),
            id="what the user leaves out outranks all but the pause",
        ),
        pytest.param(
            ORT, process(mapped=(MAPPED,), gpu=False), ("healthy", "itself", "already-mapped"), id="mapped, without a GPU"
        ),
        pytest.param(
            ORT, process(gpu=False, library_path=(STALE,)), ("healthy", "in-process", "no-gpu"), id="shadowed, without a GPU"
        ),
        pytest.param(TORCH, process(library_path=(STALE,), hook=False), ("pending", "none", "not-loaded"), id="torch, no hook"),
        pytest.param(
            TORCH, process(library_path=(STALE,), gpu=False), ("healthy", "in-process", "shadowed"), id="torch, without a GPU"
        ),
        pytest.param(
            unlinked(official=False), process(library_path=(STALE,)), ("healthy", "in-process", "shadowed"), id="a fork"
        ),
        pytest.param(
            unhealed(), process(library_path=(STALE,)), ("healthy", "in-process", "shadowed"), id="links to be made, shadowed"
        ),
        pytest.param(
            unhealed(providers=(provider("cudnn", damaged=("libcudnn_ops.so.9",)), CUBLAS)), process(default_path=(TWIN,)),
            ("damaged", "none", "damaged-files"), id="a damaged wheel, and the same release",
        ),
        pytest.param(
            unhealed(providers=(CUBLAS,)), process(hook=False), ("no-provider", "none", "no-provider"), id="no wheel, no hook"
        ),
        pytest.param(
            unlinked(official=False)._replace(providers={"cudnn": (), "cublas": (CUBLAS,)}), process(),
            ("no-provider", "none", "no-provider"), id="a fork, no wheel",
        ),
        pytest.param(
            unlinked(official=False)._replace(
                providers={"cudnn": (provider("cudnn", "libcudnn.so.8", version="8.9"),), "cublas": (CUBLAS,)}
            ),
            process(), ("incompatible", "none", "incompatible"), id="a fork, another major version",
        ),
    ],
)  # fmt: skip
def test_which_rule_outranks_which(seen: Observation, here: Process, expected: tuple[str, str, str]) -> None:
    assert short(served(seen, here)) == expected


@pytest.mark.parametrize("fields", [{"paused": pause()}, {"folder": folder(official=False)}], ids=["paused", "a fork"])
def test_what_is_optional_and_missing_is_not_needed_in_any_state(fields: dict[str, Any]) -> None:
    assert short(served(unhealed(needs={"nccl": 2}, **fields), process(), "nccl")) == ("not-needed", "none", "")


LINKED = {name: link(f"../nvidia/cudnn/lib/{name}", CUDNN) for name in CUDNN.files if name != "libcudnn.so.9"}


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        pytest.param({BACKUP: mine()}, ("damaged", "links", "backup-unknown"), id="all links are right"),
        pytest.param(
            {BACKUP: mine(), "libcudnn_ops.so.9": link(f"{CUDNN.real}/libcudnn_ops.so.9", CUDNN)},
            ("damaged", "links", "backup-unknown"),
            id="one is somebody's own, to the same file",
        ),
        pytest.param({BACKUP: mine(), "libcudnn_ops.so.9": None}, ("damaged", "none", "backup-unknown"), id="one is missing"),
        pytest.param({"libcudnn_adv.so.9": mine()}, ("damaged", "itself", "foreign-file"), id="a file in the way"),
    ],
)
def test_what_serves_beside_what_nobody_knows(entries: dict[str, Any], expected: tuple[str, str, str]) -> None:
    assert short(served(with_names(healed(), {**LINKED, **entries}), None)) == expected


def test_a_folder_that_is_a_link_serves_nobody_by_itself() -> None:
    assert short(served(unlinked(kind="link"), None)) == ("read-only", "none", "folder-is-link")


def test_a_system_copy_has_the_very_name() -> None:
    here = process(system=("/usr/lib/xlibcudnn.so.9", "/usr/lib/libcudnn.so.9"))
    reason = served(unhealed(providers=(CUBLAS,)), here).reason
    assert reason and reason.values["system"] == ("/usr/lib/libcudnn.so.9",)


OPS = "libcudnn_ops.so.9"


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(with_names(OUTDATED, {OPS: None}), "not-linked", id="the copy is older, and a link is missing"),
        pytest.param(with_names(OUTDATED, {"libcublas.so.12": None}), "outdated", id="the copy is older, cuBLAS not linked"),
        pytest.param(with_names(healed(), {STUB: link(SHIM, CUDNN)}), "not-linked", id="a link in the stub's place"),
        pytest.param(
            with_names(healed(), {"libcudnn_ops.so.9.1.0": link(f"../nvidia/cudnn/lib/{OPS}", CUDNN)}),
            "not-linked",
            id="a link of another release",
        ),
        pytest.param(unlinked(kind="missing"), "not-linked", id="no folder"),
        pytest.param(unhealed(stub=None), "not-linked", id="no stub"),
    ],
)
def test_what_is_undone(seen: Observation, expected: str) -> None:
    assert short(served(seen, None)) == ("pending", "none", expected)
    assert served(seen, process()).verdict == "pending"


def test_a_damaged_wheel_is_the_reason_before_what_is_undone() -> None:
    seen = unhealed(providers=(provider("cudnn", missing=("libcudnn_adv.so.9",)), CUBLAS))
    assert short(served(seen, None)) == ("damaged", "none", "missing-files")


def test_one_link_of_ours_is_enough_to_be_served_by_links() -> None:
    seen = with_names(healed(), {OPS: link(f"{CUDNN.real}/{OPS}", CUDNN)})
    assert short(served(seen, None)) == ("healthy", "links", "")


def test_beside_the_same_release_nothing_is_loaded_past_a_file_in_the_way() -> None:
    service = served(with_names(unhealed(), {OPS: mine()}), process(default_path=(TWIN,)))
    assert (short(service), service.paths) == (("damaged", "itself", "foreign-file"), ())


def test_the_backup_is_loaded_where_nothing_stands_in_the_stubs_place() -> None:
    assert files(served(with_names(DANGLING, {STUB: None}), process())) == [BACKUP]


@pytest.mark.parametrize(
    ("seen", "here", "expected"),
    [
        pytest.param(TORCH._replace(paused=pause()), process(), ("paused", "none", "paused"), id="paused"),
        pytest.param(TORCH, process(without=frozenset({"torch"})), ("not-needed", "none", "left-out"), id="left out"),
        pytest.param(
            TORCH._replace(providers={"cudnn": (provider("cudnn", damaged=(OPS,)),)}),
            process(),
            ("damaged", "none", "damaged-files"),
            id="a damaged wheel",
        ),
        pytest.param(TORCH, process(mapped=(MAPPED,)), ("healthy", "itself", "already-mapped"), id="mapped already"),
        pytest.param(TORCH, process(default_path=(TWIN,)), ("healthy", "itself", ""), id="the same release is no other"),
    ],
)
def test_torch_under_a_variable_that_leads_elsewhere(seen: Observation, here: Process, expected: tuple[str, str, str]) -> None:
    assert short(served(seen, here._replace(library_path=(STALE,)))) == expected


def test_an_older_copy_is_no_reason_of_another_familys() -> None:
    stale = "libcublas.so.11"
    seen = with_names(OUTDATED, {stale: link(f"../nvidia/cublas/lib/{stale}")})
    assert short(served(seen, None, "cublas")) == ("pending", "none", "not-linked")
    assert short(served(seen, None)) == ("pending", "none", "outdated"), "the control"
