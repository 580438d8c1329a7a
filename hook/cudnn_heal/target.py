"""Which site-packages a call is about."""

from __future__ import annotations

import os
import sys
import sysconfig

import cudnn_heal_start


def own() -> str:
    """Return the site-packages of this interpreter, in which cudnn-heal is installed.

    ``sys.prefix`` does not tell (under ``uv run --with`` it is a throwaway overlay), this file does; in an editable
    install it lies in the repository, and sysconfig tells.
    """
    here = os.path.dirname(os.path.abspath(cudnn_heal_start.__file__))
    if here in sys.path and os.path.basename(here) != "hook":
        return here
    return sysconfig.get_path("platlib")
