"""Which release of torchcodec, torchvision and torchaudio is made for which torch, and of ctranslate2 for which driver.

The only place that says so.
"""

from __future__ import annotations

import re

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

TORCHCODEC: dict[str, tuple[str, ...]] = {
    "2.5": ("0.1",),
    "2.6": ("0.2",),
    "2.7": ("0.3", "0.4", "0.5"),
    "2.8": ("0.6", "0.7"),
    "2.9": ("0.8", "0.9"),
    "2.10": ("0.10",),
}
"""By torch's release, from torchcodec's README, "Installing TorchCodec"; the newest last."""
STABLE_TORCH = (2, 11)
"""From here on torchcodec (0.11 and later) keeps to torch's stable interface."""
STABLE = ">=0.11.1,<0.14"
"""PyPI's wheels that need no CUDA, for a torch of CUDA 12 or of none (read from their NEEDED entries)."""
STABLE_WITH_CUDA = ">=0.11"
"""For a torch of CUDA 13, which brings what the wheels 0.11.0, and 0.14 and later, need."""
TORCHVISION: dict[str, tuple[str, ...]] = {f"2.{minor}": (f"0.{minor + 15}",) for minor in range(4, 11)}
"""By torch's release: torchvision's wheels require exactly one (read from their metadata)."""
LAST_TORCHAUDIO = (2, 11)
"""torchaudio's releases have torch's numbers, up to this one; its 2.11.1 calls what torch 2.11.0 has not (measured)."""

OF_TORCH = ("torchaudio", "torchcodec", "torchvision")
"""What is made for one release of torch."""
FOR_HOPPER = ((570, ""), (550, "<4.6.3"), (0, "<4.6"))
"""By the driver, from which release on: which ctranslate2 runs on Hopper and later GPUs, for which its wheels have PTX alone
(measured; 4.6.3 and later: of CUDA 12.8, 4.6.1 and 4.6.2: of 12.4, 4.5: of 12.2)."""
ANY = "9999"


def with_driver(requirement: str, driver: str, capabilities: tuple[str, ...]) -> str:
    """Return `requirement` so that the driver can run what it brings, "" where no release of it can be run.

    :param driver: "" where it is not known.
    :param capabilities: of the GPUs; () where they are not known, which may be new ones.
    """
    wanted = Requirement(requirement)
    old = all(Version(one) < Version("9") for one in capabilities) if capabilities else False
    if wanted.name != "ctranslate2" or not driver or old or not wanted.specifier.contains(ANY):
        return requirement
    bound = next(bound for least, bound in FOR_HOPPER if Version(driver) >= Version(str(least)))
    if not bound:
        return requirement
    both = wanted.specifier & SpecifierSet(bound)
    return f"{requirement}{',' if wanted.specifier else ''}{bound}" if any(map(both.contains, RELEASES)) else ""


RELEASES = ("4.0.0", "4.4.0", "4.5.0", "4.6.2")
"""Of ctranslate2: the last ones below each bound of `FOR_HOPPER`, and earlier ones."""


def specifier(name: str, torch: str, cuda: str = "") -> str:
    """Return the newest release of `name` that is made for the installed torch, as ``==0.7.*``; "" where none is known.

    :param torch: its version, such as ``2.8.0+cu128``.
    :param cuda: the major version of CUDA that it is built for; "" for none.
    """
    fitting = _fitting(name, torch, cuda)
    return fitting[-1] if fitting else ""


def fits(name: str, version: str, torch: str, cuda: str = "") -> bool:
    """Tell whether `version` of `name` is made for that torch; so it is where nothing is known."""
    fitting = _fitting(name, torch, cuda)
    try:
        return not fitting or any(SpecifierSet(one).contains(version, prereleases=True) for one in fitting)
    except InvalidVersion:
        return True


def _fitting(name: str, torch: str, cuda: str) -> tuple[str, ...]:
    match = re.match(r"(\d+)\.(\d+)", torch)
    if not match:
        return ()
    release, minor = (int(match[1]), int(match[2])), f"{match[1]}.{match[2]}"
    if name == "torchcodec" and release >= STABLE_TORCH:
        return (STABLE_WITH_CUDA if cuda == "13" else STABLE,)
    if name == "torchaudio":
        exact = "==2.11.0" if release == LAST_TORCHAUDIO else f"=={minor}.*"
        return (exact,) if release <= LAST_TORCHAUDIO else ()
    table = {"torchcodec": TORCHCODEC, "torchvision": TORCHVISION}[name]
    return tuple(f"=={release}.*" for release in table.get(minor, ()))
