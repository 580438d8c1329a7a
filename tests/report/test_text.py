"""Outcomes for people: what stands in which line, and colour only where a person reads."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

from cudnn_heal.decide.plan import plan
from cudnn_heal.model import VERDICTS, BackUp, Heal, MakeCopy, MakeLink, Observation, PutBack, Reason, Remove
from cudnn_heal.report import text
from cudnn_heal.report.text import Style
from support.observations import (
    BACKUP,
    SITE,
    STUB,
    TARGET,
    carried_out,
    folder,
    link,
    mine,
    observation,
    outcome,
    pause,
    process,
    provider,
    with_names,
)

CUDNN, CUBLAS = provider("cudnn"), provider("cublas")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "CUDNN_HEAL", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


PLAIN = Style(io.StringIO())


def unhealed(**fields: object) -> Observation:
    return observation(**{"providers": (CUDNN, CUBLAS), **fields})  # type: ignore[arg-type]


def healed() -> Observation:
    return carried_out(unhealed(), plan(unhealed()))


# Colour.


@pytest.mark.parametrize(
    ("out", "environ", "colored"),
    [
        pytest.param(io.StringIO(), {}, False, id="a pipe"),
        pytest.param(Terminal(), {}, True, id="a terminal"),
        pytest.param(Terminal(), {"TERM": "dumb"}, False, id="a dumb terminal"),
        pytest.param(Terminal(), {"NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param(io.StringIO(), {"FORCE_COLOR": "1"}, True, id="FORCE_COLOR"),
        pytest.param(io.StringIO(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, id="both"),
        pytest.param(Terminal(), {"NO_COLOR": ""}, True, id="an empty NO_COLOR is none"),
    ],
)
def test_colour_is_where_a_person_reads(
    monkeypatch: pytest.MonkeyPatch, out: io.StringIO, environ: dict[str, str], colored: bool
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    style = Style(out)
    assert style.colored is colored
    assert style.paint("word", text.GREEN) == ("\x1b[32mword\x1b[0m" if colored else "word")
    assert style.paint("", text.GREEN) == ""


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_verdict_has_its_colour(verdict: str) -> None:
    good, soon = ("not-needed", "healthy", "paused"), ("pending", "read-only")
    code = text.GREEN if verdict in good else text.YELLOW if verdict in soon else text.RED
    assert Style(Terminal()).verdict(verdict) == f"\x1b[{code}m{verdict}\x1b[0m"


@pytest.mark.parametrize("function", ["status", "healed", "restored", "planned"])
def test_the_words_are_the_same_in_both(function: str) -> None:
    for seen in (unhealed(), healed(), unhealed(providers=(CUBLAS,)), with_names(unhealed(), {STUB: mine()})):
        found = outcome(seen)
        options = {} if function == "planned" else {"verbose": True}
        plain = getattr(text, function)(found, PLAIN, **options)
        style = Style(Terminal())
        style.columns = 0
        colored = getattr(text, function)(found, style, **options)
        assert re.sub(r"\x1b\[\d+m", "", colored) == plain


def test_lines_are_wrapped_for_a_terminal_and_words_stay_whole() -> None:
    style = Style(Terminal())
    style.columns = 40
    path = "/a/very/long/path/that/does/not/fit/into/forty/columns"
    wrapped = style.wrap(f"some words before {path} and after", "  ")
    assert path in wrapped
    assert [line[:2] for line in wrapped.splitlines()] == ["  "] * len(wrapped.splitlines())
    assert PLAIN.wrap("x" * 500, "  ") == "  " + "x" * 500


# Status.


def test_status_of_a_healed_environment() -> None:
    seen = healed()
    known = seen.manifest._replace(history=(Heal("2026-11-25T00:00:00Z", "0.2.0", "first heal: ctranslate2 4.6.1"),))
    lines = text.status(outcome(seen._replace(manifest=known)), PLAIN, verbose=False).splitlines()
    assert lines[:4] == ["healthy, served by links", f"  in {SITE}", "", "ctranslate2 4.6.1"]
    assert lines[4].split() == ["cuDNN", "healthy", "libcudnn.so.9", "nvidia-cudnn-cu12", "9.10.2.21", "links"]
    assert "5 links and a copy, all fine" in lines
    assert f"the original of ctranslate2 is kept as {BACKUP} (verified)" in lines
    assert "  2026-11-25T00:00:00Z  first heal: ctranslate2 4.6.1" in lines
    assert any(line.startswith("Before cudnn-heal or NVIDIA's wheels are removed: ") for line in lines)


def test_status_names_links_and_all_heals_when_asked() -> None:
    seen = healed()
    history = tuple(Heal(f"time {number}", "0.2.0", "") for number in range(5))
    seen = seen._replace(manifest=seen.manifest._replace(history=history))
    brief, whole = (text.status(outcome(seen), PLAIN, verbose=verbose) for verbose in (False, True))
    assert "libcublasLt.so.12" not in brief and "time 1" not in brief and "time 4" in brief
    assert re.search(r"libcublasLt\.so\.12 +-> \.\./nvidia/cublas/lib/libcublasLt\.so\.12", whole)
    assert re.search(rf"{re.escape(STUB)} +copy of \.\./nvidia/cudnn/lib/libcudnn\.so\.9\n", whole)
    assert "time 0" in whole


def test_status_of_a_package_that_opens_nothing_says_so() -> None:
    seen = unhealed(needs={}, stub=None, version="4.8.5")
    assert "opens none of these libraries" in text.status(outcome(seen), PLAIN, verbose=False)


def test_status_tells_the_reason_and_the_advice_once_for_parts_alike() -> None:
    said = text.status(outcome(unhealed(), here=process(hook=False)), PLAIN, verbose=False)
    assert said.count("import cudnn_heal_start") == 1
    assert said.count("start-up hook does not run") == 1


def test_status_of_several_packages_has_a_block_for_each() -> None:
    other = observation("onnxruntime", providers=(CUDNN,), needs={"cudnn": 9, "curand": 10})
    said = text.status(outcome(healed(), other), PLAIN, verbose=False)
    assert said.startswith("no-provider, not served\n")
    assert "\n\nctranslate2 4.6.1\n" in said and "\n\nonnxruntime-gpu 1.23.2\n" in said
    assert "torch" not in said


def test_a_failure_and_what_went_wrong_in_this_process_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import cudnn_heal_start

    monkeypatch.setattr(cudnn_heal_start, "error", "OSError(5)")
    seen = unhealed(manifest=unhealed().manifest._replace(error="ENOSPC"))
    said = text.status(outcome(seen), PLAIN, verbose=False)
    assert "The last attempt failed: no space is left" in said
    assert "This process: OSError(5)." in said


# A heal, a restore, a preview.

DONE = (
    BackUp(STUB, BACKUP, "x", None),
    MakeLink("libcublas.so.12", "../nvidia/cublas/lib/libcublas.so.12", None),
    MakeCopy(STUB, "../nvidia/cudnn/lib/libcudnn.so.9", "x", (1, 2, 3, 4)),
)


def test_a_heal_is_a_line_and_every_action_when_asked() -> None:
    found = outcome(healed(), done=DONE, cause="ctranslate2 4.6.1 -> 4.6.2")
    assert text.healed(found, PLAIN, verbose=False) == (
        f"Healed {SITE}: 1 link and a copy, the original backed up (ctranslate2 4.6.1 -> 4.6.2)"
    )
    assert text.healed(found, PLAIN, verbose=True).splitlines()[:3] == [str(action) for action in DONE]


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (healed(), "healthy, served by links."),
        (unhealed(binaries=(), needs={}, stub=None, entries={}), "no package there needs it."),
        (unhealed(folder=folder(writable=False)), "read-only, served in-process."),
    ],
)
def test_a_heal_with_nothing_to_do_says_how_it_stands(seen: Observation, words: str) -> None:
    assert text.healed(outcome(seen), PLAIN, verbose=False).startswith(f"Nothing to heal in {SITE}: {words}")


def test_a_heal_that_failed_never_says_that_it_healed() -> None:
    said = text.healed(outcome(unhealed(), error="ENOSPC"), PLAIN, verbose=False)
    assert said.startswith("Not healed: no space is left")
    assert "Healed" not in said


@pytest.mark.parametrize(("own", "hook", "once"), [(True, True, False), (True, False, True), (False, True, True)])
def test_what_no_start_repeats_is_told(own: bool, hook: bool, once: bool) -> None:
    seen = healed()._replace(target=TARGET._replace(is_home=own, hook=hook))
    said = text.healed(outcome(seen, done=DONE), PLAIN, verbose=False)
    assert ("Nothing repeats this after the next change there" in said) is once


def test_what_is_left_for_the_user_stands_under_a_heal() -> None:
    seen = carried_out(unhealed(providers=(CUDNN,)), plan(unhealed(providers=(CUDNN,))))
    said = text.healed(outcome(seen, done=DONE), PLAIN, verbose=False)
    assert "ctranslate2 4.6.1: cuBLAS no-provider" in said
    assert "nvidia-cublas-cu12" in said


def test_a_restore_is_a_line() -> None:
    done = (
        PutBack(BACKUP, STUB, None, None, "", ""),
        Remove("libcublas.so.12", (1, 2, 3, 4)),
        Remove("libcublasLt.so.12", (1, 3, 3, 4)),
    )
    said = text.restored(outcome(unhealed(paused=pause()), done=done), PLAIN, verbose=False)
    assert said.startswith(f"Restored {SITE}: the original put back, 2 links removed; it stays so until ")
    assert "until another version of ctranslate2 is installed, or you call " in said


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"refused": Reason("stub-missing", {"file": (STUB,)})}, "Not restored, nothing was changed: no copy of the original"),
        ({"error": "EACCES"}, "Not restored: "),
        ({}, "Nothing was changed in"),
    ],
)
def test_a_restore_that_did_nothing_says_why(changes: dict[str, Any], words: str) -> None:
    assert text.restored(outcome(unhealed(), **changes), PLAIN, verbose=False).startswith(words)


def test_a_restore_where_nothing_is_installed() -> None:
    assert text.restored(outcome(), PLAIN, verbose=False) == f"Nothing to restore in {SITE}."


def test_a_preview_is_its_actions_or_that_there_are_none() -> None:
    found = outcome(unhealed())
    assert text.planned(found, PLAIN).splitlines()[0] == f"back up {STUB} as {BACKUP}"
    assert text.planned(outcome(healed()), PLAIN) == f"Nothing to do in {SITE}: healthy, served by links."
    refused = outcome(unhealed(), refused=Reason("stub-missing", {"file": (STUB,)}))
    assert text.planned(refused, PLAIN).startswith("Nothing would be changed: ")


@pytest.mark.parametrize(
    ("seen", "never"),
    [
        (with_names(unhealed(), {STUB: link("/opt/libcudnn.so.9")}), "served by links"),
        (unhealed(providers=(CUBLAS,)), "healthy"),
    ],
)
def test_status_contradicts_itself_in_no_state(seen: Observation, never: str) -> None:
    first = text.status(outcome(seen), PLAIN, verbose=False).splitlines()[0]
    assert never not in first
