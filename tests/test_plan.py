"""The plan, by tables: a state of the files, and the verdict and the actions that follow from it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cudnn_heal import reconcile
from cudnn_heal.catalog import PARTS
from cudnn_heal.plan import VERDICTS, PartState, worst
from cudnn_heal.preload import decide
from made_up import STUB, STUB_8, SUB_LIBRARIES, Site, content, demo

SHIM = "../nvidia/cudnn/lib/libcudnn.so.9"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return demo(tmp_path / "site-packages")


def heal(site: Site) -> reconcile.Outcome:
    return reconcile.heal(str(site.path), "ctranslate2")


def part(site: Site, name: str) -> PartState:
    return next(state for state in site.plan().parts if state.name == name)


def names(site: Site) -> set[str]:
    return set(os.listdir(site.libs)) - {".cudnn-heal"}


def by_hand(site: Site, backup: str = STUB + ".ORIGINAL", link: str = SHIM) -> None:
    (site.libs / STUB).rename(site.libs / backup)
    (site.libs / STUB).symlink_to(link)


def nothing(site: Site) -> None:
    pass


def without(*distributions: str) -> Callable[[Site], None]:
    def change(site: Site) -> None:
        for distribution in distributions:
            site.remove(distribution)

    return change


def write_through_the_link(site: Site) -> None:
    heal(site)
    (site.path / "nvidia/cudnn/lib/libcudnn.so.9").write_bytes(content("stub of", "4.6.1"))


def two_wheels(site: Site) -> None:
    site.cudnn("9.9.0.52", "nvidia-cudnn-cu13")  # the sizes differ
    (site.path / "nvidia/cudnn/lib/libcudnn_ops.so.9").write_bytes(content("libcudnn_ops", "9.10.2.21", "nvidia-cudnn-cu12"))


def wrong_backup(site: Site) -> None:
    heal(site)
    (site.libs / (STUB + ".ORIGINAL")).unlink()
    (site.libs / (STUB + ".ORIGINAL")).write_bytes(b"no stub")


def lose(*names: str) -> Callable[[Site], None]:
    def change(site: Site) -> None:
        for name in names:
            (site.path / "nvidia" / name).unlink()

    return change


def unknown_stub(site: Site) -> None:
    (site.libs / STUB).unlink()
    (site.libs / STUB).write_bytes(b"somebody's own")


@pytest.mark.parametrize(
    ("change", "verdict", "parts"),
    [
        pytest.param(nothing, "pending", {"cudnn": "pending", "cublas": "pending", "nccl": "not-needed"}, id="unhealed"),
        pytest.param(heal, "healthy", {"cudnn": "healthy", "cublas": "healthy", "nccl": "not-needed"}, id="healed"),
        pytest.param(without("ctranslate2"), "not-needed", {"cudnn": "not-needed"}, id="no ctranslate2"),
        pytest.param(without("nvidia-cudnn-cu12"), "no-provider", {"cudnn": "no-provider", "cublas": "pending"}, id="no cuDNN"),
        pytest.param(without("nvidia-cublas-cu12"), "no-provider", {"cublas": "no-provider"}, id="no cuBLAS"),
        pytest.param(
            lambda site: site.ctranslate2("4.4.0", STUB_8), "incompatible", {"cudnn": "incompatible"}, id="cuDNN 9 for 8"
        ),
        pytest.param(
            lambda site: site.ctranslate2("3.24.0", STUB_8, "11"), "incompatible", {"cublas": "incompatible"}, id="11"
        ),
        pytest.param(
            lambda site: site.ctranslate2("4.8.5", ""), "pending", {"cudnn": "not-needed", "cublas": "pending"}, id="4.8"
        ),
        pytest.param(lambda site: site.ctranslate2("4.8.5", "", ""), "not-needed", {"cublas": "not-needed"}, id="CPU build"),
        pytest.param(lambda site: site.ctranslate2(hashes=False), "pending", {"cudnn": "pending"}, id="no hash in RECORD"),
        pytest.param(write_through_the_link, "damaged", {"cudnn": "damaged", "cublas": "healthy"}, id="written through"),
        pytest.param(two_wheels, "damaged", {"cudnn": "damaged"}, id="two wheels, mixed"),
        pytest.param(wrong_backup, "damaged", {"cudnn": "damaged"}, id="wrong backup"),
        pytest.param(unknown_stub, "damaged", {"cudnn": "damaged"}, id="unknown stub"),
        pytest.param(lose("cudnn/lib/libcudnn_ops.so.9"), "damaged", {"cudnn": "damaged"}, id="a sub-library gone"),
        pytest.param(lose("cublas/lib/libcublasLt.so.12"), "damaged", {"cublas": "damaged"}, id="cublasLt gone"),
        pytest.param(lambda site: shutil.rmtree(site.path / "nvidia/cudnn"), "damaged", {"cudnn": "damaged"}, id="folder gone"),
    ],
)
def test_verdict_of(site: Site, change: Callable[[Site], object], verdict: str, parts: dict[str, str]) -> None:
    change(site)
    plan = site.plan()
    assert plan.verdict == verdict
    assert {state.name: state.verdict for state in plan.parts if state.name in parts} == parts


@pytest.mark.parametrize(
    "change",
    [
        nothing,
        by_hand,
        lambda site: by_hand(site, "stub.bak"),
        lambda site: by_hand(site, link=str(site.path / "nvidia/cudnn/lib/libcudnn.so.9")),
        lambda site: (site.libs / "libcudnn_ops.so.9").symlink_to("../nvidia/cudnn/lib/libcudnn_ops.so.9"),
        lambda site: (site.libs / "libcudnn_ops.so.9.1.0").symlink_to("../nvidia/cudnn/lib/libcudnn_ops.so.9"),
        lambda site: (site.libs / "libcudnn_ops.so.9").symlink_to("../nvidia/cudnn/lib/libcudnn_cnn.so.9"),
        lambda site: shutil.copy(site.path / "nvidia/cublas/lib/libcublas.so.12", site.libs),
        lambda site: (heal(site), site.ctranslate2("4.6.2")),
        lambda site: (heal(site), site.remove("nvidia-cudnn-cu12"), heal(site), site.cudnn()),
        lambda site: (heal(site), site.cudnn("9.1.0.70"), heal(site), site.cudnn()),
        lambda site: (heal(site), (site.libs / ".cudnn-heal/manifest.json").write_text("{")),
    ],
)
def test_healing_ends_in_the_same_files_from(site: Site, change: Callable[[Site], object]) -> None:
    change(site)
    outcome = heal(site)
    assert outcome.plan.verdict == "healthy"
    expected = {"libcublas.so.12", "libcublasLt.so.12", STUB, STUB + ".ORIGINAL"}
    expected |= {f"libcudnn_{name}.so.{version}" for name in SUB_LIBRARIES for version in ("9", "9.10.2")}
    assert {name for name in names(site) if not name.startswith("libctranslate2")} - {"stub.bak"} == expected
    assert all((site.libs / name).is_symlink() for name in expected - {STUB + ".ORIGINAL"})
    assert os.readlink(site.libs / STUB) == SHIM
    assert (site.libs / (STUB + ".ORIGINAL")).read_bytes() == content("stub of", outcome.observation.version)
    assert heal(site).done == ()


@pytest.mark.parametrize(
    ("change", "left"),
    [
        pytest.param(nothing, {STUB}, id="healed"),
        pytest.param(by_hand, {STUB}, id="made by hand"),
        pytest.param(lambda site: by_hand(site, "stub.bak"), {STUB, "stub.bak"}, id="by hand, another name"),
        pytest.param(without("nvidia-cudnn-cu12"), {STUB}, id="provider removed since"),
        pytest.param(write_through_the_link, {STUB}, id="written through"),
    ],
)
def test_restore_leaves_what_the_installer_laid_down(site: Site, change: Callable[[Site], object], left: set[str]) -> None:
    heal(site) if change is not by_hand else None
    if "bak" in str(left):
        (site.libs / STUB).unlink()
        (site.libs / (STUB + ".ORIGINAL")).rename(site.libs / STUB)
    change(site)
    outcome = reconcile.restore(str(site.path), "ctranslate2")
    assert outcome.error == ""
    assert {name for name in names(site) if not name.startswith("libctranslate2")} == left
    assert not (site.libs / STUB).is_symlink()
    assert site.stub_bytes() == content("stub of", "4.6.1")
    assert os.listdir(site.libs / ".cudnn-heal") == ["paused"]
    assert site.plan().verdict == "paused"
    assert not site.plan().actions


def test_restore_changes_nothing_when_the_stub_is_nowhere_to_be_had(site: Site) -> None:
    by_hand(site)
    (site.libs / (STUB + ".ORIGINAL")).unlink()
    heal(site)
    assert part(site, "cudnn").verdict == "healthy"
    before = names(site)
    outcome = reconcile.restore(str(site.path), "ctranslate2")
    assert "nowhere" in outcome.error
    assert "uv pip install" in outcome.error
    assert names(site) == before


def test_pause_lasts_for_the_version_it_was_said_of(site: Site) -> None:
    heal(site)
    reconcile.restore(str(site.path), "ctranslate2")
    site.ctranslate2()
    assert site.plan().verdict == "paused"
    site.cudnn("9.1.0.70")
    assert site.plan().verdict == "paused"
    site.ctranslate2("4.6.2")
    assert site.plan().verdict == "pending"


def test_pause_outlives_a_damaged_pause_file(site: Site) -> None:
    heal(site)
    reconcile.restore(str(site.path), "ctranslate2")
    (site.libs / ".cudnn-heal/paused").write_bytes(b"\xff\0 nonsense")
    assert site.plan().verdict == "paused"


def test_a_restore_that_was_ended_in_its_midst_is_completed(site: Site) -> None:
    heal(site)
    reconcile.restore(str(site.path), "ctranslate2")
    pause = (site.libs / ".cudnn-heal/paused").read_bytes()
    heal(site)
    (site.libs / ".cudnn-heal/paused").write_bytes(pause)
    site.remove("nvidia-cudnn-cu12")
    reconcile.at_start(str(site.path), "ctranslate2")
    assert site.stub_bytes() == content("stub of", "4.6.1")
    assert names(site) == {"libctranslate2-1b0cf510.so.4.6.1", STUB}
    assert os.listdir(site.libs / ".cudnn-heal") == ["paused"]


def test_links_that_a_user_makes_during_a_pause_stay(site: Site) -> None:
    heal(site)
    reconcile.restore(str(site.path), "ctranslate2")
    (site.libs / "libcublas.so.12").symlink_to("../nvidia/cublas/lib/libcublas.so.12")
    reconcile.at_start(str(site.path), "ctranslate2")
    assert (site.libs / "libcublas.so.12").is_symlink()


def test_stub_returns_when_the_provider_is_gone(site: Site) -> None:
    heal(site)
    site.remove("nvidia-cudnn-cu12")
    heal(site)
    assert not (site.libs / STUB).is_symlink()
    assert site.stub_bytes() == content("stub of", "4.6.1")
    assert not any(name.startswith("libcudnn_") or name.endswith(".ORIGINAL") for name in names(site))


def test_nothing_of_ours_is_left_when_the_package_is_gone(site: Site) -> None:
    heal(site)
    site.remove("ctranslate2")
    heal(site)
    assert not site.libs.exists() or os.listdir(site.libs) == []


@pytest.mark.parametrize("record", [True, False])
def test_while_the_package_is_being_removed_nothing_is_touched(site: Site, record: bool) -> None:
    heal(site)
    next(site.libs.glob("libctranslate2-*")).unlink()
    if not record:
        shutil.rmtree(site.path / "ctranslate2-4.6.1.dist-info")
    before = names(site)
    heal(site)
    assert names(site) == before
    os.utime(site.libs, (0, 0))
    shutil.rmtree(site.path / "ctranslate2-4.6.1.dist-info", ignore_errors=True)
    heal(site)
    heal(site)
    assert not site.libs.exists() or names(site) == set()


def test_an_empty_folder_is_removed_only_when_it_has_been_still(site: Site) -> None:
    heal(site)
    site.remove("ctranslate2")
    heal(site)
    assert site.libs.exists()
    os.utime(site.libs, (0, 0))
    heal(site)
    assert not site.libs.exists()


def test_copies_made_of_links_are_links_again_or_gone(site: Site, tmp_path: Path) -> None:
    heal(site)
    copy = Site(tmp_path / "copy")
    shutil.copytree(site.path, copy.path, dirs_exist_ok=True)
    assert not any((copy.libs / name).is_symlink() for name in names(copy))
    assert heal(copy).plan.verdict == "healthy"
    assert (copy.libs / STUB).is_symlink()
    assert names(copy) == names(site)
    stale = Site(tmp_path / "stale")
    shutil.copytree(site.path, stale.path, dirs_exist_ok=True)
    stale.remove("nvidia-cudnn-cu12")
    heal(stale)
    assert stale.stub_bytes() == content("stub of", "4.6.1")
    assert not any(name.startswith("libcudnn_") for name in names(stale))


@pytest.mark.parametrize("name", ["libcublas.so.12", "libcudnn_ops.so.9"])
def test_files_of_others_stay(site: Site, name: str) -> None:
    (site.libs / name).write_bytes(b"mine")
    (site.libs / "notes.txt").write_bytes(b"mine too")
    heal(site)
    assert (site.libs / name).read_bytes() == b"mine"
    reconcile.restore(str(site.path), "ctranslate2")
    assert (site.libs / name).read_bytes() == b"mine"
    assert (site.libs / "notes.txt").read_bytes() == b"mine too"


def test_a_folder_that_is_a_link_is_left_alone(site: Site, tmp_path: Path) -> None:
    site.libs.rename(tmp_path / "elsewhere")
    site.libs.symlink_to(tmp_path / "elsewhere")
    before = set(os.listdir(tmp_path / "elsewhere"))
    outcome = heal(site)
    assert outcome.plan.verdict == "read-only"
    assert set(os.listdir(tmp_path / "elsewhere")) == before


def test_a_stub_without_hash_stays_in_place_and_the_rest_is_linked(site: Site) -> None:
    site.ctranslate2(hashes=False)
    assert heal(site).plan.verdict == "healthy"
    assert not (site.libs / STUB).is_symlink()
    assert (site.libs / "libcudnn_ops.so.9").is_symlink()


def test_with_two_records_the_one_that_fits_the_files_is_believed(site: Site) -> None:
    info = site.path / "ctranslate2-4.6.1.dist-info"
    shutil.copytree(info, site.path / "keep")
    site.ctranslate2("4.5.0")
    (site.path / "keep").rename(info)
    outcome = heal(site)
    assert outcome.observation.version == "4.5.0"
    assert (site.libs / (STUB + ".ORIGINAL")).read_bytes() == content("stub of", "4.5.0")


@pytest.mark.parametrize("restored", [False, True])
def test_a_link_to_a_copy_that_we_do_not_know_stays_until_it_is_restored(site: Site, tmp_path: Path, restored: bool) -> None:
    (tmp_path / "libcudnn.so.9").write_bytes(content("the system's"))
    site.remove("nvidia-cudnn-cu12")
    by_hand(site, link=str(tmp_path / "libcudnn.so.9"))
    (reconcile.restore if restored else reconcile.heal)(str(site.path), "ctranslate2")
    assert (site.libs / STUB).is_symlink() is not restored
    assert site.stub_bytes() == content("stub of", "4.6.1") if restored else content("the system's")


def test_history_tells_the_change(site: Site) -> None:
    heal(site)
    site.ctranslate2("4.6.2")
    heal(site)
    site.cudnn("9.11.0.98")
    shutil.rmtree(site.path / "nvidia_cudnn_cu12-9.10.2.21.dist-info")
    heal(site)
    causes = [heal.cause for heal in heal(site).manifest.history]
    assert causes[0].startswith("first heal: ctranslate2 4.6.1, ")
    assert causes[1:] == ["ctranslate2 4.6.1 -> 4.6.2", "nvidia-cudnn-cu12 9.10.2.21 -> 9.11.0.98"]


@pytest.mark.parametrize(
    ("change", "expected", "refused"),
    [
        pytest.param(without("nvidia-cudnn-cu12"), "uv pip install", None, id="no provider"),
        pytest.param(
            lambda site: (site.remove("nvidia-cublas-cu12"), site.cublas("13.1.0.3", "nvidia-cublas")),
            "nvidia-cublas-cu12",
            "uninstall",
            id="cuBLAS 13 lives beside 12",
        ),
        pytest.param(
            lambda site: (
                site.remove("nvidia-cudnn-cu12"),
                site.cudnn("9.19.0.56", "nvidia-cudnn-cu13"),
                site.ctranslate2("4.4.0", STUB_8),
            ),
            "uninstall",
            None,
            id="cuDNN of CUDA 13 has no 8",
        ),
    ],
)
def test_advice_never_overwrites_an_installed_wheel(
    site: Site, change: Callable[[Site], object], expected: str, refused: str | None
) -> None:
    change(site)
    advice = " ".join(line for state in site.plan().parts for line in state.advice)
    assert expected in advice
    assert refused is None or refused not in advice


@pytest.mark.parametrize("name", ["cudnn/lib/libcudnn_adv.so.9", "cudnn/lib/libcudnn.so.9", "cublas/lib/libcublas.so.12"])
def test_files_that_are_gone_are_named_with_the_reinstall_and_the_rest_is_linked(site: Site, name: str) -> None:
    lose(name)(site)
    heal(site)
    state = part(site, name.split("/")[0])
    assert state.verdict == "damaged"
    assert name.rpartition("/")[2] in state.why
    assert "--reinstall" in state.advice[0]
    if "adv" in name:
        assert (site.libs / STUB).is_symlink()
        assert (site.libs / "libcudnn_ops.so.9").is_symlink()


def test_a_wheel_that_lies_whole_over_another_serves_and_is_told(site: Site) -> None:
    site.cudnn("9.9.0.52", "nvidia-cudnn-cu13")
    outcome = heal(site)
    assert outcome.plan.verdict == "healthy"
    assert part(site, "cudnn").provider == "nvidia-cudnn-cu13 9.9.0.52"
    assert "lies over nvidia-cudnn-cu12 9.10.2.21" in " ".join(outcome.plan.notes)


def test_the_whole_takes_the_lowest_verdict_in_the_table() -> None:
    assert worst([]) == "not-needed"
    assert worst(list(VERDICTS)) == "damaged"
    assert worst(["healthy", "no-provider", "not-needed"]) == "no-provider"


def test_the_catalog_loads_only_what_a_part_has() -> None:
    for part in PARTS.values():
        for name in part.loading:
            assert name in part.libraries or (part.sub_libraries and name.startswith(part.sub_libraries))


@pytest.mark.parametrize(("shadowed", "gpu", "loaded"), [(False, True, 0), (True, False, 4), (True, True, 6)])
def test_engines_are_loaded_only_when_shadowed_and_for_a_gpu(site: Site, shadowed: bool, gpu: bool, loaded: int) -> None:
    for name in ("heuristic", "engines_precompiled"):
        (site.path / f"nvidia/cudnn/lib/libcudnn_{name}.so.9").write_bytes(b"")
    heal(site)
    observation, _, planned = reconcile.look(str(site.path), "ctranslate2")
    loads = decide(observation, planned, {"cudnn": "LD_LIBRARY_PATH"} if shadowed else {}, gpu)
    names = [os.path.basename(path) for load in loads for path in load.paths]
    assert len(names) == loaded + (1 if shadowed else 0)
    assert not names or names[:3] == ["libcudnn_graph.so.9", "libcudnn_ops.so.9", "libcudnn_cnn.so.9"]
