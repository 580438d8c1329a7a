"""Finds the known messages in a text, however it was pasted.

The text is compared without any white space, and without what logs put before their lines: so it does not matter where a
terminal broke a line, nor which program prefixed it.  Every pattern has bounded repeats only, so that the time is linear
in the text, and the text itself is cut at `LIMIT_CHARACTERS`.
"""

from __future__ import annotations

import bisect
import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from cudnn_heal.knowledge.messages import ENDED, ROWS
from cudnn_heal.knowledge.model import Finding, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT_CHARACTERS = 1_000_000
"""How much of a text is looked at: a quarter of it from the beginning, the rest from the end, where programs die."""

LINE_CHARACTERS = 20_000
FOLLOWING = 8
"""How many lines that follow are told of."""

_ESCAPES = re.compile(
    r"\x1b(?:\[[0-9;:?]{0,20}[ -/]{0,3}[@-~]|\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)|[@-Z\\-_])|[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]"
)

# One after the other, as logs nest them.  Only what can't be a message's own beginning.
_PREFIXES = tuple(
    re.compile(pattern)
    for pattern in (
        r"\s{0,200}(?:[>│┃]\s{0,20}){1,8}",  # quoted in a mail or a tracker, a box of rich's
        r"\[[\w./-]{1,120}\] ",  # kubectl logs --prefix
        r"[\w.-]{1,80}\s{0,40}\| ",  # Docker Compose
        r"#\d{1,4} \d{1,6}\.\d{1,4} ",  # BuildKit
        r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (?:[\w.-]{1,80} )?[\w./@-]{1,80}(?:\[\d{1,8}\])?: ",  # journald, syslog
        r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?(?::|\s{1,4}-?\s{0,4})?",  # most others
    )
)


class Text(NamedTuple):
    """A text, ready to be searched."""

    squeezed: str
    """Without white space, escapes and prefixes."""
    starts: list[int]
    """Where each line begins in it."""
    lines: list[str]
    """As they are to be shown."""
    first: int
    """The number of the first line after the cut, less its index; 0 without a cut."""
    cut: int
    """Characters that were left out."""
    cut_after: int
    """The index of the first line after the cut."""

    def line(self, position: int) -> int:
        """Return the index of the line that holds `position` of the squeezed text."""
        return max(0, bisect.bisect_right(self.starts, position) - 1)

    def number(self, index: int) -> int:
        """Return the number, from 1, that the line had before anything was cut."""
        return index + 1 + (self.first if index >= self.cut_after else 0)


def prepare(text: str, lines_left_out: int = 0) -> Text:
    """Return `text` without escapes, prefixes and white space, cut to what is looked at.

    :param lines_left_out: of the middle of a longer text, by whoever read it.
    """
    head, tail, cut = _cut(text)
    before = head.removesuffix("\n").split("\n")
    lines = [clean(line[:LINE_CHARACTERS]) for line in (before + tail.split("\n") if cut else before)]
    squeezed = ["".join(line.split()) for line in lines]
    starts, position = [], 0
    for line in squeezed:
        starts.append(position)
        position += len(line)
    skipped = lines_left_out + text[len(head) : len(text) - len(tail)].count("\n") if cut else 0
    return Text("".join(squeezed), starts, lines, skipped, cut, len(before))


def clean(line: str) -> str:
    """Return `line` without terminal escapes and without what a log puts before it."""
    line = _ESCAPES.sub("", line.rpartition("\r")[2] if "\r" in line.rstrip("\r") else line)
    for prefix in _PREFIXES:
        match = prefix.match(line)
        if match and match.end() < len(line):
            line = line[match.end() :]
    return line.rstrip(" \t\r│┃").strip()


def search(text: str, lines_left_out: int = 0) -> tuple[list[Finding], int]:
    """Return the known messages in `text`, root causes first, and how many characters were not looked at.

    :param lines_left_out: see `prepare`.
    """
    ready = prepare(text, lines_left_out)
    hits = [hit for row in ROWS for hit in _hits(row, ready)]
    present = {row.id for row, _ in hits}
    roots = [hit for hit in hits if not present & set(hit[0].follows)]
    findings = _findings(roots, [hit for hit in hits if hit not in roots], ready)
    errors = [finding for finding in findings if finding.row.kind != "harmless"]
    return errors + [finding for finding in findings if finding.row.kind == "harmless"], ready.cut


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(" ", ""))


def _cut(text: str) -> tuple[str, str, int]:
    """Return the beginning and the end of a long `text`, whole lines where there are any, and how much lies between."""
    if len(text) <= LIMIT_CHARACTERS:
        return text, "", 0
    head = text[: LIMIT_CHARACTERS // 4]
    tail = text[-(LIMIT_CHARACTERS - LIMIT_CHARACTERS // 4) :]
    head = head[: head.rfind("\n") + 1] or head
    tail = tail[tail.find("\n") + 1 :] or tail
    return head, tail, len(text) - len(head) - len(tail)


Hit = tuple[Row, "re.Match[str]"]


def _hits(row: Row, text: Text) -> Iterator[Hit]:
    """Yield the first match of `message` for each set of values."""
    if not row.pattern:
        return
    if row.beside and not any(word in text.squeezed for word in row.beside):
        return
    seen: set[tuple[str, ...]] = set()
    for match in _compiled(row.pattern).finditer(text.squeezed):
        values = tuple(match.groupdict().values())
        if values not in seen and len(seen) < FOLLOWING:
            seen.add(values)
            yield row, match


def _findings(roots: list[Hit], others: list[Hit], text: Text) -> list[Finding]:
    """Return the `roots`; each of the `others`, and how a process ended, goes to the root that it follows from."""
    also: dict[int, list[tuple[int, str]]] = {index: [] for index in range(len(roots))}
    for row, match in others:
        index = next((i for i, root in enumerate(roots) if root[0].id in row.follows), 0 if roots else -1)
        if index >= 0:
            also[index].append((text.line(match.start()), text.lines[text.line(match.start())]))
    for match in _compiled(ENDED).finditer(text.squeezed):
        before = [i for i, root in enumerate(roots) if root[1].start() < match.start() and root[0].kind == "error"]
        if before:
            also[before[0]].append((text.line(match.start()), text.lines[text.line(match.start())]))
    return [_finding(row, match, text, sorted(set(also[i]))) for i, (row, match) in enumerate(roots)]


def _finding(row: Row, match: re.Match[str], text: Text, also: list[tuple[int, str]]) -> Finding:
    index = text.line(match.start())
    return Finding(
        row=row,
        said=text.lines[index],
        line=text.number(index),
        values={name: value for name, value in match.groupdict().items() if value},
        also=tuple(f"line {text.number(i)}: {line}" for i, line in also if i != index)[:FOLLOWING],
    )
