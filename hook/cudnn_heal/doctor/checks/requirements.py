"""Whether what WhisperX and faster-whisper require is what is installed."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from packaging.utils import canonicalize_name

from cudnn_heal.advice import Advice
from cudnn_heal.doctor.explain import explain, explained
from cudnn_heal.doctor.result import Problem, Result, absent, failed, last_words, ok
from cudnn_heal.knowledge.modules import PIPELINES
from cudnn_heal.read.manager import at, toml
from cudnn_heal.report.fitting import satisfies

if TYPE_CHECKING:
    from cudnn_heal.doctor.child import Ended
    from cudnn_heal.doctor.stack import Stack

LACKS = re.compile(r"^ModuleNotFoundError: No module named '([\w.]+)'")
UNMET = "unmet-requirement"
STANDS_FOR = {"onnxruntime": ("onnxruntime-gpu",), "torchcodec": ()}
"""Distributions with the same modules, which an override may put in the place of the required one."""


class Unmet(NamedTuple):
    """A requirement that what is installed does not meet."""

    by: str
    """The requiring distribution and its version."""
    requirement: str
    name: str
    installed: str
    """Its version, "" where it is not installed."""


def check(stack: Stack) -> Result:
    """Check that what WhisperX and faster-whisper require, and what that requires in turn, is installed."""
    roots = [name for name in PIPELINES if stack.version(name)]
    if not roots:
        return absent("faster-whisper")
    met, unmet = _walk(stack, roots)
    overrides = _overrides(stack)
    wanted = [one for one in unmet if _replaced(stack, one) or one.name in overrides]
    wrong = [one for one in unmet if one not in wanted]
    facts = {"met": met, "unmet": [one._asdict() for one in wrong], "overridden": [one._asdict() for one in wanted]}
    notes = [f"{_says(one)}, by an override{_replaced(stack, one)}" for one in wanted]
    if not wrong:
        line = f"all {met} are met" if not wanted else f"{met} are met, {len(wanted)} overridden"
        return ok(line, *notes, facts=facts)
    problem = Problem(
        tuple(_says(one) for one in wrong),
        "A later installation undid an earlier one, or an override that is not in uv.lock wants it so.",
        stack.lines(Advice("add", "Meet them", requirements=_requirements(wrong))),
        UNMET,
    )
    return failed(f"{len(wrong)} of {met + len(unmet)} are not met", problem, facts=facts, notes=tuple(notes))


def because(stack: Stack, ended: Ended) -> Problem:
    """Return what is known about how the child `ended`.

    A module that it lacked is the cause then, whatever was printed before: pyannote.audio warns of a torchcodec that fails,
    and goes on.
    """
    lacks = LACKS.match(ended.exception)
    if not lacks:
        return explain(stack, ended)
    problem = explained(stack, ended.exception, last_words(ended))
    installed = [name for name in (*PIPELINES, "pyannote-audio") if stack.version(name)]
    unmet = [one for one in _walk(stack, installed)[1] if not one.installed]
    named = [one for one in unmet if f"{canonicalize_name(lacks[1])}-".startswith(f"{one.name}-")]
    if not named:
        return problem
    fix = stack.lines(Advice("add", "Install it", requirements=_requirements(named)))
    return problem._replace(cause=f"{_says(named[0])}.", fix=fix, id=UNMET)


def _requirements(unmet: list[Unmet]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.requirement for one in unmet))


def _walk(stack: Stack, roots: list[str]) -> tuple[int, list[Unmet]]:
    """Return how many requirements are met, and which are not, from `roots` on through all that is installed."""
    todo: list[tuple[str, str]] = [(name, "") for name in roots]
    installed_here = stack.here.facts.installed
    done, met, unmet = set(todo), 0, []
    while todo:
        name, extra = todo.pop(0)
        by = f"{stack.distributions[name].name} {stack.version(name)}"
        plain = list(installed_here.requires(name)) if extra else []
        for requirement in (one for one in installed_here.requires(name, extra) if one not in plain):
            wanted, installed = canonicalize_name(requirement.name), stack.version(requirement.name)
            if not satisfies(installed, requirement.specifier):
                requirement.marker = None
                unmet.append(Unmet(by, str(requirement), wanted, installed))
            else:
                met += 1
            for further in (wanted, ""), *((wanted, one) for one in requirement.extras):
                if installed and further not in done:
                    done.add(further)
                    todo.append(further)
    return met, list(dict.fromkeys(unmet))


def _replaced(stack: Stack, one: Unmet) -> str:
    """Return which other distribution stands in the place of a missing one, "" where none does."""
    for name in STANDS_FOR.get(one.name, ()):
        if not one.installed and stack.version(name):
            return f" ({name} {stack.version(name)} is in its place)"
    return ""


def _overrides(stack: Stack) -> set[str]:
    """Return the names that the uv project of this environment overrides, as its lock file has them."""
    environment = stack.site_packages.rpartition("/lib/")[0]
    listed = at(toml(os.path.join(os.path.dirname(environment), "uv.lock")), "manifest", "overrides")
    return {str(at(one, "name")) for one in listed} if isinstance(listed, list) else set()


def _says(one: Unmet) -> str:
    installed = f"{one.installed} is installed" if one.installed else "which is not installed"
    return f"{one.by} requires {one.requirement}, {installed}"
