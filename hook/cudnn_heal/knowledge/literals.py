"""What must stand in a text for a pattern to match in it: most rows are left out of a long text so, without searching it."""

from __future__ import annotations

import functools
import re

LENGTH = 4
"""Of the pieces by which a text is known."""
_ATOM = re.compile(
    r"\\(?P<escaped>[^A-Za-z0-9])|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<group>\()|(?P<or>\|)|(?P<any>[.^$])|(?P<plain>[^\\\[(.^$|)])",
    re.DOTALL,
)
_TIMES = re.compile(r"(?P<none>[?*]|\{0,)|[+{]")


def pieces(text: str) -> frozenset[str]:
    """Return all that `text` has of `LENGTH` characters."""
    return frozenset(text[index : index + LENGTH] for index in range(len(text) - LENGTH + 1))


def may_match(pattern: str, there: frozenset[str]) -> bool:
    """Tell whether `pattern` may match in the text with the `pieces` `there`; True where the pattern does not tell."""
    return any(all(piece in there for piece in wanted) for wanted in _wanted(pattern))


@functools.cache
def _wanted(pattern: str) -> tuple[frozenset[str], ...]:
    """Return, for each alternative of `pattern`, the pieces that a match has, none where it tells of none."""
    if pattern.startswith("(?i)"):
        return (frozenset(),)
    return tuple(pieces(max(runs, key=len)) for runs in _alternatives(pattern))


def _alternatives(pattern: str) -> list[list[str]]:
    """Return, for each alternative of `pattern`, what stands in it letter by letter outside of groups."""
    found, position = [[""]], 0
    while position < len(pattern):
        atom = _ATOM.match(pattern, position)
        assert atom, pattern[position:]
        position = _end(pattern, position) if atom["group"] else atom.end()
        if atom["or"]:
            found.append([""])
            continue
        letter = atom["escaped"] or atom["plain"] or ""
        times = _TIMES.match(pattern, position)
        if letter and not (times and times["none"]):
            found[-1][-1] += letter
        if times or not letter:
            found[-1].append("")
        position = _after(pattern, position) if times else position
    return found


def _end(pattern: str, start: int) -> int:
    """Return where the group that begins at `start` ends."""
    depth, position = 0, start
    while True:
        if pattern[position] == ")":
            depth -= 1
            position += 1
            if not depth:
                return position
            continue
        atom = _ATOM.match(pattern, position)
        assert atom, pattern[position:]
        depth += bool(atom["group"])
        position = atom.end()


def _after(pattern: str, start: int) -> int:
    """Return where the number of times that begins at `start` ends, with what makes it lazy."""
    end = pattern.index("}", start) + 1 if pattern[start] == "{" else start + 1
    return end + (pattern[end : end + 1] in ("?", "+"))
