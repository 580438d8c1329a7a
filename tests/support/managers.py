"""Environments as each manager makes them, and a shell in which is typed what is said about them."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from support.environments import UV, clean_environ, pythons, run

TOOLS = {"poetry": "poetry==2.5.1", "pdm": "pdm==2.29.4 --with 'hishel[httpx2]==1.4.0'", "pipx": "pipx==1.18.4"}
"""How uv installs them.  PDM 2.29 takes hishel 2 as well, which has not what it calls."""
CALLS = {"uv-project": "uv run cudnn-heal", "poetry": "poetry run cudnn-heal", "pdm": "pdm run cudnn-heal"}
"""How a project's user calls it."""
KINDS = ("uv-project", "uv", "pip", "poetry", "pdm", "pipx")
APP = "whisper-ctranslate2"
"""What pipx installs; faster-whisper comes with it."""
ROUNDS = 8


class Managed:
    """An environment that a manager has made, and a shell in the folder of its project."""

    def __init__(self, kind: str, home: Path, wheel: Path, *requirements: str, python: str = sys.executable) -> None:
        """Have the manager `kind` make an environment in `home`, with `requirements` and cudnn-heal from `wheel`."""
        self.kind, self.folder, tools = kind, home / "project", home / "tools"
        self.folder.mkdir(parents=True)
        self.environ = clean_environ(
            **{name: str(tools / name.lower()) for name in ("UV_TOOL_DIR", "UV_TOOL_BIN_DIR", "PIPX_HOME", "PIPX_BIN_DIR")},
            PATH=f"{tools / 'uv_tool_bin_dir'}:{Path(UV).parent}:{os.environ['PATH']}",
            UV_NO_PROGRESS="1",
            UV_PYTHON=python,
            PIPX_DEFAULT_PYTHON=python,
            POETRY_CACHE_DIR=str(home / "cache"),
            POETRY_VIRTUALENVS_IN_PROJECT="1",
            PDM_CACHE_DIR=str(home / "cache"),
            PDM_CHECK_UPDATE="0",
            PDM_NO_CACHE="1",  # else it writes each wheel to SQLite: half as long again, and twice the space
        )
        if kind in TOOLS:
            self.type(f"uv tool install --quiet {TOOLS[kind]}")
        if kind in CALLS:
            version = run(python, "-c", "import sys; print('{}.{}'.format(*sys.version_info))").stdout.strip()
            (self.folder / "pyproject.toml").write_text(
                f'[project]\nname = "speech"\nversion = "1"\nrequires-python = "=={version}.*"\ndependencies = []\n'
                "[tool.poetry]\npackage-mode = false\n[tool.pdm]\ndistribution = false\n"
            )
        if kind == "poetry":  # it asks for JSON, which a mirror may not have; what pip reads is everywhere
            pages = run(python, "-c", "from pip._internal.models.index import PyPI as it; print(it.simple_url)").stdout
            self.type(f"poetry source add --priority primary pages {pages}")
        self.type(_MADE[kind].format(python=python, wanted=shlex.join(requirements), ours=wheel))
        self.prefix = tools / "pipx_home" / "venvs" / APP if kind == "pipx" else self.folder / ".venv"

    @property
    def site_packages(self) -> Path:
        return next(self.prefix.glob("lib/python*/site-packages"))

    def type(self, words: str, *, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Type `words` in the folder; every line must succeed."""
        return run("bash", "-ec", words, check=check, cwd=self.folder, env=self.environ)

    def told(self, *flags: str) -> dict[str, Any]:
        """Return what cudnn-heal says with `flags`, as JSON; it is called as who uses the manager calls it."""
        call = CALLS.get(self.kind, f"{self.prefix}/bin/cudnn-heal")
        done = self.type(f"{call} {shlex.join(flags)} --json", check=False)
        assert done.returncode in (0, 1), done.stderr
        return dict(json.loads(done.stdout))

    def follow(self, *fix: dict[str, str]) -> str:
        """Type the first command of `fix`, or write it down where it is a setting, and type the one below; return the first."""
        first, *more = (line for line in fix if line["command"])
        typed = first["command"]
        table = re.search(r"in (\S+), under \[(\S+)\]$", first["text"])
        if table:
            with (self.folder / table[1]).open("a") as file:
                file.write(f"\n[{table[2]}]\n{typed}\n")
        self.type(more[0]["command"] if table else typed)
        return typed

    def until_content(self) -> list[str]:
        """Type what the doctor says next, again and again, and never the same twice; return what was typed."""
        typed: list[str] = []
        for _ in range(ROUNDS):
            told = self.told("--doctor", "--quick")
            if not told["failed"]:
                return typed
            problems = [problem for check in told["checks"] for problem in check["problems"]]
            fix = next(problem["fix"] for problem in problems if problem["fix"][0] == told["next"])
            typed.append(self.follow(*fix))
            assert typed[-1] not in typed[:-1], typed
        raise AssertionError(typed)


_MADE = {
    "uv-project": "uv add --quiet {wanted} {ours}",
    "uv": "uv venv --quiet && uv pip install --quiet --python .venv {wanted} {ours}",
    "pip": "{python} -m venv .venv && .venv/bin/pip install --quiet {wanted} {ours}",
    "poetry": "poetry env use {python} && poetry add {wanted} {ours}",
    "pdm": "pdm use -f {python} && pdm add {wanted} {ours}",
    "pipx": f"pipx install {APP} && pipx inject --force {APP} {{wanted}} && pipx inject --include-apps {APP} {{ours}}",
}


def modern_python() -> str:
    """Return a Python for which the newest releases of the whole stack have wheels, "" where none is here."""
    asked = ((python, run(python, "-c", "import sys; print(*sys.version_info[:2])").stdout.strip()) for python in pythons())
    return next((python for python, version in asked if version in ("3 12", "3 13")), "")
