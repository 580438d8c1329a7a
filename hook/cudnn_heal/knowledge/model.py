"""What a known message is, what is found of it in a text, and what is said about it: records, no behaviour."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["error", "warning", "harmless"]
Applies = Literal["yes", "no", "unknown"]


class Mend(NamedTuple):
    """One way out: a sentence, a command, or both.

    Conditions are requirements (``ctranslate2<4.6``: installed, in such a version), or ``!name`` (not installed); where
    no environment is known, every way is given.  Fields in braces are filled from the message and the environment
    (`mending.fields`); a way whose fields can't be filled is left out.
    """

    text: str = ""
    command: str = ""
    """A line for the shell, as it is."""
    install: tuple[str, ...] = ()
    """Requirements; the manager of the environment makes a command of them."""
    uninstall: tuple[str, ...] = ()
    again: bool = False
    """Whether `install` is to lay files down anew."""
    heal: bool = False
    """Whether cudnn-heal mends it."""
    only: tuple[str, ...] = ()
    """All of these must hold."""
    unless: tuple[str, ...] = ()
    """None of these may hold."""
    lacking: str = ""
    """Left out where this field can be filled."""
    otherwise: str = ""
    """What is said where the fields can't be filled."""


class Message(NamedTuple):
    """A message that people meet, and what is known about it."""

    id: str
    pattern: str
    """Regular expression for the text without any white space; its own spaces are for the reader.  Only bounded repeats."""
    cause: str
    mends: tuple[Mend, ...]
    reference: tuple[str, ...]
    """Threads (``fw#1431``, ``owner/repository#1``; see `TRACKERS`), addresses, or ``measured`` for what was tried here."""
    example: str
    """As a program prints it."""
    applies: tuple[str, ...] = ()
    """Conditions under which an environment has the problem; () where files can't tell."""
    part: tuple[str, str] | None = None
    """Consumer and library family of the core that decide whether it applies, and what helps; "": any of its families."""
    shows: str = ""
    """Library family of which is told what is here, where files can't tell whether it applies."""
    follows: tuple[str, ...] = ()
    """Messages of which this one is but a consequence, where they stand in the same text."""
    beside: tuple[str, ...] = ()
    """One of these must stand somewhere in the same text, without white space."""
    kind: Kind = "error"


class Finding(NamedTuple):
    """A known message in a text."""

    message: Message
    said: str
    """The line that holds its beginning, without what a log puts before it."""
    line: int
    """Its number, from 1; where it stands first."""
    times: int
    values: dict[str, str]
    """The named groups of the pattern."""
    also: tuple[str, ...]
    """Lines that follow from it: other messages, and how the process ended."""


class Explanation(NamedTuple):
    """What is said about a finding."""

    id: str
    kind: Kind
    said: str
    line: int
    cause: str
    mend: tuple[str, ...]
    """What to do, line by line; commands as they are to be typed; for another environment where it does not apply here."""
    applies: Applies
    here: str
    """Why it applies to the environment at hand, or why not; "" where nothing can be said."""
    reference: tuple[str, ...]
    """Addresses."""
    also: tuple[str, ...]
    first: tuple[str, ...] = ()
    """Where it does not apply to the environment at hand: what to do about it there, before `mend`."""


TRACKERS = {
    "ct2": "OpenNMT/CTranslate2",
    "fw": "SYSTRAN/faster-whisper",
    "ort": "microsoft/onnxruntime",
    "pa": "pyannote/pyannote-audio",
    "tc": "meta-pytorch/torchcodec",
    "torch": "pytorch/pytorch",
    "wx": "m-bain/whisperX",
    "wsl": "microsoft/WSL",
}
"""Short names of trackers in `Message.reference`."""
