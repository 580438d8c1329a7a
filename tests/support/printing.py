"""What is printed of rows, as text, and what looks like a terminal."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from cudnn_heal.report.paper import Paper

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cudnn_heal.report.paper import Row


class Terminal(io.StringIO):
    """What looks like a terminal."""

    def isatty(self) -> bool:
        """Say yes."""
        return True


def printed(rows: Iterable[Row], width: int = 0) -> str:
    """Return what is printed of `rows` in a pipe, wrapped to `width` columns if any."""
    out = io.StringIO()
    Paper(out, width).print(*rows)
    return out.getvalue()
