"""Makes every output that README and docs show, from real runs in a throwaway project, and draws the picture from them.

    uv run python docs/outputs.py            write them into the documents
    uv run python docs/outputs.py --check    exit with status 1 where a document shows something else

A document marks the place with ``<!-- output: NAME -->`` before a fenced block.  Paths of this machine, dates and
measured times are replaced, here and by rule, never by hand.
"""

from __future__ import annotations

import argparse
import difflib
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "terminal.svg"
sys.path.insert(0, str(ROOT / "examples"))

from demo import CALL, REQUIREMENTS  # noqa: E402

BLOCK = re.compile(
    r"(?<=<!-- output: )(?P<name>[\w-]+)(?P<open> -->\n\n?```\w+\n)(?P<text>.*?)(?=^```$)", re.MULTILINE | re.DOTALL
)
ANSI = re.compile(r"\x1b\[(?P<code>\d+)m")


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
        (self.project / "call.py").write_text(CALL)

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
    """Run everything; a minute with a warm cache."""
    with tempfile.TemporaryDirectory(prefix="cudnn-heal-docs-") as folder:
        session = Session(Path(os.path.realpath(folder)))
        session.prepare("uv --quiet init --bare --name project")
        session.prepare("uv --quiet add " + " ".join(REQUIREMENTS))
        texts = {"before": session.show("uv run call.py")}
        session.prepare("uv --quiet add ../cudnn-heal")
        texts["dry-run"] = session.show("uv run cudnn-heal --dry-run")
        texts["heal"] = session.show("uv run cudnn-heal")
        texts["after"] = session.show("uv run call.py")
        texts["status"] = session.show("uv run cudnn-heal --status")
        texts["json"] = session.show("uv run cudnn-heal --status --json")
        texts["doctor"] = session.show("uv run cudnn-heal --doctor")
        texts["explain"] = session.show(
            "uv run cudnn-heal --explain 'Library libcublas.so.12 is not found or cannot be loaded'"
        )
        texts["notebook"] = session.show("python -c 'import cudnn_heal; print(cudnn_heal.status())'")
        texts["pending"] = session.show("rm -r .venv && uv sync --quiet") + session.show("uv run cudnn-heal --dry-run")
        texts["again"] = session.show("uv run call.py")
        texts["restore"] = session.show("uv run cudnn-heal --restore")
    # What else its last line says depends on the machine: with a GPU that was tried, it ends here.
    texts["doctor"] = re.sub(r"(?m)^(\x1b\[\d+m)?No problems found.*", "No problems found.", texts["doctor"])
    texts["doctor"] = _kept(texts["doctor"], r"\$ |.*(cuDNN|cuBLAS)  |.*problems? found")
    texts["json"] = re.sub(r"\A.*\n", "", texts["json"])
    texts["json"] = re.sub(r'\{\n\s+"path"(.*?\n){4}\s+\},\n(\s+\{\n\s+"path"(.*?\n){4}\s+\},?\n)+', "…\n", texts["json"])
    return Outputs({name: ANSI.sub("", text) for name, text in texts.items()}, draw(demonstration()))


def _kept(text: str, pattern: str) -> str:
    """Return the lines of `text` that `pattern` begins; an ellipsis for each run of the others."""
    lines = [line if re.match(pattern, ANSI.sub("", line)) else "…" for line in text.splitlines()]
    return "".join(f"{line}\n" for line, before in zip(lines, ["", *lines]) if (line, before) != ("…", "…"))


COLUMNS = 110


def draw(text: str) -> str:
    """Return `text` as a picture of a terminal (SVG), its colours as the terminal has them; what is typed is bold."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, legacy_windows=False)
    for line in text.rstrip("\n").splitlines():
        words = Text.from_ansi(line)
        if line.startswith("$ "):
            words.stylize("bold", 2)
        console.print(words, soft_wrap=False, overflow="fold", highlight=False)
    # Without the fonts that rich would have a reader's browser fetch.
    form = re.sub(r"@font-face \{\{.*?\}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    return console.export_svg(title="uv run examples/demo.py", code_format=form, unique_id="terminal") + "\n"


def demonstration() -> str:
    """Return what the demonstration prints, as a reader's terminal shows it."""
    command = "uv run examples/demo.py"
    done = subprocess.run(
        command, shell=True, check=True, cwd=ROOT, env={**os.environ, "FORCE_COLOR": "1"}, stdout=subprocess.PIPE, text=True
    )
    return f"$ {command}\n" + re.sub(r"\S*/cudnn-heal-demo-\w+", "/home/me", done.stdout)


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
