"""Made-up wheels of the same shape as the real ones, and the ways in which installers lay them down: in milliseconds.

Their ELF files have the NEEDED, SONAME and RPATH entries of the real ones (read from those with ``readelf -d``), and the
dynamic loader takes them: ``import ctranslate2`` loads the made-up extension module, and fails where a real one would.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
import re
import shutil
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from cudnn_heal import reconcile
from cudnn_heal.catalog import CONSUMERS
from cudnn_heal.decide.plan import Mode, Plan, plan
from cudnn_heal.memory.stamp import Fingerprint
from cudnn_heal.model import Observation, Process, Target
from cudnn_heal.read.observe import observe
from cudnn_heal.read.target import VERSION
from support.elf_files import shared_object

SHIM = "../nvidia/cudnn/lib/libcudnn.so.9"
STUB = "libcudnn-74a4c495.so.9.1.0"
STUB_8 = "libcudnn-463fd6d5.so.8.9.7"
SUB_LIBRARIES = ("adv", "cnn", "graph", "heuristic", "ops")
SUB_LIBRARIES_8 = ("adv_infer", "cnn_infer", "ops_infer")
GOMP = "libgomp-a34b3233.so.1.0.0"
EXTENSION = f"_ext.cpython-{sys.version_info[0]}{sys.version_info[1]}-x86_64-linux-gnu.so"

QUIET = Process(False, (), (), (), True, False, frozenset(), frozenset(), ())
"""A process with the hook at work, no GPU, and nothing of NVIDIA's in it."""

Way = Literal["copy", "hardlink", "symlink", "pip", "ignore-installed", "installer"]
"""uv's link modes; pip; pip with ``--ignore-installed``; PyPA's installer with ``overwrite_existing``.  The last two leave
the dist-info of another version where it is, and PyPA's installer writes into what is there, also through links."""
WAYS: tuple[Way, ...] = ("copy", "hardlink", "symlink", "pip", "ignore-installed", "installer")

RecordForm = Literal["whole", "missing", "cut", "no stub", "hashless", "empty hashes"]
"""What can be wrong with a RECORD: not there; its first three lines; all but the stub's; none of the hashes (as some
distributions write it, and as PDM with its cache on)."""
RECORD_FORMS: tuple[RecordForm, ...] = ("whole", "missing", "cut", "no stub", "hashless", "empty hashes")

_SAME_STUB = {"4.6.2": "4.6.1", "4.0.0": "4.4.0"}
"""Versions that carry the stub of another, byte by byte."""
_OPENED = {"9": b"libcudnn_ops.so\0libcudnn_graph.so\0", "8": b"libcudnn_ops_infer.so.8\0"}
"""What a shim opens by name, by its major version."""
_NEEDED_OF_SUB_LIBRARIES = {
    "ops": ("graph",),
    "cnn": ("ops", "graph"),
    "adv": ("ops", "graph"),
    "heuristic": ("graph",),
    "cnn_infer": ("ops_infer",),
    "adv_infer": ("ops_infer",),
}
_IMPORTED = """\
import ctypes
import glob
import os

(extension,) = glob.glob(os.path.join(os.path.dirname(__file__), "_ext*.so"))
ctypes.CDLL(extension)
"""


class Wheel(NamedTuple):
    """What an installer lays down, dist-info aside."""

    distribution: str
    version: str
    files: dict[str, bytes]

    @property
    def info(self) -> str:
        """The name of its dist-info folder."""
        return f"{self.distribution.replace('-', '_')}-{self.version}.dist-info"


def content(*words: str) -> bytes:
    """Return bytes that tell what they are, and that no loader takes."""
    return b"\x7fELF " + " ".join(words).encode()


def library(*words: str, rodata: bytes = b"", **dynamic: object) -> bytes:
    """Return a shared object that tells what it is; as with real ones, no two of different words have the same size."""
    label = " ".join(words).encode()
    filler = bytes(16 * (zlib.crc32(label) % 1021))
    return shared_object(rodata=b"\0" + label + b"\0" + rodata + filler, **dynamic)  # type: ignore[arg-type]


def label(data: bytes) -> str:
    """Return the words with which `library` made `data`, "" for other bytes."""
    match = re.search(rb"\0((?:stub|libcu|libnccl)[\w.-]* [ \w.-]+)\0", data)
    return match[1].decode() if match else ""


def stub_file(version: str = "4.6.1", name: str = STUB) -> bytes:
    """Return the bytes of the stub that a version of ctranslate2 carries: a shim under another SONAME."""
    return library(
        "stub of",
        _SAME_STUB.get(version, version),
        rodata=_OPENED["9" if ".so.9" in name else "8"],
        soname=name,
        rpath="$ORIGIN" if version >= "4.6" else "ctranslate2.libs",
    )


def ctranslate2_wheel(
    version: str = "4.6.1",
    stub: str = STUB,
    opens: str = "12",
    distribution: str = "ctranslate2",
    libs: str = "ctranslate2.libs",
) -> Wheel:
    """Return a wheel of ctranslate2, or of a fork."""
    binary = f"libctranslate2-{zlib.crc32((distribution + version).encode()):08x}.so.{version}"
    names = f"libcublas.so.{opens}\0libnccl.so.2\0libcuda.so.1\0libctranslate2.so.4\0" if opens else ""
    files = {
        "ctranslate2/__init__.py": _IMPORTED.encode(),
        f"ctranslate2/{EXTENSION}": library("extension", version, needed=[binary, "libc.so.6"], rpath=f"$ORIGIN/../{libs}"),
        "ctranslate2/version.py": f'__version__ = "{version}"\n'.encode(),
        f"{libs}/{GOMP}": library("gomp", soname=GOMP),
        f"{libs}/{binary}": library(
            "binary", version, rodata=names.encode(), soname=binary, needed=[GOMP, *([stub] if stub else []), "libc.so.6"]
        ),
    }
    if stub:
        files[f"{libs}/{stub}"] = stub_file(version, stub)
    return Wheel(distribution, version, files)


def cudnn_wheel(version: str = "9.10.2.21", distribution: str = "nvidia-cudnn-cu12") -> Wheel:
    """Return a wheel of cuDNN: the shim, and the sub-libraries that it opens."""
    major = version.partition(".")[0]
    files = {}
    for name in ("", *(SUB_LIBRARIES if major == "9" else SUB_LIBRARIES_8)):
        file = f"libcudnn_{name}.so.{major}" if name else f"libcudnn.so.{major}"
        needed = [f"libcudnn_{other}.so.{major}" for other in _NEEDED_OF_SUB_LIBRARIES.get(name, ())]
        files[f"nvidia/cudnn/lib/{file}"] = library(
            file.partition(".")[0],
            version,
            distribution,
            rodata=b"" if name else _OPENED[major],
            soname=file,
            needed=[*needed, "libc.so.6"],
            runpath="$ORIGIN",
        )
    return Wheel(distribution, version, files)


def cublas_wheel(version: str = "12.9.3.13", distribution: str = "nvidia-cublas-cu12") -> Wheel:
    """Return a wheel of cuBLAS."""
    major = version.partition(".")[0]
    folder = "nvidia/cu13/lib" if major == "13" else "nvidia/cublas/lib"
    files = {}
    for name, needed in (("libcublas", [f"libcublasLt.so.{major}"]), ("libcublasLt", [])):
        file = f"{name}.so.{major}"
        files[f"{folder}/{file}"] = library(
            name, version, distribution, soname=file, needed=[*needed, "libc.so.6"], rpath="$ORIGIN"
        )
    return Wheel(distribution, version, files)


def plain_wheel(distribution: str, version: str, folder: str, *names: str) -> Wheel:
    """Return a wheel of libraries that need nothing, such as NCCL, cuRAND or the CUDA runtime."""
    files = {f"{folder}/{name}": library(name.partition(".")[0], version, distribution, soname=name) for name in names}
    return Wheel(distribution, version, files)


ONNXRUNTIME_NEEDED = {
    12: ("libcublasLt.so.12", "libcublas.so.12", "libcurand.so.10", "libcufft.so.11", "libcudart.so.12", "libcudnn.so.9"),
    13: ("libcublasLt.so.13", "libcublas.so.13", "libcurand.so.10", "libcudart.so.13", "libcuda.so.1"),
}
"""NEEDED of the CUDA provider, by CUDA's major version; up to 1.22 also NVRTC, in 1.20 also seven of cuDNN's sub-libraries."""


def onnxruntime_wheel(version: str = "1.23.2", distribution: str = "onnxruntime-gpu", binding: bytes = b"") -> Wheel:
    """Return a wheel of onnxruntime-gpu: what it needs of CUDA 13 by name stands in the code, as compilers write it.

    :param binding: the bytes of the library that both distributions have.
    """
    cuda = 13 if tuple(map(int, version.split(".")[:2])) >= (1, 28) else 12
    text = b"\x48\xb8libcudnn\x48\x89\x84\x24\x48\xb8dnn.so.9 \x48\xb8libcufft\x4c\x8d\x48\xb8ft.so.12" if cuda == 13 else b""
    rodata = b"libnvrtc.so\0libnvrtc.so.13\0libnvrtc.so.12\0" if cuda == 13 else b"libcuda.so.1\0"
    cudnn = "libcudnn.so.9"
    files = {
        "onnxruntime/__init__.py": f'__version__ = "{version}"\n'.encode(),
        "onnxruntime/capi/__init__.py": b"",
        "onnxruntime/capi/libonnxruntime_providers_cuda.so": library(
            "CUDA provider", version, rodata=rodata, text=text, needed=[*ONNXRUNTIME_NEEDED[cuda], "libc.so.6"]
        ),
        "onnxruntime/capi/libonnxruntime_providers_tensorrt.so": library(
            "TensorRT provider",
            version,
            needed=[f"libcublas.so.{cuda}", "libnvinfer.so.10", "libnvonnxparser.so.10", f"libcudart.so.{cuda}", cudnn],
        ),
    }
    if binding:
        files["onnxruntime/capi/onnxruntime_pybind11_state.so"] = binding
    if binding and distribution == "onnxruntime":
        files = {path: data for path, data in files.items() if "providers" not in path}
    return Wheel(distribution, version, files)


def torch_wheel(version: str = "2.8.0") -> Wheel:
    """Return a wheel of torch: of its libraries the one that needs cuDNN."""
    folders = ("cublas", "cuda_runtime", "cudnn", "cufft", "curand", "nccl")
    rpath = ":".join([*(f"$ORIGIN/../../nvidia/{folder}/lib" for folder in folders), "$ORIGIN"])
    files = {
        "torch/__init__.py": f'__version__ = "{version}"\n'.encode(),
        "torch/lib/libtorch_cuda.so": library(
            "torch", version, soname="libtorch_cuda.so", needed=["libcublas.so.12", "libcudnn.so.9", "libc.so.6"], rpath=rpath
        ),
    }
    return Wheel("torch", version, files)


def sha256(data: bytes) -> str:
    """Return the hash of `data` as RECORD writes it."""
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


class Site:
    """A site-packages folder.

    Every method that changes it is, inside, a generator that stops after each change of one name, so that other things can
    happen there in between.
    """

    def __init__(self, path: Path, cache: Path | None = None) -> None:
        """Make the folder at `path`; `cache` is where uv keeps the wheels from which it links."""
        self.path = path
        self.libs = path / "ctranslate2.libs"
        self.cache = cache or path.with_name(path.name + "-cache")
        path.mkdir(parents=True, exist_ok=True)

    # What installers do.

    def install(self, wheel: Wheel, way: Way = "copy", record: RecordForm = "whole") -> Site:
        """Install `wheel`, over another version too."""
        for _ in self.installing(wheel, way, record):
            pass
        return self

    def remove(self, distribution: str) -> Site:
        """Uninstall `distribution`: what its RECORD names, and the folders that are empty then."""
        for _ in self.removing(distribution):
            pass
        return self

    def installing(self, wheel: Wheel, way: Way = "copy", record: RecordForm = "whole") -> Iterator[None]:
        """Install step by step: an older version is removed first, where the way is one of those that do; RECORD comes last."""
        if way not in ("ignore-installed", "installer"):
            yield from self.removing(wheel.distribution)
        for name, data in wheel.files.items():
            yield from self._laying(self.path / name, data, way)
        for name, data in {"METADATA": b"Metadata-Version: 2.1\n", "INSTALLER": _installer(way), "RECORD": b""}.items():
            yield from self._laying(self.path / wheel.info / name, data, "copy")
        self.write_record(wheel, record)
        yield

    def removing(self, distribution: str) -> Iterator[None]:
        """Uninstall step by step; without a RECORD nothing happens, as with pip and uv."""
        for info in self.infos(distribution):
            try:
                rows = list(csv.reader(io.StringIO((info / "RECORD").read_text())))
            except FileNotFoundError:
                continue
            for row in rows:
                path = self.path / row[0]
                if path.parent != info and path.is_symlink() | path.is_file():
                    path.unlink()
                    self.changed(path)
                    yield
            folders = {parent for row in rows for parent in (self.path / row[0]).parents if self.path in parent.parents}
            for folder in sorted(folders - {info}, key=lambda one: -len(one.parts)):
                try:
                    folder.rmdir()
                except OSError:  # something else is in it, or it is gone
                    continue
                self.changed(folder)
                yield
            shutil.rmtree(info)
            self.changed(info)
            yield

    def _laying(self, path: Path, data: bytes, way: Way) -> Iterator[None]:
        for folder in reversed([one for one in path.parents if self.path in one.parents]):
            if not folder.is_dir():
                folder.mkdir()
                self.changed(folder)
                yield
        if way == "installer":
            path.write_bytes(data)  # into the same inode, or wherever a link leads
            path.chmod(0o755)
            self.changed(path.resolve())
            yield
            return
        if path.is_symlink() or path.exists():
            path.unlink()
            self.changed(path)
            yield
        if way in ("hardlink", "symlink"):
            cached = self.cached(path.name, data)
            os.link(cached, path) if way == "hardlink" else path.symlink_to(cached)
        else:
            path.write_bytes(data)
            path.chmod(0o755)
        self.changed(path)
        yield

    def cached(self, name: str, data: bytes) -> Path:
        """Return uv's copy of a wheel's file."""
        path = self.cache / hashlib.sha256(data).hexdigest()[:16] / name
        if not path.exists() or path.read_bytes() != data:  # PyPA's installer may have written into it
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            path.write_bytes(data)
            path.chmod(0o755)
        return path

    def changed(self, path: Path) -> None:
        """Do what is to be done after the name `path` was changed: here nothing."""

    def infos(self, distribution: str) -> list[Path]:
        """Return the dist-info folders of `distribution`."""
        return sorted(self.path.glob(f"{distribution.replace('-', '_')}-*.dist-info"))

    def write_record(self, wheel: Wheel, form: RecordForm = "whole") -> None:
        """Write the RECORD of `wheel` in the given form."""
        path = self.path / wheel.info / "RECORD"
        # As in the real ones, the libraries come last.
        files = sorted(wheel.files.items(), key=lambda item: (".libs/" in item[0], item))
        rows = [(name, f"sha256={sha256(data)}", str(len(data))) for name, data in files]
        if form == "cut":
            rows = rows[:3]
        elif form == "no stub":
            rows = [row for row in rows if "/libcudnn-" not in row[0]]
        elif form == "hashless":
            rows = [(name, "", "") for name, _, _ in rows]
        elif form == "empty hashes":
            rows = [(name, "sha256=", size) for name, _, size in rows]
        rows += [(f"{wheel.info}/{name}", "", "") for name in ("METADATA", "INSTALLER", "RECORD") if form != "cut"]
        if form == "missing":
            path.unlink(missing_ok=True)
        else:
            path.write_text("".join(",".join(row) + "\n" for row in rows))
        self.changed(path)

    # What is installed where it does not matter how.

    def ctranslate2(
        self, version: str = "4.6.1", stub: str = STUB, opens: str = "12", *, way: Way = "copy", record: RecordForm = "whole"
    ) -> Site:
        """Install ctranslate2."""
        return self.install(ctranslate2_wheel(version, stub, opens), way, record)

    def fork(self, name: str = "ctranslate2-reborn", version: str = "4.8.3", stub: str = "") -> Site:
        """Install a fork of ctranslate2, with a folder of another name."""
        return self.install(ctranslate2_wheel(version, stub, distribution=name, libs=name.replace("-", "_") + ".libs"))

    def cudnn(self, version: str = "9.10.2.21", wheel: str = "nvidia-cudnn-cu12", *, way: Way = "copy") -> Site:
        """Install a cuDNN wheel."""
        return self.install(cudnn_wheel(version, wheel), way)

    def cublas(self, version: str = "12.9.3.13", wheel: str = "nvidia-cublas-cu12", *, way: Way = "copy") -> Site:
        """Install a cuBLAS wheel."""
        return self.install(cublas_wheel(version, wheel), way)

    # What is asked of it.

    @property
    def target(self) -> Target:
        """The environment, as the command line hands it on."""
        return Target(str(self.path), sys.executable, True, VERSION, True)

    def status(self, process: Process | None = None) -> reconcile.Outcome:
        """Observe and plan; change nothing."""
        return reconcile.status(self.target, process or QUIET)

    def heal(self, process: Process | None = None) -> reconcile.Outcome:
        """Heal now."""
        return reconcile.heal(self.target, process or QUIET)

    def restore(self, process: Process | None = None) -> reconcile.Outcome:
        """Take everything back."""
        return reconcile.restore(self.target, process or QUIET)

    def start(self) -> str:
        """Do what an interpreter's start does where the stamp does not tell; return the verdict."""
        return reconcile.at_start(str(self.path), "ctranslate2.libs")

    def plan(self, mode: Mode = "keep", consumer: str = "ctranslate2") -> Plan:
        """Return the plan for `consumer`, without a process."""
        return plan(self.observe(consumer), mode=mode)

    def observe(self, consumer: str = "ctranslate2") -> Observation:
        """Observe `consumer`."""
        return observe(self.target, CONSUMERS[consumer])

    def watched(self, search: tuple[str, ...] = ()) -> dict[str, os.stat_result]:
        """Return the paths on which an observation of ctranslate2 rests, and their states."""
        fingerprint = Fingerprint(str(self.path))
        observe(self.target, CONSUMERS["ctranslate2"], search, fingerprint)
        return fingerprint.states

    def names(self) -> set[str]:
        """Return the names in the package's folder that are neither the package's own, the stub's aside, nor our folder."""
        return {name for name in os.listdir(self.libs) if not name.startswith((".cudnn-heal", "libctranslate2", "libgomp"))}

    def is_replaced(self) -> bool:
        """Tell whether a copy of the provider's shim stands in the stub's place."""
        stub, shim = self.libs / STUB, self.libs / SHIM
        return stub.is_file() and not stub.is_symlink() and shim.exists() and stub.read_bytes() == shim.read_bytes()

    def stub_bytes(self) -> bytes:
        """Return what stands in the stub's place."""
        return (self.libs / STUB).read_bytes()


def _installer(way: Way) -> bytes:
    return {"pip": b"pip", "ignore-installed": b"pip", "installer": b"poetry"}.get(way, b"uv")


def demo(path: Path) -> Site:
    """Return a site that needs healing."""
    return Site(path).ctranslate2().cudnn().cublas()
