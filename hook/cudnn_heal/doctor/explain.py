"""What is known about a failure: from the core, how a library is served; from the table, what a message means."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cudnn_heal.advice import Advice, Line
from cudnn_heal.catalog import FAMILIES
from cudnn_heal.doctor.child import Ended
from cudnn_heal.doctor.result import Problem, last_words
from cudnn_heal.knowledge import fixing, matching
from cudnn_heal.model import SATISFIED
from cudnn_heal.read import files
from cudnn_heal.report import commands, fixes, sentences

if TYPE_CHECKING:
    from cudnn_heal.doctor.stack import Stack
    from cudnn_heal.model import Service

Explained = tuple[str, tuple[Line, ...]]
"""Why it happens, and what to do."""
SAME = 40
"""How many characters two lines must have in common to be the same message."""
GPU_ONLY = "Only a GPU needs it, and there is none here."
KEEP = "And to keep it so"


def explain(stack: Stack, ended: Ended) -> Problem:
    """Return what is known about how the child `ended`."""
    return explained(stack, ended.text, last_words(ended))


def explained(stack: Stack, text: str, lines: tuple[str, ...]) -> Problem:
    """Return what is known about `text`, of which `lines` are shown."""
    findings = [finding for finding in matching.search(text)[0] if finding.row.kind == "error"]
    if not findings:
        return Problem(lines, "", ())
    known = fixing.explain(findings[0], stack.here, happened=True)
    said = known.said.strip()
    if said and not any(said.rpartition(": ")[2][:SAME] in line for line in lines):
        lines = (lines[0], said, *lines[1:])
    row = findings[0].row
    if row.part and row.part[0] == "ctranslate2":
        part = row.part[1]
        cause, fix = library(stack, part)
        service = stack.service(part)
        unserved = service and service.verdict not in SATISFIED  # what it shows by has the core's cause
        general = "" if service and fixing.resting(service) else known.cause  # the pause alone is the cause
        found = identifier(service) if service and unserved else known.id
        return Problem(lines, f"{general} {cause}".strip(), fix or known.fix, found, known.reference, gpu=True)
    here = known.here if known.applies == "yes" else ""  # it has just happened, whatever the files say
    off = _served_from_now_on(stack, KEEP) if row.part and os.environ.get("CUDNN_HEAL") else ()
    cause = " ".join(filter(None, (known.cause, here)))
    return Problem(lines, cause, (*known.fix, *off), known.id, known.reference, gpu=bool(row.part and row.part[1]))


def identifier(service: Service) -> str:
    """Return the identifier of what the core finds wrong: ``cublas-no-provider``, ``onnxruntime-pending``."""
    code = service.reason.code if service.reason else ""
    if code.startswith("package-"):
        return f"{service.consumer}-{'twice' if code == 'package-overwritten' else 'incomplete'}"
    if service.verdict in ("paused", "pending", "read-only"):  # of the package as a whole
        return f"{service.consumer}-{service.verdict}"
    consumer = "" if service.consumer == "ctranslate2" else f"{service.consumer}-"
    return f"{consumer}{service.part}-{service.verdict}"


def is_for_cpu(service: Service) -> bool:
    """Tell whether what the core finds wrong is met without a GPU too."""
    return service.reason is not None and service.reason.code == "package-incomplete"


def library(stack: Stack, part: str, consumer: str = "ctranslate2") -> Explained:
    """Explain why `consumer` does not get a library that it opens, as the core sees it."""
    service = stack.service(part, consumer)
    if service is None:
        return "", ()
    if service.verdict in SATISFIED:
        return altered(stack, service) or _outranked(stack, service, FAMILIES[part].title)
    fix = tuple(line for line in stack.advisor.fix(service) if line.text != fixes.GPU_ONLY)
    if service.verdict == "pending":
        fix = (*fix, *_served_from_now_on(stack, KEEP))
    cause = fixing.resting(service) or fixing.sentence(sentences.why(service))
    said = [cause, "" if stack.gpus or is_for_cpu(service) else GPU_ONLY]
    return " ".join(filter(None, said)), fix


def _served_from_now_on(stack: Stack, text: str) -> tuple[Line, ...]:
    """Return what lets cudnn-heal do its work in this environment, introduced by `text`; () where it does."""
    if not stack.version("cudnn-heal") and not stack.target.is_home:
        return stack.lines(Advice("add", text, requirements=(commands.own_requirement(),)))
    return stack.lines(Advice("unset", text, variable="CUDNN_HEAL"))


def altered(stack: Stack, service: Service) -> Explained | None:
    """Explain that the wheel that serves is not as it was installed, though its files' sizes are; None where it is.

    Sizes are what a start can afford to compare.  Here something is wrong, and all bytes are read.
    """
    if service.verdict not in SATISFIED:
        return None
    hashes = _recorded(stack, service)
    found = [os.path.basename(path) for path, sha256 in hashes.items() if files.hash_file(path) not in ("", sha256)]
    if not found:
        return None
    name = service.provider.partition(" ")[0]
    again = Advice("reinstall", "Reinstall the files", requirements=(f"{name}=={stack.version(name)}",))
    cause = f"{', '.join(found)}: not the bytes that {service.provider} has, by its RECORD."
    return cause, stack.lines(again)


def _recorded(stack: Stack, service: Service) -> dict[str, str]:
    """Return what RECORD has as the SHA-256 of each library of the wheel that serves, by path; {} where it has none."""
    wheel = stack.distributions.get(service.provider.partition(" ")[0])
    rows = wheel.files() if wheel else {}
    return {path: row.sha256 for path, row in rows.items() if ".so" in os.path.basename(path) and row.sha256}


def _outranked(stack: Stack, service: Service, title: str) -> Explained:
    """Explain why it fails though the core finds everything in place."""
    path = os.environ.get("LD_LIBRARY_PATH")
    if path:
        without = stack.lines(Advice("unset", "Start Python without it", variable="LD_LIBRARY_PATH"))
        instead = _served_from_now_on(stack, "Or let cudnn-heal load the right files first")
        return f"LD_LIBRARY_PATH ({path}) outranks the {title} of this environment.", (*without, *instead)
    # Where a RECORD is missing, or has no hashes, nothing was compared.
    held = "its files are as installed" if _recorded(stack, service) else "no RECORD says whether its files are as installed"
    return f"The {title} that is needed is in place, and {held}; why it does not serve is not known.", ()
