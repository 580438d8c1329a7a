"""The one documented, versioned object that ``--json`` prints and that programs get; ``docs/json.md`` describes it."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import cudnn_heal_start
from cudnn_heal.advice import Line
from cudnn_heal.decide.present import is_stub, standing
from cudnn_heal.model import BACKUP_SUFFIX, NOTHING_TO_DO, Heal, Service, weakest, worst
from cudnn_heal.report import sentences
from cudnn_heal.report.fixes import Advisor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cudnn_heal.model import MadeLink, Observation
    from cudnn_heal.reconcile import Outcome, State

SCHEMA = 3
INTERRUPTED = 130
"""The exit status of a program that SIGINT ended, as shells have it."""
RESTART = "restart the kernel (this process): it has loaded other files"


class Status(dict):  # type: ignore[type-arg]  # a plain dict to programs, whatever its values
    """The JSON object of one call, that shows itself in a few lines."""

    def __init__(self, outcome: Outcome) -> None:
        """Describe `outcome`."""
        super().__init__(_content(outcome))

    def __repr__(self) -> str:
        lines = [f"cudnn-heal: {self['verdict']}", f"  in {self['site_packages']}"]
        lines += [f"  {one['distribution']} {one['version']}: {one['verdict']}" for one in self._installed()]
        lines += [f"  {line}" for line in (*self._restart(), *self._fixes())]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = [
            (one["distribution"], one["version"], part["name"], part["needs"], part["verdict"], part["served"])
            for one in self._installed()
            for part in one["parts"]
        ]
        cells = "".join("<tr>" + "".join(f"<td>{html.escape(str(cell or ''))}</td>" for cell in row) + "</tr>" for row in rows)
        title = html.escape(f"cudnn-heal: {self['verdict']}")
        said = "".join(f"<p>{html.escape(line)}</p>" for line in (*self._restart(), *self._fixes()))
        return f"<p><b>{title}</b></p><table>{cells}</table>{said}"

    def _restart(self) -> list[str]:
        """Return whether this process must be restarted, in a line; nothing where no package is there."""
        if not self._installed():
            return []
        return [RESTART if self["restart_needed"] else "no restart needed"]

    def _fixes(self) -> list[str]:
        """Return what to do first about each part, each once."""
        first = [part["fix"][0] for one in self._installed() for part in one["parts"] if part["fix"]]
        return list(dict.fromkeys(str(Line(one["text"], one["command"] or "")) for one in first))

    def _installed(self) -> list[dict[str, Any]]:
        return [one for one in self["consumers"] if one["version"]]


def exit_status(outcome: Outcome, *, asked_to_act: bool) -> int:
    """Return 0 when everything needed is served or nothing is needed, 1 when something needs the user.

    :param asked_to_act: whether the call was to change something: then what was not done counts.
    """
    if asked_to_act and (outcome.error or outcome.refused or outcome.left):
        return 1
    return 0 if all(map(is_good, outcome.services())) else 1


def is_good(service: Service) -> bool:
    """Tell whether the user has nothing to do about `service`."""
    return service.verdict in NOTHING_TO_DO or (service.served in ("in-process", "itself") and service.verdict != "damaged")


def links(outcome: Outcome) -> list[dict[str, str]]:
    """Return the links that are or should be there, and the copy: ``path``, ``kind``, ``target``, ``state``."""
    return [link for state in outcome.linked for link in _links(state)]


def _links(state: State) -> Iterator[dict[str, str]]:
    observation, plan = state.observation, state.plan
    known = observation.manifest.links
    wanted = {} if plan.paused else plan.manifest.links
    for name in sorted({*wanted, *known}):
        link = wanted.get(name) or known[name]
        in_stubs_place = observation.stub is not None and name == observation.stub.name
        word = _state(observation, name, link, wanted=name in wanted, copied=in_stubs_place)
        if word:
            kind = "copy" if in_stubs_place else "link"
            yield {"path": f"{observation.folder.path}/{name}", "kind": kind, "target": link.target, "state": word}


def _state(observation: Observation, name: str, link: MadeLink, *, wanted: bool, copied: bool) -> str:
    """Return in which state `link` is, "" where it is neither there nor wanted."""
    found, entry = standing(observation, name, link.target, link.sha256 if copied else ""), observation.entries.get(name)
    if entry and found in ("right", "stale"):
        return "dangling" if entry.size < 0 else "ok" if wanted and found == "right" else "stale"
    if not wanted:
        return ""
    return "missing" if found in ("absent", "stub") else "other"


def restart_needed(outcome: Outcome) -> bool:
    """Tell whether this process has loaded other files than those that serve now, which only a new process can change."""
    return any(_has_other_files(outcome, state) for state in outcome.consumers)


def _has_other_files(outcome: Outcome, state: State) -> bool:
    observation, process = state.observation, outcome.process
    mapped = {path.rpartition("/")[2] for path in process.mapped}
    imported = any(binary.rpartition("/")[2] in mapped for binary in observation.binaries)
    backup = observation.entries.get(observation.stub.name + BACKUP_SUFFIX) if observation.stub else None
    if backup and backup.leads_to and backup.leads_to[1] in process.inodes:
        return True
    in_place = observation.entries.get(observation.stub.name) if observation.stub else None
    if imported and in_place and in_place.leads_to and in_place.leads_to[1] not in process.inodes:
        return True  # the package names it, so what it has mapped was replaced since
    return imported and any(
        (one.reason is not None and one.reason.code == "already-mapped")
        or any(path.rpartition("/")[2] not in mapped for path in one.paths)
        for one in state.plan.services
    )


def _content(outcome: Outcome) -> dict[str, Any]:
    advisor = Advisor(outcome)
    said, fix = error(advisor)
    return {
        "schema": SCHEMA,
        "verdict": outcome.verdict,
        "served": outcome.served,
        "site_packages": outcome.target.site_packages,
        "python": outcome.target.python,
        "hook": outcome.process.hook,
        "gpu": outcome.process.gpu,
        "consumers": [_consumer(advisor, state) for state in outcome.consumers],
        "links": links(outcome),
        "backups": backups(outcome),
        "history": [{"time": one.time, "healer": one.healer, "change": one.cause} for one in history(outcome)],
        "actions": [str(action) for state in outcome.consumers for action in state.plan.actions],
        "done": [str(action) for action in outcome.done],
        "change": outcome.cause or None,
        "notes": [*plan_notes(outcome), *news(outcome), *sentences.switches()],
        "process_errors": process_errors(),
        "restart_needed": restart_needed(outcome),
        "error": {"cause": said, "fix": as_mappings(fix)} if said else None,
    }


def as_mappings(lines: Sequence[Line]) -> list[dict[str, str | None]]:
    """Return the lines of a fix for programs: ``text``, and a ``command`` to be typed, or None."""
    return [{"text": line.text, "command": line.command or None} for line in lines]


def _consumer(advisor: Advisor, state: State) -> dict[str, Any]:
    observation, services = state.observation, state.plan.services
    return {
        "name": observation.consumer.name,
        "distribution": observation.distribution or None,
        "version": observation.version or None,
        "verdict": worst(service.verdict for service in services),
        "served": weakest(services),
        "parts": [_part(advisor, observation, service) for service in services],
    }


def _part(advisor: Advisor, observation: Observation, service: Service) -> dict[str, Any]:
    return {
        "name": service.part,
        "needs": service.needs,
        "provider": service.provider or None,
        "verdict": service.verdict,
        "served": service.served,
        "reason": service.reason.code if service.reason else None,
        "cause": sentences.why(service, distribution=observation.distribution),
        "fix": as_mappings(advisor.fix(service)),
        "loads": list(service.paths),
    }


def backups(outcome: Outcome) -> list[dict[str, Any]]:
    """Return the originals that are kept: ``consumer``, ``path``, and whether they are ``verified``."""
    found = []
    for observation in (state.observation for state in outcome.linked):
        entry = observation.entries.get(observation.stub.name + BACKUP_SUFFIX) if observation.stub else None
        if entry and observation.stub:
            name = observation.stub.name + BACKUP_SUFFIX
            path, verified = f"{observation.folder.path}/{name}", is_stub(observation, name, entry)
            found.append({"consumer": observation.consumer.name, "path": path, "verified": verified})
    return found


def history(outcome: Outcome) -> tuple[Heal, ...]:
    """Return what was healed, the newest last."""
    heals = [heal for state in outcome.linked for heal in state.observation.manifest.history]
    return tuple(sorted(heals, key=lambda heal: heal.time))  # in the order of the manifest within a second


def plan_notes(outcome: Outcome) -> list[str]:
    """Return what the user should know though nothing is wrong."""
    return [
        sentences.note(reason, state.observation.consumer.name, state.observation.distribution)
        for state in outcome.consumers
        for reason in state.plan.notes
    ]


def news(outcome: Outcome) -> list[str]:
    """Return what other versions of the packages would change."""
    return list(filter(None, (sentences.newer(state.observation) for state in outcome.consumers)))


def process_errors() -> list[str]:
    """Return what went wrong in this process: at its start, and when packages were imported."""
    import sys

    loaded = getattr(sys.modules.get("cudnn_heal.inprocess.load"), "results", {})
    start = [cudnn_heal_start.error] if cudnn_heal_start.error else []
    return [*start, *(problem for result in loaded.values() for problem in result.errors)]


def error(advisor: Advisor) -> tuple[str, tuple[Line, ...]]:
    """Return why the last attempt failed, and what helps; ("", ()) where it did not."""
    outcome = advisor.outcome
    if outcome.refused:
        return advisor.refusal()
    last = outcome.error or next(filter(None, (state.observation.manifest.error for state in outcome.linked)), "")
    return advisor.failure(last) if last else ("", ())
