"""What is found, as Markdown for a tracker: the cause on top, then the machine, then each check folded to a line."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from cudnn_heal.advice import Line
from cudnn_heal.doctor import facts, show
from cudnn_heal.doctor.child import shortened
from cudnn_heal.doctor.redact import HIDDEN, is_secret, redacted

if TYPE_CHECKING:
    from cudnn_heal.doctor.result import Problem, Result
    from cudnn_heal.doctor.show import Found

MARKS = {"ok": "✅", "failed": "❌", "skipped": "➖"}


def as_markdown(found: Found) -> str:
    """Return the report, redacted."""
    today = time.strftime("%Y-%m-%d")
    lines = ["## cudnn-heal --doctor", "", *_top(found), ""]
    lines += [*(f"- {_plain(line)}" for line in found.header.lines()), f"- {today}", ""]
    variables, media = facts.variables(), {} if found.quick else facts.media(found.stack)
    lines += _folded(
        "Variables that matter", [f"{name}={HIDDEN if is_secret(name) else variables[name]}" for name in variables]
    )
    versions = {**facts.versions(found.stack), **media}
    lines += _folded("Versions", [f"{name} {version}" for name, version in versions.items()])
    lines += ["### Checks", ""]
    absent = show.not_installed(found.results)
    on_top = [name for name, _ in show.roots(found)]
    for name, result in found.results.items():
        lines += [] if result.absent else _check(found, name, result, told=name in on_top)
    lines += [f"Not installed: {', '.join(absent)}.", ""] if absent else []
    # A path need not be text, and what is pasted must be.
    text = "\n".join(lines).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return redacted(text).rstrip() + "\n"  # also what stands in several lines


def _top(found: Found) -> list[str]:
    """Return the root causes, and the last sentence."""
    lines = []
    for name, result in show.roots(found):
        for problem in result.problems:
            follow = [other for other, one in found.results.items() if one.follows == name]
            more = f" (from which follow: {', '.join(follow)})" if follow else ""
            lines += [f"**{_plain(name)}**: {_plain(result.summary)}{more}", "", *_problem(found, problem), ""]
    return [*lines, f"**{_plain(show.conclusion(found)[0].partition(' Begin with')[0])}**"]


def _folded(title: str, lines: list[str]) -> list[str]:
    if not lines:
        return [f"{title}: none.", ""]
    return [f"<details><summary>{title} ({len(lines)})</summary>", "", *_fenced(lines), "", "</details>", ""]


def _check(found: Found, name: str, result: Result, *, told: bool) -> list[str]:
    """Return what a check found; problems that were `told` on top are not repeated."""
    follows = f" (follows from {result.follows})" if result.follows else ""
    line = f"{MARKS[result.status]} {_html(name)}: {_html(result.summary)}{_html(follows)}"
    inside = [line for problem in result.problems if not told for line in (*_problem(found, problem), "")]
    inside += [*_fenced(list(result.rows)), ""] if result.rows else []
    inside += [f"{'' if isinstance(note, Line) else 'Note: '}{_plain(str(note))}" for note in result.notes]
    if not inside:
        return [_escaped(line), ""]  # no HTML around it, so Markdown reads it
    return [f"<details><summary>{line}</summary>", "", *inside, "", "</details>", ""]


def _problem(found: Found, problem: Problem) -> list[str]:
    lines = _fenced(list(problem.found)) if problem.found else []
    lines += ["", f"Cause ({problem.id}): {_plain(problem.cause or 'not known.')}"]
    lines += ["", *_fenced(list(map(str, fix)))] if (fix := show.next_fix(found, problem)) else []
    return [*lines, "", f"See {', '.join(problem.reference)}"] if problem.reference else lines


def _fenced(lines: list[str]) -> list[str]:
    text = "\n".join(map(shortened, redacted("\n".join(lines)).split("\n")))  # what is cut first is not known any more
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", text, fence]


def _plain(text: str) -> str:
    """Return `text`, redacted, with what Markdown and HTML would take for their own made harmless.

    In this order: a path whose characters are escaped is not known any more for a home folder.
    """
    return re.sub("([<>])", r"\\\1", _escaped(redacted(text)))


def _escaped(text: str) -> str:
    """Return `text` with a backslash before what Markdown takes for its own; not within a word, as in ``x86_64``."""
    return re.sub(r"([\\`*{}\[\]|#]|(?<![^\W_])_|_(?![^\W_]))", r"\\\1", text).replace("\\[hidden\\]", HIDDEN)


def _html(text: str) -> str:
    return redacted(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
