"""Environments with made-up wheels, for what needs no loader: a real interpreter, and our hook copied in."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

from cudnn_heal.decide.plan import plan
from support.environments import Environment, uv
from support.wheels import Site

ROOT = Path(__file__).parent.parent.parent
HOOK = ROOT / "hook"


def create(path: Path, python: str = sys.executable) -> tuple[Environment, Site]:
    """Make a venv at `path` with cudnn-heal in it, as the wheel lays it down, and an empty site."""
    uv("venv", "--python", python, path)
    environment = Environment(path)
    site = Site(environment.site_packages)
    lay(site.path)
    return environment, site


def lay(site_packages: Path) -> None:
    """Copy every file that the wheel installs."""
    for name in ("cudnn_heal_start.py", "cudnn_heal.pth"):
        shutil.copy(HOOK / name, site_packages / name)
    shutil.copytree(HOOK / "cudnn_heal", site_packages / "cudnn_heal", ignore=shutil.ignore_patterns("__pycache__"))


def demo(path: Path, python: str = sys.executable) -> tuple[Environment, Site]:
    """Make a venv that needs healing, its folders still for long enough to be stamped."""
    environment, site = create(path, python)
    site.ctranslate2().cudnn().cublas()
    return environment, site


def state(environment: Environment) -> tuple[str, int]:
    """Return ctranslate2's verdict by what is on the disk, and how much is left to do."""
    planned = plan(Site(environment.site_packages).observe())
    return planned.verdict, len(planned.actions)


def rest(environment: Environment) -> None:
    """Start until nothing is left to do: one start heals, the next one confirms once the files have been still."""
    for _ in range(3):
        environment.start()
        time.sleep(0.05)
