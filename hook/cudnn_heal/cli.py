"""The command line: which call, and what to print.  It knows neither libraries nor links."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from cudnn_heal import __version__, reconcile, report, target

if TYPE_CHECKING:
    from collections.abc import Sequence

from cudnn_heal_start import PACKAGES


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status (0, 1 or 2, see the README)."""
    options = _parser().parse_args(arguments)
    site_packages = target.own()
    if options.restore:
        outcome = reconcile.restore(site_packages, PACKAGES[0])
    elif options.status or options.dry_run:
        outcome = reconcile.status(site_packages, PACKAGES[0])
    else:
        outcome = reconcile.heal(site_packages, PACKAGES[0])
    if options.json:
        print(json.dumps(report.as_json(outcome), indent=2))
    elif options.status:
        print(report.as_text(outcome))
    elif options.dry_run:
        print("\n".join(str(action) for action in outcome.plan.actions) or f"{outcome.plan.verdict}: nothing to do")
    else:
        print(report.as_summary(outcome, restored=options.restore))
    return report.exit_status(outcome)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cudnn-heal",
        description="Make ctranslate2 find the NVIDIA libraries of its own site-packages, by links: now, without a flag.",
    )
    parser.add_argument("--version", action="version", version=f"cudnn-heal {__version__}")
    call = parser.add_mutually_exclusive_group()
    call.add_argument("--status", action="store_true", help="tell what is installed, linked and healed; change nothing")
    call.add_argument("--dry-run", action="store_true", help="print what would be done, action by action")
    call.add_argument("--restore", action="store_true", help="take everything back and stay off")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


if __name__ == "__main__":
    sys.exit(main())
