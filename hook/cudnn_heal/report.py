"""What an outcome says: to programs as one JSON object, to people as text."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, Any

import cudnn_heal_start
from cudnn_heal import advice, preload, reconcile, system
from cudnn_heal.catalog import PARTS
from cudnn_heal.observe import BACKUP_SUFFIX
from cudnn_heal.plan import SERVING, PartState, worst
from cudnn_heal.reconcile import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

SCHEMA = 1


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Return the object that ``--json`` prints; the README describes it."""
    observation, plan = outcome.observation, outcome.plan
    name = observation.package.name
    stubs = list(observation.stub.values())
    return {
        "schema": SCHEMA,
        "verdict": verdict(outcome),
        "served": served(outcome),
        "site_packages": observation.site_packages,
        name: {
            "version": observation.version or None,
            "stub": stubs[0].name if stubs else None,
        },
        "parts": [
            {
                **part._asdict(),
                "needs": part.needs or None,
                "provider": part.provider or None,
                "advice": list(part.advice),
            }
            for part in parts(outcome)
        ],
        "links": links(outcome),
        "backup": backup(outcome),
        "history": [heal._asdict() for heal in outcome.manifest.history],
        "actions": [str(action) for action in plan.actions],
        "done": [str(action) for action in outcome.done],
        "in_process": [{**load._asdict(), "paths": list(load.paths)} for load in outcome.loads],
        "process_errors": process_errors(outcome),
        "notes": notes(outcome),
        "error": outcome.error or None,
    }


def exit_status(outcome: Outcome, *, asked_to_act: bool) -> int:
    """Return 0 when everything needed is served or nothing is needed, 1 when something needs the user.

    :param asked_to_act: whether the call was to change something: then what was not done counts.
    """
    if asked_to_act and outcome.error:
        return 1
    good = all(
        part.verdict in SERVING or (part.served == "in-process" and part.verdict != "damaged") for part in parts(outcome)
    )
    return 0 if good else 1


def parts(outcome: Outcome) -> list[PartState]:
    """Return the parts' states, with what this interpreter loads in-process taken into account."""
    loads = {load.part: load for load in outcome.loads}
    states = []
    for state in outcome.plan.parts:
        load = loads.get(state.name)
        if load and not load.complete:
            why = f"{state.why}; {load.why}, so its backup is loaded in-process and the import succeeds"
            state = state._replace(why=why)
        elif load:
            if state.verdict == "damaged":
                states.append(state._replace(served="in-process"))
                continue
            word = state.verdict if state.verdict in ("pending", "read-only") else "healthy"
            state = state._replace(provider=load.provider, verdict=word, served="in-process", why=load.why, advice=())
        if state.verdict == "no-provider":
            found = system.copies(PARTS[state.name], outcome.observation.needs[state.name])
            state = state._replace(advice=(*state.advice, *(advice.system_copy(path) for path in found)))
        states.append(state)
    return states


def verdict(outcome: Outcome) -> str:
    """Return the whole's verdict."""
    return worst([part.verdict for part in parts(outcome)])


def served(outcome: Outcome) -> str:
    """Return how the whole is served: as the needed part that is served least well."""
    ways = [part.served for part in parts(outcome) if part.verdict != "not-needed"]
    return next((way for way in ("none", "in-process", "links") if way in ways), "none")


def links(outcome: Outcome) -> list[dict[str, str]]:
    """Return the links that are or should be in the folder: ``path``, ``target``, ``state``."""
    observation = outcome.observation
    wanted = outcome.plan.manifest.links if outcome.plan.verdict != "paused" else {}
    found = []
    for name in sorted({*wanted, *outcome.manifest.links}):
        entry = observation.entries.get(name)
        target = wanted[name].target if name in wanted else outcome.manifest.links[name].target
        if entry is None:
            state = "missing"
        elif entry.kind != "link" or entry.text != target:
            state = "other" if name in wanted else "gone"
        else:
            state = ("ok" if name in wanted else "stale") if entry.size >= 0 else "dangling"
        if state != "gone":
            found.append({"path": f"{observation.libs}/{name}", "target": target, "state": state})
    return found


def backup(outcome: Outcome) -> dict[str, Any] | None:
    """Return the stub's backup: ``path`` and whether it is ``verified``; None without one."""
    observation = outcome.observation
    for stub in observation.stub.values():
        entry = observation.entries.get(stub.name + BACKUP_SUFFIX)
        if entry:
            return {
                "path": f"{observation.libs}/{stub.name}{BACKUP_SUFFIX}",
                "verified": bool(stub.sha256) and entry.sha256 == stub.sha256,
            }
    return None


def process_errors(outcome: Outcome) -> list[str]:
    """Return what went wrong in this process: at its start, and when the package was imported."""
    result = preload.results.get(outcome.observation.package.name)
    start = [cudnn_heal_start.error] if cudnn_heal_start.error else []
    return [*start, *(result.errors if result else ())]


def notes(outcome: Outcome) -> list[str]:
    """Return what the user may want to know though nothing is wrong."""
    newer = advice.without_stub(outcome.observation)
    found = [*outcome.plan.notes, *([newer] if newer else [])]
    mode = os.environ.get("CUDNN_HEAL")
    if mode not in (None, "", "off", "verbose"):
        found.append(f"CUDNN_HEAL={mode} means nothing: off and verbose do.")
    script = os.path.join(os.path.dirname(sys.executable), "cudnn-heal")
    if not shutil.which("cudnn-heal"):
        found.append(f"cudnn-heal is not on PATH; type {script}, or uvx cudnn-heal where there is no such file.")
    return found


def as_text(outcome: Outcome) -> str:
    """Return the text that ``--status`` prints."""
    observation = outcome.observation
    name = observation.package.name
    lines = [f"{verdict(outcome)}, {_how(outcome)}", ""]
    stubs = "".join(f", carries the stub {stub.name}" for stub in observation.stub.values())
    lines += _table(
        [
            ("site-packages", observation.site_packages),
            (name, f"{observation.version or 'version unknown'}{stubs}" if observation.installed else "not installed"),
        ]
    )
    rows = [
        (
            PARTS[part.name].title,
            part.verdict,
            part.needs or "-",
            part.provider or ("no wheel" if part.needs else "-"),
            part.served if part.verdict != "not-needed" else "",
        )
        for part in parts(outcome)
        if observation.installed
    ]
    lines += ["", *_table(rows)] if rows else []
    for part in parts(outcome):
        if part.why:
            lines += ["", f"{PARTS[part.name].title}: {part.why}."]
        lines += [f"  {line}" for line in part.advice]
    missing = [link for link in links(outcome) if link["state"] == "missing"]
    linked = [link for link in links(outcome) if link["state"] not in ("missing", "other")]
    if missing:
        lines += ["", f"{len(missing)} links in {name}.libs/ are not there (cudnn-heal --dry-run names them)"]
    if linked:
        lines += ["", f"links in {name}.libs/"]
        lines += _table(
            [
                (
                    "  " + link["path"].rpartition("/")[2],
                    "-> " + link["target"],
                    link["state"] if link["state"] != "ok" else "",
                )
                for link in linked
            ]
        )
    kept = backup(outcome)
    if kept:
        verified = "has the bytes that RECORD names" if kept["verified"] else "not verified"
        lines += ["", f"backup of the stub: {kept['path'].rpartition('/')[2]} ({verified})"]
    if outcome.manifest.history:
        lines += ["", "history"]
        lines += [f"  {heal.time}  {heal.cause}" for heal in outcome.manifest.history]
    if outcome.error:
        lines += ["", f"The last attempt failed: {outcome.error}."]
    lines += [f"This process: {error}." for error in process_errors(outcome)]
    extra = notes(outcome)
    if extra:
        lines += ["", *(f"note: {line}" for line in extra)]
    return "\n".join(lines)


def as_plan(outcome: Outcome) -> str:
    """Return the text that ``--dry-run`` prints."""
    planned = "\n".join(str(action) for action in outcome.plan.actions)
    return planned or f"{verdict(outcome)}: nothing to do{_since_start(outcome).replace('; nothing had to change', '')}"


def as_summary(outcome: Outcome, *, restored: bool, repeated: bool) -> str:
    """Return the text that a heal or a restore prints: what it did, and what is left for the user.

    :param repeated: whether a start-up hook heals the environment again after the next change.
    """
    lines = [str(action) for action in outcome.done]
    if outcome.cause:
        lines.append(f"because: {outcome.cause}")
    if outcome.error:
        lines.append(f"Not done: {outcome.error}")
    elif restored:
        lines.append(
            f"{verdict(outcome)}: everything is taken back, and stays so until cudnn-heal is called again, or "
            f"{outcome.observation.package.name} gets another version"
        )
    else:
        lines.append(f"{verdict(outcome)}, {_how(outcome)}{_since_start(outcome)}")
        for part in parts(outcome):
            if part.why:
                lines += [f"{PARTS[part.name].title}: {part.why}.", *(f"  {line}" for line in part.advice)]
        if outcome.done and not repeated:
            restore = advice.command(outcome.observation, "--restore")
            lines.append("Nothing will repeat this after the next change there: call it again, or add cudnn-heal to it.")
            lines.append(f"Before the NVIDIA wheels are removed from it: {restore} (behind uvx, if uvx ran this)")
    return "\n".join(lines)


def _since_start(outcome: Outcome) -> str:
    """Return what to add where this call had nothing to do: perhaps its own interpreter's start had."""
    if outcome.done or outcome.plan.actions:
        return ""
    if reconcile.done_at_start:
        return "; this interpreter's start has just healed it (CUDNN_HEAL=off shows what was before)"
    return "; nothing had to change"


def _how(outcome: Outcome) -> str:
    word, way = verdict(outcome), served(outcome)
    if word == "not-needed":
        return "nothing to do here"
    if word == "paused":
        return "taken back with --restore"
    return {"links": "served by links", "in-process": "served in-process"}.get(way, "not served")


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
