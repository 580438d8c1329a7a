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

import cudnn_heal_start
from cudnn_heal import cli
from cudnn_heal.catalog import CONSUMERS
from cudnn_heal.model import VERDICTS, WAYS_OF_SERVING
from cudnn_heal.read.machine import OFF
from support.environments import CUDNN, STUB, UV, clean_environ, run

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
README_WORDS = 1200

UNTYPED = {
    "uv run pytest": "this is it",
    "bash .ci/run": "it runs this test",
}
"""Beginnings of blocks that no test types, and why."""
TYPED_BY = {
    "uv build --wheel": "test_commands_for_a_uv_project",
    "uv add cudnn-heal": "test_commands_for_an_index",
    "uv run cudnn-heal --status --json |": "test_commands_for_a_uv_project",
    "uv run cudnn-heal --restore": "test_commands_for_a_uv_project",
    "uvx --from": "test_commands_for_a_uv_project",
    "uv sync --reinstall-package": "test_what_repairs_the_wrong_order_of_removal",
    "pip install ../cudnn-heal": "test_commands_for_pip",
    "pip install ./wheels": "test_commands_for_pip",
    "uv tool install": "test_commands_for_tools",
    "poetry add": "test_commands_for_poetry_and_pdm",
    "poetry run cudnn-heal --restore": "test_commands_for_poetry_and_pdm",
    "pdm add": "test_commands_for_poetry_and_pdm",
    "pdm run cudnn-heal --restore": "test_commands_for_poetry_and_pdm",
    "uv run --isolated": "test_the_demo",
    "uv run python docs/outputs.py": "test_outputs_are_what_the_commands_print",
    "uv run python -m cudnn_heal.knowledge": "test_the_page_of_messages_is_made_by_its_command",
    "uv export": "test_pins_are_made_by_their_command",
    "import cudnn_heal_start": "test_target_folders_heal_by_an_import",
    "import cudnn_heal\n": "test_a_notebook",
    "FROM python": "test_the_build_of_an_image",
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


def test_commands_for_a_uv_project(shell: Shell) -> None:
    wheel = f"cudnn_heal-{cudnn_heal_start.VERSION}-py3-none-any.whl"
    assert wheel in block("uv build --wheel")
    assert "Healed" in shell.type(block("uv build --wheel")).stdout
    assert shell.healed
    assert not (shell.project / "wheels" / ".gitignore").exists(), "the wheel would be left out of a commit"
    assert shell.type(block("uv run cudnn-heal --status --json |")).stdout == "healthy\n"

    assert "Restored" in shell.type(block("uv run cudnn-heal --restore")).stdout
    assert not shell.healed
    shell.type(f"{shell.python} -c 'import ctranslate2'")

    once, back = (one.text for one in blocks("sh") if one.text.startswith("uvx --from") and "command" in one.document)
    assert "Healed" in shell.type(once).stdout
    assert "Restored" in shell.type(back).stdout


def test_commands_for_an_index(shell: Shell) -> None:
    """A folder stands for the index, as far as cudnn-heal goes."""
    shell.type(block("uv build --wheel").splitlines()[0])
    shell.environ["UV_FIND_LINKS"] = str(shell.project / "wheels")
    shell.type(block("uv add cudnn-heal"))
    once = re.search(r"`(uvx cudnn-heal --python .venv)`", " ".join((ROOT / "docs" / "command.md").read_text().split()))
    assert once and "Healed" in shell.type(once[1]).stdout
    assert shell.healed


def test_what_repairs_the_wrong_order_of_removal(shell: Shell) -> None:
    imports = f"{shell.python} -c 'import ctranslate2'"
    build, add, _ = block("uv build --wheel").splitlines()
    shell.type(build)
    for repair in (block("uvx --from"), block("uv sync --reinstall-package")):
        shell.type(f"{add} && uv run --quiet cudnn-heal && uv remove --quiet cudnn-heal nvidia-cublas-cu12 nvidia-cudnn-cu12")
        shell.type(imports)
        original = (shell.libs / f"{STUB}.ORIGINAL").read_bytes()
        assert (shell.libs / STUB).read_bytes() != original, "the control: nobody put it back"
        shell.type(repair)
        shell.type(imports)
        assert (shell.libs / STUB).read_bytes() == original
        shell.type(f"uv add --quiet {CUDNN}")


def test_commands_for_pip(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.type(f"uv venv --quiet --seed && uv pip install --quiet --python .venv ctranslate2==4.6.1 {CUDNN} nvidia-cublas-cu12")
    shell.activate(shell.project / ".venv")
    assert "Healed" in shell.type(block("pip install ../cudnn-heal")).stdout

    shell.type("pip uninstall --quiet --yes cudnn-heal nvidia-cudnn-cu12")
    shell.type("python -c 'import ctranslate2'")
    shell.type(f"ln -sf ../nvidia/cudnn/lib/libcudnn.so.9 {shell.libs}/{STUB}")  # as 0.1.0 left it
    broken = shell.type("python -c 'import ctranslate2'", check=False)
    told = broken.stderr.strip().rpartition("\n")[2].partition("ImportError: ")[2].partition(": No such file")[0]
    assert told and told in (ROOT / "docs" / "installers.md").read_text()
    again = shell.type("pip install --force-reinstall --no-deps ctranslate2==4.6.1", check=False)
    assert "No such file or directory" in again.stderr
    shell.type(block("uv build --wheel").splitlines()[0])
    assert "Restored" in shell.type(block("pip install ./wheels")).stdout
    shell.type("python -c 'import ctranslate2'")


def test_commands_for_tools(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.type(block("uv build --wheel").splitlines()[0])
    shell.type("uv venv --quiet ../pipx && uv pip install --quiet --python ../pipx pipx")
    shell.environ["PATH"] += f":{shell.home / 'pipx' / 'bin'}"
    shell.type("pipx install whisper-ctranslate2")
    shell.type(block("uv tool install"))
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
def test_commands_for_poetry_and_pdm(tool: str, init: str, add: str, restore: str, tmp_path: Path) -> None:
    """Downloads 1.5 GB each, into caches of their own."""
    shell = Shell(tmp_path)
    manager = init.partition(" ")[0]
    shell.environ.update(POETRY_CACHE_DIR=str(tmp_path / "cache"), PDM_CACHE_DIR=str(tmp_path / "cache"))
    shell.environ.update(POETRY_VIRTUALENVS_IN_PROJECT="1", PDM_CHECK_UPDATE="0")
    shell.environ["PATH"] = f"{shell.environ['UV_TOOL_BIN_DIR']}:{shell.environ['PATH']}"
    shell.type(block("uv build --wheel").splitlines()[0])
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


def test_target_folders_heal_by_an_import(tmp_path: Path, wheel: Path) -> None:
    shell = Shell(tmp_path)
    shell.type(f"uv pip install --quiet --target lib ctranslate2==4.6.1 {CUDNN} nvidia-cublas-cu12 {wheel}")
    call = (ROOT / "docs" / "outputs.py").read_text().partition('FIRST_CALL = """\\\n')[2].partition('"""')[0]
    assert "ctranslate2" in call
    python = getattr(sys, "_base_executable", sys.executable)  # without the cudnn-heal that is under test here
    for first, expected in (("", 134), (block("import cudnn_heal_start"), 0)):
        (shell.project / "program.py").write_text(first + call)
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
    collected = re.search(r"give PyInstaller\s+`(--collect-all nvidia)`", (ROOT / "README.md").read_text())
    assert collected
    shell.environ["CUDNN_HEAL"] = "off"  # so that what is bundled was not healed before
    shell.type(f".venv/bin/pyinstaller --noconfirm --log-level ERROR {collected[1]} program.py")
    # PyInstaller's own analysis finds the libraries that two of cuDNN's need, not those that they open later.
    for which in ("cudnn cudnnCnnVersionCheck", "cublas"):
        done = shell.type(f"dist/program/program {which} || exit $?", check=False)
        assert (done.returncode == 134) is (which != "cublas"), done.stderr
        assert shell.type(f"CUDNN_HEAL= dist/program/program {which}").returncode == 0


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


def test_the_build_of_an_image(shell: Shell) -> None:
    """Its steps, in a folder that stands for the image: no container engine is needed, and none is used."""
    shell.type("\n".join(block("uv build --wheel").splitlines()[:2]))
    shell.type("mkdir app && echo 'import ctranslate2; print(\"runs\")' > app/__main__.py")
    image = shell.home / "image"
    image.mkdir()
    shell.type(f"uv venv --quiet --seed {image}/usr")
    shell.activate(image / "usr")
    del shell.environ["VIRTUAL_ENV"]
    workdir = image
    for step, words in re.findall(r"^([A-Z]+) (.*)$", block("FROM python"), re.MULTILINE):
        if step == "RUN":
            shell.type(words, folder=workdir)
        elif step == "ENV":
            shell.environ.update(dict(word.split("=") for word in words.split()), UV_LINK_MODE="hardlink")  # quicker here
        elif step == "WORKDIR":
            workdir = image / words.strip("/")
            workdir.mkdir()
        elif step == "COPY":
            *sources, target = words.split()
            shell.type(f"cp -r {' '.join(sources)} {workdir / target}" if sources != ["."] else f"cp -r app {workdir}")
        elif step == "CMD":
            assert shell.type(" ".join(json.loads(words)), folder=workdir).stdout == "runs\n"
        else:
            assert step in ("FROM", "USER")
    assert next(workdir.glob(f".venv/lib/python*/site-packages/ctranslate2.libs/{STUB}.ORIGINAL")).exists()
    without = Shell(shell.home / "other", "ctranslate2==4.6.1")
    without.type("\n".join(block("uv build --wheel").splitlines()[:2]))
    assert without.type(".venv/bin/cudnn-heal", check=False).returncode == 1, "the build must fail without cuDNN"


def test_the_demo(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    assert "No problems found." in shell.type(block("uv run --isolated"), folder=ROOT).stdout


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


def test_the_page_of_messages_is_made_by_its_command(tmp_path: Path) -> None:
    words = block("uv run python -m cudnn_heal.knowledge")
    assert words.endswith(" > docs/messages.md\n")
    made = run(sys.executable, *words.split()[3:5], env=clean_environ(PYTHONPATH=str(ROOT / "hook"))).stdout
    assert made == (ROOT / "docs" / "messages.md").read_text()


def test_pins_are_made_by_their_command() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    pins = set(re.findall(r'"([\w-]+)==', text.partition("\nconstraint-dependencies = [")[2].partition("\n]")[0]))
    assert {"pytest", "mypy", "ruff", "coverage"} <= pins
    made = set(re.findall(r"^([\w-]+)==", run("bash", "-ec", block("uv export"), cwd=ROOT).stdout, re.MULTILINE))
    assert made - pins <= {"colorama", "packaging"}, "a tool is not pinned"


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
    assert "typed &lt;it&gt;" in drawn
    assert '<tspan fill="#3fb950">Healed</tspan> &amp; well' in drawn


def test_the_readme_is_short_and_begins_with_the_messages() -> None:
    text = (ROOT / "README.md").read_text()
    assert len(text.split()) <= README_WORDS
    assert (
        text.index("Unable to load any of") < text.index("Can you upgrade?") < text.index("## Install") < text.index("Healed ")
    )
    assert text.index("Healed ") < text.index("--doctor")


@pytest.mark.parametrize("word", ["stub", "shim", "sub-librar", "served", "SONAME", "RPATH", "RECORD", "verdict", "manifest"])
def test_the_readme_needs_no_word_of_our_own(word: str) -> None:
    assert word not in (ROOT / "README.md").read_text()


def test_the_tree_in_the_readme_is_what_is_there(shell: Shell) -> None:
    shell.type(block("uv build --wheel"))
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
    assert all(f"`{word}`" in text for word in WAYS_OF_SERVING)
    assert all(f"`-{name}`" in text for name in CONSUMERS)
    assert all(f"`{word}`" in text for word in (*OFF, "verbose"))
    flags = {option for action in cli._parser()._actions for option in action.option_strings if option.startswith("--")}
    doctor = ROOT / "docs" / "doctor.md"
    told = text + (doctor.read_text() if doctor.exists() else "")
    assert not [flag for flag in flags - {"--help", "--version"} if flag not in told]
    readme = (ROOT / "README.md").read_text()
    assert all(f"`{word}`" in readme for word in (*OFF, "verbose", *(f"-{name}" for name in CONSUMERS)))


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
