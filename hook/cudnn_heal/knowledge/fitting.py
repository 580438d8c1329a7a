"""Which release of torchcodec, torchvision and torchaudio is made for which torch: the only place that says so."""

from __future__ import annotations

import re

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion

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
"""torchaudio's releases have torch's numbers, up to this one."""


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
        return (f"=={minor}.*",) if release <= LAST_TORCHAUDIO else ()
    table = {"torchcodec": TORCHCODEC, "torchvision": TORCHVISION}[name]
    return tuple(f"=={release}.*" for release in table.get(minor, ()))
