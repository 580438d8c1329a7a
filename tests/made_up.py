"""Made-up site-packages of the same shape as the real ones: for what needs no loader, in milliseconds."""

from __future__ import annotations

import base64
import hashlib
import shutil
from pathlib import Path

from cudnn_heal import manifest as manifests
from cudnn_heal.observe import observe
from cudnn_heal.plan import Plan, plan

STUB = "libcudnn-74a4c495.so.9.1.0"
STUB_8 = "libcudnn-463fd6d5.so.8.9.7"
SUB_LIBRARIES = ("adv", "cnn", "graph", "ops")


def content(*words: str) -> bytes:
    """Return bytes that tell what they are."""
    return b"\x7fELF " + " ".join(words).encode()


class Site:
    """A site-packages folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.libs = path / "ctranslate2.libs"
        path.mkdir(parents=True, exist_ok=True)

    def write(self, files: dict[str, bytes], distribution: str, version: str, *, hashes: bool = True) -> None:
        """Lay `files` down as an installer does: new inodes, then RECORD."""
        info = f"{distribution.replace('-', '_')}-{version}.dist-info"
        rows = []
        for name, data in {**files, f"{info}/INSTALLER": b"uv"}.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            path.write_bytes(data)
            value = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            rows.append(f"{name},sha256={value},{len(data)}" if hashes else f"{name},,")
        (self.path / info / "RECORD").write_text("\n".join([*rows, f"{info}/RECORD,,", ""]))

    def remove(self, distribution: str) -> None:
        """Uninstall: remove what RECORD names, and the folders that are empty then."""
        (info,) = self.path.glob(f"{distribution.replace('-', '_')}-*.dist-info")
        for row in (info / "RECORD").read_text().splitlines():
            path = self.path / row.split(",")[0]
            path.unlink(missing_ok=True)
            if path.parent.is_dir() and path.parent != self.path and not any(path.parent.iterdir()):
                path.parent.rmdir()
        shutil.rmtree(info, ignore_errors=True)

    def ctranslate2(self, version: str = "4.6.1", stub: str = STUB, opens: str = "12", **options: bool) -> Site:
        """Install ctranslate2, over another version as uv does: that is uninstalled first."""
        if list(self.path.glob("ctranslate2-*.dist-info")):
            self.remove("ctranslate2")
        names = f"libcublas.so.{opens}\0libnccl.so.2\0" if opens else ""
        files = {
            "ctranslate2/__init__.py": b"",
            "ctranslate2/version.py": f"__version__ = '{version}'".encode(),
            f"ctranslate2.libs/libctranslate2-1b0cf510.so.{version}": content("binary", version, names),
        }
        if stub:
            files[f"ctranslate2.libs/{stub}"] = content("stub of", version)
        self.write(files, "ctranslate2", version, **options)
        return self

    def cudnn(self, version: str = "9.10.2.21", wheel: str = "nvidia-cudnn-cu12") -> Site:
        """Install a cuDNN wheel."""
        major = version.partition(".")[0]
        names = ["libcudnn", *(f"libcudnn_{name}" for name in SUB_LIBRARIES)]
        self.write({f"nvidia/cudnn/lib/{name}.so.{major}": content(name, version, wheel) for name in names}, wheel, version)
        return self

    def cublas(self, version: str = "12.9.3.13", wheel: str = "nvidia-cublas-cu12") -> Site:
        """Install a cuBLAS wheel."""
        major = version.partition(".")[0]
        folder = "nvidia/cu13/lib" if major == "13" else "nvidia/cublas/lib"
        self.write(
            {f"{folder}/{name}.so.{major}": content(name, version) for name in ("libcublas", "libcublasLt")}, wheel, version
        )
        return self

    def plan(self, *, restore: bool = False) -> Plan:
        """Observe and plan."""
        observation = observe(str(self.path), "ctranslate2")
        return plan(observation, manifests.parse(observation.manifest), restore=restore)

    def stub_bytes(self) -> bytes:
        """Return what stands in the stub's place."""
        return (self.libs / STUB).read_bytes()


def demo(path: Path) -> Site:
    """Return a site that needs healing."""
    return Site(path).ctranslate2().cudnn().cublas()
