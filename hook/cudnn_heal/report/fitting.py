"""Whether advice may be given: it must change something, and fit what is installed and required.  Reads nothing.

packaging is imported where it is needed alone: where it is not installed, heal and status do without.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from cudnn_heal.catalog import CONSUMERS, FAMILIES
from cudnn_heal.names import normalized

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from packaging.specifiers import SpecifierSet

    from cudnn_heal.advice import Advice
    from cudnn_heal.read.installed import Installed

REQUIRED = ("packaging", "importlib-metadata", "tomli")
"""What cudnn-heal requires: ``--explain`` and ``--doctor`` need it; an install without dependencies lacks it, and heals."""


def changes(advice: Advice, installed: Installed) -> bool:
    """Tell whether following `advice` would change what is installed; advice of another kind always counts as a change."""
    if advice.do not in ("add", "remove", "replace"):
        return True
    return bool(lacking(advice.requirements, installed)) or any(map(installed.version, advice.distributions))


def objection(advice: Advice, installed: Installed) -> str:
    """Return the sentence why `advice` must not be followed here, "" where it may.

    What it installs must neither lie over the files of what stays, nor break a requirement of what stays.
    """
    from packaging.requirements import Requirement

    if advice.do not in ("add", "replace"):
        return ""
    leaving = set(map(normalized, advice.distributions))
    coming = [Requirement(one) for one in advice.requirements if not os.path.isabs(one)]
    changed = leaving | {normalized(one.name) for one in coming}
    for requirement in coming:
        over = next((name for name in overlapping(requirement.name) if name not in leaving and installed.version(name)), "")
        if over:
            return f"The fix, {requirement}, is ruled out: its files would lie over those of {over}, which is installed."
        for owner, theirs in installed.requirers(requirement.name):
            if owner not in changed and not compatible(requirement.specifier, theirs.specifier):
                required = f"{owner} {installed.version(owner)} requires {theirs.name}{theirs.specifier}"
                return f"The fix, {requirement}, is ruled out: {required}."
    return ""


def overlapping(name: str) -> Iterator[str]:
    """Yield the other distributions that lay the same files as `name`."""
    name = normalized(name)
    for family in FAMILIES.values():
        ours = next((wheel for wheel in family.wheels if wheel.name == name), None)
        for wheel in family.wheels if ours else ():
            assert ours is not None
            if wheel is not ours and wheel.folder == ours.folder and set(wheel.majors) & set(ours.majors):
                yield wheel.name
    for consumer in CONSUMERS.values():
        names = [one for one in consumer.distributions if "*" not in one]
        yield from (one for one in names if name in names and one != name)


def lacking(requirements: Iterable[str], installed: Installed) -> list[str]:
    """Return those of `requirements` that what is installed does not meet, by its version and what its extras require."""
    from packaging.requirements import Requirement

    def is_met(requirement: Requirement) -> bool:
        return satisfies(installed.version(requirement.name), requirement.specifier)

    def is_whole(requirement: Requirement) -> bool:
        asked = (one for extra in requirement.extras for one in installed.requires(requirement.name, extra))
        return is_met(requirement) and all(is_met(one) for one in asked if "extra" in str(one.marker))

    return [one for one in requirements if os.path.isabs(one) or not is_whole(Requirement(one))]


def satisfies(version: str, specifier: SpecifierSet) -> bool:
    """Tell whether `version` is one of `specifier`; not, where it is no version."""
    from packaging.version import InvalidVersion, Version

    try:
        return bool(version) and specifier.contains(Version(version), prereleases=True)
    except InvalidVersion:
        return False


def name_of(requirement: str) -> str:
    """Return the distribution's name in `requirement`."""
    return re.split(r"[^\w.-]", requirement.strip())[0]


def compatible(ours: SpecifierSet, theirs: SpecifierSet) -> bool:
    """Tell whether some version satisfies both; tried are the versions that they name, and those right beside them."""
    from packaging.version import InvalidVersion, Version

    candidates = [Version("0"), Version("99999")]
    for specifier in (*ours, *theirs):
        try:
            release = Version(specifier.version.replace(".*", "")).release
        except InvalidVersion:
            return True  # an arbitrary equality: not ours to judge
        candidates += [Version(".".join(map(str, one))) for one in (release, (*release, 0, 0, 1), _before(release))]
    return any(ours.contains(one, prereleases=True) and theirs.contains(one, prereleases=True) for one in candidates)


def _before(release: tuple[int, ...]) -> tuple[int, ...]:
    """Return a version right before `release`: 2.0.99999 for 2.1."""
    numbers = list(release)
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return (*numbers[:-1], numbers[-1] - 1, 99999) if numbers else (0,)
