"""The environment under check, as the checks see it: what is installed, and how to run something in it."""

from __future__ import annotations

import os
import re
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cudnn_heal import reconcile, report
from cudnn_heal.doctor.child import Ended, Helper, Probe, Tick, run
from cudnn_heal.doctor.prelude import fact

if TYPE_CHECKING:
    from importlib.metadata import Distribution

    from cudnn_heal.observe import Observation
    from cudnn_heal.plan import PartState
    from cudnn_heal.reconcile import Outcome

LIMIT_SECONDS = 180.0
"""For one child: the first import of torch from a cold disk takes the better part of a minute."""


class Stack:
    """One environment and everything that the checks may ask about it.

    Nothing that is to be checked is imported in this process.
    """

    def __init__(self, site_packages: str, python: str, *, own: bool, limit: float = LIMIT_SECONDS) -> None:
        """Set up the checks of the environment `site_packages`.

        :param python: its interpreter.
        :param own: whether it is the environment of this process.
        :param limit: for one child, in seconds.
        """
        self.site_packages = site_packages
        self.python = python
        self.own = own
        self.limit = limit
        self.tick: Tick = lambda: None

    def child(self, probe: Probe, *arguments: Any, uses: tuple[Helper, ...] = ()) -> Ended:
        """Run `probe` with `arguments` in a process of the environment; see `child.run`."""
        return run(self.python, probe, *arguments, uses=uses, limit=self.limit, tick=self.tick)

    @cached_property
    def distributions(self) -> dict[str, Distribution]:
        """What is installed, by normalized name (``pyannote-audio``)."""
        found: dict[str, Distribution] = {}
        for distribution in _metadata().distributions(path=[self.site_packages]):
            name = distribution.metadata["Name"]
            if name:  # an installation that was interrupted leaves folders without
                found.setdefault(normalized(name), distribution)
        return found

    def version(self, name: str) -> str:
        """Return the version of the distribution `name`, "" where it is not installed."""
        found = self.distributions.get(normalized(name))
        return (found.version or "") if found else ""

    @cached_property
    def outcome(self) -> Outcome:
        """How the core sees ctranslate2 here."""
        outcome = reconcile.status(self.site_packages, "ctranslate2")
        return outcome._replace(observation=outcome.observation._replace(python=self.python, own=self.own))

    def part(self, name: str) -> PartState:
        """Return how the part `name` of the catalog stands."""
        return next(part for part in report.parts(self.outcome) if part.name == name)

    @property
    def observation(self) -> Observation:
        """The core's observation, for `advice`; its installer is that of the environment, with or without ctranslate2."""
        observation = self.outcome.observation
        return observation if observation.installer else observation._replace(installer=self._installer())

    @cached_property
    def markers(self) -> dict[str, str]:
        """The environment's values of the variables in requirements' markers, {} where its interpreter gives none."""
        return {name: str(value) for name, value in self.child(_markers).facts.items()}

    @cached_property
    def driver(self) -> Ended:
        """What the driver says, in the facts: ``gpus`` (a list, perhaps empty), ``cuda`` (such as ``12.4``), ``error``."""
        from cudnn_heal.doctor.checks import driver

        return self.child(driver.probe)

    @property
    def gpus(self) -> int:
        """The number of GPUs that CUDA programs can use here."""
        return len(self.driver.facts.get("gpus", []))

    def origin(self, path: str) -> str:
        """Return where the mapped file `path` comes from: a folder relative to site-packages, or a folder and its source."""
        folder = self._folders.get(path)
        if folder:
            return folder
        folder = os.path.dirname(path)
        inside = os.path.relpath(folder, os.path.realpath(self.site_packages))
        if not inside.startswith(".."):
            return inside
        for entry in os.environ.get("LD_LIBRARY_PATH", "").split(":"):
            if os.path.realpath(entry) == folder:
                return f"{folder} (LD_LIBRARY_PATH)"
        return f"{folder} (the system)" if folder.startswith(("/usr/", "/lib", "/opt/")) else folder

    @cached_property
    def _folders(self) -> dict[str, str]:
        """Resolved path -> folder relative to site-packages, of the libraries there: an installer may have linked them."""
        found = {}
        for top in ("nvidia", "ctranslate2.libs", "torch/lib"):
            for folder, _, names in os.walk(os.path.join(self.site_packages, top)):
                for name in names:
                    path = os.path.join(folder, name)
                    # Links within site-packages (ours among them) count as what they lead to.
                    if ".so" in name and not (os.path.islink(path) and not os.path.isabs(os.readlink(path))):
                        found[os.path.realpath(path)] = os.path.relpath(folder, self.site_packages)
        return found

    def _installer(self) -> str:
        for distribution in self.distributions.values():
            installer = (distribution.read_text("INSTALLER") or "").strip()
            if installer == "uv":
                return installer
        return ""


def normalized(name: str) -> str:
    """Return the name of a distribution as it is compared (the specification "Names and normalization")."""
    return re.sub("[-_.]+", "-", name).lower()


def _metadata() -> Any:
    if sys.version_info >= (3, 10):
        import importlib.metadata as metadata
    else:
        import importlib_metadata as metadata
    return metadata


def _markers() -> None:
    """Report what the specification "Dependency specifiers" calls the environment markers."""
    import os
    import platform
    import sys

    version = sys.implementation.version
    kind = version.releaselevel
    fact(
        implementation_name=sys.implementation.name,
        implementation_version=f"{version.major}.{version.minor}.{version.micro}"
        + ("" if kind == "final" else kind[0] + str(version.serial)),
        os_name=os.name,
        platform_machine=platform.machine(),
        platform_python_implementation=platform.python_implementation(),
        platform_release=platform.release(),
        platform_system=platform.system(),
        platform_version=platform.version(),
        python_full_version=platform.python_version(),
        python_version=".".join(platform.python_version_tuple()[:2]),
        sys_platform=sys.platform,
    )
