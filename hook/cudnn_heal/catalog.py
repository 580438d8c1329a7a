"""What opens which NVIDIA library, and which wheel provides it: data, no behaviour.

Library names are given without their version (``libcudnn`` for ``libcudnn.so.9``): which major version is needed is read
from the installed files.  A new library is a new `Part`; a second package that opens libraries by name is a new
`Package`, and its name in ``cudnn_heal_start.PACKAGES``.
"""

from __future__ import annotations

from typing import NamedTuple


class Part(NamedTuple):
    """Libraries that belong together: they come from one wheel and one folder of it."""

    name: str
    """Its name in reports."""
    title: str
    """Its name in sentences."""
    folders: tuple[str, ...]
    """Where wheels put it, relative to site-packages; the first one that has the needed major version serves."""
    libraries: tuple[str, ...]
    """What the package opens by name."""
    sub_libraries: str
    """What the names of the sub-libraries begin with, which the shim opens in turn; "" where there are none."""
    loading: tuple[str, ...]
    """What to load in-process, in this order, so that each finds what it needs loaded already; absent ones are skipped."""
    on_gpu: tuple[str, ...]
    """What the names of the sub-libraries begin with that are opened only once a GPU computes."""
    wheels: dict[str, tuple[int, ...]]
    """The distributions that provide it, with the major versions that each has had; the preferred one first."""
    optional: bool
    """True where its absence is no fault."""


class Package(NamedTuple):
    """A package that opens NVIDIA's libraries by name, in the folder ``<name>.libs`` that auditwheel made for it."""

    name: str
    """Import name, and name of the distribution."""
    binary: str
    """What the name of the library begins with that opens the others; it lies in ``<name>.libs``."""
    opens: tuple[str, ...]
    """Parts whose library names stand in the binary's bytes."""
    stubs: tuple[str, ...]
    """Parts of which the wheel carries a copy of the shim, cut off from its sub-libraries: the *stub*."""
    without_stub: str
    """The first version that carries no stub any more."""
    by_major: dict[str, dict[int, str]]
    """For each part, the versions of the package that open a major version, as a requirement's specifier."""


# The order of loading was measured with cuDNN 9.1 to 9.28 and 8.9: a sub-library names the ones before it as NEEDED.
PARTS = {
    "cudnn": Part(
        name="cudnn",
        title="cuDNN",
        folders=("nvidia/cudnn/lib",),
        libraries=("libcudnn",),
        sub_libraries="libcudnn_",
        loading=(
            "libcudnn_graph",
            "libcudnn_ops",
            "libcudnn_ops_infer",
            "libcudnn_cnn",
            "libcudnn_cnn_infer",
            "libcudnn",
        ),
        on_gpu=("libcudnn_heuristic", "libcudnn_engines"),
        wheels={"nvidia-cudnn-cu12": (8, 9), "nvidia-cudnn-cu13": (9,), "nvidia-cudnn-cu11": (8, 9)},
        optional=False,
    ),
    "cublas": Part(
        name="cublas",
        title="cuBLAS",
        folders=("nvidia/cublas/lib", "nvidia/cu13/lib"),
        libraries=("libcublasLt", "libcublas"),
        sub_libraries="",
        loading=("libcublasLt", "libcublas"),
        on_gpu=(),
        wheels={"nvidia-cublas-cu12": (12,), "nvidia-cublas-cu11": (11,), "nvidia-cublas": (13,)},
        optional=False,
    ),
    "nccl": Part(
        name="nccl",
        title="NCCL",
        folders=("nvidia/nccl/lib",),
        libraries=("libnccl",),
        sub_libraries="",
        loading=("libnccl",),
        on_gpu=(),
        wheels={"nvidia-nccl-cu12": (2,), "nvidia-nccl-cu13": (2,), "nvidia-nccl-cu11": (2,)},
        optional=True,
    ),
}

PACKAGES = {
    "ctranslate2": Package(
        name="ctranslate2",
        binary="libctranslate2",
        opens=("cublas", "nccl"),
        stubs=("cudnn",),
        without_stub="4.6.3",
        by_major={
            "cudnn": {8: "<4.5", 9: ">=4.5"},
            "cublas": {11: "<4", 12: ">=4"},
        },
    ),
}
