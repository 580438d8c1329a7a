"""Who raised what is not known here: the last traceback of a text tells whom to ask."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cudnn_heal.knowledge.lines import Line

_FILE = re.compile(r'^File "(.{1,400})", line (\d{1,7})\b')
_INSTALLED = re.compile(r"(?:site|dist)-packages[/\\](?P<file>(?P<package>[A-Za-z_]\w{0,80}).*)")
_STANDARD = re.compile(r"[/\\]lib[/\\]python\d[\d.]*t?[/\\]|[/\\]Python\d+[/\\]lib[/\\]|^<", re.IGNORECASE)
_ERROR = re.compile(
    r"(?:\w{1,80}\.){0,9}[A-Z]\w{0,80}(?:Error|Exception|Exit|Interrupt|Failure|Fault)\b.{0,2000}$|AssertionError$"
)
_UNEXPECTED = re.compile(
    r"(?:\w+\.)*(?:AssertionError|KeyError|IndexError|TypeError|AttributeError|ValueError|ZeroDivisionError)\b"
)
_OF_UNEXPECTED = (
    "Its code met what it does not expect: another input tells whether it is that; otherwise a setting, a file that is"
    " not whole, or another release of a package than its requirements name."
)


def told(lines: list[Line]) -> list[str]:
    """Return sentences on who raised the last error of `lines`, and where to ask; none where no traceback ends in them."""
    errors = [index for index, line in enumerate(lines) if _ERROR.match(line.text)]
    last = errors[-1] if errors else 0
    files = [match.groups() for line in lines[:last] for match in [_FILE.match(line.text)] if match]
    named = [(path, number) for path, number in files if _INSTALLED.search(path) or not _STANDARD.search(path)]
    if not named:
        return []
    path, number = named[-1]
    package = _INSTALLED.search(path)
    file = package["file"] if package else path
    whose = f"the package {package['package']}" if package else "the program itself"
    return [
        f"The last traceback is of {whose} ({file}, line {number}):",
        f"  {lines[last].text}",
        *([_OF_UNEXPECTED] if _UNEXPECTED.match(lines[last].text) else ()),
        "Look for it among the issues of its repository.",
    ]
