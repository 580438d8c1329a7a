"""What differs between operating systems.  Which one this is, is asked here, once; ``here`` has this system's answers.

`linux` and `windows` have the same names.  The start-up file, which can't wait for an import, asks for itself.
"""

from __future__ import annotations

import sys

from cudnn_heal.tuples import TYPE_CHECKING
from cudnn_heal_start import WINDOWS

SUPPORTED = WINDOWS or sys.platform == "linux"
"""Whether NVIDIA's libraries are found in another way here than the packages look for them."""

if TYPE_CHECKING or not WINDOWS:
    from cudnn_heal.systems import linux as here
else:
    from cudnn_heal.systems import windows as here

__all__ = ["SUPPORTED", "here"]
