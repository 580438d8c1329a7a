"""How NVIDIA's libraries are called in the file system: stem, major version, whose they are; and names of distributions."""

from __future__ import annotations

from cudnn_heal.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from cudnn_heal.catalog import Family

_DLL = r"(?P<name>[a-zA-Z][\w-]*?)(64)?_(?P<major>\d{1,2})\d?(_\d+)?\.dll"
"""``cudnn_ops64_9.dll``, ``cublas64_12.dll``, ``cudart64_110.dll`` (of CUDA 11.0), ``nvrtc64_120_0.dll``, ``nvinfer_10.dll``"""


def belongs(family: Family, stem: str) -> bool:
    """Tell whether the library `stem` (``libcudnn_ops`` for ``libcudnn_ops.so.9``) is one of `family`."""
    return stem in family.opened or stem in family.order or (family.prefix != "" and stem.startswith(family.prefix))


def library_parts(name: str) -> tuple[str, int] | None:
    """Return stem and major version of the library file `name`; None where it has not that form.

    A DLL's stem is that of the same library on Linux: ``libcudnn_ops`` for ``cudnn_ops64_9.dll``.
    """
    stem, _, version = name.partition(".so.")
    if is_version(version) and stem.startswith("lib") and stem != "lib" and stem.replace("-", "_").isidentifier():
        return stem, int(version.partition(".")[0])
    if not name.endswith(".dll"):
        return None
    import re  # 25 M instructions, where a whole start has 65 M

    match = re.fullmatch(_DLL, name)
    return ("lib" + match["name"], int(match["major"])) if match else None


def is_version(text: str) -> bool:
    """Tell whether `text` is of numbers with dots between, such as ``9`` and ``9.10.2``."""
    return all(part.isdecimal() for part in text.split("."))


def fits(name: str, pattern: str) -> bool:
    """Tell whether `name` is as `pattern`, in which ``*`` stands for anything, at one or two places."""
    first, *middle, last = pattern.split("*") if "*" in pattern else (pattern, "")
    if "*" not in pattern:
        return name == pattern
    inner = name[len(first) : len(name) - len(last)]
    ends = len(name) >= len(first) + len(last) and name.startswith(first) and name.endswith(last)
    return ends and all(part in inner for part in middle)


def file_name(family: Family, stem: str, major: int) -> str:
    """Return how the library `stem` of `family` is called here in the version `major`."""
    return family.form.format(library=stem, name=stem[3:], major=major)


def stub_major(family: Family, name: str) -> int | None:
    """Return the major version of a copy of the shim of `family` called `name` as auditwheel does; None for other names."""
    before, mark = f"{family.shim}-", name[len(family.shim) + 1 :][:8]
    version = name[len(before) + 12 :]
    named = name == f"{before}{mark}.so.{version}" and len(mark) == 8 and set(mark) <= set("0123456789abcdef")
    return int(version.partition(".")[0]) if named and family.shim and is_version(version) else None


def normalized(name: str) -> str:
    """Return the name of a distribution as it is compared: packaging's ``canonicalize_name``, where that may be missing."""
    name = name.replace("_", "-").replace(".", "-").lower()
    while "--" in name:
        name = name.replace("--", "-")
    return name
