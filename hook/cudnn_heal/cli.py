"""The command line: which call, about which environment, and what to print.  It knows neither libraries nor links."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from cudnn_heal import __version__, reconcile
from cudnn_heal.catalog import CONSUMERS
from cudnn_heal.read import target
from cudnn_heal.read.machine import process
from cudnn_heal.report import commands, schema, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cudnn_heal.model import Process, Target
    from cudnn_heal.reconcile import Outcome

INTERRUPTED = 130
"""The exit status of a program that SIGINT ended, as shells have it."""

_LEFT_OUT = next(reversed(CONSUMERS))  # any of them
_EXAMPLES = f"""\
examples:
  cudnn-heal                             heal this environment now
  cudnn-heal --status --python .venv     how another one stands

Exit status: 0 all is served, or nothing is needed; 1 something needs you; 2 a wrong call or target.
CUDNN_HEAL=off turns the start-up hook off, CUDNN_HEAL=verbose lets it speak, CUDNN_HEAL=-{_LEFT_OUT} leaves a package out.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status (0, 1 or 2, see the README)."""
    if sys.stdout is None:  # closed by the caller
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  (it is for the rest of the process)
    elif isinstance(sys.stdout, io.TextIOWrapper):
        # A path need not be text, nor fit the terminal's encoding.
        unicode = sys.stdout.encoding.lower().startswith("utf")
        sys.stdout.reconfigure(errors="surrogateescape" if unicode else "backslashreplace")
    options = _parse(sys.argv[1:] if arguments is None else arguments)
    try:
        code = _run(options, target.other(options.python) if options.python is not None else _own())
        sys.stdout.flush()
        return code
    except target.Unusable as problem:
        print(f"cudnn-heal: {problem}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # head(1), say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as problem:  # what touches the environment keeps its errors in the outcome
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(f"cudnn-heal: the output could not be written: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("cudnn-heal: interrupted; the next call takes up where this one stopped", file=sys.stderr)
        return INTERRUPTED


def _own() -> Target:
    """Return the environment of this command.

    :raises Unusable: it is a tool's own, and another one was probably meant.
    """
    here = target.here()
    meant = os.environ.get("VIRTUAL_ENV") or (".venv" if os.path.exists(".venv/pyvenv.cfg") else "")
    if meant and target.is_empty(here) and os.path.realpath(meant) != os.path.realpath(sys.prefix):
        again = commands.heal(target.other(meant))
        raise target.Unusable(f"nothing to heal in cudnn-heal's own environment ({sys.prefix}); did you mean {again}?")
    return here


def _run(options: argparse.Namespace, aim: Target) -> int:
    if options.doctor:
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
    here = process(hook=aim.hook, system=True)
    if options.explain is not None:
        if _is_mistyped_path(options.explain):
            raise target.Unusable(f"there is no file {options.explain}: name a log, or quote the message itself")
        from cudnn_heal import knowledge

        words, code = knowledge.command(options.explain, reconcile.status(aim, here), as_json=options.json)
        print(words)
        return code
    outcome = _call(options, aim, here)
    if options.json:
        print(json.dumps(schema.Status(outcome), indent=2))
    else:
        print(_words(options, outcome))
    return schema.exit_status(outcome, asked_to_act=not (options.status or options.dry_run))


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
    return reconcile.status(aim, here) if options.status else reconcile.heal(aim, here)


def _words(options: argparse.Namespace, outcome: Outcome) -> str:
    style = text.Style(sys.stdout)
    if options.dry_run:
        return text.planned(outcome, style)
    if options.status:
        return text.status(outcome, style, verbose=options.verbose)
    function = text.restored if options.restore else text.healed
    return function(outcome, style, verbose=options.verbose)


class _Parser(argparse.ArgumentParser):
    """Tells whoever types a word that there is a flag for it."""

    def error(self, message: str) -> NoReturn:
        """Say what was wrong and what to type, in one line."""
        flags = {"status", "restore", "doctor", "explain", "dry-run", "version", "help"}
        words = [word for word in sys.argv[1:] if word in flags or word == "heal"]
        if words == ["heal"]:
            message = "a heal needs no word: type cudnn-heal"
        elif words:
            message = f"{words[0]!r} is a flag here: type cudnn-heal --{words[0]}"
        self.exit(2, f"cudnn-heal: {message} (cudnn-heal -h tells more)\n")


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
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Make speech packages find the NVIDIA libraries of their own environment; without a flag: now.",
        epilog=_EXAMPLES,
    )
    parser.add_argument("--version", action="version", version=f"cudnn-heal {__version__}")
    parser.add_argument("--status", action="store_true", help="tell what is installed and how it is served; change nothing")
    parser.add_argument("--dry-run", action="store_true", help="print what a heal, or --restore, would do, action by action")
    parser.add_argument("--restore", action="store_true", help="take everything back and stay off")
    parser.add_argument("--doctor", action="store_true", help="check the whole speech stack, library by library")
    parser.add_argument("--explain", metavar="WHAT", help="explain an error message, a log file, or standard input (-)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--python", metavar="PATH", help="another environment: its folder or its interpreter")
    parser.add_argument("--verbose", action="store_true", help="name every link and action")
    parser.add_argument("--report", action="store_true", help="with --doctor: Markdown to paste into a tracker")
    parser.add_argument(
        "--quick", action="store_true", help="with --doctor: run nothing, tell what is known in a second or two"
    )
    parser.add_argument(
        "--model", metavar="MODEL", default="", help="with --doctor: transcribe with it (a folder, or a cached name)"
    )
    parser.add_argument("--audio", metavar="FILE", default="", help="with --doctor: what to transcribe")
    return parser
