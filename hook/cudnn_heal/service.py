"""How a part is served, and why: the words that everything after the plan speaks in.

`VERDICTS` has the verdicts in the order in which they outrank one another; the README describes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cudnn_heal.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

Verdict = Literal["not-needed", "healthy", "paused", "pending", "read-only", "no-provider", "incompatible", "damaged"]
VERDICTS: tuple[Verdict, ...] = (
    "not-needed",
    "healthy",
    "paused",
    "pending",
    "read-only",
    "no-provider",
    "incompatible",
    "damaged",
)
SERVING = ("not-needed", "healthy", "paused")
"""Verdicts under which nothing is asked of the user."""
Served = Literal["links", "in-process", "itself", "none"]
SERVED: tuple[Served, ...] = ("itself", "links", "in-process", "none")
"""The ways of serving; the whole takes the last one that a needed part has."""

ReasonCode = Literal[
    "no-provider",
    "incompatible",
    "missing-files",
    "damaged-files",
    "overwritten",
    "stub-missing",
    "stub-unknown",
    "backup-unknown",
    "backup-missing",
    "foreign-file",
    "folder-is-link",
    "other-folder",
    "not-writable",
    "not-linked",
    "outdated",
    "no-hook",
    "not-loaded",
    "hook-off",
    "paused",
    "left-out",
    "shadowed",
    "elsewhere",
    "already-mapped",
    "same-release",
    "no-gpu",
]


class Reason(NamedTuple):
    """Why something is as it is; the report makes a sentence of it."""

    code: ReasonCode
    values: dict[str, tuple[str, ...]]
    """What the sentence names: files, folders, wheels."""


class Service(NamedTuple):
    """How one part of one consumer is served."""

    consumer: str
    part: str
    """The family's name."""
    needs: str
    """What the package opens, such as ``libcudnn.so.9``; "" where it opens nothing of it."""
    provider: str
    """The wheel and its version that serve it, "" without one."""
    verdict: Verdict
    served: Served
    reason: Reason | None
    """What the verdict rests on, where it is not plain."""
    paths: tuple[str, ...]
    """What an import loads in-process, absolute, in order."""


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict that stands lowest in the table of verdicts."""
    return max(verdicts, key=VERDICTS.index, default="not-needed")


def least(services: Iterable[Service]) -> Served:
    """Return how the one of the needed `services` is served that is served least well."""
    return max((one.served for one in services if one.verdict != "not-needed"), key=SERVED.index, default="none")
