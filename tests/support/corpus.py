"""Reads the corpus: what people pasted, with the messages that must be found in it, and lines in which none may be."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "knowledge", "corpus")


class Pasted(NamedTuple):
    """One text of a file."""

    messages: list[str]
    """The ids of what must be found, root cause first."""
    comment: str
    """Where it was seen; ``row N`` names the row of the list that the table grew from."""
    text: str
    said: str = ""
    """Words that the explanation must have."""


def known(name: str = "known.txt") -> list[Pasted]:
    """Return the texts of the file `name`; ``\\e`` in it stands for the escape character."""
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        entries = re.split(r"(?m)^=== ", file.read().replace("\\e", "\x1b"))[1:]
    return [_pasted(*entry.split("\n", 1)) for entry in entries]


def others() -> list[str]:
    """Return the lines in which nothing is known."""
    with open(os.path.join(FOLDER, "others.txt"), encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file if line.strip() and not line.startswith("# ")]


def _pasted(head: str, text: str) -> Pasted:
    ids, comment, said = (part.strip() for part in (*f"{head} ".split(" | "), "")[:3])
    return Pasted(ids.split(), comment, text, said)
