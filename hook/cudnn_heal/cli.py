"""The command line: which call, about which environment, and what to print.  It knows neither libraries nor links."""

from __future__ import annotations

import argparse
import difflib
import io
import json
import os
import re
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, NoReturn, TextIO

from cudnn_heal import __version__, reconcile
from cudnn_heal.catalog import CONSUMERS
from cudnn_heal.read import manager as managers
from cudnn_heal.read import target
from cudnn_heal.read.machine import process
from cudnn_heal.report import commands, fitting, schema, text
from cudnn_heal.report.paper import Paper, Row, busy, printable, wrapped
from cudnn_heal.systems import here as system

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cudnn_heal.model import Process, Target
    from cudnn_heal.reconcile import Outcome

ALIKE = 0.7
"""How alike a wrong flag must be to the one that was meant (difflib's ratio)."""
_LEFT_OUT = next(reversed(CONSUMERS))  # any of them
_EXAMPLES = f"""\
examples:
  cudnn-heal                          heal now
  cudnn-heal --status --python .venv  how .venv stands

Exit status: 0 all is served, or nothing is needed; 1 something needs you; 2 a wrong call or target.
CUDNN_HEAL=off turns the start-up hook off, CUDNN_HEAL=verbose lets it speak, CUDNN_HEAL=-{_LEFT_OUT} leaves a package out.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status (0, 1 or 2, see the README)."""
    if sys.stdout is None:  # closed by the caller
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  (it is for the rest of the process)
    elif isinstance(sys.stdout, io.TextIOWrapper):
        system.prepare(sys.stdout)
        sys.stdout.reconfigure(errors="backslashreplace")  # what is printable need not fit the terminal's encoding
    try:
        code = _run(_parse(sys.argv[1:] if arguments is None else arguments), Paper(sys.stdout))
        sys.stdout.flush()
        return code
    except target.Unusable as problem:
        _complain(str(problem))
        return 2
    except ModuleNotFoundError as problem:
        distribution = (problem.name or "").partition(".")[0].replace("_", "-")
        if distribution not in fitting.REQUIRED:
            raise
        own = target.here()
        mend = commands.install(managers.manager(own.python, own.site_packages), distribution)
        _complain(f"this call needs {distribution}, and cudnn-heal was installed without it; what to do: {mend}")
        return 2
    except BrokenPipeError:  # head(1), say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as problem:  # what touches the environment keeps its errors in the outcome
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _complain(f"the output could not be written: {problem}")
        return 1
    except KeyboardInterrupt:
        _complain("interrupted; the next call takes up where this one stopped")
        return schema.INTERRUPTED


def _complain(problem: str) -> None:
    if sys.stderr is not None:
        Paper(sys.stderr, width=0).print(f"cudnn-heal: {problem}")


def _run(options: argparse.Namespace, paper: Paper) -> int:
    with busy(f"asking the interpreter of {options.python}"):
        aim = target.other(options.python) if options.python is not None else target.here()
    meant = "" if options.python is not None else _meant(aim)
    if meant and options.explain is None:
        again = commands.own_call(target.named(meant))
        raise target.Unusable(f"nothing to heal in cudnn-heal's own environment ({sys.prefix}); did you mean {again}?")
    if options.doctor:
        return _doctor(options, aim)
    with busy(f"looking at {aim.site_packages}"):
        here = process(hook=aim.hook, system=True)
        outcome = None if meant else _call(options, aim, here)
    if outcome is None or options.explain is not None:
        return _explain(options, outcome, meant, paper)
    if options.json:
        paper.write(json.dumps(schema.Status(outcome), indent=2) + "\n")
    else:
        paper.print(*_rows(options, outcome))
    return schema.exit_status(outcome, asked_to_act=not (options.status or options.dry_run))


def _meant(aim: Target) -> str:
    """Return the folder of the environment that was probably meant, where this one is a tool's own; "" otherwise.

    It is named, never asked: nothing is run that was not asked for.
    """
    meant = os.environ.get("VIRTUAL_ENV") or (".venv" if os.path.exists(".venv/pyvenv.cfg") else "")
    other = meant and target.is_empty(aim) and os.path.realpath(meant) != os.path.realpath(sys.prefix)
    return meant if other else ""


def _doctor(options: argparse.Namespace, aim: Target) -> int:
    try:
        from cudnn_heal import doctor
    except ModuleNotFoundError as problem:
        if problem.name != "_ctypes":
            raise
        raise target.Unusable(
            f"--doctor needs ctypes, which {sys.executable} was built without ({problem});"
            f' what to do: {sys.executable} -m cudnn_heal --explain "{problem}"'
        ) from None

    return doctor.run(
        aim,
        as_json=options.json,
        report=options.report,
        quick=options.quick,
        model=options.model,
        audio=options.audio,
        out=sys.stdout,
    )


def _explain(options: argparse.Namespace, outcome: Outcome | None, meant: str, paper: Paper) -> int:
    if _is_mistyped_path(options.explain):
        raise target.Unusable(f"there is no file {options.explain}: name a log, or quote the message itself")
    from cudnn_heal import knowledge

    with busy("looking at what is installed") if options.explain != "-" else nullcontext():  # what is typed is the user's time
        words, code = knowledge.command(options.explain, outcome, as_json=options.json, width=paper.width)
    paper.write(printable(words) + "\n")
    if meant and not options.json:
        again = commands.own_call(target.named(meant), "--explain", options.explain)
        paper.print("", Row("What it means for the environment that is probably meant", command=again))
    return code


def _is_mistyped_path(what: str) -> bool:
    """Tell whether `what` looks like a file's name, no message, and there is no such file."""
    return (
        what != "-"
        and not set(os.path.splitdrive(what)[1]) & set(" \t\n:")
        and (os.sep in what or "/" in what or what.endswith((".log", ".txt")))
        and not os.path.exists(what)
    )


def _call(options: argparse.Namespace, aim: Target, here: Process) -> Outcome:
    if options.dry_run:
        return reconcile.preview(aim, here, "restore" if options.restore else "heal")
    if options.restore:
        return reconcile.restore(aim, here)
    looks = options.status or options.explain is not None
    return reconcile.status(aim, here) if looks else reconcile.heal(aim, here)


def _rows(options: argparse.Namespace, outcome: Outcome) -> list[Row]:
    if options.dry_run:
        return text.planned(outcome)
    function = text.status if options.status else text.restored if options.restore else text.healed
    return function(outcome, verbose=options.verbose)


class _Help(argparse.HelpFormatter):
    """Wraps each line of a text by itself."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(
            line
            for one in text.splitlines()
            for line in wrapped(one, width, indent, f"{indent}    " if one.startswith(" ") else indent)
        )


class _Parser(argparse.ArgumentParser):
    """Names the flag that was probably meant."""

    def error(self, message: str) -> NoReturn:
        """Say what was wrong and what to type, in one line."""
        found = re.match(r"unrecognized arguments: (\S+)", message)
        word = found[1] if found else ""
        known = [flag[2:] for flag in self._option_string_actions if flag.startswith("--")]
        close = difflib.get_close_matches(word.lstrip("-").partition("=")[0].replace("_", "-").lower(), known, 1, ALIKE)
        if word == "heal":
            message = "a heal needs no word: type cudnn-heal"
        elif close:
            message = f"{word!r} is no flag: did you mean cudnn-heal --{close[0]}?"
        self.exit(2, f"cudnn-heal: {message} (cudnn-heal -h tells more)\n")

    def _print_message(self, message: str, file: TextIO | None = None) -> None:  # type: ignore[override]
        if file is not None:
            Paper(file).write(printable(message))


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _parser()
    options = parser.parse_args(arguments)
    calls = [name for name in ("status", "doctor", "explain") if getattr(options, name) not in (False, None)]
    changing = [name for name in ("dry_run", "restore") if getattr(options, name)]
    if len(calls) > 1 or (calls and changing):
        named = " and ".join(f"--{name.replace('_', '-')}" for name in [*calls, *changing])
        parser.error(f"{named} are different calls: choose one")
    if (options.report or options.quick or options.model or options.audio) and not options.doctor:
        parser.error("--report, --quick, --model and --audio belong to --doctor")
    if options.quick and (options.model or options.audio):
        parser.error("--quick runs nothing: leave --model and --audio out")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="cudnn-heal",
        allow_abbrev=False,
        formatter_class=_Help,
        description="Make speech packages find the NVIDIA libraries of their own environment; without a flag, heal now.",
        epilog=_EXAMPLES,
    )
    parser.add_argument("-V", "--version", action="version", version=f"cudnn-heal {__version__}")
    parser.add_argument("--status", action="store_true", help="show what is installed and how it is served; change nothing")
    parser.add_argument("--dry-run", action="store_true", help="print what a heal, or --restore, would do, action by action")
    parser.add_argument("--restore", action="store_true", help="take everything back and stay off")
    parser.add_argument("--doctor", action="store_true", help="check the whole speech stack, library by library")
    parser.add_argument("--explain", metavar="WHAT", help="explain an error message, a log file, or standard input (-)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--python", metavar="PATH", help="another environment: its folder or its interpreter")
    parser.add_argument("--verbose", action="store_true", help="name every link and action")
    parser.add_argument("--report", action="store_true", help="with --doctor: Markdown to paste into a tracker")
    parser.add_argument(
        "--quick", action="store_true", help="with --doctor: run nothing, report what is known in a second or two"
    )
    parser.add_argument(
        "--model", metavar="MODEL", default="", help="with --doctor: transcribe with it (a folder, or a cached name)"
    )
    parser.add_argument("--audio", metavar="FILE", default="", help="with --doctor: what to transcribe")
    return parser
