"""What a known problem is, what is found of it in a text or in an environment, and what is said about it: no behaviour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from cudnn_heal.advice import Advice, Line
    from cudnn_heal.read.installed import Installed

Kind = Literal["error", "warning", "harmless"]
Applies = Literal["yes", "no", "unknown"]
Seen = Literal["library", "crash", "module", "cpu", "memory", "gpu", "install", "container", "windows", "model", "harmless"]
"""What one sees of a problem; `document.SYMPTOMS` says more."""


class Facts(NamedTuple):
    """An environment and its machine, as far as conditions ask about them; `facts.gather` reads them."""

    installed: Installed
    python: str = ""
    """Of the environment: ``3.11``."""
    glibc: str = ""
    """The system's: ``2.36``; "" for another C library."""
    torch_cuda: str = ""
    """The major version of CUDA that torch is built for: ``12``; "" without torch, or for one without CUDA."""
    driver: str = ""
    """NVIDIA's driver: ``570.124.06``; "" where none answers."""
    capabilities: tuple[str, ...] = ()
    """The GPUs' compute capabilities: ``9.0``."""
    programs: frozenset[str] = frozenset()
    """Those of `facts.PROGRAMS` that are on PATH."""
    libraries: frozenset[str] = frozenset()
    """File names that the loader knows from the system: ``libavutil.so.59``."""
    files: frozenset[str] = frozenset()
    """Those of the files that conditions name that are there, relative to site-packages."""

    def version(self, name: str) -> str:
        """Return the version of the distribution `name`, "" where it is not installed."""
        return self.installed.version(name)


class Row(NamedTuple):
    """A known problem: how it shows, when an environment has it, why, and what helps."""

    id: str
    cause: str
    fixes: tuple[Advice, ...]
    """Fields in braces are filled from the message and the environment (`fixing.fields`), ``{above}`` with where it is told who
    asked; a fix with a field that can't be filled is left out.  Their conditions are those of `conditions`; where no
    environment is known, every fix is given."""
    reference: tuple[str, ...]
    """Threads (``fw#1431``, ``owner/repository#1``; see `TRACKERS`), addresses, or ``measured`` for what was tried here."""
    seen: tuple[Seen, ...] = ()
    """Where docs/messages.md lists it; at least one."""
    pattern: str = ""
    """Regular expression for the text without any white space; its own spaces are for the reader.  Only bounded repeats."""
    example: str = ""
    """As a program prints it."""
    when: tuple[str, ...] = ()
    """Where one of these holds, the environment has the problem, whether or not it has shown yet; each is a condition, or
    several with `` & `` between them.  () where only the message tells."""
    applies: tuple[str, ...] = ()
    """Conditions without which an environment can't have the problem."""
    part: tuple[str, str] | None = None
    """Consumer and library family of the core that decide whether it applies, and what helps; "": any of its families."""
    shows: str = ""
    """Library family of which is told what is here, where files can't tell whether it applies."""
    follows: tuple[str, ...] = ()
    """Rows of which this one is but a consequence, where they stand in the same text."""
    beside: tuple[str, ...] = ()
    """One of these must stand somewhere in the same text, without white space: what the pattern alone does not tell, or what is
    found at once where the pattern takes long."""
    kind: Kind = "error"
    shape: str = ""
    """The kind of message that it is for, whoever says it (see `shapes`): what a row says of the same line is said instead."""
    codes: tuple[str, ...] = ()
    """The status codes of NVIDIA's libraries of which it tells more than their headers do: ``cudaErrorNoDevice``."""
    programs: tuple[str, ...] = ()
    """The programs of whose absence it tells."""
    speaker: tuple[str, ...] = ()
    """Packages whose message it is: where a traceback shows only others, they have said it."""


class Told(NamedTuple):
    """What is said of a finding before its fields are filled."""

    cause: str
    fixes: tuple[Advice, ...]


class Finding(NamedTuple):
    """A known problem in a text."""

    row: Row
    said: str
    """The line that holds its beginning, without what a log puts before it."""
    line: int
    """Its number, from 1; where it stands first."""
    values: dict[str, str]
    """The named groups of the pattern."""
    also: tuple[str, ...]
    """Lines that follow from it: other messages, and how the process ended."""
    speaker: str = ""
    """The package whose message it is, as far as its wording or its traceback tells: ``torch``; "" where they don't."""
    traced: bool = False
    """Whether a traceback stands above it, whose last file tells who asked."""
    packed: bool = False
    """Whether a program that brings its own Python and packages says so (PyInstaller's): no installer reaches these."""


class Found(NamedTuple):
    """A known problem that an environment has."""

    row: Row
    evidence: tuple[str, ...]
    """What shows it: ``av 19.0.1``, ``driver 550.54``, ``no program ffmpeg``."""


class Explanation(NamedTuple):
    """What is said about a finding."""

    id: str
    kind: Kind
    said: str
    line: int
    cause: str
    fix: tuple[Line, ...]
    """What to do; for another environment where it does not apply here."""
    applies: Applies
    here: str
    """Why it applies to the environment at hand, or why not; "" where nothing can be said."""
    reference: tuple[str, ...]
    """Addresses."""
    also: tuple[str, ...]
    first: tuple[Line, ...] = ()
    """Where it does not apply to the environment at hand: what to do about it there, before `fix`."""


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
"""Short names of trackers in `Row.reference`."""
