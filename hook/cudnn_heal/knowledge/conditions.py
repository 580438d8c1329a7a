"""Tells whether an environment has what a row asks for: pure.

A condition is one of

- ``ctranslate2<4.6``: installed, in such a version; ``ctranslate2``: installed, in any
- ``@driver<570``, ``@capability>=9.0`` (of one of the GPUs), ``@python<3.11``, ``@glibc>=2.41``, ``@cuda==12`` (torch's)
- ``program:ffmpeg`` (on PATH), ``library:libavutil`` (the system has one), ``file:torch/version.py`` (in site-packages)
- ``misfit:torchcodec``: installed, and not in the version that is made for the installed torch (`releases`)
- any of these after ``!``: it is not so

What is not known does not hold, with ``!`` or without.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from cudnn_heal.knowledge import releases
from cudnn_heal.report.fitting import satisfies

if TYPE_CHECKING:
    from cudnn_heal.knowledge.model import Facts

_FORM = re.compile(r"(!?)(@|program:|library:|file:|misfit:|)([\w.+/{}-]+)(.*)")


def holds(condition: str, facts: Facts) -> bool:
    """Tell whether `condition` holds."""
    negated, kind, name, versions = _parts(condition)
    if kind == "@":
        values = _machine(name, facts)
        return bool(values) and any(satisfies(value, SpecifierSet(versions)) for value in values) != bool(negated)
    return _is_there(kind, name, versions, facts) != bool(negated)


def all_hold(conditions: str, facts: Facts) -> bool:
    """Tell whether each of several conditions holds, which `` & `` parts."""
    return all(holds(one, facts) for one in conditions.split(" & "))


def evidence(condition: str, facts: Facts) -> str:
    """Return what is here of that which `condition` is about: ``av 19.0.1``, ``no numpy``, ``driver 550.54``."""
    negated, kind, name, _ = _parts(condition)
    if kind == "@":
        words = {"cuda": "torch for CUDA", "capability": "compute capability", "python": "Python"}.get(name, name)
        return f"{words} {', '.join(_machine(name, facts))}"
    version = facts.version(name)
    if kind == "misfit:":
        return f"{name} {version}, torch {facts.version('torch')}"
    if kind:
        what = {"program:": "program", "library:": "system library", "file:": "file"}[kind]
        return f"{'no ' if negated else ''}{what} {name.replace('{python}', facts.python)}"
    return f"{name} {version}" if version else f"no {name}"


def named(condition: str) -> str:
    """Return the distribution that `condition` is about, "" where it is about something else."""
    _, kind, name, _ = _parts(condition)
    return canonicalize_name(name) if not kind else ""


def _parts(condition: str) -> tuple[str, str, str, str]:
    """Return ``!`` or "", the kind, what is named, and its versions."""
    match = _FORM.fullmatch(condition)
    assert match, condition
    return match[1], match[2], match[3], match[4]


def _machine(name: str, facts: Facts) -> tuple[str, ...]:
    """Return the values of what a condition names after ``@``; () where they are not known."""
    found = {
        "driver": (facts.driver,),
        "capability": facts.capabilities,
        "glibc": (facts.glibc,),
        "python": (facts.python,),
        "cuda": (facts.torch_cuda,),
    }[name]
    return tuple(value for value in found if value)


def _is_there(kind: str, name: str, versions: str, facts: Facts) -> bool:
    if kind == "program:":
        return name in facts.programs
    if kind == "library:":
        wanted = name.replace("{python}", facts.python)
        return any(one == wanted or one.startswith(f"{wanted}.so") for one in facts.libraries)
    if kind == "file:":
        return name in facts.files
    version = facts.version(name)
    if kind == "misfit:":
        return bool(version) and not releases.fits(name, version, facts.version("torch"), facts.torch_cuda)
    return satisfies(version, SpecifierSet(versions))
