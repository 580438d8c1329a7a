"""How the doctor starts, watches and ends a child process here.  `linux_child` and `windows_child` have the same names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cudnn_heal_start import WINDOWS

if TYPE_CHECKING or not WINDOWS:
    from cudnn_heal.systems import linux_child as here
else:
    from cudnn_heal.systems import windows_child as here

Channel = here.Channel

__all__ = ["Channel", "here"]
