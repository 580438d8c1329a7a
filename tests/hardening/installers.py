"""The installers of the matrix: each knows how to install a version over what is there, and how to uninstall."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from support.environments import CUBLAS, UV, Environment, run, uv


@dataclass
class Installer:
    """uv, called as ``uv pip``."""

    environment: Environment
    options: tuple[str, ...] = ()

    def install(self, requirement: str | Path, *, again: bool = False) -> None:
        """Install `requirement`, and with `again` lay down the files of an installed one anew."""
        self.environment.install(*self.options, "--no-deps", *(["--reinstall"] if again else []), requirement)

    def uninstall(self, distribution: str) -> None:
        """Uninstall `distribution`."""
        self.environment.uninstall(distribution)


@dataclass
class Sync(Installer):
    """uv, called as ``uv sync`` in a project whose requirements change."""

    def __post_init__(self) -> None:
        self.wanted = {"ctranslate2": "", "nvidia-cudnn-cu12": "", "nvidia-cublas-cu12": "", "cudnn-heal": ""}
        self.wheels: dict[str, Path] = {}

    def install(self, requirement: str | Path, *, again: bool = False) -> None:
        name = _name(requirement)
        self.wanted[name] = str(requirement)
        if isinstance(requirement, Path):
            self.wheels[name] = requirement
        self._sync(*(["--reinstall-package", name] if again else []))

    def uninstall(self, distribution: str) -> None:
        self.wanted[distribution] = ""
        self.wheels.pop(distribution, None)
        self._sync()

    def _sync(self, *options: str) -> None:
        project = self.environment.path.parent
        names = [name if name in self.wheels else wanted for name, wanted in self.wanted.items() if wanted]
        sources = "".join(f'{name} = {{ path = "{path}" }}\n' for name, path in self.wheels.items())
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        (project / "pyproject.toml").write_text(
            f'[project]\nname = "speech"\nversion = "1"\nrequires-python = "=={version}.*"\ndependencies = {names!r}\n'
            + "[tool.uv]\npackage = false\nenvironments = [\"sys_platform == 'linux' and platform_machine == 'x86_64'\"]\n"
            + f"[tool.uv.sources]\n{sources}"
        )
        uv("sync", "--project", project, "--python", sys.executable, *options, cwd=project)


@dataclass
class Pip(Installer):
    """pip, of the version in `options`."""

    def __post_init__(self) -> None:
        self.environment.install(*self.options)

    def install(self, requirement: str | Path, *, again: bool = False) -> None:
        self._pip("install", "--no-deps", *(["--force-reinstall"] if again else []), str(requirement))

    def uninstall(self, distribution: str) -> None:
        self._pip("uninstall", "--yes", distribution)

    def _pip(self, *arguments: str) -> None:
        result = self.environment.python("-m", "pip", "--quiet", "--disable-pip-version-check", *arguments)
        assert "Traceback" not in result.stderr, result.stderr


@dataclass
class PyPA(Installer):
    """PyPA's ``installer`` with overwriting, over what is there."""

    folder: Path = Path()

    def install(self, requirement: str | Path, *, again: bool = False) -> None:
        wheel = requirement if isinstance(requirement, Path) else self._download(requirement)
        script = Path(__file__).with_name("installer_run.py")
        run(
            UV, "run", "--no-project", "--quiet", "--with", "installer", "--python", sys.executable,
            "python", script, self.environment.interpreter, wheel,
        )  # fmt: skip

    def _download(self, requirement: str) -> Path:
        place = self.folder / requirement
        if not place.exists():
            run(
                UV, "run", "--no-project", "--quiet", "--with", "pip", "--python", sys.executable,
                "python", "-m", "pip", "--quiet", "download", "--no-deps", "--dest", place, requirement,
            )  # fmt: skip
        (wheel,) = place.glob("*.whl")
        return wheel


def _name(requirement: str | Path) -> str:
    name = requirement.name.split("-")[0] if isinstance(requirement, Path) else requirement.split("==")[0]
    return name.replace("_", "-")


def make(kind: str, environment: Environment, folder: Path) -> Installer:
    """Return the installer `kind` for `environment`; what it needs besides goes to `folder`."""
    modes = ("hardlink", "copy", "symlink", "clone")
    if kind in modes:
        return Installer(environment, ("--link-mode", kind))
    if kind == "sync":
        return Sync(environment)
    if kind.startswith("pip"):
        return Pip(environment, (kind,))
    return PyPA(environment, folder=folder)


def clones(folder: Path) -> bool:
    """Tell whether the file system of `folder` clones files (``FICLONE``)."""
    one, two = folder / "one", folder / "two"
    one.write_text("x")
    return bool(shutil.which("cp")) and run("cp", "--reflink=always", one, two, check=False).returncode == 0


__all__ = ["CUBLAS", "Installer", "PyPA", "clones", "make"]
