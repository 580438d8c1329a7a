"""Advice as lines to be read and typed: for whoever manages the environment, quoted, and so that it lasts.

Each form was typed in an environment that the manager itself had made; what a manager's own command can't do (reinstall
one distribution, remove one that came with another) is done with pip or ``uv pip``, for that environment.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import sysconfig
from typing import TYPE_CHECKING, Callable, NamedTuple
from urllib.parse import unquote, urlsplit

from cudnn_heal.advice import Line
from cudnn_heal.catalog import DRIVER
from cudnn_heal.names import normalized
from cudnn_heal.read import manager as managers
from cudnn_heal.read.manager import Manager, current_folders, environment, is_project, made_for_a_call
from cudnn_heal.report import fitting
from cudnn_heal.systems import here

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cudnn_heal.advice import Advice, Do
    from cudnn_heal.model import Target
    from cudnn_heal.read.installed import Installed
    from cudnn_heal.read.manager import Kind
    from cudnn_heal.reconcile import Outcome


class Place(NamedTuple):
    """The environment that advice is for."""

    manager: Manager
    target: Target | None = None
    """What cudnn-heal is called for; None for whichever environment it lies in."""
    installed: Installed | None = None
    """None where that is not known: then nothing is checked against it."""


quoted = here.quoted
_KEEPS_OUT: dict[Kind, tuple[str, str, str]] = {
    "uv-project": ("tool.uv", "override-dependencies", "{}; sys_platform == 'never'"),
    "pdm": ("tool.pdm.resolution", "excludes", "{}"),
}
"""By which setting a project does without what its packages require: the table, the key, an entry."""
_INSTALLS: dict[Kind, str] = {
    "poetry": "Poetry's next add, install or update",
    "pipx": "pipx's next upgrade",
    "uv-tool": "uv tool's next install or upgrade",
}
"""What lays down again whatever is required."""


def lines(advice: Iterable[Advice], place: Place) -> tuple[Line, ...]:
    """Return what is printed of `advice`, each line once; nothing of what would change nothing in `place`.

    Where it must not be followed there, the reason stands in its place.
    """
    found: list[Line] = []
    for one in advice:
        if place.installed and not fitting.changes(one, place.installed):
            continue
        objection = fitting.objection(one, place.installed) if place.installed else ""
        found += [Line(objection)] if objection else _MAKERS[one.do](one, place)
    return tuple(dict.fromkeys(found))


def manager_of(outcome: Outcome) -> Manager:
    """Return who manages the environment of `outcome`, by whoever installed the packages that the catalog knows."""
    target = outcome.target
    by = next((one.observation.installer for one in outcome.consumers if one.observation.installer), "")
    return managers.manager(target.python, target.site_packages, by)


def own_call(target: Target | None, *flags: str) -> str:
    """Return the call of cudnn-heal that acts on `target`, as it works in the shell that started this process."""
    return quoted([*_program(), *flags, *_named(target)] if target else ["cudnn-heal", *flags])


def install(manager: Manager, *requirements: str, index: str = "") -> str:
    """Return the command that installs `requirements`.

    :param index: the address of a further package index that has them.
    """
    added = [word for one in requirements for word in ("--with", one)]
    if manager.kind == "uv-run":  # what is put into an environment that is made for a call is gone with it
        return f"call this again with {quoted(added)} too"
    if manager.kind == "pipx":
        given = [f"--pip-args=--extra-index-url={index}"] if index else []
        # Unless forced it passes over whatever is installed, with exit status 0.
        return quoted([*_pipx(manager, "inject"), "--force", *given, _tool(manager), *requirements])
    if manager.kind == "uv-tool" and manager.repeat:
        return quoted(["uv", "tool", "install", *(["--index", index] if index else []), *manager.repeat, *added])
    own = _of_project(manager, "add") if not index or manager.kind == "uv-project" else []
    command = own or _pip(manager, "install")
    option = "--index" if command[0] == "uv" else "--extra-index-url"
    given = [option, f"{_index_name(index)}={index}" if own else index] if index else []
    return quoted([*command, *given, *(map(_as_in_project, requirements) if own else requirements)])


def reinstall(manager: Manager, *requirements: str) -> str:
    """Return the command that lays files down anew, without what they depend on, and not from a cache, which may be damaged."""
    if manager.kind == "pipx":  # runs "uv pip" where that is its backend, which knows these options by the same names
        anew = ["--force-reinstall", "--no-cache-dir", "--no-deps"]
        return quoted([*_pipx(manager, "runpip"), _tool(manager), "install", *anew, *requirements])
    command = _pip(manager, "install")
    anew = ["--reinstall", "--refresh"] if command[0] == "uv" else ["--force-reinstall", "--no-cache-dir"]
    return quoted([*command, *anew, "--no-deps", *requirements])


def uninstall(manager: Manager, *distributions: str) -> str:
    """Return the command that uninstalls `distributions`: the project's own where it names them all, else pip's."""
    named = [manager.declares(name) for name in distributions]
    places = {one.where for one in named if one}
    own = _of_project(manager, "remove")
    if own and all(named) and len(places) == 1:
        return quoted([*own, *places.pop(), *distributions])
    if own and all(named):
        return here.chained([uninstall(manager, name) for name in distributions])
    if manager.kind == "pipx":
        return quoted(["pipx", "runpip", _tool(manager), "uninstall", "-y", *distributions])
    return quoted([*_pip(manager, "uninstall"), *distributions])


def _add(advice: Advice, place: Place) -> list[Line]:
    if place.manager.kind == "uv-run":  # what is put into an environment that is made for a call is gone with it
        return [Line(f"{advice.text}: {install(place.manager, *advice.requirements)}")]
    return [Line(advice.text, install(place.manager, *advice.requirements, index=advice.package_index))]


def _reinstall(advice: Advice, place: Place) -> list[Line]:
    steps = [f"rm {quoted(advice.paths)}"] if advice.paths else []
    return [Line(advice.text, here.chained([*steps, reinstall(place.manager, *advice.requirements)]))]


def _replace(advice: Advice, place: Place) -> list[Line]:
    """Return what removes and adds; where both lay the same files, what comes is laid down once the other is gone.

    A project's own command lays down all that its lock has: what goes or comes beside the lock does so after that.
    """
    manager = place.manager
    names = _there(advice.distributions, place)
    if not names:
        return _add(advice, place)
    if manager.kind == "uv-run":  # what is taken out of an environment that is made for a call is back at the next
        way = f"{install(manager, *advice.requirements)}, and" if advice.requirements else "call this again"
        return [Line(f"{advice.text}: {way} without {', '.join(names)}")]
    coming = {fitting.name_of(one): one for one in advice.requirements}
    shared = [new for new in coming if any(normalized(name) in set(fitting.overlapping(new)) for name in names)]
    stays = {new: place.installed.version(new) for new in shared if place.installed and place.installed.version(new)}
    back = {name: owner for name in names for owner in [_brings_back(name, place)] if owner}
    if manager.kind != "uv-tool" and not _of_project(manager, "add"):
        steps = [uninstall(manager, *names, *stays)]
        steps += [install(manager, *coming.values(), index=advice.package_index)] if coming else []
    else:
        lacking = fitting.lacking(advice.requirements, place.installed) if place.installed else list(advice.requirements)
        declared = [name for name in names if manager.declares(name)]
        steps = [uninstall(manager, *declared)] if declared else []
        steps += [install(manager, *lacking, index=advice.package_index)] if lacking else []
        steps += [quoted(_of_project(manager, "install"))] if back and manager.kind == "pdm" else []
        left = [name for name in names if name in back or name not in declared]
        steps += _anew(manager, left, {new: f"{new}=={stays[new]}" if new in stays else coming[new] for new in shared})
    if back and manager.kind in _KEEPS_OUT:
        return [_kept_out(advice, manager, back), Line("Then", here.chained(steps))]
    owners = ", ".join(f"{owner} requires {name}" for name, owner in back.items())
    returns = (
        [Line(f"{_INSTALLS[manager.kind]} brings that back, since {owners}.")] if back and manager.kind in _INSTALLS else []
    )
    return [Line(advice.text, here.chained(steps)), *returns]


def _anew(manager: Manager, names: list[str], shared: dict[str, str]) -> list[str]:
    """Return what takes `names` away, which the project does not declare, and lays the distributions `shared` down anew."""
    if manager.kind == "uv-project":
        sync, again = _of_project(manager, "sync"), [word for name in shared for word in ("--reinstall-package", name)]
        return [*([quoted(sync)] if names else []), *([quoted([*sync, *again])] if again else [])]
    steps = [quoted([*_pip(manager, "uninstall"), *names, *shared])] if names or shared else []
    return [*steps, *([quoted([*_pip(manager, "install"), "--no-deps", *shared.values()])] if shared else [])]


def _there(names: tuple[str, ...], place: Place) -> tuple[str, ...]:
    """Return those of `names` that are installed; all of them where that is not known."""
    return tuple(name for name in names if not place.installed or place.installed.version(name))


def _brings_back(name: str, place: Place) -> str:
    """Return what is installed and requires the distribution `name`, "" where nothing is known to."""
    return next((owner for owner, _ in place.installed.requirers(name)), "") if place.installed else ""


def _kept_out(advice: Advice, manager: Manager, names: Iterable[str]) -> Line:
    """Return the setting that keeps `names` out whatever requires them, with what it has already."""
    table, setting, form = _KEEPS_OUT[manager.kind]
    wanted = [*manager.overrides, *(form.format(name) for name in names)]
    text = ": ".join(filter(None, (advice.text, f"in pyproject.toml, under [{table}]")))
    return Line(text, f"{setting} = {json.dumps(list(dict.fromkeys(wanted)))}")


def _unset(advice: Advice, place: Place) -> list[Line]:
    """Return what takes the entries out that the variable has here; of another environment's shell nothing is known."""
    if not place.installed and advice.variable.endswith("PATH"):
        return [Line(f"{advice.text} (only entries that hold {DRIVER} must stay)")]
    before = [entry for entry in os.environ.get(advice.variable, "").split(os.pathsep) if entry]
    out = advice.entries or before
    rest = [entry for entry in before if entry not in out or os.path.exists(os.path.join(entry, DRIVER))]
    if rest == before:
        return []
    return [Line(advice.text, here.assigned(advice.variable, os.pathsep.join(rest)))]


def _own(advice: Advice, place: Place) -> list[Line]:
    flags = ("--restore",) if advice.do == "restore" else advice.flags
    return [Line(advice.text, own_call(place.target, *flags))]


def _said(advice: Advice, place: Place) -> list[Line]:
    without = place.target and not shutil.which("sudo")  # as in most containers, where one is root
    command = here.typed(re.sub("^sudo (?=apt|dnf)", "", advice.command) if without else advice.command)
    return [Line(advice.text, command)] if command or not advice.command else []


_MAKERS: dict[Do, Callable[[Advice, Place], list[Line]]] = {
    "add": _add,
    "remove": _replace,
    "replace": _replace,
    "reinstall": _reinstall,
    "unset": _unset,
    "heal": _own,
    "restore": _own,
    "call": _own,
    "run": _said,
    "say": _said,
}


def _named(target: Target) -> list[str]:
    """Return the options that name the environment; none where it is the command's own.

    The next uvx may make another environment, and the interpreter of ``uv run --with`` is gone when that ends.
    """
    if not made_for_a_call(os.path.dirname(os.path.dirname(target.python))):
        return [] if target.is_home else ["--python", target.python]
    around = environment(target.python, target.site_packages)
    return [] if os.path.basename(around).startswith(".tmp") else ["--python", around]


def _of_project(manager: Manager, verb: str) -> list[str]:
    """Return the beginning of the project's own command, [] where there is no project."""
    folder = {"uv-project": ("uv", "--project"), "poetry": ("poetry", "-P"), "pdm": ("pdm", "-p")}.get(manager.kind)
    if not folder or not manager.project:
        return []
    return [folder[0], verb, *([] if _inside(manager.project) else [folder[1], manager.project])]


def _inside(project: str) -> bool:
    """Tell whether this process runs within the folder `project`."""
    return os.path.realpath(project) in current_folders()


def _as_in_project(requirement: str) -> str:
    """Return `requirement` so that it may stand in a project's file, which other machines have too: no absolute path."""
    return os.path.relpath(requirement) if os.path.isabs(requirement) else requirement


def _index_name(address: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", urlsplit(address).netloc.lower()) or "further"


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


def _pipx(manager: Manager, verb: str) -> list[str]:
    return ["pipx", verb, *(["--global"] if manager.project.startswith("/opt/pipx/") else [])]


def _tool(manager: Manager) -> str:
    return os.path.basename(manager.project)


def _program() -> list[str]:
    """Return how to call this cudnn-heal from the user's shell."""
    if made_for_a_call(sys.prefix):  # by uvx, or "uv run --with"
        source = _own_source()
        return ["uvx", *(["--from", source] if source else []), "cudnn-heal"]
    if _called_through_uv_run():
        return ["uv", "run", "cudnn-heal"]
    script = next((path for path in _scripts() if os.access(path, os.X_OK) and here.starts(path, sys.executable)), "")
    if not script:
        return [sys.executable, "-m", "cudnn_heal"]
    on_path = shutil.which("cudnn-heal", path=_users_path())
    return ["cudnn-heal" if on_path and os.path.realpath(on_path) == os.path.realpath(script) else script]


def _called_through_uv_run() -> bool:
    """Tell whether the user typed ``uv run``, in a project whose environment this is."""
    project = next(filter(is_project, current_folders()), "")
    around = os.environ.get("UV_PROJECT_ENVIRONMENT") or ".venv"
    place = os.path.realpath(os.path.join(project, around))
    return "UV_RUN_RECURSION_DEPTH" in os.environ and project != "" and place == os.path.realpath(sys.prefix)


def _scripts() -> Iterator[str]:
    """Yield where the script of this cudnn-heal may lie."""
    if os.path.basename(sys.argv[0]) == "cudnn-heal":
        yield os.path.abspath(sys.argv[0])
    for place in here.SCRIPTS:
        yield os.path.join(os.path.dirname(os.path.abspath(sys.executable)), place)
    if sys.prefix == sys.base_prefix:
        yield os.path.join(sysconfig.get_path("scripts"), here.SCRIPTS[0])


def _users_path() -> str:
    """Return PATH as the user's shell has it.

    ``uv run``, ``pdm run`` and ``poetry run`` add the environment for their child alone.  The last leaves no mark but a
    ``VIRTUAL_ENV`` without the prompt that activating sets; whoever is taken for it gets a full path, which works too.
    """
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    unprompted = "VIRTUAL_ENV" in os.environ and "VIRTUAL_ENV_PROMPT" not in os.environ
    if unprompted or "UV_RUN_RECURSION_DEPTH" in os.environ or "PDM_RUN_CWD" in os.environ:
        folders = [folder for folder in folders if folder != os.path.dirname(sys.executable)]
    return os.pathsep.join(folders)


def own_requirement() -> str:
    """Return what installs this cudnn-heal elsewhere: its name, or the file or folder from which it was installed itself."""
    return _own_source() or "cudnn-heal"


def _own_source() -> str:
    """Return the file or folder from which this cudnn-heal was installed, "" where it came from an index (PEP 610)."""
    from importlib import metadata  # 35 ms

    around = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    told = [own.read_text("direct_url.json") for own in metadata.distributions(name="cudnn-heal", path=[around])]
    try:
        url = str(json.loads(told[0] or "")["url"])
    except (IndexError, KeyError, TypeError, ValueError):
        return ""
    path = unquote(urlsplit(url).path) if url.startswith("file://") else ""
    return re.sub("^/(?=[A-Za-z]:)", "", path)  # file:///C:/...
