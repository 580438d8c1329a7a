"""No sentence says more than the text that was pasted shows."""

from __future__ import annotations

import pytest

from cudnn_heal.knowledge import fixing, matching
from cudnn_heal.knowledge.fixing import Here
from cudnn_heal.knowledge.model import Facts
from cudnn_heal.read.installed import Distribution, Installed
from cudnn_heal.read.manager import Manager

TRACEBACK = "Traceback (most recent call last):\n"
DURING = "\nDuring handling of the above exception, another exception occurred:\n\n"


def _ids(text: str) -> list[str]:
    return [finding.row.id for finding in matching.search(text)[0]]


def _said(text: str, *packages: str) -> str:
    found = dict(package.split("==") for package in packages)
    facts = Facts(Installed({name: Distribution(name, version) for name, version in found.items()}, {}))
    here = Here(facts, Manager("pip", "/e/bin/python", "")) if packages else None
    explanations = [fixing.explain(finding, here) for finding in matching.search(text)[0]]
    return "\n".join(str(words) for one in explanations for words in (one.cause, *one.fix))


@pytest.mark.parametrize(
    "end",
    [
        TRACEBACK + '  File "/srv/app/load.py", line 7, in <module>',
        TRACEBACK + '  File "/srv/app/load.py", line 7, in <module>\nFrobnication: nobody knows this one',
    ],
    ids=["cut off", "unknown"],
)
def test_a_module_that_is_missing_is_told_where_what_came_of_it_is_not_known(end: str) -> None:
    text = f"{TRACEBACK}ModuleNotFoundError: No module named 'soundfile'\n{DURING}{end}"
    assert _ids(text) == ["module-missing"]
    assert "soundfile" in _said(text)


def test_a_module_that_is_missing_is_not_told_where_what_came_of_it_is_known() -> None:
    after = f"{TRACEBACK}RuntimeError: CUDA driver version is insufficient for CUDA runtime version"
    assert "module-missing" not in _ids(f"{TRACEBACK}ModuleNotFoundError: No module named 'soundfile'\n{DURING}{after}")


def test_no_file_is_said_to_lie_in_the_way_of_a_module_within_a_package() -> None:
    text = "ModuleNotFoundError: No module named 'speechbrain.pretrained.x'; 'speechbrain.pretrained' is not a package"
    said = _said(text)
    assert "speechbrain.pretrained.py" not in said
    assert "Rename" not in said
    assert "another release of speechbrain" in said
    removed = "ModuleNotFoundError: No module named 'torchaudio.backend.utils'; 'torchaudio.backend' is not a package"
    assert _ids(removed) == ["torchaudio-removed"]


def test_a_package_that_is_a_single_file_may_be_another_distributions() -> None:
    said = _said("ModuleNotFoundError: No module named 'jiwer.measures'; 'jiwer' is not a package")
    assert "jiwer.py" in said
    assert "or another distribution" in said


@pytest.mark.parametrize(
    "text",
    [
        "RuntimeError: Error 803: system has unsupported display driver / cuda driver combination",
        "Failed to initialize NVML: Driver/library version mismatch",
    ],
)
def test_a_driver_that_does_not_match_has_two_causes_and_what_tells_them_apart(text: str) -> None:
    said = _said(text)
    assert "Either the driver was updated" in said
    assert "cuda-compat" in said
    assert "ldconfig -p" in said


def test_no_signal_is_named_where_ggml_gives_up_and_no_python_asked_of_an_exe() -> None:
    said = _said("C:\\tools> llama-server.exe -m m.gguf\nC:\\src\\ggml\\src\\ggml-cuda\\ggml-cuda.cu:90: CUDA error")
    assert "gave up" in said
    assert "SIGABRT" not in said
    assert "python" not in said


@pytest.mark.parametrize(("program", "asked"), [("whisper-cli.exe", False), ("python.exe app.py", True), ("", True)])
def test_python_is_not_advised_for_a_program_that_is_none(program: str, asked: bool) -> None:
    assert ("faulthandler" in _said(f"{program}\nexited with code -1073741819")) == asked


def test_a_package_may_have_no_wheel_at_all() -> None:
    said = _said("  error: subprocess-exited-with-error\n  x python setup.py egg_info did not run successfully.")
    assert "since it has no wheel" not in said
    assert "some packages have no wheel at all" in said


@pytest.mark.parametrize(
    "words", ["ModuleNotFoundError: No module named 'torch'", "[WARNING] Unable to import torch, ops are off"]
)
def test_a_build_that_does_not_see_torch_is_isolated(words: str) -> None:
    text = f"x Failed to build `spam==1.0`\n`-> Call to `setuptools.build_meta.build_wheel` failed (exit code: 1)\n  {words}"
    assert _ids(text) == ["build-isolation"]
    assert "--no-build-isolation" in _said(text)


@pytest.mark.parametrize(
    ("text", "said", "unsaid"),
    [
        ("CUDA_PATH is set but CUDA wasn't able to be loaded.", [], ["126", "1114"]),
        (
            'LoadLibrary failed with error 1114 "" when trying to load "C:\\x\\onnxruntime_providers_cuda.dll"',
            ["1114"],
            ["126"],
        ),
        ('LoadLibrary failed with error 126 "" when trying to load "C:\\x\\onnxruntime_providers_cuda.dll"', ["126"], ["1114"]),
    ],
)
def test_only_an_error_number_that_is_there_is_told(text: str, said: list[str], unsaid: list[str]) -> None:
    words = _said(text)
    assert words
    assert all(one in words for one in said)
    assert not any(one in words for one in unsaid)


@pytest.mark.parametrize(("folder", "packed"), [("", True), ("C:\\v\\Lib\\site-packages\\", False)])
def test_a_packed_program_is_not_told_to_install_wheels(folder: str, packed: bool) -> None:
    frame = f'  File "{folder}onnxruntime\\capi\\onnxruntime_inference_collection.py", line 1, in __init__'
    said = _said(f"{frame}\nRuntimeError: CUDA_PATH is set but CUDA wasn't able to be loaded.")
    assert ("nvidia-cublas" in said) != packed


@pytest.mark.parametrize("module", ["mmcv._ext", "pytorch3d._C", "spam.ops.roi._roi_cuda"])
def test_a_compiled_part_is_no_folder_of_the_program(module: str) -> None:
    said = _said(f"ModuleNotFoundError: No module named '{module}'")
    assert "its own folder" not in said
    assert "for this torch" in said


def test_what_a_package_asks_for_is_no_folder_of_the_program() -> None:
    text = "ModuleNotFoundError: No module named 'frobnicate'"
    frame = f'{TRACEBACK}  File "/e/lib/python3.12/site-packages/spam/__init__.py", line 1, in <module>\n'
    assert "its own folder" in _said(text)
    assert "its own folder" not in _said(frame + text)
    assert "mim install mmcv" in _said("ModuleNotFoundError: No module named 'mmcv'")


@pytest.mark.parametrize(
    "text",
    [
        "TypeError: EggModel.transcribe() got an unexpected keyword argument 'spam'",
        "TypeError: EggModel.__init__() missing 1 required positional argument: 'spam'",
        "ImportError: cannot import name 'eggs' from 'spam'",
    ],
)
def test_a_file_is_named_above_only_where_one_is(text: str) -> None:
    assert "the last file of the whole traceback" in _said(text)
    assert "named above" not in _said(text)
    traced = f'{TRACEBACK}  File "/srv/app/main.py", line 3, in <module>\n    f()\n{text}'
    assert "the program itself" in _said(traced).lower()
    assert "main.py" in _said(traced)


@pytest.mark.parametrize("distribution", ["torchaudio", "torchcodec", "torchvision"])
@pytest.mark.parametrize(
    "message",
    [
        "ModuleNotFoundError: No module named '{}'",
        "importlib.metadata.PackageNotFoundError: No package metadata was found for {}",
    ],
)
def test_what_is_made_for_one_torch_is_added_for_that_one(distribution: str, message: str) -> None:
    text = message.format(distribution)
    made = {"torchaudio": "torchaudio==2.8.*", "torchcodec": "torchcodec==0.7.*", "torchvision": "torchvision==0.23.*"}
    assert made[distribution] in _said(text, "torch==2.8.0")
    for said in (_said(text), _said(text, "numpy==2.0")):
        assert "this torch" in said
        assert f"install {distribution}" not in said


def test_cudas_dlls_come_before_a_folder_for_a_wheels_dll_on_windows() -> None:
    path = "C:\\v\\Lib\\site-packages\\spam\\lib\\"
    said = _said(f"FileNotFoundError: Could not find module '{path}whisper.dll' (or one of its dependencies).")
    assert said.index("CUDA's DLLs") < said.index("one folder")
    assert "cmake" not in said
    assert "ldconfig" not in said
    assert "ldconfig" in _said("error while loading shared libraries: libwhisper.so.1: cannot open shared object file")


CALL = "TypeError: Egg.fry() got an unexpected keyword argument 'ham'"
SPAM = '  File "/e/lib/python3.12/site-packages/spam/pan.py", line 1, in fry\n    egg.fry(ham=1)\n'
HANDED_ON = '  File "/e/lib/python3.12/site-packages/spam/pan.py", line 1, in fry\n    egg.fry(**more)\n'
PASSES = '  File "/e/lib/python3.12/site-packages/torch/utils/_contextlib.py", line 1, in d\n    return f(*a, **k)\n'
OWN = '  File "/srv/app/kitchen.py", line 1, in main\n    egg.fry(ham=1)\n'
STANDARD = '  File "/usr/lib/python3.12/runpy.py", line 1, in run\n    exec(code)\n'


@pytest.mark.parametrize(
    ("frames", "said", "unsaid"),
    [
        (SPAM, "spam calls it", "kitchen.py"),
        (OWN + HANDED_ON, "spam only hands on", "kitchen.py"),
        (SPAM + OWN, "The program itself calls it (kitchen.py)", "spam"),
        (OWN + PASSES, "The program itself calls it (kitchen.py)", "torch"),
        (OWN + STANDARD, "The program itself calls it (kitchen.py)", "runpy"),
        (OWN.replace("/srv/app", "/c/custom_nodes/fryer"), "ComfyUI's node fryer", "The program itself"),
    ],
)
def test_of_a_call_that_does_not_fit_it_is_said_whose_code_calls(frames: str, said: str, unsaid: str) -> None:
    text = _said(f"{TRACEBACK}{frames}{CALL}")
    assert said in text
    assert unsaid not in text


def test_a_function_of_a_class_that_is_known_is_told_with_its_package() -> None:
    unknown = "TypeError: WhisperModel.transcribe() got an unexpected keyword argument 'ham'"
    assert "No release of faster-whisper" in _said(unknown)
    assert "No release of" not in _said(CALL)


@pytest.mark.parametrize(
    ("asker", "said"),
    [
        ("/e/lib/python3.12/site-packages/spam/__init__.py", "a file of spam itself"),
        ("/e/lib/python3.12/site-packages/eggs/__init__.py", "eggs was made for"),
        ("/srv/spam/extensions/kitchen.py", "spam is the program itself"),
    ],
)
def test_a_part_of_a_package_that_is_missing_is_told_by_who_asks(asker: str, said: str) -> None:
    frame = f'{TRACEBACK}  File "{asker}", line 1, in <module>\n    import spam.ham\n'
    assert said in _said(f"{frame}ModuleNotFoundError: No module named 'spam.ham'")


@pytest.mark.parametrize(("folder", "hinted"), [("spam", True), ("spam/eggs", False), ("kitchen", False)])
def test_the_programs_own_folder_may_be_the_module(folder: str, hinted: bool) -> None:
    frame = f'{TRACEBACK}  File "/srv/{folder}/main.py", line 1, in <module>\n    import spam\n'
    assert ("PYTHONPATH=." in _said(f"{frame}ModuleNotFoundError: No module named 'spam'")) == hinted


@pytest.mark.parametrize(
    ("text", "said", "unsaid"),
    [
        (
            "Expected 96 from C header, got 80 from PyObject",
            "The spam is the older of the two",
            "What is imported there is the older",
        ),
        ("Expected 80 from C header, got 96 from PyObject", "What is imported there is the older", "The spam is the older"),
    ],
)
def test_the_direction_of_a_size_tells_which_is_the_older(text: str, said: str, unsaid: str) -> None:
    words = _said(f"ValueError: spam.eggs.Ham size changed, may indicate binary incompatibility. {text}")
    assert said in words
    assert unsaid not in words


@pytest.mark.parametrize(
    ("mine", "offered", "foreign"),
    [
        ("manylinux_2_39_aarch64", "`manylinux_2_28_x86_64`, `win_amd64`", True),
        ("manylinux_2_39_aarch64", "`manylinux_2_40_aarch64`, `manylinux_2_28_x86_64`", False),
        ("macosx_14_0_arm64", "`manylinux_2_28_x86_64`, `win_amd64`", True),
        ("musllinux_1_2_x86_64", "`manylinux_2_28_x86_64`", True),
        ("manylinux_2_27_x86_64", "`manylinux_2_28_x86_64`", False),
        ("cp310", "`cp311`, `cp312`", False),
    ],
)
def test_another_processor_is_told_apart_from_an_older_system(mine: str, offered: str, foreign: bool) -> None:
    text = f"hint: You're on Linux (`{mine}`), but `spam` (v1.2) only has wheels for the following platforms: {offered}"
    assert ("kind of machine" in _said(text)) == foreign


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("ValueError: whisperx needs ctranslate2 4.4.0 or newer, but 3.24.0 is installed", "ctranslate2>=4.4.0"),
        ("ImportError: Please update your PyTorch Lightning version to 2.0.0 or higher.", "pytorch-lightning>=2.0.0"),
        ("RuntimeError: torchaudio version must be at least 2.1.0, got 0.13.1", "torchaudio>=2.1.0"),
    ],
)
def test_the_least_release_is_read_out_of_a_sentence(text: str, needs: str) -> None:
    assert f"asks for {needs}" in _said(text)


def test_an_option_is_told_without_its_value_and_with_the_program_that_does_not_know_it() -> None:
    words = _said("whisper: error: unrecognized arguments: --word_timestamps True")
    assert "whisper does not know the option `--word_timestamps`." in words


def test_a_container_that_names_a_plain_cause_is_not_told_as_a_matter_of_the_gpu() -> None:
    start = "OCI runtime create failed: runc create failed: unable to start container process: "
    assert "nvidia-smi" not in _said(f'{start}exec: "uvicorn": executable file not found in $PATH: unknown')
    assert "nvidia-smi" in _said(f"{start}error during container init: error running hook #0: exit status 2")


@pytest.mark.parametrize(
    "line", ["[PYI-1234:ERROR] Failed to execute script 'main' due to unhandled exception!", "C:\\T\\_MEI123\\a.dll"]
)
def test_a_program_that_pyinstaller_packed_gets_no_packages_installed(line: str) -> None:
    said = "ModuleNotFoundError: No module named 'faster_whisper'"
    assert "pip install" in _said(said, "spam==1")
    words = _said(f"{line}\n{said}", "spam==1")
    assert "its newest release" in words
    assert "pip install" not in words


@pytest.mark.parametrize(
    "text",
    [
        "RuntimeError: Please update your GPU driver to version 550 or newer",
        "Error: Please upgrade Docker to at least 24.0",
        "RuntimeError: ffmpeg version must be at least 4.4, got 4.2",
    ],
)
def test_what_is_no_package_is_not_asked_for_as_one(text: str) -> None:
    assert ">=" not in _said(text, "spam==1")


def test_a_name_that_only_a_sentence_has_is_not_installed_by_it() -> None:
    words = _said("RuntimeError: spamlib version must be at least 2.1, got 1.0", "spam==1")
    assert "spamlib>=2.1" in words
    assert "pip install" not in words
