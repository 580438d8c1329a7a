"""Who manages an environment, and the commands that act on it, as they are to be typed.  Reads files only.

Each form was typed in an environment that the manager itself had made; what a manager's own command can't do (lay one
distribution down anew, remove one that came with another) is said with pip or ``uv pip``, for that environment.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shlex
import shutil
import sys
import sysconfig
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cudnn_heal.model import Target

Kind = Literal["uv-project", "uv", "pip", "poetry", "pdm", "conda", "pipx", "uv-tool", "uv-run"]

LOCKS: dict[Kind, tuple[str, tuple[str, ...]]] = {
    "uv-project": ("uv.lock", ("uv",)),
    "poetry": ("poetry.lock", ("poetry",)),
    "pdm": ("pdm.lock", ("pdm", "uv")),
}
"""The lock beside ``pyproject.toml``, and the installers with which that manager lays files down."""

_RECEIPT_LIST = re.compile(r"^requirements = \[(.*?)\]$", re.MULTILINE | re.DOTALL)
_RECEIPT_ENTRY = re.compile(
    r"\{ name = \"([^\"]+)\"(?:, extras = \[([^\]]*)\])?(?:, specifier = \"([^\"]*)\")?"
    r"(?:, (?:path|directory) = \"([^\"]+)\")? \}"
)


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


def manager(python: str, site_packages: str, installer: str = "") -> Manager:
    """Tell who manages the environment of `python`, from the files that managers leave.

    :param installer: the content of an ``INSTALLER`` file, where one was read already.
    """
    if os.path.basename(site_packages) not in ("site-packages", "dist-packages"):  # made with --target
        uv = _usual_installer(site_packages) == "uv"
        return Manager("uv" if uv else "pip", python, "", not uv, ("--target", site_packages))
    prefix = _prefix(python, site_packages)
    if _is_uvs(prefix):
        return Manager("uv-run", python, "", pip=False)
    pip = os.path.isdir(os.path.join(site_packages, "pip"))
    marked = _marked(prefix)
    if marked:
        return Manager(marked, python, prefix, pip)
    by = (installer or _usual_installer(site_packages)).partition(" ")[0].lower()
    kind, project = _project(prefix, python, by)
    if kind:
        return Manager(kind, python, project, pip)
    settings = _read(os.path.join(prefix, "pyvenv.cfg"))
    if by in ("poetry", "pdm"):
        return Manager("poetry" if by == "poetry" else "pdm", python, "", pip)
    uv = by == "uv" or bool(re.search(r"^uv = ", settings, re.MULTILINE)) or (settings != "" and not pip)
    return Manager("uv" if uv else "pip", python, "", pip, _options(settings, python, site_packages, uv))


def install(manager: Manager, *requirements: str, again: bool = False) -> str:
    """Return the command that installs `requirements`.

    :param again: lay the files down anew, without what they depend on, and not from a cache that may be damaged too.
    """
    if again:
        return shlex.join(_again(manager, requirements))
    if manager.kind == "uv-run":  # what is put into an environment that is made for a call is gone with it
        return f"call it again with {shlex.join(word for one in requirements for word in ('--with', one))} too"
    if manager.kind == "pipx":
        return shlex.join([*_pipx(manager, "inject"), *_forced(manager, requirements), _tool(manager), *requirements])
    if manager.kind == "uv-tool":
        return shlex.join(_uv_tool(manager, requirements) or [*_pip(manager, "install"), *requirements])
    return shlex.join([*(_of_project(manager, "add") or _pip(manager, "install")), *requirements])


def uninstall(manager: Manager, *distributions: str) -> str:
    """Return the command that uninstalls `distributions`: the project's own where it names them all, else pip's."""
    if all(_declares(manager.project, name) for name in distributions):
        own = _of_project(manager, "remove")
        if own:
            return shlex.join([*own, *distributions])
    if manager.kind == "pipx":
        return shlex.join(["pipx", "runpip", _tool(manager), "uninstall", "-y", *distributions])
    return shlex.join([*_pip(manager, "uninstall"), *distributions])


def heal(target: Target, *flags: str) -> str:
    """Return the call of cudnn-heal that acts on `target` and works in the shell from which this process was started."""
    return shlex.join([*_program(), *flags, *_named(target)])


def from_uvx() -> bool:
    """Tell whether this process runs in an environment that uvx, or ``uv run --with``, made for it in uv's cache."""
    return _is_uvs(sys.prefix)


def _is_uvs(prefix: str) -> bool:
    """Tell whether uv made the environment `prefix` in its cache, for a call."""
    return bool(re.search(r"/(?:archive|builds)-v\d+/[^/]+$", os.path.realpath(prefix)))


def _named(target: Target) -> list[str]:
    """Return what tells the command which environment is meant; nothing where that is its own.

    The next uvx may make another environment, and the interpreter of ``uv run --with`` is gone when that ends.
    """
    if not _is_uvs(os.path.dirname(os.path.dirname(target.python))):
        return [] if target.is_home else ["--python", target.python]
    around = _prefix(target.python, target.site_packages)
    return [] if os.path.basename(around).startswith(".tmp") else ["--python", around]


def _prefix(python: str, site_packages: str) -> str:
    """Return the environment's folder: that of its interpreter, unless site-packages lies in a virtual environment."""
    around = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(site_packages))))
    if os.path.exists(os.path.join(around, "pyvenv.cfg")) or not os.path.isabs(python):
        return around
    return os.path.dirname(os.path.dirname(python))


def _marked(prefix: str) -> Kind | None:
    """Return the manager that left its mark in the environment itself."""
    marks: dict[str, Kind] = {"conda-meta": "conda", "uv-receipt.toml": "uv-tool", "pipx_metadata.json": "pipx"}
    return next((kind for name, kind in marks.items() if os.path.exists(os.path.join(prefix, name))), None)


def _usual_installer(site_packages: str) -> str:
    """Return who installed most of what is there, the tools aside that come with a new environment."""
    try:
        names = [name for name in os.listdir(site_packages) if re.match(r"(?!(?:pip|setuptools|wheel)-).*\.dist-info$", name)]
    except OSError:
        return ""
    found = Counter(_read(os.path.join(site_packages, name, "INSTALLER")).strip() for name in names)
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
    if os.path.basename(prefix) == ".venv" and _is_project(around):
        yield around
    folder = _current_folder()
    while len(folder) > 1:
        if _is_project(folder) and _claims(folder, prefix, python):
            yield folder
        folder = os.path.dirname(folder)


def _is_project(folder: str) -> bool:
    return os.path.exists(os.path.join(folder, "pyproject.toml"))


def _claims(folder: str, prefix: str, python: str) -> bool:
    """Tell whether the project in `folder` has its environment at `prefix`, though that lies elsewhere."""
    uv = os.environ.get("UV_PROJECT_ENVIRONMENT", "")
    if uv and os.path.realpath(os.path.join(folder, uv)) == os.path.realpath(prefix):
        return True
    if python and _read(os.path.join(folder, ".pdm-python")).strip() == python:
        return True
    # Poetry's EnvManager.generate_env_name: <name>-<hash of the project's folder>-py<version>.
    digest = hashlib.sha256(os.path.realpath(folder).encode()).digest()
    return f"-{base64.urlsafe_b64encode(digest).decode()[:8]}-py" in os.path.basename(prefix)


def _options(settings: str, python: str, site_packages: str, uv: bool) -> tuple[str, ...]:
    """Return what an environment that is no virtual one asks of pip and ``uv pip``."""
    if settings:
        return ()
    version = os.path.basename(os.path.dirname(site_packages))  # python3.11
    guard = os.path.join(os.path.dirname(os.path.dirname(python)), "lib", version, "EXTERNALLY-MANAGED")
    base = os.environ.get("PYTHONUSERBASE")
    user = not uv and ("/.local/lib/" in site_packages or bool(base and site_packages.startswith(os.path.abspath(base) + "/")))
    return (*(["--user"] if user else []), *(["--break-system-packages"] if os.path.exists(guard) else []))


def _of_project(manager: Manager, verb: str) -> list[str]:
    """Return the beginning of the project's own command, [] where there is no project."""
    folder = {"uv-project": ("uv", "--project"), "poetry": ("poetry", "-P"), "pdm": ("pdm", "-p")}.get(manager.kind)
    if not folder or not manager.project:
        return []
    inside = (_current_folder() + "/").startswith(os.path.realpath(manager.project) + "/")
    return [folder[0], verb, *([] if inside else [folder[1], manager.project])]


def _declares(project: str, distribution: str) -> bool:
    """Tell whether the project names `distribution` as a dependency of its own."""
    name = re.sub(r"[-_.]+", "[-_.]+", distribution)
    return bool(re.search(rf"(?im)(?:[\"']|^){name}(?![\w.-]*[\w-])", _read(os.path.join(project, "pyproject.toml"))))


def _pip(manager: Manager, verb: str) -> list[str]:
    """Return the beginning of pip's command for the environment, with a pip that is at hand."""
    yes = ["-y"] if verb == "uninstall" else []
    lacks = not manager.pip and "--user" not in manager.options  # which uv does not have; pip lies in another folder there
    if manager.kind in ("uv", "uv-project", "uv-tool", "uv-run") or (lacks and shutil.which("uv")):
        return ["uv", "pip", verb, "--python", manager.python, *manager.options]
    guard = [option for option in manager.options if verb == "install" or option == "--break-system-packages"]
    if manager.pip or manager.kind in ("pip", "conda"):
        return [manager.python, "-m", "pip", verb, *yes, *guard]
    return ["pip", "--python", manager.python, verb, *yes, *guard]


def _again(manager: Manager, requirements: tuple[str, ...]) -> list[str]:
    if manager.kind == "pipx":  # runs "uv pip" where that is its backend, which knows these options by the same names
        anew = ["--force-reinstall", "--no-cache-dir", "--no-deps"]
        return [*_pipx(manager, "runpip"), _tool(manager), "install", *anew, *requirements]
    command = _pip(manager, "install")
    anew = ["--reinstall", "--refresh"] if command[0] == "uv" else ["--force-reinstall", "--no-cache-dir"]
    return [*command, *anew, "--no-deps", *requirements]


def _pipx(manager: Manager, verb: str) -> list[str]:
    return ["pipx", verb, *(["--global"] if manager.project.startswith("/opt/pipx/") else [])]


def _tool(manager: Manager) -> str:
    return os.path.basename(manager.project)


def _forced(manager: Manager, requirements: tuple[str, ...]) -> list[str]:
    """Return what lets pipx inject what it has injected before."""
    injected = _json(os.path.join(manager.project, "pipx_metadata.json")).get("injected_packages")
    names = {re.split(r"[^\w.-]", requirement)[0] for requirement in requirements}
    return ["--force"] if isinstance(injected, dict) and names & set(injected) else []


def _uv_tool(manager: Manager, requirements: tuple[str, ...]) -> list[str]:
    """Return the call that adds to the tool what it was not asked to have; [] where its receipt can't be repeated.

    ``uv tool install`` forgets what it is not told again.
    """
    receipt = _read(os.path.join(manager.project, "uv-receipt.toml"))
    listed = _RECEIPT_LIST.search(receipt)
    if not listed or _RECEIPT_ENTRY.sub("", listed[1]).strip(" ,\n"):  # from a repository, with a marker
        return []
    had = [_requirement(*entry) for entry in _RECEIPT_ENTRY.findall(listed[1])]
    python = re.search(r'^python = "([^"]+)"', receipt, re.MULTILINE)
    wanted = [option for requirement in (*had[1:], *requirements) for option in ("--with", requirement)]
    return ["uv", "tool", "install", *(["--python", python[1]] if python else []), *had[:1], *wanted]


def _requirement(name: str, extras: str, specifier: str, path: str) -> str:
    return path or name + ("[" + re.sub(r'[" ]', "", extras) + "]" if extras else "") + specifier


def _program() -> list[str]:
    """Return how to call this cudnn-heal from the user's shell."""
    if from_uvx():
        source = _own_source()
        return ["uvx", *(["--from", source] if source else []), "cudnn-heal"]
    script = next((path for path in _scripts() if os.access(path, os.X_OK) and _starts_this_python(path)), "")
    if not script:
        return [sys.executable, "-m", "cudnn_heal"]
    on_path = shutil.which("cudnn-heal", path=_users_path())
    return ["cudnn-heal" if on_path and os.path.realpath(on_path) == os.path.realpath(script) else script]


def _scripts() -> Iterator[str]:
    """Yield where the script of this cudnn-heal may lie."""
    if os.path.basename(sys.argv[0]) == "cudnn-heal":
        yield os.path.abspath(sys.argv[0])
    yield os.path.join(os.path.dirname(os.path.abspath(sys.executable)), "cudnn-heal")
    if sys.prefix == sys.base_prefix:
        yield os.path.join(sysconfig.get_path("scripts"), "cudnn-heal")


def _starts_this_python(script: str) -> bool:
    """Tell whether `script` starts this interpreter: where the environment was copied or moved, it starts another or none."""
    first, second = (*_read(script)[:4096].split("\n"), "", "")[:2]
    if first == "#!/bin/sh" and "dirname" in second:  # uv's, of an environment that may be moved
        return True
    started = re.search(r"(['\"])(/[^'\"]*)/python[\w.]*\1", second) or re.match(r"#!( ?)(/.*)/python[\w.]*$", first)
    return started is not None and os.path.realpath(started[2]) == os.path.realpath(os.path.dirname(sys.executable))


def _users_path() -> str:
    """Return PATH as the user's shell has it.

    ``uv run``, ``pdm run`` and ``poetry run`` add the environment for their child alone.  The last leaves no mark but a
    ``VIRTUAL_ENV`` without the prompt that activating sets; whoever is taken for it gets a full path, which works too.
    """
    folders = os.environ.get("PATH", os.defpath).split(":")
    unprompted = "VIRTUAL_ENV" in os.environ and "VIRTUAL_ENV_PROMPT" not in os.environ
    if unprompted or "UV_RUN_RECURSION_DEPTH" in os.environ or "PDM_RUN_CWD" in os.environ:
        folders = [folder for folder in folders if folder != os.path.dirname(sys.executable)]
    return ":".join(folders)


def own_requirement() -> str:
    """Return what installs this cudnn-heal elsewhere: its name, or the file or folder from which it was installed itself."""
    return _own_source() or "cudnn-heal"


def _own_source() -> str:
    """Return the file or folder from which this cudnn-heal was installed, "" where it came from an index (PEP 610)."""
    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    try:
        names = [name for name in os.listdir(here) if re.fullmatch(r"cudnn_heal-[^-]+\.dist-info", name)]
    except OSError:
        return ""
    url = next((_json(os.path.join(here, name, "direct_url.json")).get("url") for name in names), None)
    return unquote(urlsplit(url).path) if isinstance(url, str) and url.startswith("file://") else ""


def _current_folder() -> str:
    try:
        return os.getcwd()
    except OSError:  # it was removed
        return "/"


def _json(path: str) -> dict[str, Any]:
    try:
        found = json.loads(_read(path) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
