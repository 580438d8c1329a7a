"""The command line: what it prints, its exit status, other environments, and the two functions for programs."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from cudnn_heal.plan import VERDICTS
from environment import ABORTED, CUBLAS, CUDNN, STUB, Environment, pythons, run

KEYS = {"schema", "verdict", "served", "site_packages", "ctranslate2", "parts", "links", "backup", "history"}
PART_KEYS = {"name", "needs", "provider", "verdict", "served", "why", "advice"}


def test_dry_run_and_status_change_nothing_and_the_plan_is_what_a_heal_does(demo: Environment) -> None:
    off = {"CUDNN_HEAL": "off"}
    before = demo.tree()
    planned = demo.heal("--dry-run", environ=off).stdout.splitlines()
    pending = demo.heal("--status", environ=off)
    assert demo.tree() == before
    assert pending.stdout.startswith("pending, not served")
    assert pending.returncode == 1
    assert f"link {STUB} -> ../nvidia/cudnn/lib/libcudnn.so.9" in planned
    healed = demo.heal(environ=off)
    assert healed.stdout.splitlines()[: len(planned)] == planned
    assert healed.returncode == 0
    assert demo.heal("--dry-run").stdout == "healthy: nothing to do\n"


def test_status_reads_well(demo: Environment) -> None:
    demo.settle()
    demo.install("ctranslate2==4.6.2")
    demo.start()
    text = demo.heal("--status").stdout
    for part in (
        "healthy, served by links",
        f"site-packages  {demo.site_packages}",
        f"ctranslate2    4.6.2, carries the stub {STUB}",
        "cuDNN   healthy     libcudnn.so.9    nvidia-cudnn-cu12 9.10.2.21",
        f"{STUB}.ORIGINAL (has the bytes that RECORD names)",
        "ctranslate2 4.6.1 -> 4.6.2",
        "ctranslate2 4.6.3 and later need no cuDNN",
    ):
        assert part in text


def test_json_has_what_the_readme_documents(demo: Environment) -> None:
    for flags in (["--status"], ["--dry-run"], [], ["--restore"]):
        content = json.loads(demo.heal(*flags, "--json").stdout)
        assert content.keys() >= KEYS
        assert content["schema"] == 1
        assert content["verdict"] in VERDICTS
        assert [part["name"] for part in content["parts"]] == ["cudnn", "cublas", "nccl"]
        assert all(part.keys() == PART_KEYS for part in content["parts"])
        assert all(link.keys() == {"path", "target", "state"} for link in content["links"])
    readme = (Path(__file__).parent.parent / "README.md").read_text()
    assert all(f"`{key}`" in readme for key in content)


def test_every_verdict_stands_in_the_readme() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text()
    assert all(f"| `{verdict}` |" in readme for verdict in VERDICTS)


def test_version_and_help(demo: Environment) -> None:
    assert re.fullmatch(r"cudnn-heal \d+\.\d+\.\d+\n", demo.heal("--version").stdout)
    assert run(demo.path / "bin" / "cudnn-heal", "--version").stdout == demo.heal("--version").stdout
    text = demo.heal("-h").stdout
    assert all(flag in text for flag in ("--status", "--dry-run", "--restore", "--doctor", "--json", "--python"))


@pytest.mark.parametrize("flags", [["--nonsense"], ["--status", "--restore"], ["--python"], ["extra"]])
def test_a_wrong_call_is_one_line_and_status_2(demo: Environment, flags: list[str]) -> None:
    result = demo.heal(*flags)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert result.stderr.strip()


def test_verbose_speaks_on_stderr_and_off_does_nothing(demo: Environment) -> None:
    before = demo.tree()
    demo.start(environ={"CUDNN_HEAL": "off"})
    assert demo.tree() == before
    result = demo.python("-c", "pass", environ={"CUDNN_HEAL": "verbose"})
    assert f"cudnn-heal: link {STUB}" in result.stderr
    assert result.stdout == ""
    assert "healthy" in demo.python("-c", "pass", environ={"CUDNN_HEAL": "verbose"}).stderr


def test_output_that_is_not_read_to_its_end_is_no_traceback(demo: Environment) -> None:
    demo.settle()
    result = run("sh", "-c", f"{demo.interpreter} -m cudnn_heal --status | head -1")
    assert result.stdout.startswith("healthy")
    assert result.stderr == ""


def test_what_was_not_done_is_status_1(demo: Environment) -> None:
    demo.settle()
    (demo.libs / (STUB + ".ORIGINAL")).unlink()
    refused = demo.heal("--restore")
    assert "Not done" in refused.stdout
    assert refused.returncode == 1
    assert demo.heal("--status").returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_what_another_user_could_not_take_back_is_status_1(demo: Environment) -> None:
    demo.settle()
    refused = demo.as_other_user("-m", "cudnn_heal", "--restore")
    assert "Not done" in refused.stdout
    assert refused.returncode == 1


@pytest.mark.parametrize("flag", ["", "--status", "--dry-run", "--restore", "--doctor"])
def test_a_closed_or_full_stdout_is_no_traceback(make: Callable[..., Environment], wheel: Path, flag: str) -> None:
    environment = make(wheel)
    for stdout in (">&-", ">/dev/full"):
        result = run("sh", "-c", f"{environment.interpreter} -m cudnn_heal {flag} {stdout}", check=False)
        assert "Traceback" not in result.stderr
        assert result.stderr.count("\n") <= 1


def test_a_path_that_the_terminal_cannot_show_is_no_traceback(make: Callable[..., Environment], wheel: Path) -> None:
    environment = make("ctranslate2==4.8.5", "--no-deps", wheel, name="ünï日本")
    for flag in ("", "--status", "--doctor"):
        result = environment.heal(*filter(None, [flag]), environ={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
        assert "Traceback" not in result.stderr
        assert result.stdout


def test_a_command_tells_what_its_own_start_has_healed(demo: Environment) -> None:
    assert "this interpreter's start has just healed it" in demo.heal("--dry-run").stdout
    assert demo.heal("--dry-run").stdout == "healthy: nothing to do\n"
    assert "nothing had to change" in demo.heal().stdout


# For programs.


def test_heal_in_a_notebook_and_that_a_restart_is_needed_after_the_import(demo: Environment) -> None:
    code = """
import json, cudnn_heal, ctranslate2
before = cudnn_heal.status()
healed = cudnn_heal.heal()
print(json.dumps([before["verdict"], healed["verdict"], healed["restart_needed"], cudnn_heal.heal()["restart_needed"]]))
"""
    result = demo.python("-c", code.replace("import json,", "import os, json,"), environ={"CUDNN_HEAL": "off"})
    assert json.loads(result.stdout) == ["pending", "healthy", True, False]


# Other environments.


@pytest.mark.parametrize("named", ["folder", "interpreter"])
def test_python_heals_an_environment_in_which_cudnn_heal_is_not_installed(
    make: Callable[..., Environment], wheel: Path, named: str
) -> None:
    healer = make(wheel, name="healer")
    other = make("ctranslate2==4.6.1", CUDNN, CUBLAS, name="other")
    path = other.path if named == "folder" else other.interpreter
    assert other.probe("cudnn").returncode == ABORTED
    assert healer.heal("--status", "--python", path).returncode == 1
    healed = healer.heal("--python", path)
    assert healed.returncode == 0
    assert "Nothing will repeat this" in healed.stdout
    assert f"cudnn-heal --restore --python {other.interpreter}" in healed.stdout
    assert other.probe("cudnn").result["returned"] == 0
    assert healer.heal("--restore", "--python", path).returncode == 0
    other.assert_as_recorded()


@pytest.mark.parametrize("python", pythons(), ids=lambda path: re.sub(r".*/(3\.\d+)[^/]*/.*|.*", r"\1", path) or "this")
def test_python_takes_environments_of_every_python(make: Callable[..., Environment], wheel: Path, python: str) -> None:
    healer = make(wheel, name="healer")
    other = make("nvidia-cublas-cu12==12.1.3.1", "--no-deps", name="other", python=python)
    result = json.loads(healer.heal("--status", "--json", "--python", other.path).stdout)
    assert result["site_packages"] == str(other.site_packages)
    assert result["verdict"] == "not-needed"


@pytest.mark.parametrize(
    "kind", ["missing", "empty name", "empty folder", "windows", "no program", "no python", "fails", "other system"]
)
def test_what_is_no_environment_is_one_clear_line_and_status_2(
    make: Callable[..., Environment], wheel: Path, tmp_path: Path, kind: str
) -> None:
    healer = make(wheel)
    target = tmp_path / "target"
    script = {"no python": "exit 0", "fails": "echo broken >&2; exit 3", "other system": 'echo \'["win32", "x", [], "y"]\''}
    if kind in ("empty folder", "windows"):
        target.mkdir()
    if kind == "windows":
        (target / "Scripts").mkdir()
    if kind == "no program":
        target.write_text("text")
    if kind in script:
        target.write_text(f"#!/bin/sh\n{script[kind]}\n")
        target.chmod(target.stat().st_mode | stat.S_IXUSR)
    result = healer.heal("--status", "--python", "" if kind == "empty name" else target)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("cudnn-heal: ")
    assert result.stderr.count("\n") == 1


def test_the_targets_own_hook_does_not_act_while_it_is_asked(
    make: Callable[..., Environment], wheel: Path, demo: Environment
) -> None:
    healer = make(wheel, name="healer")
    before = demo.tree()
    healer.heal("--status", "--python", demo.path)
    healer.heal("--dry-run", "--python", demo.path)
    assert demo.tree() == before
    assert not os.path.lexists(demo.libs / ".cudnn-heal")
