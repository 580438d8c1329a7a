"""Environments and projects as their managers leave them, as far as files tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cudnn_heal.read.installed import Distribution, Installed

if TYPE_CHECKING:
    from pathlib import Path


def environment(prefix: Path, settings: str = "home = /usr/bin\n", installer: str = "", pip: bool = False) -> tuple[str, str]:
    """Lay out an environment as its maker does; return its interpreter and its site-packages."""
    site_packages = prefix / "lib" / "python3.11" / "site-packages"
    site_packages.mkdir(parents=True)
    if settings:
        (prefix / "pyvenv.cfg").write_text(settings)
    if pip:
        (site_packages / "pip").mkdir()
        (site_packages / "pip-26.3.dist-info").mkdir()
        (site_packages / "pip-26.3.dist-info" / "INSTALLER").write_text("pip\n")
    for number in range(3 if installer else 0):
        info = site_packages / f"package{number}-1.0.dist-info"
        info.mkdir()
        (info / "INSTALLER").write_text(installer)
    return str(prefix / "bin" / "python"), str(site_packages)


def project_in(folder: Path, lock: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "pyproject.toml").write_text('[project]\nname = "p"\ndependencies = [\n    "Tiny_Thing>=1",\n]\n')
    (folder / lock).touch()


def holding(contents: dict[str, str | tuple[str, ...]]) -> Installed:
    """Return an environment of distributions: each name with its version, or with its version and its requirements."""
    found = {}
    for name, content in contents.items():
        version, *requires = (content,) if isinstance(content, str) else content
        found[name] = Distribution(name, version, tuple(requires))
    return Installed(found, {})
