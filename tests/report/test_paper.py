"""Where everything is printed: only printable characters, one way of wrapping, colour only where a person reads."""

from __future__ import annotations

import io
import sys
import time

import pytest

from cudnn_heal.report import paper
from cudnn_heal.report.paper import GREEN, Paper, Row, busy, printable, wrapped
from support.printing import Terminal

ATTACKS = [
    "\x1b[31mred",
    "\x1b]0;title\x07",
    "\x1bc",
    "\x1b[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16H",
    "\x1b\x1b[[31m31m",
    "a\x00b\x1b\x00[2J",
    "\x9b31m",
    "\x9d0;t\x9c",
    "\u202egnp.exe",
    "\u2028line",
    "\udc9b31m",
    "\x7f\x08\x08",
    "\r overwritten",
]
"""Escape sequences, nested ones, with NUL inside, of one byte, and what turns or moves text."""


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.mark.parametrize("text", ATTACKS)
@pytest.mark.parametrize("out", [io.StringIO, Terminal])
def test_only_printable_characters_are_printed(text: str, out: type[io.StringIO]) -> None:
    stream = out()
    there = Paper(stream, 0)
    there.print(text, Row(text, text, text), Row("well", command=text), Row(f"w {text}", color=GREEN, colored="w"))
    shown = stream.getvalue().replace("\x1b[32mw\x1b[0m", "w")
    assert all(line.isprintable() for line in shown.split("\n"))
    assert shown.count("\n") == 4
    live = out()
    Paper(live).show(text)
    assert live.getvalue() == "" or live.getvalue().removeprefix("\r\x1b[K").isprintable()


def test_words_in_every_script_stay_and_tabs_become_spaces() -> None:
    assert printable("Grüße, 日本語, ok\tso\xa0so\n") == "Grüße, 日本語, ok so so\n"
    assert printable("/a\udcff/b") == "/a\\xff/b"


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
    there = Paper(out)
    assert there.colored is colored
    word = "\x1b[32mword\x1b[0m" if colored else "word"
    assert there.lines(Row("word by word", "  ", color=GREEN, colored="word")) == [f"  {word} by word"]
    assert there.lines(Row("word", color=GREEN)) == [word]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_text_is_broken_between_words_alone(width: int) -> None:
    path = "/a/very/long/path" * 10
    text = " ".join(["some-thing said"] * 20 + [path] + ["and after"] * 20)
    lines = wrapped(text, width, "  fix  ", "       ")
    assert all(len(line) <= width or path in line for line in lines)
    assert " ".join(line[7:] for line in lines) == text
    assert wrapped(text, 0, "  fix  ") == ["  fix  " + text]


def test_a_command_stands_alone_where_it_does_not_fit_and_is_never_broken() -> None:
    command = "uv pip install " + " ".join(f"package-{number}" for number in range(9))
    assert Paper(io.StringIO(), 200).lines(Row("Add them", "  ", command)) == [f"  Add them: {command}"]
    assert Paper(io.StringIO(), 60).lines(Row("Add them", "  ", command)) == ["  Add them:", f"    {command}"]
    assert Paper(io.StringIO(), 60).lines(Row("", "  ", command)) == [f"  {command}"]


def test_what_takes_its_time_is_shown_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "PATIENCE_SECONDS", 0.01)
    for out, shown in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", out)
        with busy("looking at /e"):
            time.sleep(0.1)
        assert ("looking at /e ..." in out.getvalue()) is shown
        assert out.getvalue().endswith("\r\x1b[K") is shown
    monkeypatch.setattr(paper, "PATIENCE_SECONDS", 9.0)
    monkeypatch.setattr(sys, "stderr", out := Terminal())
    with busy("looking at /e"):
        pass
    assert out.getvalue() == ""
