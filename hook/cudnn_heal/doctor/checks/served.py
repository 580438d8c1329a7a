"""How the core serves each package the libraries that it opens, as ``--status`` says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cudnn_heal.catalog import FAMILIES
from cudnn_heal.doctor.explain import identifier, is_for_cpu, library
from cudnn_heal.doctor.result import Problem, Result, failed, merged, ok, skipped
from cudnn_heal.report import schema, sentences
from cudnn_heal.report.text import WAYS

if TYPE_CHECKING:
    from cudnn_heal.advice import Line
    from cudnn_heal.doctor.stack import Stack
    from cudnn_heal.model import Service


def check(stack: Stack) -> Result:
    """Tell what the core finds missing, whether there is a GPU to try it or not."""
    services = [one for one in stack.outcome.services() if one.verdict != "not-needed"]
    if not services:
        return skipped("nothing here opens any of NVIDIA's")
    paused = [one for one in services if one.verdict == "paused"]
    bad = [one for one in services if not schema.is_good(one)]
    facts = {"services": [one._asdict() for one in services]}
    if bad:
        return failed(_named(bad, "verdict"), *_problems(stack, bad), facts=facts)
    if paused:
        return skipped(f"paused by --restore: {_named(paused, 'verdict')}")._replace(facts=facts)
    return ok(_named(services, "served"), facts=facts)


def _named(services: list[Service], by: str) -> str:
    """Return ``ctranslate2: cuDNN, cuBLAS by links; onnxruntime: cuDNN no-provider``."""
    told = []
    for consumer in dict.fromkeys(one.consumer for one in services):
        mine = [one for one in services if one.consumer == consumer]
        for how in dict.fromkeys(getattr(one, by) for one in mine):
            parts = ", ".join(FAMILIES[one.part].title for one in mine if getattr(one, by) == how)
            told.append(f"{consumer}: {parts} {WAYS.get(how, how)}")
    return "; ".join(told)


def _problems(stack: Stack, services: list[Service]) -> list[Problem]:
    """Return what is wrong; what one command mends in one package as one problem."""
    together: dict[tuple[str, tuple[str, ...]], list[tuple[Service, str, tuple[Line, ...]]]] = {}
    for service in services:
        cause, fix = library(stack, service.part, service.consumer)
        key = tuple(line.command for line in fix if line.command) or tuple(map(str, fix))
        together.setdefault((service.consumer, key), []).append((service, cause, fix))
    found = []
    for several in together.values():
        first, cause, _ = several[0]
        alike = [service for service, _, _ in several]
        alone, all_said = sentences.why(first), sentences.why(*alike)
        needs = ", ".join(one.needs for one in alike)
        cause = cause.replace(alone, all_said) if all_said != alone else cause.replace(first.needs, needs, 1)
        lines = tuple(f"{one.consumer}: {FAMILIES[one.part].title} {one.verdict} ({one.needs})" for one in alike)
        fixes = tuple(dict.fromkeys(line for _, _, fix in several for line in fix))
        found.append(Problem(lines, cause, fixes, identifier(first), gpu=not is_for_cpu(first)))
    return merged(found)
