"""Tells whether an environment has what a row asks for: pure.

A condition is one of

- ``ctranslate2<4.6``: installed, in such a version; ``ctranslate2``: installed, in any
- ``@driver<570``, ``@capability>=9.0`` (of one of the GPUs), ``@python<3.11``, ``@glibc>=2.41``, ``@cuda==12`` (torch's)
- ``program:ffmpeg`` (on PATH), ``library:libavutil`` (the system has one), ``file:torch/version.py`` (in site-packages)
- ``misfit:torchcodec``: installed, and not in the version that is made for the installed torch (`fitting`)
- any of these after ``!``: it is not so

What is not known does not hold, with ``!`` or without.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from cudnn_heal.knowledge import fitting

if TYPE_CHECKING:
    from cudnn_heal.knowledge.model import Facts

_FORM = re.compile(r"(!?)(@|program:|library:|file:|misfit:|)(.+)")


def holds(condition: str, facts: Facts) -> bool:
    """Tell whether `condition` holds."""
    negated, kind, rest = _split(condition)
    if kind == "@":
        values = _machine(rest, facts)
        return bool(values) and any(satisfies(value, _specifier(rest)) for value in values) != negated
    return _holds(kind, rest, facts) != negated


def all_hold(conditions: str, facts: Facts) -> bool:
    """Tell whether each of several conditions holds, which `` & `` parts."""
    return all(holds(one, facts) for one in conditions.split(" & "))


def evidence(condition: str, facts: Facts) -> str:
    """Return what is here of that which `condition` is about: ``av 19.0.1``, ``no numpy``, ``driver 550.54``."""
    negated, kind, rest = _split(condition)
    name = re.split(r"[^\w.+/-]", rest)[0]
    if kind == "@":
        words = {"cuda": "torch for CUDA", "capability": "compute capability", "python": "Python"}.get(name, name)
        return f"{words} {', '.join(_machine(rest, facts))}"
    if kind == "misfit:":
        return f"{name} {facts.version(name)}, torch {facts.version('torch')}"
    if kind:
        what = {"program:": "program", "library:": "system library", "file:": "file"}[kind]
        return f"{'no ' if negated else ''}{what} {rest.replace('{python}', facts.python)}"
    version = facts.version(canonicalize_name(name))
    return f"{name} {version}" if version else f"no {name}"


def named(condition: str) -> str:
    """Return the distribution that `condition` is about, "" where it is about something else."""
    _, kind, rest = _split(condition)
    return canonicalize_name(Requirement(rest).name) if not kind else ""


def satisfies(version: str, specifier: SpecifierSet) -> bool:
    """Tell whether `version` is one of `specifier`; not, where it is no version."""
    try:
        return bool(version) and specifier.contains(Version(version), prereleases=True)
    except InvalidVersion:
        return False


def _split(condition: str) -> tuple[bool, str, str]:
    match = _FORM.fullmatch(condition)
    assert match, condition
    return bool(match[1]), match[2], match[3]


def _machine(rest: str, facts: Facts) -> tuple[str, ...]:
    """Return the values of what a condition names after ``@``; () where they are not known."""
    name = re.split(r"\W", rest)[0]
    found = {
        "driver": (facts.driver,),
        "capability": facts.capabilities,
        "glibc": (facts.glibc,),
        "python": (facts.python,),
        "cuda": (facts.torch_cuda,),
    }[name]
    return tuple(value for value in found if value)


def _specifier(rest: str) -> SpecifierSet:
    return SpecifierSet(rest.lstrip("abcdefghijklmnopqrstuvwxyz"))


def _holds(kind: str, rest: str, facts: Facts) -> bool:
    if kind == "program:":
        return rest in facts.programs
    if kind == "library:":
        wanted = rest.replace("{python}", facts.python)
        return any(name == wanted or name.startswith(f"{wanted}.so") for name in facts.libraries)
    if kind == "file:":
        return rest in facts.files
    if kind == "misfit:":
        version = facts.version(rest)
        return bool(version) and not fitting.fits(rest, version, facts.version("torch"), facts.torch_cuda)
    requirement = Requirement(rest)
    return satisfies(facts.version(canonicalize_name(requirement.name)), requirement.specifier)
