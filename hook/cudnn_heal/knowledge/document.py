"""Writes docs/messages.md from the table."""

from __future__ import annotations

from cudnn_heal.knowledge import messages
from cudnn_heal.knowledge.fixing import address, explain
from cudnn_heal.knowledge.matching import search
from cudnn_heal.knowledge.model import Finding, Row

CHAPTERS = (
    ("The machine and its driver", messages.MACHINE),
    ("ctranslate2, cuDNN and cuBLAS", messages.CTRANSLATE2),
    ("ONNX Runtime", messages.ONNXRUNTIME),
    ("torch, torchaudio, torchcodec", messages.TORCH),
    ("Python packages", messages.PYTHON),
    ("Models and sound", messages.MODELS),
    ("Others, and warnings that mean nothing", messages.LAST),
)

HEAD = """\
# Messages, and what fixes them

Made from `hook/cudnn_heal/knowledge/messages.py` by `python -m cudnn_heal.knowledge`; change that file, not this one.

`cudnn-heal --explain` with a message, a log file, or `-` for standard input, says the same about your own environment: whether
it applies there, and the commands of the manager that made it. "measured" marks what was tried on real wheels.
"""


def document() -> str:
    """Return the text of docs/messages.md."""
    lines = [HEAD]
    for title, chapter in CHAPTERS:
        lines += [f"## {title}", "", *(line for row in chapter for line in _section(row))]
    return "\n".join(lines).rstrip() + "\n"


def _section(row: Row) -> list[str]:
    shown = search(row.example)[0][0] if row.example else Finding(row, "", 0, {}, ())
    explanation = explain(shown)
    condition = f"\nOnly with: {', '.join(f'`{one}`' for one in row.applies)}." if row.applies else ""
    return [
        f"### {row.id}",
        "",
        *(["```text", row.example, "```", ""] if row.example else []),
        explanation.cause + condition,
        "",
        *(f"- {_line(line)}" for line in explanation.fix),
        "",
        "See "
        + ", ".join("measured" if one == "measured" else f"[{_short(one)}]({address(one)})" for one in row.reference)
        + ".",
        "",
    ]


def _line(line: str) -> str:
    """Return the advice with its command marked."""
    text, separator, command = line.partition(": ")
    while separator and command.partition(" ")[0] not in COMMANDS:
        more, separator, command = command.partition(": ")
        text = f"{text}: {more}"
    return f"{text}: `{command}`" if separator and "`" not in command else line


COMMANDS = (
    *(
        "apt-get",
        "conda",
        "ct2-transformers-converter",
        "cudnn-heal",
        "df",
        "docker",
        "echo",
        "env",
        "export",
        "ffmpeg",
        "free",
    ),
    *("git", "grep", "ls", "nvidia-smi", "patchelf", "python", "sudo", "unset", "uv"),
)
"""What a command in the table begins with."""


def _short(reference: str) -> str:
    return "documentation" if reference.startswith("https://") else reference
