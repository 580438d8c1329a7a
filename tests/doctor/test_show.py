"""What is printed: a header, a line for each check, causes before what follows from them, one sentence at the end."""

from __future__ import annotations

import io
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cudnn_heal import __version__
from cudnn_heal.advice import Line
from cudnn_heal.doctor import host, show
from cudnn_heal.doctor.child import Ended
from cudnn_heal.doctor.result import Problem, Result, absent, failed, ok, skipped
from cudnn_heal.doctor.stack import Stack
from support.doctor_results import GPU, PROBLEM, planted, probing, shown
from support.printing import Terminal

pytestmark = [pytest.mark.seconds, pytest.mark.skipif(sys.platform != "linux", reason="the doctor knows Linux only")]

LONG = "word " * 60


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(host, "ROOT", str(tmp_path / "root"))
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    monkeypatch.delenv("container", raising=False)


def test_it_begins_with_a_header_of_three_lines(tmp_path: Path) -> None:
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv/pyvenv.cfg").touch()
    lines = shown(tmp_path / "venv/lib/python3/site-packages", planted("a", ok("fine"))).splitlines()
    python = ".".join(map(str, sys.version_info[:3]))
    assert lines[0].startswith(f"cudnn-heal {__version__}; Python {python}")
    assert re.match(r"(no NVIDIA driver|driver [\w. ]+ \(CUDA [\d.]+\)); ", lines[1])
    # The interpreter that runs the tests may be a project's.
    assert re.match(rf"{re.escape(str(tmp_path))}/venv, (managed with|a uv project at) ", lines[2])
    assert lines[3] == ""


UNTESTED = "The GPU was not tested: there is none here."


def test_without_a_gpu_all_well_is_said_of_the_cpu_alone(tmp_path: Path) -> None:
    text = shown(tmp_path, planted("a", ok("fine")), planted("bb", skipped("no GPU")))
    assert text.endswith(f"\n\nok       a   fine\nskipped  bb  no GPU\n\nNo problems found on the CPU. {UNTESTED}\n")


def test_with_a_gpu_all_well_is_one_sentence(tmp_path: Path, gpu: None) -> None:
    assert shown(tmp_path, planted("a", ok("fine"))).endswith("\n\nok       a  fine\n\nNo problems found.\n")


def test_the_next_thing_to_type_is_the_last_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stack, "version", lambda stack, name: "1.2.1" if name == "faster-whisper" else "")
    last = shown(tmp_path, planted("a", ok("fine"))).splitlines()[-1]
    assert re.match(r"  Transcribe for real: .*cudnn.heal --doctor --model MODEL --python ", last)
    last = shown(tmp_path, planted("a", ok("fine")), quick=True).splitlines()[-1]
    assert re.match(r"  Try it all: .*cudnn.heal --doctor --python ", last)


def test_what_is_not_run_is_not_called_absent(tmp_path: Path) -> None:
    text = shown(tmp_path, planted("machine", skipped("no GPU")), planted("a", absent("x")), probing("b", _never), quick=True)
    assert "Nothing to check" not in text


def test_quick_runs_nothing_and_says_so(tmp_path: Path) -> None:
    text = shown(tmp_path, planted("a", ok("fine")), probing("b", _never), quick=True)
    assert "ok       a  fine\n\nNo known problem found. Nothing was run.\n" in text


def test_what_is_not_installed_is_folded_into_one_line(tmp_path: Path) -> None:
    checks = [
        planted("a", absent("torch")),
        planted("b", ok("fine")),
        planted("c", absent("torch")),
        planted("d", absent("triton")),
    ]
    assert "\n\nok       b  fine\nnot installed: torch, triton\n\nNo problems found" in shown(tmp_path, *checks)


def test_where_nothing_is_installed_nothing_is_called_fine(tmp_path: Path) -> None:
    text = shown(tmp_path, planted("machine", skipped("no GPU")), planted("a", absent("torch")))
    assert "\n\nNothing to check: nothing of the speech stack is installed in this environment.\n  Check another one: " in text
    assert text.endswith("--doctor --python DIR\n")


def test_a_failure_shows_what_was_found_why_and_what_fixes_it(tmp_path: Path) -> None:
    text = shown(tmp_path, planted("a", failed("bad", PROBLEM)))
    assert text.endswith(
        "\n\nfailed   a  bad\n\na: nonsense\n  found  saw this\n         and this\n  cause  Because.\n"
        "  fix    pip install sense\n"
        f"\n1 problem found. {UNTESTED} Begin with a, nonsense:\n  pip install sense\n"
    )


def test_a_cause_that_nobody_knows_is_said_to_be_unknown_with_the_next_step(tmp_path: Path) -> None:
    text = shown(tmp_path, planted("a", failed("bad", Problem(("saw this",), "", ()))))
    assert "\na: unknown\n  found  saw this\n  cause  Not known.\n  fix    Ask with a report: " in text
    assert re.search(r"\n  Ask with a report: .*cudnn.heal --doctor --report --python \S+\n$", text)


def test_what_follows_is_said_to_follow_and_told_once(tmp_path: Path) -> None:
    same = failed("bad too", PROBLEM._replace(found=("saw that",)))
    results = {
        "other": failed("ill", PROBLEM._replace(id="fever")),
        "root": failed("bad", PROBLEM),
        "leaf": same,
        "leaf 2": same,
    }
    text = shown(tmp_path, *(planted(name, result) for name, result in results.items()))
    assert "failed   leaf    bad too (follows from root)\n" in text
    assert (
        text.index("\nother: fever\n") < text.index("\nroot: nonsense\n") < text.index("\nleaf: follows from root: saw that\n")
    )
    assert text.count("  cause  ") == 2
    assert "\n2 problems found, from which 2 more failures follow. " in text
    assert text.endswith(" Begin with other, fever:\n  pip install sense\n")


@pytest.mark.parametrize(
    ("cause", "rests_on", "follows"),
    [
        pytest.param("nonsense", (), True, id="the same cause"),
        pytest.param("unknown", ("root",), True, id="no known cause, and it rests on the other"),
        pytest.param("unknown", (), False, id="no known cause"),
        pytest.param("fever", ("root",), False, id="a cause of its own"),
        pytest.param("fever", (), False, id="nothing in common"),
    ],
)
def test_a_failure_follows_only_from_its_cause(tmp_path: Path, cause: str, rests_on: tuple[str, ...], follows: bool) -> None:
    leaf = planted("leaf", failed("bad too", PROBLEM._replace(id=cause)), *rests_on)
    text = shown(tmp_path, planted("root", failed("bad", PROBLEM)), leaf)
    assert ("(follows from root)" in text) is follows


def test_without_a_machine_nothing_on_it_has_a_cause_of_its_own(tmp_path: Path) -> None:
    leaf = planted("leaf", failed("bad too", PROBLEM._replace(id="fever")), "machine")
    assert "(follows from machine)" in shown(tmp_path, planted("machine", failed("bad", PROBLEM)), leaf)


def test_nothing_follows_from_what_follows(tmp_path: Path) -> None:
    unknown = failed("bad", Problem(("x",), "", ()))
    text = shown(tmp_path, planted("a", unknown), planted("b", unknown, "a"), planted("c", unknown, "a", "b"))
    assert text.count("(follows from a)") == 2


@pytest.mark.parametrize(("gpus", "first"), [([], "pyannote"), ([GPU], "cuBLAS")])
def test_what_a_gpu_needs_comes_first_where_there_is_one_and_last_where_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gpus: list[dict[str, Any]], first: str
) -> None:
    monkeypatch.setattr(Stack, "gpus", gpus)
    gpu, other = failed("bad", PROBLEM._replace(gpu=True, id="links")), failed("bad", PROBLEM)
    for names in (("cuBLAS", "pyannote"), ("pyannote", "cuBLAS")):
        text = shown(tmp_path, *(planted(name, gpu if name == "cuBLAS" else other) for name in names))
        assert f" Begin with {first}, " in text


def test_what_only_a_gpu_needs_is_a_warning_where_there_is_none(tmp_path: Path) -> None:
    gpu = failed("bad", PROBLEM._replace(gpu=True))
    text = shown(tmp_path, planted("cuBLAS", gpu), out=Terminal())
    assert "\x1b[33m1 problem found, which only a GPU would meet. Begin with cuBLAS, nonsense:\x1b[0m\n" in text


def test_notes_are_told_though_nothing_is_wrong(tmp_path: Path) -> None:
    text = shown(tmp_path, planted("a", ok("fine", "by the way", Line("It helps", "sense"), "and")))
    assert "\n\na, note: by the way\n  It helps: sense\n\na, note: and\n\nNo problems found" in text


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_text_is_wrapped_to_the_terminal_with_a_hanging_indent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("NO_COLOR", "1")
    command = "uv pip install --python /somewhere/far/away/with/a/long/name/bin/python 'torch<2.9' 'torchaudio<2.9' 'numpy<3'"
    problem = Problem((LONG.strip(),), LONG.strip(), (Line("With an older torch", command), Line("", command)), "long")
    text = shown(tmp_path, planted("a", ok(LONG.strip())), planted("b", failed("bad", problem)), out=Terminal())
    lines = [re.sub(r"^.*\r\x1b\[K", "", line) for line in text.split("\n")]
    assert all(len(line) <= columns for line in lines if command not in line and str(tmp_path) not in line)
    assert sum(line.endswith(command) for line in lines) >= 2, "a command is never broken"
    row = next(number for number, line in enumerate(lines) if line.startswith("ok       a  word"))
    assert lines[row + 1].startswith(" " * 12 + "word"), "under the beginning of the text"
    cause = next(number for number, line in enumerate(lines) if line.startswith("  cause  word"))
    assert lines[cause + 1].startswith(" " * 9 + "word")


def test_a_pipe_is_not_wrapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert f"ok       a  {LONG.strip()}\n" in shown(tmp_path, planted("a", ok(LONG.strip())))


@pytest.mark.parametrize(
    ("result", "color"),
    [(ok("fine"), "32"), (failed("bad", PROBLEM), "31"), (absent("torch"), "33")],
    ids=["green", "red", "yellow"],
)
def test_the_last_sentence_has_a_colour(tmp_path: Path, result: Result, color: str) -> None:
    text = shown(tmp_path, planted("a", result), out=Terminal())
    assert re.search(rf"\x1b\[{color}m(No problems found.*|1 problem found\..*|Nothing to check: .*)\x1b\[0m", text)


@pytest.mark.seconds
def test_a_pipe_gets_no_escape_and_no_live_line(tmp_path: Path) -> None:
    text = shown(tmp_path, probing("slow", _slow), planted("b", failed("bad", PROBLEM)))
    assert "\x1b" not in text
    assert "\r" not in text
    assert "running" not in text


@pytest.mark.seconds
def test_the_live_line_moves_a_few_times_a_second_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = shown(tmp_path, probing("slow", _slow), out=Terminal())
    lines = re.findall(r"\r\x1b\[K(\d of \d done; running: [^\r\n]*)", text)
    assert 1 <= len(lines) <= 1.0 / show.LIVE_SECONDS + 1
    assert re.fullmatch(r"0 of 1 done; running: slow \d s", lines[0])
    assert "ok       \x1b" not in text.split("\r\x1b[K")[-1] and "slow  fine\n" in text


def test_json_says_the_same(tmp_path: Path) -> None:
    checks = [
        planted("a", failed("bad", PROBLEM)),
        planted("b", ok("fine", "by the way", facts={"n": 1})),
        planted("c", absent("torch")),
    ]
    text = shown(tmp_path, *checks, as_json=True)
    told = json.loads(text)
    assert {name: told[name] for name in ("schema", "passed", "failed", "skipped", "python", "begin_with")} == {
        "schema": 3,
        "passed": 1,
        "failed": 1,
        "skipped": 1,
        "python": sys.executable,
        "begin_with": "a",
    }
    assert told["header"]["cudnn_heal"] == __version__
    assert told["seconds"] >= 0
    assert {child["probe"] for child in told["children"]} == {"driver.probe_driver"}
    for check in told["checks"]:
        assert check.pop("seconds") >= 0
    problem = {
        "found": ["saw this", "and this"],
        "cause": "Because.",
        "fix": [{"text": "", "command": "pip install sense"}],
        "id": "nonsense",
        "reference": [],
        "gpu": False,
    }
    common: dict[str, Any] = {"facts": {}, "problems": [], "notes": [], "absent": None, "follows": None}
    assert told["checks"] == [
        {**common, "name": "a", "status": "failed", "summary": "bad", "problems": [{**problem, "reference": []}]},
        {**common, "name": "b", "status": "ok", "summary": "fine", "facts": {"n": 1}, "notes": ["by the way"]},
        {**common, "name": "c", "status": "skipped", "summary": "torch is not installed", "absent": "torch"},
    ]


def _slow() -> None:
    time.sleep(1.0)


def _never() -> None:
    raise AssertionError


@pytest.mark.seconds
def test_each_line_is_shown_as_soon_as_it_is_known(tmp_path: Path) -> None:
    class Out(io.StringIO):
        """Remembers when what came."""

        def write(self, text: str) -> int:
            came.extend((line, time.monotonic()) for line in text.splitlines())
            return len(text)

    came: list[tuple[str, float]] = []
    shown(tmp_path, planted("z", ok("known")), probing("a", _slow), probing("b", _slow), out=Out())
    times = {line.split()[1]: at for line, at in came if line.startswith("ok ")}
    assert list(times) == ["z", "a", "b"]
    assert times["a"] - times["z"] > 0.9
    assert times["b"] - times["a"] > 0.9


def test_what_failed_is_shown_with_what_it_follows_from(tmp_path: Path) -> None:
    def judge(stack: Stack, ended: Ended) -> Result:
        return failed("bad", PROBLEM)

    checks = [probing(name, _nothing, judge=judge) for name in ("root", "leaf")]
    assert "failed   root  bad\nfailed   leaf  bad (follows from root)\n" in shown(tmp_path, *checks)


def _nothing() -> None:
    pass


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have it seem that there is a GPU."""
    monkeypatch.setattr(Stack, "gpus", [GPU])
