"""Keeps ctranslate2's links to the NVIDIA libraries of its own site-packages.

Everything that start-up needs is in the module ``cudnn_heal_start``; importing this package does nothing.
"""

from __future__ import annotations

import sys
from typing import Any

from cudnn_heal_start import PACKAGES
from cudnn_heal_start import VERSION as __version__

__all__ = ["__version__", "heal", "status"]


def heal() -> dict[str, Any]:
    """Heal the environment of this interpreter now, for notebooks, where no interpreter restarts.

    :return: what ``cudnn-heal --json`` prints.  ``restart_needed`` is true where ctranslate2 was imported before, and has
        opened its libraries as they were.
    """
    from cudnn_heal import reconcile, report, target

    outcome = reconcile.heal(target.own(PACKAGES[0]).site_packages, PACKAGES[0])
    return {**report.as_json(outcome), "restart_needed": bool(outcome.done) and PACKAGES[0] in sys.modules}


def status() -> dict[str, Any]:
    """Tell how the environment of this interpreter stands; change nothing.

    :return: what ``cudnn-heal --status --json`` prints.
    """
    from cudnn_heal import reconcile, report, target

    return report.as_json(reconcile.status(target.own(PACKAGES[0]).site_packages, PACKAGES[0]))
