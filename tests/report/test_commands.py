"""Who manages an environment, and its commands: layouts as files, and the commands typed in real environments."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from cudnn_heal.advice import Advice, Line
from cudnn_heal.model import Target
from cudnn_heal.read import manager as managers
from cudnn_heal.read.installed import Installed
from cudnn_heal.read.manager import Declared, Manager
from cudnn_heal.read.target import VERSION
from cudnn_heal.report import commands
from cudnn_heal.report.commands import Place
from support.managed import holding, project_in

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUIREMENT = "tiny<2"


P = "/p/.venv/bin/python"
MANAGERS = {
    "uv-project": Manager("uv-project", P, "/p", pip=False),
    "uv": Manager("uv", "/e/bin/python", "", pip=False),
    "uv-system": Manager("uv", "/usr/bin/python3", "", options=("--break-system-packages",)),
    "pip": Manager("pip", "/my env/bin/python", ""),
    "pip-user": Manager("pip", "/usr/bin/python3", "", options=("--user", "--break-system-packages")),
    "poetry": Manager("poetry", P, "/p"),
    "poetry-unknown": Manager("poetry", "/v/bin/python", ""),
    "pdm": Manager("pdm", P, "/p", pip=False),
    "conda": Manager("conda", "/c/bin/python", "/c"),
    "pipx": Manager("pipx", "/x/venvs/w/bin/python", "/x/venvs/w", pip=False),
}


@pytest.mark.parametrize(
    ("name", "install", "again", "uninstall"),
    [
        (
            "uv-project",
            "uv add --project /p 'a<2' b",
            f"uv pip install --python {P} --reinstall --refresh --no-deps a==1",
            f"uv pip uninstall --python {P} a",
        ),
        (
            "uv",
            "uv pip install --python /e/bin/python 'a<2' b",
            "uv pip install --python /e/bin/python --reinstall --refresh --no-deps a==1",
            "uv pip uninstall --python /e/bin/python a",
        ),
        (
            "uv-system",
            "uv pip install --python /usr/bin/python3 --break-system-packages 'a<2' b",
            "uv pip install --python /usr/bin/python3 --break-system-packages --reinstall --refresh --no-deps a==1",
            "uv pip uninstall --python /usr/bin/python3 --break-system-packages a",
        ),
        (
            "pip",
            "'/my env/bin/python' -m pip install 'a<2' b",
            "'/my env/bin/python' -m pip install --force-reinstall --no-cache-dir --no-deps a==1",
            "'/my env/bin/python' -m pip uninstall -y a",
        ),
        (
            "pip-user",
            "/usr/bin/python3 -m pip install --user --break-system-packages 'a<2' b",
            "/usr/bin/python3 -m pip install --user --break-system-packages --force-reinstall --no-cache-dir --no-deps a==1",
            "/usr/bin/python3 -m pip uninstall -y --break-system-packages a",
        ),
        (
            "poetry",
            "poetry add -P /p 'a<2' b",
            f"{P} -m pip install --force-reinstall --no-cache-dir --no-deps a==1",
            f"{P} -m pip uninstall -y a",
        ),
        (
            "poetry-unknown",
            "/v/bin/python -m pip install 'a<2' b",
            "/v/bin/python -m pip install --force-reinstall --no-cache-dir --no-deps a==1",
            "/v/bin/python -m pip uninstall -y a",
        ),
        (
            "pdm",
            "pdm add -p /p 'a<2' b",
            f"uv pip install --python {P} --reinstall --refresh --no-deps a==1",
            f"uv pip uninstall --python {P} a",
        ),
        (
            "conda",
            "/c/bin/python -m pip install 'a<2' b",
            "/c/bin/python -m pip install --force-reinstall --no-cache-dir --no-deps a==1",
            "/c/bin/python -m pip uninstall -y a",
        ),
        (
            "pipx",
            "pipx inject --force w 'a<2' b",
            "pipx runpip w install --force-reinstall --no-cache-dir --no-deps a==1",
            "pipx runpip w uninstall -y a",
        ),
    ],
)
def test_each_manager_has_its_own_command(
    name: str, install: str, again: str, uninstall: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path=None: "/usr/bin/" + name)
    assert commands.install(MANAGERS[name], "a<2", "b") == install
    assert commands.reinstall(MANAGERS[name], "a==1") == again
    assert commands.uninstall(MANAGERS[name], "a") == uninstall


def test_without_uv_an_environment_without_pip_is_served_by_another_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path=None: None)
    assert commands.uninstall(MANAGERS["pdm"], "a") == f"pip --python {P} uninstall -y a"


def test_within_the_project_its_folder_is_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project_in(tmp_path / "p", "uv.lock")
    (tmp_path / "p" / "src").mkdir()
    monkeypatch.chdir(tmp_path / "p" / "src")
    assert commands.install(Manager("uv-project", P, str(tmp_path / "p"), pip=False), "a") == "uv add a"


def test_what_the_project_names_is_removed_by_its_own_command() -> None:
    declared = (Declared("tiny-thing"), Declared("ruff", ("--group", "dev")))
    project = Manager("uv-project", P, "/p", pip=False, declared=declared)
    assert commands.uninstall(project, "Tiny_Thing") == "uv remove --project /p Tiny_Thing"
    assert commands.uninstall(project, "tiny-thing", "ruff") == (
        "uv remove --project /p tiny-thing && uv remove --project /p --group dev ruff"
    )
    assert commands.uninstall(project, "tiny") == f"uv pip uninstall --python {P} tiny"


def test_a_uv_tool_keeps_what_it_was_asked_to_have() -> None:
    manager = Manager(
        "uv-tool", P, "/t/w", pip=False, repeat=("--python", "/usr/bin/python3", "w[x]<1", "--with", "/x y/six.whl")
    )
    assert commands.install(manager, "a<2") == (
        "uv tool install --python /usr/bin/python3 'w[x]<1' --with '/x y/six.whl' --with 'a<2'"
    )
    assert commands.install(manager._replace(repeat=()), "a") == f"uv pip install --python {P} a"


def test_a_folder_of_its_own_is_told_to_pip(tmp_path: Path) -> None:
    """``pip install --target``, and ``uv pip install --target``."""
    target = managers.manager(sys.executable, str(tmp_path / "lib"))
    assert commands.install(target, "a").endswith(f" --target {tmp_path}/lib a")
    assert "--target" not in commands.uninstall(target._replace(pip=True, kind="pip"), "a")


# --- Advice.


HERE = holding({"whisperx": ("3.8", "onnxruntime>=1"), "onnxruntime": "1.31", "onnxruntime-gpu": "1.31.1", "tiny-thing": "1"})
GPU = Advice("replace", "Keep one", distributions=("onnxruntime",), requirements=("onnxruntime-gpu",))
UV = Manager("uv-project", P, "/p", pip=False, declared=(Declared("whisperx"), Declared("onnxruntime-gpu")))


def said(advice: Advice, manager: Manager, installed: Installed | None = HERE) -> list[str]:
    """Return the lines about `advice` for an environment of `manager`."""
    return [str(line) for line in commands.lines([advice], Place(manager, installed=installed))]


def test_each_kind_of_advice_has_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDNN_HEAL", "off")
    pip = MANAGERS["pip"]
    python = "'/my env/bin/python'"
    assert said(Advice("add", "Add it", requirements=("a<2",)), pip) == [f"Add it: {python} -m pip install 'a<2'"]
    assert said(Advice("remove", distributions=("tiny-thing", "gone")), pip) == [f"{python} -m pip uninstall -y tiny-thing"]
    assert said(Advice("reinstall", "Anew", requirements=("a==1",), paths=("/x y",)), pip) == [
        f"Anew: rm '/x y' && {python} -m pip install --force-reinstall --no-cache-dir --no-deps a==1"
    ]
    assert said(Advice("unset", "Let it run", variable="CUDNN_HEAL"), pip) == ["Let it run: unset CUDNN_HEAL"]
    assert said(Advice("heal", "Heal"), pip) == ["Heal: cudnn-heal"]
    assert said(Advice("restore"), pip) == ["cudnn-heal --restore"]
    assert said(Advice("call", "Look", flags=("--doctor",)), pip) == ["Look: cudnn-heal --doctor"]
    assert said(Advice("run", "Look", command="nvidia-smi | head"), pip) == ["Look: nvidia-smi | head"]
    assert said(Advice("say", "Restart it."), pip) == ["Restart it."]


def test_sudo_is_left_out_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most containers have none; what is done on another machine keeps it."""
    here = Place(MANAGERS["pip"], Target("", P, False, "3.11.0", True))
    advice = [Advice("run", command=f"sudo {command}") for command in ("apt install ffmpeg", "dmesg")]
    for found, begins in (("/usr/bin/sudo", "sudo apt "), (None, "apt ")):
        monkeypatch.setattr(shutil, "which", lambda name, path=None, found=found: found)
        first, second = commands.lines(advice, here)
        assert first.command.startswith(begins)
        assert second.command == "sudo dmesg"
        assert commands.lines(advice, Place(MANAGERS["pip"]))[0].command == "sudo apt install ffmpeg"


def test_what_would_change_nothing_is_not_said_and_what_would_break_something_is_said_to() -> None:
    assert said(Advice("add", requirements=("tiny-thing",)), MANAGERS["pip"]) == []
    assert said(Advice("add", requirements=("tiny-thing",)), MANAGERS["pip"], None) != []
    (line,) = said(Advice("add", requirements=("onnxruntime<1",)), MANAGERS["pip"])
    assert line.startswith("The fix, onnxruntime<1, is ruled out: its files would lie over those of onnxruntime-gpu")


def test_what_shares_files_is_removed_with_the_other_and_laid_down_anew() -> None:
    on = "--python /e/bin/python onnxruntime"
    assert said(GPU, MANAGERS["uv"]) == [f"Keep one: uv pip uninstall {on} onnxruntime-gpu && uv pip install {on}-gpu"]


def test_a_package_that_the_projects_requirements_bring_back_is_overridden() -> None:
    """``uv remove`` refuses what the project does not declare, and what is uninstalled comes back with the next sync."""
    assert said(GPU, UV) == [
        """Keep one: in pyproject.toml, under [tool.uv]: override-dependencies = ["onnxruntime; sys_platform == 'never'"]""",
        "Then: uv sync --project /p && uv sync --project /p --reinstall-package onnxruntime-gpu",
    ]
    away = said(Advice("remove", distributions=("onnxruntime",)), UV._replace(overrides=("numpy<3",)))
    assert away == [
        """in pyproject.toml, under [tool.uv]: override-dependencies = ["numpy<3", "onnxruntime; sys_platform == 'never'"]""",
        "Then: uv sync --project /p",
    ]


def test_a_package_that_the_project_itself_declares_is_removed_from_it() -> None:
    declared = UV._replace(declared=(*UV.declared, Declared("onnxruntime")))
    plain = holding({"onnxruntime": "1.31", "onnxruntime-gpu": "1.31.1"})
    assert said(GPU, declared, plain) == [
        "Keep one: uv remove --project /p onnxruntime && uv sync --project /p --reinstall-package onnxruntime-gpu"
    ]
    assert said(GPU, declared)[1].startswith("Then: uv remove --project /p onnxruntime && uv sync --project /p && ")


PIP = f"{P} -m pip"
PIN = "onnxruntime-gpu==1.31.1"


def test_poetry_is_followed_by_pip_which_it_does_not_undo_at_once() -> None:
    """``poetry add`` of either lays both down anew, and no setting of Poetry's keeps one out."""
    poetry = MANAGERS["poetry"]._replace(declared=(Declared("onnxruntime-gpu"),))
    brings = "Poetry's next add, install or update brings that back, since whisperx requires onnxruntime."
    assert said(GPU, poetry) == [
        f"Keep one: {PIP} uninstall -y onnxruntime onnxruntime-gpu && {PIP} install --no-deps {PIN}",
        brings,
    ]
    assert said(Advice("remove", "Away", distributions=("onnxruntime",)), poetry) == [
        f"Away: {PIP} uninstall -y onnxruntime",
        brings,
    ]
    cpu = Advice("replace", distributions=("onnxruntime-gpu",), requirements=("onnxruntime==1.31",))
    assert said(cpu, poetry) == [
        f"poetry remove -P /p onnxruntime-gpu && {PIP} uninstall -y onnxruntime && {PIP} install --no-deps onnxruntime==1.31"
    ]


def test_what_a_projects_command_adds_is_there_before_pip_lays_it_down_again() -> None:
    lacks = holding({"whisperx": ("3.8", "onnxruntime>=1"), "onnxruntime": "1.31"})
    away = f"{PIP} uninstall -y onnxruntime onnxruntime-gpu && {PIP} install --no-deps onnxruntime-gpu"
    assert said(GPU, MANAGERS["poetry"], lacks)[0] == f"Keep one: poetry add -P /p onnxruntime-gpu && {away}"


def test_pdm_has_a_setting_of_its_own_that_keeps_a_package_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path=None: "/usr/bin/" + name)
    uv = [f"uv pip uninstall --python {P} onnxruntime onnxruntime-gpu", f"uv pip install --python {P} --no-deps {PIN}"]
    assert said(GPU, MANAGERS["pdm"]._replace(overrides=("tiny",))) == [
        'Keep one: in pyproject.toml, under [tool.pdm.resolution]: excludes = ["tiny", "onnxruntime"]',
        " && ".join(("Then: pdm install -p /p", *uv)),
    ]


def test_tools_are_told_what_brings_it_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path=None: "/usr/bin/" + name)
    ends = "brings that back, since whisperx requires onnxruntime."
    assert said(GPU, MANAGERS["pipx"]) == [
        "Keep one: pipx runpip w uninstall -y onnxruntime onnxruntime-gpu && pipx inject --force w onnxruntime-gpu",
        f"pipx's next upgrade {ends}",
    ]
    tool = Manager("uv-tool", P, "/t/w", pip=False, repeat=("w",))  # its own install lays down everything that is required
    assert said(GPU, tool) == [
        f"Keep one: uv pip uninstall --python {P} onnxruntime onnxruntime-gpu && uv pip install --python {P} --no-deps {PIN}",
        f"uv tool's next install or upgrade {ends}",
    ]


def test_a_further_index_is_named_as_each_manager_wants_it() -> None:
    torch = Advice("add", requirements=("torch==2.8.0",), package_index="https://download.pytorch.org/whl/cu126")
    ends = {
        "uv-project": "uv add --project /p --index download-pytorch-org=https://download.pytorch.org/whl/cu126 torch==2.8.0",
        "uv": "--index https://download.pytorch.org/whl/cu126 torch==2.8.0",
        "pip": "-m pip install --extra-index-url https://download.pytorch.org/whl/cu126 torch==2.8.0",
        "poetry": "-m pip install --extra-index-url https://download.pytorch.org/whl/cu126 torch==2.8.0",
        "pipx": "inject --force --pip-args=--extra-index-url=https://download.pytorch.org/whl/cu126 w torch==2.8.0",
    }
    for name, end in ends.items():
        (line,) = said(torch, MANAGERS[name])
        assert line.endswith(end)


def test_only_what_does_harm_is_taken_out_of_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Colab the driver is found through LD_LIBRARY_PATH alone: who unsets it loses the GPU."""
    driver, cuda, other = (tmp_path / name for name in ("lib64 nvidia", "cuda", "other"))
    driver.mkdir()
    (driver / "libcuda.so.1").touch()
    monkeypatch.setenv("LD_LIBRARY_PATH", f"{driver}:{cuda}::{other}")
    whole = Advice("unset", "Start without it", variable="LD_LIBRARY_PATH")
    assert said(whole, UV) == [f"Start without it: export LD_LIBRARY_PATH='{driver}'"]
    assert said(whole._replace(entries=(str(cuda), str(driver))), UV) == [
        f"Start without it: export LD_LIBRARY_PATH='{driver}:{other}'"
    ]
    assert said(whole._replace(entries=("/elsewhere",)), UV) == []
    monkeypatch.setenv("LD_LIBRARY_PATH", str(cuda))
    assert said(whole, UV) == ["Start without it: unset LD_LIBRARY_PATH"]
    monkeypatch.setenv("LD_LIBRARY_PATH", str(driver))
    assert said(whole, UV) == []
    monkeypatch.delenv("LD_LIBRARY_PATH")
    assert said(whole, UV) == []
    assert said(whole, UV, None) == ["Start without it (only entries that hold libcuda.so.1 must stay)"]


def test_no_absolute_path_goes_into_a_projects_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert commands.install(UV, f"{tmp_path}/x.whl") == "uv add --project /p x.whl"
    assert commands.install(MANAGERS["uv"], f"{tmp_path}/x.whl").endswith(f" {tmp_path}/x.whl")


@pytest.mark.parametrize(
    "name", ["plain", "My Models", "it's", "a\nb", "\x1b]0;x\x07", "\udcff", "\u202e", "$(touch x)", "b\\'\n"]
)
def test_a_quoted_word_reaches_a_program_as_it_is(name: str) -> None:
    typed = commands.quoted(["printf", "%s", name])
    assert typed.isprintable()
    assert subprocess.run(["bash", "-c", typed], capture_output=True, check=True).stdout == os.fsencode(name)


# --- The call of cudnn-heal.


OWN = SimpleNamespace(is_home=True, python="/e/bin/python")
OTHER = SimpleNamespace(is_home=False, python="/x y/bin/python")


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Play a process of an environment with a script, started by its full path from a shell that knows nothing of it."""
    scripts = tmp_path / "e" / "bin"
    scripts.mkdir(parents=True)
    (scripts / "cudnn-heal").write_text(f"#!{scripts}/python\nimport cudnn_heal\n")
    (scripts / "cudnn-heal").chmod(0o755)
    for name in ("UV_RUN_RECURSION_DEPTH", "PDM_RUN_CWD", "VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "/usr/bin")
    monkeypatch.setattr(sys, "executable", str(scripts / "python"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "e"))
    monkeypatch.setattr(sys, "argv", ["-c"])
    return scripts


def _heal(target: Any = OWN, *flags: str) -> str:
    return commands.own_call(target, *flags)


def test_the_full_path_is_given_where_it_is_not_on_the_path(shell: Path) -> None:
    assert _heal(OWN, "--status") == f"{shell}/cudnn-heal --status"


def test_the_name_is_enough_where_it_is_on_the_path(shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{shell}:/usr/bin")
    assert _heal() == "cudnn-heal"


def test_a_link_on_the_path_that_leads_to_it_is_enough(shell: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "cudnn-heal").symlink_to(shell / "cudnn-heal")
    monkeypatch.setenv("PATH", str(tmp_path / "local"))
    assert _heal() == "cudnn-heal"


def test_another_environments_script_on_the_path_is_not_ours(
    shell: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "local").mkdir()
    shutil.copy(shell / "cudnn-heal", tmp_path / "local" / "cudnn-heal")
    monkeypatch.setenv("PATH", str(tmp_path / "local"))
    assert _heal() == f"{shell}/cudnn-heal"


@pytest.mark.parametrize("mark", ["UV_RUN_RECURSION_DEPTH", "PDM_RUN_CWD", "VIRTUAL_ENV"])
def test_a_path_that_a_runner_made_for_its_child_alone_does_not_count(
    shell: Path, monkeypatch: pytest.MonkeyPatch, mark: str
) -> None:
    monkeypatch.setenv("PATH", f"{shell}:/usr/bin")
    monkeypatch.setenv(mark, "1")
    assert _heal() == f"{shell}/cudnn-heal"


def test_under_uv_run_it_is_uv_run_that_is_typed_again(shell: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project_in(tmp_path / "p", "uv.lock")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "p" / ".venv"))
    monkeypatch.setenv("UV_RUN_RECURSION_DEPTH", "1")
    assert _heal(OWN, "--restore") == f"{shell}/cudnn-heal --restore", "from elsewhere uv would find another project"
    monkeypatch.chdir(tmp_path / "p")
    assert _heal(OWN, "--restore") == "uv run cudnn-heal --restore"
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "other" / ".venv"))
    assert _heal(OWN, "--restore") == f"{shell}/cudnn-heal --restore"


def test_an_activated_environments_path_counts(shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{shell}:/usr/bin")
    monkeypatch.setenv("VIRTUAL_ENV", str(shell.parent))
    monkeypatch.setenv("VIRTUAL_ENV_PROMPT", "(e) ")
    assert _heal() == "cudnn-heal"


@pytest.mark.parametrize(
    ("head", "starts"),
    [
        ("#!{here}/python3.11\n", True),
        ("#!/bin/sh\n'''exec' \"{here}/python\" \"$0\" \"$@\"\n' '''\n", True),
        ("#!/bin/sh\n'''exec' \"$(dirname -- \"$(realpath -- \"$0\")\")\"/'python' \"$0\" \"$@\"\n' '''\n", True),
        ("#!/elsewhere/bin/python\n", False),
        ("#!/bin/sh\n'''exec' '/else where/bin/python' \"$0\" \"$@\"\n' '''\n", False),
        ("#!/usr/bin/env python\n", False),
        ("", False),
    ],
    ids=["its own", "with a space", "uv's, relocatable", "copied or moved", "moved, with a space", "venv-pack's", "empty"],
)
def test_a_script_that_starts_another_python_is_not_advised(shell: Path, head: str, starts: bool) -> None:
    (shell / "cudnn-heal").write_text(head.replace("{here}", str(shell)))
    assert _heal(OWN) == (f"{shell}/cudnn-heal" if starts else f"{shell}/python -m cudnn_heal")


def test_without_a_script_the_module_is_called(shell: Path) -> None:
    (shell / "cudnn-heal").unlink()
    assert _heal(OTHER, "--doctor") == f"{shell}/python -m cudnn_heal --doctor --python '/x y/bin/python'"


@pytest.mark.parametrize("folder", ["archive-v0/5ZlTtRaabqdP2RDl", "builds-v0/.tmpbjCm6j"])
def test_from_uvx_uvx_is_called(shell: Path, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    monkeypatch.setattr(sys, "prefix", "/home/me/.cache/uv/" + folder)
    assert _heal(OTHER, "--status").endswith("cudnn-heal --status --python '/x y/bin/python'")
    assert _heal(OTHER, "--status").startswith("uvx ")


def test_an_environment_that_uv_made_for_a_call_is_named_while_it_lasts(
    shell: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached, temporary = tmp_path / "uv/archive-v0/5ZlTtRaabqdP2RDl", tmp_path / "uv/builds-v0/.tmpbjCm6j"
    project = tmp_path / "p/.venv"
    for prefix in (cached, temporary, project):
        (prefix / "lib/python3.11/site-packages").mkdir(parents=True)
        (prefix / "pyvenv.cfg").touch()

    def said(python: Path, around: Path, *, own: bool) -> str:
        monkeypatch.setattr(sys, "prefix", str(python))
        site_packages = str(around / "lib/python3.11/site-packages")
        return _heal(SimpleNamespace(is_home=own, python=f"{python}/bin/python", site_packages=site_packages), "--restore")

    assert said(cached, cached, own=True).endswith(f"cudnn-heal --restore --python {cached}")
    assert said(temporary, project, own=False).endswith(f"cudnn-heal --restore --python {project}")
    assert said(temporary, temporary, own=True).endswith("cudnn-heal --restore")
    manager = managers.manager(f"{temporary}/bin/python", f"{temporary}/lib/python3.11/site-packages")
    assert commands.install(manager, "a", "b<2") == "call this again with --with a --with 'b<2' too"
    replace = Advice("replace", "Keep one", distributions=("a",), requirements=("b<2",))
    assert commands.lines([replace], Place(manager)) == (
        Line("Keep one: call this again with --with 'b<2' too, and without a"),
    )
    remove = Advice("remove", "Take it out", distributions=("a",))
    assert commands.lines([remove], Place(manager)) == (Line("Take it out: call this again without a"),)


def test_pip_is_said_for_the_users_own_site_packages_also_where_uv_is_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, **_: f"/usr/bin/{name}")
    manager = managers.manager("/usr/bin/python3", "/home/me/.local/lib/python3.0/site-packages", "pip")
    assert commands.install(manager, "a") == "/usr/bin/python3 -m pip install --user a"
    monkeypatch.setenv("PYTHONUSERBASE", "/data/me")
    manager = managers.manager("/usr/bin/python3", "/data/me/lib/python3.0/site-packages", "pip")
    assert commands.install(manager, "a") == "/usr/bin/python3 -m pip install --user a"


def test_the_command_that_was_called_is_called_again(shell: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scripts").mkdir()
    shutil.copy(shell / "cudnn-heal", tmp_path / "scripts" / "cudnn-heal")
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "scripts" / "cudnn-heal"), "--status"])
    assert _heal() == f"{tmp_path}/scripts/cudnn-heal"


# --- Typed in real environments, on wheels made here.


def _wheel(folder: Path, version: str, name: str = "tiny", module: str = "tiny", requires: str = "") -> None:
    """Make a wheel in its folder of an index; the module tells whose it is."""
    info = f"{name}-{version}.dist-info"
    folder.mkdir(exist_ok=True, parents=True)
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{module}.py", f"VERSION = {version!r}\n" if name == "tiny" else f"NAME = {name!r}\n")
        needs = f"Requires-Dist: {requires}\n" if requires else ""
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/entry_points.txt", "[console_scripts]\ntiny = tiny:main\n")
        archive.writestr(
            f"{info}/RECORD", f"{module}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/entry_points.txt,,\n{info}/RECORD,,\n"
        )


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve an index to this machine alone: two releases of one distribution, and two onnxruntimes that lay one file."""
    folder = tmp_path_factory.mktemp("index")
    for version in ("1.0", "2.0"):
        _wheel(folder / "simple" / "tiny", version)
    _wheel(folder / "simple" / "onnxruntime", "1.0", "onnxruntime", "onnxruntime")
    _wheel(folder / "simple" / "onnxruntime-gpu", "1.0", "onnxruntime_gpu", "onnxruntime")
    _wheel(folder / "simple" / "speech", "1.0", "speech", "speech", "onnxruntime")
    for place in (folder / "simple").iterdir():
        links = "".join(f'<a href="{path.name}">{path.name}</a>' for path in sorted(place.iterdir()))
        (place / "index.html").write_text(f"<!DOCTYPE html><html><body>{links}</body></html>")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/simple"
        server.shutdown()


@pytest.fixture
def typed(tmp_path: Path, index: str) -> Any:
    """Types a command as a shell would, with nothing to install from but that index."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("UV_", "PIP_", "VIRTUAL_ENV"))},
        "UV_DEFAULT_INDEX": index,
        "UV_CACHE_DIR": str(tmp_path / "cache"),
        "UV_TOOL_DIR": str(tmp_path / "tools"),
        "UV_TOOL_BIN_DIR": str(tmp_path / "bin"),
        "UV_PYTHON": sys.executable,
        "UV_NO_CONFIG": "1",
        "PIP_INDEX_URL": index,
        "PIP_CONFIG_FILE": os.devnull,
    }

    def run(command: str, folder: Path = tmp_path) -> None:
        done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"

    return run


def _typed_through(typed: Any, python: Path) -> None:
    """Install an older release, lay it down again over damaged files and a damaged cache, and uninstall it."""
    (site_packages,) = (python.parent.parent / "lib").glob("python*/site-packages")

    def manager() -> Manager:
        return managers.manager(str(python), str(site_packages))

    typed(commands.install(manager(), REQUIREMENT))
    content = (site_packages / "tiny.py").read_text()
    assert content == "VERSION = '1.0'\n"
    (site_packages / "tiny.py").write_text("damaged, and where it is a hard link, the cache too")
    typed(commands.reinstall(manager(), "tiny==1.0"))
    assert (site_packages / "tiny.py").read_text() == content
    typed(commands.uninstall(manager(), "tiny"))
    assert not (site_packages / "tiny.py").exists()


needs_uv = pytest.mark.skipif(not shutil.which("uv"), reason="uv is not installed")


@pytest.mark.real
@needs_uv
def test_typed_in_an_environment_of_uvs(typed: Any, tmp_path: Path) -> None:
    typed("uv venv e")
    _typed_through(typed, tmp_path / "e" / "bin" / "python")


@pytest.mark.real
@needs_uv
def test_typed_in_a_project_of_uvs(typed: Any, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    typed("uv init --bare --name p && uv add tiny", tmp_path / "p")
    _typed_through(typed, tmp_path / "p" / ".venv" / "bin" / "python")
    assert "tiny" not in (tmp_path / "p" / "pyproject.toml").read_text()


def _obeyed(typed: Any, advice: Advice, folder: Path) -> None:
    """Do what is said about `advice` in the project in `folder`, word by word."""
    python = folder / ".venv" / "bin" / "python"
    (site_packages,) = (folder / ".venv" / "lib").glob("python*/site-packages")
    place = Place(managers.manager(str(python), str(site_packages)), installed=Installed.of(str(site_packages), VERSION))
    lines = commands.lines([advice], place)
    assert lines
    for line in lines:
        if line.text.endswith("in pyproject.toml, under [tool.uv]"):
            with (folder / "pyproject.toml").open("a") as file:
                file.write(f"\n[tool.uv]\n{line.command}\n")
        else:
            typed(line.command, folder)


@pytest.mark.real
@needs_uv
@pytest.mark.parametrize("declared", [False, True])
def test_typed_in_a_project_of_uvs_with_two_distributions_of_one_file(typed: Any, tmp_path: Path, declared: bool) -> None:
    """``uv remove`` refuses what is not declared, ``uv add`` prunes nothing, and a sync leaves the file of neither."""
    folder = tmp_path / "p"
    folder.mkdir()
    typed(f"uv init --bare --name p && uv add speech onnxruntime-gpu {'onnxruntime' if declared else ''}", folder)
    _obeyed(typed, GPU, folder)
    (module,) = (folder / ".venv" / "lib").glob("python*/site-packages/onnxruntime.py")
    for again in ("true", "uv sync", "uv add tiny"):
        typed(again, folder)
        assert module.read_text() == "NAME = 'onnxruntime_gpu'\n"
        assert [path.name for path in module.parent.glob("onnxruntime*.dist-info")] == ["onnxruntime_gpu-1.0.dist-info"]


@pytest.mark.real
@needs_uv
def test_typed_in_a_tool_of_uvs(typed: Any, tmp_path: Path) -> None:
    typed("uv tool install tiny==2.0")
    python = tmp_path / "tools" / "tiny" / "bin" / "python"
    manager = managers.manager(str(python), str(next((tmp_path / "tools" / "tiny" / "lib").glob("python*/site-packages"))))
    assert manager.kind == "uv-tool"
    typed(commands.install(manager, "tiny"))


@pytest.mark.real
def test_typed_in_an_environment_of_pips(typed: Any, tmp_path: Path) -> None:
    typed(f"{sys.executable} -m venv e")
    _typed_through(typed, tmp_path / "e" / "bin" / "python")
