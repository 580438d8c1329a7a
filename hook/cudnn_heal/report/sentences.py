"""Reasons in words.  Everything is said of what a plan decided; what helps stands in `fixes`."""

from __future__ import annotations

import calendar
import time
from typing import TYPE_CHECKING

from cudnn_heal.catalog import CONSUMERS, FAMILIES
from cudnn_heal.read import machine as process

if TYPE_CHECKING:
    from cudnn_heal.model import Observation, Reason, Service

SHOWN_FILES = 3
"""How many files a sentence names."""

_WHY = {
    "no-provider": "{consumer} opens {library}, and no installed wheel has it",
    "incompatible": "{consumer} opens {library}, and {wheel} {version} has {title} {majors}",
    "missing-files": "{wheel} {version} is installed, but {folder} lacks {files}",
    "damaged-files": (
        "{files} in {folder} is not as {wheel} {version} installed it (it was replaced, cut short, or is unreadable)"
    ),
    "overwritten": "{wheel} {version} and {others} overwrote each other in {folder} ({files})",
    "stub-missing": "the original {file} is neither in its place nor beside it",
    "stub-unknown": "{file} is neither what {distribution} installed nor what cudnn-heal puts there; it stays as it is",
    "backup-unknown": "{file} stands where the backup belongs, and is not {distribution}'s original; it stays as it is",
    "foreign-file": "{files} lies where {consumer} looks for {title}, is not what a wheel here installed, and stays as it is",
    "folder-is-link": "{folder} is a symlink, and what it leads to is not ours to change",
    "other-folder": "This build of {consumer} has its libraries in another folder than the official wheel",
    "not-writable": "{folder}, or .cudnn-heal in it, can't be written by this user, or is another user's",
    "not-linked": "The links are not made yet",
    "outdated": "{file} is a copy from another release, and {wheel} {version} came after it",
    "no-hook": "The links are not made, and the start-up hook does not run for this folder (--target, PYTHONPATH, -S)",
    "not-loaded": "The start-up hook does not run here, so nothing is loaded when {consumer} is imported",
    "package-overwritten": "{wheel} {version} and {others} lie in one folder, and {files} is the latter's",
    "package-incomplete": "{wheel} {version} is installed, but {files} is gone",
    "hook-off": "CUDNN_HEAL turns the start-up hook off, so nothing is loaded when {consumer} is imported",
    "paused": "Taken back with --restore",
    "left-out": "CUDNN_HEAL leaves {consumer} out",
    "shadowed": "LD_LIBRARY_PATH leads to another {title} in {folder}, so the wheel's is loaded first",
    "elsewhere": "{wheel} lies in {folder}, where links don't reach, so it is loaded by its path",
    "already-mapped": "{file} was in this process before, and {consumer} follows it",
    "same-release": "{folder} has the same release of {title}, which the loader finds by its full name, so nothing is loaded",
    "unreadable": "{files} can't be read; until it can, nothing is changed",
    "no-gpu": "It is loaded when {consumer} is imported where there is a GPU; there is none here",
}
# Where no RECORD claims the folder: an installer was ended midway, say.
_UNCLAIMED = {
    "missing-files": "{folder} lacks {files}, and no installed wheel claims it",
    "damaged-files": "{files} in {folder} can't be loaded, and no installed wheel claims it",
}
_NOTES = {
    "overwritten": "{wheel} {version} lies over {others} in {folder}: keep one of them.",
    "stub-unknown": "{file} is not what cudnn-heal put there, and stays as it is; a .ORIGINAL beside it is {consumer}'s.",
    "files-left": "Left as they are: {files}, since they may be yours. If not, delete them.",
    "backup-missing": "There is no backup of {file}, so --restore can't put it back; reinstalling {distribution} can.",
}


def why(service: Service, *others: Service, distribution: str = "") -> str:
    """Return one sentence, without its full stop, about how `service` stands; "" where nothing is to be said.

    :param others: services of the same consumer, which the sentence may include.
    :param distribution: who installed the consumer; the usual one, if not given.
    """
    if service.reason is None:
        return ""
    alike = [one.needs for one in (service, *others) if one.reason and one.reason.code == service.reason.code]
    if service.reason.code == "no-provider" and len(alike) > 1:
        return f"{service.consumer} opens {', '.join(sorted(alike))}, and no installed wheel has them"
    unclaimed = service.reason.code in _UNCLAIMED and service.reason.values.get("wheel") == ("",)
    return _fill(_UNCLAIMED if unclaimed else _WHY, service.reason, service.consumer, service.part, distribution)


def note(reason: Reason, consumer: str, distribution: str = "") -> str:
    """Return the sentence about what is worth knowing though nothing is wrong."""
    return _fill(_NOTES, reason, consumer, "", distribution)


def newer(observation: Observation) -> str:
    """Return the note that newer versions do without one library, "" where this one does."""
    if not observation.stub:
        return ""
    consumer, title = observation.consumer, FAMILIES[observation.consumer.stub].title
    others = " and ".join(FAMILIES[name].title for name in observation.needs if name not in (consumer.stub, *consumer.optional))
    return f"{consumer.name} {consumer.without_stub} and later need no {title} (but {others} all the same)."


def _fill(sentences: dict[str, str], reason: Reason, consumer: str, part: str, distribution: str) -> str:
    values = {key: _listed(names) for key, names in reason.values.items()}
    title = FAMILIES[part].title if part else ""
    distribution = distribution or CONSUMERS[consumer].distributions[0]
    return sentences.get(reason.code, "").format_map(
        {"consumer": consumer, "title": title, "distribution": distribution, **values}
    )


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - SHOWN_FILES} more" if len(names) > SHOWN_FILES else ""
    return ", ".join(names[:SHOWN_FILES]) + more


def local_time(utc: str) -> str:
    """Return a time of the history (``2026-11-25T13:03:00Z``) as the user's clock shows it: ``2026-11-25 14:03``."""
    try:
        seconds = calendar.timegm(time.strptime(utc, "%Y-%m-%dT%H:%M:%SZ"))
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
    except (ValueError, OverflowError):  # somebody else wrote it
        return utc


def switches() -> list[str]:
    """Return what CUDNN_HEAL does to this call, and which of its words mean nothing."""
    words = process.switches()
    off = sorted(words & set(process.OFF))
    known = ("off", "verbose", *(f"-{name}" for name in CONSUMERS))
    lines = [f"CUDNN_HEAL={off[0]} is set: the start-up hook does nothing in this process or its children."] if off else []
    unknown = sorted(words - {*process.OFF, *known})
    return [*lines, *(f"{word!r} in CUDNN_HEAL means nothing; these do: {', '.join(known)}." for word in unknown)]
