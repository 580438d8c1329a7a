"""Outcomes for people, as rows: what was found or done first, then each package, what helps, and what else there is to know."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cudnn_heal.advice import Advice, Line
from cudnn_heal.catalog import FAMILIES
from cudnn_heal.model import NOTHING_TO_DO, SATISFIED, BackUp, Forget, MakeCopy, MakeLink, PutBack, Remove, Unpause, worst
from cudnn_heal.read.manager import known_as
from cudnn_heal.report import schema, sentences
from cudnn_heal.report.fixes import Advisor, stub_owner
from cudnn_heal.report.paper import BOLD, GREEN, RED, YELLOW, Row
from cudnn_heal.systems import here

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cudnn_heal.model import Action, Heal, Service
    from cudnn_heal.reconcile import Outcome, State

WAYS = {"links": "by links", "in-process": "in-process", "itself": "by itself", "none": "not served"}


def healed(outcome: Outcome, *, verbose: bool = False) -> list[Row]:
    """Return what a heal did, in a line, and what is left for the user."""
    advisor, place = Advisor(outcome), _place(outcome)
    rows = [Row(str(action)) for action in outcome.done] if verbose else []
    whole = all(map(schema.is_good, outcome.services()))
    if outcome.error:
        rows += _failed("Not healed", *advisor.failure(outcome.error))
        if outcome.served == "in-process":
            rows.append(Row("Until then it works all the same: the libraries are loaded when a package is imported."))
    elif outcome.done:
        cause = f" ({outcome.cause})" if outcome.cause else ""
        word = _done(outcome.done, whole=whole)
        rows.append(_headline(word, GREEN if whole else YELLOW, f"{place}: {_sum(outcome.done)}{cause}"))
    elif whole:
        past = schema.history(outcome)
        last = f" Last healed {_local(past[-1])}." if past else ""
        state = "no package there needs it" if outcome.verdict == "not-needed" else outcome.verdict
        rows.append(_headline("Nothing to heal", "", f"in {place}: {state}.{last}"))
    else:
        rows.append(_headline("Nothing can be healed", YELLOW, f"in {place} yet: {outcome.verdict}."))
    rows += _problems(advisor)
    if outcome.done and not (outcome.target.is_home and outcome.target.hook):
        again = Advice("heal", "Nothing repeats this after the next change there; call this again (or add cudnn-heal to it)")
        back = Advice("restore", "Before NVIDIA's wheels are removed from it")
        rows += _lines(advisor.lines([again, back]), "")
    return [*rows, *_remarks()]


def restored(outcome: Outcome, *, verbose: bool = False) -> list[Row]:
    """Return what a restore did."""
    advisor, place = Advisor(outcome), _place(outcome)
    rows = [Row(str(action)) for action in outcome.done] if verbose else []
    paused = [state.observation for state in outcome.linked if state.observation.paused and state.observation.installed]
    if outcome.refused:
        rows += _failed("Not restored, nothing was changed", *advisor.refusal())
    elif outcome.error:
        rows += _failed("Not restored", *advisor.failure(outcome.error, "--restore"))
    elif paused:
        if outcome.left:
            rows.append(_headline("Restored in part", YELLOW, f"{place}: {_sum(outcome.done)}."))
        elif outcome.done:
            rows.append(_headline("Restored", GREEN, f"{place}: {_sum(outcome.done)}."))
        else:
            rows.append(_headline("Nothing to take back", "", f"in {place}: no heal is in place."))
        for reason in outcome.left:
            owner = stub_owner(outcome, reason)
            rows.append(Row(sentences.note(reason, owner.consumer.name, owner.distribution)))
        rows += [
            Row(sentences.note(reason, state.observation.consumer.name), "note: ", hang=2)
            for state in outcome.linked
            for reason in state.plan.notes
            if reason.code == "files-left"
        ]
        names = " or ".join(observation.distribution or observation.consumer.name for observation in paused)
        off = Advice("heal", f"It stays off until another version of {names} is installed, or you run")
        rows += _lines(advisor.lines([off]), "")
    elif any(state.observation.installed for state in outcome.consumers):
        rows.append(_headline("Nothing to take back", "", f"in {place}: nothing was healed, and no folder can keep a pause."))
        rows.append(Row("To turn cudnn-heal off for a process", command=here.assigned("CUDNN_HEAL", "off")))
    else:
        rows.append(_headline("Nothing to take back", "", f"in {place}: no package there needs a heal."))
    return [*rows, *_remarks()]


def planned(outcome: Outcome) -> list[Row]:
    """Return what the next call would do, action by action."""
    advisor = Advisor(outcome)
    if outcome.refused:
        return _failed("Nothing would be changed", *advisor.refusal())
    rows = [Row(str(action)) for state in outcome.consumers for action in state.plan.actions]
    if not rows:
        rows = [_headline("Nothing to do", "", f"in {_place(outcome)}: {outcome.verdict}.")]
    return [*rows, *_problems(advisor), *_remarks()]


def status(outcome: Outcome, *, verbose: bool = False) -> list[Row]:
    """Return how each package stands, one row for each, what to do, and when it was last healed.

    :param verbose: also each library, link and heal, and the reason of what is well.
    """
    advisor = Advisor(outcome)
    rows = [Row(f"{outcome.verdict} in {_place(outcome)}", color=_color(outcome.verdict), colored=outcome.verdict)]
    there = [state for state in outcome.consumers if state.observation.installed]
    width = max((len(_name(state)) for state in there), default=0)
    for state in there:
        services = state.plan.services
        verdict = worst(service.verdict for service in services)
        rows.append(
            Row(f"{verdict}  {_parts(services)}", f"  {_name(state):{width}}  ", color=_color(verdict), colored=verdict)
        )
        rows += _table(services) if verbose else []
        rows += _explained(advisor, state, services if verbose else [one for one in services if one.verdict not in SATISFIED])
    if not there:
        rows.append(Row("no package that opens NVIDIA's libraries is installed here", "  "))
    links = schema.links(outcome)
    made = [link for link in links if link["state"] != "missing"]
    kept = schema.backups(outcome)
    rows += _of_links(advisor, links, made, verbose=verbose)
    for one in kept:
        if verbose or not one["verified"]:
            sure = "verified" if one["verified"] else "NOT verified"
            rows.append(Row(f"the original of {one['consumer']} is kept as {os.path.basename(one['path'])} ({sure})"))
    past = schema.history(outcome)
    rows += [Row(f"{'' if verbose else 'last '}healed {_local(heal)}") for heal in (past if verbose else past[-1:])]
    failed, fix = schema.error(advisor)
    rows += [Row(f"The last attempt failed: {failed}."), *_lines(fix, "  ")] if failed else []
    rows += [Row(f"This process: {problem}.") for problem in schema.process_errors()]
    said = "\n".join(row.text for row in rows)
    notes = [*schema.plan_notes(outcome), *(schema.news(outcome) if verbose else ())]
    rows += [Row(note, "note: ") for note in notes if note not in said]
    if kept or made:
        rows += _lines(advisor.lines([Advice("restore", "Before cudnn-heal or NVIDIA's wheels are removed")]), "")
    return [*rows, *_remarks()]


def _done(actions: Sequence[Action], *, whole: bool) -> str:
    """Return the first word about `actions`: healed is only what is whole."""
    if any(isinstance(action, (MakeLink, MakeCopy)) for action in actions):
        return "Healed" if whole else "Healed in part"
    if all(isinstance(action, Unpause) for action in actions):
        return "Turned on again"
    return "Tidied up" if whole else "Taken back"


def _headline(word: str, color: str, rest: str) -> Row:
    return Row(f"{word} {rest}", color=color, colored=word, hang=2)


def _failed(word: str, why: str, fix: Sequence[Line]) -> list[Row]:
    return [Row(f"{word}: {why}.", color=RED, colored=word, hang=2), *_lines(fix, "  ")]


def _lines(lines: Iterable[Line], first: str) -> list[Row]:
    return [Row(line.text, first, line.command, hang=2) for line in lines]


def _color(verdict: str) -> str:
    return GREEN if verdict in NOTHING_TO_DO else YELLOW if verdict in ("pending", "read-only") else RED


def _name(state: State) -> str:
    observation = state.observation
    return f"{observation.distribution or observation.consumer.name} {observation.version}".strip()


def _parts(services: Sequence[Service]) -> str:
    """Return ``cuDNN and cuBLAS by links; NCCL not served``."""
    ways: dict[str, list[str]] = {}
    for service in services:
        if service.verdict != "not-needed":
            ways.setdefault(_way(service), []).append(FAMILIES[service.part].title)
    return "; ".join(f"{_listed(titles)} {way}" for way, titles in ways.items()) or "opens none of these libraries"


def _way(service: Service) -> str:
    if service.verdict in ("paused", "not-needed"):
        return "taken back" if service.verdict == "paused" else ""
    later = service.reason is not None and service.reason.code == "no-gpu"
    return WAYS[service.served] + (", where there is a GPU" if later else "")


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _table(services: Sequence[Service]) -> list[Row]:
    """Return a row for each library: what is opened, the wheel that has it, and how it is served."""
    cells = [(FAMILIES[one.part].title, one.needs, one.provider or "no wheel", one.verdict, _way(one)) for one in services]
    widths = [max(map(len, column)) for column in zip(*cells)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in cells]
    return [Row(line, "    ", hang=2) for line in lines]


def _explained(advisor: Advisor, state: State, services: Sequence[Service]) -> list[Row]:
    """Return cause and fix of `services`, each line once."""
    rows: list[Row] = []
    for service in services:
        others = [one for one in services if one is not service]
        why = sentences.why(service, *others, distribution=state.observation.distribution)
        rows += [Row(f"{why}.", "    ")] if why else []
        rows += _lines(advisor.fix(service), "    ")
    return list(dict.fromkeys(rows))


def _problems(advisor: Advisor) -> list[Row]:
    """Return what needs the user."""
    rows = []
    for state in advisor.outcome.consumers:
        bad = [one for one in state.plan.services if not schema.is_good(one)]
        if bad:
            titles = ", ".join(f"{FAMILIES[one.part].title} {one.verdict}" for one in bad)
            rows += [Row(f"{_name(state)}: {titles}", "  ", color=BOLD, colored=_name(state)), *_explained(advisor, state, bad)]
    return rows


def _of_links(
    advisor: Advisor, links: Sequence[dict[str, str]], made: Sequence[dict[str, str]], *, verbose: bool
) -> Iterator[Row]:
    """Yield how the links stand, where one is not as it should be or all is asked for."""
    wrong = sum(link["state"] != "ok" for link in made)
    if wrong:
        again = Advice("heal", f"{wrong} of {_count(len(made), 'link')} out of date; to put them right")
        yield from _lines(advisor.lines([again]), "")
    if verbose and links:
        missing = [link["kind"] for link in links if link["state"] == "missing"]
        words = [_links_and_copies([link["kind"] for link in made])] if made else []
        words += [f"{_links_and_copies(missing)} to be made"] if missing else []
        yield Row(", ".join(words))
        for link in links:
            source = ("-> " if link["kind"] == "link" else "copy of ") + link["target"]
            state = "" if link["state"] == "ok" else f"  ({link['state']})"
            yield Row(f"{os.path.basename(link['path'])} {source}{state}", "  ", hang=2)


def _remarks() -> list[Row]:
    return [Row(line, "note: ") for line in sentences.switches()]


def _sum(actions: Sequence[Action]) -> str:
    """Return ``9 links and a copy, the original backed up``."""
    made = [
        "copy" if isinstance(action, MakeCopy) else "link" for action in actions if isinstance(action, (MakeLink, MakeCopy))
    ]
    removed = sum(isinstance(action, Remove) for action in actions)
    words = [_links_and_copies(made)] if made else []
    words += ["the original backed up"] if any(isinstance(action, BackUp) for action in actions) else []
    words += ["the original put back"] if any(isinstance(action, PutBack) for action in actions) else []
    words += [f"{_count(removed, 'link')} removed"] if removed else []
    words += ["our own files removed"] if any(isinstance(action, Forget) for action in actions) else []
    return ", ".join(words) or "nothing had to be changed"


def _place(outcome: Outcome) -> str:
    return known_as(outcome.target.python, outcome.target.site_packages)


def _local(heal: Heal) -> str:
    """Return when and why, such as ``2026-11-25 14:03 (ctranslate2 4.6.1 -> 4.6.2)``."""
    when = sentences.local_time(heal.time)
    return f"{when} ({heal.cause})" if heal.cause else when


def _links_and_copies(kinds: Sequence[str]) -> str:
    """Return ``9 links and a copy``; of copies there is one for each package that carries a stub."""
    links, copies = kinds.count("link"), kinds.count("copy")
    words = [_count(links, "link")] if links else []
    words += ["a copy" if copies == 1 else f"{copies} copies"] if copies else []
    return " and ".join(words)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
