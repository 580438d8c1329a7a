"""What opens which NVIDIA library, and which wheel provides it: data, no behaviour, and the only place that knows names.

Library names are given without their version (``libcudnn`` for ``libcudnn.so.9``, and for ``cudnn64_9.dll`` too): which major
version is needed is read from the installed files.  A new library is a row of `FAMILIES`; a package that opens libraries is a
row of `CONSUMERS`, one of ``cudnn_heal_start.WATCHED`` (``name: "way beginnings"``) and, with links, its folder in ``FOLDERS``.
`on_windows` has what differs there; what has no form there is not served there.
"""

from __future__ import annotations

from cudnn_heal.tuples import Literal, NamedTuple
from cudnn_heal_start import WINDOWS

Way = Literal["links", "gpu", "shadowed"]
"""How a consumer can be served: by links in a folder of its own; in-process, where there is a GPU; in-process, where
``LD_LIBRARY_PATH`` leads to another copy than the package would find by itself."""


class Wheel(NamedTuple):
    """A distribution that provides a family."""

    name: str
    cuda: int
    """The major version of CUDA that it is made for."""
    majors: tuple[int, ...]
    """The major versions of the family that it has had."""
    folder: str
    """Where it lays them, relative to site-packages: of two wheels with the same folder one overwrites the other."""
    windows: str = ""
    """The same on Windows; "" where there is no wheel for it."""
    incomplete: tuple[tuple[str, str, str], ...] = ()
    """Releases without a library that another of theirs opens: version, the library's stem, the specifier of whole ones."""

    def whole(self, version: str) -> str:
        """Return which releases are whole where `version` is known not to be, "" otherwise."""
        return next((whole for known, _, whole in self.incomplete if known == version), "")


class Family(NamedTuple):
    """Libraries that belong together: they come from one wheel and one folder of it."""

    name: str
    """Its name in reports."""
    title: str
    """Its name in sentences."""
    opened: tuple[str, ...]
    """What consumers ask for, all of which a provider must have; the first one stands for the family."""
    prefix: str
    """File-name prefix of the sub-libraries, which the others open by name; "" where there are none."""
    order: tuple[str, ...]
    """What to load in-process first, so that each finds what it needs loaded already; absent ones are skipped."""
    on_gpu: tuple[str, ...]
    """File-name prefixes of sub-libraries that are opened only once a GPU computes."""
    wheels: tuple[Wheel, ...]
    """The preferred one first."""
    dll: str = "{name}64_{major}.dll"
    """How its files are called on Windows; ``{name}`` is the library's without ``lib``."""
    form: str = "{library}.so.{major}"
    """How its files are called on this system."""
    bundle: tuple[str, ...] = ()
    """A distribution that brings a copy of its own, and the folder: the whole process is to use that one; () without one."""

    @property
    def folders(self) -> tuple[str, ...]:
        """Where wheels put it, relative to site-packages; the first one that has the needed major version serves."""
        return tuple(dict.fromkeys((*self.bundle[1:], *(wheel.folder for wheel in self.wheels))))

    def owners(self, folder: str) -> tuple[str, ...]:
        """Return the distributions that lay it into `folder`."""
        wheels = tuple(wheel.name for wheel in self.wheels if wheel.folder == folder)
        return (*self.bundle[:1], *wheels) if folder in self.bundle else wheels

    @property
    def shim(self) -> str:
        """The library that opens the sub-libraries; "" where there are none."""
        return self.opened[0] if self.prefix else ""


class Consumer(NamedTuple):
    """A package that opens NVIDIA's libraries."""

    name: str
    """Import name."""
    distributions: tuple[str, ...]
    """Who installs it, the usual one first; ``*`` stands for anything (forks)."""
    binaries: tuple[str, ...]
    """The files whose NEEDED entries and bytes tell what is opened, relative to site-packages; ``*`` stands for anything."""
    library: str
    """File-name prefix of the library that the first binary names in NEEDED and that opens the others in its stead; ""
    where the binaries do so themselves.  What links serve needs it: it lies in `folder`, and nothing else leads there."""
    families: tuple[str, ...]
    """What it may open, in the order of loading."""
    optional: tuple[str, ...]
    """Families whose absence is no fault."""
    by_cuda: tuple[str, ...]
    """Families that its first binary opens by name where it has none of them in NEEDED, in the version that goes with CUDA's
    there: to read them off would take a scan of 284 MB, in which compilers have put the names as immediates."""
    way: Way
    folder: str
    """The official wheel's folder for libraries, where links may be made; "" without one."""
    stub: str
    """The family of whose shim some wheels carry a copy, cut off from its sub-libraries: the *stub*; "" without one."""
    without_stub: str
    """The first version that carries no stub any more."""
    by_major: dict[str, dict[int, str]]
    """For each family, the versions of the package that open a major version, as a requirement's specifier."""
    beside: str = ""
    """A shim of its own that it loads, and may never call, cut off from its sub-libraries (``*`` stands for anything): whoever
    calls one later would meet that, so a wheel's is loaded first where there is one."""


# Measured: no copy of what its libcudnn_graph opens is in the wheel; 9.21 and later are whole.
_INCOMPLETE_CUDNN = (("9.20.0.48", "libcudnn_engines_tensor_ir", ">=9.21,<10"),)

# The order of loading was measured with cuDNN 9.1 to 9.28 and 8.9: a sub-library names the ones before it as NEEDED.
FAMILIES = {
    family.name: family
    for family in (
        Family(
            name="cudart",
            title="CUDA runtime",
            opened=("libcudart",),
            prefix="",
            order=(),
            on_gpu=(),
            wheels=(
                Wheel("nvidia-cuda-runtime-cu12", 12, (12,), "nvidia/cuda_runtime/lib", "nvidia/cuda_runtime/bin"),
                Wheel("nvidia-cuda-runtime", 13, (13,), "nvidia/cu13/lib", "nvidia/cu13/bin/x86_64"),
            ),
        ),
        Family(
            name="nvrtc",
            title="NVRTC",
            opened=("libnvrtc",),
            prefix="libnvrtc-",
            order=("libnvrtc",),
            on_gpu=(),
            wheels=(
                Wheel("nvidia-cuda-nvrtc-cu12", 12, (12,), "nvidia/cuda_nvrtc/lib", "nvidia/cuda_nvrtc/bin"),
                Wheel("nvidia-cuda-nvrtc", 13, (13,), "nvidia/cu13/lib", "nvidia/cu13/bin/x86_64"),
            ),
            dll="{name}64_{major}0_0.dll",
        ),
        Family(
            name="cublas",
            title="cuBLAS",
            opened=("libcublas", "libcublasLt"),
            prefix="",
            order=("libcublasLt", "libcublas"),
            on_gpu=(),
            wheels=(
                Wheel("nvidia-cublas-cu12", 12, (12,), "nvidia/cublas/lib", "nvidia/cublas/bin"),
                Wheel("nvidia-cublas-cu11", 11, (11,), "nvidia/cublas/lib", "nvidia/cublas/bin"),
                Wheel("nvidia-cublas", 13, (13,), "nvidia/cu13/lib", "nvidia/cu13/bin/x86_64"),
            ),
        ),
        Family(
            name="cufft",
            title="cuFFT",
            opened=("libcufft",),
            prefix="",
            order=(),
            on_gpu=(),
            wheels=(
                Wheel("nvidia-cufft-cu12", 12, (11,), "nvidia/cufft/lib", "nvidia/cufft/bin"),
                Wheel("nvidia-cufft", 13, (12,), "nvidia/cu13/lib", "nvidia/cu13/bin/x86_64"),
            ),
        ),
        Family(
            name="curand",
            title="cuRAND",
            opened=("libcurand",),
            prefix="",
            order=(),
            on_gpu=(),
            wheels=(
                Wheel("nvidia-curand-cu12", 12, (10,), "nvidia/curand/lib", "nvidia/curand/bin"),
                Wheel("nvidia-curand", 13, (10,), "nvidia/cu13/lib", "nvidia/cu13/bin/x86_64"),
            ),
        ),
        Family(
            name="cudnn",
            title="cuDNN",
            opened=("libcudnn",),
            prefix="libcudnn_",
            order=(
                "libcudnn_graph",
                "libcudnn_ops",
                "libcudnn_ops_infer",
                "libcudnn_cnn",
                "libcudnn_cnn_infer",
                "libcudnn",
            ),
            on_gpu=("libcudnn_heuristic", "libcudnn_engines"),
            wheels=(
                Wheel("nvidia-cudnn-cu12", 12, (8, 9), "nvidia/cudnn/lib", "nvidia/cudnn/bin", _INCOMPLETE_CUDNN),
                Wheel("nvidia-cudnn-cu13", 13, (9,), "nvidia/cudnn/lib", "nvidia/cudnn/bin", _INCOMPLETE_CUDNN),
                Wheel("nvidia-cudnn-cu11", 11, (8, 9), "nvidia/cudnn/lib", "nvidia/cudnn/bin"),
            ),
        ),
        Family(
            name="nccl",
            title="NCCL",
            opened=("libnccl",),
            prefix="",
            order=(),
            on_gpu=(),
            wheels=(
                Wheel("nvidia-nccl-cu12", 12, (2,), "nvidia/nccl/lib"),
                Wheel("nvidia-nccl-cu13", 13, (2,), "nvidia/nccl/lib"),
                Wheel("nvidia-nccl-cu11", 11, (2,), "nvidia/nccl/lib"),
            ),
        ),
        Family(
            name="tensorrt",
            title="TensorRT",
            opened=("libnvinfer", "libnvonnxparser"),
            prefix="",
            order=("libnvinfer", "libnvinfer_plugin", "libnvonnxparser"),
            on_gpu=(),
            wheels=(
                Wheel("tensorrt-cu12-libs", 12, (10,), "tensorrt_libs", "tensorrt_libs"),
                Wheel("tensorrt-cu13-libs", 13, (10,), "tensorrt_libs", "tensorrt_libs"),
            ),
            dll="{name}_{major}.dll",
        ),
    )
}

CUDA = ("cudart", "cublas")
"""The families whose major version is that of CUDA."""

DRIVER = "libcuda.so.1"
"""The driver's own library, which no wheel has."""


def _further(
    name: str, title: str, *opened: str, wheels: tuple[tuple[str, int, int, str], ...], before: tuple[int, ...] = ()
) -> Family:
    """Return a family that no consumer opens by itself; of a wheel: name, CUDA's major version, its own, folder.

    :param before: major versions that earlier releases of all its wheels had, in the same folder.
    """
    made = tuple(Wheel(wheel, cuda, (*before, major), f"nvidia/{folder}/lib") for wheel, cuda, major, folder in wheels)
    return Family(name=name, title=title, opened=opened, prefix="", order=(), on_gpu=(), wheels=made)


FURTHER = (
    _further(
        *("cusparse", "cuSPARSE", "libcusparse"),
        wheels=(("nvidia-cusparse-cu12", 12, 12, "cusparse"), ("nvidia-cusparse", 13, 12, "cu13")),
    ),
    _further(
        *("cusolver", "cuSOLVER", "libcusolver", "libcusolverMg"),
        wheels=(("nvidia-cusolver-cu12", 12, 11, "cusolver"), ("nvidia-cusolver", 13, 12, "cu13")),
    ),
    _further(
        *("nvjitlink", "nvJitLink", "libnvJitLink"),
        wheels=(("nvidia-nvjitlink-cu12", 12, 12, "nvjitlink"), ("nvidia-nvjitlink", 13, 13, "cu13")),
    ),
    _further(
        *("cupti", "CUPTI", "libcupti"),
        wheels=(("nvidia-cuda-cupti-cu12", 12, 12, "cuda_cupti"), ("nvidia-cuda-cupti", 13, 13, "cu13")),
    ),
    _further(
        *("cusparselt", "cuSPARSELt", "libcusparseLt"),
        wheels=(("nvidia-cusparselt-cu12", 12, 0, "cusparselt"), ("nvidia-cusparselt-cu13", 13, 0, "cusparselt")),
    ),
    _further(
        *("cudss", "cuDSS", "libcudss"),
        wheels=(("nvidia-cudss-cu12", 12, 1, "cu12"), ("nvidia-cudss-cu13", 13, 1, "cu13")),
        before=(0,),
    ),
    _further(
        *("cufile", "cuFile", "libcufile"),
        wheels=(("nvidia-cufile-cu12", 12, 0, "cufile"), ("nvidia-cufile", 13, 0, "cu13")),
    ),
    _further("nvtx", "NVTX", "libnvToolsExt", wheels=(("nvidia-nvtx-cu12", 12, 1, "nvtx"),)),
    _further(
        *("nvshmem", "NVSHMEM", "libnvshmem_host"),
        wheels=(("nvidia-nvshmem-cu12", 12, 3, "nvshmem"), ("nvidia-nvshmem-cu13", 13, 3, "nvshmem")),
    ),
    _further(
        *("npp", "NPP", "libnppc", "libnppial", "libnppicc", "libnppidei", "libnppif", "libnppig", "libnppim", "libnppist"),
        *("libnppisu", "libnppitc", "libnpps"),
        wheels=(("nvidia-npp-cu12", 12, 12, "npp"), ("nvidia-npp", 13, 13, "cu13")),
    ),
)
"""What other packages open: named when it is missing, never served."""

CONSUMERS = {
    consumer.name: consumer
    for consumer in (
        Consumer(
            name="ctranslate2",
            distributions=("ctranslate2", "*ctranslate2*"),
            binaries=("ctranslate2/_ext*.so",),
            library="libctranslate2",
            families=("cudnn", "cublas", "nccl"),
            optional=("nccl",),
            by_cuda=(),
            way="links",
            folder="ctranslate2.libs",
            stub="cudnn",
            without_stub="4.6.3",
            by_major={"cudnn": {8: "<4.5", 9: ">=4.5"}, "cublas": {11: "<4", 12: ">=4"}},
        ),
        Consumer(
            name="onnxruntime",
            distributions=("onnxruntime-gpu", "onnxruntime"),
            binaries=(
                "onnxruntime/capi/libonnxruntime_providers_cuda.so",
                "onnxruntime/capi/libonnxruntime_providers_tensorrt.so",
            ),
            library="",
            families=("cudart", "nvrtc", "cublas", "cufft", "curand", "cudnn", "tensorrt"),
            optional=("tensorrt",),
            by_cuda=("nvrtc", "cufft", "cudnn"),  # measured: 1.28 to 1.31
            way="gpu",
            folder="",
            stub="",
            without_stub="",
            # 1.27.0 is left out: its own [cuda] extra can't be resolved (measured).
            by_major={"cublas": {12: ">=1.20,<1.27", 13: ">=1.28"}},
        ),
        Consumer(
            name="torch",
            distributions=("torch",),
            binaries=("torch/lib/libtorch_cuda.so",),
            library="",
            families=("cudnn",),
            optional=(),
            by_cuda=(),
            way="shadowed",
            folder="",
            stub="",
            without_stub="",
            by_major={},
        ),
    )
}


def on_windows() -> tuple[dict[str, Family], dict[str, Consumer]]:
    """Return both tables as they are on Windows: DLLs, and no folder in which links could be made.

    Measured with ctranslate2 4.6.1 and 4.8.5, onnxruntime-gpu 1.31.1 and the loader of wine 10.
    """
    families = {}
    for name, family in FAMILIES.items():
        wheels = tuple(wheel._replace(folder=wheel.windows) for wheel in family.wheels if wheel.windows)
        families[name] = family._replace(wheels=wheels, form=family.dll, bundle=("torch", "torch/lib"))
    consumers = {  # what has no form below opens nothing there
        name: one._replace(binaries=(), way="gpu", folder="", stub="", without_stub="") for name, one in CONSUMERS.items()
    }
    ctranslate2, onnxruntime, torch = (CONSUMERS[name] for name in ("ctranslate2", "onnxruntime", "torch"))
    consumers.update(
        ctranslate2=ctranslate2._replace(
            binaries=("ctranslate2/ctranslate2.dll",),
            library="",
            families=("cudnn", "cublas"),
            optional=(),
            way="gpu",
            folder="",
            stub="",
            without_stub="",
            beside="ctranslate2/cudnn64_*.dll",
        ),
        onnxruntime=onnxruntime._replace(
            binaries=(
                "onnxruntime/capi/onnxruntime_providers_cuda.dll",
                "onnxruntime/capi/onnxruntime_providers_tensorrt.dll",
            ),
            by_cuda=(),
        ),
        torch=torch._replace(binaries=("torch/lib/torch_cuda.dll",)),
    )
    return families, consumers


if WINDOWS:
    FAMILIES, CONSUMERS = on_windows()
