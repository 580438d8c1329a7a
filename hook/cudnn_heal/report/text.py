"""Outcomes for people: what stands in which line, and how it looks on a terminal.  The words are the same everywhere."""

from __future__ import annotations

import os
import shutil
import textwrap
from typing import TYPE_CHECKING, TextIO

from cudnn_heal.catalog import FAMILIES
from cudnn_heal.model import NOTHING_TO_DO, BackUp, MakeCopy, MakeLink, PutBack, Remove
from cudnn_heal.read.manager import environment
from cudnn_heal.report import commands, schema, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cudnn_heal.model import Action, Service
    from cudnn_heal.reconcile import Outcome, State

GREEN, YELLOW, RED, BOLD, DIM = "32", "33", "31", "1", "2"
HISTORY_LINES = 3


class Style:
    """How text looks on one stream: colour where a person reads, none in a pipe (no-color.org, force-color.org)."""

    def __init__(self, out: TextIO) -> None:
        """Look at `out` and at the environment."""
        terminal = out.isatty() and os.environ.get("TERM") != "dumb"
        self.colored = (terminal or bool(os.environ.get("FORCE_COLOR"))) and not os.environ.get("NO_COLOR")
        self.columns = shutil.get_terminal_size().columns if terminal else 0

    def paint(self, text: str, code: str) -> str:
        """Return `text` in the colour or weight `code`."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colored and text else text

    def verdict(self, word: str) -> str:
        """Return a verdict in its colour."""
        return self.paint(word, GREEN if word in NOTHING_TO_DO else YELLOW if word in ("pending", "read-only") else RED)

    def wrap(self, text: str, indent: str) -> str:
        """Return `text`, wrapped to the terminal with its further lines under the first one; commands stay whole."""
        if not self.columns or len(text) + len(indent) <= self.columns:
            return indent + text
        return textwrap.fill(
            text,
            self.columns,
            initial_indent=indent,
            subsequent_indent=indent + "  ",
            break_long_words=False,
            break_on_hyphens=False,
        )


def healed(outcome: Outcome, style: Style, *, verbose: bool) -> str:
    """Return what a heal did, in a line, and what is left for the user."""
    place = _place(outcome)
    lines = [str(action) for action in outcome.done] if verbose else []
    if outcome.error:
        lines.append(f"{style.paint('Not healed', RED)}: {sentences.failure(outcome, outcome.error)}.")
        if outcome.served == "in-process":
            lines.append("Until then it works all the same: the libraries are loaded when a package is imported.")
    elif outcome.done:
        cause = f" ({outcome.cause})" if outcome.cause else ""
        lines.append(f"{style.paint('Healed', GREEN)} {place}: {_sum(outcome.done)}{cause}")
    elif outcome.verdict == "not-needed":
        lines.append(f"Nothing to heal in {place}: no package there needs it.")
    elif all(schema.is_good(service) for state in outcome.consumers for service in state.plan.services):
        past = schema.history(outcome)
        last = f" Last healed {past[-1].time} ({past[-1].cause})." if past else ""
        lines.append(f"Nothing to heal in {place}: {style.verdict(outcome.verdict)}{_served(outcome)}.{last}")
    else:
        lines.append(f"Nothing can be healed in {place} yet: {style.verdict(outcome.verdict)}.")
    lines += _problems(outcome, style)
    if outcome.done and not (outcome.target.is_home and outcome.target.hook):
        lines += _once(outcome, style)
    return "\n".join([*lines, *_remarks(outcome)])


def restored(outcome: Outcome, style: Style, *, verbose: bool) -> str:
    """Return what a restore did."""
    place = _place(outcome)
    lines = [str(action) for action in outcome.done] if verbose else []
    if outcome.refused:
        lines.append(f"{style.paint('Not restored', RED)}, nothing was changed: {sentences.refusal(outcome)}")
    elif outcome.error:
        lines.append(f"{style.paint('Not restored', RED)}: {sentences.failure(outcome, outcome.error, '--restore')}.")
    elif any(state.observation.paused for state in outcome.linked):
        again = commands.heal(outcome.target)
        names = ", ".join(state.observation.consumer.name for state in outcome.linked if state.observation.installed)
        until = f"it stays so until another version of {names} is installed, or you call {again}"
        word = style.paint("Restored in part:", YELLOW) if outcome.left else style.paint("Restored", GREEN)
        lines.append(f"{word} {place}: {_sum(outcome.done)}; {until}")
        lines += [sentences.note(reason, names) for reason in outcome.left]
    elif any(state.observation.installed for state in outcome.consumers):
        lines.append(f"Nothing was changed in {place}, so there is nothing to take back, and no folder to keep a pause in.")
        lines.append("To turn cudnn-heal off: CUDNN_HEAL=off in the environment of the process.")
    else:
        lines.append(f"Nothing to restore in {place}.")
    return "\n".join([*lines, *_remarks(outcome)])


def planned(outcome: Outcome, style: Style) -> str:
    """Return what the next call would do, action by action."""
    actions = [str(action) for state in outcome.consumers for action in state.plan.actions]
    if outcome.refused:
        return f"Nothing would be changed: {sentences.refusal(outcome)}"
    lines = actions or [f"Nothing to do in {_place(outcome)}: {style.verdict(outcome.verdict)}{_served(outcome)}."]
    return "\n".join([*lines, *_problems(outcome, style), *_remarks(outcome)])


def status(outcome: Outcome, style: Style, *, verbose: bool) -> str:
    """Return what is installed, how each package is served, what was healed when and why, and what to do."""
    lines = [f"{style.verdict(outcome.verdict)}{_served(outcome)}", f"  in {_place(outcome)}"]
    for state in outcome.consumers:
        if state.observation.installed:
            lines += ["", *_block(outcome, state, style)]
    links = schema.links(outcome)
    made = [link for link in links if link["state"] != "missing"]
    if links:
        lines += ["", _links(links, made)]
        if verbose:
            names = [link["path"].rpartition("/")[2] for link in links]
            states = [link["state"] if link["state"] != "ok" else "" for link in links]
            froms = [("-> " if link["kind"] == "link" else "copy of ") + link["target"] for link in links]
            lines += _table([(f"  {name}", source, state) for name, source, state in zip(names, froms, states)])
    kept = schema.backups(outcome)
    for one in kept:
        good = "verified" if one["verified"] else "NOT verified"
        lines.append(f"the original of {one['consumer']} is kept as {one['path'].rpartition('/')[2]} ({good})")
    past = schema.history(outcome)
    if past:
        lines += ["", "healed", *(f"  {heal.time}  {heal.cause}" for heal in (past if verbose else past[-HISTORY_LINES:]))]
    if kept or made:
        lines += ["", f"Before cudnn-heal or NVIDIA's wheels are removed: {commands.heal(outcome.target, '--restore')}"]
    failed = schema.error(outcome)
    lines += [f"The last attempt failed: {failed}."] if failed else []
    lines += [f"This process: {problem}." for problem in schema.process_errors()]
    notes = [note for note in schema.notes(outcome) if not any(note in line for line in lines)]
    return "\n".join([*lines, *(style.wrap(f"note: {note}", "") for note in notes)])


def _links(links: list[dict[str, str]], made: list[dict[str, str]]) -> str:
    wrong = sum(link["state"] != "ok" for link in made)
    missing = [link["kind"] for link in links if link["state"] == "missing"]
    fine = ", all fine" if not wrong and not missing else ""
    words = [f"{_links_and_copies([link['kind'] for link in made])}{fine}"] if made else []
    words += [f"{wrong} not as they should be"] if wrong else []
    words += [f"{_links_and_copies(missing)} to be made"] if missing else []
    return ", ".join(words) + (" (--dry-run names them)" if wrong or missing else "")


def _block(outcome: Outcome, state: State, style: Style) -> list[str]:
    observation, services = state.observation, state.plan.services
    name = observation.distribution or observation.consumer.name
    lines = [style.paint(f"{name} {observation.version}".strip(), BOLD)]
    rows = [
        (f"  {FAMILIES[one.part].title}", one.verdict, one.needs, one.provider or "no wheel", _way(one)) for one in services
    ]
    for row, one in zip(_table(rows), services):
        lines.append(row.replace(one.verdict, style.verdict(one.verdict), 1))
    if not services:
        lines.append("  opens none of these libraries")
    return [*lines, *_explained(outcome, services, style)]


def _explained(outcome: Outcome, services: Sequence[Service], style: Style) -> list[str]:
    """Return reasons and advice of `services`, each line once."""
    lines: list[str] = []
    for service in services:
        why = sentences.why(service, *[one for one in services if one is not service])
        if why:
            lines.append(style.wrap(f"{why}.", "  "))
        lines += [f"    {line}" for line in sentences.advice(outcome, service)]
    return list(dict.fromkeys(lines))


def _problems(outcome: Outcome, style: Style) -> list[str]:
    """Return what needs the user."""
    lines = []
    for state in outcome.consumers:
        bad = [one for one in state.plan.services if not schema.is_good(one)]
        if bad:
            observation = state.observation
            titles = ", ".join(f"{FAMILIES[one.part].title} {style.verdict(one.verdict)}" for one in bad)
            lines.append(f"{observation.distribution or observation.consumer.name} {observation.version}: {titles}")
            lines += _explained(outcome, bad, style)
    return lines


def _remarks(outcome: Outcome) -> list[str]:
    return [f"note: {line}" for line in sentences.switches()]


def _once(outcome: Outcome, style: Style) -> list[str]:
    again, back = commands.heal(outcome.target), commands.heal(outcome.target, "--restore")
    return [
        f"Nothing repeats this after the next change there: call it again ({again}), or add cudnn-heal to that environment.",
        f"Before NVIDIA's wheels are removed from it: {back}",
    ]


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
    return ", ".join(words) or "nothing was changed on the disk"


def _place(outcome: Outcome) -> str:
    """Return the environment's folder."""
    prefix = environment(outcome.target.python, outcome.target.site_packages)
    return prefix if os.path.exists(os.path.join(prefix, "pyvenv.cfg")) else outcome.target.site_packages


def _served(outcome: Outcome) -> str:
    if outcome.verdict in ("not-needed", "paused"):
        return ""
    words = {"links": ", served by links", "in-process": ", served in-process", "itself": ", found by the packages themselves"}
    return words.get(outcome.served, ", not served")


def _way(service: Service) -> str:
    if service.verdict in ("not-needed", "paused"):
        return ""
    return {"links": "links", "in-process": "in-process", "itself": "by itself"}.get(service.served, "not served")


def _links_and_copies(kinds: Sequence[str]) -> str:
    """Return ``9 links and a copy``; of copies there is one for each package that carries a stub."""
    links, copies = kinds.count("link"), kinds.count("copy")
    words = [_count(links, "link")] if links else []
    words += ["a copy" if copies == 1 else f"{copies} copies"] if copies else []
    return " and ".join(words)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    if not rows:
        return []
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
