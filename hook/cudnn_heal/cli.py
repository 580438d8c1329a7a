"""The command line: which call, and what to print.  It knows neither libraries nor links."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from typing import TYPE_CHECKING

from cudnn_heal import __version__, reconcile, report, target
from cudnn_heal_start import PACKAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cudnn_heal.target import Target


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status (0, 1 or 2, see the README)."""
    if sys.stdout is None:  # closed by the caller
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  (it is for the rest of the process)
    elif isinstance(sys.stdout, io.TextIOWrapper):
        # A path need not be text, nor fit the terminal's encoding.
        unicode = sys.stdout.encoding.lower().startswith("utf")
        sys.stdout.reconfigure(errors="surrogateescape" if unicode else "backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        aim = target.other(options.python, PACKAGES[0]) if options.python is not None else target.own(PACKAGES[0])
        code = _run(options, aim)
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
        return 130


def _run(options: argparse.Namespace, aim: Target) -> int:
    if options.doctor:
        from cudnn_heal import doctor

        return doctor.run(aim.site_packages, aim.python, as_json=options.json, out=sys.stdout, own=aim.own)
    if options.restore:
        outcome = reconcile.restore(aim.site_packages, PACKAGES[0])
    elif options.status or options.dry_run:
        outcome = reconcile.status(aim.site_packages, PACKAGES[0])
    else:
        outcome = reconcile.heal(aim.site_packages, PACKAGES[0])
    if options.json:
        print(json.dumps(report.as_json(outcome), indent=2))
    elif options.status:
        print(report.as_text(outcome))
    elif options.dry_run:
        print(report.as_plan(outcome))
    else:
        print(report.as_summary(outcome, restored=options.restore, repeated=aim.own))
    return report.exit_status(outcome, asked_to_act=not (options.status or options.dry_run))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cudnn-heal",
        allow_abbrev=False,
        description="Make ctranslate2 find the NVIDIA libraries of its own site-packages, by links: now, without a flag.",
        epilog="Exit status: 0 all is served, or nothing is needed; 1 something needs you; 2 a wrong call or target. "
        "CUDNN_HEAL=off turns the start-up hook off for a process, CUDNN_HEAL=verbose lets it speak on stderr.",
    )
    parser.add_argument("--version", action="version", version=f"cudnn-heal {__version__}")
    call = parser.add_mutually_exclusive_group()
    call.add_argument("--status", action="store_true", help="tell what is installed, linked and healed; change nothing")
    call.add_argument("--dry-run", action="store_true", help="print what would be done, action by action")
    call.add_argument("--restore", action="store_true", help="take everything back and stay off")
    call.add_argument("--doctor", action="store_true", help="check the whole speech stack, library by library")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--python", metavar="PATH", help="another environment: its interpreter or its folder")
    return parser
