"""How NVIDIA's libraries are called in the file system: stem, major version, whose they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cudnn_heal.catalog import Family

_LIBRARY = re.compile(r"(?P<stem>lib[\w-]+)\.so\.(?P<major>\d+)(?P<minor>(\.\d+)*)")


def belongs(family: Family, stem: str) -> bool:
    """Tell whether the library `stem` (``libcudnn_ops`` for ``libcudnn_ops.so.9``) is one of `family`."""
    return stem in family.opened or stem in family.order or (family.prefix != "" and stem.startswith(family.prefix))


def library_parts(name: str) -> tuple[str, int] | None:
    """Return stem and major version of the library file `name`; None where it has not that form."""
    match = _LIBRARY.fullmatch(name)
    return (match["stem"], int(match["major"])) if match else None


def stub_pattern(family: Family) -> re.Pattern[str]:
    """Return the pattern of the names that auditwheel gives to copies of the shim of `family`."""
    return re.compile(rf"{family.shim}-[0-9a-f]{{8}}\.so\.(?P<major>\d+)(\.\d+)*")
