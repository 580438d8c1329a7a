"""Makes every output that README and docs show, from real runs in a throwaway project, and draws the picture from them.

    uv run python docs/outputs.py            write them into the documents
    uv run python docs/outputs.py --check    exit with status 1 where a document shows something else

A document marks the place with ``<!-- output: NAME -->`` before a fenced block.  Paths of this machine, dates and
measured times are replaced, here and by rule, never by hand.
"""

from __future__ import annotations

import argparse
import difflib
import html
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "terminal.svg"
REQUIREMENTS = ("ctranslate2==4.6.1", "nvidia-cudnn-cu12==9.10.2.21", "nvidia-cublas-cu12==12.9.1.4")
WHEEL = "wheels/cudnn_heal-*.whl"
BLOCK = re.compile(
    r"(?<=<!-- output: )(?P<name>[\w-]+)(?P<open> -->\n\n?```\w+\n)(?P<text>.*?)(?=^```$)", re.MULTILINE | re.DOTALL
)
ANSI = re.compile(r"\x1b\[(?P<code>\d+)m")

FIRST_CALL = """\
import ctypes

import ctranslate2

library = ctypes.CDLL(next(line.split()[-1] for line in open("/proc/self/maps") if "libctranslate2-" in line))
library.cudnnCreateTensorDescriptor(ctypes.byref(ctypes.c_void_p()))
print("cuDNN", library.cudnnGetVersion(), "answers")
"""
"""The call of cuDNN with which a transcription on a GPU begins; it needs no GPU itself."""


class Session:
    """A shell in a throwaway project, as its reader would see it."""

    def __init__(self, home: Path) -> None:
        """Make the project in `home`."""
        self.home = home
        self.project = home / "project"
        self.project.mkdir()
        (home / "cudnn-heal").symlink_to(ROOT)
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("PYTHON", "VIRTUAL_ENV", "CUDNN_HEAL", "LD_"))
        }
        self.environ = {**kept, "UV_PYTHON": sys.executable, "FORCE_COLOR": "1", "COLUMNS": "100"}
        (self.project / "first_call.py").write_text(FIRST_CALL)

    def prepare(self, command: str) -> None:
        """Run what the documents do not show."""
        subprocess.run(command, shell=True, check=True, cwd=self.project, env=self.environ)

    def show(self, command: str) -> str:
        """Run `command` as it would be typed; return what the terminal shows, colours included."""
        venv = f"{self.project}/.venv/bin:{self.environ['PATH']}"
        done = subprocess.run(
            command,
            shell=True,
            cwd=self.project,
            env={**self.environ, "PATH": venv},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        words = done.stdout.decode()
        # A shell that waits for a program that a signal ended says so.
        ended = signal.strsignal(done.returncode - 128) if done.returncode > 128 else None
        return f"$ {command}\n{self.scrub(words)}" + (f"{ended}\n" if ended and ended not in words else "")

    def scrub(self, words: str) -> str:
        """Return `words` as they would be in a project of one's own."""
        words = re.sub(r"\bpython3\.\d+\b", "python3.12", words.replace(str(self.home), "/home/me"))
        words = re.sub(r"(ealed) \d{4}-\d\d-\d\d \d\d:\d\d", r"\1 2026-01-31 12:00", words)
        return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2026-01-31T12:00:00Z", words)


class Outputs(NamedTuple):
    """What was shown, by the name under which documents ask for it."""

    texts: dict[str, str]
    picture: str


def run() -> Outputs:
    """Run everything; some ten seconds with a warm cache."""
    with tempfile.TemporaryDirectory(prefix="cudnn-heal-docs-") as folder:
        session = Session(Path(os.path.realpath(folder)))
        session.prepare("uv --quiet init --bare --name project")
        session.prepare("uv --quiet add " + " ".join(REQUIREMENTS))
        session.prepare("uv --quiet build --wheel --out-dir wheels --no-create-gitignore ../cudnn-heal")
        texts = {"before": session.show(".venv/bin/python first_call.py")}
        add = session.show(f"uv add --quiet ./{next(session.project.glob(WHEEL)).relative_to(session.project)}")
        texts["dry-run"] = session.show("uv run cudnn-heal --dry-run")
        texts["heal"] = session.show("uv run cudnn-heal")
        texts["after"] = session.show(".venv/bin/python first_call.py")
        texts["status"] = session.show("uv run cudnn-heal --status")
        texts["json"] = session.show("uv run cudnn-heal --status --json")
        texts["doctor"] = session.show("uv run cudnn-heal --doctor")
        texts["explain"] = session.show(
            "uv run cudnn-heal --explain 'Library libcublas.so.12 is not found or cannot be loaded'"
        )
        texts["notebook"] = session.show("python -c 'import cudnn_heal; print(cudnn_heal.status())'")
        texts["restore"] = session.show("uv run cudnn-heal --restore")
    picture = "\n".join((texts["before"], add + texts["heal"], texts["after"]))
    texts["doctor"] = _kept(texts["doctor"], r"\$ |.*(cuDNN|cuBLAS)  |.*problems? found")
    texts["json"] = re.sub(r"\A.*\n", "", texts["json"])
    texts["json"] = re.sub(r'\{\n\s+"path"(.*?\n){4}\s+\},\n(\s+\{\n\s+"path"(.*?\n){4}\s+\},?\n)+', "…\n", texts["json"])
    return Outputs({name: ANSI.sub("", text) for name, text in texts.items()}, draw(picture))


def _kept(text: str, pattern: str) -> str:
    """Return the lines of `text` that `pattern` begins; an ellipsis for each run of the others."""
    lines = [line if re.match(pattern, ANSI.sub("", line)) else "…" for line in text.splitlines()]
    return "".join(f"{line}\n" for line, before in zip(lines, ["", *lines]) if (line, before) != ("…", "…"))


CELL, LINE, MARGIN, COLUMNS = 8.4, 20, 20, 104
COLORS = {"32": "#3fb950", "33": "#d29922", "31": "#f85149", "2": "#8b949e"}


def draw(text: str) -> str:
    """Return `text` as a picture of a terminal (SVG), its colours as the terminal has them."""
    lines = [piece for line in text.rstrip("\n").splitlines() for piece in _wrapped(line)]
    width, height = round(COLUMNS * CELL + 2 * MARGIN), len(lines) * LINE + 2 * MARGIN
    rows = [
        f'<text x="{MARGIN}" y="{MARGIN + (number + 0.75) * LINE:g}" xml:space="preserve">{_spans(line)}</text>'
        for number, line in enumerate(lines)
        if line
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"',
            f' viewBox="0 0 {width} {height}" role="img">',
            f"<title>{html.escape(ANSI.sub('', text.splitlines()[1]))} … healed</title>",
            f'<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>',
            '<g fill="#e6edf3" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="14">',
            *rows,
            "</g>",
            "</svg>",
            "",
        ]
    )


def _wrapped(line: str) -> list[str]:
    """Return `line` in pieces that fit the terminal, as a terminal breaks it; escape sequences take no room."""
    pieces, room = [""], COLUMNS
    for token in re.findall(r"\x1b\[\d+m|.", line) or [""]:
        if not ANSI.fullmatch(token):
            if not room:
                pieces.append("")
                room = COLUMNS
            room -= 1
        pieces[-1] += token
    return pieces


def _spans(line: str) -> str:
    """Return `line` as SVG's coloured spans; what is typed is bold."""
    if line.startswith("$ "):
        return f'<tspan fill="#8b949e">$ </tspan><tspan font-weight="bold">{html.escape(line[2:])}</tspan>'
    parts = ANSI.split(line)
    spans = [html.escape(parts[0])]
    for code, words in zip(parts[1::2], parts[2::2]):
        style = f' fill="{COLORS[code]}"' if code in COLORS else ' font-weight="bold"' if code == "1" else ""
        spans.append(f"<tspan{style}>{html.escape(words)}</tspan>" if style else html.escape(words))
    return "".join(spans)


def documents() -> list[Path]:
    """Return the documents that may show outputs."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def filled(document: str, texts: dict[str, str]) -> str:
    """Return `document` with its outputs as they are now; one that differs in measured times alone stays."""

    def fill(match: re.Match[str]) -> str:
        now = texts[match["name"]].rstrip("\n") + "\n"
        return match["name"] + match["open"] + (match["text"] if _timeless(now) == _timeless(match["text"]) else now)

    return BLOCK.sub(fill, document)


def _timeless(text: str) -> str:
    return re.sub(r"\d+(\.\d+)?(?= (ms|s|MiB|GiB)\b)", "N", text)


def main() -> int:
    """Write the outputs, or compare them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing; show what differs")
    check = parser.parse_args().check
    if not shutil.which("uv"):
        parser.error("uv is needed")
    outputs = run()
    wanted = {path: filled(path.read_text(encoding="utf-8"), outputs.texts) for path in documents()}
    wanted[PICTURE] = outputs.picture
    different = 0
    for path, text in wanted.items():
        found = path.read_text(encoding="utf-8") if path.exists() else ""
        if found != text:
            different = 1
            sys.stdout.writelines(difflib.unified_diff(found.splitlines(True), text.splitlines(True), str(path), "now", n=1))
            if not check:
                path.write_text(text, encoding="utf-8")
    return different if check else 0


if __name__ == "__main__":
    sys.exit(main())
