"""The only loader: where links can't do it, the wheels' libraries are loaded by absolute path when a package is imported.

A library that is in the process satisfies every later request for its SONAME (``dlopen(3)``, measured), whatever
``LD_LIBRARY_PATH`` says.
"""

from __future__ import annotations

from cudnn_heal.catalog import CONSUMERS
from cudnn_heal.decide.plan import plan
from cudnn_heal.failures import failed
from cudnn_heal.inprocess.say import say
from cudnn_heal.model import Service
from cudnn_heal.read import machine as process
from cudnn_heal.read import target
from cudnn_heal.read.observe import observe
from cudnn_heal.systems import here
from cudnn_heal.tuples import NamedTuple


class Result(NamedTuple):
    """What this process loaded for one package."""

    services: tuple[Service, ...]
    errors: tuple[str, ...]
    """What went wrong, as the loader or Python said it."""


results: dict[str, Result] = {}
"""By package; set when it is imported."""


def load(name: str, site_packages: str) -> None:
    """Load what the package `name` in `site_packages` needs and links don't give it.

    :raises Exception: what the program itself raised meanwhile.
    """
    try:
        present = process.process()
        observation = observe(target.at(site_packages), CONSUMERS[name], present.search)
        services = plan(observation, present).services
        results[name] = Result(services, tuple(filter(None, (_open(path) for one in services for path in one.paths))))
    except failed(Exception) as problem:
        results[name] = Result((), (repr(problem),))
    if "verbose" in process.switches():
        for service in results[name].services:
            if service.paths:
                say(f"{name}: {len(service.paths)} files of {service.part} loaded from {service.provider}")
        for error in results[name].errors:
            say(f"{name}: {error}")


def _open(path: str) -> str:
    """Load `path`, and return what went wrong, "" where nothing did."""
    try:
        here.load(path)
    except failed(OSError) as problem:
        return f"{path}: {problem}"
    return ""
