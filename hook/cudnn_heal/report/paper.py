"""Where everything is printed: only printable characters, wrapped at words by one function, coloured where a person reads."""

from __future__ import annotations

import io
import os
import shutil
import sys
import textwrap
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cudnn_heal.advice import Line

GREEN, YELLOW, RED, BOLD, DIM = "32", "33", "31", "1", "2"
NARROWEST = 40
"""Columns below which nothing is wrapped any narrower."""
REFERENCES = 2
"""How many addresses are shown; the JSON forms have all."""
PATIENCE_SECONDS = 1.0
"""How long something may take before the user is told what it is."""


class Row(NamedTuple):
    """What is printed in one or, where it is wrapped, in several lines."""

    text: str
    """Wrapped at words."""
    first: str = ""
    """What precedes it; the lines after the first are indented as far."""
    command: str = ""
    """Never broken, so that it can be pasted: after `text`, or below it where both don't fit into a line."""
    color: str = ""
    colored: str = ""
    """The beginning of `text` that has `color`; "": all of it."""
    hang: int = 0
    """How much further the lines after the first are indented."""


def blocks(*labelled: tuple[str, Sequence[str | Line]]) -> Iterator[Row]:
    """Yield rows with a label before the first of each block."""
    for label, lines in labelled:
        for number, line in enumerate(lines):
            first = f"  {label if not number else ' ' * len(label):5}  "
            yield Row(line, first) if isinstance(line, str) else Row(line.text, first, line.command)


class Paper:
    """One stream: how wide it is, and whether it shows colours (no-color.org, force-color.org)."""

    def __init__(self, out: TextIO, width: int | None = None) -> None:
        """Write to `out`.

        :param width: in columns, 0 for no limit; that of the terminal, if not given.
        """
        self._out = out
        self.live = out.isatty() and os.environ.get("TERM") != "dumb"
        self.colored = (self.live or bool(os.environ.get("FORCE_COLOR"))) and not os.environ.get("NO_COLOR")
        columns = shutil.get_terminal_size().columns if self.live else 0
        self.width = columns if width is None else width

    def print(self, *rows: Row | str) -> None:
        """Write `rows`, each on lines of its own."""
        self.write("".join(f"{line}\n" for row in rows for line in self.lines(row if isinstance(row, Row) else Row(row))))

    def lines(self, row: Row) -> list[str]:
        """Return the lines of `row`, ready to be written."""
        text, first = _in_a_line(row.text), _in_a_line(row.first)
        rest = " " * (len(first) + row.hang)
        command = _in_a_line(row.command)
        whole = f"{text}: {command}" if text and command else text or command
        if not command or len(first) + len(whole) <= self.width or not self.width:
            lines = [first + whole] if command else wrapped(text, self.width, first, rest)
        else:
            lines = [*wrapped(f"{text}:", self.width, first, rest), f"{rest}  {command}"] if text else [first + command]
        return self._painted(lines, row, len(first))

    def _painted(self, lines: list[str], row: Row, start: int) -> list[str]:
        """Colour what is printable already, so that every escape sequence is ours."""
        if not self.colored or not row.color:
            return lines
        if row.colored:
            end = start + len(_in_a_line(row.colored))
            return [f"{lines[0][:start]}\x1b[{row.color}m{lines[0][start:end]}\x1b[0m{lines[0][end:]}", *lines[1:]]
        return [f"\x1b[{row.color}m{line}\x1b[0m" for line in lines]

    def write(self, text: str) -> None:
        """Write at once what `lines` has made, or `printable`."""
        self._out.write(text)
        self._out.flush()

    def show(self, text: str) -> None:
        """Show `text` in place of what was shown before, on a terminal."""
        if self.live:
            self.write(f"\r\x1b[K{_in_a_line(text)[: max(self.width, NARROWEST) - 1]}")

    def erase(self) -> None:
        """Take away what is shown."""
        if self.live:
            self.write("\r\x1b[K")


def wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """Return `text` in lines of at most `width` columns, broken between words alone.

    :param width: 0 for no limit.
    :param first: what stands before the first line.
    :param rest: what stands before the others.
    """
    if not width or len(first) + len(text) <= width:
        return [first + text]
    lines = textwrap.wrap(
        text,
        max(width, NARROWEST),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines or [first]


def printable(text: str) -> str:
    """Return `text` with each character but line breaks that is not printable as an escape: nothing acts on a terminal."""
    return "".join(char if char == "\n" or char.isprintable() else _escape(char) for char in text)


def _in_a_line(text: str) -> str:
    return printable(text).replace("\n", "\\n")


def _escape(char: str) -> str:
    if char in "\t\xa0":
        return " "
    number = ord(char)
    if 0xDC80 <= number <= 0xDCFF:  # a byte of a name that is not UTF-8 (PEP 383)
        return f"\\x{number - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii")


@contextmanager
def busy(text: str) -> Iterator[None]:
    """Show `text` on a terminal's stderr while the block runs, once it has taken `PATIENCE_SECONDS`."""
    paper = Paper(sys.stderr or io.StringIO())
    if not paper.live:
        yield
        return
    done = threading.Event()

    def wait() -> None:
        if not done.wait(PATIENCE_SECONDS):
            paper.show(f"{text} ...")
            done.wait()
            paper.erase()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
