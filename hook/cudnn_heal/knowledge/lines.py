"""Lines as a program wrote them: without what terminals, logs and trackers put before, around and into them.

What logs put before a line is taken off piece by piece: a time, a level, a name.  Some pieces look like the beginning of a
message too; they count only after one that can't be one.
"""

from __future__ import annotations

import functools
import json
import re
from typing import NamedTuple

LINE_CHARACTERS = 20_000
MOST_PIECES = 24
SHARED = 3
"""From so many characters on, what two neighbouring lines begin with, but for digits, may be a log's."""

_ESCAPES = re.compile(
    r"(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # titles, links and the like, with their end
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, movements
    r"|\x1b[ -/]*[0-~]"
)
_LOST = re.compile(r"\[\d{1,3}(?:;\d{1,3}){0,4}m")
"""A colour whose escape character was lost, as in notebooks that were copied."""
_MARKED = re.compile(r"\\(?=[_.()\[\]*#|>!~`+-])")
"""What Markdown puts before marks that are meant as they are, as a table of Colab's log has it: ``libcudnn\\_ops\\.so``."""
MARKS = 2
"""From so many on, and with no other backslash in the line, they are taken out: in a path of Windows' letters follow."""
_QUOTES = (
    (re.compile(r"[‘‚]([^‘’‚]{0,400})[’‘]|(?<!\w)’([^‘’\s]{1,200})’(?!\w)"), "'"),
    (re.compile(r"[“„]([^“”„]{0,400})[”“]|«\s?([^«»]{0,400}?)\s?»|(?<!\w)”([^“”\s]{1,200})”(?!\w)"), '"'),
)
"""Quotation marks in pairs, as compilers and coreutils, other languages and word processors set them."""
_LEVELS = r"(?:TRACE|DEBUG|DEBG|INFO|NOTICE|WARN|WARNING|ERROR|ERRO|CRITICAL|FATAL|SEVERE)"
_DAY = r"(?:\d{4}[-/.]\d\d[-/.]\d\d|\d\d[-/.](?:\d\d|[A-Z][a-z]{2})[-/.]\d{2,4})"
_TIME = r"\d{1,2}:\d\d:\d\d(?:[.,:]\d{1,9})?(?: ?[AP]M)?(?: ?(?:Z|UTC|GMT|CET|CEST|[+-]\d\d:?\d\d))?"
_NAME = r"(?!\w{0,60}(?:Error|Exception|Warning|Interrupt)\b)[\w./@<>+-]{1,80}"

_STRONG = tuple(
    re.compile(pattern)
    for pattern in (
        rf"[\[(<]?{_DAY}[T ,_-]{{1,3}}{_TIME}[\])>]?",
        rf"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?[A-Z][a-z]{{2}} [ \d]?\d,?(?: \d{{4}},?)? {_TIME}",
        rf"[\[(]?{_TIME}[\])]?(?=[ \]|:,-])",
        r"\[ {0,12}\d{1,10}\.\d{3,9}\]",  # dmesg
        r"\d{10}(?:\.\d{1,9})?(?= )|\d{13}(?= )|@[0-9a-f]{24}",  # seconds, milliseconds, TAI64N
        rf"\[?{_LEVELS}(?:/[\w-]{{1,40}})?\]?(?:[:|]| {{1,10}}[:|-]|(?= {{2,10}}\S)|(?<=\]))",
        r"[EWIDF]\d{4}(?= )",  # glog
        r"<\d{1,3}>\d? ?",  # syslog
        r"(?:stdout|stderr) [FP](?= )",  # the container runtime interface
        r"#\d{1,4} (?:\d{1,6}\.\d{1,4} )?",  # BuildKit
        r"##\[\w{1,20}\]",  # GitHub's runner
        r"_bk;t=\d{1,16}",
        r"\d{1,4}\|[\w.-]{1,40} {0,20}\|",  # pm2
        r"[\w./@-]{1,80} {0,40}\|(?=\s)",  # Compose and its kin
        r"(?:[\w.-]{1,80} )?[\w./@-]{1,80}\[[\w.]{1,12}\]:(?= )",  # a program and its process
        r"\[(?!WinError|Errno)[\w ./:@+=,#-]{1,100}\]:?(?= )|\[rank\d{1,4}\]:|\[\d{1,4},\d{1,4}\]<\w{3,8}>:",
        r"\([\w ]{0,40}pid=[^()]{1,80}\)(?= )",
        r"E {3,}(?=\S)|E(?= {0,3}$)",  # pytest
        r"(?:[>│┃║╎▏|]\s?)+",
    )
)
_WEAK = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_LEVELS}(?= )",
        r"\([\w .:=,/-]{1,80}\)|\{[\w./:-]{1,80}\}|\[[^\[\]'\"]{1,100}\]",
        r"[\w./-]{1,80}\.(?:py|cc|cpp|cu|go|rs|js|java):\d{1,6}[\]:]?",
        rf"{_NAME} {{1,10}}[-|] ",
        r"[\w.]{1,80}:[\w.<>]{1,80}:\d{1,6}",
        rf"(?:[\w.-]{{1,80}} )?{_NAME}: ",
        rf"{_NAME}:(?=\S)",
        r"\d{1,8}(?=[ :])|\d\d[OE][+ ]?(?= )",
        r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12,64}(?= )",
        r"(?:stdout|stderr|remote|out|err) ?[:|>]",
        r"[\w-]{1,30}/[\w.-]{1,40}(?= )",
        r"[-–|:,;»>=]{1,3}(?=\s)|[|:]",
    )
)
_RIGHT = re.compile(r"\s{2,}[\w./-]{1,60}\.py:\d{1,6}$")
"""Where rich tells the place of a logging call."""
_KEYS = ("log", "message", "msg", "textPayload", "event", "MESSAGE", "exc_info", "exception", "error", "err")


class Line(NamedTuple):
    """A line of a text; only printable characters."""

    text: str
    """Without what only a log puts before a line."""
    bare: str
    """Without names and the like that stand after that, too; a message that begins with a name has lost it."""
    prefix: str
    """What was taken off `bare`, with the level in it."""


def printable(text: str) -> str:
    """Return `text` without terminal escapes, and without any other character that is not printed."""
    text = text.replace("\0", "").replace("\t", "    ")
    while True:
        shorter = _ESCAPES.sub("", text)
        if shorter == text:
            break
        text = shorter
    return text if text.isprintable() else "".join(char for char in text if char.isprintable())


def clean(line: str) -> Line:
    """Return `line` without terminal escapes and without what a log puts before it."""
    line = line[:LINE_CHARACTERS]
    line = _inner(line.rpartition("\r")[2] if "\r" in line.rstrip("\r\n") else line)
    line = _RIGHT.sub("", _LOST.sub("", _unmarked(_straight(printable(line)))).rstrip(" │┃|")).rstrip()
    text = _without(line.lstrip(), _STRONG)
    bare = _without(text, (*_STRONG, *_WEAK)) if len(text) < len(line.lstrip()) else text
    return Line(text, bare, line[: len(line) - len(bare)])


def _unmarked(line: str) -> str:
    """Return `line` without the backslashes of Markdown."""
    shorter, marks = _MARKED.subn("", line)
    return line if "\\" in shorter or marks < MARKS else shorter


def _between(mark: str, match: re.Match[str]) -> str:
    return f"{mark}{''.join(filter(None, match.groups()))}{mark}"


def _straight(line: str) -> str:
    """Return `line` with straight quotation marks; one alone, as in a name, stays."""
    if line.isascii():
        return line
    for pattern, mark in _QUOTES:
        line = pattern.sub(functools.partial(_between, mark), line)
    return line


def _without(line: str, patterns: tuple[re.Pattern[str], ...]) -> str:
    """Return `line` without as many matches of `patterns` as stand at its beginning, and never without all of it."""
    for _ in range(MOST_PIECES):
        match = next((one for pattern in patterns for one in [pattern.match(line)] if one and one.end()), None)
        rest = line[match.end() :].lstrip() if match else ""
        if not rest:
            break
        line = rest
    return line


def shared(one: str, other: str) -> int:
    """Return how many characters two neighbouring lines begin with alike, digits aside, up to where a name or a mark ends."""
    mask = [re.sub(r"\d", "0", text) for text in (one, other)]
    common = next((mask[0][:i] for i, (a, b) in enumerate(zip(*mask)) if a != b), min(mask, key=len))
    end = max((match.end() for match in re.finditer(r"[\])}>|:,;-]\s*|\s+", common)), default=0)
    return end if end >= SHARED else 0


def _inner(line: str) -> str:
    """Return the message of a line that is JSON, as Docker and structured logs write it; other lines as they are."""
    bare = line.strip()
    start = bare.find("{") if bare.endswith("}") else -1
    if not 0 <= start < 60 or '":' not in bare:
        return line
    try:
        found = json.loads(bare[start:])
    except ValueError:
        return line
    if not isinstance(found, dict):
        return line
    said = [str(found[key]).rstrip("\n") for key in _KEYS if isinstance(found.get(key), str)]
    return " ".join(part.replace("\n", " ") for part in said) if said else line
