"""The CPythons that a test goes through."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from support.environments import pythons

PYTHONS = [
    pytest.param(
        python,
        id=f"{Path(python).parent.parent.name}-{Path(python).name}",
        marks=() if python == sys.executable else pytest.mark.wide,
    )
    for python in pythons()
]
"""Every minor version at hand: this one in the default circle, the others in the wide one."""
