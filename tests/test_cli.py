"""The command line: what it prints, its exit status, other environments, and the functions for programs."""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hardening.venv import create, demo

import cudnn_heal
from cudnn_heal import cli
from cudnn_heal.catalog import CONSUMERS
from cudnn_heal.model import VERDICTS
from cudnn_heal.read import target
from support.environments import CUBLAS, CUDNN, STUB, Environment, run, tree, uv
from support.pythons import PYTHONS
from support.wheels import Site, onnxruntime_wheel

pytestmark = pytest.mark.seconds

KEYS = {
    *("schema", "verdict", "served", "site_packages", "python", "hook", "gpu", "consumers", "links", "backups", "history"),
    *("actions", "done", "change", "notes", "process_errors", "restart_needed", "error"),
}
CONSUMER_KEYS = {"name", "distribution", "version", "verdict", "served", "parts"}
PART_KEYS = {"name", "needs", "provider", "verdict", "served", "reason", "cause", "fix", "loads"}
OFF = {"CUDNN_HEAL": "off"}
ROOT = Path(__file__).parent.parent
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """Return an environment with made-up wheels that needs healing, and cudnn-heal in it."""
    return demo(tmp_path / "venv")[0]


@pytest.fixture(scope="module")
def healer(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Environment:
    """Return an environment that holds cudnn-heal alone, as a tool's own."""
    return Environment.create(tmp_path_factory.mktemp("healer") / "venv", wheel)


def test_dry_run_and_status_change_nothing_and_the_plan_is_what_a_heal_does(environment: Environment) -> None:
    before = environment.tree()
    planned = environment.heal("--dry-run", environ=OFF).stdout.splitlines()
    pending = environment.heal("--status", environ=OFF)
    assert environment.tree() == before
    assert not (environment.libs / ".cudnn-heal").exists()
    assert pending.stdout.startswith(f"pending in {environment.path}\n")
    assert pending.returncode == 1
    assert f"copy ../nvidia/cudnn/lib/libcudnn.so.9 to {STUB}" in planned
    healed = environment.heal("--verbose", environ=OFF)
    actions = [line for line in planned if line.startswith(("link", "copy", "back up"))]
    assert healed.stdout.splitlines()[: len(actions)] == actions
    assert healed.returncode == 0
    assert environment.heal("--dry-run").stdout == f"Nothing to do in {environment.path}: healthy.\n"


def test_a_heal_is_one_line_that_names_the_environment(environment: Environment) -> None:
    healed = environment.heal()
    assert re.fullmatch(
        rf"Healed {environment.path}: 7 links and a copy, the original backed up \(first heal: ctranslate2 4\.6\.1, .*\)\n",
        healed.stdout,
    )
    again = environment.heal().stdout
    assert again.startswith(f"Nothing to heal in {environment.path}: healthy. Last healed 20")
    assert again.endswith(" (first heal: ctranslate2 4.6.1, nvidia-cudnn-cu12 9.10.2.21, nvidia-cublas-cu12 12.9.3.13).\n")


def test_status_reads_well(environment: Environment) -> None:
    environment.settle()
    Site(environment.site_packages).ctranslate2("4.6.2")
    environment.start()
    lines = environment.heal("--status").stdout.splitlines()
    assert lines[:2] == [f"healthy in {environment.path}", "  ctranslate2 4.6.2  healthy  cuDNN and cuBLAS by links"]
    assert re.fullmatch(r"last healed 20\d\d-\d\d-\d\d \d\d:\d\d \(ctranslate2 4\.6\.1 -> 4\.6\.2\)", lines[2])
    assert lines[3] == f"Before cudnn-heal or NVIDIA's wheels are removed: {environment.interpreter} -m cudnn_heal --restore"
    assert len(lines) == 4
    text = environment.heal("--status", "--verbose").stdout
    for part in (
        "    cuDNN   libcudnn.so.9    nvidia-cudnn-cu12 9.10.2.21",
        "7 links and a copy",
        f"the original of ctranslate2 is kept as {STUB}.ORIGINAL (verified)",
        "note: ctranslate2 4.6.3 and later need no cuDNN (but cuBLAS all the same).",
    ):
        assert part in text
    assert text.count("need no cuDNN") == 1
    assert "libcublas.so.12 " in text.partition("7 links and a copy")[2]


def test_status_has_a_row_for_each_installed_package(environment: Environment) -> None:
    Site(environment.site_packages).install(onnxruntime_wheel())
    text = environment.heal("--status").stdout
    assert "\n  ctranslate2 4.6.1  " in text
    assert "\n  onnxruntime-gpu 1.23.2  no-provider  " in text
    assert "torch" not in text
    assert "opens libcudart.so.12, libcufft.so.11, libcurand.so.10, and no installed wheel has them" in text


def test_a_dry_run_tells_what_the_next_call_would_do_while_paused_and_with_restore(environment: Environment) -> None:
    environment.settle()
    planned = environment.heal("--dry-run", "--restore").stdout.splitlines()
    assert planned[0] == f"put {STUB}.ORIGINAL back as {STUB}"
    restored = environment.heal("--restore", "--verbose")
    assert restored.stdout.splitlines()[: len(planned)] == planned
    assert restored.stdout.splitlines()[len(planned)].startswith(f"Restored {environment.path}: ")
    again = environment.heal("--dry-run").stdout.splitlines()
    assert again[0] == "resume after --restore"
    assert f"copy ../nvidia/cudnn/lib/libcudnn.so.9 to {STUB}" in again
    assert environment.heal("--dry-run", "--restore").stdout == f"Nothing to do in {environment.path}: paused.\n"


def test_json_has_what_the_documentation_has(environment: Environment) -> None:
    document = (ROOT / "docs" / "json.md").read_text() if (ROOT / "docs" / "json.md").exists() else ""
    for flags in (["--status"], ["--dry-run"], [], ["--restore"], ["--restore", "--dry-run"]):
        content = json.loads(environment.heal(*flags, "--json").stdout)
        assert content.keys() == KEYS
        assert content["schema"] == 3
        assert content["verdict"] in VERDICTS
        assert [one["name"] for one in content["consumers"]] == list(CONSUMERS)
        assert all(one.keys() == CONSUMER_KEYS for one in content["consumers"])
        parts = content["consumers"][0]["parts"]
        assert [part["name"] for part in parts] == ["cudnn", "cublas", "nccl"]
        assert all(part.keys() == PART_KEYS for part in parts)
        assert all(link.keys() == {"path", "kind", "target", "state"} for link in content["links"])
    if not document:
        pytest.skip("docs/json.md is not written yet")
    assert all(f"`{key}`" in document for key in KEYS | CONSUMER_KEYS | PART_KEYS)


def test_every_verdict_is_documented() -> None:
    documents = [path.read_text() for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))]
    assert all(any(f"| `{verdict}` |" in document for document in documents) for verdict in VERDICTS)


def test_version_and_help(healer: Environment) -> None:
    assert re.fullmatch(r"cudnn-heal \d+\.\d+\.\d+\n", healer.heal("--version").stdout)
    assert run(healer.path / "bin" / "cudnn-heal", "-V").stdout == healer.heal("--version").stdout
    text = healer.heal("-h").stdout
    flags = ("--status", "--dry-run", "--restore", "--doctor", "--explain", "--json", "--python", "--verbose")
    assert all(flag in text for flag in flags)
    assert text.count("\n") <= 40, "it fits a screen"
    assert text.count("  cudnn-heal ") >= 2, "it has examples"


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--nonsense"], "--nonsense"),
        (["--status", "--restore"], "--status and --restore are different calls"),
        (["--status", "--doctor"], "--status and --doctor are different calls"),
        (["--status", "--dry-run"], "--status and --dry-run are different calls"),
        (["--report"], "belong to --doctor"),
        (["--python"], "--python"),
        (["--stat"], "--stat"),
        (["extra"], "extra"),
        (["status"], "did you mean cudnn-heal --status?"),
        (["doctor"], "did you mean cudnn-heal --doctor?"),
        (["restore", "--json"], "did you mean cudnn-heal --restore?"),
        (["--stauts"], "did you mean cudnn-heal --status?"),
        (["--dry_run"], "did you mean cudnn-heal --dry-run?"),
        (["-status"], "did you mean cudnn-heal --status?"),
        (["--explian=x"], "did you mean cudnn-heal --explain?"),
        (["--bogus"], "unrecognized arguments: --bogus"),
        (["\x1b[31m"], "unrecognized arguments: \\x1b[31m"),
        (["heal"], "a heal needs no word: type cudnn-heal"),
    ],
)
def test_a_wrong_call_is_one_line_and_status_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, flags: list[str], words: str
) -> None:
    monkeypatch.setattr(sys, "argv", ["cudnn-heal", *flags])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert err.count("\n") == 1 and err.startswith("cudnn-heal: ")


def test_verbose_speaks_on_stderr_and_off_does_nothing(environment: Environment) -> None:
    before = environment.tree()
    environment.start(environ=OFF)
    assert environment.tree() == before
    result = environment.python("-c", "pass", environ={"CUDNN_HEAL": "verbose"})
    lines = result.stderr.splitlines()
    assert lines[0].startswith("cudnn-heal: first heal: ctranslate2 4.6.1, ")
    assert f"cudnn-heal: copy ../nvidia/cudnn/lib/libcudnn.so.9 to {STUB}" in lines, "what this start did"
    assert lines[-1] == "cudnn-heal: healthy"
    again = environment.python("-c", "pass", environ={"CUDNN_HEAL": "verbose"})
    assert again.stderr.splitlines()[-1] == "cudnn-heal: healthy" and "copy" not in again.stderr
    assert result.stdout == ""
    assert environment.is_replaced()


def test_a_call_that_the_switch_affects_says_so(environment: Environment) -> None:
    for flags in ([], ["--status"], ["--dry-run"], ["--restore"]):
        said = environment.heal(*flags, environ=OFF).stdout
        assert said.count("CUDNN_HEAL=off is set") == 1
    said = environment.heal("--status", environ={"CUDNN_HEAL": "of,-tourch"}).stdout
    assert "'-tourch' in CUDNN_HEAL means nothing" in said
    assert "'of' in CUDNN_HEAL means nothing" in said


def test_output_that_is_not_read_to_its_end_is_no_traceback(environment: Environment) -> None:
    environment.settle()
    result = run("sh", "-c", f"{environment.interpreter} -m cudnn_heal --status | head -1")
    assert result.stdout.startswith("healthy")
    assert result.stderr == ""


def test_what_was_not_done_is_status_1(environment: Environment) -> None:
    environment.settle()
    (environment.libs / (STUB + ".ORIGINAL")).unlink()
    refused = environment.heal("--restore")
    assert refused.stdout.startswith("Not restored, nothing was changed: the original")
    assert refused.returncode == 1
    dry = environment.heal("--restore", "--dry-run")
    assert dry.stdout.startswith("Nothing would be changed: the original")
    assert environment.heal("--status").returncode == 0


def test_a_restore_where_there_is_no_folder_names_the_switch(tmp_path: Path) -> None:
    environment, site = create(tmp_path / "venv")
    site.install(onnxruntime_wheel())
    restored = environment.heal("--restore")
    assert "CUDNN_HEAL=off" in restored.stdout
    assert "no folder can keep a pause" in restored.stdout


@needs_root
def test_what_another_user_could_not_change_is_status_1(environment: Environment) -> None:
    environment.settle()
    refused = environment.as_other_user("-m", "cudnn_heal", "--restore")
    assert refused.stdout.startswith("Not restored: ")
    assert "can't be changed by this user.\n  As its owner: " in refused.stdout
    assert refused.returncode == 1


@pytest.mark.parametrize("flag", ["", "--status", "--dry-run", "--restore", "--doctor"])
def test_a_closed_or_full_stdout_is_no_traceback(healer: Environment, flag: str) -> None:
    for stdout in (">&-", ">/dev/full"):
        result = run("sh", "-c", f"{healer.interpreter} -m cudnn_heal {flag} {stdout}", check=False)
        assert "Traceback" not in result.stderr
        assert result.stderr.count("\n") <= 1


def test_a_path_that_the_terminal_cannot_show_is_no_traceback(tmp_path: Path) -> None:
    environment, site = create(tmp_path / "ünï日本")
    site.ctranslate2("4.8.5", "")
    for flag in ("", "--status"):
        result = environment.heal(*filter(None, [flag]), environ={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
        assert "Traceback" not in result.stderr
        assert result.stdout


def test_a_commands_own_start_heals_nothing_before_it_looks(environment: Environment) -> None:
    """The hook runs in the command's interpreter too; what is reported is what was found."""
    before = environment.tree()
    assert environment.heal("--status").stdout.startswith("pending")
    assert environment.heal("--dry-run").stdout.startswith("back up ")
    if sys.version_info >= (3, 10):  # before, it can't be known with -m
        assert environment.tree() == before
    assert environment.heal().stdout.startswith("Healed")


def test_the_current_folders_modules_do_not_run(environment: Environment, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("json", "argparse", "resource", "cudnn_heal_start"):
        (folder / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n")
    run(environment.interpreter, "-I", "-c", "from cudnn_heal.cli import main; main(['--status'])", cwd=folder)
    other = environment.heal("--status", "--python", environment.interpreter, cwd="/")
    assert other.returncode in (0, 1)
    assert not (tmp_path / "ran").exists()


# For programs.


def test_heal_in_a_notebook_and_that_a_restart_is_needed_after_the_import(demo: Environment) -> None:
    code = """
import json, cudnn_heal, ctranslate2
before = cudnn_heal.status()
healed = cudnn_heal.heal()
again = cudnn_heal.heal()
print(json.dumps([before["verdict"], healed["verdict"], healed["restart_needed"], again["restart_needed"]]))
"""
    result = demo.python("-c", code, environ=OFF)
    assert json.loads(result.stdout) == ["pending", "healthy", True, True]
    result = demo.python("-c", code, environ=OFF)
    assert json.loads(result.stdout) == ["healthy", "healthy", False, False]


def test_the_functions_give_what_the_command_prints(environment: Environment) -> None:
    code = "import json, cudnn_heal; print(json.dumps([getattr(cudnn_heal, name)() for name in {names!r}]))"
    names = ["status", "heal", "status", "restore", "status"]
    told = json.loads(environment.python("-c", code.format(names=names), environ=OFF).stdout)
    assert [one["verdict"] for one in told] == ["pending", "healthy", "healthy", "paused", "paused"]
    printed = json.loads(environment.heal("--status", "--json", environ=OFF).stdout)
    assert told[-1] == printed


def test_importing_the_package_starts_nothing(environment: Environment) -> None:
    code = "import cudnn_heal, cudnn_heal_start, sys; print(cudnn_heal_start.started, len(sys.modules))"
    before = environment.tree()
    result = environment.python("-S", "-c", f"import sys; sys.path.append({str(environment.site_packages)!r}); {code}")
    assert result.stdout.startswith("False ")
    assert environment.tree() == before
    assert cudnn_heal.__version__ == "0.3.0"


# Other environments.


@pytest.mark.parametrize("named", ["folder", "interpreter"])
def test_python_heals_an_environment_in_which_cudnn_heal_is_not_installed(
    make: Callable[..., Environment], healer: Environment, named: str
) -> None:
    other = make("ctranslate2==4.6.1", CUDNN, CUBLAS, name="other")
    path = other.path if named == "folder" else other.interpreter
    other.probe("cudnn").assert_unserved()
    assert healer.heal("--status", "--python", path).returncode == 1
    healed = healer.heal("--python", path)
    assert healed.returncode == 0
    assert "Nothing repeats this after the next change there" in healed.stdout
    assert re.search(rf"--restore --python {other.path}|--python {other.path}\S* --restore", healed.stdout)
    assert other.probe("cudnn").result["returned"] == 0
    assert healer.heal("--restore", "--python", path).returncode == 0
    other.assert_as_recorded()


@pytest.mark.parametrize("python", PYTHONS)
def test_python_takes_environments_of_every_python(healer: Environment, tmp_path: Path, python: str) -> None:
    uv("venv", "--python", python, tmp_path / "other")
    other = Environment(tmp_path / "other")
    Site(other.site_packages).ctranslate2("4.8.5", "").cublas()
    result = json.loads(healer.heal("--status", "--json", "--python", other.path).stdout)
    assert result["site_packages"] == str(other.site_packages)
    assert result["python"] == str(other.interpreter)


def test_what_is_no_environment_is_one_clear_line_and_status_2(healer: Environment, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\nexit 0\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    for place in (tmp_path / "missing", "", tmp_path, script, "/bin/ls"):
        result = healer.heal("--status", "--python", place)
        assert result.returncode == 2
        assert result.stdout == ""
        assert result.stderr.startswith("cudnn-heal: ")
        assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("how", ["VIRTUAL_ENV", ".venv"])
def test_from_a_tools_own_environment_the_one_that_was_meant_is_named(
    healer: Environment, environment: Environment, how: str
) -> None:
    environ = {"VIRTUAL_ENV": str(environment.path)} if how == "VIRTUAL_ENV" else {}
    environment.path.rename(environment.path.with_name(".venv"))
    meant = environment.path.with_name(".venv")
    environ = {name: str(meant) for name in environ}
    result = healer.heal("--status", environ=environ, cwd=meant.parent if how == ".venv" else "/")
    assert result.returncode == 2
    assert "cudnn-heal's own environment" in result.stderr
    assert "did you mean" in result.stderr and "--python" in result.stderr
    explained = healer.heal("--explain", "Unable to load any of {libcudnn_ops.so.9.1.0}", environ=environ, cwd=meant.parent)
    assert explained.returncode == 0
    assert re.search(r"probably meant:\n? *.*--explain 'Unable.* --python \S*\.venv\n", explained.stdout)
    assert healer.heal("--status", cwd="/").returncode == 0, "the control: alone it has nothing to do"


def test_nothing_of_a_folder_is_run_that_was_not_asked_for(healer: Environment, tmp_path: Path) -> None:
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    (tmp_path / ".venv" / "pyvenv.cfg").touch()
    python.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    python.chmod(0o755)
    for flags in (["--status"], ["--explain", "libcublas.so.12"], [], ["--doctor"]):
        result = healer.heal(*flags, cwd=tmp_path)
        asked = flags[:1] == ["--explain"]
        assert result.returncode in ((0, 1) if asked else (1, 2)) and "Traceback" not in result.stderr
        assert asked or "--python .venv" in result.stderr
    assert not (tmp_path / "ran").exists()
    healer.heal("--status", "--python", ".venv", cwd=tmp_path)
    assert (tmp_path / "ran").exists(), "the control: it runs where it is asked about"


ATTACK = "\x1b]0;owned\x07\x1b[2J\x9b31m\x00 \u202e"


def test_only_printable_characters_are_printed_by_every_command(healer: Environment, tmp_path: Path) -> None:
    """Names of folders, messages and words of the command line can hold anything but NUL."""
    environment, site = create(tmp_path / "venv")
    site.ctranslate2("4.6.1")
    strange = tmp_path / ("venv\udcff" + ATTACK.replace("\x00", ""))  # of which uv would make none
    environment.path.rename(strange)
    environment = Environment(strange)
    log = tmp_path / "log"
    log.write_text(f"Unable to load any of {{libcudnn_ops.so.9.1.0{ATTACK}}}\n")
    for flags in (
        *([], ["--status"], ["--status", "--verbose"], ["--dry-run"], ["--restore"], ["--status", "--json"]),
        *(["--python", f"/{ATTACK[:8]}"], [f"--{ATTACK[:8]}"]),
        *(["--doctor", "--quick"], ["--doctor", "--quick", "--json"], ["--doctor", "--quick", "--report"]),
        *(["--explain", f"No such file: {ATTACK[:8]}"], ["--explain", str(log)], ["--explain", str(log), "--json"]),
    ):
        needs_more = flags[:1] and flags[0] in ("--explain", "--doctor")
        result = healer.heal(*flags, "--python", strange) if needs_more else environment.heal(*flags)
        said = result.stdout + result.stderr
        assert said and all(line.isprintable() for line in said.split("\n")), (flags, said)
        assert "Traceback" not in said


@pytest.mark.parametrize("flags", [("--explain", "x"), ("--doctor",), ("--doctor", "--quick", "--json")])
def test_where_cudnn_heal_lacks_a_requirement_of_its_own_it_says_so(environment: Environment, flags: tuple[str, ...]) -> None:
    result = environment.heal(*flags)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(
        "cudnn-heal: this call needs packaging, and cudnn-heal was installed without it; what to do: "
    )
    assert result.stderr.rstrip().endswith("packaging") and "install" in result.stderr
    assert environment.heal().returncode == 0, "the control: it heals without"


def test_metadata_that_is_not_utf_8_ends_no_command(healer: Environment, environment: Environment) -> None:
    info = environment.libs.parent / "faster_whisper-1.2.1.dist-info"
    info.mkdir()
    text = "Metadata-Version: 2.1\nName: faster-whisper\nVersion: 1.2.1\nAuthor: Herv\u00e9\nRequires-Dist: ham>=2\n"
    (info / "METADATA").write_bytes(text.encode("latin-1"))
    for flags in (["--status"], ["--explain", "UnpicklingError: Weights only load failed"], ["--doctor", "--quick"]):
        result = healer.heal(*flags, "--python", environment.path)
        assert result.returncode in (0, 1) and "Traceback" not in result.stderr, result.stderr
    assert "ham" in result.stdout, ("the control: it was read", result.stdout)


def test_the_targets_own_hook_does_not_act_while_it_is_asked(healer: Environment, environment: Environment) -> None:
    before = tree(environment.libs)
    healer.heal("--status", "--python", environment.path)
    healer.heal("--dry-run", "--python", environment.path)
    assert tree(environment.libs) == before


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), target.Unusable("x is no environment")])
def test_an_interrupt_or_a_wrong_target_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], problem: BaseException
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise problem

    monkeypatch.setattr(cli, "_run", fails)
    code = cli.main(["--status", "--python", sys.prefix])
    assert code == (2 if isinstance(problem, target.Unusable) else 130)
    assert capsys.readouterr().err.count("\n") == 1


def test_a_note_is_said_once(environment: Environment) -> None:
    Site(environment.site_packages).remove("nvidia-cudnn-cu12")
    text = environment.heal("--status", "--verbose").stdout
    assert "Add it: " in text
    assert text.count("need no cuDNN") == 1


@pytest.mark.parametrize("name", ["nowhere.log", "/var/log/nowhere", "nowhere.txt"])
def test_a_mistyped_log_is_no_message(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert cli.main(["--explain", name]) == 2
    assert capsys.readouterr().err == f"cudnn-heal: there is no file {name}: name a log, or quote the message itself\n"
