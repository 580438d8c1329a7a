"""In-process loading: where links can't do it, the same libraries are loaded by absolute path when the package is imported.

A library that is in the process satisfies every later request for its SONAME (``dlopen(3)``, measured), whatever
``LD_LIBRARY_PATH`` says.  The import is watched by a finder at the head of ``sys.meta_path`` (``cudnn_heal_start``), the
documented way (PEP 451): it compares one name per import, answers for the watched packages alone, with the spec that the
other finders give, and only the execution of the module, not ``importlib.util.find_spec``, loads anything.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import cudnn_heal_start
from cudnn_heal import manifest
from cudnn_heal.catalog import PARTS, Part
from cudnn_heal.observe import BACKUP_SUFFIX, Observation, Provider, observe
from cudnn_heal.plan import Plan, is_paused, plan, select
from cudnn_heal.system import has_gpu, shadows

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec


class Load(NamedTuple):
    """Libraries that are loaded in-process for one part."""

    part: str
    provider: str
    """The wheel and its version."""
    paths: tuple[str, ...]
    """Absolute, in the order of loading."""
    why: str
    """Why links don't do it."""
    complete: bool
    """Whether the part is served by it; else it only lets the import succeed."""
    stub: str
    """The stub's backup: what to load instead where another copy is in the process already; "" without one."""


class Result(NamedTuple):
    """What this process loaded."""

    loads: tuple[Load, ...]
    errors: tuple[str, ...]
    """One sentence for each library that could not be loaded."""


results: dict[str, Result] = {}
"""By package; set when it is imported."""


def find(name: str, path: object, target: object) -> ModuleSpec | None:
    """Return the spec that the other finders give for `name`, such that executing the module loads what it needs first."""
    for finder in sys.meta_path:
        find_spec = getattr(finder, "find_spec", None)
        if find_spec is None or finder is sys.modules["cudnn_heal_start"]:
            continue
        spec: ModuleSpec | None = find_spec(name, path, target)
        if spec is not None:
            break
    else:
        return None
    loader: Any = spec.loader
    execute = getattr(loader, "exec_module", None)
    if execute is not None and spec.origin:
        origin = spec.origin

        def exec_module(module: object) -> None:
            load(name, os.path.dirname(os.path.dirname(os.path.abspath(origin))))
            execute(module)

        loader.exec_module = exec_module
    return spec


def load(name: str, site_packages: str) -> None:
    """Load what the package `name` in `site_packages` needs and links don't give it, once per process; never raise."""
    if name in results:
        return
    results[name] = Result((), ())
    try:
        loads = here(name, site_packages)
    except Exception as problem:
        results[name] = Result((), (f"observing failed: {problem!r}",))
        return
    errors = []
    for one in loads:
        paths = one.paths
        other = _loaded(paths)
        if other:
            errors.append(f"{other} was loaded before {name}, which follows it")
            paths = (one.stub,) if one.stub else ()
        for path in paths:
            try:
                ctypes.CDLL(path)
            except OSError as problem:
                errors.append(f"{path} could not be loaded: {problem}")
    results[name] = Result(loads, tuple(errors))
    if os.environ.get("CUDNN_HEAL") == "verbose":
        for one in loads:
            print(f"cudnn-heal: {one.part} loaded in-process: {one.why}", file=sys.stderr)
        for error in errors:
            print(f"cudnn-heal: {error}", file=sys.stderr)


def _loaded(paths: tuple[str, ...]) -> str:
    """Return a file of another copy that is in the process already: a second set beside it would be worse than either.

    Seen on an H200: torch had run on the libraries to which ``LD_LIBRARY_PATH`` led before ctranslate2 was imported.  The
    stub takes what is loaded; the provider's shim would find its own by the links with the full version.
    """
    wanted = {os.path.basename(path): os.path.realpath(path) for path in paths}
    for path in _mapped():
        stem = re.match(r"lib\w+\.so\.\d+", os.path.basename(path))
        if stem and stem[0] in wanted and wanted[stem[0]] != path:
            return path
    return ""


def _mapped() -> list[str]:
    """Return the paths of the files that this process has mapped, links resolved (``proc_pid_maps(5)``)."""
    with open("/proc/self/maps", errors="surrogateescape") as maps:
        return sorted({line.split(maxsplit=5)[-1].rstrip("\n") for line in maps if ".so" in line})


def here(name: str, site_packages: str) -> tuple[Load, ...]:
    """Return what is to be loaded in this process for the package `name` in `site_packages`; reads only."""
    observation = observe(site_packages, name, elsewhere(site_packages))
    planned = plan(observation, manifest.parse(observation.manifest))
    return decide(observation, planned, shadows(observation), has_gpu())


def elsewhere(site_packages: str) -> tuple[str, ...]:
    """Return the other folders of ``sys.path`` in which NVIDIA's wheels lie, in its order."""
    found = [path for path in sys.path if path and path != site_packages and os.path.isdir(path + "/nvidia")]
    return tuple(dict.fromkeys(found))


def decide(observation: Observation, planned: Plan, shadowed: dict[str, str], gpu: bool) -> tuple[Load, ...]:
    """Return what is to be loaded, part by part; pure.

    :param shadowed: by part, what ``LD_LIBRARY_PATH`` leads to in the provider's stead.
    :param gpu: whether there is a GPU, without which the largest libraries would be loaded in vain.
    """
    if is_paused(observation) or not observation.linux:
        return ()
    loads = []
    for state in planned.parts:
        if state.name not in observation.needs:
            continue
        part = PARTS[state.name]
        major = observation.needs[part.name]
        rescue = _rescue(observation, part)
        provider = select(observation.providers.get(part.name, ()), part, major)
        if provider is None:
            if rescue:
                loads.append(Load(part.name, "", rescue, "the link in the stub's place leads nowhere", False, ""))
            continue
        stems = part.loading
        if part.name in shadowed:
            why = shadowed[part.name]
            stems += _others(part, provider, gpu)
        elif state.served == "links":
            continue
        elif provider.site_packages != observation.site_packages:
            why = f"{provider.wheel or 'the wheel'} lies in {provider.site_packages}, where links don't reach"
        elif state.verdict == "pending":
            why = "the links that would serve it are not made"
        else:
            why = f"{observation.libs} can't be changed by this process"
        paths = [
            os.path.join(provider.site_packages, provider.folder, name)
            for name in (f"{stem}.so.{major}" for stem in stems)
            if name in provider.files and name not in provider.damaged
        ]
        wheel = f"{provider.wheel} {provider.version}".strip()
        backup = _backup(observation, part)
        paths = paths if provider.only_shim_damaged else []
        if rescue or paths:
            loads.append(Load(part.name, wheel if paths else "", (*rescue, *paths), why, bool(paths), backup))
    return tuple(loads)


def _others(part: Part, provider: Provider, gpu: bool) -> tuple[str, ...]:
    """Return the provider's other sub-libraries.

    The shim and the sub-libraries open them by a bare name, for which ``LD_LIBRARY_PATH`` outranks their own folder: on an
    H200 a convolution took heuristic and engines from there, and torch's recurrent layers would take adv.
    """
    stems = sorted(name.partition(".so.")[0] for name in provider.files)
    late = () if gpu else part.on_gpu
    return tuple(stem for stem in stems if stem not in (*part.loading, *part.libraries) and not stem.startswith(late))


def _rescue(observation: Observation, part: Part) -> tuple[str, ...]:
    """Return the backup's path where the stub's path leads nowhere: by its SONAME it lets the import succeed."""
    stub = observation.stub.get(part.name)
    entry = observation.entries.get(stub.name) if stub else None
    backup = _backup(observation, part)
    return (backup,) if backup and (entry is None or entry.size < 0) else ()


def _backup(observation: Observation, part: Part) -> str:
    stub = observation.stub.get(part.name)
    name = stub.name + BACKUP_SUFFIX if stub else ""
    return os.path.join(observation.libs, name) if name in observation.entries else ""


def is_active() -> bool:
    """Tell whether this interpreter's start-up hook is at work, without which nothing is loaded."""
    home = cudnn_heal_start.home
    return bool(home) and not home.endswith("/hook") and os.environ.get("CUDNN_HEAL") != "off"
