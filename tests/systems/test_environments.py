"""An environment of Windows, read and decided on here: made-up wheels with real import tables, and the catalog's rows."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cudnn_heal import reconcile
from cudnn_heal.inprocess import load
from cudnn_heal.model import Process, Service
from cudnn_heal.report import schema, text
from support import windows as made
from support.printing import printed
from support.wheels import Site, Wheel

BIN, CUDA_13 = "nvidia/cudnn/bin", "nvidia/cu13/bin/x86_64"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    made.play_windows(monkeypatch)
    return Site(tmp_path / "Lib/site-packages")


def with_wheels(site: Site, *wheels: Wheel) -> Site:
    for wheel in wheels:
        site.install(wheel)
    return site


def services(site: Site, consumer: str = "ctranslate2", process: Process = made.GPU) -> dict[str, Service]:
    """Return how the parts of `consumer` are served."""
    return {one.part: one for one in reconcile.status(site.target, process).services(consumer)}


def loaded(site: Site, service: Service) -> list[str]:
    """Return what an import loads, relative to site-packages."""
    return [path.removeprefix(f"{site.path}/") for path in service.paths]


def test_what_ctranslate2_opens_is_loaded_in_order_from_the_wheels(site: Site) -> None:
    parts = services(with_wheels(site, made.ctranslate2(), made.cudnn(), made.cublas()))
    assert {name: (one.needs, one.verdict, one.served) for name, one in parts.items()} == {
        "cudnn": ("cudnn64_9.dll", "healthy", "in-process"),
        "cublas": ("cublas64_12.dll", "healthy", "in-process"),
    }
    assert parts["cudnn"].provider == "nvidia-cudnn-cu12 9.28.0.42"
    names = ("_graph", "_ops", "_cnn", "", "_adv", "_engines_precompiled", "_ext", "_heuristic")
    assert loaded(site, parts["cudnn"]) == [f"{BIN}/cudnn{name}64_9.dll" for name in names]
    assert loaded(site, parts["cublas"]) == ["nvidia/cublas/bin/cublasLt64_12.dll", "nvidia/cublas/bin/cublas64_12.dll"]


def test_without_a_gpu_nothing_is_loaded(site: Site) -> None:
    with_wheels(site, made.ctranslate2(), made.cudnn(), made.cublas())
    parts = services(site, process=made.GPU._replace(gpu=False))
    assert [(one.verdict, one.reason and one.reason.code, one.paths) for one in parts.values()] == [
        ("healthy", "no-gpu", ())
    ] * 2


def test_a_library_that_is_missing_is_named_with_the_wheel_that_has_it(site: Site) -> None:
    outcome = reconcile.status(with_wheels(site, made.ctranslate2(), made.cudnn()).target, made.GPU)
    said = printed(text.status(outcome))
    assert outcome.verdict == "no-provider"
    assert "ctranslate2 opens cublas64_12.dll, and no installed wheel has it" in said
    assert "nvidia-cublas-cu12" in said


def test_a_copy_of_the_system_is_named_beside_what_is_missing(site: Site) -> None:
    toolkit = "C:/Program Files/NVIDIA GPU Computing Toolkit/CUDA/v12.9/bin/cublas64_12.dll"
    with_wheels(site, made.ctranslate2(), made.cudnn())
    reason = services(site, process=made.GPU._replace(system=(toolkit,)))["cublas"].reason
    assert reason and reason.values["system"] == (toolkit,)


def test_another_copy_in_the_process_is_followed(site: Site) -> None:
    with_wheels(site, made.ctranslate2(), made.cudnn(), made.cublas())
    other = "C:/elsewhere/cublas64_12.dll"
    parts = services(site, process=made.GPU._replace(mapped=(other,)))
    reason = parts["cublas"].reason
    assert reason and (reason.code, reason.values["file"], parts["cublas"].paths) == ("already-mapped", (other,), ())
    assert parts["cudnn"].paths


def test_what_this_loader_has_loaded_is_no_other_copy(site: Site) -> None:
    with_wheels(site, made.ctranslate2(), made.cudnn(), made.cublas())
    mine = f"{site.path}/nvidia/cublas/bin/cublas64_12.dll"
    assert services(site, process=made.GPU._replace(mapped=(mine,)))["cublas"].paths


def test_the_shim_beside_a_ctranslate2_that_calls_none_does_not_come_first(site: Site) -> None:
    """Its own is loaded by the package: onnxruntime, later in the process, would meet that, and end it."""
    with_wheels(site, made.ctranslate2("4.8.5"), made.cublas())
    assert set(services(site)) == {"cublas"}
    with_wheels(site, made.cudnn())
    assert len(services(site)["cudnn"].paths) == 8


def test_a_cudnn_of_another_version_is_nothing_to_a_ctranslate2_that_calls_none(site: Site) -> None:
    eight = made.plain("nvidia-cudnn-cu12", "8.9.7.29", BIN, "cudnn64_8.dll", "cudnn_ops_infer64_8.dll")
    assert set(services(with_wheels(site, made.ctranslate2("4.8.5"), made.cublas(), eight))) == {"cublas"}
    assert services(with_wheels(site, made.ctranslate2("4.6.1")))["cudnn"].verdict == "incompatible"


def test_onnxruntime_gets_what_it_imports_and_what_it_opens_by_name(site: Site) -> None:
    parts = services(with_wheels(site, made.onnxruntime(), *made.cuda_13()), "onnxruntime")
    assert {name: one.needs for name, one in parts.items()} == {
        "cudart": "cudart64_13.dll",
        "nvrtc": "nvrtc64_130_0.dll",
        "cublas": "cublas64_13.dll",
        "cufft": "cufft64_12.dll",
        "cudnn": "cudnn64_9.dll",
        "tensorrt": "nvinfer_10.dll",
    }
    assert loaded(site, parts["nvrtc"]) == [f"{CUDA_13}/nvrtc64_130_0.dll", f"{CUDA_13}/nvrtc-builtins64_135.dll"]
    assert parts["cudnn"].provider == "nvidia-cudnn-cu13 9.28.1.4"
    assert parts["tensorrt"].verdict == "not-needed"


def test_torch_has_its_own_and_the_others_use_them(site: Site) -> None:
    """It loads them by full path: with a wheel's beside them there would be two sets."""
    with_wheels(site, made.torch("2.8.0+cu128", "12"), made.ctranslate2(), made.cudnn(), made.cublas())
    parts = services(site)
    assert parts["cublas"].provider == parts["cudnn"].provider == "torch 2.8.0+cu128"
    assert loaded(site, parts["cublas"]) == ["torch/lib/cublasLt64_12.dll", "torch/lib/cublas64_12.dll"]
    assert services(site, "torch")["cudnn"].served == "itself"


def test_a_torch_for_another_cuda_leaves_the_wheels_in_place(site: Site) -> None:
    parts = services(with_wheels(site, made.torch("2.15.0+cu130", "13"), made.ctranslate2(), made.cublas()))
    assert parts["cublas"].provider == "nvidia-cublas-cu12 12.9.2.10"


def test_a_dll_that_is_cut_short_is_told(site: Site) -> None:
    with_wheels(site, made.ctranslate2(), made.cudnn(), made.cublas())
    file = site.path / BIN / "cudnn_ops64_9.dll"
    data = file.read_bytes()
    file.unlink()
    file.write_bytes(data[:600])
    service = services(site)["cudnn"]
    assert (service.verdict, service.paths) == ("damaged", ())


def test_a_sub_library_that_the_shim_opens_and_the_wheel_lacks_is_told(site: Site) -> None:
    with_wheels(site, made.ctranslate2(), made.cublas(), made.cudnn())
    (site.path / BIN / "cudnn_ext64_9.dll").unlink()
    reason = services(site)["cudnn"].reason
    assert reason and (reason.code, reason.values["files"]) == ("missing-files", ("cudnn_ext64_9.dll",))


def test_nothing_is_written_and_a_restore_says_so(site: Site) -> None:
    with_wheels(site, made.ctranslate2(), made.cudnn(), made.cublas())
    before = sorted(site.path.rglob("*"))
    outcomes = [reconcile.heal(site.target, made.GPU), reconcile.restore(site.target, made.GPU)]
    assert sorted(site.path.rglob("*")) == before
    assert [(one.done, one.error, one.refused) for one in outcomes] == [((), "", None)] * 2
    assert [schema.exit_status(one, asked_to_act=True) for one in outcomes] == [0, 0]
    said = printed(text.restored(outcomes[1]))
    assert "Nothing to take back" in said and "CUDNN_HEAL=off" in said


def test_a_left_out_package_is_left_alone(site: Site) -> None:
    with_wheels(site, made.ctranslate2(), made.cudnn(), made.cublas())
    parts = services(site, process=made.GPU._replace(without=frozenset({"ctranslate2"})))
    assert [(one.verdict, one.paths) for one in parts.values()] == [("not-needed", ())] * 2


def test_an_import_loads_them_by_full_path_with_their_own_neighbours_found(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from cudnn_heal.systems import windows

    opened: list[tuple[str, Any]] = []
    fake = SimpleNamespace(CDLL=lambda path, winmode: opened.append((path, winmode)))
    monkeypatch.setitem(sys.modules, "ctypes", fake)
    monkeypatch.setattr(load, "here", windows)
    monkeypatch.setattr("cudnn_heal.read.machine.process", lambda: made.GPU)
    with_wheels(site, made.ctranslate2(), made.cublas(), made.cudnn())
    load.load("ctranslate2", str(site.path))
    assert load.results.pop("ctranslate2").errors == ()
    assert len(opened) == 10 and {mode for _, mode in opened} == {8}
    assert all(Path(path).is_file() and Path(path).is_absolute() for path, _ in opened)
