"""How NVIDIA's libraries are called in the file system: stem, major version, whose they are; and names of distributions."""

from __future__ import annotations

import re

from cudnn_heal.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from cudnn_heal.catalog import Family

_LIBRARY = re.compile(r"(?P<stem>lib[\w-]+)\.so\.(?P<major>\d+)(?P<minor>(\.\d+)*)")
_DLL = re.compile(r"(?P<name>[a-zA-Z][\w-]*?)(64)?_(?P<major>\d{1,2})\d?(_\d+)?\.dll")
"""``cudnn_ops64_9.dll``, ``cublas64_12.dll``, ``cudart64_110.dll`` (of CUDA 11.0), ``nvrtc64_120_0.dll``, ``nvinfer_10.dll``"""


def belongs(family: Family, stem: str) -> bool:
    """Tell whether the library `stem` (``libcudnn_ops`` for ``libcudnn_ops.so.9``) is one of `family`."""
    return stem in family.opened or stem in family.order or (family.prefix != "" and stem.startswith(family.prefix))


def library_parts(name: str) -> tuple[str, int] | None:
    """Return stem and major version of the library file `name`; None where it has not that form.

    A DLL's stem is that of the same library on Linux: ``libcudnn_ops`` for ``cudnn_ops64_9.dll``.
    """
    match = _LIBRARY.fullmatch(name)
    if match:
        return match["stem"], int(match["major"])
    match = _DLL.fullmatch(name) if name.endswith(".dll") else None
    return ("lib" + match["name"], int(match["major"])) if match else None


def file_name(family: Family, stem: str, major: int) -> str:
    """Return how the library `stem` of `family` is called here in the version `major`."""
    return family.form.format(library=stem, name=stem[3:], major=major)


def stub_pattern(family: Family) -> re.Pattern[str]:
    """Return the pattern of the names that auditwheel gives to copies of the shim of `family`."""
    return re.compile(rf"{family.shim}-[0-9a-f]{{8}}\.so\.(?P<major>\d+)(\.\d+)*")


def normalized(name: str) -> str:
    """Return the name of a distribution as it is compared: packaging's ``canonicalize_name``, where that may be missing."""
    return re.sub(r"[-_.]+", "-", name).lower()
