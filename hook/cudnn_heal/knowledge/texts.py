"""A text, ready to be searched: without white space, and without what logs put before its lines.

So it does not matter where a terminal broke a line, nor which program prefixed it.
"""

from __future__ import annotations

import bisect
import html
import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

from cudnn_heal.knowledge import lines, literals, translations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cudnn_heal.knowledge.model import Row

LIMIT_CHARACTERS = 1_000_000
"""How much of a text is looked at: a quarter of it from the beginning, the rest from the end, where programs die."""
OTHER_WAYS_CHARACTERS = 200_000
"""Up to here a text is also read backwards, and without what neighbouring lines begin with alike."""
LONG_CHARACTERS = 20_000
"""From here on rows are left out by `literals`."""


_ESCAPED = "Traceback (most recent call last):\\n"
"""Stands in a line in which a traceback is written as JSON, or Python's repr, writes it."""


_HTML = re.compile(r"&(?:quot|apos|#39|#x27|#34|lt|gt);")


class Squeezed(NamedTuple):
    """Lines without white space, one after the other."""

    text: str
    starts: list[int]
    """Where each line begins in it."""
    indices: Sequence[int]
    """The index of each line in `Text.lines`."""
    pieces: frozenset[str]
    """Of a long text, for `literals`; none of one that is searched sooner than a pattern is taken apart."""

    def line(self, position: int) -> int:
        """Return the index of the line that holds `position`."""
        return self.indices[bisect.bisect_right(self.starts, position) - 1]


class Text(NamedTuple):
    """A text, ready to be searched."""

    squeezed: Squeezed
    """Without escapes and prefixes."""
    raw: str
    """Without white space alone."""
    lines: list[lines.Line]
    """As they are to be shown."""
    numbers: list[int]
    """The number of each line, from 1, before anything was cut."""
    cut: int
    """Characters that were left out."""


class Hit(NamedTuple):
    """A row in a text, on the lines from `first` to `last`."""

    row: Row
    first: int
    last: int
    values: dict[str, str]


def prepare(text: str, lines_left_out: int = 0) -> Text:
    """Return `text` without escapes, prefixes and white space, cut to what is looked at.

    :param lines_left_out: of the middle of a longer text, by whoever read it.
    """
    text = translations.english(_unescaped(text))
    head, tail, cut = _cut(text)
    before, after = head.removesuffix("\n").split("\n"), tail.split("\n") if cut else []
    cleaned = [lines.clean(line) for line in (*before, *after)]
    skipped = lines_left_out + text[len(head) : len(text) - len(tail)].count("\n")
    numbers = [*range(1, len(before) + 1), *range(len(before) + 1 + skipped, len(cleaned) + 1 + skipped)]
    raw = "".join("".join((line.prefix + line.text).split()) for line in cleaned)
    return Text(_squeezed([line.text for line in cleaned]), raw, cleaned, numbers, cut)


def _unescaped(text: str) -> str:
    """Return `text` without HTML's escapes, and with the lines of tracebacks that stand in one."""
    if _HTML.search(text):
        text = html.unescape(text)
    if _ESCAPED not in text:
        return text
    return "\n".join(_lines_apart(line) if _ESCAPED in line else line for line in text.split("\n"))


def _lines_apart(line: str) -> str:
    return re.sub(r"(?<!\\)\\([\"'])", r"\1", re.sub(r"(?<!\\)\\n", "\n", line))


def _squeezed(texts: list[str], *, backwards: bool = False) -> Squeezed:
    order = range(len(texts))[:: -1 if backwards else 1]
    squeezed = ["".join(texts[index].split()) for index in order]
    text = "".join(squeezed)
    return Squeezed(
        text,
        [0, *itertools.accumulate(map(len, squeezed[:-1]))],
        order,
        literals.pieces(text) if len(text) >= LONG_CHARACTERS else frozenset(),
    )


def _cut(text: str) -> tuple[str, str, int]:
    """Return the beginning and the end of a long `text`, whole lines where there are any, and how much lies between."""
    if len(text) <= LIMIT_CHARACTERS:
        return text, "", 0
    head = text[: LIMIT_CHARACTERS // 4]
    tail = text[-(LIMIT_CHARACTERS - LIMIT_CHARACTERS // 4) :]
    head = head[: head.rfind("\n") + 1] or head
    tail = tail[tail.find("\n") + 1 :] or tail
    return head, tail, len(text) - len(head) - len(tail)


def other_ways(text: Text) -> list[Squeezed]:
    """Return `text` without names, without what neighbouring lines begin with alike, and backwards, as far as that differs."""
    bare = [line.bare for line in text.lines]
    alike = [max(lines.shared(line, other) for other in both) for line, *both in zip(bare, ["", *bare], [*bare[1:], ""])]
    cut = [line[end:] for line, end in zip(bare, alike)]
    ways = {way.text: way for way in (_squeezed(bare, backwards=True), _squeezed(cut), _squeezed(bare))}
    return [way for said, way in reversed(ways.items()) if said != text.squeezed.text]


def places(line: str) -> list[int]:
    """Return where in `line` its characters stand that are no white space."""
    return [place for place, char in enumerate(line) if not char.isspace()]
