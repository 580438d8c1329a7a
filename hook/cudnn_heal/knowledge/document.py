"""Writes docs/messages.md from the table."""

from __future__ import annotations

import functools
import re

from cudnn_heal.knowledge.fixing import address, explain
from cudnn_heal.knowledge.matching import search
from cudnn_heal.knowledge.model import Finding, Row, Seen
from cudnn_heal.knowledge.rows import CHAPTERS, ROWS

SYMPTOMS: dict[Seen, tuple[str, str]] = {
    "library": ("A library is not found, or not loaded", "A message that names a file, `lib….so…` or `….dll`"),
    "crash": (
        "The process aborts, crashes, or is killed",
        "`Aborted`, `Segmentation fault`, `Killed`, an exit status, or the process is just gone",
    ),
    "module": (
        "A module, a name, or a program is not found",
        "`No module named`, `has no attribute`, `cannot import name`, `unexpected keyword argument`",
    ),
    "cpu": (
        "It falls back to the CPU, or sees no GPU",
        "It runs, and `nvidia-smi` shows that it does not use the GPU; or it says that there is none",
    ),
    "memory": ("Memory is full", "`out of memory`, `ALLOC_FAILED`, `bad_alloc`"),
    "gpu": ("The GPU, or a library on it, reports an error", "`CUDA error`, `CUDNN_STATUS_…`, `CUBLAS_STATUS_…`"),
    "install": (
        "It does not install, or two releases do not fit each other",
        "pip, uv or conda ends with an error; or a package says that it wants another release of another one",
    ),
    "container": ("A container does not start, or has no GPU", "`docker`, `nvidia-container-cli`, `OCI runtime`"),
    "windows": ("On Windows", "A path with a drive's letter, `WinError`, `error 126`"),
    "model": (
        "A model, or a sound file, is not taken",
        "The program runs and does not load a model, or does not read a file",
    ),
    "harmless": ("Nothing is wrong", "A warning, and all works"),
}
"""For each word of `Row.seen`: a title, and what one sees."""

HEAD = """\
# Messages, and what fixes them

Made from `hook/cudnn_heal/knowledge/rows/` by `python -m cudnn_heal.knowledge`; change those files, not this one.

`cudnn-heal --explain` with a message, a log file, or `-` for standard input, says the same about your own environment: whether
it applies there, and the commands of the manager that made it. "measured" marks what was tried on real wheels.

## Which case am I?

Where several lines were printed, the first one tells the cause; how the process ended tells least. Without any message:
`cudnn-heal --doctor`, which also tells what has not shown yet.

| What you see | Where to look |
| --- | --- |
"""


def document() -> str:
    """Return the text of docs/messages.md."""
    lines = [HEAD.rstrip(), *(f"| {shown} | [{title}](#{_anchor(title)}) |" for title, shown in SYMPTOMS.values()), ""]
    for seen, (title, _) in SYMPTOMS.items():
        rows = [row for row in ROWS if seen in row.seen]
        lines += [f"### {title}", "", *(f"- [{row.id}](#{row.id}): {_shown(row)}" for row in rows), ""]
    for title, chapter in CHAPTERS:
        lines += [f"## {title}", "", *(line for row in chapter for line in _section(row))]
    return "\n".join(lines).rstrip() + "\n"


@functools.cache
def _known_by(example: str) -> Finding:
    return search(example)[0][0]


def _anchor(title: str) -> str:
    return re.sub(r"[^\w -]", "", title).lower().replace(" ", "-")


def _shown(row: Row) -> str:
    """Return in one line how `row` shows: what of its message it is known by, or what is wrong where it has none."""
    said = _known_by(row.example).said if row.example else ""
    words = re.sub(r"(?<![\w.])/\S+/(?=\S)", "…/", " ".join(said.split())).lstrip(": ")
    short = words if len(words) <= WIDTH else f"{words[:WIDTH].rpartition(' ')[0] or words[:WIDTH]} …"
    return f"`{short.replace('`', chr(39))}`" if short else row.cause.partition(". ")[0].rstrip(".")


WIDTH = 90
"""Of a message in the index."""


def _section(row: Row) -> list[str]:
    shown = _known_by(row.example) if row.example else Finding(row, "", 0, {}, ())
    explanation = explain(shown)
    condition = f"\nOnly with: {', '.join(f'`{one}`' for one in row.applies)}." if row.applies else ""
    return [
        f"### {row.id}",
        "",
        *(["```text", row.example, "```", ""] if row.example else []),
        explanation.cause + condition,
        "",
        *(f"- {one._replace(command=one.command and f'`{one.command}`')}" for one in explanation.fix),
        "",
        "See "
        + ", ".join("measured" if one == "measured" else f"[{_short(one)}]({address(one)})" for one in row.reference)
        + ".",
        "",
    ]


def _short(reference: str) -> str:
    return "documentation" if reference.startswith("https://") else reference
