"""Who manages an environment, and what was asked of them: from the files that managers leave."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from cudnn_heal.names import normalized
from cudnn_heal.read import files
from cudnn_heal.systems import here

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Kind = Literal["uv-project", "uv", "pip", "poetry", "pdm", "conda", "pipx", "uv-tool", "uv-run"]

LOCKS: dict[Kind, tuple[str, tuple[str, ...]]] = {
    "uv-project": ("uv.lock", ("uv",)),
    "poetry": ("poetry.lock", ("poetry",)),
    "pdm": ("pdm.lock", ("pdm", "uv")),
}
"""The lock beside ``pyproject.toml``, and the installers with which that manager lays files down."""
_MARKS: dict[str, Kind] = {"conda-meta": "conda", "uv-receipt.toml": "uv-tool", "pipx_metadata.json": "pipx"}


class Declared(NamedTuple):
    """A dependency that the project itself names."""

    name: str
    """Normalized."""
    where: tuple[str, ...] = ()
    """The options of the manager's ``remove`` for the group in which it stands."""


class Manager(NamedTuple):
    """Who installs into an environment, and what its commands need to know."""

    kind: Kind
    python: str
    """The environment's interpreter."""
    project: str
    """The project's folder, or the tool's environment; "" where there is none, or where it can't be told."""
    pip: bool = True
    """Whether the environment has pip of its own."""
    options: tuple[str, ...] = ()
    """What pip and ``uv pip`` must be told besides: PEP 668's guard, the user's own site-packages, a folder (``--target``)."""
    declared: tuple[Declared, ...] = ()
    overrides: tuple[str, ...] = ()
    """``[tool.uv] override-dependencies`` of the project, or ``[tool.pdm.resolution] excludes``."""
    repeat: tuple[str, ...] = ()
    """What ``uv tool install`` was told, which it forgets unless it is told again; () where that can't be repeated."""

    def declares(self, name: str) -> Declared | None:
        """Return what the project says of the distribution `name`, None where it names it nowhere."""
        return next((one for one in self.declared if one.name == normalized(name)), None)


def manager(python: str, site_packages: str, installer: str = "") -> Manager:
    """Tell who manages the environment of `python`.

    :param installer: the content of an ``INSTALLER`` file, where one was read already.
    """
    if os.path.basename(site_packages) not in ("site-packages", "dist-packages"):  # made with --target
        uv = _usual_installer(site_packages) == "uv"
        return Manager("uv" if uv else "pip", python, "", not uv, ("--target", site_packages))
    prefix = environment(python, site_packages)
    if made_for_a_call(prefix):
        return Manager("uv-run", python, "", pip=False)
    pip = os.path.isdir(os.path.join(site_packages, "pip"))
    marked = next((kind for name, kind in _MARKS.items() if os.path.exists(os.path.join(prefix, name))), None)
    if marked:
        return Manager(marked, python, prefix, pip, repeat=_receipt(prefix) if marked == "uv-tool" else ())
    by = (installer or _usual_installer(site_packages)).partition(" ")[0].lower()
    kind, project = _project(prefix, python, by)
    if kind:
        content = toml(os.path.join(project, "pyproject.toml"))
        setting = ("pdm", "resolution", "excludes") if kind == "pdm" else ("uv", "override-dependencies")
        overrides = _strings(at(content, "tool", *setting))
        return Manager(kind, python, project, pip, declared=tuple(_declared(content, kind)), overrides=overrides)
    settings = files.read_text(os.path.join(prefix, "pyvenv.cfg"))
    if by in ("poetry", "pdm"):
        return Manager("poetry" if by == "poetry" else "pdm", python, "", pip)
    uv = by == "uv" or bool(re.search(r"^uv = ", settings, re.MULTILINE)) or (settings != "" and not pip)
    return Manager("uv" if uv else "pip", python, "", pip, _options(settings, python, site_packages, uv))


def made_for_a_call(prefix: str) -> bool:
    """Tell whether uv made the environment `prefix` in its cache, for one call."""
    return bool(re.search(r"/(?:archive|builds)-v\d+/[^/]+$", files.real(prefix)))


def environment(python: str, site_packages: str) -> str:
    """Return the environment's folder: that of its interpreter, unless site-packages lies in a virtual environment."""
    around = os.path.abspath(site_packages)
    for _ in range(3):  # lib/python3.12/site-packages, Lib\\site-packages
        around = os.path.dirname(around)
        if os.path.exists(os.path.join(around, "pyvenv.cfg")):
            return around
    if not os.path.isabs(python):
        return around
    folder = os.path.dirname(python)
    return os.path.dirname(folder) if os.path.basename(folder) in ("bin", "Scripts") else folder


def known_as(python: str, site_packages: str) -> str:
    """Return the folder by which people know the environment: that of a virtual environment, else site-packages itself."""
    prefix = environment(python, site_packages)
    is_within = site_packages.startswith(os.path.join(prefix, ""))
    return prefix if is_within and os.path.exists(os.path.join(prefix, "pyvenv.cfg")) else site_packages


def _usual_installer(site_packages: str) -> str:
    """Return who installed most of what is there, the tools aside that come with a new environment."""
    try:
        names = [name for name in os.listdir(site_packages) if re.match(r"(?!(?:pip|setuptools|wheel)-).*\.dist-info$", name)]
    except OSError:
        return ""
    found = Counter(files.read_text(os.path.join(site_packages, name, "INSTALLER")).strip() for name in names)
    found.pop("", None)
    return found.most_common(1)[0][0] if found else ""


def _project(prefix: str, python: str, installer: str) -> tuple[Kind | None, str]:
    """Return the manager and the folder of the project whose environment this is, (None, "") where it is no project's."""
    for folder in _candidates(prefix, python):
        for kind, (lock, installers) in LOCKS.items():
            if installer in ("", *installers) and os.path.exists(os.path.join(folder, lock)):
                return kind, folder
    return None, ""


def _candidates(prefix: str, python: str) -> Iterator[str]:
    """Yield the folders whose project has `prefix` as its environment: by place, or because the project says so."""
    around = os.path.dirname(prefix)
    if os.path.basename(prefix) == ".venv" and is_project(around):
        yield around
    for folder in current_folders():
        if is_project(folder) and _claims(folder, prefix, python):
            yield folder


def current_folders() -> Iterator[str]:
    """Yield the current folder and those around it, the root aside; none where it was removed."""
    try:
        folder = os.getcwd()
    except OSError:
        return
    while folder != os.path.dirname(folder):
        yield folder
        folder = os.path.dirname(folder)


def is_project(folder: str) -> bool:
    """Tell whether a project lies in `folder`."""
    return os.path.exists(os.path.join(folder, "pyproject.toml"))


def _claims(folder: str, prefix: str, python: str) -> bool:
    """Tell whether the project in `folder` has its environment at `prefix`, though that lies elsewhere."""
    uv = os.environ.get("UV_PROJECT_ENVIRONMENT", "")
    if uv and os.path.realpath(os.path.join(folder, uv)) == os.path.realpath(prefix):
        return True
    if python and files.read_text(os.path.join(folder, ".pdm-python")).strip() == python:
        return True
    # Poetry's EnvManager.generate_env_name: <name>-<hash of the project's folder>-py<version>.
    digest = hashlib.sha256(os.path.realpath(folder).encode()).digest()
    return f"-{base64.urlsafe_b64encode(digest).decode()[:8]}-py" in os.path.basename(prefix)


def _options(settings: str, python: str, site_packages: str, uv: bool) -> tuple[str, ...]:
    """Return what an environment that is no virtual one asks of pip and ``uv pip``."""
    if settings:
        return ()
    library = os.path.basename(os.path.dirname(site_packages))  # python3.11; Lib
    folder = os.path.dirname(python)
    guards = (os.path.join(os.path.dirname(folder), "lib", library), os.path.join(folder, library))
    guarded = any(os.path.exists(os.path.join(one, "EXTERNALLY-MANAGED")) for one in guards)
    user = not uv and here.is_users(site_packages)
    return (*(["--user"] if user else []), *(["--break-system-packages"] if guarded else []))


def _declared(content: dict[str, Any], kind: Kind) -> Iterator[Declared]:
    """Yield the dependencies that a ``pyproject.toml`` names, as its manager reads it."""
    option = {"uv-project": "--optional", "pdm": "-G"}.get(kind, "--group")
    group = {"pdm": "-dG"}.get(kind, "--group")
    yield from _named(at(content, "project", "dependencies"))
    for name, listed in _tables(at(content, "project", "optional-dependencies")):
        yield from _named(listed, option, name)
    for name, listed in _tables(at(content, "dependency-groups")):
        yield from _named(listed, group, name)
    if kind == "uv-project":
        yield from _named(at(content, "tool", "uv", "dev-dependencies"), "--dev")
    if kind == "poetry":
        yield from _named(at(content, "tool", "poetry", "dependencies"))
        yield from _named(at(content, "tool", "poetry", "dev-dependencies"), "--group", "dev")
        for name, table in _tables(at(content, "tool", "poetry", "group")):
            yield from _named(at(table, "dependencies"), "--group", name)
    if kind == "pdm":
        for name, listed in _tables(at(content, "tool", "pdm", "dev-dependencies")):
            yield from _named(listed, "-dG", name)


def _named(listed: object, *where: str) -> Iterator[Declared]:
    """Yield the distributions of a list of requirements, or of Poetry's table of them."""
    for one in listed if isinstance(listed, (list, dict)) else ():
        name = re.match(r"\s*([A-Za-z0-9][\w.-]*)", one) if isinstance(one, str) else None  # a table includes another group
        if name:
            yield Declared(normalized(name[1]), where)


def _receipt(prefix: str) -> tuple[str, ...]:
    """Return what repeats the ``uv tool install`` that made the tool in `prefix`."""
    tool = at(toml(os.path.join(prefix, "uv-receipt.toml")), "tool")
    listed, python = at(tool, "requirements"), at(tool, "python")
    words = [_repeated(one) for one in listed] if isinstance(listed, list) else []
    if not words or not all(words):
        return ()
    given = ["--python", python] if isinstance(python, str) else []
    return (*given, words[0], *(word for one in words[1:] for word in ("--with", one)))


def _repeated(entry: object) -> str:
    """Return the requirement of a receipt's entry as it is typed, "" where it is of another kind (from a repository, say)."""
    if not isinstance(entry, dict) or set(entry) - {"name", "extras", "specifier", "path", "directory"}:
        return ""
    extras = f"[{','.join(entry['extras'])}]" if entry.get("extras") else ""
    return str(entry.get("path") or entry.get("directory") or f"{entry.get('name', '')}{extras}{entry.get('specifier', '')}")


def at(content: object, *keys: str) -> object:
    """Return what lies under `keys` in nested tables, None where nothing does."""
    for key in keys:
        content = content.get(key) if isinstance(content, dict) else None
    return content


def _tables(content: object) -> Iterable[tuple[str, object]]:
    return content.items() if isinstance(content, dict) else ()


def _strings(content: object) -> tuple[str, ...]:
    return tuple(one for one in content if isinstance(one, str)) if isinstance(content, list) else ()


def toml(path: str) -> dict[str, Any]:
    """Return the content of a TOML file, {} where it can't be read."""
    try:
        if sys.version_info >= (3, 11):
            import tomllib
        else:
            import tomli as tomllib
        found: dict[str, Any] = tomllib.loads(files.read_text(path))
        return found
    except (ModuleNotFoundError, ValueError):  # tomli is not installed, or that is no TOML
        return {}
