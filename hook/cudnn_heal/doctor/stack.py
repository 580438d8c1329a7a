"""The environment under check, as the checks see it: what is installed, and how to run something in it."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from packaging.utils import canonicalize_name

from cudnn_heal import reconcile
from cudnn_heal.doctor import child
from cudnn_heal.doctor.child import Ended, Tick, Work
from cudnn_heal.doctor.driver import memory_at, probe_driver
from cudnn_heal.knowledge import fixing
from cudnn_heal.read import files
from cudnn_heal.read.machine import process
from cudnn_heal.report.fixes import Advisor
from cudnn_heal.systems import here as system

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cudnn_heal.advice import Advice, Line
    from cudnn_heal.model import Service, Target
    from cudnn_heal.read.installed import Distribution
    from cudnn_heal.reconcile import Outcome

LIMIT_SECONDS = 180.0
"""For one child: the first import of torch from a cold disk takes the better part of a minute."""
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "PYANNOTE_METRICS_ENABLED": "0",
    "DO_NOT_TRACK": "1",
    # For programs that know no switch for it: nobody answers at this port ("discard").
    "http_proxy": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
    "no_proxy": "",
}
"""What keeps the checked packages from downloading anything, and from telling others about it."""
TEMPORARY = ("TMPDIR", "TEMP", "TMP")
"""The variables that name the folder for temporary files, on one system or the other."""
SHIM_BYTES = 2**20
"""A shim is an eighth of this size, what it opens many times as large."""
SAMPLE = os.path.join(os.path.dirname(__file__), "sample.wav")
SPOKEN = "This is a test. One, two, three, four, five. Thank you for listening."
"""What `SAMPLE` says: made with espeak-ng (voice en-us, 165 words a minute) and cut to 8 bits at 16 kHz by sox."""


class Asked(NamedTuple):
    """What the user asked for beyond the checks of everything."""

    model: str = ""
    """A folder, or a name in the hub's cache, "" where none was named."""
    audio: str = ""
    """A file, "" for the sample."""


class Stack:
    """One environment and everything that the checks may ask about it.

    Nothing that is to be checked is imported in this process.
    """

    def __init__(self, target: Target, *, limit: float = LIMIT_SECONDS, folder: str = "") -> None:
        """Set up the checks of `target`.

        :param limit: for one child, in seconds.
        :param folder: where children put what they write; the system's temporary folder where there is none.
        """
        self.target = target
        self.site_packages = target.site_packages
        self.python = target.python
        self.limit = limit
        self.folder = folder
        self.asked = Asked()
        self.tick: Tick = lambda: None
        self.say: Callable[[str], None] = lambda text: None
        """Shows a line about the check that runs, as it comes."""
        self.children: list[dict[str, Any]] = []
        """``probe`` and ``seconds`` of each child."""

    def child(self, work: Work) -> Ended:
        """Carry out `work` in a process of the environment; see `child.run`."""
        ended = child.run(
            self.python,
            work._replace(limit=work.limit or self.limit),
            tick=self.tick,
            environ={**OFFLINE, **(dict.fromkeys(TEMPORARY, self.folder) if self.folder else {})},
        )
        name = f"{work.probe.__module__.rpartition('.')[2]}.{work.probe.__name__}"
        self.children.append({"probe": name, "seconds": round(ended.seconds, 3)})
        return ended

    def prepare(self) -> None:
        """Find out what every check asks for.

        The core is asked after a first child: where its start has healed the environment, any program's would have.
        """
        for name in ("driver", "outcome", "here"):
            getattr(self, name)

    @cached_property
    def distributions(self) -> Mapping[str, Distribution]:
        """What is installed, by normalized name (``pyannote-audio``)."""
        return self.here.facts.installed.distributions

    def version(self, name: str) -> str:
        """Return the version of the distribution `name`, "" where it is not installed."""
        found = self.distributions.get(canonicalize_name(name))
        return found.version if found else ""

    @cached_property
    def ctranslate2(self) -> str:
        """The version of whatever has the package ctranslate2 here, forks too; "" where nothing has."""
        return self.version("ctranslate2") or next(
            (found.version for name, found in self.distributions.items() if name.startswith("ctranslate2-")), ""
        )

    @cached_property
    def outcome(self) -> Outcome:
        """How the core sees the environment."""
        return reconcile.status(self.target, process(hook=self.target.hook, system=True))

    @cached_property
    def here(self) -> fixing.Here:
        """The environment, for what is known about messages."""
        capabilities = [gpu["capability"] for gpu in self.gpus]
        return fixing.here(self.outcome, self.driver.facts.get("driver", ""), capabilities)

    def service(self, part: str, consumer: str = "ctranslate2") -> Service | None:
        """Return how the core serves `part`, None where it is no part of the consumer's."""
        return next((service for service in self.outcome.services(consumer) if service.part == part), None)

    @cached_property
    def advisor(self) -> Advisor:
        """What helps, as the core sees it."""
        return Advisor(self.outcome, self.here.place)

    def lines(self, *advice: Advice) -> tuple[Line, ...]:
        """Return `advice` as it is printed, less what would change nothing here."""
        return self.advisor.lines(advice)

    @cached_property
    def driver(self) -> Ended:
        """What the driver says, in the facts: ``gpus`` (a list, perhaps empty), ``cuda`` (such as ``12.4``), ``error``."""
        return self.child(Work(probe_driver, (system.DRIVERS, system.MANAGEMENT), (memory_at,)))

    @property
    def gpus(self) -> list[dict[str, Any]]:
        """The GPUs that CUDA programs can use here."""
        return list(self.driver.facts.get("gpus", ()))

    def origin(self, path: str) -> str:
        """Return where the mapped file `path` comes from: a folder relative to site-packages, or a folder and its source."""
        folder = self._folders.get(path)
        if folder:
            return folder
        folder = os.path.dirname(path)
        inside = os.path.relpath(folder, files.real(self.site_packages)).replace(os.sep, "/")
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
        tops = [name for name in files.listdir(self.site_packages) if name.endswith(".libs")]
        for top in ("nvidia", "torch/lib", "tensorrt_libs", *tops):
            for folder, _, names in os.walk(os.path.join(self.site_packages, top)):
                for name in names:
                    path = os.path.join(folder, name)
                    # Links within site-packages (ours among them) count as what they lead to.
                    if ".so" in name and not (os.path.islink(path) and not os.path.isabs(os.readlink(path))):
                        found[os.path.realpath(path)] = os.path.relpath(folder, self.site_packages)
        # So do copies: one of the shim stands in the place of ctranslate2's own.
        originals = {files.hash_file(path): folder for path, folder in found.items() if folder not in tops and _is_small(path)}
        copies = [path for path, folder in found.items() if folder in tops and _is_small(path)]
        return {**found, **{path: originals.get(files.hash_file(path), found[path]) for path in copies}}


def _is_small(path: str) -> bool:
    try:
        return 0 < os.stat(path).st_size < SHIM_BYTES
    except OSError:
        return False
